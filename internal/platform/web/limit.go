package web

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/httprate"

	"linli/internal/platform/auth"
	"linli/internal/platform/errs"
)

// Local lets a redirect lead only into this site: anything else becomes "/". Browsers drop control characters of an address and take a
// backslash for a slash, so neither may stand in it.
func Local(path string) string {
	odd := strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' })
	u, err := url.Parse(path)
	if odd || err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
		return "/"
	}
	return path
}

// crowd is how many people may stand behind one address of the network: a station, a school, a carrier.
const crowd = 20

// rate is n requests in each span, for each of the things that the named values of the address name.
type rate struct {
	n   int
	per time.Duration
	of  []string
}

// Rate limits an operation, through whatever face it comes: n requests in each span of machine time for each account, or for each
// address of visitors; of names path values, and then each thing counts for itself. One address may do crowd times as much.
func Rate(n int, per time.Duration, of ...string) Option {
	return func(r *Route) { r.rates = append(r.rates, rate{n, per, of}) }
}

// limiter counts requests by operation and client in machine time, with httprate's sliding window.
type limiter struct{ each map[string][]limits }

// limits of one rate: of each client, and of each address.
type limits struct {
	inner, outer *httprate.RateLimiter
	of           []string
}

func newLimiter() *limiter { return &limiter{each: map[string][]limits{}} }

// limit is told each route; a rate that one face of an operation has holds for all of them.
func (l *limiter) limit(route *Route) {
	if len(l.each[route.Operation]) > 0 {
		return
	}
	for _, x := range route.rates {
		l.each[route.Operation] = append(l.each[route.Operation],
			limits{httprate.NewRateLimiter(x.n, x.per), httprate.NewRateLimiter(crowd*x.n, x.per), x.of})
	}
}

func (l *limiter) take(route *Route, req *http.Request) error {
	ip, actor := connection(Meta(req.Context()).IP), auth.From(req.Context())
	for _, x := range l.each[route.Operation] {
		client := ip
		if actor.Account != 0 {
			client = actor.Account.String()
			for _, name := range x.of {
				client += " " + req.PathValue(name)
			}
		}
		if actor.Key != nil {
			client = "key " + actor.Key.ID.String()
		}
		if over(x.inner, client) || over(x.outer, ip) {
			return errs.New(errs.TooMany, "too_many", "太频繁了，请过一会儿再试")
		}
	}
	return nil
}

// connection is what one visitor has for himself: an address, of IPv6 the /64 that each home is given whole.
func connection(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	if a = a.Unmap(); a.Is4() {
		return a.String()
	}
	return netip.PrefixFrom(a, 64).Masked().String()
}

func over(x *httprate.RateLimiter, who string) bool {
	return x.OnLimit(discard{http.Header{}}, &http.Request{}, who)
}

type discard struct{ h http.Header }

func (d discard) Header() http.Header       { return d.h }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

type insideKey struct{}

// turn waits for a turn of the request's client: the account, or for visitors their address, where a crowd stands. A live page is
// nobody's turn, and what is served inside of a request is part of it.
func (r *Router) turn(route *Route, req *http.Request) (*http.Request, func(), error) {
	ctx := req.Context()
	if route.Kind == KindStream || ctx.Value(insideKey{}) != nil {
		return req, func() {}, nil
	}
	who, times := connection(Meta(ctx).IP), crowd/2
	if a := auth.From(ctx).Account; a != 0 {
		who, times = strconv.FormatInt(int64(a), 10), 1
	}
	leave, ok := r.turns.Wait(ctx, who, times)
	if !ok {
		return req, nil, errs.ErrUnavailable
	}
	return req.WithContext(context.WithValue(ctx, insideKey{}, true)), leave, nil
}
