package exchange

import (
	"linli/internal/platform/web"
)

// uploadBody is the most bytes of a posted file with its sheet of signatures, as JSON holds them.
const uploadBody = 32 << 20

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "POST /api/v1/imports/{kind}", "exchange.import", Use, s.Post, web.MaxBody(uploadBody))
	web.JSON(r, "GET /api/v1/imports", "exchange.list", Use, s.List)
	web.JSON(r, "GET /api/v1/imports/{id}", "exchange.get", Use, s.Get)
	web.JSON(r, "POST /api/v1/imports/{id}/undo", "exchange.undo", Use, s.Undo)

	web.Page(r, "GET "+desk, "exchange.list", Use, s.Roll, rollPage)
	web.Page(r, "GET "+desk+"/{id}", "exchange.get", Use, s.Sheet, sheetPage)
	web.File(r, "GET "+desk+"/template/{kind}", "exchange.template", Use, s.Template)
	web.Form(r, "POST "+desk, "exchange.check", Use, s.Check, func(CheckInput) string { return desk },
		func(_ CheckInput, out Run) string { return out.path() }, web.MaxBody(uploadBody))
	at := func(in MoveInput) string { return Run{ID: in.ID}.path() }
	done := func(in MoveInput, _ Run) string { return at(in) }
	web.File(r, "GET "+filesAt+"/{id}", "exchange.marked", Use, s.Marked)
	web.Form(r, "POST "+desk+"/{id}/map", "exchange.map", Use, s.Map, func(in MapInput) string { return Run{ID: in.ID}.path() },
		func(in MapInput, _ Run) string { return Run{ID: in.ID}.path() })
	web.Form(r, "POST "+desk+"/{id}/take", "exchange.take", Use, s.Take, at, done)
	web.Form(r, "POST "+desk+"/{id}/drop", "exchange.drop", Use, s.Drop, at, done)
	web.Form(r, "POST "+desk+"/{id}/undo", "exchange.undo", Use, s.Undo, at, done)
}
