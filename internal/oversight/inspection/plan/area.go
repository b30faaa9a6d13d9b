package plan

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
		Name: "plan", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "gov", Group: "督导", Rank: 40, Perm: View, Href: "/gov/plan", Label: "计划和任务", Icon: "calendar",
				Line: "年度计划，下达的和收到的任务，谁还没签收"},
		},
		Waits: []area.Wait{unsigned, undone, behind},
		Stay:  []string{"oversight_plan", "oversight_task", "oversight_receipt"},
		Work:  func(r *job.Runner) { r.Every("plan.remind", time.Hour, s.Remind) },
	}
}
