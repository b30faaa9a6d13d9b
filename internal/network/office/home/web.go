package home

import (
	"linli/internal/network/office"
	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.Page(r, "GET "+office.DeskPath, "office.list", office.View, s.List, listPage)
	web.Page(r, "GET "+office.DeskPath+"/{id}", "office.home", office.View, s.Home, homePage)
	web.JSON(r, "POST /api/v1/stations/{id}/office/prove", "office.prove", office.Edit, s.Prove)
	web.Form(r, "POST "+office.DeskPath+"/{id}/prove", "office.prove", office.Edit, s.Prove,
		func(in ProveInput) string { return office.DeskPath + "/" + in.ID.String() },
		func(in ProveInput, _ Evidence) string { return "/desk/standard/" + in.ID.String() + "#" + in.Item })
}
