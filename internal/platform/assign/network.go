package assign

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// arc is one candidate: its cost in the upper half and the volunteer in the lower, so that a row sorts by cost as plain numbers and is
// read in one stream.
//
// Costs are kept folded: with the volunteer's price at the last fold added (network.floor), while network.price holds what it has
// risen since. A row sorted by folded cost is sorted by a lower bound of what its volunteers really cost now, so that a search stops
// reading at the first arc that is too dear.
type arc uint64

func newArc(cost, volunteer int32) arc { return arc(uint64(cost)<<32 | uint64(uint32(volunteer))) }

func (a arc) cost() int64      { return int64(a >> 32) }
func (a arc) volunteer() int32 { return int32(uint32(a)) }

// row is one order: arcs[lo:hi] are its candidates and arcs[hi:end] those taken away from it. need counts what is still to be decided,
// have what is served of it.
type row struct {
	lo, hi, end int32
	exit        int32
	need, have  int32
	spot        int32 // the slot it was last given
	heat        int16 // scans since the last fold; hot rows are sorted
	sorted      bool
}

// seat is one volunteer: slots[lo:lo+size] are his, the first fixed of them taken for good and the first load taken at all.
type seat struct{ lo, size, load, fixed int32 }

// taken is a slot's occupant and the folded cost at which he sits there.
type taken struct{ order, cost int32 }

// label is what the current search knows of a volunteer. epoch tells it from what an older search knew.
type label struct {
	dist, epoch int32
	from        int32 // the slot whose occupant would move here, or noSlot for the root of the search
	cost        int32 // folded cost at which he would come
}

const (
	noSlot = -1
	never  = 1 << 40       // dearer than anything
	closed = math.MaxInt32 // price of a volunteer without slots
)

// network is the flow problem with its current solution and prices. Between calls it is optimal: no order would rather have another
// volunteer at the current prices (complementary slackness), a free slot costs no less than its volunteer's price, and a taken one no
// more.
type network struct {
	rows  []row
	arcs  []arc
	seats []seat
	slots []int32 // prices of slots, folded
	at    []taken // by slot
	owner []int32 // volunteer by slot
	price []int32 // by volunteer, above floor
	floor []int32 // by volunteer
	label []label
	epoch int32
	drop  int64           // no price lies further than this below its floor
	ctx   context.Context // of solve, which may be broken off; a change never is
	err   error           // why it was
	queue heap
	same  []int32 // volunteers at the current distance
	done  []int32 // volunteers whose distance is final

	// only once a solved problem is changed, see fill.go
	offers [][]offer // by volunteer
	to     []int32   // by volunteer, beside label
}

// addSeat adds a volunteer with his slots.
func (g *network) addSeat(slots []int64) {
	lo := int32(len(g.slots))
	for _, c := range slots {
		g.slots = append(g.slots, int32(c))
	}
	g.seats = append(g.seats, seat{lo: lo, size: int32(len(slots))})
	if g.label != nil {
		g.prepare()
	}
}

// prepare makes room for the work on what has been added. Most of it is touched only where the search comes by.
func (g *network) prepare() {
	from := len(g.price)
	g.at, g.owner = extend(g.at, len(g.slots)), extend(g.owner, len(g.slots))
	g.price, g.floor, g.label = extend(g.price, len(g.seats)), extend(g.floor, len(g.seats)), extend(g.label, len(g.seats))
	for v := from; v < len(g.seats); v++ {
		g.price[v] = closed
		if s := g.seats[v]; s.size > 0 {
			g.price[v] = g.slots[s.lo]
		}
	}
	g.own(from)
	if g.offers != nil {
		g.offers, g.to = extend(g.offers, len(g.seats)), extend(g.to, len(g.seats))
	}
}

// own notes whose the slots are, from the given volunteer on.
func (g *network) own(from int) {
	for v := from; v < len(g.seats); v++ {
		s := g.seats[v]
		for t := s.lo; t < s.lo+s.size; t++ {
			g.owner[t] = int32(v)
		}
	}
}

// extend gives a slice a length, with zeros at the end.
func extend[T any](s []T, n int) []T {
	if s == nil {
		return make([]T, n)
	}
	return append(s, make([]T, n-len(s))...)
}

// addRow adds an order whose arcs are those added since the last row.
func (g *network) addRow(need int, exit int64, from int) {
	end := int32(len(g.arcs))
	g.rows = append(g.rows, row{lo: int32(from), hi: end, end: end, exit: int32(exit), need: int32(need), spot: noSlot})
}

// nextSlot is the price of the volunteer's next free slot, never when he has none.
func (g *network) nextSlot(v int32) int64 {
	if s := &g.seats[v]; s.load < s.size {
		return int64(g.slots[s.lo+s.load])
	}
	return never
}

// sits says whether the order has the volunteer already.
func (g *network) sits(order, v int32) bool {
	s := &g.seats[v]
	for _, t := range g.at[s.lo : s.lo+s.load] {
		if t.order == order {
			return true
		}
	}
	return false
}

// put seats an order in a slot.
func (g *network) put(slot, order, cost int32) {
	g.at[slot] = taken{order, cost}
	g.rows[order].spot = slot
}

// vacate takes the occupant of a slot away; the last occupant of the volunteer moves up.
func (g *network) vacate(slot int32) {
	s := &g.seats[g.owner[slot]]
	s.load--
	last := s.lo + s.load
	if slot != last {
		g.put(slot, g.at[last].order, g.at[last].cost)
	}
	g.at[last] = taken{}
}

// fold adds every price to the costs of its arcs and slots, so that prices start again at 0 and rows may be sorted anew.
func (g *network) fold() {
	for i, a := range g.arcs {
		g.arcs[i] = a + arc(uint64(g.price[a.volunteer()])<<32)
	}
	for v := range g.seats {
		s, p := &g.seats[v], g.price[v]
		for t := s.lo; t < s.lo+s.size; t++ {
			g.slots[t] -= p
			g.at[t].cost += p
		}
		g.floor[v] += p
		g.price[v] = 0
	}
	for i := range g.rows {
		g.rows[i].heat, g.rows[i].sorted = 0, false
	}
	g.drop = 0
}

// sortRow sorts the candidates of an order by folded cost.
func (g *network) sortRow(r *row) {
	slices.Sort(g.arcs[r.lo:r.hi])
	r.sorted = true
}

// plainCost is an arc's cost as the caller gave it.
func (g *network) plainCost(a arc) int64 { return a.cost() - int64(g.floor[a.volunteer()]) }

// check proves the optimality of the current solution from the prices; an error is a fault of this package.
func (g *network) check() error {
	for v := range g.seats {
		s, p := &g.seats[v], int64(g.price[v])
		if p > g.nextSlot(int32(v)) {
			return fmt.Errorf("volunteer %d: price %d above the free slot %d", v, p, g.nextSlot(int32(v)))
		}
		if s.load > s.fixed && p < int64(g.slots[s.lo+s.load-1]) {
			return fmt.Errorf("volunteer %d: price %d below his last slot", v, p)
		}
		if -p > g.drop {
			return fmt.Errorf("volunteer %d: price %d lies further below its floor than %d", v, p, g.drop)
		}
	}
	for i := range g.rows {
		if err := g.checkRow(int32(i)); err != nil {
			return err
		}
	}
	return nil
}

func (g *network) checkRow(i int32) error {
	r := &g.rows[i]
	highest, lowest, have := int64(math.MinInt64), int64(r.exit), int32(0)
	if r.have < r.need {
		highest = int64(r.exit)
	}
	for _, a := range g.arcs[r.lo:r.hi] {
		c := a.cost() + int64(g.price[a.volunteer()])
		if g.sits(i, a.volunteer()) {
			highest, have = max(highest, c), have+1
		} else {
			lowest = min(lowest, c)
		}
	}
	if have != r.have || have > r.need {
		return fmt.Errorf("order %d: has %d, counts %d, needs %d", i, have, r.have, r.need)
	}
	if highest > lowest {
		return fmt.Errorf("order %d: pays %d and could pay %d", i, highest, lowest)
	}
	return nil
}
