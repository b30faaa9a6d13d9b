package problem

import (
	"github.com/a-h/templ"

	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/problems", "problem.list", View, s.List)
	web.JSON(r, "POST /api/v1/problems", "problem.raise", Raise, s.Raise, web.Status(201))
	web.JSON(r, "GET /api/v1/problems/{id}", "problem.get", View, s.Get)
	web.JSON(r, "POST /api/v1/problems/{id}/answer", "problem.answer", Answer, s.Answer)
	web.JSON(r, "POST /api/v1/problems/{id}/escalate", "problem.escalate", Answer, s.Escalate)
	web.JSON(r, "POST /api/v1/problems/{id}/rate", "problem.rate", Raise, s.Rate)
	web.JSON(r, "POST /api/v1/problems/{id}/withdraw", "problem.withdraw", Raise, s.Withdraw)

	for _, base := range []string{govProblems, myProblems} {
		web.Page(r, "GET "+base, "problem.list", View, s.List, func(v Problems) templ.Component {
			v.base = base
			return problemsPage(v)
		})
		web.Page(r, "GET "+base+"/{id}", "problem.get", View, s.Get, func(v Detail) templ.Component { return problemPage(v, base) })
	}
	web.File(r, "GET /gov/problems.xlsx", "problem.export", View, s.Export)
	web.Form(r, "POST "+myProblems, "problem.raise", Raise, s.Raise, func(RaiseInput) string { return myProblems },
		func(_ RaiseInput, out Detail) string { return myAt(out.ID) })
	web.Form(r, "POST "+govProblems+"/{id}/answer", "problem.answer", Answer, s.Answer, func(in AnswerInput) string { return govAt(in.ID) },
		func(in AnswerInput, _ Detail) string { return govAt(in.ID) })
	web.Form(r, "POST "+govProblems+"/{id}/escalate", "problem.escalate", Answer, s.Escalate,
		func(in EscalateInput) string { return govAt(in.ID) }, func(in EscalateInput, _ Detail) string { return govAt(in.ID) })
	web.Form(r, "POST "+myProblems+"/{id}/rate", "problem.rate", Raise, s.Rate, func(in RateInput) string { return myAt(in.ID) },
		func(in RateInput, _ Detail) string { return myAt(in.ID) })
	web.Form(r, "POST "+myProblems+"/{id}/withdraw", "problem.withdraw", Raise, s.Withdraw,
		func(in EscalateInput) string { return myAt(in.ID) }, func(in EscalateInput, _ Detail) string { return myAt(in.ID) })
}
