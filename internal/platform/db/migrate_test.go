package db_test

import (
	"path/filepath"
	"strings"
	"testing"

	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
)

// What the solver was given for plans of earlier releases loses the names of volunteers, whatever is in them, and nothing else.
func TestNamesLeaveOldPlans(t *testing.T) {
	const columns = `id, region, by_name, at, until_day, places, served, travel, most, cost, gap, near_served, near_travel, near_most, near_cost,
		near_gross, unserved, problem`
	old := []string{
		`{"orders":[{"id":"5","places":1,"exit":100000,"start":1,"end":2,"cands":[{"v":1,"p":[2,0,0,0,-30,3,0]}]}],"people":[` +
			`{"id":"7","name":"娜仁高娃","month":60},{"id":"8","name":"𠮷\"，\"name\":\\","month":0},{"id":"9","name":"ᠪᠠᠲᠤ","month":1}],"load":0,"most":3,"raise":4}`,
		`{"orders":[],"people":[],"load":0,"most":3,"raise":4}`,
		`{"orders":null,"people":null,"load":0,"most":3,"raise":4}`,
	}
	want := append([]string{strings.NewReplacer(`"name":"娜仁高娃",`, "", `"name":"𠮷\"，\"name\":\\",`, "", `"name":"ᠪᠠᠲᠤ",`, "").Replace(old[0])},
		old[1:]...)
	for name, url := range map[string]func() string{
		"sqlite":   func() string { return "sqlite:" + filepath.Join(t.TempDir(), "x.db") },
		"postgres": func() string { return dbtest.PostgresURL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			d, err := db.Open(t.Context(), url())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { d.Close() })
			if err := d.MigrateTo(t.Context(), 96); err != nil {
				t.Fatal(err)
			}
			if err := d.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := d.Write(t.Context(), func(tx *db.Tx) error {
				for i, text := range old {
					if _, err := tx.Build(`INSERT INTO dispatch_plan (`+columns+`) VALUES (?, 1, '', ?, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, '[]', ?)`,
						i+1, tx.Now, text).Run(t.Context(), tx); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if err := d.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := d.Read(t.Context(), func(tx *db.Tx) error {
				got, err := db.Select[string](t.Context(), tx, tx.Build(`SELECT problem FROM dispatch_plan ORDER BY id`))
				for i := range want {
					if err == nil && got[i] != want[i] {
						t.Errorf("%s\nwant %s", got[i], want[i])
					}
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// Who watched the rows before a migration sees the columns that it adds: else they could not be adopted.
func TestMigrationIsWatched(t *testing.T) {
	for name, url := range map[string]func() string{
		"sqlite":   func() string { return "sqlite:" + filepath.Join(t.TempDir(), "x.db") },
		"postgres": func() string { return dbtest.PostgresURL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			d, err := db.Open(t.Context(), url())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { d.Close() })
			width := func() (n int) {
				if err := d.Read(t.Context(), func(tx *db.Tx) error {
					shapes, err := d.Shapes(t.Context(), tx)
					if err == nil {
						n = shapes["activity"].Width()
					}
					return err
				}); err != nil {
					t.Fatal(err)
				}
				return n
			}
			if err := d.MigrateTo(t.Context(), 162); err != nil {
				t.Fatal(err)
			}
			d.Watch(db.Watch{MAC: mac})
			was := width()
			if err := d.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			if now := width(); now <= was {
				t.Errorf("%d columns before, %d after", was, now)
			}
		})
	}
}
