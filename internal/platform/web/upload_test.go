package web

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http/httptest"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/seal"
)

type paperInput struct {
	Title  string      `json:"title" maxLength:"20"`
	File   blob.Upload `json:"file"`
	Beside blob.Upload `json:"beside" required:"false"`
}

type paper struct {
	Title, Name string
	Size        int
}

// parts makes the body of a form with files; a name that begins with @ is a file.
func parts(t *testing.T, fields map[string]string) (body []byte, kind string) {
	t.Helper()
	var out bytes.Buffer
	form := multipart.NewWriter(&out)
	for name, value := range fields {
		if file, ok := strings.CutPrefix(name, "@"); ok {
			part, _ := form.CreateFormFile(file, " 通知.pdf")
			part.Write([]byte(value))
			continue
		}
		form.WriteField(name, value)
	}
	form.Close()
	return out.Bytes(), form.FormDataContentType()
}

func papers(t *testing.T) (*Router, *[]paper) {
	d := dbtest.SQLite(t)
	r := New(Config{Keys: seal.Ephemeral(), DB: d})
	var got []paper
	Form(r, "POST /papers", "paper.add", testPerm, func(ctx context.Context, in paperInput) (paper, error) {
		return db.Do(ctx, d, func(*db.Tx) (paper, error) {
			x := paper{in.Title, in.File.Name, len(in.File.Data)}
			got = append(got, x)
			return x, nil
		})
	}, func(paperInput) string { return "" }, func(paperInput, paper) string { return "/done" }, MaxBody(20<<20))
	return r, &got
}

// A file of 10 MB costs its own size in memory and little more, with a key as without.
func TestUploadIsReadOnce(t *testing.T) {
	const size, most = 10_485_759, 15_000_000
	r, got := papers(t)
	for _, key := range []string{"", "k"} {
		body, kind := parts(t, map[string]string{"title": "a", "@file": strings.Repeat("x", size), "idempotency_key": key})
		req := httptest.NewRequest("POST", "/papers", bytes.NewReader(body))
		req.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r.ServeHTTP(w, req)
		runtime.ReadMemStats(&after)
		cost := after.TotalAlloc - before.TotalAlloc
		t.Logf("key %q: %.1f MB", key, float64(cost)/1e6)
		if w.Code != 303 || cost > most {
			t.Errorf("key %q: %d, %d bytes", key, w.Code, cost)
		}
	}
	if len(*got) != 2 || (*got)[1] != (paper{"a", "通知.pdf", size}) {
		t.Errorf("came in: %v", *got)
	}
}

// Under one key another file is another request; the same again is answered again.
func TestUploadUnderAKey(t *testing.T) {
	r, got := papers(t)
	for _, c := range []struct {
		file   string
		status int
	}{{"one", 303}, {"one", 303}, {"two", 422}} {
		body, kind := parts(t, map[string]string{"title": "a", "@file": c.file, "idempotency_key": "k"})
		req := httptest.NewRequest("POST", "/papers", bytes.NewReader(body))
		req.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		if w.Code != c.status {
			t.Errorf("%s: %d %.200s", c.file, w.Code, w.Body)
		}
	}
	if len(*got) != 1 {
		t.Errorf("%d effects", len(*got))
	}
}

// What is wrong with a file is said by the name of its field, in a form as in JSON.
func TestUploadRefused(t *testing.T) {
	var in paperInput
	of := inputOf(schemas, reflect.TypeFor[paperInput]())
	for what, c := range map[string]struct {
		fields map[string]string
		at     string
	}{
		"none":         {map[string]string{"title": "a"}, "body.file"},
		"no such file": {map[string]string{"title": "a", "@file": "x", "@photo": "x"}, "body.photo"},
		"no file":      {map[string]string{"@title": "a", "@file": "x"}, "body.title"},
		"too large":    {map[string]string{"title": "a", "@file": strings.Repeat("x", 10_500_001)}, "body.file.data"},
	} {
		body, kind := parts(t, c.fields)
		req := httptest.NewRequest("POST", "/papers", bytes.NewReader(body))
		req.Header.Set("Content-Type", kind)
		_, err := of.bind(httptest.NewRecorder(), req, &in, false, 20<<20)
		b, ok := err.(*bindError)
		if !ok || len(b.at) != 1 || b.at[0] != c.at {
			t.Errorf("%s: %v", what, err)
		}
	}
}
