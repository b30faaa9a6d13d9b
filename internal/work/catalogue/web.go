package catalogue

import "linli/internal/platform/web"

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/catalogue", "catalogue.list", View, s.List)
	web.JSON(r, "GET /api/v1/catalogue/{id}", "catalogue.get", View, s.Get)
	web.JSON(r, "POST /api/v1/catalogue", "catalogue.add", Edit, s.Add, web.Status(201))
	web.JSON(r, "POST /api/v1/catalogue/{id}", "catalogue.change", Edit, s.Change)
	web.JSON(r, "GET /api/v1/stations/{id}/services", "catalogue.services", View, s.Services)
	web.JSON(r, "POST /api/v1/stations/{id}/services", "catalogue.offer", Edit, s.Offer)

	web.Page(r, "GET /desk/catalogue", "catalogue.shelf", Edit, s.Shelf, shelfPage)
	web.Page(r, "GET /desk/catalogue/new", "catalogue.blank", Edit, s.Blank, sheetPage)
	web.Page(r, "GET /desk/catalogue/{id}", "catalogue.sheet", Edit, s.Sheet, sheetPage)
	web.Form(r, "POST /desk/catalogue", "catalogue.add", Edit, s.Add, func(AddInput) string { return "/desk/catalogue/new" },
		func(_ AddInput, it Item) string { return path(it.ID) })
	web.Page(r, "GET /desk/stations/{id}/services", "catalogue.offers", Edit, s.Offers, servicesPage)
	web.Form(r, "POST /desk/stations/{id}/services", "catalogue.offer", Edit, s.Offer, func(in OfferInput) string { return servicesAt(in.ID) },
		func(in OfferInput, _ Services) string { return servicesAt(in.ID) + "#i" + in.ItemID.String() })
	web.Form(r, "POST /desk/catalogue/{id}", "catalogue.change", Edit, s.Change, func(in ChangeInput) string { return path(in.ID) },
		func(in ChangeInput, _ Item) string { return path(in.ID) })
}
