package main

import (
	"strconv"
	"testing"
	"time"

	"linli/internal/platform/auth"
)

// A board whose looks fail says so, keeps what it shows, and looks again until it is right: no change of an order waits for the next.
func TestBoardOutlivesFailures(t *testing.T) {
	t.Parallel()
	s := newStage(t, small.SQLiteURL(t))
	s.play()
	manager := s.screen("manager", deskWidth, deskHeight)
	manager.signIn(s.who(auth.StationManager, true))
	for i, failure := range []string{
		"new Response('<!doctype html><main>busy</main>', { status: 503, headers: { 'Content-Type': 'text/html' } })",
		"Promise.reject(new TypeError('no network'))",
	} {
		manager.press("工作台")
		js[any](manager, `window.unmoved = true; window.failed = 0
			const honest = window.fetch
			window.fetch = (...a) => String(a[0]).includes('/desk/board/cards') && failed++ < 2 ? `+failure+` : honest(...a)`)
		title := "帮忙换灯泡" + strconv.Itoa(i)
		from := s.now.Add(24 * time.Hour)
		s.do(s.who(auth.Resident, true), "/api/v1/orders", map[string]any{"catalogue_id": s.Catalogue[0], "title": title, "channel": "web",
			"region": s.Base.Community, "address": "三组 12 号", "window_start": from, "window_end": from.Add(2 * time.Hour), "consent": "self"})
		manager.says("看到的是刚才的情况")
		manager.says(title)
		if !js[bool](manager, `window.unmoved === true && failed > 2 && document.querySelector('[data-live-note]').hidden`) {
			t.Error("the page was loaded anew, did not look again, or says still that it is old")
		}
	}
}
