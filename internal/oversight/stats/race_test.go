package stats_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/internal/oversight/stats"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/order"
)

// Orders come in and are answered while figures are folded by two at once, recounted and looked at: nothing is lost or counted twice,
// no recount finds anything to mend, and nobody ever sees a figure go back.
func TestRace(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const writers, each = 4, 12
		ctx, cancel := context.WithCancel(w.System)
		var folding, writing sync.WaitGroup
		for range 2 {
			folding.Go(func() {
				for ctx.Err() == nil {
					if err := w.s.Fold(context.WithoutCancel(ctx)); err != nil {
						t.Error("fold:", err)
					}
				}
			})
		}
		folding.Go(func() {
			for ctx.Err() == nil {
				if err := w.s.Recount(context.WithoutCancel(ctx)); err != nil {
					t.Error("recount:", err)
				}
			}
		})
		folding.Go(func() {
			last := int64(0)
			for ctx.Err() == nil {
				a, err := w.s.Get(w.Town, stats.GetInput{Code: "orders", From: 20261101, To: 20261130})
				if err != nil || *a.Numerator < last {
					t.Errorf("after %d orders the figure says %d: %v", last, *a.Numerator, err)
				}
				last = *a.Numerator
			}
		})
		for range writers {
			writing.Go(func() {
				for range each {
					start := attendancetest.Noon.Add(24 * time.Hour)
					o, err := w.Orders.Create(w.Resident, order.CreateInput{CatalogueID: w.Item.ID, Title: "送一顿午饭", Region: attendancetest.Gacha,
						Window: order.Window{WindowStart: start, WindowEnd: start.Add(time.Hour)}})
					if err == nil {
						_, err = w.Orders.Review(w.Manager, order.ReviewInput{Ask: order.Ask{ID: o.ID, Version: o.Version}, Decision: "accept"})
					}
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		writing.Wait()
		cancel()
		folding.Wait()
		w.expect(20261101, 20261130, map[string]string{"orders": "48=48", "open_orders": "48=48", "response_time": "0/48=0"})
		if n := w.mended(); n != 1 {
			t.Errorf("a recount mended %d times what was not broken", n-1)
		}
	})
}

// mended is how often a recount has mended anything: once, when the world was new.
func (w *world) mended() (n int64) {
	w.Write(func(tx *db.Tx) (err error) {
		n, err = db.SelectOne[int64](w.System, tx, tx.Build(`SELECT COALESCE(SUM(n), 0) FROM stats_recount`))
		return err
	})
	return n
}

// A recount that finds a fault says so in the log, by division; what came past the operations is counted without a word.
func TestMendingIsSaid(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var log bytes.Buffer
		before := slog.Default()
		slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
		t.Cleanup(func() { slog.SetDefault(before) })
		said := func(count func(context.Context) error) string {
			t.Helper()
			w.Write(func(tx *db.Tx) error {
				_, err := tx.Exec(w.System, "DELETE FROM stats_counter")
				return err
			})
			log.Reset()
			if err := count(w.System); err != nil {
				t.Error(err)
			}
			w.whole(0)
			w.expect(20261101, 20261130, map[string]string{"orders": "1=1"})
			return log.String()
		}
		w.Served(60)
		w.recount()
		if got := said(w.s.CountAnew); got != "" {
			t.Errorf("nothing is wrong, and the log says %s", got)
		}
		if got := said(w.s.Recount); !strings.Contains(got, "level=WARN") ||
			!strings.Contains(got, "region="+attendancetest.Gacha.At(auth.LevelBanner).String()) {
			t.Errorf("a fault, and the log says %s", got)
		}
		log.Reset()
		if w.recount(); log.Len() > 0 {
			t.Errorf("mended, and still the log says %s", log.String())
		}
	})
}

// A recount that is killed in the middle, and a fold that is, leave the figures as they were.
func TestKilled(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Confirm(w.Served(60).ID)
		ctx, cancel := context.WithCancel(w.System)
		cancel()
		if err := w.s.Fold(ctx); err == nil {
			t.Error("a dead fold says nothing")
		}
		if err := w.s.Recount(ctx); err == nil {
			t.Error("a dead recount says nothing")
		}
		w.whole(0)
		w.expect(20261101, 20261130, map[string]string{"orders": "1=1", "hours": "60=1.00"})
	})
}

// A recount that finds very much mends it piece by piece, so that nobody waits long; one that is cut off in between leaves figures
// that add up, and the next goes on.
func TestMendingInPieces(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const wrong = 5000
		w.Write(func(tx *db.Tx) error {
			return tx.InsertMany(w.System, "stats_delta", []string{"id", "metric", "region", "day", "kind", "n"}, wrong, func(i int) []any {
				return []any{tx.NewID(), "order_kind", int64(attendancetest.Gacha), 20260101 + i%28, fmt.Sprint("none", i), 1}
			}, "")
		})
		if err := w.s.Fold(w.System); err != nil {
			t.Fatal(err)
		}
		w.whole(wrong)
		ctx, cancel := context.WithCancel(w.System)
		defer cancel()
		done := make(chan error)
		go func() { done <- w.s.Recount(ctx) }()
		for end := false; !end; {
			select {
			case err := <-done:
				end = true
				if err != nil && ctx.Err() == nil {
					t.Error(err)
				}
			case <-time.After(time.Millisecond):
				if w.mended() >= 2 {
					cancel()
				}
			}
		}
		w.recount()
		w.whole(0)
		if n := w.mended(); n < 1+wrong/2000 {
			t.Errorf("all was mended in %d pieces", n-1)
		}
	})
}
