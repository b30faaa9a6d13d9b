package archive_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"linli/internal/app"
	"linli/internal/app/archive"
	"linli/internal/app/check"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/seal"
)

// whole is a database with the program's areas.
func whole(t *testing.T, d *db.DB, keys *seal.Keys, files string) archive.Whole {
	t.Helper()
	return archive.Whole{DB: d, Keys: keys, Areas: assembled(t, d, keys).Areas, Files: files,
		Migrate: func(ctx context.Context) error { return app.Upgrade(ctx, d, keys) }}
}

func assembled(t *testing.T, d *db.DB, keys *seal.Keys) *app.App {
	t.Helper()
	a, err := app.Assemble(d, keys, config.Store{}, config.Server{})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// kept are the backups of past releases, each in the folder of its schema, with the keys of that demo.
func kept(t *testing.T) (dirs []string) {
	t.Helper()
	dirs, err := filepath.Glob("testdata/schema-*")
	if err != nil || len(dirs) < 2 {
		t.Fatal("no kept backups:", dirs, err)
	}
	return dirs
}

// keysOf reads the keys beside a kept backup; keys that others may read are refused, so they are copied first.
func keysOf(t *testing.T, dir string) *seal.Keys {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "key-0001.json"))
	if err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(t.TempDir(), "keys")
	if err := os.Mkdir(own, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(own, "key-0001.json"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	keys, err := seal.Open(own)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// blank is an empty database of each engine to which nothing was done, not even a migration.
func blank(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
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
			test(t, d)
		})
	}
}

// A backup of each earlier release is restored by this program, brought to its schema, and found in order.
func TestRestoreOfPastReleases(t *testing.T) {
	newest, err := db.SchemaNumber()
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range kept(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			keys := keysOf(t, dir)
			blank(t, func(t *testing.T, d *db.DB) {
				if err := archive.Restore(t.Context(), whole(t, d, keys, t.TempDir()), filepath.Join(dir, "backup.zip")); err != nil {
					t.Fatal(err)
				}
				if has, err := d.Schema(t.Context()); err != nil || has != newest {
					t.Errorf("schema %d %v, not %d", has, err, newest)
				}
				found, err := assembled(t, d, keys).Verify(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				inOrder(t, found)
			})
		})
	}
}

// inOrder fails for what verify finds, but for uploads: they are looked for in the folder of the program.
func inOrder(t *testing.T, results []check.Result) {
	t.Helper()
	for _, r := range results {
		if r.Count > 0 && r.Name != "files" {
			t.Errorf("%s: %d, %v", r.Name, r.Count, r.Findings)
		}
	}
}

// What is no whole backup of this release or an earlier one is refused by name, and nothing is written.
func TestRestoreRefusals(t *testing.T) {
	dir := kept(t)[1]
	keys := keysOf(t, dir)
	good, err := os.ReadFile(filepath.Join(dir, "backup.zip"))
	if err != nil {
		t.Fatal(err)
	}
	newest, err := db.SchemaNumber()
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(good)
	flipped[bytes.Index(good, []byte("tables/person.jsonl"))+200] ^= 1
	for what, c := range map[string]struct {
		content []byte
		want    string
	}{
		"empty":            {nil, "not a backup"},
		"cut":              {good[:len(good)/2], "cut"},
		"junk behind":      {append(bytes.Clone(good), "junk"...), "behind its end"},
		"a bit flipped":    {flipped, "damaged at tables/person.jsonl"},
		"something else":   {rezipped(t, good, nil, func(string) bool { return false }), "not a backup"},
		"another format":   {rezipped(t, good, map[string]string{`"linli backup 1"`: `"linli backup 9"`}, nil), "not a backup"},
		"a later release":  {rezipped(t, good, map[string]string{`"schema":76`: fmt.Sprintf(`"schema":%d`, newest+1)}, nil), "later one"},
		"another's tables": {rezipped(t, good, map[string]string{`"schema":76`: `"schema":0`}, no("tables/person.jsonl")), "no release"},
	} {
		t.Run(what, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "backup.zip")
			if err := os.WriteFile(path, c.content, 0o600); err != nil {
				t.Fatal(err)
			}
			files := filepath.Join(t.TempDir(), "files")
			d, err := db.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "x.db"))
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			err = archive.Restore(t.Context(), whole(t, d, keys, files), path)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, not %q", err, c.want)
			}
			if has, err := d.Schema(t.Context()); err != nil || has != 0 {
				t.Errorf("schema %d was made: %v", has, err)
			}
			if _, err := os.Stat(files); !errors.Is(err, os.ErrNotExist) {
				t.Error("files were written")
			}
		})
	}
}

// A backup whose rows are fewer than it says, or that other keys sealed, is restored by nobody without a word.
func TestRestoreOfWrongContent(t *testing.T) {
	dir := kept(t)[1]
	good, err := os.ReadFile(filepath.Join(dir, "backup.zip"))
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		content []byte
		keys    *seal.Keys
		want    string
	}{
		"other keys": {good, seal.Ephemeral(), "or the keys are others"},
		"fewer rows": {rezipped(t, good, map[string]string{`"setting":`: `"setting":9`}, nil), keysOf(t, dir), "the header says"},
		"an altered value": {rezipped(t, good, map[string]string{`"锡林浩特市"`: `"锡林浩特"`}, nil), keysOf(t, dir),
			"not what was backed up"},
	} {
		t.Run(what, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "backup.zip")
			if err := os.WriteFile(path, c.content, 0o600); err != nil {
				t.Fatal(err)
			}
			d, err := db.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "x.db"))
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			err = archive.Restore(t.Context(), whole(t, d, c.keys, t.TempDir()), path)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, not %q", err, c.want)
			}
		})
	}
}

// no leaves out one file of a backup.
func no(name string) func(string) bool { return func(n string) bool { return n != name } }

// rezipped writes a backup anew with some words put for others, and without what keep does not take.
func rezipped(t *testing.T, from []byte, words map[string]string, keep func(name string) bool) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(from), int64(len(from)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range in.File {
		if keep != nil && !keep(f.Name) {
			continue
		}
		content := read(t, f)
		for a, b := range words {
			content = bytes.ReplaceAll(content, []byte(a), []byte(b))
		}
		w, err := z.Create(f.Name)
		if err == nil {
			_, err = w.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func read(t *testing.T, f *zip.File) []byte {
	t.Helper()
	in, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	b, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
