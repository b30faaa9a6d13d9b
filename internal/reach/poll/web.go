package poll

import "linli/internal/platform/web"

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/polls", "poll.published", Public, s.All)
	web.JSON(r, "POST /api/v1/polls", "poll.create", Run, s.Create, web.Status(201))
	web.JSON(r, "GET /api/v1/polls/{id}", "poll.get", View, s.Get)
	web.JSON(r, "POST /api/v1/polls/{poll_id}/places/{id}", "poll.enter", Enter, s.Enter)
	web.JSON(r, "POST /api/v1/polls/{id}/close", "poll.close", Run, s.Close)
	web.JSON(r, "POST /api/v1/polls/{id}/give-up", "poll.give_up", Run, s.GiveUp)

	web.JSON(r, "GET /api/v1/published-polls/{id}", "poll.read", Public, s.Read)
	web.Page(r, "GET "+public, "poll.published", Public, s.All, publicPage, web.Translated)
	web.Page(r, "GET "+public+"/{id}", "poll.read", Public, s.Read, readPage, web.Translated)
	web.File(r, "GET "+public+"/{id}/frame", "poll.frame", Public, s.Frame)
	web.Page(r, "GET "+gov, "poll.list", View, s.List, listPage)
	web.Page(r, "GET "+gov+"/{id}", "poll.get", View, s.Get, pollPage)
	web.File(r, "GET "+gov+"/{id}/sheets", "poll.sheets", View, s.Sheets)
	web.File(r, "GET "+gov+"/{id}/export", "poll.export", View, s.Export)
	web.Form(r, "POST "+gov, "poll.create", Run, s.Create, func(CreateInput) string { return gov },
		func(_ CreateInput, d Detail) string { return page(d.ID) })
	web.Form(r, "POST "+gov+"/{poll_id}/places/{id}", "poll.enter", Enter, s.Enter, func(in EnterInput) string { return page(in.PollID) },
		func(in EnterInput, _ Detail) string { return page(in.PollID) })
	back, done := func(in EndInput) string { return page(in.ID) }, func(in EndInput, _ Detail) string { return page(in.ID) }
	web.Form(r, "POST "+gov+"/{id}/close", "poll.close", Run, s.Close, back, done)
	web.Form(r, "POST "+gov+"/{id}/give-up", "poll.give_up", Run, s.GiveUp, back, done)
}
