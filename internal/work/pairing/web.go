package pairing

import (
	"github.com/a-h/templ"

	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/pairings", "pairing.list", Keep, s.List)
	web.JSON(r, "POST /api/v1/pairings", "pairing.propose", Keep, s.Propose, web.Status(201))
	web.JSON(r, "GET /api/v1/pairings/rate", "pairing.rate", Figures, s.Rate)
	web.JSON(r, "GET /api/v1/pairings/overview", "pairing.overview", Figures, s.Overview)
	web.JSON(r, "GET /api/v1/pairings/mine", "pairing.mine", View, s.Mine)
	web.JSON(r, "GET /api/v1/pairings/missed", "pairing.missed", Keep, s.Missed)
	web.JSON(r, "GET /api/v1/pairings/{id}", "pairing.get", View, s.Get)
	web.JSON(r, "POST /api/v1/pairings/{id}/agree", "pairing.agree", Answer, s.Agree)
	web.JSON(r, "POST /api/v1/pairings/{id}/decline", "pairing.decline", Answer, s.Decline)
	web.JSON(r, "POST /api/v1/pairings/{id}/approve", "pairing.approve", Approve, s.Approve)
	web.JSON(r, "POST /api/v1/pairings/{id}/refuse", "pairing.refuse", Approve, s.Refuse)
	web.JSON(r, "POST /api/v1/pairings/{id}/ask", "pairing.ask", Keep, s.Ask)
	web.JSON(r, "POST /api/v1/pairings/{id}/release", "pairing.release", Keep, s.Release)
	web.JSON(r, "POST /api/v1/pairings/{id}/end", "pairing.end", Approve, s.End)
	web.JSON(r, "POST /api/v1/pairings/{id}/visits", "pairing.visit", Go, s.Visit)
	web.JSON(r, "POST /api/v1/pairings/{id}/notes", "pairing.notes", Read, s.Notes, web.Again(s.noted))
	web.JSON(r, "POST /api/v1/pairing-windows/{id}/handle", "pairing.handle", Keep, s.Handle)
	web.JSON(r, "GET /api/v1/lists/key-people-without-pairing", "pairing.unpaired", Keep, s.Unpaired)
	web.JSON(r, "GET /api/v1/key-people/{id}/excuses", "pairing.excuses", Keep, s.Excuses)
	web.JSON(r, "POST /api/v1/key-people/{id}/excuses", "pairing.excuse", Keep, s.Excuse)
	web.JSON(r, "POST /api/v1/key-people/{id}/excuses/withdraw", "pairing.withdraw_excuse", Keep, s.Withdraw)
	s.pages(r)
	s.forms(r)
}

func (s *Service) pages(r *web.Router) {
	web.Page(r, "GET "+mineAt, "pairing.mine", View, s.Mine, minePage)
	web.Page(r, "GET "+deskPath, "pairing.list", Keep, s.List, listPage)
	web.Page(r, "GET "+deskPath+"/new", "pairing.blank", Keep, s.Blank, blankPage)
	web.Page(r, "GET "+unpairedPath, "pairing.unpaired", Keep, s.Unpaired, unpairedPage)
	web.Page(r, "GET "+missedPath, "pairing.missed", Keep, s.Missed, func(v MissedPage) templ.Component { return missedPage(v, missedPath) })
	web.Page(r, "GET "+govMissed, "pairing.missed", Keep, s.Missed, func(v MissedPage) templ.Component { return missedPage(v, govMissed) })
	web.Page(r, "GET "+deskPath+"/people/{id}", "pairing.excuses", Keep, s.Excuses, excusesPage)
	web.Page(r, "GET "+deskPath+"/{id}", "pairing.get", View, s.Sheet, sheetPage)
	web.Page(r, "POST "+deskPath+"/{id}/notes", "pairing.notes", Read, s.Notes, notesPage)
	web.File(r, "GET "+deskPath+"/export", "pairing.export", Keep, s.Export)
	web.Page(r, "GET "+govPath, "pairing.overview", Figures, s.Overview, overviewPage)
	web.File(r, "GET "+govPath+"/table", "pairing.table", Figures, s.Table)
}

func (s *Service) forms(r *web.Router) {
	web.Form(r, "POST "+deskPath, "pairing.propose", Keep, s.Propose,
		func(in ProposeInput) string { return newAt(in.PersonID) }, func(_ ProposeInput, d Detail) string { return deskAt(d.ID) })
	for _, x := range []struct {
		base string
		back func(AnswerInput) string
	}{{mineAt, func(AnswerInput) string { return mineAt }}, {deskPath, func(in AnswerInput) string { return deskAt(in.ID) }}} {
		to := func(in AnswerInput, _ Detail) string { return x.back(in) }
		web.Form(r, "POST "+x.base+"/{id}/agree", "pairing.agree", Answer, s.Agree, x.back, to)
		web.Form(r, "POST "+x.base+"/{id}/decline", "pairing.decline", Answer, s.Decline, x.back, to)
	}
	web.Form(r, "POST "+mineAt+"/{id}/visits", "pairing.visit", Go, s.Visit, func(VisitInput) string { return mineAt },
		func(VisitInput, Detail) string { return mineAt })
	web.Form(r, "POST "+deskPath+"/{id}/visits", "pairing.visit", Go, s.Visit, func(in VisitInput) string { return deskAt(in.ID) },
		func(in VisitInput, _ Detail) string { return deskAt(in.ID) })
	web.Form(r, "POST "+deskPath+"/{id}/approve", "pairing.approve", Approve, s.Approve, func(in ApproveInput) string { return deskAt(in.ID) },
		func(in ApproveInput, _ Detail) string { return deskAt(in.ID) })
	web.Form(r, "POST "+deskPath+"/{id}/refuse", "pairing.refuse", Approve, s.Refuse, func(in ApproveInput) string { return deskAt(in.ID) },
		func(in ApproveInput, _ Detail) string { return deskAt(in.ID) })
	web.Form(r, "POST "+deskPath+"/{id}/ask", "pairing.ask", Keep, s.Ask, func(in AskInput) string { return deskAt(in.ID) },
		func(in AskInput, _ Detail) string { return deskAt(in.ID) })
	web.Form(r, "POST "+deskPath+"/{id}/release", "pairing.release", Keep, s.Release, func(in ReleaseInput) string { return deskAt(in.ID) },
		func(in ReleaseInput, _ Detail) string { return deskAt(in.ID) })
	web.Form(r, "POST "+deskPath+"/{id}/end", "pairing.end", Approve, s.End, func(in EndInput) string { return deskAt(in.ID) },
		func(in EndInput, _ Detail) string { return deskAt(in.ID) })
	for _, base := range []string{missedPath, govMissed} {
		web.Form(r, "POST "+base+"/{id}/handle", "pairing.handle", Keep, s.Handle, func(HandleInput) string { return base },
			func(HandleInput, Window) string { return base })
	}
	web.Form(r, "POST "+deskPath+"/people/{id}/excuses", "pairing.excuse", Keep, s.Excuse,
		func(in ExcuseInput) string { return personAt(in.ID) }, func(in ExcuseInput, _ Excuse) string { return personAt(in.ID) })
	web.Form(r, "POST "+deskPath+"/people/{id}/excuses/withdraw", "pairing.withdraw_excuse", Keep, s.Withdraw,
		func(in WithdrawInput) string { return personAt(in.ID) }, func(in WithdrawInput, _ Excuse) string { return personAt(in.ID) })
}
