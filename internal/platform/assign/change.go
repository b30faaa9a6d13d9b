package assign

import "slices"

// Changes to a solved network. Each leaves it optimal again, with one or two searches for an order that needs one volunteer.

// reopen takes an order out, changes it, and lets it back in. An order that is out constrains no price, so any change of its arcs is
// allowed.
func (g *network) reopen(order int32, change func()) {
	r := &g.rows[order]
	need := r.need
	for r.need = r.have; r.need > 0; r.need-- {
		g.retract(order)
	}
	change()
	for g.rows[order].need = need; need > 0; need-- {
		g.augment(order)
	}
}

// forbid takes a candidate away from an order; false when it has no such candidate.
func (g *network) forbid(order, v int32) bool {
	k := g.find(order, v)
	if k < 0 {
		return false
	}
	g.index()
	if g.sits(order, v) {
		g.reopen(order, func() { g.remove(order, g.find(order, v)) })
	} else {
		g.remove(order, k)
	}
	return true
}

// allow gives a forbidden candidate back.
func (g *network) allow(order, v int32) {
	r := &g.rows[order]
	for k := r.hi; k < r.end; k++ {
		if a := g.arcs[k]; a.volunteer() == v {
			g.reopen(order, func() { g.restore(order, k) })
			return
		}
	}
}

// reprice makes a candidate, forbidden or not, dearer or cheaper by a difference.
func (g *network) reprice(order, v, by int32) {
	r := &g.rows[order]
	k := int32(slices.IndexFunc(g.arcs[r.lo:r.end], func(a arc) bool { return a.volunteer() == v }))
	if k < 0 {
		return
	}
	k += r.lo
	g.index()
	change := func() {
		if k < r.hi { // searches may have sorted the row
			k = g.find(order, v)
		}
		g.arcs[k] += arc(uint64(by) << 32)
		r.sorted, r.heat = false, 0
		for i, o := range g.offers[v] {
			if o.order == order {
				g.offers[v][i].cost += by
			}
		}
	}
	slot := g.slotOf(order, v)
	if slot != noSlot && k < r.hi && int64(by) <= g.margin(slot) { // he stays
		change()
		g.at[slot].cost += by
		return
	}
	if k >= r.hi || slot == noSlot && g.arcs[k].cost()+int64(by)+int64(g.price[v]) >= g.paid(order) { // he stays away
		change()
		return
	}
	g.reopen(order, change)
}

// paid is the most that the order pays for a unit now.
func (g *network) paid(order int32) (most int64) {
	if r := &g.rows[order]; r.have < r.need {
		return int64(r.exit)
	}
	for _, t := range g.places(order) {
		most = max(most, g.pays(t))
	}
	return most
}

// margin is how much dearer, at the current prices, the occupant of a slot could be before he went elsewhere.
func (g *network) margin(slot int32) int64 {
	order := g.at[slot].order
	r := &g.rows[order]
	next := int64(r.exit)
	for _, a := range g.arcs[r.lo:r.hi] {
		if x := a.cost() + int64(g.price[a.volunteer()]); x < next && !g.sits(order, a.volunteer()) {
			next = x
		}
	}
	return next - g.pays(slot)
}

// find is the place of a candidate among the arcs, or -1.
func (g *network) find(order, v int32) int32 {
	r := &g.rows[order]
	for k := r.lo; k < r.hi; k++ {
		if g.arcs[k].volunteer() == v {
			return k
		}
	}
	return -1
}

// remove moves an arc behind those in use; the others keep their order.
func (g *network) remove(order, k int32) {
	r := &g.rows[order]
	a := g.arcs[k]
	copy(g.arcs[k:], g.arcs[k+1:r.hi])
	r.hi--
	g.arcs[r.hi] = a
	v := a.volunteer()
	g.offers[v] = slices.DeleteFunc(g.offers[v], func(o offer) bool { return o.order == order })
}

func (g *network) restore(order, k int32) {
	r := &g.rows[order]
	g.arcs[k], g.arcs[r.hi] = g.arcs[r.hi], g.arcs[k]
	a := g.arcs[r.hi]
	r.hi++
	r.sorted, r.heat = false, 0
	g.offers[a.volunteer()] = append(g.offers[a.volunteer()], offer{order, int32(g.plainCost(a))})
}

// fix gives an order a volunteer for good. The pair must be a candidate and the volunteer have a slot that is not fixed.
func (g *network) fix(order, v int32) {
	g.index()
	k := g.find(order, v)
	cost := int32(g.arcs[k].cost())
	r := &g.rows[order]
	slot := g.slotOf(order, v)
	switch {
	case slot != noSlot:
		r.have--
	case r.have == r.need:
		g.retract(order)
	}
	r.need--
	g.remove(order, g.find(order, v))
	if slot == noSlot {
		slot = g.arrive(order, v, cost)
	}
	g.pin(slot)
}

// pin makes a taken slot one of the fixed ones, which come first.
func (g *network) pin(slot int32) {
	s := &g.seats[g.owner[slot]]
	first := s.lo + s.fixed
	a, b := g.at[slot], g.at[first]
	g.put(slot, b.order, b.cost)
	g.put(first, a.order, a.cost)
	s.fixed++
}

// shrink takes a volunteer's dearest slot away; false when all his slots are fixed.
func (g *network) shrink(v int32) bool {
	s := &g.seats[v]
	if s.fixed == s.size {
		return false
	}
	g.index()
	if s.load == s.size {
		g.arrive(nobody, v, 0)
	}
	s.size--
	return true
}

// grow adds an order with its arcs at plain costs and serves it as well as can be.
func (g *network) grow(need int, exit int64, arcs []arc) int32 {
	g.index()
	order, from := int32(len(g.rows)), len(g.arcs)
	for _, a := range arcs {
		v := a.volunteer()
		g.arcs = append(g.arcs, newArc(int32(a.cost())+g.floor[v], v))
		g.offers[v] = append(g.offers[v], offer{order, int32(a.cost())})
	}
	g.addRow(need, exit, from)
	for range need {
		g.augment(order)
	}
	return order
}
