package coverage

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// exhaustive tries every choice of k sites.
func exhaustive(p problem) (best int64) {
	var try func(from int, chosen []int)
	try = func(from int, chosen []int) {
		done := make([]bool, len(p.weights))
		value := int64(0)
		for _, j := range chosen {
			value += p.gain(j, done)
			p.reach(j, done)
		}
		best = max(best, value)
		if len(chosen) == p.k {
			return
		}
		for j := from; j < len(p.covers); j++ {
			try(j+1, append(slices.Clone(chosen), j))
		}
	}
	try(0, nil)
	return best
}

func drawn(t *rapid.T) problem {
	n := rapid.IntRange(1, 11).Draw(t, "demands")
	p := problem{k: rapid.IntRange(1, 4).Draw(t, "k")}
	for range n {
		p.weights = append(p.weights, rapid.Int64Range(0, 50).Draw(t, "weight"))
	}
	for range rapid.IntRange(1, 11).Draw(t, "sites") {
		p.covers = append(p.covers, rapid.SliceOfNDistinct(rapid.IntRange(0, n-1), 0, n, rapid.ID[int]).Draw(t, "covers"))
	}
	return p
}

// On small problems the answer equals that of trying everything, is proven so, and adds up; the bound is never below it, proven or not.
func TestSolveEqualsExhaustiveSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawn(t)
		want, got := exhaustive(p), solve(p)
		sum := int64(0)
		for _, g := range got.gains {
			sum += g
		}
		if got.value != want || !got.exact() || sum != want || len(got.sites) > p.k {
			t.Fatalf("got %+v, want %d", got, want)
		}
		if b := p.bound(p.greedy().value); b < want {
			t.Fatalf("the bound %d is below the best, %d", b, want)
		}
	})
}

// On a large problem the bound is honest and near; equal problems give equal answers.
func TestSolveLarge(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 0))
	p := problem{k: 10}
	type at struct{ x, y float64 }
	var spots []at
	for range 1500 {
		spots = append(spots, at{rng.Float64() * 100, rng.Float64() * 100})
		p.weights = append(p.weights, 500+rng.Int64N(1500))
	}
	for _, a := range spots {
		var list []int
		for i, b := range spots {
			if (a.x-b.x)*(a.x-b.x)+(a.y-b.y)*(a.y-b.y) <= 64 {
				list = append(list, i)
			}
		}
		p.covers = append(p.covers, list)
	}
	got := solve(p)
	if got.bound < got.value || got.value < p.greedy().value || *got.gap() > 1500 {
		t.Errorf("value %d, bound %d, gap %s", got.value, got.bound, got.gap())
	}
	t.Logf("value %d, bound %d, gap %s", got.value, got.bound, got.gap())
	if again := solve(p); !slices.Equal(again.sites, got.sites) || again.bound != got.bound {
		t.Error("another answer to the same problem")
	}
}
