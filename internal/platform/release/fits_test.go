package release_test

import (
	"errors"
	"strconv"
	"testing"

	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/release"
)

// A program older than the database allows is refused; a newer schema alone is no fault.
func TestLeastProgram(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		newest, err := db.SchemaNumber()
		if err != nil {
			t.Fatal(err)
		}
		run := func(text string, args ...any) {
			t.Helper()
			err := d.Write(t.Context(), func(tx *db.Tx) error { _, err := tx.Build(text, args...).Run(t.Context(), tx); return err })
			if err != nil {
				t.Fatal(err)
			}
		}
		fits := func(want error) {
			t.Helper()
			if err := release.Fits(t.Context(), d); !errors.Is(err, want) {
				t.Errorf("%v, want %v", err, want)
			}
		}
		fits(nil)
		run("INSERT INTO goose_db_version (version_id, is_applied) VALUES (?, ?)", newest+1, true)
		fits(nil)
		if err := release.Demand(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		fits(nil)
		least := func(n int64) { run("UPDATE stamp SET value = ? WHERE name = 'least_schema'", strconv.FormatInt(n, 10)) }
		least(newest)
		fits(nil)
		least(newest + 1)
		if err := release.Demand(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		fits(release.ErrOldProgram) // an older program takes nothing back
		run("DELETE FROM goose_db_version WHERE version_id >= ?", newest)
		fits(release.ErrOldSchema)
	})
}
