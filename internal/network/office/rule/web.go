package rule

import (
	"fmt"

	"linli/internal/network/office"
	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/stations/{id}/rules", "rule.list", office.View, s.Rules)
	web.JSON(r, "POST /api/v1/stations/{id}/rules", "rule.adopt", office.Edit, s.Adopt, web.Status(201))
	web.JSON(r, "GET /api/v1/station-rules/{id}", "rule.get", office.View, s.Rule)
	web.JSON(r, "POST /api/v1/station-rules/{id}/write", "rule.write", office.Edit, s.Write)
	web.JSON(r, "POST /api/v1/station-rules/{id}/publish", "rule.publish", office.Edit, s.Publish)
	web.JSON(r, "POST /api/v1/station-rules/{id}/discard", "rule.discard", office.Edit, s.Discard)

	const at = office.DeskPath + "-rules/{id}"
	one := func(id fmt.Stringer) string { return office.DeskPath + "-rules/" + id.String() }
	web.Page(r, "GET "+office.DeskPath+"/{id}/rules", "rule.list", office.View, s.Rules, rulesPage)
	web.Form(r, "POST "+office.DeskPath+"/{id}/rules", "rule.adopt", office.Edit, s.Adopt, func(in AdoptInput) string { return office.BookPath(in.ID, "rules") }, func(_ AdoptInput, x Rule) string { return one(x.ID) })
	web.Page(r, "GET "+at, "rule.get", office.View, s.Rule, rulePage)
	web.File(r, "GET "+at+"/wall", "rule.wall", office.View, s.RuleWall)
	web.Form(r, "POST "+at+"/write", "rule.write", office.Edit, s.Write, func(in WriteInput) string { return one(in.ID) }, func(in WriteInput, _ Rule) string { return one(in.ID) })
	web.Form(r, "POST "+at+"/publish", "rule.publish", office.Edit, s.Publish, func(in RuleTurn) string { return one(in.ID) }, func(in RuleTurn, _ Rule) string { return one(in.ID) })
	web.Form(r, "POST "+at+"/discard", "rule.discard", office.Edit, s.Discard, func(in RuleTurn) string { return one(in.ID) }, func(_ RuleTurn, x Rule) string { return office.BookPath(x.StationID, "rules") })
}
