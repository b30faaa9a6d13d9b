package account

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/pquerna/otp/totp"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/seal"
	"linli/internal/platform/spelling"
	"linli/internal/platform/web"
)

// browser is a person at the pages of a world.
type browser struct {
	*world
	base string
	http *http.Client
	html string
	path string
}

func (w *world) browser() *browser {
	w.t.Helper()
	r := web.New(web.Config{Auth: w.Service, Keys: seal.Ephemeral(), DB: w.db, Demo: true, Asked: w.asked})
	w.Routes(r)
	s := httptest.NewServer(r)
	w.t.Cleanup(s.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return &browser{world: w, base: s.URL, http: &http.Client{Jar: jar}}
}

// asked compares the permission that a route states with those that its operation asked for.
func (w *world) asked(r web.Route, asked []auth.Perm) {
	for _, p := range asked {
		if p == r.Permission {
			return
		}
	}
	w.t.Errorf("%s %s states %s and asked for %v", r.Method, r.Path, r.Permission, asked)
}

func (b *browser) read(res *http.Response, err error) int {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	b.html, b.path = string(body), res.Request.URL.Path
	if res.StatusCode >= 500 {
		b.t.Errorf("%s: %d", b.path, res.StatusCode)
	}
	return res.StatusCode
}

func (b *browser) get(path string) int { return b.read(b.http.Get(b.base + path)) }

func (b *browser) post(path string, pairs ...string) int {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return b.read(b.http.PostForm(b.base+path, v))
}

func (b *browser) must(what string, got, status int, path string, words ...string) {
	b.t.Helper()
	if got != status || b.path != path {
		b.t.Fatalf("%s: %d at %s, want %d at %s\n%s", what, got, b.path, status, path, b.html)
	}
	for _, word := range words {
		if !strings.Contains(b.html, word) {
			b.t.Errorf("%s: no %q at %s\n%s", what, word, path, b.html)
		}
	}
}

func TestPagesOfAStaffMember(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		made, err := w.Add(auth.AsSystem(t.Context(), "console"),
			AddInput{Login: "banner1", Name: "额尔德尼", Post: Post{Role: auth.BannerOfficer, Region: banner, Reason: "文件"}})
		want(t, "create", err, "")
		b := w.browser()
		b.must("the door", b.get("/sign-in?back=%2Fadmin%2Faccounts"), 200, "/sign-in", `value="/admin/accounts"`)
		b.must("wrong", b.post("/sign-in", "login", "banner1", "password", "wrong", "back", "/admin/accounts"), 401, "/sign-in", "不对",
			`value="banner1"`)
		b.must("first sign-in", b.post("/sign-in", "login", "banner1", "password", made.Password, "back", "/admin/accounts"), 200, "/my/security",
			"请先改密码")
		b.must("a weak password", b.post("/my/security/password", "current_password", made.Password, "new_password", "short"), 422,
			"/my/security/password", "至少 10 个字符")
		b.must("a good password", b.post("/my/security/password", "current_password", made.Password, "new_password", good), 200, "/my/security",
			"请现在登记")
		b.must("the secret", b.post("/my/security/totp"), 200, "/my/security/totp", "<path")
		secret := spelling.Code(regexp.MustCompile(`<code class="nowrap">([A-Z2-7 ]+)</code>`).FindStringSubmatch(b.html)[1])
		b.must("a wrong code", b.post("/my/security/totp/confirm", "otp", "000000"), 422, "/my/security/totp/confirm", "动态码不对")
		code, _ := totp.GenerateCode(secret, clock.Now())
		b.post("/my/security/totp/confirm", "otp", code)
		b.must("enrolled", b.get("/my/security"), 200, "/my/security", "已登记", "这一台")
		b.must("the list", b.get("/admin/accounts"), 200, "/admin/accounts", "banner1", "新开账号")
		b.must("the roles are not hers", b.get("/admin/roles"), 200, "/admin/roles", "苏木乡镇", "账号：任命和收回")

		b.must("a place to find", b.get("/admin/accounts/new?q=某"), 200, "/admin/accounts/new", community.String(), "初始密码")
		b.must("no reason", b.post("/admin/accounts/new?q=某", "role", "station_manager", "role_region", community.String(), "name", "乌云", "login",
			"wuyun", "phone", "12933330001", "password", "meadow-lark-77", "reason", ""), 422, "/admin/accounts/new", `value="wuyun"`, `value="meadow-lark-77"`)
		b.must("created", b.post("/admin/accounts/new?q=某", "role", "station_manager", "role_region", community.String(), "name", "乌云", "login",
			"wuyun", "phone", "12933330001", "password", "meadow-lark-77", "reason", "聘用", "station_id", "", "from", "", "until", ""), 200, b.path,
			"乌云", "站点管理员", "129****0001")
		sheet := b.path
		b.must("a second post", b.post(sheet+"/grants?q=某", "role", "social_worker", "role_region", town.String(), "reason", "兼任"), 200, sheet,
			"社会工作者")
		end := regexp.MustCompile(sheet + `/grants/[0-9]+/end`).FindString(b.html)
		b.must("ended", b.post(end, "reason", "调离"), 200, sheet, "收回：调离")
		b.must("reset", b.post(sheet+"/reset-password", "password", "autumn-crane-31", "reason", "本人到场"), 200, sheet)
		b.must("lock is not hers", b.post(sheet+"/lock", "reason", "调查"), 403, sheet+"/lock")

		b.must("sign out", b.post("/sign-out"), 404, "/")
		b.must("a stranger's list", b.get("/admin/accounts"), 200, "/sign-in")
		b.must("the quick change", b.get("/switch"), 200, "/switch", "额尔德尼", "banner1")
		clock.Set(clock.Now().Add(60e9))
		t.Cleanup(clock.Reset)
		id := regexp.MustCompile(`/switch/[0-9]+`).FindString(b.html)
		b.must("only the password", b.post(id, "login", "banner1", "password", good, "back", "/admin/roles"), 200, "/sign-in/otp", "动态码")
		code, _ = totp.GenerateCode(secret, clock.Now())
		b.must("wrong second step", b.post("/sign-in/otp?back=%2Fadmin%2Froles", "otp", "123"), 401, "/sign-in/otp", "不对")
		b.must("second step", b.post("/sign-in/otp?back=%2Fadmin%2Froles", "otp", code), 200, "/admin/roles")
	})
}

func TestPagesOfAResident(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		b := w.browser()
		b.must("sign up", b.get("/sign-up"), 200, "/sign-up")
		b.must("no number", b.post("/sign-up", "phone", "12"), 422, "/sign-up", "11 位")
		b.must("code", b.post("/sign-up", "phone", "12944440001"), 200, b.path, "验证码")
		page := b.path
		if strings.Contains(page, "12944440001") {
			t.Error("the telephone number stands in an address")
		}
		b.must("community", b.get(page+"?q=某"), 200, page, community.String())
		b.must("wrong code", b.post(page+"?q=某", "region", community.String(), "name", "其木格", "code", "000000"), 422, page, "验证码不对",
			`value="其木格"`)
		b.post(page+"?q=某", "region", community.String(), "name", "其木格", "code", w.code())
		b.must("signed in", b.get("/my/security"), 200, "/my/security", "居民", "129****0001")
		b.post("/sign-out")
		w.age(2e9 * 60)
		b.must("by SMS", b.post("/sign-in/sms", "phone", "12944440001", "back", "/my/security"), 200, b.path)
		b.must("signed in again", b.post(b.path, "code", w.code(), "back", "/my/security"), 200, "/my/security")
		b.must("not an administrator", b.get("/admin/accounts"), 403, "/admin/accounts")
	})
}

func TestPagesOfATownOfficer(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	a := w.somebody(auth.TownOfficer, town, "")
	b := w.browser()
	b.must("sign in", b.post("/sign-in", "login", a.Login, "password", good), 200, "/my/security", "请现在登记")
	b.must("card", b.post("/my/security/card"), 200, "/my/security/card", "只显示这一次")
	codes := regexp.MustCompile(`[0-9]{4} [0-9]{4}`).FindAllString(b.html, -1)
	if len(codes) != CardCodes {
		t.Fatalf("%d codes", len(codes))
	}
	b.must("the session goes on", b.get("/my/security"), 200, "/my/security", "还剩 10 个码")
	b.post("/sign-out")
	b.must("the second step", b.post("/sign-in", "login", a.Login, "password", good, "back", "/my/security"), 200, "/sign-in/otp", "卡")
	b.must("by card", b.post("/sign-in/otp?back=/my/security", "otp", codes[0]), 200, "/my/security", "还剩 9 个码")
}

func TestDemoDoor(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	a := w.somebody(auth.LeagueOfficer, league, NewSecret())
	w.write(func(tx *db.Tx) error { return w.MarkDemo(t.Context(), tx, auth.LeagueOfficer, a.ID, "某盟") })
	b := w.browser()
	second := w.somebody(auth.LeagueOfficer, league, NewSecret())
	w.write(func(tx *db.Tx) error { return w.MarkDemo(t.Context(), tx, auth.LeagueOfficer, second.ID, "某盟") })
	b.must("the door", b.get("/sign-in"), 200, "/sign-in", `value="league_officer"`, "某盟", "换第二个人", `name="second"`)
	b.post("/demo/sign-in", "role", "league_officer", "second", "true")
	b.must("the second", b.get("/my/security"), 200, "/my/security", second.Name)
	b.post("/demo/sign-in", "role", "league_officer")
	b.must("inside", b.get("/my/security"), 200, "/my/security", "盟市主管部门")
	b.must("elsewhere there is no way out", b.post("/demo/sign-in", "role", "nobody"), 404, "/demo/sign-in")
}

func TestAPI(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		a := w.somebody(auth.StationManager, community, "")
		w.write(func(tx *db.Tx) error { return w.MarkDemo(t.Context(), tx, auth.StationManager, a.ID, "") })
		b := w.browser()
		call := func(method, path, token, body string) (int, map[string]any) {
			t.Helper()
			req, err := http.NewRequestWithContext(t.Context(), method, b.base+path, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/json")
			if token != "" {
				req.Header.Set("Authorization", "Bearer "+token)
			}
			res, err := http.DefaultClient.Do(req)
			status := b.read(res, err)
			var out map[string]any
			if b.html != "" {
				if err := json.Unmarshal([]byte(b.html), &out); err != nil {
					t.Fatalf("%s: %v", b.html, err)
				}
			}
			return status, out
		}
		status, out := call("POST", "/api/v1/sessions", "", `{"login":"user1","password":"wrong"}`)
		if status != 401 || out["type"] != "urn:linli:problem:bad_credentials" {
			t.Errorf("%d %v", status, out)
		}
		status, out = call("POST", "/api/v1/sessions", "", `{"login":"user1","password":"`+good+`"}`)
		if status != 201 || len(out) != 3 || !strings.HasSuffix(fmt.Sprint(out["expires_at"]), "+08:00") {
			t.Fatalf("%d %v", status, out)
		}
		token := out["token"].(string)
		role := out["account"].(map[string]any)["roles"].([]any)[0].(map[string]any)
		if role["role"] != "station_manager" || role["region"] != community.String() || role["station_id"] != "77" {
			t.Errorf("role %v", role)
		}
		if status, out = call("GET", "/api/v1/sessions", token, ""); status != 200 || len(out["items"].([]any)) != 1 {
			t.Errorf("%d %v", status, out)
		}
		if status, _ = call("DELETE", "/api/v1/sessions/current", token, ""); status != 204 {
			t.Errorf("sign out: %d", status)
		}
		if status, _ = call("GET", "/api/v1/sessions", token, ""); status != 401 {
			t.Errorf("after sign-out: %d", status)
		}
		status, out = call("POST", "/api/v1/sms-codes", "", `{"phone":"12955550001","purpose":"sign_up"}`)
		if status != 201 || out["ticket"] == nil {
			t.Fatalf("%d %v", status, out)
		}
		if status, _ = call("POST", "/api/v1/sms-codes", "", `{"phone":"12955550001","purpose":"sign_up"}`); status != 429 {
			t.Errorf("a second code at once: %d", status)
		}
		if status, out = call("POST", "/api/v1/residents", "", `{"phone":"12955550001","code":"000000","name":"其木格","region":"`+
			community.String()+`"}`); status != 422 {
			t.Errorf("%d %v", status, out)
		}
		status, out = call("POST", "/api/v1/residents", "", `{"phone":"12955550001","code":"`+w.code()+`","name":"其木格","region":"`+
			community.String()+`"}`)
		if status != 201 || out["id"] == "" || out["person_id"] == "" || out["token"] == "" {
			t.Errorf("%d %v", status, out)
		}
	})
}
