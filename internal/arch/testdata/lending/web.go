package lending

import "linli/internal/platform/web"

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/stations/{id}/loans", "lending.list", View, s.List)
	web.JSON(r, "POST /api/v1/stations/{id}/loans", "lending.lend", Keep, s.Lend, web.Status(201))
	web.JSON(r, "POST /api/v1/loans/{id}/back", "lending.back", Keep, s.TakeBack)

	web.Page(r, "GET /desk/stations/{id}/loans", "lending.list", View, s.List, registerPage)
	web.File(r, "GET /desk/stations/{id}/loans/print", "lending.print", View, s.Print)
	web.Form(r, "POST /desk/stations/{id}/loans", "lending.lend", Keep, s.Lend, func(in LendInput) string { return path(in.ID) },
		func(_ LendInput, l Loan) string { return path(l.StationID) })
	web.Form(r, "POST /desk/loans/{id}/back", "lending.back", Keep, s.TakeBack, func(BackInput) string { return "" },
		func(_ BackInput, l Loan) string { return path(l.StationID) })
}
