package app_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"linli/internal/platform/db"
)

// left is what an operation leaves in the trail: what was done, and the kind of thing; what ends with a dot is put together at run time.
var left = regexp.MustCompile(`\b(?:Action|Object): *"([a-z_.-]+)"`)

// leftInTrail gives all actions and kinds of things that the sources name, each with its file.
func leftInTrail(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := fs.WalkDir(os.DirFS("../.."), ".", func(path string, e fs.DirEntry, err error) error {
		if e != nil && e.IsDir() && e.Name() == "testdata" {
			return fs.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(filepath.Join("../..", path))
		for _, m := range left.FindAllStringSubmatch(string(text), -1) {
			out[m[1]] = path
		}
		return err
	})
	if err != nil || len(out) < 150 {
		t.Fatal("the sources were not read:", len(out), err)
	}
	return out
}

// Whatever is left in the trail has words for those who read it: each action and each kind of thing that the sources name, and those put
// together at run time of which the village's life leaves some.
func TestTrailHasWords(t *testing.T) {
	d := village.SQLite(t)
	door := program(t, d).Router
	for name, path := range leftInTrail(t) {
		if !strings.HasSuffix(name, ".") && door.Words(name) == "" {
			t.Errorf("%s leaves %q in the trail: give it words in operations.txt of its area", path, name)
		}
	}
	if err := d.Read(t.Context(), func(tx *db.Tx) error {
		names, err := db.Select[string](t.Context(), tx, tx.Build("SELECT DISTINCT action FROM audit UNION SELECT DISTINCT object FROM audit"))
		for _, name := range names {
			if door.Words(name) == "" {
				t.Errorf("%q stands in the trail without words: operations.txt of its area", name)
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
