package certificate_test

import (
	"encoding/json"
	"strings"
	"testing"

	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/proof/certificate"
	"linli/internal/work/attendance/attendancetest"
)

// The whole way over HTTP: issued, shown, checked by anybody with any text, revoked.
func TestRoutes(t *testing.T) {
	clock.Set(attendancetest.Noon)
	t.Cleanup(clock.Reset)
	w := newWorld(attendancetest.New(t, attendancetest.Seeded.SQLite(t)))
	srv := w.Web(w.s.Routes)
	w.service(60)
	body, _ := json.Marshal(w.input())
	status, text := srv.Do("volunteer", "POST", "/api/v1/certificates", string(body))
	var c certificate.Certificate
	if err := json.Unmarshal([]byte(text), &c); status != 201 || err != nil || c.Minutes != 60 || c.PDF == "" {
		t.Fatalf("%d %s", status, text)
	}
	srv.English(t, "volunteer", "/my/certificates")
	for _, x := range []struct {
		who, method, path, body string
		status                  int
		has                     string
	}{
		{"", "POST", "/api/v1/certificates", string(body), 401, "unauthenticated"},
		{"resident", "POST", "/api/v1/certificates", string(body), 403, "denied"},
		{"other", "POST", "/api/v1/certificates", string(body), 404, "not_found"},
		{"volunteer", "POST", "/api/v1/certificates", `{"volunteer_id":"1","from":"x","to":"2026-01-01"}`, 422, "body.from"},
		{"volunteer", "GET", c.PDF, "", 200, "%PDF"},
		{"other", "GET", c.PDF, "", 404, "not_found"},
		{"", "GET", c.PDF, "", 401, ""},
		{"", "GET", "/api/v1/verify/" + c.Code, "", 200, `"status":"valid","no":"` + c.No + `"`},
		{"", "GET", "/api/v1/verify/" + c.Code + "?name=%E5%A8%9C%E4%BB%81%E9%AB%98%E5%A8%83", "", 200, `"name_matches":true`},
		{"", "GET", "/api/v1/verify/" + c.Code + "?name=x", "", 200, `"name_matches":false`},
		{"", "GET", "/api/v1/verify/x", "", 200, `{"status":"unknown"}`},
		{"", "GET", "/api/v1/verify/%00%E2%80%AE%FF", "", 200, `{"status":"unknown"}`},
		{"", "GET", "/api/v1/verify/" + strings.Repeat("A", 4000), "", 200, `{"status":"unknown"}`},
		{"", "GET", "/verify", "", 200, "查验志愿服务记录证明"},
		{"", "GET", "/verify?code=" + strings.ToLower(c.Code), "", 200, "这张证明是真的"},
		{"", "GET", "/verify/" + c.Code + "?name=%E7%8E%8B%E8%8A%B3", "", 200, "不一致"},
		{"", "GET", "/verify/%00x", "", 200, "查不到这个码"},
		{"volunteer", "GET", "/my/certificates", "", 200, c.No},
		{"manager", "GET", "/desk/certificates?q=" + c.VolunteerNo, "", 200, "代志愿者开具"},
		{"manager", "POST", "/desk/certificates", "volunteer_id=" + w.Vols[0].ID.String() + "&from=2026-01-01&to=2026-12-31", 303,
			"/desk/certificates?q="},
		{"manager", "POST", "/desk/certificates", "volunteer_id=" + w.Vols[0].ID.String() + "&from=2026-12-31&to=2026-01-01", 422,
			"结束日期不能早于开始日期"},
		{"manager", "POST", "/api/v1/certificates/" + c.No + "/revoke", `{"reason":"x"}`, 403, "denied"},
		{"head", "POST", "/desk/certificates/" + c.No + "/revoke", "reason=%E9%94%99", 303, c.No},
		{"head", "POST", "/api/v1/certificates/" + c.No + "/revoke", `{"reason":"x"}`, 409, "wrong_state"},
		{"", "GET", "/api/v1/verify/" + c.Code, "", 200, `"status":"revoked"`},
		{"", "GET", "/verify/" + c.Code, "", 200, "这张证明不能使用"},
	} {
		status, text := srv.Do(x.who, x.method, x.path, x.body)
		if status != x.status || !strings.Contains(text, x.has) {
			t.Errorf("%s %s %.60s: %d, want %d with %q\n%.600s", x.who, x.method, x.path, status, x.status, x.has, text)
		}
		if x.who == "" && strings.Contains(text, "娜仁高娃") {
			t.Errorf("%s tells the name", x.path)
		}
	}
	w.Write(func(tx *db.Tx) error {
		_, err := tx.Exec(w.System, "UPDATE certificate SET name = '王芳'")
		return err
	})
	status, text = srv.Do("", "GET", "/verify/"+c.Code+"?name=%E7%8E%8B%E8%8A%B3", "")
	if status != 200 || !strings.Contains(text, "这张证明核对不上，不能相信") || !strings.Contains(text, `data-tone="alarm"`) ||
		strings.Contains(text, "王芳") || strings.Contains(text, c.No) {
		t.Errorf("a forged certificate: %d %s", status, text)
	}
	if _, text = srv.Do("", "GET", "/api/v1/verify/"+c.Code, ""); !strings.Contains(text, `{"status":"unknown","reason":"签名核对不上`) {
		t.Error(text)
	}
}
