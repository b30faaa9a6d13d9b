package web

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"sync"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/held"
	"linli/internal/platform/web/ui"
)

// A form that comes when its session has ended is kept for the account whose page it stood on, and shown again, as it was typed, after
// that account has signed in. Nothing is done by it: it waits for a second press. Files of a form with an error are kept alike.
const (
	ofField   = "form_of"   // on which account's page the form stood, sealed
	keptField = "form_kept" // under which number the form was kept
	heldPath  = "/held/"
)

// mark names the account on its forms so that nobody else can.
func (r *Router) mark(account db.ID) func() string {
	if r.cfg.Keys == nil || r.cfg.DB == nil || account == 0 {
		return nil
	}
	return sync.OnceValue(func() string {
		return base64.RawURLEncoding.EncodeToString(r.cfg.Keys.Seal([]byte(account.String()), ofField))
	})
}

// marked is the account on whose page the form stood; 0 where nothing says so.
func (r *Router) marked(req *http.Request) db.ID {
	sealed, err := base64.RawURLEncoding.DecodeString(req.PostFormValue(ofField))
	if err != nil || r.cfg.Keys == nil || r.cfg.DB == nil {
		return 0
	}
	plain, err := r.cfg.Keys.Open(sealed, ofField)
	if err != nil {
		return 0
	}
	n, _ := strconv.ParseInt(string(plain), 10, 64) // 0 is nobody
	return db.ID(n)
}

// luggage is what a form brings beside its values: the files that it carries, and those that were kept for it.
type luggage struct {
	store *held.Store
	files map[string]held.File
}

type luggageKey struct{}

// packed lets the binder find what was kept for the form, and leaves what the form carried.
func (r *Router) packed(req *http.Request) (*http.Request, *luggage) {
	l := &luggage{}
	if r.cfg.DB != nil && r.cfg.Keys != nil {
		l.store = held.New(r.cfg.DB, r.cfg.Keys)
	}
	return req.WithContext(context.WithValue(req.Context(), luggageKey{}, l)), l
}

// unpack adds to a body the files that were kept for its form, where it brings no others.
func unpack(req *http.Request, got *body) error {
	l, ok := req.Context().Value(luggageKey{}).(*luggage)
	if !ok {
		return nil
	}
	if id := req.PostFormValue(keptField); id != "" && l.store != nil {
		f, _, err := l.store.Get(req.Context(), auth.From(req.Context()).Account, id)
		if err != nil {
			return err
		}
		for name, x := range f.Files {
			if _, chosen := got.values[name]; !chosen {
				got.values[name], got.files[name] = map[string]any{"name": x.Name, "data": ""}, x.Data
			}
		}
	}
	l.files = map[string]held.File{}
	for name, data := range got.files {
		if v, ok := got.values[name].(map[string]any); ok {
			word, _ := v["name"].(string)
			l.files[name] = held.File{Name: word, Data: data}
		}
	}
	return nil
}

// keep holds a form for an account; "" where it cannot.
func (l *luggage) keep(req *http.Request, account db.ID, page string) (string, error) {
	if l.store == nil || account == 0 {
		return "", nil
	}
	id, err := l.store.Keep(req.Context(), account, held.Form{Action: req.URL.Path, Page: page, Key: req.PostFormValue(keyField),
		Values: entered(req), Files: l.files})
	return id.String(), err
}

// done marks what was kept of a form that is through.
func (l *luggage) done(req *http.Request) error {
	id := req.PostFormValue(keptField)
	if id == "" || l.store == nil {
		return nil
	}
	return l.store.Send(req.Context(), auth.From(req.Context()).Account, id)
}

// repack keeps the files of a refused form for its next try, without those that are refused themselves, and says so to the form.
func (l *luggage) repack(req *http.Request, page string, state *ui.FormState) error {
	for name := range state.Errors {
		delete(l.files, name)
	}
	account := auth.From(req.Context()).Account
	if len(l.files) == 0 || account == 0 {
		return nil
	}
	id, err := l.keep(req, account, page)
	if err == nil {
		err = l.done(req)
	}
	state.Kept, state.Files = id, held.Form{Files: l.files}.Names()
	return err
}

// away answers a form whose session has ended: sign in, and go on where you were.
func (r *Router) away(w http.ResponseWriter, req *http.Request, page string, l *luggage) {
	back, words := page, "登录的时间到了，请再登录一次"
	id, err := l.keep(req, r.marked(req), page)
	if err != nil {
		r.fail(w, req, nil, err)
		return
	}
	if id != "" {
		back, words = heldPath+id, "登录的时间到了。您填的都收好了：登录以后看一遍，再送出"
	}
	r.show(w, req, ui.Href(ui.PathSignIn, "back", back), errs.Unauthenticated, &ui.FormState{Action: ui.PathSignIn, Message: words})
}

// resume shows a form that was kept, to who typed it.
func (r *Router) resume(w http.ResponseWriter, req *http.Request) {
	actor := auth.From(req.Context())
	_, l := r.packed(req)
	switch {
	case l.store == nil:
		r.notFound(w, req)
		return
	case !actor.SignedIn():
		r.fail(w, req, nil, errs.New(errs.Unauthenticated, "unauthenticated", "请先登录"))
		return
	}
	id := req.PathValue("id")
	f, found, err := l.store.Get(req.Context(), actor.Account, id)
	if err == nil && (!found || f.Sent) {
		err = errs.New(errs.NotFound, "not_found", "没送出的内容只有填它的人看得到，只留一天；送出以后也不在这里了。")
	}
	if err != nil {
		r.fail(w, req, nil, err)
		return
	}
	r.show(w, req, f.Page, http.StatusOK,
		&ui.FormState{Action: f.Action, Values: f.Values, Key: f.Key, Kept: id, Files: f.Names(), Resumed: true})
}

// show serves a page inside of this request, with the state of one of its forms.
func (r *Router) show(w http.ResponseWriter, req *http.Request, page string, status errs.Kind, state *ui.FormState) {
	target, err := url.ParseRequestURI(page)
	if err != nil {
		r.fail(w, req, nil, errors.Join(errs.ErrNotFound, err))
		return
	}
	later(w, int(status))
	ctx := ui.WithForm(context.WithValue(req.Context(), statusKey{}, int(status)), state)
	get := req.Clone(ctx)
	get.Method, get.URL, get.Body, get.Form, get.PostForm, get.MultipartForm = http.MethodGet, target, http.NoBody, nil, nil, nil
	ui.From(ctx).Path = target.RequestURI()
	r.mux.ServeHTTP(w, get)
}
