package assign

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// brute tries every plan and gives the lowest cost; fixed pairs are in every plan.
func brute(p Problem, fixed [][2]int32, closed map[[2]int32]bool) int64 {
	apart := map[[2]int32]bool{}
	for _, set := range p.Conflicts {
		for _, a := range set {
			for _, b := range set {
				apart[[2]int32{a, b}] = a != b
			}
		}
	}
	has := make([][]int32, len(p.Volunteers))
	best := int64(math.MaxInt64)
	var try func(o, k, taken int, sum int64)
	try = func(o, k, taken int, sum int64) {
		if o == len(p.Orders) {
			best = min(best, sum)
			return
		}
		order := &p.Orders[o]
		if k == len(order.Cands) || taken == order.Need {
			for _, f := range fixed {
				if int(f[0]) == o && !slices.Contains(has[f[1]], int32(o)) {
					return
				}
			}
			try(o+1, 0, 0, sum+int64(order.Need-taken)*order.Exit)
			if k == len(order.Cands) {
				return
			}
			return
		}
		try(o, k+1, taken, sum)
		c := order.Cands[k]
		mine := has[c.Volunteer]
		slots := p.Volunteers[c.Volunteer].Slots
		if closed[[2]int32{int32(o), c.Volunteer}] || len(mine) == len(slots) ||
			slices.ContainsFunc(mine, func(other int32) bool { return apart[[2]int32{int32(o), other}] }) {
			return
		}
		has[c.Volunteer] = append(mine, int32(o))
		try(o, k+1, taken+1, sum+c.Cost+slots[len(mine)])
		has[c.Volunteer] = mine
	}
	try(0, 0, 0, 0)
	return best
}

// small makes a problem that brute can do, with ties, closed volunteers and orders without candidates.
func small(r *rand.Rand) (p Problem) {
	spread := []int64{3, 12, 1000}[r.IntN(3)]
	for v := range 1 + r.IntN(4) {
		var slots []int64
		at := int64(0)
		for range r.IntN(4) {
			at += r.Int64N(spread)
			slots = append(slots, at)
		}
		p.Volunteers = append(p.Volunteers, Volunteer{int64(v), slots})
	}
	for o := range 1 + r.IntN(5) {
		order := Order{ID: int64(o), Need: 1, Exit: r.Int64N(4 * spread)}
		if r.IntN(3) == 0 {
			order.Need += r.IntN(3)
		}
		for v := range p.Volunteers {
			if r.IntN(4) > 0 {
				order.Cands = append(order.Cands, Cand{int32(v), r.Int64N(2 * spread)})
			}
		}
		r.Shuffle(len(order.Cands), func(i, j int) { order.Cands[i], order.Cands[j] = order.Cands[j], order.Cands[i] })
		p.Orders = append(p.Orders, order)
	}
	return p
}

func conflicts(r *rand.Rand, p *Problem) {
	windows := make([][2]int64, len(p.Orders))
	for i := range windows {
		windows[i][0] = r.Int64N(10)
		windows[i][1] = windows[i][0] + r.Int64N(5)
	}
	p.Conflicts = Overlapping(windows)
}

// verify checks that a plan is allowed and costs what it says.
func verify(t *testing.T, p Problem, plan Plan) {
	t.Helper()
	sum := int64(0)
	missing := make([]int, len(p.Orders))
	for o := range p.Orders {
		missing[o] = p.Orders[o].Need
	}
	has := make([][]int32, len(p.Volunteers))
	seen := map[[2]int32]bool{}
	for _, pair := range plan.Pairs {
		o, v := pair[0], pair[1]
		k := slices.IndexFunc(p.Orders[o].Cands, func(c Cand) bool { return c.Volunteer == v })
		if k < 0 || seen[pair] || len(has[v]) == len(p.Volunteers[v].Slots) {
			t.Fatalf("pair %v is not allowed", pair)
		}
		for _, set := range p.Conflicts {
			for _, other := range has[v] {
				if slices.Contains(set, o) && slices.Contains(set, other) {
					t.Fatalf("volunteer %d has %d and %d, which exclude one another", v, o, other)
				}
			}
		}
		seen[pair] = true
		sum += p.Orders[o].Cands[k].Cost + p.Volunteers[v].Slots[len(has[v])]
		has[v] = append(has[v], o)
		missing[o]--
	}
	for _, o := range plan.Unserved {
		missing[o]--
		sum += p.Orders[o].Exit
	}
	for o, m := range missing {
		if m != 0 {
			t.Fatalf("order %d: %d units are neither served nor unserved", o, m)
		}
	}
	if sum != plan.Objective {
		t.Fatalf("the plan costs %d and says %d", sum, plan.Objective)
	}
}

func TestBrute(t *testing.T) {
	for seed := range uint64(10_000) {
		r := rand.New(rand.NewPCG(seed, 1))
		p := small(r)
		if seed%2 == 1 {
			conflicts(r, &p)
		}
		s, err := NewState(context.Background(), p)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.check(); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		plan, err := s.Plan(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		verify(t, p, plan)
		if want := brute(p, nil, nil); plan.Objective != want || plan.Bound != want {
			t.Fatalf("seed %d: objective %d, bound %d, best %d\n%+v", seed, plan.Objective, plan.Bound, want, p)
		}
	}
}

// TestChanges makes random changes to random problems; after each, the state must be worth what brute finds for the problem as it then is.
func TestChanges(t *testing.T) {
	for seed := range uint64(10_000) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { changes(t, rand.New(rand.NewPCG(seed, 2)), seed%2 == 1) })
	}
}

func changes(t *testing.T, r *rand.Rand, apart bool) {
	p := small(r)
	if apart {
		conflicts(r, &p)
	}
	s, err := NewState(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	var fixed [][2]int32
	closed := map[[2]int32]bool{}
	for step := range 6 {
		o, v := int32(r.IntN(len(p.Orders))), int32(r.IntN(len(p.Volunteers)))
		what := ""
		switch r.IntN(4) {
		case 0:
			if len(p.Orders) > 6 {
				continue
			}
			order := small(r).Orders[0]
			order.Cands = slices.DeleteFunc(order.Cands, func(c Cand) bool { return int(c.Volunteer) >= len(p.Volunteers) })
			var others []int32
			if apart && r.IntN(2) == 0 {
				others = []int32{o}
			}
			i, err := s.AddOrder(order, others)
			if err != nil || int(i) != len(p.Orders) {
				t.Fatal(i, err)
			}
			p.Orders = append(p.Orders, order)
			for _, other := range others {
				p.Conflicts = append(p.Conflicts, []int32{other, i})
			}
			what = "add"
		case 1:
			if s.Decline(o, v) != nil {
				continue
			}
			closed[[2]int32{o, v}] = true
			what = fmt.Sprint("decline ", o, v)
		case 2:
			if s.CancelSlot(v) != nil {
				continue
			}
			p.Volunteers = slices.Clone(p.Volunteers)
			slots := p.Volunteers[v].Slots
			p.Volunteers[v].Slots = slots[:len(slots)-1]
			what = fmt.Sprint("cancel ", v)
		case 3:
			if s.Fix(o, v) != nil {
				continue
			}
			fixed = append(fixed, [2]int32{o, v})
			what = fmt.Sprint("fix ", o, v)
		}
		if err := s.check(); err != nil {
			t.Fatalf("step %d, %s: %v", step, what, err)
		}
		plan, err := s.Plan(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		verify(t, p, plan)
		for _, f := range fixed {
			if !slices.Contains(plan.Pairs, f) {
				t.Fatalf("step %d: %v was fixed", step, f)
			}
		}
		if want := brute(p, fixed, closed); plan.Objective != want || plan.Bound != want {
			t.Fatalf("step %d, %s: objective %d, bound %d, best %d", step, what, plan.Objective, plan.Bound, want)
		}
		if err := s.check(); err != nil {
			t.Fatalf("step %d, after planning: %v", step, err)
		}
	}
}
