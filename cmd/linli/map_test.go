package main

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// tiles is a map service on this machine: how often it was asked, and by whom.
type tiles struct {
	*httptest.Server
	asked, dead atomic.Int64
	from        atomic.Value
}

func newTiles(t *testing.T) *tiles {
	var tile bytes.Buffer
	if err := png.Encode(&tile, image.NewGray(image.Rect(0, 0, 256, 256))); err != nil {
		t.Fatal(err)
	}
	out := &tiles{}
	out.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out.asked.Add(1)
		out.from.Store(r.Referer())
		if out.dead.Load() > 0 {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Type", "image/png")
		w.Header().Set("Cache-Control", "no-store")
		w.Write(tile.Bytes())
	}))
	t.Cleanup(out.Close)
	return out
}

// waits polls until a condition of the page holds.
func (s *screen) waits(what, condition string) {
	s.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if js[bool](s, condition) {
			return
		}
	}
	s.t.Fatalf("%s: %s never comes true at %s", s.who, what, s.path())
}

// Without a setting no page knows of a map. With one the stations stand on its tiles, by number, as links for the keyboard too, its
// approval number under it; the content policy opens for that host alone, which learns the name of this site and no page. Without
// scripts, and when the tiles do not come, the sketch stays.
func TestMap(t *testing.T) {
	s := newStage(t, small.SQLiteURL(t))
	s.play()
	service := newTiles(t)
	res, err := http.Get(s.base + "/stations")
	s.check(err)
	res.Body.Close()
	if policy := res.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "img-src 'self' data:;") {
		t.Errorf("without a map the policy is %s", policy)
	}
	if body := s.get("/stations").body; strings.Contains(string(body), "leaflet") || strings.Contains(string(body), "ground") {
		t.Error("without a setting the page knows of a map")
	}
	s.kill()
	t.Setenv("LINLI_MAP_TILES", service.URL+"/{z}/{x}/{y}?tk=key")
	if _, err := linli(s.db, s.dir, "", "serve", "--addr", "127.0.0.1:0", "--demo"); err == nil {
		t.Error("a map without its approval number is served")
	}
	t.Setenv("LINLI_MAP_CREDIT", "演示底图，审图号：GS(2026)0000号")
	s.play()
	res, err = http.Get(s.base + "/stations")
	s.check(err)
	res.Body.Close()
	if policy := res.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "img-src 'self' data: "+service.URL+";") ||
		strings.Count(policy, service.URL) != 1 {
		t.Errorf("with a map the policy is %s", policy)
	}

	visitor := s.screen("visitor", deskWidth, deskHeight)
	visitor.open("/stations")
	visitor.waits("a tile", `document.querySelectorAll('.leaflet-tile-loaded').length > 0`)
	if got := js[string](visitor,
		`[document.querySelectorAll('.spot a[href^="/stations/"]').length, document.querySelectorAll('ol .card').length, document.querySelector('svg[data-sketch]').getClientRects().length].join(' ')`); got != "20 20 0" {
		t.Errorf("spots, stations, sketches: %s", got)
	}
	visitor.says("审图号：GS(2026)0000号")
	if from := service.from.Load(); from != s.base+"/" {
		t.Errorf("the service learns that %v asked", from)
	}
	visitor.look("stations-map")
	if got := js[bool](visitor,
		`(() => { const a = document.querySelector('.spot a'); a.focus(); return document.activeElement === a && a.tabIndex === 0 })()`); !got {
		t.Error("the keyboard does not reach a spot")
	}
	visitor.press(js[string](visitor, `document.activeElement.getAttribute('aria-label').replaceAll(' ', '')`))
	visitor.waits("a tile", `document.querySelectorAll('.ground .leaflet-tile-loaded').length > 0`)
	visitor.look("station-map")
	phone := s.screen("phone", phoneWidth, phoneHeight)
	phone.open("/stations")
	phone.waits("a tile", `document.querySelectorAll('.leaflet-tile-loaded').length > 0`)
	phone.look("stations-map-phone")

	service.dead.Store(1)
	asked := service.asked.Load()
	visitor.open("/stations?q=")
	visitor.waits("the sketch",
		`document.querySelector('svg[data-sketch]').getClientRects().length > 0 && document.querySelector('.ground').hidden`)
	if service.asked.Load() == asked {
		t.Error("nobody asked for tiles")
	}
}
