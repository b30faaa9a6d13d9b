package equipment

import (
	"fmt"

	"linli/internal/network/office"
	"linli/internal/platform/web"
)

// stockBody is the most bytes of a form on which stock is taken.
const stockBody = 256 << 10

// path is the page of a thing.
func path(id fmt.Stringer) string { return office.EntryPath("equipment", id) }

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	upload := web.MaxBody(office.UploadBody)
	web.JSON(r, "GET /api/v1/stations/{id}/equipment", "equipment.list", office.View, s.List)
	web.JSON(r, "POST /api/v1/stations/{id}/equipment", "equipment.add", office.Edit, s.Add, web.Status(201), upload)
	web.JSON(r, "POST /api/v1/stations/{id}/stock-takings", "equipment.take_stock", office.Edit, s.TakeStock, web.Status(201),
		web.MaxBody(stockBody))
	web.JSON(r, "GET /api/v1/equipment/{id}", "equipment.get", office.View, s.Get)
	web.JSON(r, "POST /api/v1/equipment/{id}/edit", "equipment.edit", office.Edit, s.Edit, upload)

	const station, at = office.DeskPath + "/{id}", office.DeskPath + "-equipment/{id}"
	web.Page(r, "GET "+station+"/equipment", "equipment.list", office.View, s.List, listPage)
	web.File(r, "GET "+station+"/equipment/export", "equipment.export", office.View, s.Export)
	web.Form(r, "POST "+station+"/equipment", "equipment.add", office.Edit, s.Add,
		func(in AddInput) string { return office.BookPath(in.ID, "equipment") },
		func(in AddInput, _ Equipment) string { return office.BookPath(in.ID, "equipment") }, upload)
	web.Page(r, "GET "+station+"/stock", "equipment.stock_form", office.View, s.StockForm, stockPage)
	web.Form(r, "POST "+station+"/stock", "equipment.take_stock", office.Edit, s.TakeStock,
		func(in TakeStockInput) string { return office.BookPath(in.ID, "stock") },
		func(in TakeStockInput, _ Stocktake) string { return office.BookPath(in.ID, "equipment") }, web.MaxBody(stockBody))
	web.File(r, "GET "+office.DeskPath+"-stock/{id}/sheet", "equipment.stock_sheet", office.View, s.StockSheet)
	web.Page(r, "GET "+at, "equipment.get", office.View, s.Get, equipmentPage)
	web.File(r, "GET "+at+"/photo", "equipment.photo", office.View, s.Photo)
	web.Form(r, "POST "+at+"/edit", "equipment.edit", office.Edit, s.Edit, func(in EditInput) string { return path(in.ID) },
		func(_ EditInput, e Equipment) string { return office.BookPath(e.StationID, "equipment") }, upload)
}
