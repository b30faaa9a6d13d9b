package record

import (
	"context"

	"linli/internal/platform/blob"
	"linli/internal/platform/web"
	"linli/internal/work/order"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/volunteers/{id}/records", "record.of_volunteer", View, s.OfVolunteer)
	web.JSON(r, "GET /api/v1/records", "record.list", View, s.List)
	web.JSON(r, "GET /api/v1/records/{id}", "record.get", View, s.Get)
	web.JSON(r, "POST /api/v1/records/{id}/approve", "record.approve", Review, s.Approve)
	web.JSON(r, "POST /api/v1/records/{id}/corrections", "record.ask", Correct, s.Ask, web.Status(201))
	web.JSON(r, "POST /api/v1/records/{id}/corrections/approve", "record.decide", Review, s.Decide)
	web.JSON(r, "POST /api/v1/records/{id}/void", "record.void", Review, s.Void)

	web.Page(r, "GET /my/hours", "record.mine", View, s.Mine, hoursPage, web.Translated)
	web.Page(r, "GET /my/hours/{id}", "record.get", View, s.Get, myRecordPage, web.Translated)
	web.Form(r, "POST /my/hours/{id}/corrections", "record.ask", Correct, s.Ask,
		func(in AskInput) string { return "/my/hours/" + in.ID.String() },
		func(in AskInput, _ Detail) string { return "/my/hours/" + in.ID.String() })

	web.Page(r, "GET /desk/second", "record.second", order.Second, s.Waiting, secondPage)
	web.Page(r, "GET /desk/records", "record.list", View, s.List, recordsPage)
	web.File(r, "GET /desk/records.xlsx", "record.export", View, s.export("xlsx"))
	web.File(r, "GET /desk/records.csv", "record.export", View, s.export("csv"))
	web.Page(r, "GET /desk/records/{id}", "record.get", View, s.Get, recordPage)
	web.Form(r, "POST /desk/records/{id}/approve", "record.approve", Review, s.Approve, deskPage[ApproveInput], toDesk[ApproveInput])
	web.Form(r, "POST /desk/records/{id}/corrections", "record.ask", Correct, s.Ask, deskPage[AskInput], toDesk[AskInput])
	web.Form(r, "POST /desk/records/{id}/corrections/approve", "record.decide", Review, s.Decide, deskPage[ApproveInput], toDesk[ApproveInput])
	web.Form(r, "POST /desk/records/{id}/void", "record.void", Review, s.Void, deskPage[VoidInput], toDesk[VoidInput])
}

// target is an input that names its record.
type target interface{ path() string }

func (in ApproveInput) path() string { return "/desk/records/" + in.ID.String() }
func (in AskInput) path() string     { return "/desk/records/" + in.ID.String() }
func (in VoidInput) path() string    { return "/desk/records/" + in.ID.String() }

func deskPage[T target](in T) string { return in.path() }

func toDesk[T target](in T, _ Detail) string { return in.path() }

func (s *Service) export(format string) web.Op[ListInput, blob.File] {
	return func(ctx context.Context, in ListInput) (blob.File, error) {
		return s.Export(ctx, ExportInput{Format: format, ListInput: in})
	}
}
