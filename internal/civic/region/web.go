package region

import (
	"linli/internal/platform/auth"
	"linli/internal/platform/web"
	"linli/internal/platform/web/ui"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/regions/{code}", "region.get", View, s.Get)
	web.JSON(r, "GET /api/v1/regions", "region.list", View, s.List)
	web.JSON(r, "POST /api/v1/regions/{code}/count", "region.count", Edit, s.Count)
	web.JSON(r, "GET /api/v1/regions/{code}/history", "region.history", View, s.History)
	web.Page(r, "GET /regions", "region.browse", View, s.Browse, browsePage)
	web.File(r, "GET /regions.csv", "region.tree", View, s.Tree)

	web.JSON(r, "GET /api/v1/region-editions", "region.editions", Edit, s.Editions)
	web.JSON(r, "POST /api/v1/region-editions", "region.upload", Edit, s.Upload, web.Status(201), web.MaxBody(uploadBody))
	web.JSON(r, "GET /api/v1/region-editions/{id}", "region.edition", Edit, s.Edition)
	web.JSON(r, "GET /api/v1/region-editions/{id}/changes", "region.changes", Edit, s.Changes)
	web.JSON(r, "POST /api/v1/region-editions/{id}/decide", "region.decide", Edit, s.Decide)
	web.JSON(r, "POST /api/v1/region-editions/{id}/accept", "region.accept", Edit, s.Accept)
	web.JSON(r, "POST /api/v1/region-editions/{id}/apply", "region.apply", Edit, s.Apply)
	web.JSON(r, "POST /api/v1/region-editions/{id}/discard", "region.discard", Edit, s.Discard)

	web.Page(r, "GET "+editionsPath, "region.editions", Edit, s.overview, editionsView)
	web.Form(r, "POST "+editionsPath, "region.upload", Edit, s.Upload, func(UploadInput) string { return editionsPath },
		func(_ UploadInput, e Edition) string { return e.path() }, web.MaxBody(uploadBody))
	web.Page(r, "GET "+editionsPath+"/{id}", "region.changes", Edit, s.sheet, editionView)
	web.Form(r, "POST "+editionsPath+"/{id}/decide", "region.decide", Edit, s.Decide, DecideInput.page,
		func(in DecideInput, _ Edition) string { return in.page() })
	step := func(verb string, op web.Op[VersionInput, Edition]) {
		web.Form(r, "POST "+editionsPath+"/{id}/"+verb, "region."+verb, Edit, op,
			func(in VersionInput) string { return editionsPath + "/" + in.ID.String() }, func(_ VersionInput, e Edition) string { return e.path() })
	}
	step("accept", s.Accept)
	step("apply", s.Apply)
	step("discard", s.Discard)

	web.Page(r, "GET "+divisionsPath, "region.review", Edit, s.review, reviewView)
	web.Page(r, "GET "+divisionsPath+"/{code}", "region.division", Edit, s.division, divisionView)
	at := func(in CountInput) string { return divisionsPath + "/" + in.Code.String() }
	web.Form(r, "POST "+divisionsPath+"/{code}/count", "region.count", Edit, s.Count, at,
		func(in CountInput, _ Division) string { return at(in) })
}

const (
	editionsPath  = "/admin/editions"
	divisionsPath = "/admin/regions"
)

// uploadBody is the most bytes of a posted edition.
const uploadBody = 20 << 20

// page is where the decided divisions stand.
func (in DecideInput) page() string {
	return ui.Href(editionsPath+"/"+in.ID.String(), "kind", Closed, "cursor", in.Cursor)
}

func address(code auth.Region, q string) string { return ui.Href("/regions", "code", code, "q", q) }
