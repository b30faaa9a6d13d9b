package access

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/go-chi/httprate"

	"linli/internal/platform/auth"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
	"linli/internal/platform/web"
)

// madeCookie carries what is shown once, sealed, from the form that made it to the page that shows it.
const (
	madeCookie = "linli_made"
	madeFor    = 2 * time.Minute
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	const api, held = "/api/v1/keys-of-access", "/api/v1/account-keys"
	few := web.Rate(60, time.Hour)
	web.JSON(r, "GET "+api, "access.keys", Own, s.List)
	web.JSON(r, "POST "+api, "access.add_key", Own, s.Add, web.Status(201), few,
		web.Again(func(ctx context.Context, _ AddInput, id string) (Made, error) { return s.again(ctx, id) }))
	web.JSON(r, "POST "+api+"/{id}/end", "access.end_key", Own, s.End)
	web.JSON(r, "GET "+held, "access.holders", Watch, s.Holders)
	web.JSON(r, "POST "+held+"/{id}/revoke", "access.revoke_key", Revoke, s.Revoke)

	web.Page(r, "GET "+reference, "access.reference", Look, referenceOf(r.OpenAPI), referencePage)
	web.Page(r, "GET "+my, "access.keys", Own, s.shown, keysPage)
	web.Form(r, "POST "+my, "access.add_key", Own, s.show, func(AddInput) string { return my }, func(AddInput, Made) string { return my }, few)
	web.Form(r, "POST "+my+"/{id}/end", "access.end_key", Own, s.End, func(EndInput) string { return my },
		func(EndInput, Key) string { return my })
	web.Page(r, "GET "+admin, "access.holders", Watch, s.Holders, holdersPage)
	web.Form(r, "POST "+admin+"/{id}/revoke", "access.revoke_key", Revoke, s.Revoke, func(RevokeInput) string { return admin },
		func(RevokeInput, Key) string { return admin })
}

// show is Add for a browser: the key goes on to the page, in a cookie that only this system can read.
func (s *Service) show(ctx context.Context, in AddInput) (Made, error) {
	out, err := s.Add(ctx, in)
	if err == nil {
		Carry(ctx, s.seals, sealedFor(out.AccountID), out.Token+" "+out.Name)
	}
	return out, err
}

// shown is List with the key that was just made, once.
func (s *Service) shown(ctx context.Context, in Nothing) (Keys, error) {
	out, err := s.List(ctx, in)
	if err != nil {
		return out, err
	}
	out.Token, out.Named, _ = strings.Cut(Carried(ctx, s.seals, sealedFor(auth.From(ctx).Account)), " ")
	return out, nil
}

// Carry leaves a text for the next page that asks for it by the same purpose, which names whose it is; only this system can read it on
// its way.
func Carry(ctx context.Context, keys *seal.Keys, purpose, text string) {
	box := keys.Seal([]byte(text), purpose)
	web.Meta(ctx).SetCookie(madeCookie, base64.RawURLEncoding.EncodeToString(box), madeFor)
}

// Carried takes what was left by Carry for this purpose, "" where there is nothing. What is there for another purpose is gone as well:
// a secret is not kept for whoever comes later.
func Carried(ctx context.Context, keys *seal.Keys, purpose string) string {
	m := web.Meta(ctx)
	box, err := base64.RawURLEncoding.DecodeString(m.Cookie(madeCookie))
	if err != nil || len(box) == 0 {
		return ""
	}
	m.SetCookie(madeCookie, "", 0)
	plain, err := keys.Open(box, purpose)
	if err != nil {
		return ""
	}
	return string(plain)
}

// Authenticate tells who stands behind a token: a session, or a key of access, which comes in the Authorization header alone.
func (s *Service) Authenticate(ctx context.Context, token string) (auth.Actor, error) {
	switch {
	case !strings.HasPrefix(token, prefix):
		return s.sessions.Authenticate(ctx, token)
	case !web.Meta(ctx).Bearer:
		return auth.Actor{}, errs.ErrUnauthenticated
	}
	return s.bearer(ctx, token)
}

// Gate judges requests that come by a key of access. A key reads the doors that it opens and, as any visitor, the public ones; it does
// nothing, sees no page, and has a rate of its own.
func (s *Service) Gate(route *web.Route, req *http.Request) (*http.Request, error) {
	key := auth.From(req.Context()).Key
	limiter := s.rates.of(key.PerMinute)
	switch {
	case limiter.OnLimit(unread{}, &http.Request{}, key.ID.String()):
		return req, errs.New(errs.TooMany, "too_many", "这把接口钥匙用得太频繁了，请过一会儿再试")
	case req.Method != http.MethodGet && req.Method != http.MethodHead:
		return req, errs.Deny("接口钥匙只能读，不能办事")
	case route.Kind != web.KindJSON && route.Kind != web.KindFile:
		return req, errs.Deny("接口钥匙只能读接口，不能看网页")
	case key.Opens(route.Operation):
		return req, nil
	case route.Public:
		return req.WithContext(auth.With(req.Context(), auth.Actor{Origin: web.Meta(req.Context()).IP, Key: key})), nil
	}
	return req, errs.Deny("这把接口钥匙没有这个范围")
}

// rates are the limiters of keys, one for each number of requests a minute.
type rates struct {
	mu   sync.Mutex
	each map[int]*httprate.RateLimiter
}

func (r *rates) of(perMinute int) *httprate.RateLimiter {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.each == nil {
		r.each = map[int]*httprate.RateLimiter{}
	}
	if r.each[perMinute] == nil {
		r.each[perMinute] = httprate.NewRateLimiter(perMinute, time.Minute)
	}
	return r.each[perMinute]
}

// unread takes the headers that the limiter would send.
type unread struct{}

// Header gives one that nobody reads.
func (unread) Header() http.Header { return http.Header{} }

// Write drops what is written.
func (unread) Write(b []byte) (int, error) { return len(b), nil }

// WriteHeader drops the status.
func (unread) WriteHeader(int) {}
