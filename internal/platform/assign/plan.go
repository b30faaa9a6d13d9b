package assign

import (
	"cmp"
	"context"
	"slices"
)

// Plan gives the best plan for the problem as it stands now.
func (s *State) Plan(ctx context.Context) (Plan, error) {
	if len(s.sets) > 0 {
		return s.planApart(ctx)
	}
	if err := ctx.Err(); err != nil {
		return Plan{}, err
	}
	p := s.read()
	p.Bound = s.bound()
	return p, nil
}

// read turns the network's current solution into a plan without a bound.
func (s *State) read() (p Plan) {
	g := &s.network
	p.Pairs = make([][2]int32, 0, len(g.rows))
	for v := range g.seats {
		seat := &g.seats[v]
		for t := seat.lo; t < seat.lo+seat.load; t++ {
			p.Pairs = append(p.Pairs, [2]int32{g.at[t].order, s.volunteer(int32(v))})
		}
	}
	slices.SortFunc(p.Pairs, func(a, b [2]int32) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	for i := range g.rows {
		for range g.rows[i].need - g.rows[i].have {
			p.Unserved = append(p.Unserved, int32(i))
		}
	}
	p.Objective = s.objective()
	return p
}

// volunteer is the caller's index of a volunteer of the network.
func (s *State) volunteer(v int32) int32 {
	if s.who == nil {
		return v
	}
	return s.who[v]
}

// objective is what the current solution costs.
func (g *network) objective() (sum int64) {
	for v := range g.seats {
		seat := &g.seats[v]
		for t := seat.lo; t < seat.lo+seat.load; t++ {
			sum += int64(g.at[t].cost) + int64(g.slots[t]) // the floor is in the one and off the other
		}
	}
	for i := range g.rows {
		r := &g.rows[i]
		sum += int64(r.need-r.have) * int64(r.exit)
	}
	return sum
}

// bound is the dual objective: what the problem costs at least at the current prices, whoever serves whom. Every order takes the
// cheapest it could have, and every volunteer gives back what his slots are worth more than they cost. Fixed pairs count as they are.
func (g *network) bound() (sum int64) {
	for v := range g.seats {
		seat, p := &g.seats[v], int64(g.price[v])
		for t := seat.lo; t < seat.lo+seat.fixed; t++ {
			sum += int64(g.at[t].cost) + int64(g.slots[t])
		}
		for t := seat.lo + seat.fixed; t < seat.lo+seat.size; t++ {
			sum += min(0, int64(g.slots[t])-p)
		}
	}
	for i := range g.rows {
		sum += g.least(&g.rows[i])
	}
	return sum
}

// least is what an order costs at least at the current prices.
func (g *network) least(r *row) (sum int64) {
	if r.need == 1 {
		best := int64(r.exit)
		for _, a := range g.arcs[r.lo:r.hi] {
			best = min(best, a.cost()+int64(g.price[a.volunteer()]))
		}
		return best
	}
	var offers []int64
	for _, a := range g.arcs[r.lo:r.hi] {
		if c := a.cost() + int64(g.price[a.volunteer()]); c < int64(r.exit) {
			offers = append(offers, c)
		}
	}
	slices.Sort(offers)
	offers = offers[:min(len(offers), int(r.need))]
	for _, c := range offers {
		sum += c
	}
	return sum + int64(r.need-int32(len(offers)))*int64(r.exit)
}
