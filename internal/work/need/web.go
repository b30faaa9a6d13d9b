package need

import "linli/internal/platform/web"

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/needs", "need.list", View, s.List)
	web.JSON(r, "POST /api/v1/needs", "need.add", Keep, s.Add, web.Status(201))
	web.JSON(r, "GET /api/v1/needs/heat", "need.heat", Figures, s.Heat)
	web.JSON(r, "GET /api/v1/needs/{id}", "need.get", View, s.Get)
	web.JSON(r, "POST /api/v1/needs/{id}/follow", "need.follow", Keep, s.Follow)
	web.JSON(r, "POST /api/v1/needs/{id}/meet", "need.meet", Keep, s.Meet)
	web.JSON(r, "POST /api/v1/needs/{id}/decline", "need.decline", Keep, s.Decline)
	web.JSON(r, "POST /api/v1/needs/{id}/to-order", "need.to_order", Keep, s.ToOrder)
	web.JSON(r, "POST /api/v1/needs/{id}/to-project", "need.to_project", Keep, s.ToProject)
	web.JSON(r, "POST /api/v1/needs/{id}/to-pairing", "need.to_pairing", Keep, s.ToPairing)

	web.Page(r, "GET "+desk, "need.list", View, s.List, listPage)
	web.Page(r, "GET "+desk+"/new", "need.blank", Keep, s.Blank, blankPage)
	web.Page(r, "GET "+desk+"/{id}", "need.get", View, s.Get, needPage)
	web.File(r, "GET "+desk+"/export", "need.export", View, s.Export)
	web.Page(r, "GET "+gov, "need.heat", Figures, s.Heat, heatPage)
	web.File(r, "GET "+gov+"/table", "need.table", Figures, s.Table)
	web.Form(r, "POST "+desk, "need.add", Keep, s.Add, func(in AddInput) string { return desk + "/new?person_id=" + in.PersonID.String() },
		func(_ AddInput, d Detail) string { return pageOf(d.ID) })
	web.Form(r, "POST "+desk+"/{id}/follow", "need.follow", Keep, s.Follow, func(in StepInput) string { return pageOf(in.ID) },
		func(in StepInput, _ Detail) string { return pageOf(in.ID) })
	web.Form(r, "POST "+desk+"/{id}/meet", "need.meet", Keep, s.Meet, func(in EndInput) string { return pageOf(in.ID) },
		func(in EndInput, _ Detail) string { return pageOf(in.ID) })
	web.Form(r, "POST "+desk+"/{id}/decline", "need.decline", Keep, s.Decline, func(in EndInput) string { return pageOf(in.ID) },
		func(in EndInput, _ Detail) string { return pageOf(in.ID) })
	web.Form(r, "POST "+desk+"/{id}/to-order", "need.to_order", Keep, s.ToOrder, func(in OrderInput) string { return pageOf(in.ID) },
		func(in OrderInput, _ Detail) string { return pageOf(in.ID) })
	web.Form(r, "POST "+desk+"/{id}/to-project", "need.to_project", Keep, s.ToProject, func(in ProjectInput) string { return pageOf(in.ID) },
		func(in ProjectInput, _ Detail) string { return pageOf(in.ID) })
	web.Form(r, "POST "+desk+"/{id}/to-pairing", "need.to_pairing", Keep, s.ToPairing, func(in PairingInput) string { return pageOf(in.ID) },
		func(in PairingInput, _ Detail) string { return pageOf(in.ID) })
}
