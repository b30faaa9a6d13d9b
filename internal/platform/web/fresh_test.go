package web

import (
	"compress/gzip"
	"context"
	"io"
	"net/http/httptest"
	"strconv"
	"testing"
)

// A page that is kept is made once, and sent packed to those who take it so and as text to others, packed once and no more.
func TestKeptPacked(t *testing.T) {
	made := 0
	r := New(Config{})
	Page(r, "GET /news", "thing.get", testPerm, func(context.Context, struct{}) (moved, error) { made++; return moved{}, nil }, view,
		Fresh(func(context.Context) (string, error) { return "1", nil }))
	for i, takes := range []string{"gzip, br", "", "gzip", ""} {
		req := httptest.NewRequest("GET", "/news", nil)
		req.Header.Set("Accept-Encoding", takes)
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		if got := w.Header().Get("Content-Length"); got != strconv.Itoa(w.Body.Len()) {
			t.Errorf("%d: %s bytes announced, %d sent", i, got, w.Body.Len())
		}
		body := io.Reader(w.Body)
		if packed := w.Header().Get("Content-Encoding") == "gzip"; packed != (takes != "") {
			t.Errorf("%d: packed %v", i, packed)
		} else if packed {
			z, err := gzip.NewReader(body)
			if err != nil {
				t.Fatal(err)
			}
			body = z
		}
		if text, err := io.ReadAll(body); err != nil || string(text) != "PAGE -  " {
			t.Errorf("%d: %q %v", i, text, err)
		}
	}
	if made != 1 {
		t.Errorf("made %d times", made)
	}
}

// The shelf holds so many bytes, text and packed together; with one more it begins anew.
func TestShelfIsBounded(t *testing.T) {
	half := func(more int) *kept { return &kept{make([]byte, shelfBytes/4+more), make([]byte, shelfBytes/4)} }
	for more, want := range map[int]bool{0: true, 1: false} {
		s := shelf{}
		s.put("first", half(0))
		s.put("second", half(more))
		if (s.get("first") != nil) != want || s.get("second") == nil || s.size > shelfBytes {
			t.Errorf("%d bytes more: the first is there: %v; %d bytes", more, s.get("first") != nil, s.size)
		}
	}
}
