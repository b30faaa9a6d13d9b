package assign

import (
	"context"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"testing"
)

// large makes a problem of places on a line: orders look for volunteers near them, and a part of the line is crowded. Some need two or
// three, and some have windows when apart is asked for.
func large(seed uint64, orders, volunteers int, apart bool) (p Problem) {
	r := rand.New(rand.NewPCG(seed, 4))
	for v := range volunteers {
		p.Volunteers = append(p.Volunteers, Volunteer{int64(v), []int64{0, 700, 2200}[:1+r.IntN(3)]})
	}
	windows := make([][2]int64, orders)
	for i := range orders {
		at := r.IntN(volunteers)
		if r.IntN(2) == 0 {
			at /= 5
		}
		o := Order{ID: int64(i), Need: 1 + max(0, r.IntN(12)-9), Exit: 40_000 + 20_000*r.Int64N(4)}
		for k := range 30 {
			if v := at + k*k/3 - 50; v >= 0 && v < volunteers && (len(o.Cands) == 0 || o.Cands[len(o.Cands)-1].Volunteer != int32(v)) {
				o.Cands = append(o.Cands, Cand{int32(v), 100 + r.Int64N(5000)})
			}
		}
		p.Orders = append(p.Orders, o)
		windows[i][0] = r.Int64N(100)
		windows[i][1] = windows[i][0] + r.Int64N(10)
	}
	if apart {
		p.Conflicts = Overlapping(windows)
	}
	return p
}

// TestCertificate checks large plans by their prices: dual feasibility and complementary slackness, exactly, and again after each of
// many changes.
func TestCertificate(t *testing.T) {
	for _, volunteers := range []int{600, 1500, 8000} {
		p := large(uint64(volunteers), 2000, volunteers, false)
		s, err := NewState(context.Background(), p)
		if err != nil {
			t.Fatal(err)
		}
		proven := func() Plan {
			t.Helper()
			if err := s.check(); err != nil {
				t.Fatal(err)
			}
			plan, err := s.Plan(context.Background())
			if err != nil || plan.Objective != plan.Bound {
				t.Fatalf("%d volunteers: objective %d, bound %d, %v", volunteers, plan.Objective, plan.Bound, err)
			}
			return plan
		}
		verify(t, p, proven())
		r := rand.New(rand.NewPCG(9, 9))
		for range 40 {
			pair := s.read().Pairs[r.IntN(1000)]
			i := int32(r.IntN(len(p.Orders)))
			s.Decline(pair[0], pair[1])
			s.Fix(i, p.Orders[i].Cands[0].Volunteer)
			s.CancelSlot(pair[1])
			if _, err := s.AddOrder(p.Orders[i], nil); err != nil {
				t.Fatal(err)
			}
			proven()
		}
	}
}

// TestSame wants the same plan from the same problem, however many processors there are, and however it was asked before.
func TestSame(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for _, apart := range []bool{false, true} {
		p := large(1, 150, 100, apart)
		s, err := NewState(context.Background(), p)
		if err != nil {
			t.Fatal(err)
		}
		first, err := s.Plan(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		verify(t, p, first)
		for n := range 3 {
			runtime.GOMAXPROCS(n + 1)
			again, err := Solve(context.Background(), p)
			if err != nil || !reflect.DeepEqual(first, again) {
				t.Fatalf("apart %v: %d and %d, %v", apart, first.Objective, again.Objective, err)
			}
		}
		if again, err := s.Plan(context.Background()); err != nil || again.Objective != first.Objective {
			t.Errorf("apart %v: asked again, %d instead of %d, %v", apart, again.Objective, first.Objective, err)
		}
	}
}

// TestGap wants conflicts of a size that cannot be proven settled well all the same.
func TestGap(t *testing.T) {
	p := large(2, 400, 220, true)
	plan, err := Solve(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	verify(t, p, plan)
	if g := plan.Gap(); g < 0 || g > 0.01 {
		t.Errorf("gap %f: objective %d, bound %d", g, plan.Objective, plan.Bound)
	}
}

// unsolved is a problem ready for step 1.
func unsolved(t *testing.T, p Problem) *State {
	s := &State{volunteers: p.Volunteers, seat: slices.Repeat([]int32{-1}, len(p.Volunteers)), named: make([]int32, len(p.Volunteers))}
	if err := s.load(context.Background(), p); err != nil {
		t.Fatal(err)
	}
	s.prepare()
	return s
}

// impatient is a context that ends when it has been asked so many times.
type impatient struct {
	context.Context
	looks int
}

func (c *impatient) Err() error {
	if c.looks--; c.looks < 0 {
		return context.Canceled
	}
	return nil
}

// TestCancel ends the context at many moments. Whoever waits is told, and a state that was being planned is as good as before.
func TestCancel(t *testing.T) {
	p := large(3, 1000, 450, true)
	c := &impatient{context.Background(), 1 << 30}
	s, err := NewState(c, p)
	if err != nil {
		t.Fatal(err)
	}
	looks := 1<<30 - c.looks
	fresh := unsolved(t, p)
	if _, err := fresh.reduce(&impatient{context.Background(), 0}); err != context.Canceled {
		t.Errorf("bidding: %v", err)
	}
	for n := 0; n < looks; n += 1 + looks/20 {
		if _, err := NewState(&impatient{context.Background(), n}, p); err != context.Canceled {
			t.Fatalf("after %d looks: %v", n, err)
		}
	}
	fresh = unsolved(t, p)
	left, err := fresh.reduce(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	fresh.ctx = &impatient{context.Background(), 0}
	for _, i := range left {
		fresh.augment(i)
	}
	if fresh.err != context.Canceled {
		t.Errorf("searching: %v", fresh.err)
	}
	for _, n := range []int{0, 1, 10, 300} {
		if _, err := s.Plan(&impatient{context.Background(), n}); err != context.Canceled {
			t.Fatalf("after %d looks: %v", n, err)
		}
		if err := s.check(); err != nil {
			t.Fatalf("after %d looks: %v", n, err)
		}
		if k := slices.IndexFunc(s.rows, func(r row) bool { return r.hi != r.end }); k >= 0 {
			t.Fatalf("after %d looks order %d still has forbidden candidates", n, k)
		}
	}
}
