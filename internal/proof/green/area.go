package green

import (
	_ "embed"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/job"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

const (
	myPath     = "/my/green"
	deskPath   = "/desk/green"
	shopPath   = "/desk/green-shops"
	secondPath = "/desk/green-second"
	govPath    = "/gov/green"
)

// waits are acts that a second person has to look at.
var waits = area.Waiting(area.Wait{Shell: "desk", Rank: 86, Perm: Second, Href: secondPath, Word: "积分，等第二人复核", Button: "去复核",
	Page: func(db.ID) string { return secondPath }}, `a.id, k.name AS what, h.name AS who, a.at AS at, 0 AS due`,
	`green_act a JOIN green_kind k ON k.id = a.kind_id JOIN green_household h ON h.id = a.household_id WHERE a.state = 'waits' AND COALESCE(a.by_id, 0) <> {me}`,
	auth.Columns{Region: "a.region"})

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "green", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "start", Group: "时长和积分", Rank: 56, Perm: Own, Href: myPath, Label: "绿色账户", Icon: "leaf", Line: "我家的积分，换东西"},
			{Shell: "desk", Group: "站务", Part: "绿色账户", Rank: 280, Perm: Desk, Href: deskPath, Label: "绿色账户", Icon: "leaf"},
			{Shell: "desk", Group: "站务", Part: "绿色账户", Rank: 281, Perm: Desk, Href: shopPath, Label: "兑换点", Icon: "gift"},
			{Shell: "desk", Group: "站务", Part: "绿色账户", Rank: 282, Perm: Second, Href: secondPath, Label: "积分复核", Icon: "check"},
			{Shell: "gov", Group: "激励", Part: "时间和积分", Rank: 107, Perm: Manage, Href: govPath, Label: "绿色账户", Icon: "leaf",
				Line: "开办、规则、一季一季的"},
		},
		Waits: []area.Wait{waits},
		Live: []area.Live{{Table: "green_scheme", Word: "绿色账户"}, {Table: "green_kind", Word: "积分规则"}, {Table: "green_household", Word: "户"},
			{Table: "green_shop", Word: "兑换点"}, {Table: "green_goods", Word: "兑换的东西"},
			{Table: "green_act", Word: "待复核的积分", Where: "state = 'waits'"},
			{Table: "green_redemption", Word: "没有领的兑换", Where: "state = 'reserved'"}},
		Stay:   []string{"green_count"},
		Checks: []area.Check{{Name: "green", Word: "积分等于记的分，没有给自己家记的，发放的都结了账", Run: Verify}},
		Work:   func(r *job.Runner) { r.Every("green.sweep", time.Hour, s.Sweep) },
		Keyed:  []string{"green_household.no", "green_redemption.code", "green_redemption.receipt"}, // drawn by lot
		Demo:   s.Demo,
		Held:   s.Held, Forget: s.Forget,
	}
}

// Follow lets a household follow the entries of its people.
func (s *Service) Follow(persons *person.Service) { persons.Merged.Subscribe(s.OnMerged) }
