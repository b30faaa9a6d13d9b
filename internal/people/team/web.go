package team

import (
	"github.com/a-h/templ"

	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/teams", "team.list", View, s.List)
	web.JSON(r, "POST /api/v1/teams", "team.found", Found, s.Found, web.Status(201))
	web.JSON(r, "GET /api/v1/teams/{id}", "team.get", View, s.Get)
	web.JSON(r, "POST /api/v1/teams/{id}/approve", "team.approve", Approve, s.Approve)
	web.JSON(r, "POST /api/v1/teams/{id}/edit", "team.edit", Lead, s.Edit)
	web.JSON(r, "POST /api/v1/teams/{id}/invite", "team.invite", Lead, s.Invite)
	web.JSON(r, "POST /api/v1/teams/{id}/appoint", "team.appoint", Lead, s.Appoint)
	web.JSON(r, "POST /api/v1/teams/{id}/dissolve", "team.dissolve", Approve, s.Dissolve)
	web.JSON(r, "POST /api/v1/teams/{id}/join", "team.join", Join, s.Join, web.Status(201))
	web.JSON(r, "GET /api/v1/team-members", "team.mine", Join, s.Mine)
	web.JSON(r, "GET /api/v1/team-members/{id}", "team.membership", Join, s.Membership)
	web.JSON(r, "POST /api/v1/team-members/{id}/answer", "team.answer", Join, s.Answer)
	web.JSON(r, "POST /api/v1/team-members/{id}/decide", "team.decide", Lead, s.Decide)
	web.JSON(r, "POST /api/v1/team-members/{id}/leave", "team.leave", Join, s.Leave)
	web.JSON(r, "POST /api/v1/team-members/{id}/remove", "team.remove", Lead, s.Remove)
	web.JSON(r, "GET /api/v1/lists/teams-by-kind", "team.by_kind", View, s.ByKind)
	web.JSON(r, "GET /api/v1/public/teams", "team.faces", Public, s.Faces)
	web.JSON(r, "GET /api/v1/public/teams/{id}", "team.face", Public, s.Face)

	web.Page(r, "GET /teams", "team.faces", Public, s.Faces, facesPage)
	web.Page(r, "GET /teams/{id}", "team.face", Public, s.Face, facePage)
	for _, base := range []string{desk, gov} {
		web.Page(r, "GET "+base, "team.list", View, s.List, func(v Register) templ.Component { return registerPage(v, base) })
		web.Page(r, "GET "+base+"/kinds", "team.by_kind", View, s.ByKind, func(v ByKind) templ.Component { return kindsPage(v, base) })
		web.Page(r, "GET "+base+"/{id}", "team.get", View, s.Get, func(v Detail) templ.Component { return teamPage(v, base) })
	}
	web.File(r, "GET "+desk+"/export", "team.export", View, s.Export)
	web.File(r, "GET "+desk+"/{id}/roster", "team.roster", Lead, s.Roster)
	web.Page(r, "GET "+desk+"/new", "team.blank", Approve, s.DeskBlank, blankPage)
	web.Form(r, "POST "+desk, "team.found", Found, s.Found, func(FoundInput) string { return desk + "/new" },
		func(_ FoundInput, d Detail) string { return pageOf(d.ID) })
	for _, verb := range []string{"approve", "refuse"} { // two forms of the page, one operation
		web.Form(r, "POST "+desk+"/{id}/"+verb, "team.approve", Approve, s.Approve, func(in ApproveInput) string { return pageOf(in.ID) },
			func(in ApproveInput, _ Detail) string { return pageOf(in.ID) })
	}
	web.Form(r, "POST "+desk+"/{id}/dissolve", "team.dissolve", Approve, s.Dissolve, func(in DissolveInput) string { return pageOf(in.ID) },
		func(in DissolveInput, _ Detail) string { return pageOf(in.ID) })
	s.leaderForms(r, desk)
	s.myPages(r)
}

// leaderForms are what the leader does on his phone, and the station on its page of a team.
func (s *Service) leaderForms(r *web.Router, base string) {
	web.Form(r, "POST "+base+"/{id}/edit", "team.edit", Lead, s.Edit, func(in EditInput) string { return base + "/" + in.ID.String() },
		func(in EditInput, _ Detail) string { return base + "/" + in.ID.String() })
	web.Form(r, "POST "+base+"/{id}/invite", "team.invite", Lead, s.Invite, func(in InviteInput) string { return base + "/" + in.ID.String() },
		func(in InviteInput, _ Detail) string { return base + "/" + in.ID.String() })
	web.Form(r, "POST "+base+"/{id}/appoint", "team.appoint", Lead, s.Appoint,
		func(in AppointInput) string { return base + "/" + in.ID.String() },
		func(in AppointInput, _ Detail) string { return base + "/" + in.ID.String() })
	at := func(m Membership) string { return base + "/" + m.TeamID.String() }
	web.Form(r, "POST "+base+"/members/{id}/answer", "team.answer", Join, s.Answer, func(AnswerInput) string { return "" },
		func(_ AnswerInput, m Membership) string { return at(m) })
	web.Form(r, "POST "+base+"/members/{id}/decide", "team.decide", Lead, s.Decide, func(DecideInput) string { return "" },
		func(_ DecideInput, m Membership) string { return at(m) })
	web.Form(r, "POST "+base+"/members/{id}/remove", "team.remove", Lead, s.Remove, func(LeaveInput) string { return "" },
		func(_ LeaveInput, m Membership) string { return at(m) })
}

func (s *Service) myPages(r *web.Router) {
	web.Page(r, "GET "+my, "team.mine", Join, s.Mine, minePage)
	web.Page(r, "GET "+my+"/new", "team.blank", Found, s.Blank, blankPage)
	web.Page(r, "GET "+my+"/{id}", "team.card", Join, s.Card, cardPage)
	web.Form(r, "POST "+my, "team.found", Found, s.Found, func(FoundInput) string { return my + "/new" },
		func(_ FoundInput, d Detail) string { return minePath(d.ID) })
	web.Form(r, "POST "+my+"/{id}/join", "team.join", Join, s.Join, func(in JoinInput) string { return minePath(in.ID) },
		func(in JoinInput, _ Membership) string { return minePath(in.ID) })
	web.Form(r, "POST "+my+"/members/{id}/leave", "team.leave", Join, s.Leave, func(LeaveInput) string { return "" },
		func(LeaveInput, Membership) string { return my })
	s.leaderForms(r, my)
}

const (
	gov = "/gov/teams"
	my  = "/my/teams"
)
