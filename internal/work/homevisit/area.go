package homevisit

import (
	_ "embed"
	"strconv"
	"time"

	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/job"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

var keptVisits = db.Query[int64](`SELECT count(*) FROM home_visit_member WHERE person_id = $1`)

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "homevisit", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "start", Group: "去帮别人", Rank: 33, Perm: Go, Href: mineAt, Label: "我的走访", Icon: "pin", Line: "站里请您去看的人家，记一次走访"},
			{Shell: "desk", Group: "人", Part: "走访结对", Rank: 104, Perm: Keep, Href: deskPath, Label: "走访", Icon: "pin"},
			{Shell: "desk", Group: "人", Part: "走访结对", Rank: 105, Perm: Keep, Href: latePath, Label: "走访没有访到", Icon: "bell"},
			{Shell: "gov", Group: "人与事", Part: "走访结对", Rank: 73, Perm: Figures, Href: govPath, Label: "走访情况", Icon: "pin",
				Line: "哪里、哪类人，要访的访到了多少"},
			{Shell: "gov", Group: "人与事", Part: "走访结对", Rank: 74, Perm: Third, Href: govLate, Label: "走访没有访到", Icon: "bell",
				Line: "站里和嘎查村（社区）没有处理的人家"},
		},
		Waits: []area.Wait{toGive, unreached("desk", First, 1), unreached("desk", Second, 2), unreached("gov", Third, 3), asked, today},
		Live: []area.Live{
			{Table: "home_visit_plan", Word: "走访计划", Where: "state = 'open'"},
			{Table: "home_visit_day", Word: "走访的一天", Where: "state <> 'over'"},
			{Table: "home_visit_home", Word: "走访的人家", Where: "state = 'waiting' OR state IN ('unreached', 'gone') AND handled_day = 0"},
		},
		Stay:   []string{"home_visit", "home_visit_member"},
		Keyed:  []string{"home_visit_group.blind"},
		Checks: []area.Check{{Name: "homevisits", Word: "走访的人家有人去，或者在谁的名单上；访到的都有走访", Run: Verify}},
		Work:   func(r *job.Runner) { r.Every("homevisit.sweep", time.Hour, s.Sweep) },
		Held:   s.Held,
		Forget: s.Forget,
		Kept:   []area.Kept{{Count: keptVisits, Words: "在走访计划里 %d 次：只留去过的日期和结果，属于哪类人群、怎么处理的都已清空"}},
		Demo:   s.Demo,
	}
}

var (
	toGive = area.Waiting(area.Wait{Shell: "desk", Rank: 44, Perm: Keep, Href: deskPath, Word: "走访计划里还没有安排的人家", Button: "去安排",
		Page: planAt}, `l.id, l.title AS what, l.made_by AS who, l.made_at AS at, l.to_day AS due`,
		`home_visit_plan l WHERE l.state = 'open' AND l.from_day <= {week} AND EXISTS (SELECT 1 FROM home_visit_home h
		WHERE h.plan_id = l.id AND h.state = 'waiting' AND h.day_id IS NULL AND h.again_day <= {today})`, auth.Columns{Region: "l.region"})
	asked = area.Waiting(area.Wait{Shell: "phone", Rank: 13, Perm: Go, Href: mineAt, Word: "请您去走访，等您答复", Button: "去答复",
		Page: func(db.ID) string { return mineAt }}, `g.id, '走访' AS what, d.made_by AS who, g.at, d.day AS due`,
		ofGoer+`g.state = 'asked' AND d.state = 'asked'`, auth.Columns{Person: "g.person_id"})
	today = area.Waiting(area.Wait{Shell: "phone", Rank: 14, Perm: Go, Href: mineAt, Word: "走访，今天要去的", Button: "去看路线", Page: myDay},
		`d.id, '走访' AS what, d.made_by AS who, d.made_at AS at, d.day AS due`, ofGoer+`g.state = 'agreed' AND d.state = 'agreed'
		AND d.day <= {today} AND EXISTS (SELECT 1 FROM home_visit_home h WHERE h.day_id = d.id AND h.state = 'waiting')`,
		auth.Columns{Person: "g.person_id"})
)

const ofGoer = `home_visit_goer g JOIN home_visit_day d ON d.id = g.day_id WHERE `

// unreached are the homes that nobody reached and that have risen so far.
func unreached(shell string, perm auth.Perm, rung int) area.Wait {
	href := map[string]string{"desk": latePath, "gov": govLate}[shell]
	return area.Waiting(area.Wait{Shell: shell, Rank: 26, Perm: perm, Href: href, Word: "走访没有访到的人家", Button: "去处理", Alarm: true,
		Page: func(db.ID) string { return href }},
		`h.id, p.name AS what, '' AS who, l.made_at AS at, h.late_day AS due`,
		`home_visit_home h JOIN home_visit_plan l ON l.id = h.plan_id JOIN person p ON p.id = h.person_id
		WHERE h.state IN ('unreached', 'gone') AND h.handled_day = 0 AND h.rung >= `+strconv.Itoa(rung), auth.Columns{Region: "h.region"})
}
