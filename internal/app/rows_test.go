package app_test

import (
	"slices"
	"testing"

	"linli/internal/app"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
)

// Every table is covered by imprints, or free of them with a reason; each statement that writes names a table that there is.
func TestEveryTableIsWatched(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var tables []db.Table
		if err := d.Read(t.Context(), func(tx *db.Tx) (err error) { tables, err = db.Tables(t.Context(), tx); return err }); err != nil {
			t.Fatal(err)
		}
		free := app.Free()
		for _, table := range tables {
			if free[table.Name] == "" && len(table.Key) == 0 {
				t.Errorf("%s has no primary key: its rows cannot be named", table.Name)
			}
		}
		named := func(table string) bool {
			return slices.ContainsFunc(tables, func(t db.Table) bool { return t.Name == table })
		}
		for table, reason := range free {
			if !named(table) || reason == "" {
				t.Errorf("free.txt: %s: %q", table, reason)
			}
		}
		for _, s := range db.Statements() {
			if table := s.Writes(); table != "" && !named(table) {
				t.Errorf("a statement writes to %q: %s", table, s.Text(true))
			}
		}
	})
}
