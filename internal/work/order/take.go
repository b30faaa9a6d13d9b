package order

import (
	"context"

	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/catalogue"
)

// PartInput is a volunteer's move; the station names him.
type PartInput struct {
	Ask
	VolunteerID db.ID `json:"volunteer_id" required:"false" doc:"站点代办时：哪位志愿者"`
}

// Accept takes an offered or open order. Of two who take the last place exactly one gets it.
func (s *Service) Accept(ctx context.Context, in PartInput) (Detail, error) {
	return s.act(ctx, Accept, in.Ask, in.VolunteerID, func(t *turn) (State, error) {
		if err := t.inTime(); err != nil {
			return "", err
		}
		a, err := t.seat(ctx, in.VolunteerID)
		if err != nil {
			return "", err
		}
		if err := fits(ctx, t.tx, t.order, a.VolunteerID); err != nil {
			return "", err
		}
		if err := t.set(ctx, a, PartAccepted, ""); err != nil {
			return "", err
		}
		to := t.derived()
		if to != Accepted {
			return to, nil
		}
		if err := t.tellParts(ctx, "请您帮忙的一单已有人接了", "谢谢您，这次人手够了", PartOffered); err != nil {
			return "", err
		}
		if err := t.setAll(ctx, PartWithdrawn, "名额已满", PartOffered); err != nil {
			return "", err
		}
		return to, t.order.ringOwner(ctx, t.tx, "有志愿者接了您点的单", t.order.when(ctx))
	})
}

// seat finds the offer to a volunteer, or makes his part in an open order.
func (t *turn) seat(ctx context.Context, volunteerID db.ID) (*Assignment, error) {
	if t.order.State != Open {
		a, err := t.part(ctx, volunteerID)
		if err == nil && a.State != PartOffered {
			err = errs.WrongState("这一单对他是“" + a.State.Word() + "”，不能接")
		}
		return a, err
	}
	v, err := t.taker(ctx, volunteerID)
	if err != nil {
		return nil, err
	}
	a := Assignment{ID: t.tx.NewID(), OrderID: t.order.ID, VolunteerID: v.ID, PersonID: v.PersonID, Round: t.order.Round, State: PartOffered,
		At: t.tx.Now}
	if !t.self {
		a.OfferedBy = auth.From(ctx).Account
	}
	if err := addPart(ctx, t, a, errs.WrongState("已经接了这一单")); err != nil {
		return nil, err
	}
	t.served = v.ID
	return &t.parts[len(t.parts)-1], nil
}

// taker is the volunteer who takes an open order: the one named, or the actor.
func (t *turn) taker(ctx context.Context, volunteerID db.ID) (volunteer.Volunteer, error) {
	if volunteerID != 0 {
		v, err := volunteer.Get(ctx, t.tx, volunteerID)
		if errs.KindOf(err) == errs.NotFound {
			err = errs.Field("volunteer_id", "没有找到这位志愿者")
		}
		return v, err
	}
	v, ok, err := volunteer.OfPerson(ctx, t.tx, auth.From(ctx).Person)
	switch {
	case err == nil && !t.self:
		err = errs.Field("volunteer_id", "请写明是哪位志愿者")
	case err == nil && !ok:
		err = errs.ErrDenied
	}
	return v, err
}

// Decline answers an offer with no; no reason is asked.
func (s *Service) Decline(ctx context.Context, in PartInput) (Detail, error) {
	return s.act(ctx, Decline, in.Ask, in.VolunteerID, func(t *turn) (State, error) {
		a, err := t.part(ctx, in.VolunteerID)
		if err != nil {
			return "", err
		}
		if a.State != PartOffered {
			return "", errs.WrongState("这一单对他是“" + a.State.Word() + "”，不用再答复")
		}
		if err := t.set(ctx, a, PartDeclined, t.reason); err != nil {
			return "", err
		}
		return t.derived(), nil
	})
}

// HandBack gives a place back in time, with a reason (Regulations on Volunteer Service, art. 22); the other acceptances stay.
func (s *Service) HandBack(ctx context.Context, in PartInput) (Detail, error) {
	return s.act(ctx, HandBack, in.Ask, in.VolunteerID, func(t *turn) (State, error) {
		if err := t.needReason("请写明为什么退单，好尽快另找人"); err != nil {
			return "", err
		}
		a, err := t.part(ctx, in.VolunteerID)
		if err != nil {
			return "", err
		}
		if a.State != PartAccepted {
			return "", errs.WrongState("现在是“" + a.State.Word() + "”，不能退单")
		}
		if err := t.set(ctx, a, PartHandedBack, t.reason); err != nil {
			return "", err
		}
		return t.derived(), s.tellStation(ctx, t.tx, t.order, "有人退单", t.reason)
	})
}

// NoShowInput says that a volunteer did not come.
type NoShowInput struct {
	Ask
	VolunteerID db.ID `json:"volunteer_id"`
}

// NoShow is taken when the window is over; the clock does the same for everybody who is absent.
func (s *Service) NoShow(ctx context.Context, in NoShowInput) (Detail, error) {
	return s.act(ctx, NoShow, in.Ask, 0, func(t *turn) (State, error) {
		if err := t.needReason("请写明情况"); err != nil {
			return "", err
		}
		a, err := t.part(ctx, in.VolunteerID)
		if err != nil {
			return "", err
		}
		if a.State != PartAccepted {
			return "", errs.WrongState("这位志愿者现在是“" + a.State.Word() + "”")
		}
		if t.order.WindowEnd.After(t.tx.Now) {
			return "", errs.WrongState("约定的时间还没过")
		}
		if err := t.set(ctx, a, PartNoShow, t.reason); err != nil {
			return "", err
		}
		return t.derived(), nil
	})
}

// RescheduleInput moves an order to another time.
type RescheduleInput struct {
	Ask
	Window
}

// Reschedule sets another window; of an accepted order only when all have agreed, which the station enters. Whoever accepted must be
// free then.
func (s *Service) Reschedule(ctx context.Context, in RescheduleInput) (Detail, error) {
	return s.act(ctx, Reschedule, in.Ask, 0, func(t *turn) (State, error) {
		if err := t.needReason("请写明为什么改期、和谁说好了"); err != nil {
			return "", err
		}
		item, err := catalogue.Get(ctx, t.tx, t.order.CatalogueID)
		if err != nil {
			return "", err
		}
		t.order.WindowStart, t.order.WindowEnd = in.WindowStart.In(clock.Shanghai), in.WindowEnd.In(clock.Shanghai)
		if err := setWindow(ctx, t.tx, &t.order, item); err != nil {
			return "", err
		}
		for _, a := range standing(t.parts, PartAccepted) {
			if err := fits(ctx, t.tx, t.order, a.VolunteerID); err != nil {
				return "", err
			}
		}
		if err := t.tellParts(ctx, "您接的一单改期了", t.order.when(ctx), PartAccepted); err != nil {
			return "", err
		}
		if err := t.order.ringOwner(ctx, t.tx, "您点的单改期了", t.order.when(ctx)); err != nil {
			return "", err
		}
		return t.order.State, s.windowDue(ctx, t.tx, t.order)
	})
}
