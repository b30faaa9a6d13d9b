package region_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"linli/internal/civic/region"
	"linli/internal/platform/auth"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
	"linli/internal/platform/web"
)

// door serves the routes; a session token is the name of a role, held in the whole region.
type door struct {
	*web.Router
	w *world
}

func (w *world) door() *door {
	d := &door{w: w}
	d.Router = web.New(web.Config{Auth: d, Keys: seal.Ephemeral(), DB: w.db, Demo: true})
	w.s.Routes(d.Router)
	return d
}

// Authenticate takes the token for a role.
func (d *door) Authenticate(_ context.Context, token string) (auth.Actor, error) {
	if token == "" {
		return auth.Actor{}, errs.ErrUnauthenticated
	}
	return auth.Actor{Account: 7, Name: "某", Grants: []auth.Grant{{Role: auth.Role(token), Region: region.Top}}}, nil
}

// do sends a request and gives the status, and the page or where it leads.
func (d *door) do(role auth.Role, method, path, kind, body string) (int, string) {
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		req.Header.Set("Content-Type", kind)
	}
	req.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: string(role)})
	req.Header.Set("Authorization", "Bearer "+string(role))
	rec := httptest.NewRecorder()
	d.ServeHTTP(rec, req)
	if to := rec.Header().Get("Location"); to != "" {
		return rec.Code, to
	}
	return rec.Code, rec.Body.String()
}

func (d *door) see(path string, words ...string) string {
	d.w.Helper()
	code, page := d.do(auth.SystemAdmin, "GET", path, "", "")
	for _, x := range words {
		if code != 200 || !strings.Contains(page, x) {
			d.w.Errorf("GET %s: %d without %s", path, code, x)
		}
	}
	return page
}

func (d *door) post(path string, fields ...string) (int, string) {
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return d.do(auth.SystemAdmin, "POST", path, "application/x-www-form-urlencoded", form.Encode())
}

func (d *door) upload(role auth.Role, day string, data []byte) (int, string) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	form.WriteField("day", day)
	form.WriteField("source", "国家统计局")
	part, _ := form.CreateFormFile("file", "区划.csv")
	part.Write(data)
	form.Close()
	return d.do(role, "POST", "/admin/editions", form.FormDataContentType(), body.String())
}

// The administrator uploads an edition, reads what is wrong with it by its field, looks at the difference, decides, applies, and reads
// on the division what happened.
func TestEditionPages(t *testing.T) {
	each(t, func(w *world) {
		d := w.door()
		d.see("/admin/editions", "上传新的一版", "2023-06-30", "还没有上传过")
		if code, page := d.upload(auth.SystemAdmin, "2024-10-31", []byte("x")); code != 422 || !strings.Contains(page, "第 1 行应为") ||
			!strings.Contains(page, `value="国家统计局"`) {
			t.Errorf("a wrong file: %d", code)
		}
		if code, page := d.upload(auth.SystemAdmin, "2023-01-01", w.file(nil)); code != 422 || !strings.Contains(page, "应晚于现行版本的时点 2023-06-30") {
			t.Errorf("an old day: %d", code)
		}
		if code, _ := d.upload(auth.RegionOfficer, "2024-10-31", w.file(nil)); code != 403 {
			t.Errorf("an officer: %d", code)
		}
		code, at := d.upload(auth.SystemAdmin, "2024-10-31", w.next())
		if code != 303 || !strings.HasPrefix(at, "/admin/editions/") {
			t.Fatalf("%d %s", code, at)
		}
		d.see("/admin/editions", "有一版还没有办完", "待确认")
		page := d.see(at, "处接续等人确认", "让这一版生效", "公主府社区居委会由谁接续", `value="`+newTown.String()+`"`, "名称相同，仍在同一盟市")
		for kind, word := range map[string]string{"added": "添的生活区", "renamed": "新名社区居委会", "class": "111 主城区", "closed": "希日塔拉街道"} {
			d.see(at+"?kind="+kind, word)
		}
		if code, _ := d.post(at+"/apply", "version", "1"); code != 409 {
			t.Errorf("undecided: %d", code)
		}
		if !strings.Contains(page, `name="decisions.0.code" value="`+merged1.String()+`"`) {
			t.Fatal("the first on the page is not the first")
		}
		decide := func(successor string) (int, string) {
			return d.post(at+"/decide?cursor=", "version", "1", "decisions.0.code", merged1.String(), "decisions.0.successor", successor,
				"decisions.1.code", merged2.String(), "decisions.1.successor", "")
		}
		if code, page := decide(town.String()); code != 422 || !strings.Contains(page, "同一级") ||
			!strings.Contains(page, `value="`+town.String()+`"`) {
			t.Errorf("a town: %d", code)
		}
		if code, to := decide(kept.String()); code != 303 || !strings.HasPrefix(to, at) {
			t.Fatalf("%d %s", code, to)
		}
		d.see(at, "已确认接续", "已确认不接续")
		if code, _ := d.post(at+"/accept", "version", "2"); code != 303 {
			t.Errorf("accept: %d", code)
		}
		if code, _ := d.post(at+"/apply", "version", "3"); code != 303 {
			t.Errorf("apply: %d", code)
		}
		d.see(at, "在办的事跟着区划走", "0 / ")
		_, answer := d.do(auth.SystemAdmin, "GET", "/api/v1"+strings.Replace(at, "/admin/", "/region-", 1), "", "")
		if !strings.Contains(answer, `"state":"moving"`) || !strings.Contains(answer, `"applied_day":"2026-11-24"`) {
			t.Error(answer)
		}
		list, err := w.s.Editions(w.admin, region.EditionsInput{})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.s.Move(auth.AsSystem(t.Context(), "test"), region.EditionInput{ID: list.Items[0].ID}); err != nil {
			t.Fatal(err)
		}
		d.see(at, "从 2026-11-24 起生效")
		d.see("/admin/regions/"+merged1.String(), "2026-11-24 起撤销", "内蒙古军区社区居委会")
		d.see("/admin/regions/"+kept.String(), "接续自", "公主府社区居委会", "沿革")
		d.see("/regions?code="+newTown.String(), "赛罕社区", "2024-10-31")
		for path, want := range map[string]int{"/admin/editions/1": 404, "/admin/regions/159999000000": 404, "/admin/editions?cursor=x": 422,
			at + "?kind=x": 422, at + "?cursor=x": 422, "/admin/regions?counts=x": 422} {
			if code, _ := d.do(auth.SystemAdmin, "GET", path, "", ""); code != want {
				t.Errorf("GET %s: %d, want %d", path, code, want)
			}
		}
		for _, path := range []string{"/admin/editions", at, "/admin/regions", "/admin/regions/" + kept.String()} {
			if code, _ := d.do(auth.BannerOfficer, "GET", path, "", ""); code != 403 {
				t.Errorf("an officer at %s: %d", path, code)
			}
		}
	})
}

// Which units count is looked through and changed with a reason.
func TestReviewPages(t *testing.T) {
	each(t, func(w *world) {
		d := w.door()
		d.see("/admin/regions?counts=no", "不是嘎查村（社区）")
		if page := d.see("/admin/regions?counts=yes&q=赛罕社区", "赛罕社区居委会"); strings.Contains(page, "不计入：") {
			t.Error("one that does not count among those that count")
		}
		at := "/admin/regions/" + gacha.String()
		d.see(at, "改认定", "这一版没有提供", "2023-06-30 起，至今")
		if code, page := d.post(at+"/count", "version", "1", "counts", "false", "from_day", "2026-11-24", "reason", ""); code != 422 ||
			!strings.Contains(page, "必填") {
			t.Errorf("no reason: %d", code)
		}
		if code, to := d.post(at+"/count", "version", "1", "counts", "false", "from_day", "2026-11-01", "reason", "民政名录"); code != 303 ||
			to != at {
			t.Errorf("%d %s", code, to)
		}
		d.see(at, "不计入：民政名录", "2026-11-01 起，至今", "2023-06-30 起，到 2026-10-31")
		d.see("/admin/regions?counts=no&q=赛罕", "民政名录")
		if code, body := d.do(auth.Resident, "GET", "/regions.csv?day=2020-01-01", "", ""); code != 200 || strings.Count(body, "\n") != 15939 {
			t.Errorf("the file of a day: %d, %d lines", code, strings.Count(body, "\n"))
		}
		if code, body := d.do(auth.Resident, "GET", "/api/v1/regions/"+gacha.String()+"/history", "", ""); code != 200 ||
			!strings.Contains(body, `"valid_to":"2026-10-31"`) {
			t.Errorf("the history: %d %s", code, body)
		}
	})
}
