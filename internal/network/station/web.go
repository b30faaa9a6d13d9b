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
}
