package coverage_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"linli/internal/civic/region"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
	"linli/internal/platform/web"
)

// faces signs in by a name.
type faces struct{}

func (faces) Authenticate(_ context.Context, token string) (auth.Actor, error) {
	g, ok := map[string]auth.Grant{"region": {Role: auth.RegionOfficer, Region: region.Top}, "town": {Role: auth.TownOfficer, Region: town},
		"banner": {Role: auth.BannerOfficer, Region: banner}}[token]
	if !ok {
		return auth.Actor{}, errs.ErrUnauthenticated
	}
	return auth.Actor{Account: db.ID(7), Name: token, Grants: []auth.Grant{g}}, nil
}

// door is the area behind the web layer.
func (w *world) door() func(who, method, path, body string) (int, string) {
	r := web.New(web.Config{Auth: faces{}, Keys: seal.Ephemeral(), DB: w.db})
	w.s.Routes(r)
	return func(who, method, path, body string) (int, string) {
		req := httptest.NewRequest(method, path, strings.NewReader(body))
		if method == "POST" {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		if who != "" {
			req.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: who})
			req.Header.Set("Authorization", "Bearer "+who)
		}
		rec := httptest.NewRecorder()
		r.ServeHTTP(rec, req)
		if to := rec.Header().Get("Location"); to != "" {
			return rec.Code, to
		}
		return rec.Code, rec.Body.String()
	}
}

// From the page of the autonomous region to the one photograph that a station lacks it is four steps: league, banner, what is missing
// there, the item.
func TestDrill(t *testing.T) {
	each(t, func(w *world) {
		w.build()
		w.fold()
		do := w.door()
		at := "/gov/coverage"
		for i, next := range []string{`/gov/coverage?region=152500000000`, `/gov/coverage?region=152502000000`,
			`/gov/coverage/missing?lack=site&amp;region=152502000000`, fmt.Sprintf("/gov/standard/%s#site", w.open["A"].ID)} {
			code, page := do("region", "GET", strings.ReplaceAll(at, "&amp;", "&"), "")
			if code != 200 || !strings.Contains(page, `href="`+next+`"`) {
				t.Fatalf("step %d, %s: %d, no way to %s", i+1, at, code, next)
			}
			at = next
		}
	})
}

// The pages say what holds; forms that are refused keep what was entered.
func TestPages(t *testing.T) {
	each(t, func(w *world) {
		w.build()
		w.fold()
		do := w.door()
		see := func(who, path string, words ...string) {
			t.Helper()
			code, page := do(who, "GET", path, "")
			for _, x := range words {
				if code != 200 || !strings.Contains(page, x) {
					t.Errorf("%s GET %s: %d without %s", who, path, code, x)
				}
			}
		}
		see("town", "/gov/coverage", "阿尔善宝拉格镇站点覆盖", "16.7%", "50.0%", "还没有站", "缺“便于开展工作的场地”", "目标 100.0%，差 83.3 个百分点")
		see("town", "/gov/coverage?date=2020-01-01", "这一天以前还没有站", "—")
		see("region", "/gov/coverage?sort=covered&dir=desc", `aria-sort="descending"`, "待推进地区", "方格按大致方位排列", "<title>锡林郭勒：0.1%</title>")
		see("banner", "/gov/coverage?class=urban", "城镇嘎查村（社区）计")
		see("", "/coverage", "内蒙古自治区站点覆盖", "怎么算")
		see("", "/coverage?region=152502000000", "锡林浩特市站点覆盖")
		for _, c := range []struct {
			who, path string
			code      int
		}{{"", "/coverage?region=152502100000", 404}, {"", "/gov/coverage", 303}, {"town", "/gov/coverage?region=152502200000", 404},
			{"town", "/gov/coverage?date=2030-01-01", 422}, {"town", "/gov/coverage?region=7", 422}} {
			if code, _ := do(c.who, "GET", c.path, ""); code != c.code {
				t.Errorf("%q GET %s: %d, want %d", c.who, c.path, code, c.code)
			}
		}
		code, body := do("town", "GET", "/gov/coverage/table", "")
		if code != 200 || !strings.HasPrefix(body, "\ufeff区划代码,") ||
			!strings.Contains(body, "152502100000,阿尔善宝拉格镇,2026-11-24,6,2,1,50.0%,1,16.7%,100.0%,5,1\r\n") {
			t.Errorf("the table: %d %s", code, body)
		}
		if code, page := do("banner", "POST", "/gov/coverage/targets",
			"region=152502000000&kind=coverage&year=2026&percent=130&reason="); code != 422 || !strings.Contains(page, "目标超过 100 %，请写明原因") ||
			!strings.Contains(page, `value="130"`) {
			t.Errorf("too much without a reason: %d", code)
		}
		if code, to := do("banner", "POST", "/gov/coverage/targets", "region=152502000000&kind=coverage&year=2026&percent=90"); code != 303 ||
			to != "/gov/coverage/targets?region=152502000000" {
			t.Errorf("a target: %d %s", code, to)
		}
		for range 2 { // pressed twice
			const form = "region=152502000000&kind=coverage&year=2026&percent=90&idempotency_key=k"
			if code, to := do("banner", "POST", "/gov/coverage/targets", form); code != 303 || to != "/gov/coverage/targets?region=152502000000" {
				t.Fatalf("a target under a key: %d %.300s", code, to)
			}
		}
		see("banner", "/gov/coverage/targets", "90.0%", "本级")
		if code, _ := do("town", "POST", "/gov/coverage/reported",
			"region=152502100000&day=2022-12-31&stations=5&communities=6&source=2022年报表"); code != 303 {
			t.Errorf("a reported figure: %d", code)
		}
		see("town", "/gov/coverage/reported", "83.3%", "33.3%", "2022年报表")
		see("town", "/gov/coverage", "历史上报 83.3%")
		if code, body := do("", "GET", "/api/v1/coverage?region=152500000000", ""); code != 200 || !strings.Contains(body, `"rate":"0.0`) {
			t.Errorf("the interface: %d %s", code, body)
		}
		if code, _ := do("", "GET", "/api/v1/coverage?regions=152500000000", ""); code != 422 {
			t.Errorf("an unknown parameter: %d", code)
		}
	})
}
