package demo

import (
	"context"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/dispatch"
	"linli/internal/work/order"
)

// plans lets somebody say whom he would like, and the base station and its town ask for the best plan of what waits. Nothing of it is
// sent: the reader does that.
func (w *world) plans(ctx context.Context) error {
	p := w.places[0]
	as := auth.With(ctx, p.manager)
	if _, err := w.app.Order.Wish(as, order.WishInput{ID: w.unsent, Prefer: []db.ID{p.volunteers[0].volunteer.ID}}); err != nil {
		return err
	}
	for _, actor := range []auth.Actor{p.manager, p.town} {
		if _, err := w.app.Dispatch.Plan(auth.With(ctx, actor), dispatch.PlanInput{Days: 14}); err != nil && errs.KindOf(err) != errs.Conflict {
			return err
		}
	}
	return nil
}
