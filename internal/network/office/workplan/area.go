package workplan

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
		Name: "workplan", Routes: s.Routes, Words: routeWords,
		Stay:   []string{"office_plan_item"},
		Checks: []area.Check{{Name: "workplans", Word: "年度计划前后一致", Run: Verify}},
		Work:   func(r *job.Runner) { r.Every("workplan.remind", time.Hour, s.Remind) },
	}
}
