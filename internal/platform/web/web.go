// Package web turns operations, func(ctx, In) (Out, error), into pages, forms, JSON endpoints, files and live streams. Every route is
// registered with its permission; the route table is the truth behind the OpenAPI document, `linli routes` and the permission matrix.
package web

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"
	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/web/turn"
	"linli/internal/platform/web/ui"
)

// Op is an operation: it knows no HTTP.
type Op[In, Out any] func(context.Context, In) (Out, error)

// Kinds of route.
const (
	KindPage   = "page"
	KindForm   = "form"
	KindJSON   = "json"
	KindFile   = "file"
	KindStream = "stream"
)

// Route is what the system knows of one address.
type Route struct {
	Method     string    `json:"method"`
	Path       string    `json:"path"`
	Kind       string    `json:"kind"`
	Operation  string    `json:"operation"`
	Function   string    `json:"function"` // that does it, with its package
	Permission auth.Perm `json:"permission"`
	Public     bool      `json:"public"`
	Query      []string  `json:"query,omitempty"` // names of what may stand behind the question mark
	Texts      []string  `json:"texts,omitempty"` // those of them that take any text

	status                        int
	maxBody                       int64
	rates                         []rate
	edition                       func(context.Context) (string, error)
	plain                         []string // secrets that its page shows anyway
	live, needKey, nobody, spoken bool
	in                            *input
	op                            erased
	from, gives                   reflect.Type // what op takes, and what it gives
	answer                        *huma.Schema // of what it gives, where programs are told
	again                         func(ctx context.Context, in any, id string) (any, error)
}

// Authenticator tells who stands behind a session token. An unknown or ended token gives an Unauthenticated error.
type Authenticator interface {
	Authenticate(ctx context.Context, token string) (auth.Actor, error)
}

// Sealer protects stored answers of idempotent requests.
type Sealer interface {
	Seal(plain []byte, ad string) []byte
	Open(sealed []byte, ad string) ([]byte, error)
}

// Config is what the web layer needs from outside.
type Config struct {
	Auth           Authenticator
	Keys           Sealer
	DB             *db.DB                                             // where answers to requests with an Idempotency-Key are kept
	Demo           bool                                               // every page says 演示数据
	Secure         bool                                               // https: cookies are Secure
	BaseURL        string                                             // public address, without a slash at its end
	TrustedProxies []string                                           // CIDRs whose X-Forwarded-For is believed
	Decorate       func(ctx context.Context, p *ui.Page)              // navigation and names of the shells
	Gate           func(*Route, *http.Request) (*http.Request, error) // who comes by a key of access; nil: nobody
	AtOnce         int                                                // requests of one account that run at the same time; AtOnce when zero
	MaxBody        int64                                              // bytes of a body without files; 1 MiB when zero
	Map            *ui.Map                                            // tiles of public pages; nil for none
	Log            *slog.Logger
	// Asked is called after each operation with the permissions it asked for; tests compare them with the route's.
	Asked func(Route, []auth.Perm)
	// Refused is called with the error of each request that came to its route and was refused; tests compare the faces of an operation
	// with each other.
	Refused func(Route, error)
}

// Router serves the routes.
type Router struct {
	cfg      Config
	mux      *http.ServeMux
	handler  http.Handler
	routes   []*Route
	byName   map[string]*Route      // by method and path
	words    map[string]string      // of operations and areas
	printed  func() ([]byte, error) // the document for programs, written once
	limiter  *limiter
	turns    *turn.Turns
	Metrics  *prometheus.Registry
	seconds  *prometheus.HistogramVec
	faults   *prometheus.CounterVec
	readers  func() map[reflect.Type]reader
	made     shelf
	warned   sync.Once     // a proxy that is not trusted is told of once
	stopping chan struct{} // closed when streams have to end
}

// schemas holds the schemas of all inputs and outputs; one for the program, as the types are.
var schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)

// Limits of a request.
const (
	DefaultMaxBody = 1 << 20 // bytes, without uploads
	MaxKey         = 200     // bytes of an Idempotency-Key
)

// New makes an empty router.
func New(cfg Config) *Router {
	cfg.MaxBody, cfg.Log = cmp.Or(cfg.MaxBody, DefaultMaxBody), cmp.Or(cfg.Log, slog.Default())
	if cfg.Gate == nil {
		cfg.Gate = func(_ *Route, req *http.Request) (*http.Request, error) { return req, errs.ErrDenied }
	}
	r := &Router{cfg: cfg, mux: http.NewServeMux(), words: map[string]string{}, byName: map[string]*Route{}, limiter: newLimiter(),
		turns: turn.New(cfg.AtOnce), Metrics: prometheus.NewRegistry(), stopping: make(chan struct{})}
	r.seconds = prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "linli_request_seconds",
		Help: "Time to answer, by route and status class.", Buckets: []float64{.001, .005, .01, .05, .1, .5, 1, 5}}, []string{"route", "status"})
	r.faults = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "linli_faults_total",
		Help: "Requests that ended by a fault of the program."}, []string{"kind"})
	r.Metrics.MustRegister(r.seconds, r.faults)
	r.printed = sync.OnceValues(r.print)
	r.readers = sync.OnceValue(r.findReaders)
	r.handler = r.middleware()
	r.mountStatic()
	return r
}

// Routes gives the table.
func (r *Router) Routes() []Route {
	out := make([]Route, len(r.routes))
	for i, x := range r.routes {
		out[i] = *x
	}
	return out
}

// Longest times of an answer: of a page or an operation, and of a file that is made or taken in.
const (
	answerTime = 30 * time.Second
	fileTime   = 55 * time.Second
)

// longest is how long an answer may take; who waits for it has the time to be told so.
func (r *Route) longest() time.Duration {
	if r.Kind == KindFile || r.maxBody > DefaultMaxBody {
		return fileTime
	}
	return answerTime
}

// Option changes one route.
type Option func(*Route)

// Status sets the status of success of a JSON endpoint (200 otherwise).
func Status(code int) Option { return func(r *Route) { r.status = code } }

// NeedKey requires an Idempotency-Key.
func NeedKey(r *Route) { r.needKey = true }

// MaxBody allows larger bodies, for uploads.
func MaxBody(bytes int64) Option { return func(r *Route) { r.maxBody = bytes } }

// Nobody serves a route as if nobody were signed in: what is done there must not lead back to who does it.
func Nobody(r *Route) { r.nobody = true }

// Plain names secrets that a page proposes in clear: refused, its form shows them as they were entered, not another proposal.
func Plain(names ...string) Option { return func(r *Route) { r.plain = names } }

// Live loads the live-page scripts on a page.
func Live(r *Route) { r.live = true }

// Translated says that a page and all its words are in the catalogue (platform/i18n); every other page stays Chinese. A test finds
// what is not.
func Translated(r *Route) { r.spoken = true }

// input is an empty input of the operation.
func (r *Route) input() any { return reflect.New(r.from).Interface() }

// silent says that success has no body.
func (r *Route) silent() bool {
	return r.Method == http.MethodDelete || r.status == http.StatusNoContent
}

func (r *Router) add(pattern, kind, operation string, perm auth.Perm, in reflect.Type, opts []Option) *Route {
	method, path, ok := strings.Cut(pattern, " ")
	if !ok {
		panic("web: pattern without method: " + pattern)
	}
	holders, known := auth.Holders(perm)
	if !known {
		panic(fmt.Sprintf("web: %s asks for %q, which has no row in permissions.txt", pattern, perm))
	}
	route := &Route{Method: method, Path: path, Kind: kind, Operation: operation, Permission: perm, status: http.StatusOK,
		maxBody: r.cfg.MaxBody, in: inputOf(schemas, in), Public: slices.Contains(holders, auth.Anyone)}
	route.Query, route.Texts = route.in.query()
	for _, o := range opts {
		o(route)
	}
	r.routes, r.byName[pattern] = append(r.routes, route), route
	r.limiter.limit(route)
	return route
}

// erased is an operation without its types, so that what serves it exists once in the program.
type erased func(ctx context.Context, in any) (any, error)

func erase[In, Out any](op Op[In, Out]) erased {
	return func(ctx context.Context, in any) (any, error) { return op(ctx, *in.(*In)) }
}

// building is held while schemas are added to the registry, or read as a whole.
var building sync.Mutex

// mount adds a route with its operation.
func mount[In, Out any](r *Router, pattern, kind, operation string, perm auth.Perm, op Op[In, Out], opts []Option) *Route {
	building.Lock()
	defer building.Unlock()
	route := r.add(pattern, kind, operation, perm, reflect.TypeFor[In](), opts)
	route.op, route.from, route.gives, route.Function = erase(op), reflect.TypeFor[In](), reflect.TypeFor[Out](), functionOf(op)
	if kind == KindJSON {
		route.answer = answerOf(route.gives)
	}
	return route
}

// functionOf names what does an operation, as "internal/work/order.(*Service).Create".
func functionOf(op any) string {
	name := runtime.FuncForPC(reflect.ValueOf(op).Pointer()).Name()
	return strings.TrimSuffix(strings.TrimPrefix(name, "linli/"), "-fm")
}

// JSON serves op as an API endpoint.
func JSON[In, Out any](r *Router, pattern, operation string, perm auth.Perm, op Op[In, Out], opts ...Option) {
	route := mount(r, pattern, KindJSON, operation, perm, op, opts)
	r.handle(route, r.serveJSON(route))
}

func (r *Router) serveJSON(route *Route) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		in := route.input()
		out, answer, err := r.run(route, w, req, in, func(out any) ([]byte, error) { return r.keepJSON(route, out) })
		if answer != nil {
			out, err = r.reread(req.Context(), route, in, answer)
		}
		if err != nil {
			r.problem(w, req, route, err)
			return
		}
		if route.silent() {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		writeJSON(w, route.status, out)
	}
}

// Page serves op as an HTML page.
func Page[In, Out any](r *Router, pattern, operation string, perm auth.Perm, op Op[In, Out], view func(Out) templ.Component,
	opts ...Option) {
	route := mount(r, pattern, KindPage, operation, perm, op, opts)
	r.handle(route, r.servePage(route, func(out any) templ.Component { return view(out.(Out)) }))
}

func (r *Router) servePage(route *Route, view func(out any) templ.Component) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		tag, done, err := r.serveFresh(route, w, req)
		if done {
			return
		}
		var out any
		if err == nil {
			out, _, err = r.run(route, w, req, route.input(), nil)
		}
		if err != nil {
			r.fail(w, req, route, err)
			return
		}
		r.render(w, req, route, tag, view(out))
	}
}

// Lead serves op as an address that leads on, to where op says: for what comes from another system or goes to one, where a page of its
// own would only stand in the way. What leads back into this system was judged by Local.
func Lead[In any](r *Router, pattern, operation string, perm auth.Perm, op Op[In, string], opts ...Option) {
	route := mount(r, pattern, KindPage, operation, perm, op, opts)
	r.handle(route, func(w http.ResponseWriter, req *http.Request) {
		out, _, err := r.run(route, w, req, route.input(), nil)
		if err != nil {
			r.fail(w, req, route, err)
			return
		}
		w.Header().Set("Cache-Control", "private, no-store")
		http.Redirect(w, req, out.(string), http.StatusSeeOther)
	})
}

// Form serves op for a browser: done, it leads to next, which says so; refused, it shows again(in) with what was entered and each error.
func Form[In, Out any](r *Router, pattern, operation string, perm auth.Perm, op Op[In, Out], again func(In) string,
	next func(In, Out) string, opts ...Option) {
	route := mount(r, pattern, KindForm, operation, perm, op, opts)
	r.handle(route, r.serveForm(route, func(in any) string { return again(*in.(*In)) }, func(in, out any) string {
		return next(*in.(*In), out.(Out))
	}))
}

func (r *Router) serveForm(route *Route, page func(in any) string, next func(in, out any) string) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		in := route.input()
		req, luggage := r.packed(req)
		keep := func(out any) ([]byte, error) { return keepForm(page(in), next(in, out)), nil }
		out, answer, err := r.run(route, w, req, in, keep)
		if err == nil && answer == nil {
			answer, err = keep(out)
		}
		if err == nil {
			err = luggage.done(req)
		}
		if err != nil {
			r.again(w, req, route, page(in), luggage, err)
			return
		}
		r.lead(w, req, route, answer)
	}
}

// A form leaves word of what was done for the page that it leads to, which says so once. Where that is its own page, the browser drops
// what was kept of the form. Who is not signed in is told by the page of an answer itself.
const (
	doneCookie  = "done"
	doneSeconds = 60
	ownPage     = "+"
)

func (r *Router) setDone(w http.ResponseWriter, what string, seconds int) {
	http.SetCookie(w, &http.Cookie{Name: doneCookie, Value: what, Path: "/", MaxAge: seconds, HttpOnly: true, Secure: r.cfg.Secure,
		SameSite: http.SameSiteLaxMode})
}

// Stream serves a channel of events as server-sent events, until the client leaves, the channel closes, his rights are not what they
// were, or the server stops. Each event carries ids only.
func Stream[In any](r *Router, pattern, operation string, perm auth.Perm, op Op[In, <-chan string], opts ...Option) {
	route := mount(r, pattern, KindStream, operation, perm, op, opts)
	r.handle(route, func(w http.ResponseWriter, req *http.Request) {
		out, _, err := r.run(route, w, req, route.input(), nil)
		if err != nil {
			r.fail(w, req, route, err)
			return
		}
		r.stream(w, req, out.(<-chan string))
	})
}

// run binds the request to in and calls the route's operation. Under an Idempotency-Key that was answered before it gives that answer
// instead of a result; else keep says what of the result is to be answered again.
func (r *Router) run(route *Route, w http.ResponseWriter, req *http.Request, in any, keep keeper) (out any, answer []byte, err error) {
	if r.cfg.Refused != nil {
		defer func() {
			if err != nil {
				r.cfg.Refused(*route, err)
			}
		}()
	}
	got, err := route.in.bind(w, req, in, route.Kind == KindJSON, route.maxBody)
	err = cmp.Or(r.limiter.take(route, req), err) // asked afterwards: what was typed stands in the form that comes back
	var once *db.Once
	if err == nil && req.Method == http.MethodPost {
		once, err = r.once(req, route, got, keep)
	}
	if err != nil {
		// Who may not do a thing is told so before he is told what his input lacks.
		if deny := auth.Allow(req.Context(), route.Permission); deny != nil {
			err = deny
		}
		return nil, nil, route.in.located(err, errs.TooLarge)
	}
	ctx := req.Context()
	if once != nil {
		ctx = db.WithOnce(ctx, once)
	}
	out, err = route.op(ctx, in)
	if err != nil && once != nil {
		answer, err = r.answered(req, once, err)
	}
	if r.cfg.Asked != nil {
		r.cfg.Asked(*route, auth.Asked(ctx))
	}
	return out, answer, route.in.located(err, errs.TooLarge, errs.Unsupported)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		slog.Error("answer is not JSON", "err", err)
		status, body = http.StatusInternalServerError, []byte(`{}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "private, no-store")
	w.WriteHeader(status)
	w.Write(body)
}
