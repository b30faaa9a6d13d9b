package stats

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/proof/record"
	"linli/internal/work/order"
)

// The metrics that are counted as things happen. Each is a number of a division, a day and a kind; sums over days and divisions are
// what figures are made of.
const (
	orderState    = "order_state"    // orders by the day on which they were made and the state in which they stand
	orderKind     = "order_kind"     // orders by the day on which they were made and their category
	orderReply    = "order_reply"    // first reviews by their day and how long the resident waited (see step)
	orderDone     = "order_done"     // first completed services by their day and how long they took since the order was made
	orderRating   = "order_rating"   // closed orders by the day of closing and their rating, 0 for none
	recordMinutes = "record_minutes" // minutes of counted records by the day of service and category
	recordKind    = "record_kind"    // counted records by the day of service and category
	recordTimes   = "record_times"   // counted records by the day of service and how they were confirmed
	recordDue     = "record_due"     // records by the day on which they are due: in_time, late, open
	activeMonth   = "active_month"   // volunteers with a counted record in the month that begins on the day, where they are registered
	activeQuarter = "active_quarter" // the same of quarters
	activeYear    = "active_year"    // the same of years
	volunteerIn   = "volunteer_in"   // volunteers by the day of their approval
	volunteerOut  = "volunteer_out"  // volunteers by the day on which they left
	identityIn    = "identity_in"    // volunteers by the day of their approval and identity, of which one may have several
	identityOut   = "identity_out"   // the same by the day on which they left
)

// metrics are all of them.
var metrics = []string{orderState, orderKind, orderReply, orderDone, orderRating, recordMinutes, recordKind, recordTimes, recordDue,
	activeMonth, activeQuarter, activeYear, volunteerIn, volunteerOut, identityIn, identityOut}

// cell is one number at its place: where, when, of which kind.
type cell struct {
	Metric string
	Region auth.Region
	Day    clock.Day
	Kind   string
}

// sums are numbers by cell.
type sums map[cell]int64

func (s sums) add(metric string, at auth.Region, day clock.Day, kind string, n int64) {
	s[cell{metric, at, day, kind}] += n
}

// OnOrder counts what a move of an order changes.
func (s *Service) OnOrder(ctx context.Context, tx *db.Tx, e order.ChangedEvent) error {
	if e.From == e.To {
		return nil
	}
	o, err := orderByID.One(ctx, tx, e.OrderID)
	if err != nil {
		return err
	}
	out, made := sums{}, clock.DayOf(o.CreatedAt)
	out.add(orderState, o.Region, made, string(e.To), 1)
	if e.From == "" {
		out.add(orderKind, o.Region, made, o.Category, 1)
	} else {
		out.add(orderState, o.Region, made, string(e.From), -1)
	}
	if e.From == order.Closed {
		at, err := lastClosed.One(ctx, tx, e.OrderID)
		if err != nil {
			return err
		}
		out.add(orderRating, o.Region, clock.DayOf(at), strconv.FormatInt(o.Rating, 10), -1)
	}
	if e.To == order.Closed {
		out.add(orderRating, o.Region, clock.DayOf(tx.Now), strconv.FormatInt(o.Rating, 10), 1)
	}
	if err := out.firsts(ctx, tx, e, o); err != nil {
		return err
	}
	return write(ctx, tx, out)
}

// firsts counts how long the first answer and the first completed service took; later ones, after an appeal or a redo, do not count.
func (s sums) firsts(ctx context.Context, tx *db.Tx, e order.ChangedEvent, o madeOrder) error {
	metric, times := "", reviews
	switch {
	case e.From == order.Submitted && e.To != order.Cancelled:
		metric = orderReply
	case e.To == order.Served:
		metric, times = orderDone, servings
	default:
		return nil
	}
	n, err := times.One(ctx, tx, e.OrderID)
	if err == nil && n == 1 {
		s.add(metric, o.Region, clock.DayOf(tx.Now), step(tx.Now.Sub(o.CreatedAt)), 1)
	}
	return err
}

// OnRecord counts what a change of a service record changes, and whether the volunteer was active in the month at all.
func (s *Service) OnRecord(ctx context.Context, tx *db.Tx, e record.ChangedEvent) error {
	out := sums{}
	out.record(e.Record, 1)
	was := e.From != "" && e.Before.Status == record.Counted
	if e.From != "" {
		out.record(e.Before, -1)
	}
	if is := e.Record.Status == record.Counted; is != was {
		if err := out.active(ctx, tx, e.Record, is); err != nil {
			return err
		}
	}
	return write(ctx, tx, out)
}

// record adds n times what a record is in the figures.
func (s sums) record(r record.Record, n int64) {
	s.recordRow(recordRow{Region: r.Region, Day: r.Day, Category: r.Category, Status: r.Status, Confirmation: string(r.Confirmation),
		DueDay: r.DueDay, InTime: r.CountedDay > 0 && r.CountedDay <= r.DueDay, N: n, Minutes: n * r.Minutes})
}

func (s sums) recordRow(r recordRow) {
	due := "open"
	switch {
	case r.Status == record.Void:
		return
	case r.Status == record.Counted:
		s.add(recordMinutes, r.Region, r.Day, r.Category, r.Minutes)
		s.add(recordKind, r.Region, r.Day, r.Category, r.N)
		s.add(recordTimes, r.Region, r.Day, r.Confirmation, r.N)
		if due = "late"; r.InTime {
			due = "in_time"
		}
	}
	s.add(recordDue, r.Region, r.DueDay, due, r.N)
}

// active notes that a record begins to count, or no longer does: the first and the last of a volunteer's month, quarter or year change
// who was active.
func (s sums) active(ctx context.Context, tx *db.Tx, r record.Record, counts bool) error {
	at, err := volunteerRegion.One(ctx, tx, r.VolunteerID)
	if err != nil {
		return err
	}
	year := int64(r.Day) / 10000 * 10000
	others, err := otherMonths.All(ctx, tx, r.VolunteerID, year, year+9999, r.ID)
	if err != nil {
		return err
	}
	with, n := append(slices.Clone(others), int64(r.Day)/100), int64(1)
	if !counts {
		n = -1
	}
	s.months(at, with, n)
	s.months(at, others, -n)
	return nil
}

// months adds n for each month, quarter and year in which one of the months of a year lies.
func (s sums) months(at auth.Region, months []int64, n int64) {
	seen := map[cell]bool{}
	for _, m := range months {
		for _, p := range []cell{{activeMonth, at, clock.Day(m*100 + 1), ""},
			{activeQuarter, at, clock.Day(m/100*10000+((m%100-1)/3*3+1)*100) + 1, ""}, {activeYear, at, clock.Day(m/100*10000 + 101), ""}} {
			if !seen[p] {
				seen[p] = true
				s[p] += n
			}
		}
	}
}

// OnVolunteer counts who begins and who leaves.
func (s *Service) OnVolunteer(ctx context.Context, tx *db.Tx, e volunteer.ChangedEvent) error {
	v, today, out := e.Volunteer, clock.DayOf(tx.Now), sums{}
	switch {
	case v.Status == volunteer.Active && e.From != volunteer.Active:
		out.member(volunteerIn, identityIn, v, today)
	case v.Status == volunteer.Left && e.From == volunteer.Active:
		out.member(volunteerOut, identityOut, v, today)
	}
	return write(ctx, tx, out)
}

func (s sums) member(whole, part string, v volunteer.Volunteer, day clock.Day) {
	s.add(whole, v.Region, day, "", 1)
	for _, identity := range v.Identities {
		s.add(part, v.Region, day, identity, 1)
	}
}

// step rounds a time up to the steps in which times are counted, in minutes: 5 minutes up to two hours, a quarter of an hour up to a
// day, 2 hours up to a week, a day up to 60 days. The quantile of the steps is thus a time within which that share was really done.
func step(d time.Duration) string {
	minutes := int64((d + time.Minute - 1) / time.Minute)
	up := func(n int64) int64 { return (minutes + n - 1) / n * n }
	const hour, day = 60, 24 * 60
	switch {
	case minutes <= 2*hour:
		minutes = up(5)
	case minutes <= day:
		minutes = up(15)
	case minutes <= 7*day:
		minutes = up(2 * hour)
	default:
		minutes = min(up(day), 60*day)
	}
	return strconv.FormatInt(100000+minutes, 10) // equally long, so that texts sort as numbers do
}

// minutesOf reads a step.
func minutesOf(kind string) int64 {
	n, _ := strconv.ParseInt(kind, 10, 64) // written by step
	return n - 100000
}

// perFold is how many changes one transaction folds.
const perFold = 1000

// Fold adds the changes that transactions left to the counters and deletes them. It is repeated every half second, so that figures are
// less than one second old.
func (s *Service) Fold(ctx context.Context) error {
	for {
		n := 0
		err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
			n, err = fold(ctx, tx)
			return err
		})
		if err != nil || n < perFold {
			return err
		}
	}
}

func fold(ctx context.Context, tx *db.Tx) (int, error) {
	rows, err := takeDeltas.All(ctx, tx, perFold)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	return len(rows), addCounters(ctx, tx, rolled(rows))
}

// rolled adds changes up for the leaf and the four levels above it, by day and by month.
func rolled(rows []delta) map[counter]int64 {
	total := map[counter]int64{}
	for _, r := range rows {
		for level := int64(auth.LevelRegion); level <= auth.LevelCommunity; level++ {
			at := r.Region.At(int(level))
			total[counter{r.Metric, level, at, r.Day, r.Kind}] += r.N
			total[counter{r.Metric, level + byMonth, at, r.Day/100*100 + 1, r.Kind}] += r.N
		}
	}
	return total
}

// sorted gives the numbers in a fixed order, so that equal work writes equal rows; zeros are left out.
func sorted(s sums) []delta {
	var out []delta
	for k, n := range s {
		if n != 0 {
			out = append(out, delta{k.Metric, k.Region, k.Day, k.Kind, n})
		}
	}
	slices.SortFunc(out, func(a, b delta) int {
		return cmp.Or(cmp.Compare(a.Metric, b.Metric), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Day, b.Day), cmp.Compare(a.Kind, b.Kind))
	})
	return out
}

func sortedCounters(total map[counter]int64) []counter {
	return slices.SortedFunc(maps.Keys(total), func(a, b counter) int {
		return cmp.Or(cmp.Compare(a.Metric, b.Metric), cmp.Compare(a.Level, b.Level), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Day, b.Day),
			cmp.Compare(a.Kind, b.Kind))
	})
}
