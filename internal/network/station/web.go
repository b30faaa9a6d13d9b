package station

import (
	"github.com/a-h/templ"

	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	s.api(r)
	web.Page(r, "GET /stations", "station.list", View, s.Find, findPage, web.Translated)
	web.Page(r, "GET /stations/{id}", "station.show", View, s.Show, onePage, web.Translated)
	for _, base := range []string{desk, gov} {
		web.Page(r, "GET "+base, "station.register", Desk, s.Register, under(base))
		web.File(r, "GET "+base+"/export", "station.export", Desk, s.Export)
	}
	web.Page(r, "GET "+desk+"/new", "station.blank", Apply, s.Blank, blankPage)
	web.Page(r, "GET "+desk+"/{id}", "station.sheet", Desk, s.Sheet, sheetPage)
	web.Page(r, "GET "+gov+"/{id}", "station.sheet", Desk, s.Sheet, sheetPage)
	at := func(id interface{ String() string }) string { return desk + "/" + id.String() }
	web.Form(r, "POST "+desk, "station.create", Create, s.Create, func(CreateInput) string { return desk + "/new" },
		func(_ CreateInput, st Station) string { return at(st.ID) })
	web.Form(r, "POST "+desk+"/{id}/edit", "station.edit", Edit, s.Edit, func(in EditInput) string { return at(in.ID) },
		func(in EditInput, _ Station) string { return at(in.ID) })
	web.Form(r, "POST "+desk+"/{id}/confirm", "station.confirm", Confirm, s.ConfirmName, func(in ConfirmInput) string { return at(in.ID) },
		func(in ConfirmInput, _ Station) string { return at(in.ID) })
	web.Form(r, "POST "+desk+"/{id}/status", "station.status", Confirm, s.SetStatus, func(in StatusInput) string { return at(in.ID) },
		func(in StatusInput, _ Station) string { return at(in.ID) })
	web.Form(r, "POST "+desk+"/{id}/move", "station.move", Confirm, s.Move, func(in MoveInput) string { return at(in.ID) },
		func(in MoveInput, _ Station) string { return at(in.ID) })
	s.applicationPages(r)
	s.quarterPages(r)
}

func (s *Service) api(r *web.Router) {
	web.JSON(r, "GET /api/v1/stations", "station.list", View, s.List)
	web.JSON(r, "GET /api/v1/places", "station.places", View, s.Places)
	web.JSON(r, "GET /api/v1/stations/{id}", "station.get", View, s.Get)
	web.JSON(r, "GET /api/v1/stations/{id}/history", "station.history", Desk, s.History)
	web.JSON(r, "POST /api/v1/stations", "station.create", Create, s.Create, web.Status(201))
	web.JSON(r, "POST /api/v1/stations/{id}/edit", "station.edit", Edit, s.Edit)
	web.JSON(r, "POST /api/v1/stations/{id}/confirm", "station.confirm", Confirm, s.ConfirmName)
	web.JSON(r, "POST /api/v1/stations/{id}/status", "station.status", Confirm, s.SetStatus)
	web.JSON(r, "POST /api/v1/stations/{id}/move", "station.move", Confirm, s.Move)

	web.JSON(r, "POST /api/v1/station-applications", "station.apply", Apply, s.Apply, web.Status(201))
	web.JSON(r, "GET /api/v1/station-applications", "station.applications", Apply, s.Applications)
	web.JSON(r, "GET /api/v1/station-applications/{id}", "station.application", Apply, s.Application)
	web.JSON(r, "POST /api/v1/station-applications/{id}/amend", "station.amend", Apply, s.Amend)
	web.JSON(r, "POST /api/v1/station-applications/{id}/withdraw", "station.withdraw", Apply, s.Withdraw)
	web.JSON(r, "POST /api/v1/station-applications/{id}/check", "station.check", Confirm, s.Check)

	web.JSON(r, "GET /api/v1/quarters", "station.quarters", Desk, s.Quarters)
	web.JSON(r, "POST /api/v1/quarters", "station.add_quarter", Quarter, s.AddQuarter, web.Status(201))
	web.JSON(r, "POST /api/v1/quarters/{id}/edit", "station.edit_quarter", Quarter, s.EditQuarter)
}

func (s *Service) applicationPages(r *web.Router) {
	at := func(id interface{ String() string }) string { return applicationsAt + "/" + id.String() }
	web.Page(r, "GET "+applicationsAt, "station.applications", Apply, s.Applications, applicationsPage)
	web.Page(r, "GET "+applicationsAt+"/{id}", "station.application", Apply, s.Application, applicationPage)
	web.Form(r, "POST "+applicationsAt, "station.apply", Apply, s.Apply, func(ApplyInput) string { return desk + "/new" },
		func(_ ApplyInput, a Application) string { return at(a.ID) })
	web.Form(r, "POST "+applicationsAt+"/{id}/amend", "station.amend", Apply, s.Amend, func(in AmendInput) string { return at(in.ID) },
		func(in AmendInput, _ Application) string { return at(in.ID) })
	web.Form(r, "POST "+applicationsAt+"/{id}/withdraw", "station.withdraw", Apply, s.Withdraw,
		func(in WithdrawInput) string { return at(in.ID) }, func(in WithdrawInput, _ Application) string { return at(in.ID) })
	web.Form(r, "POST "+applicationsAt+"/{id}/check", "station.check", Confirm, s.Check, func(in CheckInput) string { return at(in.ID) },
		func(in CheckInput, _ Application) string { return at(in.ID) })
}

func (s *Service) quarterPages(r *web.Router) {
	web.Page(r, "GET "+quartersAt, "station.quarters", Desk, s.Quarters, housing(quartersAt))
	web.Page(r, "GET "+quartersAt+"/{id}", "station.quarter_sheet", Desk, s.QuarterSheet, quarterPage)
	web.Page(r, "GET /gov/quarters", "station.quarters", Desk, s.Quarters, housing("/gov/quarters"))
	web.Form(r, "POST "+quartersAt, "station.add_quarter", Quarter, s.AddQuarter, func(AddQuarterInput) string { return quartersAt },
		func(AddQuarterInput, Housing) string { return quartersAt })
	web.Form(r, "POST "+quartersAt+"/{id}/edit", "station.edit_quarter", Quarter, s.EditQuarter,
		func(in EditQuarterInput) string { return quartersAt + "/" + in.ID.String() },
		func(EditQuarterInput, Housing) string { return quartersAt })
}

// under shows a register at one of its two addresses, the desk's and the officers'.
func under(base string) func(Register) templ.Component {
	return func(v Register) templ.Component {
		v.base = base
		return registerPage(v)
	}
}

func housing(base string) func(HousingPage) templ.Component {
	return func(v HousingPage) templ.Component {
		v.base = base
		return quartersPage(v)
	}
}

const (
	desk           = "/desk/stations"
	gov            = "/gov/stations"
	applicationsAt = "/desk/applications"
	quartersAt     = "/desk/quarters"
)
