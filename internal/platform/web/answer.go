package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"linli/internal/platform/auth"
	"linli/internal/platform/errs"
	"linli/internal/platform/i18n"
	"linli/internal/platform/web/ui"
)

// problem is RFC 9457 with our codes.
type problem struct {
	Type   string   `json:"type"`
	Title  string   `json:"title"`
	Status int      `json:"status"`
	Detail string   `json:"detail,omitempty"`
	Number string   `json:"number,omitempty"` // of a fault of ours, under which the log has it
	Errors []detail `json:"errors,omitempty"`
}

// detail is one field error. The refused value is never echoed: it may be sensitive.
type detail struct {
	Location string `json:"location"`
	Message  string `json:"message"`
}

// known gives the error of the vocabulary in err; nil when there is none, and it is a fault of ours. What took too long may be asked
// again.
func known(req *http.Request, err error) *errs.Error {
	if b, ok := errors.AsType[*bindError](err); ok {
		return &errs.Error{Kind: errs.Invalid, Code: "invalid", Msg: "请改正标出的地方", Fields: b.fields()}
	}
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e
	}
	if errors.Is(req.Context().Err(), context.DeadlineExceeded) {
		return errs.ErrUnavailable
	}
	return nil
}

func (r *Router) problem(w http.ResponseWriter, req *http.Request, route *Route, err error) {
	var p problem
	if e := known(req, err); e == nil {
		p = problem{Status: http.StatusInternalServerError, Type: "urn:linli:problem:internal", Title: "系统出了错，已经记下",
			Number: r.fault(req, err)}
	} else {
		p = problem{Status: int(e.Kind), Type: "urn:linli:problem:" + e.Code, Title: e.Msg, Errors: details(route, e, err)}
	}
	later(w, p.Status)
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	body, _ := json.Marshal(p) // cannot fail: strings and a number
	w.Header().Set("Content-Type", "application/problem+json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	w.Write(body)
}

func details(route *Route, e *errs.Error, err error) []detail {
	var out []detail
	if b, ok := errors.AsType[*bindError](err); ok {
		for _, at := range b.at {
			out = append(out, detail{at, b.msg[at]})
		}
		return out
	}
	for _, name := range slices.Sorted(maps.Keys(e.Fields)) {
		if strings.Contains(name, "!") { // a cell of a workbook: survey!C7
			out = append(out, detail{name, e.Fields[name]})
			continue
		}
		in := "body"
		if route != nil {
			if i, ok := route.in.byName[name]; ok {
				in = route.in.fields[i].in
			}
		}
		out = append(out, detail{in + "." + name, e.Fields[name]})
	}
	return out
}

// render writes a page, and keeps it under its tag where it has one; a component that fails gives no half page.
func (r *Router) render(w http.ResponseWriter, req *http.Request, route *Route, tag string, c templ.Component) {
	ctx := req.Context()
	if route != nil && route.live {
		ui.From(ctx).Live = true
	}
	if p := ui.From(ctx); route != nil && route.spoken || route == nil && (p.Shell == "site" || p.Shell == "phone") {
		ctx = i18n.With(ctx, p.Lang)
	}
	var buf bytes.Buffer
	if err := c.Render(ctx, &buf); err != nil {
		http.Error(w, faultWords(r.fault(req, err)), http.StatusInternalServerError)
		return
	}
	page := ui.Unfold(buf.Bytes())
	if ui.From(ctx).Flash != "" {
		r.setDone(w, "", -1)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "private, no-store")
	if tag != "" {
		tagged(w, tag)
		r.made.put(tag, keep(page)).send(w, req)
		return
	}
	status := http.StatusOK
	if s, ok := ctx.Value(statusKey{}).(int); ok {
		status = s
	}
	w.WriteHeader(status)
	w.Write(page)
}

type statusKey struct{}

// fail answers a page request that went wrong.
func (r *Router) fail(w http.ResponseWriter, req *http.Request, route *Route, err error) {
	if auth.From(req.Context()).Key != nil { // around the answer stands who reads it, and a key does not tell who its owner is
		req = r.stranger(req)
	}
	var status int
	var title, text string
	if e := known(req, err); e == nil {
		status, title, text = http.StatusInternalServerError, "系统出了错", faultWords(r.fault(req, err))
	} else {
		status, title, text = int(e.Kind), pageTitles[e.Kind], e.Error()
	}
	if status == http.StatusUnauthorized && req.Method == http.MethodGet {
		http.Redirect(w, req, ui.PathSignIn+"?back="+url.QueryEscape(req.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	later(w, status)
	if status == http.StatusUnauthorized {
		ui.From(req.Context()).Path = cameFrom(req)
	}
	ctx := context.WithValue(req.Context(), statusKey{}, status)
	r.render(w, req.WithContext(ctx), nil, "", ui.ProblemPage(status, title, text))
}

// cameFrom is the page of this site from which a request was sent; the front page where none is known.
func cameFrom(req *http.Request) string {
	u, err := url.Parse(req.Referer())
	if err != nil || u.Host != req.Host {
		return "/"
	}
	return Local(u.RequestURI())
}

// later says when to ask again, of what is refused for now.
func later(w http.ResponseWriter, status int) {
	if status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "5")
	}
}

var pageTitles = map[errs.Kind]string{
	errs.Unreadable: "这个请求读不懂", errs.Unauthenticated: "请先登录", errs.Denied: "这件事不归您办", errs.NotFound: "没有找到", errs.Conflict: "情况已经变了",
	errs.WrongMethod: "这个地址不能这样用",
	errs.TooLarge:    "内容太大", errs.Unsupported: "内容的类型不对", errs.Invalid: "有地方要改", errs.TooMany: "太频繁了", errs.Unavailable: "系统暂时没有回应",
}

// again shows the page of a refused form once more, by serving it inside this request.
func (r *Router) again(w http.ResponseWriter, req *http.Request, route *Route, page string, l *luggage, err error) {
	e := known(req, err)
	if e != nil && e.Kind == errs.Unauthenticated && page != "" && !isSignIn(e, page) {
		r.away(w, req, page, l)
		return
	}
	if e == nil || page == "" || len(e.Fields) == 0 && e.Kind != errs.Invalid && e.Kind != errs.Conflict && e.Kind != errs.TooMany &&
		!isReason(e) && !isSignIn(e, page) {
		r.fail(w, req, route, err)
		return
	}
	state := &ui.FormState{Action: req.URL.Path, Values: entered(req, route.plain...), Errors: e.Fields, Message: e.Msg,
		Key: req.PostFormValue(keyField)}
	if err := l.repack(req, page, state); err != nil {
		r.fail(w, req, route, err)
		return
	}
	r.show(w, req, page, e.Kind, state)
}

// isReason says that a refusal tells why it is not for this person: he reads it where he is, beside what he wrote.
func isReason(e *errs.Error) bool { return e.Kind == errs.Denied && e.Msg != errs.ErrDenied.Msg }

// isSignIn lets the sign-in pages show a refused password in place instead of sending to themselves.
func isSignIn(e *errs.Error, page string) bool {
	return e.Kind == errs.Unauthenticated && (strings.HasPrefix(page, "/sign-") || strings.HasPrefix(page, "/switch"))
}

// entered is what the person typed, without secrets but those that stand there in plain.
func entered(req *http.Request, plain ...string) url.Values {
	out := url.Values{}
	for name, values := range req.PostForm {
		secret := strings.Contains(name, "password") || strings.Contains(name, "secret") || name == "otp"
		if (!secret || slices.Contains(plain, name)) && !slices.Contains(controls, name) {
			out[name] = values
		}
	}
	if req.MultipartForm != nil {
		maps.Copy(out, req.MultipartForm.Value)
	}
	return out
}

// noRoute answers addresses that no route has, or none for this method: the mux's own answer knows which.
func (r *Router) noRoute(w http.ResponseWriter, req *http.Request, own http.Handler) {
	probe := discard{http.Header{}}
	own.ServeHTTP(probe, req)
	if allow := probe.h.Get("Allow"); allow != "" {
		w.Header().Set("Allow", allow)
		r.refuse(w, req, errs.New(errs.WrongMethod, "method", "这个地址不能这样用"))
		return
	}
	if to := r.bare(req); to != "" {
		http.Redirect(w, req, to, http.StatusMovedPermanently)
		return
	}
	r.notFound(w, req)
}

// bare is the address without the slash at its end that people and programs put there, where a page has it; "" otherwise.
func (r *Router) bare(req *http.Request) string {
	to := url.URL{Path: "/" + strings.Trim(req.URL.Path, "/"), RawQuery: req.URL.RawQuery}
	if req.Method != http.MethodGet && req.Method != http.MethodHead || isAPI(req) || !strings.HasSuffix(req.URL.Path, "/") {
		return ""
	}
	if _, pattern := r.mux.Handler(&http.Request{Method: http.MethodGet, URL: &to}); pattern == "" || to.Path == "/" {
		return ""
	}
	return to.String()
}

// notFound answers addresses that no route has.
func (r *Router) notFound(w http.ResponseWriter, req *http.Request) {
	if isAPI(req) {
		r.problem(w, req, nil, errs.ErrNotFound)
		return
	}
	r.fail(w, req, nil, errs.New(errs.NotFound, "not_found", "没有这个页面，可能地址抄错了。"))
}

func isAPI(req *http.Request) bool { return strings.HasPrefix(req.URL.Path, "/api/") }

// opens says whether the roles of who asks hold what the page behind a link asks for. A visitor is led to sign in.
func (r *Router) opens(ctx context.Context, href string) bool {
	target, err := url.Parse(href)
	if err != nil || target.Host != "" || !auth.From(ctx).SignedIn() {
		return true
	}
	_, pattern := r.mux.Handler(&http.Request{Method: http.MethodGet, URL: target})
	route := r.byName[pattern]
	return route == nil || auth.Holds(ctx, route.Permission)
}
