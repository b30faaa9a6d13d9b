package identity

import (
	"context"
	"encoding/base64"
	"strings"
	"time"

	"linli/internal/platform/errs"
	"linli/internal/platform/web"
	"linli/internal/platform/web/ui"
)

// Where the pages stand.
const (
	my    = "/my/identities"
	admin = "/admin/identity"
	after = "/sign-in/outside"
	api   = "/api/v1/identity-providers"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	tries := web.Rate(60, time.Minute)
	web.Lead(r, "GET /sign-in/with/{id}", "identity.start", Enter, s.start, tries)
	web.Lead(r, "GET /sign-in/with/{id}/back", "identity.arrive", Enter, s.arrive, tries)
	web.Page(r, "GET "+after, "identity.outcome", Enter, s.Outcome, outcomePage)

	web.JSON(r, "GET /api/v1/account/identities", "identity.mine", Own, s.Mine)
	web.JSON(r, "DELETE /api/v1/account/identities/{id}", "identity.unlink", Own, s.Unlink)
	web.Page(r, "GET "+my, "identity.mine", Own, s.Shown, minePage)
	web.Form(r, "POST "+my+"/{id}/link", "identity.start_link", Own, s.startLink, func(LinkInput) string { return my },
		func(in LinkInput, _ Leaving) string { return my + "/" + in.ID.String() + "/go" }, tries)
	web.Page(r, "GET "+my+"/{id}/go", "identity.going", Own, func(ctx context.Context, in GetInput) (Leaving, error) {
		return s.Going(ctx, in, box(ctx))
	}, goingPage)
	web.Form(r, "POST "+my+"/{id}/end", "identity.unlink", Own, s.Unlink, func(EndInput) string { return my },
		func(EndInput, Nothing) string { return my })
	s.admin(r)
}

// admin are the doors of who keeps the providers.
func (s *Service) admin(r *web.Router) {
	few := web.Rate(60, time.Hour)
	web.JSON(r, "GET "+api, "identity.list", View, s.List)
	web.JSON(r, "POST "+api, "identity.add", Manage, s.Add, web.Status(201), few)
	web.JSON(r, "GET "+api+"/{id}", "identity.get", View, s.Get)
	web.JSON(r, "POST "+api+"/{id}", "identity.change", Manage, s.Change, few)
	web.JSON(r, "POST "+api+"/{id}/switch", "identity.switch", Manage, s.Switch, few)

	at := func(p Provider) string { return admin + "/" + p.ID.String() }
	web.Page(r, "GET "+admin, "identity.list", View, s.Board, boardPage)
	web.Form(r, "POST "+admin, "identity.add", Manage, s.Add, func(AddInput) string { return admin },
		func(_ AddInput, p Provider) string { return at(p) }, few)
	web.Page(r, "GET "+admin+"/{id}", "identity.get", View, s.Sheet, sheetPage)
	web.Form(r, "POST "+admin+"/{id}", "identity.change", Manage, s.Change,
		func(in ChangeInput) string { return admin + "/" + in.ID.String() }, func(_ ChangeInput, p Provider) string { return at(p) }, few)
	web.Form(r, "POST "+admin+"/{id}/switch", "identity.switch", Manage, s.Switch,
		func(in SwitchInput) string { return admin + "/" + in.ID.String() }, func(_ SwitchInput, p Provider) string { return at(p) }, few)
}

// cookie is the name of the browser's part of a journey; under https no other host of the domain can set it.
func cookie(ctx context.Context) string {
	if web.Meta(ctx).Secure {
		return "__Host-linli_journey"
	}
	return "linli_journey"
}

func box(ctx context.Context) []byte {
	b, err := base64.RawURLEncoding.DecodeString(web.Meta(ctx).Cookie(cookie(ctx)))
	if err != nil {
		return nil
	}
	return b
}

func keep(ctx context.Context, l Leaving) {
	web.Meta(ctx).SetCookie(cookie(ctx), base64.RawURLEncoding.EncodeToString(l.Box), JourneyTime)
}

// start leads to the provider.
func (s *Service) start(ctx context.Context, in StartInput) (string, error) {
	out, err := s.Start(ctx, in)
	if why := whyNot(err); why != "" {
		return ui.Href(after, "why", why, "with", in.ID, "back", in.Back), nil
	}
	if err == nil {
		keep(ctx, out)
	}
	return out.To, err
}

// startLink keeps the journey for the page that leads on: a form may not lead out of this system.
func (s *Service) startLink(ctx context.Context, in LinkInput) (Leaving, error) {
	out, err := s.StartLink(ctx, in)
	if err == nil {
		keep(ctx, out)
	}
	return out, err
}

// arrive lets in who comes back, and leads on.
func (s *Service) arrive(ctx context.Context, in ArriveInput) (string, error) {
	out, err := s.Arrive(ctx, in, box(ctx))
	web.Meta(ctx).SetCookie(cookie(ctx), "", 0)
	if err == nil && out.Linked {
		return ui.Href(my, "why", "linked"), nil
	}
	to := ""
	if err == nil {
		to, err = s.accounts.Welcome(ctx, out.Account, out.Back)
	}
	why := whyNot(err)
	switch {
	case why != "" && out.Linked:
		return ui.Href(my, "why", why), nil
	case why != "":
		return ui.Href(after, "why", why, "with", in.ID, "back", out.Back), nil
	}
	return to, err
}

// whyNot says how a journey ended that let nobody in; "" where it did, or the fault is ours.
func whyNot(err error) string {
	code := errs.CodeOf(err)
	if why, ours := strings.CutPrefix(code, "identity_"); ours {
		return why
	}
	if code == "locked" {
		return code
	}
	return ""
}
