package stats

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/chart"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/platform/web/ui"
)

const base = "/gov/indicators"

// OverviewInput asks for all figures of a division and a period.
type OverviewInput struct {
	Region auth.Region `query:"region"`
	From   clock.Day   `query:"from"`
	To     clock.Day   `query:"to"`
}

// Said is an indicator with its figure.
type Said struct {
	Indicator
	Figure Figure
}

// Group is a heading with the indicators under it.
type Group struct {
	Name  string
	Items []Said
}

// Stand is where and when a page of figures looks.
type Stand struct {
	Region   auth.Region
	From, To clock.Day
	Today    clock.Day
	Where    string
	Path     []region.Step
	Below    []region.Step
	Seat     auth.Region // the reader's own place: nothing above it is linked
}

// Overview is the page of all figures.
type Overview struct {
	Stand
	Groups []Group
}

// Overview gives all figures of one division and period.
func (s *Service) Overview(ctx context.Context, in OverviewInput) (Overview, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Overview, err error) {
		if out.Stand, err = stand(ctx, tx, in); err != nil {
			return out, err
		}
		said, err := s.say(ctx, tx, s.indicators, out.Stand)
		out.Groups = grouped(said)
		return out, err
	})
}

// grouped puts indicators under their headings, in the order in which the headings first come.
func grouped(said []Said) (out []Group) {
	for _, x := range said {
		at := slices.IndexFunc(out, func(g Group) bool { return g.Name == x.Group })
		if at < 0 {
			at = len(out)
			out = append(out, Group{Name: x.Group})
		}
		out[at].Items = append(out[at].Items, x)
	}
	return out
}

// groups are the published figures that have data.
func (v Public) groups() []Group {
	return grouped(slices.DeleteFunc(slices.Clone(v.Said), func(x Said) bool { return x.Figure.Value == nil }))
}

func stand(ctx context.Context, tx *db.Tx, in OverviewInput) (out Stand, err error) {
	if err := period(tx, &in.From, &in.To); err != nil {
		return out, err
	}
	if err := place(ctx, tx, &in.Region); err != nil {
		return out, err
	}
	out = Stand{Region: in.Region, From: in.From, To: in.To, Today: clock.DayOf(tx.Now), Seat: cmp.Or(auth.From(ctx).Seat(), region.Top)}
	if out.Where, err = region.FullName(ctx, tx, in.Region); err != nil {
		return out, err
	}
	if out.Path, err = region.Path(ctx, tx, in.Region); err != nil {
		return out, err
	}
	if in.Region.Level() < auth.LevelCommunity {
		out.Below, err = region.Under(ctx, tx, in.Region)
	}
	return out, err
}

// say works out several indicators of one division at once.
func (s *Service) say(ctx context.Context, tx *db.Tx, which []Indicator, at Stand) ([]Said, error) {
	var parts []Part
	for _, i := range which {
		parts = append(parts, i.parts()...)
	}
	all, err := s.tallies(ctx, tx, parts, Span{Within: at.Region, Level: at.Region.Level(), From: at.From, To: at.To})
	if err != nil {
		return nil, err
	}
	c, err := s.calc(ctx, tx, Indicator{}, at.From, at.To)
	var out []Said
	for _, i := range which {
		c.ind = i
		out = append(out, Said{i, c.figure(all[at.Region], "")})
	}
	return out, err
}

// Figures gives the values of indicators by their codes, for areas that print them: of one division and period, as people read them.
func (s *Service) Figures(ctx context.Context, tx *db.Tx, at auth.Region, from, to clock.Day, codes ...string) (map[string]Said, error) {
	var which []Indicator
	for _, c := range codes {
		if i, ok := s.find(c); ok {
			which = append(which, i)
		}
	}
	said, err := s.say(ctx, tx, which, Stand{Region: at, From: from, To: to})
	out := map[string]Said{}
	for _, x := range said {
		out[x.Code] = x
	}
	return out, err
}

// All are the indicators, for areas that let people choose among them.
func (s *Service) All() []Indicator { return slices.Clone(s.indicators) }

// Sheet is the page of one indicator.
type Sheet struct {
	Stand
	Said
	By       string // how the export is cut
	Trend    []Point
	Children []Point // the best first where more, or less, is better
	Kinds    []Point
}

// Sheet gives one indicator: the figure, its course over the last twelve months, the divisions below, its kinds.
func (s *Service) Sheet(ctx context.Context, in GetInput) (Sheet, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Sheet, err error) {
		ind, err := s.ask(ctx, tx, &in)
		if err != nil {
			return out, err
		}
		if out.Stand, err = stand(ctx, tx, OverviewInput{in.Region, in.From, in.To}); err != nil {
			return out, err
		}
		out.Indicator = ind
		c, err := s.calc(ctx, tx, ind, in.From, in.To)
		if err != nil {
			return out, err
		}
		whole, err := c.at(ctx, tx, in.Region)
		if err != nil {
			return out, err
		}
		out.Figure = c.figure(whole, "")
		if out.Children, err = c.regions(ctx, tx, in.Region); err != nil {
			return out, err
		}
		ind.rank(out.Children)
		if ind.cuts("kind") {
			if out.Kinds, err = c.kinds(ctx, tx, whole); err != nil {
				return out, err
			}
		}
		first := clock.DayOf((in.To/100*100 + 1).Time().AddDate(0, -11, 0))
		out.Trend, err = s.months(ctx, tx, ind, in.Region, first, in.To)
		return out, err
	})
}

// rank puts the better figures first; those without data stand last, equal ones in the order of the codes.
func (i Indicator) rank(points []Point) {
	slices.SortStableFunc(points, func(a, b Point) int {
		if a.Value == nil || b.Value == nil {
			return btoi(a.Value == nil) - btoi(b.Value == nil)
		}
		x, y := size(a.Figure), size(b.Figure)
		if i.Better < 0 {
			x, y = y, x
		}
		return cmp.Compare(y, x)
	})
}

func size(f Figure) float64 {
	if f.Value == nil {
		return 0
	}
	x, _ := strconv.ParseFloat(*f.Value, 64) // written by value
	return x
}

// Say is a figure as people read it, without its unit.
func (i Indicator) Say(f Figure) string {
	switch {
	case f.Hidden:
		return "不显示"
	case f.Value == nil:
		return "没有数据"
	}
	switch x := size(f); i.Unit {
	case Ratio:
		return format.Tenth(math.Round(x*10_000)/100+0.0001) + "%" // four digits are exact in decimal, not in binary: a half goes up
	case Hours:
		return format.Thousands(format.Tenth(x))
	case Minutes:
		return span(int64(x))
	}
	return format.Thousands(*f.Value)
}

// span says minutes as hours up to two days, and as days beyond.
func span(n int64) string {
	if n < 5 { // what is entered and looked at in one step
		return "不到5分钟"
	}
	if n <= 48*60 {
		return clock.Minutes(n)
	}
	return format.Tenth(float64(n)/(24*60)) + " 天"
}

// UnitOf is the word behind a figure; none where there is nothing to see.
func (i Indicator) UnitOf(f Figure) string {
	if f.Value == nil || f.Hidden {
		return ""
	}
	return i.UnitWord
}

// Division says what was divided by what: "12 ÷ 20".
func (i Indicator) Division(f Figure) string {
	switch {
	case f.Denominator == nil:
		return ""
	case i.Quantile > 0:
		return format.Thousands(fmt.Sprint(*f.Denominator)) + " 单"
	case i.Unit == Hours:
		return format.Thousands(format.Hours(*f.Numerator)) + " 小时 ÷ " + format.Thousands(fmt.Sprint(*f.Denominator)) + " 人"
	}
	return format.Thousands(fmt.Sprint(*f.Numerator)) + " ÷ " + format.Thousands(fmt.Sprint(*f.Denominator))
}

// interval says within what the true share lies.
func (i Indicator) interval(f Figure) string {
	if f.Low == nil {
		return ""
	}
	low, high := size(Figure{Value: f.Low}), size(Figure{Value: f.High})
	return fmt.Sprintf("95%% 的把握在 %.1f%% 到 %.1f%% 之间", low*100, high*100)
}

// value is a figure for a chart: shares in percent, minutes in hours.
func (i Indicator) chart(f Figure) chart.Value {
	if f.Value == nil || f.Hidden {
		v := chart.Unknown
		v.Text = i.Say(f)
		return v
	}
	x := size(f)
	switch i.Unit {
	case Ratio:
		x *= 100
	case Minutes:
		x /= 60
	}
	return chart.Of(x, i.Say(f))
}

func (i Indicator) axis() string {
	return map[string]string{Ratio: "%", Minutes: " 小时"}[i.Unit]
}

func (v Sheet) line() chart.LineChart {
	c := chart.LineChart{Title: v.Name + "逐月", Head: "月份", Unit: v.axis()}
	s := chart.Series{Name: v.Name, Kind: chart.Fact}
	for _, p := range v.Trend {
		c.Labels = append(c.Labels, p.Key[2:4]+"."+p.Key[5:])
		s.Values = append(s.Values, v.chart(p.Figure))
	}
	c.Series = []chart.Series{s}
	return c
}

func (v Sheet) bars() chart.BarChart {
	c := chart.BarChart{Title: v.Name + "按" + v.Kind, Head: v.Kind, Unit: cmp.Or(v.UnitWord, v.axis())}
	for _, p := range v.Kinds {
		row := chart.Row{Label: p.Label, Value: v.chart(p.Figure)}
		if !p.Hidden && p.Value != nil {
			row.Href = v.href(v.Region, v.From, v.To, p.Key, "")
		}
		c.Rows = append(c.Rows, row)
	}
	return c
}

// address is that of the same page elsewhere or at another time; code "" is the overview.
func (v Stand) address(code string, at auth.Region, from, to clock.Day) string {
	return ui.Href(page(code), "region", at, "from", from, "to", to)
}

func page(code string) string {
	if code == "" {
		return base
	}
	return base + "/" + code
}

// Choice is a period that one click asks for.
type Choice struct {
	Word     string
	From, To clock.Day
}

func (v Stand) choices() []Choice {
	t := v.Today
	first := t/100*100 + 1
	last := first.AddDays(-1)
	quarter := clock.Day(int(t)/10000*10000 + ((int(t)/100%100-1)/3*3+1)*100 + 1)
	year := t.NewYear()
	return []Choice{{"本月", first, t}, {"上月", last/100*100 + 1, last}, {"本季", quarter, t}, {"今年", year, t},
		{"去年", year - 10000, year - 10000 + 1130}}
}

func (v Stand) exportAt(code, by, as string) string {
	return ui.Href(base+"/"+code+"/export", "region", v.Region, "from", v.From, "to", v.To, "by", by, "format", as)
}

// steps lead up, as far as the reader may see.
func (v Stand) ups() (out []region.Step) {
	for _, p := range v.Path {
		if v.Seat.Contains(p.Code) && p.Code != v.Region {
			out = append(out, p)
		}
	}
	return out
}

func (v Rows) next() string {
	return ui.Next(v.Indicator.href(v.In.Region, v.In.From, v.In.To, v.In.Kind, v.In.Part), v.Next)
}

func (v Rows) about() string {
	what := cmp.Or(v.Indicator.Numerator, v.Indicator.Name)
	if v.In.Part == "denominator" {
		what = v.Indicator.Denominator
	}
	if v.KindWord != "" {
		what += "（" + v.KindWord + "）"
	}
	return what + "，" + v.Where + "，" + v.In.From.String() + " 至 " + v.In.To.String()
}

// regions are the options of the place: where we are, and what lies directly below.
func (v Stand) regions() []ui.Option {
	out := []ui.Option{{Value: v.Region.String(), Label: v.Where}}
	for _, d := range v.Below {
		out = append(out, ui.Option{Value: d.Code.String(), Label: d.Short()})
	}
	return out
}

func (v Sheet) notes() []string {
	return slices.DeleteFunc([]string{v.Division(v.Figure), v.interval(v.Figure)}, func(s string) bool { return s == "" })
}

func (v Sheet) numeratorWord() string {
	if v.Quantile > 0 {
		return v.Denominator
	}
	return v.Numerator
}

// place is the rank by value; none where there is no better and worse, or no data.
func (v Sheet) place(i int) string {
	if v.Better == 0 || v.Children[i].Value == nil {
		return "—"
	}
	rank := i
	for rank > 0 && v.Children[rank-1].Value != nil && *v.Children[rank-1].Value == *v.Children[i].Value {
		rank--
	}
	return strconv.Itoa(rank + 1)
}

func (v Sheet) below(p Point) string {
	var at auth.Region
	_ = at.UnmarshalText([]byte(p.Key)) // a code of ours
	return v.address(v.Code, at, v.From, v.To)
}

// most is what fills a bar: 100 % of a share, else the largest.
func (v Sheet) most() float64 {
	if v.Unit == Ratio {
		return 100
	}
	most := 1.0
	for _, p := range v.Children {
		most = max(most, v.chart(p.Figure).Size)
	}
	return most
}

func (v Published) proposed() string {
	return fmt.Sprintf("%s %d 年 %d 月志愿服务数据", v.Path[len(v.Path)-1].Short(), v.Last.From/10000, v.Last.From/100%100)
}

// Find gives the indicator of a code.
func (s *Service) Find(code string) (Indicator, bool) { return s.find(code) }
