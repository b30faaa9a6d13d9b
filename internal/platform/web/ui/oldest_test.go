package ui

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

// oldest is the browser that must still show every page: Chromium 99, as on office computers that nobody may update (README.md).
var oldest = []api.Engine{{Name: api.EngineChrome, Version: "99"}}

// younger are features later than Chromium 99 that esbuild hands through unchanged. A declaration may stand after one that every
// browser knows. text-wrap is left out: without it headings break as they always did.
var younger = regexp.MustCompile(
	`:has\(|@container|container-type|subgrid|light-dark\(|color-mix\(|\d(?:[dsl]v[hw]|cq[wh]|lh|rlh)\b|@scope|@starting-style|@property|:popover|:user-|field-sizing|` +
		`\b(?:translate|rotate|scale):|overflow: ?clip|scrollbar-gutter|interpolate-size|animation-timeline|anchor-name|text-box|linear\(\d|sibling-index`)

// faults are what the oldest browser would not understand in a stylesheet.
func faults(css string) (out []string) {
	shown := func(e []api.Engine) string {
		r := api.Transform(css, api.TransformOptions{Loader: api.LoaderCSS, Engines: e})
		for _, m := range append(r.Errors, r.Warnings...) {
			out = append(out, m.Text)
		}
		return string(r.Code)
	}
	now, then := strings.Split(shown(nil), "\n"), strings.Split(shown(oldest), "\n")
	for _, line := range then {
		if !slices.Contains(now, line) {
			out = append(out, "for Chromium 99 it would have to be: "+strings.TrimSpace(line))
		}
	}
	for _, at := range younger.FindAllStringIndex(css, -1) {
		if !spare(css[:at[1]]) {
			out = append(out, "younger than Chromium 99: "+css[max(0, at[0]-40):at[1]])
		}
	}
	return out
}

var property = regexp.MustCompile(`([a-z-]+): ?[^:;{}]*$`)

// spare says that the declaration in which a text ends has one before it in the same rule, which the oldest browser takes instead.
func spare(css string) bool {
	m := property.FindStringSubmatchIndex(css)
	if m == nil {
		return false
	}
	before := css[strings.LastIndexByte(css[:m[0]], '{')+1 : m[0]]
	return strings.Contains(before, css[m[2]:m[3]]+":")
}

// The stylesheet uses nothing that the oldest browser lacks; and the test would notice.
func TestOldestBrowser(t *testing.T) {
	css, err := os.ReadFile("assets/linli.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range faults(string(css)) {
		t.Error(f)
	}
	for _, bad := range []string{"a { & b { color: red } }", "a { color: oklch(50% 0.1 20) }", "a:has(b) { color: red }",
		"a { color: color-mix(in srgb, red, blue) }", "@media (width >= 600px) { a { color: red } }", "a { min-block-size: 100dvh }",
		"a { print-color-adjust: exact }", "@container (min-width: 1px) { a { color: red } }", "a { color: light-dark(red, blue) }",
		"a { grid-template-rows: subgrid }"} {
		if len(faults(bad)) == 0 {
			t.Errorf("not noticed: %s", bad)
		}
	}
}
