package identity

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"linli/internal/civic/account"
	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// Who owes a password links nothing, and neither does a journey whose session or account ended while the provider was asked.
func TestLinkMeanwhile(t *testing.T) {
	each(t, func(w *world) {
		right := account.Again{Password: good}
		owner := w.somebody(auth.Resident, 0, "")
		w.exec(`UPDATE account SET password_until = $1 WHERE id = $2`, time.Now().Add(time.Hour), me(owner))
		_, err := w.StartLink(w.by(owner), LinkInput{ID: w.at.ID, Again: right})
		w.is("owes a password", err, "wrong_state: 先改好密码")

		for name, x := range map[string]struct{ want, text string }{
			"owes a password by now": {"wrong_state: 先改好密码", `UPDATE account SET password_until = made_at WHERE id = $1`},
			"locked by now":          {"wrong_state: 先改好密码", `UPDATE account SET state = 'locked' WHERE id = $1`},
			"signed out by now":      {"identity_late", `DELETE FROM session WHERE account_id = $1`},
		} {
			owner := w.somebody(auth.Resident, 0, "")
			l, err := w.StartLink(w.by(owner), LinkInput{ID: w.at.ID, Again: right})
			w.must(err)
			w.exec(x.text, me(owner))
			_, err = w.Arrive(w.by(owner), w.back(l, name), l.Box) // as if it came while he was still signed in
			w.is(name, err, x.want)
		}
		if n := w.count(`SELECT COUNT(*) FROM identity`); n != 0 {
			t.Errorf("%d linked", n)
		}
	})
}

// Guesses of a password at linking count, and an account that rests is shut to its identities too.
func TestRests(t *testing.T) {
	each(t, func(w *world) {
		owner := w.somebody(auth.Resident, 0, "")
		w.is("linked", w.links(owner, "u-1"), "")
		for range account.Failures {
			_, err := w.StartLink(w.by(owner), LinkInput{ID: w.at.ID, Again: account.Again{Password: "x"}})
			w.is("a guess", err, "invalid password: 密码不对")
		}
		_, err := w.StartLink(w.by(owner), LinkInput{ID: w.at.ID, Again: account.Again{Password: good}})
		w.is("the right one after them", err, "locked")

		from := account.Client{IP: "192.0.2.1", Browser: true}
		enter := func() error { _, err := w.accounts.EnterAs(w.later(), me(owner), from); return err }
		w.is("he is in", enter(), "")
		for range account.Failures {
			_, err := w.accounts.SignIn(w.later(), account.SignInInput{Login: "user2", Password: "x"}, from)
			w.is("a wrong password", err, "bad_credentials")
		}
		w.is("while it rests", enter(), "locked")
	})
}

// An identity is taken off where a password that still holds or SMS lets its owner in, and nowhere else.
func TestLastDoor(t *testing.T) {
	each(t, func(w *world) {
		for name, x := range map[string]struct {
			want, text string
			role       auth.Role
		}{
			"a password alone":     {"", `phone = NULL, phone_blind = NULL`, auth.Resident},
			"one that has run out": {"wrong_state", `phone = NULL, phone_blind = NULL, password_until = made_at`, auth.Resident},
			"a telephone alone":    {"", `password = ''`, auth.Resident},
			"no SMS for a post":    {"wrong_state", `password = ''`, auth.TownOfficer},
		} {
			owner := w.somebody(auth.Resident, 0, "")
			w.is(name, w.links(owner, name), "")
			w.write(func(tx *db.Tx) error { return w.accounts.Grant(w.Context(), tx, me(owner), x.role, community, 0) })
			w.exec(`UPDATE account SET `+x.text+` WHERE id = $1`, me(owner))
			mine, err := w.Mine(w.by(owner), Nothing{})
			w.must(err)
			_, err = w.Unlink(w.by(owner), EndInput{mine.Items[0].ID})
			w.is(name, err, x.want)
		}
	})
}

// A provider may let people stay signed in there; who links signs in there anew all the same.
func TestAnew(t *testing.T) {
	each(t, func(w *world) {
		w.exec(`UPDATE identity_provider SET anew = FALSE`)
		owner := w.somebody(auth.Resident, 0, "")
		w.peer.bends = put("auth_time", time.Now().Add(-time.Hour).Unix())
		w.is("signed in there an hour ago", w.links(owner, "u-1"), "identity_wrong")
		l, err := w.StartLink(w.by(owner), LinkInput{ID: w.at.ID, Again: account.Again{Password: good}})
		w.must(err)
		if !asks(w, l.To, "login") || asks(w, w.start().To, "login") {
			t.Error(l.To, w.start().To)
		}
		w.peer.bends = nil
		w.is("anew", w.links(owner, "u-1"), "")
		w.peer.bends = put("auth_time", time.Now().Add(-time.Hour).Unix())
		_, err = w.enter("u-1")
		w.is("stays signed in there", err, "")
		w.exec(`UPDATE identity_provider SET anew = TRUE`)
		if !asks(w, w.start().To, "login") {
			t.Error(w.start().To)
		}
	})
}

func asks(w *world, to, prompt string) bool {
	u, err := url.Parse(to)
	w.must(err)
	return u.Query().Get("prompt") == prompt
}

// Two entries of the register become one: each identity stays with its account. The account that goes on lets in by its own, the one
// that was locked for it by none, and erasure of who goes on takes his away.
func TestMerged(t *testing.T) {
	each(t, func(w *world) {
		w.persons.Merged.Subscribe(w.accounts.OnMerged)
		merged := func(from, to db.ID) {
			w.write(func(tx *db.Tx) error {
				return w.persons.Merged.Publish(w.later(), tx, person.MergedEvent{From: from, To: to})
			})
		}
		keeps, goes := w.somebody(auth.Resident, 0, ""), w.somebody(auth.Resident, 0, "")
		w.is("his", w.links(keeps, "keeps"), "")
		w.is("of his other account", w.links(goes, "goes"), "")
		officer := w.somebody(auth.SecurityAdmin, whole, w.secret)
		_, err := w.accounts.Lock(w.by(officer), account.ReasonInput{ID: me(goes), Reason: "重复"})
		w.must(err)
		merged(auth.From(goes).Person, auth.From(keeps).Person)
		in, err := w.enter("keeps")
		if err != nil || in.Account.ID != me(keeps) {
			t.Errorf("%+v %v", in, err)
		}
		in, err = w.enter("goes")
		if err != nil || in.Account.ID != me(goes) {
			t.Errorf("%+v %v", in, err)
		}
		_, err = w.accounts.EnterAs(w.later(), in.Account.ID, account.Client{})
		w.is("stays shut", err, "locked")
		w.is("nor is it his", w.links(keeps, "goes"), "identity_taken")

		alone := w.somebody(auth.Resident, 0, "")
		w.is("linked", w.links(alone, "alone"), "")
		var bare db.ID
		w.write(func(tx *db.Tx) error {
			p, err := w.persons.Add(w.Context(), tx, person.NewPerson{Name: "ᠪᠠᠲᠤ", Region: community, Phone: "12977771111", Consent: person.BySelf})
			bare = p.ID
			return err
		})
		merged(auth.From(alone).Person, bare)
		in, err = w.enter("alone")
		if err != nil || in.Account.ID != me(alone) || in.Account.PersonID != bare {
			t.Errorf("%+v %v", in, err)
		}
		w.write(func(tx *db.Tx) error { return forget(w.later(), tx, bare, "本人要求") })
		_, err = w.enter("alone")
		w.is("erased under the entry that goes on", err, "identity_unlinked")
	})
}

// What should not be is found: an account without its owner that may still be signed in to.
func TestVerify(t *testing.T) {
	each(t, func(w *world) {
		owner := w.somebody(auth.Resident, 0, "")
		w.is("linked", w.links(owner, "u-1"), "")
		w.exec(`UPDATE account SET login = 'erased-1' WHERE id = $1`, me(owner))
		var found []string
		w.read(func(tx *db.Tx) error {
			return Verify(t.Context(), tx, func(object, what string) { found = append(found, object) })
		})
		if len(found) != 1 || !strings.HasPrefix(found[0], "identity/") {
			t.Errorf("%v", found)
		}
		w.exec(`DELETE FROM identity`)
	})
}

// Each change of a provider uses up a code of who makes it, and one that is in use keeps what it needs.
func TestKeepProves(t *testing.T) {
	each(t, func(w *world) {
		again := w.again()
		change := func(id string) error {
			p, err := w.Get(w.by(w.admin), GetInput{w.at.ID})
			w.must(err)
			_, err = w.Change(w.by(w.admin), ChangeInput{ID: p.ID, Version: p.Version, Details: Details{Name: "一", ClientID: id, Again: again}})
			return err
		}
		twice := "invalid otp: 动态码不对，或者已经用过。请等下一个码再试"
		w.is("changed", change(clientID), "")
		w.is("changed with the same code", change(clientID), twice)
		for _, state := range []string{Off, On} {
			p, err := w.Get(w.by(w.admin), GetInput{w.at.ID})
			w.must(err)
			_, err = w.Switch(w.by(w.admin), SwitchInput{ID: p.ID, Version: p.Version, State: state, Again: again})
			w.is("switched "+state+" with the same code", err, twice)
			again = w.again()
			_, err = w.Switch(w.by(w.admin), SwitchInput{ID: p.ID, Version: p.Version, State: state, Again: again})
			w.is("switched "+state, err, "")
		}
		again = w.again()
		w.is("in use without a client", change(""), "invalid client_id: 正在用的不能没有客户端编号，先停用")
	})
}
