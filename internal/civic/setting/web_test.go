package setting_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"linli/internal/civic/setting"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
	"linli/internal/platform/web"
)

// door serves the routes; a session token names a role, held where it usually is.
type door struct {
	*web.Router
	t *testing.T
}

// Authenticate takes the token for a role.
func (door) Authenticate(_ context.Context, token string) (auth.Actor, error) {
	at, ok := map[string]auth.Region{"system_admin": region, "banner_officer": banner, "town_officer": community.At(auth.LevelTown),
		"resident": community}[token]
	if !ok {
		return auth.Actor{}, errs.ErrUnauthenticated
	}
	return auth.Actor{Account: 7, Name: "乌云", Grants: []auth.Grant{{Role: auth.Role(token), Region: at}}}, nil
}

func doors(t *testing.T, test func(d door)) {
	seeded.Each(t, func(t *testing.T, base *db.DB) {
		s := setting.New(base)
		d := door{t: t}
		d.Router = web.New(web.Config{Auth: d, Keys: seal.Ephemeral(), DB: base, Demo: true})
		s.Routes(d.Router)
		test(d)
	})
}

func (d door) send(who, method, path string, fields ...string) (int, string) {
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	req := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if method == "POST" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: who})
	rec := httptest.NewRecorder()
	d.ServeHTTP(rec, req)
	if to := rec.Header().Get("Location"); to != "" {
		return rec.Code, to
	}
	return rec.Code, rec.Body.String()
}

func (d door) see(who, path string, words ...string) string {
	d.t.Helper()
	code, page := d.send(who, "GET", path)
	for _, x := range words {
		if code != 200 || !strings.Contains(page, x) {
			d.t.Errorf("%s GET %s: %d without %s", who, path, code, x)
		}
	}
	return page
}

func (d door) want(code int, who, path string, fields ...string) string {
	d.t.Helper()
	got, body := d.send(who, "POST", path, fields...)
	if got != code {
		d.t.Errorf("%s POST %s %v: %d, want %d: %.300s", who, path, fields, got, code, body)
	}
	return body
}

// hidden gives the value of a hidden field of a page.
func hidden(page, name string) string {
	_, rest, _ := strings.Cut(page, `name="`+name+`" value="`)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}

// The banner's officer sees what holds in his banner and where it comes from, changes it with a reason, reads the history and takes it
// back; what a law fixes has no form.
func TestSettingPages(t *testing.T) {
	doors(t, func(d door) {
		const key = "/admin/settings/order.review_days"
		at := key + "?region=" + banner.String()
		d.see("banner_officer", "/admin/settings", "锡林浩特市", "求助单的时限", `<details class="stack" open><summary>13 项</summary>`, "骨干名单",
			`<details class="stack"><summary>4 项</summary>`, "默认值", "本系统约定", "民政部令第67号", "看下级的")
		d.see("system_admin", "/admin/settings", "内蒙古自治区")
		if page := d.see("town_officer", "/admin/settings", "您只能看"); strings.Contains(page, banner.String()) {
			t.Error("a way up that he may not go")
		}
		page := d.see("banner_officer", at, "改成自己的", "没有改过", "1 到 10")
		if strings.Contains(page, "恢复上级的值") {
			t.Error("nothing to take back yet")
		}
		body := d.want(422, "banner_officer", key, "region", banner.String(), "version", "", "value", "99", "reason", "快些")
		if !strings.Contains(body, "应是 1 到 10 之间的整数") || !strings.Contains(body, `value="99"`) {
			t.Error("the error stands by its field, the input stays")
		}
		d.want(422, "banner_officer", key, "region", banner.String(), "value", "2", "reason", "")
		if to := d.want(303, "banner_officer", key, "region", banner.String(), "version", "", "value", "2", "reason", "本旗快些"); to != at {
			t.Error(to)
		}
		d.want(409, "banner_officer", key, "region", banner.String(), "version", "", "value", "3", "reason", "没看到")
		d.see("banner_officer", "/admin/settings", "13 项，1 项是自己定的")
		page = d.see("banner_officer", at, "本级设置", "改为 2个工作日", "乌云：本旗快些", "恢复以后是 1")
		d.see("town_officer", key, "沿用锡林浩特市", "2")
		d.see("system_admin", key, "下级自己设置的", "锡林郭勒盟锡林浩特市")
		d.want(303, "banner_officer", key, "region", banner.String(), "version", hidden(page, "version"), "reason", "试完了")
		d.see("banner_officer", at, "恢复上级的值", "默认值")
		for who, code := range map[string]int{"town_officer": 403, "resident": 403, "banner_officer": 404} {
			d.want(code, who, key, "region", region.String(), "value", "2", "reason", "x")
		}
		if page := d.see("system_admin", "/admin/settings/record.days", "不能改"); strings.Contains(page, `name="value"`) {
			t.Error("a law has a form")
		}
		for path, want := range map[string]int{"/admin/settings/no.such": 404, "/admin/settings?region=150102000000": 404,
			"/admin/settings?region=x": 422, key + "?region=159999000000": 404} {
			if code, _ := d.send("banner_officer", "GET", path); code != want {
				t.Errorf("GET %s: %d, want %d", path, code, want)
			}
		}
	})
}

// The administrator adds a word, renames it, retires it and says what other platforms call it.
func TestDictionaryPages(t *testing.T) {
	doors(t, func(d door) {
		d.see("system_admin", "/admin/dictionaries", "技能", "服务对象类别", "有外部代码的")
		d.see("system_admin", "/admin/dictionaries/skill", "做饭送餐", "志愿北疆", "添一个词")
		if body := d.want(422, "system_admin", "/admin/dictionaries", "name", "skill", "label", "马具修理", "code", "Bad", "sort",
			"300"); !strings.Contains(body, "小写字母、数字和下划线") {
			t.Error("the code is refused by its field")
		}
		d.want(422, "system_admin", "/admin/dictionaries", "name", "skill", "label", "又做饭", "code", "cooking", "sort", "300")
		if to := d.want(303, "system_admin", "/admin/dictionaries", "name", "skill", "label", "马具修理", "code", "saddlery", "sort",
			"300"); to != "/admin/dictionaries/skill" {
			t.Error(to)
		}
		page := d.see("system_admin", "/admin/dictionaries/skill/saddlery", "马具修理", "全国志愿服务信息系统的代码")
		id := hidden(page, "id")
		d.want(303, "system_admin", "/admin/dictionaries", "id", id, "name", "skill", "code", "saddlery", "version", "1", "label", "马具", "sort",
			"300", "external.0.system", "national", "external.0.code", "A07", "external.1.system", "beijiang", "external.1.code", "")
		d.see("system_admin", "/admin/dictionaries/skill", "停用", "A07")
		d.want(409, "system_admin", "/admin/dictionaries", "id", id, "name", "skill", "code", "saddlery", "version", "1", "label", "x", "sort",
			"300")
		for path, want := range map[string]int{"/admin/dictionaries/horses": 404, "/admin/dictionaries/skill/none": 404} {
			if code, _ := d.send("system_admin", "GET", path); code != want {
				t.Errorf("GET %s: %d, want %d", path, code, want)
			}
		}
		d.want(403, "banner_officer", "/admin/dictionaries", "name", "skill", "label", "x", "code", "xx", "sort", "1")
		if code, body := d.send("", "GET", "/api/v1/dictionaries/skill"); code != 200 ||
			!strings.Contains(body, `"external":[{"system":"national","code":"A07"}]`) {
			t.Errorf("%d %s", code, body)
		}
	})
}

// A year that is not announced says so; a holiday is entered as it is announced, and taken back.
func TestCalendarPages(t *testing.T) {
	doors(t, func(d door) {
		d.see("town_officer", "/admin/calendar?year=2026", "国庆节", "每月工作日", "放假")
		d.see("town_officer", "/admin/calendar?year=2027", "2027 年的安排还没有录入")
		if page := d.see("town_officer", "/admin/calendar?year=2026"); strings.Contains(page, "改回平常") {
			t.Error("who may not change it sees the button")
		}
		if body := d.want(422, "system_admin", "/admin/calendar", "from", "2027-02-05", "to", "2027-02-01", "kind",
			"holiday"); !strings.Contains(body, "最多 31 天") {
			t.Error("by its field")
		}
		if to := d.want(303, "system_admin", "/admin/calendar", "from", "2027-02-05", "to", "2027-02-12", "kind", "holiday", "name",
			"春节"); to != "/admin/calendar?year=2027" {
			t.Error(to)
		}
		d.see("system_admin", "/admin/calendar?year=2027", "2027-02-05 到 2027-02-12", "8 天")
		d.want(303, "system_admin", "/admin/calendar", "from", "2027-02-05", "to", "2027-02-12", "kind", "plain")
		d.see("system_admin", "/admin/calendar?year=2027", "还没有录入")
		d.want(403, "banner_officer", "/admin/calendar", "from", "2027-02-05", "kind", "holiday")
		for path, want := range map[string]int{"/admin/calendar?year=1": 422, "/admin/calendar?year=x": 422} {
			if code, _ := d.send("system_admin", "GET", path); code != want {
				t.Errorf("GET %s: %d, want %d", path, code, want)
			}
		}
	})
}
