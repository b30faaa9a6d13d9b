package attendance

import (
	"fmt"
	"time"

	"linli/internal/platform/web"
)

// photoBody is the most bytes of a posted sheet with its photograph.
const photoBody = 20 << 20

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	guess := web.Rate(30, time.Minute, "id") // codes cannot be found by trying
	web.JSON(r, "POST /api/v1/orders/{id}/check-in", "attendance.check_in", Check, s.CheckIn, web.NeedKey, guess)
	web.JSON(r, "POST /api/v1/orders/{id}/check-out", "attendance.check_out", Check, s.CheckOut, web.NeedKey, guess)
	web.Form(r, "POST /my/tasks/{id}/check-in", "attendance.check_in", Check, s.CheckIn, taskPage, afterCheck, guess)
	web.Form(r, "POST /my/tasks/{id}/check-out", "attendance.check_out", Check, s.CheckOut, taskPage, afterCheck, guess)
	web.Form(r, "POST /desk/orders/{id}/check-in", "attendance.check_in", Check, s.CheckIn, deskOrder, afterDeskCheck)
	web.Form(r, "POST /desk/orders/{id}/check-out", "attendance.check_out", Check, s.CheckOut, deskOrder, afterDeskCheck)
	web.JSON(r, "POST /api/v1/attendance/{id}/close", "attendance.close", Review, s.Close)
	web.Page(r, "GET /desk/attendance", "attendance.board", View, s.Board, boardPage)
	web.Form(r, "POST /desk/attendance/{id}/close", "attendance.close", Review, s.Close,
		func(CloseInput) string { return "/desk/attendance" }, func(CloseInput, Checked) string { return "/desk/attendance" })

	web.JSON(r, "POST /api/v1/sheets", "sheet.issue", Sheets, s.Issue, web.Status(201))
	web.JSON(r, "GET /api/v1/sheets", "sheet.list", View, s.ListSheets)
	web.JSON(r, "GET /api/v1/sheets/{id}", "sheet.get", View, s.GetSheet)
	web.JSON(r, "POST /api/v1/sheets/{id}/enter", "sheet.enter", Sheets, s.Enter, web.MaxBody(photoBody))
	web.JSON(r, "POST /api/v1/sheets/{id}/approve", "sheet.approve", Review, s.ApproveSheet)
	web.JSON(r, "POST /api/v1/sheets/{id}/void", "sheet.void", Sheets, s.VoidSheet)
	web.JSON(r, "POST /api/v1/sheets/{id}/missing", "sheet.missing", Sheets, s.MissSheet)
	web.Page(r, "GET /desk/sheets", "sheet.list", View, s.ListSheets, sheetsPage)
	web.Form(r, "POST /desk/sheets", "sheet.issue", Sheets, s.Issue, func(IssueInput) string { return "/desk/sheets" },
		func(in IssueInput, _ IssuedSheets) string { return "/desk/sheets?station_id=" + in.StationID.String() })
	web.Page(r, "GET /desk/sheets/{id}", "sheet.get", View, s.GetSheet, sheetPage)
	web.Form(r, "POST /desk/sheets/{id}", "sheet.enter", Sheets, s.Enter, func(in EnterInput) string { return sheetPath(in.ID.String()) },
		func(in EnterInput, _ SheetDetail) string { return sheetPath(in.ID.String()) }, web.MaxBody(photoBody))
	web.Page(r, "GET /desk/sheets/{id}/approve", "sheet.get", Review, s.ReviewSheet, approvePage)
	web.Form(r, "POST /desk/sheets/{id}/approve", "sheet.approve", Review, s.ApproveSheet,
		func(in DecideInput) string { return sheetPath(in.ID.String()) + "/approve" },
		func(in DecideInput, _ SheetDetail) string { return sheetPath(in.ID.String()) })
	endPage := func(in EndInput) string { return sheetPath(in.ID.String()) }
	ended := func(in EndInput, _ SheetDetail) string { return sheetPath(in.ID.String()) }
	web.Form(r, "POST /desk/sheets/{id}/void", "sheet.void", Sheets, s.VoidSheet, endPage, ended)
	web.Form(r, "POST /desk/sheets/{id}/missing", "sheet.missing", Sheets, s.MissSheet, endPage, ended)
	web.File(r, "GET /desk/sheets/{id}/photo", "sheet.photo", View, s.Photo)
	web.File(r, "GET /desk/sheets.pdf", "sheet.print", Sheets, s.PrintBlanks)
	web.File(r, "GET /desk/week.pdf", "attendance.week_pack", Sheets, s.WeekPack)
}

func sheetPath(id string) string { return "/desk/sheets/" + id }

func taskPage(in CheckInput) string { return "/my/tasks/" + in.ID.String() }

func afterCheck(in CheckInput, _ Checked) string { return taskPage(in) }

func deskOrder(in CheckInput) string { return "/desk/orders/" + in.ID.String() }

func afterDeskCheck(in CheckInput, _ Checked) string { return deskOrder(in) }

// line is one row of the entry grid as the page shows it.
type line struct {
	n   int
	row RowInput
}

// grid gives the rows of the entry form: what was entered, and blank ones up to a full paper sheet.
func (d SheetDetail) grid() []line {
	out := make([]line, max(sheetLines, len(d.Rows)+2))
	for i := range out {
		out[i].n = i
		if i < len(d.Rows) {
			r := d.Rows[i]
			out[i].row = RowInput{Who: r.VolunteerNo, ItemID: r.ItemID, ForWhom: r.ForWhom, Day: r.Day.String(), From: hourOf(r.StartedAt),
				To: hourOf(r.EndedAt), Signed: r.Signed}
		}
	}
	return out
}

func hourOf(t time.Time) string { return t.Format("15:04") }

// name is the form field of one cell.
func (l line) name(field string) string { return fmt.Sprintf("rows.%d.%s", l.n, field) }
