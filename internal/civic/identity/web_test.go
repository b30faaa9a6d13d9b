package identity

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/web"
)

// door is a person at a browser that follows no redirect by itself.
type door struct {
	*world
	s    *httptest.Server
	http *http.Client
	html string
}

func (w *world) door() *door {
	r := web.New(web.Config{Auth: w.accounts, Keys: w.keys, DB: w.d, Asked: func(r web.Route, asked []auth.Perm) {
		for _, p := range asked {
			if p == r.Permission {
				return
			}
		}
		w.Errorf("%s %s states %s and asked for %v", r.Method, r.Path, r.Permission, asked)
	}})
	w.accounts.Routes(r)
	w.Routes(r)
	s := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, req *http.Request) {
		r.ServeHTTP(out, req.WithContext(clock.At(req.Context(), w.now)))
	}))
	w.Cleanup(s.Close)
	return &door{world: w, s: s, http: newBrowser(w)}
}

func newBrowser(w *world) *http.Client {
	jar, err := cookiejar.New(nil)
	w.must(err)
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// get gives where a page leads, or its status, and keeps what it shows.
func (d *door) get(path string) (int, string) { return d.answer(d.http.Get(d.s.URL + path)) }

func (d *door) post(path string, pairs ...string) (int, string) {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return d.answer(d.http.PostForm(d.s.URL+path, v))
}

func (d *door) answer(res *http.Response, err error) (int, string) {
	d.Helper()
	d.must(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	d.must(err)
	d.html = string(body)
	return res.StatusCode, res.Header.Get("Location")
}

func (d *door) leads(what string, status int, to, want string) {
	d.Helper()
	if status != http.StatusSeeOther || to != want {
		d.Fatalf("%s: %d to %q, want %q\n%s", what, status, to, want, d.html)
	}
}

func (d *door) shows(what string, status int, words ...string) {
	d.Helper()
	if status != http.StatusOK {
		d.Fatalf("%s: %d\n%s", what, status, d.html)
	}
	for _, x := range words {
		if !strings.Contains(d.html, x) {
			d.Errorf("%s: no %q\n%s", what, x, d.html)
		}
	}
}

// back goes to the provider under a name and comes back.
func (d *door) back(to, name string) (int, string) {
	d.Helper()
	u, err := url.Parse(to)
	d.must(err)
	at := u.Query().Get("redirect_uri")
	if at != d.Callback(d.at.ID) || !strings.HasPrefix(at, "https://linli.example/sign-in/with/") {
		d.Fatalf("sends back to %q", at)
	}
	return d.get(strings.TrimPrefix(at, "https://linli.example") + "?" + d.peer.consent(to, name).Encode())
}

// From the page of sign-in to the provider and back, linked and not, and what every way out says.
func TestPages(t *testing.T) {
	each(t, func(w *world) {
		w.somebody(auth.Resident, 0, "")
		d, at := w.door(), "/sign-in/with/"+w.at.ID.String()
		status, _ := d.get("/sign-in?back=%2Fmy%2Forders")
		d.shows("the page of sign-in", status, "用统一认证登录", at+"?back=%2Fmy%2Forders")
		_, to := d.get(at + "?back=%2Fmy%2Forders")
		status, to = d.back(to, "u-1")
		d.leads("not linked", status, to, "/sign-in/outside?back=%2Fmy%2Forders&why=unlinked&with="+w.at.ID.String())
		status, _ = d.get(to)
		d.shows("not linked", status, "还没有关联账号", "/sign-in?back=%2Fmy%2Fidentities", "居民注册")

		status, to = d.post("/sign-in", "login", "user2", "password", good, "back", my)
		d.leads("the usual way", status, to, my)
		status, _ = d.get(my)
		d.shows("his page", status, "关联 统一认证")
		link := my + "/" + w.at.ID.String()
		if status, _ = d.post(link+"/link", "password", "x"); status != 422 || !strings.Contains(d.html, "密码不对") {
			t.Errorf("a wrong password: %d", status)
		}
		status, to = d.post(link+"/link", "password", good)
		d.leads("proved", status, to, link+"/go")
		status, _ = d.get(to)
		d.shows("where to", status, strings.TrimPrefix(w.peer.URL, "http://"))
		away := regexp.MustCompile(`href="(http://127[^"]+)"`).FindStringSubmatch(d.html)
		status, to = d.back(strings.ReplaceAll(away[1], "&amp;", "&"), "u-1")
		d.leads("linked", status, to, my+"?why=linked")
		status, _ = d.get(to)
		d.shows("linked", status, "关联好了", "还没有用过")
		d.post("/sign-out")

		for back, want := range map[string]string{"/my/orders": "/my/orders", "//evil.example": "/", `/\evil.example`: "/", "": "/my"} {
			d.http = newBrowser(w)
			_, to = d.get(at + "?" + url.Values{"back": {back}}.Encode())
			status, to = d.back(to, "u-1")
			d.leads("signed in, back to "+back, status, to, want)
			status, _ = d.get("/my/security")
			d.shows("he is in", status, "在哪里登录着")
		}
		w.exits(d, at)
	})
}

// exits are the ways out of a journey that let nobody in; what the provider says is not shown.
func (w *world) exits(d *door, at string) {
	with := w.at.ID.String()
	for why, query := range map[string]string{"declined": "error=access_denied", "failed": "error=%3Cscript%3E&error_description=%3Cscript%3E",
		"wrong": "code=x&iss=https%3A%2F%2Fother.example"} {
		d.http = newBrowser(w)
		_, to := d.get(at)
		u, err := url.Parse(to)
		w.must(err)
		status, to := d.get(at + "/back?" + query + "&session_state=x&state=" + u.Query().Get("state"))
		d.leads(why, status, to, "/sign-in/outside?why="+why+"&with="+with)
		status, _ = d.get(to)
		d.shows(why, status, endings[why][0], "用别的办法登录", at)
		if strings.Contains(d.html, "<script>") {
			w.Error("what the provider says is shown")
		}
	}
	d.http = newBrowser(w)
	status, to := d.get(at + "/back?code=x&state=y")
	d.leads("out of nowhere", status, to, "/sign-in/outside?why=late&with="+with)
	status, _ = d.get("/sign-in/outside?why=late&with=1")
	d.shows("from a provider that there is not", status, endings["late"][0], "用别的办法登录")
	w.exec(`UPDATE account SET state = 'locked' WHERE login = 'user2'`)
	_, to = d.get(at)
	status, to = d.back(to, "u-1")
	d.leads("locked", status, to, "/sign-in/outside?why=locked&with="+with)
	status, _ = d.get("/sign-in/outside?why=%3Cscript%3E")
	if status != 422 {
		w.Errorf("a reason that there is not: %d", status)
	}
}

// Under https the cookie of a journey is one that no other host of the domain can set.
func TestCookie(t *testing.T) {
	each(t, func(w *world) {
		r := web.New(web.Config{Auth: w.accounts, Keys: w.keys, DB: w.d, Secure: true})
		w.Routes(r)
		rec := httptest.NewRecorder()
		r.ServeHTTP(rec, httptest.NewRequestWithContext(context.Background(), "GET", "/sign-in/with/"+w.at.ID.String(), nil))
		for _, c := range rec.Result().Cookies() {
			if c.Name == "__Host-linli_journey" && c.Secure && c.HttpOnly && c.Path == "/" && c.Domain == "" &&
				c.SameSite == http.SameSiteLaxMode && c.MaxAge == int(JourneyTime.Seconds()) {
				return
			}
		}
		t.Errorf("%d %v", rec.Code, rec.Result().Cookies())
	})
}

// Who keeps the providers sees all but the secret.
func TestAdminPages(t *testing.T) {
	each(t, func(w *world) {
		d := w.door()
		d.post("/sign-in", "login", "user1", "password", good)
		d.post("/sign-in/otp", "otp", w.otp(w.secret))
		status, _ := d.get(admin)
		d.shows("the list", status, "统一认证", "可以用来登录")
		at := admin + "/" + w.at.ID.String()
		status, _ = d.get(at)
		d.shows("the provider", status, w.Callback(w.at.ID), clientID)
		if strings.Contains(d.html, clientSecret) {
			t.Error("the secret is shown")
		}
		status, _ = d.post(admin, "issuer", "x-7", "name", "某处", "client_secret", "never-shown", "password", good)
		if status != 422 || !strings.Contains(d.html, `value="x-7"`) || strings.Contains(d.html, "never-shown") {
			t.Errorf("%d %s", status, d.html)
		}
		status, to := d.post(at+"/switch", "version", "2", "state", Off, "password", good, "otp", w.otp(w.secret))
		d.leads("switched off", status, to, at)
		status, _ = d.get(at)
		d.shows("switched off", status, "没有启用")
	})
}
