package attendance_test

import (
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"linli/internal/platform/act"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/attendance"
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

// A session that has ended is never ended again, whatever somebody read before: its minutes stand.
func TestSessionEndsOnce(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *world) {
		o := w.Accepted(1, 60)
		clock.Set(o.WindowStart)
		checked, err := w.Att.CheckIn(w.Vols[0].Ctx, in(o))
		if err != nil {
			t.Fatal(err)
		}
		open := checked.Attendance
		clock.Set(o.WindowStart.Add(20 * time.Minute))
		if _, err := w.Att.CheckOut(w.Vols[0].Ctx, in(o)); err != nil {
			t.Fatal(err)
		}
		err = w.DB.Write(w.System, func(tx *db.Tx) error {
			return attendance.Over(w.System, tx, act.Op{Action: "attendance.check_out"}, &open, o.WindowEnd)
		})
		if !errors.Is(err, errs.ErrStale) {
			t.Errorf("ended twice: %v", err)
		}
		w.Write(func(tx *db.Tx) error {
			a, err := attendance.Get(w.System, tx, open.ID)
			if a.Minutes != 20 {
				t.Errorf("%d minutes stand", a.Minutes)
			}
			return err
		})
	})
}

// Of several check-outs at the same moment exactly one ends the session, and the others are refused.
func TestEndsAtOnce(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *world) {
		for range 10 {
			o := w.Accepted(1, 60)
			clock.Set(o.WindowStart)
			if _, err := w.Att.CheckIn(w.Vols[0].Ctx, in(o)); err != nil {
				t.Fatal(err)
			}
			clock.Set(o.WindowStart.Add(20 * time.Minute))
			var all sync.WaitGroup
			ends := make([]error, 3)
			for i := range ends {
				all.Go(func() { _, ends[i] = w.Att.CheckOut(w.Vols[0].Ctx, in(o)) })
			}
			all.Wait()
			done := 0
			for _, err := range ends {
				if err == nil {
					done++
				} else if code := errs.CodeOf(err); code != "wrong_state" && code != "stale" {
					t.Errorf("refused with %v", err)
				}
			}
			if done != 1 {
				t.Errorf("%d of %d ended the session", done, len(ends))
			}
			clock.Set(o.WindowEnd)
		}
		clean(t, w)
	})
}
