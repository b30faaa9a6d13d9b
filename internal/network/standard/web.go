package standard

import (
	"github.com/a-h/templ"

	"linli/internal/platform/web"
)

// uploadBody is the most bytes of posted evidence with its file.
const uploadBody = 20 << 20

const (
	desk      = "/desk/standard"
	gov       = "/gov/standard"
	checklist = "/gov/checklist"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/stations/{id}/standard", "standard.get", View, s.Get)
	web.JSON(r, "POST /api/v1/stations/{id}/standard/evidence", "standard.submit", Submit, s.Submit, web.Status(201), web.MaxBody(uploadBody))
	web.JSON(r, "POST /api/v1/stations/{id}/standard/check", "standard.check", Check, s.Check)
	web.JSON(r, "POST /api/v1/stations/{id}/standard/urge", "standard.urge", Check, s.Urge)
	web.JSON(r, "POST /api/v1/standard-evidence/{id}/withdraw", "standard.withdraw", Submit, s.Withdraw)
	web.JSON(r, "GET /api/v1/standards", "standard.list", View, s.List)
	web.JSON(r, "GET /api/v1/standard-items", "standard.checklist", View, s.Checklist)
	web.JSON(r, "POST /api/v1/standard-items", "standard.add_item", Items, s.AddItem, web.Status(201))
	web.JSON(r, "POST /api/v1/standard-items/{id}/revise", "standard.revise", Items, s.Revise)
	web.JSON(r, "POST /api/v1/standard-items/{id}/retire", "standard.retire", Items, s.Retire)

	for _, base := range []string{desk, gov} {
		web.Page(r, "GET "+base, "standard.list", View, s.List, func(v Summaries) templ.Component {
			v.base = base
			return listPage(v)
		})
		web.File(r, "GET "+base+"/export", "standard.export", View, s.Export)
		web.Page(r, "GET "+base+"/{id}", "standard.sheet", View, s.Sheet, func(v Standard) templ.Component { return sheetPage(v, base) })
	}
	at := func(id interface{ String() string }) string { return desk + "/" + id.String() }
	web.Form(r, "POST "+desk+"/{id}", "standard.submit", Submit, s.Submit, func(in SubmitInput) string { return at(in.ID) },
		func(in SubmitInput, _ Standard) string { return at(in.ID) + "#" + in.Item }, web.MaxBody(uploadBody))
	web.Form(r, "POST /desk/standard-evidence/{id}/withdraw", "standard.withdraw", Submit, s.Withdraw,
		func(WithdrawInput) string { return desk }, func(_ WithdrawInput, out Standard) string { return at(out.StationID) })
	web.Page(r, "GET "+gov+"/{id}/check", "standard.visit", Check, s.Visit, checkPage)
	web.Form(r, "POST "+gov+"/{id}/check", "standard.check", Check, s.Check,
		func(in CheckInput) string { return gov + "/" + in.ID.String() + "/check" },
		func(in CheckInput, _ Standard) string { return gov + "/" + in.ID.String() })
	web.Form(r, "POST "+gov+"/{id}/urge", "standard.urge", Check, s.Urge, func(in UrgeInput) string { return gov + "/" + in.ID.String() },
		func(in UrgeInput, _ Standard) string { return gov + "/" + in.ID.String() })
	web.File(r, "GET /desk/standard-evidence/{id}/file", "standard.file", View, s.File)

	web.Page(r, "GET "+checklist, "standard.checklist", View, s.Checklist, checklistPage)
	web.Form(r, "POST "+checklist, "standard.add_item", Items, s.AddItem, func(AddInput) string { return checklist },
		func(AddInput, Item) string { return checklist })
	web.Form(r, "POST "+checklist+"/{id}/revise", "standard.revise", Items, s.Revise, func(ReviseInput) string { return checklist },
		func(ReviseInput, Item) string { return checklist })
	web.Form(r, "POST "+checklist+"/{id}/retire", "standard.retire", Items, s.Retire, func(RetireInput) string { return checklist },
		func(RetireInput, Item) string { return checklist })
}
