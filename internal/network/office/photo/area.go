package photo

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
		Name: "photo", Routes: s.Routes, Words: routeWords,
		Live: []area.Live{
			{Table: "office_photo", Word: "站点照片", Where: "off_day = 0"},
		},
		Checks: []area.Check{{Name: "photos", Word: "展示的照片都在", Run: Verify}},
	}
}

// Follow puts photographs on the public page of a station.
func (s *Service) Follow(stations *station.Service) { stations.Showing.Subscribe(s.OnShowing) }
