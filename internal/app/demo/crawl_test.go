package demo_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"linli/internal/platform/auth"
	"linli/internal/platform/web/htmltest"
)

var linkAddress = regexp.MustCompile(`<a\b[^>]* href="(/[^"#]*)`)

// crawl follows, as each role, the links of its start pages three levels deep: what is offered may be opened, and is valid HTML. Of
// links that differ only in their numbers three are followed.
func crawl(t *testing.T, m made) {
	t.Helper()
	var done []auth.Role
	invalid := map[string]bool{} // what was said before
	opened := 0
	for _, a := range m.manifest.Accounts {
		if slices.Contains(done, a.Role) {
			continue
		}
		done = append(done, a.Role)
		token := m.enter(t, a)
		seen, kinds := map[string]bool{}, map[string]int{}
		level := []string{"/", "/my", "/coverage", "/stations"}
		for range 4 {
			var next []string
			for _, at := range level {
				w := m.get(at, token)
				opened++
				if w.Code >= http.StatusBadRequest {
					t.Errorf("%s is offered %s: %d", a.Role, at, w.Code)
				}
				if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
					continue
				}
				page := plain(t, w)
				for _, wrong := range htmltest.Check(page) {
					if !invalid[wrong] {
						invalid[wrong] = true
						t.Errorf("%s at %s: %s", a.Role, at, wrong)
					}
				}
				for _, found := range linkAddress.FindAllStringSubmatch(page, -1) {
					link := html.UnescapeString(found[1])
					if kind := kindOf(link); !seen[link] && kinds[kind] < 3 {
						seen[link] = true
						kinds[kind]++
						next = append(next, link)
					}
				}
			}
			level = next
		}
	}
	if len(done) < 12 || opened < 2000 {
		t.Errorf("only %d roles opened %d pages", len(done), opened)
	}
}

var digits = regexp.MustCompile(`\d+`)

// kindOf is a link without its numbers and values.
func kindOf(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return link
	}
	names := []string{digits.ReplaceAllString(u.Path, "n")}
	for name := range u.Query() {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}
