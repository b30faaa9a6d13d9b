package outward

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"code.dny.dev/ssrf"
)

func TestGuard(t *testing.T) {
	g, err := NewGuard([]string{"10.20.0.0/16", "fd00:1::/32"})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"8.8.8.8": true, "2400:3200::1": true, "10.20.0.1": true, "10.20.255.255": true, "::ffff:10.20.3.4": true, "fd00:1::5": true,
		"10.19.255.255": false, "10.21.0.0": false, "127.0.0.1": false, "127.255.255.254": false, "::1": false, "::ffff:127.0.0.1": false,
		"0.0.0.0": false, "0.1.2.3": false, "::": false, "169.254.169.254": false, "fe80::1": false, "fe80::1%eth0": false, "fd00:2::1": false,
		"192.168.1.1": false, "172.16.0.1": false, "172.31.255.255": false, "172.32.0.1": true, "100.64.0.1": false, "100.128.0.1": true,
		"198.18.0.1": false, "224.0.0.1": false, "239.1.1.1": false, "240.0.0.1": false, "255.255.255.255": false, "ff02::1": false,
		"64:ff9b::7f00:1": false, "64:ff9b:1::a00:1": false, "2002:7f00:1::": false, "2001:db8::1": false, "::7f00:1": false,
		"192.0.0.1": false, "192.0.2.1": false, "203.0.113.9": false, "198.51.100.7": false, "100::1": false, "fec0::1": false,
	} {
		if got := g.Allows(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
	if _, err := NewGuard([]string{"10.0.0.1"}); err == nil {
		t.Error("an address was taken for a network")
	}
}

func TestAskPlain(t *testing.T) {
	g, err := NewGuard([]string{"10.20.0.0/16"})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{"http://10.20.0.1:8080/": true, "http://10.21.0.1/": false, "http://sso.example/": false,
		"http://8.8.8.8/": false} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := g.Plain(u); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

// A name that leads into the house, a redirect and an endless answer.
func TestAsk(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		switch req.URL.Path {
		case "/away":
			http.Redirect(w, req, "/large", http.StatusFound)
		case "/large":
			for range AskSize>>10 + 1 {
				if _, err := io.WriteString(w, strings.Repeat("x", 1<<10)); err != nil {
					return
				}
			}
		case "/full":
			io.WriteString(w, strings.Repeat("x", AskSize))
		}
	}))
	t.Cleanup(s.Close)
	shut, err := NewGuard(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{s.URL, strings.Replace(s.URL, "127.0.0.1", "localhost", 1)} {
		if _, err := shut.Client().Get(at); !errors.Is(err, ssrf.ErrProhibitedIP) {
			t.Errorf("%s: %v", at, err)
		}
	}
	open, err := NewGuard([]string{"127.0.0.0/8"})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{"/large": ErrLarge, "/full": nil, "/away": nil} {
		res, err := open.Client().Get(s.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.ReadAll(res.Body)
		res.Body.Close()
		if !errors.Is(err, want) || path == "/away" && res.StatusCode != http.StatusFound {
			t.Errorf("%s: %d %v", path, res.StatusCode, err)
		}
	}
}
