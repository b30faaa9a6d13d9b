// Package dbtest runs one test on both engines, each on a fresh database.
package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver for schemas of one test

	"linli/internal/platform/db"
)

// Each runs test on SQLite and on PostgreSQL. Without a PostgreSQL server the test fails: `make test` starts one.
func Each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

// Prepare fails the test for each statement of the linked packages that d's engine refuses, or whose columns its row struct lacks.
func Prepare(t testing.TB, d *db.DB) {
	t.Helper()
	if err := d.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// SQLite gives a migrated database in a temporary folder.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	path := filepath.Join(t.TempDir(), "linli.db")
	template, err := liteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, template, 0o600); err != nil {
		t.Fatal(err)
	}
	return start(t, "sqlite:"+path)
}

// liteTemplate is the migrated empty file, made once per test process; copying it takes a millisecond.
var liteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "linli-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "linli.db")
	d, err := db.Open(context.Background(), "sqlite:"+path)
	if err != nil {
		return nil, err
	}
	if err := d.Migrate(context.Background()); err != nil {
		return nil, err
	}
	if err := d.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Postgres gives a migrated private schema on the test server.
func Postgres(t testing.TB) *db.DB {
	t.Helper()
	return start(t, PostgresURL(t))
}

// PostgresURL gives the address of an empty private schema, dropped after the test.
func PostgresURL(t testing.TB) string {
	t.Helper()
	server := os.Getenv("LINLI_TEST_POSTGRES")
	if server == "" {
		t.Fatal("no PostgreSQL: run `make test`, or `eval $(scripts/testpg start)` before go test")
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("t_%016x", rand.Uint64())
	if _, err := admin.Exec("CREATE SCHEMA " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		admin.Exec("DROP SCHEMA " + name + " CASCADE")
		admin.Close()
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String()
}

func start(t testing.TB, url string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}
