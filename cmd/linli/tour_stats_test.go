package main

import (
	"testing"

	"linli/internal/platform/auth"
)

// An officer reads the figures, takes a table away and looks at the display of the hall, which fetches itself anew.
func TestTourFigures(t *testing.T) {
	t.Parallel()
	s := newStage(t, small.SQLiteURL(t))
	s.play()
	officer := s.screen("officer", deskWidth, deskHeight)
	officer.signIn(s.who(auth.BannerOfficer, true))
	officer.open("/gov")
	officer.press("指标")
	officer.look("gov-indicators")
	officer.press("服务时长")
	officer.says("十二个月")
	officer.press("计入的分钟数")
	officer.says("一共")
	officer.open("/gov/reports")
	officer.look("gov-reports")
	officer.press("站点建设进度表")
	officer.says("已核验")
	officer.open("/gov/screen")
	officer.says("件事正在办")
	officer.modes = darkMode // it knows no other
	officer.look("gov-screen")
	js[any](officer, `document.querySelector('#screen h1').textContent = 'unmoved'`)
	officer.says("件事正在办") // it looks again every five seconds
}
