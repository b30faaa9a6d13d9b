package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"linli/internal/app/archive"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
	"linli/internal/platform/web"
)

// schema is as much of a JSON schema as the document of the interface uses for input.
type schema struct {
	Ref        string `json:"$ref"`
	Type       any
	Format     string
	Enum       []any
	Minimum    *float64
	Maximum    *float64
	MaxLength  *int
	Items      *schema
	Properties map[string]*schema
	Required   []string
}

type document struct {
	Paths map[string]map[string]struct {
		RequestBody struct {
			Content map[string]struct{ Schema *schema }
		}
	}
	Components struct{ Schemas map[string]*schema }
}

func (d *document) open(s *schema) *schema {
	if s != nil && s.Ref != "" {
		return d.Components.Schemas[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
	}
	return s
}

func (s *schema) is(kind string) bool { return strings.Contains(fmt.Sprint(s.Type), kind) }

// wrong gives values that a field must not take, in JSON.
func (s *schema) wrong() []string {
	out := []string{`{"a":{}}`}
	switch {
	case s.is("string"):
		out = append(out, "7", "\"\xff\"")
		if s.Format != web.AnyText { // what is pasted brings marks along that nobody sees: it is folded, and not refused for them
			out = append(out, `"a\u0000b"`, `"a\u202eb"`, `"\ud800"`)
		}
		if s.MaxLength != nil {
			out = append(out, `"`+strings.Repeat("长", *s.MaxLength+1)+`"`)
		}
		if len(s.Enum) > 0 {
			out = append(out, `"nonsense"`)
		}
	case s.is("integer"):
		out = append(out, `"many"`, "1.5", "1e99")
		if s.Minimum != nil {
			out = append(out, fmt.Sprint(int64(*s.Minimum)-1))
		}
		if s.Maximum != nil {
			out = append(out, fmt.Sprint(int64(*s.Maximum)+1))
		}
	case s.is("boolean"):
		out = append(out, `"perhaps"`, "7")
	case s.is("array"):
		out = append(out, `"one"`, "[[[]]]")
	}
	return out
}

// Every field of every JSON body refuses what it must not take, by its name, and nothing is stored; so does every field of every form
// of too great a length.
func TestBadInput(t *testing.T) {
	d := seeded.SQLite(t)
	a := program(t, d)
	raw, err := a.Router.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var doc document
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	door := web.New(web.Config{Auth: holders{}, Keys: a.Keys, DB: a.DB, Demo: true})
	a.Mount(door)
	before := digest(t, a.Keys, d)
	tried := 0
	for path, methods := range doc.Paths {
		op, ok := methods["post"]
		body := doc.open(op.RequestBody.Content["application/json"].Schema)
		if !ok || body == nil {
			continue
		}
		role := opener(door, path)
		for name, field := range body.Properties {
			for _, value := range append(doc.open(field).wrong(), "") {
				sent, wanted := fmt.Sprintf(`{%q:%s}`, name, value), name
				if value == "" {
					sent, wanted = `{"no_such_field":1}`, "no_such_field"
				}
				w := post(door, path, role, sent)
				tried++
				if w.Code < 400 || w.Code >= 500 {
					t.Errorf("POST %s %.80s: %d %s", path, sent, w.Code, w.Body)
				}
				if w.Code == 422 && !strings.Contains(w.Body.String(), wanted) {
					t.Errorf("POST %s %.80s names no %s: %s", path, sent, wanted, w.Body)
				}
			}
		}
	}
	if tried < 1000 {
		t.Errorf("only %d bad values were tried", tried)
	}
	forms(t, door)
	if after := digest(t, a.Keys, d); after != before {
		t.Error("something was stored")
	}
}

// forms posts a field of a megabyte, a control character and an unknown field to every form.
func forms(t *testing.T, door *web.Router) {
	for _, r := range door.Routes() {
		if r.Kind != "form" {
			continue
		}
		role := opener(door, r.Path)
		for _, v := range []url.Values{{"no_such_field": {"1"}}, {"reason": {strings.Repeat("长", 1<<18)}}, {"reason": {"a\x00b"}},
			{"\xff": {"\xfe"}}} {
			req := httptest.NewRequest(http.MethodPost, fill(r.Path), strings.NewReader(v.Encode()))
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			req.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: role})
			w := httptest.NewRecorder()
			door.ServeHTTP(w, req)
			if w.Code < 400 && !strings.HasPrefix(w.Header().Get("Location"), "/sign-in") || w.Code >= 500 {
				t.Errorf("POST %s %.60s: %d", r.Path, v.Encode(), w.Code)
			}
		}
	}
}

// opener is a role that gets through the door of a path.
func opener(door *web.Router, path string) string {
	for _, role := range []string{"town_officer", "resident", "volunteer", "banner_officer", "system_admin", "security_admin", "audit_admin",
		"auditor"} {
		if w := post(door, path, role, "{"); w.Code != 403 && w.Code != 401 {
			return role
		}
	}
	return ""
}

func post(door *web.Router, path, role, body string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodPost, fill(path), bytes.NewReader([]byte(body)))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+role)
	req.Header.Set("Idempotency-Key", "bad")
	w := httptest.NewRecorder()
	door.ServeHTTP(w, req)
	return w
}

// digest is what is held, as `linli digest` tells it.
func digest(t *testing.T, keys *seal.Keys, d *db.DB) string {
	t.Helper()
	sum, err := archive.Digest(t.Context(), d, keys, program(t, d).Areas)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}
