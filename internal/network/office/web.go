package office

import (
	"context"

	"linli/internal/platform/web"
)

// uploadBody is the most bytes of a form with a file.
const uploadBody = 20 << 20

// stockBody is the most bytes of a form on which stock is taken.
const stockBody = 256 << 10

const (
	desk    = "/desk/office"
	govPage = "/gov/office"
)

type named interface{ String() string }

// part is the address of a book of a station.
func part(id named, name string) string { return desk + "/" + id.String() + "/" + name }

// served turns an operation that gives a file into one that the web serves.
func served[In any](op func(context.Context, In) (File, error)) web.Op[In, web.Download] {
	return func(ctx context.Context, in In) (web.Download, error) {
		f, err := op(ctx, in)
		return web.Download{Name: f.Name, Type: f.Type, Body: f.Body, Show: f.Show, Keep: f.Keep}, err
	}
}

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.Page(r, "GET "+desk, "office.pick", View, s.Pick, pickPage)
	web.Page(r, "GET "+desk+"/{id}", "office.home", View, s.Home, homePage)
	web.JSON(r, "POST /api/v1/stations/{id}/office/prove", "office.prove", Keep, s.Prove)
	web.Form(r, "POST "+desk+"/{id}/prove", "office.prove", Keep, s.Prove, func(in ProveInput) string { return desk + "/" + in.ID.String() },
		func(in ProveInput, _ Proved) string { return "/desk/standard/" + in.ID.String() + "#" + in.Item })
	s.noticeRoutes(r)
	s.photoRoutes(r)
	s.planRoutes(r)
	s.ruleRoutes(r)
	s.signRoutes(r)
	s.equipmentRoutes(r)
	s.rosterRoutes(r)
	s.ledgerRoutes(r)
	s.archiveRoutes(r)
	s.setRoutes(r)
}

func (s *Service) noticeRoutes(r *web.Router) {
	upload := web.MaxBody(uploadBody)
	web.JSON(r, "GET /api/v1/stations/{id}/notices", "office.notices", View, s.Notices)
	web.JSON(r, "POST /api/v1/stations/{id}/notices", "office.post", Keep, s.Post, web.Status(201), upload)
	web.JSON(r, "GET /api/v1/stations/{id}/posted", "office.posted", Public, s.Posted)
	web.JSON(r, "GET /api/v1/notices/{id}", "office.notice", View, s.Notice)
	web.JSON(r, "POST /api/v1/notices/{id}/photo", "office.show", Keep, s.Show, upload)
	web.JSON(r, "POST /api/v1/notices/{id}/down", "office.down", Keep, s.Down)

	const at = desk + "-notices/{id}"
	one := func(id named) string { return desk + "-notices/" + id.String() }
	web.Page(r, "GET /stations/{id}/notices", "office.posted", Public, s.Posted, postedPage, web.Translated)
	web.Page(r, "GET "+desk+"/{id}/notices", "office.notices", View, s.Notices, noticesPage)
	web.File(r, "GET "+desk+"/{id}/notices/export", "office.notices_export", View, served(s.ExportNotices))
	web.Form(r, "POST "+desk+"/{id}/notices", "office.post", Keep, s.Post, func(in PostInput) string { return part(in.ID, "notices") }, func(_ PostInput, n Notice) string { return one(n.ID) }, upload)
	web.Page(r, "GET "+at, "office.notice", View, s.Notice, noticePage)
	web.File(r, "GET "+at+"/photo", "office.notice_file", View, served(s.NoticeFile))
	web.File(r, "GET "+at+"/wall", "office.notice_wall", View, served(s.NoticeWall))
	web.Form(r, "POST "+at+"/photo", "office.show", Keep, s.Show, func(in ShowInput) string { return one(in.ID) }, func(in ShowInput, _ Notice) string { return one(in.ID) }, upload)
	web.Form(r, "POST "+at+"/down", "office.down", Keep, s.Down, func(in DownInput) string { return one(in.ID) }, func(in DownInput, _ Notice) string { return one(in.ID) })
}

func (s *Service) photoRoutes(r *web.Router) {
	upload := web.MaxBody(uploadBody)
	web.JSON(r, "GET /api/v1/stations/{id}/photos", "office.photos", View, s.Photos)
	web.JSON(r, "POST /api/v1/stations/{id}/photos", "office.photo_add", Keep, s.AddPhoto, web.Status(201), upload)
	web.JSON(r, "GET /api/v1/station-photos/{id}", "office.photo", View, s.Photo)
	web.JSON(r, "POST /api/v1/station-photos/{id}/edit", "office.photo_edit", Keep, s.EditPhoto)
	web.JSON(r, "POST /api/v1/station-photos/{id}/first", "office.photo_first", Keep, s.PutFirst)
	web.JSON(r, "POST /api/v1/station-photos/{id}/off", "office.photo_off", Keep, s.TakeOff)
	web.JSON(r, "POST /api/v1/station-photos/{id}/again", "office.photo_again", Keep, s.ShowAgain)

	const at = desk + "-photos/{id}"
	one := func(id named) string { return desk + "-photos/" + id.String() }
	all := func(_ TurnPhoto, p Photo) string { return part(p.StationID, "photos") }
	again := func(in TurnPhoto) string { return one(in.ID) }
	web.File(r, "GET /station-photos/{id}", "office.photo_public", Public, served(s.PublicPhoto))
	web.Page(r, "GET "+desk+"/{id}/photos", "office.photos", View, s.Photos, photosPage)
	web.Form(r, "POST "+desk+"/{id}/photos", "office.photo_add", Keep, s.AddPhoto, func(in AddPhotoInput) string { return part(in.ID, "photos") },
		func(in AddPhotoInput, _ Photo) string { return part(in.ID, "photos") }, upload)
	web.Page(r, "GET "+at, "office.photo", View, s.Photo, photoPage)
	web.File(r, "GET "+at+"/file", "office.photo_file", View, served(s.PhotoFile))
	web.Form(r, "POST "+at+"/edit", "office.photo_edit", Keep, s.EditPhoto, func(in EditPhotoInput) string { return one(in.ID) }, func(_ EditPhotoInput, p Photo) string { return part(p.StationID, "photos") })
	web.Form(r, "POST "+at+"/first", "office.photo_first", Keep, s.PutFirst, again, all)
	web.Form(r, "POST "+at+"/off", "office.photo_off", Keep, s.TakeOff, again, all)
	web.Form(r, "POST "+at+"/again", "office.photo_again", Keep, s.ShowAgain, again, all)
}

func (s *Service) planRoutes(r *web.Router) {
	web.JSON(r, "GET /api/v1/stations/{id}/work-plan", "office.plan", View, s.Plan)
	web.JSON(r, "POST /api/v1/stations/{id}/work-plan", "office.plan_add", Keep, s.AddPlanItem, web.Status(201))
	web.JSON(r, "POST /api/v1/stations/{id}/work-plan/copy", "office.plan_copy", Keep, s.CopyPlan, web.Status(201))
	web.JSON(r, "GET /api/v1/work-plan-items/{id}", "office.plan_item", View, s.PlanItem)
	web.JSON(r, "POST /api/v1/work-plan-items/{id}/edit", "office.plan_edit", Keep, s.EditPlanItem)
	web.JSON(r, "POST /api/v1/work-plan-items/{id}/drop", "office.plan_drop", Keep, s.DropPlanItem)
	web.JSON(r, "POST /api/v1/work-plan-items/{id}/progress", "office.plan_step", Keep, s.Progress)

	const at = desk + "-plan/{id}"
	one := func(id named) string { return desk + "-plan/" + id.String() }
	year := func(i PlanItem) string { return part(i.StationID, "plan?year="+itoa(i.Year)) }
	web.Page(r, "GET "+desk+"/{id}/plan", "office.plan", View, s.Plan, planPage)
	web.File(r, "GET "+desk+"/{id}/plan/sheet", "office.plan_sheet", View, served(s.PlanSheet))
	web.Form(r, "POST "+desk+"/{id}/plan", "office.plan_add", Keep, s.AddPlanItem, func(in AddPlanInput) string { return part(in.ID, "plan") }, func(_ AddPlanInput, i PlanItem) string { return year(i) })
	web.Form(r, "POST "+desk+"/{id}/plan/copy", "office.plan_copy", Keep, s.CopyPlan, func(in CopyPlanInput) string { return part(in.ID, "plan?year="+itoa(in.Year)) },
		func(in CopyPlanInput, _ Plan) string { return part(in.ID, "plan?year="+itoa(in.Year)) })
	web.Page(r, "GET "+at, "office.plan_item", View, s.PlanItem, planItemPage)
	web.Form(r, "POST "+at+"/edit", "office.plan_edit", Keep, s.EditPlanItem, func(in EditPlanInput) string { return one(in.ID) }, func(in EditPlanInput, _ PlanItem) string { return one(in.ID) })
	web.Form(r, "POST "+at+"/drop", "office.plan_drop", Keep, s.DropPlanItem, func(in DropPlanInput) string { return one(in.ID) }, func(_ DropPlanInput, i PlanItem) string { return year(i) })
	web.Form(r, "POST "+at+"/progress", "office.plan_step", Keep, s.Progress, func(in ProgressInput) string { return one(in.ID) }, func(in ProgressInput, _ PlanItem) string { return one(in.ID) })
}

func (s *Service) ruleRoutes(r *web.Router) {
	web.JSON(r, "GET /api/v1/stations/{id}/rules", "office.rules", View, s.Rules)
	web.JSON(r, "POST /api/v1/stations/{id}/rules", "office.adopt", Keep, s.Adopt, web.Status(201))
	web.JSON(r, "GET /api/v1/station-rules/{id}", "office.rule", View, s.Rule)
	web.JSON(r, "POST /api/v1/station-rules/{id}/write", "office.write", Keep, s.Write)
	web.JSON(r, "POST /api/v1/station-rules/{id}/publish", "office.publish", Keep, s.Publish)
	web.JSON(r, "POST /api/v1/station-rules/{id}/discard", "office.discard", Keep, s.Discard)

	const at = desk + "-rules/{id}"
	one := func(id named) string { return desk + "-rules/" + id.String() }
	web.Page(r, "GET "+desk+"/{id}/rules", "office.rules", View, s.Rules, rulesPage)
	web.Form(r, "POST "+desk+"/{id}/rules", "office.adopt", Keep, s.Adopt, func(in AdoptInput) string { return part(in.ID, "rules") }, func(_ AdoptInput, x Rule) string { return one(x.ID) })
	web.Page(r, "GET "+at, "office.rule", View, s.Rule, rulePage)
	web.File(r, "GET "+at+"/wall", "office.rule_wall", View, served(s.RuleWall))
	web.Form(r, "POST "+at+"/write", "office.write", Keep, s.Write, func(in WriteInput) string { return one(in.ID) }, func(in WriteInput, _ Rule) string { return one(in.ID) })
	web.Form(r, "POST "+at+"/publish", "office.publish", Keep, s.Publish, func(in RuleTurn) string { return one(in.ID) }, func(in RuleTurn, _ Rule) string { return one(in.ID) })
	web.Form(r, "POST "+at+"/discard", "office.discard", Keep, s.Discard, func(in RuleTurn) string { return one(in.ID) }, func(_ RuleTurn, x Rule) string { return part(x.StationID, "rules") })
}

func (s *Service) signRoutes(r *web.Router) {
	web.JSON(r, "GET /api/v1/stations/{id}/sign", "office.sign", View, s.Sign)
	web.Page(r, "GET "+desk+"/{id}/sign", "office.sign", View, s.Sign, signPage)
	web.File(r, "GET "+desk+"/{id}/sign/print", "office.sign_print", View, served(s.PrintSign))
}

func (s *Service) equipmentRoutes(r *web.Router) {
	upload := web.MaxBody(uploadBody)
	web.JSON(r, "GET /api/v1/stations/{id}/equipment", "office.equipment", View, s.Equipment)
	web.JSON(r, "POST /api/v1/stations/{id}/equipment", "office.equipment_add", Keep, s.AddEquipment, web.Status(201), upload)
	web.JSON(r, "POST /api/v1/stations/{id}/stock-takings", "office.stocktake", Keep, s.TakeStock, web.Status(201), web.MaxBody(stockBody))
	web.JSON(r, "GET /api/v1/equipment/{id}", "office.thing", View, s.Thing)
	web.JSON(r, "POST /api/v1/equipment/{id}/edit", "office.equipment_edit", Keep, s.EditEquipment, upload)

	const at = desk + "-equipment/{id}"
	one := func(id named) string { return desk + "-equipment/" + id.String() }
	web.Page(r, "GET "+desk+"/{id}/equipment", "office.equipment", View, s.Equipment, equipmentPage)
	web.File(r, "GET "+desk+"/{id}/equipment/export", "office.equipment_export", View, served(s.ExportEquipment))
	web.Form(r, "POST "+desk+"/{id}/equipment", "office.equipment_add", Keep, s.AddEquipment, func(in AddEquipmentInput) string { return part(in.ID, "equipment") },
		func(in AddEquipmentInput, _ Equipment) string { return part(in.ID, "equipment") }, upload)
	web.Page(r, "GET "+desk+"/{id}/stock", "office.stock_form", View, s.StockForm, stockPage)
	web.Form(r, "POST "+desk+"/{id}/stock", "office.stocktake", Keep, s.TakeStock, func(in TakeStockInput) string { return part(in.ID, "stock") },
		func(in TakeStockInput, _ Stocktake) string { return part(in.ID, "equipment") }, web.MaxBody(stockBody))
	web.File(r, "GET "+desk+"-stock/{id}/sheet", "office.stock_sheet", View, served(s.StockSheet))
	web.Page(r, "GET "+at, "office.thing", View, s.Thing, thingPage)
	web.File(r, "GET "+at+"/photo", "office.thing_file", View, served(s.ThingFile))
	web.Form(r, "POST "+at+"/edit", "office.equipment_edit", Keep, s.EditEquipment, func(in EditEquipmentInput) string { return one(in.ID) },
		func(_ EditEquipmentInput, e Equipment) string { return part(e.StationID, "equipment") }, upload)
}

func (s *Service) rosterRoutes(r *web.Router) {
	web.JSON(r, "GET /api/v1/stations/{id}/duties", "office.week", View, s.Week)
	web.JSON(r, "POST /api/v1/stations/{id}/duties", "office.assign", Keep, s.Assign, web.Status(201))
	web.JSON(r, "POST /api/v1/stations/{id}/duties/copy", "office.copy_week", Keep, s.CopyWeek, web.Status(201))
	web.JSON(r, "POST /api/v1/stations/{id}/keepers", "office.keeper_add", Keep, s.AddKeeper, web.Status(201))
	web.JSON(r, "POST /api/v1/keepers/{id}/edit", "office.keeper_edit", Keep, s.EditKeeper)
	web.JSON(r, "POST /api/v1/duties/{id}/swap", "office.swap", Keep, s.Swap)
	web.JSON(r, "POST /api/v1/duties/{id}/drop", "office.duty_drop", Keep, s.Drop)

	roster := func(id named) string { return part(id, "roster") }
	week := func(d Shift) string { return part(d.StationID, "roster?day="+d.Day.String()) }
	web.Page(r, "GET "+desk+"/{id}/roster", "office.week", View, s.Week, rosterPage)
	web.File(r, "GET "+desk+"/{id}/roster/sheet", "office.week_sheet", View, served(s.WeekSheet))
	web.Form(r, "POST "+desk+"/{id}/roster", "office.assign", Keep, s.Assign, func(in AssignInput) string { return part(in.ID, "roster?day="+in.Day.String()) }, func(_ AssignInput, d Shift) string { return week(d) })
	web.Form(r, "POST "+desk+"/{id}/roster/copy", "office.copy_week", Keep, s.CopyWeek, func(in CopyWeekInput) string { return part(in.ID, "roster?day="+in.Day.String()) },
		func(in CopyWeekInput, _ Week) string { return part(in.ID, "roster?day="+in.Day.String()) })
	web.Form(r, "POST "+desk+"/{id}/keepers", "office.keeper_add", Keep, s.AddKeeper, func(in AddKeeperInput) string { return roster(in.ID) }, func(in AddKeeperInput, _ Keeper) string { return roster(in.ID) })
	web.Page(r, "GET "+desk+"-keepers/{id}", "office.keeper", View, s.Keeper, keeperPage)
	web.Form(r, "POST "+desk+"-keepers/{id}/edit", "office.keeper_edit", Keep, s.EditKeeper, func(in EditKeeperInput) string { return desk + "-keepers/" + in.ID.String() },
		func(_ EditKeeperInput, k Keeper) string { return roster(k.StationID) })
	web.Page(r, "GET "+desk+"-duties/{id}", "office.duty", View, s.Duty, dutyPage)
	web.Form(r, "POST "+desk+"-duties/{id}/swap", "office.swap", Keep, s.Swap, func(in SwapInput) string { return desk + "-duties/" + in.ID.String() }, func(_ SwapInput, d Shift) string { return week(d) })
	web.Form(r, "POST "+desk+"-duties/{id}/drop", "office.duty_drop", Keep, s.Drop, func(in DutyInput) string { return desk + "-duties/" + in.ID.String() }, func(_ DutyInput, d Shift) string { return week(d) })
}

func (s *Service) ledgerRoutes(r *web.Router) {
	web.JSON(r, "GET /api/v1/stations/{id}/ledgers", "office.ledgers", View, s.Ledgers)
	web.JSON(r, "GET /api/v1/stations/{id}/ledgers/{code}", "office.ledger", View, s.Ledger)
	web.Page(r, "GET "+desk+"/{id}/ledgers", "office.ledgers", View, s.Ledgers, ledgersPage)
	web.Page(r, "GET "+desk+"/{id}/ledgers/{code}", "office.ledger", View, s.Ledger, ledgerPage)
	web.File(r, "GET "+desk+"/{id}/ledgers.file", "office.ledger_file", View, served(s.LedgerFile))
}

func (s *Service) archiveRoutes(r *web.Router) {
	upload := web.MaxBody(uploadBody)
	web.JSON(r, "GET /api/v1/stations/{id}/documents", "office.documents", View, s.Documents)
	web.JSON(r, "POST /api/v1/stations/{id}/documents", "office.file", Keep, s.File, web.Status(201), upload)
	web.JSON(r, "GET /api/v1/documents/{id}", "office.document", View, s.Document)
	web.JSON(r, "POST /api/v1/documents/{id}/ask", "office.destroy_ask", Keep, s.Ask)
	web.JSON(r, "POST /api/v1/documents/{id}/destroy", "office.destroy", Keep, s.Destroy)
	web.JSON(r, "POST /api/v1/documents/{id}/keep", "office.keep_on", Keep, s.KeepOn)

	const at = desk + "-documents/{id}"
	one := func(id named) string { return desk + "-documents/" + id.String() }
	web.Page(r, "GET "+desk+"/{id}/documents", "office.documents", View, s.Documents, documentsPage)
	web.File(r, "GET "+desk+"/{id}/documents/export", "office.catalogue", View, served(s.Catalogue))
	web.Form(r, "POST "+desk+"/{id}/documents", "office.file", Keep, s.File, func(in FileInput) string { return part(in.ID, "documents") }, func(_ FileInput, d Document) string { return one(d.ID) }, upload)
	web.Page(r, "GET "+at, "office.document", View, s.Document, documentPage)
	web.File(r, "GET "+at+"/file", "office.document_file", View, served(s.DocumentFile))
	web.Form(r, "POST "+at+"/ask", "office.destroy_ask", Keep, s.Ask, func(in AskInput) string { return one(in.ID) }, func(in AskInput, _ Document) string { return one(in.ID) })
	web.Form(r, "POST "+at+"/destroy", "office.destroy", Keep, s.Destroy, func(in TurnDocument) string { return one(in.ID) }, func(in TurnDocument, _ Document) string { return one(in.ID) })
	web.Form(r, "POST "+at+"/keep", "office.keep_on", Keep, s.KeepOn, func(in TurnDocument) string { return one(in.ID) }, func(in TurnDocument, _ Document) string { return one(in.ID) })
}

// setRoutes are what divisions set for their stations.
func (s *Service) setRoutes(r *web.Router) {
	web.JSON(r, "GET /api/v1/office-templates", "office.templates", Set, s.Templates)
	web.JSON(r, "POST /api/v1/office-templates", "office.template", Set, s.SaveTemplate)
	web.JSON(r, "POST /api/v1/office-templates/{id}/drop", "office.template_drop", Set, s.DropTemplate)
	web.JSON(r, "POST /api/v1/office-categories", "office.category", Set, s.AddCategory, web.Status(201))
	web.JSON(r, "POST /api/v1/office-categories/{id}/edit", "office.category_edit", Set, s.EditCategory)

	web.Page(r, "GET "+govPage, "office.templates", Set, s.Templates, templatesPage)
	web.Form(r, "POST "+govPage+"/templates", "office.template", Set, s.SaveTemplate, func(TemplateInput) string { return govPage }, func(in TemplateInput, _ Template) string { return govPage + "#" + in.Slot })
	web.Form(r, "POST "+govPage+"/templates/{id}/drop", "office.template_drop", Set, s.DropTemplate, func(DropTemplateInput) string { return govPage }, func(_ DropTemplateInput, t Template) string { return govPage + "#" + t.Slot })
	web.Form(r, "POST "+govPage+"/categories", "office.category", Set, s.AddCategory, func(CategoryInput) string { return govPage }, func(CategoryInput, Category) string { return govPage + "#plan" })
	web.Form(r, "POST "+govPage+"/categories/{id}/edit", "office.category_edit", Set, s.EditCategory, func(EditCategoryInput) string { return govPage }, func(EditCategoryInput, Category) string { return govPage + "#plan" })
}
