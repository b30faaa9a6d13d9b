package casework

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
	desk = "/desk/cases"
	gov  = "/gov/cases"
	my   = "/my/cases"
)

func pageOf(id db.ID) string { return desk + "/" + id.String() }

func minePath(id db.ID) string { return my + "/" + id.String() }

var ledByMe = ` EXISTS (SELECT 1 FROM casework_worker w WHERE w.case_id = c.id AND w.part = 'worker' AND w.account_id = {me} AND` +
	present("{today}") + `)`

var inRegion = auth.Columns{Region: "c.region"}

// Waits of who leads cases, each his own; and of the town, cases that nobody leads, which stand there from the first day on.
var waits = []area.Wait{
	area.Waiting(area.Wait{Shell: "phone", Rank: 20, Perm: Lead, Href: desk, Word: "您的社工个案，有一步到期了", Button: "去看", Page: pageOf},
		`c.id, p.name AS what, '' AS who, c.opened_at AS at, x.due_day AS due`, `casework_step x JOIN casework c ON c.id = x.case_id
		AND c.state = 'open' JOIN person p ON p.id = c.person_id WHERE x.state = 'open' AND x.due_day <= {today} AND`+ledByMe, inRegion),
	area.Waiting(area.Wait{Shell: "phone", Rank: 21, Perm: Lead, Href: desk, Word: "您的社工个案，该复查了", Button: "去看", Page: pageOf},
		`c.id, p.name AS what, '' AS who, c.opened_at AS at, c.review_day AS due`, `casework c JOIN person p ON p.id = c.person_id
		WHERE c.state = 'open' AND c.review_day <= {today} AND`+ledByMe, inRegion),
	area.Waiting(area.Wait{Shell: "gov", Rank: 76, Perm: Assign, Href: gov, Word: "没有人负责的社工个案", Button: "去指定",
		Page: func(db.ID) string { return gov }},
		`c.id, '社工个案' AS what, '' AS who, c.opened_at AS at, 0 AS due`, `casework c WHERE c.state = 'open' AND NOT EXISTS (SELECT 1
		FROM casework_worker w WHERE w.case_id = c.id AND w.part = 'worker' AND`+present("{today}")+`)`, inRegion),
}

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "casework", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "start", Group: "工作", Rank: 101, Perm: Lead, Href: desk, Label: "社工个案", Icon: "heart", Line: "您负责和督导的个案"},
			{Shell: "start", Group: "自己的事", Rank: 75, Perm: Aid, Href: my, Label: "社工帮扶", Icon: "heart", Line: "社工为您做什么，您帮社工做什么"},
			{Shell: "desk", Group: "人", Part: "走访结对", Rank: 111, Perm: Lead, Href: desk, Label: "社工个案", Icon: "heart"},
			{Shell: "gov", Group: "人与事", Part: "走访结对", Rank: 76, Perm: Assign, Href: gov, Label: "没人负责的个案", Icon: "heart",
				Line: "社工走了，还没有接手的"},
		},
		Waits:  waits,
		Live:   []area.Live{{Table: "casework", Word: "社工个案", Where: "state = 'open'"}},
		Checks: []area.Check{{Name: "casework", Word: "社工个案都有人负责过，社工记录是社工写的", Run: Verify}},
		Held:   held,
		Forget: s.Forget,
		Kept:   []area.Kept{{Count: kept, Words: "社工个案 %d 个：只留日期、结果和谁看过，内容都已清空"}},
		Demo:   s.Demo,
	}
}
