package card

import "linli/internal/platform/web"

// API mounts the endpoints.
func (s *Service) API(r *web.Router) {
	web.JSON(r, "POST /api/v1/cards", "order.issue_card", Hand, s.Issue, web.Status(201))
	web.JSON(r, "GET /api/v1/cards", "order.cards", Hand, s.Cards)
}

// Pages mounts the pages.
func (s *Service) Pages(r *web.Router) {
	web.Page(r, "GET /desk/cards", "order.cards", Hand, s.Cards, cardsPage)
	web.Form(r, "POST /desk/cards", "order.issue_card", Hand, s.Issue, func(IssueInput) string { return "/desk/cards" },
		func(IssueInput, Card) string { return "/desk/cards" })
	web.File(r, "GET /desk/cards/{id}/card.pdf", "order.card_sheet", Hand, s.Sheet)
}
