package person_test

import (
	"strings"
	"testing"

	"linli/internal/civic/person"
	"linli/internal/work/attendance/attendancetest"
)

// The desk finds somebody and reads him masked; a reveal needs a reason; nobody from elsewhere finds him; he reads himself and takes a
// consent back.
func TestPages(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		s := w.Web(person.New(w.DB, w.Keys, true).Routes)
		at := "/desk/persons/" + w.ResidentPerson.String()
		if code, page := s.Do("head", "GET", "/desk/persons?q=其木", ""); code != 200 || !strings.Contains(page, at) {
			t.Errorf("the search: %d", code)
		}
		if code, page := s.Do("head", "GET", "/desk/persons?q=没有这个人", ""); code != 200 || !strings.Contains(page, "没有找到") {
			t.Errorf("an empty search: %d", code)
		}
		_, page := s.Do("head", "GET", at, "")
		if !strings.Contains(page, "129****") {
			t.Error("the telephone is not masked")
		}
		if code, _ := s.Do("elsewhere", "GET", at, ""); code != 404 {
			t.Errorf("somebody from elsewhere: %d", code)
		}
		for body, want := range map[string]int{"fields=phone&reason=核对预约": 200, "fields=phone": 422, "fields=password&reason=核对": 422} {
			if code, page := s.Do("head", "POST", at+"/reveal", body); code != want || want == 200 && strings.Contains(page, "****") {
				t.Errorf("reveal %s: %d", body, code)
			}
		}
		if code, _ := s.Do("elsewhere", "POST", "/api/v1/persons/"+w.ResidentPerson.String()+"/reveal",
			`{"fields":["phone"],"reason":"好奇"}`); code != 404 {
			t.Errorf("a reveal from elsewhere: %d", code)
		}
		if code, _ := s.Do("resident", "POST", "/api/v1/persons/"+w.ResidentPerson.String()+"/reveal",
			`{"fields":["phone"],"reason":"好奇"}`); code != 403 {
			t.Errorf("a reveal by a resident: %d", code)
		}
		code, page := s.Do("resident", "GET", "/my/profile", "")
		if code != 200 || strings.Contains(page, "129****") || !strings.Contains(page, "同意过什么") {
			t.Errorf("his own page: %d", code)
		}
		if code, _ := s.Do("resident", "POST", "/my/profile/consents/withdraw", "consent_id=12345"); code != 409 {
			t.Errorf("a consent that is not: %d", code)
		}
	})
}

// The desk enters somebody, is offered who is there already, ties a guardian, and joins two entries of one person, all without script.
func TestDeskPages(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		s := w.Web(person.New(w.DB, w.Keys, true).Routes)
		body := "name=其木格&phone=12900000000&consent=spoken&region=" + attendancetest.Gacha.String()
		code, page := s.Do("head", "POST", "/desk/persons", body)
		if code != 422 || !strings.Contains(page, "/desk/persons/"+w.ResidentPerson.String()) || !strings.Contains(page, `name="confirm_new"`) {
			t.Errorf("a second entry is not offered the first: %d", code)
		}
		code, at := s.Do("head", "POST", "/desk/persons", body+"&confirm_new=true&householder=巴雅尔&addresses.0.landmark=水塔往东")
		if code != 303 {
			t.Fatalf("entering: %d", code)
		}
		if _, page := s.Do("head", "GET", at, ""); !strings.Contains(page, "户主") || !strings.Contains(page, "对照 其木格") ||
			!strings.Contains(page, "常住") {
			t.Error("her page lacks what was entered")
		}
		if code, _ := s.Do("elsewhere", "GET", at+"/edit", ""); code != 404 {
			t.Errorf("the form from elsewhere: %d", code)
		}
		if code, page := s.Do("head", "POST", at+"/edit", "version=1&name=&region="+attendancetest.Gacha.String()); code != 422 ||
			!strings.Contains(page, "必填") {
			t.Errorf("no name: %d", code)
		}
		if code, _ := s.Do("head", "POST", at+"/edit", "version=1&name=其木格&group=东浩特&region="+attendancetest.Gacha.String()); code != 303 {
			t.Errorf("correcting: %d", code)
		}
		if code, _ := s.Do("head", "POST", at+"/addresses", "kind=summer&from_month=5&to_month=10&detail=夏营盘"); code != 303 {
			t.Errorf("a summer camp: %d", code)
		}
		if code, page := s.Do("head", "GET", at+"?guardian=娜仁", ""); code != 200 || !strings.Contains(page, w.Vols[0].PersonID.String()) {
			t.Errorf("looking for a guardian: %d", code)
		}
		if code, _ := s.Do("head", "POST", at+"/guardians", "relation=女儿&guardian_id="+w.Vols[0].PersonID.String()); code != 303 {
			t.Errorf("a guardian: %d", code)
		}
		if code, page := s.Do("head", "GET", "/desk/persons/new?guardian="+w.Vols[0].PersonID.String(), ""); code != 200 ||
			!strings.Contains(page, "监护人：") {
			t.Errorf("a child of hers: %d", code)
		}
		if code, _ := s.Do("head", "POST", at+"/consents", "purpose=publish&how=paper"); code != 303 {
			t.Errorf("a consent: %d", code)
		}
		pair := at + "/merge?other_id=" + w.ResidentPerson.String()
		if code, page := s.Do("head", "GET", pair, ""); code != 200 || !strings.Contains(page, "留下这一条") || !strings.Contains(page, "夏营盘") {
			t.Errorf("side by side: %d", code)
		}
		if code, _ := s.Do("elsewhere", "GET", pair, ""); code != 404 {
			t.Errorf("side by side from elsewhere: %d", code)
		}
		join := "version=2&other_version=1&other_id=" + w.ResidentPerson.String()
		if code, page := s.Do("head", "POST", at+"/merge", join); code != 422 || !strings.Contains(page, "留下这一条") {
			t.Errorf("without a reason: %d", code)
		}
		if code, to := s.Do("head", "POST", at+"/merge", join+"&reason=本人来过"); code != 303 || to != at {
			t.Errorf("joining: %d %s", code, to)
		}
		if _, page := s.Do("head", "GET", "/desk/persons/"+w.ResidentPerson.String(), ""); !strings.Contains(page, "已经并入同一个人的") {
			t.Error("the old entry does not lead to the new one")
		}
	})
}
