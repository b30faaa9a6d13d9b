package gateway

import (
	"time"

	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	const api = "/api/v1/sms-gateways"
	few := web.Rate(20, time.Hour)
	web.JSON(r, "GET "+api, "gateway.list", View, s.Look)
	web.JSON(r, "POST "+api+"/{way}", "gateway.save", Edit, s.Save, web.Again(s.proposed))
	web.JSON(r, "POST "+api+"/proposals/{id}/confirm", "gateway.confirm", Confirm, s.Confirm, web.Again(s.ended))
	web.JSON(r, "POST "+api+"/proposals/{id}/drop", "gateway.drop", Confirm, s.Drop, web.Again(s.ended))
	web.JSON(r, "POST "+api+"/off", "gateway.off", Edit, s.Off)
	web.JSON(r, "POST "+api+"/test", "gateway.test", Edit, s.Test, few)
	web.Page(r, "GET "+path, "gateway.list", View, s.Look, page)
	web.Form(r, "POST "+path+"/{way}", "gateway.save", Edit, s.Save, func(in SaveInput) string { return path + "?way=" + in.Way },
		func(in SaveInput, _ Proposal) string { return path + "?way=" + in.Way })
	here, there := func(ProposalInput) string { return path }, func(ProposalInput, Proposal) string { return path }
	web.Form(r, "POST "+path+"/proposals/{id}/confirm", "gateway.confirm", Confirm, s.Confirm, here, there)
	web.Form(r, "POST "+path+"/proposals/{id}/drop", "gateway.drop", Confirm, s.Drop, here, there)
	web.Form(r, "POST "+path+"/off", "gateway.off", Edit, s.Off, func(OffInput) string { return path },
		func(OffInput, Settings) string { return path })
	web.Form(r, "POST "+path+"/test", "gateway.test", Edit, s.Test, func(TestInput) string { return path },
		func(TestInput, Tested) string { return "/admin/sent?kind=trial" }, few)
}
