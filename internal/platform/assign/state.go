package assign

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// State is a solved problem that may change: each change leaves it at the exact optimum of what is now asked, by moving only those
// whom it concerns. With conflicts the flow without them is kept optimal and Plan settles the conflicts. It is not safe for use by
// several goroutines at once.
type State struct {
	network
	volunteers []Volunteer
	seat       []int32 // by volunteer: his index in the network, or -1 while no order has him as a candidate
	who        []int32 // by index in the network; nil when they are the same
	named      []int32 // by volunteer: the last order, counted in round, that named him
	round      int32
	sets       [][]int32  // Problem.Conflicts
	member     [][]int32  // by order: the sets it stands in
	fixed      [][2]int32 // in the order they were made
}

// NewState checks a problem and solves it. An error names the place in the problem; it is ctx's own when ctx ended.
func NewState(ctx context.Context, p Problem) (*State, error) {
	n := len(p.Volunteers)
	s := &State{volunteers: p.Volunteers, seat: make([]int32, n), who: make([]int32, 0, n), named: make([]int32, n)}
	for v := range p.Volunteers {
		s.seat[v] = -1
		if err := p.Volunteers[v].check(); err != nil {
			return nil, fmt.Errorf("volunteers[%d]: %w", v, err)
		}
	}
	if err := s.load(ctx, p); err != nil {
		return nil, err
	}
	if err := s.exclude(p.Conflicts); err != nil {
		return nil, err
	}
	return s, s.solve(ctx)
}

func (s *State) load(ctx context.Context, p Problem) error {
	total := 0
	for i := range p.Orders {
		total += len(p.Orders[i].Cands)
	}
	if total > math.MaxInt32 || len(p.Orders) > math.MaxInt32 {
		return fmt.Errorf("orders: %d candidates are too many", total)
	}
	s.arcs, s.rows = make([]arc, 0, total), make([]row, 0, len(p.Orders))
	for i := range p.Orders {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		from := len(s.arcs)
		arcs, err := s.arcsOf(&p.Orders[i], s.arcs)
		if err != nil {
			return fmt.Errorf("orders[%d]: %w", i, err)
		}
		s.arcs = arcs
		s.addRow(p.Orders[i].Need, p.Orders[i].Exit, from)
	}
	return nil
}

// arcsOf checks an order and appends its candidates. Volunteers get their place in the network when they are first seen.
func (s *State) arcsOf(o *Order, arcs []arc) ([]arc, error) {
	if o.Need < 1 || o.Need > MaxNeed {
		return nil, fmt.Errorf("need %d is not between 1 and %d", o.Need, MaxNeed)
	}
	if err := cost(o.Exit); err != nil {
		return nil, fmt.Errorf("exit %w", err)
	}
	s.round++
	for k, c := range o.Cands {
		if c.Volunteer < 0 || int(c.Volunteer) >= len(s.volunteers) {
			return nil, fmt.Errorf("cands[%d]: no volunteer %d", k, c.Volunteer)
		}
		if err := cost(c.Cost); err != nil {
			return nil, fmt.Errorf("cands[%d]: cost %w", k, err)
		}
		if s.named[c.Volunteer] == s.round {
			return nil, fmt.Errorf("cands[%d]: volunteer %d stands twice", k, c.Volunteer)
		}
		s.named[c.Volunteer] = s.round
		arcs = append(arcs, newArc(int32(c.Cost), s.enrol(c.Volunteer)))
	}
	return arcs, nil
}

func (s *State) enrol(volunteer int32) int32 {
	if s.seat[volunteer] < 0 {
		s.seat[volunteer] = int32(len(s.who))
		s.who = append(s.who, volunteer)
		s.addSeat(s.volunteers[volunteer].Slots)
	}
	return s.seat[volunteer]
}

func (v *Volunteer) check() error {
	last := int64(0)
	for k, c := range v.Slots {
		if err := cost(c); err != nil {
			return fmt.Errorf("slots[%d]: %w", k, err)
		}
		if c < last {
			return fmt.Errorf("slots[%d]: %d is less than the slot before, %d", k, c, last)
		}
		last = c
	}
	return nil
}

func cost(c int64) error {
	if c < 0 || c > MaxCost {
		return fmt.Errorf("%d is not between 0 and %d", c, MaxCost)
	}
	return nil
}

// exclude takes up sets of orders that exclude one another.
func (s *State) exclude(sets [][]int32) error {
	for k, set := range sets {
		for _, o := range set {
			if o < 0 || int(o) >= len(s.rows) {
				return fmt.Errorf("conflicts[%d]: no order %d", k, o)
			}
		}
		if sorted := slices.Sorted(slices.Values(set)); len(slices.Compact(sorted)) != len(set) {
			return fmt.Errorf("conflicts[%d]: an order stands twice", k)
		}
		s.addSet(set)
	}
	return nil
}

func (s *State) addSet(set []int32) {
	for len(s.member) < len(s.rows) {
		s.member = append(s.member, nil)
	}
	for _, o := range set {
		s.member[o] = append(s.member[o], int32(len(s.sets)))
	}
	s.sets = append(s.sets, slices.Clone(set))
}

// AddOrder adds an order, which excludes those in apart for one volunteer, and gives its index.
func (s *State) AddOrder(o Order, apart []int32) (int32, error) {
	for _, other := range apart {
		if err := s.order(other); err != nil {
			return 0, err
		}
	}
	arcs, err := s.arcsOf(&o, nil)
	if err != nil {
		return 0, err
	}
	i := s.grow(o.Need, o.Exit, arcs)
	for _, other := range apart {
		s.addSet([]int32{other, i})
	}
	s.keepApart(i)
	return i, nil
}

// keepApart takes from a new order the volunteers who are fixed to orders that it excludes.
func (s *State) keepApart(i int32) {
	for _, f := range s.fixed {
		if s.apart(i, f[0]) {
			s.forbid(i, s.seat[f[1]])
		}
	}
}

// Decline takes a volunteer from an order's candidates: he said no. It is an error if he is none, or is fixed.
func (s *State) Decline(order, volunteer int32) error {
	v, err := s.candidate(order, volunteer)
	if err != nil {
		return err
	}
	s.forbid(order, v)
	return nil
}

// CancelSlot lets a volunteer serve one order fewer. It is an error if he has no slot or all are fixed.
func (s *State) CancelSlot(volunteer int32) error {
	if volunteer < 0 || int(volunteer) >= len(s.volunteers) {
		return fmt.Errorf("no volunteer %d", volunteer)
	}
	if !s.shrink(s.enrol(volunteer)) {
		return fmt.Errorf("volunteer %d has no slot left to cancel", volunteer)
	}
	return nil
}

// Fix gives an order a volunteer for good: an accepted appointment, which no later change touches. He must be a candidate with a slot
// that is not fixed, and not be fixed to an order that excludes this one.
func (s *State) Fix(order, volunteer int32) error {
	v, err := s.candidate(order, volunteer)
	if err != nil {
		return err
	}
	if s.rows[order].need == 0 {
		return fmt.Errorf("order %d has all its volunteers fixed", order)
	}
	if seat := s.seats[v]; seat.fixed == seat.size {
		return fmt.Errorf("volunteer %d has no slot left to fix", volunteer)
	}
	s.fix(order, v)
	s.fixed = append(s.fixed, [2]int32{order, volunteer})
	for _, p := range s.against(pair{order, v}) {
		s.forbid(p.order, p.v)
	}
	return nil
}

func (s *State) order(i int32) error {
	if i < 0 || int(i) >= len(s.rows) {
		return fmt.Errorf("no order %d", i)
	}
	return nil
}

// candidate gives the volunteer's index in the network.
func (s *State) candidate(order, volunteer int32) (int32, error) {
	if err := s.order(order); err != nil {
		return 0, err
	}
	if volunteer < 0 || int(volunteer) >= len(s.volunteers) {
		return 0, fmt.Errorf("no volunteer %d", volunteer)
	}
	v := s.seat[volunteer]
	if v < 0 || s.find(order, v) < 0 {
		return 0, fmt.Errorf("volunteer %d is no candidate of order %d", volunteer, order)
	}
	return v, nil
}
