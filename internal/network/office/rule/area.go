package rule

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
		Name: "rule", Routes: s.Routes, Words: routeWords,
		Stay:   []string{"office_rule"},
		Checks: []area.Check{{Name: "rules", Word: "制度的版本前后一致", Run: Verify}},
	}
}
