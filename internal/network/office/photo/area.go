package photo

import (
	"linli/internal/network/station"
	"linli/internal/platform/area"
)

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "photo", Routes: s.Routes,
		Live: []area.Live{
			{Table: "office_photo", Word: "站点照片", Where: "off_day = 0"},
		},
		Checks: []area.Check{{Name: "photos", Word: "展示的照片都在", Run: Verify}},
	}
}

// Follow puts photographs on the public page of a station.
func (s *Service) Follow(stations *station.Service) { stations.Showing.Subscribe(s.OnShowing) }
