package home

import (
	"linli/internal/network/office"
	"linli/internal/platform/area"
)

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "home", Routes: s.Routes,
		Menu: []area.Entry{
			{Shell: "desk", Rank: 170, Perm: office.View, Href: "/desk/office", Label: "站里的台账", Icon: "archive"},
		},
	}
}
