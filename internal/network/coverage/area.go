package coverage

import (
	_ "embed"

	"linli/internal/civic/region"
	"linli/internal/network/standard"
	"linli/internal/network/station"
	"time"

	"linli/internal/platform/area"
	"linli/internal/platform/job"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "coverage", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "site", Group: "公开", Rank: 50, Perm: Public, Href: "/coverage", Label: "站点覆盖", Icon: "chart"},
			{Shell: "gov", Group: "进度", Rank: 20, Perm: View, Href: "/gov/coverage", Label: "覆盖进度", Icon: "chart", Tab: true,
				Line: "对着目标看进度，缺什么、差在哪里，一直看到站点的证据"},
			{Shell: "gov", Group: "进度", Rank: 25, Perm: View, Href: "/gov/coverage/missing?lack=none", Label: "没有站的嘎查村（社区）", Icon: "flag",
				Line: "该设还没设的，申请办到哪一步"},
		},
		Stay: []string{"coverage_span", "coverage_count", "coverage_lack", "coverage_mark", "coverage_target", "coverage_reported",
			"coverage_map", "coverage_place"},
		Checks: []area.Check{{Name: "coverage", Word: "覆盖的计数和从头计算的一致", Run: Verify}},
		Seed:   Seed,
		Work: func(r *job.Runner) {
			r.Every("coverage.fold", time.Second, s.Fold)
			r.Every("coverage.recount", 24*time.Hour, s.Recount)
		},
	}
}

// Follow keeps the counters with divisions, the lives of stations and their standard.
func (s *Service) Follow(regions *region.Service, stations *station.Service, standards *standard.Service) {
	regions.Changed.Subscribe(s.OnDivisions)
	stations.Turned.Subscribe(s.OnTurned)
	standards.Renewed.Subscribe(s.OnRenewed)
}
