package home

import (
	_ "embed"

	"linli/internal/network/office"
	"linli/internal/platform/area"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "home", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "desk", Group: "站务", Rank: 220, Perm: office.View, Href: "/desk/office", Label: "站里的台账", Icon: "archive"},
		},
	}
}
