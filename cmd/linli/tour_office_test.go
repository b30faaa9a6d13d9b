package main

import (
	"testing"

	"linli/internal/platform/auth"
)

// The manager goes through the station's books: writes a notice, looks at the plan and the roster, puts a photograph first, hands the
// plan in as evidence, opens a ledger; a resident sees it; the officer sets the texts.
func TestTourOffice(t *testing.T) {
	t.Parallel()
	s := newStage(t, small.SQLiteURL(t))
	s.play()
	manager := s.screen("manager", deskWidth, deskHeight)
	manager.signIn(s.who(auth.StationManager, true))
	manager.open("/desk")
	manager.press("站里的台账")
	manager.look("office")
	manager.press("公告台账")
	manager.fill("title", "周末义剪", "text", "周六上午九点，站里有人义务理发。")
	manager.press("登记")
	manager.says("正在张贴")
	manager.look("office-notice")
	manager.open("/desk/office")
	manager.press("照片")
	manager.says("大门（演示）")
	manager.look("office-photos")
	manager.press("活动室（演示）")
	manager.look("office-photo")
	manager.press("放到最前")
	manager.says("第一张")
	for _, book := range [][3]string{{"值班表", "站点管理员", "office-roster"}, {"年度工作计划", "走访独居和高龄老人"}, {"规章制度", "从样本开始写"}, {"标牌", "挂牌名称"},
		{"设备清单", "激光打印机"}, {"档案", "保存期满"}, {"自动台账", "服务记录台账"}} {
		manager.open("/desk/office")
		manager.press(book[0])
		manager.says(book[1])
		manager.look(book[2])
		manager.shots = "" // the guide has enough
	}
	manager.press("需求（点单）台账")
	manager.says("单号")
	manager.open("/desk/office")
	manager.press("交上去")
	manager.says("年工作计划 5 项")

	phone := s.screen("manager on a phone", phoneWidth, phoneHeight)
	phone.shots = ""
	phone.signIn(s.who(auth.StationManager, true))
	phone.open("/desk/office")
	phone.look("office-phone")
	phone.press("值班表")
	phone.look("office-roster-phone")

	resident := s.screen("resident", phoneWidth, phoneHeight)
	resident.open("/stations/" + s.Base.Station.String())
	resident.says("活动室（演示）")
	if alt := js[string](resident, `document.querySelector('main img').alt`); alt != "活动室（演示）" {
		t.Errorf("the first photograph is %q", alt)
	}
	resident.look("station-photos")

	officer := s.screen("officer", deskWidth, deskHeight)
	officer.shots = ""
	officer.signIn(s.who(auth.BannerOfficer, true))
	officer.open("/gov/office")
	officer.says("档案分类方案")
	officer.look("office-templates")
}
