package problem_test

import (
	"bytes"
	"net/http/httptest"
	"strings"
	"testing"

	"linli/internal/oversight/inspection/inspectiontest"
)

// A difficulty on pages, to its rating.
func TestPages(t *testing.T) {
	each(t, func(w *world) {
		problemOnPages(w.Site(w.s.Routes), w.Station.ID.String())
	})
}

func problemOnPages(s *inspectiontest.Site, station string) {
	s.See("manager", "/desk/problems", "提一个困难问题")
	s.Post("manager", "/desk/problems", 422, "station_id", station, "kind", "site", "text", "")
	mine := s.Post("manager", "/desk/problems", 303, "station_id", station, "kind", "site", "text", "屋顶漏雨")
	gov := strings.Replace(mine, "/desk", "/gov", 1)
	s.See("town", "/gov/problems?state=waiting", "屋顶漏雨")
	s.Post("town", gov+"/answer", 303, "version", "1", "text", "月底修", "solve_day", "2026-11-30")
	s.Post("manager", mine+"/rate", 422, "version", "2", "rating", "1")
	s.Post("manager", mine+"/rate", 303, "version", "2", "rating", "1", "comment", "太慢")
	s.See("banner", gov, "转旗县区", "太慢", "答复")
	if rec := s.Send("banner", httptest.NewRequest("GET", "/gov/problems.xlsx?state=waiting", nil)); rec.Code != 200 ||
		!bytes.HasPrefix(rec.Body.Bytes(), []byte("PK")) {
		s.Errorf("the export: %d", rec.Code)
	}
	if rec := s.Send("far", httptest.NewRequest("GET", gov, nil)); rec.Code != 404 {
		s.Errorf("another banner: %d", rec.Code)
	}
}
