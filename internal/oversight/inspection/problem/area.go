package problem

import (
	_ "embed"
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
		Name: "problem", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "desk", Group: "站务", Rank: 240, Perm: View, Href: "/desk/problems", Label: "困难问题", Icon: "chat"},
			{Shell: "gov", Group: "督导", Rank: 60, Perm: View, Href: "/gov/problems", Label: "困难问题清单", Icon: "chat", Line: "站点提出，限期答复，站点评价"},
		},
		Waits: []area.Wait{toAnswer, toRate},
		Live: []area.Live{
			{Table: "problem", Word: "困难问题", Where: "state IN ('waiting', 'answered')"},
		},
		Work: func(r *job.Runner) { r.Every("problem.sweep", time.Hour, s.Sweep) },
	}
}
