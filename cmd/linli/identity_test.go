package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"linli/internal/app/demo/manifest"
	"linli/internal/platform/auth"
)

// provider is a provider of sign-in in a process of its own, which nobody here wrote: see provider/main.go.
type provider struct {
	issuer string
	knows  func(callback string)
}

func newProvider(t *testing.T) provider {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "provider")
	if out, err := exec.Command("go", "build", "-C", "../../provider", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	cmd := exec.Command(binary)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Process.Kill(); cmd.Wait() })
	lines := bufio.NewScanner(out)
	says := func() string {
		if !lines.Scan() {
			t.Fatal("the provider ended", lines.Err())
		}
		return lines.Text()
	}
	return provider{says(), func(callback string) {
		if _, err := io.WriteString(in, callback+"\n"); err != nil || says() != "known" {
			t.Fatal(err)
		}
	}}
}

// into fills in the form that goes to an address, where a page has several with the same fields.
func (s *screen) into(action string, values ...string) {
	s.t.Helper()
	for i := 0; i+1 < len(values); i += 2 {
		if !js[bool](s, fmt.Sprintf(`(() => { const e = document.querySelector('form[action=%q]')?.elements[%q]
			if (e) e.value = %q; return !!e })()`, action, values[i], values[i+1])) {
			s.t.Fatalf("%s: no field %s in %s:\n%s", s.who, values[i], action, s.text())
		}
	}
}

// code is a code of an authenticator that was not used before.
func (s *screen) code(a manifest.Account) string {
	s.t.Helper()
	s.at(s.now.Add(time.Minute))
	code, err := totp.GenerateCode(a.TOTPSecret, s.now)
	s.check(err)
	return code
}

// there signs in at the provider, on its own page, and waits until the browser is back here at a page.
func (s *screen) there(path string) {
	s.t.Helper()
	s.until("the provider's own page", `location.host.startsWith('127.0.0.2') && !!document.querySelector('[name=password]')`)
	js[any](s, `document.querySelector('[name=username]').value = 'test-user@127.0.0.2'
		document.querySelector('[name=password]').value = 'verysecure'; setTimeout(() => document.querySelector('button').click(), 0)`)
	s.until("back at "+path, fmt.Sprintf(`location.host.startsWith('127.0.0.1') && location.pathname === %q`, path))
}

// until waits while pages come and go.
func (s *screen) until(what, condition string) {
	s.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		v, err := chromedp.Run(s.ctx, chromedp.Evaluate[bool](condition+` && document.readyState === 'complete'`))
		if err == nil && v {
			return
		}
	}
	s.t.Fatalf("%s: never %s: %s\n%s", s.who, what, js[string](s, `location.href`), js[string](s, `document.body.innerText`))
}

// Sign-in with a provider of OpenID Connect, a process apart, from the administrator who enters it to the resident who signs in with it:
// each presses what he sees, the provider's own pages too.
func TestIdentity(t *testing.T) {
	s := newStage(t, small.SQLiteURL(t))
	p := newProvider(t)
	s.start("--demo", "--clock-file", s.clockFile(), "--inside", "127.0.0.0/8")
	root, owner := s.who(auth.SystemAdmin, true), s.who(auth.Resident, true)
	admin := s.screen("admin", deskWidth, deskHeight)
	admin.signIn(root)
	admin.open("/admin")
	admin.press("统一身份认证")
	admin.look("identity-board")
	admin.into("/admin/identity", "issuer", p.issuer, "name", "草原通", "password", root.Password, "otp", admin.code(root))
	admin.press("核对并保存")
	at := admin.path()
	at, _, _ = strings.Cut(at, "?")
	p.knows(s.base + "/sign-in/with/" + strings.TrimPrefix(at, "/admin/identity/") + "/back")
	admin.says(s.base + "/sign-in/with/")
	admin.into(at, "client_id", "linli", "client_secret", "provider", "password", root.Password, "otp", admin.code(root))
	admin.press("核对并保存")
	admin.into(at+"/switch", "password", root.Password, "otp", admin.code(root))
	admin.press("启用")
	admin.says("可以用来登录")
	admin.look("identity-provider")

	resident := s.screen("resident", phoneWidth, phoneHeight)
	resident.open("/sign-in")
	resident.look("identity-sign-in")
	resident.press("用草原通登录")
	resident.there("/sign-in/outside")
	resident.says("还没有关联账号")
	resident.look("identity-unlinked")
	resident.press("登录，然后关联")
	resident.fill("login", owner.Login, "password", owner.Password)
	resident.press("登录")
	resident.look("identity-mine")
	resident.fill("password", owner.Password)
	resident.press("关联")
	resident.look("identity-going")
	resident.press("去那边登录")
	resident.there("/my/identities")
	resident.says("关联好了")
	resident.look("identity-linked")

	other := s.screen("the resident at another computer", deskWidth, deskHeight)
	other.open("/sign-in?back=%2Fmy%2Fsecurity")
	other.press("用草原通登录")
	other.there("/my/security")
	other.says("在哪里登录着")
	other.press("关联的登录身份")
	other.says("草原通")
}
