package person_test

import (
	"strings"
	"testing"

	"linli/internal/civic/person"
	"linli/internal/work/attendance/attendancetest"
)

// The desk finds somebody and reads him masked; a reveal needs a reason; nobody from elsewhere finds him; he reads himself and takes a consent back.
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
		if code, _ := s.Do("elsewhere", "POST", "/api/v1/persons/"+w.ResidentPerson.String()+"/reveal", `{"fields":["phone"],"reason":"好奇"}`); code != 404 {
			t.Errorf("a reveal from elsewhere: %d", code)
		}
		if code, _ := s.Do("resident", "POST", "/api/v1/persons/"+w.ResidentPerson.String()+"/reveal", `{"fields":["phone"],"reason":"好奇"}`); code != 403 {
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
