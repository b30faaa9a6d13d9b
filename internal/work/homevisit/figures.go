package homevisit

import (
	"context"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/platform/paper"
	"linli/internal/platform/sheet"
)

// Cell is how many people of a place or a group are on plans, and how many of them were reached; hidden where they are few.
type Cell struct {
	Code    auth.Region `json:"region"`
	Group   string      `json:"group" db:"-"`
	Label   string      `json:"label"`
	People  int64       `json:"people"`
	Reached int64       `json:"reached"`
	Hidden  bool        `json:"hidden" db:"-"`
}

// FiguresInput asks how visits stand.
type FiguresInput struct {
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
	From   clock.Day   `query:"from" doc:"从这天起还在走的计划；不填为今年"`
}

// Counts is how visits stand: by place, by group. Few people are not shown.
type Counts struct {
	In     FiguresInput `json:"-"`
	Groups []Cell       `json:"by_group"`
	Places []Cell       `json:"by_place"`
	Small  int64        `json:"small" doc:"少于这么多人的不显示"`

	Where string `json:"-"`
}

// Figures gives, for officers, how visits stand in the divisions below one: numbers, nobody's name.
func (s *Service) Figures(ctx context.Context, in FiguresInput) (Counts, error) {
	return act.Read(ctx, s.db, Figures, func(tx *db.Tx) (out Counts, err error) {
		if in.Region == 0 {
			in.Region = auth.From(ctx).Seat()
		}
		if in.From == 0 {
			in.From = yearOf(clock.DayOf(tx.Now))
		}
		if out, err = s.count(ctx, tx, counting{At: in.Region, From: in.From, Scope: auth.ScopeOf(ctx, Figures)}); err != nil {
			return out, err
		}
		out.In = in
		out.Where, err = region.FullName(ctx, tx, in.Region)
		return out, err
	})
}

// yearOf is the first day of a day's year.
func yearOf(d clock.Day) clock.Day { return d/10000*10000 + 101 }

func (s *Service) count(ctx context.Context, tx *db.Tx, in counting) (out Counts, err error) {
	out = Counts{Groups: []Cell{}, Places: []Cell{}}
	if out.Small, err = setting.Int(ctx, tx, setting.SmallCell, region.Top); err != nil {
		return out, err
	}
	places, err := byPlace.All(ctx, tx, in)
	if err != nil {
		return out, err
	}
	out.Places = hide(places, out.Small, func(c Cell) string { return c.Code.String() })
	words, err := setting.Words(ctx, tx, setting.Groups)
	if err != nil {
		return out, err
	}
	blinds, err := byGroup.All(ctx, tx, in)
	by := map[string]blindCell{}
	for _, b := range blinds {
		by[string(b.Blind)] = b
	}
	var groups []Cell
	for _, w := range words {
		if b, there := by[string(s.blind(w.Code))]; there {
			groups = append(groups, Cell{Group: w.Code, Label: w.Label, People: b.People, Reached: b.Reached})
		}
	}
	out.Groups = hide(groups, out.Small, func(c Cell) string { return c.Group })
	return out, err
}

// hide takes out a line of few people, and the one beside it that would tell it. Of a line that is shown, how many were reached is shown
// too.
func hide(list []Cell, small int64, key func(Cell) string) []Cell {
	out, counts := []Cell{}, map[string]int64{}
	var delicate []string
	for _, c := range list {
		counts[key(c)], delicate = c.People, append(delicate, key(c))
	}
	hidden := setting.Hide(counts, delicate, small)
	for _, c := range list {
		if c.Hidden = hidden[key(c)]; c.Hidden {
			c.People, c.Reached = 0, 0
		}
		out = append(out, c)
	}
	return out
}

// LateInput looks for homes that nobody reached and nobody has seen to.
type LateInput struct {
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
	Rung   int64       `query:"rung" minimum:"0" maximum:"3" default:"0" doc:"只看报到这一级以上的"`
	db.Paging
}

// LatePage is one page of them, the oldest first.
type LatePage struct {
	In LateInput `json:"-"`
	db.Page[Home]
	Places map[auth.Region]string `json:"-"`
}

// Late lists them.
func (s *Service) Late(ctx context.Context, in LateInput) (LatePage, error) {
	return act.Read(ctx, s.db, Keep, func(tx *db.Tx) (out LatePage, err error) {
		out.In = in
		if out.Page, err = late.Page(ctx, tx, missing{in, auth.ScopeOf(ctx, Keep)}, in.Paging); err != nil {
			return out, err
		}
		out.Places, err = placesOf(ctx, tx, out.Items, func(h Home) auth.Region { return h.Region })
		return out, err
	})
}

func placesOf[T any](ctx context.Context, tx *db.Tx, rows []T, of func(T) auth.Region) (map[auth.Region]string, error) {
	out := map[auth.Region]string{}
	for _, r := range rows {
		if _, known := out[of(r)]; known {
			continue
		}
		name, err := region.Name(ctx, tx, of(r))
		if err != nil {
			return nil, err
		}
		out[of(r)] = name
	}
	return out, nil
}

// UncoveredInput looks for people of key groups whom nobody reached this year.
type UncoveredInput struct {
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
	Q      string      `query:"q" maxLength:"40" doc:"姓名或拼音"`
	db.Paging
}

// Uncovered is one of them.
type Uncovered struct {
	ID          db.ID       `json:"person_id"`
	Name        string      `json:"name"`
	Region      auth.Region `json:"region"`
	Householder string      `json:"householder"`
	Group       string      `json:"group" db:"hamlet"`
	BirthDay    clock.Day   `json:"birth_day"`
}

// UncoveredPage is one page of them.
type UncoveredPage struct {
	In UncoveredInput `json:"-"`
	db.Page[Uncovered]
	Places map[auth.Region]string `json:"-"`
	Today  clock.Day              `json:"-"`
}

// Uncovered lists whom of the key groups nobody met or spoke with since the first of January, by a plan or in a pairing.
func (s *Service) Uncovered(ctx context.Context, in UncoveredInput) (UncoveredPage, error) {
	return act.Read(ctx, s.db, Keep, func(tx *db.Tx) (out UncoveredPage, err error) {
		out.In, out.Today = in, clock.DayOf(tx.Now)
		if out.Page, err = uncovered.Page(ctx, tx, lacking{in, yearOf(out.Today), auth.ScopeOf(ctx, Keep)}, in.Paging); err != nil {
			return out, err
		}
		out.Places, err = placesOf(ctx, tx, out.Items, func(u Uncovered) auth.Region { return u.Region })
		return out, err
	})
}

// exportMost is how many people one file holds; who needs more takes a part of the place.
const exportMost = 5000

// ExportInput is a list and the form of its file.
type ExportInput struct {
	UncoveredInput
	Format string `query:"format" enum:"pdf,xlsx,csv" maxLength:"4" default:"xlsx"`
}

// Export gives the list as a file. That somebody took it away is in the trail.
func (s *Service) Export(ctx context.Context, in ExportInput) (blob.File, error) {
	op := act.Op{Perm: Keep, Action: "homevisit.export"}
	t, err := act.Write(ctx, s.db, op, func(tx *db.Tx) (t paper.Table, err error) {
		today := clock.DayOf(tx.Now)
		rows, err := uncovered.First(ctx, tx, lacking{in.UncoveredInput, yearOf(today), auth.ScopeOf(ctx, Keep)}, exportMost)
		if err != nil {
			return t, err
		}
		names, err := placesOf(ctx, tx, rows, func(u Uncovered) auth.Region { return u.Region })
		if err != nil {
			return t, err
		}
		t = paper.Table{Day: today, Upright: true, Table: sheet.Table{Title: "今年还没有访到的重点人群", Lead: "从" + yearOf(today).String() + "起",
			Columns: []string{"序号", "嘎查村（社区）", "小组", "姓名", "户主"},
			Foot:    []string{"填报人：            审核人：            单位（盖章）：            报送日期："}}}
		for i, u := range rows {
			t.Rows = append(t.Rows, []string{format.Int(i + 1), names[u.Region], u.Group, u.Name, u.Householder})
		}
		return t, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "person", Region: in.Region,
			Detail: map[string]any{"rows": len(rows), "format": in.Format}})
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}
