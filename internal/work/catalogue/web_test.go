package catalogue_test

import (
	"slices"
	"strings"
	"testing"

	"linli/internal/network/station"
	"linli/internal/platform/db"
	"linli/internal/platform/web"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/catalogue"
)

// The head puts a service of his own gacha on the menu and changes it; what the region set he only reads.
func TestPages(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		s := w.Web(catalogue.New(w.DB).Routes)
		if code, page := s.Do("head", "GET", "/desk/catalogue", ""); code != 200 || !strings.Contains(page, w.Item.Name) {
			t.Fatalf("the menu: %d", code)
		}
		if code, _ := s.Do("resident", "GET", "/desk/catalogue", ""); code != 403 {
			t.Errorf("a resident gets the editor's page: %d", code)
		}
		own := "name=修马鞍&minutes=90&needed=1&sort=10"
		here := "&region=" + attendancetest.Gacha.String()
		if code, page := s.Do("head", "POST", "/desk/catalogue", own+here+"&category=nonsense"); code != 422 ||
			!strings.Contains(page, "请选择十五类之一") || !strings.Contains(page, "修马鞍") {
			t.Errorf("a wrong category: %d", code)
		}
		if code, _ := s.Do("elsewhere", "POST", "/desk/catalogue", own+here+"&category=convenience"); code != 404 {
			t.Errorf("somebody from elsewhere adds to this menu: %d", code)
		}
		code, path := s.Do("head", "POST", "/desk/catalogue", own+here+"&category=convenience")
		if code != 303 || !strings.HasPrefix(path, "/desk/catalogue/") {
			t.Fatalf("adding: %d %s", code, path)
		}
		if code, _ := s.Do("head", "POST", path, own+"&category=convenience&version=1"); code != 303 {
			t.Errorf("taking it off: %d", code)
		}
		if _, page := s.Do("head", "GET", "/desk/catalogue", ""); !strings.Contains(page, "停用") {
			t.Error("the menu does not show what is off")
		}
		if code, _ := s.Do("head", "POST", path, own+"&category=convenience&version=1"); code != 409 {
			t.Errorf("a stale change: %d", code)
		}
		top := "/desk/catalogue/" + w.Item.ID.String()
		if code, page := s.Do("head", "GET", top, ""); code != 200 || !strings.Contains(page, "只能看") {
			t.Errorf("the region's item: %d", code)
		}
		if code, _ := s.Do("head", "POST", top, own+"&category=convenience&version=1"); code != 403 {
			t.Errorf("the head changes the region's item: %d", code)
		}
	})
}

// A station says what it does not do and why; everybody reads it on its page; the manager alone says so, of his station, of what is on
// the menu.
func TestServices(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		stations, menu := station.New(w.DB, w.Keys), catalogue.New(w.DB)
		stations.Showing.Subscribe(menu.OnShowing)
		s := w.Web(func(r *web.Router) { stations.Routes(r); menu.Routes(r) })
		at, public, item := "/desk/stations/"+w.Station.ID.String()+"/services", "/stations/"+w.Station.ID.String(), "item_id="+w.Item.ID.String()
		do := func(who, body string, want int) {
			t.Helper()
			if code, page := s.Do(who, "POST", at, body); code != want {
				t.Errorf("%s says %s: %d %.200s", who, body, code, page)
			}
		}
		sees := func(who, path, words string, want bool) {
			t.Helper()
			if code, page := s.Do(who, "GET", path, ""); code != 200 || strings.Contains(page, words) != want {
				t.Errorf("%s at %s: %d, %s", who, path, code, words)
			}
		}
		sees("", public, w.Item.Name, true)
		do("resident", item+"&why=没有车", 403)
		do("elsewhere", item+"&why=没有车", 403)
		do("manager", item+"&why= ", 422)
		do("manager", "item_id=1&why=没有车", 422)
		trail := func() (n int64) {
			t.Helper()
			w.Write(func(tx *db.Tx) (err error) {
				n, err = db.SelectOne[int64](w.System, tx, tx.Build(`SELECT COUNT(*) FROM audit WHERE action = 'catalogue.offer'`))
				return err
			})
			return n
		}
		for _, said := range []struct {
			body string
			n    int64 // lines of the trail so far: the same said twice adds none
		}{{"&offered=true", 0}, {"&why=没有人", 1}, {"&why=没有人", 1}, {"&why=没有车", 2}, {"&why=没有车", 2}} {
			if do("manager", item+said.body, 303); trail() != said.n {
				t.Errorf("after %s the trail has %d lines, want %d", said.body, trail(), said.n)
			}
		}
		sees("manager", at, "没有车", true)
		sees("", public, w.Item.Name, false)
		if _, list := s.Do("", "GET", "/api/v1/stations/"+w.Station.ID.String()+"/services", ""); !strings.Contains(list,
			`"offered":false,"why":"没有车"`) {
			t.Errorf("the list: %s", list)
		}
		for range 2 {
			do("manager", item+"&offered=true", 303)
		}
		sees("", public, w.Item.Name, true)
		shown, err := stations.Show(t.Context(), station.GetInput{ID: w.Station.ID})
		if err != nil || len(shown.Services) == 0 || !slices.ContainsFunc(shown.Services, func(l station.Line) bool {
			return l.Text == catalogue.Categories.Word(w.Item.Category) && strings.Contains(l.Note, w.Item.Name)
		}) {
			t.Errorf("shown by category: %+v %v", shown.Services, err)
		}
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build(`UPDATE station SET status = 'closed' WHERE id = ?`, w.Station.ID).Run(w.System, tx)
			return err
		})
		do("manager", item+"&why=没有车", 409)
	})
}
