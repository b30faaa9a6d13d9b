package appointment

import (
	"github.com/a-h/templ"

	"linli/internal/platform/web"
)

const (
	govPath   = "/gov/appointments"
	adminPath = "/admin/appointments"
	paperBody = 12 << 20 // of a scanned appointment
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	upload := web.MaxBody(paperBody)
	web.JSON(r, "GET /api/v1/account-acts", "appointment.list", View, s.List)
	web.JSON(r, "POST /api/v1/account-acts/{id}/confirm", "appointment.confirm", Confirm, s.Confirm, upload)
	for _, base := range []string{govPath, adminPath} {
		back := func(ConfirmInput) string { return base }
		web.Page(r, "GET "+base, "appointment.list", View, s.Listing, func(v Listing) templ.Component { return listPage(v, base) })
		web.Form(r, "POST "+base+"/{id}/confirm", "appointment.confirm", Confirm, s.Confirm, back,
			func(ConfirmInput, Act) string { return base }, upload)
	}
	web.File(r, "GET "+adminPath+"/{id}/paper", "appointment.paper", View, s.Paper)
}
