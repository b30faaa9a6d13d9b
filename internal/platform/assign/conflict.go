package assign

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"math"
	"slices"
)

// maxWork is how many nodes of the search tree are opened and prices raised before the best plan so far is given with the gap that is
// left. It counts work, not time, so that the answer is the same on every machine.
const maxWork = 20_000

// splitter settles conflicts by branch and bound on prices.
//
// Each node is the flow problem without conflicts, with some candidates forbidden. A price on a set of orders at a volunteer is paid
// by each of them who goes to him and given back once (Lagrangian relaxation: Fisher, "The Lagrangian relaxation method for solving
// integer programming problems", Management Science 27, 1981), so the optimum less all prices is a lower bound of everything below.
// Where a volunteer has two orders of a set, its price rises to what the last but one bears (dual ascent). Where that is nothing, the
// tree branches: either one order goes elsewhere, or all that it excludes do.
type splitter struct {
	*State
	best   Plan
	found  bool
	open   int64 // lowest bound of what was left unopened
	work   int
	cursor int // the volunteer where the last clash was found
	prices map[charge]int32
	charge int64 // sum of prices
	spent  map[charge]bool
	closed map[int32][]int32 // by volunteer: the orders that the tree forbids him now
}

// pair is a candidate: an order and a volunteer by his index in the network.
type pair struct{ order, v int32 }

// charge is where a price stands: on a set of orders at a volunteer.
type charge struct{ set, v int32 }

// clash is a volunteer with two orders of a set.
type clash struct {
	charge
	loser pair // the one of the two who could go elsewhere at the lower cost
}

// planApart gives the best plan in which no volunteer has two orders that exclude one another. It leaves the state as it was.
func (s *State) planApart(ctx context.Context) (Plan, error) {
	s.index()
	b := &splitter{State: s, open: math.MaxInt64, prices: map[charge]int32{}, spent: map[charge]bool{}, closed: map[int32][]int32{}}
	err := b.visit(ctx)
	for _, at := range inOrder(maps.Keys(b.prices)) {
		b.set(at, 0)
	}
	if err != nil {
		return Plan{}, err
	}
	b.best.Bound = min(b.best.Objective, b.open)
	return b.best, nil
}

// visit settles everything below the present node.
func (b *splitter) visit(ctx context.Context) error {
	for {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		b.work++
		lower := b.objective() - b.charge
		if b.found && lower >= b.best.Objective {
			return nil
		}
		c, ok := b.clash()
		switch tired := b.work > maxWork; {
		case !ok && b.settled(lower):
			return nil
		case tired && b.found:
			b.open = min(b.open, lower)
			return nil
		case !ok || !tired && b.raise(c.charge):
			continue
		}
		if err := b.without(ctx, c.loser); err != nil {
			return err
		}
		if b.work > maxWork { // what is left unopened here costs no less than here
			b.open = min(b.open, lower)
			return nil
		}
		return b.without(ctx, b.against(c.loser)...)
	}
}

// without visits the node below in which the candidates are forbidden.
func (b *splitter) without(ctx context.Context, pairs ...pair) error {
	done := pairs[:0:0]
	for _, p := range pairs {
		if b.forbid(p.order, p.v) {
			done = append(done, p)
			b.closed[p.v] = append(b.closed[p.v], p.order)
		}
	}
	err := b.visit(ctx)
	for _, p := range slices.Backward(done) {
		b.allow(p.order, p.v)
		b.closed[p.v] = b.closed[p.v][:len(b.closed[p.v])-1]
	}
	return err
}

// settled takes up a solution without clashes. It costs more than the bound only by prices that nobody pays; where there are such they
// are dropped for good, and the node is not settled yet.
func (b *splitter) settled(lower int64) bool {
	real := b.objective()
	var idle []charge
	for at, price := range b.prices {
		payers := b.payers(at)
		real -= int64(price) * int64(len(payers))
		if len(payers) == 0 {
			idle = append(idle, at)
		}
	}
	if !b.found || real < b.best.Objective {
		b.best, b.found = b.read(), true
		b.best.Objective = real
	}
	if real == lower {
		return true
	}
	for _, at := range inOrder(slices.Values(idle)) {
		b.set(at, 0)
		b.spent[at] = true
	}
	return false
}

// inOrder makes what comes out of a map the same every time.
func inOrder(all iter.Seq[charge]) []charge {
	return slices.SortedFunc(all, func(x, y charge) int { return cmp.Or(cmp.Compare(x.v, y.v), cmp.Compare(x.set, y.set)) })
}

// clash finds a volunteer with two orders that exclude one another.
func (b *splitter) clash() (clash, bool) {
	for range b.seats {
		if c, ok := b.clashAt(int32(b.cursor)); ok {
			return c, true
		}
		b.cursor = (b.cursor + 1) % len(b.seats)
	}
	return clash{}, false
}

func (b *splitter) clashAt(v int32) (clash, bool) {
	seat := &b.seats[v]
	for k := seat.lo + 1; k < seat.lo+seat.load; k++ {
		for t := seat.lo; t < k; t++ {
			set := b.common(b.at[k].order, b.at[t].order)
			if set < 0 {
				continue
			}
			loser := b.at[k].order
			if b.margin(t) < b.margin(k) {
				loser = b.at[t].order
			}
			return clash{charge{set, v}, pair{loser, v}}, true
		}
	}
	return clash{}, false
}

// payers are the slots of a volunteer that orders of the set have.
func (b *splitter) payers(at charge) (slots []int32) {
	seat := &b.seats[at.v]
	for t := seat.lo; t < seat.lo+seat.load; t++ {
		if slices.Contains(b.memberships(b.at[t].order), at.set) {
			slots = append(slots, t)
		}
	}
	return slots
}

// raise raises a price as far as all payers but one bear; false when that is nothing. Each unit of it raises the bound by one at least.
func (b *splitter) raise(at charge) bool {
	if b.spent[at] {
		return false
	}
	var margins []int64
	for _, t := range b.payers(at) {
		margins = append(margins, b.margin(t))
	}
	slices.Sort(margins)
	by := margins[len(margins)-2]
	if by <= 0 || by+int64(b.prices[at]) > MaxCost {
		return false
	}
	b.set(at, b.prices[at]+int32(by))
	return true
}

// set makes a price what it should be for all orders of the set, those forbidden at the moment too.
func (b *splitter) set(at charge, price int32) {
	by := price - b.prices[at]
	all := slices.Clone(b.closed[at.v])
	for _, o := range b.offers[at.v] {
		all = append(all, o.order)
	}
	for _, o := range all {
		if slices.Contains(b.memberships(o), at.set) {
			b.reprice(o, at.v, by)
		}
	}
	b.charge += int64(by)
	if b.prices[at] = price; price == 0 {
		delete(b.prices, at)
	}
}

// against lists the candidates that one excludes.
func (s *State) against(p pair) (all []pair) {
	s.index()
	for _, o := range s.offers[p.v] {
		if s.apart(p.order, o.order) {
			all = append(all, pair{o.order, p.v})
		}
	}
	return all
}

// apart says whether two orders exclude one another.
func (s *State) apart(i, j int32) bool { return s.common(i, j) >= 0 }

// common is a set that two orders stand in, or -1.
func (s *State) common(i, j int32) int32 {
	a, b := s.memberships(i), s.memberships(j)
	for i != j && len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] == b[0]:
			return a[0]
		case a[0] < b[0]:
			a = a[1:]
		default:
			b = b[1:]
		}
	}
	return -1
}

func (s *State) memberships(order int32) []int32 {
	if int(order) < len(s.member) {
		return s.member[order]
	}
	return nil
}

// Overlapping gives, for windows [from, to) by index of their order, the sets of orders that exclude one another, as Problem.Conflicts
// wants them: the largest sets that share a moment. An empty window excludes nothing.
func Overlapping(windows [][2]int64) (sets [][]int32) {
	type edge struct {
		at    int64
		order int32
		open  bool
	}
	var edges []edge
	for i, w := range windows {
		if w[0] < w[1] {
			edges = append(edges, edge{w[0], int32(i), true}, edge{w[1], int32(i), false})
		}
	}
	slices.SortFunc(edges, func(a, b edge) int { // what ends makes room for what begins
		return cmp.Or(cmp.Compare(a.at, b.at), order(b.open, a.open), cmp.Compare(a.order, b.order))
	})
	var now []int32
	grown := false
	for _, e := range edges {
		if e.open {
			now, grown = append(now, e.order), true
			continue
		}
		if grown && len(now) > 1 {
			sets = append(sets, slices.Sorted(slices.Values(now)))
		}
		grown = false
		now = slices.DeleteFunc(now, func(o int32) bool { return o == e.order })
	}
	return sets
}

// order puts false before true when called with the later one first.
func order(b, a bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
