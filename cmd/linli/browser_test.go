package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"linli/internal/app/demo/manifest"
	"linli/internal/platform/auth"
	"linli/internal/platform/web"
)

// screen is one person's browser: cookies of its own, on a phone or at a desk.
type screen struct {
	*stage
	ctx   context.Context
	who   string
	shots string // folder of the guide's pictures; empty keeps none
	modes string // ways of reading that are audited, in JSON: size, theme, and "whole" where all rules are asked
	leave func() // closes the browser; the end of the test does it too
}

// A page is audited whole once at each width, where its parts are other ones; in further ways of reading by the rules that depend on
// colours and sizes.
const (
	allModes  = `[["", "light", "whole"], ["elder", "light"], ["", "dark"]]`
	elderMode = `[["elder", "light", "whole"]]`
	darkMode  = `[["", "dark", "whole"]]`
)

const (
	phoneWidth, phoneHeight = 360, 740
	deskWidth, deskHeight   = 1366, 768
)

// browser is Chromium, started once; screens share it and nothing else.
var browser = sync.OnceValues(func() (context.Context, error) {
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox,
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	ctx, end := chromedp.NewExecAllocator(context.Background(), opts...)
	endBrowser = end
	ctx, _ = chromedp.NewContext(ctx) // ends with its parent
	return ctx, chromedp.Do(ctx, chromedp.Navigate("about:blank"))
})

// endBrowser ends Chromium, if it was started.
var endBrowser = func() {}

func (s *stage) check(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// watchers keep, in every page, what the content policy refused and what became of its live parts.
const watchers = `window.refused = []; window.lived = []
	document.addEventListener('securitypolicyviolation', e => refused.push(e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sample))
	for (const n of ['sse:after:connection', 'sse:error', 'sse:close', 'before:request', 'after:request', 'after:swap', 'error'])
		document.addEventListener('htmx:' + n, e => lived.push(
			Math.round(performance.now()) + ' ' + n + ' ' + (e.detail?.ctx?.response?.status ?? '')))`

// screen opens a browser for one person.
func (s *stage) screen(who string, width, height int64) *screen {
	s.t.Helper()
	parent, err := browser()
	s.check(err)
	ctx, cancel := context.WithTimeout(parent, 20*time.Minute)
	s.t.Cleanup(cancel)
	ctx, leave := chromedp.NewContext(ctx, chromedp.WithNewBrowserContext())
	s.t.Cleanup(leave)
	out := &screen{stage: s, ctx: ctx, who: who, shots: os.Getenv("LINLI_TOUR"), modes: allModes, leave: leave}
	s.check(chromedp.Do(ctx, chromedp.EmulateViewport(width, height), func(ctx context.Context, tab *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watchers})
		return chromedp.Void{}, err
	}))
	return out
}

func js[T any](s *screen, script string) T {
	s.t.Helper()
	v, err := chromedp.Run(s.ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		s.t.Fatalf("%s: %v\n%s", s.who, err, script)
	}
	return v
}

// open goes to a page by its address; only the start of a story does.
func (s *screen) open(path string) {
	s.t.Helper()
	s.check(chromedp.Do(s.ctx, chromedp.Navigate(s.base+path)))
}

// fill puts values into named fields of the page, as typing does.
func (s *screen) fill(values ...string) {
	s.t.Helper()
	for i := 0; i+1 < len(values); i += 2 {
		got := js[string](s, fmt.Sprintf(`(() => {
			const all = [...document.querySelectorAll('[name=%q]')].filter(e => e.type !== 'hidden')
			const e = all.length > 1 || all[0]?.type === 'checkbox' ? all.find(e => e.value === %q) : all[0]
			if (!e) return 'missing'
			if (e.type === 'radio' || e.type === 'checkbox') { e.checked = true } else {
				e.value = %q; if (e.value !== %q) return 'holds ' + e.value
			}
			e.dispatchEvent(new Event('change', { bubbles: true }))
			return ''
		})()`, values[i], values[i+1], values[i+1], values[i+1]))
		if got != "" {
			s.t.Fatalf("%s: field %s is %s at %s:\n%s", s.who, values[i], got, s.path(), s.text())
		}
	}
}

// press clicks the first visible button or link that says so, and waits for the page it leads to.
func (s *screen) press(label string) {
	s.t.Helper()
	before := js[float64](s, `performance.timeOrigin`)
	found := js[bool](s, fmt.Sprintf(`(() => {
		const said = e => (e.getAttribute('aria-label') || e.textContent).replace(/\s+/g, '')
		for (const group of document.querySelectorAll('.rail nav details')) group.open = true
		const shown = e => e.getClientRects().length > 0 && !e.closest('main details:not([open]) > :not(summary)')
		const all = ['main button, main a, main summary', 'header a, nav a'].flatMap(q => [...document.querySelectorAll(q)]).filter(shown)
		const e = all.find(e => said(e) === %q) || all.find(e => said(e).startsWith(%q))
		if (!e) return false
		setTimeout(() => e.click(), 0)
		return true
	})()`, label, label))
	if !found {
		s.t.Fatalf("%s: nothing says %s at %s:\n%s", s.who, label, s.path(), s.text())
	}
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		v, err := chromedp.Run(s.ctx, chromedp.Evaluate[bool](fmt.Sprintf(`performance.timeOrigin !== %f && document.readyState === 'complete'`,
			before)))
		if err == nil && v {
			return
		}
	}
	s.t.Fatalf("%s: %s leads nowhere from %s:\n%s", s.who, label, s.path(), s.text())
}

func (s *screen) path() string { return js[string](s, `location.pathname + location.search`) }

func (s *screen) text() string { return js[string](s, `document.querySelector('main').innerText`) }

// says waits until the page holds the words, without a reload.
func (s *screen) says(words string) {
	s.t.Helper()
	ok := js[bool](s, fmt.Sprintf(`(async () => {
		for (const end = performance.now() + %d; performance.now() < end;) {
			if (document.body.innerText.includes(%q)) return true
			await new Promise(r => setTimeout(r, 50))
		}
		return false
	})()`, patience.Milliseconds(), words))
	if !ok {
		s.t.Errorf("%s: %s does not say %q:\n%s\nlive parts: %s", s.who, s.path(), words, s.text(), js[string](s, `lived.join(', ')`))
	}
}

// look keeps a picture for the guide and asks axe in all three ways of reading.
func (s *screen) look(name string) {
	s.t.Helper()
	if s.shots != "" {
		png, err := chromedp.Run(s.ctx, chromedp.CaptureScreenshot())
		s.check(err)
		s.check(os.WriteFile(filepath.Join(s.shots, name+".png"), png, 0o644))
	}
	js[any](s, axe(s.t)+";0")
	for _, found := range js[[]string](s, `(async () => {
		const bad = [], root = document.documentElement, before = { ...root.dataset }
		const looks = { type: 'rule', values: ['color-contrast', 'link-in-text-block', 'scrollable-region-focusable'] }
		for (const [size, theme, whole] of `+s.modes+`) {
			root.dataset.size = size; root.dataset.theme = theme
			const found = await axe.run(document, { resultTypes: ['violations'], preload: false, runOnly: whole ? undefined : looks })
			bad.push(...found.violations.flatMap(v => v.nodes.map(n => [size, theme, v.id, n.target,
			n.failureSummary.replace(/\s+/g, ' ')].join(' '))))
			if (root.scrollWidth > innerWidth) bad.push(size + ' page is ' + root.scrollWidth + ' wide of ' + innerWidth)
		}
		for (const bar of document.querySelectorAll('.bar-cell rect')) {
			const box = bar.getBoundingClientRect(), cell = bar.ownerSVGElement.getBoundingClientRect()
			if (box.height > cell.height + 1 || box.width > cell.width + 1) bad.push('a bar is larger than its cell: ' + box.height)
		}
		for (const k of ['size', 'theme']) if (before[k] === undefined) delete root.dataset[k]; else root.dataset[k] = before[k]
		return bad.concat(refused.map(x => 'CSP: ' + x))
	})()`) {
		s.t.Errorf("%s: %s", name, found)
	}
}

func axe(t *testing.T) string {
	t.Helper()
	script, err := os.ReadFile("../../internal/platform/web/ui/testdata/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	return string(script)
}

// signIn begins at the front page, as anybody would.
func (s *screen) signIn(a manifest.Account) {
	s.t.Helper()
	s.open("/")
	s.press("登录")
	s.fill("login", a.Login, "password", a.Password)
	s.press("登录")
	if a.TOTPSecret != "" && strings.Contains(s.path(), "otp") {
		code, err := totp.GenerateCode(a.TOTPSecret, s.now)
		s.check(err)
		s.fill("otp", code)
		s.press("确定")
	}
}

// The main job in a real browser, each from the front page: a resident and a volunteer on phones, the manager at the desk, a stranger.
// With LINLI_TOUR the pictures of the guide are taken anew. It runs before the other browsers: beside them the board did not show the new
// order twice in some ten runs, for a reason not found yet; what became of its live parts is told when it happens.
func TestTour(t *testing.T) {
	s := newStage(t, small.SQLiteURL(t))
	s.play()
	resident := s.screen("resident", phoneWidth, phoneHeight)
	manager := s.screen("manager", deskWidth, deskHeight)
	volunteer := s.screen("volunteer", phoneWidth, phoneHeight)
	stranger := s.screen("stranger", phoneWidth, phoneHeight)
	helper := s.who(auth.Volunteer, true)
	from := time.Date(s.now.Year(), s.now.Month(), s.now.Day()+1, 10, 0, 0, 0, s.now.Location())

	manager.signIn(s.who(auth.StationManager, true))
	manager.look("desk-today")
	manager.press("工作台")
	js[any](manager, `window.unmoved = true`)

	resident.open("/")
	resident.look("home")
	resident.signIn(s.who(auth.Resident, true))
	resident.look("my")
	resident.press("求助")
	resident.press("点单")
	resident.look("my-new-1")
	resident.fill("catalogue_id", s.Catalogue[0].String())
	resident.press("下一步")
	resident.fill("title", "帮忙换客厅的灯泡", "window_start", from.Format(time.RFC3339), "window_end", from.Add(2*time.Hour).Format(time.RFC3339),
		"address", "三组 12 号", "detail", "梯子家里有")
	resident.look("my-new-2")
	resident.press("请人来帮我")
	resident.look("my-order")
	order, asked := strings.CutPrefix(resident.path(), "/my/orders/")
	if order, _, _ = strings.Cut(order, "?"); !asked {
		t.Fatalf("the resident's order was not taken: %s\n%s", resident.path(), resident.text())
	}

	manager.says("帮忙换客厅的灯泡")
	if !js[bool](manager, `window.unmoved === true`) {
		t.Error("the board was loaded anew")
	}
	manager.look("desk-board")
	manager.press("帮忙换客厅的灯泡")
	manager.look("desk-order")
	manager.press("受理")
	manager.press("派单")
	manager.look("desk-dispatch")
	js[any](manager, `for (const d of document.querySelectorAll('main details')) d.open = true`)
	manager.fill("volunteer_ids", helper.VolunteerID.String())
	manager.press("派单")

	volunteer.signIn(helper)
	volunteer.press("任务")
	volunteer.look("my-tasks")
	volunteer.press("帮忙换客厅的灯泡")
	volunteer.press("接单")
	volunteer.says("三组 12 号")
	volunteer.look("my-task")
	s.at(from)
	volunteer.press("任务")
	volunteer.press("帮忙换客厅的灯泡")
	volunteer.look("my-task-in")
	volunteer.press("签到")
	s.at(from.Add(50 * time.Minute))
	volunteer.press("签退")

	resident.press("求助")
	resident.press("帮忙换客厅的灯泡")
	resident.look("my-order-served")
	code := js[string](resident, `document.querySelector('main .code')?.textContent.replace(/\D/g, '').slice(0, 6) || ''`)
	if len(code) != 6 {
		t.Errorf("the resident reads no code: %q", code)
	}
	resident.press("做完了，我确认")
	resident.fill("rating", "5", "comment", "小伙子真热心")
	resident.look("my-order-rate")
	resident.press("评单")
	resident.says("已办结")

	volunteer.press("时长")
	volunteer.says("50分钟")
	volunteer.look("my-hours")
	volunteer.open("/my/certificates")
	volunteer.fill("from", s.now.Format(time.DateOnly), "to", s.now.Format(time.DateOnly))
	volunteer.press("开具")
	volunteer.look("my-certificates")
	check := js[string](volunteer, `document.querySelector('main a[href^="/verify/"]').getAttribute('href')`)

	stranger.open("/")
	stranger.press("查验证明")
	stranger.look("verify-ask")
	stranger.fill("code", strings.TrimPrefix(check, "/verify/"))
	stranger.press("查证")
	stranger.says("50 分钟")
	stranger.look("verify")

	manager.open("/desk/orders/" + order)
	manager.look("desk-order-closed")
	manager.press("一起派单")
	manager.press("算最好的安排")
	manager.says("为什么不是别人")
	manager.look("desk-plan")
	manager.press("为什么不是别人")
	manager.look("desk-plan-why")
}

// opens says whether a page is for a role; what is for whoever is signed in, over himself, a volunteer opens.
func opens(perm auth.Perm, role auth.Role) bool {
	may := auth.Table()[perm]
	return slices.Contains(may, role) || role == auth.Volunteer && slices.Contains(may, auth.Member)
}

// Every page that needs no number, opened by a role that may: on a phone in elder mode and at the desk in the dark, nothing that axe,
// the content policy or the page's own width complains about.
func TestPages(t *testing.T) {
	t.Parallel()
	s := newStage(t, small.SQLiteURL(t))
	var routes []web.Route
	s.check(json.Unmarshal([]byte(s.must("", "routes", "--json")), &routes))
	s.play()
	seen := map[string]bool{}
	for _, role := range []auth.Role{auth.StationManager, auth.TownOfficer, auth.BannerOfficer, auth.CommunityHead, auth.Inspector,
		auth.Auditor, auth.Volunteer, auth.Resident, auth.SystemAdmin, auth.SecurityAdmin, auth.AuditAdmin} {
		narrow := s.screen(string(role), phoneWidth, phoneHeight)
		narrow.signIn(s.who(role, true))
		s.at(s.now.Add(time.Minute)) // a one-time code counts once
		wide := s.screen(string(role), deskWidth, deskHeight)
		wide.signIn(s.who(role, true))
		narrow.modes, wide.modes = elderMode, darkMode
		for _, r := range routes {
			path := strings.ReplaceAll(r.Path, "{$}", "")
			// the last three are parts of pages
			if r.Kind != web.KindPage || !r.Public && !opens(r.Permission, role) || strings.Contains(path, "{") || seen[path] ||
				strings.HasPrefix(path, "/sign-in/") || path == "/desk/board/cards" || path == "/gov/screen/part" ||
				path == "/my/pocket/kit" {
				continue
			}
			if seen[path] = js[int](narrow, fmt.Sprintf(`fetch(%q, { redirect: 'manual' }).then(r => r.status)`, path)) == 200; !seen[path] {
				continue
			}
			for _, at := range []*screen{narrow, wide} {
				at.shots = os.Getenv("LINLI_PICTURES")
				at.open(path)
				at.look(strings.ReplaceAll(strings.Trim(path, "/"), "/", "-") + "-" + map[*screen]string{narrow: "phone", wide: "desk"}[at])
			}
		}
		narrow.leave() // pages that look again every few seconds would work on beside the others
		wide.leave()
	}
}
