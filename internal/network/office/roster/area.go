package roster

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
		Name: "roster", Routes: s.Routes, Words: routeWords,
		Live: []area.Live{
			{Table: "office_keeper", Word: "值班人员", Where: "active"},
		},
		Stay: []string{"office_duty"},
	}
}

// Follow puts who is on duty on the public page of a station.
func (s *Service) Follow(stations *station.Service) { stations.Showing.Subscribe(s.OnShowing) }
