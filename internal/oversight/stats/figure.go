package stats

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Figure is one value. Where there is no data, or it is hidden because it would tell of few people, the numbers are null and never 0.
type Figure struct {
	Numerator   *int64  `json:"numerator"`
	Denominator *int64  `json:"denominator" doc:"没有分母的指标为空"`
	Value       *string `json:"value" doc:"比例四位小数，小时两位小数，其余为整数；没有数据时为空"`
	NoData      bool    `json:"no_data"`
	Low         *string `json:"low,omitempty" doc:"95% 威尔逊区间"`
	High        *string `json:"high,omitempty"`
	Hidden      bool    `json:"hidden,omitempty" doc:"人数太少，不显示"`
}

// Point is one figure of a series.
type Point struct {
	Key   string `json:"key" doc:"区划代码、月份（2026-11）或者种类"`
	Label string `json:"label"`
	Figure
}

// GetInput asks for an indicator of a division and a period.
type GetInput struct {
	Code   string      `path:"code" maxLength:"60"`
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
	From   clock.Day   `query:"from" doc:"不填为今年 1 月 1 日"`
	To     clock.Day   `query:"to" doc:"不填为今天"`
	By     string      `query:"by" enum:"region,month,kind," maxLength:"10"`
}

// Answer is the figure and, when it was asked to be cut, its series.
type Answer struct {
	Code   string      `json:"code"`
	Region auth.Region `json:"region"`
	From   clock.Day   `json:"from"`
	To     clock.Day   `json:"to"`
	Figure
	Series []Point `json:"series"`
}

// Get gives one figure.
func (s *Service) Get(ctx context.Context, in GetInput) (Answer, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Answer, err error) {
		ind, err := s.ask(ctx, tx, &in)
		if err != nil {
			return out, err
		}
		out, err = s.answer(ctx, tx, ind, in)
		return out, err
	})
}

// ask fills in what the question leaves out, and refuses what cannot be asked.
func (s *Service) ask(ctx context.Context, tx *db.Tx, in *GetInput) (ind Indicator, err error) {
	if ind, err = s.indicator(in.Code); err != nil {
		return ind, err
	}
	if err := period(tx, &in.From, &in.To); err != nil {
		return ind, err
	}
	if in.By != "" && !ind.cuts(in.By) {
		return ind, errs.Field("by", "这个指标不能这样分")
	}
	if in.By == "month" && monthsBetween(in.From, in.To) > maxMonths {
		return ind, errs.Field("from", fmt.Sprintf("按月分的最多 %d 个月", maxMonths))
	}
	return ind, place(ctx, tx, &in.Region)
}

// maxMonths is the most months of a series.
const maxMonths = 60

// period gives an open period its ends: this year until today.
func period(tx *db.Tx, from, to *clock.Day) error {
	today := clock.DayOf(tx.Now)
	*to = cmp.Or(*to, max(today, *from))
	*from = cmp.Or(*from, to.NewYear())
	if *from > *to {
		return errs.Field("to", "不能早于开始那天")
	}
	if *from < 19000101 || *to > 21001231 {
		return errs.Field("from", "日期太远了")
	}
	return nil
}

// place gives the division that is meant, the actor's own when none is named, and asks whether he may see its figures.
func place(ctx context.Context, tx *db.Tx, at *auth.Region) error {
	if *at == 0 {
		*at = cmp.Or(auth.From(ctx).Seat(), region.Top)
	}
	if err := auth.Require(ctx, View, View, auth.Place{Region: *at}); err != nil {
		return err
	}
	ok, err := region.Exists(ctx, tx, *at)
	if err == nil && !ok {
		err = errs.ErrNotFound
	}
	return err
}

func (s *Service) answer(ctx context.Context, tx *db.Tx, ind Indicator, in GetInput) (out Answer, err error) {
	out = Answer{Code: ind.Code, Region: in.Region, From: in.From, To: in.To, Series: []Point{}}
	c, err := s.calc(ctx, tx, ind, in.From, in.To)
	if err != nil {
		return out, err
	}
	whole, err := c.at(ctx, tx, in.Region)
	if err != nil {
		return out, err
	}
	out.Figure = c.figure(whole, "")
	switch in.By {
	case "region":
		out.Series, err = c.regions(ctx, tx, in.Region)
	case "month":
		out.Series, err = s.months(ctx, tx, ind, in.Region, in.From, in.To)
	case "kind":
		out.Series, err = c.kinds(ctx, tx, whole)
	}
	return out, err
}

// tally are the sums that figures of one division and period are made of.
type tally map[sumKey]int64

type sumKey struct {
	Metric string
	Kind   string
	Until  bool
}

// calc works out one or more indicators over one period.
type calc struct {
	s        *Service
	ind      Indicator
	from, to clock.Day
	began    clock.Day // since when anything is counted at all; 0 for never
	today    clock.Day
	small    int64
}

func (s *Service) calc(ctx context.Context, tx *db.Tx, ind Indicator, from, to clock.Day) (c calc, err error) {
	c = calc{s: s, ind: ind, from: from, to: to, today: clock.DayOf(tx.Now)}
	if c.began, err = began.One(ctx, tx); err != nil {
		return c, err
	}
	c.small, err = setting.Int(ctx, tx, setting.SmallCell, region.Top)
	return c, err
}

// at gives the sums of one division.
func (c calc) at(ctx context.Context, tx *db.Tx, at auth.Region) (tally, error) {
	all, err := c.s.tallies(ctx, tx, c.ind.parts(), Span{Within: at, Level: at.Level(), From: c.from, To: c.to})
	return all[at], err
}

// parts are all sums that an indicator needs.
func (i Indicator) parts() []Part {
	out := slices.Concat(i.Num, i.Den)
	if i.People != "" {
		out = append(out, Part{Metric: i.People})
	}
	return out
}

// tallies reads the sums of the parts for each division of a span.
func (s *Service) tallies(ctx context.Context, tx *db.Tx, parts []Part, in Span) (map[auth.Region]tally, error) {
	out := map[auth.Region]tally{}
	var flow, until []string
	done := map[sumKey]bool{}
	for _, p := range parts {
		k := sumKey{Metric: p.Metric, Until: p.Until}
		if done[k] {
			continue
		}
		done[k] = true
		src := s.sources[p.Metric]
		switch {
		case src != nil:
			amounts, err := src(ctx, tx, in)
			if err != nil {
				return nil, err
			}
			for _, a := range amounts {
				put(out, a.Region, sumKey{p.Metric, a.Kind, p.Until}, a.N)
			}
		case p.Until:
			until = append(until, p.Metric)
		default:
			flow = append(flow, p.Metric)
		}
	}
	if err := counted(ctx, tx, flow, in, func(m string, a Amount) { put(out, a.Region, sumKey{m, a.Kind, false}, a.N) }); err != nil {
		return nil, err
	}
	in.From = 0
	return out, counted(ctx, tx, until, in, func(m string, a Amount) { put(out, a.Region, sumKey{m, a.Kind, true}, a.N) })
}

func put(all map[auth.Region]tally, at auth.Region, k sumKey, n int64) {
	if all[at] == nil {
		all[at] = tally{}
	}
	all[at][k] += n
}

// sum adds up parts of a tally; only says which kind alone, all that the part names when it is empty.
func (t tally) sum(parts []Part, only string) (n int64) {
	for _, p := range parts {
		for k, v := range t {
			if k.Metric != p.Metric || k.Until != p.Until || only != "" && k.Kind != only || only == "" && len(p.Kinds) > 0 &&
				!slices.Contains(p.Kinds, k.Kind) {
				continue
			}
			if p.Minus {
				v = -v
			}
			n += v
		}
	}
	return n
}

// figure works out a value: of all, or of one kind.
func (c calc) figure(t tally, kind string) Figure {
	if c.from > c.today || c.ind.isCounted() && (c.began == 0 || c.to < c.began) {
		return Figure{NoData: true}
	}
	return c.ind.figure(t, kind)
}

// isCounted says that the indicator is made of counters, which began with the system.
func (i Indicator) isCounted() bool {
	return slices.ContainsFunc(i.Num, func(p Part) bool { return slices.Contains(metrics, p.Metric) || p.Metric == "active" })
}

// figure is the arithmetic of an indicator, and nothing else: equal sums give equal figures for ever.
func (i Indicator) figure(t tally, kind string) Figure {
	if i.Quantile > 0 {
		return i.quantile(t)
	}
	n := t.sum(i.Num, kind)
	if i.Den == nil {
		return Figure{Numerator: &n, Value: text(i.value(n, 1))}
	}
	d := t.sum(i.Den, "")
	if d <= 0 {
		return Figure{NoData: true}
	}
	f := Figure{Numerator: &n, Denominator: &d, Value: text(i.value(n, d))}
	if i.Wilson {
		low, high := wilson(n, d)
		f.Low, f.High = text(decimals(low, 4)), text(decimals(high, 4))
	}
	return f
}

func text(s string) *string { return &s }

func (i Indicator) value(n, d int64) string {
	switch i.Unit {
	case Ratio:
		return decimals(float64(n)/float64(d), 4)
	case Hours:
		return decimals(float64(n)/float64(d)/60, 2)
	}
	return strconv.FormatInt(n, 10)
}

func decimals(x float64, n int) string { return strconv.FormatFloat(x, 'f', n, 64) }

// wilson is the interval in which the true share lies with 95 %, from n of d answers (E. B. Wilson 1927).
func wilson(n, d int64) (low, high float64) {
	const z = 1.959964
	p, m := float64(n)/float64(d), float64(d)
	mid, half := p+z*z/(2*m), z*math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return max(0, (mid-half)/(1+z*z/m)), min(1, (mid+half)/(1+z*z/m))
}

// quantile is the smallest step within which the share lies.
func (i Indicator) quantile(t tally) Figure {
	steps := map[string]int64{}
	total := int64(0)
	for k, n := range t {
		if k.Metric == i.Num[0].Metric && n != 0 {
			steps[k.Kind] += n
			total += n
		}
	}
	if total <= 0 {
		return Figure{NoData: true}
	}
	kinds := make([]string, 0, len(steps))
	for k := range steps {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	rank, seen := (total*i.Quantile+99)/100, int64(0)
	for _, k := range kinds {
		if seen += steps[k]; seen >= rank {
			m := minutesOf(k)
			return Figure{Numerator: &m, Denominator: &total, Value: text(strconv.FormatInt(m, 10))}
		}
	}
	return Figure{NoData: true}
}
