package volunteer

import "linli/internal/platform/web"

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/volunteers", "volunteer.list", View, s.List)
	web.JSON(r, "GET /api/v1/volunteers/{id}", "volunteer.get", View, s.Get)
	web.JSON(r, "POST /api/v1/volunteers", "volunteer.register", Register, s.Register, web.Status(201))
	web.JSON(r, "POST /api/v1/volunteers/{id}/approve", "volunteer.approve", Approve, s.Approve)
	web.JSON(r, "POST /api/v1/volunteers/{id}/pause", "volunteer.pause", Manage, s.Pause)
	web.JSON(r, "POST /api/v1/volunteers/{id}/leave", "volunteer.leave", Manage, s.Leave)
	web.JSON(r, "POST /api/v1/volunteers/{id}/issue", "volunteer.issue", Hand, s.IssueTo)
}
