package fund

import (
	"github.com/a-h/templ"

	"linli/internal/oversight/inspection"
	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	const api, asked = "/api/v1/funds", "/api/v1/funds/proposals"
	upload := web.MaxBody(inspection.UploadBody)
	web.JSON(r, "GET "+api, "fund.programmes", View, s.Programmes)
	web.JSON(r, "POST "+api, "fund.create", Manage, s.Create, web.Status(201))
	web.JSON(r, "GET "+api+"/{id}", "fund.programme", View, s.Programme)
	web.JSON(r, "POST "+api+"/{id}/sources", "fund.add_source", Manage, s.AddSource, web.Status(201))
	web.JSON(r, "POST "+api+"/{id}/publish", "fund.publish", Manage, s.Publish)
	web.JSON(r, "POST "+api+"/{id}/end", "fund.end", Manage, s.End)
	web.JSON(r, "POST "+api+"/{id}/carry", "fund.carry", Manage, s.Carry)
	web.JSON(r, "POST "+api+"/sources/{id}/confirm", "fund.confirm", Manage, s.Confirm)
	web.JSON(r, "POST "+api+"/sources/{id}/discard", "fund.discard", Manage, s.Discard)
	web.JSON(r, "POST "+api+"/{id}/proposals", "fund.propose", Propose, s.Propose, web.Status(201))
	web.JSON(r, "GET "+asked, "fund.list", View, s.List)
	web.JSON(r, "GET "+asked+"/{id}", "fund.get", View, s.Get)
	web.JSON(r, "POST "+asked+"/{id}/resubmit", "fund.resubmit", Propose, s.Resubmit)
	web.JSON(r, "POST "+asked+"/{id}/approve", "fund.approve", Decide, s.Approve)
	web.JSON(r, "POST "+asked+"/{id}/return", "fund.return", Decide, s.Return)
	web.JSON(r, "POST "+asked+"/{id}/refuse", "fund.refuse", Decide, s.Refuse)
	web.JSON(r, "POST "+asked+"/{id}/finish", "fund.finish", Propose, s.Finish, upload)
	web.JSON(r, "POST "+asked+"/{id}/accept", "fund.accept", Decide, s.Accept)
	web.JSON(r, "POST "+asked+"/{id}/halt", "fund.halt", Decide, s.Halt)
	web.JSON(r, "POST "+asked+"/{id}/pay", "fund.pay", Record, s.Pay)
	web.JSON(r, "POST "+asked+"/{id}/give-back", "fund.give_back", Record, s.GiveBack)
	web.JSON(r, "POST "+asked+"/{id}/receipt", "fund.receipt", Propose, s.Enter, web.Status(201), upload)
	web.JSON(r, "POST "+asked+"/{id}/evaluate", "fund.evaluate", Propose, s.Evaluate)
	web.JSON(r, "POST "+asked+"/{id}/close", "fund.close", Record, s.Close)
	web.JSON(r, "POST "+asked+"/{id}/stop", "fund.stop", Record, s.Stop)
	web.JSON(r, "POST "+api+"/receipts/{id}/check", "fund.check", Decide, s.Check)
	web.JSON(r, "POST "+api+"/receipts/{id}/reject", "fund.reject", Decide, s.Reject)
	web.JSON(r, "GET /api/v1/public/funds", "fund.faces", Look, s.Faces)
	web.JSON(r, "GET /api/v1/public/funds/{id}", "fund.face", Look, s.Face)

	web.Page(r, "GET "+public, "fund.faces", Look, s.Faces, facesPage)
	web.Page(r, "GET "+public+"/{id}", "fund.face", Look, s.Face, facePage)
	for _, base := range []pages{{desk, deskProposals, desk + "-receipts"}, {gov, govProposals, gov + "-receipts"}} {
		s.programmePages(r, base)
		s.proposalPages(r, base)
	}
	s.officerPages(r)
}

// pages is where the pages of a shell stand.
type pages struct{ funds, proposals, receipts string }

func (s *Service) programmePages(r *web.Router, base pages) {
	web.Page(r, "GET "+base.funds, "fund.programmes", View, s.Programmes, func(v Home) templ.Component { return homePage(v, base) })
	web.Page(r, "GET "+base.funds+"/{id}", "fund.programme", View, s.Programme,
		func(v Detail) templ.Component { return programmePage(v, base) })
	web.Form(r, "POST "+base.funds+"/{id}/proposals", "fund.propose", Propose, s.Propose,
		func(in ProposeInput) string { return page(base.funds, in.ID) },
		func(_ ProposeInput, p Proposal) string { return page(base.proposals, p.ID) })
}

func (s *Service) proposalPages(r *web.Router, base pages) {
	upload := web.MaxBody(inspection.UploadBody)
	web.Page(r, "GET "+base.proposals, "fund.list", View, s.List, func(v Listing) templ.Component { return listPage(v, base) })
	web.File(r, "GET "+base.proposals+"/export", "fund.export", View, s.Export)
	web.Page(r, "GET "+base.proposals+"/{id}", "fund.get", View, s.Get, func(v File) templ.Component { return filePage(v, base) })
	web.File(r, "GET "+base.proposals+"/{id}/files/{n}", "fund.evidence", View, s.Evidence)
	web.File(r, "GET "+base.receipts+"/{id}", "fund.picture", View, s.Picture)
	web.Form(r, "POST "+base.proposals+"/{id}/resubmit", "fund.resubmit", Propose, s.Resubmit,
		func(in ResubmitInput) string { return page(base.proposals, in.ID) },
		func(_ ResubmitInput, p Proposal) string { return page(base.proposals, p.ID) })
	web.Form(r, "POST "+base.proposals+"/{id}/finish", "fund.finish", Propose, s.Finish,
		func(in FinishInput) string { return page(base.proposals, in.ID) },
		func(_ FinishInput, p Proposal) string { return page(base.proposals, p.ID) },
		upload)
	web.Form(r, "POST "+base.proposals+"/{id}/receipt", "fund.receipt", Propose, s.Enter,
		func(in ReceiptInput) string { return page(base.proposals, in.ID) },
		func(in ReceiptInput, _ Receipt) string { return page(base.proposals, in.ID) }, upload)
	web.Form(r, "POST "+base.proposals+"/{id}/evaluate", "fund.evaluate", Propose, s.Evaluate,
		func(in EvaluateInput) string { return page(base.proposals, in.ID) },
		func(_ EvaluateInput, p Proposal) string { return page(base.proposals, p.ID) })
}

func (s *Service) officerPages(r *web.Router) {
	web.Page(r, "GET "+gov+"/new", "fund.blank", Manage, s.Blank, blankPage)
	web.Form(r, "POST "+gov, "fund.create", Manage, s.Create, func(ProgrammeInput) string { return gov + "/new" },
		func(_ ProgrammeInput, f Programme) string { return page(gov, f.ID) })
	web.Form(r, "POST "+gov+"/{id}/sources", "fund.add_source", Manage, s.AddSource, func(in SourceInput) string { return page(gov, in.ID) },
		func(in SourceInput, _ Source) string { return page(gov, in.ID) })
	web.Form(r, "POST "+gov+"/{id}/publish", "fund.publish", Manage, s.Publish, func(in MoveInput) string { return page(gov, in.ID) },
		func(in MoveInput, _ Programme) string { return page(gov, in.ID) })
	web.Form(r, "POST "+gov+"/{id}/end", "fund.end", Manage, s.End, func(in MoveInput) string { return page(gov, in.ID) },
		func(in MoveInput, _ Programme) string { return page(gov, in.ID) })
	web.Form(r, "POST "+gov+"/{id}/carry", "fund.carry", Manage, s.Carry, func(in CarryInput) string { return page(gov, in.ID) },
		func(in CarryInput, _ Programme) string { return page(gov, in.ID) })
	back := func(DecideInput) string { return gov }
	web.Form(r, "POST "+gov+"/sources/{id}/confirm", "fund.confirm", Manage, s.Confirm, back,
		func(_ DecideInput, x Source) string { return page(gov, x.ProgrammeID) })
	web.Form(r, "POST "+gov+"/sources/{id}/discard", "fund.discard", Manage, s.Discard, back,
		func(_ DecideInput, x Source) string { return page(gov, x.ProgrammeID) })

	here := func(in DecideInput) string { return page(govProposals, in.ID) }
	done := func(_ DecideInput, p Proposal) string { return page(govProposals, p.ID) }
	web.Form(r, "POST "+govProposals+"/{id}/return", "fund.return", Decide, s.Return, here, done)
	web.Form(r, "POST "+govProposals+"/{id}/refuse", "fund.refuse", Decide, s.Refuse, here, done)
	web.Form(r, "POST "+govProposals+"/{id}/halt", "fund.halt", Decide, s.Halt, here, done)
	web.Form(r, "POST "+govProposals+"/{id}/close", "fund.close", Record, s.Close, here, done)
	web.Form(r, "POST "+govProposals+"/{id}/stop", "fund.stop", Record, s.Stop, here, done)
	web.Form(r, "POST "+govProposals+"/{id}/approve", "fund.approve", Decide, s.Approve,
		func(in ApproveInput) string { return page(govProposals, in.ID) },
		func(_ ApproveInput, p Proposal) string { return page(govProposals, p.ID) })
	web.Form(r, "POST "+govProposals+"/{id}/accept", "fund.accept", Decide, s.Accept,
		func(in AcceptInput) string { return page(govProposals, in.ID) },
		func(_ AcceptInput, p Proposal) string { return page(govProposals, p.ID) })
	for _, x := range []struct {
		path, operation string
		op              web.Op[PayInput, Proposal]
	}{{"pay", "fund.pay", s.Pay}, {"give-back", "fund.give_back", s.GiveBack}} {
		web.Form(r, "POST "+govProposals+"/{id}/"+x.path, x.operation, Record, x.op,
			func(in PayInput) string { return page(govProposals, in.ID) }, func(_ PayInput, p Proposal) string { return page(govProposals, p.ID) })
	}
	done2 := func(_ DecideInput, x Receipt) string { return page(govProposals, x.ProposalID) }
	list := func(DecideInput) string { return govProposals }
	web.Form(r, "POST "+govProposals+"/receipts/{id}/check", "fund.check", Decide, s.Check, list, done2)
	web.Form(r, "POST "+govProposals+"/receipts/{id}/reject", "fund.reject", Decide, s.Reject, list, done2)
}
