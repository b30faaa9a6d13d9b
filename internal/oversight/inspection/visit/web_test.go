package visit_test

import (
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"linli/internal/network/coverage"
	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/oversight/inspection/visit"
	"linli/internal/oversight/stats"
	"linli/internal/work/attendance/attendancetest"
)

// A visit on pages, from the phone to the closed finding; and what the indicators say of it.
func TestPages(t *testing.T) {
	each(t, func(w *world) {
		w.Proven()
		visitOnPages(w.Site(w.s.Routes), w)
		w.figures()
	})
}

func visitOnPages(s *inspectiontest.Site, w *world) {
	s.See("inspector", "/gov/inspections", "安排一次检查", w.Station.Name)
	s.Post("inspector", "/gov/inspections", 422, "station_id", "7")
	visit := s.Post("inspector", "/gov/inspections", 303, "station_id", w.Station.ID.String(), "purpose", "年度督导")
	s.See("inspector", visit, "记下来", "data-offline", "有便于开展工作的场地", "offline-")
	refused := s.Post("inspector", visit+"/fill", 422, "version", "1", "answers.0.item", "site", "answers.0.answer", "no", "answers.0.remark",
		"", "note", "留着")
	if !strings.Contains(refused, "请写明有什么问题") || !strings.Contains(refused, "留着") {
		s.Error("the refused form does not say why, or lost what was entered")
	}
	s.Post("inspector", visit+"/fill", 303, "version", "1", "answers.0.item", "sign", "answers.0.answer", "no", "answers.0.remark", "看不见",
		"answers.1.item", "site", "answers.1.answer", "yes", "others", "一\n二", "due_day", "2026-12-01")
	page := s.See("inspector", visit, "看不见", "整改中")
	if n := len(regexp.MustCompile(`href="/gov/findings/\d+"`).FindAllString(page, -1)); n != 3 {
		s.Errorf("%d findings on the page", n)
	}
	finding := s.Find(page, `href="/gov(/findings/\d+)"`)
	s.Upload("inspector", "/gov"+finding+"/photo", 303, w.Photo.Data, "text", "门口")
	photo := s.Find(s.See("manager", "/desk"+finding, "未达标", "交整改", "现场照片")+s.See("manager", "/desk/findings", "看不见"),
		`(/desk/finding-files/\d+)`)
	if rec := s.Send("manager", httptest.NewRequest("GET", photo, nil)); rec.Code != 200 || rec.Header().Get("Content-Type") != "image/png" {
		s.Errorf("the photo: %d", rec.Code)
	}
	s.Post("manager", "/desk"+finding+"/rectify", 422, "version", "1", "text", "挪了")
	s.Upload("manager", "/desk"+finding+"/rectify", 303, w.Photo.Data, "version", "1", "text", "挪到门口")
	s.See("manager", "/desk"+finding, "待复查", "达标")
	s.Post("inspector", "/gov"+finding+"/return", 422, "version", "2", "text", "还不行", "due_day", "2020-01-01")
	s.Post("inspector", "/gov"+finding+"/close", 303, "version", "2", "text", "行了")
	if got := s.Post("inspector", "/gov"+finding+"/close", 409, "version", "3"); !strings.Contains(got, "站点交了整改才能办结") {
		s.Errorf("closed twice: %.300s", got)
	}
	s.See("inspector", "/gov/findings?state=closed", "看不见")
	for _, path := range []string{visit + "/sheet", "/gov/inspection-sheet?station_id=" + w.Station.ID.String()} {
		if rec := s.Send("inspector", httptest.NewRequest("GET", path, nil)); rec.Code != 200 ||
			rec.Header().Get("Content-Type") != "application/pdf" {
			s.Errorf("%s: %d", path, rec.Code)
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
	visit.Indicators(st)
	for code, want := range map[string]string{"inspection_coverage": "1.0000", "rectification_rate": "0.3333"} {
		for _, in := range []stats.GetInput{{Code: code, Region: inspectiontest.Banner, From: 20261101, To: 20261231},
			{Code: code, Region: attendancetest.Gacha, From: 20261101, To: 20261231}} {
			in.To = inspectiontest.Today
			if code == "rectification_rate" {
				in.From = inspectiontest.Today
				w.Days(10)
				in.To = inspectiontest.Today.AddDays(10)
			}
			got, err := st.Get(w.Banner, in)
			if err != nil || got.Value == nil || *got.Value != want {
				w.T.Errorf("%s in %s: %+v %v, want %s", code, in.Region, got.Figure, err, want)
			}
		}
	}
}
