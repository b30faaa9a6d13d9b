package exchange

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
		Name: "exchange", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "desk", Group: "人", Part: "登记和账号", Rank: 127, Perm: Use, Href: "/desk/imports", Label: "成批导入", Icon: "upload"},
		},
		Stay: []string{"import_run", "import_heading"},
		Work: func(r *job.Runner) {
			r.Every("exchange.sweep", time.Hour, s.Sweep)
		},
	}
}
