package app_test

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"linli/internal/app"
	"linli/internal/platform/auth"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/seal"
)

var update = flag.Bool("update", false, "write golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the program says now: look at the difference, then run go test ./internal/app -update", name)
	}
}

// areaFiles gives the files of a name that areas keep in their testdata, one after the other.
func areaFiles(t *testing.T, name string) string {
	t.Helper()
	var out strings.Builder
	for _, pattern := range []string{"../*/*/testdata/", "../*/*/*/testdata/"} {
		files, err := filepath.Glob(pattern + name)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			out.WriteString(strings.TrimSpace(string(raw)) + "\n\n")
		}
	}
	return out.String()
}

// seeded is what every database starts with.
var seeded = dbtest.Filled(app.Seed)

func program(t *testing.T, d *db.DB) *app.App {
	t.Helper()
	a, err := app.New(d, seal.Ephemeral(), config.Store{Data: t.TempDir()}, config.Server{Demo: true})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Every statement of every area is understood by both engines, and its columns fit its row.
func TestStatements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Check(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// Which role holds which permission is a decision of people: any change of it shows here.
func TestPermissions(t *testing.T) {
	var out strings.Builder
	table := auth.Table()
	for _, p := range slices.Sorted(maps.Keys(table)) {
		fmt.Fprintf(&out, "%s:", p)
		for _, r := range table[p] {
			fmt.Fprintf(&out, " %s", r)
		}
		out.WriteByte('\n')
	}
	golden(t, "permissions.txt", []byte(out.String()))
}

// A visitor gets every public page and nothing else; no answer is an internal error.
func TestVisitor(t *testing.T) {
	nameless := regexp.MustCompile(`{id}|{token}|{receipt}|{file}|{path...}|/log/proof$|/open/{code}$|^/sign-in/outside$`)
	leads := regexp.MustCompile(`^/sign-in/with/{id}/back$`)
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		a := program(t, d)
		for _, r := range a.Router.Routes() {
			if r.Kind == "stream" {
				continue
			}
			path := fill(r.Path)
			if r.Method == http.MethodGet && slices.Contains(r.Texts, "q") {
				path += "?q=" + url.QueryEscape("宝昌𠮷")
			}
			req := httptest.NewRequest(r.Method, path, strings.NewReader("{}"))
			if r.Method == http.MethodPost {
				req.Header.Set("Content-Type", "application/json")
			}
			w := httptest.NewRecorder()
			a.Router.ServeHTTP(w, req)
			switch {
			case w.Code >= 500:
				t.Errorf("%s %s: %d %s", r.Method, path, w.Code, w.Body)
			case !r.Public && w.Code != 401 && w.Code != 303:
				t.Errorf("%s %s is not public and answers %d", r.Method, path, w.Code)
			case leads.MatchString(r.Path) && w.Code == 303: // to where it is said why not
			case nameless.MatchString(r.Path) && w.Code == 404: // there is no such thing, and he may know
			case r.Path == "/api/v1/log/leaf" && w.Code == 422: // he has to say of what
			case r.Public && r.Method == "GET" && w.Code != 200:
				t.Errorf("%s %s: %d", r.Method, path, w.Code)
			}
		}
	})
}

// A database is demo or real from birth; the other mode refuses it.
func TestStamp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, c := range []struct{ demo, ok bool }{{true, true}, {false, false}, {true, true}} {
			if err := app.Stamp(t.Context(), d, c.demo); (err == nil) != c.ok {
				t.Errorf("demo=%v: %v", c.demo, err)
			}
		}
	})
}
