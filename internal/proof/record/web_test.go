package record_test

import (
	"strings"
	"testing"

	"linli/internal/platform/clock"
	"linli/internal/proof/record"
	"linli/internal/work/attendance/attendancetest"
)

// Every address of the area: who may, who may not, and what the pages say.
func TestRoutes(t *testing.T) {
	clock.Set(attendancetest.Noon)
	t.Cleanup(clock.Reset)
	base := attendancetest.New(t, attendancetest.Seeded.SQLite(t))
	w := &world{base, record.New(base.DB, base.Persons)}
	w.Att.CheckedOut.Subscribe(w.s.OnCheckedOut)
	w.Orders.Confirmed.Subscribe(w.s.OnConfirmed)
	srv := w.Web(w.s.Routes)
	r := w.weak(w.Served(60))
	api, mine, desk := "/api/v1/records/"+r.ID.String(), "/my/hours/"+r.ID.String(), "/desk/records/"+r.ID.String()
	of := "/api/v1/volunteers/" + w.Vols[0].ID.String() + "/records"
	srv.English(t, "volunteer", "/my/hours", r.Title, r.Why)
	srv.English(t, "volunteer", mine, r.Title, r.Why, r.Name, r.Place, r.Content, r.Unit, r.Leader, "副站长")
	for _, x := range []struct {
		who, method, path, body string
		status                  int
		has                     string
	}{
		{"", "GET", of, "", 401, ""},
		{"resident", "GET", of, "", 403, ""},
		{"other", "GET", of, "", 404, ""},
		{"elsewhere", "GET", api, "", 404, ""},
		{"volunteer", "GET", of + "?status=pending", "", 200, `"totals":{"minutes":0`},
		{"volunteer", "GET", api, "", 200, `"status":"pending"`},
		{"volunteer", "GET", "/my/hours", "", 200, "待计入"},
		{"resident", "GET", "/my/hours", "", 403, ""},
		{"volunteer", "GET", mine, "", 200, "申请更正"},
		{"volunteer", "POST", mine + "/corrections", "reason=", 422, "必填"},
		{"manager", "GET", "/desk/records?second=true", "", 200, "娜仁高娃"},
		{"manager", "GET", "/desk/records?from=2026-11-25", "", 200, "没有这样的记录"},
		{"manager", "GET", desk, "", 200, "最晚记录到"},
		{"head", "GET", desk, "", 200, "同意计入"},
		{"head", "GET", "/desk/second", "", 200, "同意计入"},
		{"manager", "GET", "/desk/second", "", 403, ""},
		{"manager", "POST", api + "/approve", `{}`, 403, "denied"},
		{"manager", "POST", desk + "/approve", "decision=approve", 403, ""},
		{"head", "POST", desk + "/approve", "decision=reject", 422, "不采纳要写明理由"},
		{"head", "POST", api + "/approve", `{}`, 200, `"status":"counted"`},
		{"head", "POST", api + "/approve", `{}`, 409, "wrong_state"},
		{"volunteer", "POST", api + "/corrections", `{"reason":"少记了","minutes":70}`, 201, `"state":"open"`},
		{"head", "GET", desk, "", 200, "核实更正申请"},
		{"head", "POST", desk + "/corrections/approve", "decision=approve&minutes=70", 303, desk},
		{"head", "POST", api + "/corrections/approve", `{}`, 403, "denied"},
		{"head2", "POST", api + "/corrections/approve", `{}`, 200, `"minutes":70`},
		{"head", "POST", api + "/corrections/approve", `{}`, 409, "wrong_state"},
		{"manager", "GET", "/desk/records.csv", "", 200, "娜仁高娃"},
		{"manager", "GET", "/desk/records.xlsx?status=counted", "", 200, "PK"},
		{"volunteer", "GET", "/api/v1/records?limit=101", "", 422, "query.limit"},
		{"head", "POST", desk + "/void", "ground=false&reason=%E6%B2%A1%E5%8E%BB", 303, desk},
		{"volunteer", "GET", mine, "", 200, "作废"},
	} {
		status, text := srv.Do(x.who, x.method, x.path, x.body)
		if status != x.status || !strings.Contains(text, x.has) {
			t.Errorf("%s %s %s: %d, want %d with %q\n%.600s", x.who, x.method, x.path, status, x.status, x.has, text)
		}
	}
}
