package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// Whoever installs the program types one command. It prints an address; the page there makes the accounts and the station; the manager
// signs in, on a machine from which no SMS goes, and enters the first order. Six pages in all.
func TestTourSetup(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	o := &operator{t: t, db: "sqlite:" + filepath.Join(dir, "linli.db"), dir: dir}
	t.Cleanup(o.kill)
	o.start()
	s := (&stage{operator: o}).screen("operator", deskWidth, deskHeight)
	said, err := os.ReadFile(o.saidFile())
	s.check(err)
	s.open(string(regexp.MustCompile(`/setup/\w+`).Find(said)))
	s.fill("q", "公主府社区")
	s.press("找")
	s.look("setup")
	for i, x := range [][2]string{{"安管", "safety"}, {"系管", "system"}, {"审管", "audit"}, {"经办", "town1"}, {"负责", "head1"}, {"站长", "keeper"}} {
		s.fill(fmt.Sprintf("seats.%d.name", i), x[0], fmt.Sprintf("seats.%d.login", i), x[1])
	}
	password := js[string](s, `document.querySelector('[name="seats.5.initial"]').value`)
	s.fill("seats.4.phone", "13800000001", "seats.5.phone", "13800000002", "address", "新华大街 1 号", "lat", "40.84", "lng", "95.0")
	s.press("启用")
	s.says("这个位置不在内蒙古")
	if kept := js[string](s, `document.querySelector('[name="seats.5.initial"]').value`); kept != password {
		t.Errorf("the initial password that was copied, %s, became %s", password, kept)
	}
	s.fill("lng", "111.75")
	s.press("启用")
	s.says("账号开好了")
	s.press("去登录")
	s.fill("login", "keeper", "password", password)
	s.press("登录")
	s.fill("current_password", password, "new_password", "Sunny-steppe-42")
	s.press("改密码")
	s.says("公主府社区志愿服务站")
	s.press("登记来电")
	js[any](s, `document.querySelector('[name=catalogue_id]').checked = true`)
	s.fill("recipient_phone", "13800000003", "recipient_name", "白梅", "address", "新华大街 2 号")
	s.press("登记")
	s.says("白梅")
	s.look("setup-order")
}
