package workplan

import (
	"fmt"

	"linli/internal/network/office"
	"linli/internal/platform/format"
	"linli/internal/platform/web"
)

// Path is where the plan of a year stands.
func Path(station fmt.Stringer, year int64) string {
	return office.BookPath(station, "plan?year="+format.Int(year))
}

// itemPath is the page of an item.
func itemPath(id fmt.Stringer) string { return office.EntryPath("plan", id) }

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/stations/{id}/work-plan", "workplan.get", office.View, s.Get)
	web.JSON(r, "POST /api/v1/stations/{id}/work-plan", "workplan.add", office.Edit, s.Add, web.Status(201))
	web.JSON(r, "POST /api/v1/stations/{id}/work-plan/copy", "workplan.copy", office.Edit, s.Copy, web.Status(201))
	web.JSON(r, "GET /api/v1/work-plan-items/{id}", "workplan.item", office.View, s.Item)
	web.JSON(r, "POST /api/v1/work-plan-items/{id}/edit", "workplan.edit", office.Edit, s.Edit)
	web.JSON(r, "POST /api/v1/work-plan-items/{id}/drop", "workplan.drop", office.Edit, s.Drop, web.Status(204))
	web.JSON(r, "POST /api/v1/work-plan-items/{id}/progress", "workplan.progress", office.Edit, s.Progress)

	const book, at = office.DeskPath + "/{id}/plan", office.DeskPath + "-plan/{id}"
	copied := func(in CopyInput) string { return Path(in.ID, in.Year) }
	web.Page(r, "GET "+book, "workplan.get", office.View, s.Get, planPage)
	web.File(r, "GET "+book+"/sheet", "workplan.export", office.View, s.Export)
	web.Form(r, "POST "+book, "workplan.add", office.Edit, s.Add, func(in AddInput) string { return office.BookPath(in.ID, "plan") },
		func(_ AddInput, i Item) string { return Path(i.StationID, i.Year) })
	web.Form(r, "POST "+book+"/copy", "workplan.copy", office.Edit, s.Copy, copied, func(in CopyInput, _ Plan) string { return copied(in) })
	web.Page(r, "GET "+at, "workplan.item", office.View, s.Item, itemPage)
	web.Form(r, "POST "+at+"/edit", "workplan.edit", office.Edit, s.Edit, func(in EditInput) string { return itemPath(in.ID) },
		func(in EditInput, _ Item) string { return itemPath(in.ID) })
	web.Form(r, "POST "+at+"/drop", "workplan.drop", office.Edit, s.Drop, func(in office.VersionInput) string { return itemPath(in.ID) },
		func(_ office.VersionInput, i Item) string { return Path(i.StationID, i.Year) })
	web.Form(r, "POST "+at+"/progress", "workplan.progress", office.Edit, s.Progress,
		func(in ProgressInput) string { return itemPath(in.ID) },
		func(in ProgressInput, _ Item) string { return itemPath(in.ID) })
}
