package order

import (
	"context"
	"errors"
	"time"

	"linli/internal/civic/setting"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Kinds of deadline. Review and dispatch are reminders first and go up a level a working day later.
const (
	dueReview       = "review"
	dueReviewLate   = "review_late"
	dueDispatch     = "dispatch"
	dueDispatchLate = "dispatch_late"
	dueRedo         = "redo"
	dueOffer        = "offer"
	dueWindow       = "window"
	dueCallBack     = "call_back"
	dueSecond       = "second"
	dueLapse        = "unconfirmed"
	dueEvaluate     = "evaluate"
	dueResolve      = "resolve"
)

// plan sets the deadlines of the state that an order has come to. One that stays where it was keeps those that run.
func (s *Service) plan(ctx context.Context, tx *db.Tx, o Order, from State) error {
	if from == "" {
		if err := s.windowDue(ctx, tx, o); err != nil {
			return err
		}
	}
	if o.State == from {
		return nil
	}
	drop := dropDues
	if o.State.Ended() || o.State == Unconfirmed || o.State == Confirmed || o.State == Disputed {
		drop = dropAll
	}
	if _, err := drop.Run(ctx, tx, o.ID); err != nil {
		return err
	}
	if from == Disputed {
		if err := byDispute(s.persons).End(ctx, tx, o.ID); err != nil {
			return err
		}
	}
	switch o.State {
	case Submitted:
		return workingDue(ctx, tx, o, dueReview, setting.ReviewDays)
	case Queued:
		if from == Disputed {
			return workingDue(ctx, tx, o, dueRedo, setting.RedoDays)
		}
		return workingDue(ctx, tx, o, dueDispatch, setting.DispatchDays)
	case Open:
		return workingDue(ctx, tx, o, dueDispatch, setting.DispatchDays)
	case Served:
		return errors.Join(dayDue(ctx, tx, o, dueCallBack, setting.CallbackDays), dayDue(ctx, tx, o, dueSecond, setting.SecondDays),
			dayDue(ctx, tx, o, dueLapse, setting.UnconfirmedDays))
	case Confirmed:
		return dayDue(ctx, tx, o, dueEvaluate, setting.EvaluateDays)
	case Disputed:
		if err := byDispute(s.persons).Queue(ctx, tx, o.ID, o.Region); err != nil {
			return err
		}
		return workingDue(ctx, tx, o, dueResolve, setting.RedoDays)
	}
	return nil
}

func addDue(ctx context.Context, tx *db.Tx, order db.ID, kind string, at time.Time, part db.ID) error {
	_, err := insertDue.Run(ctx, tx, tx.NewID(), order, kind, at, part)
	return err
}

// workingDue is a deadline some working days from now, at this time of day.
func workingDue(ctx context.Context, tx *db.Tx, o Order, kind string, key setting.Key) error {
	n, err := setting.Int(ctx, tx, key, o.Region)
	if err != nil {
		return err
	}
	today := clock.DayOf(tx.Now)
	day, err := setting.AddWorkingDays(ctx, tx, today, n)
	if err != nil {
		return err
	}
	return addDue(ctx, tx, o.ID, kind, day.Time().Add(tx.Now.Sub(today.Time())), 0)
}

// dayDue is a deadline some calendar days from now.
func dayDue(ctx context.Context, tx *db.Tx, o Order, kind string, key setting.Key) error {
	n, err := setting.Int(ctx, tx, key, o.Region)
	if err != nil {
		return err
	}
	return addDue(ctx, tx, o.ID, kind, tx.Now.Add(time.Duration(n)*24*time.Hour), 0)
}

// windowDue watches the end of the window.
func (s *Service) windowDue(ctx context.Context, tx *db.Tx, o Order) error {
	if _, err := dropKind.Run(ctx, tx, o.ID, dueWindow); err != nil {
		return err
	}
	return addDue(ctx, tx, o.ID, dueWindow, o.WindowEnd, 0)
}

// offerDue gives a volunteer so many working hours to answer, two hours when it is urgent, and never longer than the window.
func (s *Service) offerDue(ctx context.Context, tx *db.Tx, o Order, part db.ID) error {
	key := setting.OfferHours
	if o.Urgent {
		key = setting.UrgentHours
	}
	n, err := setting.Int(ctx, tx, key, o.Region)
	if err != nil {
		return err
	}
	at := tx.Now.Add(time.Duration(n) * time.Hour)
	if !o.Urgent {
		if at, err = setting.AddWorkingHours(ctx, tx, tx.Now, n, o.Region); err != nil {
			return err
		}
	}
	if at.After(o.WindowEnd) {
		at = o.WindowEnd
	}
	return addDue(ctx, tx, o.ID, dueOffer, at, part)
}

// Sweep does what has fallen due by business time, each deadline in a transaction of its own. Several processes may sweep at once. One that
// fails is left for the next sweep and does not stop the others.
func (s *Service) Sweep(ctx context.Context) (err error) {
	if err := auth.Allow(ctx, Handle); err != nil {
		return err
	}
	var dues []Due
	if err := s.db.Read(ctx, func(tx *db.Tx) (err error) { dues, err = duesBy.All(ctx, tx, tx.Now); return err }); err != nil {
		return err
	}
	for _, d := range dues {
		err = errors.Join(err, s.db.Write(ctx, func(tx *db.Tx) error { return s.fall(ctx, tx, d) }))
	}
	return err
}

// fall does one deadline. The order's row is locked before the deadline is taken, as every move does, so whoever comes second finds it
// gone.
func (s *Service) fall(ctx context.Context, tx *db.Tx, d Due) error {
	o, parts, err := lock(ctx, tx, d.OrderID)
	if err != nil {
		return err
	}
	n, err := takeDue.Run(ctx, tx, d.ID)
	if err != nil || n == 0 {
		return err
	}
	t := &turn{tx: tx, order: o, from: o.State, parts: parts, voice: Voice{Channel: "web"}}
	switch d.Kind {
	case dueOffer:
		return s.expire(ctx, t, d.AssignmentID)
	case dueWindow:
		return s.absent(ctx, t)
	case dueLapse:
		return s.clockMove(ctx, t, Lapse, Unconfirmed, "到期没有确认")
	case dueEvaluate:
		if err := s.Evaluated.Publish(ctx, tx, EvaluatedEvent{Order: o}); err != nil {
			return err
		}
		return s.clockMove(ctx, t, NotEvaluated, Closed, "到期没有评价")
	case dueDispatchLate:
		return s.late(ctx, t)
	}
	return s.remind(ctx, t, d.Kind)
}

// clockMove is a move that the clock makes.
func (s *Service) clockMove(ctx context.Context, t *turn, m Move, to State, reason string) error {
	t.move, t.reason = m, reason
	if !m.starts(t.from) {
		return nil
	}
	return s.finish(ctx, t, to)
}

// expire ends one offer without an answer.
func (s *Service) expire(ctx context.Context, t *turn, part db.ID) error {
	for i := range t.parts {
		a := &t.parts[i]
		if a.ID != part || a.State != PartOffered {
			continue
		}
		if err := t.set(ctx, a, PartExpired, "到时没有答复"); err != nil {
			return err
		}
		t.served = a.VolunteerID
		return s.clockMove(ctx, t, TimeOut, t.derived(), "到时没有答复")
	}
	return nil
}

// absent ends the window: offers and the open list are taken back, and who accepted but did not come is a no-show.
func (s *Service) absent(ctx context.Context, t *turn) error {
	if t.from == Open || t.from == Offered {
		if err := t.setAll(ctx, PartExpired, "约定的时间过了", PartOffered); err != nil {
			return err
		}
		if err := s.clockMove(ctx, t, Withdraw, Queued, "约定的时间过了"); err != nil {
			return err
		}
		t.from = Queued
	}
	if len(standing(t.parts, PartAccepted)) == 0 {
		return nil
	}
	if err := t.setAll(ctx, PartNoShow, "约定的时间过了，没有签到", PartAccepted); err != nil {
		return err
	}
	to := t.from
	if t.from == Accepted {
		to = Queued
	}
	if err := s.clockMove(ctx, t, NoShow, to, "约定的时间过了，没有签到"); err != nil {
		return err
	}
	return s.tellStation(ctx, t.tx, t.order, "有人未到，请联系", "")
}

// late passes an order that found nobody in time up one level, as far as there is one.
func (s *Service) late(ctx context.Context, t *turn) error {
	if t.from != Queued || t.up() != nil {
		return s.tellStation(ctx, t.tx, t.order, "有一单还没有派出去", "")
	}
	if err := s.clockMove(ctx, t, Escalate, Queued, "到期没有派出去"); err != nil {
		return err
	}
	if err := workingDue(ctx, t.tx, t.order, dueDispatch, setting.DispatchDays); err != nil {
		return err
	}
	return s.tellStation(ctx, t.tx, t.order, "有一单上报协调", "")
}

var reminders = map[string]string{dueReview: "有一单该审核了", dueReviewLate: "有一单审核晚了", dueDispatch: "有一单该派了", dueRedo: "有一单该重办了",
	dueCallBack: "有一单该打电话问一声了", dueSecond: "有一单请带着纸面去请本人确认", dueResolve: "有一单该回访了"}

// remind tells the station what is due; the first reminder of a review or a dispatch is followed by a harder one.
func (s *Service) remind(ctx context.Context, t *turn, kind string) error {
	next := map[string]string{dueReview: dueReviewLate, dueDispatch: dueDispatchLate, dueRedo: dueDispatchLate}[kind]
	if next != "" {
		if err := workingDue(ctx, t.tx, t.order, next, setting.DispatchDays); err != nil {
			return err
		}
	}
	if kind == dueReviewLate || kind == dueSecond {
		if err := s.tellHeads(ctx, t.tx, t.order, reminders[kind]); err != nil {
			return err
		}
	}
	return s.tellStation(ctx, t.tx, t.order, reminders[kind], "")
}
