package guard

import (
	"github.com/a-h/templ"

	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/guards", "guard.list", Answer, s.List)
	web.JSON(r, "GET /api/v1/guards/mine", "guard.mine", Use, s.Mine)
	web.JSON(r, "GET /api/v1/guards/{id}", "guard.get", Use, s.Get)
	web.JSON(r, "POST /api/v1/guards", "guard.start", Use, s.Start, web.Status(201))
	web.JSON(r, "POST /api/v1/guards/{id}/extend", "guard.extend", Use, s.Extend)
	web.JSON(r, "POST /api/v1/guards/{id}/back", "guard.back", Use, s.Back)
	web.JSON(r, "POST /api/v1/guards/{id}/take", "guard.take", Answer, s.Take)

	web.Page(r, "GET "+minePath, "guard.mine", Use, s.Mine, minePage)
	web.Form(r, "POST "+minePath, "guard.start", Use, s.Start, func(StartInput) string { return minePath },
		func(StartInput, Guard) string { return minePath })
	web.Form(r, "POST "+minePath+"/{id}/extend", "guard.extend", Use, s.Extend, func(ExtendInput) string { return minePath },
		func(ExtendInput, Guard) string { return minePath })
	web.Form(r, "POST "+minePath+"/{id}/back", "guard.back", Use, s.Back, func(BackInput) string { return minePath },
		func(BackInput, Guard) string { return minePath })
	for _, base := range []string{deskPath, govPath} {
		web.Page(r, "GET "+base, "guard.list", Answer, s.List, func(v Listing) templ.Component {
			v.base = base
			return listPage(v)
		})
		web.Form(r, "POST "+base+"/{id}/take", "guard.take", Answer, s.Take, func(TakeInput) string { return base },
			func(TakeInput, Guard) string { return base })
		web.Form(r, "POST "+base+"/{id}/back", "guard.back", Use, s.Back, func(BackInput) string { return base },
			func(BackInput, Guard) string { return base })
	}
}
