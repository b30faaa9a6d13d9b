package order

import (
	"context"
	"time"

	"linli/internal/civic/person"
	"linli/internal/civic/second"
	"linli/internal/civic/setting"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/order/hand"
)

// DisputeInput says why the resident is not content.
type DisputeInput struct{ Ask }

// Dispute says that a served order was not done as it should; its records are suspended.
func (s *Service) Dispute(ctx context.Context, in DisputeInput) (Detail, error) {
	return s.act(ctx, Dispute, in.Ask, 0, func(t *turn) (State, error) {
		if err := t.needReason("请说说哪里不满意"); err != nil {
			return "", err
		}
		return s.disputed(ctx, t)
	})
}

// Reopen takes a closed order up again within the days that the setting gives.
func (s *Service) Reopen(ctx context.Context, in DisputeInput) (Detail, error) {
	return s.act(ctx, Reopen, in.Ask, 0, func(t *turn) (State, error) {
		if err := t.needReason("请写明为什么重新提出"); err != nil {
			return "", err
		}
		days, err := setting.Int(ctx, t.tx, setting.ReopenDays, t.order.Region)
		if err != nil {
			return "", err
		}
		if t.order.ClosedAt == nil || t.tx.Now.After(t.order.ClosedAt.Add(time.Duration(days)*24*time.Hour)) {
			return "", errs.WrongState("办结太久了，请重新点一单，或者用投诉建议")
		}
		t.order.ClosedAt = nil
		return s.disputed(ctx, t)
	})
}

func (s *Service) disputed(ctx context.Context, t *turn) (State, error) {
	if err := s.Disputed.Publish(ctx, t.tx, DisputedEvent{Order: t.order}); err != nil {
		return "", err
	}
	return Disputed, s.tellStation(ctx, t.tx, t.order, "有一单不满意，请回访", t.reason)
}

// ResolveInput ends a dispute.
type ResolveInput struct {
	Ask
	Decision string `json:"decision" maxLength:"10" enum:"redo,confirm" doc:"redo 三个工作日内重办，confirm 由第二人电话回访后确认"`
}

// Resolve has the service done again, or confirms it by a call-back that a second person makes: with somebody else who had a hand in the
// order and not the volunteer, his kin or who spoke for the resident.
func (s *Service) Resolve(ctx context.Context, in ResolveInput) (Detail, error) {
	return s.act(ctx, Resolve, in.Ask, 0, func(t *turn) (State, error) {
		if err := t.needReason("请写明回访的情况"); err != nil {
			return "", err
		}
		if in.Decision == "redo" {
			return Queued, s.redo(ctx, t)
		}
		if err := callsBack(ctx, s.persons, t); err != nil {
			return "", err
		}
		t.order.Evidence, t.order.NeedsSecond, t.order.ConfirmedBy = "call_back", false, auth.From(ctx).Account
		t.after = func() error {
			return s.Resolved.Publish(ctx, t.tx, ResolvedEvent{Order: t.order, By: t.order.ConfirmedBy})
		}
		return Confirmed, nil
	})
}

// callsBack refuses the actor whose call-back does not confirm the order, and says who has to make it.
func callsBack(ctx context.Context, persons *person.Service, t *turn) error {
	if !auth.Can(ctx, Second, t.order.place()) {
		return errs.Deny("要由第二人（嘎查村、社区负责人或苏木乡镇）电话回访后确认")
	}
	v, err := behind(ctx, persons, t, hand.Resolved(ctx))
	if err == nil && !v.Stands {
		err = errs.Deny("要换一个人电话回访后确认：" + v.Why)
	}
	return err
}

// byDispute is how disputed orders wait for who calls back and confirms.
func byDispute(persons *person.Service) second.Kind {
	return second.Kind{Name: "dispute", Told: "有一单不满意，等您回访", Risen: "%d 单不满意的下级没有回访，转给您",
		Gather: func(ctx context.Context, tx *db.Tx, id db.ID) (second.Case, error) {
			t := &turn{tx: tx}
			var err error
			if t.order, err = byID.Get(ctx, tx, id); err == nil {
				t.parts, err = partsOf.All(ctx, tx, id, t.order.Round)
			}
			return func(ctx context.Context) error { return callsBack(ctx, persons, t) }, err
		}}
}

// Rise passes on what nobody has called back about.
func (s *Service) Rise(ctx context.Context) error { return byDispute(s.persons).Rise(ctx, s.db) }

// redo starts a new round with a new one-time code. The station sets a new time with the resident.
func (s *Service) redo(ctx context.Context, t *turn) error {
	if err := t.setAll(ctx, PartWithdrawn, "重办", PartOffered, PartAccepted); err != nil {
		return err
	}
	code, err := s.newCode()
	if err != nil {
		return err
	}
	if _, err := setCode.Run(ctx, t.tx, t.order.ID, s.hide(code, "code", t.order.ID)); err != nil {
		return err
	}
	o := &t.order
	o.Round++
	o.Evidence, o.NeedsSecond, o.ConfirmedBy, o.CodeTries, o.Rating, o.Comment, o.PhotoID = "", false, 0, 0, 0, "", 0
	return s.Resolved.Publish(ctx, t.tx, ResolvedEvent{Order: *o, Redo: true, By: auth.From(ctx).Account})
}
