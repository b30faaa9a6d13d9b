package award

import (
	"time"

	"github.com/a-h/templ"

	"linli/internal/platform/web"
	"linli/internal/platform/web/ui"
)

// Routes mounts the area. Who objects is nobody: whoever is signed in is dropped, so that nothing leads back to him.
func (s *Service) Routes(r *web.Router) {
	const api, put = "/api/v1/awards", "/api/v1/awards/nominations"
	web.JSON(r, "GET "+api, "award.campaigns", View, s.Campaigns)
	web.JSON(r, "POST "+api, "award.create", Manage, s.Create, web.Status(201))
	web.JSON(r, "GET "+api+"/{id}", "award.campaign", View, s.Campaign)
	web.JSON(r, "POST "+api+"/{id}/cancel", "award.cancel", Manage, s.Cancel)
	web.JSON(r, "POST "+api+"/{id}/judges", "award.add_judge", Manage, s.AddJudge, web.Status(201))
	web.JSON(r, "POST "+api+"/{id}/notice", "award.notice", Manage, s.Notice)
	web.JSON(r, "POST "+api+"/{id}/publish", "award.publish", Manage, s.Publish)
	web.JSON(r, "POST "+api+"/{id}/nominations", "award.nominate", Nominate, s.Nominate, web.Status(201))
	web.JSON(r, "GET "+put, "award.list", View, s.List)
	web.JSON(r, "GET "+put+"/{id}", "award.get", View, s.Get)
	web.JSON(r, "POST "+put+"/{id}/resubmit", "award.resubmit", Nominate, s.Resubmit)
	web.JSON(r, "POST "+put+"/{id}/advance", "award.advance", Advance, s.Advance)
	web.JSON(r, "POST "+put+"/{id}/return", "award.return", Advance, s.Return)
	web.JSON(r, "POST "+put+"/{id}/declare", "award.declare", Score, s.Declare, web.Status(201))
	web.JSON(r, "POST "+put+"/{id}/score", "award.score", Score, s.Score, web.Status(201))
	web.JSON(r, "POST "+api+"/objections/{id}/answer", "award.answer", Manage, s.Answer)
	web.JSON(r, "GET /api/v1/public/awards", "award.faces", Look, s.Faces)
	web.JSON(r, "GET /api/v1/public/awards/{id}", "award.face", Look, s.Face)
	web.JSON(r, "GET /api/v1/honours", "award.mine", Own, s.Mine)

	few, guess := web.Rate(100, time.Hour), web.Rate(600, time.Hour) // many phones share one address of their carrier
	web.JSON(r, "POST "+api+"/{id}/object", "award.object", Look, s.Object, web.Status(201), web.Nobody, few)
	web.JSON(r, "GET /api/v1/award-objections/{receipt}", "award.follow", Look, s.Lookup, web.Nobody, guess)
	web.Form(r, "POST "+public+"/{id}/object", "award.object", Look, s.Object, func(in ObjectInput) string { return page(public, in.ID) },
		func(_ ObjectInput, m Made) string { return ui.Href(followed, "receipt", m.Receipt) }, web.Nobody)
	web.Page(r, "GET "+followed, "award.ask", Look, s.Ask, askPage, web.Nobody, guess)

	web.Page(r, "GET "+public, "award.faces", Look, s.Faces, facesPage)
	web.Page(r, "GET "+public+"/{id}", "award.face", Look, s.Face, facePage)
	web.Page(r, "GET "+my, "award.mine", Own, s.Mine, minePage)
	web.File(r, "GET "+my+"/{id}/certificate", "award.my_paper", Own, s.MyPaper)
	for _, base := range []pages{{desk, deskNominations}, {gov, govNominations}} {
		s.shared(r, base)
	}
	s.office(r)
}

// pages is where the pages of a shell stand.
type pages struct{ awards, nominations string }

func (s *Service) shared(r *web.Router, base pages) {
	web.Page(r, "GET "+base.awards, "award.campaigns", View, s.Campaigns, func(v Home) templ.Component { return homePage(v, base) })
	web.Page(r, "GET "+base.awards+"/{id}", "award.campaign", View, s.Campaign,
		func(v Detail) templ.Component { return campaignPage(v, base) })
	web.Page(r, "GET "+base.nominations, "award.list", View, s.List, func(v Listing) templ.Component { return listPage(v, base) })
	web.Page(r, "GET "+base.nominations+"/{id}", "award.get", View, s.Get, func(v File) templ.Component { return filePage(v, base) })
	web.File(r, "GET "+base.nominations+"/{id}/evidence", "award.evidence", View, s.Evidence)
	web.File(r, "GET "+base.nominations+"/{id}/certificate", "award.paper", View, s.Paper)
}

// office are the forms of stations and of those above them.
func (s *Service) office(r *web.Router) {
	web.Form(r, "POST "+desk+"/{id}/nominations", "award.nominate", Nominate, s.Nominate,
		func(in NominateInput) string { return page(desk, in.ID) },
		func(_ NominateInput, n Nomination) string { return page(deskNominations, n.ID) })
	web.Form(r, "POST "+deskNominations+"/{id}/resubmit", "award.resubmit", Nominate, s.Resubmit,
		func(in ResubmitInput) string { return page(deskNominations, in.ID) },
		func(in ResubmitInput, _ Nomination) string { return page(deskNominations, in.ID) })
	web.Page(r, "GET "+gov+"/new", "award.blank", Manage, s.Blank, blankPage)
	web.Form(r, "POST "+gov, "award.create", Manage, s.Create, func(CreateInput) string { return gov + "/new" },
		func(_ CreateInput, a Campaign) string { return page(gov, a.ID) })
	web.Form(r, "POST "+gov+"/{id}/cancel", "award.cancel", Manage, s.Cancel, func(in ReasonInput) string { return page(gov, in.ID) },
		func(in ReasonInput, _ Campaign) string { return page(gov, in.ID) })
	web.Form(r, "POST "+gov+"/{id}/judges", "award.add_judge", Manage, s.AddJudge, func(in JudgeInput) string { return page(gov, in.ID) },
		func(in JudgeInput, _ Judge) string { return page(gov, in.ID) })
	web.Form(r, "POST "+gov+"/{id}/notice", "award.notice", Manage, s.Notice, func(in MoveInput) string { return page(gov, in.ID) },
		func(in MoveInput, _ Campaign) string { return page(gov, in.ID) })
	web.Form(r, "POST "+gov+"/{id}/publish", "award.publish", Manage, s.Publish, func(in MoveInput) string { return page(gov, in.ID) },
		func(in MoveInput, _ Campaign) string { return page(gov, in.ID) })
	web.Form(r, "POST "+gov+"/objections/{id}/answer", "award.answer", Manage, s.Answer, func(AnswerInput) string { return gov },
		func(_ AnswerInput, x Objection) string { return page(gov, x.AwardID) })
	web.Form(r, "POST "+govNominations+"/{id}/advance", "award.advance", Advance, s.Advance,
		func(in AdvanceInput) string { return page(govNominations, in.ID) },
		func(in AdvanceInput, _ Nomination) string { return page(govNominations, in.ID) })
	web.Form(r, "POST "+govNominations+"/{id}/return", "award.return", Advance, s.Return,
		func(in ReasonInput) string { return page(govNominations, in.ID) },
		func(in ReasonInput, _ Nomination) string { return page(govNominations, in.ID) })
	web.Form(r, "POST "+govNominations+"/{id}/declare", "award.declare", Score, s.Declare,
		func(in DeclareInput) string { return page(govNominations, in.ID) },
		func(in DeclareInput, _ Conflict) string { return page(govNominations, in.ID) })
	web.Form(r, "POST "+govNominations+"/{id}/score", "award.score", Score, s.Score,
		func(in ScoreInput) string { return page(govNominations, in.ID) },
		func(in ScoreInput, _ Mark) string { return page(govNominations, in.ID) })
}
