package inspectiontest

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"linli/internal/platform/auth"
	"linli/internal/platform/errs"
	"linli/internal/platform/web"
	"linli/internal/work/attendance/attendancetest"
)

// people signs in by name.
type people map[string]auth.Actor

func (p people) Authenticate(_ context.Context, token string) (auth.Actor, error) {
	if a, ok := p[token]; ok {
		return a, nil
	}
	return auth.Actor{}, errs.ErrUnauthenticated
}

// Site is an area behind its routes.
type Site struct {
	*testing.T
	*web.Router
	people people
}

// Let lets somebody sign in by a name.
func (s *Site) Let(name string, ctx context.Context) { s.people[name] = auth.From(ctx) }

// Lacks opens a page, which must not hold the words.
func (s *Site) Lacks(who, path string, words ...string) {
	s.Helper()
	page := s.See(who, path)
	for _, x := range words {
		if strings.Contains(page, x) {
			s.Errorf("%s GET %s holds %q", who, path, x)
		}
	}
}

// Site mounts routes; everybody signs in by name.
func (w *World) Site(mount func(*web.Router)) *Site {
	return Sited(w.T, w.World, mount, map[string]context.Context{"manager": w.Manager, "town": w.Town, "banner": w.Banner, "league": w.League,
		"inspector": w.Inspector, "far": w.Far})
}

// Sited mounts routes over a world; who is named signs in by that name.
func Sited(t *testing.T, w *attendancetest.World, mount func(*web.Router), who map[string]context.Context) *Site {
	p := people{}
	for name, ctx := range who {
		p[name] = auth.From(ctx)
	}
	s := &Site{t, web.New(web.Config{Auth: p, Keys: w.Keys, DB: w.DB, Demo: true}), p}
	mount(s.Router)
	return s
}

// Send asks as somebody; nobody with an empty name.
func (s *Site) Send(who string, req *http.Request) *httptest.ResponseRecorder {
	if who != "" {
		req.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: who})
	}
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, req)
	return rec
}

// See opens a page, which must hold the words, and gives it.
func (s *Site) See(who, path string, words ...string) string {
	s.Helper()
	rec := s.Send(who, httptest.NewRequest("GET", path, nil))
	body := strings.ReplaceAll(rec.Body.String(), "\u00a0", " ") // as people read it
	for _, x := range append(words, "") {
		if rec.Code != 200 || !strings.Contains(body, x) {
			s.Errorf("%s GET %s: %d without %q", who, path, rec.Code, x)
		}
	}
	return body
}

// Post sends a form, which must be answered by the status, and gives where it leads or what it says.
func (s *Site) Post(who, path string, status int, fields ...string) string {
	s.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		v.Add(fields[i], fields[i+1])
	}
	req := httptest.NewRequest("POST", path, strings.NewReader(v.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.answer(who, req, status)
}

// Upload is Post with a picture.
func (s *Site) Upload(who, path string, status int, picture []byte, fields ...string) string {
	s.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i+1 < len(fields); i += 2 {
		_ = form.WriteField(fields[i], fields[i+1])
	}
	part, _ := form.CreateFormFile("file", "a.png")
	_, _ = part.Write(picture)
	form.Close()
	req := httptest.NewRequest("POST", path, &body)
	req.Header.Set("Content-Type", form.FormDataContentType())
	return s.answer(who, req, status)
}

func (s *Site) answer(who string, req *http.Request, status int) string {
	s.Helper()
	rec := s.Send(who, req)
	if rec.Code != status {
		s.Fatalf("%s POST %s: %d, want %d: %.400s", who, req.URL.Path, rec.Code, status, rec.Body)
	}
	if to := rec.Header().Get("Location"); to != "" {
		return to
	}
	return rec.Body.String()
}

// Find gives what a pattern's group holds on a page.
func (s *Site) Find(page, pattern string) string {
	s.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(page)
	if m == nil {
		s.Fatalf("no %s on the page", pattern)
	}
	return m[1]
}
