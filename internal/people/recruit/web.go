package recruit

import (
	"github.com/a-h/templ"

	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/campaigns", "recruit.list", View, s.List)
	web.JSON(r, "POST /api/v1/campaigns", "recruit.create", Plan, s.Create, web.Status(201))
	web.JSON(r, "GET /api/v1/campaigns/{id}", "recruit.get", View, s.Get)
	web.JSON(r, "POST /api/v1/campaigns/{id}/edit", "recruit.edit", Plan, s.Edit)
	web.JSON(r, "POST /api/v1/campaigns/{id}/publish", "recruit.publish", Plan, s.Publish)
	web.JSON(r, "POST /api/v1/campaigns/{id}/close", "recruit.close", Plan, s.Close)
	web.JSON(r, "GET /api/v1/campaigns/{id}/applications", "recruit.applications", View, s.Applications)
	web.JSON(r, "POST /api/v1/campaigns/{id}/applications", "recruit.apply", Join, s.Apply, web.Status(201))
	web.JSON(r, "GET /api/v1/campaign-applications", "recruit.mine", Join, s.Mine)
	web.JSON(r, "GET /api/v1/campaign-applications/{id}", "recruit.application", Join, s.Application)
	web.JSON(r, "POST /api/v1/campaign-applications/{id}/accept", "recruit.accept", Plan, s.Accept)
	web.JSON(r, "POST /api/v1/campaign-applications/{id}/decline", "recruit.decline", Plan, s.Decline)
	web.JSON(r, "POST /api/v1/campaign-applications/{id}/withdraw", "recruit.withdraw", Join, s.Withdraw)
	web.JSON(r, "GET /api/v1/public/campaigns", "recruit.faces", Public, s.Faces)
	web.JSON(r, "GET /api/v1/public/campaigns/{id}", "recruit.face", Public, s.Face)

	web.Page(r, "GET "+site, "recruit.faces", Public, s.Faces, facesPage)
	web.Page(r, "GET "+site+"/{id}", "recruit.face", Public, s.Face, facePage)
	web.File(r, "GET "+site+"/{id}/poster", "recruit.poster", Public, s.Poster)
	for _, base := range []string{desk, gov} {
		web.Page(r, "GET "+base, "recruit.list", View, s.List, func(v Register) templ.Component { return registerPage(v, base) })
		web.Page(r, "GET "+base+"/{id}", "recruit.get", View, s.Get, func(v Detail) templ.Component { return campaignPage(v, base) })
	}
	s.deskPages(r)
	s.myPages(r)
}

func (s *Service) deskPages(r *web.Router) {
	web.File(r, "GET "+desk+"/export", "recruit.export", View, s.Export)
	web.File(r, "GET "+desk+"/{id}/roster", "recruit.roster", Plan, s.Roster)
	web.Page(r, "GET "+desk+"/new", "recruit.blank", Plan, s.Blank, blankPage)
	web.Page(r, "GET "+desk+"/{id}/edit", "recruit.form", Plan, s.Form, editPage)
	web.Form(r, "POST "+desk, "recruit.create", Plan, s.Create, func(CreateInput) string { return desk + "/new" },
		func(_ CreateInput, d Detail) string { return pageOf(d.ID) })
	web.Form(r, "POST "+desk+"/{id}/edit", "recruit.edit", Plan, s.Edit, func(in EditInput) string { return pageOf(in.ID) + "/edit" },
		func(in EditInput, _ Detail) string { return pageOf(in.ID) })
	here := func(in MoveInput) string { return pageOf(in.ID) }
	then := func(in MoveInput, _ Detail) string { return pageOf(in.ID) }
	web.Form(r, "POST "+desk+"/{id}/publish", "recruit.publish", Plan, s.Publish, here, then)
	web.Form(r, "POST "+desk+"/{id}/close", "recruit.close", Plan, s.Close, here, then)
	web.Form(r, "POST "+desk+"/{id}/apply", "recruit.apply", Join, s.Apply, func(in ApplyInput) string { return pageOf(in.ID) },
		func(in ApplyInput, _ Application) string { return pageOf(in.ID) })
	lost := func(DecideInput) string { return "" }
	decided := func(_ DecideInput, a Application) string { return pageOf(a.CampaignID) }
	web.Form(r, "POST "+desk+"/applications/{id}/accept", "recruit.accept", Plan, s.Accept, lost, decided)
	web.Form(r, "POST "+desk+"/applications/{id}/decline", "recruit.decline", Plan, s.Decline, lost, decided)
	web.Form(r, "POST "+desk+"/applications/{id}/withdraw", "recruit.withdraw", Join, s.Withdraw, func(WithdrawInput) string { return "" },
		func(_ WithdrawInput, a Application) string { return pageOf(a.CampaignID) })
}

func (s *Service) myPages(r *web.Router) {
	web.Page(r, "GET "+my, "recruit.mine", Join, s.Mine, minePage)
	web.Page(r, "GET "+my+"/{id}", "recruit.card", Join, s.Card, cardPage)
	web.Form(r, "POST "+my+"/{id}/apply", "recruit.apply", Join, s.Apply, func(in ApplyInput) string { return minePath(in.ID) },
		func(in ApplyInput, _ Application) string { return minePath(in.ID) })
	web.Form(r, "POST "+my+"/applications/{id}/withdraw", "recruit.withdraw", Join, s.Withdraw, func(WithdrawInput) string { return my },
		func(_ WithdrawInput, a Application) string { return minePath(a.CampaignID) })
}
