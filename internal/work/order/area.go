package order

import (
	_ "embed"

	"linli/internal/civic/person"
	"time"

	"linli/internal/platform/area"
	"linli/internal/platform/db"
	"linli/internal/platform/job"
	"linli/internal/work/order/card"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// kept counts what stays of a person.
var kept = db.Query[int64](`SELECT COUNT(*) FROM orders WHERE recipient_id = $1 OR requester_id = $1`)

// running are the orders that are not at their end.
const running = "state NOT IN ('rejected', 'unconfirmed', 'closed', 'cancelled')"

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "order", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "phone", Rank: 20, Perm: Make, Href: "/my/orders", Label: "求助", Icon: "heart"},
			{Shell: "phone", Rank: 30, Perm: Serve, Href: "/my/tasks", Label: "任务", Icon: "order"},
			{Shell: "start", Group: "请人帮忙", Rank: 10, Perm: Make, Href: "/my/orders/new", Label: "我要求助", Icon: "heart", Line: "三步点一单，不花钱"},
			{Shell: "start", Group: "请人帮忙", Rank: 20, Perm: Make, Href: "/my/orders", Label: "我的求助", Icon: "order", Line: "办到哪一步了，给个评价"},
			{Shell: "start", Group: "去帮别人", Rank: 30, Perm: Serve, Href: "/my/tasks", Label: "我的任务", Icon: "calendar", Line: "接单、签到、签退"},
			{Shell: "desk", Group: "办事", Rank: 20, Perm: Handle, Href: "/desk/board", Label: "工作台", Icon: "board", Tab: true},
			{Shell: "desk", Group: "办事", Rank: 30, Perm: Make, Href: "/desk/orders/new", Label: "登记求助", Icon: "phone", Tab: true},
			{Shell: "desk", Group: "办事", Rank: 40, Perm: Handle, Href: "/desk/orders", Label: "求助单", Icon: "order"},
			{Shell: "desk", Group: "办事", Rank: 80, Perm: Second, Href: "/desk/second", Label: "第二人复核", Icon: "check"},
			{Shell: "desk", Group: "人", Part: "登记和账号", Rank: 125, Perm: card.Hand, Href: "/desk/cards", Label: "便民联系卡", Icon: "key"},
			{Shell: "desk", Group: "站务", Rank: 270, Perm: Handle, Href: "/desk/handover", Label: "移交", Icon: "next"},
		},
		Live: []area.Live{
			{Table: "orders", Word: "求助单", Where: running, Returns: true},
			{Table: "assignment", Word: "派单", Where: "order_id IN (SELECT id FROM orders WHERE " + running + ")", Returns: true},
			{Table: "contact_card", Word: "联系卡", Where: "NOT ended"},
		},
		Stay:   []string{"order_event"},
		Checks: []area.Check{{Name: "orders", Word: "每张求助单的经过都合乎流程", Run: Verify}},
		Work: func(r *job.Runner) {
			r.Every("order.sweep", time.Second, s.Sweep)
			r.Every("order.rise", time.Hour, s.Rise)
		},
		Held:   s.Held,
		Forget: s.Forget,
		Kept:   []area.Kept{{Count: kept, Words: "求助单 %d 张：只留经过和结果，内容、住址和姓名都已清空"}},
	}
}

// Follow lets orders go with the entries of persons.
func (s *Service) Follow(persons *person.Service) { persons.Merged.Subscribe(s.OnMerged) }
