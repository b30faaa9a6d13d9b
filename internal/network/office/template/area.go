package template

import (
	_ "embed"

	"linli/internal/network/office"
	"linli/internal/platform/area"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "template", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "gov", Group: "人与事", Part: "站点", Rank: 66, Perm: office.Configure, Href: "/gov/office", Label: "制度样本和档案分类", Icon: "book",
				Line: "给站点的制度样本，档案分几类、保存几年"},
		},
		Live: []area.Live{
			{Table: "office_template", Word: "制度样本", Where: "active", Once: "slot", End: "active = FALSE"},
			{Table: "office_category", Word: "档案分类", Where: "active", Once: "code", End: "active = FALSE"},
		},
		Seed: Seed,
	}
}
