package app_test

import (
	"net/http/httptest"
	"path/filepath"
	"testing"

	"linli/internal/platform/area/areatest"
	"linli/internal/platform/auth"
	"linli/internal/platform/web"
)

// holders signs in by the name of a role: one who holds just that role, where it is usually held.
type holders = areatest.Holders

// fill gives a path that names nothing that exists, request asks for it.
var (
	fill    = areatest.Fill
	request = areatest.Request
)

// Which role gets through which door, tried at every door, page and API alike: a change of it shows here. Each operation asks for just
// the permission that its route states, and refuses as the API's document says. Doors are the same on both engines: what lies behind
// them is tried on PostgreSQL once, below.
func TestMatrix(t *testing.T) {
	d := seeded.SQLite(t)
	a := program(t, d)
	door := areatest.Ask(a.DB, a.Keys)
	a.Mount(door.Router)
	described := read(t, door.Router)
	out := map[string]string{} // by folder of the area
	for _, r := range door.Routes() {
		if r.Kind == "stream" {
			continue
		}
		out[home(t, r.Operation)] += door.Line(t, r, func(role string, w *httptest.ResponseRecorder) {
			if w.Code >= 500 {
				t.Errorf("%s %s as %q: %d %s", r.Method, r.Path, role, w.Code, w.Body)
			}
			if r.Kind == web.KindJSON && !described.describes(r, w.Code) {
				t.Errorf("%s %s answers %d, which the API's document does not describe", r.Method, r.Path, w.Code)
			}
		})
	}
	for folder, lines := range out {
		golden(t, filepath.Join("..", folder, "matrix.txt"), []byte(lines))
	}
}

// Behind every door that opens for somebody, PostgreSQL answers too.
func TestDoorsOnPostgres(t *testing.T) {
	a := program(t, seeded.Postgres(t))
	door := web.New(web.Config{Auth: holders{}, Keys: a.Keys, DB: a.DB, Demo: true})
	a.Mount(door)
	opened := 0
	for _, r := range door.Routes() {
		if r.Kind == "stream" {
			continue
		}
		for _, role := range auth.Roles {
			w := httptest.NewRecorder()
			door.ServeHTTP(w, request(r, string(role)))
			if w.Code == 401 || w.Code == 403 {
				continue
			}
			if opened++; w.Code >= 500 {
				t.Errorf("%s %s as %s: %d %s", r.Method, r.Path, role, w.Code, w.Body)
			}
			break
		}
	}
	if opened < 500 {
		t.Errorf("only %d doors opened", opened)
	}
}
