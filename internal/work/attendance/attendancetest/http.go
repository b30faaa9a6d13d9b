package attendancetest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"linli/internal/platform/auth"
	"linli/internal/platform/errs"
	"linli/internal/platform/i18n"
	"linli/internal/platform/web"
	"linli/internal/platform/web/ui"
)

// Web is the world behind real routes; a session token is the name of its actor.
type Web struct {
	*web.Router
	actors map[string]auth.Actor
}

// Web mounts routes. Everybody of the world may sign in by the field's name: resident, manager, head, head2, town, elsewhere,
// volunteer, other.
func (w *World) Web(mount ...func(*web.Router)) *Web {
	out := &Web{actors: map[string]auth.Actor{}}
	for name, ctx := range map[string]context.Context{"resident": w.Resident, "manager": w.Manager, "head": w.Head, "head2": w.Head2,
		"town": w.Town, "elsewhere": w.Elsewhere, "volunteer": w.Vols[0].Ctx, "other": w.Vols[1].Ctx} {
		out.actors[name] = auth.From(ctx)
	}
	out.Router = web.New(web.Config{Auth: out, Keys: w.Keys, DB: w.DB, Demo: true})
	for _, m := range mount {
		m(out.Router)
	}
	return out
}

// Authenticate knows the actors by name.
func (s *Web) Authenticate(_ context.Context, token string) (auth.Actor, error) {
	if a, ok := s.actors[token]; ok {
		return a, nil
	}
	return auth.Actor{}, errs.ErrUnauthenticated
}

// Do sends one request; body is JSON for the API and a form elsewhere. It gives the status and the answer's body, or where it leads.
func (s *Web) Do(who, method, path, body string, head ...string) (int, string) {
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		kind := "application/json"
		if !strings.HasPrefix(path, "/api/") {
			kind = "application/x-www-form-urlencoded"
		}
		req.Header.Set("Content-Type", kind)
	}
	if who != "" {
		req.Header.Set("Authorization", "Bearer "+who)
		req.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: who})
	}
	for i := 0; i+1 < len(head); i += 2 {
		req.Header.Set(head[i], head[i+1])
	}
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, req)
	if to := rec.Header().Get("Location"); to != "" {
		return rec.Code, to
	}
	return rec.Code, rec.Body.String()
}

// tagged is a text that a page in another language marks as Chinese.
var tagged = regexp.MustCompile(`<[a-z]+[^>]*\blang="zh-CN"[^>]*>([^<]*)`)

// English opens a page in English: no Chinese stands on it but what is marked so, and of that only data, which the caller names.
func (s *Web) English(t *testing.T, who, path string, data ...string) {
	t.Helper()
	data = slices.DeleteFunc(data, func(d string) bool { return d == "" })
	code, page := s.Do(who, "GET", path, "", "Cookie", web.SessionCookie+"="+who+"; "+ui.CookieLang+"="+string(i18n.English))
	if code != 200 || !strings.Contains(page, `<html lang="en"`) {
		t.Errorf("%s: %d, not in English", path, code)
	}
	_, main, _ := strings.Cut(page, "<main")
	main, _, _ = strings.Cut(main, "</main>")
	for _, m := range tagged.FindAllStringSubmatch(main, -1) {
		if !slices.ContainsFunc(data, func(d string) bool { return strings.Contains(m[1], d) }) {
			t.Errorf("%s stays Chinese: %s", path, m[1])
		}
	}
	for line := range strings.SplitSeq(tagged.ReplaceAllString(main, ""), ">") {
		text, _, _ := strings.Cut(line, "<")
		if i18n.IsChinese(text) && !slices.ContainsFunc(data, func(d string) bool { return strings.Contains(text, d) }) {
			t.Errorf("%s holds unmarked Chinese: %s", path, text)
		}
	}
}
