package home_test

import (
	"net/url"
	"strings"
	"testing"

	"linli/internal/network/office/archive"
	"linli/internal/network/office/equipment"
	"linli/internal/network/office/home"
	"linli/internal/network/office/ledger"
	"linli/internal/network/office/notice"
	"linli/internal/network/office/photo"
	"linli/internal/network/office/roster"
	"linli/internal/network/office/rule"
	"linli/internal/network/office/sign"
	"linli/internal/network/office/workplan"
	"linli/internal/network/standard"
	"linli/internal/platform/blob"
	"linli/internal/work/attendance/attendancetest"
)

// The manager opens the books of the only station, writes a notice that is refused and then taken, and the pages of every book open; a
// stranger's do not.
func TestPages(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		files := blob.New(w.DB, t.TempDir())
		std := standard.New(w.DB, files)
		things := equipment.New(w.DB, files)
		s := w.Web(home.New(w.DB, std, things).Routes, things.Routes, notice.New(w.DB, files).Routes, photo.New(w.DB, files).Routes,
			workplan.New(w.DB).Routes, rule.New(w.DB).Routes, sign.New(w.DB).Routes,
			roster.New(w.DB, w.Keys).Routes, archive.New(w.DB, files).Routes, ledger.New(w.DB, notice.Ledger).Routes)
		at := "/desk/office/" + w.Station.ID.String()
		if code, page := s.Do("manager", "GET", "/desk/office", ""); code != 200 || !strings.Contains(page, "公告台账") {
			t.Errorf("the books: %d", code)
		}
		form := url.Values{"title": {"量血压"}, "text": {"周三下午"}, "place": {"公告栏"}, "from_day": {""}, "until_day": {"2026-11-01"}}
		if code, page := s.Do("manager", "POST", at+"/notices", form.Encode()); code != 422 || !strings.Contains(page,
			"应在张贴之日以后") || !strings.Contains(page, "量血压") {
			t.Errorf("refused: %d", code)
		}
		form.Set("until_day", "2026-12-01")
		code, to := s.Do("manager", "POST", at+"/notices", form.Encode())
		if code != 303 {
			t.Fatalf("taken: %d %.200s", code, to)
		}
		if code, page := s.Do("", "GET", "/stations/"+w.Station.ID.String()+"/notices", ""); code != 200 || !strings.Contains(page, "量血压") {
			t.Errorf("everybody reads: %d", code)
		}
		pages := []string{at, to, at + "/notices?q=量&state=hanging&year=2026", at + "/plan", at + "/rules", at + "/sign", at + "/photos",
			at + "/equipment", at + "/stock", at + "/roster", at + "/documents", at + "/ledgers",
			at + "/ledgers/notices", at + "/notices/export?format=csv", at + "/sign/print?paper=a4&way=down",
			at + "/ledgers.file?code=all&format=xlsx"}
		for _, path := range pages {
			if code, page := s.Do("manager", "GET", path, ""); code != 200 {
				t.Errorf("%s: %d %.200s", path, code, page)
			}
			if code, _ := s.Do("elsewhere", "GET", path, ""); code != 404 {
				t.Errorf("a stranger opens %s: %d", path, code)
			}
			if code, _ := s.Do("resident", "GET", path, ""); code != 403 {
				t.Errorf("a resident opens %s: %d", path, code)
			}
		}
		if code, page := s.Do("manager", "POST", at+"/prove", "item=plan"); code != 409 || !strings.Contains(page, "今年的工作计划还没有内容") {
			t.Errorf("proof of nothing: %d", code)
		}
		if code, to := s.Do("manager", "POST", at+"/prove", "item=notices"); code != 303 || !strings.HasSuffix(to, "#notices") {
			t.Errorf("proof: %d %s", code, to)
		}
		if code, body := s.Do("manager", "GET", "/api/v1/stations/"+w.Station.ID.String()+"/notices",
			""); code != 200 || !strings.Contains(body, `"no":1,"title":"量血压"`) || !strings.Contains(body, `"next":null`) {
			t.Errorf("by the interface: %d %s", code, body)
		}
	})
}
