package pairing

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Excuses are what was ever said of why a person has no pairing, the newest first.
type Excuses struct {
	PersonID db.ID       `json:"person_id"`
	Name     string      `json:"name"`
	Items    []Excuse    `json:"items"`
	Region   auth.Region `json:"-"`
	Today    clock.Day   `json:"-"`
	Open     bool        `json:"-"` // has a pairing that is open
	Past     []Pairing   `json:"-"`
}

func excusesAt(ctx context.Context, tx *db.Tx, p person.Person) (out Excuses, err error) {
	out = Excuses{PersonID: p.ID, Name: p.Name, Region: p.Region, Today: clock.DayOf(tx.Now)}
	if out.Items, err = excusesOf.All(ctx, tx, p.ID); err != nil {
		return out, err
	}
	if out.Past, err = everOf.All(ctx, tx, p.ID); err != nil {
		return out, err
	}
	for _, g := range out.Past {
		out.Open = out.Open || g.State == Proposed || g.State == Active
	}
	return out, nil
}

// note leaves the trail of what was done about a person.
func note(ctx context.Context, tx *db.Tx, action string, p person.Person, why string) error {
	return audit.Write(ctx, tx, audit.Entry{Action: action, Object: "person", ID: p.ID.String(), Region: p.Region, Cause: why})
}

// PersonInput names a person of the register.
type PersonInput struct {
	ID db.ID `path:"id" doc:"居民"`
}

// Excuses gives what was said of why a person has no pairing.
func (s *Service) Excuses(ctx context.Context, in PersonInput) (Excuses, error) {
	return act.Read(ctx, s.db, Keep, func(tx *db.Tx) (out Excuses, err error) {
		p, err := person.Get(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, Keep, Keep, auth.Place{Region: p.Region})
		}
		if err != nil {
			return out, err
		}
		return excusesAt(ctx, tx, p)
	})
}

// WithdrawInput takes an excuse back.
type WithdrawInput struct {
	ID       db.ID  `path:"id" doc:"居民"`
	ExcuseID db.ID  `json:"excuse_id"`
	Reason   string `json:"reason" minLength:"1" maxLength:"200"`
}

// Withdraw ends an excuse before its day: the person is on the list again.
func (s *Service) Withdraw(ctx context.Context, in WithdrawInput) (out Excuse, err error) {
	op := act.Op{Perm: Keep, Action: "pairing.withdraw_excuse", Cause: in.Reason}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Excuse, error) {
		p, err := person.Get(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, Keep, Keep, auth.Place{Region: p.Region})
		}
		if err != nil {
			return out, err
		}
		x, has, err := db.Found(excuseTable.Get(ctx, tx, in.ExcuseID))
		switch {
		case err != nil:
			return out, err
		case !has || x.PersonID != p.ID:
			return out, errs.ErrNotFound
		case x.WithdrawnDay != 0:
			return out, errs.WrongState("这一条已经收回")
		}
		x.WithdrawnDay, x.WithdrawnBy = clock.DayOf(tx.Now), auth.From(ctx).Name
		if err := excuseTable.Update(ctx, tx, &x); err != nil {
			return out, err
		}
		return x, note(ctx, tx, op.Action, p, in.Reason)
	})
}
