package spotcheck

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
		Name: "spotcheck", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "site", Group: "公开", Rank: 52, Perm: Public, Href: "/spot-checks", Label: "抽查公开", Icon: "scan"},
			{Shell: "gov", Group: "督导", Rank: 55, Perm: View, Href: "/gov/spot-checks", Label: "记录与证明抽查", Icon: "scan",
				Line: "抽什么、怎么抽都公开，谁都能重抽"},
		},
		Waits:  []area.Wait{underWay},
		Stay:   []string{"spot_check"},
		Checks: []area.Check{{Name: "spot_checks", Word: "抽查能重新抽出同样的结果", Run: Verify}},
	}
}
