package spotcheck

import (
	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/spot-checks", "spotcheck.list", Public, s.List)
	web.JSON(r, "POST /api/v1/spot-checks", "spotcheck.announce", Conduct, s.Announce, web.Status(201))
	web.JSON(r, "GET /api/v1/spot-checks/{id}", "spotcheck.get", Public, s.Get)
	web.JSON(r, "GET /api/v1/spot-checks/{id}/work", "spotcheck.work", View, s.Work)
	web.JSON(r, "POST /api/v1/spot-checks/{id}/freeze", "spotcheck.freeze", Conduct, s.Freeze)
	web.JSON(r, "POST /api/v1/spot-checks/{id}/draw", "spotcheck.draw", Conduct, s.Draw)
	web.JSON(r, "POST /api/v1/spot-checks/{id}/units/{unit}", "spotcheck.judge", Judge, s.Judge)
	web.JSON(r, "POST /api/v1/spot-checks/{id}/publish", "spotcheck.publish", Conduct, s.Publish)
	web.JSON(r, "POST /api/v1/spot-checks/{id}/give-up", "spotcheck.give_up", Conduct, s.GiveUp)

	web.Page(r, "GET "+publicChecks, "spotcheck.list", Public, s.List, listPage)
	web.Page(r, "GET "+publicChecks+"/{id}", "spotcheck.get", Public, s.Get, publicPage)
	web.File(r, "GET "+publicChecks+"/{id}/population", "spotcheck.population", Public, s.PopulationFile)
	web.File(r, "GET "+publicChecks+"/{id}/forced", "spotcheck.forced", Public, s.ForcedFile)
	web.File(r, "GET "+publicChecks+"/{id}/result", "spotcheck.result", Public, s.ResultFile)

	web.Page(r, "GET "+govChecks, "spotcheck.work_list", View, s.WorkList, workListPage)
	web.Form(r, "POST "+govChecks, "spotcheck.announce", Conduct, s.Announce, func(AnnounceInput) string { return govChecks },
		func(_ AnnounceInput, out Detail) string { return checkAt(out.ID) })
	web.Page(r, "GET "+govChecks+"/{id}", "spotcheck.work", View, s.Work, workPage)
	web.Form(r, "POST "+govChecks+"/{id}/freeze", "spotcheck.freeze", Conduct, s.Freeze, func(in FreezeInput) string { return checkAt(in.ID) },
		func(in FreezeInput, _ Detail) string { return checkAt(in.ID) })
	web.Form(r, "POST "+govChecks+"/{id}/draw", "spotcheck.draw", Conduct, s.Draw, func(in StepInput) string { return checkAt(in.ID) },
		func(in StepInput, _ Detail) string { return checkAt(in.ID) })
	web.Page(r, "GET "+govChecks+"/{id}/units/{unit}", "spotcheck.unit", View, s.Unit, unitPage)
	web.Form(r, "POST "+govChecks+"/{id}/units/{unit}", "spotcheck.judge", Judge, s.Judge,
		func(in JudgeInput) string { return unitAt(in.ID, in.Unit) }, func(in JudgeInput, _ Detail) string { return unitAt(in.ID, in.Unit) })
	web.Form(r, "POST "+govChecks+"/{id}/publish", "spotcheck.publish", Conduct, s.Publish,
		func(in PublishInput) string { return checkAt(in.ID) }, func(in PublishInput, _ Detail) string { return checkAt(in.ID) })
	web.Form(r, "POST "+govChecks+"/{id}/give-up", "spotcheck.give_up", Conduct, s.GiveUp,
		func(in PublishInput) string { return checkAt(in.ID) }, func(in PublishInput, _ Detail) string { return checkAt(in.ID) })
}
