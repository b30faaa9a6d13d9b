package timebank

import (
	"context"
	"slices"
	"time"

	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/ledger"

	"linli/internal/civic/person"
)

// mostHold is how long minutes may be promised.
const mostHold = 90 * 24 * time.Hour

// HoldInput promises somebody's minutes for help that he gets outside of an order.
type HoldInput struct {
	PersonID  db.ID     `json:"person_id" required:"false" doc:"空为本人"`
	Minutes   int64     `json:"minutes" minimum:"1" maximum:"600000"`
	ExpiresAt time.Time `json:"expires_at" doc:"到时候没有结算就退回，最长 90 天"`
	Reason    string    `json:"reason" minLength:"2" maxLength:"200"`
}

// Promise is a hold as it stands.
type Promise struct {
	ID        db.ID     `json:"id"`
	PersonID  db.ID     `json:"person_id"`
	State     string    `json:"state" enum:"held,waits,settled,voided" doc:"waits：等第二人复核，复核后才抵"`
	Minutes   int64     `json:"minutes" doc:"预留多少分钟"`
	Settled   int64     `json:"settled"`
	ExpiresAt time.Time `json:"expires_at"`
}

// Hold promises minutes of an account until a moment. Nobody gets what is settled of it: it goes back to where the bank's minutes come
// from. A promise alone takes nothing; what the desk wants to settle of it waits for a second person.
func (s *Service) Hold(ctx context.Context, in HoldInput) (Promise, error) {
	op := act.Op{Perm: Own, Action: "timebank.hold", Cause: in.Reason}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Promise, err error) {
		p, err := whoIs(ctx, tx, in.PersonID)
		if err != nil {
			return out, err
		}
		if !in.ExpiresAt.After(tx.Now) || in.ExpiresAt.After(tx.Now.Add(mostHold)) {
			return out, errs.Field("expires_at", "要在今后 90 天以内")
		}
		b, r, err := opened(ctx, tx, p.Region)
		if err != nil {
			return out, err
		}
		m, there, err := memberOf(ctx, tx, p.ID)
		switch {
		case err != nil:
			return out, err
		case !there:
			return out, errs.WrongState("还没有账户")
		case int64(person.Age(p, clock.DayOf(tx.Now))) < r.SpendAge:
			return out, errs.WrongState("还没有到可以用时间抵的年龄")
		}
		if err := withinMonth(ctx, tx, r, m, in.Minutes); err != nil {
			return out, err
		}
		key := tx.NewID()
		until := in.ExpiresAt.Truncate(time.Microsecond)
		rows, err := ledger.Post(ctx, tx, ledger.Chain{Key: "timebank hold " + key.String(), Moves: []ledger.Move{{From: ledger.One(m.AccountID),
			To: ledger.One(b.IssueID), Amount: in.Minutes, Code: spent, Object: key, Until: &until}}})
		if err != nil {
			return out, ourWords(err)
		}
		out = Promise{ID: rows[0].ID, PersonID: p.ID, State: "held", Minutes: in.Minutes, ExpiresAt: until}
		return out, trail(ctx, tx, op.Action, m, in.Reason, out)
	})
}

func trail(ctx context.Context, tx *db.Tx, action string, m Member, cause string, p Promise) error {
	return audit.Write(ctx, tx, audit.Entry{Action: action, Object: "timebank_member", ID: m.ID.String(), Region: m.Region, Cause: cause,
		Detail: map[string]any{"hold": p.ID.String(), "minutes": p.Minutes, "settled": p.Settled}})
}

// SettleInput takes what was really served of what was promised.
type SettleInput struct {
	ID      db.ID  `path:"id"`
	Minutes int64  `json:"minutes" minimum:"0" maximum:"600000"`
	Reason  string `json:"reason" maxLength:"200" required:"false" doc:"站里代办时：做了什么，给第二人看"`
}

// Settle ends a promise by the minutes served; the rest goes back. Its owner does so by himself; what the desk settles waits until a
// second, independent person agrees.
func (s *Service) Settle(ctx context.Context, in SettleInput) (Promise, error) {
	return s.resolve(ctx, act.Op{Perm: Own, Action: "timebank.settle", Cause: in.Reason}, in.ID, ledger.Settled, in.Minutes)
}

// ReleaseInput lets a promise go.
type ReleaseInput struct {
	ID db.ID `path:"id"`
}

// Release gives back what was promised.
func (s *Service) Release(ctx context.Context, in ReleaseInput) (Promise, error) {
	return s.resolve(ctx, act.Op{Perm: Own, Action: "timebank.void"}, in.ID, ledger.Voided, 0)
}

func (s *Service) resolve(ctx context.Context, op act.Op, id db.ID, how ledger.Kind, minutes int64) (Promise, error) {
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Promise, err error) {
		h, err := ledger.Find(ctx, tx, id)
		if err != nil {
			return out, err
		}
		m, there, err := db.Found(ofAccount.One(ctx, tx, h.DebitID))
		if err == nil && (!there || h.Kind != ledger.Held) {
			err = errs.ErrNotFound
		}
		if err != nil {
			return out, err
		}
		p, err := whoIs(ctx, tx, m.PersonID)
		if err != nil {
			return out, err
		}
		if err := members.Lock(ctx, tx, m); err != nil { // one settlement of a promise, not two that wait
			return out, err
		}
		if other, _, err := db.Found(promisedElsewhere.One(ctx, tx, id)); err != nil || other > 0 {
			return out, orClash(err, "这笔预留属于求助单或者申请，在那里办理")
		}
		out = Promise{ID: id, PersonID: m.PersonID, State: Waits, Minutes: h.Amount, ExpiresAt: *h.ExpiresAt}
		if own, err := s.speaks(ctx, tx, m.PersonID); err != nil {
			return out, err
		} else if !own && minutes > 0 {
			return out, s.settleLater(ctx, tx, op, p, m, h, minutes)
		}
		if err := end(ctx, tx, id, how, minutes, spent, h.ObjectID); err != nil {
			return out, err
		}
		out = Promise{ID: id, PersonID: m.PersonID, State: map[ledger.Kind]string{ledger.Settled: "settled", ledger.Voided: "voided"}[how],
			Minutes: h.Amount, Settled: minutes, ExpiresAt: *h.ExpiresAt}
		return out, trail(ctx, tx, op.Action, m, op.Cause, out)
	})
}

// settleLater lets a second person look at what the desk wants to settle.
func (s *Service) settleLater(ctx context.Context, tx *db.Tx, op act.Op, p person.Person, m Member, h ledger.Transfer,
	minutes int64) error {
	open, err := ledger.Holds(ctx, tx, m.AccountID)
	switch {
	case err != nil:
		return err
	case !slices.ContainsFunc(open, func(t ledger.Transfer) bool { return t.ID == h.ID }):
		return ledger.ErrResolved
	case h.Due(tx.Now):
		return ledger.ErrExpired
	case minutes > h.Amount:
		return ledger.ErrHold
	}
	if p.ID != auth.From(ctx).Person { // his own, on an account that is not surely his
		if err := s.apart(ctx, tx, p.ID, 0); err != nil {
			return err
		}
	}
	a := Application{ID: tx.NewID(), Version: 1, BankID: m.BankID, Region: p.Region, Kind: spent, State: Waits, FromID: p.ID, Minutes: minutes,
		Reason: op.Cause, HoldID: h.ID, ByID: auth.From(ctx).Account, ByName: who(ctx), At: tx.Now}
	return applied.Enter(ctx, tx, op, &a)
}

// mayFor asks whether the actor may act on somebody's account: his own, or at the desk. Who may neither do so nor see it learns nothing.
func mayFor(ctx context.Context, id db.ID, at auth.Place) error {
	perm := Desk
	if id != 0 && id == auth.From(ctx).Person {
		perm = Own
	}
	switch {
	case auth.Holds(ctx, perm):
		return auth.Require(ctx, perm, View, at)
	case auth.Can(ctx, View, at):
		return errs.ErrDenied
	}
	return errs.ErrNotFound
}
