package volunteer

import (
	"github.com/a-h/templ"

	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/volunteers", "volunteer.list", View, s.List)
	web.JSON(r, "GET /api/v1/volunteers/{id}", "volunteer.get", View, s.Get)
	web.JSON(r, "POST /api/v1/volunteers", "volunteer.register", Register, s.Register, web.Status(201))
	web.JSON(r, "POST /api/v1/volunteers/{id}/approve", "volunteer.approve", Approve, s.Approve)
	web.JSON(r, "POST /api/v1/volunteers/{id}/pause", "volunteer.pause", Manage, s.Pause)
	web.JSON(r, "POST /api/v1/volunteers/{id}/leave", "volunteer.leave", Manage, s.Leave)
	web.JSON(r, "POST /api/v1/volunteers/{id}/issue", "volunteer.issue", Hand, s.IssueTo)

	web.Page(r, "GET /join", "volunteer.invite", Register, s.Invite, func(Nothing) templ.Component { return invitePage() }, web.Translated)
	web.Page(r, "GET /my/volunteer", "volunteer.mine", View, s.Mine, minePage)
	mine := func() string { return "/my/volunteer" }
	web.Form(r, "POST /my/volunteer", "volunteer.register", Register, s.Register, func(RegisterInput) string { return mine() }, func(RegisterInput, Volunteer) string { return mine() })
	web.Form(r, "POST /my/volunteer/{id}/pause", "volunteer.pause", Manage, s.Pause, func(PauseInput) string { return mine() }, func(PauseInput, Volunteer) string { return mine() })
	web.Form(r, "POST /my/volunteer/{id}/leave", "volunteer.leave", Manage, s.Leave, func(LeaveInput) string { return mine() }, func(LeaveInput, Volunteer) string { return mine() })

	web.Page(r, "GET "+desk, "volunteer.list", View, s.Roll, rollPage)
	web.Page(r, "GET "+desk+"/{id}", "volunteer.get", View, s.Sheet, sheetPage)
	at := func(v Volunteer) string { return v.deskPath() }
	for _, verb := range []string{"approve", "refuse"} { // two forms of the page, one operation
		web.Form(r, "POST "+desk+"/{id}/"+verb, "volunteer.approve", Approve, s.Approve, func(in ApproveInput) string { return at(Volunteer{ID: in.ID}) },
			func(_ ApproveInput, v Volunteer) string { return at(v) })
	}
	web.Form(r, "POST "+desk+"/{id}/issue", "volunteer.issue", Hand, s.IssueTo, func(in IssueInput) string { return at(Volunteer{ID: in.ID}) }, func(_ IssueInput, v Volunteer) string { return at(v) })
	web.Form(r, "POST "+desk+"/{id}/pause", "volunteer.pause", Manage, s.Pause, func(in PauseInput) string { return at(Volunteer{ID: in.ID}) }, func(_ PauseInput, v Volunteer) string { return at(v) })
	web.Form(r, "POST "+desk+"/{id}/leave", "volunteer.leave", Manage, s.Leave, func(in LeaveInput) string { return at(Volunteer{ID: in.ID}) }, func(_ LeaveInput, v Volunteer) string { return at(v) })
}
