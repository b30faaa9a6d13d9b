package archive

import (
	"fmt"

	"linli/internal/network/office"
	"linli/internal/platform/web"
)

// ExpiredPath is where the papers stand that need not be kept any longer.
func ExpiredPath(station fmt.Stringer) string {
	return office.BookPath(station, "documents?state="+expired)
}

// path is the page of a document.
func path(id fmt.Stringer) string { return office.EntryPath("documents", id) }

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	upload := web.MaxBody(office.UploadBody)
	web.JSON(r, "GET /api/v1/stations/{id}/documents", "archive.list", office.View, s.List)
	web.JSON(r, "POST /api/v1/stations/{id}/documents", "archive.file", office.Edit, s.File, web.Status(201), upload)
	web.JSON(r, "GET /api/v1/documents/{id}", "archive.get", office.View, s.Get)
	web.JSON(r, "POST /api/v1/documents/{id}/ask", "archive.request_disposal", office.Edit, s.RequestDisposal)
	web.JSON(r, "POST /api/v1/documents/{id}/destroy", "archive.dispose", office.Edit, s.Dispose)
	web.JSON(r, "POST /api/v1/documents/{id}/keep", "archive.retain", office.Edit, s.Retain)

	const book, at = office.DeskPath + "/{id}/documents", office.DeskPath + "-documents/{id}"
	page := func(in office.VersionInput) string { return path(in.ID) }
	same := func(in office.VersionInput, _ Document) string { return path(in.ID) }
	web.Page(r, "GET "+book, "archive.list", office.View, s.List, listPage)
	web.File(r, "GET "+book+"/export", "archive.export", office.View, s.Export)
	web.Form(r, "POST "+book, "archive.file", office.Edit, s.File, func(in FileInput) string { return office.BookPath(in.ID, "documents") },
		func(_ FileInput, d Document) string { return path(d.ID) }, upload)
	web.Page(r, "GET "+at, "archive.get", office.View, s.Get, documentPage)
	web.File(r, "GET "+at+"/file", "archive.scan", office.View, s.Scan)
	web.Form(r, "POST "+at+"/ask", "archive.request_disposal", office.Edit, s.RequestDisposal,
		func(in RequestInput) string { return path(in.ID) },
		func(in RequestInput, _ Document) string { return path(in.ID) })
	web.Form(r, "POST "+at+"/destroy", "archive.dispose", office.Edit, s.Dispose, page, same)
	web.Form(r, "POST "+at+"/keep", "archive.retain", office.Edit, s.Retain, page, same)
}
