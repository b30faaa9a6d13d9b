package archive

import (
	"fmt"

	"linli/internal/network/office"
	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	upload := web.MaxBody(office.UploadBody)
	web.JSON(r, "GET /api/v1/stations/{id}/documents", "archive.list", office.View, s.Documents)
	web.JSON(r, "POST /api/v1/stations/{id}/documents", "archive.file", office.Edit, s.File, web.Status(201), upload)
	web.JSON(r, "GET /api/v1/documents/{id}", "archive.get", office.View, s.Document)
	web.JSON(r, "POST /api/v1/documents/{id}/ask", "archive.destroy_ask", office.Edit, s.Ask)
	web.JSON(r, "POST /api/v1/documents/{id}/destroy", "archive.destroy", office.Edit, s.Destroy)
	web.JSON(r, "POST /api/v1/documents/{id}/keep", "archive.keep", office.Edit, s.KeepOn)

	const at = office.DeskPath + "-documents/{id}"
	one := func(id fmt.Stringer) string { return office.DeskPath + "-documents/" + id.String() }
	web.Page(r, "GET "+office.DeskPath+"/{id}/documents", "archive.list", office.View, s.Documents, documentsPage)
	web.File(r, "GET "+office.DeskPath+"/{id}/documents/export", "archive.export", office.View, s.Catalogue)
	web.Form(r, "POST "+office.DeskPath+"/{id}/documents", "archive.file", office.Edit, s.File, func(in FileInput) string { return office.BookPath(in.ID, "documents") }, func(_ FileInput, d Document) string { return one(d.ID) }, upload)
	web.Page(r, "GET "+at, "archive.get", office.View, s.Document, documentPage)
	web.File(r, "GET "+at+"/file", "archive.scan", office.View, s.DocumentFile)
	web.Form(r, "POST "+at+"/ask", "archive.destroy_ask", office.Edit, s.Ask, func(in AskInput) string { return one(in.ID) }, func(in AskInput, _ Document) string { return one(in.ID) })
	web.Form(r, "POST "+at+"/destroy", "archive.destroy", office.Edit, s.Destroy, func(in TurnDocument) string { return one(in.ID) }, func(in TurnDocument, _ Document) string { return one(in.ID) })
	web.Form(r, "POST "+at+"/keep", "archive.keep", office.Edit, s.KeepOn, func(in TurnDocument) string { return one(in.ID) }, func(in TurnDocument, _ Document) string { return one(in.ID) })
}
