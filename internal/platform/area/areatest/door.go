package areatest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/a-h/templ"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
	"linli/internal/platform/web"
	"linli/internal/platform/web/ui"
)

// Holders signs in by the name of a role: one who holds just that role, where it is usually held.
type Holders struct{}

// calls makes each request that of another account, so that nobody is slowed down.
var calls atomic.Int64

// Authenticate takes the name of a role for a token.
func (Holders) Authenticate(_ context.Context, token string) (auth.Actor, error) {
	role := auth.Role(token)
	if !slices.Contains(auth.Roles, role) {
		return auth.Actor{}, errs.ErrUnauthenticated
	}
	return auth.Actor{Account: db.ID(calls.Add(1)), Person: 8, Name: token,
		Grants: []auth.Grant{{Role: role, Region: 152502000000, Station: 9}}}, nil
}

// Fill gives a path that names nothing that exists.
func Fill(path string) string {
	return strings.NewReplacer("{code}", "152502000000", "{file}", "1.pdf", "{name}", "skill", "{kind}", "people", "{$}", "", "{id}", "1",
		"{no}", "1", "{ticket}", "1").Replace(path)
}

// Request asks at a door for nothing that exists, as somebody who holds a role.
func Request(r web.Route, role string) *http.Request {
	req := httptest.NewRequest(r.Method, Fill(r.Path), nil)
	if r.Method == http.MethodPost {
		body, kind := "{}", "application/json"
		if r.Kind == "form" {
			body, kind = "", "application/x-www-form-urlencoded"
		}
		req = httptest.NewRequest(r.Method, Fill(r.Path), strings.NewReader(body))
		req.Header.Set("Content-Type", kind)
	}
	if role != "" {
		req.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: role})
		req.Header.Set("Authorization", "Bearer "+role)
	}
	return req
}

// Asking is a router at which Holders sign in, and what permissions each of its doors asked for.
type Asking struct {
	*web.Router
	asked map[string][]auth.Perm
}

// Ask makes one.
func Ask(d *db.DB, keys *seal.Keys) *Asking {
	a := &Asking{asked: map[string][]auth.Perm{}}
	a.Router = web.New(web.Config{Auth: Holders{}, Keys: keys, DB: d, Demo: true, Asked: func(r web.Route, p []auth.Perm) {
		a.asked[r.Method+" "+r.Path] = p
	}})
	return a
}

// Line says who gets through a door, a visitor first, as matrix.txt has it; see is shown each answer. A door that asks for another
// permission than it states fails the test.
func (a *Asking) Line(t testing.TB, r web.Route, see func(role string, w *httptest.ResponseRecorder)) string {
	t.Helper()
	var through []string
	for _, role := range append([]auth.Role{""}, auth.Roles...) {
		w := httptest.NewRecorder()
		a.ServeHTTP(w, Request(r, string(role)))
		see(string(role), w)
		refused := w.Code == 401 || w.Code == 403 || role == "" && w.Code == 303 && strings.HasPrefix(w.Header().Get("Location"), "/sign-in?")
		if !refused {
			through = append(through, string(role))
		}
	}
	if got := a.asked[r.Method+" "+r.Path]; len(got) > 0 && !slices.Contains(got, r.Permission) {
		t.Errorf("%s %s states %s and asks for %s", r.Method, r.Path, r.Permission, got)
	}
	return r.Method + " " + r.Path + ": " + named(through) + "\n"
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

// Doors fails an area's test unless just those roles get through each of its doors of which its testdata/matrix.txt says so.
func Doors(t testing.TB, d *db.DB, keys *seal.Keys, mount func(*web.Router)) {
	t.Helper()
	want, err := os.ReadFile("testdata/matrix.txt")
	if err != nil {
		t.Fatal(err)
	}
	a, n := Ask(d, keys), 0
	mount(a.Router)
	signIn(a.Router)
	for _, r := range a.Routes() {
		if r.Kind == "stream" || r.Operation == stand {
			continue
		}
		n++
		line := a.Line(t, r, func(role string, w *httptest.ResponseRecorder) {
			if w.Code >= 500 {
				t.Errorf("%s %s as %q: %d %.200s", r.Method, r.Path, role, w.Code, w.Body)
			}
		})
		if !strings.Contains("\n"+string(want), "\n"+line) {
			t.Errorf("matrix.txt does not say %s", line)
		}
	}
	if lines := strings.Count(string(want), "\n"); n != lines {
		t.Errorf("%d doors, matrix.txt knows %d", n, lines)
	}
}

// stand is the operation, and the permission, of a page that stands for one of another area.
const stand = "web.test"

// signIn mounts a page in the place of that to which visitors are sent.
func signIn(r *web.Router) {
	web.Page(r, "GET "+ui.PathSignIn, stand, stand, func(ctx context.Context, _ struct{}) (struct{}, error) {
		return struct{}{}, auth.Allow(ctx, stand)
	}, func(struct{}) templ.Component { return templ.NopComponent })
}
