package ui

import (
	"context"
	_ "embed"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

//go:embed testdata/axe.min.js
var axe string

// The address of a gallery page says how it is shown: /SHELL?size=&theme=&failed=.
func gallery(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	p := &Page{
		Shell: strings.TrimPrefix(r.URL.Path, "/"), Path: r.URL.RequestURI(), Demo: true, Live: true,
		Size: q.Get("size"), Theme: q.Get("theme"), Place: "宝力根嘎查志愿服务站",
		Filing: func(context.Context) Filing {
			return Filing{"蒙ICP备00000000号-1", "蒙公网安备15010000000000号"}
		},
		Who: Who{ID: "a1", Name: "娜仁高娃", RoleWord: "志愿者", SignedIn: q.Get("out") == ""}, Unread: func(context.Context) int { return 2 },
		Ring: func(context.Context) Ring {
			return Ring{"宝力根嘎查志愿服务站", "0479-5221234", "0479-5221234"}
		},
		Nav: []NavItem{{Href: "/", Label: "今天", Icon: "home"}, {Href: r.URL.Path, Label: "工作台", Icon: "board", Count: 3, Alarm: true},
			{Href: "/x", Label: "日历", Icon: "calendar", Count: 5}, {Href: "/y", Label: "我的", Icon: "user"}},
	}
	ctx := With(r.Context(), p)
	if q.Get("failed") != "" {
		p.Flash = "已经派给阿茹娜"
		ctx = WithForm(ctx, &FormState{Action: "/orders", Values: url.Values{"phone": {"1290000331"}}, Errors: map[string]string{
			"phone": "手机号要 11 位，您输了 10 位", "detail": "请写几个字", "category": "请选一样", "consent": "要本人同意", "photo": "照片太大", "window_start": "这个时间过了"}})
	}
	if q.Get("done") != "" {
		p.Flash, p.Returned = "已办好", true
	}
	content := Gallery()
	if q.Get("problem") != "" {
		content = problemPage()
	}
	w.Header().Set("Content-Security-Policy", "default-src 'self'")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := content.Render(ctx, w); err != nil {
		panic(err)
	}
}

func serve(t *testing.T) string {
	mux := http.NewServeMux()
	mux.Handle(StaticPath, Static())
	mux.HandleFunc("/", gallery)
	mux.HandleFunc("/desk/board/events", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, ": connected\n\n")
		w.(http.Flusher).Flush()
		for range 3 {
			select {
			case <-r.Context().Done():
				return
			case <-time.After(300 * time.Millisecond):
			}
			fmt.Fprint(w, "event: moved\ndata: 1\n\n")
			w.(http.Flusher).Flush()
		}
		// The stream breaks off; the page connects anew.
	})
	var fetched atomic.Int64
	mux.HandleFunc("/desk/board/now", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<div id="board-now"><p>第 %d 次</p></div>`, fetched.Add(1))
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.CloseClientConnections)
	return s.URL
}

func browser(t *testing.T) context.Context {
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox,
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 20*time.Minute)
	t.Cleanup(cancel)
	must(t, chromedp.Do(ctx, func(ctx context.Context, tab *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
			Source: `window.refused = []; document.addEventListener('securitypolicyviolation', e => refused.push(e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sample))`})
		return chromedp.Void{}, err
	}))
	return ctx
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func run[T any](t *testing.T, ctx context.Context, script string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	must(t, err)
	return v
}

// audit opens everything that can be opened and lists what axe, the content policy and the page's own width complain about.
const audit = `(async () => {
	for (const d of document.querySelectorAll('details')) d.open = true
	const found = await axe.run(document, { resultTypes: ['violations'], preload: false })
	const bad = found.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.target + ' | ' + n.failureSummary.replace(/\s+/g, ' ')))
	const wide = document.documentElement.scrollWidth
	if (wide > innerWidth) bad.push('page is ' + wide + ' wide of ' + innerWidth)
	const ids = [...document.querySelectorAll('[id]')].map(e => e.id)
	bad.push(...ids.filter((x, i) => ids.indexOf(x) !== i).map(x => 'id twice: ' + x), ...refused.map(x => 'CSP: ' + x))
	return bad
})()`

func TestGalleryIsAccessible(t *testing.T) {
	base, ctx := serve(t), browser(t)
	views := []string{
		"/site?failed=1", "/site?size=elder&failed=1", "/site?theme=dark&failed=1",
		"/phone", "/phone?size=elder&failed=1", "/phone?theme=dark", "/desk?failed=1", "/desk?size=elder", "/admin?theme=dark",
		"/print", "/site?problem=1", "/phone?problem=1&size=elder", "/site?out=1",
	}
	for _, view := range views {
		for _, size := range []struct{ w, h int64 }{{360, 740}, {1366, 768}} {
			t.Run(fmt.Sprintf("%s at %d", view, size.w), func(t *testing.T) {
				must(t, chromedp.Do(ctx, chromedp.EmulateViewport(size.w, size.h), chromedp.Navigate(base+view)))
				keepPicture(t, ctx, fmt.Sprintf("%s-%d", view, size.w))
				run[any](t, ctx, axe+";0")
				for _, finding := range run[[]string](t, ctx, audit) {
					t.Error(finding)
				}
			})
		}
	}
}

// keepPicture writes what was seen into LINLI_PICTURES, for people to look at.
func keepPicture(t *testing.T, ctx context.Context, view string) {
	dir := os.Getenv("LINLI_PICTURES")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	must(t, err)
	name := strings.NewReplacer("/", "", "?", "-", "&", "-", "=", "_").Replace(view) + ".png"
	must(t, os.WriteFile(filepath.Join(dir, name), png, 0o644))
}

// A table that is wider than a phone becomes cards there: nothing of it is out of sight, and each cell names its column.
func TestTableBecomesCards(t *testing.T) {
	base, ctx := serve(t), browser(t)
	must(t, chromedp.Do(ctx, chromedp.EmulateViewport(360, 740), chromedp.Navigate(base+"/phone")))
	got := run[string](t, ctx, `(() => {
		const box = document.querySelector('.scroll[aria-label^=志愿者名单]')
		return [box.scrollWidth <= box.clientWidth, ...[...box.querySelectorAll('tbody tr:first-child td')].map(td => td.dataset.name)].join()
	})()`)
	if want := "true,电话,时长,评分,状态"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTogglesWithoutReload(t *testing.T) {
	base, ctx := serve(t), browser(t)
	must(t, chromedp.Do(ctx, chromedp.EmulateViewport(1366, 768), chromedp.Navigate(base+"/site")))
	got := run[string](t, ctx, `(() => {
		window.same = true
		document.querySelector('.to-elder').click()
		const large = document.documentElement.dataset.size, shown = document.activeElement.textContent.trim()
		document.querySelector('.to-standard').click()
		return [large, shown, document.documentElement.dataset.size, window.same, document.cookie].join()
	})()`)
	if want := "elder,标准版,,true,"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A live part is fetched again for the last of several events that come close together, time after time, and after each connection: what
// happened in between told nobody.
func TestLivePartRefreshes(t *testing.T) {
	base, ctx := serve(t), browser(t)
	must(t, chromedp.Do(ctx, chromedp.Navigate(base+"/desk")))
	text := run[string](t, ctx, `(async () => {
		const part = () => document.querySelector('#board-now').textContent.trim()
		for (let i = 0; i < 1200 && part() !== '第 5 次'; i++) await new Promise(r => setTimeout(r, 100))
		return part()
	})()`)
	if text != "第 5 次" {
		t.Errorf("the live part stops at %q", text)
	}
}

func TestDraftOutlivesReload(t *testing.T) {
	base, ctx := serve(t), browser(t)
	type_ := `(async () => { const f = document.querySelector('#f-detail'); f.value = '去旗医院'; f.dispatchEvent(new Event('input', { bubbles: true })); await new Promise(r => setTimeout(r, 600)) })()`
	read := `document.querySelector('#f-detail').value`
	must(t, chromedp.Do(ctx, chromedp.Navigate(base+"/site")))
	run[any](t, ctx, type_)
	must(t, chromedp.Do(ctx, chromedp.Navigate(base+"/site")))
	if got := run[string](t, ctx, read); got != "去旗医院" {
		t.Errorf("after a reload the field holds %q", got)
	}
	run[any](t, ctx, `document.querySelector('form[action="/orders"]').dispatchEvent(new Event('submit', { bubbles: true }))`)
	must(t, chromedp.Do(ctx, chromedp.Navigate(base+"/phone"), chromedp.Navigate(base+"/site")))
	if got := run[string](t, ctx, read); got != "" {
		t.Errorf("after it was sent the draft is still there: %q", got)
	}
	run[any](t, ctx, type_)
	run[any](t, ctx, `document.querySelector('form[action="/orders"]').dispatchEvent(new Event('submit', { bubbles: true }))`)
	must(t, chromedp.Do(ctx, chromedp.Navigate(base+"/site")))
	if got := run[string](t, ctx, read); got != "去旗医院" {
		t.Errorf("sent, and nobody said that it arrived: the field holds %q", got)
	}
	must(t, chromedp.Do(ctx, chromedp.Navigate(base+"/site?done=1")))
	if got := run[string](t, ctx, read); got != "" {
		t.Errorf("the page says that it is done, and the draft is still there: %q", got)
	}
}
