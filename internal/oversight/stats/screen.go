package stats

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"linli/internal/civic/region"
	"linli/internal/network/coverage"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/chart"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/platform/web/ui"
	"linli/internal/work/catalogue"
	"linli/internal/work/order"
)

// ScreenInput asks for the display of a division, the actor's own when none is named.
type ScreenInput struct {
	Region auth.Region `query:"region"`
}

// Screen is what the display of an officer's hall shows: sums, and moves of today named by their kind and division alone.
type Screen struct {
	Region  auth.Region
	Where   string
	Now     time.Time
	Figures []shown
	States  []Point
	Kinds   []Point
	Events  []event
	Tiles   []chart.Tile
	placed  bool // where each of them lies is known
	states  Indicator
	kinds   Indicator
}

// shown is a figure under a word of its own.
type shown struct {
	word string
	Said
}

// event is one move of today as the display shows it: nobody can be told from it.
type event struct {
	At       time.Time
	State    order.State
	Category string
	Place    string
}

func (e event) category() string { return catalogue.Categories.Word(e.Category) }

// showing are the figures of the display, each of its own time.
var showing = []struct {
	code, word string
	year       bool // of the year, else of today
}{{"coverage", "站点覆盖", false}, {"registered", "注册志愿者", false}, {"orders", "今天点单", false}, {"services", "今天计入", false},
	{"hours", "今天服务", false}, {"hours", "今年服务", true}}

// Screen gives the display.
func (s *Service) Screen(ctx context.Context, in ScreenInput) (Screen, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Screen, err error) {
		if err := place(ctx, tx, &in.Region); err != nil {
			return out, err
		}
		out.Region, out.Now = in.Region, tx.Now
		if out.Where, err = region.Name(ctx, tx, in.Region); err != nil {
			return out, err
		}
		if err := s.screenFigures(ctx, tx, &out); err != nil {
			return out, err
		}
		if err := s.screenTiles(ctx, tx, &out); err != nil {
			return out, err
		}
		out.Events, err = latest(ctx, tx, in.Region, clock.DayOf(tx.Now).Time())
		return out, err
	})
}

func (s *Service) screenFigures(ctx context.Context, tx *db.Tx, out *Screen) error {
	today := clock.DayOf(tx.Now)
	year := today.NewYear()
	for _, x := range showing {
		from := today
		if x.year {
			from = year
		}
		ind, _ := s.find(x.code)
		said, err := s.say(ctx, tx, []Indicator{ind}, Stand{Region: out.Region, From: from, To: today})
		if err != nil {
			return err
		}
		out.Figures = append(out.Figures, shown{x.word, said[0]})
	}
	var err error
	if out.States, out.states, err = s.cut(ctx, tx, "open_orders", out.Region, year, today); err != nil {
		return err
	}
	if out.Kinds, out.kinds, err = s.cut(ctx, tx, "hours", out.Region, year, today); err != nil {
		return err
	}
	out.Kinds = slices.DeleteFunc(out.Kinds, func(p Point) bool { return p.Hidden })
	out.kinds.rank(out.Kinds)
	out.Kinds = out.Kinds[:min(len(out.Kinds), 5)]
	return nil
}

// cut gives an indicator by its kinds.
func (s *Service) cut(ctx context.Context, tx *db.Tx, code string, at auth.Region, from, to clock.Day) ([]Point, Indicator, error) {
	ind, _ := s.find(code)
	a, err := s.answer(ctx, tx, ind, GetInput{Code: code, Region: at, From: from, To: to, By: "kind"})
	return a.Series, ind, err
}

func (s *Service) screenTiles(ctx context.Context, tx *db.Tx, out *Screen) error {
	ind, _ := s.find("coverage")
	at := out.Region
	if at.Level() == auth.LevelCommunity {
		at = at.Parent()
	}
	today := clock.DayOf(tx.Now)
	c, err := s.calc(ctx, tx, ind, today, today)
	if err != nil {
		return err
	}
	points, err := c.regions(ctx, tx, at)
	if err != nil {
		return err
	}
	spots, err := positions.All(ctx, tx, int64(at))
	if err != nil {
		return err
	}
	for _, p := range points {
		out.Tiles = append(out.Tiles, chart.Tile{Label: p.Label, Value: ind.chart(p.Figure)})
	}
	out.placed = true
	out.Tiles = chart.Grid(out.Tiles, func(i int) (float64, float64, bool) {
		at := slices.IndexFunc(spots, func(x position) bool { return x.Code.String() == points[i].Key })
		if at < 0 || spots[at].Lat == 0 {
			out.placed = false
			return 0, 0, false
		}
		return spots[at].Lng, spots[at].Lat, true
	})
	return nil
}

// hall makes the page a hall display.
func hall(ctx context.Context) string {
	p := ui.From(ctx)
	p.Shell, p.Theme, p.Size = "screen", "dark", "screen"
	return ""
}

func (v Screen) tiles() chart.TileMap {
	note := map[bool]string{true: "方格按大致方位排列，不是地图", false: "方格按区划代码排列，不是地图"}[v.placed]
	return chart.TileMap{Title: v.tileTitle(), Head: "地方", Unit: "覆盖率", Tiles: v.Tiles, Note: note, Scale: coverage.Scale}
}

func (v Screen) tileTitle() string { return "各地站点覆盖率" }

// doing is how many orders are not done.
func (v Screen) doing() string {
	n := int64(0)
	for _, p := range v.States {
		n += cmp.Or(number(p.Figure), 0)
	}
	return format.Thousands(strconv.FormatInt(n, 10))
}

func number(f Figure) int64 {
	if f.Numerator == nil {
		return 0
	}
	return *f.Numerator
}

func (v Screen) mostState() float64 { return mostOf(v.states, v.States) }
func (v Screen) mostKind() float64  { return mostOf(v.kinds, v.Kinds) }

func mostOf(i Indicator, points []Point) float64 {
	most := 1.0
	for _, p := range points {
		most = max(most, i.chart(p.Figure).Size)
	}
	return most
}

// How often the display looks again, and for how long before it connects anew under the rights that hold then.
const (
	tickEvery = 5 * time.Second
	tickMost  = 10 * time.Minute
)

// Tick tells the display, until ctx ends, to look again.
func (s *Service) Tick(ctx context.Context, in ScreenInput) (<-chan string, error) {
	if err := auth.Allow(ctx, View); err != nil {
		return nil, err
	}
	if err := s.db.Read(ctx, func(tx *db.Tx) error { return place(ctx, tx, &in.Region) }); err != nil {
		return nil, err
	}
	out := make(chan string)
	go func() {
		defer close(out)
		ctx, cancel := context.WithTimeout(ctx, tickMost)
		defer cancel()
		tick := time.NewTicker(tickEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			select {
			case <-ctx.Done():
				return
			case out <- "{}":
			}
		}
	}()
	return out, nil
}
