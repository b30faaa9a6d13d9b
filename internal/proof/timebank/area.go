package timebank

import (
	_ "embed"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/job"
	"linli/internal/proof/record"
	"linli/internal/work/order"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

const (
	myPath     = "/my/time"
	deskPath   = "/desk/time"
	secondPath = "/desk/time-second"
	govPath    = "/gov/time"
	runPath    = "/gov/time-run"
)

// waits are applications that a second person has to look at.
var waits = area.Waiting(area.Wait{Shell: "desk", Rank: 85, Perm: Second, Href: secondPath, Word: "时间账户，等第二人复核", Button: "去复核",
	Page: func(db.ID) string { return secondPath }},
	`a.id, CASE a.kind WHEN 'kin' THEN '登记亲属' WHEN 'relative' THEN '赠与亲属' WHEN 'donation' THEN '捐给互助池' WHEN 'grant' THEN '互助池帮扶'
	WHEN 'spent' THEN '用时间抵' ELSE '继承' END AS what, a.by_name AS who, a.at AS at, 0 AS due`,
	`timebank_application a WHERE a.state = 'waits' AND COALESCE(a.by_id, 0) <> {me}`, auth.Columns{Region: "a.region"})

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "timebank", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "start", Group: "时长和积分", Rank: 54, Perm: Own, Href: myPath, Label: "时间账户", Icon: "clock", Line: "存时间、用时间、送给老人"},
			{Shell: "desk", Group: "记录与证明", Part: "时间账户", Rank: 160, Perm: Desk, Href: deskPath, Label: "时间账户", Icon: "clock"},
			{Shell: "desk", Group: "记录与证明", Part: "时间账户", Rank: 161, Perm: Second, Href: secondPath, Label: "时间账户复核", Icon: "check"},
			{Shell: "gov", Group: "激励", Part: "时间和积分", Rank: 105, Perm: Tables, Href: govPath, Label: "时间存取平衡表", Icon: "chart",
				Line: "存了多少、用了多少、互助池有多少"},
			{Shell: "gov", Group: "激励", Part: "时间和积分", Rank: 106, Perm: Tables, Href: runPath, Label: "供需压力测算", Icon: "flag",
				Line: "都来用，哪里先不够"},
		},
		Waits: []area.Wait{waits},
		Live: []area.Live{{Table: "timebank_bank", Word: "时间账户"}, {Table: "timebank_member", Word: "时间账户的人"},
			{Table: "timebank_application", Word: "时间账户的申请", Where: "state = 'waits'"}},
		Stay:   []string{"timebank_order"},
		Checks: []area.Check{{Name: "timebank", Word: "存入的等于计入的，赠与的是两人看过的亲属，没有一人办的", Run: Verify}},
		Work:   func(r *job.Runner) { r.Every("timebank.sweep", time.Hour, s.Sweep) },
		Demo:   s.Demo,
		Held:   s.Held, Forget: s.Forget,
		Kept: []area.Kept{{Count: kept, Words: "时间账户的往来 %d 笔：账目不能缺页，只记编号，不再记着姓名（个人信息保护法第四十七条第二款）"}},
	}
}

// Follow lets the bank hear of records, orders and merged persons.
func (s *Service) Follow(persons *person.Service, orders *order.Service, records *record.Service) {
	persons.Merged.Subscribe(s.OnMerged)
	records.Changed.Subscribe(s.OnRecord)
	records.Changed.Subscribe(s.OnServed)
	orders.Changed.Subscribe(s.OnOrder)
	orders.Resolved.Subscribe(s.OnResolved)
}
