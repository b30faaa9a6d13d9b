package stats

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// regions gives the divisions directly below, in the order of their codes.
func (c calc) regions(ctx context.Context, tx *db.Tx, at auth.Region) ([]Point, error) {
	out := []Point{}
	if at.Level() == auth.LevelCommunity {
		return out, nil
	}
	below, err := region.Under(ctx, tx, at)
	if err != nil {
		return out, err
	}
	all, err := c.s.tallies(ctx, tx, c.ind.parts(), Span{Within: at, Level: at.Level() + 1, From: c.from, To: c.to})
	for _, d := range below {
		out = append(out, Point{d.Code.String(), d.Short(), c.figure(all[d.Code], "")})
	}
	return out, err
}

// kinds gives the kinds, in their order, those that nobody ordered after them. Small cells of delicate kinds are hidden; where that
// hides one alone, the smallest of the others is hidden too, or the total would tell it.
func (c calc) kinds(ctx context.Context, tx *db.Tx, t tally) ([]Point, error) {
	out := []Point{}
	if c.figure(t, "").NoData {
		return out, nil
	}
	word, err := c.ind.word(ctx, tx)
	if err != nil {
		return out, err
	}
	counts := map[string]int64{}
	for k := range t {
		if k.Metric == c.ind.Num[0].Metric || k.Metric == c.ind.people() {
			counts[k.Kind] = t.sum([]Part{{Metric: c.ind.people(), Until: c.ind.Num[0].Until}}, k.Kind)
		}
	}
	hidden := c.ind.hides(counts, c.small)
	for _, kind := range c.ind.order(counts) {
		p := Point{Key: kind, Label: word(kind)}
		if hidden[kind] {
			p.Hidden = true
		} else {
			p.Figure = c.figure(t, kind)
		}
		out = append(out, p)
	}
	return out, nil
}

func (i Indicator) people() string { return cmp.Or(i.People, i.Num[0].Metric) }

// order gives the kinds that have a number and belong to the figure.
func (i Indicator) order(counts map[string]int64) (out []string) {
	within := i.Num[0].Kinds
	if i.Den != nil {
		within = i.Den[0].Kinds
	}
	for k, n := range counts {
		if n != 0 && (len(within) == 0 || slices.Contains(within, k)) {
			out = append(out, k)
		}
	}
	place := func(k string) int {
		if at := slices.Index(i.Kinds, k); at >= 0 {
			return at
		}
		return len(i.Kinds)
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a, b)) })
	return out
}

func (i Indicator) hides(counts map[string]int64, small int64) map[string]bool {
	return setting.Hide(counts, i.Small, small)
}

// word gives what people call the kinds of an indicator.
func (i Indicator) word(ctx context.Context, tx *db.Tx) (func(string) string, error) {
	if i.Dictionary == "" {
		return func(kind string) string {
			if i.Words == nil {
				return kind
			}
			return cmp.Or(i.Words(kind), kind)
		}, nil
	}
	words, err := setting.Words(ctx, tx, i.Dictionary)
	return func(kind string) string { return cmp.Or(setting.Label(words, kind), kind) }, err
}

// months gives one point a month; the first and the last may be parts of one.
func (s *Service) months(ctx context.Context, tx *db.Tx, ind Indicator, at auth.Region, from, to clock.Day) ([]Point, error) {
	out := []Point{}
	for first := from; first <= to; {
		last := min(endOfMonth(first), to)
		c, err := s.calc(ctx, tx, ind, first, last)
		if err != nil {
			return out, err
		}
		t, err := c.at(ctx, tx, at)
		if err != nil {
			return out, err
		}
		key := first.String()[:7]
		out = append(out, Point{key, fmt.Sprintf("%d年%d月", first/10000, first/100%100), c.figure(t, "")})
		first = endOfMonth(first).AddDays(1)
	}
	return out, nil
}

func endOfMonth(d clock.Day) clock.Day {
	return clock.DayOf((d/100*100 + 1).Time().AddDate(0, 1, -1))
}

func monthsBetween(from, to clock.Day) int {
	return int(to/10000-from/10000)*12 + int(to/100%100-from/100%100) + 1
}

// piece is a run of counters of one grain.
type piece struct {
	month    bool
	from, to clock.Day
}

// pieces cuts a period into whole months and the days before and after them.
func pieces(from, to clock.Day) (out []piece) {
	from = max(from, 20000101)
	if from%100 != 1 {
		last := min(endOfMonth(from), to)
		out = append(out, piece{false, from, last})
		from = last.AddDays(1)
	}
	if from > to {
		return out
	}
	first := to/100*100 + 1
	if to == endOfMonth(to) {
		return append(out, piece{true, from, first})
	}
	if from < first {
		out = append(out, piece{true, from, (first.AddDays(-1))/100*100 + 1})
	}
	return append(out, piece{false, first, to})
}
