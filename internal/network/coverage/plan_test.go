package coverage

import (
	"context"
	"strings"
	"testing"

	"linli/internal/civic/region"
	"linli/internal/network/standard"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
)

// With all 14,592 communities and a change on every day of six years in every league, a page of the autonomous region adds up some
// fifty rows a division, whatever the day, and walks to them by the key; the list of what is missing walks an index too. Rows and
// plans are counted and not time, which is the machine's.
func TestRowsRead(t *testing.T) {
	dbtest.Seeded(region.Seed, standard.Seed, Seed, func(ctx context.Context, tx *db.Tx) error {
		return addChange(ctx, tx, everyDay())
	}).Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		codes := []auth.Region{region.Top}
		for c := range leagueTiles {
			codes = append(codes, c)
		}
		for _, day := range []clock.Day{20211231, 20240229, 20261130} {
			if err := d.Read(ctx, func(tx *db.Tx) error {
				b := tx.Build(`SELECT count(*) FROM (`)
				upTo(b, `SELECT t.region FROM coverage_count`, codes, day)
				n, err := db.SelectOne[int64](ctx, tx, b.Add(`) x`))
				if most := int64(len(codes) * 2 * (33 + 11 + 31)); n > most || n < 13 {
					t.Errorf("on %s %d rows are read, at most %d", day, n, most)
				}
				all, err2 := figuresOn(ctx, tx, codes, day)
				if want := int64(day.Sub(20210101) + 1); err == nil && all[150100000000].urban.Stations != want {
					t.Errorf("on %s %d stations, want %d", day, all[150100000000].urban.Stations, want)
				}
				if err == nil {
					err = err2
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		if d.Postgres() { // whose planner chooses by the size of the tables; the keys are the same
			return
		}
		plan := func(what string, build func(*db.Builder) *db.Builder) {
			t.Helper()
			err := d.Read(ctx, func(tx *db.Tx) error {
				rows, err := db.Select[step](ctx, tx, build(tx.Build(`EXPLAIN QUERY PLAN `)))
				for _, r := range rows {
					if strings.HasPrefix(r.Detail, "SCAN") && !strings.Contains(r.Detail, "(subquery") && r.Detail != "SCAN x" &&
						!strings.Contains(r.Detail, "CONSTANT") {
						t.Errorf("%s: %s", what, r.Detail)
					}
				}
				return err
			})
			if err != nil {
				t.Fatal(what, err)
			}
		}
		plan("figures", func(b *db.Builder) *db.Builder {
			return upTo(b, `SELECT t.region, t.stations FROM coverage_count`, codes, 20261130)
		})
		plan("lacks", func(b *db.Builder) *db.Builder {
			return upTo(b, `SELECT t.region, t.n FROM coverage_lack`, codes, 20261130)
		})
		for _, at := range []auth.Region{150500000000, 152502000000, 152502100000} {
			plan("gaps of "+at.String(), func(b *db.Builder) *db.Builder {
				b.Add(`SELECT g.region FROM coverage_span g WHERE g.lacks <> '' AND g.day <= 20261130 AND g.until_day > 20261130`)
				auth.Within(b, "g.region", at)
				return b.Add(` ORDER BY g.region LIMIT 21`)
			})
		}
	})
}

type step struct {
	ID, Parent, Notused int64
	Detail              string
}

// everyDay opens a station in each league on each day from 2021 on.
func everyDay() change {
	c := change{map[count]Figures{}, map[lack]int64{}}
	for league := range leagueTiles {
		for day := clock.Day(20210101); day <= 20261231; day = day.AddDays(1) {
			c.add(span{Region: league + 1001001, Day: day, UntilDay: clock.Forever, Urban: true, Figures: Figures{Stations: 1}, Lacks: " site "}, 1)
		}
	}
	return c
}

// What is close to all is never written as all, and a share rounds as one does by hand.
func TestShares(t *testing.T) {
	for _, c := range []struct {
		n, of         int64
		text, percent string
	}{{13628, 14592, "0.9339", "93.4%"}, {14591, 14592, "0.9999", "99.9%"}, {14592, 14592, "1.0000", "100.0%"}, {7, 6, "1.1667", "116.7%"},
		{0, 6, "0.0000", "0.0%"}, {1, 6, "0.1667", "16.7%"}} {
		s := ratio(c.n, c.of)
		if s.String() != c.text || s.Percent() != c.percent {
			t.Errorf("%d of %d: %s %s", c.n, c.of, s, s.Percent())
		}
	}
	if ratio(3, 0) != nil || percent(nil) != "—" {
		t.Error("a part of nothing is something")
	}
}

// At nine in a year, ten more take five quarters; at none or less never.
func TestForecast(t *testing.T) {
	for _, c := range []struct {
		f    forecast
		want clock.Day
	}{
		{forecast{Gained: 9, Need: 10, Known: true}, 20280224},
		{forecast{Gained: 40, Need: 10, Known: true}, 20270224},
		{forecast{Gained: 0, Need: 10, Known: true}, 0},
		{forecast{Gained: -3, Need: 10, Known: true}, 0},
		{forecast{Gained: 1, Need: 100, Known: true}, 0},
		{forecast{Gained: 9, Need: 10}, 0},
		{forecast{Need: 0, Known: true}, 20261124},
	} {
		if got := c.f.reached(20261124); got != c.want {
			t.Errorf("%+v: %s, want %s", c.f, got, c.want)
		}
	}
}
