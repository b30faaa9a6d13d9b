package dispatch

import "linli/internal/platform/web"

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/orders/{id}/candidates", "dispatch.candidates", See, s.Candidates)
	web.Page(r, "GET /desk/orders/{id}/dispatch", "dispatch.offer", See, s.Offer, page)

	const one = "/api/v1/dispatch-plans/{id}"
	web.JSON(r, "GET /api/v1/dispatch-plans", "dispatch.list", Plan, s.List)
	web.JSON(r, "POST /api/v1/dispatch-plans", "dispatch.plan", Plan, s.Plan, web.Status(201))
	web.JSON(r, "GET "+one, "dispatch.read", Plan, s.Read)
	web.JSON(r, "POST "+one+"/send", "dispatch.send", Plan, s.Send)
	web.JSON(r, "POST "+one+"/drop", "dispatch.drop", Plan, s.Drop)
	web.JSON(r, "GET "+one+"/lines/{line}", "dispatch.explain", Plan, s.Explain)
	web.JSON(r, "GET "+one+"/what-if", "dispatch.simulate", Plan, s.Simulate)

	at := func(in ChooseInput) string { return plans + "/" + in.ID.String() }
	web.Page(r, "GET "+plans, "dispatch.list", Plan, s.List, plansPage)
	web.Form(r, "POST "+plans, "dispatch.plan", Plan, s.Plan, func(PlanInput) string { return plans },
		func(_ PlanInput, out Sheet) string { return out.path() })
	web.Page(r, "GET "+plans+"/{id}", "dispatch.read", Plan, s.Read, planPage)
	web.Form(r, "POST "+plans+"/{id}/send", "dispatch.send", Plan, s.Send, at, func(in ChooseInput, _ Sheet) string { return at(in) })
	web.Form(r, "POST "+plans+"/{id}/drop", "dispatch.drop", Plan, s.Drop, at, func(in ChooseInput, _ Sheet) string { return at(in) })
	web.Page(r, "GET "+plans+"/{id}/lines/{line}", "dispatch.explain", Plan, s.Explain, whyPage)
	web.Page(r, "GET "+plans+"/{id}/what-if", "dispatch.simulate", Plan, s.Simulate, whatIfPage)
}
