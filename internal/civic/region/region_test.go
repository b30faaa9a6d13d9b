package region_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"linli/internal/civic/region"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
)

const (
	banner auth.Region = 152502000000
	town   auth.Region = 152502001000
	gacha  auth.Region = 152502001001
	today  clock.Day   = 20261124
)

// world is a database with the divisions in it, and the administrator.
type world struct {
	*testing.T
	db    *db.DB
	s     *region.Service
	admin context.Context
}

func as(t *testing.T, role auth.Role, at auth.Region) context.Context {
	return auth.With(t.Context(), auth.Actor{Account: 7, Name: "某", Grants: []auth.Grant{{Role: role, Region: at}}})
}

var seeded = dbtest.Seeded(region.Seed, region.Seed) // the second time finds everything in place

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		on(t, today)
		w := &world{T: t, db: d, s: region.New(d), admin: as(t, auth.SystemAdmin, region.Top)}
		test(w)
	})
}

// on sets the business day.
func on(t *testing.T, day clock.Day) {
	clock.Set(day.Time().Add(12 * time.Hour))
	t.Cleanup(clock.Reset)
}

func read[T any](w *world, fn func(context.Context, *db.Tx) (T, error)) (out T) {
	w.Helper()
	if err := w.db.Read(w.Context(), func(tx *db.Tx) (err error) { out, err = fn(w.Context(), tx); return err }); err != nil {
		w.Fatal(err)
	}
	return out
}

func (w *world) get(code auth.Region) region.Division {
	w.Helper()
	return read(w, func(ctx context.Context, tx *db.Tx) (region.Division, error) { return region.Get(ctx, tx, code) })
}

// on tells the children of a division on a day, as codes with names.
func (w *world) on(parent auth.Region, day clock.Day) string {
	w.Helper()
	var out []string
	for _, s := range read(w, func(ctx context.Context, tx *db.Tx) ([]region.Span, error) { return region.On(ctx, tx, parent, day) }) {
		out = append(out, fmt.Sprint(s.Code, s.Name))
	}
	return strings.Join(out, " ")
}

func (w *world) communities(at auth.Region, day clock.Day) int64 {
	w.Helper()
	return read(w, func(ctx context.Context, tx *db.Tx) (int64, error) { return region.CommunitiesIn(ctx, tx, at, day) })
}

func (w *world) refused(err error, kind errs.Kind, what string) {
	w.Helper()
	if errs.KindOf(err) != kind {
		w.Errorf("%s: %v, want kind %d", what, err, kind)
	}
}

// The embedded edition is whole: 12 leagues, 108 rows at banner level, every unit below another, and the counts of a division are
// those of its parts.
func TestSeed(t *testing.T) {
	each(t, func(w *world) {
		dbtest.Prepare(w, w.db)
		count := func(level int) int64 {
			return read(w, func(ctx context.Context, tx *db.Tx) (int64, error) {
				return db.SelectOne[int64](ctx, tx, tx.Build("SELECT count(*) FROM region WHERE level = ?", level))
			})
		}
		for level, want := range map[int]int64{1: 1, 2: 12, 3: 108, 4: 1225, 5: 14592} {
			if got := count(level); got != want {
				w.Errorf("level %d: %d divisions, want %d", level, got, want)
			}
		}
		top := w.get(region.Top)
		if !top.InForce() || top.Children != 12 || top.ValidFrom != 20230630 || top.Population == 0 {
			w.Errorf("%+v", top)
		}
		sum := int64(0)
		for _, c := range read(w, func(ctx context.Context, tx *db.Tx) ([]region.Tally, error) {
			return region.Communities(ctx, tx, region.Top, today)
		}) {
			sum += c.Communities
		}
		if sum != top.Communities || sum != w.communities(region.Top, today) || sum < 14000 || sum > 14592 {
			w.Errorf("%d communities by league, %d in all", sum, top.Communities)
		}
		if n := w.communities(gacha, today); n != 1 {
			w.Errorf("a community counts as %d", n)
		}
	})
}

func TestTree(t *testing.T) {
	each(t, func(w *world) {
		visitor := w.Context()
		d, err := w.s.Get(visitor, region.GetInput{Code: gacha})
		if err != nil || d.Level != 5 || d.Parent != town || d.LevelWord() != "嘎查村（社区）" {
			w.Errorf("%+v %v", d, err)
		}
		_, err = w.s.Get(visitor, region.GetInput{Code: 159999000000})
		w.refused(err, errs.NotFound, "no such code")
		path := read(w, func(ctx context.Context, tx *db.Tx) ([]region.Step, error) { return region.Path(ctx, tx, gacha) })
		if len(path) != 5 || path[0].Code != region.Top || path[4].Code != gacha {
			w.Errorf("path %+v", path)
		}
		if full := read(w, func(ctx context.Context, tx *db.Tx) (string, error) { return region.FullName(ctx, tx, gacha) }); full != "锡林郭勒盟锡林浩特市"+
			path[3].Name+path[4].Short() {
			w.Error(full)
		}
		for code, want := range map[auth.Region]bool{gacha: true, 152502999999: false} {
			if got := read(w, func(ctx context.Context, tx *db.Tx) (bool, error) { return region.Exists(ctx, tx, code) }); got != want {
				w.Errorf("%s exists: %v", code, got)
			}
		}
		seen, in := map[auth.Region]bool{}, region.ListInput{Parent: 150100000000, Paging: db.Paging{Limit: 4}}
		for {
			page, err := w.s.List(visitor, in)
			if err != nil {
				w.Fatal(err)
			}
			for _, d := range page.Items {
				if seen[d.Code] || d.Parent != in.Parent {
					w.Errorf("%s twice or astray", d.Code)
				}
				seen[d.Code] = true
			}
			if page.Next == nil {
				break
			}
			in.Cursor = *page.Next
		}
		if n := w.get(150100000000).Children; int64(len(seen)) != n {
			w.Errorf("%d of %d children", len(seen), n)
		}
		in.Cursor = "x"
		_, err = w.s.List(visitor, in)
		w.refused(err, errs.Invalid, "a made-up cursor")
	})
}

// A search finds by any part of the name; what means something to SQL is only text.
func TestSearch(t *testing.T) {
	each(t, func(w *world) {
		for q, want := range map[string]bool{"宝力根": true, "不存在的地方": false, "%": false, "_": false, "宝%根": false, "' OR 1=1": false} {
			page, err := w.s.List(w.Context(), region.ListInput{Q: q})
			if err != nil || len(page.Items) > 0 != want {
				w.Errorf("%q: %d found, %v", q, len(page.Items), err)
			}
			for _, d := range page.Items {
				if !strings.Contains(d.Name, q) {
					w.Errorf("%q found %s", q, d.Name)
				}
			}
		}
		b, err := w.s.Browse(w.Context(), region.BrowseInput{})
		if err != nil || b.Here.Code != region.Top || len(b.Items) != 12 {
			w.Errorf("the top: %+v %v", b.Here, err)
		}
	})
}

// Whether a unit counts is decided with a reason and from a day on; the figures of the days before stay, unless the day given lies
// before them.
func TestCount(t *testing.T) {
	each(t, func(w *world) {
		before := w.communities(town, today)
		in := region.CountInput{Code: gacha, Version: 1, Reason: "民政名录"}
		d, err := w.s.Count(w.admin, in)
		if err != nil || d.CountsAsCommunity || d.ValidFrom != today || d.CountsWhy != "民政名录" || d.Version != 2 {
			w.Fatalf("%+v %v", d, err)
		}
		days := func(want ...int64) {
			w.Helper()
			for i, day := range []clock.Day{20210101, 20250101, today.AddDays(-1), today, today.AddDays(400)} {
				if got := w.communities(town, day); got != before-want[i] {
					w.Errorf("on %s: %d of %d", day, got, before)
				}
			}
		}
		days(0, 0, 0, 1, 1)
		_, err = w.s.Count(w.admin, in)
		w.refused(err, errs.Conflict, "the version of before")
		in.Version, in.FromDay = 2, 20250101
		if _, err := w.s.Count(w.admin, in); err != nil {
			w.Fatal(err)
		}
		days(0, 1, 1, 1, 1)
		in.Version, in.Counts = 3, true
		if d, err = w.s.Count(w.admin, in); err != nil || !d.CountsAsCommunity {
			w.Fatal(err)
		}
		days(0, 0, 0, 0, 0)
		in.Version, in.Counts, in.FromDay = 4, false, 20200101
		if _, err := w.s.Count(w.admin, in); err != nil {
			w.Fatal(err)
		}
		days(1, 1, 1, 1, 1)
		h, err := w.s.History(w.Context(), region.GetInput{Code: gacha})
		if err != nil || len(h.Items) != 3 || h.Items[0].ValidFrom != today || h.Items[2].ValidFrom != 20230630 ||
			h.Items[2].ValidTo != 20241231 {
			w.Errorf("%+v %v", h, err)
		}
		for what, c := range map[string]struct {
			ctx  context.Context
			in   region.CountInput
			kind errs.Kind
		}{
			"no reason":      {w.admin, region.CountInput{Code: gacha, Version: 5, Reason: " "}, errs.Invalid},
			"a day to come":  {w.admin, region.CountInput{Code: gacha, Version: 5, Reason: "x", FromDay: today.AddDays(1)}, errs.Invalid},
			"a town":         {w.admin, region.CountInput{Code: town, Version: 1, Reason: "x"}, errs.Conflict},
			"no such":        {w.admin, region.CountInput{Code: 152502001999, Version: 1, Reason: "x"}, errs.NotFound},
			"a town officer": {as(t, auth.TownOfficer, town), region.CountInput{Code: gacha, Version: 5, Reason: "x"}, errs.Denied},
			"a visitor":      {w.Context(), region.CountInput{Code: gacha, Version: 5, Reason: "x"}, errs.Unauthenticated},
		} {
			_, err := w.s.Count(c.ctx, c.in)
			w.refused(err, c.kind, what)
		}
		if d := w.get(gacha); d.Version != 5 {
			w.Errorf("something was stored: %+v", d)
		}
	})
}
