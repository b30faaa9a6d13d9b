package training

import (
	"time"

	"github.com/a-h/templ"

	"linli/internal/people/volunteer"
	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/courses", "training.list", View, s.List)
	web.JSON(r, "POST /api/v1/courses", "training.make", Plan, s.Make, web.Status(201))
	web.JSON(r, "GET /api/v1/courses/{id}", "training.get", View, s.Get)
	web.JSON(r, "POST /api/v1/courses/{id}/edit", "training.edit", Plan, s.Edit)
	web.JSON(r, "POST /api/v1/courses/{id}/publish", "training.publish", Plan, s.Publish)
	web.JSON(r, "POST /api/v1/courses/{id}/close", "training.close", Plan, s.Close)
	web.JSON(r, "POST /api/v1/courses/{id}/sittings", "training.sit", Plan, s.Sit, web.Status(201))
	web.JSON(r, "GET /api/v1/sittings/{id}", "training.sheet", Lead, s.Sheet)
	web.JSON(r, "POST /api/v1/sittings/{id}/cancel", "training.cancel", Plan, s.Cancel)
	web.JSON(r, "POST /api/v1/sittings/{id}/places", "training.sign_up", Join, s.SignUp, web.Status(201))
	web.JSON(r, "POST /api/v1/sittings/{id}/attend", "training.attend", Join, s.Attend, web.Rate(20, 10*time.Minute))
	web.JSON(r, "GET /api/v1/sittings/{id}/code", "training.show", Lead, s.Show)
	web.JSON(r, "POST /api/v1/sittings/{id}/results", "training.note", Lead, s.Note)
	web.JSON(r, "POST /api/v1/sittings/{id}/confirm", "training.confirm", Confirm, s.Confirm)
	web.JSON(r, "POST /api/v1/courses/{id}/questions", "training.ask", Plan, s.Ask)
	web.JSON(r, "POST /api/v1/courses/{id}/test", "training.begin", Join, s.Begin, web.Status(201))
	web.JSON(r, "GET /api/v1/training-tests/{id}", "training.test", Join, s.Test)
	web.JSON(r, "POST /api/v1/training-tests/{id}/answer", "training.answer", Join, s.Answer)
	web.JSON(r, "POST /api/v1/training-places/{id}/confirm", "training.confirm_one", Confirm, s.ConfirmOne)
	web.JSON(r, "GET /api/v1/training-places", "training.mine", Join, s.Mine)
	web.JSON(r, "GET /api/v1/training-places/{id}", "training.place", Join, s.Place)
	web.JSON(r, "POST /api/v1/training-places/{id}/give-up", "training.give_up", Join, s.GiveUp)
	web.JSON(r, "GET /api/v1/volunteers/{id}/qualifications", "training.qualifications", volunteer.View, s.Qualifications)
	s.deskPages(r)
	s.myPages(r)
}

func (s *Service) deskPages(r *web.Router) {
	for _, base := range []string{desk, gov} {
		web.Page(r, "GET "+base, "training.list", View, s.List, func(v Register) templ.Component { return registerPage(v, base) })
		web.File(r, "GET "+base+"/export", "training.export", View, s.Export)
	}
	web.Page(r, "GET "+desk+"/new", "training.blank", Plan, s.Blank, blankPage)
	web.Page(r, "GET "+desk+"/{id}", "training.get", View, s.Get, coursePage)
	web.Form(r, "POST "+desk, "training.make", Plan, s.Make, func(CourseInput) string { return desk + "/new" },
		func(_ CourseInput, d Detail) string { return coursePath(d.ID) })
	web.Form(r, "POST "+desk+"/{id}/edit", "training.edit", Plan, s.Edit, func(in EditInput) string { return coursePath(in.ID) },
		func(in EditInput, _ Detail) string { return coursePath(in.ID) })
	web.Form(r, "POST "+desk+"/{id}/publish", "training.publish", Plan, s.Publish, func(in MoveInput) string { return coursePath(in.ID) },
		func(in MoveInput, _ Detail) string { return coursePath(in.ID) })
	web.Form(r, "POST "+desk+"/{id}/close", "training.close", Plan, s.Close, func(in MoveInput) string { return coursePath(in.ID) },
		func(in MoveInput, _ Detail) string { return coursePath(in.ID) })
	web.Form(r, "POST "+desk+"/{id}/sittings", "training.sit", Plan, s.Sit, func(in SittingInput) string { return coursePath(in.ID) },
		func(_ SittingInput, x Sheet) string { return sheetPath(x.ID) })
	web.Form(r, "POST "+desk+"/sittings/{id}/cancel", "training.cancel", Plan, s.Cancel,
		func(in CancelInput) string { return sheetPath(in.ID) }, func(in CancelInput, _ Sheet) string { return sheetPath(in.ID) })
	for _, verb := range []string{"confirm", "return"} { // two forms of the page, one operation
		web.Form(r, "POST "+desk+"/sittings/{id}/"+verb, "training.confirm", Confirm, s.Confirm,
			func(in ConfirmInput) string { return sheetPath(in.ID) }, func(in ConfirmInput, _ Sheet) string { return sheetPath(in.ID) })
	}
	web.Page(r, "GET "+desk+"/questions/{id}", "training.get", View, s.Get, questionsPage)
	web.Form(r, "POST "+desk+"/{id}/questions", "training.ask", Plan, s.Ask,
		func(in QuestionsInput) string { return questionsPath(in.ID) },
		func(in QuestionsInput, _ Detail) string { return coursePath(in.ID) })
	for _, verb := range []string{"confirm", "return"} {
		web.Form(r, "POST "+desk+"/places/{id}/"+verb, "training.confirm_one", Confirm, s.ConfirmOne, func(OneInput) string { return "" },
			func(_ OneInput, p Seat) string { return coursePath(p.CourseID) })
	}
	s.leaderPages(r, desk+"/sittings", "")
}

// leaderPages are what who leads a sitting sees and does: the station on its pages, the trainer on his phone.
func (s *Service) leaderPages(r *web.Router, base, under string) {
	here := func(id string) string { return base + "/" + id + under }
	page := base + "/{id}" + under
	web.Page(r, "GET "+page, "training.sheet", Lead, s.Sheet, func(v Sheet) templ.Component { return sheetPage(v, here(v.ID.String())) })
	web.Page(r, "GET "+page+"/screen", "training.show", Lead, s.Show,
		func(v Screen) templ.Component { return screenPage(v, here(v.ID.String())) }, web.Live)
	web.Stream(r, "GET "+page+"/screen/events", "training.ticks", Lead, s.Ticks)
	web.File(r, "GET "+page+"/print", "training.print", Lead, s.Print)
	web.Form(r, "POST "+page+"/results", "training.note", Lead, s.Note, func(in NoteInput) string { return here(in.ID.String()) },
		func(in NoteInput, _ Sheet) string { return here(in.ID.String()) })
	web.Form(r, "POST "+page+"/add", "training.sign_up", Join, s.SignUp, func(in SignInput) string { return here(in.ID.String()) },
		func(in SignInput, _ Seat) string { return here(in.ID.String()) })
}

func (s *Service) myPages(r *web.Router) {
	web.Page(r, "GET "+my, "training.mine", Join, s.Mine, minePage)
	web.Page(r, "GET "+my+"/{id}", "training.card", Join, s.Card, cardPage)
	web.Page(r, "GET "+lessonBase+"/{id}", "training.lesson", Join, s.Lesson, lessonPage)
	web.Page(r, "GET "+testBase+"/{id}", "training.test", Join, s.Test, testPage)
	web.Form(r, "POST "+lessonBase+"/{id}/test", "training.begin", Join, s.Begin, func(in GetInput) string { return lessonPath(in.ID) },
		func(_ GetInput, p Paper) string { return testPath(p.ID) })
	web.Form(r, "POST "+testBase+"/{id}", "training.answer", Join, s.Answer, func(in AnswerInput) string { return testPath(in.ID) },
		func(in AnswerInput, _ Paper) string { return testPath(in.ID) })
	card := func(p Seat) string { return cardPath(p.SittingID) }
	web.Form(r, "POST "+my+"/{id}/places", "training.sign_up", Join, s.SignUp, func(in SignInput) string { return cardPath(in.ID) },
		func(_ SignInput, p Seat) string { return card(p) })
	web.Form(r, "POST "+my+"/{id}/attend", "training.attend", Join, s.Attend, func(in AttendInput) string { return cardPath(in.ID) },
		func(_ AttendInput, p Seat) string { return card(p) }, web.Rate(20, 10*time.Minute))
	web.Form(r, "POST "+my+"/places/{id}/give-up", "training.give_up", Join, s.GiveUp, func(SeatInput) string { return "" },
		func(_ SeatInput, p Seat) string { return card(p) })
	s.leaderPages(r, my, "/lead")
}
