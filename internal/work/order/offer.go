package order

import (
	"context"
	"slices"

	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// DispatchInput offers an order to volunteers. Each may decline: nobody is ordered to serve (Regulations on Volunteer Service, art. 25).
type DispatchInput struct {
	Ask
	VolunteerIDs []db.ID `json:"volunteer_ids" minItems:"1" maxItems:"50"`
}

// Dispatch offers the order to the named volunteers, each of whom must be fit for it now.
func (s *Service) Dispatch(ctx context.Context, in DispatchInput) (Detail, error) {
	return s.act(ctx, Dispatch, in.Ask, 0, func(t *turn) (State, error) {
		if err := t.inTime(); err != nil {
			return "", err
		}
		ids := slices.Compact(slices.Sorted(slices.Values(in.VolunteerIDs))) // rows are locked in the order of their ids
		for _, id := range ids {
			if err := s.offer(ctx, t, id); err != nil {
				return "", err
			}
		}
		return Offered, nil
	})
}

// inTime refuses to look for volunteers when the window is over.
func (t *turn) inTime() error {
	if !t.order.WindowEnd.After(t.tx.Now) {
		return errs.WrongState("约定的时间已经过了，请先改期")
	}
	return nil
}

// offer makes one offer with its deadline.
func (s *Service) offer(ctx context.Context, t *turn, volunteerID db.ID) error {
	refuse := func(why string) error { return errs.Field("volunteer_ids", why) }
	v, err := volunteer.Get(ctx, t.tx, volunteerID)
	if errs.KindOf(err) == errs.NotFound {
		return refuse("没有找到这位志愿者")
	}
	if err != nil {
		return err
	}
	if why, err := MayServe(ctx, t.tx, t.order, v.ID, t.order.WindowStart); err != nil || why != "" {
		return errorOr(err, refuse(v.Name+"："+why))
	}
	a := Assignment{ID: t.tx.NewID(), OrderID: t.order.ID, VolunteerID: v.ID, PersonID: v.PersonID, Round: t.order.Round, State: PartOffered,
		OfferedBy: auth.From(ctx).Account, At: t.tx.Now}
	if err := addPart(ctx, t, a, refuse(v.Name+"已经在这一单里")); err != nil {
		return err
	}
	if err := s.offerDue(ctx, t.tx, t.order, a.ID); err != nil {
		return err
	}
	return t.order.tell(ctx, t.tx, v.PersonID, "有一单想请您帮忙", t.order.when(ctx), t.order.taskPath())
}

func errorOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

func addPart(ctx context.Context, t *turn, a Assignment, taken error) error {
	n, err := insertPart.Run(ctx, t.tx, a.ID, a.OrderID, a.VolunteerID, a.PersonID, t.order.Region, a.Round, a.State, a.OfferedBy, a.At)
	if err == nil && n == 0 {
		err = taken
	}
	t.parts = append(t.parts, a)
	return err
}

// OpenInput lets volunteers take an order by themselves.
type OpenInput struct{ Ask }

// Open shows the order to the volunteers of the town, any of whom may take it.
func (s *Service) Open(ctx context.Context, in OpenInput) (Detail, error) {
	return s.act(ctx, OpenUp, in.Ask, 0, func(t *turn) (State, error) { return Open, t.inTime() })
}

// WithdrawInput takes an open or offered order back.
type WithdrawInput struct{ Ask }

// Withdraw takes back what nobody has answered; acceptances stay.
func (s *Service) Withdraw(ctx context.Context, in WithdrawInput) (Detail, error) {
	return s.act(ctx, Withdraw, in.Ask, 0, func(t *turn) (State, error) {
		return Queued, t.setAll(ctx, PartWithdrawn, t.reason, PartOffered)
	})
}

// EscalateInput passes an order up.
type EscalateInput struct{ Ask }

// Escalate passes an order that finds no volunteer to the next level, which then may act on it; the station keeps sight of it.
func (s *Service) Escalate(ctx context.Context, in EscalateInput) (Detail, error) {
	return s.act(ctx, Escalate, in.Ask, 0, func(t *turn) (State, error) { return Queued, t.up() })
}

func (t *turn) up() error {
	at := slices.Index(levels, t.order.Level)
	if at == len(levels)-1 {
		return errs.WrongState("已经在最上一级了")
	}
	t.order.Level = levels[at+1]
	return nil
}
