package order

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
)

// A request sent many times at once under one key makes one order; to the others its answer is given.
func TestSameKeyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var made atomic.Int64
		once := func() *db.Once {
			return &db.Once{Account: auth.From(w.resident).Account, Operation: "order.create", Key: "one", Hash: []byte("same"),
				Gives: reflect.TypeFor[Created](), Answer: func(out any) ([]byte, error) { return fmt.Append(nil, out.(Created).ID), nil }}
		}
		won := w.race(8, func(int) error {
			_, err := w.s.Create(db.WithOnce(w.resident, once()), w.input())
			if errors.Is(err, db.ErrAnswered) {
				return nil
			}
			made.Add(1)
			return err
		})
		list, err := w.s.List(w.resident, ListInput{})
		if err != nil || won != 8 || made.Load() != 1 || len(list.Items) != 1 {
			t.Fatalf("%d answers, %d orders made; %d exist (%v)", won, made.Load(), len(list.Items), err)
		}
		if answer, err := w.d.Answer(w.resident, once()); string(answer) != list.Items[0].ID.String() || err != nil {
			t.Errorf("kept %q (%v), the order is %s", answer, err, list.Items[0].ID)
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
