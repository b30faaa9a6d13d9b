package order

import (
	"context"
	"testing"

	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/order/wish"
)

// Whom a person does not want is never offered his orders, nor takes them himself; the station and the person alone say so.
func TestWish(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.queued()
		ban := WishInput{ID: o.ID, Exclude: []db.ID{w.vols[0].id, w.vols[0].id}}
		for ctx, want := range map[context.Context]errs.Kind{w.visitor: errs.Unauthenticated, w.elsewhere: errs.NotFound,
			w.neighbour: errs.NotFound, w.vols[0].ctx: errs.Denied} {
			if _, err := w.s.Wish(ctx, ban); errs.KindOf(err) != want {
				t.Errorf("got %v, want %d", err, want)
			}
		}
		for field, in := range map[string]WishInput{"prefer": {ID: o.ID, Prefer: []db.ID{1}},
			"exclude": {ID: o.ID, Prefer: ban.Exclude, Exclude: ban.Exclude}} {
			if _, err := w.s.Wish(w.manager, in); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: %v", field, err)
			}
		}
		got, err := w.s.Wish(w.resident, ban)
		if err != nil || len(got.Exclude) != 1 {
			t.Fatalf("%+v, %v", got, err)
		}
		offer := func(ids ...db.ID) error {
			_, err := w.s.Dispatch(w.manager, DispatchInput{Ask: ask(o), VolunteerIDs: ids})
			return err
		}
		if err := offer(w.vols[0].id); errs.KindOf(err) != errs.Invalid {
			t.Errorf("offered to who is not wanted: %v", err)
		}
		opened := w.must(w.s.Open(w.manager, OpenInput{ask(o)}))
		if _, err := w.s.Accept(w.vols[0].ctx, PartInput{Ask: Ask{ID: o.ID}}); errs.KindOf(err) != errs.Conflict {
			t.Errorf("taken by who is not wanted: %v", err)
		}
		w.must(w.s.Accept(w.vols[1].ctx, PartInput{Ask: Ask{ID: opened.ID}}))

		// Written again, the wishes are replaced; a woman is wanted now, and nobody's sex is known.
		if _, err := w.s.Wish(w.manager, WishInput{ID: o.ID, Sex: wish.Female}); err != nil {
			t.Fatal(err)
		}
		o = w.queued(func(in *CreateInput) { in.Title = "再送一顿" })
		if err := offer(w.vols[0].id); errs.KindOf(err) != errs.Invalid {
			t.Errorf("offered to who is no woman: %v", err)
		}
		w.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Build(`UPDATE person SET sex = 'female' WHERE id = ?`, w.vols[0].person).Run(ctx, tx)
			return err
		})
		if err := offer(w.vols[0].id); err != nil {
			t.Errorf("no longer excluded: %v", err)
		}
	})
}
