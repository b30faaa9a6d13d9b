package standard

import (
	"cmp"
	"context"
	"strconv"

	"linli/internal/civic/region"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/paper"
	"linli/internal/platform/sheet"
	"linli/internal/platform/web/ui"
)

// ListInput asks for the stations of a division by how they stand today.
type ListInput struct {
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
	Status string      `query:"status" enum:"met,unmet," maxLength:"10"`
	Q      string      `query:"q" maxLength:"40" doc:"站点名称里的字"`
	Item   string      `query:"item" maxLength:"40" doc:"缺这一项的"`
	Sort   string      `query:"sort" enum:"place,name," maxLength:"5" doc:"不填按设立先后，或按地方、按名称"`
	db.Paging
}

// Summary is one station of the list.
type Summary struct {
	ID      db.ID       `json:"id"`
	Name    string      `json:"name"`
	Kind    string      `json:"kind"`
	Region  auth.Region `json:"region"`
	Met     bool        `json:"met"`
	Grade   string      `json:"grade"`
	Missing string      `json:"missing" doc:"缺的必备项，空格隔开；还没有任何证据时为空"`
	Bare    bool        `json:"bare" doc:"还没有任何证据"`
}

// Summaries is one page of them.
type Summaries struct {
	In     ListInput              `json:"-"`
	Labels map[string]string      `json:"-"`
	Lacks  []ui.Option            `json:"-"` // the plan's items, to look for stations that lack one
	Places []ui.Option            `json:"-"` // the divisions below the reader's place
	Where  map[auth.Region]string `json:"-"`
	base   string
	db.Page[Summary]
}

// List gives open and suspended stations with how they stand today.
func (s *Service) List(ctx context.Context, in ListInput) (Summaries, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Summaries, err error) {
		out.In = in
		if out.Page, err = list.Page(ctx, tx, scoped{in, auth.ScopeOf(ctx, View), clock.DayOf(tx.Now)}, in.Paging); err != nil {
			return out, err
		}
		return out, out.words(ctx, tx)
	})
}

// words are what a list says beside its rows, and what it can be narrowed to.
func (v *Summaries) words(ctx context.Context, tx *db.Tx) (err error) {
	if v.Labels, err = Labels(ctx, tx); err != nil {
		return err
	}
	at := cmp.Or(auth.From(ctx).Seat(), region.Top)
	items, err := itemsFor(ctx, tx, at)
	if err != nil {
		return err
	}
	for _, i := range items {
		if i.Mandatory() && i.UntilDay == clock.Forever {
			v.Lacks = append(v.Lacks, ui.Option{Value: i.Code, Label: i.Label})
		}
	}
	if v.Places, err = region.Narrower(ctx, tx, at, v.In.Region); err != nil {
		return err
	}
	v.Where = map[auth.Region]string{}
	for _, x := range v.Items {
		if v.Where[x.Region] == "" {
			if v.Where[x.Region], err = region.Name(ctx, tx, x.Region); err != nil {
				return err
			}
		}
	}
	return nil
}

// ExportInput is a list of stations with how they stand, and the form of its file.
type ExportInput struct {
	ListInput
	Format string `query:"format" enum:"pdf,xlsx,csv" maxLength:"4" default:"xlsx"`
}

// exportMost is how many stations one file holds.
const exportMost = 20000

// Export gives the list as a table (站点标准一览).
func (s *Service) Export(ctx context.Context, in ExportInput) (blob.File, error) {
	op := act.Op{Perm: View, Action: "standard.export"}
	t, err := act.Write(ctx, s.db, op, func(tx *db.Tx) (t paper.Table, err error) {
		v := Summaries{In: in.ListInput}
		if v.Items, err = list.First(ctx, tx, scoped{in.ListInput, auth.ScopeOf(ctx, View), clock.DayOf(tx.Now)}, exportMost); err != nil {
			return t, err
		}
		if err := v.words(ctx, tx); err != nil {
			return t, err
		}
		t = paper.Table{Day: clock.DayOf(tx.Now), Table: sheet.Table{Title: "站点标准一览",
			Columns: []string{"序号", "站点", "站或点", "嘎查村（社区）", "结论", "缺什么"}}}
		for i, x := range v.Items {
			t.Rows = append(t.Rows, []string{strconv.Itoa(i + 1), x.Name, station.KindWord(x.Kind), v.Where[x.Region], grades.Word(x.Grade),
				v.missing(x)})
		}
		return t, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "standard", Region: in.Region,
			Detail: map[string]any{"rows": len(v.Items), "format": in.Format}})
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}
