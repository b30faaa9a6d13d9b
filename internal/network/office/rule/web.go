package rule

import (
	"fmt"

	"linli/internal/network/office"
	"linli/internal/platform/web"
)

// path is the page of an edition.
func path(id fmt.Stringer) string { return office.EntryPath("rules", id) }

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/stations/{id}/rules", "rule.list", office.View, s.List)
	web.JSON(r, "POST /api/v1/stations/{id}/rules", "rule.adopt", office.Edit, s.Adopt, web.Status(201))
	web.JSON(r, "GET /api/v1/station-rules/{id}", "rule.get", office.View, s.Get)
	web.JSON(r, "POST /api/v1/station-rules/{id}/write", "rule.write", office.Edit, s.Write)
	web.JSON(r, "POST /api/v1/station-rules/{id}/publish", "rule.publish", office.Edit, s.Publish)
	web.JSON(r, "POST /api/v1/station-rules/{id}/discard", "rule.discard", office.Edit, s.Discard, web.Status(204))

	const book, at = office.DeskPath + "/{id}/rules", office.DeskPath + "-rules/{id}"
	page := func(in office.VersionInput) string { return path(in.ID) }
	web.Page(r, "GET "+book, "rule.list", office.View, s.List, listPage)
	web.Form(r, "POST "+book, "rule.adopt", office.Edit, s.Adopt, func(in AdoptInput) string { return office.BookPath(in.ID, "rules") },
		func(_ AdoptInput, x Rule) string { return path(x.ID) })
	web.Page(r, "GET "+at, "rule.get", office.View, s.Get, rulePage)
	web.File(r, "GET "+at+"/wall", "rule.poster", office.View, s.Poster)
	web.Form(r, "POST "+at+"/write", "rule.write", office.Edit, s.Write, func(in WriteInput) string { return path(in.ID) },
		func(in WriteInput, _ Rule) string { return path(in.ID) })
	web.Form(r, "POST "+at+"/publish", "rule.publish", office.Edit, s.Publish, page,
		func(in office.VersionInput, _ Rule) string { return path(in.ID) })
	web.Form(r, "POST "+at+"/discard", "rule.discard", office.Edit, s.Discard, page,
		func(_ office.VersionInput, x Rule) string { return office.BookPath(x.StationID, "rules") })
}
