package catalogue

import (
	_ "embed"

	"linli/internal/network/station"
	"linli/internal/platform/area"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "catalogue", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "desk", Group: "站务", Rank: 260, Perm: Edit, Href: "/desk/catalogue", Label: "服务目录", Icon: "book"},
		},
		Live: []area.Live{
			{Table: "catalogue_item", Word: "服务项目", Where: "active", Once: "code", End: "active = FALSE"},
		},
		Seed: Seed,
	}
}

// Follow puts what a station does on its public page.
func (s *Service) Follow(stations *station.Service) { stations.Showing.Subscribe(s.OnShowing) }
