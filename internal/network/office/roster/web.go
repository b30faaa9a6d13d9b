package roster

import (
	"fmt"

	"linli/internal/network/office"
	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/stations/{id}/duties", "roster.week", office.View, s.Week)
	web.JSON(r, "POST /api/v1/stations/{id}/duties", "roster.assign", office.Edit, s.Assign, web.Status(201))
	web.JSON(r, "POST /api/v1/stations/{id}/duties/copy", "roster.copy_week", office.Edit, s.CopyWeek, web.Status(201))
	web.JSON(r, "POST /api/v1/stations/{id}/keepers", "roster.keeper_add", office.Edit, s.AddKeeper, web.Status(201))
	web.JSON(r, "POST /api/v1/keepers/{id}/edit", "roster.keeper_edit", office.Edit, s.EditKeeper)
	web.JSON(r, "POST /api/v1/duties/{id}/swap", "roster.swap", office.Edit, s.Swap)
	web.JSON(r, "POST /api/v1/duties/{id}/drop", "roster.drop", office.Edit, s.Drop)

	roster := func(id fmt.Stringer) string { return office.BookPath(id, "roster") }
	week := func(d Shift) string { return office.BookPath(d.StationID, "roster?day="+d.Day.String()) }
	web.Page(r, "GET "+office.DeskPath+"/{id}/roster", "roster.week", office.View, s.Week, rosterPage)
	web.File(r, "GET "+office.DeskPath+"/{id}/roster/sheet", "roster.sheet", office.View, s.WeekSheet)
	web.Form(r, "POST "+office.DeskPath+"/{id}/roster", "roster.assign", office.Edit, s.Assign, func(in AssignInput) string { return office.BookPath(in.ID, "roster?day="+in.Day.String()) }, func(_ AssignInput, d Shift) string { return week(d) })
	web.Form(r, "POST "+office.DeskPath+"/{id}/roster/copy", "roster.copy_week", office.Edit, s.CopyWeek, func(in CopyWeekInput) string { return office.BookPath(in.ID, "roster?day="+in.Day.String()) },
		func(in CopyWeekInput, _ Week) string { return office.BookPath(in.ID, "roster?day="+in.Day.String()) })
	web.Form(r, "POST "+office.DeskPath+"/{id}/keepers", "roster.keeper_add", office.Edit, s.AddKeeper, func(in AddKeeperInput) string { return roster(in.ID) }, func(in AddKeeperInput, _ Keeper) string { return roster(in.ID) })
	web.Page(r, "GET "+office.DeskPath+"-keepers/{id}", "roster.keeper", office.View, s.Keeper, keeperPage)
	web.Form(r, "POST "+office.DeskPath+"-keepers/{id}/edit", "roster.keeper_edit", office.Edit, s.EditKeeper, func(in EditKeeperInput) string { return office.DeskPath + "-keepers/" + in.ID.String() },
		func(_ EditKeeperInput, k Keeper) string { return roster(k.StationID) })
	web.Page(r, "GET "+office.DeskPath+"-duties/{id}", "roster.duty", office.View, s.Duty, dutyPage)
	web.Form(r, "POST "+office.DeskPath+"-duties/{id}/swap", "roster.swap", office.Edit, s.Swap, func(in SwapInput) string { return office.DeskPath + "-duties/" + in.ID.String() }, func(_ SwapInput, d Shift) string { return week(d) })
	web.Form(r, "POST "+office.DeskPath+"-duties/{id}/drop", "roster.drop", office.Edit, s.Drop, func(in DutyInput) string { return office.DeskPath + "-duties/" + in.ID.String() }, func(_ DutyInput, d Shift) string { return week(d) })
}
