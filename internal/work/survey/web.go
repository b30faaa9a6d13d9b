package survey

import (
	"github.com/a-h/templ"

	"linli/internal/platform/web"
)

// upload is how large a request with a file may be.
const upload = 16 << 20

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	big := web.MaxBody(upload)
	web.JSON(r, "GET /api/v1/surveys", "survey.list", View, s.List)
	web.JSON(r, "POST /api/v1/surveys", "survey.add", Keep, s.Add, web.Status(201), big)
	web.JSON(r, "GET /api/v1/surveys/{id}", "survey.get", View, s.Get)
	web.JSON(r, "POST /api/v1/surveys/{id}/bring", "survey.bring", Keep, s.Bring, big)
	web.JSON(r, "POST /api/v1/surveys/{id}/put", "survey.put", Keep, s.Put)
	web.JSON(r, "POST /api/v1/surveys/{id}/move", "survey.move", Keep, s.Move)
	web.JSON(r, "POST /api/v1/surveys/{id}/drop", "survey.drop", Keep, s.Drop)
	web.JSON(r, "POST /api/v1/surveys/{id}/open", "survey.open", Keep, s.Open)
	web.JSON(r, "POST /api/v1/surveys/{id}/close", "survey.close", Keep, s.Close)
	web.JSON(r, "GET /api/v1/surveys/{id}/form", "survey.fill", Fill, s.Fill)
	web.JSON(r, "POST /api/v1/surveys/{id}/answers", "survey.answer", Fill, s.Answer, web.Status(201), web.Again(s.answered))
	web.JSON(r, "GET /api/v1/surveys/{id}/answers", "survey.answers", View, s.Answers)
	web.JSON(r, "POST /api/v1/surveys/{id}/take", "survey.take", Fill, s.Take, big)
	web.JSON(r, "GET /api/v1/survey-answers/{id}", "survey.one", View, s.One)
	web.JSON(r, "POST /api/v1/survey-answers/{id}/read", "survey.read", Read, s.Read, web.Again(s.reread))
	web.JSON(r, "POST /api/v1/survey-answers/{id}/picture", "survey.picture", Fill, s.Picture, big, web.Again(s.pictured))
	web.JSON(r, "GET /api/v1/my-surveys", "survey.mine", Fill, s.Mine)
	s.pages(r)
	s.forms(r)
}

func (s *Service) pages(r *web.Router) {
	web.Page(r, "GET "+desk, "survey.list", View, s.List, listPage)
	web.Page(r, "GET "+desk+"/new", "survey.blank", Keep, s.Blank, blankPage)
	web.Page(r, "GET "+desk+"/{id}", "survey.get", View, s.Get, surveyPage)
	web.File(r, "GET "+desk+"/{id}/workbook", "survey.workbook", View, s.Workbook)
	web.File(r, "GET "+desk+"/{id}/sheet", "survey.sheet", View, s.Sheet)
	web.Page(r, "GET "+desk+"/{id}/fill", "survey.fill", Fill, s.Fill, func(v Paper) templ.Component { return fillPage(v, desk, false) })
	web.Page(r, "GET "+desk+"/{id}/boxes", "survey.fill", Fill, s.Fill, func(v Paper) templ.Component { return fillPage(v, desk, true) })
	web.Page(r, "GET "+desk+"/{id}/answers", "survey.answers", View, s.Answers, answersPage)
	web.File(r, "GET "+desk+"/{id}/export", "survey.export", View, s.Export)
	web.Page(r, "GET "+leaf+"/{id}", "survey.one", View, s.One, leafPage)
	web.Page(r, "POST "+leaf+"/{id}/read", "survey.read", Read, s.Read, leafPage)
	web.File(r, "GET "+leaf+"/{id}/photos/{photo}", "survey.photo", View, s.Photo)
	web.Page(r, "GET "+my, "survey.mine", Fill, s.Mine, minePage)
	web.Page(r, "GET "+my+"/{id}", "survey.fill", Fill, s.Fill, func(v Paper) templ.Component { return fillPage(v, my, false) })
}

func (s *Service) forms(r *web.Router) {
	big := web.MaxBody(upload)
	web.Form(r, "POST "+desk, "survey.add", Keep, s.Add, func(AddInput) string { return desk + "/new" },
		func(_ AddInput, d Detail) string { return pageOf(d.ID) }, big)
	web.Form(r, "POST "+desk+"/{id}/bring", "survey.bring", Keep, s.Bring, func(in BringInput) string { return pageOf(in.ID) },
		func(in BringInput, _ Detail) string { return pageOf(in.ID) }, big)
	web.Form(r, "POST "+desk+"/{id}/put", "survey.put", Keep, s.Put, func(in PutInput) string { return pageOf(in.ID) + in.again() },
		func(in PutInput, _ Detail) string { return pageOf(in.ID) })
	web.Form(r, "POST "+desk+"/{id}/move", "survey.move", Keep, s.Move, func(in MoveInput) string { return pageOf(in.ID) },
		func(in MoveInput, _ Detail) string { return pageOf(in.ID) })
	web.Form(r, "POST "+desk+"/{id}/drop", "survey.drop", Keep, s.Drop, func(in DropInput) string { return pageOf(in.ID) },
		func(in DropInput, _ Detail) string { return pageOf(in.ID) })
	web.Form(r, "POST "+desk+"/{id}/open", "survey.open", Keep, s.Open, func(in StepInput) string { return pageOf(in.ID) },
		func(in StepInput, _ Detail) string { return pageOf(in.ID) })
	web.Form(r, "POST "+desk+"/{id}/close", "survey.close", Keep, s.Close, func(in StepInput) string { return pageOf(in.ID) },
		func(in StepInput, _ Detail) string { return pageOf(in.ID) })
	web.Form(r, "POST "+desk+"/{id}/take", "survey.take", Fill, s.Take, func(in TakeInput) string { return pageOf(in.ID) + "/answers" },
		func(in TakeInput, _ Detail) string { return pageOf(in.ID) + "/answers" }, big)
	web.Form(r, "POST "+desk+"/{id}/answers", "survey.answer", Fill, s.Answer, func(in AnswerInput) string { return in.page(desk) },
		func(_ AnswerInput, a Answer) string { return leafOf(a.ID) })
	web.Form(r, "POST "+my+"/{id}/answers", "survey.answer", Fill, s.Answer, func(in AnswerInput) string { return in.page(my) },
		func(AnswerInput, Answer) string { return my })
	web.Form(r, "POST "+leaf+"/{id}/picture", "survey.picture", Fill, s.Picture, func(in PictureInput) string { return leafOf(in.ID) },
		func(in PictureInput, _ Answer) string { return leafOf(in.ID) }, big)
}
