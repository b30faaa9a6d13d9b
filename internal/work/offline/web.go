package offline

import (
	"github.com/a-h/templ"

	"linli/internal/platform/web"
)

// Where the pages stand.
const (
	deskPath = "/desk/offline"
	govPath  = "/gov/offline"
	// pocketPath is the page that a telephone keeps; its worker lies beside it, so that it may serve it and nothing else of /my.
	pocketPath = "/my/pocket"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "POST /api/v1/sync", "offline.sync", Send, s.Sync, web.Again(s.Verdicts))
	web.JSON(r, "POST /api/v1/sync/hand-over", "offline.hand_over", Send, s.HandOver, web.Again(s.Stand))
	web.JSON(r, "GET /api/v1/sync/handed", "offline.stand", Send, s.Ask)
	web.JSON(r, "GET /api/v1/sync/pack", "offline.pack", Send, s.Pack)
	web.JSON(r, "GET /api/v1/sync/items", "offline.list", Decide, s.List)
	web.JSON(r, "GET /api/v1/sync/items/{id}", "offline.get", View, s.Get)
	web.JSON(r, "POST /api/v1/sync/items/{id}/decide", "offline.decide", Decide, s.Decide)

	web.Page(r, "GET "+pocketPath, "offline.shell", Open, s.Shell, func(Nothing) templ.Component { return pocketPage() }, web.Nobody)
	web.File(r, "GET "+pocketPath+".js", "offline.worker", Open, s.Worker, web.Nobody)
	web.Page(r, "GET "+pocketPath+"/kit", "offline.kit", Send, s.Kit, kitPart)

	for _, base := range []string{deskPath, govPath} {
		web.Page(r, "GET "+base, "offline.list", Decide, s.List, func(v Listing) templ.Component { return listPage(v, base) })
		web.Page(r, "GET "+base+"/{id}", "offline.get", View, s.Get, func(v Detail) templ.Component { return itemPage(v, base) })
		web.Form(r, "POST "+base+"/{id}/decide", "offline.decide", Decide, s.Decide,
			func(in DecideInput) string { return base + "/" + in.ID.String() }, func(DecideInput, Detail) string { return base })
	}
}
