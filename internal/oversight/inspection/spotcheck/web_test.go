package spotcheck_test

import (
	"fmt"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"linli/internal/network/coverage"
	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/oversight/inspection/spotcheck"
	"linli/internal/oversight/stats"
	"linli/internal/work/attendance/attendancetest"
)

// A spot check on pages, to its public result; and what the indicators say of it.
func TestPages(t *testing.T) {
	each(t, func(w *world) {
		w.Records(40)
		checkOnPages(w.Site(w.s.Routes))
		w.figures()
	})
}

func checkOnPages(s *inspectiontest.Site) {
	s.See("banner", "/gov/spot-checks", "公告一次抽查", `value="10"`)
	s.Post("banner", "/gov/spot-checks", 422, "region", "152502000000", "title", "抽查", "kind", "record", "from_day", "2026-11-01", "to_day",
		"2026-10-01")
	spot := s.Post("banner", "/gov/spot-checks", 303, "region", "152502000000", "title", "四季度抽查", "kind", "record", "from_day", "2026-11-01",
		"to_day", "2026-11-24", "percent", "10", "least", "3")
	open := strings.TrimPrefix(spot, "/gov")
	s.See("", "/spot-checks", "四季度抽查")
	s.See("", open, "种子的指纹")
	doubt := s.Find(s.See("banner", spot, "疑点核查"), `name="forced" value="(\d+)"`)
	s.Post("banner", spot+"/freeze", 422, "version", "1", "forced", doubt)
	s.Post("banner", spot+"/freeze", 303, "version", "1", "forced", doubt, "reason", "时间晚")
	s.See("", open, "总体清单", "必抽清单")
	s.Post("banner", spot+"/draw", 303, "version", "2")
	page := s.See("inspector", spot, "还有 5 件没有核查")
	s.See("", open, "linli inspect draw --population", "公布结果时公开")
	for i, m := range regexp.MustCompile(`href="(/gov/spot-checks/\d+/units/\d+)"`).FindAllStringSubmatch(page, -1) {
		s.See("inspector", m[1], "十项核查", "打开原件")
		fields := []string{"version", "1", "wrong_minutes", "0", "remark", "看过"}
		for n := range spotcheck.Items {
			answer := "y"
			if i == 1 && n == 3 {
				answer = "n"
			}
			fields = append(fields, fmt.Sprintf("answers.%d", n), answer)
		}
		s.Post("inspector", m[1], 422, fields[:10]...)
		s.Post("inspector", m[1], 303, fields...)
	}
	s.Post("banner", spot+"/publish", 303, "version", "3", "conclusion", "总体真实")
	s.See("", open, "总体真实", "95% 置信区间", "Korn–Graubard", "民政部令第67号")
	for _, file := range []string{"/population", "/forced", "/result"} {
		if rec := s.Send("", httptest.NewRequest("GET", open+file, nil)); rec.Code != 200 || rec.Body.Len() == 0 {
			s.Errorf("%s: %d", file, rec.Code)
		}
	}
}

// figures asks the indicators what the pages did.
func (w *world) figures() {
	w.T.Helper()
	if err := coverage.New(w.DB).Recount(w.System); err != nil {
		w.T.Fatal(err)
	}
	st := stats.New(w.DB)
	spotcheck.Indicators(st)
	for code, want := range map[string]string{"spot_check_coverage": "1.0000"} {
		for _, in := range []stats.GetInput{{Code: code, Region: inspectiontest.Banner, From: 20261101, To: 20261231},
			{Code: code, Region: attendancetest.Gacha, From: 20261101, To: 20261231}} {
			in.To = inspectiontest.Today
			got, err := st.Get(w.Banner, in)
			if err != nil || got.Value == nil || *got.Value != want {
				w.T.Errorf("%s in %s: %+v %v, want %s", code, in.Region, got.Figure, err, want)
			}
		}
	}
}
