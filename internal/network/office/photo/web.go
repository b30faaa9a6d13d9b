package photo

import (
	"fmt"

	"linli/internal/network/office"
	"linli/internal/platform/web"
)

// publicPath is where everybody sees a photograph.
func publicPath(id fmt.Stringer) string { return "/station-photos/" + id.String() }

// deskPath is the page of a photograph at the desk.
func deskPath(id fmt.Stringer) string { return office.EntryPath("photos", id) }

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	upload := web.MaxBody(office.UploadBody)
	const api = "/api/v1/station-photos/{id}"
	web.JSON(r, "GET /api/v1/stations/{id}/photos", "photo.list", office.View, s.List)
	web.JSON(r, "POST /api/v1/stations/{id}/photos", "photo.add", office.Edit, s.Add, web.Status(201), upload)
	web.JSON(r, "GET "+api, "photo.get", office.View, s.Get)
	web.JSON(r, "POST "+api+"/edit", "photo.edit", office.Edit, s.Edit)
	web.JSON(r, "POST "+api+"/first", "photo.put_first", office.Edit, s.PutFirst)
	web.JSON(r, "POST "+api+"/off", "photo.withdraw", office.Edit, s.Withdraw)
	web.JSON(r, "POST "+api+"/again", "photo.restore", office.Edit, s.Restore)

	const book, at = office.DeskPath + "/{id}/photos", office.DeskPath + "-photos/{id}"
	album := func(_ office.VersionInput, p Photo) string { return office.BookPath(p.StationID, "photos") }
	page := func(in office.VersionInput) string { return deskPath(in.ID) }
	web.File(r, "GET /station-photos/{id}", "photo.public", office.Public, s.Public)
	web.Page(r, "GET "+book, "photo.list", office.View, s.List, albumPage)
	web.Form(r, "POST "+book, "photo.add", office.Edit, s.Add, func(in AddInput) string { return office.BookPath(in.ID, "photos") },
		func(in AddInput, _ Photo) string { return office.BookPath(in.ID, "photos") }, upload)
	web.Page(r, "GET "+at, "photo.get", office.View, s.Get, photoPage)
	web.File(r, "GET "+at+"/file", "photo.file", office.View, s.File)
	web.Form(r, "POST "+at+"/edit", "photo.edit", office.Edit, s.Edit, func(in EditInput) string { return deskPath(in.ID) },
		func(_ EditInput, p Photo) string { return office.BookPath(p.StationID, "photos") })
	web.Form(r, "POST "+at+"/first", "photo.put_first", office.Edit, s.PutFirst, page, album)
	web.Form(r, "POST "+at+"/off", "photo.withdraw", office.Edit, s.Withdraw, page, album)
	web.Form(r, "POST "+at+"/again", "photo.restore", office.Edit, s.Restore, page, album)
}
