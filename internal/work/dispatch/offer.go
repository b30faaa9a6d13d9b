package dispatch

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/platform/web/ui"
	"linli/internal/work/order"
	"linli/internal/work/order/wish"
)

// Offer is the page on which the station chooses whom to ask.
type Offer struct {
	Q          string // whom one looks for by name
	Order      order.Order
	Fit, Unfit []Candidate
	Wish       wish.Wish
	Met        []Candidate // whom the person knows
}

func (o Offer) back() string { return "/desk/orders/" + o.Order.ID.String() }

// OfferInput names an order, and perhaps whom one looks for.
type OfferInput struct {
	ID db.ID  `path:"id"`
	Q  string `query:"q" maxLength:"40"`
}

func (o Offer) when(ctx context.Context) string {
	return clock.Span(ctx, o.Order.WindowStart, o.Order.WindowEnd)
}

func (o Offer) options() []ui.Option {
	found := o.sought()
	out := make([]ui.Option, len(found))
	for i, c := range found {
		out[i] = ui.Option{Value: c.VolunteerID.String(), Label: c.Name, Hint: c.why()}
	}
	return out
}

// best is how many candidates stand in sight at once.
const best = 3

// first are the most suitable.
func (o Offer) first() []Candidate { return o.Fit[:min(len(o.Fit), best)] }

// inMinutes are what a reason adds or takes in minutes: of use to who compares plans, not to who sends one person.
var inMinutes = regexp.MustCompile(`，[加减] \d+$`)

// why says in words what speaks for and against somebody.
func (c Candidate) why() string {
	out := make([]string, len(c.Reasons))
	for i, r := range c.Reasons {
		out[i] = inMinutes.ReplaceAllString(r, "")
	}
	return strings.Join(out, "；")
}

// sought are the candidates whose name holds the text that was typed, or is spelled so; all of them without one.
func (o Offer) sought() (out []Candidate) {
	for _, c := range o.Fit {
		if o.Q == "" || strings.Contains(c.Name, o.Q) || spelledSo(c.Name, o.Q) {
			out = append(out, c)
		}
	}
	return out
}

func spelledSo(name, text string) bool {
	letters, ok := format.Spelled(text)
	return ok && slices.ContainsFunc(format.Spellings(name), func(s string) bool { return strings.HasPrefix(s, letters) })
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
