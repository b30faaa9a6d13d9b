package coverage

import (
	"cmp"
	"math"
	"slices"
)

// problem asks which k sites reach the most: a site reaches the demands covers[site], each of a weight, and each counts once. Maximal
// covering location (Church and ReVelle 1974).
type problem struct {
	weights []int64
	covers  [][]int
	k       int
}

// solution is the sites chosen, in the order in which they add the most, what each adds, and how good that is proven to be: no choice
// reaches more than bound.
type solution struct {
	sites []int
	gains []int64
	value int64
	bound int64
}

// exact says that nothing better exists.
func (s solution) exact() bool { return s.value == s.bound }

// gap is how much better another choice could be at most, as a part of the bound.
func (s solution) gap() *Share {
	return ratio(s.bound-s.value, s.bound)
}

// solve gives the best choice where the search comes to its end, as it does for small problems and for those whose sites hardly
// overlap; else the best that was found, with a bound from a Lagrangian relaxation. Equal problems give equal answers.
func solve(p problem) solution {
	best := p.greedy()
	s := search{problem: p, best: best, reached: make([]int, len(p.weights))}
	if s.visit(s.candidates(), nil, 0) {
		s.best.bound = s.best.value
	} else {
		s.best.bound = max(s.best.value, p.bound(s.best.value))
	}
	return p.ordered(s.best)
}

// greedy takes the site that adds most, k times.
func (p problem) greedy() solution {
	out := solution{}
	done := make([]bool, len(p.weights))
	for range min(p.k, len(p.covers)) {
		site, most := -1, int64(0)
		for j := range p.covers {
			if g := p.gain(j, done); g > most {
				site, most = j, g
			}
		}
		if site < 0 {
			break
		}
		out.sites, out.value = append(out.sites, site), out.value+most
		p.reach(site, done)
	}
	return out
}

func (p problem) gain(site int, done []bool) (g int64) {
	for _, i := range p.covers[site] {
		if !done[i] {
			g += p.weights[i]
		}
	}
	return g
}

func (p problem) reach(site int, done []bool) {
	for _, i := range p.covers[site] {
		done[i] = true
	}
}

// ordered puts the sites of a solution into the order in which each adds the most to those before.
func (p problem) ordered(s solution) solution {
	left := slices.Sorted(slices.Values(s.sites))
	done := make([]bool, len(p.weights))
	s.sites, s.gains = nil, nil
	for len(left) > 0 {
		at, most := 0, int64(-1)
		for n, j := range left {
			if g := p.gain(j, done); g > most {
				at, most = n, g
			}
		}
		s.sites, s.gains = append(s.sites, left[at]), append(s.gains, most)
		p.reach(left[at], done)
		left = slices.Delete(left, at, at+1)
	}
	return s
}

// patience is how many times the search asks whether a site reaches a demand before it leaves the proof to the bound: a fraction of a
// second.
const patience = 20_000_000

// search goes through the choices of sites, and leaves out those that cannot be better: what a site adds only shrinks with others
// beside it.
type search struct {
	problem
	best    solution
	reached []int // how many chosen sites reach a demand
	looked  int
}

// candidate is a site with what it would add now.
type candidate struct {
	site int
	gain int64
}

func (s *search) candidates() (out []candidate) {
	for j := range s.covers {
		out = append(out, candidate{j, 0})
	}
	return out
}

// visit tries to add each of the sites that are left, and says whether it came to the end.
func (s *search) visit(left []candidate, chosen []int, value int64) bool {
	if s.looked > patience {
		return false
	}
	if value > s.best.value {
		s.best.sites, s.best.value = slices.Clone(chosen), value
	}
	room := s.k - len(chosen)
	if room == 0 {
		return true
	}
	now := make([]candidate, 0, len(left))
	for _, c := range left {
		g := int64(0)
		s.looked += len(s.covers[c.site]) + 1
		for _, i := range s.covers[c.site] {
			if s.reached[i] == 0 {
				g += s.weights[i]
			}
		}
		if g > 0 {
			now = append(now, candidate{c.site, g})
		}
	}
	slices.SortFunc(now, func(a, b candidate) int { return cmp.Or(cmp.Compare(b.gain, a.gain), cmp.Compare(a.site, b.site)) })
	for n, c := range now {
		most := value
		for _, x := range now[n:min(len(now), n+room)] {
			most += x.gain
		}
		if most <= s.best.value {
			return true
		}
		s.mark(c.site, 1)
		whole := s.visit(now[n+1:], append(chosen, c.site), value+c.gain)
		s.mark(c.site, -1)
		if !whole {
			return false
		}
	}
	return true
}

func (s *search) mark(site, by int) {
	for _, i := range s.covers[site] {
		s.reached[i] += by
	}
}

// rounds of the subgradient method.
const rounds = 150

// bound gives what no choice exceeds: the relaxation that lets a demand count without a site at a price, the prices being made as hard
// as the rounds allow. least is a value that is known to be reached.
func (p problem) bound(least int64) int64 {
	price := make([]float64, len(p.weights))
	sums := make([]float64, len(p.covers))
	order := make([]int, len(p.covers))
	best, pace, stale := math.Inf(1), 2.0, 0
	for range rounds {
		for j, list := range p.covers {
			sums[j], order[j] = 0, j
			for _, i := range list {
				sums[j] += price[i]
			}
		}
		slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(sums[b], sums[a]), cmp.Compare(a, b)) })
		value := 0.0
		slope := make([]float64, len(p.weights)) // of each price
		for i, w := range p.weights {
			if rest := float64(w) - price[i]; rest > 0 {
				value += rest
				slope[i] = -1
			}
		}
		for _, j := range order[:min(p.k, len(order))] {
			value += sums[j]
			for _, i := range p.covers[j] {
				slope[i]++
			}
		}
		if stale++; value < best-1e-6 {
			best, stale = value, 0
		}
		if stale > 10 {
			pace, stale = pace/2, 0
		}
		length := 0.0
		for _, g := range slope {
			length += g * g
		}
		if length == 0 || best < float64(least)+1 {
			break
		}
		step := pace * (value - float64(least)) / length
		for i := range price {
			price[i] = math.Max(0, price[i]-step*slope[i])
		}
	}
	return int64(math.Floor(best + 1e-6))
}
