package plan_test

import (
	"net/http/httptest"
	"testing"

	"linli/internal/oversight/inspection/inspectiontest"
)

// Plan and tasks on pages, from the banner to the town and back.
func TestPages(t *testing.T) {
	each(t, func(w *world) {
		planOnPages(w.Site(w.s.Routes))
	})
}

func planOnPages(s *inspectiontest.Site) {
	s.See("banner", "/gov/plan", "锡林浩特市党委社会工作部", "还没有定今年的计划")
	s.Post("banner", "/gov/plan", 422, "region", "152502000000", "year", "2026", "title", "")
	s.See("banner", s.Post("banner", "/gov/plan", 303, "region", "152502000000", "year", "2026", "title", "全市计划", "text", "一、督导\n二、抽查"),
		"全市计划", "<p>二、抽查</p>")
	s.See("town", "/gov/plan?year=2026", "上级的计划", "全市计划")
	s.Post("banner", "/gov/tasks", 422, "region", "152502000000", "year", "2026", "title", "到站督导", "text", "逐项看", "due_day", "2026-11-01")
	task := s.Post("banner", "/gov/tasks", 303, "region", "152502000000", "year", "2026", "title", "到站督导", "text", "逐项看", "due_day",
		"2026-12-10", "to", "152502200000")
	s.See("banner", task, "未签收", "收回任务")
	receipt := s.Find(s.See("town", task, "请签收"), `(/gov/receipts/\d+)/receive`)
	s.Post("town", receipt+"/receive", 303)
	s.Post("town", receipt+"/report", 422, "text", "")
	s.Post("town", receipt+"/report", 303, "text", "看完了")
	s.See("banner", task, "看完了", "已反馈")
	s.See("banner", "/gov/plan", "1 / 1")
	if rec := s.Send("manager", httptest.NewRequest("GET", task, nil)); rec.Code != 403 {
		s.Errorf("a manager opens a task: %d", rec.Code)
	}
}
