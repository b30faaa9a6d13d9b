package honour

import (
	"github.com/a-h/templ"

	"linli/internal/platform/auth"
	"linli/internal/platform/web"
)

// uploadBody is the most bytes of a form with a file.
const uploadBody = 20 << 20

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	const api, lib = "/api/v1/commendations", "/api/v1/models"
	upload := web.MaxBody(uploadBody)
	web.JSON(r, "GET "+api, "honour.list", View, s.List)
	web.JSON(r, "POST "+api, "honour.enter", Enter, s.Enter, web.Status(201), upload)
	web.JSON(r, "GET "+api+"/{id}", "honour.get", View, s.Get)
	web.JSON(r, "POST "+api+"/{id}/confirm", "honour.confirm", Decide, s.Confirm)
	web.JSON(r, "POST "+api+"/{id}/refuse", "honour.refuse", Decide, s.Refuse)
	web.JSON(r, "POST "+api+"/{id}/publish", "honour.publish", Decide, s.Publish)
	web.JSON(r, "POST "+api+"/{id}/recall", "honour.recall", Enter, s.Recall)
	web.JSON(r, "GET "+lib, "honour.models", View, s.Models)
	web.JSON(r, "POST "+lib, "honour.draft", Enter, s.Draft, web.Status(201))
	web.JSON(r, "GET "+lib+"/{id}", "honour.model", View, s.Model)
	web.JSON(r, "POST "+lib+"/{id}/edit", "honour.edit", Enter, s.Edit)
	web.JSON(r, "POST "+lib+"/{id}/submit", "honour.submit", Enter, s.Submit)
	web.JSON(r, "POST "+lib+"/{id}/approve", "honour.approve", Review, s.Approve)
	web.JSON(r, "POST "+lib+"/{id}/return", "honour.return", Review, s.Return)
	web.JSON(r, "POST "+lib+"/{id}/publish", "honour.publish_model", Review, s.PublishModel)
	web.JSON(r, "POST "+lib+"/{id}/recall", "honour.recall_model", Enter, s.RecallModel)
	web.JSON(r, "GET /api/v1/public/commendations", "honour.faces", Look, s.Faces)
	web.JSON(r, "GET /api/v1/public/models", "honour.cards", Look, s.Cards)
	web.JSON(r, "GET /api/v1/public/models/{id}", "honour.card", Look, s.Card)

	web.Page(r, "GET "+public, "honour.faces", Look, s.Faces, facesPage)
	web.Page(r, "GET "+publicModels, "honour.cards", Look, s.Cards, cardsPage)
	web.Page(r, "GET "+publicModels+"/{id}", "honour.card", Look, s.Card, cardPage)
	web.JSON(r, "GET /api/v1/lists/backbone", "honour.backbone", View, s.Backbone)
	for _, base := range []string{deskBackbone, govBackbone} {
		web.Page(r, "GET "+base, "honour.backbone", View, s.Backbone, func(v Pillars) templ.Component { return backbonePage(v, base) })
		web.File(r, "GET "+base+"/export", "honour.export_backbone", View, s.ExportBackbone)
	}
	s.commendations(r, desk)
	s.commendations(r, gov)
	s.models(r, deskModels)
	s.models(r, govModels)
	web.Page(r, "GET "+deskModels+"/new", "honour.blank", Enter, s.Blank, blankPage)
	web.Form(r, "POST "+deskModels, "honour.draft", Enter, s.Draft, func(DraftInput) string { return deskModels + "/new" },
		func(_ DraftInput, m Model) string { return page(deskModels, m.ID) })
	web.Form(r, "POST "+deskModels+"/{id}/edit", "honour.edit", Enter, s.Edit, func(in EditInput) string { return page(deskModels, in.ID) },
		func(in EditInput, _ Model) string { return page(deskModels, in.ID) })
	web.Form(r, "POST "+deskModels+"/{id}/submit", "honour.submit", Enter, s.Submit,
		func(in SubmitInput) string { return page(deskModels, in.ID) },
		func(in SubmitInput, _ Model) string { return page(deskModels, in.ID) })
}

// commendations are the pages of commendations in a shell.
func (s *Service) commendations(r *web.Router, base string) {
	web.Page(r, "GET "+base, "honour.list", View, s.List, func(v Listing) templ.Component { return listPage(v, base) })
	web.Page(r, "GET "+base+"/{id}", "honour.get", View, s.Get, func(v Detail) templ.Component { return detailPage(v, base) })
	web.File(r, "GET "+base+"/{id}/proof", "honour.proof", View, s.Proof)
	web.Form(r, "POST "+base, "honour.enter", Enter, s.Enter, func(EnterInput) string { return base },
		func(_ EnterInput, x Commendation) string { return page(base, x.ID) }, web.MaxBody(uploadBody))
	for _, x := range []struct {
		verb, operation string
		perm            auth.Perm
		op              web.Op[DecideInput, Commendation]
	}{{"confirm", "honour.confirm", Decide, s.Confirm}, {"refuse", "honour.refuse", Decide, s.Refuse},
		{"publish", "honour.publish", Decide, s.Publish},
		{"recall", "honour.recall", Enter, s.Recall}} {
		web.Form(r, "POST "+base+"/{id}/"+x.verb, x.operation, x.perm, x.op, func(in DecideInput) string { return page(base, in.ID) },
			func(in DecideInput, _ Commendation) string { return page(base, in.ID) })
	}
}

// models are the pages of the library in a shell.
func (s *Service) models(r *web.Router, base string) {
	web.Page(r, "GET "+base, "honour.models", View, s.Models, func(v Register) templ.Component { return modelsPage(v, base) })
	web.Page(r, "GET "+base+"/{id}", "honour.model", View, s.Model, func(v File) templ.Component { return modelPage(v, base) })
	for _, x := range []struct {
		verb, operation string
		perm            auth.Perm
		op              web.Op[DecideInput, Model]
	}{{"approve", "honour.approve", Review, s.Approve}, {"return", "honour.return", Review, s.Return},
		{"publish", "honour.publish_model", Review, s.PublishModel}, {"recall", "honour.recall_model", Enter, s.RecallModel}} {
		if base == deskModels && x.perm == Review {
			continue
		}
		web.Form(r, "POST "+base+"/{id}/"+x.verb, x.operation, x.perm, x.op, func(in DecideInput) string { return page(base, in.ID) },
			func(in DecideInput, _ Model) string { return page(base, in.ID) })
	}
}
