package rule

import (
	"linli/internal/platform/area"
)

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "rule", Routes: s.Routes,
		Stay:   []string{"office_rule"},
		Checks: []area.Check{{Name: "rules", Word: "制度的版本前后一致", Run: Verify}},
	}
}
