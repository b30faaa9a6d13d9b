package template

import (
	"linli/internal/network/office"
	"linli/internal/platform/web"
)

const govPage = "/gov/office"

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/office-templates", "template.list", office.Configure, s.Templates)
	web.JSON(r, "POST /api/v1/office-templates", "template.save", office.Configure, s.SaveTemplate)
	web.JSON(r, "POST /api/v1/office-templates/{id}/drop", "template.drop", office.Configure, s.DropTemplate)
	web.JSON(r, "POST /api/v1/office-categories", "template.category_add", office.Configure, s.AddCategory, web.Status(201))
	web.JSON(r, "POST /api/v1/office-categories/{id}/edit", "template.category_edit", office.Configure, s.EditCategory)

	web.Page(r, "GET "+govPage, "template.list", office.Configure, s.Templates, templatesPage)
	web.Form(r, "POST "+govPage+"/templates", "template.save", office.Configure, s.SaveTemplate, func(TemplateInput) string { return govPage }, func(in TemplateInput, _ Template) string { return govPage + "#" + in.Slot })
	web.Form(r, "POST "+govPage+"/templates/{id}/drop", "template.drop", office.Configure, s.DropTemplate, func(DropTemplateInput) string { return govPage }, func(_ DropTemplateInput, t Template) string { return govPage + "#" + t.Slot })
	web.Form(r, "POST "+govPage+"/categories", "template.category_add", office.Configure, s.AddCategory, func(CategoryInput) string { return govPage }, func(CategoryInput, Category) string { return govPage + "#plan" })
	web.Form(r, "POST "+govPage+"/categories/{id}/edit", "template.category_edit", office.Configure, s.EditCategory, func(EditCategoryInput) string { return govPage }, func(EditCategoryInput, Category) string { return govPage + "#plan" })
}
