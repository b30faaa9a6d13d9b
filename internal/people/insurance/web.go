package insurance

import (
	"github.com/a-h/templ"

	"linli/internal/platform/web"
)

// uploadBody is the most bytes of a form with a file.
const uploadBody = 20 << 20

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	const api, incidents = "/api/v1/policies", "/api/v1/incidents"
	upload := web.MaxBody(uploadBody)
	web.JSON(r, "GET "+api, "insurance.list", View, s.List)
	web.JSON(r, "POST "+api, "insurance.enter", Keep, s.Enter, web.Status(201), upload)
	web.JSON(r, "GET "+api+"/{id}", "insurance.get", View, s.Get)
	web.JSON(r, "POST "+api+"/{id}/amend", "insurance.amend", Keep, s.Amend, upload)
	web.JSON(r, "POST "+api+"/{id}/end", "insurance.end", Keep, s.End)
	web.JSON(r, "POST "+api+"/{id}/add", "insurance.add", Keep, s.Add)
	web.JSON(r, "POST "+api+"/{id}/strike", "insurance.strike", Keep, s.Strike)
	web.JSON(r, "GET "+api+"/shares", "insurance.shares", View, s.Shares)
	web.JSON(r, "GET "+incidents, "insurance.incidents", Incident, s.Incidents)
	web.JSON(r, "POST "+incidents, "insurance.note", Incident, s.Note, web.Status(201))
	web.JSON(r, "GET "+incidents+"/{id}", "insurance.incident", Incident, s.Incident)
	web.JSON(r, "POST "+incidents+"/{id}/report", "insurance.report", Incident, s.Report)
	web.JSON(r, "POST "+incidents+"/{id}/close", "insurance.close", Incident, s.Close)
	web.JSON(r, "GET /api/v1/my-insurance", "insurance.mine", Own, s.Mine)

	web.Page(r, "GET "+my, "insurance.mine", Own, s.Mine, minePage)
	s.shell(r, desk)
	s.shell(r, gov)
	s.incidentPages(r, deskIncidents)
	s.incidentPages(r, govIncidents)
}

// shell are the pages of policies in a shell.
func (s *Service) shell(r *web.Router, base string) {
	upload := web.MaxBody(uploadBody)
	web.Page(r, "GET "+base, "insurance.list", View, s.List, func(v Listing) templ.Component { return listPage(v, base) })
	web.Page(r, "GET "+base+"/new", "insurance.blank", Keep, s.Blank, func(v Blank) templ.Component { return blankPage(v, base) })
	web.Page(r, "GET "+base+"/shares", "insurance.shares", View, s.Shares, func(v Shares) templ.Component { return sharesPage(v, base) })
	web.File(r, "GET "+base+"/export", "insurance.export", View, s.Export)
	web.Page(r, "GET "+base+"/{id}", "insurance.get", View, s.Get, func(v Detail) templ.Component { return policyPage(v, base) })
	web.File(r, "GET "+base+"/{id}/file", "insurance.file", View, s.File)
	web.Form(r, "POST "+base, "insurance.enter", Keep, s.Enter, func(EnterInput) string { return base + "/new" },
		func(_ EnterInput, p Policy) string { return page(base, p.ID) }, upload)
	web.Form(r, "POST "+base+"/{id}/amend", "insurance.amend", Keep, s.Amend, func(in AmendInput) string { return page(base, in.ID) },
		func(in AmendInput, _ Policy) string { return page(base, in.ID) }, upload)
	web.Form(r, "POST "+base+"/{id}/end", "insurance.end", Keep, s.End, func(in EndInput) string { return page(base, in.ID) },
		func(in EndInput, _ Policy) string { return page(base, in.ID) })
	web.Form(r, "POST "+base+"/{id}/add", "insurance.add", Keep, s.Add, func(in AddInput) string { return page(base, in.ID) },
		func(in AddInput, _ Policy) string { return page(base, in.ID) })
	web.Form(r, "POST "+base+"/{id}/strike", "insurance.strike", Keep, s.Strike, func(in StrikeInput) string { return page(base, in.ID) },
		func(in StrikeInput, _ Policy) string { return page(base, in.ID) })
}

// incidentPages are those of incidents in a shell.
func (s *Service) incidentPages(r *web.Router, base string) {
	web.Page(r, "GET "+base, "insurance.incidents", Incident, s.Incidents, func(v Incidents) templ.Component { return incidentsPage(v, base) })
	web.Page(r, "GET "+base+"/{id}", "insurance.incident", Incident, s.Incident,
		func(v IncidentDetail) templ.Component { return incidentPage(v, base) })
	web.Form(r, "POST "+base, "insurance.note", Incident, s.Note, func(NoteInput) string { return base },
		func(_ NoteInput, x IncidentDetail) string { return page(base, x.ID) })
	web.Form(r, "POST "+base+"/{id}/report", "insurance.report", Incident, s.Report, func(in ReportInput) string { return page(base, in.ID) },
		func(in ReportInput, _ IncidentDetail) string { return page(base, in.ID) })
	web.Form(r, "POST "+base+"/{id}/close", "insurance.close", Incident, s.Close, func(in CloseInput) string { return page(base, in.ID) },
		func(in CloseInput, _ IncidentDetail) string { return page(base, in.ID) })
}
