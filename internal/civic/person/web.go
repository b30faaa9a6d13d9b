package person

import (
	"linli/internal/platform/auth"
	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/persons", "person.list", View, s.List)
	web.JSON(r, "POST /api/v1/persons", "person.register", Enter, s.Register, web.Status(201))
	web.JSON(r, "GET /api/v1/persons/{id}", "person.get", View, s.Get)
	web.JSON(r, "POST /api/v1/persons/{id}", "person.update", Edit, s.Update)
	web.JSON(r, "POST /api/v1/persons/{id}/reveal", "person.reveal", Unmask, s.Reveal)
	web.JSON(r, "POST /api/v1/persons/{id}/addresses", "person.add_address", Edit, s.AddAddress)
	web.JSON(r, "POST /api/v1/persons/{id}/addresses/drop", "person.drop_address", Edit, s.DropAddress)
	web.JSON(r, "POST /api/v1/persons/{id}/guardians", "person.add_guardian", Edit, s.AddGuardian)
	web.JSON(r, "POST /api/v1/persons/{id}/guardians/drop", "person.drop_guardian", Edit, s.DropGuardian)
	web.JSON(r, "POST /api/v1/persons/{id}/consents", "person.consent", Agree, s.RecordConsent)
	web.JSON(r, "POST /api/v1/persons/{id}/consents/withdraw", "person.withdraw_consent", Agree, s.WithdrawConsent)
	web.JSON(r, "POST /api/v1/persons/{id}/kin", "person.add_kin", Edit, s.AddKin)
	web.JSON(r, "POST /api/v1/persons/{id}/kin/drop", "person.drop_kin", Edit, s.DropKin)
	web.JSON(r, "POST /api/v1/persons/{id}/meet", "person.meet", Meet, s.Meet)
	web.JSON(r, "POST /api/v1/persons/{id}/codes", "person.send_code", Meet, s.SendCode)
	web.JSON(r, "POST /api/v1/persons/{id}/codes/enter", "person.enter_code", Meet, s.EnterCode)
	web.JSON(r, "POST /api/v1/persons/{id}/merge", "person.merge", Join, s.Merge)
	web.JSON(r, "GET /api/v1/person-changes", "person.waiting_changes", Second, s.Waitings)
	web.JSON(r, "POST /api/v1/person-changes/{id}/approve", "person.approve_change", Second, s.ApproveChange)
	web.JSON(r, "POST /api/v1/person-changes/{id}/refuse", "person.refuse_change", Second, s.RefuseChange)
	s.deskPages(r)

	web.Page(r, "GET "+profile, "person.mine", Own, s.Mine, profilePage)
	web.Form(r, "POST "+profile+"/consents/withdraw", "person.withdraw_consent", Agree, s.WithdrawMine,
		func(OwnWithdrawInput) string { return profile }, func(OwnWithdrawInput, Detail) string { return profile })
}

func (s *Service) deskPages(r *web.Router) {
	web.Page(r, "GET "+desk, "person.list", View, s.List, listPage)
	web.Page(r, "GET "+desk+"/new", "person.blank", Enter, s.Blank, blankPage)
	web.Page(r, "GET "+desk+"/{id}", "person.get", View, s.Sheet, sheetPage)
	web.Page(r, "GET "+desk+"/{id}/edit", "person.form", Edit, s.Form, editPage)
	web.Page(r, "GET "+desk+"/{id}/merge", "person.pair", Join, s.Pair, pairPage)
	web.Page(r, "POST "+desk+"/{id}/reveal", "person.reveal", Unmask, s.Show, shownPage)
	web.Form(r, "POST "+desk, "person.register", Enter, s.Register, RegisterInput.blankPath,
		func(_ RegisterInput, p Person) string { return p.deskPath() })
	at := func(id interface{ String() string }) string { return desk + "/" + id.String() }
	done := func(d Detail) string { return d.deskPath() }
	web.Form(r, "POST "+desk+"/{id}/edit", "person.update", Edit, s.Update, func(in UpdateInput) string { return at(in.ID) + "/edit" },
		func(_ UpdateInput, d Detail) string { return done(d) })
	web.Form(r, "POST "+desk+"/{id}/addresses", "person.add_address", Edit, s.AddAddress, func(in AddressInput) string { return at(in.ID) },
		func(_ AddressInput, d Detail) string { return done(d) })
	web.Form(r, "POST "+desk+"/{id}/addresses/drop", "person.drop_address", Edit, s.DropAddress,
		func(in DropAddressInput) string { return at(in.ID) }, func(_ DropAddressInput, d Detail) string { return done(d) })
	web.Form(r, "POST "+desk+"/{id}/guardians", "person.add_guardian", Edit, s.AddGuardian, func(in GuardianInput) string { return at(in.ID) },
		func(_ GuardianInput, d Detail) string { return done(d) })
	web.Form(r, "POST "+desk+"/{id}/guardians/drop", "person.drop_guardian", Edit, s.DropGuardian,
		func(in DropGuardianInput) string { return at(in.ID) }, func(_ DropGuardianInput, d Detail) string { return done(d) })
	web.Form(r, "POST "+desk+"/{id}/consents", "person.consent", Agree, s.RecordConsent, func(in ConsentInput) string { return at(in.ID) },
		func(_ ConsentInput, d Detail) string { return done(d) })
	web.Form(r, "POST "+desk+"/{id}/consents/withdraw", "person.withdraw_consent", Agree, s.WithdrawConsent,
		func(in WithdrawInput) string { return at(in.ID) }, func(_ WithdrawInput, d Detail) string { return done(d) })
	web.Page(r, "GET "+waitingPath, "person.waiting_changes", Second, s.Waitings, waitingPage)
	list := func(DecideInput) string { return waitingPath }
	decided := func(DecideInput, Change) string { return waitingPath }
	web.Form(r, "POST "+waitingPath+"/{id}/approve", "person.approve_change", Second, s.ApproveChange, list, decided)
	web.Form(r, "POST "+waitingPath+"/{id}/refuse", "person.refuse_change", Second, s.RefuseChange, list, decided)
	form(r, "kin", "person.add_kin", Edit, s.AddKin, func(in KinInput) string { return in.ID.String() })
	form(r, "kin/drop", "person.drop_kin", Edit, s.DropKin, func(in DropKinInput) string { return in.ID.String() })
	form(r, "meet", "person.meet", Meet, s.Meet, func(in MeetInput) string { return in.ID.String() })
	form(r, "codes", "person.send_code", Meet, s.SendCode, func(in GetInput) string { return in.ID.String() })
	form(r, "codes/enter", "person.enter_code", Meet, s.EnterCode, func(in EnterInput) string { return in.ID.String() })
	web.Form(r, "POST "+desk+"/{id}/merge", "person.merge", Join, s.Merge,
		func(in MergeInput) string { return at(in.ID) + "/merge?other_id=" + in.Other.String() },
		func(_ MergeInput, d Detail) string { return done(d) })
}

// form mounts a form of the page of one entry.
func form[In any](r *web.Router, what, operation string, perm auth.Perm, op web.Op[In, Detail], id func(In) string) {
	back := func(in In) string { return desk + "/" + id(in) }
	web.Form(r, "POST "+desk+"/{id}/"+what, operation, perm, op, back, func(in In, _ Detail) string { return back(in) })
}
