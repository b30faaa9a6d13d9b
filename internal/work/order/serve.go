package order

import (
	"context"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// ForService locks an order and gives it with the part of a volunteer in its present round; of the actor himself when volunteerID is
// zero. It asks whether the actor may check this volunteer in or out.
func ForService(ctx context.Context, tx *db.Tx, orderID, volunteerID db.ID) (Order, Assignment, error) {
	o, parts, err := lock(ctx, tx, orderID)
	if err != nil {
		return o, Assignment{}, err
	}
	if err := sees(ctx, tx, o); err != nil {
		return o, Assignment{}, err
	}
	t := &turn{tx: tx, move: CheckIn, order: o, parts: parts}
	if err := t.side(ctx, volunteerID); err != nil {
		return o, Assignment{}, err
	}
	a, err := t.part(ctx, volunteerID)
	if err != nil {
		return o, Assignment{}, err
	}
	return o, *a, nil
}

// CheckedIn takes note that a volunteer came, and gives the order as it stands then. o and a are what ForService gave; the caller has
// asked MayServe and looked at the time. by says who spoke, when the actor is not himself the volunteer.
func (s *Service) CheckedIn(ctx context.Context, tx *db.Tx, o Order, a Assignment, at time.Time, by Voice) (Order, error) {
	t, p, err := serving(ctx, tx, CheckIn, o, a, by)
	if err != nil {
		return o, err
	}
	if p.State != PartAccepted {
		return o, errs.WrongState("现在是“" + p.State.Word() + "”，不能签到")
	}
	if err := t.set(ctx, p, PartCheckedIn, ""); err != nil {
		return o, err
	}
	err = s.finish(ctx, t, t.derived())
	return t.order, err
}

// CheckedOut takes note that a volunteer left at the time at. When all who came are out, the order waits for the resident's word.
func (s *Service) CheckedOut(ctx context.Context, tx *db.Tx, o Order, a Assignment, at time.Time, by Voice) (Order, error) {
	t, p, err := serving(ctx, tx, CheckOut, o, a, by)
	if err != nil {
		return o, err
	}
	if p.State != PartCheckedIn {
		return o, errs.WrongState("现在是“" + p.State.Word() + "”，不能签退")
	}
	if err := t.set(ctx, p, PartCheckedOut, ""); err != nil {
		return o, err
	}
	if err := s.finish(ctx, t, t.derived()); err != nil {
		return o, err
	}
	if err := s.Served.Publish(ctx, tx, ServedEvent{Order: t.order, Assignment: *p, At: at}); err != nil || t.order.State != Served {
		return t.order, err
	}
	return t.order, t.order.ringOwner(ctx, tx, "服务完了，请您确认", "做得好不好，您说了算")
}

// serving starts the move of a part that ForService gave.
func serving(ctx context.Context, tx *db.Tx, m Move, o Order, a Assignment, by Voice) (*turn, *Assignment, error) {
	parts, err := partsOf.All(ctx, tx, o.ID, o.Round)
	if err != nil {
		return nil, nil, err
	}
	t := &turn{tx: tx, move: m, order: o, from: o.State, parts: parts, voice: by, self: auth.From(ctx).Person == a.PersonID,
		served: a.VolunteerID}
	if err := t.spoken(m); err != nil {
		return nil, nil, err
	}
	if !m.starts(o.State) {
		return nil, nil, wrong(m, o.State)
	}
	for i := range t.parts {
		if t.parts[i].ID == a.ID {
			return t, &t.parts[i], nil
		}
	}
	return nil, nil, errs.ErrStale
}

// BreakOffInput ends a service early: of one volunteer, or of all.
type BreakOffInput struct {
	Ask
	VolunteerID db.ID `json:"volunteer_id" required:"false"`
}

// BreakOff ends a service that cannot go on, with a reason; what was served until now counts as served.
func (s *Service) BreakOff(ctx context.Context, in BreakOffInput) (Detail, error) {
	return s.act(ctx, BreakOff, in.Ask, 0, func(t *turn) (State, error) {
		if err := t.needReason("请写明为什么中止"); err != nil {
			return "", err
		}
		found := false
		for i := range t.parts {
			a := &t.parts[i]
			if a.State != PartCheckedIn || in.VolunteerID != 0 && a.VolunteerID != in.VolunteerID {
				continue
			}
			found = true
			if err := t.set(ctx, a, PartBrokenOff, t.reason); err != nil {
				return "", err
			}
			if err := s.Broken.Publish(ctx, t.tx, BrokenEvent{Order: t.order, Assignment: *a, At: t.tx.Now}); err != nil {
				return "", err
			}
		}
		if !found {
			return "", errs.Field("volunteer_id", "这位志愿者不在服务中")
		}
		t.served = in.VolunteerID
		return t.derived(), nil
	})
}
