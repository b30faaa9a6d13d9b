package honour_test

import (
	"context"
	"testing"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/proof/honour"
)

// What is kept goes with the entry of whom it names; of a model that named both entries of one human nothing stays with the old one, which
// could agree to nothing any more.
func TestMerged(t *testing.T) {
	each(t, func(w *world) {
		from, to := w.Vols[0].PersonID, w.Vols[1].PersonID
		_, err := w.s.Enter(w.Manager, w.input(0))
		w.is(err, "")
		one, err := w.s.Draft(w.Manager, w.draft(w.Vols[0].No))
		w.is(err, "")
		both, err := w.s.Draft(w.Manager, w.draft(w.Vols[0].No+" "+w.Vols[1].No))
		w.is(err, "")
		w.Write(func(tx *db.Tx) error {
			return w.Persons.Merged.Publish(w.System, tx, person.MergedEvent{From: from, To: to})
		})
		for _, m := range []honour.Model{one, both} {
			v, err := w.s.Model(w.Manager, honour.GetInput{ID: m.ID})
			w.is(err, "")
			if len(v.Named) != 1 || v.Named[0].PersonID != to {
				w.Errorf("%+v", v.Named)
			}
		}
		if len(w.lines(1)) != 0 { // it is not confirmed
			w.Error(w.lines(1))
		}
		w.Write(func(tx *db.Tx) error {
			if held, err := w.s.Held(w.System, tx, from); err != nil || held != nil {
				w.Errorf("it stayed: %+v, %v", held, err)
			}
			held, err := w.s.Held(w.System, tx, to)
			if err != nil || held == nil {
				w.Errorf("it did not go: %v, %v", held, err)
			}
			return w.s.Forget(w.System, tx, to, "本人要求")
		})
		v, err := w.s.List(w.Manager, honour.ListInput{})
		w.is(err, "")
		if len(v.Items) != 1 || v.Items[0].Subject != "已注销" {
			w.Errorf("%+v", v.Items)
		}
	})
}

// A model of a division that goes on under another code reaches the library of the level that it is for, and no higher.
func TestModelOfMovedDivision(t *testing.T) {
	each(t, func(w *world) {
		m, err := w.s.Draft(w.Manager, w.draft(""))
		w.is(err, "")
		const gacha, newTown, newBanner = auth.Region(152599201201), auth.Region(152599201000), auth.Region(152599000000)
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build(`UPDATE model SET region = ? WHERE id = ?`, int64(gacha), m.ID).Run(w.System, tx)
			return err
		})
		manager, _ := w.Actor("站长", 0, auth.Grant{Role: auth.StationManager, Region: gacha, Station: w.Station.ID})
		officer, _ := w.Actor("新乡", 0, auth.Grant{Role: auth.TownOfficer, Region: newTown})
		above, _ := w.Actor("新旗", 0, auth.Grant{Role: auth.BannerOfficer, Region: newBanner})
		m, err = w.s.Submit(manager, honour.SubmitInput{ID: m.ID, Version: m.Version, Checked: true})
		w.is(err, "")
		for _, who := range []context.Context{officer, above} {
			m, err = w.s.Approve(who, honour.DecideInput{ID: m.ID, Version: m.Version})
			w.is(err, "")
		}
		if m.State != honour.Approved || m.Holder != newBanner {
			w.Errorf("%s at %v", m.State, m.Holder)
		}
	})
}
