package attendance

import (
	_ "embed"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/area"
	"linli/internal/platform/job"
	"linli/internal/work/order"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// pending are the sheets that wait to be entered or decided.
const pending = "state IN ('issued', 'entered', 'returned')"

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "attendance", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "desk", Group: "办事", Rank: 60, Perm: View, Href: "/desk/attendance", Label: "签到签退", Icon: "clock"},
			{Shell: "desk", Group: "办事", Rank: 70, Perm: Sheets, Href: "/desk/sheets", Label: "补录单", Icon: "doc"},
		},
		Waits: []area.Wait{s.entered(), returned},
		Work:  func(r *job.Runner) { r.Every("sheet.rise", time.Hour, s.Rise) },
		Live: []area.Live{
			{Table: "sheet", Word: "补录单", Where: pending},
			{Table: "sheet_row", Word: "补录单的行", Where: "sheet_id IN (SELECT id FROM sheet WHERE " + pending + ")"},
			{Table: "attendance", Word: "正在服务", Where: "out_at IS NULL", Returns: true},
		},
		Stay:   []string{"sheet_serial"},
		Checks: []area.Check{{Name: "attendance", Word: "签到签退和补录单一致，没有人同时在两处", Run: Verify}},
		Held:   s.Held, Forget: s.Forget,
	}
}

// Follow lets attendances go with the entries of persons, and ends those of an order that is broken off.
func (s *Service) Follow(persons *person.Service, orders *order.Service) {
	persons.Merged.Subscribe(s.OnMerged)
	orders.Broken.Subscribe(s.BrokenOff)
}
