package ui

import (
	"bytes"
	"context"
	"io"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
)

func problemPage() templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return Layout("没有找到").Render(templ.WithChildren(ctx, Problem(404, "", "")), w)
	})
}

func html(t *testing.T, ctx context.Context, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	must(t, c.Render(ctx, &b))
	return b.String()
}

func fetch(url, encoding string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", url, nil)
	r.Header.Set("Accept-Encoding", encoding)
	w := httptest.NewRecorder()
	Static().ServeHTTP(w, r)
	return w
}

// wire is what a page costs with gzip, which every browser of the floor takes: the page itself and its assets.
func wire(t *testing.T, p *Page) (body, assets int) {
	h := html(t, With(t.Context(), p), Gallery())
	seen := map[string]bool{}
	for _, u := range regexp.MustCompile(`/static/[\w.-]+`).FindAllString(h, -1) {
		if !seen[u] {
			seen[u] = true
			assets += fetch(u, "gzip").Body.Len()
		}
	}
	return len(gzipped([]byte(h))), assets
}

func TestWeightOnTheWire(t *testing.T) {
	body, assets := wire(t, &Page{Shell: "phone"})
	if body > 8<<10 || body+assets > 60<<10 {
		t.Errorf("the gallery on a phone weighs %d B, first load %d B", body, body+assets)
	}
	liveBody, liveAssets := wire(t, &Page{Shell: "desk", Live: true})
	t.Logf("page %d B, first load %d B, live %d B", body, body+assets, liveBody+liveAssets)
}

func TestAssetsAreImmutableAndPacked(t *testing.T) {
	css := Asset("linli.css")
	plain := fetch(css, "")
	if plain.Code != 200 || !strings.Contains(plain.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("%s: %d %v", css, plain.Code, plain.Header())
	}
	for _, enc := range []string{"br", "gzip"} {
		w := fetch(css, enc)
		if w.Header().Get("Content-Encoding") != enc || w.Body.Len()*3 > plain.Body.Len() {
			t.Errorf("%s: %q, %d of %d bytes", enc, w.Header().Get("Content-Encoding"), w.Body.Len(), plain.Body.Len())
		}
	}
	if w := fetch("/static/linli.css", ""); w.Code != 404 {
		t.Errorf("an address without hash answers %d", w.Code)
	}
	if m := fetch(Asset("linli.webmanifest"), "").Body.String(); !strings.Contains(m, Asset("favicon.svg")) {
		t.Errorf("manifest lost its icon: %s", m)
	}
}

func TestRefusedFormKeepsValuesErrorsAndKey(t *testing.T) {
	s := &FormState{Action: "/a", Key: "K1", Values: url.Values{"phone": {"129"}}, Errors: map[string]string{"phone": "要 11 位"}}
	ctx := WithForm(With(t.Context(), &Page{}), s)
	field := Field(FieldOpts{Name: "phone", Label: "手机号", Value: "old"})
	mine := html(t, templ.WithChildren(ctx, field), ActionForm("/a", "送出", ""))
	other := html(t, templ.WithChildren(ctx, field), ActionForm("/b", "送出", ""))
	for _, want := range []string{`value="K1"`, `value="129"`, `aria-invalid="true"`, `href="#f-phone"`, `aria-describedby="f-phone-e"`} {
		if !strings.Contains(mine, want) {
			t.Errorf("the refused form lacks %s:\n%s", want, mine)
		}
	}
	if !strings.Contains(other, `value="old"`) || strings.Contains(other, "K1") || strings.Contains(other, "要 11 位") {
		t.Errorf("another form of the page shows the refusal:\n%s", other)
	}
	if !strings.Contains(other, `id="f-phone-2"`) {
		t.Errorf("the second field has the id of the first:\n%s", other)
	}
	if a, b := Key(t.Context()), Key(t.Context()); a == b || len(a) < 20 {
		t.Errorf("keys are not fresh: %s %s", a, b)
	}
}

func TestPasswordIsNeverGivenBack(t *testing.T) {
	ctx := WithForm(t.Context(), &FormState{Values: url.Values{"password": {"geheim"}}})
	if h := html(t, ctx, Field(FieldOpts{Name: "password", Label: "密码", Type: "password"})); strings.Contains(h, "geheim") {
		t.Error(h)
	}
}

func TestHoursInWords(t *testing.T) {
	now := time.Date(2026, 11, 23, 14, 20, 0, 0, shanghai)
	groups := Hours{8, 18}.starts(t.Context(), now, 4)
	first := groups[0].Options[0]
	if first.Value != "2026-11-23T15:00:00+08:00" || first.Label != "今天 下午 3 点" {
		t.Errorf("first start is %+v", first)
	}
	if last := (Hours{8, 18}).ends(t.Context(), now, 1)[0].Options; last[0].Value != "2026-11-23T16:00:00+08:00" ||
		last[len(last)-1].Value != "2026-11-23T18:00:00+08:00" {
		t.Errorf("ends are %+v", last)
	}
	if len(groups) != 4 || groups[3].Label != "11 月 26 日 周四" {
		t.Errorf("days are %+v", groups)
	}
	if evening := (Hours{8, 18}).starts(t.Context(), now.Add(6*time.Hour), 2); len(evening) != 1 ||
		!strings.HasPrefix(evening[0].Label, "明天") {
		t.Errorf("in the evening: %+v", evening)
	}
}

// TestUnfold: the reason of a refusal is in sight though its form was folded away; what lies beside it stays folded.
func TestUnfold(t *testing.T) {
	ctx := WithForm(t.Context(), &FormState{Action: "/b", Message: "他已经结了对"})
	form := html(t, ctx, ActionForm("/b", "转成结对", ""))
	page := string(Unfold([]byte(`<details name="a">` + html(t, ctx, ActionForm("/a", "别的", "")) + `</details><details class="x"><details open>` +
		form + `</details></details><details>`)))
	for _, want := range []string{`<details name="a"><form`, `<details class="x" open><details open><form`, `</details><details>`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in %s", want, page)
		}
	}
	if quiet := "<details><p></p></details>"; string(Unfold([]byte(quiet))) != quiet {
		t.Error("a page without a refusal was changed")
	}
}

// TestRailFolds: lines of one heading stand together wherever they come from, its parts folded below those that are in sight at once, with
// the sum of what waits; only what holds this page is open.
func TestRailFolds(t *testing.T) {
	items := []NavItem{{Href: "/desk", Label: "今天"}, {Href: "/desk/a", Label: "居民", Group: "人"},
		{Href: "/desk/b", Label: "走访", Group: "人", Part: "上门", Count: 2}, {Href: "/desk/c", Label: "站点", Group: "站务"},
		{Href: "/desk/d", Label: "结对", Group: "人", Part: "上门", Count: 3}}
	page := func(path string) string { return html(t, t.Context(), railNav(&Page{Path: path}, items)) }
	h := page("/desk/a")
	for _, want := range []string{`<details name="rail" open>`, `<details name="part">`, ">5</span>"} {
		if !strings.Contains(h, want) {
			t.Errorf("no %s in %s", want, h)
		}
	}
	if n := strings.Count(h, "<details"); n != 2 {
		t.Errorf("%d headings to unfold, want 人 and 上门: %s", n, h)
	}
	if h := page("/desk/d"); strings.Count(h, " open>") != 2 {
		t.Errorf("the part of this page is folded: %s", h)
	}
}

func TestHere(t *testing.T) {
	items := []NavItem{{Href: "/my"}, {Href: "/my/orders"}, {Href: "/my/orders/new"}}
	for path, want := range map[string]string{"/my": "/my", "/my?x=1": "/my", "/my/orders/7": "/my/orders", "/my/orders/new": "/my/orders/new",
		"/my/points": "", "/my/orderslist": "", "/mystery": ""} {
		if got := (&Page{Path: path}).here(items); got != want {
			t.Errorf("%s: entry %q, want %q", path, got, want)
		}
	}
}
