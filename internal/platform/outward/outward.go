// Package outward calls addresses that people gave: it posts, and reads no more of the answer than its status. Where a name leads is judged
// when the connection is made, on the very address that is dialled, so that no name, redirect or second answer of a name server leads into
// the networks around the installation.
package outward

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"code.dny.dev/ssrf"

	"linli/internal/platform/config"
	"linli/internal/platform/errs"
)

// Patience is how long one call may take, from the name to the end of the answer.
const Patience = 15 * time.Second

// What is read of an answer: nothing is kept of it.
const (
	mostHead = 16 << 10
	mostBody = 4 << 10
)

// Outcomes: what becomes of a call.
const (
	OK          = "ok"          // a status of 200 to 299
	Status      = "status"      // any other but those below
	Gone        = "gone"        // 410: never again
	Redirect    = "redirect"    // 3xx, which is not followed
	Timeout     = "timeout"     // no answer in time
	Unreachable = "unreachable" // no connection, or none to the end
	TLS         = "tls"         // the certificate is not the host's, or it does not speak TLS
	Refused     = "refused"     // the address is none to be called
)

// Options are what tests give beside the installation's settings; the zero value is the world's.
type Options struct {
	Resolver *net.Resolver
	Roots    *x509.CertPool
	Patience time.Duration
}

// Caller makes guarded calls. It is safe for concurrent use.
type Caller struct {
	ports    []uint16
	guard    *ssrf.Guardian
	resolver *net.Resolver
	client   *http.Client
}

// New makes a caller by the settings of the installation; demo allows this machine itself to be named. Settings that cannot work are an
// error.
func New(cfg config.Outward, demo bool, o Options) (*Caller, error) {
	v4, v6, err := networks(cfg.WebhookNetworks, demo)
	if err != nil {
		return nil, err
	}
	c := &Caller{ports: cfg.WebhookPorts, resolver: o.Resolver}
	if len(c.ports) == 0 {
		c.ports = []uint16{443}
	}
	if o.Patience == 0 {
		o.Patience = Patience
	}
	if c.resolver == nil {
		c.resolver = net.DefaultResolver
	}
	c.guard = ssrf.New(ssrf.WithPorts(c.ports...), ssrf.WithAllowedV4Prefixes(v4...), ssrf.WithAllowedV6Prefixes(v6...),
		ssrf.WithDeniedV4Prefixes(netip.MustParsePrefix("168.63.129.16/32"))) // a cloud's own service behind a public address
	dialer := &net.Dialer{Timeout: o.Patience, Resolver: c.resolver, Control: c.guard.Safe}
	c.client = &http.Client{
		Timeout:       o.Patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{ // no proxy: the guard would judge the proxy's address
			DialContext: dialer.DialContext, TLSClientConfig: &tls.Config{RootCAs: o.Roots, MinVersion: tls.VersionTLS12},
			DisableKeepAlives: true, DisableCompression: true, MaxResponseHeaderBytes: mostHead,
		},
	}
	return c, nil
}

// Blocks in which a network may be named: the private ones; this machine itself in a demo alone, what is link-local (where clouds keep
// their keys) never.
var (
	private  = prefixes("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
	loopback = prefixes("127.0.0.0/8", "::1/128")
)

func prefixes(list ...string) (out []netip.Prefix) {
	for _, text := range list {
		out = append(out, netip.MustParsePrefix(text))
	}
	return out
}

// networks reads the private networks that the installation's administrator named.
func networks(named []string, demo bool) (v4, v6 []netip.Prefix, err error) {
	blocks := private
	if demo {
		blocks = slices.Concat(private, loopback)
	}
	for _, text := range named {
		p, err := netip.ParsePrefix(text)
		within := func(b netip.Prefix) bool { return b.Contains(p.Addr()) && p.Bits() >= b.Bits() }
		if err != nil || !slices.ContainsFunc(blocks, within) {
			return nil, nil, fmt.Errorf("--webhook-network: %q is no private network such as 10.1.0.0/16", text)
		}
		if p.Addr().Is4() {
			v4 = append(v4, p)
		} else {
			v6 = append(v6, p)
		}
	}
	return v4, v6, nil
}

// Check says, by field, what is wrong with an address that somebody gives. It tells him early; the judge is the call itself. A name that
// cannot be looked up now passes.
func (c *Caller) Check(ctx context.Context, field, text string) error {
	u, err := url.Parse(text)
	if err != nil || !strings.HasPrefix(text, "https://") || u.Hostname() == "" { // as the database asks, in small letters
		return errs.Field(field, "要写 https:// 开头的完整地址")
	}
	if u.User != nil || u.Fragment != "" || strings.ContainsAny(text, " \t\r\n\\") {
		return errs.Field(field, "地址里不能有用户名密码、#、反斜线和空格")
	}
	port, err := strconv.ParseUint(portOf(u), 10, 16)
	if err != nil || !slices.Contains(c.ports, uint16(port)) {
		return errs.Field(field, "这里只连端口 "+c.Ports())
	}
	if addr, err := netip.ParseAddr(u.Hostname()); err == nil {
		return c.judge(field, addr)
	}
	if numeric(u.Hostname()) {
		return errs.Field(field, "主机名不对")
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	found, err := c.resolver.LookupNetIP(ctx, "ip", u.Hostname())
	if err != nil {
		return nil
	}
	for _, addr := range found {
		if err := c.judge(field, addr.Unmap()); err != nil {
			return err
		}
	}
	return nil
}

func (c *Caller) judge(field string, addr netip.Addr) error {
	if c.guard.SafeAddr(addr) != nil {
		return errs.Field(field, "这个地址在内部网络里，不许连")
	}
	return nil
}

func portOf(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	return "443"
}

// numeric says whether a host ends in a number, so that some would read it as an address written in another way (0x7f.1, 2130706433).
func numeric(host string) bool {
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	last := labels[len(labels)-1]
	_, err := strconv.ParseUint(last, 0, 64)
	return err == nil || strings.Trim(last, "0123456789") == ""
}

// Ports are the ports that may be called, for people.
func (c *Caller) Ports() string {
	var out []string
	for _, p := range c.ports {
		out = append(out, strconv.Itoa(int(p)))
	}
	return strings.Join(out, "、")
}

// Result is what became of a call.
type Result struct {
	Outcome string
	Status  int64 // 0 where there was no answer
	Millis  int64
}

// Post sends body to an address, once. An error says that there was no call, because ctx ended.
func (c *Caller) Post(ctx context.Context, address string, head map[string]string, body []byte) (Result, error) {
	begun := time.Now()
	status, err := c.post(ctx, address, head, body)
	if ctx.Err() != nil {
		return Result{}, ctx.Err()
	}
	return Result{Outcome: outcome(status, err), Status: int64(status), Millis: time.Since(begun).Milliseconds()}, nil
}

func (c *Caller) post(ctx context.Context, address string, head map[string]string, body []byte) (int, error) {
	if u, err := url.Parse(address); err != nil || u.Scheme != "https" {
		return 0, ssrf.ErrProhibitedNetwork
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Linli-Webhooks/1")
	for name, value := range head {
		req.Header.Set(name, value)
	}
	res, err := c.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	io.CopyN(io.Discard, res.Body, mostBody) // whoever answers gets rid of a short answer; its words are nobody's business
	return res.StatusCode, nil
}

// outcome sorts what came back.
func outcome(status int, err error) string {
	if err != nil {
		return failure(err)
	}
	switch {
	case status >= 200 && status < 300:
		return OK
	case status >= 300 && status < 400:
		return Redirect
	case status == http.StatusGone:
		return Gone
	}
	return Status
}

func failure(err error) string {
	for _, no := range []error{ssrf.ErrProhibitedIP, ssrf.ErrProhibitedPort, ssrf.ErrProhibitedNetwork, ssrf.ErrInvalidHostPort} {
		if errors.Is(err, no) {
			return Refused
		}
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok || errors.Is(err, http.ErrSchemeMismatch) {
		return TLS
	}
	if ne, ok := errors.AsType[net.Error](err); ok && ne.Timeout() {
		return Timeout
	}
	return Unreachable
}
