package notice

import (
	"linli/internal/network/station"
	"linli/internal/platform/area"
)

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "notice", Routes: s.Routes,
		Stay:   []string{"office_notice"},
		Checks: []area.Check{{Name: "notices", Word: "公告台账的编号没有空缺", Run: Verify}},
	}
}

// Follow puts notices on the public page of a station.
func (s *Service) Follow(stations *station.Service) { stations.Showing.Subscribe(s.OnShowing) }
