package notice

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
		Name: "notice", Routes: s.Routes, Words: routeWords,
		Stay:   []string{"office_notice"},
		Checks: []area.Check{{Name: "notices", Word: "公告台账的编号没有空缺", Run: Verify}},
	}
}

// Follow puts notices on the public page of a station.
func (s *Service) Follow(stations *station.Service) { stations.Showing.Subscribe(s.OnShowing) }
