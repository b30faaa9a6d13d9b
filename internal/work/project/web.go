package project

import (
	"github.com/a-h/templ"

	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/projects", "project.list", View, s.List)
	web.JSON(r, "POST /api/v1/projects", "project.propose", Plan, s.Propose, web.Status(201))
	web.JSON(r, "GET /api/v1/projects/{id}", "project.get", View, s.Get)
	web.JSON(r, "POST /api/v1/projects/{id}/edit", "project.edit", Plan, s.Edit)
	web.JSON(r, "POST /api/v1/projects/{id}/approve", "project.approve", Approve, s.Approve)
	web.JSON(r, "POST /api/v1/projects/{id}/appoint", "project.appoint", Plan, s.Appoint)
	web.JSON(r, "POST /api/v1/projects/{id}/attach", "project.attach", Plan, s.Attach)
	web.JSON(r, "POST /api/v1/projects/{id}/close", "project.close", Plan, s.Close)
	web.JSON(r, "POST /api/v1/projects/{id}/copy", "project.copy", Plan, s.Copy, web.Status(201))
	web.JSON(r, "GET /api/v1/my-projects", "project.mine", Join, s.Mine)
	web.JSON(r, "GET /api/v1/lists/communities-without-regular-project", "project.without", Figures, s.Without)
	web.JSON(r, "GET /api/v1/public/projects", "project.faces", Public, s.Faces)
	web.JSON(r, "GET /api/v1/public/projects/{id}", "project.face", Public, s.Face)

	web.Page(r, "GET "+site, "project.faces", Public, s.Faces, facesPage)
	web.Page(r, "GET "+site+"/{id}", "project.face", Public, s.Face, facePage)
	for _, base := range []string{desk, gov} {
		web.Page(r, "GET "+base, "project.list", View, s.List, func(v Register) templ.Component { return registerPage(v, base) })
		web.Page(r, "GET "+base+"/{id}", "project.get", View, s.Get, func(v Detail) templ.Component { return projectPage(v, base) })
	}
	web.Page(r, "GET "+govMissing, "project.without", Figures, s.Without, missingPage)
	web.File(r, "GET "+govMissing+"/export", "project.export_without", Figures, s.ExportWithout)
	web.File(r, "GET "+desk+"/export", "project.export", View, s.Export)
	web.File(r, "GET "+desk+"/{id}/print", "project.print", View, s.Print)
	for _, verb := range []string{"approve", "refuse"} { // two forms of the page, one operation
		web.Form(r, "POST "+desk+"/{id}/"+verb, "project.approve", Approve, s.Approve, func(in ApproveInput) string { return pageOf(in.ID) },
			func(in ApproveInput, _ Detail) string { return pageOf(in.ID) })
	}
	web.Page(r, "GET "+my, "project.mine", Join, s.Mine, minePage)
	web.Page(r, "GET "+my+"/{id}", "project.get", View, s.Get, func(v Detail) templ.Component { return projectPage(v, my) })
	s.leaderForms(r, desk)
	s.leaderForms(r, my)
}

// leaderForms are what who leads a project does: the station on its pages, the leader on his phone.
func (s *Service) leaderForms(r *web.Router, base string) {
	web.Page(r, "GET "+base+"/new", "project.blank", Plan, s.Blank, func(v Blank) templ.Component { return blankPage(v, base) })
	web.Page(r, "GET "+base+"/{id}/edit", "project.get", View, s.Get, func(v Detail) templ.Component { return editPage(v, base) })
	web.Form(r, "POST "+base, "project.propose", Plan, s.Propose, func(ProposeInput) string { return base + "/new" },
		func(_ ProposeInput, d Detail) string { return at(base, d.ID) })
	web.Form(r, "POST "+base+"/{id}/edit", "project.edit", Plan, s.Edit, func(in EditInput) string { return at(base, in.ID) + "/edit" },
		func(in EditInput, _ Detail) string { return at(base, in.ID) })
	web.Form(r, "POST "+base+"/{id}/appoint", "project.appoint", Plan, s.Appoint, func(in AppointInput) string { return at(base, in.ID) },
		func(in AppointInput, _ Detail) string { return at(base, in.ID) })
	web.Form(r, "POST "+base+"/{id}/attach", "project.attach", Plan, s.Attach, func(in AttachInput) string { return at(base, in.ID) },
		func(in AttachInput, _ Detail) string { return at(base, in.ID) })
	web.Form(r, "POST "+base+"/{id}/close", "project.close", Plan, s.Close, func(in CloseInput) string { return at(base, in.ID) },
		func(in CloseInput, _ Detail) string { return at(base, in.ID) })
	web.Form(r, "POST "+base+"/{id}/copy", "project.copy", Plan, s.Copy,
		func(in CopyInput) string { return base + "/new?from=" + in.ID.String() },
		func(_ CopyInput, d Detail) string { return at(base, d.ID) })
}
