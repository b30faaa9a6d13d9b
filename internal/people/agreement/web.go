package agreement

import (
	"github.com/a-h/templ"

	"linli/internal/platform/web"
)

// uploadBody is the most bytes of a form with a file.
const uploadBody = 20 << 20

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	const api, texts = "/api/v1/agreements", "/api/v1/agreement-templates"
	upload := web.MaxBody(uploadBody)
	web.JSON(r, "GET "+api, "agreement.list", Keep, s.List)
	web.JSON(r, "POST "+api, "agreement.make", Keep, s.Make, web.Status(201))
	web.JSON(r, "GET "+api+"/{id}", "agreement.get", View, s.Get)
	web.JSON(r, "POST "+api+"/{id}/sign", "agreement.sign", Sign, s.Sign)
	web.JSON(r, "POST "+api+"/{id}/file", "agreement.file", Keep, s.File, upload)
	web.JSON(r, "POST "+api+"/{id}/end", "agreement.end", Sign, s.End)
	web.JSON(r, "POST "+api+"/{id}/withdraw", "agreement.withdraw", Sign, s.Withdraw)
	web.JSON(r, "GET "+texts, "agreement.templates", Write, s.Templates)
	web.JSON(r, "POST "+texts, "agreement.write", Write, s.WriteTemplate, web.Status(201))
	web.JSON(r, "GET "+texts+"/{id}", "agreement.template", View, s.GetTemplate)
	web.JSON(r, "POST "+texts+"/{id}/revise", "agreement.revise", Write, s.Revise)
	web.JSON(r, "POST "+texts+"/{id}/retire", "agreement.retire", Write, s.Retire)
	web.JSON(r, "GET /api/v1/my-agreements", "agreement.mine", View, s.Mine)

	web.Page(r, "GET "+desk, "agreement.list", Keep, s.List, listPage)
	web.Page(r, "GET "+desk+"/new", "agreement.blank", Keep, s.Blank, blankPage)
	web.File(r, "GET "+desk+"/export", "agreement.export", Keep, s.Export)
	web.Form(r, "POST "+desk, "agreement.make", Keep, s.Make, func(MakeInput) string { return desk + "/new" },
		func(_ MakeInput, d Detail) string { return page(desk, d.ID) })
	web.Form(r, "POST "+desk+"/{id}/file", "agreement.file", Keep, s.File, func(in PaperInput) string { return page(desk, in.ID) },
		func(in PaperInput, _ Detail) string { return page(desk, in.ID) }, upload)
	web.Page(r, "GET "+my, "agreement.mine", View, s.Mine, minePage)
	s.shell(r, desk)
	s.shell(r, my)
	s.library(r, templates)
	s.library(r, govTemplates)
}

// shell are the pages of one agreement.
func (s *Service) shell(r *web.Router, base string) {
	web.Page(r, "GET "+base+"/{id}", "agreement.get", View, s.Get, func(v Detail) templ.Component { return agreementPage(v, base) })
	web.File(r, "GET "+base+"/{id}/print", "agreement.print", View, s.Print)
	web.File(r, "GET "+base+"/{id}/scan", "agreement.scan", View, s.Scan)
	web.Form(r, "POST "+base+"/{id}/sign", "agreement.sign", Sign, s.Sign, func(in SignInput) string { return page(base, in.ID) },
		func(in SignInput, _ Detail) string { return page(base, in.ID) })
	for _, x := range []struct {
		verb string
		op   web.Op[EndInput, Detail]
	}{{"end", s.End}, {"withdraw", s.Withdraw}} {
		web.Form(r, "POST "+base+"/{id}/"+x.verb, "agreement."+x.verb, Sign, x.op, func(in EndInput) string { return page(base, in.ID) },
			func(in EndInput, _ Detail) string { return page(base, in.ID) })
	}
}

// library are the pages of templates.
func (s *Service) library(r *web.Router, base string) {
	web.Page(r, "GET "+base, "agreement.templates", Write, s.Templates, func(v Library) templ.Component { return libraryPage(v, base) })
	web.Page(r, "GET "+base+"/{id}", "agreement.template", View, s.GetTemplate, func(v Text) templ.Component { return templatePage(v, base) })
	web.Form(r, "POST "+base, "agreement.write", Write, s.WriteTemplate, func(WriteInput) string { return base },
		func(_ WriteInput, t Template) string { return page(base, t.ID) })
	web.Form(r, "POST "+base+"/{id}/revise", "agreement.revise", Write, s.Revise, func(in ReviseInput) string { return page(base, in.ID) },
		func(in ReviseInput, _ Template) string { return page(base, in.ID) })
	web.Form(r, "POST "+base+"/{id}/retire", "agreement.retire", Write, s.Retire, func(in MoveInput) string { return page(base, in.ID) },
		func(in MoveInput, _ Template) string { return page(base, in.ID) })
}
