package portal_test

import (
	"strings"
	"testing"

	"linli/internal/civic/person"
	"linli/internal/platform/db"
	"linli/internal/reach/portal"
	"linli/internal/work/attendance/attendancetest"
)

// One field finds people, orders, stations and places by whatever of them one knows, each only where the reader works.
func TestFind(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		s := w.Web(portal.New(w.DB, nil, nil).Routes)
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
		s := w.Web(portal.New(w.DB, nil, nil).Routes)
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

// Who rings is recognised, and the number of an open order needs no typed reason; both leave a trail.
func TestCaller(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		o := w.Accepted(1, 60)
		s := w.Web(portal.New(w.DB, nil, person.New(w.DB, w.Keys, true)).Routes)
		id, phoneOf := w.Person("曾娜仁", 7), "12900000000"
		ask := func(who, phone string) (int, string) {
			return s.Do(who, "POST", "/api/v1/callers", `{"phone": "`+phone+`"}`)
		}
		if code, text := ask("manager", "129 0000 0007"); code != 200 || !strings.Contains(text, "曾娜仁") || strings.Contains(text, id.String()) {
			t.Errorf("who rings: %d %s", code, text)
		}
		if _, text := ask("manager", phoneOf); !strings.Contains(text, o.Title) {
			t.Errorf("the last orders of who rings: %s", text)
		}
		for _, phone := range []string{"12988887777", "1290000"} {
			if _, text := ask("manager", phone); !strings.Contains(text, `"items":[]`) {
				t.Errorf("%s is somebody: %s", phone, text)
			}
		}
		if _, text := ask("elsewhere", "12900000007"); strings.Contains(text, "曾娜仁") {
			t.Error("who rings is told in another league")
		}
		if code, _ := ask("resident", "12900000007"); code != 403 {
			t.Errorf("a resident asks who somebody is: %d", code)
		}
		at := "/desk/orders/" + o.ID.String() + "/call"
		if code, page := s.Do("manager", "POST", at, ""); code != 200 || !strings.Contains(page, "tel:"+phoneOf) {
			t.Errorf("the number of an open order: %d", code)
		}
		for who, want := range map[string]int{"volunteer": 403, "elsewhere": 404} {
			if code, _ := s.Do(who, "POST", at, ""); code != want {
				t.Errorf("%s asks for the number: %d", who, code)
			}
		}
		w.Write(func(tx *db.Tx) error {
			for action, want := range map[string]int64{"portal.caller": 2, "portal.call": 1} {
				n, err := db.SelectOne[int64](t.Context(), tx, tx.Build(`SELECT count(*) FROM audit WHERE action = ?`, action))
				if err != nil || n != want {
					t.Errorf("the trail has %d of %s: %v", n, action, err)
				}
			}
			return nil
		})
	})
}
