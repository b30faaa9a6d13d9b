package assign

import (
	"context"
	"math"
)

// checkEvery is how many rows or volunteers are looked at before asking whether somebody still waits: well below a tenth of a second.
const checkEvery = 256

// sortAt is the number of scans after which a row is worth sorting.
const sortAt = 3

// search is one run of Dijkstra's algorithm over volunteers. Distances are reduced costs, never negative. It ends at the nearest exit
// found: a free slot of exitSlotOf, or an order that gives up the slot exitFrom (noSlot: the root itself) and stays unserved.
type search struct {
	*network
	root       int32
	limit      int64 // distance of the best exit so far
	exitSlotOf int32 // volunteer, or -1
	exitFrom   int32
	here       int64 // distance of what is being scanned
}

// augment serves one more unit of an order, or leaves it to its exit, whichever makes the whole cheapest; others may have to move for it.
func (g *network) augment(order int32) {
	s := g.begin(order)
	s.scan(order, noSlot, 0)
	if s.run(); s.err != nil {
		return
	}
	s.settle()
	if s.exitSlotOf >= 0 || s.exitFrom != noSlot {
		g.rows[order].have++
		s.move()
	}
}

func (g *network) begin(root int32) *search {
	g.epoch++
	g.queue, g.same, g.done = g.queue[:0], g.same[:0], g.done[:0]
	return &search{network: g, root: root, limit: math.MaxInt64, exitSlotOf: -1, exitFrom: noSlot}
}

// scan looks at every other volunteer for an order. base is the distance of the order less what it pays where it sits.
func (s *search) scan(order, from int32, base int64) {
	r := &s.rows[order]
	if x := base + int64(r.exit); x < s.limit {
		s.limit, s.exitFrom, s.exitSlotOf = x, from, -1
	}
	if !r.sorted {
		if r.heat++; r.heat >= sortAt {
			s.sortRow(r)
		}
	}
	several := r.need > 1
	for _, a := range s.arcs[r.lo:r.hi] {
		least := base + a.cost()
		if least-s.drop >= s.limit {
			if r.sorted {
				return
			}
			continue
		}
		v := a.volunteer()
		d := least + int64(s.price[v])
		if d >= s.limit {
			continue
		}
		l := &s.label[v]
		if l.epoch == s.epoch && d >= int64(l.dist) || several && s.sits(order, v) {
			continue
		}
		*l = label{int32(d), s.epoch, from, int32(a.cost())}
		s.reach(v, d)
	}
}

// reach notes a volunteer at a distance, and his free slot as an exit.
func (s *search) reach(v int32, d int64) {
	if x := d + s.nextSlot(v) - int64(s.price[v]); x < s.limit {
		s.limit, s.exitSlotOf = x, v
	}
	switch {
	case d >= s.limit: // no nearer than an exit
	case d == s.here:
		s.same = append(s.same, v)
	default:
		s.queue.push(d, v)
	}
}

// run takes volunteers by distance and asks their occupants where else they could go.
func (s *search) run() {
	for {
		v, ok := s.next()
		if !ok || s.here >= s.limit {
			return
		}
		s.done = append(s.done, v)
		if len(s.done)%checkEvery == 0 && s.ctx != nil && s.ctx.Err() != nil {
			s.err = s.ctx.Err()
			return
		}
		seat := &s.seats[v]
		for t := seat.lo + seat.fixed; t < seat.lo+seat.load; t++ {
			s.scan(s.at[t].order, t, s.here-int64(s.at[t].cost)-int64(s.price[v]))
		}
	}
}

func (s *search) next() (v int32, ok bool) {
	if n := len(s.same); n > 0 {
		v, s.same = s.same[n-1], s.same[:n-1]
		return v, true
	}
	for len(s.queue) > 0 {
		d, v := s.queue.pop()
		if d == int64(s.label[v].dist) {
			s.here = d
			return v, true
		}
	}
	return 0, false
}

// settle raises the prices of the volunteers passed, so that every reduced cost stays at or above 0 and the path found is at 0.
func (s *search) settle() {
	for _, v := range s.done {
		s.price[v] += int32(s.limit - int64(s.label[v].dist))
	}
}

// move carries out the path: from its end, each occupant moves into the hole that the one before him left.
func (s *search) move() {
	var hole int32
	if v := s.exitSlotOf; v >= 0 {
		seat := &s.seats[v]
		hole = seat.lo + seat.load
		seat.load++
	} else {
		hole = s.exitFrom
		s.rows[s.at[hole].order].have--
	}
	for {
		l := s.label[s.owner[hole]]
		if l.from == noSlot {
			s.finish(hole, l.cost)
			return
		}
		s.put(hole, s.at[l.from].order, l.cost)
		hole = l.from
	}
}

// finish seats the root of the search in the last hole; after a displacement without a root the hole closes.
func (s *search) finish(hole, cost int32) {
	if s.root == nobody {
		s.vacate(hole)
		return
	}
	s.put(hole, s.root, cost)
}

// nobody is the root of a search that only makes room.
const nobody = -1

// arrive seats an order, or nobody, at a volunteer whatever it costs: by his next free slot, or in the place of the occupant who can
// best be moved. He must have a slot that is not fixed.
func (g *network) arrive(order, v, cost int32) (slot int32) {
	s := g.begin(order)
	s.label[v] = label{0, s.epoch, noSlot, cost}
	s.reach(v, 0)
	s.run()
	s.settle()
	s.move()
	return g.slotOf(order, v)
}

// solve finds the optimum from nothing.
func (g *network) solve(ctx context.Context) error {
	g.prepare()
	left, err := g.reduce(ctx)
	if err != nil {
		return err
	}
	if len(left) > len(g.rows)/foldShare {
		g.fold()
	}
	g.ctx = ctx
	defer func() { g.ctx = nil }()
	for n, i := range left {
		if n%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for range g.rows[i].need {
			if g.augment(i); g.err != nil {
				return g.err
			}
		}
	}
	return nil
}

// foldShare says when rows are worth sorting at all: when one order in so many is left over.
const foldShare = 100
