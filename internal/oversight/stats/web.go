package stats

import (
	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/indicators", "stats.list", View, s.List)
	web.JSON(r, "GET /api/v1/indicators/{code}", "stats.get", View, s.Get)
	web.JSON(r, "GET /api/v1/indicators/{code}/rows", "stats.drill", View, s.Drill)
	web.JSON(r, "POST /api/v1/figures", "stats.publish", Publish, s.Publish, web.Status(201))
	web.JSON(r, "POST /api/v1/figures/{id}/withdraw", "stats.withdraw", Publish, s.Withdraw)

	web.Page(r, "GET "+base, "stats.overview", View, s.Overview, overviewPage)
	web.Page(r, "GET "+base+"/{code}", "stats.sheet", View, s.Sheet, sheetPage)
	web.Page(r, "GET "+base+"/{code}/rows", "stats.drill", View, s.Drill, rowsPage)
	web.File(r, "GET "+base+"/{code}/export", "stats.export", View, s.Export)
	web.Page(r, "GET /gov/figures", "stats.published", Publish, s.Published, publishedPage)
	web.Form(r, "POST /gov/figures", "stats.publish", Publish, s.Publish, func(PublishInput) string { return "/gov/figures" },
		func(PublishInput, Snapshot) string { return "/gov/figures" })
	web.Form(r, "POST /gov/figures/{id}/withdraw", "stats.withdraw", Publish, s.Withdraw, func(WithdrawInput) string { return "/gov/figures" },
		func(WithdrawInput, Snapshot) string { return "/gov/figures" })
	web.Page(r, "GET /gov/screen", "stats.screen", View, s.Screen, screenPage, web.Live)
	web.Page(r, "GET /gov/screen/part", "stats.screen", View, s.Screen, screenFragment)
	web.Stream(r, "GET /gov/screen/events", "stats.tick", View, s.Tick)
	web.Page(r, "GET /figures", "stats.look", Look, s.Look, publicPage)
}
