package report

import (
	_ "embed"

	"linli/internal/platform/area"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "report", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "gov", Group: "报表", Rank: 120, Perm: View, Href: "/gov/reports", Label: "报表和通报", Icon: "doc",
				Line: "月报、季报、年报，上级的空表，通报和简报"},
		},
		Live: []area.Live{
			{Table: "report_form", Word: "上级的表"},
		},
		Stay: []string{"report_filed", "report_bulletin", "report_form_sent"},
	}
}
