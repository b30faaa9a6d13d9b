package catalogue

import "linli/internal/platform/web"

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/catalogue", "catalogue.list", View, s.List)
	web.JSON(r, "GET /api/v1/catalogue/{id}", "catalogue.get", View, s.Get)
	web.JSON(r, "POST /api/v1/catalogue", "catalogue.add", Edit, s.Add, web.Status(201))
	web.JSON(r, "POST /api/v1/catalogue/{id}", "catalogue.change", Edit, s.Change)
}
