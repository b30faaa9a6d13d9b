package order

import (
	"context"

	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/order/wish"
)

// WishInput replaces the wishes of the person whom an order is for.
type WishInput struct {
	ID      db.ID   `path:"id"`
	Sex     string  `json:"sex" required:"false" enum:"female,male," maxLength:"10"`
	Prefer  []db.ID `json:"prefer" required:"false" maxItems:"20"`
	Exclude []db.ID `json:"exclude" required:"false" maxItems:"20"`
}

// Wish writes down what the served person would like; by himself, or by the station that handles his order. It holds for all orders
// for him.
func (s *Service) Wish(ctx context.Context, in WishInput) (wish.Wish, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Own}, func(tx *db.Tx) (out wish.Wish, err error) {
		o, _, err := lock(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		if err := sees(ctx, tx, o); err != nil {
			return out, err
		}
		if !o.isOwner(auth.From(ctx).Person) && !handles(ctx, Own, o) {
			return out, errs.ErrDenied
		}
		out = wish.New(in.Sex, in.Prefer, in.Exclude)
		if err := wish.Replace(ctx, tx, o.RecipientID, out); err != nil {
			return out, err
		}
		return out, audit.Write(ctx, tx, audit.Entry{Action: "order.wish", Object: "order", ID: o.ID.String(), Region: o.Region,
			Detail: map[string]any{"sex": out.Sex, "prefer": len(out.Prefer), "exclude": len(out.Exclude)}})
	})
}
