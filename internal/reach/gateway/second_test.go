package gateway_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/reach/gateway"
)

const top = auth.Region(150000000000)

var day = time.Date(2026, 11, 24, 9, 0, 0, 0, clock.Shanghai)

// staff are the administrators of the whole region, and one of a part of it; each by the number of his account.
var staff = []struct {
	role auth.Role
	at   auth.Region
}{{auth.SystemAdmin, top}, {auth.SecurityAdmin, top}, {auth.AuditAdmin, top}, {auth.SystemAdmin, top}, {auth.SecurityAdmin, 152527000000},
	{auth.Auditor, top}}

// hire opens the accounts of the staff.
func (w world) hire() {
	w.t.Helper()
	w.write(func(tx *db.Tx) error {
		for i, x := range staff {
			if _, err := tx.Build(`INSERT INTO account (id, login, name, region, password, totp_step, state, made_at, version)
				VALUES (?, ?, ?, 150000000000, '', 0, 'active', ?, 1)`, i+1, fmt.Sprint("a", i+1), name(i+1), tx.Now).Run(w.t.Context(), tx); err != nil {
				return err
			}
			if _, err := tx.Build(`INSERT INTO role_grant (id, account_id, role, region, from_day, until_day, reason, granted_at, end_reason)
				VALUES (?, ?, ?, ?, 0, 0, '', ?, '')`, i+1, i+1, string(x.role), int64(x.at), tx.Now).Run(w.t.Context(), tx); err != nil {
				return err
			}
		}
		return nil
	})
}

func name(n int) string { return fmt.Sprint("管理员", n) }

func (w world) write(fn func(tx *db.Tx) error) {
	w.t.Helper()
	if err := w.d.Write(w.t.Context(), fn); err != nil {
		w.t.Fatal(err)
	}
}

// as is one of the staff, some days later.
func (w world) as(n, days int) context.Context {
	x := staff[n-1]
	return auth.With(clock.At(w.t.Context(), day.AddDate(0, 0, days)),
		auth.Actor{Account: db.ID(n), Name: name(n), Grants: []auth.Grant{{Role: x.role, Region: x.at}}})
}

func (w world) proposes(n int, in gateway.SaveInput) gateway.ProposalInput {
	w.t.Helper()
	p, err := w.s.Save(w.as(n, 0), in)
	errstest.Is(w.t, err, "")
	if p.State != gateway.Waits || p.UntilDay != 20261201 {
		w.t.Errorf("%+v", p)
	}
	return gateway.ProposalInput{ID: p.ID, Version: p.Version}
}

func mine(body string) gateway.SaveInput {
	return gateway.SaveInput{Way: "http", Address: "https://sms.example/send?token=geheim", Secret: "X-Key: geheim", Body: body}
}

// inbox is who was told what, in order.
func (w world) inbox() (got []string) {
	w.t.Helper()
	w.write(func(tx *db.Tx) (err error) {
		got, err = db.Select[string](w.t.Context(), tx, tx.Build(`SELECT CAST(account_id AS TEXT) || text FROM notify_inbox ORDER BY id`))
		if err == nil {
			_, err = tx.Exec(w.t.Context(), `DELETE FROM notify_inbox`)
		}
		return err
	})
	return got
}

func (w world) told(what string, who ...int) {
	w.t.Helper()
	got := w.inbox()
	for i, line := range got {
		if i >= len(who) || !strings.HasPrefix(line, fmt.Sprint(who[i])+what) || strings.Contains(line, "geheim") {
			w.t.Errorf("%q is told, not %s to %d", got, what, who)
			return
		}
	}
	if len(got) != len(who) {
		w.t.Errorf("%q is told, not %s to %d", got, what, who)
	}
}

// The codes of everybody go by the way that is set: no administrator sets one alone. What one fills in is not used, and its secret is told
// nobody, before another of the administrators, independent of him, has confirmed it; the others hear of each step. Off takes one.
func TestSecond(t *testing.T) {
	each(t, func(w world) {
		w.hire()
		in := w.proposes(1, mine(""))
		w.told("管理员1要设短信从“HTTP 网关”发出（sms.example）。", 4, 2, 3)
		if w.kept("http").ID != 0 {
			t.Error("it is used before it is confirmed")
		}
		confirm := func(n, days int, in gateway.ProposalInput) error {
			_, err := w.s.Confirm(w.as(n, days), in)
			return err
		}
		errstest.Is(t, confirm(1, 0, in), "denied: 前一步是您自己办的")
		errstest.Is(t, confirm(5, 0, in), "not_found")
		errstest.Is(t, confirm(6, 0, in), "denied")
		errstest.Is(t, confirm(2, 0, gateway.ProposalInput{ID: in.ID, Version: 2}), "stale_version")
		errstest.Is(t, confirm(2, 0, gateway.ProposalInput{ID: 7, Version: 1}), "not_found")
		errstest.Is(t, confirm(2, 8, in), "wrong_state: 过了 2026-12-01")
		w.unsure(3, 0)
		errstest.Is(t, confirm(3, 0, in), "denied: 控制台")
		w.unsure(4, 1)
		errstest.Is(t, confirm(4, 0, in), "denied: 管理员1")
		if w.kept("http").ID != 0 || len(w.inbox()) != 0 {
			t.Error("a refused confirmation did something")
		}
		errstest.Is(t, confirm(2, 7, in), "") // its last day
		w.told("管理员2确认了：管理员1设的短信从“HTTP 网关”发出（sms.example）。", 1, 4, 3)
		if g := w.kept("http"); !g.Active || g.ByName != name(1) || g.SecondName != name(2) || strings.Contains(string(g.Secret), "geheim") {
			t.Errorf("%+v", g)
		}
		errstest.Is(t, confirm(2, 0, gateway.ProposalInput{ID: in.ID, Version: 2}), "wrong_state: 用上了")
		_, err := w.s.Drop(w.as(2, 0), gateway.ProposalInput{ID: in.ID, Version: 2})
		errstest.Is(t, err, "wrong_state: 用上了")
		w.secretsGone()
		_, err = w.s.Off(w.as(4, 0), gateway.OffInput{})
		errstest.Is(t, err, "")
		w.told("管理员4停用了在页面上设的短信通道。", 1, 2, 3)
	})
}

// unsure says that an account was opened by another, 0 for the console, and that nobody has confirmed that.
func (w world) unsure(n, by int) {
	w.t.Helper()
	w.write(func(tx *db.Tx) error {
		_, err := tx.Build(`INSERT INTO account_act (id, version, account_id, actor_id, kind, region, by_actor, at, confirmed_how)
			VALUES (?, 1, ?, NULLIF(?, 0), 'create', 150000000000, FALSE, ?, '')`, 100+n, n, by, day).Run(w.t.Context(), tx)
		return err
	})
}

// secretsGone says that no proposal that has ended keeps its secret.
func (w world) secretsGone() {
	w.t.Helper()
	w.write(func(tx *db.Tx) error {
		n, err := db.SelectOne[int64](w.t.Context(), tx, tx.Build(`SELECT COUNT(*) FROM sms_gateway_proposal
			WHERE state <> 'waits' AND secret IS NOT NULL`))
		if n != 0 {
			w.t.Errorf("%d keep their secret", n)
		}
		return err
	})
}

// The way in use stays what it was while a change of it waits; a change replaces the one that waited, so that nobody confirms what he has
// not seen; who proposed and who does not agree may end it; after its days it ends by itself, and who made it is told.
func TestProposalsEnd(t *testing.T) {
	each(t, func(w world) {
		w.hire()
		_, err := w.s.Confirm(w.as(3, 0), w.proposes(1, mine("")))
		errstest.Is(t, err, "")
		used := w.kept("http")
		again := func(to string) gateway.SaveInput {
			in := mine(to)
			in.Version = used.Version
			return in
		}
		first := w.proposes(1, again(`{"a":"{{.Phone}}{{.Text}}"}`))
		second := w.proposes(4, again(`{"b":"{{.Phone}}{{.Text}}"}`))
		_, err = w.s.Confirm(w.as(2, 0), gateway.ProposalInput{ID: first.ID, Version: 2})
		errstest.Is(t, err, "wrong_state: 不用了")
		look, err := w.s.Look(w.as(2, 0), gateway.LookInput{})
		if err != nil || len(look.Proposals) != 1 || look.Proposals[0].ID != second.ID || w.kept("http").Body != used.Body {
			t.Errorf("%+v %v", look, err)
		}
		w.inbox()
		_, err = w.s.Drop(w.as(2, 0), second)
		errstest.Is(t, err, "")
		w.told("管理员2不同意短信从“HTTP 网关”发出", 1, 4, 3)
		own := w.proposes(1, again(""))
		w.inbox()
		_, err = w.s.Drop(w.as(1, 0), own)
		errstest.Is(t, err, "")
		w.told("管理员1撤回了改动，不再要短信从“HTTP 网关”发出", 4, 2, 3)
		third := w.proposes(1, again(""))
		for days, want := range []int{1, 1, 1, 1, 1, 1, 1, 1, 0} {
			if err := w.s.Lapse(auth.AsSystem(clock.At(t.Context(), day.AddDate(0, 0, days)), "job")); err != nil {
				t.Fatal(err)
			}
			look, err := w.s.Look(w.as(2, days), gateway.LookInput{})
			if err != nil || len(look.Proposals) != want {
				t.Errorf("day %d: %d wait, want %d (%v)", days, len(look.Proposals), want, err)
			}
		}
		_, err = w.s.Confirm(w.as(2, 0), gateway.ProposalInput{ID: third.ID, Version: 2})
		errstest.Is(t, err, "wrong_state: 过期没有人确认")
		if got := w.inbox(); !strings.HasPrefix(got[len(got)-1], "1要改的话重新设") {
			t.Errorf("%q", got)
		}
		if g := w.kept("http"); g.Version != used.Version || !g.Active {
			t.Errorf("the way in use changed: %+v", g)
		}
		w.secretsGone()
	})
}

// Where there is no other administrator at all, as on the first day, one sets the way alone: codes could not be sent otherwise. It is said
// on the page; as soon as there is another, the next change waits for him.
func TestAlone(t *testing.T) {
	each(t, func(w world) {
		p, err := w.s.Save(w.as(1, 0), mine(""))
		if err != nil || p.State != gateway.Used || w.kept("http").SecondName != "" || !w.kept("http").Active {
			t.Errorf("%+v %v", p, err)
		}
		w.hire()
		in := mine("")
		in.Version = w.kept("http").Version
		w.proposes(1, in)
		w.write(func(tx *db.Tx) error { // all others go
			_, err := tx.Exec(t.Context(), `UPDATE account SET state = 'locked' WHERE id > 1`)
			return err
		})
		if p, err := w.s.Save(w.as(1, 0), in); err != nil || p.State != gateway.Used {
			t.Errorf("%+v %v", p, err)
		}
	})
}
