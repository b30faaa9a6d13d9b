package station

import (
	_ "embed"

	"linli/internal/civic/account"
	"linli/internal/civic/region"
	"linli/internal/platform/area"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "station", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "site", Rank: 20, Perm: View, Href: "/stations", Label: "找服务站", Icon: "pin"},
			{Shell: "desk", Group: "站务", Rank: 200, Perm: Desk, Href: desk, Label: "站点", Icon: "pin"},
			{Shell: "desk", Group: "站务", Rank: 250, Perm: Desk, Href: "/desk/quarters", Label: "居民小区", Icon: "home"},
			{Shell: "gov", Group: "人与事", Part: "站点", Rank: 62, Perm: Oversee, Href: gov, Label: "站点", Icon: "pin", Tab: true,
				Line: "在哪里、谁管、开没开着"},
			{Shell: "gov", Group: "人与事", Part: "站点", Rank: 65, Perm: Oversee, Href: "/gov/quarters", Label: "居民小区", Icon: "users",
				Line: "户数多、应设点还没设点的"},
		},
		Waits:  []area.Wait{toCheck, toCheckGov, toComplete},
		Stay:   []string{"station", "station_application", "station_past", "quarter"},
		Checks: []area.Check{{Name: "stations", Word: "点和所属的站在同一个嘎查村（社区），站点的沿革不断", Run: Verify}},
	}
}

// Follow lets stations go with divisions, and lets no open one lose its last manager.
func (s *Service) Follow(regions *region.Service, accounts *account.Service) {
	regions.Closing.Subscribe(s.OnClosing)
	regions.Moved.Subscribe(s.OnDivisionMoved)
	accounts.Ending.Subscribe(s.OnEnding)
}
