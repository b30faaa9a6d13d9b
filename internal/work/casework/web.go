package casework

import "linli/internal/platform/web"

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	const api = "/api/v1/cases"
	web.JSON(r, "GET "+api, "case.list", Lead, s.List)
	web.JSON(r, "POST "+api, "case.open", Lead, s.Open, web.Status(201))
	web.JSON(r, "GET "+api+"/{id}", "case.get", Lead, s.Get)
	web.JSON(r, "POST "+api+"/{id}/edit", "case.edit", Lead, s.Edit)
	web.JSON(r, "POST "+api+"/{id}/plan", "case.plan", Lead, s.Plan)
	web.JSON(r, "POST "+api+"/{id}/settle", "case.settle", Lead, s.Settle)
	web.JSON(r, "POST "+api+"/{id}/name-helper", "case.name_helper", Lead, s.NameHelper)
	web.JSON(r, "POST "+api+"/{id}/dismiss", "case.dismiss", Lead, s.Dismiss)
	web.JSON(r, "POST "+api+"/{id}/appoint", "case.appoint", Lead, s.Appoint)
	web.JSON(r, "POST "+api+"/{id}/close", "case.close", Lead, s.Close)
	web.JSON(r, "POST "+api+"/{id}/notes", "case.note", Aid, s.Note)
	web.JSON(r, "GET "+api+"/{id}/readers", "case.readers", Aid, s.Readers)
	web.JSON(r, "POST "+api+"/{id}/assign", "case.assign", Assign, s.Assign)
	web.JSON(r, "GET /api/v1/cases-without-worker", "case.ownerless", Assign, s.Ownerless)
	web.JSON(r, "GET /api/v1/my-cases", "case.aided", Aid, s.Aided)
	web.JSON(r, "GET /api/v1/my-cases/{id}", "case.mine", Aid, s.Mine)

	web.Page(r, "GET "+desk, "case.list", Lead, s.List, registerPage)
	web.Page(r, "GET "+desk+"/{id}", "case.get", Lead, s.Get, casePage)
	web.Form(r, "POST "+desk, "case.open", Lead, s.Open, func(OpenInput) string { return desk },
		func(_ OpenInput, c Receipt) string { return pageOf(c.ID) })
	form(r, "edit", "case.edit", s.Edit, func(in EditInput) string { return pageOf(in.ID) })
	form(r, "plan", "case.plan", s.Plan, func(in StepInput) string { return pageOf(in.ID) })
	form(r, "settle", "case.settle", s.Settle, func(in SettleInput) string { return pageOf(in.ID) })
	form(r, "name-helper", "case.name_helper", s.NameHelper, func(in HelperInput) string { return pageOf(in.ID) })
	form(r, "dismiss", "case.dismiss", s.Dismiss, func(in DismissInput) string { return pageOf(in.ID) })
	form(r, "close", "case.close", s.Close, func(in CloseInput) string { return pageOf(in.ID) })
	// who has handed a case over does not see it any more
	web.Form(r, "POST "+desk+"/{id}/appoint", "case.appoint", Lead, s.Appoint, func(in AppointInput) string { return pageOf(in.ID) },
		func(AppointInput, Receipt) string { return desk })
	web.Form(r, "POST "+desk+"/{id}/notes", "case.note", Aid, s.Note, func(in NoteInput) string { return pageOf(in.ID) },
		func(in NoteInput, _ Receipt) string { return pageOf(in.ID) })
	web.Page(r, "GET "+gov, "case.ownerless", Assign, s.Ownerless, ownerlessPage)
	web.Form(r, "POST "+gov+"/{id}/assign", "case.assign", Assign, s.Assign, func(AssignInput) string { return gov },
		func(AssignInput, Receipt) string { return gov })
	web.Page(r, "GET "+my, "case.aided", Aid, s.Aided, aidedPage)
	web.Page(r, "GET "+my+"/{id}", "case.mine", Aid, s.Mine, minePage)
	web.Page(r, "GET "+my+"/{id}/readers", "case.readers", Aid, s.Readers, readersPage)
	web.File(r, "GET "+my+"/{id}/readers/print", "case.print_readers", Aid, s.PrintReaders)
	web.Form(r, "POST "+my+"/{id}/notes", "case.note", Aid, s.Note, func(in NoteInput) string { return minePath(in.ID) },
		func(in NoteInput, _ Receipt) string { return minePath(in.ID) })
}

func form[In any](r *web.Router, verb, operation string, op web.Op[In, Receipt], back func(In) string) {
	web.Form(r, "POST "+desk+"/{id}/"+verb, operation, Lead, op, back, func(in In, _ Receipt) string { return back(in) })
}
