package complaint

import (
	"time"

	"linli/internal/platform/web"
	"linli/internal/platform/web/ui"
)

// Routes mounts the area. What complainants do is done by nobody: whoever is signed in is dropped, so that nothing leads back to him.
func (s *Service) Routes(r *web.Router) {
	few, guess := web.Rate(100, time.Hour), web.Rate(600, time.Hour) // many phones share one address of their carrier
	web.JSON(r, "POST /api/v1/complaints", "complaint.make", Make, s.Make, web.Status(201), web.Nobody, few)
	web.JSON(r, "GET /api/v1/complaints/{receipt}", "complaint.follow", Make, s.Follow, web.Nobody, guess)
	web.JSON(r, "POST /api/v1/complaints/{receipt}/add", "complaint.add", Make, s.Add, web.Nobody, few)
	web.JSON(r, "POST /api/v1/complaints/{receipt}/review", "complaint.review", Make, s.RequestReview, web.Nobody, few)

	web.Page(r, "GET "+public, "complaint.blank", Make, s.blank, blankPage, web.Nobody, guess)
	web.Page(r, "GET "+public+"/{receipt}", "complaint.follow", Make, s.Follow, followPage, web.Nobody)
	web.Form(r, "POST "+public, "complaint.make", Make, s.Make, func(in MakeInput) string { return ui.Href(public, "region", in.Region) },
		func(_ MakeInput, out Made) string { return under(out.Receipt) }, web.Nobody)
	back := func(in AddInput) string { return under(in.Receipt) }
	then := func(in AddInput, _ Followed) string { return under(in.Receipt) }
	web.Form(r, "POST "+public+"/{receipt}/add", "complaint.add", Make, s.Add, back, then, web.Nobody)
	web.Form(r, "POST "+public+"/{receipt}/review", "complaint.review", Make, s.RequestReview, back, then, web.Nobody)
	s.office(r)
}

// office are the doors of those who deal with complaints.
func (s *Service) office(r *web.Router) {
	web.JSON(r, "GET /api/v1/complaints", "complaint.list", View, s.List)
	web.JSON(r, "GET /api/v1/complaint-files/{id}", "complaint.get", View, s.Get)
	web.JSON(r, "POST /api/v1/complaints/{id}/accept", "complaint.accept", Handle, s.Accept)
	web.JSON(r, "GET /api/v1/complaint-files/{id}/records", "complaint.find", View, s.Find)
	web.JSON(r, "POST /api/v1/complaints/{id}/freeze", "complaint.freeze", Handle, s.Freeze)
	web.JSON(r, "POST /api/v1/complaints/{id}/release", "complaint.release", Handle, s.Release)
	web.JSON(r, "POST /api/v1/complaints/{id}/ask", "complaint.ask", Handle, s.Ask)
	web.JSON(r, "POST /api/v1/complaints/{id}/transfer", "complaint.transfer", Handle, s.Transfer)
	web.JSON(r, "POST /api/v1/complaints/{id}/answer", "complaint.answer", Handle, s.Answer)

	web.Page(r, "GET "+gov, "complaint.list", View, s.List, listPage)
	web.File(r, "GET "+gov+".xlsx", "complaint.export", View, s.Export)
	web.Page(r, "GET "+gov+"/{id}", "complaint.get", View, s.Get, filePage)
	web.Form(r, "POST "+gov+"/{id}/accept", "complaint.accept", Handle, s.Accept, func(in AcceptInput) string { return at(in.ID) },
		func(in AcceptInput, _ File) string { return at(in.ID) })
	web.Page(r, "GET "+gov+"/{id}/records", "complaint.find", View, s.Find, findPage)
	web.Form(r, "POST "+gov+"/{id}/freeze", "complaint.freeze", Handle, s.Freeze, func(in FreezeInput) string { return finding(in.ID) },
		func(in FreezeInput, _ File) string { return at(in.ID) })
	web.Form(r, "POST "+gov+"/{id}/release", "complaint.release", Handle, s.Release, func(in FreezeInput) string { return at(in.ID) },
		func(in FreezeInput, _ File) string { return at(in.ID) })
	web.Form(r, "POST "+gov+"/{id}/ask", "complaint.ask", Handle, s.Ask, func(in AskInput) string { return at(in.ID) },
		func(in AskInput, _ File) string { return at(in.ID) })
	web.Form(r, "POST "+gov+"/{id}/transfer", "complaint.transfer", Handle, s.Transfer, func(in TransferInput) string { return at(in.ID) },
		func(TransferInput, File) string { return gov })
	web.Form(r, "POST "+gov+"/{id}/answer", "complaint.answer", Handle, s.Answer, func(in AnswerInput) string { return at(in.ID) },
		func(in AnswerInput, _ File) string { return at(in.ID) })
}
