package coverage

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/chart"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/platform/set"
	"linli/internal/platform/sheet"
	"linli/internal/platform/web/ui"
)

// ShowInput asks for the page of a division on a day.
type ShowInput struct {
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
	Date   clock.Day   `query:"date" doc:"不填为今天"`
	Class  string      `query:"class" enum:"urban,rural," maxLength:"10" doc:"只看城镇或者农村牧区的"`
	Sort   string      `query:"sort" enum:"code,communities,stations,ratio,covered,rate,missing," maxLength:"20"`
	Dir    string      `query:"dir" enum:"asc,desc," maxLength:"4"`
}

// Overview is the page of a division: fact against target, those below, what is missing, the course and a forecast.
type Overview struct {
	view
	In       ShowInput
	Today    clock.Day
	Path     []region.Step
	Trend    []moment
	first    clock.Day // of which the system knows a station here
	Forecast forecast
	Upgrade  *Share // its target
	Words    map[string]string
	Lacks    map[auth.Region][]Lack // of the division and of those that need a push
	Push     []Row                  // the divisions, two levels down, in which most is missing
	Quarters int64                  // that should have a point and have none; -1 where it is not counted
	Recount  *Recounted
	Tiles    chart.TileMap
	Shapes   *chart.AreaMap // instead of the tiles, where a map was brought
	public   bool
}

// Show gives the page of officers.
func (s *Service) Show(ctx context.Context, in ShowInput) (Overview, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Overview, err error) {
		at := GetInput{in.Region, in.Date}
		if err := at.settle(ctx, clock.DayOf(tx.Now)); err != nil {
			return out, err
		}
		if err := auth.Require(ctx, View, View, auth.Place{Region: at.Region}); err != nil {
			return out, err
		}
		if out, err = overview(ctx, tx, at, in, auth.LevelCommunity); err != nil {
			return out, err
		}
		return out, out.inside(ctx, tx)
	})
}

// Published gives the page of everybody: banners and above.
func (s *Service) Published(ctx context.Context, in ShowInput) (Overview, error) {
	return act.Read(ctx, s.db, Public, func(tx *db.Tx) (out Overview, err error) {
		at := GetInput{in.Region, in.Date}
		if at.Region == 0 {
			at.Region = region.Top
		}
		if err := at.settle(ctx, clock.DayOf(tx.Now)); err != nil {
			return out, err
		}
		return overview(ctx, tx, at, in, auth.LevelBanner)
	})
}

// overview is what both pages show.
func overview(ctx context.Context, tx *db.Tx, at GetInput, in ShowInput, deepest int) (out Overview, err error) {
	in.Region, in.Date = at.Region, at.Date
	out = Overview{In: in, Today: clock.DayOf(tx.Now), Quarters: -1, public: deepest < auth.LevelCommunity}
	if out.view, err = look(ctx, tx, at, deepest); err != nil {
		return out, err
	}
	for _, r := range out.rows() {
		r.Figures = parted{r.Figures, r.Urban}.part(in.Class)
	}
	if out.Path, err = region.Path(ctx, tx, at.Region); err != nil {
		return out, err
	}
	if out.Trend, out.first, err = trend(ctx, tx, at.Region, at.Date, in.Class); err != nil {
		return out, err
	}
	if out.Forecast, err = predict(ctx, tx, at.Region, at.Date, out.Here.Target, in.Class); err != nil {
		return out, err
	}
	targets, err := targetsOf(ctx, tx, []auth.Region{at.Region}, at.Date)
	if err != nil {
		return out, err
	}
	out.Upgrade = targets.of(upgradeTarget, at.Region, at.Date)
	if out.Tiles, err = out.tiles(ctx, tx); err != nil {
		return out, err
	}
	if out.Shapes, err = out.shapes(ctx, tx); err != nil {
		return out, err
	}
	out.sorted(out.Below, in.Sort, in.Dir == "desc")
	return out, nil
}

// pushed is how many divisions the panel of those that need a push shows.
const pushed = 7

// inside adds what only officers see: what is missing where, and where most of it.
func (v *Overview) inside(ctx context.Context, tx *db.Tx) (err error) {
	if v.Words, err = words(ctx, tx); err != nil {
		return err
	}
	if v.Push, err = pushRows(ctx, tx, v.Below, v.Date, v.In.Class); err != nil {
		return err
	}
	codes := []auth.Region{v.Here.Code}
	for _, r := range append(slices.Clone(v.Push), v.Below...) {
		codes = append(codes, r.Code)
	}
	if v.Lacks, err = lacksOn(ctx, tx, codes, v.Date); err != nil {
		return err
	}
	last, ok, err := db.Found(lastRecount.One(ctx, tx))
	if ok {
		v.Recount = &last
	}
	if err == nil && v.Here.Level >= auth.LevelBanner {
		v.Quarters, err = station.CountQuarters(ctx, tx, v.Here.Code)
	}
	return err
}

// pushRows gives the divisions two levels down in which most communities are missing.
func pushRows(ctx context.Context, tx *db.Tx, below []Row, day clock.Day, class string) ([]Row, error) {
	if len(below) == 0 || below[0].Level >= auth.LevelTown {
		return nil, nil
	}
	list, err := divisionsUnder(ctx, tx, below, day)
	if err != nil {
		return nil, err
	}
	var codes []auth.Region
	for _, d := range list {
		codes = append(codes, d.Code)
	}
	all, err := figuresOn(ctx, tx, codes, day)
	if err != nil {
		return nil, err
	}
	var out []Row
	for _, d := range list {
		if f := all[d.Code].part(class); f.Missing() > 0 {
			i := slices.IndexFunc(below, func(r Row) bool { return r.Code == d.Code.Parent() })
			out = append(out, Row{Span: d, Figures: f, Where: below[i].Short()})
		}
	}
	view{}.sorted(out, "missing", true)
	return out[:min(len(out), pushed)], nil
}

// base is where the page lives.
func (v Overview) base() string {
	if v.public {
		return "/coverage"
	}
	return "/gov/coverage"
}

// day is the day asked for, none when it is today.
func (v Overview) day() clock.Day {
	if v.Date == v.Today {
		return 0
	}
	return v.Date
}

// href leads to a division on the same day, of the same class.
func (v Overview) href(at auth.Region) string { return v.link(v.base(), at) }

// link is another page about a division under the same filters; more are pairs to add.
func (v Overview) link(path string, at auth.Region, more ...any) string {
	return ui.Href(path, append([]any{"region", at, "date", v.day(), "class", v.In.Class}, more...)...)
}

// sortHref sorts by a column, the other way round when it is sorted so already.
func (v Overview) sortHref(by string) (href, dir string) {
	next := "desc"
	if v.In.Sort == by {
		dir = "ascending"
		if v.In.Dir == "desc" {
			dir, next = "descending", "asc"
		}
	}
	return v.link(v.base(), v.Here.Code, "sort", by, "dir", next), dir
}

// missingHref leads to the communities that lack something, all or one thing.
func (v Overview) missingHref(at auth.Region, lack string) string {
	return ui.Href("/gov/coverage/missing", "region", at, "date", v.day(), "lack", lack)
}

// opens says whether a row leads further down.
func (v Overview) opens(r Row) bool {
	return r.Level < auth.LevelCommunity && (!v.public || r.Level <= auth.LevelBanner)
}

// reasons are what a division lacks most, in words.
func (v Overview) reasons(at auth.Region) string {
	var out []string
	for _, l := range v.Lacks[at][:min(len(v.Lacks[at]), 2)] {
		out = append(out, said(v.Words, l.Code)+" "+strconv.FormatInt(l.N, 10)+" 个")
	}
	return strings.Join(out, "，")
}

// gap says how far the rate is from the target.
func (v Overview) gap() string {
	rate := v.rate(v.Here)
	switch {
	case v.Here.Target == nil:
		return "当年没有定目标"
	case rate == nil:
		return "目标 " + v.Here.Target.Percent()
	case *rate >= *v.Here.Target:
		return "目标 " + v.Here.Target.Percent() + "，已达到"
	}
	return "目标 " + v.Here.Target.Percent() + "，差 " + strings.TrimSuffix(Share(*v.Here.Target-*rate).Percent(), "%") + " 个百分点"
}

func (v Overview) upgradeNote() string {
	if v.Upgrade == nil {
		return "当年没有定目标"
	}
	return "目标 " + v.Upgrade.Percent()
}

// childWord names the divisions below.
func (v Overview) childWord() string {
	if len(v.Below) == 0 {
		return ""
	}
	return region.LevelWord(v.Below[0].Level)
}

// crumbs are the way down, as far as the reader may go.
func crumbs(ctx context.Context, path []region.Step, href func(auth.Region) string, perm auth.Perm) (out []ui.Crumb) {
	for i, s := range path {
		c := ui.Crumb{Label: s.Short()}
		if i < len(path)-1 && auth.Can(ctx, perm, auth.Place{Region: s.Code}) {
			c.Href = href(s.Code)
		}
		if c.Href != "" || i == len(path)-1 {
			out = append(out, c)
		}
	}
	return out
}

// title names a division on a page.
func title(path []region.Step) string {
	if len(path) == 0 {
		return ""
	}
	return path[len(path)-1].Short()
}

func (g Gaps) href(path string) string {
	return ui.Href(path, "region", g.In.Region, "date", g.In.Date, "lack", g.In.Lack)
}

func (g Gaps) next() string { return ui.Next(g.href("/gov/coverage/missing"), g.Next) }

func (g Gaps) lackOptions() []ui.Option {
	var out []ui.Option
	for _, l := range g.Lacks {
		out = append(out, ui.Option{Value: l.Code, Label: l.Label + "（" + format.Int(l.N) + " 个）"})
	}
	return out
}

// Kinds of target in words.
var targetKinds = set.New("coverage_target.kind",
	set.Row{coverageTarget, "覆盖"}, set.Row{upgradeTarget, "提档升级"})

// crumbPerm is what a reader of the page must hold for a division above to be a way back.
func (v Overview) crumbPerm() auth.Perm {
	if v.public {
		return Public
	}
	return View
}

func (v Overview) classWord() string {
	return map[string]string{"urban": "城镇", "rural": "农村牧区"}[v.In.Class]
}

func (v Overview) lackBars() chart.BarChart {
	b := chart.BarChart{Title: "缺什么", Head: "缺什么", Unit: "嘎查村（社区）数"}
	for _, l := range v.Lacks[v.Here.Code] {
		b.Rows = append(b.Rows, chart.Row{Label: said(v.Words, l.Code), Href: v.missingHref(v.Here.Code, l.Code),
			Value: chart.Of(float64(l.N), format.Int(l.N))})
	}
	return b
}

func (g Gaps) overviewHref(at auth.Region) string { return "/gov/coverage?region=" + at.String() }

func targetsHref(at auth.Region) string { return "/gov/coverage/targets?region=" + at.String() }

func reportedHref(at auth.Region) string { return "/gov/coverage/reported?region=" + at.String() }

func (v ReportedList) besideRatio(day clock.Day) *Share {
	f, ok := v.Beside[day]
	if !ok {
		return nil
	}
	return f.PlanRatio()
}

func (v ReportedList) besideRate(day clock.Day) *Share {
	f, ok := v.Beside[day]
	if !ok {
		return nil
	}
	return f.Rate()
}

// Export gives the table of the divisions below as CSV, with the figures that it is made of.
func (s *Service) Export(ctx context.Context, in ShowInput) (blob.File, error) {
	v, err := s.Show(ctx, in)
	if err != nil {
		return blob.File{}, err
	}
	table := [][]string{{"区划代码", "名称", "日期", "社区数", "站", "点", "站点数÷社区数", "有达标站的社区", "覆盖率", "当年目标", "还差", "提档升级的站"}}
	for _, r := range v.rows() {
		table = append(table, []string{r.Code.String(), r.Short(), v.Date.String(), format.Int(r.Communities), format.Int(r.Stations),
			format.Int(r.Points), percent(v.ratio(*r)), format.Int(r.Covered), percent(v.rate(*r)), percent(r.Target), format.Int(r.Missing()),
			format.Int(r.Upgraded)})
	}
	return sheet.File("csv", v.Here.Short()+"站点覆盖"+v.Date.String(), sheet.Plain(table))
}

func sitingHref(at auth.Region) string { return "/gov/coverage/siting?region=" + at.String() }

func mapsHref(at auth.Region) string { return "/gov/coverage/maps?region=" + at.String() }

// share is what part of those who are not served yet the sites serve.
func (v Siting) share() string {
	s := ratio(v.Served, v.Open)
	if s == nil {
		return ""
	}
	return "占 " + s.Percent()
}

// blind says that nothing is known of where the suggested communities lie, so that each is as good as the next.
func (v Siting) blind() bool {
	return len(v.Items) > 0 && !slices.ContainsFunc(v.Items, func(s Site) bool { return s.Placed })
}

// proof says how far the suggestion is from the best at most.
func (v Siting) proof() string {
	switch {
	case v.blind():
		return "说不准"
	case v.Gap == nil:
		return "—"
	case *v.Gap == 0 && v.Served == v.Bound:
		return "就是最好"
	}
	return "至多差 " + v.Gap.Percent()
}

func (v Siting) proofNote() string {
	if v.blind() {
		return "位置不详，排不出先后"
	}
	if v.Served == v.Bound {
		return "已证明没有更好的选法"
	}
	return "任何选法都不超过 " + format.Int(v.Bound) + " 人"
}
