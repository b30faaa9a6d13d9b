package web

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"linli/internal/platform/web/ui"
)

// A panic is answered like any fault, with the number under which the log has it, and counted.
func TestPanic(t *testing.T) {
	var log bytes.Buffer
	r := New(Config{Log: slog.New(slog.NewTextHandler(&log, nil)), Decorate: func(_ context.Context, p *ui.Page) {
		if p.Path == "/frame" {
			panic("frame")
		}
	}})
	type nothing struct{}
	boom := func(context.Context, nothing) (moved, error) { panic("operation") }
	fine := func(context.Context, nothing) (moved, error) { return moved{}, nil }
	JSON(r, "GET /api/v1/boom", "thing.boom", testPerm, boom)
	Page(r, "GET /boom", "thing.boom", testPerm, boom, view)
	Page(r, "GET /frame", "thing.frame", testPerm, fine, view)
	Page(r, "GET /view", "thing.view", testPerm, fine, func(moved) templ.Component {
		return templ.ComponentFunc(func(context.Context, io.Writer) error { panic("view") })
	})
	srv := httptest.NewServer(r)
	defer srv.Close()
	number := regexp.MustCompile(`(?:编号 |"number":")([A-Z2-7]{8})`)
	for path, kind := range map[string]string{"/api/v1/boom": "application/problem+json", "/boom": "text/html", "/view": "text/html",
		"/frame": "text/plain"} {
		res, err := http.Get(srv.URL + path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		found := number.FindStringSubmatch(string(body))
		if res.StatusCode != 500 || !strings.HasPrefix(res.Header.Get("Content-Type"), kind) || found == nil {
			t.Errorf("%s: %d %s %s", path, res.StatusCode, res.Header.Get("Content-Type"), body)
		} else if !strings.Contains(log.String(), "number="+found[1]) || !strings.Contains(log.String(), "fault_test.go") {
			t.Errorf("%s: the log knows nothing of %s: %s", path, found[1], log.String())
		}
	}
	w := httptest.NewRecorder()
	promhttp.HandlerFor(r.Metrics, promhttp.HandlerOpts{}).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for _, line := range []string{`linli_faults_total{kind="panic"} 4`, `linli_request_seconds_count{route="GET /boom",status="5xx"} 1`} {
		if !strings.Contains(w.Body.String(), line+"\n") {
			t.Errorf("no %s in %s", line, w.Body)
		}
	}
}
