package sign

import (
	"linli/internal/network/office"
	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/stations/{id}/sign", "sign.get", office.View, s.Get)
	web.Page(r, "GET "+office.DeskPath+"/{id}/sign", "sign.get", office.View, s.Get, signPage)
	web.File(r, "GET "+office.DeskPath+"/{id}/sign/print", "sign.print", office.View, s.Print)
}
