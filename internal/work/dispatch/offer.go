package dispatch

import (
	"context"
	"fmt"
	"strings"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/web/ui"
	"linli/internal/work/order"
)

// Offer is the page on which the station chooses whom to ask.
type Offer struct {
	Order      order.Order
	Fit, Unfit []Candidate
}

// Offer gives the candidates of an order for the page.
func (s *Service) Offer(ctx context.Context, in GetInput) (out Offer, err error) {
	if err := auth.Allow(ctx, See); err != nil {
		return out, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if out.Order, err = order.Handled(ctx, tx, in.ID, See); err != nil {
			return err
		}
		all, err := s.Rank(ctx, tx, out.Order)
		for _, c := range all {
			if c.RefusedBecause == "" {
				out.Fit = append(out.Fit, c)
			} else {
				out.Unfit = append(out.Unfit, c)
			}
		}
		return err
	})
	return out, err
}

func (o Offer) back() string { return "/desk/orders/" + o.Order.ID.String() }

func (o Offer) when() string { return clock.Span(o.Order.WindowStart, o.Order.WindowEnd) }

func (o Offer) options() []ui.Option {
	out := make([]ui.Option, len(o.Fit))
	for i, c := range o.Fit {
		out[i] = ui.Option{Value: c.VolunteerID.String(), Label: c.Name, Hint: fmt.Sprintf("%d 分，绕行约 %d 分钟：%s", c.Score, c.Cost, strings.Join(c.Reasons, "；"))}
	}
	return out
}
