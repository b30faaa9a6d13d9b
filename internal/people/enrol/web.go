package enrol

import (
	"time"

	"linli/internal/platform/web"
	"linli/internal/platform/web/ui"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	guess := web.Rate(20, 10*time.Minute) // codes cannot be found by trying
	web.JSON(r, "GET /api/v1/enrolment-groups", "enrol.list", View, s.List)
	web.JSON(r, "GET /api/v1/enrolment-groups/{id}", "enrol.get", View, s.Get)
	web.JSON(r, "POST /api/v1/enrolments", "enrol.enter", Enter, s.Enter, web.Status(201))
	web.JSON(r, "POST /api/v1/enrolments/{id}/agree", "enrol.agree", Enter, s.Agree)
	web.JSON(r, "POST /api/v1/enrolments/{id}/accept", "enrol.accept", Own, s.Accept)
	web.JSON(r, "POST /api/v1/enrolments/{id}/dispute", "enrol.dispute", Own, s.Dispute)
	web.JSON(r, "POST /api/v1/enrolments/{id}/settle", "enrol.settle", Judge, s.Settle)
	web.JSON(r, "POST /api/v1/claims", "enrol.claim", Claim, s.Claim, guess)
	web.JSON(r, "GET /api/v1/my-enrolments", "enrol.mine", Own, s.Mine)

	web.Page(r, "GET "+public, "enrol.ask", Claim, s.Ask, askPage)
	web.Form(r, "POST "+public, "enrol.claim", Claim, s.Claim, func(ClaimInput) string { return public },
		func(_ ClaimInput, d Done) string { return ui.Href(public, "said", d.said()) }, guess)
	web.Page(r, "GET "+desk, "enrol.list", View, s.List, registerPage)
	web.Page(r, "GET "+desk+"/{id}", "enrol.get", View, s.Get, groupPage)
	web.File(r, "GET "+desk+"/{id}/slips", "enrol.slips", Enter, s.Slips)
	web.Form(r, "POST "+desk+"/people/{id}/agree", "enrol.agree", Enter, s.Agree, func(AgreeInput) string { return "" },
		func(_ AgreeInput, d Done) string { return pageOf(d.GroupID) })
	web.Form(r, "POST "+desk+"/people/{id}/settle", "enrol.settle", Judge, s.Settle, func(SettleInput) string { return "" },
		func(_ SettleInput, e Entry) string { return pageOf(e.GroupID) })
	web.Page(r, "GET "+my, "enrol.mine", Own, s.Mine, minePage)
	web.Form(r, "POST "+my+"/{id}/accept", "enrol.accept", Own, s.Accept, func(AcceptInput) string { return my },
		func(AcceptInput, Done) string { return my })
	web.Form(r, "POST "+my+"/{id}/dispute", "enrol.dispute", Own, s.Dispute, func(DisputeInput) string { return my },
		func(DisputeInput, Entry) string { return my })
}

// said is the answer as the address of the page has it.
func (d Done) said() string {
	if d.Agreed {
		return "yes"
	}
	return "no"
}
