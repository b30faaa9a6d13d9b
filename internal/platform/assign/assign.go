// Package assign finds the cheapest way to give orders to volunteers. It knows no business: costs are whole numbers that the caller
// has weighed.
//
// Orders need one or several different volunteers; every unit of need that stays unserved costs the order's exit. A volunteer serves
// as many orders as he has slots, each next one at a price that never falls (convex). That much is a minimum-cost flow and is solved
// exactly, in three steps:
//
//  1. Row reduction (reduce.go): orders bid for volunteers, one displacing another, until only hard cases are left. This is the augmenting
//     row reduction of Jonker and Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment problems",
//     Computing 38 (1987), with the sealed bids for several equal places of Bertsekas and Castañón, "The auction algorithm for the
//     transportation problem", Annals of Operations Research 20 (1989).
//  2. Shortest augmenting paths (augment.go): each order left over finds the cheapest chain of moves that ends at a free slot or at
//     an exit.
//  3. A certificate (plan.go): the prices found prove a lower bound, computed from them alone; it equals the objective.
//
// Orders that exclude one another for one volunteer make the problem NP-hard. conflict.go then prices the exclusions (Lagrangian
// relaxation) and branches; what it cannot prove it states as Gap.
package assign

import "context"

// MaxCost is the highest cost, exit or price of a slot that is taken: two of them still fit 32 bits, which halves what the search has
// to read.
const MaxCost = 1_000_000_000

// MaxNeed is the highest number of volunteers that one order may need.
const MaxNeed = 100_000

// Cand is one volunteer, by his index in Problem.Volunteers, and what it costs when he serves the order: 0 to MaxCost.
type Cand struct {
	Volunteer int32
	Cost      int64
}

// Order needs Need (1 to MaxNeed) different volunteers out of Cands. Exit (0 to MaxCost) is the cost of leaving one unit of the need
// unserved.
type Order struct {
	ID    int64
	Need  int
	Exit  int64
	Cands []Cand
}

// Volunteer serves at most len(Slots) orders; Slots are the extra costs of the 1st, 2nd, … one and never fall.
type Volunteer struct {
	ID    int64
	Slots []int64
}

// Problem is one instance. Each of Conflicts is a set of orders, by index, of which one volunteer serves at most one; Overlapping
// makes them from windows.
type Problem struct {
	Orders     []Order
	Volunteers []Volunteer
	Conflicts  [][]int32
}

// Plan is an answer. Objective is the sum of costs, slots and exits of Pairs and Unserved; no plan can cost less than Bound.
type Plan struct {
	Objective, Bound int64
	Pairs            [][2]int32 // order and volunteer by index, in the order of both
	Unserved         []int32    // orders by index, once for each unit of need
}

// Gap is how far, at most, the plan is from the best, as a share of its objective; 0 is proven best.
func (p Plan) Gap() float64 {
	if p.Objective == p.Bound {
		return 0
	}
	return float64(p.Objective-p.Bound) / float64(p.Objective)
}

// Solve gives the cheapest plan, or the best found and how far from the cheapest it may be when conflicts make proof too long. The
// same problem has the same answer on every machine. When ctx ends it gives its error at once.
func Solve(ctx context.Context, p Problem) (Plan, error) {
	s, err := NewState(ctx, p)
	if err != nil {
		return Plan{}, err
	}
	return s.Plan(ctx)
}
