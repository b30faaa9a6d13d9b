// Package dispatch says who suits an order, in which degree and why, and which plan is the best for many orders at once. It only
// proposes: whether somebody may serve at all is order's question, nobody is ever sent without being asked, and every offer may be
// declined without a reason and without consequence.
//
// Nouns: candidate, price, index, plan, line. Verbs: candidates, plan, send, drop, explain, simulate.
package dispatch

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/work/order"
)

// Permissions. See is asking who suits an order, Plan planning for many.
const (
	See  auth.Perm = "dispatch.candidates"
	Plan auth.Perm = "dispatch.plan"
)

// Candidate is one volunteer for one order.
type Candidate struct {
	VolunteerID    db.ID    `json:"volunteer_id"`
	Name           string   `json:"name"`
	Score          int64    `json:"score" doc:"100 减去 cost，不低于 0；越大越合适"`
	Cost           int64    `json:"cost" doc:"折合绕行的分钟数：路程，加减各项权重"`
	Reasons        []string `json:"reasons"`
	RefusedBecause string   `json:"refused_because,omitempty"`
}

// Candidates are the volunteers of an order's surroundings, the most suitable first and those who cannot last.
type Candidates struct {
	Items []Candidate `json:"items"`
	Next  *string     `json:"next"`
}

// How many of each kind are shown.
const (
	mostFit   = 60
	mostUnfit = 40
)

// Service holds the operations.
type Service struct {
	db     *db.DB
	orders *order.Service
	Pool   *Pool
}

// New makes the service.
func New(d *db.DB, orders *order.Service) *Service {
	return &Service{db: d, orders: orders, Pool: newPool(d)}
}

// GetInput names an order.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Candidates gives who may be asked to serve an order: the volunteers of its town and those near enough, each with a score, the cost
// and the reasons in words.
func (s *Service) Candidates(ctx context.Context, in GetInput) (out Candidates, err error) {
	v, err := s.Offer(ctx, OfferInput{ID: in.ID})
	out.Items = append(v.Fit, v.Unfit...)
	return out, err
}

// Offer gives the candidates of an order for the page on which the station chooses whom to ask.
func (s *Service) Offer(ctx context.Context, in OfferInput) (Offer, error) {
	return act.Read(ctx, s.db, See, func(tx *db.Tx) (out Offer, err error) {
		out.Q = strings.TrimSpace(in.Q)
		if err := s.db.Read(ctx, func(tx *db.Tx) (err error) { out.Order, err = order.Handled(ctx, tx, in.ID, See); return err }); err != nil {
			return out, err
		}
		x, err := s.Pool.Index(ctx, out.Order.Region)
		if err != nil {
			return out, err
		}

		f, err := s.gather(ctx, tx, x, []order.Waiting{{Order: out.Order}})
		if err == nil {
			err = f.everybody(ctx, tx, &f.jobs[0])
		}
		if err == nil {
			out.Fit, out.Unfit = f.rank(ctx, &f.jobs[0])
			out.Wish, out.Met = f.jobs[0].wish, f.met(&f.jobs[0])
		}
		return out, err
	})
}

// rank judges all who come into question for an order, the most suitable first.
func (f *facts) rank(ctx context.Context, j *job) (fit, unfit []Candidate) {
	fit, unfit = []Candidate{}, []Candidate{}
	for _, at := range j.pool {
		v := &f.index.People[at]
		p := f.priced(j, at)
		c := Candidate{VolunteerID: v.ID, Name: v.Name, Cost: p.Sum(), Score: max(0, 100-p.Sum()), Reasons: f.words(j, v, p),
			RefusedBecause: f.refusal(ctx, j, v)}
		if c.RefusedBecause == "" {
			fit = append(fit, c)
		} else {
			unfit = append(unfit, c)
		}
	}
	best := func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(a.Cost, b.Cost), cmp.Compare(a.VolunteerID, b.VolunteerID))
	}
	slices.SortFunc(fit, best)
	slices.SortFunc(unfit, best)
	return fit[:min(len(fit), mostFit)], unfit[:min(len(unfit), mostUnfit)]
}

// met are those who come into question and have served the person, or are named in his wishes.
func (f *facts) met(j *job) (out []Candidate) {
	for _, at := range j.pool {
		v := &f.index.People[at]
		if f.knows(j, v) > 0 || j.wants(v.ID) || slices.Contains(j.wish.Exclude, v.ID) {
			out = append(out, Candidate{VolunteerID: v.ID, Name: v.Name})
		}
	}
	return out
}
