package team

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

var at = auth.Columns{Region: "t.region", Station: "t.station_id"}

// Waits of the desk: applications; teams for which nobody answers; what the leader has not answered in time.
var waits = []area.Wait{
	area.Waiting(area.Wait{Shell: "desk", Rank: 34, Perm: Approve, Href: desk, Word: "要成立志愿服务队的，等审批", Button: "去审批", Page: pageOf},
		`t.id, t.name AS what, COALESCE((SELECT p.name FROM team_role o JOIN person p ON p.id = o.person_id WHERE o.team_id = t.id
		AND o.to_day = 0 AND o.role = 'leader'), '') AS who, t.applied_at AS at, 0 AS due`, `team t WHERE t.state = 'applied'`, at),
	area.Waiting(area.Wait{Shell: "desk", Rank: 35, Perm: Approve, Href: desk, Word: "没有人负责的志愿服务队", Button: "去选负责人", Page: pageOf},
		`t.id, t.name AS what, '' AS who, t.applied_at AS at, 0 AS due`, `team t WHERE t.state = 'active' AND NOT EXISTS (SELECT 1
		FROM team_role o JOIN volunteer v ON v.person_id = o.person_id AND v.status = 'active' WHERE o.team_id = t.id AND o.to_day = 0
		AND NOT EXISTS (SELECT 1 FROM volunteer_pause x WHERE x.volunteer_id = v.id AND x.from_day <= {today}
		AND (x.to_day = 0 OR x.to_day >= {today})))`, at),
	area.Waiting(area.Wait{Shell: "desk", Rank: 36, Perm: Lead, Href: desk, Word: "想加入志愿服务队的，负责人过期没有答复", Button: "去答复", Page: pageOf},
		`t.id, p.name AS what, t.name AS who, m.asked_at AS at, m.due_day AS due`, `team_member m JOIN team t ON t.id = m.team_id
		JOIN person p ON p.id = m.person_id WHERE m.state = 'wants' AND t.state = 'active' AND m.due_day < {today}`, at),
	area.Waiting(area.Wait{Shell: "phone", Rank: 18, Perm: Join, Href: my, Word: "请您加入志愿服务队，等您答复", Button: "去答复", Page: minePath},
		`t.id, t.name AS what, '' AS who, m.asked_at AS at, m.due_day AS due`,
		`team_member m JOIN team t ON t.id = m.team_id WHERE m.state = 'asked' AND t.state IN ('applied', 'active')`, auth.Columns{Person: "m.person_id"}),
	area.Waiting(area.Wait{Shell: "phone", Rank: 19, Perm: Lead, Href: my, Word: "想加入您的志愿服务队，等您答复", Button: "去答复", Page: minePath},
		`t.id, p.name AS what, t.name AS who, m.asked_at AS at, m.due_day AS due`, `team_member m JOIN team t ON t.id = m.team_id
		JOIN team_role o ON o.team_id = t.id AND o.to_day = 0 AND o.role = 'leader' JOIN person p ON p.id = m.person_id
		WHERE m.state = 'wants' AND t.state IN ('applied', 'active')`, auth.Columns{Person: "o.person_id"}),
}

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "team", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "site", Group: "参与", Rank: 45, Perm: Public, Href: "/teams", Label: "志愿服务队", Icon: "users"},
			{Shell: "start", Group: "参加", Rank: 39, Perm: Join, Href: "/my/teams", Label: "我的队伍", Icon: "users", Line: "加入志愿服务队，或者自己成立一支"},
			{Shell: "desk", Group: "人", Part: "队伍和培训", Rank: 114, Perm: Approve, Href: desk, Label: "队伍", Icon: "users"},
			{Shell: "gov", Group: "人与事", Part: "队伍和培训", Rank: 78, Perm: station.Oversee, Href: "/gov/teams", Label: "志愿服务队", Icon: "users",
				Line: "五类专业队伍，哪里还没有"},
		},
		Waits:  waits,
		Live:   []area.Live{{Table: "team", Word: "志愿服务队", Where: "state IN ('applied', 'active')"}},
		Checks: []area.Check{{Name: "teams", Word: "志愿服务队的成员和任职都对得上", Run: Verify}},
		Held:   held,
		Forget: s.Forget,
		Demo:   s.Demo,
	}
}

const desk = "/desk/teams"

func pageOf(id db.ID) string { return desk + "/" + id.String() }

func minePath(id db.ID) string { return "/my/teams/" + id.String() }
