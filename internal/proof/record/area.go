package record

import (
	_ "embed"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/area"
	"linli/internal/platform/db"
	"linli/internal/platform/job"
	"linli/internal/work/attendance"
	"linli/internal/work/order"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// kept counts what stays of a person.
var kept = db.Query[int64](`SELECT COUNT(*) FROM service_record WHERE person_id = $1`)

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "record", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "phone", Rank: 40, Perm: View, Href: "/my/hours", Label: "时长", Icon: "clock"},
			{Shell: "start", Group: "时长和积分", Rank: 50, Perm: View, Href: "/my/hours", Label: "服务时长", Icon: "clock", Line: "每一次都在这里"},
			{Shell: "desk", Group: "记录与证明", Rank: 150, Perm: View, Href: "/desk/records", Label: "服务记录", Icon: "archive"},
		},
		Waits: []area.Wait{{Shell: "desk", Rank: 35, Perm: Review, Href: "/desk/second", Word: "服务记录，等您复核", Button: "去复核",
			Page: func(id db.ID) string { return "/desk/records/" + id.String() }, Own: s.heap}},
		Work: func(r *job.Runner) {
			r.Every("record.rise", time.Hour, s.Rise)
			r.Every("record.lapse", time.Hour, s.Lapse)
		},
		Stay:   []string{"service_record", "record_correction"},
		Live:   []area.Live{{Table: "second_wait", Word: "等第二个人复核的事"}},
		Checks: []area.Check{{Name: "records", Word: "每一分钟都有来历，每日时长不超限", Run: Verify, Notes: Earlier}},
		Held:   s.Held,
		Forget: s.Forget,
		Kept:   []area.Kept{{Count: kept, Words: "服务记录 %d 条：志愿服务条例第十九条要求如实记录，按标准至少保存十年；只封存，不再记着姓名和号码（个人信息保护法第四十七条第二款）"}},
	}
}

// Follow makes records of what was served, and lets them go with confirmations, disputes and the entries of persons.
func (s *Service) Follow(persons *person.Service, orders *order.Service, attendances *attendance.Service) {
	persons.Merged.Subscribe(s.OnMerged)
	attendances.CheckedOut.Subscribe(s.OnCheckedOut)
	attendances.SheetApproved.Subscribe(s.OnSheetApproved)
	orders.Confirmed.Subscribe(s.OnConfirmed)
	orders.Disputed.Subscribe(s.OnDisputed)
	orders.Resolved.Subscribe(s.OnResolved)
}
