package account

import (
	"context"
	"net/url"
	"time"

	"github.com/a-h/templ"

	"linli/internal/platform/auth"
	"linli/internal/platform/errs"
	"linli/internal/platform/web"
	"linli/internal/platform/web/ui"
)

// Cookies of the area beside the session's.
const (
	deviceCookie = "linli_device"
	stepCookie   = "linli_step"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	s.api(r)
	s.doors(r)
	s.ownPages(r)
	s.adminPages(r)
}

// client says where a request comes from.
func client(ctx context.Context) Client {
	m := web.Meta(ctx)
	return Client{Device: m.Cookie(deviceCookie), IP: m.IP, Agent: m.UserAgent, Browser: !m.Bearer}
}

// program is client for a caller that takes its token from the answer.
func program(ctx context.Context) Client {
	c := client(ctx)
	c.Browser = false
	return c
}

// from makes an operation of one that wants to know its client.
func from[In, Out any](op func(context.Context, In, Client) (Out, error), who func(context.Context) Client) web.Op[In, Out] {
	return func(ctx context.Context, in In) (Out, error) { return op(ctx, in, who(ctx)) }
}

// door is from for a sign-in in a browser: it keeps what the answer gives in cookies.
func door[In any](op func(context.Context, In, Client) (Entered, error)) web.Op[In, Entered] {
	return func(ctx context.Context, in In) (Entered, error) {
		e, err := op(ctx, in, client(ctx))
		if err == nil {
			keep(ctx, e)
		}
		return e, err
	}
}

func keep(ctx context.Context, e Entered) {
	m := web.Meta(ctx)
	if e.Need != NeedNothing {
		m.SetCookie(stepCookie, e.Token, StepLife)
		return
	}
	m.SetCookie(web.SessionCookie, e.Token, time.Until(e.ExpiresAt))
	m.SetCookie(stepCookie, "", 0)
	if e.Device != "" {
		m.SetCookie(deviceCookie, e.Device, DeviceLife)
	}
}

// Welcome is EnterAs for a browser: it keeps what the answer gives in cookies, and says where the sign-in leads.
func (s *Service) Welcome(ctx context.Context, a Account, back string) (string, error) {
	e, err := s.EnterAs(ctx, a.ID, client(ctx))
	if err != nil {
		return "", err
	}
	keep(ctx, e)
	return after(e, back), nil
}

// after says where a sign-in leads.
func after(e Entered, back string) string {
	switch {
	case e.Need != NeedNothing:
		return ui.Href("/sign-in/otp", "back", back)
	case e.Must != "":
		return "/my/security"
	case back != "" && back != "/": // from the front page he goes to his own
		return web.Local(back)
	}
	return Home(e.Account.Roles)
}

func (s *Service) api(r *web.Router) {
	signIns, codes := web.Rate(SignInsPerMin, time.Minute), web.Rate(CodesPerTenMin, 10*time.Minute)
	web.JSON(r, "POST /api/v1/sessions", "account.sign_in", Enter, from(s.SignIn, program), web.Status(201), signIns)
	web.JSON(r, "POST /api/v1/sessions/sms", "account.sign_in_sms", Enter, from(s.SignInBySMS, program), web.Status(201), signIns)
	web.JSON(r, "GET /api/v1/sessions", "account.sessions", Own, s.Sessions)
	web.JSON(r, "DELETE /api/v1/sessions/current", "account.sign_out", Own, s.SignOut)
	web.JSON(r, "DELETE /api/v1/sessions/{id}", "account.session_revoke", Own, s.Revoke)
	web.JSON(r, "POST /api/v1/sms-codes", "account.sms_code", Enter, s.RequestCode, web.Status(201), codes)
	web.JSON(r, "POST /api/v1/residents", "account.register", Enter, from(s.Register, program), web.Status(201), codes)

	web.JSON(r, "GET /api/v1/account", "account.security", Own, s.Security)
	web.JSON(r, "POST /api/v1/account/password", "account.password", Own, from(s.ChangePassword, program))
	web.JSON(r, "POST /api/v1/account/totp", "account.totp_start", Own, s.StartTOTP, web.Status(204))
	web.JSON(r, "GET /api/v1/account/totp", "account.totp", Own, s.TOTP)
	web.JSON(r, "POST /api/v1/account/totp/confirm", "account.totp_confirm", Own, from(s.ConfirmTOTP, program))
	web.JSON(r, "POST /api/v1/account/card", "account.card", Own, from(s.NewCard, program), web.Status(201))

	web.JSON(r, "GET /api/v1/accounts", "account.list", View, s.List)
	web.JSON(r, "POST /api/v1/accounts", "account.create", Appoint, s.Add, web.Status(201))
	web.JSON(r, "GET /api/v1/accounts/{id}", "account.get", View, s.Sheet)
	web.JSON(r, "POST /api/v1/accounts/{id}/grants", "account.appoint", Appoint, s.Appoint, web.Status(201))
	web.JSON(r, "POST /api/v1/accounts/{id}/grants/{grant}/end", "account.end_grant", Appoint, s.EndGrant, web.Status(204))
	web.JSON(r, "POST /api/v1/accounts/{id}/lock", "account.lock", Lock, s.Lock, web.Status(204))
	web.JSON(r, "POST /api/v1/accounts/{id}/unlock", "account.unlock", Lock, s.Unlock, web.Status(204))
	web.JSON(r, "POST /api/v1/accounts/{id}/reset-password", "account.reset_password", Appoint, s.ResetPassword)
	web.JSON(r, "POST /api/v1/accounts/{id}/reset-factor", "account.reset_factor", Appoint, s.ResetFactor, web.Status(204))
	web.JSON(r, "POST /api/v1/accounts/{id}/phone", "account.set_phone", Appoint, s.SetPhone, web.Status(204))
}

type doorInput struct {
	SignInInput
	Back string `json:"back" required:"false" maxLength:"300"`
}

type stepInput struct {
	StepInput
	Back string `query:"back" maxLength:"300"`
}

type codeInput struct {
	Phone string `json:"phone" minLength:"1" maxLength:"40" format:"any-text"`
	Back  string `json:"back" required:"false" maxLength:"300"`
}

type smsInput struct {
	TicketID string `path:"ticket" maxLength:"20" pattern:"^[1-9][0-9]*$"`
	Code     string `json:"code" minLength:"1" maxLength:"40" format:"any-text"`
	Back     string `json:"back" required:"false" maxLength:"300"`
}

type residentInput struct {
	TicketID string      `path:"ticket" maxLength:"20" pattern:"^[1-9][0-9]*$"`
	Code     string      `json:"code" minLength:"1" maxLength:"40" format:"any-text"`
	Name     string      `json:"name" minLength:"1" maxLength:"80"`
	Region   auth.Region `json:"region"`
	Q        string      `query:"q" maxLength:"40"`
}

type switchInput struct {
	AccountID string `path:"id" maxLength:"20" pattern:"^[1-9][0-9]*$"`
	doorInput
}

// doors are the pages before somebody is known.
func (s *Service) doors(r *web.Router) {
	signIns, codes := web.Rate(SignInsPerMin, time.Minute), web.Rate(CodesPerTenMin, 10*time.Minute)
	signIn := door(func(ctx context.Context, in doorInput, c Client) (Entered, error) {
		return s.SignIn(ctx, in.SignInInput, c)
	})
	web.Page(r, "GET /sign-in", "account.entrance", Enter, s.Entrance, entrancePage, web.Translated)
	web.Form(r, "POST /sign-in", "account.sign_in", Enter, signIn,
		func(in doorInput) string { return ui.Href("/sign-in", "back", in.Back) },
		func(in doorInput, e Entered) string { return after(e, in.Back) }, signIns)
	web.Page(r, "GET /sign-in/otp", "account.step_page", Enter, func(ctx context.Context, _ Nothing) (Asking, error) {
		a, err := s.Asks(ctx, web.Meta(ctx).Cookie(stepCookie), client(ctx))
		if errs.KindOf(err) == errs.Unauthenticated {
			return Asking{}, nil // too late: the page leads back to the start
		}
		return a, err
	}, stepPage, web.Translated)
	web.Form(r, "POST /sign-in/otp", "account.step", Enter, door(func(ctx context.Context, in stepInput, c Client) (Entered, error) {
		return s.Step(ctx, in.StepInput, web.Meta(ctx).Cookie(stepCookie), c)
	}), func(in stepInput) string { return ui.Href("/sign-in/otp", "back", in.Back) },
		func(in stepInput, e Entered) string { return after(e, in.Back) }, signIns)

	web.Page(r, "GET /sign-in/sms", "account.sms_page", Enter, page[BackInput](Enter), smsPage, web.Translated)
	web.Form(r, "POST /sign-in/sms", "account.sms_code", Enter, s.requestFor(purposeSignIn),
		func(in codeInput) string { return ui.Href("/sign-in/sms", "back", in.Back) },
		func(in codeInput, t Ticket) string { return ui.Href("/sign-in/sms/"+t.ID.String(), "back", in.Back) }, codes)
	web.Page(r, "GET /sign-in/sms/{ticket}", "account.sms_code_page", Enter, s.Ticketed, smsCodePage, web.Translated)
	web.Form(r, "POST /sign-in/sms/{ticket}", "account.sign_in_sms", Enter,
		door(func(ctx context.Context, in smsInput, c Client) (Entered, error) {
			return s.SignInBySMS(ctx, SMSInput{ticketProof(in.TicketID, in.Code)}, c)
		}), func(in smsInput) string { return ui.Href("/sign-in/sms/"+in.TicketID, "back", in.Back) },
		func(in smsInput, e Entered) string { return after(e, in.Back) }, signIns)

	web.Page(r, "GET /sign-up", "account.sign_up_page", Enter, page[Nothing](Enter), func(Nothing) templ.Component { return signUpPage() },
		web.Translated)
	web.Form(r, "POST /sign-up", "account.sms_code", Enter, s.requestFor(purposeSignUp),
		func(codeInput) string { return "/sign-up" }, func(_ codeInput, t Ticket) string { return "/sign-up/" + t.ID.String() }, codes)
	web.Page(r, "GET /sign-up/{ticket}", "account.register_page", Enter, s.Ticketed, registerPage, web.Translated)
	web.Form(r, "POST /sign-up/{ticket}", "account.register", Enter,
		door(func(ctx context.Context, in residentInput, c Client) (Entered, error) {
			return registered(ctx, s, RegisterInput{ticketProof(in.TicketID, in.Code), in.Name, in.Region}, c, func(e Entered) Entered { return e })
		}), func(in residentInput) string { return "/sign-up/" + in.TicketID + "?q=" + url.QueryEscape(in.Q) },
		func(residentInput, Entered) string { return "/my" }, codes)

	s.changes(r, signIns)
}

// changes are the doors between people who share a device, and out.
func (s *Service) changes(r *web.Router, signIns web.Option) {
	web.Page(r, "GET /switch", "account.switch_page", Enter, func(ctx context.Context, in BackInput) (Change, error) {
		list, err := s.Familiars(ctx, Nothing{}, client(ctx))
		return Change{in.Back, list}, err
	}, switchPage)
	web.Form(r, "POST /switch/{id}", "account.sign_in", Enter, door(func(ctx context.Context, in switchInput, c Client) (Entered, error) {
		return s.SignIn(ctx, in.SignInInput, c)
	}), func(in switchInput) string { return ui.Href("/switch", "back", in.Back) },
		func(in switchInput, e Entered) string { return after(e, in.Back) }, signIns)
	web.Form(r, "POST /sign-out", "account.sign_out", Own, func(ctx context.Context, in Nothing) (Nothing, error) {
		out, err := s.SignOut(ctx, in)
		if err == nil {
			web.Meta(ctx).SetCookie(web.SessionCookie, "", 0)
		}
		return out, err
	}, nowhere, func(Nothing, Nothing) string { return "/" })
	web.Form(r, "POST /demo/sign-in", "account.demo_sign_in", Enter, door(s.DemoSignIn),
		func(DemoInput) string { return "/sign-in" }, func(in DemoInput, e Entered) string { return after(e, in.Back) })
}

// page is the operation of a page that shows nothing but its address.
func page[In any](perm auth.Perm) web.Op[In, In] {
	return func(ctx context.Context, in In) (In, error) { return in, auth.Allow(ctx, perm) }
}

func nowhere(Nothing) string { return "" }

func (s *Service) requestFor(purpose string) web.Op[codeInput, Ticket] {
	return func(ctx context.Context, in codeInput) (Ticket, error) {
		return s.RequestCode(ctx, CodeRequest{in.Phone, purpose})
	}
}

func ticketProof(ticket, code string) Proof {
	p := Proof{Code: code}
	if p.Ticket.UnmarshalText([]byte(ticket)) != nil {
		p.Ticket = -1 // of no code
	}
	return p
}

// ownPages are one's own account.
func (s *Service) ownPages(r *web.Router) {
	home := func() string { return "/my/security" }
	web.Page(r, "GET /my/security", "account.security", Own, s.Security, securityPage)
	web.Form(r, "POST /my/security/password", "account.password", Own, door(s.ChangePassword),
		func(ChangeInput) string { return home() }, func(_ ChangeInput, e Entered) string { return renewed(e) })
	web.Form(r, "POST /my/security/totp", "account.totp_start", Own, s.StartTOTP,
		func(PasswordInput) string { return home() }, func(PasswordInput, Nothing) string { return "/my/security/totp" })
	web.Page(r, "GET /my/security/totp", "account.totp", Own, s.TOTP, totpPage)
	web.Form(r, "POST /my/security/totp/confirm", "account.totp_confirm", Own, door(s.ConfirmTOTP),
		func(CodeInput) string { return "/my/security/totp" }, func(_ CodeInput, e Entered) string { return renewed(e) })
	web.Page(r, "POST /my/security/card", "account.card", Own, func(ctx context.Context, in PasswordInput) (Card, error) {
		card, err := s.NewCard(ctx, in, client(ctx))
		if err == nil {
			keep(ctx, card.Session)
		}
		return card, err
	}, cardPage)
	web.Form(r, "POST /my/security/sessions/{id}/end", "account.session_revoke", Own, s.Revoke,
		func(RevokeInput) string { return home() }, func(RevokeInput, Nothing) string { return home() })
	web.Form(r, "POST /my/security/sessions/end-others", "account.session_revoke_others", Own, s.RevokeOthers,
		func(Nothing) string { return home() }, func(Nothing, Nothing) string { return home() })
}

// renewed leads on: to what is still owed, or home.
func renewed(e Entered) string {
	if e.Must != "" {
		return "/my/security"
	}
	return Home(e.Account.Roles)
}

// addForm and appointForm keep the search for a place over a refusal.
type addForm struct {
	AddInput
	Q string `query:"q" maxLength:"40"`
}

type appointForm struct {
	AppointInput
	Q string `query:"q" maxLength:"40"`
}

// adminPages are the accounts of others.
func (s *Service) adminPages(r *web.Router) {
	web.Page(r, "GET /admin/accounts", "account.list", View, s.Listing, listingPage)
	web.Page(r, "GET /admin/roles", "account.roles", ViewRoles, s.Chart, chartPage)
	web.Page(r, "GET /admin/accounts/new", "account.blank", Appoint, s.Blank, blankPage)
	web.Form(r, "POST /admin/accounts/new", "account.create", Appoint,
		func(ctx context.Context, in addForm) (Initial, error) { return s.Add(ctx, in.AddInput) },
		func(in addForm) string { return "/admin/accounts/new?q=" + url.QueryEscape(in.Q) },
		func(_ addForm, out Initial) string { return "/admin/accounts/" + out.Account.ID.String() }, web.Plain("password"))
	web.Page(r, "GET /admin/accounts/{id}", "account.get", View, s.Desk, sheetPage)
	web.Form(r, "POST /admin/accounts/{id}/grants", "account.appoint", Appoint,
		func(ctx context.Context, in appointForm) (Grant, error) { return s.Appoint(ctx, in.AppointInput) },
		func(in appointForm) string {
			return "/admin/accounts/" + in.ID.String() + "?q=" + url.QueryEscape(in.Q)
		},
		func(in appointForm, _ Grant) string { return "/admin/accounts/" + in.ID.String() })
	sheet(r, "grants/{grant}/end", "account.end_grant", Appoint, s.EndGrant, func(in EndInput) string { return in.ID.String() })
	sheet(r, "lock", "account.lock", Lock, s.Lock, reasonID)
	sheet(r, "unlock", "account.unlock", Lock, s.Unlock, reasonID)
	sheet(r, "reset-password", "account.reset_password", Appoint, s.ResetPassword, func(in ResetInput) string { return in.ID.String() },
		web.Plain("password"))
	sheet(r, "reset-factor", "account.reset_factor", Appoint, s.ResetFactor, reasonID)
	sheet(r, "phone", "account.set_phone", Appoint, s.SetPhone, func(in PhoneInput) string { return in.ID.String() })
}

func reasonID(in ReasonInput) string { return in.ID.String() }

// sheet mounts a form of the page of one account.
func sheet[In, Out any](r *web.Router, what, operation string, perm auth.Perm, op web.Op[In, Out], id func(In) string,
	more ...web.Option) {
	back := func(in In) string { return "/admin/accounts/" + id(in) }
	to := func(in In, _ Out) string { return back(in) }
	web.Form(r, "POST /admin/accounts/{id}/"+what, operation, perm, op, back, to, more...)
}
