package coverage

import (
	"context"

	"linli/internal/civic/region"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// townsIn gives the towns of a division that have or had communities.
func townsIn(ctx context.Context, tx *db.Tx, at auth.Region) ([]auth.Region, error) {
	return codesAt.All(ctx, tx, atLevel{at, auth.LevelTown})
}

// atLevel is the divisions of a level that are or lie in one.
type atLevel struct {
	At    auth.Region
	Level int
}

var codesAt = db.DynamicOf[auth.Region](func(b *db.Builder, in atLevel) {
	b.Add(`SELECT code FROM region WHERE level = ?`, in.Level)
	auth.Along(b, "code", in.At)
	b.Add(" ORDER BY code")
})

// factsOf reads what the spans of a division's communities are made of.
func factsOf(ctx context.Context, tx *db.Tx, at auth.Region) (f facts, err error) {
	if f.communities, err = communitiesIn.All(ctx, tx, at); err != nil {
		return f, err
	}
	for i := range f.communities {
		f.communities[i].settle()
	}
	if f.stretches, err = stretchesIn.All(ctx, tx, at); err != nil {
		return f, err
	}
	f.verdicts = map[db.ID][]verdict{}
	return f, verdictsIn.Each(ctx, tx, at, func(v verdict) error {
		f.verdicts[v.StationID] = append(f.verdicts[v.StationID], v)
		return nil
	})
}

// What the spans of a division are made of.
var (
	communitiesIn = db.DynamicOf[community](func(b *db.Builder, at auth.Region) {
		b.Add(`SELECT s.code, s.name, s.class, s.counts_as_community, s.valid_from AS day, s.valid_to AS until_day FROM ` + region.Spans +
			` s WHERE s.level = 5`)
		auth.Along(b, "s.code", at)
	})
	stretchesIn = db.DynamicOf[stretch](func(b *db.Builder, at auth.Region) {
		b.Add(`SELECT p.station_id, s.kind, p.status, p.region, p.day, p.until_day FROM station_past p JOIN station s ON s.id = p.station_id
			WHERE p.status <> 'closed' AND p.until_day > p.day`)
		auth.Within(b, "p.region", at)
		b.Add(" ORDER BY p.id")
	})
	verdictsIn = db.DynamicOf[verdict](func(b *db.Builder, at auth.Region) {
		b.Add(`SELECT t.station_id, t.day, t.until_day, t.met, t.grade, t.missing FROM standard_status t
			WHERE t.station_id IN (SELECT p.station_id FROM station_past p WHERE 1 = 1`)
		auth.Within(b, "p.region", at)
		b.Add(") ORDER BY t.station_id, t.day")
	})
)

// settle makes the days of a division as the table has them, the last one included, into days of which the last is not; the first
// edition holds from the beginning.
func (c *community) settle() {
	if c.Day <= region.KnownFrom(0) {
		c.Day = began
	}
	if c.UntilDay < clock.Forever {
		c.UntilDay = c.UntilDay.AddDays(1)
	}
}

var (
	spansIn = db.DynamicOf[span](func(b *db.Builder, at auth.Region) {
		b.Add(spanColumns + ` WHERE 1 = 1`)
		auth.Along(b, "region", at)
		b.Add(" ORDER BY region, day")
	})
	dropSpans = db.DynamicOf[struct{}](func(b *db.Builder, at auth.Region) {
		b.Add(`DELETE FROM coverage_span WHERE 1 = 1`)
		auth.Along(b, "region", at)
	})
)

func insertSpans(ctx context.Context, tx *db.Tx, list []span) error {
	cols := []string{"region", "day", "until_day", "urban", "communities", "stations", "points", "served", "covered", "upgraded", "met",
		"station_id", "lacks"}
	return tx.InsertMany(ctx, "coverage_span", cols, len(list), func(i int) []any {
		s := list[i]
		return []any{int64(s.Region), int64(s.Day), int64(s.UntilDay), s.Urban, s.Communities, s.Stations, s.Points, s.Served, s.Covered,
			s.Upgraded, s.Met, int64(s.StationID), s.Lacks}
	}, "")
}

func replaceSpans(ctx context.Context, tx *db.Tx, at auth.Region, list []span) error {
	if _, err := dropSpans.Run(ctx, tx, at); err != nil {
		return err
	}
	return insertSpans(ctx, tx, list)
}
