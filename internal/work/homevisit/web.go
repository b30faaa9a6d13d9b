package homevisit

import (
	"github.com/a-h/templ"

	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	const api = "/api/v1/home-visits"
	web.JSON(r, "GET "+api, "homevisit.list", Keep, s.List)
	web.JSON(r, "POST "+api, "homevisit.plan", Keep, s.Plan, web.Status(201))
	web.JSON(r, "GET "+api+"/mine", "homevisit.mine", Go, s.Mine)
	web.JSON(r, "GET "+api+"/figures", "homevisit.figures", Figures, s.Figures)
	web.JSON(r, "GET "+api+"/late", "homevisit.late", Keep, s.Late)
	web.JSON(r, "GET "+api+"/{id}", "homevisit.get", Keep, s.Get)
	web.JSON(r, "POST "+api+"/{id}/days", "homevisit.send", Keep, s.Send)
	web.JSON(r, "POST "+api+"/{id}/close", "homevisit.close", Keep, s.Close)
	web.JSON(r, "POST "+api+"/{id}/cancel", "homevisit.cancel", Keep, s.Cancel)
	web.JSON(r, "GET /api/v1/home-visit-days/{id}", "homevisit.way", Go, s.Way)
	web.JSON(r, "POST /api/v1/home-visit-days/{id}/agree", "homevisit.agree", Go, s.Agree)
	web.JSON(r, "POST /api/v1/home-visit-days/{id}/decline", "homevisit.decline", Go, s.Decline)
	web.JSON(r, "POST /api/v1/home-visit-days/{id}/call-off", "homevisit.call_off", Keep, s.CallOff)
	web.JSON(r, "POST /api/v1/home-visit-days/{id}/move", "homevisit.move", Go, s.Move)
	web.JSON(r, "POST /api/v1/home-visit-homes/{id}/record", "homevisit.record", Go, s.Record)
	web.JSON(r, "POST /api/v1/home-visit-homes/{id}/need", "homevisit.need", Go, s.Need)
	web.JSON(r, "POST /api/v1/home-visit-homes/{id}/handle", "homevisit.handle", Keep, s.Handle)
	web.JSON(r, "GET /api/v1/lists/key-people-not-visited", "homevisit.uncovered", Keep, s.Uncovered)
	s.pages(r)
	s.forms(r)
}

func (s *Service) pages(r *web.Router) {
	web.Page(r, "GET "+deskPath, "homevisit.list", Keep, s.List, listPage)
	web.Page(r, "GET "+deskPath+"/new", "homevisit.blank", Keep, s.Blank, blankPage)
	web.Page(r, "GET "+latePath, "homevisit.late", Keep, s.Late, func(v LatePage) templ.Component { return lateHomes(v, latePath) })
	web.Page(r, "GET "+govLate, "homevisit.late", Keep, s.Late, func(v LatePage) templ.Component { return lateHomes(v, govLate) })
	web.Page(r, "GET "+uncoveredPath, "homevisit.uncovered", Keep, s.Uncovered, uncoveredPeople)
	web.File(r, "GET "+uncoveredPath+"/export", "homevisit.export", Keep, s.Export)
	web.Page(r, "GET "+deskPath+"/{id}", "homevisit.get", Keep, s.Get, planPage)
	web.Page(r, "GET "+deskPath+"/days/{id}", "homevisit.way", Go, s.Way, deskDayPage)
	web.File(r, "GET "+deskPath+"/days/{id}/print", "homevisit.print", Go, s.Print)
	web.Page(r, "GET "+mineAt, "homevisit.mine", Go, s.Mine, minePage)
	web.Page(r, "GET "+mineAt+"/{id}", "homevisit.way", Go, s.Way, myDayPage)
	web.File(r, "GET "+mineAt+"/{id}/print", "homevisit.print", Go, s.Print)
	web.Page(r, "GET "+govPath, "homevisit.figures", Figures, s.Figures, figuresPage)
}

func (s *Service) forms(r *web.Router) {
	web.Form(r, "POST "+deskPath, "homevisit.plan", Keep, s.Plan, func(PlanInput) string { return deskPath + "/new" },
		func(_ PlanInput, v Sheet) string { return planAt(v.ID) })
	web.Form(r, "POST "+deskPath+"/{id}/days", "homevisit.send", Keep, s.Send, func(in SendInput) string { return planAt(in.ID) },
		func(in SendInput, _ Sheet) string { return planAt(in.ID) })
	end := func(verb, operation string, op web.Op[EndInput, Sheet]) {
		web.Form(r, "POST "+deskPath+"/{id}/"+verb, operation, Keep, op, func(in EndInput) string { return planAt(in.ID) },
			func(in EndInput, _ Sheet) string { return planAt(in.ID) })
	}
	end("close", "homevisit.close", s.Close)
	end("cancel", "homevisit.cancel", s.Cancel)
	for _, x := range []struct {
		base string
		at   func(AnswerInput) string
	}{{deskPath + "/days", func(in AnswerInput) string { return dayAt(in.ID) }}, {mineAt, func(AnswerInput) string { return mineAt }}} {
		to := func(in AnswerInput, _ Receipt) string { return x.at(in) }
		web.Form(r, "POST "+x.base+"/{id}/agree", "homevisit.agree", Go, s.Agree, x.at, to)
		web.Form(r, "POST "+x.base+"/{id}/decline", "homevisit.decline", Go, s.Decline, x.at, to)
	}
	web.Form(r, "POST "+deskPath+"/days/{id}/call-off", "homevisit.call_off", Keep, s.CallOff,
		func(in OffInput) string { return dayAt(in.ID) },
		func(in OffInput, _ Receipt) string { return dayAt(in.ID) })
	web.Form(r, "POST "+deskPath+"/days/{id}/move", "homevisit.move", Go, s.Move, func(in MoveInput) string { return dayAt(in.ID) },
		func(in MoveInput, _ Receipt) string { return dayAt(in.ID) })
	web.Form(r, "POST "+mineAt+"/{id}/move", "homevisit.move", Go, s.Move, func(in MoveInput) string { return myDay(in.ID) },
		func(in MoveInput, _ Receipt) string { return myDay(in.ID) })
	web.Form(r, "POST "+deskPath+"/homes/{id}/record", "homevisit.record", Go, s.Record, RecordInput.desk,
		func(in RecordInput, _ Receipt) string { return in.desk() })
	web.Form(r, "POST "+mineAt+"/homes/{id}/record", "homevisit.record", Go, s.Record, RecordInput.mine,
		func(in RecordInput, _ Receipt) string { return in.mine() })
	web.Form(r, "POST "+mineAt+"/homes/{id}/need", "homevisit.need", Go, s.Need, NeedInput.mine,
		func(in NeedInput, _ Registered) string { return in.mine() })
	for _, base := range []string{latePath, govLate} {
		web.Form(r, "POST "+base+"/{id}/handle", "homevisit.handle", Keep, s.Handle, func(HandleInput) string { return base },
			func(HandleInput, Receipt) string { return base })
	}
}
