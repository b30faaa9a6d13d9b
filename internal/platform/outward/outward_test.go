package outward

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"linli/internal/platform/config"
	"linli/internal/platform/errs"
)

// A proxy that the environment names leads nowhere, so that no call passes which goes through it.
func TestMain(m *testing.M) {
	for _, name := range []string{"HTTPS_PROXY", "https_proxy"} {
		os.Setenv(name, "http://192.0.2.1:443")
	}
	os.Exit(m.Run())
}

// names answers every question for an address with the next of a list, the last for ever.
type names struct {
	list  []netip.Addr
	asked atomic.Int64
}

// resolver speaks DNS over a pipe.
func (n *names) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		here, there := net.Pipe()
		go n.serve(there)
		return here, nil
	}}
}

// serve answers as over TCP: each message behind its length.
func (n *names) serve(c net.Conn) {
	defer c.Close()
	for {
		head := make([]byte, 2)
		if _, err := io.ReadFull(c, head); err != nil {
			return
		}
		ask := make([]byte, int(head[0])<<8|int(head[1]))
		if _, err := io.ReadFull(c, ask); err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(ask) != nil {
			return
		}
		m.Response = true
		if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
			i := min(n.asked.Add(1), int64(len(n.list))) - 1
			m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class},
				Body: &dnsmessage.AResource{A: n.list[i].As4()}}}
		}
		m.Additionals = nil
		out, err := m.Pack()
		if err != nil {
			return
		}
		c.Write(append([]byte{byte(len(out) >> 8), byte(len(out))}, out...))
	}
}

func port(t *testing.T, at string) uint16 {
	t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil {
		t.Fatal(err)
	}
	return uint16(n)
}

func caller(t *testing.T, cfg config.Outward, o Options) *Caller {
	t.Helper()
	c, err := New(cfg, true, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func post(t *testing.T, c *Caller, at string) Result {
	t.Helper()
	r, err := c.Post(t.Context(), at, nil, []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// server counts who comes.
func server(t *testing.T, answer http.HandlerFunc) (*httptest.Server, *atomic.Int64, *x509.CertPool) {
	t.Helper()
	var n atomic.Int64
	srv := httptest.NewUnstartedServer(answer)
	srv.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			n.Add(1)
		}
	}
	srv.StartTLS()
	t.Cleanup(srv.Close)
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	return srv, &n, roots
}

// Addresses inside are refused when they are given and when they are dialled, in every way to write them.
func TestInside(t *testing.T) {
	srv, came, roots := server(t, func(http.ResponseWriter, *http.Request) {})
	p := port(t, srv.URL)
	c := caller(t, config.Outward{WebhookPorts: []uint16{p, 443}}, Options{Roots: roots})
	for _, host := range []string{"127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1",
		"100.100.100.200",
		"169.254.169.254", "168.63.129.16", "0.0.0.0", "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "[::1]", "[::]", "[fe80::1]",
		"[fd00:ec2::254]", "[fc00::1]", "[::ffff:127.0.0.1]", "[::ffff:a00:1]", "[64:ff9b::7f00:1]", "[64:ff9b::808:808]",
		"[64:ff9b:1::1]", "[2002:7f00:1::]", "[2001::1]", "[2001:db8::1]", "[fec0::1]", "[ff02::1]"} {
		at := "https://" + host + ":" + strconv.Itoa(int(p)) + "/"
		if err := c.Check(t.Context(), "url", at); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s is taken: %v", host, err)
		}
		if r := post(t, c, at); r.Outcome != Refused || r.Status != 0 {
			t.Errorf("%s: %+v", host, r)
		}
	}
	if n := came.Load(); n != 0 {
		t.Errorf("%d connections", n)
	}
	for _, host := range []string{"8.8.8.8", "172.32.0.1", "100.128.0.1", "[2400:3200::1]", "169.253.255.255"} {
		if err := c.Check(t.Context(), "url", "https://"+host+"/"); err != nil {
			t.Errorf("%s: %v", host, err)
		}
		if err := c.guard.SafeAddr(netip.MustParseAddr(strings.Trim(host, "[]"))); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
}

// What is no plain https address at a port of ours is not taken.
func TestCheck(t *testing.T) {
	n := &names{list: []netip.Addr{netip.MustParseAddr("8.8.8.8")}}
	c := caller(t, config.Outward{}, Options{Resolver: n.resolver()})
	for _, at := range []string{"", "x", "http://a.example/", "ftp://a.example/", "HTTPS://a.example/", "https://", "https:///x",
		"https:a.example", "https://a.example:8443/",
		"https://a.example:80/", "https://u:p@a.example/", "https://u@a.example/", "https://a.example/#x", "https://a.example/ x",
		"https://a.example\\@b.example/", "https://2130706433/", "https://0x7f.1/", "https://127.1/", "https://0177.0.0.1/", "https://1.2.3.4.5/",
		"https://a.example:443:1/", "https://a.example:99999/"} {
		if err := c.Check(t.Context(), "url", at); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%q is taken: %v", at, err)
		}
	}
	for _, at := range []string{"https://a.example/", "https://a.example:443/x?y=z", "https://a.example"} {
		if err := c.Check(t.Context(), "url", at); err != nil {
			t.Errorf("%q: %v", at, err)
		}
	}
	n.list = []netip.Addr{netip.MustParseAddr("10.0.0.1")}
	if err := c.Check(t.Context(), "url", "https://a.example/"); errs.KindOf(err) != errs.Invalid {
		t.Errorf("a name that leads inside: %v", err)
	}
	if r := post(t, c, "http://a.example/"); r.Outcome != Refused {
		t.Errorf("%+v", r)
	}
}

// A name that led outside when it was given, and inside when it is called, is refused, and nobody inside is reached.
func TestRebinds(t *testing.T) {
	srv, came, roots := server(t, func(http.ResponseWriter, *http.Request) {})
	n := &names{list: []netip.Addr{netip.MustParseAddr("8.8.8.8"), netip.MustParseAddr("127.0.0.1")}}
	p := port(t, srv.URL)
	at := "https://example.com:" + strconv.Itoa(int(p)) + "/"
	c := caller(t, config.Outward{WebhookPorts: []uint16{p}}, Options{Resolver: n.resolver(), Roots: roots})
	if err := c.Check(t.Context(), "url", at); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if r := post(t, c, at); r.Outcome != Refused {
			t.Errorf("%+v", r)
		}
	}
	if came.Load() != 0 || n.asked.Load() < 2 {
		t.Errorf("%d connections, %d questions", came.Load(), n.asked.Load())
	}
	open := caller(t, config.Outward{WebhookPorts: []uint16{p}, WebhookNetworks: []string{"127.0.0.0/8"}},
		Options{Resolver: n.resolver(), Roots: roots})
	if r := post(t, open, at); r.Outcome != OK || came.Load() != 1 {
		t.Errorf("where it is named: %+v, %d connections", r, came.Load())
	}
}

// What a call comes to; nothing leads it elsewhere, and no answer is too long or too slow for it.
func TestOutcomes(t *testing.T) {
	inner, came, _ := server(t, func(http.ResponseWriter, *http.Request) {})
	stop := make(chan bool)
	srv, _, roots := server(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/hang":
			<-stop
		case "/endless":
			for {
				if _, err := w.Write(make([]byte, 4096)); err != nil {
					return
				}
			}
		case "/drip":
			for range 1000 {
				w.Write([]byte("x"))
				w.(http.Flusher).Flush()
				select {
				case <-stop:
					return
				case <-time.After(20 * time.Millisecond):
				}
			}
		case "/head":
			w.Header().Set("X", strings.Repeat("x", 1<<20))
		case "/away":
			http.Redirect(w, r, inner.URL, http.StatusPermanentRedirect)
		default:
			n, _ := strconv.Atoi(r.URL.Path[1:])
			w.WriteHeader(n)
		}
	})
	defer close(stop)
	cfg := config.Outward{WebhookPorts: []uint16{port(t, srv.URL), port(t, inner.URL), 1}, WebhookNetworks: []string{"127.0.0.0/8"}}
	c := caller(t, cfg, Options{Roots: roots})
	for path, want := range map[string]Result{"/200": {OK, 200, 0}, "/204": {OK, 204, 0}, "/299": {OK, 299, 0},
		"/300": {Redirect, 300, 0}, "/399": {Redirect, 399, 0},
		"/400": {Status, 400, 0}, "/410": {Gone, 410, 0}, "/500": {Status, 500, 0}, "/away": {Redirect, 308, 0}, "/endless": {OK, 200, 0},
		"/head": {Unreachable, 0, 0}} {
		r := post(t, c, srv.URL+path)
		if r.Millis = 0; r != want {
			t.Errorf("%s: %+v, want %+v", path, r, want)
		}
	}
	if came.Load() != 0 {
		t.Error("a redirect was followed")
	}
	if r := post(t, c, "https://127.0.0.1:1/"); r.Outcome != Unreachable {
		t.Errorf("nobody there: %+v", r)
	}
	if r := post(t, caller(t, cfg, Options{}), srv.URL+"/200"); r.Outcome != TLS {
		t.Errorf("a certificate of nobody's: %+v", r)
	}
	quick := caller(t, cfg, Options{Roots: roots, Patience: 300 * time.Millisecond})
	if r := post(t, quick, srv.URL+"/hang"); r.Outcome != Timeout || r.Millis < 250 {
		t.Errorf("%+v", r)
	}
	begun := time.Now()
	if r := post(t, quick, srv.URL+"/drip"); r.Status != 200 || time.Since(begun) > 10*time.Second {
		t.Errorf("%+v in %v", r, time.Since(begun))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Post(ctx, srv.URL+"/200", nil, nil); err == nil {
		t.Error("a call that there was not has an outcome")
	}
}

// A plain server is none of https.
func TestPlain(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer srv.Close()
	c := caller(t, config.Outward{WebhookPorts: []uint16{port(t, srv.URL)}, WebhookNetworks: []string{"127.0.0.0/8"}}, Options{})
	if r := post(t, c, strings.Replace(srv.URL, "http:", "https:", 1)); r.Outcome != TLS {
		t.Errorf("%+v", r)
	}
	if _, err := tls.Dial("tcp", srv.Listener.Addr().String(), nil); err == nil {
		t.Error("it speaks TLS")
	}
}

// Only private networks can be named, this machine in a demo alone, what is link-local never.
func TestNetworks(t *testing.T) {
	for text, want := range map[string]struct{ real, demo bool }{
		"10.1.0.0/16": {true, true}, "192.168.0.0/16": {true, true}, "100.64.0.0/10": {true, true},
		"fd00::/8": {true, true}, "127.0.0.0/8": {false, true}, "::1/128": {false, true}, "169.254.0.0/16": {}, "169.254.169.254/32": {},
		"fe80::/10": {}, "0.0.0.0/0": {}, "10.0.0.0/4": {}, "8.8.8.0/24": {}, "100.0.0.0/8": {},
		"::/0": {}, "192.168.0.0/15": {}, "fc00::/6": {}, "10.0.0.1": {}, "x": {}, "::ffff:10.0.0.0/104": {}} {
		for demo, ok := range map[bool]bool{false: want.real, true: want.demo} {
			if _, err := New(config.Outward{WebhookNetworks: []string{text}}, demo, Options{}); (err == nil) != ok {
				t.Errorf("%s, demo %v: %v", text, demo, err)
			}
		}
	}
}
