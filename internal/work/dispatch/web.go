package dispatch

import "linli/internal/platform/web"

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/orders/{id}/candidates", "dispatch.candidates", See, s.Candidates)
	web.Page(r, "GET /desk/orders/{id}/dispatch", "dispatch.offer", See, s.Offer, page)
}
