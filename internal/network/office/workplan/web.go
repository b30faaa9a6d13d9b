package workplan

import (
	"fmt"

	"linli/internal/network/office"
	"linli/internal/platform/format"
	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/stations/{id}/work-plan", "workplan.get", office.View, s.Plan)
	web.JSON(r, "POST /api/v1/stations/{id}/work-plan", "workplan.add", office.Edit, s.AddPlanItem, web.Status(201))
	web.JSON(r, "POST /api/v1/stations/{id}/work-plan/copy", "workplan.copy", office.Edit, s.CopyPlan, web.Status(201))
	web.JSON(r, "GET /api/v1/work-plan-items/{id}", "workplan.item", office.View, s.PlanItem)
	web.JSON(r, "POST /api/v1/work-plan-items/{id}/edit", "workplan.edit", office.Edit, s.EditPlanItem)
	web.JSON(r, "POST /api/v1/work-plan-items/{id}/drop", "workplan.drop", office.Edit, s.DropPlanItem)
	web.JSON(r, "POST /api/v1/work-plan-items/{id}/progress", "workplan.progress", office.Edit, s.Progress)

	const at = office.DeskPath + "-plan/{id}"
	one := func(id fmt.Stringer) string { return office.DeskPath + "-plan/" + id.String() }
	year := func(i PlanItem) string { return office.BookPath(i.StationID, "plan?year="+format.Int(i.Year)) }
	web.Page(r, "GET "+office.DeskPath+"/{id}/plan", "workplan.get", office.View, s.Plan, planPage)
	web.File(r, "GET "+office.DeskPath+"/{id}/plan/sheet", "workplan.sheet", office.View, s.PlanSheet)
	web.Form(r, "POST "+office.DeskPath+"/{id}/plan", "workplan.add", office.Edit, s.AddPlanItem, func(in AddPlanInput) string { return office.BookPath(in.ID, "plan") }, func(_ AddPlanInput, i PlanItem) string { return year(i) })
	web.Form(r, "POST "+office.DeskPath+"/{id}/plan/copy", "workplan.copy", office.Edit, s.CopyPlan, func(in CopyPlanInput) string { return office.BookPath(in.ID, "plan?year="+format.Int(in.Year)) },
		func(in CopyPlanInput, _ Plan) string { return office.BookPath(in.ID, "plan?year="+format.Int(in.Year)) })
	web.Page(r, "GET "+at, "workplan.item", office.View, s.PlanItem, planItemPage)
	web.Form(r, "POST "+at+"/edit", "workplan.edit", office.Edit, s.EditPlanItem, func(in EditPlanInput) string { return one(in.ID) }, func(in EditPlanInput, _ PlanItem) string { return one(in.ID) })
	web.Form(r, "POST "+at+"/drop", "workplan.drop", office.Edit, s.DropPlanItem, func(in DropPlanInput) string { return one(in.ID) }, func(_ DropPlanInput, i PlanItem) string { return year(i) })
	web.Form(r, "POST "+at+"/progress", "workplan.progress", office.Edit, s.Progress, func(in ProgressInput) string { return one(in.ID) }, func(in ProgressInput, _ PlanItem) string { return one(in.ID) })
}
