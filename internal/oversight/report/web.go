package report

import (
	"linli/internal/platform/web"
)

// formBody is the most bytes of a posted blank form.
const formBody = 4 << 20

const (
	base      = "/gov/reports"
	formsAt   = "/gov/report-forms"
	bulletins = "/gov/bulletins"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "POST /api/v1/reports/{code}/file", "report.file", Fill, s.File)
	web.JSON(r, "POST /api/v1/report-forms", "report.put_in", Form, s.PutIn, web.Status(201), web.MaxBody(formBody))
	web.JSON(r, "POST /api/v1/report-forms/{id}/map", "report.map", Form, s.Map)
	web.JSON(r, "POST /api/v1/report-forms/{id}/end", "report.end", Form, s.End)
	web.JSON(r, "POST /api/v1/report-forms/{id}/send", "report.send", Fill, s.Send)
	web.JSON(r, "POST /api/v1/bulletins", "report.begin", Write, s.Begin, web.Status(201))
	web.JSON(r, "POST /api/v1/bulletins/{id}/edit", "report.edit", Write, s.Edit)
	web.JSON(r, "POST /api/v1/bulletins/{id}/publish", "report.publish", Write, s.Publish)
	web.JSON(r, "POST /api/v1/bulletins/{id}/withdraw", "report.withdraw", Write, s.Withdraw)

	web.Page(r, "GET "+base, "report.home", View, s.Home, homePage)
	web.Page(r, "GET "+base+"/{code}", "report.show", View, s.Show, showPage)
	web.File(r, "GET "+base+"/{code}/export", "report.export", View, s.Export)
	web.Form(r, "POST "+base+"/{code}/file", "report.file", Fill, s.File,
		func(in FileInput) string { return at(in.Code, in.Region, in.Period) },
		func(in FileInput, _ Shown) string { return at(in.Code, in.Region, in.Period) })

	formAt := func(id interface{ String() string }) string { return formsAt + "/" + id.String() }
	web.Form(r, "POST "+formsAt, "report.put_in", Form, s.PutIn, func(PutInInput) string { return base },
		func(_ PutInInput, t Template) string { return formAt(t.ID) }, web.MaxBody(formBody))
	web.Page(r, "GET "+formsAt+"/{id}", "report.form", View, s.FormSheet, formPage)
	web.Form(r, "POST "+formsAt+"/{id}/map", "report.map", Form, s.Map, func(in MapInput) string { return formAt(in.ID) },
		func(in MapInput, _ Template) string { return formAt(in.ID) })
	web.Form(r, "POST "+formsAt+"/{id}/end", "report.end", Form, s.End, func(in EndInput) string { return formAt(in.ID) },
		func(EndInput, Template) string { return base })
	web.Form(r, "POST "+formsAt+"/{id}/send", "report.send", Fill, s.Send, func(in SendInput) string { return formAt(in.ID) },
		func(in SendInput, _ Template) string { return formAt(in.ID) })
	web.File(r, "GET "+formsAt+"/{id}/filled", "report.filled", Fill, s.Filled)

	bulletinAt := func(id interface{ String() string }) string { return bulletins + "/" + id.String() }
	web.Form(r, "POST "+bulletins, "report.begin", Write, s.Begin, func(WriteInput) string { return base },
		func(_ WriteInput, b Bulletin) string { return bulletinAt(b.ID) })
	web.Page(r, "GET "+bulletins+"/{id}", "report.bulletin", View, s.Bulletin, bulletinPage)
	web.Form(r, "POST "+bulletins+"/{id}/edit", "report.edit", Write, s.Edit, func(in EditInput) string { return bulletinAt(in.ID) },
		func(in EditInput, _ Bulletin) string { return bulletinAt(in.ID) })
	web.Form(r, "POST "+bulletins+"/{id}/publish", "report.publish", Write, s.Publish, func(in TurnInput) string { return bulletinAt(in.ID) },
		func(in TurnInput, _ Bulletin) string { return bulletinAt(in.ID) })
	web.Form(r, "POST "+bulletins+"/{id}/withdraw", "report.withdraw", Write, s.Withdraw,
		func(in TurnInput) string { return bulletinAt(in.ID) }, func(in TurnInput, _ Bulletin) string { return bulletinAt(in.ID) })
	web.File(r, "GET "+bulletins+"/{id}/file", "report.bulletin_file", View, s.BulletinFile)
}
