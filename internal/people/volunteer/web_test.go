package volunteer_test

import (
	"strings"
	"testing"

	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/work/attendance/attendancetest"
)

// Somebody registers on his phone, the head approves on the desk, he takes days off and leaves; nobody from elsewhere sees or treats him.
func TestPages(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		s := w.Web(volunteer.New(w.DB).Routes)
		if code, page := s.Do("", "GET", "/join", ""); code != 200 || !strings.Contains(page, "/my/volunteer") {
			t.Errorf("the invitation: %d", code)
		}
		if code, to := s.Do("", "GET", "/my/volunteer", ""); code != 303 || !strings.HasPrefix(to, "/sign-in") {
			t.Errorf("a visitor: %d %s", code, to)
		}
		if code, page := s.Do("resident", "POST", "/my/volunteer", "identities=resident&max_km=8"); code != 422 || !strings.Contains(page, "请先看过风险说明并同意") {
			t.Errorf("without agreeing: %d", code)
		}
		if code, to := s.Do("resident", "POST", "/my/volunteer", "identities=resident&max_km=8&agreed=true"); code != 303 || to != "/my/volunteer" {
			t.Fatalf("registering: %d %s", code, to)
		}
		if _, page := s.Do("resident", "GET", "/my/volunteer", ""); !strings.Contains(page, "待审核") {
			t.Error("his own page does not say that he waits")
		}
		_, page := s.Do("head", "GET", "/desk/volunteers?status=pending", "")
		_, rest, _ := strings.Cut(page, `href="/desk/volunteers/`)
		id, _, _ := strings.Cut(rest, `"`)
		at := "/desk/volunteers/" + id
		if code, _ := s.Do("elsewhere", "GET", at, ""); code != 404 {
			t.Errorf("somebody from elsewhere: %d", code)
		}
		if code, _ := s.Do("resident", "POST", at+"/approve", "version=1&decision=approve"); code != 403 {
			t.Errorf("he approves himself: %d", code)
		}
		if code, page := s.Do("head", "POST", at+"/refuse", "version=1&decision=refuse"); code != 422 || !strings.Contains(page, "原因") {
			t.Errorf("refusing without a reason: %d", code)
		}
		if code, to := s.Do("head", "POST", at+"/approve", "version=1&decision=approve"); code != 303 || to != at {
			t.Errorf("approving: %d %s", code, to)
		}
		if code, _ := s.Do("head", "POST", at+"/issue", "version=2&kind=insurance&code=accident&from=2026-01-01&to=2026-12-31"); code != 303 {
			t.Errorf("insurance: %d", code)
		}
		if code, _ := s.Do("resident", "POST", "/my/volunteer/"+id+"/pause", "version=3&from=2026-12-01&to=2026-11-01"); code != 422 {
			t.Errorf("days off that end before they begin: %d", code)
		}
		if code, _ := s.Do("resident", "POST", "/my/volunteer/"+id+"/pause", "version=3&from=2026-12-01&to=2026-12-05"); code != 303 {
			t.Errorf("days off: %d", code)
		}
		if code, _ := s.Do("resident", "POST", "/my/volunteer/"+id+"/leave", "version=4"); code != 303 {
			t.Errorf("leaving: %d", code)
		}
		if _, page := s.Do("head", "GET", "/desk/volunteers?q="+auth.From(w.Resident).Name, ""); !strings.Contains(page, "已退出") {
			t.Error("the roll does not say that he left")
		}
	})
}
