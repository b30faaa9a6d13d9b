package roster

import (
	"fmt"

	"linli/internal/network/office"
	"linli/internal/platform/web"
)

// Path is the roster of a station, of the week of a day.
func Path(station fmt.Stringer, day string) string {
	if day == "" {
		return office.BookPath(station, "roster")
	}
	return office.BookPath(station, "roster?day="+day)
}

func (d Shift) week() string { return Path(d.StationID, d.Day.String()) }

func shiftPath(id fmt.Stringer) string { return office.EntryPath("duties", id) }

func keeperPath(id fmt.Stringer) string { return office.EntryPath("keepers", id) }

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/stations/{id}/duties", "roster.week", office.View, s.Week)
	web.JSON(r, "POST /api/v1/stations/{id}/duties", "roster.assign", office.Edit, s.Assign, web.Status(201))
	web.JSON(r, "POST /api/v1/stations/{id}/duties/copy", "roster.copy_week", office.Edit, s.CopyWeek, web.Status(201))
	web.JSON(r, "POST /api/v1/stations/{id}/keepers", "roster.add_keeper", office.Edit, s.AddKeeper, web.Status(201))
	web.JSON(r, "POST /api/v1/keepers/{id}/edit", "roster.edit_keeper", office.Edit, s.EditKeeper)
	web.JSON(r, "POST /api/v1/duties/{id}/swap", "roster.swap", office.Edit, s.Swap)
	web.JSON(r, "POST /api/v1/duties/{id}/drop", "roster.cancel", office.Edit, s.Cancel, web.Status(204))

	const station = office.DeskPath + "/{id}"
	copied := func(in CopyWeekInput) string { return Path(in.ID, in.Day.String()) }
	web.Page(r, "GET "+station+"/roster", "roster.week", office.View, s.Week, weekPage)
	web.File(r, "GET "+station+"/roster/sheet", "roster.export", office.View, s.Export)
	web.Form(r, "POST "+station+"/roster", "roster.assign", office.Edit, s.Assign,
		func(in AssignInput) string { return Path(in.ID, in.Day.String()) },
		func(_ AssignInput, d Shift) string { return d.week() })
	web.Form(r, "POST "+station+"/roster/copy", "roster.copy_week", office.Edit, s.CopyWeek, copied,
		func(in CopyWeekInput, _ Week) string { return copied(in) })
	web.Form(r, "POST "+station+"/keepers", "roster.add_keeper", office.Edit, s.AddKeeper,
		func(in AddKeeperInput) string { return Path(in.ID, "") },
		func(in AddKeeperInput, _ Keeper) string { return Path(in.ID, "") })
	web.Page(r, "GET "+office.DeskPath+"-keepers/{id}", "roster.keeper", office.View, s.Keeper, keeperPage)
	web.Form(r, "POST "+office.DeskPath+"-keepers/{id}/edit", "roster.edit_keeper", office.Edit, s.EditKeeper,
		func(in EditKeeperInput) string { return keeperPath(in.ID) },
		func(_ EditKeeperInput, k Keeper) string { return Path(k.StationID, "") })

	const at = office.DeskPath + "-duties/{id}"
	web.Page(r, "GET "+at, "roster.shift", office.View, s.Shift, shiftPage)
	web.Form(r, "POST "+at+"/swap", "roster.swap", office.Edit, s.Swap, func(in SwapInput) string { return shiftPath(in.ID) },
		func(_ SwapInput, d Shift) string { return d.week() })
	web.Form(r, "POST "+at+"/drop", "roster.cancel", office.Edit, s.Cancel, func(in office.VersionInput) string { return shiftPath(in.ID) },
		func(_ office.VersionInput, d Shift) string { return d.week() })
}
