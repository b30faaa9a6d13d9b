package partner

import (
	"github.com/a-h/templ"

	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	const api, offers, parts = "/api/v1/partners", "/api/v1/partner-offers", "/api/v1/partner-parts"
	web.JSON(r, "GET "+api, "partner.list", View, s.List)
	web.JSON(r, "POST "+api, "partner.create", Keep, s.Create, web.Status(201))
	web.JSON(r, "GET "+api+"/{id}", "partner.get", View, s.Get)
	web.JSON(r, "POST "+api+"/{id}/edit", "partner.edit", Offers, s.Edit)
	web.JSON(r, "POST "+api+"/{id}/check", "partner.check", Check, s.Decide)
	web.JSON(r, "POST "+api+"/{id}/end", "partner.end", Keep, s.End)
	web.JSON(r, "POST "+api+"/{id}/appoint", "partner.appoint", Keep, s.Appoint)
	web.JSON(r, "POST "+api+"/{id}/release", "partner.release", Keep, s.Release)
	web.JSON(r, "POST "+api+"/{id}/offers", "partner.add_offer", Offers, s.AddOffer, web.Status(201))
	web.JSON(r, "POST "+api+"/{id}/parts", "partner.join", Use, s.Join, web.Status(201))
	web.JSON(r, "GET "+api+"/{id}/statement", "partner.statement", View, s.Statement)
	web.JSON(r, "GET "+api+"/with", "partner.with", Use, s.With)
	web.JSON(r, "GET "+offers, "partner.near", Use, s.Near)
	web.JSON(r, "GET "+offers+"/{id}", "partner.offer", View, s.GetOffer)
	web.JSON(r, "POST "+offers+"/{id}/change", "partner.change_offer", Offers, s.ChangeOffer)
	web.JSON(r, "POST "+offers+"/{id}/end", "partner.end_offer", Offers, s.EndOffer)
	web.JSON(r, "GET "+parts+"/{id}", "partner.part", View, s.GetPart)
	web.JSON(r, "POST "+parts+"/{id}/attest", "partner.attest", Use, s.Attest)
	web.JSON(r, "POST "+parts+"/{id}/drop", "partner.drop", Offers, s.Drop)
	web.JSON(r, "GET /api/v1/my-partners", "partner.mine", View, s.Mine)
	web.JSON(r, "GET /api/v1/public/offers", "partner.faces", Public, s.Faces)

	web.Page(r, "GET "+site, "partner.faces", Public, s.Faces, facesPage)
	for _, base := range []string{desk, gov} {
		web.Page(r, "GET "+base, "partner.list", View, s.List, func(v Register) templ.Component { return registerPage(v, base) })
		s.partnerPages(r, base)
	}
	web.Page(r, "GET "+desk+"/new", "partner.blank", Keep, s.Blank, blankPage)
	web.Page(r, "GET "+desk+"/offers", "partner.near", Use, s.Near, nearPage)
	web.Page(r, "GET "+desk+"/with", "partner.with", Use, s.With, withPage)
	web.File(r, "GET "+desk+"/export", "partner.export", View, s.Export)
	web.Form(r, "POST "+desk, "partner.create", Keep, s.Create, func(CreateInput) string { return desk + "/new" },
		func(_ CreateInput, d Detail) string { return at(desk, d.ID) })
	s.deskForms(r)
	s.contactForms(r, desk)
	web.Page(r, "GET "+my, "partner.mine", View, s.Mine, minePage)
	s.partnerPages(r, my)
	s.contactForms(r, my)
}

// partnerPages are the page of a unit and of its year, for both sides.
func (s *Service) partnerPages(r *web.Router, base string) {
	web.Page(r, "GET "+base+"/{id}", "partner.get", View, s.Get, func(v Detail) templ.Component { return partnerPage(v, base) })
	web.Page(r, "GET "+base+"/{id}/statement", "partner.statement", View, s.Statement,
		func(v Statement) templ.Component { return statementPage(v, base) })
	web.File(r, "GET "+base+"/{id}/statement/print", "partner.print", View, s.Print)
}

func (s *Service) deskForms(r *web.Router) {
	for _, verb := range []string{"check", "refuse"} { // two forms of the page, one operation
		web.Form(r, "POST "+desk+"/{id}/"+verb, "partner.check", Check, s.Decide, func(in DecideInput) string { return at(desk, in.ID) },
			func(in DecideInput, _ Detail) string { return at(desk, in.ID) })
	}
	web.Form(r, "POST "+desk+"/{id}/end", "partner.end", Keep, s.End, func(in EndInput) string { return at(desk, in.ID) },
		func(in EndInput, _ Detail) string { return at(desk, in.ID) })
	web.Form(r, "POST "+desk+"/{id}/release", "partner.release", Keep, s.Release, func(in EndInput) string { return at(desk, in.ID) },
		func(in EndInput, _ Detail) string { return at(desk, in.ID) })
	web.Form(r, "POST "+desk+"/{id}/appoint", "partner.appoint", Keep, s.Appoint, func(in AppointInput) string { return at(desk, in.ID) },
		func(in AppointInput, _ Detail) string { return at(desk, in.ID) })
	web.Form(r, "POST "+desk+"/{id}/parts", "partner.join", Use, s.Join, func(in JoinInput) string { return in.page() },
		func(in JoinInput, _ Part) string { return in.page() })
	web.Form(r, "POST "+desk+"/parts/{id}/attest", "partner.attest", Use, s.Attest, func(AttestInput) string { return "" },
		func(_ AttestInput, p Part) string { return p.of().page() })
}

// contactForms are what a unit's contact does on his phone, and the desk for him.
func (s *Service) contactForms(r *web.Router, base string) {
	web.Form(r, "POST "+base+"/{id}/edit", "partner.edit", Offers, s.Edit, func(in EditInput) string { return at(base, in.ID) },
		func(in EditInput, _ Detail) string { return at(base, in.ID) })
	web.Form(r, "POST "+base+"/{id}/offers", "partner.add_offer", Offers, s.AddOffer, func(in OfferInput) string { return at(base, in.ID) },
		func(in OfferInput, _ Offer) string { return at(base, in.ID) })
	web.Form(r, "POST "+base+"/offers/{id}/change", "partner.change_offer", Offers, s.ChangeOffer, func(ChangeInput) string { return "" },
		func(_ ChangeInput, o Offer) string { return at(base, o.PartnerID) })
	web.Form(r, "POST "+base+"/offers/{id}/end", "partner.end_offer", Offers, s.EndOffer, func(MoveInput) string { return "" },
		func(_ MoveInput, o Offer) string { return at(base, o.PartnerID) })
	web.Form(r, "POST "+base+"/parts/{id}/drop", "partner.drop", Offers, s.Drop, func(EndInput) string { return "" },
		func(_ EndInput, p Part) string {
			if base == my {
				return at(my, p.PartnerID)
			}
			return p.of().page()
		})
}
