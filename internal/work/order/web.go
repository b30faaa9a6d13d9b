package order

import (
	"github.com/a-h/templ"

	"linli/internal/platform/auth"
	"linli/internal/platform/web"
	"linli/internal/platform/web/ui"
	"linli/internal/work/order/wish"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	s.api(r)
	s.deskPages(r)
	s.myPages(r)
}

const one = "/api/v1/orders/{id}"

func (s *Service) api(r *web.Router) {
	web.JSON(r, "POST /api/v1/orders", "order.create", Make, s.Create, web.Status(201), web.NeedKey, web.MaxBody(photoBody))
	web.JSON(r, "GET /api/v1/orders", "order.list", View, s.List)
	web.JSON(r, "GET "+one, "order.get", View, s.Get)
	web.File(r, "GET "+one+"/photo", "order.photo", View, s.Photo)
	web.JSON(r, "GET "+one+"/timeline", "order.timeline", View, s.Timeline)
	web.JSON(r, "POST "+one+"/review", "order.review", Handle, s.Review)
	web.JSON(r, "POST "+one+"/dispatch", "order.dispatch", Handle, s.Dispatch)
	web.JSON(r, "POST "+one+"/open", "order.open", Handle, s.Open)
	web.JSON(r, "POST "+one+"/withdraw", "order.withdraw", Handle, s.Withdraw)
	web.JSON(r, "POST "+one+"/escalate", "order.escalate", Handle, s.Escalate)
	web.JSON(r, "POST "+one+"/reschedule", "order.reschedule", Handle, s.Reschedule)
	web.JSON(r, "POST "+one+"/no-show", "order.no_show", Handle, s.NoShow)
	web.JSON(r, "POST "+one+"/break-off", "order.break_off", Handle, s.BreakOff)
	web.JSON(r, "POST "+one+"/resolve", "order.resolve", Handle, s.Resolve)
	web.JSON(r, "POST "+one+"/cancel", "order.cancel", Drop, s.Cancel)
	web.JSON(r, "POST "+one+"/resubmit", "order.resubmit", Own, s.Resubmit)
	web.JSON(r, "POST "+one+"/amend", "order.amend", Own, s.Amend)
	web.JSON(r, "POST "+one+"/appeal", "order.appeal", Own, s.Appeal)
	web.JSON(r, "POST "+one+"/confirm", "order.confirm", Own, s.Confirm)
	web.JSON(r, "POST "+one+"/evaluate", "order.evaluate", Own, s.Evaluate)
	web.JSON(r, "POST "+one+"/dispute", "order.dispute", Own, s.Dispute)
	web.JSON(r, "POST "+one+"/reopen", "order.reopen", Own, s.Reopen)
	web.JSON(r, "POST "+one+"/accept", "order.accept", Serve, s.Accept)
	web.JSON(r, "POST "+one+"/decline", "order.decline", Serve, s.Decline)
	web.JSON(r, "POST "+one+"/hand-back", "order.hand_back", Serve, s.HandBack)
	web.JSON(r, "POST "+one+"/wish", "order.wish", Own, s.Wish)
	s.cards.API(r)
}

// asked gives the order that a move is about, so that a form knows its page.
func (a Ask) asked() string { return a.ID.String() }

type asker interface{ asked() string }

// move serves one move as a form under a shell: a refusal shows the order's page again, success leads to it.
func move[In asker](r *web.Router, shell, verb, operation string, perm auth.Perm, op web.Op[In, Detail]) {
	page := func(in In) string { return shell + "/" + in.asked() }
	web.Form(r, "POST "+shell+"/{id}/"+verb, operation, perm, op, page, func(in In, _ Detail) string { return page(in) })
}

const (
	desk  = "/desk/orders"
	my    = "/my/orders"
	tasks = "/my/tasks"
	// readBack asks the page of a new order for what is read out to the caller.
	readBack = "?read=back"
	// photoBody is the most bytes of a posted order or slip with its photograph.
	photoBody = 20 << 20
)

func (s *Service) deskPages(r *web.Router) {
	web.Page(r, "GET /desk", "order.today", Handle, s.Today, todayPage)
	web.Page(r, "GET /desk/board", "order.board", Handle, s.Board, boardPage, web.Live)
	web.Page(r, "GET /desk/board/cards", "order.board", Handle, s.Board, boardFragment)
	web.Page(r, "GET /desk/board/cards/{id}", "order.card_of_board", Handle, s.Card, func(v Row) templ.Component { return cardPart(v, true) })
	web.Stream(r, "GET /desk/board/events", "order.watch", Handle, s.Watch)
	web.Page(r, "GET "+desk, "order.search", Handle, s.Search, searchPage)
	web.File(r, "GET "+desk+"/export", "order.export", Handle, s.Export)
	web.Page(r, "GET "+desk+"/new", "order.counter", Make, s.Counter, counterPage)
	web.Form(r, "POST "+desk, "order.create", Make, s.Create, func(CreateInput) string { return desk + "/new" },
		func(_ CreateInput, out Created) string { return out.deskPath() + readBack }, web.MaxBody(photoBody))
	web.Page(r, "GET "+desk+"/{id}", "order.desk", View, s.Desk, deskPage)
	web.File(r, "GET "+desk+"/{id}/slip.pdf", "order.slip", Handle, s.Slip)
	web.Page(r, "GET /desk/handover", "order.handover", Handle, s.Handover, handoverPage)
	s.cards.Pages(r)

	move(r, desk, "review", "order.review", Handle, s.Review)
	move(r, desk, "decide", "order.review", Handle, s.Review) // the second form of the page, with a reason
	move(r, desk, "open", "order.open", Handle, s.Open)
	move(r, desk, "withdraw", "order.withdraw", Handle, s.Withdraw)
	move(r, desk, "escalate", "order.escalate", Handle, s.Escalate)
	move(r, desk, "reschedule", "order.reschedule", Handle, s.Reschedule)
	move(r, desk, "no-show", "order.no_show", Handle, s.NoShow)
	move(r, desk, "break-off", "order.break_off", Handle, s.BreakOff)
	move(r, desk, "resolve", "order.resolve", Handle, s.Resolve)
	move(r, desk, "cancel", "order.cancel", Drop, s.Cancel)
	move(r, desk, "resubmit", "order.resubmit", Own, s.Resubmit)
	move(r, desk, "amend", "order.amend", Own, s.Amend)
	move(r, desk, "appeal", "order.appeal", Own, s.Appeal)
	move(r, desk, "evaluate", "order.evaluate", Own, s.Evaluate)
	move(r, desk, "dispute", "order.dispute", Own, s.Dispute)
	move(r, desk, "reopen", "order.reopen", Own, s.Reopen)
	move(r, desk, "accept", "order.accept", Serve, s.Accept)
	move(r, desk, "decline", "order.decline", Serve, s.Decline)
	move(r, desk, "hand-back", "order.hand_back", Serve, s.HandBack)
	page := func(in ConfirmInput) string { return desk + "/" + in.asked() }
	web.Form(r, "POST "+desk+"/{id}/confirm", "order.confirm", Own, s.Confirm, page,
		func(in ConfirmInput, _ Detail) string { return page(in) }, web.MaxBody(photoBody))
	offers := func(in DispatchInput) string { return desk + "/" + in.asked() + "/dispatch" }
	wishes := func(in WishInput) string { return desk + "/" + in.ID.String() + "/dispatch" }
	web.Form(r, "POST "+desk+"/{id}/wish", "order.wish", Own, s.Wish, wishes, func(in WishInput, _ wish.Wish) string { return wishes(in) })
	web.Form(r, "POST "+desk+"/{id}/dispatch", "order.dispatch", Handle, s.Dispatch, offers,
		func(in DispatchInput, _ Detail) string { return desk + "/" + in.asked() })
}

func (s *Service) myPages(r *web.Router) {
	web.Page(r, "GET "+my, "order.mine", View, s.MyOrders, myOrdersPage, web.Translated)
	web.Page(r, "GET "+my+"/new", "order.my_new", Make, s.MyNew, myNewPage, web.Translated)
	web.Form(r, "POST "+my, "order.create", Make, s.Create, func(in CreateInput) string {
		return ui.Href(my+"/new", "catalogue_id", in.CatalogueID.String(), "region", in.Region)
	},
		func(_ CreateInput, out Created) string { return out.myPath() }, web.MaxBody(photoBody))
	web.File(r, "GET "+my+"/{id}/photo", "order.photo", View, s.Photo)
	web.Page(r, "GET "+my+"/{id}", "order.my", View, s.Desk, myOrderPage, web.Translated)
	move(r, my, "cancel", "order.cancel", Drop, s.Cancel)
	move(r, my, "resubmit", "order.resubmit", Own, s.Resubmit)
	move(r, my, "amend", "order.amend", Own, s.Amend)
	move(r, my, "appeal", "order.appeal", Own, s.Appeal)
	move(r, my, "confirm", "order.confirm", Own, s.Confirm)
	move(r, my, "evaluate", "order.evaluate", Own, s.Evaluate)
	move(r, my, "dispute", "order.dispute", Own, s.Dispute)
	move(r, my, "reopen", "order.reopen", Own, s.Reopen)
	web.Page(r, "GET "+tasks, "order.tasks", Serve, s.Tasks, tasksPage)
	web.Page(r, "GET "+tasks+"/{id}", "order.task", View, s.Desk, taskPage)
	move(r, tasks, "accept", "order.accept", Serve, s.Accept)
	move(r, tasks, "decline", "order.decline", Serve, s.Decline)
	move(r, tasks, "hand-back", "order.hand_back", Serve, s.HandBack)
}
