package plan

import (
	"linli/internal/oversight/inspection"
	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	upload := web.MaxBody(inspection.UploadBody)
	web.JSON(r, "GET /api/v1/oversight-plan", "plan.year", View, s.Year)
	web.JSON(r, "POST /api/v1/oversight-plan", "plan.save", Send, s.Save, upload)
	web.JSON(r, "POST /api/v1/oversight-tasks", "plan.send", Send, s.Send, web.Status(201), upload)
	web.JSON(r, "GET /api/v1/oversight-tasks/{id}", "plan.task", View, s.Task)
	web.JSON(r, "POST /api/v1/oversight-tasks/{id}/end", "plan.end", Send, s.End)
	web.JSON(r, "POST /api/v1/oversight-receipts/{id}/receive", "plan.receive", Receive, s.Receive)
	web.JSON(r, "POST /api/v1/oversight-receipts/{id}/report", "plan.report", Receive, s.Report, upload)

	web.Page(r, "GET "+plans, "plan.year", View, s.Year, yearPage)
	web.Form(r, "POST "+plans, "plan.save", Send, s.Save, func(SaveInput) string { return plans },
		func(_ SaveInput, out Plan) string { return out.page() }, upload)
	web.Form(r, "POST "+tasks, "plan.send", Send, s.Send, func(in SendInput) string { return in.page() },
		func(_ SendInput, out TaskDetail) string { return taskAt(out.ID) }, upload)
	web.Page(r, "GET "+tasks+"/{id}", "plan.task", View, s.Task, taskPage)
	web.Form(r, "POST "+tasks+"/{id}/end", "plan.end", Send, s.End, func(in EndInput) string { return taskAt(in.ID) },
		func(in EndInput, _ TaskDetail) string { return taskAt(in.ID) })
	web.Form(r, "POST "+receipts+"/{id}/receive", "plan.receive", Receive, s.Receive, func(ReceiptInput) string { return plans },
		func(_ ReceiptInput, out TaskDetail) string { return taskAt(out.ID) })
	web.Form(r, "POST "+receipts+"/{id}/report", "plan.report", Receive, s.Report,
		func(in ReportInput) string { return inspection.PathOf(receipts, in.ID) },
		func(_ ReportInput, out TaskDetail) string { return taskAt(out.ID) }, upload)
	web.Page(r, "GET "+receipts+"/{id}", "plan.task_of_receipt", View, s.TaskOfReceipt, taskPage)
	web.File(r, "GET "+plans+"/{id}/file", "plan.file", View, s.PlanFile)
	web.File(r, "GET "+tasks+"/{id}/file", "plan.task_file", View, s.TaskFile)
	web.File(r, "GET "+receipts+"/{id}/file", "plan.receipt_file", View, s.ReceiptFile)
}
