package press

import (
	"context"
	_ "embed"
	"time"

	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/job"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// waits are the heaps of a shell: what others wrote, what was sent back, what was reviewed and has no day.
func waits(shell, base string) []area.Wait {
	page := func(id db.ID) string { return at(base, id) }
	return []area.Wait{
		{Shell: shell, Rank: 44, Perm: Review, Href: base, Word: "别人写的文章，等您审", Button: "去审", Page: page, Own: own(toReview, Review)},
		{Shell: shell, Rank: 45, Perm: Write, Href: base, Word: "退回给您改的文章", Button: "去改", Page: page, Own: own(returned, Write)},
		area.Waiting(area.Wait{Shell: shell, Rank: 46, Perm: Publish, Href: base, Word: "审完的文章，等发布", Button: "去发布", Page: page},
			`a.id, a.title AS what, a.author_name AS who, a.changed_at AS at, 0 AS due`,
			`article a WHERE a.state = 'approved' AND a.publish_at IS NULL`, auth.Columns{Region: "a.region"}),
	}
}

// own asks for what waits for the actor himself.
func own(rows *db.Dynamic[waiting, heap], perm auth.Perm) func(context.Context, *db.Tx, int) ([]area.Own, int, error) {
	return func(ctx context.Context, tx *db.Tx, most int) (out []area.Own, total int, err error) {
		who := auth.From(ctx)
		list, err := rows.All(ctx, tx, heap{auth.ScopeOf(ctx, perm), who.Account, who.Person, most})
		for _, w := range list {
			out, total = append(out, area.Own{ID: w.ID, What: w.What, Who: w.Who, At: w.At}), int(w.Total)
		}
		return out, total, err
	}
}

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "press", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "site", Rank: 40, Perm: Public, Href: public, Label: "动态", Icon: "speaker"},
			{Shell: "start", Group: "自己的事", Rank: 85, Perm: Public, Href: public, Label: "动态", Icon: "speaker", Line: "政策、人物、事迹、通知公告"},
			{Shell: "desk", Group: "活动与项目", Rank: 143, Perm: View, Href: desk, Label: "宣传文章", Icon: "speaker"},
			{Shell: "gov", Group: "人与事", Part: "活动和项目", Rank: 89, Perm: View, Href: gov, Label: "宣传文章", Icon: "speaker",
				Line: "写、审、发布，各栏目有多少"},
		},
		Waits:  append(waits("desk", desk), waits("gov", gov)...),
		Live:   []area.Live{{Table: "article", Word: "宣传文章"}},
		Stay:   []string{"media_report"},
		Checks: []area.Check{{Name: "articles", Word: "发布的文章都经过审核，文中的人都同意", Run: Verify}},
		Work: func(r *job.Runner) {
			r.Every("press.sweep", 30*time.Second, s.Sweep)
			r.Every("press.reclean", time.Hour, s.Reclean)
		},
		Held:   held,
		Forget: s.Forget,
		Demo:   s.Demo,
	}
}

// Verify: what is published was reviewed by as many others as it had to be, names nobody who does not agree, and nothing else is found by
// a search.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, f := range findings {
		if err := f.query.Each(ctx, tx, func(id db.ID) error {
			report("article "+id.String(), f.what)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}
