package equipment

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
		Name: "equipment", Routes: s.Routes, Words: routeWords,
		Live: []area.Live{
			{Table: "office_equipment", Word: "设备", Where: "state NOT IN ('lost', 'scrapped')"},
		},
		Stay:   []string{"office_stocktake"},
		Checks: []area.Check{{Name: "equipment", Word: "设备的编号没有空缺", Run: Verify}},
	}
}
