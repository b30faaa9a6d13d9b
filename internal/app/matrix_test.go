package app_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/web"
)

// holders signs in by the name of a role: one who holds just that role, where it is usually held.
type holders struct{}

// calls makes each request that of another account, so that nobody is slowed down.
var calls atomic.Int64

func (holders) Authenticate(_ context.Context, token string) (auth.Actor, error) {
	role := auth.Role(token)
	if !slices.Contains(auth.Roles, role) {
		return auth.Actor{}, errs.ErrUnauthenticated
	}
	return auth.Actor{Account: db.ID(calls.Add(1)), Person: 8, Name: token,
		Grants: []auth.Grant{{Role: role, Region: 152502000000, Station: 9}}}, nil
}

// fill gives a path that names nothing that exists.
func fill(path string) string {
	return strings.NewReplacer("{code}", "152502000000", "{file}", "1.pdf", "{name}", "skill", "{kind}", "people", "{$}", "", "{id}", "1",
		"{no}", "1", "{ticket}", "1").Replace(path)
}

func request(r web.Route, role string) *http.Request {
	req := httptest.NewRequest(r.Method, fill(r.Path), nil)
	if r.Method == http.MethodPost {
		body, kind := "{}", "application/json"
		if r.Kind == "form" {
			body, kind = "", "application/x-www-form-urlencoded"
		}
		req = httptest.NewRequest(r.Method, fill(r.Path), strings.NewReader(body))
		req.Header.Set("Content-Type", kind)
	}
	if role != "" {
		req.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: role})
		req.Header.Set("Authorization", "Bearer "+role)
	}
	return req
}

// Which role gets through which door, tried at every door, page and API alike: a change of it shows here. Each operation asks for just
// the permission that its route states, and refuses as the API's document says. Doors are the same on both engines: what lies behind
// them is tried on PostgreSQL once, below.
func TestMatrix(t *testing.T) {
	d := seeded.SQLite(t)
	a := program(t, d)
	asked := map[string][]auth.Perm{}
	door := web.New(web.Config{Auth: holders{}, Keys: a.Keys, DB: a.DB, Demo: true, Asked: func(r web.Route, p []auth.Perm) {
		asked[r.Method+" "+r.Path] = p
	}})
	a.Mount(door)
	described := read(t, door)
	out := map[string]string{} // by folder of the area
	for _, r := range door.Routes() {
		if r.Kind == "stream" {
			continue
		}
		var through []string
		for _, role := range append([]auth.Role{""}, auth.Roles...) {
			w := httptest.NewRecorder()
			door.ServeHTTP(w, request(r, string(role)))
			if w.Code >= 500 {
				t.Errorf("%s %s as %q: %d %s", r.Method, r.Path, role, w.Code, w.Body)
			}
			if r.Kind == web.KindJSON && !described.describes(r, w.Code) {
				t.Errorf("%s %s answers %d, which the API's document does not describe", r.Method, r.Path, w.Code)
			}
			refused := w.Code == 401 || w.Code == 403 || role == "" && w.Code == 303 && strings.HasPrefix(w.Header().Get("Location"), "/sign-in?")
			if !refused {
				through = append(through, string(role))
			}
		}
		out[home(t, r.Operation)] += fmt.Sprintf("%s %s: %s\n", r.Method, r.Path, named(through))
		if got := asked[r.Method+" "+r.Path]; len(got) > 0 && !slices.Contains(got, r.Permission) {
			t.Errorf("%s %s states %s and asks for %s", r.Method, r.Path, r.Permission, got)
		}
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

// named says who came through, shortly where it is everybody.
func named(roles []string) string {
	switch {
	case len(roles) == len(auth.Roles)+1:
		return "everybody"
	case len(roles) == len(auth.Roles) && roles[0] != "":
		return "everybody signed in"
	case len(roles) == 0:
		return "nobody"
	}
	return strings.Join(roles, " ")
}
