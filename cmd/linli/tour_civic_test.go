package main

import (
	"strings"
	"testing"
	"time"

	"linli/internal/platform/auth"
)

// The administrator looks at an edition of the divisions, decides and applies it; the officer of the banner changes a setting and
// takes it back.
func TestTourCivic(t *testing.T) {
	t.Parallel()
	s := newStage(t, small.SQLiteURL(t))
	s.play()
	admin := s.screen("admin", deskWidth, deskHeight)
	admin.signIn(s.who(auth.SystemAdmin, true))
	admin.open("/admin")
	admin.press("区划版本")
	admin.press("2024-10-31")
	admin.says("处接续等人确认")
	admin.look("admin-edition")
	admin.press("采用全部")
	admin.says("已确认接续")
	js[any](admin, `const d = document.querySelector('details.confirm'); d.open = true; d.querySelector('summary').remove()`)
	admin.press("让这一版生效")
	admin.look("admin-edition-moving")
	for end := time.Now().Add(patience); strings.Contains(admin.text(), "在办的事跟着区划走") && time.Now().Before(end); {
		admin.press("看看到哪儿了") // the work behind may have been done before the page was drawn
	}
	admin.says("已生效")
	admin.press("社区认定")
	admin.look("admin-communities")
	admin.press("词典")
	admin.press("技能")
	admin.look("admin-dictionary")
	admin.press("工作日历")
	admin.look("admin-calendar")
	officer := s.screen("officer", deskWidth, deskHeight)
	officer.signIn(s.who(auth.BannerOfficer, true))
	officer.open("/gov")
	officer.press("设置")
	officer.look("admin-settings")
	officer.press("审核时限")
	officer.fill("value", "2", "reason", "本旗人手多，快一些")
	officer.press("保存")
	officer.says("本旗人手多")
	officer.look("admin-setting")
}
