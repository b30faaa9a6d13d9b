package template

import (
	"linli/internal/network/office"
	"linli/internal/platform/web"
)

const (
	page     = "/gov/office"
	planPart = page + "#plan"
)

func slotPart(slot string) string { return page + "#" + slot }

func atPage[In any](In) string { return page }

func atPlan[In any](In, Category) string { return planPart }

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/office-templates", "template.list", office.Configure, s.List)
	web.JSON(r, "POST /api/v1/office-templates", "template.save", office.Configure, s.Save)
	web.JSON(r, "POST /api/v1/office-templates/{id}/drop", "template.drop", office.Configure, s.Drop, web.Status(204))
	web.JSON(r, "POST /api/v1/office-categories", "template.add_category", office.Configure, s.AddCategory, web.Status(201))
	web.JSON(r, "POST /api/v1/office-categories/{id}/edit", "template.edit_category", office.Configure, s.EditCategory)

	web.Page(r, "GET "+page, "template.list", office.Configure, s.List, listPage)
	web.Form(r, "POST "+page+"/templates", "template.save", office.Configure, s.Save, atPage,
		func(in SaveInput, _ Template) string { return slotPart(in.Slot) })
	web.Form(r, "POST "+page+"/templates/{id}/drop", "template.drop", office.Configure, s.Drop, atPage,
		func(_ office.VersionInput, t Template) string { return slotPart(t.Slot) })
	web.Form(r, "POST "+page+"/categories", "template.add_category", office.Configure, s.AddCategory, atPage, atPlan)
	web.Form(r, "POST "+page+"/categories/{id}/edit", "template.edit_category", office.Configure, s.EditCategory, atPage, atPlan)
}
