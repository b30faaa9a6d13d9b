package visit

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
		Name: "visit", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "desk", Group: "站务", Rank: 230, Perm: View, Href: "/desk/findings", Label: "督导整改", Icon: "flag"},
			{Shell: "gov", Group: "督导", Rank: 45, Perm: Inspect, Href: "/gov/inspections", Label: "督导检查", Icon: "check", Tab: true,
				Line: "用手机逐项记，问题限期整改、复查"},
			{Shell: "gov", Group: "督导", Rank: 50, Perm: Inspect, Href: "/gov/findings", Label: "问题和整改", Icon: "flag", Line: "哪些过期没办结"},
		},
		Waits: []area.Wait{toMend, toRecheck, overrun, planned},
		Live: []area.Live{
			{Table: "inspection", Word: "督导检查", Where: "state IN ('planned', 'open')"},
			{Table: "inspection_finding", Word: "待整改的问题", Where: "state <> 'closed'"},
		},
		Checks: []area.Check{{Name: "visits", Word: "督导检查和问题一致", Run: Verify}},
		Work:   func(r *job.Runner) { r.Every("visit.remind", time.Hour, s.Remind) },
	}
}
