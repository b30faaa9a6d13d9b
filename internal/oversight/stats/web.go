package stats

import "linli/internal/platform/web"

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/indicators", "stats.list", View, s.List)
	web.JSON(r, "GET /api/v1/indicators/{code}", "stats.get", View, s.Get)
}
