package opendata

import (
	"time"

	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	often := web.Rate(600, time.Hour)
	web.JSON(r, "GET /api/v1/open", "opendata.list", Look, s.List)
	web.JSON(r, "GET /api/v1/open/{code}", "opendata.get", Look, s.Get)
	web.Page(r, "GET "+open, "opendata.list", Look, s.List, listPage, web.Fresh(s.edition))
	web.Page(r, "GET "+open+"/{code}", "opendata.get", Look, s.Get, detailPage)
	web.File(r, "GET "+catalog, "opendata.catalog", Look, s.Catalog, often)
	web.File(r, "GET "+hsds, "opendata.hsds", Look, s.HSDS, often)
	web.File(r, "GET "+chances, "opendata.chances", Look, s.Chances, often)
	web.File(r, "GET "+sitemap, "opendata.sitemap", Look, s.Sitemap, often)
	web.File(r, "GET "+sitemaps+"/{file}", "opendata.map", Look, s.Map, often)
	web.File(r, "GET "+robots, "opendata.robots", Look, s.Robots, often)
	web.File(r, "GET "+files+"/{file}", "opendata.file", Look, s.File, often)
}
