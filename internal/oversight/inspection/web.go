package inspection

import (
	"context"

	"github.com/a-h/templ"

	"linli/internal/platform/web"
)

// uploadBody is the most bytes of a form with a file.
const uploadBody = 20 << 20

// served turns an operation that gives a file into one that the web serves.
func served[In any](op func(context.Context, In) (File, error)) web.Op[In, web.Download] {
	return func(ctx context.Context, in In) (web.Download, error) {
		f, err := op(ctx, in)
		return web.Download{Name: f.Name, Type: f.Type, Body: f.Body, Show: f.Show}, err
	}
}

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	s.planRoutes(r)
	s.visitRoutes(r)
	s.spotRoutes(r)
	s.problemRoutes(r)
}

func (s *Service) planRoutes(r *web.Router) {
	upload := web.MaxBody(uploadBody)
	web.JSON(r, "GET /api/v1/oversight-plan", "inspection.year", Plans, s.Year)
	web.JSON(r, "POST /api/v1/oversight-plan", "inspection.save_plan", Send, s.SavePlan, upload)
	web.JSON(r, "POST /api/v1/oversight-tasks", "inspection.send", Send, s.SendTask, web.Status(201), upload)
	web.JSON(r, "GET /api/v1/oversight-tasks/{id}", "inspection.task", Plans, s.TaskByID)
	web.JSON(r, "POST /api/v1/oversight-tasks/{id}/end", "inspection.end", Send, s.EndTask)
	web.JSON(r, "POST /api/v1/oversight-receipts/{id}/receive", "inspection.receive", Receive, s.ReceiveTask)
	web.JSON(r, "POST /api/v1/oversight-receipts/{id}/report", "inspection.report", Receive, s.ReportTask, upload)

	web.Page(r, "GET "+plans, "inspection.year", Plans, s.Year, yearPage)
	web.Form(r, "POST "+plans, "inspection.save_plan", Send, s.SavePlan, func(SavePlanInput) string { return plans }, func(_ SavePlanInput, out Plan) string { return out.page() }, upload)
	web.Form(r, "POST "+tasks, "inspection.send", Send, s.SendTask, func(in SendInput) string { return in.page() }, func(_ SendInput, out TaskDetail) string { return taskAt(out.ID) }, upload)
	web.Page(r, "GET "+tasks+"/{id}", "inspection.task", Plans, s.TaskByID, taskPage)
	web.Form(r, "POST "+tasks+"/{id}/end", "inspection.end", Send, s.EndTask, func(in EndInput) string { return taskAt(in.ID) }, func(in EndInput, _ TaskDetail) string { return taskAt(in.ID) })
	web.Form(r, "POST /gov/receipts/{id}/receive", "inspection.receive", Receive, s.ReceiveTask, func(ReceiptInput) string { return plans },
		func(_ ReceiptInput, out TaskDetail) string { return taskAt(out.ID) })
	web.Form(r, "POST /gov/receipts/{id}/report", "inspection.report", Receive, s.ReportTask, func(in ReportInput) string { return "/gov/receipts/" + in.ID.String() },
		func(_ ReportInput, out TaskDetail) string { return taskAt(out.ID) }, upload)
	web.Page(r, "GET /gov/receipts/{id}", "inspection.task_of_receipt", Plans, s.TaskOfReceipt, taskPage)
	web.File(r, "GET "+plans+"/{id}/file", "inspection.plan_file", Plans, served(s.PlanFile))
	web.File(r, "GET "+tasks+"/{id}/file", "inspection.task_file", Plans, served(s.TaskFile))
	web.File(r, "GET /gov/receipts/{id}/file", "inspection.receipt_file", Plans, served(s.ReceiptFile))
}

func (s *Service) visitRoutes(r *web.Router) {
	upload := web.MaxBody(uploadBody)
	web.JSON(r, "GET /api/v1/inspections", "inspection.list", View, s.List)
	web.JSON(r, "POST /api/v1/inspections", "inspection.open", Visit, s.Open, web.Status(201))
	web.JSON(r, "GET /api/v1/inspections/{id}", "inspection.get", View, s.Get)
	web.JSON(r, "POST /api/v1/inspections/{id}/fill", "inspection.fill", Visit, s.Fill)
	web.JSON(r, "POST /api/v1/inspections/{id}/cancel", "inspection.cancel", Visit, s.Cancel)
	web.JSON(r, "GET /api/v1/findings", "inspection.findings", View, s.Findings)
	web.JSON(r, "GET /api/v1/findings/{id}", "inspection.finding", View, s.Finding)
	web.JSON(r, "POST /api/v1/findings/{id}/photos", "inspection.photo", Visit, s.Photo, upload)
	web.JSON(r, "POST /api/v1/findings/{id}/rectify", "inspection.rectify", Rectify, s.Rectify, upload)
	web.JSON(r, "POST /api/v1/findings/{id}/close", "inspection.close", Visit, s.Close)
	web.JSON(r, "POST /api/v1/findings/{id}/return", "inspection.return", Visit, s.Return)
	web.JSON(r, "POST /api/v1/findings/{id}/extend", "inspection.extend", Visit, s.Extend)

	web.Page(r, "GET "+inspections, "inspection.list", View, s.List, visitsPage)
	web.Form(r, "POST "+inspections, "inspection.open", Visit, s.Open, func(OpenInput) string { return inspections }, func(_ OpenInput, out Visited) string { return at(inspections, out.ID) })
	web.Page(r, "GET "+inspections+"/{id}", "inspection.get", View, s.Get, visitPage)
	web.Form(r, "POST "+inspections+"/{id}/fill", "inspection.fill", Visit, s.Fill, func(in FillInput) string { return at(inspections, in.ID) },
		func(in FillInput, _ Visited) string { return at(inspections, in.ID) })
	web.Form(r, "POST "+inspections+"/{id}/cancel", "inspection.cancel", Visit, s.Cancel, func(in CancelInput) string { return at(inspections, in.ID) },
		func(in CancelInput, _ Visited) string { return at(inspections, in.ID) })
	web.File(r, "GET "+inspections+"/{id}/sheet", "inspection.sheet", View, served(s.Sheet))
	web.File(r, "GET /gov/inspection-sheet", "inspection.blank", Visit, served(s.BlankSheet))

	for _, base := range []string{govFindings, myFindings} {
		web.Page(r, "GET "+base, "inspection.findings", View, s.Findings, func(v Findings) templ.Component {
			v.base = base
			return findingsPage(v)
		})
		web.Page(r, "GET "+base+"/{id}", "inspection.finding", View, s.Finding, func(v FindingDetail) templ.Component { return findingPage(v, base) })
	}
	web.Form(r, "POST "+govFindings+"/{id}/photo", "inspection.photo", Visit, s.Photo, func(in PhotoInput) string { return findingAt(in.ID) },
		func(in PhotoInput, _ FindingDetail) string { return findingAt(in.ID) }, upload)
	web.Form(r, "POST "+myFindings+"/{id}/rectify", "inspection.rectify", Rectify, s.Rectify, func(in RectifyInput) string { return at(myFindings, in.ID) },
		func(in RectifyInput, _ FindingDetail) string { return at(myFindings, in.ID) }, upload)
	web.Form(r, "POST "+govFindings+"/{id}/close", "inspection.close", Visit, s.Close, func(in JudgeInput) string { return findingAt(in.ID) },
		func(in JudgeInput, _ FindingDetail) string { return findingAt(in.ID) })
	web.Form(r, "POST "+govFindings+"/{id}/return", "inspection.return", Visit, s.Return, func(in ReturnInput) string { return findingAt(in.ID) },
		func(in ReturnInput, _ FindingDetail) string { return findingAt(in.ID) })
	web.Form(r, "POST "+govFindings+"/{id}/extend", "inspection.extend", Visit, s.Extend, func(in ReturnInput) string { return findingAt(in.ID) },
		func(in ReturnInput, _ FindingDetail) string { return findingAt(in.ID) })
	web.File(r, "GET /desk/finding-files/{id}", "inspection.step_file", View, served(s.StepFile))
}

func (s *Service) spotRoutes(r *web.Router) {
	web.JSON(r, "GET /api/v1/spot-checks", "inspection.spots", Public, s.PublicSpots)
	web.JSON(r, "POST /api/v1/spot-checks", "inspection.announce", DrawSpots, s.Announce, web.Status(201))
	web.JSON(r, "GET /api/v1/spot-checks/{id}", "inspection.public_spot", Public, s.PublicSpot)
	web.JSON(r, "GET /api/v1/spot-checks/{id}/work", "inspection.spot", SeeSpots, s.Spot)
	web.JSON(r, "POST /api/v1/spot-checks/{id}/freeze", "inspection.freeze", DrawSpots, s.Freeze)
	web.JSON(r, "POST /api/v1/spot-checks/{id}/draw", "inspection.draw", DrawSpots, s.Draw)
	web.JSON(r, "POST /api/v1/spot-checks/{id}/units/{unit}", "inspection.judge", JudgeSpots, s.JudgeUnit)
	web.JSON(r, "POST /api/v1/spot-checks/{id}/publish", "inspection.publish", DrawSpots, s.Publish)
	web.JSON(r, "POST /api/v1/spot-checks/{id}/give-up", "inspection.give_up", DrawSpots, s.GiveUp)

	web.Page(r, "GET "+publicSpots, "inspection.spots", Public, s.PublicSpots, publicSpotsPage)
	web.Page(r, "GET "+publicSpots+"/{id}", "inspection.public_spot", Public, s.PublicSpot, publicSpotPage)
	web.File(r, "GET "+publicSpots+"/{id}/population", "inspection.population", Public, served(s.PopulationFile))
	web.File(r, "GET "+publicSpots+"/{id}/forced", "inspection.forced", Public, served(s.ForcedFile))
	web.File(r, "GET "+publicSpots+"/{id}/result", "inspection.result", Public, served(s.ResultFile))

	web.Page(r, "GET "+govSpots, "inspection.seen_spots", SeeSpots, s.SeenSpots, spotsPage)
	web.Form(r, "POST "+govSpots, "inspection.announce", DrawSpots, s.Announce, func(AnnounceInput) string { return govSpots }, func(_ AnnounceInput, out Spot) string { return spotAt(out.ID) })
	web.Page(r, "GET "+govSpots+"/{id}", "inspection.spot", SeeSpots, s.Spot, spotPage)
	web.Form(r, "POST "+govSpots+"/{id}/freeze", "inspection.freeze", DrawSpots, s.Freeze, func(in FreezeInput) string { return spotAt(in.ID) }, func(in FreezeInput, _ Spot) string { return spotAt(in.ID) })
	web.Form(r, "POST "+govSpots+"/{id}/draw", "inspection.draw", DrawSpots, s.Draw, func(in StepInput) string { return spotAt(in.ID) }, func(in StepInput, _ Spot) string { return spotAt(in.ID) })
	web.Page(r, "GET "+govSpots+"/{id}/units/{unit}", "inspection.unit", SeeSpots, s.Unit, unitPage)
	web.Form(r, "POST "+govSpots+"/{id}/units/{unit}", "inspection.judge", JudgeSpots, s.JudgeUnit, func(in JudgeUnitInput) string { return spotAt(in.ID) + "/units/" + in.Unit.String() },
		func(in JudgeUnitInput, _ Spot) string { return spotAt(in.ID) + "/units/" + in.Unit.String() })
	web.Form(r, "POST "+govSpots+"/{id}/publish", "inspection.publish", DrawSpots, s.Publish, func(in PublishInput) string { return spotAt(in.ID) },
		func(in PublishInput, _ Spot) string { return spotAt(in.ID) })
	web.Form(r, "POST "+govSpots+"/{id}/give-up", "inspection.give_up", DrawSpots, s.GiveUp, func(in PublishInput) string { return spotAt(in.ID) },
		func(in PublishInput, _ Spot) string { return spotAt(in.ID) })
}

func (s *Service) problemRoutes(r *web.Router) {
	web.JSON(r, "GET /api/v1/problems", "problem.list", SeeProblems, s.Problems)
	web.JSON(r, "POST /api/v1/problems", "problem.raise", RaiseProblems, s.Raise, web.Status(201))
	web.JSON(r, "GET /api/v1/problems/{id}", "problem.get", SeeProblems, s.Problem)
	web.JSON(r, "POST /api/v1/problems/{id}/answer", "problem.answer", AnswerProblems, s.AnswerProblem)
	web.JSON(r, "POST /api/v1/problems/{id}/escalate", "problem.escalate", AnswerProblems, s.Escalate)
	web.JSON(r, "POST /api/v1/problems/{id}/rate", "problem.rate", RaiseProblems, s.Rate)
	web.JSON(r, "POST /api/v1/problems/{id}/withdraw", "problem.withdraw", RaiseProblems, s.Withdraw)

	for _, base := range []string{govProblems, myProblems} {
		web.Page(r, "GET "+base, "problem.list", SeeProblems, s.Problems, func(v Problems) templ.Component {
			v.base = base
			return problemsPage(v)
		})
		web.Page(r, "GET "+base+"/{id}", "problem.get", SeeProblems, s.Problem, func(v ProblemDetail) templ.Component { return problemPage(v, base) })
	}
	web.File(r, "GET /gov/problems.xlsx", "problem.export", SeeProblems, served(s.ExportProblems))
	web.Form(r, "POST "+myProblems, "problem.raise", RaiseProblems, s.Raise, func(RaiseInput) string { return myProblems }, func(_ RaiseInput, out ProblemDetail) string { return at(myProblems, out.ID) })
	web.Form(r, "POST "+govProblems+"/{id}/answer", "problem.answer", AnswerProblems, s.AnswerProblem, func(in AnswerProblemInput) string { return at(govProblems, in.ID) },
		func(in AnswerProblemInput, _ ProblemDetail) string { return at(govProblems, in.ID) })
	web.Form(r, "POST "+govProblems+"/{id}/escalate", "problem.escalate", AnswerProblems, s.Escalate, func(in EscalateInput) string { return at(govProblems, in.ID) },
		func(in EscalateInput, _ ProblemDetail) string { return at(govProblems, in.ID) })
	web.Form(r, "POST "+myProblems+"/{id}/rate", "problem.rate", RaiseProblems, s.Rate, func(in RateInput) string { return at(myProblems, in.ID) },
		func(in RateInput, _ ProblemDetail) string { return at(myProblems, in.ID) })
	web.Form(r, "POST "+myProblems+"/{id}/withdraw", "problem.withdraw", RaiseProblems, s.Withdraw, func(in EscalateInput) string { return at(myProblems, in.ID) },
		func(in EscalateInput, _ ProblemDetail) string { return at(myProblems, in.ID) })
}
