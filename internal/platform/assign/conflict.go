package assign

import (
	"cmp"
	"context"
	"iter"
	"math"
	"slices"
)

// maxNodes is how many nodes of the search tree are opened before the best plan so far is given with the gap that is left. It counts work, not time, so that
// the answer is the same on every machine.
const maxNodes = 20_000

// splitter settles conflicts by branch and bound. Each node is the flow problem without conflicts, with some candidates forbidden: its optimum is a lower bound
// of everything below. Where one volunteer has two orders that exclude one another, either the first goes elsewhere, or all that the first excludes do.
type splitter struct {
	*State
	best  Plan
	found bool
	open  int64 // lowest bound of what was left unopened
	nodes int
}

// pair is a candidate: an order and a volunteer by his index in the network.
type pair struct{ order, v int32 }

// planApart gives the best plan in which no volunteer has two orders that exclude one another. It leaves the state as it was.
func (s *State) planApart(ctx context.Context) (Plan, error) {
	b := &splitter{State: s, open: math.MaxInt64}
	if err := b.visit(ctx); err != nil {
		return Plan{}, err
	}
	b.best.Bound = min(b.best.Objective, b.open)
	return b.best, nil
}

func (b *splitter) visit(ctx context.Context) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	b.nodes++
	lower := b.objective()
	if b.found && lower >= b.best.Objective {
		return nil
	}
	clash, ok := b.clash()
	if !ok {
		b.best, b.found = b.read(), true
		return nil
	}
	if b.found && b.nodes > maxNodes {
		b.open = min(b.open, lower)
		return nil
	}
	if err := b.without(ctx, clash); err != nil {
		return err
	}
	return b.without(ctx, b.against(clash)...)
}

// without visits the node below in which the candidates are forbidden.
func (b *splitter) without(ctx context.Context, pairs ...pair) error {
	done := pairs[:0:0]
	for _, p := range pairs {
		if b.forbid(p.order, p.v) {
			done = append(done, p)
		}
	}
	err := b.visit(ctx)
	for _, p := range slices.Backward(done) {
		b.allow(p.order, p.v)
	}
	return err
}

// clash finds an order whose volunteer has another that it excludes.
func (b *splitter) clash() (pair, bool) {
	for v := range b.seats {
		seat := &b.seats[v]
		mine := b.at[seat.lo : seat.lo+seat.load]
		for k := int(seat.fixed); k < len(mine); k++ {
			for _, other := range mine[:k] {
				if b.apart(mine[k].order, other.order) {
					return pair{mine[k].order, int32(v)}, true
				}
			}
		}
	}
	return pair{}, false
}

// against lists the candidates that one excludes.
func (b *splitter) against(p pair) (all []pair) {
	for o := range b.rivals(p.order) {
		all = append(all, pair{o, p.v})
	}
	return all
}

// apart says whether two orders exclude one another.
func (s *State) apart(i, j int32) bool {
	if i == j || len(s.member) == 0 {
		return false
	}
	a, b := s.memberships(i), s.memberships(j)
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] == b[0]:
			return true
		case a[0] < b[0]:
			a = a[1:]
		default:
			b = b[1:]
		}
	}
	return false
}

func (s *State) memberships(order int32) []int32 {
	if int(order) < len(s.member) {
		return s.member[order]
	}
	return nil
}

// rivals are the orders that one excludes; some may come more than once.
func (s *State) rivals(order int32) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		for _, k := range s.memberships(order) {
			for _, o := range s.sets[k] {
				if o != order && !yield(o) {
					return
				}
			}
		}
	}
}

// Overlapping gives, for windows [from, to) by index of their order, the sets of orders that exclude one another, as Problem.Conflicts wants them: the largest
// sets that share a moment. An empty window excludes nothing.
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
