package certificate

import (
	"time"

	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "POST /api/v1/certificates", "certificate.issue", Make, s.Issue, web.Status(201))
	web.JSON(r, "GET /api/v1/certificates", "certificate.list", View, s.List)
	web.File(r, "GET /api/v1/certificates/{file}", "certificate.pdf", View, s.PDF)
	web.JSON(r, "POST /api/v1/certificates/{no}/revoke", "certificate.revoke", Revoke, s.Revoke)

	curious := web.Rate(60, time.Minute)
	web.JSON(r, "GET /api/v1/verify/{code}", "certificate.check", Look, s.Check, curious)
	web.Page(r, "GET /verify", "certificate.ask", Look, s.Ask, askPage, curious, web.Translated)
	web.Page(r, "GET /verify/{code}", "certificate.check", Look, s.Check, answerPage, curious, web.Translated)

	web.Page(r, "GET /my/certificates", "certificate.mine", View, s.Mine, minePage, web.Translated)
	web.Form(r, "POST /my/certificates", "certificate.issue", Make, s.Issue, func(IssueInput) string { return "/my/certificates" },
		func(IssueInput, Certificate) string { return "/my/certificates" })
	web.Page(r, "GET /desk/certificates", "certificate.list", View, s.List, registerPage)
	web.Form(r, "POST /desk/certificates", "certificate.issue", Make, s.Issue,
		func(in IssueInput) string { return "/desk/certificates?volunteer_id=" + in.VolunteerID.String() },
		func(_ IssueInput, c Certificate) string { return "/desk/certificates?q=" + c.No })
	web.Form(r, "POST /desk/certificates/{no}/revoke", "certificate.revoke", Revoke, s.Revoke,
		func(in RevokeInput) string { return "/desk/certificates?q=" + in.No },
		func(in RevokeInput, _ Certificate) string { return "/desk/certificates?q=" + in.No })
}
