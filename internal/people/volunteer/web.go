package volunteer

import (
	"github.com/a-h/templ"

	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/volunteers", "volunteer.list", View, s.List)
	web.JSON(r, "GET /api/v1/volunteers/{id}", "volunteer.get", View, s.Get)
	web.JSON(r, "GET /api/v1/expiring-qualifications", "volunteer.expiring", Hand, s.ListExpiring)
	web.JSON(r, "POST /api/v1/volunteers", "volunteer.register", Register, s.Register, web.Status(201))
	web.JSON(r, "POST /api/v1/volunteers/{id}/approve", "volunteer.approve", Approve, s.Approve)
	web.JSON(r, "POST /api/v1/volunteers/{id}/edit", "volunteer.edit", Manage, s.Edit)
	web.JSON(r, "POST /api/v1/volunteers/{id}/pause", "volunteer.pause", Manage, s.Pause)
	web.JSON(r, "POST /api/v1/volunteers/{id}/leave", "volunteer.leave", Manage, s.Leave)
	web.JSON(r, "POST /api/v1/volunteers/{id}/return", "volunteer.return", Manage, s.Return)
	web.JSON(r, "POST /api/v1/volunteers/{id}/issue", "volunteer.issue", Hand, s.IssueTo)
	web.JSON(r, "POST /api/v1/volunteers/{id}/withdraw", "volunteer.withdraw", Hand, s.Withdraw)

	web.Page(r, "GET /join", "volunteer.invite", Register, s.Invite, func(Nothing) templ.Component { return invitePage() }, web.Translated)
	web.Page(r, "GET /my/volunteer", "volunteer.mine", View, s.Mine, minePage)
	mine := func() string { return "/my/volunteer" }
	web.Form(r, "POST /my/volunteer", "volunteer.register", Register, s.Register, func(RegisterInput) string { return mine() },
		func(RegisterInput, Volunteer) string { return mine() })
	web.Form(r, "POST /my/volunteer/{id}/edit", "volunteer.edit", Manage, s.Edit, func(EditInput) string { return mine() },
		func(EditInput, Volunteer) string { return mine() })
	web.Form(r, "POST /my/volunteer/{id}/pause", "volunteer.pause", Manage, s.Pause, func(PauseInput) string { return mine() },
		func(PauseInput, Volunteer) string { return mine() })
	web.Form(r, "POST /my/volunteer/{id}/leave", "volunteer.leave", Manage, s.Leave, func(LeaveInput) string { return mine() },
		func(LeaveInput, Volunteer) string { return mine() })
	web.Form(r, "POST /my/volunteer/{id}/return", "volunteer.return", Manage, s.Return, func(ReturnInput) string { return mine() },
		func(ReturnInput, Volunteer) string { return mine() })
	s.deskPages(r)
}

func (s *Service) deskPages(r *web.Router) {
	web.Page(r, "GET "+desk, "volunteer.list", View, s.Roll, rollPage)
	web.Page(r, "GET "+desk+"/new", "volunteer.blank", Enrol, s.Blank, blankPage)
	web.Page(r, "GET "+desk+"/expiring", "volunteer.expiring", Hand, s.ListExpiring, expiringPage)
	web.File(r, "GET "+desk+"/export", "volunteer.export", Enrol, s.Export)
	web.File(r, "GET "+desk+"/form", "volunteer.blank_form", Enrol, s.BlankForm)
	web.Page(r, "GET "+desk+"/{id}", "volunteer.get", View, s.Sheet, sheetPage)
	web.Page(r, "GET "+desk+"/{id}/edit", "volunteer.form", Manage, s.Form, editPage)
	web.File(r, "GET "+desk+"/{id}/form", "volunteer.print_form", Enrol, s.PrintForm)
	web.Form(r, "POST "+desk, "volunteer.enrol", Enrol, s.EnrolOther,
		func(in RegisterInput) string { return desk + "/new?person_id=" + in.PersonID.String() },
		func(_ RegisterInput, v Volunteer) string { return v.deskPath() })
	at := func(v Volunteer) string { return v.deskPath() }
	for _, verb := range []string{"approve", "refuse"} { // two forms of the page, one operation
		web.Form(r, "POST "+desk+"/{id}/"+verb, "volunteer.approve", Approve, s.Approve,
			func(in ApproveInput) string { return at(Volunteer{ID: in.ID}) }, func(_ ApproveInput, v Volunteer) string { return at(v) })
	}
	web.Form(r, "POST "+desk+"/{id}/edit", "volunteer.edit", Manage, s.Edit,
		func(in EditInput) string { return at(Volunteer{ID: in.ID}) + "/edit" }, func(_ EditInput, v Volunteer) string { return at(v) })
	web.Form(r, "POST "+desk+"/{id}/issue", "volunteer.issue", Hand, s.IssueTo, func(in IssueInput) string { return at(Volunteer{ID: in.ID}) },
		func(_ IssueInput, v Volunteer) string { return at(v) })
	web.Form(r, "POST "+desk+"/{id}/withdraw", "volunteer.withdraw", Hand, s.Withdraw,
		func(in WithdrawInput) string { return at(Volunteer{ID: in.ID}) }, func(_ WithdrawInput, v Volunteer) string { return at(v) })
	web.Form(r, "POST "+desk+"/{id}/pause", "volunteer.pause", Manage, s.Pause, func(in PauseInput) string { return at(Volunteer{ID: in.ID}) },
		func(_ PauseInput, v Volunteer) string { return at(v) })
	web.Form(r, "POST "+desk+"/{id}/leave", "volunteer.leave", Manage, s.Leave, func(in LeaveInput) string { return at(Volunteer{ID: in.ID}) },
		func(_ LeaveInput, v Volunteer) string { return at(v) })
	web.Form(r, "POST "+desk+"/{id}/return", "volunteer.return", Manage, s.Return,
		func(in ReturnInput) string { return at(Volunteer{ID: in.ID}) }, func(_ ReturnInput, v Volunteer) string { return at(v) })
}
