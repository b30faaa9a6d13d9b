package press

import (
	"time"

	"github.com/a-h/templ"

	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	upload := web.MaxBody(uploadBody)
	web.JSON(r, "GET /api/v1/articles", "press.list", View, s.List)
	web.JSON(r, "POST /api/v1/articles", "press.create", Write, s.Create, web.Status(201))
	web.JSON(r, "GET /api/v1/articles/{id}", "press.get", View, s.Get)
	web.JSON(r, "GET /api/v1/articles/{id}/rounds/{n}", "press.round", View, s.Round)
	web.JSON(r, "POST /api/v1/articles/{id}/edit", "press.edit", Write, s.Edit)
	web.JSON(r, "POST /api/v1/articles/{id}/files", "press.add_file", Write, s.AddFile, upload)
	web.JSON(r, "POST /api/v1/articles/{id}/files/drop", "press.drop_file", Write, s.DropFile)
	web.JSON(r, "POST /api/v1/articles/{id}/named", "press.name", Write, s.Name)
	web.JSON(r, "POST /api/v1/articles/{id}/named/drop", "press.unname", Write, s.Unname)
	web.JSON(r, "POST /api/v1/articles/{id}/named/end", "press.end_consent", Write, s.EndConsent)
	web.JSON(r, "POST /api/v1/articles/{id}/submit", "press.submit", Write, s.Submit)
	web.JSON(r, "POST /api/v1/articles/{id}/approve", "press.approve", Review, s.Approve)
	web.JSON(r, "POST /api/v1/articles/{id}/return", "press.return", Review, s.Return)
	web.JSON(r, "POST /api/v1/articles/{id}/publish", "press.publish", Publish, s.Publish)
	web.JSON(r, "POST /api/v1/articles/{id}/withdraw", "press.withdraw", Write, s.Withdraw)
	web.JSON(r, "POST /api/v1/articles/{id}/revise", "press.revise", Write, s.Revise)

	web.JSON(r, "GET /api/v1/media-reports", "press.reports", View, s.Reports)
	web.JSON(r, "POST /api/v1/media-reports", "press.report", Write, s.Report, web.Status(201))
	web.JSON(r, "GET /api/v1/media-reports/{id}", "press.report_get", View, s.GetReport)
	web.JSON(r, "POST /api/v1/media-reports/{id}/void", "press.report_void", Write, s.VoidReport)
	web.JSON(r, "GET /api/v1/article-figures", "press.figures", View, s.Figures)

	web.JSON(r, "GET /api/v1/search", "press.front", Public, s.Front, web.Rate(1200, time.Hour))
	web.JSON(r, "GET /api/v1/published/{id}", "press.read", Public, s.Read)
	web.Page(r, "GET "+public, "press.front", Public, s.Front, frontPage, web.Fresh(s.Edition))
	web.Page(r, "GET "+public+"/{id}", "press.read", Public, s.Read, storyPage, web.Fresh(s.Edition))
	web.File(r, "GET "+publicFiles+"/{id}", "press.file", Public, s.PublicFile)
	web.File(r, "GET "+public+"/{id}/poster", "press.poster", Public, s.Poster)
	web.File(r, "GET /feed.xml", "press.feed", Public, s.Feed)
	web.File(r, "GET "+deskFiles+"/{id}", "press.open", View, s.Open)
	for _, base := range []string{desk, gov} {
		s.office(r, base)
		s.books(r, base)
	}
}

// office are the pages of those who write and review; stations and editors have them at the desk, officers of the levels above at theirs.
func (s *Service) office(r *web.Router, base string) {
	upload := web.MaxBody(uploadBody)
	web.Page(r, "GET "+base, "press.list", View, s.List, func(v Register) templ.Component { return listPage(v, base) })
	web.Page(r, "GET "+base+"/new", "press.blank", Write, s.Blank, func(v Blank) templ.Component { return blankPage(v, base) })
	web.Page(r, "GET "+base+"/{id}", "press.get", View, s.Get, func(v Detail) templ.Component { return articlePage(v, base) })
	web.Page(r, "GET "+base+"/{id}/rounds/{n}", "press.round", View, s.Round, func(v Round) templ.Component { return roundPage(v, base) })
	web.Form(r, "POST "+base, "press.create", Write, s.Create, func(CreateInput) string { return base + "/new" },
		func(_ CreateInput, d Detail) string { return at(base, d.ID) })
	web.Form(r, "POST "+base+"/{id}/edit", "press.edit", Write, s.Edit, func(in EditInput) string { return at(base, in.ID) },
		func(in EditInput, _ Detail) string { return at(base, in.ID) })
	web.Form(r, "POST "+base+"/{id}/files", "press.add_file", Write, s.AddFile, func(in FileInput) string { return at(base, in.ID) },
		func(in FileInput, _ Detail) string { return at(base, in.ID) }, upload)
	web.Form(r, "POST "+base+"/{id}/files/drop", "press.drop_file", Write, s.DropFile, func(in DropInput) string { return at(base, in.ID) },
		func(in DropInput, _ Detail) string { return at(base, in.ID) })
	web.Form(r, "POST "+base+"/{id}/named", "press.name", Write, s.Name, func(in NameInput) string { return at(base, in.ID) },
		func(in NameInput, _ Detail) string { return at(base, in.ID) })
	named := func(in UnnameInput, _ Detail) string { return at(base, in.ID) }
	again := func(in UnnameInput) string { return at(base, in.ID) }
	web.Form(r, "POST "+base+"/{id}/named/drop", "press.unname", Write, s.Unname, again, named)
	web.Form(r, "POST "+base+"/{id}/named/end", "press.end_consent", Write, s.EndConsent, again, named)
	s.moves(r, base)
}

// moves are the steps of an article from draft to public and back.
func (s *Service) moves(r *web.Router, base string) {
	web.Form(r, "POST "+base+"/{id}/submit", "press.submit", Write, s.Submit, func(in SubmitInput) string { return at(base, in.ID) },
		func(in SubmitInput, _ Detail) string { return at(base, in.ID) })
	web.Form(r, "POST "+base+"/{id}/approve", "press.approve", Review, s.Approve, func(in ApproveInput) string { return at(base, in.ID) },
		func(in ApproveInput, _ Detail) string { return at(base, in.ID) })
	web.Form(r, "POST "+base+"/{id}/return", "press.return", Review, s.Return, func(in ReturnInput) string { return at(base, in.ID) },
		func(in ReturnInput, _ Detail) string { return at(base, in.ID) })
	web.Form(r, "POST "+base+"/{id}/publish", "press.publish", Publish, s.Publish, func(in PublishInput) string { return at(base, in.ID) },
		func(in PublishInput, _ Detail) string { return at(base, in.ID) })
	web.Form(r, "POST "+base+"/{id}/withdraw", "press.withdraw", Write, s.Withdraw, func(in WithdrawInput) string { return at(base, in.ID) },
		func(in WithdrawInput, _ Detail) string { return at(base, in.ID) })
	web.Form(r, "POST "+base+"/{id}/revise", "press.revise", Write, s.Revise, func(in ReviseInput) string { return at(base, in.ID) },
		func(in ReviseInput, _ Detail) string { return at(base, in.ID) })
}

// books are the register of reports and the figures.
func (s *Service) books(r *web.Router, base string) {
	web.Page(r, "GET "+base+"-media", "press.reports", View, s.Reports, func(v Reports) templ.Component { return mediaPage(v, base) })
	web.File(r, "GET "+base+"-media/export", "press.report_export", View, s.ExportReports)
	back := func(ReportInput) string { return base + "-media" }
	web.Form(r, "POST "+base+"-media", "press.report", Write, s.Report, back, func(ReportInput, Coverage) string { return base + "-media" })
	web.Form(r, "POST "+base+"-media/{id}/void", "press.report_void", Write, s.VoidReport, func(VoidInput) string { return base + "-media" },
		func(VoidInput, Coverage) string { return base + "-media" })
	web.Page(r, "GET "+base+"-figures", "press.figures", View, s.Figures, func(v Figures) templ.Component { return figuresPage(v, base) })
	web.File(r, "GET "+base+"-figures/export", "press.figures_export", View, s.ExportFigures)
}
