package db

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"math"
	"regexp"
	"testing/fstest"
	"text/template"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

var textColumn = regexp.MustCompile(`\bTEXT\b`)

// render writes the one list of migrations for an engine. On PostgreSQL each TEXT sorts by code point, as SQLite's does.
func render(pg bool) (fs.FS, error) {
	words := map[string]string{"pk": "INTEGER PRIMARY KEY", "time": "TIMESTAMP", "bytes": "BLOB", "float": "REAL"}
	if pg {
		words = map[string]string{"pk": "BIGINT PRIMARY KEY", "time": "TIMESTAMPTZ", "bytes": "BYTEA", "float": "DOUBLE PRECISION"}
	}
	funcs := template.FuncMap{"json": func() string { return "TEXT" }}
	for k, v := range words {
		funcs[k] = func() string { return v }
	}
	out := fstest.MapFS{}
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		src, err := migrations.ReadFile(name)
		if err != nil {
			return nil, err
		}
		t, err := template.New(name).Funcs(funcs).Parse(string(src))
		if err != nil {
			return nil, err
		}
		var w bytes.Buffer
		if err := t.Execute(&w, struct{ PG bool }{pg}); err != nil {
			return nil, err
		}
		text := w.Bytes()
		if pg {
			text = textColumn.ReplaceAll(text, []byte(`TEXT COLLATE "C"`))
		}
		out[name[len("migrations/"):]] = &fstest.MapFile{Data: text}
	}
	return out, nil
}

// Fingerprint is the SHA-256 of all migrations as PostgreSQL gets them, in hex: equal for programs of one schema.
func Fingerprint() (string, error) {
	files, err := render(true)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	err = fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, path)
		fmt.Fprintf(sum, "%s %d\n%s", path, len(text), text)
		return err
	})
	return hex.EncodeToString(sum.Sum(nil)), err
}

// SchemaNumber is the number of this program's newest migration.
func SchemaNumber() (newest int64, err error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	for _, name := range names {
		n, bad := goose.NumericComponent(name)
		newest, err = max(newest, n), cmp.Or(err, bad)
	}
	return newest, err
}

func (d *DB) provider() (*goose.Provider, error) {
	files, err := render(d.pg)
	if err != nil {
		return nil, err
	}
	dialect := goose.DialectSQLite3
	if d.pg {
		dialect = goose.DialectPostgres
	}
	return goose.NewProvider(dialect, d.write, files)
}

// Migrate brings the schema up to this program's. It only ever adds.
func (d *DB) Migrate(ctx context.Context) error { return d.MigrateTo(ctx, math.MaxInt64) }

// MigrateTo brings the schema up to migration number version and no further: for content that was kept under it. What a watch had learned
// of the tables is forgotten, since they may have other columns then.
func (d *DB) MigrateTo(ctx context.Context, version int64) error {
	p, err := d.provider()
	if err != nil {
		return err
	}
	if w := d.watch.Load(); w != nil {
		defer d.Watch(w.Watch)
	}
	if _, err := p.UpTo(ctx, version); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// Schema is the number of the newest migration that the database has; 0 for one that nothing was done to.
func (d *DB) Schema(ctx context.Context) (int64, error) {
	p, err := d.provider()
	if err != nil {
		return 0, err
	}
	return p.GetDBVersion(ctx)
}

// Outdated says whether the schema is older than this program.
func (d *DB) Outdated(ctx context.Context) (bool, error) {
	p, err := d.provider()
	if err != nil {
		return false, err
	}
	return p.HasPending(ctx)
}
