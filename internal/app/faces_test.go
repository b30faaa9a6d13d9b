package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"linli/internal/platform/format"
	"linli/internal/platform/web"
)

// faces are the routes of one operation: for people and for programs.
type faces struct{ html, json []web.Route }

func facesOf(door *web.Router) map[string]*faces {
	out := map[string]*faces{}
	for _, r := range door.Routes() {
		f := out[r.Operation]
		if f == nil {
			f = &faces{}
			out[r.Operation] = f
		}
		switch r.Kind {
		case web.KindPage, web.KindForm:
			f.html = append(f.html, r)
		case web.KindJSON:
			f.json = append(f.json, r)
		}
	}
	return out
}

// An operation has a face for people and one for programs; where one is missing, testdata/faces.txt of its area says why.
func TestFaces(t *testing.T) {
	a := program(t, seeded.SQLite(t))
	missing := map[string]string{}
	for op, f := range facesOf(a.Router) {
		switch {
		case len(f.html) > 0 && len(f.json) == 0:
			missing[op] = "html"
		case len(f.html) == 0 && len(f.json) > 0:
			missing[op] = "json"
		}
	}
	for line := range strings.Lines(areaFiles(t, "faces.txt")) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		only, rest, _ := strings.Cut(line, " ")
		ops, why, _ := strings.Cut(rest, ": ")
		if why == "" {
			t.Errorf("no reason: %s", line)
		}
		for op := range strings.FieldsSeq(ops) {
			if missing[op] != only {
				t.Errorf("%s does not have only a face of %s any more: take it out of faces.txt", op, only)
			}
			delete(missing, op)
		}
	}
	for op, only := range missing {
		t.Errorf("%s has only a face of %s: give it the other, or say why not in testdata/faces.txt of its area", op, only)
	}
}

var hole = regexp.MustCompile(`{[a-z_]+}`)

func holes(path string) []string { return hole.FindAllString(path, -1) }

// wrongText gives values that a field must not take, as a form sends them and as JSON says the same.
func (s *schema) wrongText() (out [][2]string) {
	text := func(v string) { raw, _ := json.Marshal(v); out = append(out, [2]string{v, string(raw)}) }
	switch {
	case s.is("string"):
		text("a\u202eb")
		if s.MaxLength != nil {
			text(strings.Repeat("长", *s.MaxLength+1))
		}
		if len(s.Enum) > 0 || s.Format != "" {
			text("nonsense")
		}
	case s.is("integer"):
		written := func(v int64) string { return fmt.Sprint(v) }
		out = append(out, [2]string{"1.5", "1.5"})
		if s.Format == web.Fen { // in yuan where people write it
			written = format.Plain
			out = [][2]string{{"0.015", "1.5"}}
		}
		for _, edge := range []*float64{s.Minimum, s.Maximum} {
			if edge != nil {
				v := int64(*edge)*2 - 1000
				if edge == s.Maximum {
					v = int64(*edge) + 1
				}
				out = append(out, [2]string{written(v), fmt.Sprint(v)})
			}
		}
	}
	return out
}

// unlike are operations whose form is not of the same fields as their JSON, with the reason.
var unlike = map[string]string{"account.sms_code": "what a code is for stands in the address of its form"}

// What a form refuses, its JSON twin refuses in the same words at the same fields, and the other way round: each input of the table of
// routes is sent both ways, empty and with each value that a field must not take, by somebody who may and by somebody who may not.
// Nothing is stored.
func TestFacesRefuseAlike(t *testing.T) {
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
	said := ""
	door := web.New(web.Config{Auth: holders{}, Keys: a.Keys, DB: a.DB, Demo: true, Refused: func(r web.Route, err error) {
		if r.Method == http.MethodPost { // and not the page on which a refused form is shown again
			said = err.Error()
		}
	}})
	a.Mount(door)
	before, sent := digest(t, a.Keys, d), 0
	send := func(r web.Route, role, kind, body string) string {
		sent++
		req := httptest.NewRequest(http.MethodPost, fill(r.Path), strings.NewReader(body))
		req.RemoteAddr = fmt.Sprintf("10.%d.%d.%d:1", sent>>16, sent>>8&255, sent&255) // nobody is slowed down
		req.Header.Set("Content-Type", kind)
		req.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: role})
		req.Header.Set("Authorization", "Bearer "+role)
		req.Header.Set("Idempotency-Key", fmt.Sprint("face-", sent))
		said = ""
		door.ServeHTTP(httptest.NewRecorder(), req)
		return said
	}
	for op, f := range facesOf(door) {
		if unlike[op] != "" || len(f.html) == 0 || len(f.json) == 0 || f.html[0].Kind != web.KindForm || f.json[0].Method != http.MethodPost {
			continue
		}
		j := f.json[0]
		body := doc.open(doc.Paths[j.Path]["post"].RequestBody.Content["application/json"].Schema)
		inputs := [][2]string{{"", "{}"}}
		if body != nil {
			for name, field := range body.Properties {
				for _, v := range doc.open(field).wrongText() {
					inputs = append(inputs, [2]string{url.Values{name: {v[0]}}.Encode(), fmt.Sprintf("{%q:%s}", name, v[1])})
				}
			}
		}
		for _, form := range f.html {
			if !slices.Equal(holes(form.Path), holes(j.Path)) {
				continue // the one names in its path what the other does in its body
			}
			for _, role := range []string{opener(door, j.Path), "auditor"} {
				for _, in := range inputs {
					asForm, asJSON := send(form, role, "application/x-www-form-urlencoded", in[0]), send(j, role, "application/json", in[1])
					if asForm != asJSON {
						t.Errorf("%s as %s, %.90s:\n form %s\n JSON %s", op, role, in[1], asForm, asJSON)
					}
				}
			}
		}
	}
	if sent < 2000 {
		t.Errorf("only %d requests were sent", sent)
	}
	if digest(t, a.Keys, d) != before {
		t.Error("something was stored")
	}
}
