package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"linli/internal/app/demo/manifest"
	"linli/internal/platform/web"
)

// Every page that looks different to somebody is photographed at both widths, and everything printed, into the folder LINLI_TOUR_ALL, for
// people to look at: `make tour ALL=folder`. It judges nothing.
func TestTourAll(t *testing.T) {
	folder := os.Getenv("LINLI_TOUR_ALL")
	if folder == "" {
		return // nobody asked for them
	}
	s := newStage(t, small.SQLiteURL(t))
	var routes []web.Route
	s.check(json.Unmarshal([]byte(s.must("", "routes", "--json")), &routes))
	s.play()
	w := &walk{stage: s, folder: folder, patterns: http.NewServeMux(), seen: map[string]bool{}}
	for _, r := range routes {
		w.patterns.Handle(r.Method+" "+r.Path, http.NotFoundHandler())
	}
	for _, a := range append([]manifest.Account{{}}, s.Accounts...) {
		w.of(a)
		s.at(s.now.Add(time.Minute)) // a one-time code counts once
	}
}

// walk goes through the program as one person after another and looks at what nobody before him saw.
type walk struct {
	*stage
	folder   string
	patterns *http.ServeMux
	seen     map[string]bool // what a page is and offers
}

var (
	pageLink   = regexp.MustCompile(`<a\b[^>]* href="(/[^"#]*)`)
	pageForm   = regexp.MustCompile(`<form\b[^>]* action="(/[^"#?]*)`)
	pageNumber = regexp.MustCompile(`\d+`)
	queryValue = regexp.MustCompile(`=[^&]*`)
)

// kindOf is a link without its numbers and values.
func kindOf(link string) string {
	path, query, _ := strings.Cut(link, "?")
	return pageNumber.ReplaceAllString(path, "n") + "?" + queryValue.ReplaceAllString(query, "=")
}

// of follows the links of one person's pages; of links of one kind, two.
func (w *walk) of(a manifest.Account) {
	token := ""
	if a.Login != "" {
		token = w.as(a)
	}
	var fresh []string
	links, kinds := []string{"/", "/my", "/desk", "/gov", "/studio", "/admin"}, map[string]int{}
	for len(links) > 0 {
		at := links[0]
		links = links[1:]
		r := ask(w.base, token, http.MethodGet, at, "", "")
		switch kind := r.head.Get("Content-Type"); {
		case r.status == http.StatusOK && strings.HasPrefix(kind, "application/pdf"):
			w.print(at, r.body)
		case r.status == http.StatusOK && strings.HasPrefix(kind, "text/html"):
			if w.isNew(at, string(r.body)) {
				fresh = append(fresh, at)
			}
			for _, found := range pageLink.FindAllStringSubmatch(string(r.body), -1) {
				link := html.UnescapeString(found[1])
				kind := kindOf(link)
				if kinds[kind]++; kinds[kind] <= 2 {
					links = append(links, link)
				}
			}
		}
	}
	w.photograph(a, fresh)
}

// pattern is the route of an address.
func (w *walk) pattern(at string) string {
	req, err := http.NewRequest(http.MethodGet, at, nil)
	w.check(err)
	_, pattern := w.patterns.Handler(req)
	return cmp.Or(pattern, at)
}

// isNew tells whether nobody has seen a page of this route that offers the same.
func (w *walk) isNew(at, page string) bool {
	offers := []string{}
	for _, found := range pageForm.FindAllStringSubmatch(page, -1) {
		offers = append(offers, pageNumber.ReplaceAllString(found[1], "n"))
	}
	slices.Sort(offers)
	return w.first(w.pattern(at) + " " + strings.Join(slices.Compact(offers), " "))
}

func (w *walk) first(key string) bool {
	known := w.seen[key]
	w.seen[key] = true
	return !known
}

// print keeps a printed kind, once, as one picture for each of its pages.
func (w *walk) print(at string, pdf []byte) {
	if !w.first(w.pattern(at)) {
		return
	}
	file := w.name("print", at)
	w.check(os.WriteFile(file+".pdf", pdf, 0o600))
	w.check(exec.Command("pdftoppm", "-png", "-r", "75", file+".pdf", file).Run())
}

// photograph opens pages in the browser of one person.
func (w *walk) photograph(a manifest.Account, pages []string) {
	if len(pages) == 0 {
		return
	}
	person := w.screen(cmp.Or(string(a.Role), "visitor"), deskWidth, deskHeight)
	defer person.leave()
	if a.Login != "" {
		w.at(w.now.Add(time.Minute))
		person.signIn(a)
	}
	for _, at := range pages {
		for _, size := range [][2]int64{{phoneWidth, phoneHeight}, {deskWidth, deskHeight}} {
			s := person
			s.check(chromedp.Do(s.ctx, chromedp.EmulateViewport(size[0], size[1])))
			s.open(at)
			png, err := chromedp.Run(s.ctx, chromedp.FullScreenshot(100))
			s.check(err)
			s.check(os.WriteFile(fmt.Sprintf("%s-%d.png", w.name(person.who, at), size[0]), png, 0o600))
		}
	}
}

// name is a file for what stands at an address.
func (w *walk) name(who, at string) string {
	flat := strings.NewReplacer("/", "-", "?", "-", "&", "-", "%", "").Replace(strings.Trim(at, "/"))
	return filepath.Join(w.folder, who+"-"+flat[:min(len(flat), 120)])
}
