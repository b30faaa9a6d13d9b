package pairing

import (
	_ "embed"
	"strconv"
	"strings"

	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/job"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// kept counts what stays of a person.
var kept = db.Query[int64](`SELECT COUNT(*) FROM pairing_visit x JOIN pairing g ON g.id = x.pairing_id WHERE g.person_id = $1`)

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "pairing", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "start", Group: "去帮别人", Rank: 32, Perm: View, Href: mineAt, Label: "我的结对", Icon: "users", Line: "去看谁、谁来看我，记一次探访"},
			{Shell: "desk", Group: "人", Part: "走访结对", Rank: 107, Perm: Keep, Href: deskPath, Label: "结对探访", Icon: "heart"},
			{Shell: "desk", Group: "人", Part: "走访结对", Rank: 108, Perm: Keep, Href: unpairedPath, Label: "还没结对", Icon: "user"},
			{Shell: "desk", Group: "人", Part: "走访结对", Rank: 109, Perm: Keep, Href: missedPath, Label: "结对没有访到", Icon: "bell"},
			{Shell: "gov", Group: "人与事", Part: "走访结对", Rank: 71, Perm: Figures, Href: govPath, Label: "结对探访", Icon: "heart",
				Line: "哪里还没有结对，该访的访到了多少"},
			{Shell: "gov", Group: "人与事", Part: "走访结对", Rank: 72, Perm: Third, Href: govMissed, Label: "结对没有访到", Icon: "bell",
				Line: "站里和嘎查村（社区）没有处理的探访"},
		},
		Waits: []area.Wait{lacks, lacksTown, proposed, firstRung, secondRung, thirdRung, asked, toVisit},
		Live: []area.Live{
			{Table: "pairing_window", Word: "访视期", Where: "state = 'open' OR state = 'missed' AND handled_day = 0"},
		},
		Stay:   []string{"pairing_visit"},
		Checks: []area.Check{{Name: "pairing", Word: "结对有人去、有接替或者有说明，访到的都有探访", Run: Verify}},
		Work:   func(r *job.Runner) { r.Every("pairing.sweep", sweepEvery, s.Sweep) },
		Held:   s.Held,
		Demo:   s.Demo,
		Forget: s.Forget,
		Kept:   []area.Kept{{Count: kept, Words: "结对探访 %d 次：只留日期和结果，说明和原因都已清空"}},
	}
}

// What waits: people without a pairing, proposals, and visits that did not take place, each rung on its own list.
var (
	lacks     = without("desk", Keep, unpairedPath, newAt)
	lacksTown = without("gov", Third, govPath, func(db.ID) string { return govPath })
	proposed  = area.Waiting(area.Wait{Shell: "desk", Rank: 46, Perm: Approve, Href: deskPath, Word: "等批准的结对", Button: "去看", Page: deskAt},
		`g.id, p.name AS what, g.proposed_by AS who, g.proposed_at AS at, 0 AS due`,
		`pairing g JOIN person p ON p.id = g.person_id WHERE g.state = 'proposed'`, auth.Columns{Region: "p.region"})
	firstRung  = unmet("desk", First, 1)
	secondRung = unmet("desk", Second, 2)
	thirdRung  = unmet("gov", Third, 3)
	asked      = area.Waiting(area.Wait{Shell: "phone", Rank: 13, Perm: View, Href: mineAt, Word: "请您结对，等您答复", Button: "去答复", Page: mineOf},
		`m.id, '结对探访' AS what, m.by_name AS who, m.at, 0 AS due`, ofMember+`m.state = 'asked' AND g.state IN ('proposed', 'active')`, ofVisitor)
	toVisit = area.Waiting(area.Wait{Shell: "phone", Rank: 15, Perm: View, Href: mineAt, Word: "结对探访，这一期还没有去", Button: "去记一次", Page: mineOf},
		`w.id, p.name AS what, '' AS who, g.proposed_at AS at, w.due_day AS due`, ofMember+`m.state = 'agreed' AND g.state = 'active'
		AND w.state = 'open' AND w.from_day <= {today} AND w.due_day <= {week}`, ofVisitor)
)

const ofMember = `pairing_member m JOIN volunteer v ON v.id = m.volunteer_id JOIN pairing g ON g.id = m.pairing_id
		JOIN person p ON p.id = g.person_id LEFT JOIN pairing_window w ON w.pairing_id = g.id AND w.state = 'open' WHERE `

var ofVisitor = auth.Columns{Person: "v.person_id"}

func mineOf(db.ID) string { return mineAt }

// without are the people of a key group whom nobody goes to see and of whom nobody has said why.
func without(shell string, perm auth.Perm, href string, page func(db.ID) string) area.Wait {
	at := func(text string) string { return strings.ReplaceAll(text, "?", "{today}") }
	return area.Waiting(area.Wait{Shell: shell, Rank: 45, Perm: perm, Href: href, Word: "重点人群里还没有结对的", Button: "去结对",
		Page: page},
		`p.id, p.name AS what, p.householder AS who, p.at, 0 AS due`, `person p WHERE `+keyGroup+` AND NOT `+at(covered)+` AND NOT `+at(excused),
		auth.Columns{Region: "p.region"})
}

// unmet are the visits that did not take place and have risen so far.
func unmet(shell string, perm auth.Perm, rung int) area.Wait {
	href := map[string]string{"desk": missedPath, "gov": govMissed}[shell]
	return area.Waiting(area.Wait{Shell: shell, Rank: 25, Perm: perm, Href: href, Word: "结对探访没有访到", Button: "去处理", Alarm: true,
		Page: func(db.ID) string { return href }},
		`w.id, p.name AS what, '' AS who, g.proposed_at AS at, w.due_day AS due`,
		`pairing_window w JOIN pairing g ON g.id = w.pairing_id JOIN person p ON p.id = g.person_id
		WHERE w.state = 'missed' AND w.handled_day = 0 AND w.rung >= `+strconv.Itoa(rung), auth.Columns{Region: "w.region"})
}
