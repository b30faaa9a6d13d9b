package person

import "linli/internal/platform/web"

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/persons", "person.list", View, s.List)
	web.JSON(r, "POST /api/v1/persons", "person.register", Enter, s.Register, web.Status(201))
	web.JSON(r, "GET /api/v1/persons/{id}", "person.get", View, s.Get)
	web.JSON(r, "POST /api/v1/persons/{id}", "person.update", Edit, s.Update)
	web.JSON(r, "POST /api/v1/persons/{id}/reveal", "person.reveal", Unmask, s.Reveal)
	web.JSON(r, "POST /api/v1/persons/{id}/guardians", "person.add_guardian", Edit, s.AddGuardian)
	web.JSON(r, "POST /api/v1/persons/{id}/consents", "person.consent", Agree, s.RecordConsent)
	web.JSON(r, "POST /api/v1/persons/{id}/consents/withdraw", "person.withdraw_consent", Agree, s.WithdrawConsent)
	web.JSON(r, "POST /api/v1/persons/{id}/merge", "person.merge", Join, s.Merge)

	web.Page(r, "GET "+desk, "person.list", View, s.List, listPage)
	web.Page(r, "GET "+desk+"/{id}", "person.get", View, s.Sheet, sheetPage)
	web.Page(r, "POST "+desk+"/{id}/reveal", "person.reveal", Unmask, s.Show, shownPage)
	web.Form(r, "POST "+desk+"/{id}/consents/withdraw", "person.withdraw_consent", Agree, s.WithdrawConsent,
		func(in WithdrawInput) string { return Person{ID: in.ID}.deskPath() }, func(_ WithdrawInput, d Detail) string { return d.deskPath() })

	web.Page(r, "GET "+profile, "person.mine", Own, s.Mine, profilePage)
	web.Form(r, "POST "+profile+"/consents/withdraw", "person.withdraw_consent", Agree, s.WithdrawMine,
		func(OwnWithdrawInput) string { return profile }, func(OwnWithdrawInput, Detail) string { return profile })
}
