package coverage

import (
	"context"

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

	web.Page(r, "GET /coverage", "coverage.published", Public, s.Published, overviewPage)
	web.Page(r, "GET /gov/coverage", "coverage.show", View, s.Show, overviewPage)
	web.File(r, "GET /gov/coverage/table", "coverage.export", View, func(ctx context.Context, in ShowInput) (web.Download, error) {
		f, err := s.Export(ctx, in)
		return web.Download{Name: f.Name, Type: f.Type, Body: f.Body}, err
	})
	web.Page(r, "GET /gov/coverage/missing", "coverage.missing", View, s.Missing, missingPage)
	web.Page(r, "GET /gov/coverage/targets", "coverage.targets", View, s.ListTargets, targetsPage)
	web.Form(r, "POST /gov/coverage/targets", "coverage.set_target", Targets, s.SetTarget, func(in SetTargetInput) string { return targetsHref(in.Region) },
		func(in SetTargetInput, _ Target) string { return targetsHref(in.Region) })
	web.Page(r, "GET /gov/coverage/reported", "coverage.list_reported", View, s.ListReported, reportedPage)
	web.Form(r, "POST /gov/coverage/reported", "coverage.report", Report, s.AddReported, func(in ReportInput) string { return reportedHref(in.Region) },
		func(in ReportInput, _ Reported) string { return reportedHref(in.Region) })
	web.Form(r, "POST /gov/coverage/reported/{id}/withdraw", "coverage.withdraw", Report, s.WithdrawReported, func(WithdrawInput) string { return "/gov/coverage/reported" },
		func(_ WithdrawInput, out Reported) string { return reportedHref(out.Region) })
}
