package assign

// offer is a candidate seen from the volunteer: an order that could come to him, at its plain cost.
type offer struct{ order, cost int32 }

// filling is the search of augment turned round: it starts at the places that an order may leave and finds the chain of moves that
// makes the most of it.
type filling struct {
	*network
	limit   int64 // distance of the best end so far
	endAt   int32 // volunteer whose last slot stays free, or -1
	unhappy int32 // order that is served at last, or -1
	place   int32 // where unhappy goes
	cost    int32 // its folded cost there
	here    int64
}

const nowhere = -1

// index builds the candidates by volunteer, which only changes to a solved problem need.
func (g *network) index() {
	if g.offers != nil {
		return
	}
	count := make([]int32, len(g.seats)+1)
	for _, r := range g.rows {
		for _, a := range g.arcs[r.lo:r.hi] {
			count[a.volunteer()]++
		}
	}
	all := make([]offer, 0, len(g.arcs))
	g.offers, g.to = make([][]offer, len(g.seats)), make([]int32, len(g.seats))
	for v := range g.offers {
		n := len(all)
		all = all[:n+int(count[v])]
		g.offers[v] = all[n:n:len(all)]
	}
	for i, r := range g.rows {
		for _, a := range g.arcs[r.lo:r.hi] {
			g.offers[a.volunteer()] = append(g.offers[a.volunteer()], offer{int32(i), int32(g.plainCost(a))})
		}
	}
}

func (g *network) beginFilling() *filling {
	g.index()
	g.epoch++
	g.queue, g.done = g.queue[:0], g.done[:0]
	return &filling{network: g, limit: never, endAt: nowhere, unhappy: nowhere}
}

// retract takes one served unit of an order away, the one whose going saves most.
func (g *network) retract(order int32) {
	f := g.beginFilling()
	dearest := int64(0)
	places := g.places(order)
	for _, t := range places {
		dearest = max(dearest, f.pays(t))
	}
	for _, t := range places {
		f.reach(g.owner[t], dearest-f.pays(t), t, nowhere, 0)
	}
	f.run()
	f.move()
	f.settle()
	g.rows[order].have--
}

// places lists the slots of an order that are not fixed.
func (g *network) places(order int32) (slots []int32) {
	r := &g.rows[order]
	if r.have == 1 && g.at[r.spot].order == order && g.loose(r.spot) {
		return append(slots, r.spot)
	}
	for _, a := range g.arcs[r.lo:r.hi] {
		if t := g.slotOf(order, a.volunteer()); t != noSlot {
			slots = append(slots, t)
		}
	}
	return slots
}

// loose says whether a slot is taken and not fixed.
func (g *network) loose(slot int32) bool {
	s := &g.seats[g.owner[slot]]
	return slot >= s.lo+s.fixed && slot < s.lo+s.load
}

// slotOf is where at a volunteer the order sits, fixed or not.
func (g *network) slotOf(order, v int32) int32 {
	s := &g.seats[v]
	for t := s.lo; t < s.lo+s.load; t++ {
		if g.at[t].order == order {
			return t
		}
	}
	return noSlot
}

// pays is what the occupant of a slot costs at the current prices.
func (g *network) pays(slot int32) int64 {
	return int64(g.at[slot].cost) + int64(g.price[g.owner[slot]])
}

// reach notes that a hole could be had at v if the occupant of from moved to the volunteer to.
func (f *filling) reach(v int32, d int64, from, to, cost int32) {
	l := &f.label[v]
	if d >= f.limit || l.epoch == f.epoch && d >= int64(l.dist) {
		return
	}
	*l, f.to[v] = label{int32(d), f.epoch, from, cost}, to
	s := &f.seats[v]
	if x := d + int64(f.price[v]) - int64(f.slots[s.lo+s.load-1]); x < f.limit {
		f.limit, f.endAt, f.unhappy = x, v, nowhere
	}
	f.queue.push(d, v)
}

func (f *filling) run() {
	for len(f.queue) > 0 {
		d, v := f.queue.pop()
		if d >= f.limit {
			return
		}
		if d != int64(f.label[v].dist) {
			continue
		}
		f.here = d
		f.done = append(f.done, v)
		for _, o := range f.offers[v] {
			f.invite(o, v)
		}
	}
}

// invite asks what it would save if an order came to v, which has a hole.
func (f *filling) invite(o offer, v int32) {
	r := &f.rows[o.order]
	cost := o.cost + f.floor[v]
	base := f.here + int64(cost) + int64(f.price[v])
	if base-int64(r.exit) >= f.limit || f.sits(o.order, v) {
		return
	}
	if r.have < r.need {
		if x := base - int64(r.exit); x < f.limit {
			f.limit, f.unhappy, f.place, f.cost, f.endAt = x, o.order, v, cost, nowhere
		}
	}
	if r.have == 0 {
		return
	}
	for _, t := range f.places(o.order) {
		f.reach(f.owner[t], base-f.pays(t), t, v, cost)
	}
}

// settle lowers the prices of the volunteers passed.
func (f *filling) settle() {
	for _, v := range f.done {
		f.price[v] -= int32(f.limit - int64(f.label[v].dist))
		f.drop = max(f.drop, -int64(f.price[v]))
	}
}

// move carries out the chain from its end: whoever moves last leaves his place to the one before.
func (f *filling) move() {
	v, enter := f.endAt, taken{order: nowhere}
	if f.unhappy >= 0 {
		v, enter = f.place, taken{f.unhappy, f.cost}
		f.rows[f.unhappy].have++
	}
	for v != nowhere {
		l, to := f.label[v], f.to[v]
		leaver := f.at[l.from].order
		if enter.order >= 0 {
			f.put(l.from, enter.order, enter.cost)
		} else {
			f.vacate(l.from)
		}
		v, enter = to, taken{leaver, l.cost}
	}
}
