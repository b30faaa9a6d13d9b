package lending

import (
	_ "embed"

	"linli/internal/platform/area"
	"linli/internal/platform/db"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "lending", Routes: s.Routes, Words: routeWords,
		Live: []area.Live{{Table: "lending", Word: "借用", Where: "state = 'out'"}},
	}
}

func path(station db.ID) string { return "/desk/stations/" + station.String() + "/loans" }
