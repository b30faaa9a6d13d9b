package web

import (
	"compress/gzip"
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/errs"
	"linli/internal/platform/i18n"
	"linli/internal/platform/web/ui"
)

// SessionCookie carries the session's token in a browser.
const SessionCookie = "linli_session"

// ServeHTTP serves one request.
func (r *Router) ServeHTTP(w http.ResponseWriter, req *http.Request) { r.handler.ServeHTTP(w, req) }

// middleware wraps the mux: headers, cross-origin check, compression, who is asking, the page's surroundings.
func (r *Router) middleware() http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.refuse(w, req, errs.New(errs.Denied, "cross_origin", "这个请求来自别的网站，没有受理"))
	}))
	return headers(r.cfg.Secure, pictures(r.cfg.Map), compress(r.guard(r.identify(cross.Handler(http.HandlerFunc(r.dispatch))))))
}

func (r *Router) refuse(w http.ResponseWriter, req *http.Request, err error) {
	if isAPI(req) {
		r.problem(w, req, nil, err)
		return
	}
	r.fail(w, req, nil, err)
}

func (r *Router) dispatch(w http.ResponseWriter, req *http.Request) {
	if h, pattern := r.mux.Handler(req); pattern == "" {
		r.noRoute(w, req, h)
		return
	}
	r.mux.ServeHTTP(w, req)
}

// handle mounts one route.
func (r *Router) handle(route *Route, fn http.HandlerFunc) {
	name := route.Method + " " + route.Path
	r.mux.HandleFunc(name, func(w http.ResponseWriter, req *http.Request) {
		start, err := time.Now(), error(nil)
		if auth.From(req.Context()).Key != nil {
			req, err = r.cfg.Gate(route, req)
		}
		if route.nobody {
			req = r.stranger(req)
		}
		if route.Kind != KindStream {
			ctx, cancel := context.WithTimeout(req.Context(), route.longest())
			defer cancel()
			req = req.WithContext(ctx)
		}
		rec := &recorder{ResponseWriter: w, status: http.StatusOK}
		if err != nil {
			r.refuse(rec, req, err)
		} else if req, leave, err := r.turn(route, req); err != nil {
			r.refuse(rec, req, err)
		} else {
			func() {
				defer leave()
				r.caught(rec, req, fn, r.refuse)
			}()
		}
		r.seconds.WithLabelValues(name, strconv.Itoa(rec.status/100)+"xx").Observe(time.Since(start).Seconds())
	})
}

// stranger is the request as somebody's who is not known, its page too.
func (r *Router) stranger(req *http.Request) *http.Request {
	ctx := auth.With(req.Context(), auth.Actor{})
	return req.WithContext(ui.With(ctx, r.page(ctx, req, Meta(ctx), auth.Actor{})))
}

// recorder remembers what was answered, if anything yet.
type recorder struct {
	http.ResponseWriter
	status int
	begun  bool
}

func (r *recorder) WriteHeader(code int) {
	r.status, r.begun = code, true
	r.ResponseWriter.WriteHeader(code)
}

func (r *recorder) Write(b []byte) (int, error) {
	r.begun = true
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// pictures are where pictures may come from: this server, and the hosts of the operator's map.
func pictures(m *ui.Map) string {
	from := "'self' data:"
	if m != nil {
		from += " " + strings.Join(m.Hosts, " ")
	}
	return from
}

func headers(secure bool, pictures string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'self'; img-src "+pictures+
			"; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
		if secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, req)
	})
}

// RequestMeta is what an operation of sign-in needs to know of the request; areas' web.go hands it on as plain values.
type RequestMeta struct {
	IP        string
	UserAgent string
	Token     string // of the session, from the cookie or the Authorization header
	Bearer    bool
	Secure    bool
	w         http.ResponseWriter
	req       *http.Request
}

type metaKey struct{}

// Meta gives the request's surroundings.
func Meta(ctx context.Context) RequestMeta {
	m, _ := ctx.Value(metaKey{}).(RequestMeta)
	return m
}

// Cookie reads a cookie of the request, "" when there is none.
func (m RequestMeta) Cookie(name string) string {
	if m.req == nil {
		return ""
	}
	c, err := m.req.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// SetCookie sends a cookie with the answer: HttpOnly, SameSite=Lax, Secure under https. A zero age ends it.
func (m RequestMeta) SetCookie(name, value string, age time.Duration) {
	c := &http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: m.Secure,
		MaxAge: int(age.Seconds())}
	if age <= 0 {
		c.MaxAge = -1
	}
	http.SetCookie(m.w, c)
}

// identify puts the actor, the request's meta and the page into the context.
func (r *Router) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if strings.HasPrefix(req.URL.Path, "/static/") {
			next.ServeHTTP(w, req)
			return
		}
		m := RequestMeta{IP: r.clientIP(req), UserAgent: req.UserAgent(), Secure: r.cfg.Secure, w: w, req: req}
		if bearer, ok := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer "); ok {
			m.Token, m.Bearer = bearer, true
		} else if c, err := req.Cookie(SessionCookie); err == nil {
			m.Token = c.Value
		}
		ctx := context.WithValue(req.Context(), metaKey{}, m)
		actor, err := r.actor(ctx, m)
		ctx = auth.With(ctx, actor)
		ctx = ui.With(ctx, r.page(ctx, req, m, actor))
		req = req.WithContext(ctx)
		if err != nil {
			r.refuse(w, req, err)
			return
		}
		next.ServeHTTP(w, req)
	})
}

// actor asks the session. A browser's ended session makes a visitor; a program's is told.
func (r *Router) actor(ctx context.Context, m RequestMeta) (auth.Actor, error) {
	visitor := auth.Actor{Origin: m.IP}
	if m.Token == "" || r.cfg.Auth == nil {
		return visitor, nil
	}
	a, err := r.cfg.Auth.Authenticate(ctx, m.Token)
	if err != nil && errs.KindOf(err) == errs.Unauthenticated && !m.Bearer {
		return visitor, nil
	}
	a.Origin = m.IP
	return a, err
}

func (r *Router) page(ctx context.Context, req *http.Request, m RequestMeta, a auth.Actor) *ui.Page {
	p := &ui.Page{Base: r.cfg.BaseURL, Map: r.cfg.Map, Path: req.URL.RequestURI(), Shell: shellOf(req.URL.Path, a), Demo: r.cfg.Demo,
		Opens: r.opens,
		Size:  pref(m, ui.CookieSize, "elder"), Theme: pref(m, ui.CookieTheme, "dark", "light"), Lang: i18n.Parse(m.Cookie(ui.CookieLang))}
	if isAPI(req) {
		return p
	}
	if what := m.Cookie(doneCookie); req.Method == http.MethodGet && what != "" {
		p.Done(r.words[strings.TrimSuffix(what, ownPage)], strings.HasSuffix(what, ownPage))
	}
	p.Who = ui.Who{Name: a.Name, SignedIn: a.SignedIn()}
	if a.SignedIn() {
		p.Who.ID, p.Mark = a.Account.String(), r.mark(a.Account)
	}
	if len(a.Grants) > 0 {
		p.Who.RoleWord = a.Grants[0].Role.Word()
	}
	if r.cfg.Decorate != nil {
		r.cfg.Decorate(ctx, p)
	}
	return p
}

func pref(m RequestMeta, name string, allowed ...string) string {
	v := m.Cookie(name)
	if slices.Contains(allowed, v) {
		return v
	}
	return ""
}

// shellOf is the shell of an address. Messages stand in the shell in which their reader is at home.
func shellOf(path string, a auth.Actor) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch first {
	case "messages":
		if a.SignedIn() && a.Seat() == 0 && !slices.ContainsFunc(a.Grants, func(g auth.Grant) bool { return g.Station != 0 }) {
			return "phone"
		}
		return "site"
	case "my":
		return "phone"
	case "desk":
		return "desk"
	case "gov":
		return "gov"
	case "admin", "studio":
		return "admin"
	}
	return "site"
}

// clientIP is the peer's address, or, behind a trusted proxy, the last address that the proxy did not add itself.
func (r *Router) clientIP(req *http.Request) string {
	host, _, err := net.SplitHostPort(req.RemoteAddr)
	if err != nil {
		host = req.RemoteAddr
	}
	if !r.trusted(host) {
		if req.Header.Get("X-Forwarded-For") != "" {
			r.warned.Do(func() {
				r.cfg.Log.Warn("a proxy is not trusted: limits take all people behind it for one; see --trusted-proxy", "proxy", host)
			})
		}
		return host
	}
	chain := strings.Split(req.Header.Get("X-Forwarded-For"), ",")
	for i := len(chain) - 1; i >= 0; i-- {
		ip := strings.TrimSpace(chain[i])
		if _, err := netip.ParseAddr(ip); err != nil {
			break
		}
		host = ip
		if !r.trusted(ip) {
			break
		}
	}
	return host
}

func (r *Router) trusted(ip string) bool {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(r.cfg.TrustedProxies, func(cidr string) bool {
		p, err := netip.ParsePrefix(cidr)
		return err == nil && p.Contains(a.Unmap())
	})
}

// mountStatic serves what is not an operation: assets, the API's document and the reading preferences.
func (r *Router) mountStatic() {
	r.mux.Handle("GET /static/", ui.Static())
	r.mux.HandleFunc("GET /api/v1/openapi.json", func(w http.ResponseWriter, req *http.Request) {
		body, err := r.OpenAPI()
		if err != nil {
			r.problem(w, req, nil, err)
			return
		}
		w.Header().Set("Content-Type", "application/vnd.oai.openapi+json; charset=utf-8")
		w.Write(body)
	})
	r.mux.HandleFunc("GET /prefs", prefs)
	r.mux.HandleFunc("GET "+heldPath+"{id}", r.resume)
}

// prefs keeps how a person wants to read, for a year, and leads back.
func prefs(w http.ResponseWriter, req *http.Request) {
	q := req.URL.Query()
	for name, allowed := range map[string]string{ui.CookieSize: "elder ", ui.CookieTheme: "dark light ", ui.CookieLang: "mn-Mong en "} {
		if !q.Has(name) {
			continue
		}
		v := q.Get(name)
		if v != "" && !strings.Contains(allowed, v+" ") {
			v = ""
		}
		http.SetCookie(w, &http.Cookie{Name: name, Value: v, Path: "/", MaxAge: 365 * 24 * 3600, SameSite: http.SameSiteLaxMode})
	}
	http.Redirect(w, req, Local(q.Get("back")), http.StatusSeeOther)
}

// compress gzips text answers for those who accept it; event streams and already packed files go as they are.
func compress(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if strings.HasPrefix(req.URL.Path, "/static/") || !takesPacked(req) {
			next.ServeHTTP(w, req)
			return
		}
		z := &zipped{ResponseWriter: w}
		defer z.close()
		next.ServeHTTP(z, req)
	})
}

func takesPacked(req *http.Request) bool {
	return strings.Contains(req.Header.Get("Accept-Encoding"), "gzip")
}

// packed says of an answer that it is sent packed.
func packed(h http.Header) {
	h.Set("Content-Encoding", "gzip")
	h.Add("Vary", "Accept-Encoding")
}

var zipPool = sync.Pool{New: func() any { z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed); return z }}

type zipped struct {
	http.ResponseWriter
	z       *gzip.Writer
	started bool
}

func (z *zipped) WriteHeader(code int) {
	if !z.started {
		z.started = true
		kind := z.Header().Get("Content-Type")
		if code != http.StatusNoContent && code != http.StatusNotModified && z.Header().Get("Content-Encoding") == "" &&
			(strings.HasPrefix(kind, "text/html") || strings.Contains(kind, "json") || strings.HasPrefix(kind, "text/csv")) {
			packed(z.Header())
			z.Header().Del("Content-Length")
			z.z = zipPool.Get().(*gzip.Writer)
			z.z.Reset(z.ResponseWriter)
		}
	}
	z.ResponseWriter.WriteHeader(code)
}

func (z *zipped) Write(b []byte) (int, error) {
	if !z.started {
		z.WriteHeader(http.StatusOK)
	}
	if z.z != nil {
		return z.z.Write(b)
	}
	return z.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (z *zipped) Unwrap() http.ResponseWriter { return z.ResponseWriter }

func (z *zipped) close() {
	if z.z != nil {
		z.z.Close()
		zipPool.Put(z.z)
	}
}
