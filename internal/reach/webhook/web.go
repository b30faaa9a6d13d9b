package webhook

import (
	"context"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/web"
	"linli/internal/reach/access"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	const api = "/api/v1/webhooks"
	few := web.Rate(60, time.Hour)
	again := web.Again(func(ctx context.Context, _ AddInput, id string) (Made, error) { return s.again(ctx, id) })
	turned := web.Again(func(ctx context.Context, _ TurnInput, id string) (Made, error) { return s.again(ctx, id) })
	web.JSON(r, "GET "+api, "webhook.list", Own, s.List)
	web.JSON(r, "GET "+api+"/{id}", "webhook.get", Own, s.Get)
	web.JSON(r, "POST "+api, "webhook.add", Own, s.Add, web.Status(201), few, again)
	web.JSON(r, "POST "+api+"/{id}/edit", "webhook.edit", Own, s.Edit, few)
	web.JSON(r, "POST "+api+"/{id}/rotate", "webhook.rotate", Own, s.Rotate, few, turned)
	web.JSON(r, "POST "+api+"/{id}/pause", "webhook.pause", Own, s.Pause)
	web.JSON(r, "POST "+api+"/{id}/resume", "webhook.resume", Own, s.Resume)
	web.JSON(r, "POST "+api+"/{id}/test", "webhook.test", Own, s.Test, few)
	web.JSON(r, "POST "+api+"/{id}/resend", "webhook.resend", Own, s.Resend, few)
	web.JSON(r, "POST "+api+"/{id}/remove", "webhook.remove", Own, s.Remove)
	s.watchRoutes(r)

	web.Page(r, "GET "+my, "webhook.list", Own, s.List, listPage)
	web.Page(r, "GET "+my+"/{id}", "webhook.get", Own, s.shown, detailPage)
	web.Form(r, "POST "+my, "webhook.add", Own, s.showAdded, func(AddInput) string { return my },
		func(_ AddInput, m Made) string { return page(m.ID) }, few)
	web.Form(r, "POST "+my+"/{id}/edit", "webhook.edit", Own, s.Edit, func(in EditInput) string { return page(in.ID) },
		func(in EditInput, _ Endpoint) string { return page(in.ID) }, few)
	web.Form(r, "POST "+my+"/{id}/rotate", "webhook.rotate", Own, s.showRotated, func(in TurnInput) string { return page(in.ID) },
		func(in TurnInput, _ Made) string { return page(in.ID) }, few)
	web.Form(r, "POST "+my+"/{id}/pause", "webhook.pause", Own, s.Pause, func(in TurnInput) string { return page(in.ID) },
		func(in TurnInput, _ Endpoint) string { return page(in.ID) })
	web.Form(r, "POST "+my+"/{id}/resume", "webhook.resume", Own, s.Resume, func(in TurnInput) string { return page(in.ID) },
		func(in TurnInput, _ Endpoint) string { return page(in.ID) })
	web.Form(r, "POST "+my+"/{id}/test", "webhook.test", Own, s.Test, func(in GetInput) string { return page(in.ID) },
		func(in GetInput, _ Delivery) string { return page(in.ID) }, few)
	web.Form(r, "POST "+my+"/{id}/resend", "webhook.resend", Own, s.Resend, func(in ResendInput) string { return page(in.ID) },
		func(in ResendInput, _ Delivery) string { return page(in.ID) }, few)
	web.Form(r, "POST "+my+"/{id}/remove", "webhook.remove", Own, s.Remove, func(in GetInput) string { return page(in.ID) },
		func(GetInput, Removed) string { return my })
}

// watchRoutes mounts what administrators see and do of the endpoints of others.
func (s *Service) watchRoutes(r *web.Router) {
	const api = "/api/v1/account-webhooks"
	web.JSON(r, "GET "+api, "webhook.watched", Watch, s.Watched)
	web.JSON(r, "POST "+api+"/{id}/hold", "webhook.hold", Curb, s.Hold)
	web.JSON(r, "POST "+api+"/{id}/let-go", "webhook.let_go", Curb, s.LetGo)
	web.JSON(r, "POST "+api+"/{id}/end", "webhook.end", Curb, s.End)
	back, done := func(CurbInput) string { return admin }, func(CurbInput, Watched) string { return admin }
	web.Page(r, "GET "+admin, "webhook.watched", Watch, s.Watched, watchPage)
	web.Form(r, "POST "+admin+"/{id}/hold", "webhook.hold", Curb, s.Hold, back, done)
	web.Form(r, "POST "+admin+"/{id}/let-go", "webhook.let_go", Curb, s.LetGo, func(TurnInput) string { return admin },
		func(TurnInput, Watched) string { return admin })
	web.Form(r, "POST "+admin+"/{id}/end", "webhook.end", Curb, s.End, back, func(CurbInput, Removed) string { return admin })
}

// showAdded is Add for a browser: the secret goes on to the page.
func (s *Service) showAdded(ctx context.Context, in AddInput) (Made, error) {
	out, err := s.Add(ctx, in)
	return s.carry(ctx, out, err)
}

// showRotated is Rotate for a browser.
func (s *Service) showRotated(ctx context.Context, in TurnInput) (Made, error) {
	out, err := s.Rotate(ctx, in)
	return s.carry(ctx, out, err)
}

func (s *Service) carry(ctx context.Context, out Made, err error) (Made, error) {
	if err == nil {
		access.Carry(ctx, s.seals, sealedFor(out.AccountID, out.ID), out.Shared)
	}
	return out, err
}

// shown is Get with the secret that was just made, once.
func (s *Service) shown(ctx context.Context, in GetInput) (Detail, error) {
	out, err := s.Get(ctx, in)
	if err == nil {
		out.Shared = access.Carried(ctx, s.seals, sealedFor(auth.From(ctx).Account, in.ID))
	}
	return out, err
}
