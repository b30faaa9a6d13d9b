package setting

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
		Name: "setting", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "gov", Group: "人与事", Part: "账号和设置", Rank: 94, Perm: Edit, Href: "/admin/settings", Label: "设置", Icon: "settings",
				Line: "时限、工作时间、称呼，本级可以自己定"},
			{Shell: "admin", Rank: 60, Perm: View, Href: "/admin/settings", Label: "设置", Icon: "settings", Line: "时限、工作时间、称呼，各级可以自己定"},
			{Shell: "admin", Rank: 70, Perm: DictionaryEdit, Href: "/admin/dictionaries", Label: "词典", Icon: "book",
				Line: "各处可选的词，别的平台的代码"},
			{Shell: "admin", Rank: 80, Perm: View, Href: "/admin/calendar", Label: "工作日历", Icon: "calendar", Line: "放假和调休，时限按它算"},
		},
		Live: []area.Live{
			{Table: "setting", Word: "设置", Where: "current AND value IS NOT NULL", Once: "key", End: "current = FALSE"},
		},
		Seed: Seed,
	}
}
