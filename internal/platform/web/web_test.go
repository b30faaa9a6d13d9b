package web

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/web/ui"
)

type rowInput struct {
	Name    string `json:"name" maxLength:"10"`
	Minutes int64  `json:"minutes" minimum:"1" maximum:"720"`
}

type moveInput struct {
	ID       db.ID       `path:"id"`
	Version  int64       `json:"version" minimum:"1"`
	Decision string      `json:"decision" enum:"accept,needs_info,reject"`
	Reason   string      `json:"reason,omitempty" maxLength:"500"`
	Region   auth.Region `json:"region,omitempty"`
	Rows     []rowInput  `json:"rows,omitempty" maxItems:"3"`
}

type moved struct {
	ID      db.ID  `json:"id"`
	State   string `json:"state"`
	Version int64  `json:"version"`
	Rows    int    `json:"rows"`
}

func move(ctx context.Context, in moveInput) (moved, error) {
	if err := auth.Allow(ctx, testPerm); err != nil {
		return moved{}, err
	}
	if in.Decision == "reject" && in.Reason == "" {
		return moved{}, errs.Field("reason", "不受理要写明原因")
	}
	if in.ID == 404 {
		return moved{}, errs.ErrNotFound
	}
	return moved{in.ID, "queued", in.Version + 1, len(in.Rows)}, nil
}

type listInput struct {
	State string `query:"state" enum:"queued,open"`
	db.Paging
}

func list(_ context.Context, in listInput) (db.Page[moved], error) {
	return db.PageOf([]moved{{ID: 1, State: in.State, Version: in.Limit}}, in.Paging, nil), nil
}

func view(m moved) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		_, err := io.WriteString(w, "PAGE "+ui.Value(ctx, "reason", "-")+" "+ui.Err(ctx, "reason")+" "+ui.Err(ctx, "rows.0.name"))
		return err
	})
}

const testPerm auth.Perm = "web.test"

func testRouter() *Router {
	r := New(Config{})
	JSON(r, "POST /api/v1/things/{id}/move", "thing.move", testPerm, move)
	JSON(r, "GET /api/v1/things", "thing.list", testPerm, list)
	JSON(r, "POST /api/v1/things", "thing.add", testPerm, move, NeedKey)
	Page(r, "GET /things/{id}", "thing.get", testPerm, func(_ context.Context, in struct {
		ID db.ID `path:"id"`
	}) (moved, error) {
		return moved{ID: in.ID}, nil
	}, view)
	Form(r, "POST /things/{id}/move", "thing.move", testPerm, move,
		func(in moveInput) string { return "/things/" + in.ID.String() },
		func(in moveInput, out moved) string { return "/things/" + out.ID.String() })
	return r
}

// One input struct, two faces: what is refused as JSON is refused as a form, with the same words by the same field.
func TestFaces(t *testing.T) {
	const js, form = "application/json", "application/x-www-form-urlencoded"
	r := testRouter()
	for _, c := range []struct {
		name, method, path, body, kind string
		status                         int
		has                            string
	}{
		{"json", "POST", "/api/v1/things/42/move", `{"version":3,"decision":"accept","region":"150102001001","rows":[{"name":"𠮷","minutes":5}]}`,
			js, 200, `"id":"42","state":"queued","version":4,"rows":1`},
		{"rule", "POST", "/api/v1/things/42/move", `{"version":3,"decision":"reject"}`, js, 422, `"location":"body.reason","message":"不受理要写明原因"`},
		{"required", "POST", "/api/v1/things/42/move", `{"decision":"accept"}`, js, 422, `"location":"body.version","message":"必填"`},
		{"unknown", "POST", "/api/v1/things/42/move", `{"version":3,"decision":"accept","colour":1}`, js, 422,
			`"location":"body.colour","message":"没有这个字段"`},
		{"enum", "POST", "/api/v1/things/42/move", `{"version":3,"decision":"x"}`, js, 422, `"location":"body.decision"`},
		{"nested", "POST", "/api/v1/things/42/move",
			`{"version":3,"decision":"accept","rows":[{"name":"a","minutes":5},{"name":"b","minutes":0}]}`, js, 422,
			`"location":"body.rows[1].minutes"`},
		{"type", "POST", "/api/v1/things/42/move", `{"version":"3","decision":"accept"}`, js, 422, `"location":"body.version"`},
		{"fraction", "POST", "/api/v1/things/42/move", `{"version":3.5,"decision":"accept"}`, js, 422, `"location":"body.version"`},
		{"huge", "POST", "/api/v1/things/42/move", `{"version":1e300,"decision":"accept"}`, js, 422, `"location":"body.version"`},
		{"region", "POST", "/api/v1/things/42/move", `{"version":3,"decision":"accept","region":"15"}`, js, 422, `"location":"body.region"`},
		{"null", "POST", "/api/v1/things/42/move", `{"version":null,"decision":"accept"}`, js, 422, `"location":"body.version"`},
		{"path", "POST", "/api/v1/things/x/move", `{"version":3,"decision":"accept"}`, js, 422, `"location":"path.id"`},
		{"control", "POST", "/api/v1/things/42/move", "{\"version\":3,\"decision\":\"accept\",\"reason\":\"a\\u0000b\"}", js, 422,
			`"location":"body.reason"`},
		{"bidi", "POST", "/api/v1/things/42/move", "{\"version\":3,\"decision\":\"accept\",\"reason\":\"a\\u202eb\"}", js, 422,
			`"location":"body.reason"`},
		{"utf8", "POST", "/api/v1/things/42/move", "{\"version\":3,\"decision\":\"accept\",\"reason\":\"\xff\"}", js, 400, `unreadable`},
		{"broken", "POST", "/api/v1/things/42/move", `{"version":3`, js, 400, `unreadable`},
		{"twice", "POST", "/api/v1/things/42/move", `{"version":3,"decision":"accept"} {}`, js, 400, `unreadable`},
		{"array", "POST", "/api/v1/things/42/move", `[]`, js, 400, `unreadable`},
		{"media type", "POST", "/api/v1/things/42/move", `<a/>`, "text/xml", 415, `unsupported`},
		{"too large", "POST", "/api/v1/things/42/move", `{"reason":"` + strings.Repeat("x", 2<<20) + `"}`, js, 413, `too_large`},
		{"list", "GET", "/api/v1/things?state=queued", "", "", 200, `"state":"queued","version":20`},
		{"list enum", "GET", "/api/v1/things?state=none", "", "", 422, `"location":"query.state"`},
		{"list unknown", "GET", "/api/v1/things?colour=red", "", "", 422, `"location":"query.colour"`},
		{"list limit", "GET", "/api/v1/things?limit=101", "", "", 422, `"location":"query.limit"`},
		{"list twice", "GET", "/api/v1/things?state=open&state=queued", "", "", 422, `"location":"query.state"`},
		{"key needed", "POST", "/api/v1/things", `{"version":3,"decision":"accept"}`, js, 400, `idempotency_key_required`},
		{"no route", "GET", "/api/v1/nothing", "", "", 404, `urn:linli:problem:not_found`},
		{"slash at the end", "GET", "/things/42/?a=b", "", "", 301, "/things/42?a=b"},
		{"slash after nothing", "GET", "/nothing/", "", "", 404, "没有这个页面"},
		{"slash of a program", "GET", "/api/v1/things/", "", "", 404, `not_found`},
		{"form", "POST", "/things/42/move", "version=3&decision=accept&rows.0.name=a&rows.0.minutes=5", form, 303, "/things/42"},
		{"form rule", "POST", "/things/42/move", "version=3&decision=reject", form, 422, "PAGE - 不受理要写明原因"},
		{"form kept", "POST", "/things/42/move", "version=0&decision=reject&reason=abc", form, 422, "PAGE abc"},
		{"form nested", "POST", "/things/42/move", "version=3&decision=accept&rows.0.name=12345678901&rows.0.minutes=5", form, 422, "最多 10 个字"},
		{"form unknown", "POST", "/things/42/move", "version=3&decision=accept&colour=1", form, 422, "PAGE"},
		{"form missing", "POST", "/things/404/move", "version=3&decision=accept", form, 404, "没有找到"},
	} {
		t.Run(c.name, func(t *testing.T) {
			req := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
			if c.kind != "" {
				req.Header.Set("Content-Type", c.kind)
			}
			w := httptest.NewRecorder()
			r.ServeHTTP(w, req)
			if got := w.Body.String() + w.Header().Get("Location"); w.Code != c.status || !strings.Contains(got, c.has) {
				t.Errorf("%d %s\nwant %d %s", w.Code, got, c.status, c.has)
			}
		})
	}
}

// A form that comes back to its own page says there once that it is done, so that the script drops what was kept of it; one that leads
// elsewhere, or was refused, says nothing.
func TestDoneIsSaidOnce(t *testing.T) {
	r := testRouter()
	Page(r, "GET /other", "thing.other", testPerm, func(context.Context, struct{}) (moved, error) { return moved{}, nil },
		func(moved) templ.Component { return ui.Layout("别处") })
	Page(r, "GET /same", "thing.same", testPerm, func(context.Context, struct{}) (moved, error) { return moved{}, nil },
		func(moved) templ.Component { return ui.Layout("本页") })
	for path, next := range map[string]string{"/same/{id}/move": "/same?page=2", "/other/{id}/move": "/other"} {
		Form(r, "POST "+path, "thing.move", testPerm, move, func(moveInput) string { return "/same" },
			func(moveInput, moved) string { return next })
	}
	jar := map[string]*http.Cookie{}
	do := func(method, path, body string) string {
		req := httptest.NewRequest(method, path, strings.NewReader(body))
		if body != "" {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		for _, c := range jar {
			if c.MaxAge >= 0 {
				req.AddCookie(c)
			}
		}
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		for _, c := range w.Result().Cookies() {
			jar[c.Name] = c
		}
		return w.Body.String()
	}
	const right = "version=3&decision=accept"
	for _, c := range []struct {
		path, body, then string
		said             bool
	}{{"/same/42/move", right, "/same?page=2", true}, {"/other/42/move", right, "/other", false},
		{"/same/42/move", "version=3&decision=reject", "/same", false}} {
		do("POST", c.path, c.body)
		if first := strings.Contains(do("GET", c.then, ""), "data-flash"); first != c.said {
			t.Errorf("%s %s: said %v", c.path, c.body, first)
		}
		if strings.Contains(do("GET", c.then, ""), "data-flash") {
			t.Errorf("%s: said twice", c.path)
		}
	}
}

// A form of another site is refused before anything happens; a program without a browser's headers is not.
func TestCrossOrigin(t *testing.T) {
	r := testRouter()
	for site, want := range map[string]int{"cross-site": 403, "same-origin": 303, "": 303} {
		req := httptest.NewRequest("POST", "/things/42/move", strings.NewReader("version=3&decision=accept"))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if site != "" {
			req.Header.Set("Sec-Fetch-Site", site)
		}
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		if w.Code != want {
			t.Errorf("%q: %d, want %d", site, w.Code, want)
		}
	}
}

func TestLocal(t *testing.T) {
	for in, want := range map[string]string{"/my": "/my", "//evil": "/", "https://evil": "/", "/\\evil": "/", "": "/",
		"/\t/evil": "/", "/\x00": "/", "/%09/evil": "/%09/evil", "/my?a=//b": "/my?a=//b", "/\n": "/", "javascript:alert(1)": "/", "/%": "/"} {
		if got := Local(in); got != want {
			t.Errorf("Local(%q) = %q", in, got)
		}
	}
}

func FuzzJSONBody(f *testing.F) {
	f.Add(`{"version":3,"decision":"accept"}`)
	f.Add(`{"version":3,"decision":"accept","rows":[{"name":"a","minutes":1}]}`)
	r := testRouter()
	f.Fuzz(func(t *testing.T, body string) {
		req := httptest.NewRequest(http.MethodPost, "/api/v1/things/42/move", strings.NewReader(body))
		req.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		if w.Code >= 500 {
			t.Fatalf("%d for %q: %s", w.Code, body, w.Body)
		}
	})
}
