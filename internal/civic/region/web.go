package region

import (
	"net/url"

	"linli/internal/platform/auth"
	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/regions/{code}", "region.get", View, s.Get)
	web.JSON(r, "GET /api/v1/regions", "region.list", View, s.List)
	web.JSON(r, "POST /api/v1/regions/{code}/count", "region.count", Edit, s.Count)
	web.Page(r, "GET /regions", "region.browse", View, s.Browse, browsePage)
}

func address(code auth.Region, q string) string {
	v := url.Values{}
	if code != 0 {
		v.Set("code", code.String())
	}
	v.Set("q", q)
	return "/regions?" + v.Encode()
}
