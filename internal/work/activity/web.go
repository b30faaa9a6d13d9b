package activity

import (
	"time"

	"github.com/a-h/templ"

	"linli/internal/platform/web"
)

const (
	desk = "/desk/activities"
	my   = "/my/activities"
	gov  = "/gov/activities"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/activities", "activity.list", View, s.List)
	web.JSON(r, "POST /api/v1/activities", "activity.create", Plan, s.Create, web.Status(201))
	web.JSON(r, "GET /api/v1/activities/{id}", "activity.get", View, s.Get)
	web.JSON(r, "POST /api/v1/activities/{id}/edit", "activity.edit", Plan, s.Edit)
	web.JSON(r, "POST /api/v1/activities/{id}/publish", "activity.publish", Publish, s.PublishNow)
	web.JSON(r, "POST /api/v1/activities/{id}/cancel", "activity.cancel", Plan, s.Cancel)
	web.JSON(r, "POST /api/v1/activities/{id}/roll", "activity.roll", Lead, s.CallRoll)
	web.JSON(r, "POST /api/v1/activities/{id}/hand-in", "activity.hand_in", Lead, s.HandIn)
	web.JSON(r, "GET /api/v1/activities/{id}/queue", "activity.queue", Join, s.Queue)
	web.JSON(r, "GET /api/v1/activities/{id}/code", "activity.show", Lead, s.Show)
	web.JSON(r, "POST /api/v1/activities/{id}/places", "activity.sign_up", Join, s.SignUp, web.Status(201))
	web.JSON(r, "POST /api/v1/activities/{id}/arrive", "activity.arrive", Join, s.Arrive, web.Rate(20, 10*time.Minute))
	web.JSON(r, "GET /api/v1/activity-places", "activity.mine", Join, s.Mine)
	web.JSON(r, "GET /api/v1/activity-places/{id}", "activity.place", Join, s.Place)
	web.JSON(r, "POST /api/v1/activity-places/{id}/take", "activity.take", Join, s.Take)
	web.JSON(r, "POST /api/v1/activity-places/{id}/give-up", "activity.give_up", Join, s.GiveUp)
	web.JSON(r, "GET /api/v1/public/activities", "activity.faces", Public, s.Faces)
	web.JSON(r, "GET /api/v1/public/activities/{id}", "activity.face", Public, s.Face)

	web.Page(r, "GET /activities", "activity.faces", Public, s.Faces, facesPage)
	web.Page(r, "GET /activities/{id}", "activity.face", Public, s.Face, facePage)
	web.File(r, "GET /activities/{id}/calendar", "activity.calendar", Public, s.Calendar)
	web.File(r, "GET /activities/{id}/poster", "activity.poster", Public, s.Poster)
	s.deskPages(r)
	s.myPages(r)
}

func (s *Service) deskPages(r *web.Router) {
	for _, base := range []string{desk, gov} {
		web.Page(r, "GET "+base, "activity.list", View, s.List, func(v Register) templ.Component { return registerPage(v, base) })
	}
	web.Page(r, "GET "+desk+"/new", "activity.blank", Plan, s.Blank, func(v Blank) templ.Component { return blankPage(v, desk) })
	web.File(r, "GET "+desk+"/export", "activity.export", View, s.Export)
	web.File(r, "GET "+desk+"/{id}/print", "activity.print", Lead, s.Print)
	web.Page(r, "GET "+desk+"/{id}/screen", "activity.show", Lead, s.Show, screenPage, web.Live)
	web.Stream(r, "GET "+desk+"/{id}/screen/events", "activity.ticks", Lead, s.Ticks)
	s.leaderPages(r, desk)
	s.seatForms(r, desk)
	web.Form(r, "POST "+desk+"/{id}/publish", "activity.publish", Publish, s.PublishNow,
		func(in MoveInput) string { return at(desk, in.ID.String()) }, func(in MoveInput, _ Detail) string { return at(desk, in.ID.String()) })
}

// leaderPages are what who leads an activity sees and does: the station on its pages, the leader of a team on his phone.
func (s *Service) leaderPages(r *web.Router, base string) {
	page, lead := base+"/{id}", base
	if base == my {
		page, lead = base+"/{id}/lead", base
	}
	here := func(id string) string {
		if lead == my {
			return at(my, id) + "/lead"
		}
		return at(lead, id)
	}
	web.Page(r, "GET "+page, "activity.get", View, s.Get, func(v Detail) templ.Component { return activityPage(v, lead) })
	web.Form(r, "POST "+base, "activity.create", Plan, s.Create, func(CreateInput) string { return base + "/new" },
		func(_ CreateInput, d Detail) string { return here(d.ID.String()) })
	web.Form(r, "POST "+base+"/{id}/edit", "activity.edit", Plan, s.Edit, func(in EditInput) string { return here(in.ID.String()) },
		func(in EditInput, _ Detail) string { return here(in.ID.String()) })
	web.Form(r, "POST "+base+"/{id}/cancel", "activity.cancel", Plan, s.Cancel, func(in MoveInput) string { return here(in.ID.String()) },
		func(in MoveInput, _ Detail) string { return here(in.ID.String()) })
	web.Form(r, "POST "+base+"/{id}/roll", "activity.roll", Lead, s.CallRoll, func(in RollInput) string { return here(in.ID.String()) },
		func(in RollInput, _ Detail) string { return here(in.ID.String()) })
	web.Form(r, "POST "+base+"/{id}/hand-in", "activity.hand_in", Lead, s.HandIn, func(in HandInInput) string { return here(in.ID.String()) },
		func(in HandInInput, _ Detail) string { return here(in.ID.String()) })
	web.Form(r, "POST "+base+"/{id}/add", "activity.sign_up", Join, s.SignUp, func(in SignInput) string { return here(in.ID.String()) },
		func(in SignInput, _ Seat) string { return here(in.ID.String()) })
}

func (s *Service) myPages(r *web.Router) {
	web.Page(r, "GET "+my, "activity.mine", Join, s.Mine, minePage)
	web.Page(r, "GET "+my+"/new", "activity.blank", Plan, s.Blank, func(v Blank) templ.Component { return blankPage(v, my) })
	web.Page(r, "GET "+my+"/{id}", "activity.card", Join, s.Card, cardPage)
	s.leaderPages(r, my)
	mine := func(p Seat) string { return at(my, p.ActivityID.String()) }
	web.Form(r, "POST "+my+"/{id}/places", "activity.sign_up", Join, s.SignUp, func(in SignInput) string { return at(my, in.ID.String()) },
		func(_ SignInput, p Seat) string { return mine(p) })
	web.Form(r, "POST "+my+"/{id}/arrive", "activity.arrive", Join, s.Arrive, func(in ArriveInput) string { return at(my, in.ID.String()) },
		func(_ ArriveInput, p Seat) string { return mine(p) }, web.Rate(20, 10*time.Minute))
	s.seatForms(r, my)
}

// seatForms are what who has a place or waits for one says himself, and the station for who has rung it.
func (s *Service) seatForms(r *web.Router, base string) {
	back := func(_ SeatInput, p Seat) string { return at(base, p.ActivityID.String()) }
	web.Form(r, "POST "+base+"/places/{id}/take", "activity.take", Join, s.Take, func(SeatInput) string { return "" }, back)
	web.Form(r, "POST "+base+"/places/{id}/give-up", "activity.give_up", Join, s.GiveUp, func(SeatInput) string { return "" }, back)
}

func at(base, id string) string { return base + "/" + id }
