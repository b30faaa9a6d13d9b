package coverage

import (
	"context"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/platform/auth"
	"linli/internal/platform/chart"
	"linli/internal/platform/db"
)

// value is a share for a drawing.
func value(s *Share) chart.Value {
	if s == nil {
		return chart.Unknown
	}
	return chart.Of(float64(*s)/100, s.Percent())
}

// Scale sorts shares, in percent, into classes; the plan's own steps are among its bounds.
var Scale = chart.Scale{Bounds: [4]float64{60, 80, 95, 100}, Words: [5]string{"不足 60%", "60–80", "80–95", "95–100", "100%"}}

// lines is the chart of the course.
func (v Overview) lines() chart.LineChart {
	c := chart.LineChart{Title: v.Here.Short() + "覆盖走势", Head: "截至", Unit: "%"}
	fact := chart.Series{Name: "覆盖率", Kind: chart.Fact}
	sites := chart.Series{Name: "站点数÷社区数", Kind: chart.Beside}
	goal := chart.Series{Name: "目标", Kind: chart.Goal}
	reported := chart.Series{Name: "历史上报", Kind: chart.Other}
	some := false
	for _, m := range v.Trend {
		c.Labels = append(c.Labels, m.Label)
		rate, ratio := m.Figures.Rate(), m.Figures.PlanRatio()
		if m.Day < v.first {
			rate, ratio = nil, nil
		}
		fact.Values, sites.Values = append(fact.Values, value(rate)), append(sites.Values, value(ratio))
		goal.Values, reported.Values = append(goal.Values, value(m.Target)), append(reported.Values, value(m.Reported))
		some = some || m.Reported != nil
	}
	c.Series = []chart.Series{fact, sites, goal}
	if some {
		c.Series = append(c.Series, reported)
	}
	return c
}

// tiles lays out the divisions below.
func (v Overview) tiles(ctx context.Context, tx *db.Tx) (chart.TileMap, error) {
	m := chart.TileMap{Title: v.Here.Short() + "各地覆盖率", Head: v.childWord(), Unit: "覆盖率", Scale: Scale}
	fixed := true
	for _, r := range v.Below {
		t := chart.Tile{Label: tileName(r.Span), Value: value(v.rate(r))}
		if v.opens(r) {
			t.Href = v.href(r.Code)
		}
		at, ok := leagueTiles[r.Code]
		fixed = fixed && ok
		t.Col, t.Row = at[0], at[1]
		m.Tiles = append(m.Tiles, t)
	}
	m.Note = "方格按大致方位排列，不是地图。"
	if fixed {
		return m, nil
	}
	spots, err := spotsOf(ctx, tx, v.Here.Code)
	if err != nil {
		return m, err
	}
	placed := true
	m.Tiles = chart.Grid(m.Tiles, func(i int) (lng, lat float64, ok bool) {
		p, ok := spots[v.Below[i].Code]
		placed = placed && ok
		return p[0], p[1], ok
	})
	if !placed {
		m.Note = "方格按区划代码排列，不是地图。"
	}
	return m, nil
}

// leagueTiles are the places of the twelve leagues, as they lie from west to east.
var leagueTiles = map[auth.Region][2]int{
	150700000000: {4, 0}, 152500000000: {3, 1}, 152200000000: {4, 1}, 150800000000: {1, 2}, 150200000000: {2, 2}, 150900000000: {3, 2},
	150400000000: {4, 2}, 150500000000: {5, 2},
	152900000000: {0, 3}, 150300000000: {1, 3}, 150600000000: {2, 3}, 150100000000: {3, 3},
}

// tileName is a name short enough for a tile.
func tileName(d region.Span) string {
	if d.Level == auth.LevelLeague {
		return strings.TrimSuffix(strings.TrimSuffix(d.Name, "市"), "盟")
	}
	return d.Short()
}
