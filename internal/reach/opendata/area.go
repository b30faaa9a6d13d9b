package opendata

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
		Name: "opendata", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "site", Group: "公开", Rank: 58, Perm: Look, Href: open, Label: "数据开放", Icon: "download"},
		},
	}
}
