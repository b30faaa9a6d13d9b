package log

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
		Name: "log", Routes: s.Routes, Words: routeWords,
		Passing: []string{"log_entry", "log_tile", "log_head"}, // drawn by lot, and in no order of the business
		Checks:  []area.Check{{Name: "log", Word: "公开日志和数据库一致，每条都在原来的位置", Run: s.Verify}},
		Forget:  s.Forget,
	}
}
