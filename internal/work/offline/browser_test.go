package offline_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/errs/errstest"
	"linli/internal/platform/web"
	"linli/internal/platform/web/ui"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/homevisit"
)

// telephone is a browser with a profile that outlives it.
type telephone struct {
	*testing.T
	base, profile string
	ctx           context.Context
	close         func()
}

// later is how the hours pass for the telephone: its clock goes ahead by what localStorage says.
const later = `window.refused = []; document.addEventListener('securitypolicyviolation', e => refused.push(e.violatedDirective + ' ' + e.blockedURI))
	const now = Date.now; Date.now = () => now() + 60000 * (localStorage.minutes ?? 0)`

func (p *telephone) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// start opens the browser.
func (p *telephone) start() {
	p.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.UserDataDir(p.profile),
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	alloc, end := chromedp.NewExecAllocator(p.Context(), opts...)
	ctx, _ := chromedp.NewContext(alloc)
	ctx, stop := context.WithTimeout(ctx, 20*time.Minute)
	p.ctx, p.close = ctx, func() { _ = chromedp.Cancel(ctx); stop(); end() }
	p.must(chromedp.Do(ctx, chromedp.EmulateViewport(360, 740),
		func(ctx context.Context, tab *chromedp.Target) (chromedp.Void, error) {
			_, err := cdp.Call(ctx, tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: later})
			return chromedp.Void{}, err
		}))
}

// open goes to the page, as with a press on its icon.
func (p *telephone) open() {
	p.Helper()
	p.must(chromedp.Do(p.ctx, chromedp.Navigate(p.base+"/my/pocket")))
}

func (p *telephone) run(script string) (out string) {
	p.Helper()
	out, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](script, chromedp.EvalAwaitPromise))
	if err != nil {
		p.Fatalf("%v\n%s", err, script)
	}
	return out
}

// waits until the page fulfils a condition.
func (p *telephone) waits(what string) {
	p.Helper()
	if said := p.run(fmt.Sprintf(`(async () => {
		for (const end = performance.now() + 120000; performance.now() < end; await new Promise(r => setTimeout(r, 50))) if (%s) return ''
		return document.querySelector('main').innerText + refused
	})()`, what)); said != "" {
		p.keep("failed")
		p.Fatalf("not %s:\n%s", what, said)
	}
}

// keep writes what was seen into LINLI_PICTURES, for people to look at.
func (p *telephone) keep(name string) {
	dir := os.Getenv("LINLI_PICTURES")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	p.must(err)
	p.must(os.WriteFile(filepath.Join(dir, "pocket-"+name+".png"), png, 0o644))
}

// A day without a network in a real browser: the app is opened, he checks in, notes a visit, fills in a form and checks out; the browser is
// closed and opened again; the network comes back, and the server has each once, marked as done without it.
func TestDayInBrowser(t *testing.T) {
	each(t, func(w *world) {
		if w.DB.Postgres() {
			return // TestDay plays it on both engines
		}
		w.asked()
		start := w.o.WindowStart
		clock.Set(start.Add(-time.Hour))
		p, cut := w.telephone()
		p.start()
		p.open()
		p.waits(`document.documentElement.dataset.pocket === 'ready' && state.innerText.includes('没有网络也能打开')`)
		p.keep("ready")

		cut.Store(true)
		p.later(70)
		p.press("签到")
		p.waits(`items.innerText.includes('签到') && items.innerText.includes('等着送出')`)
		p.later(80)
		p.press("记一次探访")
		p.run(`document.querySelector('[name=result][value=met]').click(); document.querySelector('[name=note]').value = '𠮷 ᠪᠠᠲᠤ'; ''`)
		p.keep("visit")
		p.press("记下探访")
		p.waits(`items.innerText.includes('探访')`)
		p.press("入户走访")
		p.run(`(() => {
			const form = document.querySelector('[data-kind=survey_answer]')
			form.elements.person_id.selectedIndex = 1
			form.elements.consent.value = 'spoken'
			form.elements['answers.wish'].value = '有人说说话'
			form.elements['answers.illness'].value = 'sugar'
			return ''
		})()`)
		p.press("记下答卷")
		p.waits(`items.innerText.includes('走访问卷')`)
		p.later(120)
		p.press("签退")
		p.waits(`items.children.length === 4 && state.innerText.includes('4 件事在这台手机里等着')`)
		p.keep("waiting")
		leave := fmt.Sprintf(`import(%q).then(m => m.leave(%q)).then(String)`, ui.Asset("outbox.js"), auth.From(w.me).Account.String())
		if n := p.run(leave); n != "4" {
			w.Errorf("%s wait when he signs out", n)
		}
		p.close()

		p.start()
		p.open()
		p.waits(`items.children.length === 4 && kit.innerText.includes('道尔吉')`)
		cut.Store(false)
		clock.Set(start.Add(90 * time.Minute))
		p.run(`localStorage.minutes = 150; dispatchEvent(new Event('online')); ''`)
		p.waits(`state.innerText.includes('都送到了') && items.innerText.split('站里收下了').length === 5`)
		p.keep("sent")
		if found := p.run(`refused.join()`); found != "" {
			w.Error("the content policy refused", found)
		}
		if n := p.run(leave); n != "0" {
			w.Errorf("%s wait when he signs out", n)
		}
		cut.Store(true)
		p.open()
		p.waits(`state.innerText.includes('没有网络')`)
		// What he took along went with him, and whom his actions were of: the next who holds the telephone may be somebody else.
		if found := p.holds("道尔吉", "𠮷"); found != "" {
			w.Error("after he signed out the telephone still holds", found)
		}
		p.close()
		for query, want := range map[string]int64{`SELECT COUNT(*) FROM attendance`: 1, `SELECT COUNT(*) FROM offline_action`: 4,
			`SELECT minutes FROM attendance WHERE needs_second AND in_at <> in_server_at`: 50,
			`SELECT COUNT(*) FROM pairing_visit WHERE result = 'met'`:                     1,
			`SELECT COUNT(*) FROM survey_answer WHERE offline AND channel = 'phone'`:      1,
			`SELECT COUNT(*) FROM offline_action WHERE verdict = 'done'`:                  4} {
			if n := w.count(query); n != want {
				w.Errorf("%s: %d", query, n)
			}
		}
	})
}

// Whose homes somebody went to see lies on his telephone no longer than the system would tell him, also where it never meets a network
// again; whom he sees besides stays.
func TestHomesLeave(t *testing.T) {
	each(t, func(w *world) {
		if w.DB.Postgres() {
			return // the telephone is the same
		}
		w.asked()
		homes, day, _ := w.round()
		_, err := homes.Agree(w.me, homevisit.AnswerInput{ID: day})
		errstest.Is(w.T, err, "")
		clock.Set(attendancetest.Noon)
		p, cut := w.telephone()
		p.start()
		defer p.close()
		p.open()
		p.waits(`document.documentElement.dataset.pocket === 'ready' && state.innerText.includes('没有网络也能打开')`)
		cut.Store(true)
		for days, want := range []string{3: lone.Name, 4: ""} {
			if days < 3 {
				continue
			}
			p.later(days * 24 * 60)
			p.waits(`state.innerText.includes('没有网络')`)
			if found := p.holds(lone.Name); found != want {
				w.Errorf("%d days later the telephone holds %q", days, found)
			}
		}
		if found := p.holds("道尔吉", lone.Phone); found != "道尔吉" {
			w.Errorf("the telephone holds %q", found)
		}
	})
}

// What came of going to a home is recorded without a network, by the form of the page; the browser is closed and opened again; the network
// comes back, and the system has it once, at its time.
func TestHomeVisitInBrowser(t *testing.T) {
	each(t, func(w *world) {
		if w.DB.Postgres() {
			return // the telephone is the same
		}
		homes, day, _ := w.round()
		_, err := homes.Agree(w.me, homevisit.AnswerInput{ID: day})
		errstest.Is(w.T, err, "")
		clock.Set(attendancetest.Noon)
		p, cut := w.telephone()
		p.start()
		p.open()
		p.waits(`document.documentElement.dataset.pocket === 'ready' && state.innerText.includes('没有网络也能打开')`)
		cut.Store(true)
		p.later(60)
		p.press("记走访结果")
		p.run(`(() => {
			const form = document.querySelector('[data-kind=home_visit]')
			form.elements.result.value = 'away'
			form.elements.back_day.value = '2026-12-24'
			return ''
		})()`)
		p.keep("home")
		p.press("记下结果")
		p.waits(`items.innerText.includes('走访 · ` + lone.Name + `') && kit.querySelector('[data-until] [data-said]').innerText.includes('等着送出')`)
		p.close()

		p.start()
		defer p.close()
		p.open()
		p.waits(`items.children.length === 1`)
		cut.Store(false)
		clock.Set(attendancetest.Noon.Add(90 * time.Minute))
		p.run(`localStorage.minutes = 90; dispatchEvent(new Event('online')); ''`)
		p.waits(`state.innerText.includes('都送到了') && items.innerText.includes('站里收下了')`)
		p.keep("home-sent")
		if found := p.run(`refused.join()`); found != "" {
			w.Error("the content policy refused", found)
		}
		from, to := attendancetest.Noon.Add(55*time.Minute), attendancetest.Noon.Add(65*time.Minute)
		if n := w.count(`SELECT COUNT(*) FROM home_visit WHERE result = 'away' AND at BETWEEN ? AND ?`, from, to); n != 1 ||
			w.count(`SELECT COUNT(*) FROM home_visit`) != 1 || w.count(`SELECT COUNT(*) FROM offline_action WHERE kind = 'home_visit'`) != 1 {
			w.Errorf("%d visits", n)
		}
	})
}

// holds says which of some words lie on the telephone.
func (p *telephone) holds(words ...string) string {
	p.Helper()
	list, _ := json.Marshal(words)
	return p.run(`(async () => {
		let out = document.body.innerHTML + JSON.stringify(localStorage)
		for (const { name } of await indexedDB.databases()) {
			const db = await new Promise(yes => { const r = indexedDB.open(name); r.onsuccess = () => yes(r.result) })
			for (const store of db.objectStoreNames) {
				const all = db.transaction(store).objectStore(store).getAll()
				out += await new Promise(yes => { all.onsuccess = () => yes(JSON.stringify(all.result)) })
			}
		}
		return ` + string(list) + `.filter(x => out.includes(x)).join()
	})()`)
}

// telephone is one whose owner is signed in, before a server whose network can be cut.
func (w *world) telephone() (*telephone, *atomic.Bool) {
	site, cut := w.Web(func(r *web.Router) { w.s.Routes(r) }), new(atomic.Bool)
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		if cut.Load() {
			panic(http.ErrAbortHandler) // the connection breaks off
		}
		req.Header.Set("Authorization", "Bearer volunteer")
		site.ServeHTTP(rw, req)
	}))
	w.Cleanup(server.Close)
	return &telephone{T: w.T, base: server.URL, profile: w.TempDir()}, cut
}

// later opens the page anew, so many minutes after the start of the test.
func (p *telephone) later(minutes int) {
	p.Helper()
	p.run(fmt.Sprintf(`localStorage.minutes = %d; ''`, minutes))
	p.open()
	p.waits(`kit.innerText.includes('道尔吉')`)
}

// press presses what says so.
func (p *telephone) press(label string) {
	p.Helper()
	p.waits(fmt.Sprintf(`(() => {
		const all = [...document.querySelectorAll('main button, main summary')].filter(e => e.getClientRects().length)
		const e = all.find(e => e.innerText.trim() === %q)
		e?.click()
		return e
	})()`, label))
}
