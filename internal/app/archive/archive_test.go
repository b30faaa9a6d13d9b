package archive_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"linli/internal/app"
	"linli/internal/app/archive"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/seal"
)

func digest(t *testing.T, d *db.DB, keys *seal.Keys) string {
	t.Helper()
	sum, err := assembled(t, d, keys).Digest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// seeded is what every database starts with.
var seeded = dbtest.Filled(func(ctx context.Context, d *db.DB) error {
	d.Count(1_000_000) // as the demo: equal content has equal ids
	return app.Seed(ctx, d)
})

// fill writes one audit row with fixed values.
func fill(t *testing.T, d *db.DB, actor string) {
	t.Helper()
	if err := d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Build(`INSERT INTO audit (id, at, actor, role, action, object, object_id, region, cause, detail)
			VALUES (1, ?, ?, '', 'test', 'thing', '1', 150000000000, '', '{}')`, time.UnixMicro(1_700_000_000_123_456), actor).Run(t.Context(), tx)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// Equal content has one digest on both engines; one changed value has another.
func TestDigest(t *testing.T) {
	lite, pg, other := seeded.SQLite(t), seeded.Postgres(t), seeded.SQLite(t)
	fill(t, lite, "王𠮷")
	fill(t, pg, "王𠮷")
	fill(t, other, "王吉")
	keys := seal.Ephemeral()
	if a, b := digest(t, lite, keys), digest(t, pg, seal.Ephemeral()); a != b {
		t.Errorf("SQLite %s, PostgreSQL %s", a, b)
	}
	if digest(t, lite, keys) == digest(t, other, keys) {
		t.Error("a changed value does not show")
	}
}

// A backup of either engine restores into the other, with its files, and never into a database that holds something.
func TestBackup(t *testing.T) {
	keys := seal.Ephemeral()
	for name, pair := range map[string][2]*db.DB{"to PostgreSQL": {seeded.SQLite(t), dbtest.Postgres(t)},
		"to SQLite": {seeded.Postgres(t), dbtest.SQLite(t)}} {
		t.Run(name, func(t *testing.T) {
			from, to := whole(t, pair[0], keys, t.TempDir()), whole(t, pair[1], keys, t.TempDir())
			fill(t, from.DB, "王𠮷")
			if err := os.WriteFile(filepath.Join(from.Files, "photo"), []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "backup.zip")
			if _, err := archive.Backup(t.Context(), from, path); err != nil {
				t.Fatal(err)
			}
			if err := archive.Restore(t.Context(), to, path); err != nil {
				t.Fatal(err)
			}
			if got, want := digest(t, to.DB, keys), digest(t, from.DB, keys); got != want {
				t.Errorf("restored %s, backed up %s", got, want)
			}
			if b, err := os.ReadFile(filepath.Join(to.Files, "photo")); err != nil || string(b) != "x" {
				t.Errorf("file: %q %v", b, err)
			}
			if err := archive.Restore(t.Context(), to, path); !errors.Is(err, archive.ErrNotEmpty) {
				t.Errorf("second restore: %v", err)
			}
		})
	}
}
