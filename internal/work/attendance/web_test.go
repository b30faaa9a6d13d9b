package attendance_test

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"linli/internal/platform/clock"
	"linli/internal/work/attendance/attendancetest"
)

// Every address of the area: who may, who may not, what the pages say; the grid of a sheet as a form keeps its errors by their cells.
func TestRoutes(t *testing.T) {
	clock.Set(attendancetest.Noon)
	t.Cleanup(clock.Reset)
	w := attendancetest.New(t, attendancetest.Seeded.SQLite(t))
	w.Seat(w.Head)
	srv := w.Web(w.Att.Routes)
	o := w.Accepted(1, 60)
	clock.Set(o.WindowStart)
	api := "/api/v1/orders/" + o.ID.String()
	sheet := issued(t, w, 1)[0]
	page, sheetAPI := "/desk/sheets/"+sheet.ID.String(), "/api/v1/sheets/"+sheet.ID.String()
	item := w.Item.ID.String()
	rows := url.Values{"version": {"1"}, "rows.0.line": {"1"}, "rows.1.line": {"2"}, "rows.2.line": {"3"}, "rows.2.who": {"没有此人"},
		"rows.2.item_id": {item}, "rows.2.for_whom": {"其木格"}, "rows.2.day": {"2026-11-23"}, "rows.2.from": {"09:00"}, "rows.2.to": {"10:00"},
		"rows.2.signed": {"true"}}.Encode()
	full := fmt.Sprintf(
		`{"version":1,"rows":[{"who":"%s","item_id":"%s","for_whom":"其木格","day":"2026-11-23","from":"09:00","to":"10:00","signed":true}], "photo":{"name":"a.png","data":"%s"}}`, w.Vols[1].No, item, base64.StdEncoding.EncodeToString(photo().Data))
	for i, x := range []struct {
		who, method, path, body string
		status                  int
		has                     string
	}{
		{"volunteer", "POST", api + "/check-in", `{}`, 400, "idempotency_key_required"},
		{"", "POST", api + "/check-in", `{}`, 401, ""},
		{"elsewhere", "POST", api + "/check-in", `{"volunteer_id":"` + w.Vols[0].ID.String() + `"}`, 404, ""},
		{"volunteer", "POST", api + "/check-in", `{"lat":91,"lng":1}`, 422, "body.lat"},
		{"volunteer", "POST", api + "/check-in", `{"when":1}`, 422, "body.when"},
		{"volunteer", "POST", api + "/check-in", `{}`, 200, `"state":"in_service"`},
		{"volunteer", "POST", api + "/check-in", `{"code":""}`, 409, "wrong_state"},
		{"manager", "GET", "/desk/attendance", "", 200, "今天的签到码"},
		{"resident", "GET", "/desk/attendance", "", 403, ""},
		{"volunteer", "POST", "/my/tasks/" + o.ID.String() + "/check-out", "", 303, "/my/tasks/" + o.ID.String()},
		{"manager", "GET", "/desk/sheets", "", 200, sheet.No},
		{"manager", "POST", "/desk/sheets", "station_id=" + w.Station.ID.String() + "&count=2", 303, "/desk/sheets?station_id="},
		{"manager", "POST", "/desk/sheets", "station_id=" + w.Station.ID.String() + "&count=500", 422, ""},
		{"manager", "GET", page, "", 200, "照着纸单录入"},
		{"elsewhere", "GET", page, "", 404, ""},
		{"manager", "POST", page, rows, 422, "没有找到这位志愿者"},
		{"manager", "POST", sheetAPI + "/enter", full, 200, `"state":"entered"`},
		{"head", "GET", page + "/approve", "", 200, "同意，全部计入"},
		{"manager", "GET", page + "/approve", "", 403, ""},
		{"town", "GET", page + "/approve", "", 200, "先由嘎查村（社区）负责人复核"},
		{"head", "POST", page + "/approve", "version=2&decision=return", 422, "退回要写明哪里要改"},
		{"head", "POST", page + "/approve", "version=2&decision=approve", 303, page},
		{"head", "POST", sheetAPI + "/approve", `{"version":3}`, 409, "wrong_state"},
		{"manager", "GET", page, "", 200, "已复核"},
		{"manager", "GET", page + "/photo", "", 200, ""},
		{"manager", "GET", "/desk/sheets.pdf?station_id=" + w.Station.ID.String(), "", 200, "%PDF"},
		{"manager", "GET", "/desk/week.pdf", "", 200, "%PDF"},
		{"volunteer", "GET", "/desk/week.pdf", "", 403, ""},
		{"manager", "POST", sheetAPI + "/void", `{"version":3,"reason":"x"}`, 409, "wrong_state"},
		{"manager", "POST", sheetAPI + "/missing", `{"version":3}`, 422, "body.reason"},
	} {
		head := []string{"Idempotency-Key", fmt.Sprint("k", i)}
		if i == 0 {
			head = nil
		}
		status, text := srv.Do(x.who, x.method, x.path, x.body, head...)
		if status != x.status || !strings.Contains(text, x.has) {
			t.Errorf("%d %s %s %s: %d, want %d with %q\n%.900s", i, x.who, x.method, x.path, status, x.status, x.has, text)
		}
	}
}

// A repeated key gives the same answer again, and another body under it is refused.
func TestIdempotentCheckIn(t *testing.T) {
	clock.Set(attendancetest.Noon)
	t.Cleanup(clock.Reset)
	w := attendancetest.New(t, attendancetest.Seeded.SQLite(t))
	srv := w.Web(w.Att.Routes)
	o := w.Accepted(1, 60)
	clock.Set(o.WindowStart.Add(-time.Hour))
	path := "/api/v1/orders/" + o.ID.String() + "/check-in"
	_, first := srv.Do("volunteer", "POST", path, `{}`, "Idempotency-Key", "k")
	if status, again := srv.Do("volunteer", "POST", path, `{}`, "Idempotency-Key", "k"); status != 200 || again != first {
		t.Errorf("%d %s, first %s", status, again, first)
	}
	if status, text := srv.Do("volunteer", "POST", path, `{"code":"1"}`, "Idempotency-Key", "k"); status != 422 ||
		!strings.Contains(text, "idempotency_conflict") {
		t.Errorf("%d %s", status, text)
	}
}
