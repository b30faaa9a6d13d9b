package agreement

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
	desk         = "/desk/agreements"
	my           = "/my/agreements"
	templates    = "/desk/agreement-templates"
	govTemplates = "/gov/agreement-templates"
)

func page(base string, id db.ID) string { return base + "/" + id.String() }

func toPage(base string) func(db.ID) string { return func(id db.ID) string { return page(base, id) } }

const unsignedBy = ` AND NOT EXISTS (SELECT 1 FROM agreement_signature x WHERE x.agreement_id = a.id AND x.side = `

// asked is what waits for somebody as one side.
func asked(rank int, side, column string) area.Wait {
	return area.Waiting(area.Wait{Shell: "phone", Rank: rank, Perm: View, Href: my, Word: "等您签的协议", Button: "去看", Page: toPage(my)},
		`a.id, t.name AS what, s.name AS who, a.at AS at, a.from_day AS due`, `agreement a JOIN agreement_template t ON t.id = a.template_id
		JOIN station s ON s.id = a.station_id WHERE a.state = 'open'`+unsignedBy+`'`+side+`')`, auth.Columns{Person: column})
}

var office = auth.Columns{Region: "a.region", Station: "a.station_id"}

var waits = []area.Wait{
	asked(18, First, "a.person_id"), asked(18, Second, "a.other_id"), asked(18, Guardian, "a.guardian_id"),
	area.Waiting(area.Wait{Shell: "desk", Rank: 54, Perm: Keep, Href: desk, Word: "等服务站签的协议", Button: "去签", Page: toPage(desk)},
		`a.id, n.name AS what, a.by_name AS who, a.at AS at, a.from_day AS due`, `agreement a JOIN person n ON n.id = a.person_id
		WHERE a.state = 'open' AND a.other_id IS NULL`+unsignedBy+`'second')`, office),
	area.Waiting(area.Wait{Shell: "desk", Rank: 55, Perm: Keep, Href: desk, Word: "快到期的协议", Button: "再签一份", Page: toPage(desk)},
		`a.id, n.name AS what, a.by_name AS who, a.at AS at, a.until_day AS due`, `agreement a JOIN person n ON n.id = a.person_id
		WHERE a.state = 'signed' AND a.until_day >= {today} AND a.until_day <= {ahead} AND NOT EXISTS (SELECT 1 FROM agreement f
		WHERE f.person_id = a.person_id AND f.station_id = a.station_id AND f.kind = a.kind AND COALESCE(f.other_id, 0) = COALESCE(a.other_id, 0)
		AND f.state IN ('open', 'signed') AND f.until_day > a.until_day)`, office),
}

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "agreement", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "start", Group: "自己的事", Rank: 92, Perm: View, Href: my, Label: "我的协议", Icon: "doc", Line: "志愿服务协议：看全文，手写签名"},
			{Shell: "desk", Group: "人", Part: "保险和协议", Rank: 122, Perm: Keep, Href: desk, Label: "志愿服务协议", Icon: "doc"},
			{Shell: "gov", Group: "人与事", Part: "队伍和培训", Rank: 83, Perm: Write, Href: govTemplates, Label: "协议范本", Icon: "doc",
				Line: "志愿服务协议的范本，下面的站点照着出"},
		},
		Waits: waits,
		Live: []area.Live{{Table: "agreement_template", Word: "协议范本", Where: "state = 'active'"},
			{Table: "agreement", Word: "志愿服务协议", Where: "state IN ('open', 'signed')"}},
		Keyed:  []string{"agreement_signature.drawing", "agreement_signature.hash", "agreement.hash"},
		Checks: []area.Check{{Name: "agreements", Word: "签好的协议各方齐全、各是各人，签的就是这份全文", Run: Verify}},
		Held:   s.Held, Forget: s.Forget, Demo: s.Demo,
	}
}
