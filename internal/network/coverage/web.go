package coverage

import (
	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/coverage", "coverage.get", Public, s.Get)
	web.JSON(r, "GET /api/v1/coverage/missing", "coverage.missing", View, s.Missing)
	web.JSON(r, "GET /api/v1/coverage/targets", "coverage.targets", View, s.ListTargets)
	web.JSON(r, "POST /api/v1/coverage/targets", "coverage.set_target", Targets, s.SetTarget, web.Status(201))
	web.JSON(r, "GET /api/v1/coverage/reported", "coverage.list_reported", View, s.ListReported)
	web.JSON(r, "POST /api/v1/coverage/reported", "coverage.report", Report, s.AddReported, web.Status(201))
	web.JSON(r, "POST /api/v1/coverage/reported/{id}/withdraw", "coverage.withdraw", Report, s.WithdrawReported)
	web.JSON(r, "GET /api/v1/coverage/siting", "coverage.suggest", View, s.Suggest)
	web.JSON(r, "POST /api/v1/coverage/places", "coverage.places", Report, s.AddPlaces, web.MaxBody(uploadBody))
	web.JSON(r, "GET /api/v1/coverage/maps", "coverage.maps", Map, s.Maps)
	web.JSON(r, "POST /api/v1/coverage/maps", "coverage.import_map", Map, s.ImportMap, web.Status(201), web.MaxBody(uploadBody))
	web.JSON(r, "POST /api/v1/coverage/maps/{id}/drop", "coverage.drop_map", Map, s.DropMap)

	web.Page(r, "GET /coverage", "coverage.published", Public, s.Published, overviewPage)
	web.Page(r, "GET /gov/coverage", "coverage.show", View, s.Show, overviewPage)
	web.File(r, "GET /gov/coverage/table", "coverage.export", View, s.Export)
	web.Page(r, "GET /gov/coverage/missing", "coverage.missing", View, s.Missing, missingPage)
	web.Page(r, "GET /gov/coverage/targets", "coverage.targets", View, s.ListTargets, targetsPage)
	web.Form(r, "POST /gov/coverage/targets", "coverage.set_target", Targets, s.SetTarget,
		func(in SetTargetInput) string { return targetsHref(in.Region) },
		func(in SetTargetInput, _ Target) string { return targetsHref(in.Region) })
	web.Page(r, "GET /gov/coverage/reported", "coverage.list_reported", View, s.ListReported, reportedPage)
	web.Form(r, "POST /gov/coverage/reported", "coverage.report", Report, s.AddReported,
		func(in ReportInput) string { return reportedHref(in.Region) },
		func(in ReportInput, _ Reported) string { return reportedHref(in.Region) })
	web.Form(r, "POST /gov/coverage/reported/{id}/withdraw", "coverage.withdraw", Report, s.WithdrawReported,
		func(WithdrawInput) string { return "/gov/coverage/reported" },
		func(_ WithdrawInput, out Reported) string { return reportedHref(out.Region) })
	web.Page(r, "GET /gov/coverage/siting", "coverage.suggest", View, s.Suggest, sitingPage)
	web.Form(r, "POST /gov/coverage/places", "coverage.places", Report, s.AddPlaces,
		func(in PlacesInput) string { return sitingHref(in.Region) }, func(in PlacesInput, _ Placed) string { return sitingHref(in.Region) },
		web.MaxBody(uploadBody))
	web.Page(r, "GET /gov/coverage/maps", "coverage.maps", Map, s.Maps, mapsPage)
	web.Form(r, "POST /gov/coverage/maps", "coverage.import_map", Map, s.ImportMap, func(in MapInput) string { return mapsHref(in.Region) },
		func(in MapInput, _ Boundary) string { return "/gov/coverage?region=" + in.Region.String() }, web.MaxBody(uploadBody))
	web.Form(r, "POST /gov/coverage/maps/{id}/drop", "coverage.drop_map", Map, s.DropMap,
		func(DropMapInput) string { return "/gov/coverage/maps" }, func(_ DropMapInput, m Boundary) string { return mapsHref(m.Region) })
}

// uploadBody is the most bytes of a posted file with its form; base64 makes a file of ten megabytes larger.
const uploadBody = 20 << 20
