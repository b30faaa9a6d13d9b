package station

import "linli/internal/platform/web"

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/stations", "station.list", View, s.List)
	web.JSON(r, "GET /api/v1/stations/{id}", "station.get", View, s.Get)
	web.JSON(r, "POST /api/v1/stations", "station.create", Create, s.Create, web.Status(201))
	web.JSON(r, "POST /api/v1/stations/{id}/edit", "station.edit", Edit, s.Edit)
	web.JSON(r, "POST /api/v1/stations/{id}/confirm", "station.confirm", Confirm, s.ConfirmName)
	web.JSON(r, "POST /api/v1/stations/{id}/status", "station.status", Confirm, s.SetStatus)

	web.Page(r, "GET /stations", "station.list", View, s.Find, findPage)
	web.Page(r, "GET /stations/{id}", "station.get", View, s.Get, onePage)
	web.Page(r, "GET /desk/stations", "station.register", Desk, s.Register, registerPage)
	web.Page(r, "GET /desk/stations/new", "station.blank", Create, s.Blank, blankPage)
	web.Page(r, "GET /desk/stations/{id}", "station.sheet", Desk, s.Sheet, sheetPage)
	at := func(id interface{ String() string }) string { return desk + "/" + id.String() }
	web.Form(r, "POST "+desk, "station.create", Create, s.Create, func(CreateInput) string { return desk + "/new" }, func(_ CreateInput, st Station) string { return at(st.ID) })
	web.Form(r, "POST "+desk+"/{id}/edit", "station.edit", Edit, s.Edit, func(in EditInput) string { return at(in.ID) }, func(in EditInput, _ Station) string { return at(in.ID) })
	web.Form(r, "POST "+desk+"/{id}/confirm", "station.confirm", Confirm, s.ConfirmName, func(in ConfirmInput) string { return at(in.ID) }, func(in ConfirmInput, _ Station) string { return at(in.ID) })
	web.Form(r, "POST "+desk+"/{id}/status", "station.status", Confirm, s.SetStatus, func(in StatusInput) string { return at(in.ID) }, func(in StatusInput, _ Station) string { return at(in.ID) })
}

const desk = "/desk/stations"
