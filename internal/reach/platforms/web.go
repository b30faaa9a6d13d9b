package platforms

import (
	"linli/internal/platform/web"
)

// most is the most bytes of a receipt as JSON holds it.
const most = 16 << 20

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	const api = "/api/v1/exchange/"
	web.JSON(r, "POST "+api+"{platform}/batches", "platforms.make", Send, s.Make, web.Status(201))
	web.JSON(r, "POST "+api+"{platform}/receipts", "platforms.receive", Send, s.Receive, web.MaxBody(most))
	web.JSON(r, "GET "+api+"batches", "platforms.list", View, s.List)
	web.JSON(r, "GET "+api+"batches/{id}", "platforms.get", View, s.Get)
	web.File(r, "GET "+api+"batches/{id}/file", "platforms.file", Send, s.File)
	web.JSON(r, "POST "+api+"batches/{id}/sent", "platforms.sent", Send, s.Sent)
	web.JSON(r, "POST "+api+"batches/{id}/withdraw", "platforms.withdraw", Send, s.Withdraw)
	web.JSON(r, "GET "+api+"ledger", "platforms.ledger", View, s.Ledger)

	web.Page(r, "GET "+gov, "platforms.list", View, s.List, boardPage)
	web.Page(r, "GET "+toTarget+"{platform}", "platforms.target", Send, s.Target, targetPage)
	web.Page(r, "GET "+book, "platforms.ledger", View, s.Ledger, ledgerPage)
	web.File(r, "GET "+book+".xlsx", "platforms.export", View, s.Export)
	web.Page(r, "GET "+gov+"/batches/{id}", "platforms.get", View, s.Get, batchPage)
	web.File(r, "GET "+gov+"/batches/{id}/file", "platforms.file", Send, s.File)
	web.Form(r, "POST "+toTarget+"{platform}/batches", "platforms.make", Send, s.Make,
		func(in MakeInput) string { return toTarget + in.Platform }, func(_ MakeInput, out Batch) string { return page(out.ID) })
	web.Form(r, "POST "+toTarget+"{platform}/receipts", "platforms.receive", Send, s.Receive,
		func(in ReceiptInput) string { return toTarget + in.Platform }, func(_ ReceiptInput, out Detail) string { return page(out.ID) },
		web.MaxBody(most))
	web.Form(r, "POST "+gov+"/batches/{id}/sent", "platforms.sent", Send, s.Sent, func(in SentInput) string { return page(in.ID) },
		func(in SentInput, _ Detail) string { return page(in.ID) })
	web.Form(r, "POST "+gov+"/batches/{id}/withdraw", "platforms.withdraw", Send, s.Withdraw,
		func(in WithdrawInput) string { return page(in.ID) },
		func(in WithdrawInput, _ Detail) string { return page(in.ID) })
}
