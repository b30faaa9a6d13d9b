package held_test

import (
	"context"
	"fmt"
	"net/url"
	"testing"
	"time"

	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/held"
	"linli/internal/platform/seal"
)

// A form is its account's alone: nobody else finds it or marks it as sent, and a row that somebody with the database gives to another
// account, or under another number, does not open.
func TestOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := held.New(d, seal.Ephemeral()), t.Context()
		keep := func(word string) string {
			id, err := s.Keep(ctx, 7, held.Form{Action: "/letters", Values: url.Values{"title": {word}}})
			if err != nil {
				t.Fatal(err)
			}
			return id.String()
		}
		first, second := keep("一"), keep("二")
		for _, account := range []db.ID{0, 8} {
			if err := s.Send(ctx, account, first); err != nil {
				t.Fatal(err)
			}
			if f, found, err := s.Get(ctx, account, first); found || err != nil {
				t.Errorf("account %d finds %+v: %v", account, f, err)
			}
		}
		if f, found, err := s.Get(ctx, 7, first); err != nil || !found || f.Sent || f.Values.Get("title") != "一" {
			t.Errorf("%+v %v %v", f, found, err)
		}
		if err := s.Send(ctx, 7, first); err != nil {
			t.Fatal(err)
		}
		if f, _, err := s.Get(ctx, 7, first); err != nil || !f.Sent {
			t.Errorf("sent: %+v %v", f, err)
		}
		change(t, d, `UPDATE held_form SET sealed = (SELECT h.sealed FROM held_form h WHERE h.id = `+first+`) WHERE id = `+second)
		if f, found, err := s.Get(ctx, 7, second); err == nil {
			t.Errorf("under another number: %+v %v", f, found)
		}
		change(t, d, `UPDATE held_form SET account_id = 8 WHERE id = `+first)
		if f, found, err := s.Get(ctx, 8, first); err == nil {
			t.Errorf("given to another account: %+v %v", f, found)
		}
	})
}

// It is kept for a day, and the newest five of an account; those of others stay.
func TestLimits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		noon := time.Date(2026, 11, 24, 12, 0, 0, 0, clock.Shanghai)
		s := held.New(d, seal.Ephemeral())
		after := func(past time.Duration) context.Context { return clock.At(t.Context(), noon.Add(past)) }
		keep := func(account db.ID, n int) db.ID {
			id, err := s.Keep(after(0), account, held.Form{Values: url.Values{"n": {fmt.Sprint(n)}}})
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		there := func(account, id db.ID, past time.Duration) bool {
			_, found, err := s.Get(after(past), account, id.String())
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		other := keep(8, 0)
		var ids []db.ID
		for n := range held.Most + 1 {
			ids = append(ids, keep(7, n))
		}
		for n, id := range ids {
			if got := there(7, id, 0); got != (n > 0) {
				t.Errorf("number %d of %d is there: %v", n, len(ids), got)
			}
		}
		for _, past := range []time.Duration{held.Life - time.Second, held.Life} {
			if got := there(8, other, past); got != (past < held.Life) {
				t.Errorf("after %v it is there: %v", past, got)
			}
		}
		if err := s.Sweep(after(held.Life)); err != nil || !there(8, other, 0) {
			t.Errorf("swept too early: %v", err)
		}
		if err := s.Sweep(after(held.Life + time.Second)); err != nil || there(8, other, 0) || there(7, ids[1], 0) {
			t.Errorf("older ones stay: %v", err)
		}
	})
}

func change(t *testing.T, d *db.DB, text string) {
	t.Helper()
	if err := d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Build(text).Run(t.Context(), tx)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
