package press_test

import (
	"strings"
	"testing"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/errs/errstest"
	"linli/internal/reach/press"
	"linli/internal/work/attendance/attendancetest"
)

// Where others reported is a register: nothing of days to come, no address that runs, void entries stay with their reason.
func TestReports(t *testing.T) {
	each(t, func(w *world) {
		today := clock.DayOf(attendancetest.Noon)
		in := press.ReportInput{Region: gacha, Day: today, Outlet: "锡林郭勒日报", Level: "league", Title: "一场雪，二十双手", Link: "https://example.com/a"}
		for _, c := range []struct {
			change func(*press.ReportInput)
			want   string
		}{
			{func(r *press.ReportInput) { r.Day = today.AddDays(1) }, "invalid day"},
			{func(r *press.ReportInput) { r.Outlet = " " }, "invalid outlet"},
			{func(r *press.ReportInput) { r.Title = " " }, "invalid title"},
			{func(r *press.ReportInput) { r.Link = "javascript:alert(1)" }, "invalid link"},
			{func(r *press.ReportInput) { r.Link = "data:text/html,x" }, "invalid link"},
			{func(r *press.ReportInput) { r.ArticleID = 7 }, "invalid article_id"},
			{func(r *press.ReportInput) { r.Region = far }, "not_found"},
		} {
			bad := in
			c.change(&bad)
			_, err := w.s.Report(w.Manager, bad)
			errstest.Is(t, err, c.want)
		}
		c := must[press.Coverage](w)(w.s.Report(w.Manager, in))
		in.Link, in.Outlet, in.Day = "第 3 版", "内蒙古日报", today.AddDays(-1)
		must[press.Coverage](w)(w.s.Report(w.Town, in))
		list := must[press.Reports](w)(w.s.Reports(w.Town, press.ReportsInput{}))
		if list.Total != 2 || len(list.Items) != 2 || list.Items[0].Outlet != "锡林郭勒日报" {
			t.Errorf("listed: %+v", list)
		}
		if got := must[press.Reports](w)(w.s.Reports(w.Town, press.ReportsInput{Q: "日报",
			Level: "league", From: today.AddDays(-1), To: today})); got.Total != 2 {
			t.Errorf("found: %d", got.Total)
		}
		if got := must[press.Reports](w)(w.s.Reports(w.Elsewhere, press.ReportsInput{})); got.Total != 0 {
			t.Errorf("elsewhere: %d", got.Total)
		}
		_, err := w.s.VoidReport(w.Manager, press.VoidInput{ID: c.ID, Version: c.Version, Reason: " "})
		errstest.Is(t, err, "invalid reason")
		c = must[press.Coverage](w)(w.s.VoidReport(w.Manager, press.VoidInput{ID: c.ID, Version: c.Version, Reason: "登重了"}))
		_, err = w.s.VoidReport(w.Manager, press.VoidInput{ID: c.ID, Version: c.Version, Reason: "登重了"})
		errstest.Is(t, err, "wrong_state")
		for _, form := range []string{"csv", "xlsx", "pdf"} {
			f, err := w.s.ExportReports(w.Town, press.ReportsFileInput{Format: form})
			if err != nil || len(f.Body) == 0 || form == "csv" &&
				(!strings.Contains(string(f.Body), "内蒙古日报") || strings.Contains(string(f.Body), "锡林")) {
				t.Errorf("%s: %v, %s", form, err, f.Body)
			}
		}
	})
}

// Figures count what is public, each article at the division that told it.
func TestFigures(t *testing.T) {
	each(t, func(w *world) {
		w.published("甲", "正文")
		w.draft(w.Manager, "乙", "正文")
		today := clock.DayOf(attendancetest.Noon)
		must[press.Coverage](w)(w.s.Report(w.Manager, press.ReportInput{Region: gacha, Day: today, Outlet: "报", Level: "other", Title: "题"}))
		f := must[press.Figures](w)(w.s.Figures(w.Town, press.FiguresInput{}))
		var at press.FigureRow
		for _, r := range f.Rows {
			if r.Region == gacha {
				at = r
			}
		}
		if at.Sections["deed"] != 1 || at.Total != 1 || at.Reports != 1 || f.Sum.Total != 1 || f.Sum.Reports != 1 || f.Rows[0].Total != 0 {
			t.Errorf("figures: %+v", f)
		}
		if f := must[press.Figures](w)(w.s.Figures(w.Town, press.FiguresInput{To: today.AddDays(-1)})); f.Sum.Total != 0 || f.Sum.Reports != 0 {
			t.Errorf("until yesterday: %+v", f.Sum)
		}
		_, err := w.s.Figures(w.Town, press.FiguresInput{From: today, To: today.AddDays(-1)})
		errstest.Is(t, err, "invalid to")
		officer, _ := w.Actor("旗里", 0, auth.Grant{Role: auth.BannerOfficer, Region: gacha.At(auth.LevelBanner)})
		if f, err := w.s.ExportFigures(officer, press.FiguresFileInput{Format: "csv"}); err != nil || !strings.Contains(string(f.Body), "合计") {
			t.Errorf("file: %v", err)
		}
	})
}
