package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/web/turn"
)

// accounts signs in whom a token names by his number; "" is a visitor.
type accounts struct{}

func (accounts) Authenticate(_ context.Context, token string) (auth.Actor, error) {
	id, ok := map[string]db.ID{"one": 1, "two": 2}[token]
	if !ok {
		return auth.Actor{}, errs.ErrUnauthenticated
	}
	return auth.Actor{Account: id}, nil
}

func call(r *Router, token, method, path, body string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	return w
}

// A limit counts an account's calls on one thing, whatever the face; another account, or another thing, is not meant, though both
// stand behind one address. A visitor is his address.
func TestRateIsOfTheAccount(t *testing.T) {
	r := New(Config{Auth: accounts{}})
	op := func(_ context.Context, in struct {
		ID db.ID `path:"id"`
	}) (moved, error) {
		return moved{ID: in.ID}, nil
	}
	limit := Rate(3, time.Hour, "id")
	JSON(r, "GET /api/v1/things/{id}", "thing.get", testPerm, op, limit)
	Page(r, "GET /things/{id}", "thing.get", testPerm, op, view)
	times := func(n int, token, path string, want int) {
		t.Helper()
		for range n {
			if w := call(r, token, "GET", path, ""); w.Code != want {
				t.Errorf("%s as %q: %d, want %d", path, token, w.Code, want)
			}
		}
	}
	times(2, "one", "/api/v1/things/7", 200)
	times(1, "one", "/things/7", 200)
	times(1, "one", "/things/7", 429)
	times(1, "one", "/api/v1/things/7", 429)
	times(3, "one", "/api/v1/things/8", 200)
	times(3, "two", "/api/v1/things/7", 200)
	times(1, "two", "/api/v1/things/7", 429)
	times(3, "", "/api/v1/things/7", 200)
	times(1, "", "/api/v1/things/8", 429)
}

// A form that comes too often is shown again with what was typed, and says when to ask again; what is not in order counts too, and is told
// as too much all the same.
func TestRateKeepsWhatWasTyped(t *testing.T) {
	r := New(Config{})
	Page(r, "GET /things/{id}", "thing.get", testPerm, func(_ context.Context, in struct {
		ID db.ID `path:"id"`
	}) (moved, error) {
		return moved{ID: in.ID}, nil
	}, view)
	Form(r, "POST /things/{id}/move", "thing.move", testPerm, move, func(in moveInput) string { return "/things/" + in.ID.String() },
		func(_ moveInput, out moved) string { return "/things/" + out.ID.String() }, Rate(2, time.Hour))
	for i, c := range []struct {
		body   string
		status int
		says   string
	}{
		{"version=3&decision=accept", 303, ""},
		{"version=x&reason=𠮷", 422, "PAGE 𠮷"},
		{"version=3&decision=accept&reason=ᠪᠠᠲᠤ", 429, "PAGE ᠪᠠᠲᠤ"},
		{"version=x&reason=𠮷", 429, "PAGE 𠮷"},
	} {
		req := httptest.NewRequest("POST", "/things/42/move", strings.NewReader(c.body))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		later := w.Header().Get("Retry-After")
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) || (later != "") != (w.Code == 429) {
			t.Errorf("%d: %d %q (again after %q), want %d with %q", i, w.Code, w.Body, later, c.status, c.says)
		}
	}
}

// Who may choose among the addresses of his connection is one visitor all the same.
func TestRateIsOfTheConnection(t *testing.T) {
	r := New(Config{})
	JSON(r, "GET /api/v1/things", "thing.list", testPerm, func(context.Context, struct{}) (moved, error) { return moved{}, nil },
		Rate(1, time.Hour))
	for _, c := range []struct {
		from string
		want int
	}{
		{"[2001:db8:0:1::1]:9", 200}, {"[2001:db8:0:1:ffff::2]:9", 429}, {"[2001:db8:0:2::1]:9", 200},
		{"[::ffff:192.0.2.1]:9", 200}, {"192.0.2.1:9", 429}, {"192.0.2.2:9", 200},
	} {
		req := httptest.NewRequest("GET", "/api/v1/things", nil)
		req.RemoteAddr = c.from
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		if w.Code != c.want {
			t.Errorf("%s: %d, want %d", c.from, w.Code, c.want)
		}
	}
}

// A turn ends with its request however that ends: by a fault, or by who no longer waits. A page that a form shows again is no second
// turn.
func TestTurnsEnd(t *testing.T) {
	r := New(Config{Auth: accounts{}, AtOnce: 1})
	JSON(r, "GET /api/v1/fault", "thing.fault", testPerm, func(context.Context, struct{}) (moved, error) { panic("oh") })
	Page(r, "GET /things/new", "thing.blank", testPerm, func(context.Context, struct{}) (moved, error) { return moved{}, nil }, view)
	Form(r, "POST /things", "thing.add", testPerm, func(context.Context, struct{}) (moved, error) {
		return moved{}, errs.Field("name", "不对")
	}, func(struct{}) string { return "/things/new" }, func(struct{}, moved) string { return "/" })
	for range 3 {
		if w := call(r, "one", "GET", "/api/v1/fault", ""); w.Code != 500 {
			t.Errorf("a fault: %d", w.Code)
		}
	}
	post := httptest.NewRequest("POST", "/things", strings.NewReader("idempotency_key=a"))
	post.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	post.Header.Set("Authorization", "Bearer one")
	ctx, cancel := context.WithTimeout(post.Context(), 5*time.Second)
	defer cancel()
	w := httptest.NewRecorder()
	if r.ServeHTTP(w, post.WithContext(ctx)); w.Code != 422 {
		t.Errorf("a form that is shown again: %d", w.Code)
	}
	leave, _ := r.turns.Wait(t.Context(), "1", 1)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	req := httptest.NewRequest("GET", "/things/new", nil).WithContext(gone)
	req.Header.Set("Authorization", "Bearer one")
	w = httptest.NewRecorder()
	if r.ServeHTTP(w, req); w.Code == 200 {
		t.Error("who no longer waits is served beside the one whose turn it is")
	}
	if leave(); call(r, "one", "GET", "/things/new", "").Code != 200 {
		t.Error("no turn where nobody stands")
	}
}

// One client's requests wait for each other, and those beyond a line are told at once to come back; who comes beside him is served.
func TestTurns(t *testing.T) {
	const atOnce = 2
	r := New(Config{Auth: accounts{}, AtOnce: atOnce})
	begun, release := make(chan bool, 100), make(chan bool)
	JSON(r, "GET /api/v1/slow", "thing.slow", testPerm, func(ctx context.Context, _ struct{}) (moved, error) {
		if auth.From(ctx).Account == 1 {
			begun <- true
			<-release
		}
		return moved{}, nil
	})
	var all sync.WaitGroup
	codes := make(chan int, 100)
	ask := func() { all.Go(func() { codes <- call(r, "one", "GET", "/api/v1/slow", "").Code }) }
	for range atOnce*(1+turn.InLine) + 5 {
		ask()
	}
	for range atOnce {
		<-begun
	}
	for range 5 { // beyond the line
		if code := <-codes; code != 503 {
			t.Errorf("%d, want 503", code)
		}
	}
	if w := call(r, "two", "GET", "/api/v1/slow", ""); w.Code != 200 {
		t.Errorf("another account: %d", w.Code)
	}
	if len(begun) != 0 {
		t.Errorf("%d more than %d run at once", len(begun), atOnce)
	}
	close(release)
	all.Wait()
}

// An address that is there, asked in another way, says which.
func TestWrongMethod(t *testing.T) {
	r := testRouter()
	w := call(r, "", "DELETE", "/api/v1/things", "")
	kind := w.Header().Get("Content-Type")
	if w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD, POST" || !strings.HasPrefix(kind, "application/problem") {
		t.Errorf("%d, Allow %q: %s", w.Code, w.Header().Get("Allow"), w.Body)
	}
	if w := call(r, "", "POST", "/things/1", ""); w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("page: %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
	if w := call(r, "", "GET", "/nothing", ""); w.Code != http.StatusNotFound {
		t.Errorf("nothing there: %d", w.Code)
	}
}

// An answer never grows with what is wrong in the body.
func TestManyFaults(t *testing.T) {
	body := map[string]int{}
	for i := range 20_000 {
		body[fmt.Sprint("k", i)] = i
	}
	raw, _ := json.Marshal(body)
	w := call(testRouter(), "", "POST", "/api/v1/things/1/move", string(raw))
	if w.Code != 422 || bytes.Count(w.Body.Bytes(), []byte(`"location"`)) != mostFaults || w.Body.Len() > 10_000 {
		t.Errorf("%d, %d bytes", w.Code, w.Body.Len())
	}
}

// null stands for what is not given: the default of the field counts.
func TestNullIsAbsent(t *testing.T) {
	r := New(Config{})
	JSON(r, "POST /api/v1/states", "thing.state", testPerm, func(_ context.Context, in struct {
		State string `json:"state" enum:"fine,broken" default:"fine" required:"false"`
	}) (moved, error) {
		return moved{State: in.State}, nil
	})
	for _, body := range []string{`{}`, `{"state":null}`} {
		if w := call(r, "", "POST", "/api/v1/states", body); !strings.Contains(w.Body.String(), `"state":"fine"`) {
			t.Errorf("%s: %s", body, w.Body)
		}
	}
}
