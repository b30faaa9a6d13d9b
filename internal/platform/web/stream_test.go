package web

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"linli/internal/platform/auth"
	"linli/internal/platform/errs"
)

// login is a sign-in that can change while a stream is open.
type login struct{ now atomic.Pointer[auth.Actor] }

func (l *login) Authenticate(context.Context, string) (auth.Actor, error) {
	a := l.now.Load()
	if a == nil {
		return auth.Actor{}, errs.ErrUnauthenticated
	}
	return *a, nil
}

// A stream ends, without telling what just happened, once its reader is signed out or has other rights, and when the server stops.
func TestStreamEnds(t *testing.T) {
	manager := auth.Actor{Account: 1, Grants: []auth.Grant{{Role: auth.StationManager, Station: 5}}}
	other := auth.Actor{Account: 1}
	for name, end := range map[string]func(*Router, *login){
		"signed out":    func(_ *Router, l *login) { l.now.Store(nil) },
		"another right": func(_ *Router, l *login) { l.now.Store(&other) },
		"stop":          func(r *Router, _ *login) { r.EndStreams() },
	} {
		t.Run(name, func(t *testing.T) {
			l := &login{}
			l.now.Store(&manager)
			r := New(Config{Auth: l})
			events := make(chan string)
			Stream(r, "GET /events", "thing.watch", testPerm, func(context.Context, struct{}) (<-chan string, error) { return events, nil })
			srv := httptest.NewServer(r)
			defer srv.Close()
			req, _ := http.NewRequestWithContext(t.Context(), "GET", srv.URL+"/events", nil)
			req.Header.Set("Authorization", "Bearer x")
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			events <- "before"
			lines := bufio.NewScanner(res.Body)
			for lines.Scan() && lines.Text() != "data: before" {
			}
			end(r, l)
			select {
			case events <- "after":
			case <-r.stopping:
			}
			for lines.Scan() {
				if strings.Contains(lines.Text(), "after") {
					t.Fatal("told after the end of the right")
				}
			}
		})
	}
}
