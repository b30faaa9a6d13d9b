package outward

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"code.dny.dev/ssrf"

	"linli/internal/platform/errs"
)

// Limits of an answer that is read.
const (
	AskTime = 10 * time.Second // from the name to the end of it
	AskSize = 1 << 20
)

// ErrLarge says that an answer is larger than AskSize.
var ErrLarge = errors.New("outward: the answer is too large")

// Guard says which systems may be asked, by addresses that administrators entered: those of the public internet, and those of the inner
// networks that the installation names. It is judged as a Caller is, on the address that is dialled.
type Guard struct {
	inside []netip.Prefix
	judge  *ssrf.Guardian
}

// NewGuard makes a guard; inside are the CIDRs of inner networks that may be asked too.
func NewGuard(inside []string) (*Guard, error) {
	g := &Guard{}
	var v4, v6 []netip.Prefix
	for _, cidr := range inside {
		p, err := netip.ParsePrefix(cidr)
		if err != nil {
			return nil, fmt.Errorf("--inside %s: %w", cidr, err)
		}
		if g.inside = append(g.inside, p.Masked()); p.Addr().Is4() {
			v4 = append(v4, p.Masked())
		} else {
			v6 = append(v6, p.Masked())
		}
	}
	g.judge = ssrf.New(ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(v4...), ssrf.WithAllowedV6Prefixes(v6...),
		ssrf.WithDeniedV4Prefixes(netip.MustParsePrefix("168.63.129.16/32"))) // a cloud's own service behind a public address
	return g, nil
}

// Allows says whether an address may be asked.
func (g *Guard) Allows(a netip.Addr) bool { return g.judge.SafeAddr(a.Unmap().WithZone("")) == nil }

// Plain says whether an address may be asked without encryption: one that names a host of an inner network by its number.
func (g *Guard) Plain(u *url.URL) bool {
	a, err := netip.ParseAddr(u.Hostname())
	return err == nil && slices.ContainsFunc(g.inside, func(p netip.Prefix) bool { return p.Contains(a.Unmap()) })
}

// Dial connects behind the guard.
func (g *Guard) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: AskTime, Control: g.judge.Safe}
	return dialer.DialContext(ctx, network, address)
}

// Check says, by field, what is wrong with a host that somebody enters by its number; of a name the judge is the call itself.
func (g *Guard) Check(field, host string) error {
	if a, err := netip.ParseAddr(host); err == nil && !g.Allows(a) || err != nil && numeric(host) {
		return errs.Field(field, "这个地址在内部网络里，要先在启动参数里放行（--inside）")
	}
	return nil
}

// Transport asks behind the guard.
func (g *Guard) Transport() http.RoundTripper {
	return bounded{&http.Transport{DialContext: g.Dial, TLSHandshakeTimeout: AskTime, ResponseHeaderTimeout: AskTime,
		MaxResponseHeaderBytes: 64 << 10, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true}}
}

// Client gives a client behind the guard.
func (g *Guard) Client() *http.Client {
	return &http.Client{Transport: g.Transport(), Timeout: AskTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// bounded cuts answers off.
type bounded struct{ http.RoundTripper }

// RoundTrip asks, and gives an answer that is read as far as AskSize.
func (b bounded) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := b.RoundTripper.RoundTrip(req)
	if err == nil {
		res.Body = &limited{ReadCloser: res.Body, left: AskSize}
	}
	return res, err
}

// limited reads as much as is left, then fails.
type limited struct {
	io.ReadCloser
	left int
}

// Read reads on.
func (l *limited) Read(p []byte) (int, error) {
	n, err := l.ReadCloser.Read(p)
	if l.left -= n; l.left < 0 {
		return n, ErrLarge
	}
	return n, err
}
