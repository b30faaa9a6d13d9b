package standard

import (
	_ "embed"
	"time"

	"linli/internal/network/station"
	"linli/internal/platform/area"
	"linli/internal/platform/job"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "standard", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "desk", Group: "站务", Rank: 210, Perm: View, Href: "/desk/standard", Label: "站点标准", Icon: "shield"},
			{Shell: "gov", Group: "人与事", Part: "站点", Rank: 63, Perm: station.Oversee, Href: "/gov/standard", Label: "站点标准", Icon: "shield",
				Line: "达没达标，缺什么，证据看得见"},
			{Shell: "gov", Group: "人与事", Part: "站点", Rank: 64, Perm: station.Oversee, Href: "/gov/checklist", Label: "标准清单", Icon: "doc",
				Line: "建设方案的必备项，本地增加的项"},
		},
		Waits: []area.Wait{urged, urgedGov, toWitness},
		Live: []area.Live{
			{Table: "standard_item", Word: "本地标准", Where: "kind = 'local' AND until_day = 99991231", Once: "code", End: "until_day = from_day"},
			{Table: "standard_evidence", Word: "站点证据", Where: "ended_day = 99991231"},
		},
		Stay:   []string{"standard_check"},
		Checks: []area.Check{{Name: "standards", Word: "每个站点的达标结论和证据相符", Run: Verify}},
		Seed:   Seed,
		Work: func(r *job.Runner) {
			r.Every("standard.remind", time.Hour, s.Remind)
		},
	}
}

// Follow judges a station anew that goes on in another division.
func (s *Service) Follow(stations *station.Service) { stations.Moved.Subscribe(s.OnMoved) }
