package inbound

import (
	"linli/internal/platform/web"
)

// most is the most bytes of a request with a batch. The file is at most what blob.Upload holds, some 10 MiB; a longer one comes by the
// command.
const most = 20 << 20

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	const api = "/api/v1/inbound/"
	web.JSON(r, "GET "+api+"batches", "inbound.list", View, s.List)
	web.JSON(r, "POST "+api+"sources", "inbound.register", Take, s.Register, web.Status(201))
	web.JSON(r, "GET "+api+"sources/{id}", "inbound.get", View, s.Get)
	web.JSON(r, "POST "+api+"sources/{id}/close", "inbound.close", Take, s.Close)
	web.JSON(r, "POST "+api+"sources/{id}/keys", "inbound.add_key", Take, s.AddKey, web.Status(201))
	web.JSON(r, "POST "+api+"keys/{id}/confirm", "inbound.confirm_key", Take, s.ConfirmKey)
	web.JSON(r, "POST "+api+"keys/{id}/end", "inbound.end_key", Take, s.EndKey)
	web.JSON(r, "POST "+api+"sources/{id}/batches", "inbound.receive", Take, s.Receive, web.MaxBody(most))
	web.JSON(r, "GET "+api+"batches/{id}", "inbound.batch", View, s.Batch)
	web.JSON(r, "GET "+api+"batches/{id}/lines", "inbound.lines", View, s.Lines)
	web.JSON(r, "POST "+api+"batches/{id}/lines/{n}/decide", "inbound.decide", Take, s.Decide)
	web.JSON(r, "POST "+api+"batches/{id}/decide", "inbound.decide_all", Take, s.DecideAll)
	web.JSON(r, "POST "+api+"sources/{id}/mapping", "inbound.map", Take, s.Map)
	web.JSON(r, "POST "+api+"batches/{id}/take", "inbound.take", Take, s.Take)
	web.JSON(r, "POST "+api+"batches/{id}/withdraw", "inbound.withdraw", Take, s.Withdraw)
	web.JSON(r, "POST "+api+"batches/{id}/agree", "inbound.agree", Take, s.Agree)
	web.JSON(r, "GET "+api+"mine", "inbound.mine", Own, s.Mine)
	web.JSON(r, "GET "+api+"second", "inbound.to_confirm", Confirm, s.ToConfirm)
	web.JSON(r, "GET "+api+"second/{id}", "inbound.claims", Confirm, s.Claims)
	web.JSON(r, "POST "+api+"second/{id}", "inbound.confirm", Confirm, s.ConfirmRecords)
	web.JSON(r, "POST "+api+"batches/{id}/drop", "inbound.drop", Take, s.Drop)
	web.File(r, "GET "+api+"batches/{id}/file", "inbound.file", Take, s.File)
	web.File(r, "GET "+api+"batches/{id}/receipt", "inbound.receipt", Take, s.Receipt)

	web.Page(r, "GET "+gov, "inbound.list", View, s.List, boardPage)
	web.Page(r, "GET "+gov+"/sources/{id}", "inbound.get", View, s.Get, sourcePage)
	web.Page(r, "GET "+gov+"/batches/{id}", "inbound.batch", View, s.Batch, batchPage)
	web.Page(r, "GET "+gov+"/batches/{id}/lines", "inbound.lines", View, s.Lines, linesPage)
	web.File(r, "GET "+gov+"/batches/{id}/file", "inbound.file", Take, s.File)
	web.File(r, "GET "+gov+"/batches/{id}/receipt", "inbound.receipt", Take, s.Receipt)
	web.Page(r, "GET "+my, "inbound.mine", Own, s.Mine, minePage)
	web.Page(r, "GET "+desk, "inbound.to_confirm", Confirm, s.ToConfirm, waitingPage)
	web.Page(r, "GET "+desk+"/{id}", "inbound.claims", Confirm, s.Claims, secondPage)
	s.forms(r)
	s.decisions(r)
}

func (s *Service) forms(r *web.Router) {
	web.Form(r, "POST "+gov+"/sources", "inbound.register", Take, s.Register,
		func(RegisterInput) string { return gov }, func(_ RegisterInput, out SourceDetail) string { return sourceAt(out.ID) })
	web.Form(r, "POST "+gov+"/sources/{id}/close", "inbound.close", Take, s.Close,
		func(in CloseInput) string { return sourceAt(in.ID) }, func(in CloseInput, _ SourceDetail) string { return sourceAt(in.ID) })
	web.Form(r, "POST "+gov+"/sources/{id}/keys", "inbound.add_key", Take, s.AddKey,
		func(in KeyInput) string { return sourceAt(in.ID) }, func(in KeyInput, _ SourceDetail) string { return sourceAt(in.ID) })
	web.Form(r, "POST "+gov+"/keys/{id}/confirm", "inbound.confirm_key", Take, s.ConfirmKey,
		func(ConfirmInput) string { return gov }, func(_ ConfirmInput, out SourceDetail) string { return sourceAt(out.ID) })
	web.Form(r, "POST "+gov+"/keys/{id}/end", "inbound.end_key", Take, s.EndKey,
		func(EndInput) string { return gov }, func(_ EndInput, out SourceDetail) string { return sourceAt(out.ID) })
	web.Form(r, "POST "+gov+"/sources/{id}/batches", "inbound.receive", Take, s.Receive,
		func(in ReceiveInput) string { return sourceAt(in.ID) }, func(_ ReceiveInput, out Detail) string { return page(out.ID) },
		web.MaxBody(most))
	web.Form(r, "POST "+gov+"/sources/{id}/mapping", "inbound.map", Take, s.Map,
		func(in MapInput) string { return sourceAt(in.ID) }, func(in MapInput, _ SourceDetail) string { return sourceAt(in.ID) })
}

func (s *Service) decisions(r *web.Router) {
	web.Form(r, "POST "+gov+"/batches/{id}/lines/{n}/decide", "inbound.decide", Take, s.Decide,
		func(in DecideInput) string { return linesAt(in.ID, in.Field) },
		func(in DecideInput, _ Detail) string { return linesAt(in.ID, in.Field) })
	web.Form(r, "POST "+gov+"/batches/{id}/decide", "inbound.decide_all", Take, s.DecideAll,
		func(in AllInput) string { return page(in.ID) }, func(in AllInput, _ Detail) string { return page(in.ID) })
	web.Form(r, "POST "+gov+"/batches/{id}/drop", "inbound.drop", Take, s.Drop,
		func(in DropInput) string { return page(in.ID) }, func(in DropInput, _ Detail) string { return page(in.ID) })
	web.Form(r, "POST "+gov+"/batches/{id}/take", "inbound.take", Take, s.Take,
		func(in TakeInput) string { return page(in.ID) }, func(in TakeInput, _ Detail) string { return page(in.ID) })
	web.Form(r, "POST "+gov+"/batches/{id}/withdraw", "inbound.withdraw", Take, s.Withdraw,
		func(in DropInput) string { return page(in.ID) }, func(in DropInput, _ Detail) string { return page(in.ID) })
	web.Form(r, "POST "+gov+"/batches/{id}/agree", "inbound.agree", Take, s.Agree,
		func(in AgreeInput) string { return page(in.ID) }, func(in AgreeInput, _ Detail) string { return page(in.ID) })
	web.Form(r, "POST "+desk+"/{id}/confirm", "inbound.confirm", Confirm, s.ConfirmRecords,
		func(in ConfirmRecordsInput) string { return deskAt(in.ID) },
		func(in ConfirmRecordsInput, _ Second) string { return deskAt(in.ID) })
}
