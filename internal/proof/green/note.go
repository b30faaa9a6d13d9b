package green

import (
	"context"
	"fmt"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/ledger"
)

// NoteInput notes what a household has done.
type NoteInput struct {
	ID     db.ID  `path:"id" doc:"户"`
	KindID db.ID  `json:"kind_id"`
	Times  int64  `json:"times" minimum:"1" maximum:"100" default:"1"`
	Note   string `json:"note" maxLength:"200" required:"false" doc:"看到了什么"`
}

// Note notes an act that was seen. Its points count at once, above the rule's limit when a second person agrees.
func (s *Service) Note(ctx context.Context, in NoteInput) (Act, error) {
	op := act.Op{Perm: Desk, Action: "green.note"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (a Act, err error) {
		h, err := households.Get(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, Desk, View, at(h.Region))
		}
		if err != nil {
			return a, err
		}
		x, err := opened(ctx, tx, h.Region)
		if err != nil {
			return a, err
		}
		k, err := kinds.Get(ctx, tx, in.KindID)
		today := clock.DayOf(tx.Now)
		switch {
		case err != nil && err != errs.ErrNotFound:
			return a, err
		case err != nil || k.SchemeID != x.ID || !k.Active:
			return a, errs.Field("kind_id", "规则里没有这一项")
		case today < x.SeasonFrom || today > x.SeasonTo:
			return a, errs.WrongState("不在这一季里：" + x.SeasonFrom.String() + " 至 " + x.SeasonTo.String())
		}
		if err := s.apart(ctx, tx, h.ID); err != nil {
			return a, err
		}
		if err := households.Lock(ctx, tx, h); err != nil {
			return a, err
		}
		had, err := noted.One(ctx, tx, h.ID, k.ID, int64(today))
		if err != nil {
			return a, err
		}
		if had+in.Times > k.DayMost {
			return a, errs.Field("times", fmt.Sprintf("一户一天最多记 %d 次，今天已经记了 %d 次", k.DayMost, had))
		}
		a = Act{ID: tx.NewID(), Version: 1, HouseholdID: h.ID, KindID: k.ID, Region: h.Region, State: Counted, Times: in.Times,
			Points: in.Times * k.Points, Day: today, Note: in.Note, ByID: auth.From(ctx).Account, ByName: who(ctx), At: tx.Now}
		if a.Points > k.SecondAbove {
			a.State = Waits
		} else if err := s.credit(ctx, tx, x, h, a); err != nil {
			return a, err
		}
		return a, actKind.Enter(ctx, tx, op, &a)
	})
}

// credit brings the points of an act to its household.
func (s *Service) credit(ctx context.Context, tx *db.Tx, x Scheme, h Household, a Act) error {
	_, err := ledger.Post(ctx, tx, ledger.Chain{Key: "green act " + a.ID.String(), Moves: []ledger.Move{{From: ledger.One(x.IssueID),
		To: ledger.One(h.AccountID), Amount: a.Points, Code: earned, Object: a.ID}}})
	return err
}

// DecideInput is the second person's word.
type DecideInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Answer  string `json:"answer" maxLength:"200" required:"false"`
}

// Approve is the second, independent person's yes.
func (s *Service) Approve(ctx context.Context, in DecideInput) (Act, error) {
	return s.decide(ctx, "green.approve", in, func(tx *db.Tx, a *Act) error {
		x, err := opened(ctx, tx, a.Region)
		if err != nil {
			return err
		}
		h, err := households.Get(ctx, tx, a.HouseholdID)
		if err != nil {
			return err
		}
		a.State = Counted
		return s.credit(ctx, tx, x, h, *a)
	})
}

// Refuse is the second person's no.
func (s *Service) Refuse(ctx context.Context, in DecideInput) (Act, error) {
	return s.decide(ctx, "green.refuse", in, func(_ *db.Tx, a *Act) error {
		a.State = Refused
		return nil
	})
}

func (s *Service) decide(ctx context.Context, action string, in DecideInput, fn func(tx *db.Tx, a *Act) error) (Act, error) {
	op := act.Op{Perm: Second, Action: action, ID: in.ID, Version: in.Version, From: []string{Waits}, Cause: in.Answer}
	return actKind.Change(ctx, s.db, op, func(tx *db.Tx, a *Act) error {
		if err := s.apart(ctx, tx, a.HouseholdID, a.ByID); err != nil {
			return err
		}
		a.DecidedBy, a.Decider, a.DecidedAt, a.Answer = auth.From(ctx).Account, who(ctx), &tx.Now, in.Answer
		return fn(tx, a)
	})
}

// WaitingInput asks for what waits for the second person.
type WaitingInput struct{ db.Paging }

// Waitings is one page of acts that wait.
type Waitings struct {
	db.Page[ActLine]
	shut string
}

// Waiting lists the acts that wait for a second person.
func (s *Service) Waiting(ctx context.Context, in WaitingInput) (Waitings, error) {
	return act.Read(ctx, s.db, Second, func(tx *db.Tx) (out Waitings, err error) {
		if out.shut, err = shut(ctx, tx, auth.From(ctx).Seat()); err != nil {
			return out, err
		}
		out.Page, err = queue.Page(ctx, tx, auth.ScopeOf(ctx, Second), in.Paging)
		for i := range out.Items {
			if err := s.apart(ctx, tx, out.Items[i].HouseholdID, out.Items[i].ByID); err != nil {
				out.Items[i].Why = err.Error()
			}
		}
		return out, err
	})
}
