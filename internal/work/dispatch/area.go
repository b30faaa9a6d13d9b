package dispatch

import (
	_ "embed"

	"linli/internal/people/volunteer"
	"time"

	"linli/internal/platform/area"
	jobs "linli/internal/platform/job"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "dispatch", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "desk", Group: "办事", Rank: 50, Perm: Plan, Href: "/desk/plans", Label: "一起派单", Icon: "users"},
		},
		Stay: []string{"dispatch_line", "dispatch_plan"},
		Work: func(r *jobs.Runner) {
			r.Every("dispatch.sweep", time.Minute, s.Sweep)
		},
	}
}

// Follow keeps the index of people with the register.
func (s *Service) Follow(volunteers *volunteer.Service) {
	volunteers.Changed.Subscribe(s.Pool.OnChanged)
}
