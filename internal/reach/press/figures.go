package press

import (
	"cmp"
	"context"
	"slices"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/paper"
	"linli/internal/platform/sheet"
)

// FiguresInput asks how much a place has published.
type FiguresInput struct {
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
	From   clock.Day   `query:"from" doc:"不填为今年 1 月 1 日"`
	To     clock.Day   `query:"to" doc:"不填为今天"`
}

// Figures are how many articles each division below a place has before the public, by column, and how often others reported.
type Figures struct {
	In    FiguresInput `json:"-"`
	Where string       `json:"where"`
	From  clock.Day    `json:"from"`
	To    clock.Day    `json:"to"`
	Rows  []FigureRow  `json:"rows"`
	Sum   FigureRow    `json:"sum"`
}

// FigureRow is one division; the first is what the place itself has published.
type FigureRow struct {
	Region   auth.Region      `json:"region"`
	Name     string           `json:"name"`
	Sections map[string]int64 `json:"sections"`
	Total    int64            `json:"total"`
	Reports  int64            `json:"reports" doc:"媒体报道"`
}

func (r *FigureRow) add(section string, n int64) {
	if section == "" {
		r.Reports += n
		return
	}
	r.Sections[section] += n
	r.Total += n
}

// tally is how many a division has in a column, "" for reports of others.
type tally struct {
	Region  auth.Region
	Section string
	N       int64
}

// counting asks for tallies within a scope.
type counting struct {
	Scope    auth.Scope
	Region   auth.Region
	From, To clock.Day
}

var tallies = db.DynamicOf[tally](func(b *db.Builder, in counting) {
	b.Add(`SELECT a.region, a.section, COUNT(*) AS n FROM article a WHERE a.state = 'published' AND a.published_at >= ? AND a.published_at < ?`,
		in.From.Time(), in.To.AddDays(1).Time())
	in.Scope.Where(b, auth.Columns{Region: "a.region"})
	auth.Within(b, "a.region", in.Region)
	b.Add(` GROUP BY a.region, a.section UNION ALL SELECT a.region, '' AS section, COUNT(*) AS n FROM media_report a
		WHERE NOT a.off AND a.day BETWEEN ? AND ?`, in.From, in.To)
	in.Scope.Where(b, auth.Columns{Region: "a.region"})
	auth.Within(b, "a.region", in.Region)
	b.Add(` GROUP BY a.region`)
})

// Figures counts what is published in a place, by the divisions below it.
func (s *Service) Figures(ctx context.Context, in FiguresInput) (Figures, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (Figures, error) { return figures(ctx, tx, in) })
}

func figures(ctx context.Context, tx *db.Tx, in FiguresInput) (out Figures, err error) {
	today, at := clock.DayOf(tx.Now), cmp.Or(in.Region, auth.From(ctx).Seat(), region.Top)
	out = Figures{In: in, From: cmp.Or(in.From, today.NewYear()), To: cmp.Or(in.To, today)}
	if out.To < out.From {
		return out, errs.Field("to", "应在开始那天以后")
	}
	if out.Where, err = region.FullName(ctx, tx, at); err != nil {
		return out, err
	}
	own, err := region.Name(ctx, tx, at)
	if err != nil {
		return out, err
	}
	below, err := region.Under(ctx, tx, at)
	if err != nil {
		return out, err
	}
	row := func(code auth.Region, name string) FigureRow {
		return FigureRow{Region: code, Name: name, Sections: map[string]int64{}}
	}
	out.Rows, out.Sum = []FigureRow{row(at, own+"本级")}, row(0, "合计")
	for _, d := range below {
		out.Rows = append(out.Rows, row(d.Code, d.Short()))
	}
	list, err := tallies.All(ctx, tx, counting{auth.ScopeOf(ctx, View), at, out.From, out.To})
	for _, t := range list {
		i := max(0, slices.IndexFunc(out.Rows, func(r FigureRow) bool { return r.Region != at && r.Region.Contains(t.Region) }))
		out.Rows[i].add(t.Section, t.N)
		out.Sum.add(t.Section, t.N)
	}
	return out, err
}

// cells are a row as a table shows it.
func (r FigureRow) cells() []string {
	out := []string{r.Name}
	for _, s := range Sections.Rows() {
		out = append(out, number(r.Sections[s.Code()]))
	}
	return append(out, number(r.Total), number(r.Reports))
}

// heads are the columns of the table.
func heads() []string {
	out := []string{"哪里"}
	for _, s := range Sections.Rows() {
		out = append(out, s.Word())
	}
	return append(out, "文章合计", "媒体报道")
}

// FiguresFileInput is the figures as a file.
type FiguresFileInput struct {
	FiguresInput
	Format string `query:"format" enum:"pdf,xlsx,csv" maxLength:"4" default:"xlsx"`
}

// ExportFigures gives the figures as a table.
func (s *Service) ExportFigures(ctx context.Context, in FiguresFileInput) (blob.File, error) {
	op := act.Op{Perm: View, Action: "press.figures_export"}
	t, err := act.Write(ctx, s.db, op, func(tx *db.Tx) (t paper.Table, err error) {
		f, err := figures(ctx, tx, in.FiguresInput)
		if err != nil {
			return t, err
		}
		t = paper.Table{Day: clock.DayOf(tx.Now), Table: sheet.Table{Title: "宣传情况统计", Columns: heads()}}
		for _, r := range append(f.Rows, f.Sum) {
			t.Rows = append(t.Rows, r.cells())
		}
		return t, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "article", Region: in.Region,
			Detail: map[string]any{"rows": len(t.Rows), "format": in.Format}})
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}
