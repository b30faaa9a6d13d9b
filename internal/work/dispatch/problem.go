package dispatch

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"math"
	"slices"

	"linli/internal/platform/assign"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/geo"
)

// problem is what the solver is given for a plan. It is stored with the plan, so that "why" is answered later as exactly as then.
type problem struct {
	Orders []place  `json:"orders"`
	People []helper `json:"people"`
	Load   int64    `json:"load"`  // minutes for each service of the last month
	Most   int64    `json:"most"`  // orders for one volunteer
	Raise  int64    `json:"raise"` // added to every choice, so that none costs less than nothing
}

// place is one order with the places to fill.
type place struct {
	ID     db.ID    `json:"id"`
	Places int64    `json:"places"`
	Exit   int64    `json:"exit"`  // what an empty place costs
	Start  int64    `json:"start"` // Unix minutes
	End    int64    `json:"end"`
	Chosen []choice `json:"cands"`
}

type choice struct {
	V     int32 `json:"v"` // of People
	Price Price `json:"p"`
}

type helper struct {
	ID    db.ID `json:"id"`
	Month int64 `json:"month"`
}

// pair is one choice that was made: order and candidate, by their positions.
type pair struct{ order, cand int }

// An empty place costs more than any way that somebody could be sent, an urgent one still more: as many as possible are served, urgent
// ones first.
const (
	exit       = 100_000
	urgentExit = 1_000_000
)

// mostChoices is how many volunteers are considered for one place; the plan says where there were more.
const mostChoices = 100

// pose makes the problem of some orders: who may be asked, with what he would cost.
func (f *facts) pose(ctx context.Context, tx *db.Tx) (*problem, error) {
	w := f.weights
	p := &problem{Load: w.load, Most: w.most, Raise: w.known + w.wish}
	at := map[int32]int32{}
	for i := range f.jobs {
		j := &f.jobs[i]
		chosen, err := f.choices(ctx, tx, j)
		if err != nil {
			return nil, err
		}
		o := place{ID: j.ID, Places: j.Places(), Exit: exit, Start: j.WindowStart.Unix() / 60, End: j.WindowEnd.Unix() / 60, Chosen: chosen}
		if j.Urgent {
			o.Exit = urgentExit
		}
		for c := range o.Chosen {
			who := o.Chosen[c].V
			if _, known := at[who]; !known {
				v := &f.index.People[who]
				at[who] = int32(len(p.People))
				p.People = append(p.People, helper{v.ID, f.loads[v.ID].Month})
			}
			o.Chosen[c].V = at[who]
		}
		p.Orders = append(p.Orders, o)
	}
	return p, nil
}

// choices gives those who may be asked, the cheapest first, at most mostChoices; V is a position in the index. People are looked at
// from the place outwards, until nobody who lives farther off could be among them: he costs at least the way, unless the person knows
// or wants him, and such are looked at first.
func (f *facts) choices(ctx context.Context, tx *db.Tx, j *job) (out []choice, err error) {
	s := selection{facts: f, job: j, able: f.index.Able(j.item), close: f.close(j)}
	if err := s.add(ctx, tx, slices.DeleteFunc(slices.Clone(s.close), func(at int32) bool { return !s.able.Has(at) })); err != nil {
		return nil, err
	}
	if geo.Marked(j.lat, j.lng) {
		var people []int32
		for km, band := range f.index.Outward(j.lat, j.lng, s.able) {
			people = people[:0]
			for _, n := range band {
				if !slices.Contains(s.close, n.At) {
					people = append(people, n.At)
				}
			}
			if err := s.add(ctx, tx, people); err != nil {
				return nil, err
			}
			if s.settle(ctx, int64(km*minutesPerKm)); len(s.out) == mostChoices {
				return s.out, nil
			}
		}
	}
	s.settle(ctx, math.MaxInt64)
	return s.out, nil
}

// close gives those for whom the way from their homes says nothing of the cost: whom the person knows or wants, and who marked no home.
func (f *facts) close(j *job) []int32 {
	out := f.index.unplaced(j.lat, j.lng, j.Region.At(auth.LevelTown))
	for _, ids := range []iter.Seq[db.ID]{maps.Keys(f.known[j.RecipientID]), slices.Values(j.wish.Prefer)} {
		for id := range ids {
			if at, ok := f.index.find(id); ok {
				out = append(out, at)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// selection is the search for those who may be asked.
type selection struct {
	*facts
	job   *job
	able  Filter
	close []int32
	open  []priced // weighed, and not known to be among the cheapest yet
	out   []choice
}

type priced struct {
	sum int64
	choice
}

// add weighs some people.
func (s *selection) add(ctx context.Context, tx *db.Tx, people []int32) error {
	if err := s.learn(ctx, tx, people); err != nil {
		return err
	}
	for _, at := range people {
		p := s.priced(s.job, at)
		s.open = append(s.open, priced{p.Sum(), choice{at, p}})
	}
	return nil
}

// settle chooses among those who cost less than anybody may who has not been looked at.
func (s *selection) settle(ctx context.Context, below int64) {
	slices.SortFunc(s.open, func(a, b priced) int {
		return cmp.Or(cmp.Compare(a.sum, b.sum), cmp.Compare(s.index.People[a.V].ID, s.index.People[b.V].ID))
	})
	n := 0
	for ; n < len(s.open) && s.open[n].sum < below && len(s.out) < mostChoices; n++ {
		c := s.open[n].choice
		if s.refusal(ctx, s.job, &s.index.People[c.V]) == "" { // asked only of those who come near to being chosen
			s.out = append(s.out, c)
		}
	}
	s.open = s.open[n:]
}

// own is what a choice costs apart from how much the volunteer has to do: that grows with each order that he gets.
func (p *problem) own(c choice) int64 { return c.Price.Sum() - c.Price[Loaded] + p.Raise }

// burden is what the n-th order more costs somebody, n from 0.
func (p *problem) burden(v int32, n int64) int64 { return p.Load * (p.People[v].Month + n) }

// solve gives the best plan and how far from the best it may be at most; 0 when it is proved to be the best.
func (p *problem) solve(ctx context.Context) (pairs []pair, gap int64, err error) {
	q := assign.Problem{}
	var windows [][2]int64
	for _, o := range p.Orders {
		a := assign.Order{ID: int64(o.ID), Need: int(o.Places), Exit: o.Exit}
		for _, c := range o.Chosen {
			a.Cands = append(a.Cands, assign.Cand{Volunteer: c.V, Cost: p.own(c)})
		}
		q.Orders = append(q.Orders, a)
		windows = append(windows, [2]int64{o.Start, o.End})
	}
	q.Conflicts = assign.Overlapping(windows)
	for v := range p.People {
		slots := make([]int64, p.Most)
		for n := range slots {
			slots[n] = p.burden(int32(v), int64(n))
		}
		q.Volunteers = append(q.Volunteers, assign.Volunteer{ID: int64(p.People[v].ID), Slots: slots})
	}
	plan, err := assign.Solve(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	for _, x := range plan.Pairs {
		pairs = append(pairs, pair{int(x[0]), p.candOf(int(x[0]), x[1])})
	}
	return pairs, plan.Objective - plan.Bound, nil
}

// candOf finds a person among the candidates of an order.
func (p *problem) candOf(order int, person int32) int {
	return slices.IndexFunc(p.Orders[order].Chosen, func(c choice) bool { return c.V == person })
}

// nearest is what is done without a plan: order by order, urgent and early ones first, each gets who is nearest and free.
func (p *problem) nearest() (pairs []pair) {
	turns := make([]int, len(p.Orders))
	for i := range turns {
		turns[i] = i
	}
	slices.SortStableFunc(turns, func(a, b int) int {
		return cmp.Or(cmp.Compare(p.Orders[b].Exit, p.Orders[a].Exit), cmp.Compare(p.Orders[a].Start, p.Orders[b].Start))
	})
	taken := make([][]int, len(p.People))
	for _, i := range turns {
		byWay := make([]int, len(p.Orders[i].Chosen))
		for c := range byWay {
			byWay[c] = c
		}
		slices.SortStableFunc(byWay, func(a, b int) int {
			return cmp.Compare(p.Orders[i].Chosen[a].Price[Travel], p.Orders[i].Chosen[b].Price[Travel])
		})
		left := p.Orders[i].Places
		for _, c := range byWay {
			if v := p.Orders[i].Chosen[c].V; left > 0 && p.free(taken[v], i) {
				taken[v] = append(taken[v], i)
				pairs = append(pairs, pair{i, c})
				left--
			}
		}
	}
	return pairs
}

// free says whether somebody who has some orders of the plan can take one more.
func (p *problem) free(has []int, order int) bool {
	return int64(len(has)) < p.Most && !slices.ContainsFunc(has, func(o int) bool { return p.collide(o, order) })
}

func (p *problem) collide(a, b int) bool {
	return p.Orders[a].Start < p.Orders[b].End && p.Orders[b].Start < p.Orders[a].End
}

// Sums is what a plan comes to.
type Sums struct {
	Served int64 `json:"served" doc:"有人的空位"`
	Travel int64 `json:"travel" doc:"路上一共多少分钟"`
	Most   int64 `json:"most" doc:"最忙的一位，连同近一个月的服务"`
	Cost   int64 `json:"cost" doc:"折合绕行的分钟数，不含空着的"`
}

// measure sums up a plan.
func (p *problem) measure(pairs []pair) (s Sums) {
	has := make([]int64, len(p.People))
	for _, x := range pairs {
		c := p.Orders[x.order].Chosen[x.cand]
		s.Served++
		s.Travel += c.Price[Travel]
		s.Cost += p.own(c) - p.Raise + p.burden(c.V, has[c.V])
		has[c.V]++
		s.Most = max(s.Most, p.People[c.V].Month+has[c.V])
	}
	return s
}

// gross is what a plan costs without what speaks for its choices: never less than nothing.
func (p *problem) gross(pairs []pair) (sum int64) {
	has := make([]int64, len(p.People))
	for _, x := range pairs {
		c := p.Orders[x.order].Chosen[x.cand]
		sum += c.Price[Travel] + c.Price[Foreign] + c.Price[NoShows] + c.Price[Busy] + p.burden(c.V, has[c.V])
		has[c.V]++
	}
	return sum
}

// total is what a plan costs with the places that it leaves empty: what the solver makes small.
func (p *problem) total(pairs []pair) int64 {
	sum := p.measure(pairs).Cost
	for i, filled := range p.filled(pairs) {
		o := p.Orders[i]
		sum += o.Exit * (o.Places - filled)
	}
	return sum
}

// filled counts the places of each order that have somebody.
func (p *problem) filled(pairs []pair) []int64 {
	out := make([]int64, len(p.Orders))
	for _, x := range pairs {
		out[x.order]++
	}
	return out
}

// short gives the orders with an empty place.
func (p *problem) short(pairs []pair) []db.ID {
	filled := p.filled(pairs)
	out := []db.ID{}
	for i, o := range p.Orders {
		if filled[i] < o.Places {
			out = append(out, o.ID)
		}
	}
	return out
}

// places is how many are to be filled.
func (p *problem) places() (n int64) {
	for _, o := range p.Orders {
		n += o.Places
	}
	return n
}
