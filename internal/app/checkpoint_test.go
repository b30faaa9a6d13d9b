package app_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"linli/internal/app"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/seal"
)

// A checkpoint grows with the trail. A database that has lost its end is served with an alarm, named by verify until the kept checkpoint is
// moved away; one that was emptied is refused.
func TestCheckpoint(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, keys, store := t.Context(), seal.Ephemeral(), config.Store{Data: t.TempDir(), CheckpointDir: t.TempDir()}
		if err := app.Prepare(ctx, d, keys, store, true); err != nil {
			t.Fatal(err)
		}
		a, err := app.New(d, keys, store, config.Server{Demo: true})
		if err != nil {
			t.Fatal(err)
		}
		work := func() {
			t.Helper()
			if err := d.Write(ctx, func(tx *db.Tx) error {
				return audit.Write(auth.AsSystem(ctx, "test"), tx, audit.Entry{Action: "test", Object: "thing", ID: "1"})
			}); err != nil {
				t.Fatal(err)
			}
			if err := a.Checkpoint(ctx); err != nil {
				t.Fatal(err)
			}
		}
		behind := func(statements ...string) {
			t.Helper()
			if err := d.Write(ctx, func(tx *db.Tx) error {
				tx.Unwatched()
				for _, q := range statements {
					if _, err := tx.Exec(ctx, q); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		found := func() (out string) {
			t.Helper()
			results, err := a.Verify(ctx)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range results {
				for _, f := range r.Findings {
					out += r.Name + " " + f.Object + " " + f.What + "\n"
				}
			}
			return out
		}
		for range 3 {
			work()
		}
		if got := found(); got != "" {
			t.Fatal(got)
		}
		for _, dir := range store.Checkpoints() {
			if had, err := audit.Had(dir, keys); !had || err != nil {
				t.Errorf("%s: %v %v", dir, had, err)
			}
			if _, err := audit.Had(dir, seal.Ephemeral()); err == nil {
				t.Error("a checkpoint of other keys is believed")
			}
		}
		behind("DELETE FROM imprint WHERE seq = (SELECT MAX(seq) FROM imprint)", "DELETE FROM audit WHERE seq = 3",
			"UPDATE audit_head SET seq = 2, chain = (SELECT chain FROM audit WHERE seq = 2) WHERE id = 1",
			`UPDATE audit_head SET seq = (SELECT MAX(seq) FROM imprint), chain = (SELECT chain FROM imprint ORDER BY seq DESC LIMIT 1) WHERE id = 2`)
		if got := found(); !strings.Contains(got, "checkpoint checkpoint.json ") || strings.Contains(got, "rows ") {
			t.Errorf("set back whole: %s", got)
		}
		for range 2 { // told once, kept for ever
			work()
		}
		var alarms int64
		if err := d.Read(ctx, func(tx *db.Tx) (err error) {
			alarms, err = db.SelectOne[int64](ctx, tx, tx.Build("SELECT COUNT(*) FROM audit WHERE action = 'alarm'"))
			return err
		}); err != nil || alarms != 1 {
			t.Errorf("%d alarms %v", alarms, err)
		}
		if got := found(); !strings.Contains(got, "checkpoint checkpoint-") || strings.Contains(got, "checkpoint.json") {
			t.Errorf("the kept checkpoint: %s", got)
		}
		for _, dir := range store.Checkpoints() {
			kept, err := filepath.Glob(filepath.Join(dir, "checkpoint-*.json"))
			if err != nil || len(kept) != 1 {
				t.Fatal(kept, err)
			}
			if err := os.Remove(kept[0]); err != nil {
				t.Fatal(err)
			}
		}
		if got := found(); got != "" {
			t.Error("after it was looked into:", got)
		}
		behind("DELETE FROM imprint", "DELETE FROM audit", "UPDATE audit_head SET seq = 0, chain = NULL")
		if err := app.Prepare(ctx, d, keys, store, true); !errors.Is(err, audit.ErrEmptied) {
			t.Errorf("an emptied database: %v", err)
		}
	})
}
