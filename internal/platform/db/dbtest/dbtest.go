// Package dbtest runs one test on both engines, each on a database of its own. What tests start from is made once and copied: a file
// of SQLite, a template database of PostgreSQL.
package dbtest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"linli/internal/platform/db"
)

// Each runs test on SQLite and on PostgreSQL, on an empty migrated database. Without a PostgreSQL server the test fails: `make test`
// starts one.
func Each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	migrated.Each(t, test)
}

// EachURL runs test with the address of an empty migrated database of each engine, for tests that open it themselves.
func EachURL(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	migrated.EachURL(t, test)
}

// SQLite gives an empty migrated database in a temporary folder.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	return migrated.SQLite(t)
}

// Postgres gives an empty migrated database on the test server.
func Postgres(t testing.TB) *db.DB {
	t.Helper()
	return migrated.Postgres(t)
}

// Prepare fails the test for each statement of the linked packages that d's engine refuses, or whose columns its row struct lacks.
func Prepare(t testing.TB, d *db.DB) {
	t.Helper()
	if err := d.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// Template is what the tests of a package start from: made for an engine when the first test asks for it, and copied for each.
type Template struct {
	lite func() ([]byte, error)
	pg   func() (string, error)
}

var migrated = &Template{
	lite: sync.OnceValues(func() ([]byte, error) { return makeFile(migrate) }),
	pg:   migratedDatabase,
}

// Seeded gives the template of a migrated database with the seeds in it. A test may call them again: they find everything in place.
func Seeded(seeds ...func(ctx context.Context, tx *db.Tx) error) *Template {
	return Filled(func(ctx context.Context, d *db.DB) error {
		return d.Write(ctx, func(tx *db.Tx) error {
			for _, seed := range seeds {
				if err := seed(ctx, tx); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// Filled gives the template of a migrated database that fill has filled.
func Filled(fill func(ctx context.Context, d *db.DB) error) *Template {
	return Made(func(url string) error {
		ctx := context.Background()
		d, err := db.Open(ctx, url)
		if err != nil {
			return err
		}
		defer d.Close()
		if err := d.Start(ctx); err != nil {
			return err
		}
		return fill(ctx, d)
	})
}

// Made gives the template that fill makes of the migrated database at an address.
func Made(fill func(url string) error) *Template {
	return &Template{
		lite: sync.OnceValues(func() ([]byte, error) {
			return makeFile(func(url string) error {
				if err := copyFile(migrated, url); err != nil {
					return err
				}
				return fill(url)
			})
		}),
		pg: sync.OnceValues(func() (string, error) {
			from, err := migrated.pg()
			if err != nil {
				return "", err
			}
			c, err := server()
			if err != nil {
				return "", err
			}
			name, err := c.copy(from)
			if err == nil {
				err = fill(c.url(name))
			}
			return name, err
		}),
	}
}

// Each runs test on SQLite and on PostgreSQL, each on a copy.
func (m *Template) Each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, m.SQLite(t)) })
	if !liteOnly() {
		t.Run("postgres", func(t *testing.T) { test(t, m.Postgres(t)) })
	}
}

// liteOnly leaves out PostgreSQL: only `make mutate` asks for it, since a broken rule shows on one engine as well.
func liteOnly() bool { return os.Getenv("LINLI_TEST_ENGINE") == "sqlite" }

// EachURL runs test with the address of a copy on each engine.
func (m *Template) EachURL(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, m.SQLiteURL(t)) })
	if !liteOnly() {
		t.Run("postgres", func(t *testing.T) { test(t, m.PostgresURL(t)) })
	}
}

// SQLite gives a copy in a temporary folder.
func (m *Template) SQLite(t testing.TB) *db.DB {
	t.Helper()
	return start(t, m.SQLiteURL(t))
}

// Postgres gives a copy on the test server, dropped after the test.
func (m *Template) Postgres(t testing.TB) *db.DB {
	t.Helper()
	return start(t, m.PostgresURL(t))
}

// SQLiteURL gives the address of a copy.
func (m *Template) SQLiteURL(t testing.TB) string {
	t.Helper()
	url := "sqlite:" + filepath.Join(t.TempDir(), "linli.db")
	if err := copyFile(m, url); err != nil {
		t.Fatal(err)
	}
	return url
}

const scheme = len("sqlite:")

func copyFile(m *Template, url string) error {
	content, err := m.lite()
	if err != nil {
		return err
	}
	return os.WriteFile(url[scheme:], content, 0o600)
}

// makeFile gives the content of the SQLite file that fill leaves at an address.
func makeFile(fill func(url string) error) ([]byte, error) {
	dir, err := os.MkdirTemp("", "linli-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	url := "sqlite:" + filepath.Join(dir, "linli.db")
	if err := fill(url); err != nil {
		return nil, err
	}
	return os.ReadFile(url[scheme:])
}

func migrate(url string) error {
	d, err := db.Open(context.Background(), url)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Migrate(context.Background())
}

func start(t testing.TB, url string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if err := d.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}
