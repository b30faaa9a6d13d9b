package order

import (
	"slices"
	"sync"
	"testing"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
)

// A form sent many times at once under one key makes one order, and everybody is told the same.
func TestSameKeyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var mu sync.Mutex
		told := map[db.ID]bool{}
		same := func(b []byte) []byte { return b }
		won := w.race(8, func(int) error {
			ctx := db.WithOnce(w.resident, &db.Once{Account: auth.From(w.resident).Account, Operation: "order.create", Key: "one", Hash: []byte("same"), Seal: same,
				Open: func(b []byte) ([]byte, error) { return b, nil }})
			o, err := w.s.Create(ctx, w.input())
			mu.Lock()
			told[o.ID] = true
			mu.Unlock()
			return err
		})
		list, err := w.s.List(w.resident, ListInput{})
		if err != nil || won != 8 || len(told) != 1 || len(list.Items) != 1 || !told[list.Items[0].ID] {
			t.Errorf("%d answers tell of %d orders; %d exist (%v)", won, len(told), len(list.Items), err)
		}
		w.verify()
	})
}

// Of many who decide at once about what they all saw, one does; the others are told that it has changed.
func TestSameVersionAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for range 6 {
			o := w.create()
			decisions := []string{"accept", "needs_info", "reject"}
			won := w.race(6, func(i int) error {
				a := because(o, "一起看到的")
				_, err := w.s.Review(w.manager, ReviewInput{Ask: a, Decision: decisions[i%3]})
				if err != nil {
					errstest.Is(t, err, "stale_version")
				}
				return err
			})
			d := w.get(w.manager, o.ID)
			if won != 1 || d.Version != o.Version+1 || !slices.Contains([]State{Queued, NeedsInfo, Rejected}, d.State) {
				t.Errorf("%d decisions, version %d → %d, state %s", won, o.Version, d.Version, d.State)
			}
		}
		w.verify()
	})
}

// Cancelling and accepting at once: one of them wins, and the history is a path of the table.
func TestCancelAgainstAccept(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for range 8 {
			o := w.offered(1)
			var accepted, cancelled error
			w.race(2, func(i int) (err error) {
				if i == 0 {
					_, err = w.s.Accept(w.vols[0].ctx, PartInput{Ask: Ask{ID: o.ID}})
					accepted = err
				} else {
					_, err = w.s.Cancel(w.resident, CancelInput{Ask{ID: o.ID, Reason: "不用了"}})
					cancelled = err
				}
				return err
			})
			d := w.get(w.manager, o.ID)
			if cancelled != nil || d.State != Cancelled {
				t.Errorf("cancel: %v, state %s", cancelled, d.State)
			}
			if accepted != nil {
				errstest.Is(t, accepted, "wrong_state")
			}
		}
		w.verify()
	})
}
