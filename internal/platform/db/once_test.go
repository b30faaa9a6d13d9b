package db_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"

	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
)

type made struct {
	ID db.ID `json:"id"`
}

func once(account db.ID, key, body string) *db.Once {
	return &db.Once{Account: account, Operation: "op", Key: key, Hash: []byte(body), Gives: reflect.TypeFor[made](),
		Answer: func(out any) ([]byte, error) { return fmt.Append(nil, out.(made).ID), nil }}
}

// Of many at once under one key one has an effect; the others are told that it was answered, and what.
func TestDoOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var effects, again atomic.Int64
		var first db.ID
		do := func(o *db.Once) (made, error) {
			return db.Do(db.WithOnce(t.Context(), o), d, func(tx *db.Tx) (made, error) {
				id := tx.NewID()
				tx.AfterCommit(func() { effects.Add(1) })
				return made{id}, stamp(t.Context(), tx, id.String(), "")
			})
		}
		var wg sync.WaitGroup
		answers := make([]string, 8)
		for i := range answers {
			wg.Go(func() {
				o := once(7, "k", "body")
				out, err := do(o)
				switch {
				case err == nil:
					first = out.ID
				case errors.Is(err, db.ErrAnswered) && out == made{}:
					again.Add(1)
				default:
					t.Error(err)
				}
				answer, err := d.Answer(t.Context(), o)
				if err != nil {
					t.Error(err)
				}
				answers[i] = string(answer)
			})
		}
		wg.Wait()
		if effects.Load() != 1 || again.Load() != 7 || len(stamps(t, d)) != 1 {
			t.Errorf("%d effects, %d repeated, rows %v", effects.Load(), again.Load(), stamps(t, d))
		}
		for _, got := range answers {
			if got != first.String() {
				t.Errorf("answered %q, first %v", got, first)
			}
		}
		if _, err := d.Answer(t.Context(), once(7, "k", "other")); !errors.Is(err, db.ErrOtherBody) {
			t.Errorf("other body: %v", err)
		}
		if answer, err := d.Answer(t.Context(), once(8, "k", "body")); answer != nil || err != nil {
			t.Errorf("another account: %s, %v", answer, err)
		}
		if out, err := do(once(8, "k", "body")); err != nil || out.ID == first {
			t.Errorf("another account: %v, %v", out, err)
		}
	})
}

// A failure leaves nothing under its key.
func TestDoForgetsFailure(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		refuse := errs.Clash("已有")
		for _, want := range []error{refuse, nil, db.ErrAnswered} {
			_, err := db.Do(db.WithOnce(t.Context(), once(1, "k", "b")), d, func(*db.Tx) (made, error) {
				return made{1}, want
			})
			if !errors.Is(err, want) {
				t.Fatalf("got %v, want %v", err, want)
			}
		}
	})
}

// A key counts for what the request asked: not for what a step before it gives, not for what failed, not for what is called inside,
// and once.
func TestDoKnowsItsOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := once(1, "k", "b")
		ctx := db.WithOnce(t.Context(), o)
		undo := errors.New("undo")
		if n, err := db.Do(ctx, d, func(*db.Tx) (int, error) { return 5, nil }); n != 5 || err != nil {
			t.Errorf("a step before: %d, %v", n, err)
		}
		if _, err := db.Do(ctx, d, func(*db.Tx) (made, error) { return made{2}, undo }); !errors.Is(err, undo) {
			t.Errorf("a trial: %v", err)
		}
		err := d.Batch(ctx, func(ctx context.Context) error {
			_, err := db.Do(ctx, d, func(*db.Tx) (made, error) {
				in, err := db.Do(ctx, d, func(*db.Tx) (made, error) { return made{3}, nil })
				return made{in.ID + 1}, err
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Do(ctx, d, func(*db.Tx) (made, error) { return made{6}, nil }); err != nil {
			t.Errorf("a step after: %v", err)
		}
		if answer, err := d.Answer(t.Context(), o); string(answer) != "4" || err != nil {
			t.Errorf("kept %q, %v", answer, err)
		}
	})
}
