package notice

import (
	"fmt"

	"linli/internal/network/office"
	"linli/internal/platform/web"
)

// publicPath is where everybody reads what hangs at a station.
func publicPath(id fmt.Stringer) string { return "/stations/" + id.String() + "/notices" }

// path is the page of a notice.
func path(id fmt.Stringer) string { return office.EntryPath("notices", id) }

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	upload := web.MaxBody(office.UploadBody)
	web.JSON(r, "GET /api/v1/stations/{id}/notices", "notice.list", office.View, s.List)
	web.JSON(r, "POST /api/v1/stations/{id}/notices", "notice.post", office.Edit, s.Post, web.Status(201), upload)
	web.JSON(r, "GET /api/v1/stations/{id}/posted", "notice.public", office.Public, s.Public)
	web.JSON(r, "GET /api/v1/notices/{id}", "notice.get", office.View, s.Get)
	web.JSON(r, "POST /api/v1/notices/{id}/photo", "notice.add_photo", office.Edit, s.AddPhoto, upload)
	web.JSON(r, "POST /api/v1/notices/{id}/down", "notice.take_down", office.Edit, s.TakeDown)

	const book, at = office.DeskPath + "/{id}/notices", office.DeskPath + "-notices/{id}"
	web.Page(r, "GET /stations/{id}/notices", "notice.public", office.Public, s.Public, publicPage, web.Translated)
	web.Page(r, "GET "+book, "notice.list", office.View, s.List, listPage)
	web.File(r, "GET "+book+"/export", "notice.export", office.View, s.Export)
	web.Form(r, "POST "+book, "notice.post", office.Edit, s.Post, func(in PostInput) string { return office.BookPath(in.ID, "notices") },
		func(_ PostInput, n Notice) string { return path(n.ID) }, upload)
	web.Page(r, "GET "+at, "notice.get", office.View, s.Get, noticePage)
	web.File(r, "GET "+at+"/photo", "notice.photo", office.View, s.Photo)
	web.File(r, "GET "+at+"/wall", "notice.poster", office.View, s.Poster)
	web.Form(r, "POST "+at+"/photo", "notice.add_photo", office.Edit, s.AddPhoto, func(in PhotoInput) string { return path(in.ID) },
		func(in PhotoInput, _ Notice) string { return path(in.ID) }, upload)
	web.Form(r, "POST "+at+"/down", "notice.take_down", office.Edit, s.TakeDown, func(in TakeDownInput) string { return path(in.ID) },
		func(in TakeDownInput, _ Notice) string { return path(in.ID) })
}
