package region

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
		Name: "region", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "admin", Rank: 40, Perm: Edit, Href: "/admin/editions", Label: "区划版本", Icon: "flag", Line: "上传新的一版，先看差别再生效"},
			{Shell: "admin", Rank: 50, Perm: Edit, Href: "/admin/regions", Label: "社区认定", Icon: "check", Line: "哪些嘎查村（社区）计入覆盖率的分母"},
		},
		Waits: []area.Wait{uploaded},
		Seed:  Seed,
		Work:  s.Work,
	}
}
