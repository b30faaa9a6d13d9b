package opendata_test

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/work/attendance/attendancetest"
)

// The columns of a dataset are a promise to programs: their names and order stay.
func TestColumns(t *testing.T) {
	each(t, func(w *world) {
		for code, want := range map[string]string{
			"services":   "id,code,name,about,category,category_name,region,place,minutes,volunteers,risk",
			"activities": "id,title,category,category_name,starts_at,ends_at,region,station,place,needed,state,url",
		} {
			text := strings.TrimPrefix(w.get("GET", "/open/data/"+code+".csv", "").Body.String(), "\ufeff")
			lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
			if err != nil || len(lines) == 0 || strings.Join(lines[0], ",") != want {
				t.Errorf("%s: %v %v", code, lines[:min(len(lines), 1)], err)
			}
		}
	})
}

// An activity is told of for a year behind its day, and no day longer.
func TestActivityOfLastYear(t *testing.T) {
	each(t, func(w *world) {
		d := w.activity("义诊", true)
		for days, n := range map[int]int{0: 1, 365: 1, 366: 0} {
			clock.Set(d.Day.AddDays(days).Time())
			if list := w.rows("activities"); len(list) != n {
				t.Errorf("%d days behind it: %d", days, len(list))
			}
		}
	})
}

// Of articles the sitemap names those that are published.
func TestArticlesInSitemap(t *testing.T) {
	each(t, func(w *world) {
		w.Write(func(tx *db.Tx) error {
			for i, state := range []string{"published", "draft", "withdrawn"} {
				if _, err := tx.Build(`INSERT INTO article (id, version, region, section, title, summary, source, body, words, policy, state, round,
					needed, passed, published_at, author, author_name, reason, made_at, changed_at)
					VALUES (?, 1, ?, 'deed', '题', '', '', '', '', 1, ?, 1, 1, 1, ?, 1, '', '', ?, ?)`,
					91+i, int64(attendancetest.Gacha), state, tx.Now, tx.Now, tx.Now).Run(w.System, tx); err != nil {
					return err
				}
			}
			return nil
		})
		if got := w.located("/sitemaps/articles-1.xml"); !slices.Equal(got, []string{"/articles/91"}) {
			t.Error(got)
		}
		if got := w.located("/sitemap.xml"); !slices.Contains(got, "/sitemaps/articles-1.xml") {
			t.Error(got)
		}
	})
}
