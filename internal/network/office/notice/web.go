package notice

import (
	"fmt"

	"linli/internal/network/office"
	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	upload := web.MaxBody(office.UploadBody)
	web.JSON(r, "GET /api/v1/stations/{id}/notices", "notice.list", office.View, s.Notices)
	web.JSON(r, "POST /api/v1/stations/{id}/notices", "notice.post", office.Edit, s.Post, web.Status(201), upload)
	web.JSON(r, "GET /api/v1/stations/{id}/posted", "notice.public", office.Public, s.Posted)
	web.JSON(r, "GET /api/v1/notices/{id}", "notice.get", office.View, s.Notice)
	web.JSON(r, "POST /api/v1/notices/{id}/photo", "notice.show", office.Edit, s.Show, upload)
	web.JSON(r, "POST /api/v1/notices/{id}/down", "notice.down", office.Edit, s.Down)

	const at = office.DeskPath + "-notices/{id}"
	one := func(id fmt.Stringer) string { return office.DeskPath + "-notices/" + id.String() }
	web.Page(r, "GET /stations/{id}/notices", "notice.public", office.Public, s.Posted, postedPage, web.Translated)
	web.Page(r, "GET "+office.DeskPath+"/{id}/notices", "notice.list", office.View, s.Notices, noticesPage)
	web.File(r, "GET "+office.DeskPath+"/{id}/notices/export", "notice.export", office.View, s.ExportNotices)
	web.Form(r, "POST "+office.DeskPath+"/{id}/notices", "notice.post", office.Edit, s.Post, func(in PostInput) string { return office.BookPath(in.ID, "notices") }, func(_ PostInput, n Notice) string { return one(n.ID) }, upload)
	web.Page(r, "GET "+at, "notice.get", office.View, s.Notice, noticePage)
	web.File(r, "GET "+at+"/photo", "notice.file", office.View, s.NoticeFile)
	web.File(r, "GET "+at+"/wall", "notice.wall", office.View, s.NoticeWall)
	web.Form(r, "POST "+at+"/photo", "notice.show", office.Edit, s.Show, func(in ShowInput) string { return one(in.ID) }, func(in ShowInput, _ Notice) string { return one(in.ID) }, upload)
	web.Form(r, "POST "+at+"/down", "notice.down", office.Edit, s.Down, func(in DownInput) string { return one(in.ID) }, func(in DownInput, _ Notice) string { return one(in.ID) })
}
