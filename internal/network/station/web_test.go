package station_test

import (
	"strings"
	"testing"

	"linli/internal/network/station"
	"linli/internal/platform/db"
	"linli/internal/work/attendance/attendancetest"
)

// Anybody finds a station; the town sets one up, the manager edits it, the town confirms its name and suspends it; nobody from
// elsewhere may.
func TestPages(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		s := w.Web(station.New(w.DB, w.Keys).Routes)
		at := "/desk/stations/" + w.Station.ID.String()
		for path, words := range map[string]string{"/stations": w.Station.Name, "/stations?near=43.9,116.1": w.Station.Name,
			"/stations?q=没有这个名字": "没有找到", "/stations/" + w.Station.ID.String(): "0479-8200000"} {
			if code, page := s.Do("", "GET", path, ""); code != 200 || !strings.Contains(page, words) {
				t.Errorf("GET %s: %d without %s", path, code, words)
			}
		}
		if code, _ := s.Do("", "GET", "/stations?near=nowhere", ""); code != 422 {
			t.Errorf("near nowhere: %d", code)
		}
		facts := "address=嘎查部二楼&phone=0479-8200001&lat=43.9&lng=116.1"
		grid := "&hours.0.weekday=3&hours.0.from=09:00&hours.0.to=12:00&hours.1.weekday=3" +
			"&hours.1.from=&hours.1.to=&hours.2.weekday=5&hours.2.from=14:00&hours.2.to="
		if code, page := s.Do("manager", "POST", at+"/edit", facts+"&name=新名字志愿服务站&version=1"+grid+"08:00"); code != 422 ||
			!strings.Contains(page, "关门要晚于开门") || !strings.Contains(page, `value="09:00"`) {
			t.Errorf("closing before opening: %d", code)
		}
		facts += grid + "17:30&hours_note=有事打电话"
		for who, want := range map[string]int{"manager": 303, "elsewhere": 403, "resident": 403} {
			if code, _ := s.Do(who, "POST", at+"/edit", facts+"&name=新名字志愿服务站&version=1"); code != want {
				t.Errorf("%s edits: %d", who, code)
			}
		}
		if code, page := s.Do("manager", "POST", at+"/edit", "address=&phone=abc&lat=43.9&lng=116.1&version=2"); code != 422 ||
			!strings.Contains(page, "abc") {
			t.Errorf("wrong facts: %d", code)
		}
		if code, _ := s.Do("elsewhere", "GET", at, ""); code != 404 {
			t.Errorf("somebody from elsewhere opens the sheet: %d", code)
		}
		if code, _ := s.Do("manager", "POST", at+"/confirm", "version=2"); code != 403 {
			t.Errorf("the manager confirms his own name: %d", code)
		}
		if code, _ := s.Do("town", "POST", at+"/confirm", "version=2"); code != 303 {
			t.Errorf("the town confirms: %d", code)
		}
		if code, _ := s.Do("town", "POST", at+"/status", "version=3&status=suspended&reason=装修"); code != 303 {
			t.Errorf("the town suspends: %d", code)
		}
		if code, _ := s.Do("town", "POST", at+"/move", "version=4&address=新址一号&lat=43.91&lng=116.1&reason=搬家&day="); code != 303 {
			t.Errorf("the town moves it: %d", code)
		}
		if _, page := s.Do("", "GET", "/stations/"+w.Station.ID.String(), ""); !strings.Contains(page,
			"周三 9:00–12:00；周五 14:00–17:30；节假日休息；有事打电话") {
			t.Error("the public page does not tell the opening hours")
		}
		if _, page := s.Do("manager", "GET", at, ""); !strings.Contains(page, "新址一号") || !strings.Contains(page, "装修") {
			t.Error("the sheet does not tell its life")
		}
		if _, page := s.Do("town", "GET", "/desk/stations", ""); !strings.Contains(page, "新名字志愿服务站") || !strings.Contains(page, "暂停") {
			t.Error("the register does not tell it")
		}
		if code, _ := s.Do("town", "GET", "/desk/stations/new", ""); code != 200 {
			t.Errorf("the form of a new station: %d", code)
		}
		second := facts + "&region=" + attendancetest.Gacha.String() + "&name=第二站"
		if code, page := s.Do("town", "POST", "/desk/stations", second); code != 422 || !strings.Contains(page, "已有站") {
			t.Errorf("a second station beside a suspended one: %d", code)
		}
		if code, page := s.Do("town", "POST", at+"/status", "version=5&status=open&reason=修好了"); code != 422 ||
			!strings.Contains(page, "还没有站点管理员") {
			t.Errorf("opened without a manager: %d", code)
		}
		if code, _ := s.Do("town", "POST", at+"/status", "version=5&status=closed&reason=撤并"); code != 303 {
			t.Errorf("the town closes: %d", code)
		}
		code, to := s.Do("town", "POST", "/desk/stations", second)
		if code != 303 || !strings.HasPrefix(to, "/desk/stations/") {
			t.Fatalf("a new station: %d %.300s", code, to)
		}
		if _, page := s.Do("town", "GET", to, ""); !strings.Contains(page, "先在“账号”里任命一名") {
			t.Error("the page does not say what it waits for")
		}
	})
}

// The head applies, the town returns and accepts; the quarter is registered; officers see what is lacking.
func TestNetworkPages(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		s := w.Web(station.New(w.DB, w.Keys).Routes)
		post := func(who, path, body string, want int) string {
			t.Helper()
			code, to := s.Do(who, "POST", path, body)
			if code != want {
				t.Fatalf("%s POST %s: %d %.300s", who, path, code, to)
			}
			return to
		}
		see := func(who, path, words string) {
			t.Helper()
			if code, page := s.Do(who, "GET", path, ""); code != 200 || !strings.Contains(page, words) {
				t.Errorf("%s GET %s: %d without %s", who, path, code, words)
			}
		}
		site := "&address=嘎查部一楼&lat=43.9&lng=116.1&parent_id=" + w.Station.ID.String() + "&region=" + attendancetest.Gacha.String()
		post("resident", "/desk/applications", site, 403)
		see("head", "/desk/stations/new", "交给苏木乡镇核实")
		see("town", "/desk/stations/new", "哪一天设立的")
		at := post("head", "/desk/applications", site+"&note=一间", 303)
		see("town", "/desk/applications?state=submitted", "嘎查部一楼")
		post("head", at+"/check", "version=1&decision=accept", 403)
		post("town", at+"/check", "version=1&decision=return&reason=", 422)
		post("town", at+"/check", "version=1&decision=return&reason=缺照片", 303)
		see("head", at, "缺照片")
		post("head", at+"/amend", "version=2&address=嘎查部二楼&lat=43.9&lng=116.1", 303)
		post("town", at+"/check", "version=3&decision=accept&day=2024-05-01", 303)
		see("head", at, "看站点")
		post("head", at+"/withdraw", "version=4", 409)
		post("manager", "/desk/quarters", "region="+attendancetest.Gacha.String()+"&name=牧民新村&households=1200", 303)
		post("manager", "/desk/quarters", "region="+attendancetest.Gacha.String()+"&name=牧民新村&households=many", 422)
		see("town", "/gov/quarters?only=lacking", "应设点，还没有")
		see("town", "/gov/stations", w.Station.Name)
	})
}

// What is copied for a group chat tells the station and the public address; the sketch shows two stations by their numbers, nearest
// first in the list.
func TestFindPages(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		s := w.Web(station.New(w.DB, w.Keys).Routes)
		if _, page := s.Do("", "GET", "/stations", ""); strings.Contains(page, "<circle") {
			t.Error("one station makes no map")
		}
		body := "region=" + attendancetest.Gacha.String() + "&parent_id=" + w.Station.ID.String() + "&address=二组&lat=43.95&lng=116.2"
		if code, to := s.Do("town", "POST", "/desk/stations", body); code != 303 {
			t.Fatalf("%d %.300s", code, to)
		}
		code, page := s.Do("", "GET", "/stations?near=43.95,116.2", "")
		if code != 200 || strings.Count(page, "<circle") != 2 || strings.Index(page, "二组") > strings.Index(page, "嘎查部一楼") {
			t.Errorf("%d, %d spots, the nearest not first", code, strings.Count(page, "<circle"))
		}
		code, page = s.Do("", "GET", "/stations/"+w.Station.ID.String(), "")
		if code != 200 || !strings.Contains(page, "/stations/"+w.Station.ID.String()+"</textarea>") ||
			!strings.Contains(page, "电话：0479-8200000") {
			t.Errorf("%d, nothing to copy", code)
		}
	})
}

// The list of stations is narrowed, sorted and taken along as a table; who does not look after stations gets none.
func TestRegister(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		s := w.Web(station.New(w.DB, w.Keys).Routes)
		name := w.Station.Name
		for path, there := range map[string]bool{
			"?kind=station": true, "?kind=point": false, "?status=closed": false, "?q=没有的名字": false, "?sort=name": true, "?sort=place": true,
			"?region=" + attendancetest.Gacha.String(): true, "?region=150100000000": false,
		} {
			for _, base := range []string{"/desk/stations", "/gov/stations"} {
				_, page := s.Do("town", "GET", base+path, "")
				if strings.Contains(page, ">"+name+"<") != there {
					t.Errorf("%s%s: the station is there: not %v", base, path, there)
				}
				if there != strings.Contains(page, "/export?") {
					t.Errorf("%s%s: a table is offered: not %v", base, path, there)
				}
			}
			code, table := s.Do("town", "GET", "/gov/stations/export"+path+"&format=csv", "")
			if code != 200 || strings.Contains(table, name) != there {
				t.Errorf("the table of %s has the station: not %v (%d)", path, there, code)
			}
		}
		if code, _ := s.Do("resident", "GET", "/desk/stations/export", ""); code != 403 {
			t.Errorf("a resident takes the register along: %d", code)
		}
		w.Write(func(tx *db.Tx) error {
			n, err := db.SelectOne[int64](t.Context(), tx, tx.Build(`SELECT count(*) FROM audit WHERE action = ?`, "station.export"))
			if err != nil || n != 8 {
				t.Errorf("the trail has %d exports: %v", n, err)
			}
			return nil
		})
	})
}
