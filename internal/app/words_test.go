package app_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"linli/internal/platform/db"
	"linli/internal/platform/i18n"
	"linli/internal/platform/web"
	"linli/internal/platform/web/ui"
)

// marked is an element that says it is Chinese, up to what it holds.
var marked = regexp.MustCompile(`<[a-z]+[^>]*\blang="zh-CN"[^>]*>[^<]*`)

// A page is in the reader's language or it is Chinese and says so: on a page in English nothing Chinese stands unmarked; a page
// without translation says zh-CN.
func TestLanguages(t *testing.T) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		a := program(t, d)
		door := web.New(web.Config{Auth: holders{}, Keys: a.Keys, DB: a.DB, Demo: true})
		a.Mount(door)
		english := 0
		for _, r := range door.Routes() {
			if r.Kind != "page" || r.Method != http.MethodGet {
				continue
			}
			for _, role := range []string{"", "resident"} {
				page := say(door, fill(r.Path), role, i18n.English)
				switch {
				case !strings.HasPrefix(page, "<!doctype html>"): // a part of a page, or the way to sign in
				case strings.Contains(page, `<html lang="en"`):
					english++
					if rest := marked.ReplaceAllString(page, ""); i18n.IsChinese(rest) {
						t.Errorf("%s as %q holds unmarked Chinese: %s", r.Path, role, around(rest))
					}
				case !strings.Contains(page, `<html lang="zh-CN"`) || !strings.Contains(page, `lang="en"`):
					t.Errorf("%s as %q is in no language", r.Path, role)
				}
			}
		}
		if english < 25 {
			t.Errorf("only %d pages were in English", english)
		}
		if page := say(door, "/", "", i18n.Mongolian); !strings.Contains(page, `<html lang="mn-Mong"`) ||
			!strings.Contains(page, `<span lang="mn-Mong">ᠬᠢᠩᠭᠠᠨ ᠠᠶᠢᠮᠠᠭ</span>`) || !strings.Contains(page, "尚未经蒙古语母语读者审校") {
			t.Error("the front page in Mongolian does not say 兴安盟, or not that nobody reviewed it")
		}
		if page := say(door, "/", "", "xx"); !strings.Contains(page, `<html lang="zh-CN"`) {
			t.Error("an unknown language is not Chinese")
		}
	})
}

func say(door *web.Router, path, role string, l i18n.Lang) string {
	req := httptest.NewRequest(http.MethodGet, path, nil)
	req.AddCookie(&http.Cookie{Name: ui.CookieLang, Value: string(l)})
	if role != "" {
		req.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: role})
	}
	w := httptest.NewRecorder()
	door.ServeHTTP(w, req)
	return w.Body.String()
}

// around is the first Chinese of a text with what stands beside it.
func around(text string) string {
	for i, r := range text {
		if i18n.IsChinese(string(r)) {
			return text[max(0, i-80):min(len(text), i+80)]
		}
	}
	return ""
}
