// Package ui is the design system as code: the stylesheet, icons and scripts, and the components that every page is made of.
// It knows no business and no HTTP route but its own /static/; the web layer puts a Page and, after a failed POST, a
// FormState into the context, and the components read them there, so that areas call them with few words.
package ui

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"linli/internal/platform/i18n"
)

// Cookies that hold how a person wants to read. The web layer sets them at /prefs, linli.js without a reload.
const (
	CookieSize  = "size"  // "elder" or empty
	CookieTheme = "theme" // "dark", "light" or empty (as the device says)
	CookieLang  = "lang"  // "mn-Mong", "en" or empty (Chinese)
)

// Page is what every page knows about itself and its reader. The web layer makes one for each request.
type Page struct {
	Title    string    // set by Layout
	Shell    string    // site, phone, desk (also gov, studio, admin), screen (a hall display, which says 演示数据 itself) or print; empty is site
	Base     string    // public address of the system, for what is copied out of it; empty where none is known
	linked   any       // what the page shows as JSON-LD, for programs
	Path     string    // path and query of this page, where toggles lead back to
	Demo     bool      // demo mode: every page says 演示数据
	Size     string    // elder or empty
	Theme    string    // dark, light or empty
	Lang     i18n.Lang // what the reader asked for; a page that is not translated stays Chinese
	Who      Who
	Nav      []NavItem // overrides Navs[Shell]
	Navs     Navs
	Heaps    Heaps                        // what waits for the reader
	Find     string                       // where the search field of pages of work leads; empty for none
	Seat     func(context.Context) string // station or office of the reader, where Place is empty
	Ring     func(context.Context) Ring   // whom the reader may call; nil for nobody
	Unread   func(context.Context) int    // the reader's messages; nil for none
	Place    string                       // station or office, shown beside the mark
	Crumbs   []Crumb
	Mark     func() string                               // what a form carries to tell whose page it stands on; nil for nothing
	Live     bool                                        // loads htmx and its SSE extension
	Flash    string                                      // what was just done, said once
	Returned bool                                        // and it was done on this page
	Map      *Map                                        // tiles under the places of public pages; nil for none
	Opens    func(ctx context.Context, href string) bool // whether the reader may open a page of this site at all; nil for any
	Card     *Card                                       // what a shared link to this page shows; nil for nothing
	Filing   func(context.Context) Filing                // numbers under which the site is filed; nil for none

	ids    map[string]int
	unread *int // messages, once they are counted
	mongol bool // a Mongolian word stands on the page
}

// Who is the reader. ID is an opaque account key: drafts kept in the browser are filed under it.
type Who struct {
	ID, Name, RoleWord string
	SignedIn           bool
}

// Filing are the numbers under which a site is registered: ICP备案 and 公安备案, each "" where there is none.
type Filing struct{ ICP, Police string }

// Filed gives the numbers for the foot of the page.
func (p *Page) Filed(ctx context.Context) (f Filing) {
	if p.Filing != nil {
		f = p.Filing(ctx)
	}
	return f
}

// Card is what others show of a page: where its link is shared, and where programs look for news of it. Path and Picture are of this site.
type Card struct {
	Title, Text, Path, Picture string
	At                         time.Time // when it was published; zero for what was not
	Feed                       string    // where its news are
}

// absolute is an address of this site as others call it.
func (p *Page) absolute(path string) string { return p.Base + path }

// Ring is the station that serves the reader, and its telephone.
type Ring struct{ Name, Phone, Tel string }

// NavItem is one entry of a shell's navigation. Alarm paints its count red; Line explains it where there is room.
type NavItem struct {
	Href, Label, Icon string
	Count             int
	Alarm             bool
	Line              string
	Group             string // heading of the rail that it stands under; empty for a line of its own
	Part              string // heading within the group that it is folded under; at once in sight when empty
	Tab               bool   // kept in sight on a narrow screen
	Here              bool   // what the page shows, though its address does not say so
}

// Navs gives each shell its navigation, asked at render time, so that it can follow the reader's permissions.
type Navs map[string]func(context.Context) []NavItem

// Of gives the entries of one navigation, none where there is no such.
func (n Navs) Of(ctx context.Context, name string) []NavItem {
	if f := n[name]; f != nil {
		return f(ctx)
	}
	return nil
}

// Done lets the page say what was just done, in the words of an operation, and whether it was done here.
func (p *Page) Done(words string, here bool) {
	p.Flash, p.Returned = "已办好", here
	if words != "" && p.Lang == i18n.Chinese {
		p.Flash += "：" + words
	}
}

// Crumb is one step of the path to a page; the last one has no Href.
type Crumb struct{ Label, Href string }

type pageKey struct{}

// With carries p in the context of one request.
func With(ctx context.Context, p *Page) context.Context {
	if p.ids == nil {
		p.ids = map[string]int{}
	}
	return context.WithValue(ctx, pageKey{}, p)
}

// From is the page of this request, or an empty one.
func From(ctx context.Context) *Page {
	if p, ok := ctx.Value(pageKey{}).(*Page); ok {
		return p
	}
	return &Page{}
}

// Opens says whether the reader may open the page of a link, as far as his roles decide it: what is offered is asked of the table of
// routes, as what is allowed is.
func Opens(ctx context.Context, href string) bool {
	opens := From(ctx).Opens
	return opens == nil || opens(ctx, href)
}

// UniqueID gives an id that no other element of the page has: base, then base-2, base-3.
func UniqueID(ctx context.Context, base string) string {
	p := From(ctx)
	if p.ids == nil {
		return base
	}
	p.ids[base]++
	if n := p.ids[base]; n > 1 {
		return base + "-" + strconv.Itoa(n)
	}
	return base
}

func (p *Page) entries(ctx context.Context) []NavItem {
	if p.Nav != nil {
		return p.Nav
	}
	return p.Navs.Of(ctx, p.Shell)
}

// here is the address of the entry that this page stands under: the longest prefix of its path; "" for none.
func (p *Page) here(items []NavItem) (out string) {
	for _, it := range items {
		if within(p.Path, it.Href) && len(it.Href) > len(out) {
			out = it.Href
		}
	}
	return out
}

// within tells whether path is href or lies below it; the roots of the shells stand for themselves alone.
func within(path, href string) bool {
	path = pathOnly(path)
	if path == href {
		return true
	}
	root := href == "/" || href == "/my" || href == "/desk" || href == "/gov" || href == "/admin" || href == "/studio"
	return !root && len(path) > len(href) && path[:len(href)] == href && path[len(href)] == '/'
}

func pathOnly(path string) string {
	for i := range len(path) {
		if path[i] == '?' || path[i] == '#' {
			return path[:i]
		}
	}
	return path
}

// rail says whether the navigation stands at the side: pages of work.
func (p *Page) rail() bool {
	return p.Shell == "desk" || p.Shell == "gov" || p.Shell == "studio" || p.Shell == "admin"
}

// rings is whom the reader may call, nobody where nothing is known.
func (p *Page) rings(ctx context.Context) (r Ring) {
	if p.Ring != nil && p.Who.SignedIn {
		r = p.Ring(ctx)
	}
	return r
}

// news counts the reader's unread messages.
func (p *Page) news(ctx context.Context) int {
	if p.Unread == nil || !p.Who.SignedIn {
		return 0
	}
	if p.unread == nil {
		n := p.Unread(ctx)
		p.unread = &n
	}
	return *p.unread
}

// News counts the unread messages of the reader of this page.
func News(ctx context.Context) int { return From(ctx).news(ctx) }

func (p *Page) mongolian() { p.mongol = true }

// brand is the heading beside the mark and the line under it.
func (p *Page) brand(ctx context.Context) (string, string) {
	if p.Place == "" && p.Seat != nil && p.rail() {
		p.Place = p.Seat(ctx)
	}
	switch {
	case p.Place == "":
		return "邻里志愿", "城乡社区志愿服务"
	case p.Shell == "" || p.Shell == "site" || p.Shell == "phone":
		return "邻里志愿", p.Place
	}
	return p.Place, "邻里志愿"
}

// pref is the address that changes one way of reading and comes back.
func (p *Page) pref(key, value string) templ.SafeURL {
	return templ.SafeURL("/prefs?" + key + "=" + url.QueryEscape(value) + "&back=" + url.QueryEscape(p.Path))
}
