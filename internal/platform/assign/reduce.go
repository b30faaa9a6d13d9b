package assign

import "context"

// reducer runs the bidding of step 1. bids[slot] is the price of its volunteer up to which the occupant stays: there his second choice
// costs him the same. Other prices only rise, so a bid once made stays a lower bound of that, and a volunteer priced at the lowest bid
// keeps all his occupants content. Bids lie in the memory of network.owner, which is not asked before step 2.
type reducer struct {
	*network
	bids []int32
	left []int32 // orders that neither won nor gave up
	work int     // scans of rows that may still be spent
}

// choice is what a row offers at the current prices.
type choice struct {
	best, second   int64 // costs; second is at most the exit
	arc, runner    arc   // best and second best
	bestIs, nextIs bool  // whether there are such, rather than the exit
}

// Bidding goes on, pass after pass over the orders still without a place, while a pass places one in stall of them; each pass sees
// prices that have risen in the one before, which breaks ties. An order too busy with outbidding is left to step 2, where every step
// is final.
const (
	passes = 24
	stall  = 200
	bidsOf = 100 // bids that the orders may make, on average
)

// reduce lets every order that needs one volunteer bid, and returns those that found no place this way together with those that need
// several.
func (g *network) reduce(ctx context.Context) ([]int32, error) {
	r := &reducer{network: g, bids: g.owner, work: bidsOf * len(g.rows)}
	r.left = make([]int32, len(g.rows))
	for i := range g.rows {
		r.left[i] = int32(i)
	}
	for range passes {
		before := len(r.left)
		if err := r.pass(ctx); err != nil {
			return nil, err
		}
		if (before-len(r.left))*stall < before {
			break
		}
	}
	g.own(0)
	return r.left, nil
}

func (r *reducer) pass(ctx context.Context) error {
	free := r.left
	r.left = free[:0] // what is left was read before it is written over
	for _, i := range free {
		if r.rows[i].need != 1 {
			r.left = append(r.left, i)
			continue
		}
		for i >= 0 {
			if r.work%checkEvery == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			i = r.bid(i)
		}
	}
	return nil
}

// bid lets an order take its best volunteer and returns the order that has to bid next, or -1.
func (r *reducer) bid(i int32) int32 {
	c := r.choose(&r.rows[i])
	if !c.bestIs {
		return -1 // the exit is cheapest, and prices only rise
	}
	if r.work--; r.work < 0 {
		r.left = append(r.left, i)
		return -1
	}
	v := c.arc.volunteer()
	limit := int64(r.price[v]) + c.second - c.best
	weakest, lowest := r.weakest(v)
	if free := r.nextSlot(v); free <= min(limit, lowest) {
		r.enter(i, c.arc, limit, lowest)
		return -1
	}
	if limit > lowest {
		return r.displace(i, weakest, c.arc, limit)
	}
	return r.lose(i, c, min(lowest, r.nextSlot(v)))
}

// enter takes a free slot.
func (r *reducer) enter(i int32, a arc, limit, lowest int64) {
	v := a.volunteer()
	s := &r.seats[v]
	slot := s.lo + s.load
	s.load++
	r.seat(i, slot, a, limit)
	r.price[v] = int32(min(limit, lowest, r.nextSlot(v)))
}

// displace takes the slot of the weakest occupant, who has to bid again.
func (r *reducer) displace(i, slot int32, a arc, limit int64) int32 {
	old := r.at[slot].order
	r.rows[old].have = 0
	r.seat(i, slot, a, limit)
	_, lowest := r.weakest(a.volunteer())
	r.price[a.volunteer()] = int32(min(lowest, r.nextSlot(a.volunteer())))
	return old
}

// lose raises the price to what all occupants pay and lets the order look again; where that is no rise it takes its second choice if
// that has room at the same cost, and is left over otherwise.
func (r *reducer) lose(i int32, c choice, price int64) int32 {
	v := c.arc.volunteer()
	if price > int64(r.price[v]) {
		r.price[v] = int32(price)
		return i
	}
	if w := c.runner.volunteer(); c.nextIs && c.best == c.second && r.nextSlot(w) == int64(r.price[w]) {
		_, lowest := r.weakest(w)
		r.enter(i, c.runner, int64(r.price[w]), lowest)
		return -1
	}
	r.left = append(r.left, i)
	return -1
}

func (r *reducer) seat(i, slot int32, a arc, limit int64) {
	r.put(slot, i, int32(a.cost()))
	r.rows[i].have = 1
	r.bids[slot] = int32(limit)
}

// weakest gives the slot of the volunteer's lowest bidder and his bid.
func (r *reducer) weakest(v int32) (slot int32, lowest int64) {
	s := &r.seats[v]
	slot, lowest = noSlot, never
	for t := s.lo; t < s.lo+s.load; t++ {
		if b := int64(r.bids[t]); b < lowest {
			slot, lowest = t, b
		}
	}
	return slot, lowest
}

func (r *reducer) choose(o *row) (c choice) {
	c.best, c.second = int64(o.exit), never
	for _, a := range r.arcs[o.lo:o.hi] {
		x := a.cost()
		if x >= c.second { // prices are never below 0 here
			continue
		}
		x += int64(r.price[a.volunteer()])
		switch {
		case x < c.best:
			c.second, c.runner, c.nextIs = c.best, c.arc, c.bestIs
			c.best, c.arc, c.bestIs = x, a, true
		case x < c.second:
			c.second, c.runner, c.nextIs = x, a, true
		}
	}
	return c
}
