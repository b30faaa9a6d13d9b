package stats

import (
	"context"
	"log/slog"
	"slices"
	"strconv"

	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/work/order"
)

// perMend is how many numbers one transaction of a recount mends: few enough that nobody waits for it.
const perMend = 2000

// Recount compares all figures with what they are figures of, banner by banner, each on one snapshot. What differs is mended piece by
// piece, each number at all its levels at once. That commutes with whatever changes meanwhile; a recount that is cut off leaves the
// rest as it was, for the next one. Each difference is a fault of this program: the log says so.
func (s *Service) Recount(ctx context.Context) error {
	return s.countAnew(ctx, func(at auth.Region, numbers int) {
		slog.Warn("figures differ from their recount and are mended", "region", at, "numbers", numbers)
	})
}

// CountAnew does the same after rows came, or followed their divisions, past the operations that count: figures must differ then, and
// the log is silent.
func (s *Service) CountAnew(ctx context.Context) error {
	return s.countAnew(ctx, func(auth.Region, int) {})
}

// countAnew tells differ of each division whose figures are about to change.
func (s *Service) countAnew(ctx context.Context, differ func(at auth.Region, numbers int)) error {
	var all []auth.Region
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		all, err = upperRegions.All(ctx, tx)
		return err
	})
	for _, at := range all {
		if err != nil {
			return err
		}
		err = s.recount(ctx, at, differ)
	}
	if err == nil {
		err = s.Fold(ctx)
	}
	return err
}

func (s *Service) recount(ctx context.Context, at auth.Region, differ func(auth.Region, int)) error {
	var wrong sums
	var seen int64
	if err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if seen, err = recounts.One(ctx, tx, int64(at)); err == nil {
			wrong, err = differences(ctx, tx, at)
		}
		return err
	}); err != nil || len(wrong) == 0 {
		return err
	}
	differ(at, len(wrong))
	for piece := range slices.Chunk(sorted(wrong), perMend) {
		var n int64
		if err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
			// Another recount since our snapshot has mended, or is mending, the same.
			if n, err = noteRecount.Run(ctx, tx, int64(at), seen); err != nil || n == 0 {
				return err
			}
			return addCounters(ctx, tx, rolled(piece))
		}); err != nil || n == 0 {
			return err
		}
		seen++
	}
	return nil
}

// differences gives, for the rows of one banner (or of a division above, as far as they lie in none below), what must be added to the
// counters and the changes that wait, to make them what a recount says.
func differences(ctx context.Context, tx *db.Tx, at auth.Region) (sums, error) {
	out := sums{}
	if err := out.recount(ctx, tx, at); err != nil {
		return nil, err
	}
	if err := out.subtract(ctx, tx, at); err != nil {
		return nil, err
	}
	for k, n := range out {
		if n == 0 {
			delete(out, k)
		}
	}
	return out, nil
}

// recount adds all that is true of a banner.
func (s sums) recount(ctx context.Context, tx *db.Tx, at auth.Region) error {
	if err := everyOrder(ctx, tx, at, func(o madeOrder) error {
		made := clock.DayOf(o.CreatedAt)
		s.add(orderState, o.Region, made, o.State, 1)
		s.add(orderKind, o.Region, made, o.Category, 1)
		if o.State == string(order.Closed) && o.ClosedAt != nil {
			s.add(orderRating, o.Region, clock.DayOf(*o.ClosedAt), strconv.FormatInt(o.Rating, 10), 1)
		}
		return nil
	}); err != nil {
		return err
	}
	for metric, which := range map[string]string{orderReply: isReview, orderDone: isServing} {
		if err := everyFirst(ctx, tx, at, which, func(f firstEvent) error {
			s.add(metric, f.Region, clock.DayOf(f.At), step(f.At.Sub(f.CreatedAt)), 1)
			return nil
		}); err != nil {
			return err
		}
	}
	if err := everyRecord(ctx, tx, at, func(r recordRow) error { s.recordRow(r); return nil }); err != nil {
		return err
	}
	if err := everyActive(ctx, tx, at, s.activeMonths()); err != nil {
		return err
	}
	return everyVolunteer(ctx, tx, at, func(v memberRow) error {
		m := volunteer.Volunteer{Region: v.Region, Identities: v.Identities}
		if v.ApprovedDay != 0 {
			s.member(volunteerIn, identityIn, m, v.ApprovedDay)
		}
		if v.LeftDay != 0 && v.ApprovedDay != 0 {
			s.member(volunteerOut, identityOut, m, v.LeftDay)
		}
		return nil
	})
}

// activeMonths takes the months of one volunteer after another, in their order.
func (s sums) activeMonths() func(activeRow) error {
	seen := map[db.ID]map[cell]bool{}
	return func(r activeRow) error {
		mine := seen[r.VolunteerID]
		if mine == nil {
			clear(seen) // of the one before
			mine = map[cell]bool{}
			seen[r.VolunteerID] = mine
		}
		one := sums{}
		one.months(r.Region, []int64{r.Month}, 1)
		for c := range one {
			if !mine[c] {
				mine[c] = true
				s[c]++
			}
		}
		return nil
	}
}

// subtract takes away what the counters and the changes that wait say.
func (s sums) subtract(ctx context.Context, tx *db.Tx, at auth.Region) error {
	return everyCounted(ctx, tx, at, func(r delta) error {
		s.add(r.Metric, r.Region, r.Day, r.Kind, -r.N)
		return nil
	})
}

// Verify: counters equal their recount, and the counters of months and of divisions above equal the sum of the leaves.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	all, err := upperRegions.All(ctx, tx)
	if err != nil {
		return err
	}
	for _, at := range all {
		wrong, err := differences(ctx, tx, at)
		if err != nil {
			return err
		}
		for c := range wrong {
			report("stats_counter "+c.Metric+" "+c.Region.String()+" "+c.Day.String(), "计数和重新计算的结果不符")
		}
	}
	if err := rolledWrong(ctx, tx, func(c counter) error {
		report("stats_counter "+c.Metric+" "+c.Region.String()+" "+c.Day.String(), "上级或按月的计数不等于下级之和")
		return nil
	}); err != nil {
		return err
	}
	return verifySnapshots(ctx, tx, report)
}
