package project

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

var columnsAt = auth.Columns{Region: "p.region", Station: "p.station_id"}

// Waits of the desk: proposals; projects whose leader is away or gone; those whose time is over.
var waits = []area.Wait{
	area.Waiting(area.Wait{Shell: "desk", Rank: 39, Perm: Approve, Href: desk, Word: "要开的志愿服务项目，等审批", Button: "去审批", Page: pageOf},
		`p.id, p.name AS what, '' AS who, p.made_at AS at, 0 AS due`, `project p WHERE p.state = 'proposed'`, columnsAt),
	area.Waiting(area.Wait{Shell: "desk", Rank: 40, Perm: Plan, Href: desk, Word: "负责人不在的项目", Button: "去换负责人", Page: pageOf},
		`p.id, p.name AS what, n.name AS who, p.made_at AS at, 0 AS due`, `project p JOIN person n ON n.id = p.leader_id WHERE p.state = 'active'
		AND NOT EXISTS (SELECT 1 FROM volunteer v WHERE v.person_id = p.leader_id AND v.status = 'active' AND NOT EXISTS (SELECT 1
		FROM volunteer_pause x WHERE x.volunteer_id = v.id AND x.from_day <= {today} AND (x.to_day = 0 OR x.to_day >= {today})))`, columnsAt),
	area.Waiting(area.Wait{Shell: "desk", Rank: 41, Perm: Plan, Href: desk, Word: "到期的项目，等办结", Button: "去总结", Page: pageOf},
		`p.id, p.name AS what, '' AS who, p.made_at AS at, p.to_day AS due`, `project p WHERE p.state = 'active' AND p.to_day < {today}`,
		columnsAt),
}

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "project", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "site", Group: "参与", Rank: 44, Perm: Public, Href: site, Label: "项目", Icon: "book"},
			{Shell: "start", Group: "参加", Rank: 41, Perm: Join, Href: my, Label: "志愿服务项目", Icon: "book", Line: "我参加的、我负责的项目"},
			{Shell: "desk", Group: "活动与项目", Rank: 141, Perm: Plan, Href: desk, Label: "项目", Icon: "book"},
			{Shell: "gov", Group: "人与事", Part: "活动和项目", Rank: 86, Perm: Figures, Href: gov, Label: "志愿服务项目", Icon: "book",
				Line: "围绕重点人群的项目，办得怎样"},
			{Shell: "gov", Group: "人与事", Part: "活动和项目", Rank: 87, Perm: Figures, Href: govMissing, Label: "没有经常性项目", Icon: "flag",
				Line: "哪些嘎查村（社区）还没有经常性项目"},
		},
		Waits:  waits,
		Live:   []area.Live{{Table: "project", Word: "志愿服务项目", Where: "state IN ('proposed', 'refused', 'active')"}},
		Checks: []area.Check{{Name: "projects", Word: "项目都经别人批准，活动归在自己站点的项目里", Run: Verify}},
		Held:   kept,
		Forget: s.Forget,
		Demo:   s.Demo,
	}
}

const (
	site       = "/projects"
	desk       = "/desk/projects"
	my         = "/my/projects"
	gov        = "/gov/projects"
	govMissing = "/gov/projects/missing"
)

func pageOf(id db.ID) string { return at(desk, id) }

func minePath(id db.ID) string { return at(my, id) }

func at(base string, id db.ID) string { return base + "/" + id.String() }
