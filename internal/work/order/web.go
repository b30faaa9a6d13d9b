package order

import (
	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	s.api(r)
}

const one = "/api/v1/orders/{id}"

func (s *Service) api(r *web.Router) {
	web.JSON(r, "POST /api/v1/orders", "order.create", Make, s.Create, web.Status(201), web.NeedKey)
	web.JSON(r, "GET /api/v1/orders", "order.list", View, s.List)
	web.JSON(r, "GET "+one, "order.get", View, s.Get)
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
	web.JSON(r, "POST "+one+"/appeal", "order.appeal", Own, s.Appeal)
	web.JSON(r, "POST "+one+"/confirm", "order.confirm", Own, s.Confirm)
	web.JSON(r, "POST "+one+"/evaluate", "order.evaluate", Own, s.Evaluate)
	web.JSON(r, "POST "+one+"/dispute", "order.dispute", Own, s.Dispute)
	web.JSON(r, "POST "+one+"/reopen", "order.reopen", Own, s.Reopen)
	web.JSON(r, "POST "+one+"/accept", "order.accept", Serve, s.Accept)
	web.JSON(r, "POST "+one+"/decline", "order.decline", Serve, s.Decline)
	web.JSON(r, "POST "+one+"/hand-back", "order.hand_back", Serve, s.HandBack)
	web.JSON(r, "POST /api/v1/cards", "order.issue_card", IssueCard, s.IssueCard, web.Status(201))
	web.JSON(r, "GET /api/v1/cards", "order.cards", IssueCard, s.Cards)
}
