package ui

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// What was submitted without a network waits on the device, outlives a reload, and goes out once when the network is back; what the
// server refuses is shown again.
func TestOfflineForm(t *testing.T) {
	var down, refuse atomic.Bool
	var got atomic.Int64
	var last atomic.Value
	mux := http.NewServeMux()
	mux.Handle(StaticPath, Static())
	mux.HandleFunc("POST /visit", func(w http.ResponseWriter, r *http.Request) {
		switch {
		case down.Load():
			panic(http.ErrAbortHandler) // the connection breaks off
		case refuse.Load():
			w.WriteHeader(http.StatusUnprocessableEntity)
			fmt.Fprint(w, `<html lang="zh-CN"><title>x</title><main>请改正</main>`)
			return
		}
		got.Add(1)
		last.Store(r.PostFormValue("note") + r.PostFormValue("idempotency_key")[:1])
		http.Redirect(w, r, "/done", http.StatusSeeOther)
	})
	page := func(body func() string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Security-Policy", "default-src 'self'")
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			ctx := With(r.Context(), &Page{Shell: "gov", Path: r.URL.Path, Who: Who{ID: "a1", Name: "某"}})
			fmt.Fprint(w, `<!doctype html><html lang="zh-CN"><title>x</title><body data-who="a1"><main>`)
			if text := body(); text != "" {
				fmt.Fprint(w, text)
			} else if err := offlineForm().Render(ctx, w); err != nil {
				panic(err)
			}
			fmt.Fprint(w, `</main></body></html>`)
		}
	}
	mux.HandleFunc("GET /visit", page(func() string { return "" }))
	mux.HandleFunc("GET /done", page(func() string { return "记下了" }))
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	ctx := browser(t)
	must(t, chromedp.Do(ctx, chromedp.Navigate(s.URL+"/visit")))

	submit := `(async () => {
		document.querySelector('[name=note]').value = '看过了'
		document.querySelector('form').requestSubmit()
		for (let i = 0; i < 2400 && !document.querySelector('[data-waiting]') && location.pathname === '/visit'; i++)
			await new Promise(r => setTimeout(r, 50))
		return document.querySelector('[data-waiting]')?.textContent.slice(0, 4) ?? location.pathname
	})()`
	down.Store(true)
	if said := run[string](t, ctx, submit); said != "没有网络" || got.Load() != 0 {
		t.Errorf("without a network the page says %q, %d arrived", said, got.Load())
	}
	must(t, chromedp.Do(ctx, chromedp.Navigate(s.URL+"/visit")))
	if note := run[string](t, ctx, `document.querySelector('[name=note]').value`); note != "看过了" {
		t.Errorf("after a reload the form holds %q", note)
	}
	down.Store(false)
	run[any](t, ctx, `dispatchEvent(new Event('online'))`)
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		// The page goes on by itself once its form is through; asked in that moment it gives an error.
		if at, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.pathname`)); err == nil && at == "/done" {
			break
		}
	}
	if left := run[int](t, ctx, `Object.keys(localStorage).filter(k => k.startsWith('wait')).length`); left != 0 || got.Load() != 1 ||
		!strings.HasPrefix(last.Load().(string), "看过了") {
		t.Errorf("when the network is back: %d still wait, %d arrived, %v", left, got.Load(), last.Load())
	}

	// Refused after it waited: nothing is lost.
	must(t, chromedp.Do(ctx, chromedp.Navigate(s.URL+"/visit")))
	down.Store(true)
	run[string](t, ctx, submit)
	down.Store(false)
	refuse.Store(true)
	run[any](t, ctx, `dispatchEvent(new Event('online'))`)
	said := run[string](t, ctx,
		`(async () => { for (let i = 0; i < 2400 && !document.querySelector('[data-waiting]')?.textContent.includes('没有被收下'); i++) await new Promise(r => setTimeout(r, 50))
		return document.querySelector('[data-waiting]').textContent.includes('没有被收下') + document.querySelector('[name=note]').value })()`)
	if said != "true看过了" || got.Load() != 1 {
		t.Errorf("refused: %q, %d arrived", said, got.Load())
	}
	must(t, chromedp.Do(ctx, chromedp.Navigate(s.URL+"/visit")))
	if note := run[string](t, ctx, `document.querySelector('[name=note]').value`); note != "看过了" {
		t.Errorf("after a refusal and a reload the form holds %q", note)
	}
}

// Who signs out while something waits in his outbox is told so and stays; with nothing left he goes.
func TestSignOutWaits(t *testing.T) {
	base, ctx := serve(t), browser(t)
	must(t, chromedp.Do(ctx, chromedp.Navigate(base+"/phone")))
	said := run[string](t, ctx, fmt.Sprintf(`(async () => {
		const { Outbox } = await import(%q)
		window.box = new Outbox('a1')
		window.item = await box.add('visit', {})
		document.querySelector('[data-leave]').requestSubmit()
		const told = () => [...document.querySelectorAll('.toast')].map(e => e.textContent).find(x => x.startsWith('还有'))
		for (let i = 0; i < 2400 && !told(); i++) await new Promise(r => setTimeout(r, 50))
		return told() + location.pathname
	})()`, Asset("outbox.js")))
	if !strings.HasPrefix(said, "还有 1 件") || !strings.HasSuffix(said, "/phone") {
		t.Errorf("with one that waits: %q", said)
	}
	run[any](t, ctx, `box.settle(item.id, { verdict: 'refused' }).then(() => document.querySelector('[data-leave]').requestSubmit())`)
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		at, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.pathname`))
		if err == nil && at == "/sign-out" {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("with none that waits he is still at %q", at)
		}
	}
}
