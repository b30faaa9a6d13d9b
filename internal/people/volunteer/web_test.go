package volunteer_test

import (
	"regexp"
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
		if code, page := s.Do("resident", "POST", "/my/volunteer", "identities=resident&max_km=8"); code != 422 ||
			!strings.Contains(page, "请先看过风险说明并同意") {
			t.Errorf("without agreeing: %d", code)
		}
		if code, to := s.Do("resident", "POST", "/my/volunteer", "identities=resident&max_km=8&agreed=true"); code != 303 ||
			to != "/my/volunteer" {
			t.Fatalf("registering: %d %s", code, to)
		}
		if _, page := s.Do("resident", "GET", "/my/volunteer", ""); !strings.Contains(page, "待审核") {
			t.Error("his own page does not say that he waits")
		}
		_, page := s.Do("head", "GET", "/desk/volunteers?status=pending", "")
		id := regexp.MustCompile(`href="/desk/volunteers/(\d+)"`).FindStringSubmatch(page)[1]
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

// The desk finds a person, enters him as a volunteer, corrects him and prints his form; he says on his phone when he can come.
func TestDeskPages(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		s := w.Web(volunteer.New(w.DB).Routes)
		if code, page := s.Do("head", "GET", "/desk/volunteers/new", ""); code != 200 || !strings.Contains(page, `action="/desk/persons"`) {
			t.Errorf("nobody chosen yet: %d", code)
		}
		form := "/desk/volunteers/new?person_id=" + w.ResidentPerson.String()
		if code, page := s.Do("head", "GET", form, ""); code != 200 || !strings.Contains(page, "其木格") {
			t.Errorf("the form: %d", code)
		}
		if code, _ := s.Do("elsewhere", "GET", form, ""); code != 404 {
			t.Errorf("the form from elsewhere: %d", code)
		}
		body := "person_id=" + w.ResidentPerson.String() + "&identities=resident&max_km=8&available=1am&available=6pm&start=station&consent="
		if code, page := s.Do("head", "POST", "/desk/volunteers", body+"paper"); code != 422 || !strings.Contains(page, "请先看过风险说明并同意") ||
			!strings.Contains(page, `value="6pm" checked`) {
			t.Errorf("without agreeing, or what was entered is lost: %d", code)
		}
		if code, page := s.Do("head", "POST", "/desk/volunteers", body+"self&agreed=true"); code != 422 ||
			!strings.Contains(page, "本人在自己的账号里点选") {
			t.Errorf("the desk clicks for her: %d", code)
		}
		code, at := s.Do("head", "POST", "/desk/volunteers", body+"paper&agreed=true")
		if code != 303 || !strings.HasPrefix(at, "/desk/volunteers/") {
			t.Fatalf("entering: %d %s", code, at)
		}
		if code, page := s.Do("head", "GET", form, ""); code != 200 || !strings.Contains(page, "已经登记为志愿者") {
			t.Errorf("the form again: %d", code)
		}
		if code, page := s.Do("head", "GET", at, ""); code != 200 || !strings.Contains(page, "周一上午；周六下午") {
			t.Errorf("her page: %d", code)
		}
		if code, _ := s.Do("head", "POST", at+"/edit", "version=1&identities=party&max_km=3&reason=来电话"); code != 303 {
			t.Errorf("correcting: %d", code)
		}
		if _, page := s.Do("head", "GET", at, ""); !strings.Contains(page, "更正：身份、愿意走多远、什么时候有空") {
			t.Error("the history does not say what was corrected")
		}
		id := strings.TrimPrefix(at, "/desk/volunteers/")
		if code, _ := s.Do("resident", "POST", "/my/volunteer/"+id+"/edit", "version=2&identities=party&max_km=3&available=7ev"); code != 303 {
			t.Errorf("she corrects herself: %d", code)
		}
		if _, page := s.Do("resident", "GET", "/my/volunteer", ""); !strings.Contains(page, "周日晚上") {
			t.Error("her own page does not say when she can come")
		}
		for _, path := range []string{at + "/form", "/desk/volunteers/form"} {
			if code, pdf := s.Do("head", "GET", path, ""); code != 200 || !strings.HasPrefix(pdf, "%PDF-") {
				t.Errorf("%s: %d", path, code)
			}
		}
		if code, _ := s.Do("elsewhere", "GET", at+"/form", ""); code != 404 {
			t.Errorf("the form printed elsewhere: %d", code)
		}
		if code, file := s.Do("head", "GET", "/desk/volunteers/export?format=csv", ""); code != 200 || !strings.Contains(file, "其木格") {
			t.Errorf("the file: %d", code)
		}
		if code, page := s.Do("head", "GET", "/desk/volunteers/expiring?days=60", ""); code != 200 || !strings.Contains(page, "没有快到期的") {
			t.Errorf("what expires: %d", code)
		}
	})
}
