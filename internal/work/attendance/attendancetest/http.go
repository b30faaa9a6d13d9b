package attendancetest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"

	"linli/internal/platform/auth"
	"linli/internal/platform/errs"
	"linli/internal/platform/web"
)

// Web is the world behind real routes; a session token is the name of its actor.
type Web struct {
	*web.Router
	actors map[string]auth.Actor
}

// Web mounts routes. Everybody of the world may sign in by the field's name: resident, manager, head, head2, town, elsewhere, volunteer, other.
func (w *World) Web(mount ...func(*web.Router)) *Web {
	out := &Web{actors: map[string]auth.Actor{}}
	for name, ctx := range map[string]context.Context{"resident": w.Resident, "manager": w.Manager, "head": w.Head, "head2": w.Head2, "town": w.Town,
		"elsewhere": w.Elsewhere, "volunteer": w.Vols[0].Ctx, "other": w.Vols[1].Ctx} {
		out.actors[name] = auth.From(ctx)
	}
	out.Router = web.New(web.Config{Auth: out, Keys: w.Keys, Demo: true})
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
