package appointment

import (
	"testing"
	"time"

	"linli/internal/civic/account"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
)

// C5: one officer makes a second person, or takes over one. Nothing that he alone can do, and no time, makes the two independent; the
// honest way, a third who meets the appointed person, does.
func TestOfficerMakesNoSecondPerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		_, _, league0, banner0 := w.region()
		officer := w.made(banner0.ctx, auth.TownOfficer, town)
		real := w.made(banner0.ctx, auth.CommunityHead, community)
		for _, a := range []actor{officer, real} {
			if err := w.confirm(league0, a, Met); err != nil {
				t.Fatal(err)
			}
		}
		fake := w.made(officer.ctx, auth.CommunityHead, community)
		puppet := w.made(officer.ctx, auth.StationManager, community)
		alone := func(what string) {
			t.Helper()
			for _, a := range []actor{fake, puppet} {
				for _, b := range []actor{officer, fake, puppet} {
					if w.apart(a, b) == "" {
						t.Errorf("%s: %s and %s are independent", what, a.Login, b.Login)
					}
				}
			}
		}
		alone("made")
		for _, by := range []actor{officer, fake, puppet, w.as(fake.Account, auth.BannerOfficer, banner)} {
			if err := w.tries(by, fake); errs.KindOf(err) == 0 {
				t.Errorf("%s confirms: %v", by.Login, err)
			}
		}
		alone("confirmed by those he made")
		clock.Set(time.Now().AddDate(0, 0, 200))
		defer clock.Reset()
		alone("two hundred days later")
		if err := w.confirm(league0, fake, Met); err != nil {
			t.Fatal(err)
		}
		if why := w.apart(officer, fake); why != "" {
			t.Errorf("the honest way: %s", why)
		}

		if _, err := w.accounts.SetPhone(officer.ctx, account.PhoneInput{ID: real.ID, Phone: "12977777777", Reason: "换号"}); err != nil {
			t.Fatal(err)
		}
		for _, by := range []actor{officer, puppet} {
			_, err := w.accounts.ResetPassword(w.as(by.Account, auth.TownOfficer, town).ctx, account.ResetInput{ID: real.ID, Reason: "忘了"})
			if errs.KindOf(err) != errs.Denied {
				t.Errorf("%s holds both halves of the head's account: %v", by.Login, err)
			}
		}
		if w.apart(officer, real) == "" {
			t.Error("whose number he changed is independent of him")
		}
		if err := w.confirm(league0, real, Met); err != nil {
			t.Fatal(err)
		}
		if why := w.apart(officer, real); why != "" {
			t.Errorf("the honest way: %s", why)
		}
	})
}

// tries confirms what waits of an account, by whatever means.
func (w *world) tries(by, of actor) error {
	w.t.Helper()
	var id db.ID
	w.write(func(tx *db.Tx) (err error) {
		id, err = db.SelectOne[db.ID](w.t.Context(), tx, tx.Build("SELECT MAX(id) FROM account_act WHERE account_id = ?", of.ID))
		return err
	})
	_, err := w.Confirm(by.ctx, ConfirmInput{ID: id, Version: 1, How: Met})
	return err
}
