package equipment

import (
	"fmt"

	"linli/internal/network/office"
	"linli/internal/platform/web"
)

// stockBody is the most bytes of a form on which stock is taken.
const stockBody = 256 << 10

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	upload := web.MaxBody(office.UploadBody)
	web.JSON(r, "GET /api/v1/stations/{id}/equipment", "equipment.list", office.View, s.Equipment)
	web.JSON(r, "POST /api/v1/stations/{id}/equipment", "equipment.add", office.Edit, s.AddEquipment, web.Status(201), upload)
	web.JSON(r, "POST /api/v1/stations/{id}/stock-takings", "equipment.take_stock", office.Edit, s.TakeStock, web.Status(201), web.MaxBody(stockBody))
	web.JSON(r, "GET /api/v1/equipment/{id}", "equipment.get", office.View, s.Thing)
	web.JSON(r, "POST /api/v1/equipment/{id}/edit", "equipment.edit", office.Edit, s.EditEquipment, upload)

	const at = office.DeskPath + "-equipment/{id}"
	one := func(id fmt.Stringer) string { return office.DeskPath + "-equipment/" + id.String() }
	web.Page(r, "GET "+office.DeskPath+"/{id}/equipment", "equipment.list", office.View, s.Equipment, equipmentPage)
	web.File(r, "GET "+office.DeskPath+"/{id}/equipment/export", "equipment.export", office.View, s.ExportEquipment)
	web.Form(r, "POST "+office.DeskPath+"/{id}/equipment", "equipment.add", office.Edit, s.AddEquipment, func(in AddEquipmentInput) string { return office.BookPath(in.ID, "equipment") },
		func(in AddEquipmentInput, _ Equipment) string { return office.BookPath(in.ID, "equipment") }, upload)
	web.Page(r, "GET "+office.DeskPath+"/{id}/stock", "equipment.stock_form", office.View, s.StockForm, stockPage)
	web.Form(r, "POST "+office.DeskPath+"/{id}/stock", "equipment.take_stock", office.Edit, s.TakeStock, func(in TakeStockInput) string { return office.BookPath(in.ID, "stock") },
		func(in TakeStockInput, _ Stocktake) string { return office.BookPath(in.ID, "equipment") }, web.MaxBody(stockBody))
	web.File(r, "GET "+office.DeskPath+"-stock/{id}/sheet", "equipment.stock_sheet", office.View, s.StockSheet)
	web.Page(r, "GET "+at, "equipment.get", office.View, s.Thing, thingPage)
	web.File(r, "GET "+at+"/photo", "equipment.file", office.View, s.ThingFile)
	web.Form(r, "POST "+at+"/edit", "equipment.edit", office.Edit, s.EditEquipment, func(in EditEquipmentInput) string { return one(in.ID) },
		func(_ EditEquipmentInput, e Equipment) string { return office.BookPath(e.StationID, "equipment") }, upload)
}
