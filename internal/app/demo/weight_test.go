package demo_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"linli/internal/app/demo/manifest"
	"linli/internal/platform/auth"
	"linli/internal/platform/web"
)

// Bytes that a phone on the grassland, at 400 kbit/s, fetches for a page as they are sent: with stylesheet, scripts and icons the
// first time, alone from then on.
const (
	firstLoad = 60_000
	nextLoad  = 8_000
)

var assetAddress = regexp.MustCompile(`(?:href|src)="(/static/[^"#]+)`)

// light asks for every page that a phone may open and weighs it.
func light(t *testing.T, m made) {
	t.Helper()
	weighed := 0
	for _, role := range []auth.Role{"", auth.Resident, auth.Volunteer} {
		token := ""
		if role != "" {
			token = m.signIn(t, role)
		}
		for _, path := range m.phonePages(t, token) {
			w := m.get(path, token)
			if w.Code != http.StatusOK {
				continue // another role's
			}
			weighed++
			page, all := w.Body.Len(), w.Body.Len()
			for _, address := range assets(t, w) {
				a := m.get(address, "")
				all += a.Body.Len()
				if how := a.Header().Get("Cache-Control"); a.Code != http.StatusOK || !strings.Contains(how, "immutable") ||
					!strings.Contains(how, "max-age=31536000") {
					t.Errorf("%s of %s: %d, Cache-Control %q", address, path, a.Code, how)
				}
			}
			if page > nextLoad || all > firstLoad {
				t.Errorf("%s for %q: %d bytes, %d with everything", path, role, page, all)
			}
		}
	}
	if weighed < 25 {
		t.Errorf("only %d pages were weighed", weighed)
	}
}

func (m made) get(path, token string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodGet, path, nil)
	req.Header.Set("Accept-Encoding", "gzip")
	if token != "" {
		req.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: token})
	}
	w := httptest.NewRecorder()
	m.app.Router.ServeHTTP(w, req)
	return w
}

func (m made) signIn(t *testing.T, role auth.Role) string {
	t.Helper()
	i := slices.IndexFunc(m.manifest.Accounts, func(a manifest.Account) bool { return a.Role == role })
	return m.enter(t, m.manifest.Accounts[i])
}

// enter signs in with an account, with its second factor where it has one, and gives the token of the session.
func (m made) enter(t *testing.T, a manifest.Account) string {
	t.Helper()
	fields := map[string]string{"login": a.Login, "password": a.Password}
	if a.TOTPSecret != "" {
		code, err := totp.GenerateCode(a.TOTPSecret, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		fields["otp"] = code
	}
	body, _ := json.Marshal(fields)
	req := httptest.NewRequest(http.MethodPost, "/api/v1/sessions", bytes.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	m.app.Router.ServeHTTP(w, req)
	var out struct{ Token string }
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || out.Token == "" {
		t.Fatalf("%s does not sign in: %d %s", a.Role, w.Code, w.Body)
	}
	return out.Token
}

// phonePages are the public and personal pages that need no number, and one order of one's own.
func (m made) phonePages(t *testing.T, token string) (paths []string) {
	t.Helper()
	for _, r := range m.app.Router.Routes() {
		path := strings.ReplaceAll(r.Path, "{$}", "")
		shell, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		if r.Kind == web.KindPage && !strings.Contains(path, "{") && !slices.Contains([]string{"desk", "gov", "admin", "studio"}, shell) {
			paths = append(paths, path)
		}
	}
	if link := regexp.MustCompile(`href="(/my/(?:orders|tasks)/\d+)"`).FindStringSubmatch(plain(t, m.get("/my/orders", token))); link != nil {
		paths = append(paths, link[1])
	}
	return paths
}

// assets are the addresses of what a page loads, each once.
func assets(t *testing.T, w *httptest.ResponseRecorder) (out []string) {
	t.Helper()
	for _, found := range assetAddress.FindAllStringSubmatch(plain(t, w), -1) {
		if !slices.Contains(out, found[1]) {
			out = append(out, found[1])
		}
	}
	return out
}

// plain is the text of an answer that must have come compressed.
func plain(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	if w.Code != http.StatusOK {
		return ""
	}
	z, err := gzip.NewReader(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		t.Fatalf("not compressed: %v", err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
