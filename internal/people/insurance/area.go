package insurance

import (
	_ "embed"

	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// Where the pages stand.
const (
	desk          = "/desk/insurance"
	gov           = "/gov/insurance"
	my            = "/my/insurance"
	deskIncidents = "/desk/incidents"
	govIncidents  = "/gov/incidents"
)

func page(base string, id db.ID) string { return base + "/" + id.String() }

func toPage(base string) func(db.ID) string { return func(id db.ID) string { return page(base, id) } }

// waits: policies that end within thirty days with nothing after them, and what happened and was not reported yet.
func waits() (out []area.Wait) {
	for _, x := range []struct{ shell, policies, incidents string }{{"desk", desk, deskIncidents}, {"gov", gov, govIncidents}} {
		out = append(out, area.Waiting(area.Wait{Shell: x.shell, Rank: 52, Perm: Keep, Href: x.policies, Word: "快到期的保险单", Button: "去续保",
			Page: toPage(x.policies)}, `p.id, p.insurer || ' ' || p.number AS what, `+whoseWord+` AS who, p.at AS at, p.until_day AS due`,
			`policy p WHERE p.state = 'active' AND p.until_day >= {today} AND p.until_day <= {ahead} AND `+unfollowed,
			auth.Columns{Region: "p.region", Station: "p.station_id", Shared: true}),
			area.Waiting(area.Wait{Shell: x.shell, Rank: 53, Perm: Incident, Href: x.incidents, Word: "出险还没有报保险公司", Button: "去报", Alarm: true,
				Page: toPage(x.incidents)}, `h.id, n.name AS what, s.name AS who, h.at AS at, h.day AS due`, `policy_incident h JOIN person n
				ON n.id = h.person_id JOIN station s ON s.id = h.station_id WHERE h.state = 'entered'`,
				auth.Columns{Region: "h.region", Station: "h.station_id"}))
	}
	return out
}

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "insurance", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "start", Group: "自己的事", Rank: 76, Perm: Own, Href: my, Label: "我的保险", Icon: "shield", Line: "今天服务有没有保险，是哪张保险单"},
			{Shell: "desk", Group: "人", Part: "保险和协议", Rank: 120, Perm: View, Href: desk, Label: "保险单", Icon: "shield"},
			{Shell: "desk", Group: "人", Part: "保险和协议", Rank: 121, Perm: Incident, Href: deskIncidents, Label: "出险登记", Icon: "alert"},
			{Shell: "gov", Group: "人与事", Part: "队伍和培训", Rank: 81, Perm: View, Href: gov, Label: "保险单", Icon: "shield",
				Line: "保险单管着谁，哪些快到期"},
			{Shell: "gov", Group: "人与事", Part: "队伍和培训", Rank: 82, Perm: Incident, Href: govIncidents, Label: "出险登记", Icon: "alert",
				Line: "服务中出了事，报没报保险公司"},
		},
		Waits: waits(),
		Live: []area.Live{{Table: "policy", Word: "保险单", Where: "state = 'active'"},
			{Table: "policy_incident", Word: "没办结的出险", Where: "state <> 'closed'"}},
		Keyed:  []string{"policy_incident.place", "policy_incident.body"},
		Checks: []area.Check{{Name: "insurance", Word: "保险单和它最新的一版一致，名单不重叠", Run: Verify}},
		Held:   s.Held, Forget: s.Forget, Demo: s.Demo,
	}
}
