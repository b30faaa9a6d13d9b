package dispatch

import (
	"context"
	"fmt"
	"strings"

	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/web/ui"
	"linli/internal/work/order"
)

// Offer is the page on which the station chooses whom to ask.
type Offer struct {
	Order      order.Order
	Fit, Unfit []Candidate
	Wish       order.Wish
	Met        []Candidate // whom the person knows
}

func (o Offer) back() string { return "/desk/orders/" + o.Order.ID.String() }

func (o Offer) when(ctx context.Context) string {
	return clock.Span(ctx, o.Order.WindowStart, o.Order.WindowEnd)
}

func (o Offer) options() []ui.Option {
	out := make([]ui.Option, len(o.Fit))
	for i, c := range o.Fit {
		out[i] = ui.Option{Value: c.VolunteerID.String(), Label: c.Name, Hint: fmt.Sprintf("折合 %d 分钟：%s", c.Cost, strings.Join(c.Reasons, "；"))}
	}
	return out
}

func (o Offer) acquaintances() []ui.Option {
	out := make([]ui.Option, len(o.Met))
	for i, c := range o.Met {
		out[i] = ui.Option{Value: c.VolunteerID.String(), Label: c.Name}
	}
	return out
}

// joined is how Checks takes what is chosen.
func joined(ids []db.ID) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = id.String()
	}
	return strings.Join(out, ",")
}
