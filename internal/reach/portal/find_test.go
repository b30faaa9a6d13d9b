package portal_test

import (
	"strings"
	"testing"

	"linli/internal/reach/portal"
	"linli/internal/work/attendance/attendancetest"
)

// One field finds people, orders, stations and places by whatever of them one knows, each only where the reader works.
func TestFind(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		s := w.Web(portal.New(w.DB, nil).Routes)
		o := w.Accepted(1, 60)
		digits := strings.ReplaceAll(o.No, "-", "")
		person, vol := "/desk/persons/"+w.ResidentPerson.String(), "/desk/volunteers/"+w.Vols[0].ID.String()
		for q, want := range map[string]string{
			o.Recipient: person, "其木格": "", "0001": "", o.No: "/desk/orders/" + o.ID.String(),
			digits[len(digits)-5:]: "/desk/orders/" + o.ID.String(),
			w.Vols[0].No:           vol, w.Vols[0].No[len(w.Vols[0].No)-4:]: vol, w.Station.Name: "/stations/" + w.Station.ID.String(),
		} {
			_, page := s.Do("head", "GET", "/desk/find?q="+q, "")
			if !strings.Contains(page, want) {
				t.Errorf("%s does not find %s", q, want)
			}
			_, page = s.Do("elsewhere", "GET", "/desk/find?q="+q, "")
			if want != "" && strings.Contains(page, want) {
				t.Errorf("%s is found from another league", q)
			}
		}
		if code, _ := s.Do("resident", "GET", "/desk/find?q=0001", ""); code != 403 {
			t.Errorf("a resident searches the register: %d", code)
		}
		if code, page := s.Do("head", "GET", "/desk/find?q=", ""); code != 200 || !strings.Contains(page, "写几个字再找") {
			t.Errorf("nothing is asked: %d", code)
		}
	})
}

// Names are found by how they are spelled, and by their initials, from the beginning on.
func TestFindBySpelling(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		id := w.Person("曾娜仁", 7)
		s := w.Web(portal.New(w.DB, nil).Routes)
		for q, found := range map[string]bool{"zengnaren": true, "znr": true, "cnr": true, "ZNR": true, "zeng": true, "nr": false,
			"naren": false, "zx": false,
			"0007": true, "12900000007": true, "12800000007": false, "007": false, "00007": false} {
			_, page := s.Do("head", "GET", "/desk/find?q="+q, "")
			if strings.Contains(page, "/desk/persons/"+id.String()) != found {
				t.Errorf("%s: found is not %v", q, found)
			}
		}
	})
}
