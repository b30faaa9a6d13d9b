package identity

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Limits of what is asked of a provider.
const (
	Remembered = 10 * time.Minute // how long its published document is good for
	Skew       = 2 * time.Minute  // by how much its clock may differ from ours
)

// published is what a provider says of itself.
type published struct {
	*oidc.Provider
	at   time.Time
	auth oauth2.AuthStyle
	says bool // it names itself in its answers (RFC 9207)
}

// asked keeps what providers have published, by issuer. It saves a question and decides nothing: another process asks for itself.
type asked struct {
	mu   sync.Mutex
	each map[string]published
}

func (a *asked) get(issuer string) (published, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	p, ok := a.each[issuer]
	return p, ok && time.Since(p.at) < Remembered
}

func (a *asked) put(issuer string, p published) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.each == nil {
		a.each = map[string]published{}
	}
	a.each[issuer] = p
}

// document is what of a provider's document is looked at besides its addresses.
type document struct {
	Auth      string   `json:"authorization_endpoint"`
	Token     string   `json:"token_endpoint"`
	Keys      string   `json:"jwks_uri"`
	Responses []string `json:"response_types_supported"`
	Methods   []string `json:"code_challenge_methods_supported"`
	Clients   []string `json:"token_endpoint_auth_methods_supported"`
	Says      bool     `json:"authorization_response_iss_parameter_supported"`
}

// read asks a provider for its document. What is wrong with it is an error of the field issuer, in our words alone.
func (s *Service) read(ctx context.Context, issuer string) (out published, err error) {
	u, ok := s.address(issuer)
	if !ok || u.RawQuery != "" {
		return out, errs.Field("issuer", "签发者是 https 开头的网址，后面不带问号")
	}
	out.Provider, err = oidc.NewProvider(oidc.ClientContext(ctx, s.guard.Client()), issuer)
	if err != nil {
		s.log(ctx, issuer, err)
		if _, other := errors.AsType[*oidc.IssuerMismatchError](err); other {
			return out, errs.Field("issuer", "那边公布的签发者与这里填的不一样，请一字不差地填，斜线也算")
		}
		return out, errs.Field("issuer", "从这个地址读不到 /.well-known/openid-configuration，请核对地址；内网的系统要先在启动参数里放行")
	}
	var d document
	if err := out.Claims(&d); err != nil {
		return out, errs.Field("issuer", "那边公布的说明读不懂")
	}
	out.at, out.says = time.Now(), d.Says
	out.auth = oauth2.AuthStyleInHeader
	if len(d.Clients) > 0 && !slices.Contains(d.Clients, "client_secret_basic") {
		out.auth = oauth2.AuthStyleInParams
	}
	return out, s.fits(d)
}

// fits says whether a provider does what is asked of it.
func (s *Service) fits(d document) error {
	for _, at := range []string{d.Auth, d.Token, d.Keys} {
		if _, ok := s.address(at); !ok {
			return errs.Field("issuer", "那边公布的地址不全，或者不是 https")
		}
	}
	switch {
	case !slices.Contains(d.Responses, "code"):
		return errs.Field("issuer", "那边不支持授权码方式（code）")
	case len(d.Methods) > 0 && !slices.Contains(d.Methods, "S256"):
		return errs.Field("issuer", "那边不支持 PKCE 的 S256")
	case len(d.Clients) > 0 && !slices.Contains(d.Clients, "client_secret_basic") && !slices.Contains(d.Clients, "client_secret_post"):
		return errs.Field("issuer", "那边不收客户端密钥")
	}
	return nil
}

// remembered is read, unless it was read a moment ago.
func (s *Service) remembered(ctx context.Context, issuer string) (published, error) {
	if p, ok := s.asked.get(issuer); ok {
		return p, nil
	}
	p, err := s.read(ctx, issuer)
	if err != nil {
		return p, errDown
	}
	s.asked.put(issuer, p)
	return p, nil
}

// client is this system as a provider knows it.
func (s *Service) client(p Provider, there published) (oauth2.Config, error) {
	secret, err := s.keys.OpenText(p.Secret, secretOf(p.ID))
	end := there.Endpoint()
	end.AuthStyle = there.auth
	return oauth2.Config{ClientID: p.ClientID, ClientSecret: secret, Endpoint: end, RedirectURL: s.Callback(p.ID),
		Scopes: scopesOf(p.Scopes)}, err
}

// exchange gives the name under which a provider knows who came back, once everything that it says of him holds.
func (s *Service) exchange(ctx context.Context, p Provider, there published, j journey, code string) (string, error) {
	c, err := s.client(p, there)
	if err != nil {
		return "", err
	}
	ctx = oidc.ClientContext(ctx, s.guard.Client())
	token, err := c.Exchange(ctx, code, oauth2.VerifierOption(j.Verifier))
	if err != nil {
		s.log(ctx, p.Issuer, err)
		if _, unreached := errors.AsType[*url.Error](err); unreached {
			return "", errDown
		}
		return "", errFailed
	}
	raw, _ := token.Extra("id_token").(string)
	said, err := there.Verifier(&oidc.Config{ClientID: p.ClientID}).Verify(ctx, raw)
	if err == nil {
		err = j.fits(p, said)
	}
	if err != nil {
		s.log(ctx, p.Issuer, err)
		return "", errWrong
	}
	return said.Subject, nil
}

// fits says what is wrong with a signed word of the right issuer for us: not for this journey, not of now, or meant for another client.
func (j journey) fits(p Provider, said *oidc.IDToken) error {
	var more struct {
		Party    string `json:"azp"`
		AuthTime int64  `json:"auth_time"`
	}
	if err := said.Claims(&more); err != nil {
		return err
	}
	early, late := j.At.Add(-Skew), time.Now().Add(Skew)
	switch {
	case subtle.ConstantTimeCompare([]byte(said.Nonce), []byte(j.Nonce)) != 1:
		return errors.New("identity: another journey's nonce")
	case more.Party != "" && more.Party != p.ClientID, len(said.Audience) > 1 && more.Party == "":
		return errors.New("identity: meant for another client")
	case said.IssuedAt.Before(early) || said.IssuedAt.After(late):
		return errors.New("identity: not said during this journey")
	case said.Subject == "" || len(said.Subject) > 255:
		return errors.New("identity: no name, or a longer one than there are")
	case j.Anew && more.AuthTime != 0 && time.Unix(more.AuthTime, 0).Before(early):
		return errors.New("identity: he did not sign in there anew")
	}
	return nil
}

// scopesOf are the scopes that are asked for; openid is always the first.
func scopesOf(more string) []string {
	out := []string{oidc.ScopeOpenID}
	for _, x := range strings.Fields(more) {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

// leave is the address at a provider to which a journey leads.
func (s *Service) leave(p Provider, there published, j journey) (string, error) {
	c, err := s.client(p, there)
	opts := []oauth2.AuthCodeOption{oidc.Nonce(j.Nonce), oauth2.S256ChallengeOption(j.Verifier)}
	if j.Anew {
		opts = append(opts, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	return c.AuthCodeURL(j.State, opts...), err
}

// provider gives one that is switched on.
func (s *Service) provider(ctx context.Context, id db.ID) (p Provider, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		p, err = providers.Get(ctx, tx, id)
		return err
	})
	if err == nil && p.State != On {
		err = errs.ErrNotFound
	}
	return p, err
}
