package visit

import (
	"github.com/a-h/templ"

	"linli/internal/oversight/inspection"
	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	upload := web.MaxBody(inspection.UploadBody)
	web.JSON(r, "GET /api/v1/inspections", "visit.list", View, s.List)
	web.JSON(r, "POST /api/v1/inspections", "visit.open", Inspect, s.Open, web.Status(201))
	web.JSON(r, "GET /api/v1/inspections/{id}", "visit.get", View, s.Get)
	web.JSON(r, "POST /api/v1/inspections/{id}/fill", "visit.fill", Inspect, s.Fill)
	web.JSON(r, "POST /api/v1/inspections/{id}/cancel", "visit.cancel", Inspect, s.Cancel)
	web.JSON(r, "GET /api/v1/findings", "visit.findings", View, s.Findings)
	web.JSON(r, "GET /api/v1/findings/{id}", "visit.finding", View, s.Finding)
	web.JSON(r, "POST /api/v1/findings/{id}/photos", "visit.photo", Inspect, s.Photo, upload)
	web.JSON(r, "POST /api/v1/findings/{id}/rectify", "visit.rectify", Rectify, s.Rectify, upload)
	web.JSON(r, "POST /api/v1/findings/{id}/close", "visit.close", Inspect, s.Close)
	web.JSON(r, "POST /api/v1/findings/{id}/return", "visit.return", Inspect, s.Return)
	web.JSON(r, "POST /api/v1/findings/{id}/extend", "visit.extend", Inspect, s.Extend)

	web.Page(r, "GET "+visitsPath, "visit.list", View, s.List, visitsPage)
	web.Form(r, "POST "+visitsPath, "visit.open", Inspect, s.Open, func(OpenInput) string { return visitsPath },
		func(_ OpenInput, out Detail) string { return visitAt(out.ID) })
	web.Page(r, "GET "+visitsPath+"/{id}", "visit.get", View, s.Get, visitPage)
	web.Form(r, "POST "+visitsPath+"/{id}/fill", "visit.fill", Inspect, s.Fill, func(in FillInput) string { return visitAt(in.ID) },
		func(in FillInput, _ Detail) string { return visitAt(in.ID) })
	web.Form(r, "POST "+visitsPath+"/{id}/cancel", "visit.cancel", Inspect, s.Cancel, func(in CancelInput) string { return visitAt(in.ID) },
		func(in CancelInput, _ Detail) string { return visitAt(in.ID) })
	web.File(r, "GET "+visitsPath+"/{id}/sheet", "visit.sheet", View, s.Sheet)
	web.File(r, "GET /gov/inspection-sheet", "visit.blank", Inspect, s.BlankSheet)

	for _, base := range []string{govFindings, myFindings} {
		web.Page(r, "GET "+base, "visit.findings", View, s.Findings, func(v Findings) templ.Component {
			v.base = base
			return findingsPage(v)
		})
		web.Page(r, "GET "+base+"/{id}", "visit.finding", View, s.Finding, func(v FindingDetail) templ.Component { return findingPage(v, base) })
	}
	web.Form(r, "POST "+govFindings+"/{id}/photo", "visit.photo", Inspect, s.Photo, func(in PhotoInput) string { return findingAt(in.ID) },
		func(in PhotoInput, _ FindingDetail) string { return findingAt(in.ID) }, upload)
	web.Form(r, "POST "+myFindings+"/{id}/rectify", "visit.rectify", Rectify, s.Rectify,
		func(in RectifyInput) string { return myFindingAt(in.ID) }, func(in RectifyInput, _ FindingDetail) string { return myFindingAt(in.ID) },
		upload)
	web.Form(r, "POST "+govFindings+"/{id}/close", "visit.close", Inspect, s.Close, func(in JudgeInput) string { return findingAt(in.ID) },
		func(in JudgeInput, _ FindingDetail) string { return findingAt(in.ID) })
	web.Form(r, "POST "+govFindings+"/{id}/return", "visit.return", Inspect, s.Return, func(in ReturnInput) string { return findingAt(in.ID) },
		func(in ReturnInput, _ FindingDetail) string { return findingAt(in.ID) })
	web.Form(r, "POST "+govFindings+"/{id}/extend", "visit.extend", Inspect, s.Extend, func(in ReturnInput) string { return findingAt(in.ID) },
		func(in ReturnInput, _ FindingDetail) string { return findingAt(in.ID) })
	web.File(r, "GET /desk/finding-files/{id}", "visit.step_file", View, s.StepFile)
}
