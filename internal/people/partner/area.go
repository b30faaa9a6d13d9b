package partner

import (
	_ "embed"

	"linli/internal/network/station"
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
	site = "/offers"
	desk = "/desk/partners"
	gov  = "/gov/partners"
	my   = "/my/partners"
)

func at(base string, id db.ID) string { return base + "/" + id.String() }

func pageOf(id db.ID) string { return at(desk, id) }

func minePath(id db.ID) string { return at(my, id) }

var inRegion = auth.Columns{Region: "p.region"}

// Waits: units to be checked, units for which nobody speaks, and of which nobody has said whether they came; a contact's appointments.
var waits = []area.Wait{
	area.Waiting(area.Wait{Shell: "desk", Rank: 47, Perm: Check, Href: desk, Word: "要核对资格的驻区单位", Button: "去核对", Page: pageOf},
		`p.id, p.name AS what, '' AS who, p.made_at AS at, 0 AS due`, `partner p WHERE p.state = 'waits' AND p.made_by <> {me}`, inRegion),
	area.Waiting(area.Wait{Shell: "desk", Rank: 48, Perm: Keep, Href: desk, Word: "没有联系人的驻区单位", Button: "去选联系人", Page: pageOf},
		`p.id, p.name AS what, '' AS who, p.made_at AS at, 0 AS due`, `partner p WHERE p.state = 'active' AND NOT EXISTS (SELECT 1
		FROM partner_contact c WHERE c.partner_id = p.id AND c.to_day = 0)`, inRegion),
	area.Waiting(area.Wait{Shell: "desk", Rank: 49, Perm: Use, Href: desk, Word: "和驻区单位一起办过了，记一下来没来", Button: "去记", Page: pageOf},
		`p.id, p.name AS what, a.title AS who, x.made_at AS at, a.day AS due`, `partner_part x JOIN partner p ON p.id = x.partner_id
		JOIN activity a ON a.id = x.activity_id JOIN sheet h ON h.id = a.sheet_id AND h.state = 'approved' WHERE x.state = 'planned'`,
		auth.Columns{Region: "a.region", Station: "a.station_id"}),
	area.Waiting(area.Wait{Shell: "phone", Rank: 17, Perm: View, Href: my, Word: "您单位约好的事", Button: "看一看", Page: minePath},
		`p.id, a.title AS what, p.name AS who, x.made_at AS at, a.day AS due`, `partner_part x JOIN partner p ON p.id = x.partner_id
		JOIN partner_contact c ON c.partner_id = p.id AND c.to_day = 0 JOIN activity a ON a.id = x.activity_id AND a.state = 'open'
		WHERE x.state = 'planned' AND a.day >= {today} AND a.day <= {week}`, auth.Columns{Person: "c.person_id"}),
}

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "partner", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "site", Group: "公开", Rank: 57, Perm: Public, Href: site, Label: "驻区单位的服务", Icon: "building"},
			{Shell: "start", Group: "参加", Rank: 42, Perm: View, Href: my, Label: "我的单位", Icon: "building",
				Line: "驻区单位的联系人：提供什么服务、和站里一起办什么"},
			{Shell: "desk", Group: "活动与项目", Rank: 142, Perm: Keep, Href: desk, Label: "驻区单位", Icon: "building"},
			{Shell: "gov", Group: "人与事", Part: "活动和项目", Rank: 88, Perm: station.Oversee, Href: gov, Label: "驻区单位", Icon: "building",
				Line: "哪些单位一起办，提供什么"},
		},
		Waits:  waits,
		Live:   []area.Live{{Table: "partner", Word: "驻区单位", Where: "state <> 'ended'"}},
		Checks: []area.Check{{Name: "partners", Word: "驻区单位只算来过的，资格经过核对", Run: Verify}},
		Held:   held,
		Forget: s.Forget,
		Demo:   s.Demo,
	}
}
