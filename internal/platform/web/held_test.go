package web

import (
	"bytes"
	"context"
	"html"
	"io"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
	"linli/internal/platform/web/ui"
)

// letters are papers that only somebody signed in may send.
type letters struct {
	r   *Router
	got []paper
}

func (l *letters) send(ctx context.Context, d *db.DB, in paperInput) (paper, error) {
	switch {
	case !auth.From(ctx).SignedIn():
		return paper{}, errs.ErrUnauthenticated
	case in.Title == "坏":
		return paper{}, errs.Field("title", "换一个标题")
	}
	return db.Do(ctx, d, func(*db.Tx) (paper, error) {
		x := paper{in.Title, in.File.Name + "+" + in.Beside.Name, len(in.File.Data)}
		l.got = append(l.got, x)
		return x, nil
	})
}

func newLetters(d *db.DB) *letters {
	l := &letters{r: New(Config{Auth: named{}, Keys: seal.Ephemeral(), DB: d})}
	type none struct{}
	nothing := func(_ context.Context, in none) (none, error) { return in, nil }
	form := func(action string) func(none) templ.Component {
		return func(none) templ.Component {
			return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
				inner := templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
					return templ.Join(ui.Field(ui.FieldOpts{Name: "title", Label: "标题"}),
						ui.Photo(ui.FieldOpts{Name: "file", Label: "照片", Required: true}, "image/*", false)).Render(ctx, w)
				})
				return ui.UploadForm(action, "送出", "").Render(templ.WithChildren(ctx, inner), w)
			})
		}
	}
	Page(l.r, "GET /letters/new", "letter.blank", testPerm, nothing, form("/letters"))
	Page(l.r, "GET /sign-in", "account.entrance", testPerm, func(_ context.Context, in struct {
		Back string `query:"back" maxLength:"300"`
	}) (string, error) {
		return in.Back, nil
	}, func(back string) templ.Component {
		return templ.Join(ui.ActionForm("/sign-in", "登录", ""), ui.Hidden("back", back))
	})
	Form(l.r, "POST /letters", "letter.send", testPerm, func(ctx context.Context, in paperInput) (paper, error) { return l.send(ctx, d, in) },
		func(paperInput) string { return "/letters/new" }, func(paperInput, paper) string { return "/letters" }, MaxBody(20<<20))
	return l
}

// do asks as an account; "" for a visitor.
func (l *letters) do(who, method, path string, body []byte, kind string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, path, bytes.NewReader(body))
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if who != "" {
		req.Header.Set("Cookie", SessionCookie+"="+who)
	}
	w := httptest.NewRecorder()
	l.r.ServeHTTP(w, req)
	return w
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([a-z_]+)" value="([^"]*)"`)

// hidden are the unseen fields of a page's form, and fields.
func hidden(page string, fields map[string]string) map[string]string {
	out := map[string]string{}
	for _, m := range hiddenField.FindAllStringSubmatch(page, -1) {
		out[m[1]] = html.UnescapeString(m[2])
	}
	for name, value := range fields {
		out[name] = value
	}
	return out
}

func (l *letters) post(t *testing.T, who string, fields map[string]string) *httptest.ResponseRecorder {
	body, kind := parts(t, fields)
	return l.do(who, "POST", "/letters", body, kind)
}

// What was typed when the session had ended comes back to who typed it, with its photo, and counts once, when he has looked at it.
func TestFormOutlivesTheSession(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLetters(d)
		typed := hidden(l.do("7", "GET", "/letters/new", nil, "").Body.String(), map[string]string{"title": "给嘎查的信", "@file": "photo"})
		away := l.post(t, "", typed)
		back := hidden(away.Body.String(), nil)["back"]
		if away.Code != 401 || !strings.HasPrefix(back, heldPath) || strings.Contains(away.Body.String(), "给嘎查的信") || len(l.got) != 0 {
			t.Fatalf("%d %q %v %s", away.Code, back, l.got, away.Body)
		}
		for who, want := range map[string]int{"": 303, "8": 404} {
			if w := l.do(who, "GET", back, nil, ""); w.Code != want || strings.Contains(w.Body.String(), "给嘎查的信") {
				t.Errorf("%q sees it: %d %s", who, w.Code, w.Body)
			}
		}
		page := l.do("7", "GET", back, nil, "")
		again := page.Body.String()
		if page.Code != 200 || !strings.Contains(again, `value="给嘎查的信"`) || !strings.Contains(again, "通知.pdf 已经收好") || len(l.got) != 0 {
			t.Fatalf("%d %v %s", page.Code, l.got, again)
		}
		fields := hidden(again, map[string]string{"title": "给嘎查的信"})
		if fields["idempotency_key"] != typed["idempotency_key"] {
			t.Error("the form has another key")
		}
		for range 2 {
			if w := l.post(t, "7", fields); w.Code != 303 {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
		}
		if len(l.got) != 1 || l.got[0] != (paper{"给嘎查的信", "通知.pdf+", 5}) {
			t.Errorf("came in: %v", l.got)
		}
		if w := l.do("7", "GET", back, nil, ""); w.Code != 404 {
			t.Errorf("after it was sent: %d", w.Code)
		}
	})
}

// Nobody makes others keep what he likes: without the mark of a page, or with another's, nothing is kept for anybody.
func TestFormOfNobodyIsNotKept(t *testing.T) {
	l := newLetters(dbtest.SQLite(t))
	for _, mark := range []string{"", "x", "Nw"} {
		w := l.post(t, "", map[string]string{"title": "a", "@file": "x", "form_of": mark})
		if back := hidden(w.Body.String(), nil)["back"]; w.Code != 401 || back != "/letters/new" {
			t.Errorf("mark %q: %d %q", mark, w.Code, back)
		}
	}
}

// A photo that was chosen is kept over an error elsewhere in the form; one that is the error is not.
func TestPhotoOutlivesAnError(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLetters(d)
		fields := hidden(l.do("7", "GET", "/letters/new", nil, "").Body.String(), map[string]string{"title": "坏", "@file": "photo"})
		for try := range 2 {
			w := l.post(t, "7", fields)
			if w.Code != 422 || !strings.Contains(w.Body.String(), "通知.pdf 已经收好") || strings.Contains(w.Body.String(), "required") {
				t.Fatalf("try %d: %d %s", try, w.Code, w.Body)
			}
			fields = hidden(w.Body.String(), map[string]string{"title": "坏"}) // no file is chosen again
		}
		stranger := l.post(t, "8", map[string]string{"title": "好", "form_kept": fields["form_kept"]})
		if stranger.Code != 422 || len(l.got) != 0 {
			t.Errorf("another takes it: %d %v", stranger.Code, l.got)
		}
		fields["title"] = "好"
		if w := l.post(t, "7", fields); w.Code != 303 || len(l.got) != 1 || l.got[0] != (paper{"好", "通知.pdf+", 5}) {
			t.Errorf("%d %v %s", w.Code, l.got, w.Body)
		}
		big := l.post(t, "7", hidden("", map[string]string{"title": "好", "@file": strings.Repeat("x", 10_500_001)}))
		if big.Code != 422 || strings.Contains(big.Body.String(), "form_kept") || !strings.Contains(big.Body.String(), "太大") {
			t.Errorf("too large: %d %.300s", big.Code, big.Body)
		}
	})
}

// Who asks without a session for what is no form is led back to the page that he came from.
func TestBackToThePage(t *testing.T) {
	l := newLetters(dbtest.SQLite(t))
	refuse := func(context.Context, struct{}) (string, error) { return "", errs.ErrUnauthenticated }
	Page(l.r, "POST /card", "card.new", testPerm, refuse, func(string) templ.Component { return templ.NopComponent })
	for from, want := range map[string]string{
		"http://example.com/my/security?x=1": "/my/security?x=1", "http://other.example/x": "/", "": "/"} {
		req := httptest.NewRequest("POST", "/card", strings.NewReader(""))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Referer", from)
		w := httptest.NewRecorder()
		l.r.ServeHTTP(w, req)
		if w.Code != 401 || !strings.Contains(html.UnescapeString(w.Body.String()), `"/sign-in?back=`+url.QueryEscape(want)+`"`) {
			t.Errorf("from %q: %d %s", from, w.Code, w.Body)
		}
	}
}
