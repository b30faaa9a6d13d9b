package region

import (
	"context"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Spans is a table for queries of this area and of higher ones: every division as it was, one row a stretch of days [valid_from,
// valid_to], which never overlap for a code. For a day d, "KnownFrom(d) BETWEEN valid_from AND valid_to" gives the tree of that day.
const Spans = `(SELECT code, name, level, parent, class, counts_as_community, counts_why, edition, valid_from, valid_to, successor
	FROM region
	UNION ALL SELECT p.code, p.name, r.level, r.parent, p.class, p.counts_as_community, p.counts_why, p.edition, p.valid_from, p.valid_to,
	p.successor
	FROM region_past p JOIN region r ON r.code = p.code)`

// Span is a division as it was for a stretch of days.
type Span struct {
	Code              auth.Region `json:"code"`
	Name              string      `json:"name"`
	Level             int64       `json:"level"`
	Class             string      `json:"class" doc:"城乡分类代码"`
	CountsAsCommunity bool        `json:"counts_as_community"`
	CountsWhy         string      `json:"counts_why"`
	Edition           clock.Day   `json:"edition" doc:"区划版本的时点"`
	ValidFrom         clock.Day   `json:"valid_from"`
	ValidTo           clock.Day   `json:"valid_to" doc:"含这一天；9999-12-31 表示现行"`
	Successor         auth.Region `json:"successor" doc:"这一段之后撤销的，由谁接续"`
}

// Short is the name as people say it.
func (s Span) Short() string { return Short(s.Name, s.Level) }

// KnownFrom gives the day whose divisions stand for a day: itself, or the day of the first edition for the days before, of which no
// edition tells.
func KnownFrom(day clock.Day) clock.Day { return max(day, firstEdition) }

// On gives the divisions directly below one as they were on a day, by code; below none (0) it is the autonomous region.
func On(ctx context.Context, tx *db.Tx, parent auth.Region, day clock.Day) ([]Span, error) {
	return spansOn.All(ctx, tx, int64(parent), KnownFrom(day))
}

// Tally is how many communities counted below a division.
type Tally struct {
	Code        auth.Region
	Communities int64
}

// Communities counts the communities that counted on a day, for each division directly below parent that had some; a community is its own.
func Communities(ctx context.Context, tx *db.Tx, parent auth.Region, day clock.Day) ([]Tally, error) {
	return communities.All(ctx, tx, census{parent, level(min(parent.Level()+1, auth.LevelCommunity)), KnownFrom(day)})
}

// CommunitiesIn counts the communities of a division that counted on a day.
func CommunitiesIn(ctx context.Context, tx *db.Tx, at auth.Region, day clock.Day) (int64, error) {
	rows, err := communities.All(ctx, tx, census{at, level(at.Level()), KnownFrom(day)})
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	return rows[0].Communities, nil
}

// History is how a division came to be as it is, the newest stretch first, with those that it goes on from.
type History struct {
	Items        []Span `json:"items"`
	Predecessors []Step `json:"predecessors" doc:"撤并后由这个区划接续的"`
}

// History gives the past of a division; public.
func (s *Service) History(ctx context.Context, in GetInput) (History, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out History, err error) {
		if _, err := Get(ctx, tx, in.Code); err != nil {
			return out, err
		}
		return history(ctx, tx, in.Code)
	})
}

func history(ctx context.Context, tx *db.Tx, code auth.Region) (out History, err error) {
	if out.Items, err = spansOf.All(ctx, tx, int64(code)); err != nil {
		return out, err
	}
	out.Predecessors, err = predecessors.All(ctx, tx, int64(code))
	if out.Predecessors == nil {
		out.Predecessors = []Step{}
	}
	return out, err
}
