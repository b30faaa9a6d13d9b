package main

import (
	"bufio"
	"net/http"
	"syscall"
	"testing"
	"time"
)

// A server with live pages open stops in order: it says that it is not ready while it still serves, ends the pages, and is done.
func TestStop(t *testing.T) {
	t.Parallel()
	fresh.EachURL(t, func(t *testing.T, url string) {
		o := newOperator(t, fresh, url)
		o.start("--stop-delay", "2s")
		o.signIn()
		req, _ := http.NewRequestWithContext(t.Context(), "GET", o.base+"/desk/board/events", nil)
		req.Header.Set("Authorization", "Bearer "+o.token)
		page, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer page.Body.Close()
		lines := bufio.NewScanner(page.Body)
		if page.StatusCode != 200 || !lines.Scan() {
			t.Fatalf("the live page does not open: %d", page.StatusCode)
		}
		if err := o.serve.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		eventually(t, func() bool {
			r := ask(o.base, "", "GET", "/readyz", "", "")
			if r.status == 0 {
				t.Fatal("gone before it said that it is not ready")
			}
			return r.status == 503 && r.head.Get("Retry-After") != ""
		})
		start := time.Now()
		for lines.Scan() { // to its end
		}
		if err := o.serve.Wait(); err != nil {
			t.Errorf("the stop is a failure: %v", err)
		}
		t.Logf("stopped after %v", time.Since(start))
		o.serve = nil
	})
}
