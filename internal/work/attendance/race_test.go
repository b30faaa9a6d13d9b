package attendance_test

import (
	"net/http"
	"sync"
	"testing"

	"linli/internal/platform/clock"
	"linli/internal/work/attendance/attendancetest"
)

// A check-in sent many times at once under one key is one check-in and one answer; under many keys it is one check-in and refusals.
func TestCheckInAtOnceOverHTTP(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *world) {
		srv := w.Web(w.Att.Routes)
		for _, c := range []struct {
			what  string
			keys  []string
			wins  int
			texts int
		}{
			{"one key", []string{"a", "a", "a", "a", "a", "a"}, 6, 1},
			{"many keys", []string{"b", "c", "d", "e", "f", "g"}, 1, 1},
		} {
			o := w.Accepted(1, 60)
			clock.Set(o.WindowStart)
			var mu sync.Mutex
			texts, wins := map[string]bool{}, 0
			var all sync.WaitGroup
			for _, key := range c.keys {
				all.Go(func() {
					status, text := srv.Do("volunteer", "POST", "/api/v1/orders/"+o.ID.String()+"/check-in", `{}`, "Idempotency-Key", key)
					mu.Lock()
					defer mu.Unlock()
					switch status {
					case http.StatusOK:
						wins, texts[text] = wins+1, true
					case http.StatusConflict:
					default:
						t.Errorf("%s: %d %s", c.what, status, text)
					}
				})
			}
			all.Wait()
			if wins != c.wins || len(texts) != c.texts {
				t.Errorf("%s: %d answered, %d different answers", c.what, wins, len(texts))
			}
			clock.Set(o.WindowEnd)
			if _, err := w.Att.CheckOut(w.Vols[0].Ctx, in(w.Order(o.ID))); err != nil {
				t.Fatal(c.what, err)
			}
			clean(t, w)
		}
	})
}
