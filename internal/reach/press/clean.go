package press

import (
	"html"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/microcosm-cc/bluemonday"
	node "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// policyVersion is counted up whenever a rule below changes: the program then cleans every stored text again (Service.Reclean).
const policyVersion = 1

// policy is the judge of what may stand in a text: words, headings, lists, tables and links, without any style, script or picture.
// Pictures stand where a paragraph says [图1].
var policy = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "h2", "h3", "h4", "strong", "em", "u", "ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tr", "th",
		"td")
	p.AllowAttrs("colspan", "rowspan").Matching(bluemonday.Integer).OnElements("td", "th")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("https", "http", "tel", "mailto")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	p.RequireNoFollowOnFullyQualifiedLinks(true)
	p.RequireNoReferrerOnFullyQualifiedLinks(true)
	return p
}()

// cleaned makes of what somebody wrote what may be shown: a text is escaped and cut into paragraphs, HTML goes through the policy. It has
// no effect on what it has made itself.
func cleaned(text, format string) string {
	if format == "html" {
		return policy.Sanitize(tidy(text))
	}
	var b strings.Builder
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(part), "\n", "<br/>") + "</p>")
		}
	}
	return policy.Sanitize(b.String())
}

// names are what writers and word processors call an element, and what it is here.
var names = map[atom.Atom]atom.Atom{atom.H1: atom.H2, atom.H5: atom.H4, atom.H6: atom.H4, atom.B: atom.Strong, atom.I: atom.Em,
	atom.Div: atom.P, atom.Section: atom.P, atom.Article: atom.P, atom.Center: atom.P, atom.Pre: atom.P}

// blocks are the elements that stand beside paragraphs and not in them.
var blocks = []atom.Atom{atom.P, atom.H2, atom.H3, atom.H4, atom.Ul, atom.Ol, atom.Blockquote, atom.Table}

// dropped are elements whose content is no text.
var dropped = []atom.Atom{atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Iframe, atom.Object, atom.Svg, atom.Math, atom.Head,
	atom.Title, atom.Textarea, atom.Select}

// tidy makes HTML well-formed before it is judged: closed elements, paragraphs around loose words, none within another, none empty. What
// is unclosed in an article can thereby not reach beyond it.
func tidy(text string) string {
	root := &node.Node{Type: node.ElementNode, Data: "div", DataAtom: atom.Div}
	list, err := node.ParseFragment(strings.NewReader(text), root)
	if err != nil {
		return html.EscapeString(text)
	}
	var t tidier
	for _, n := range list {
		t.top(n)
	}
	t.close()
	return t.out.String()
}

// tidier writes blocks one after another; loose words wait for their paragraph.
type tidier struct {
	out   strings.Builder
	loose strings.Builder
}

// close ends the paragraph of loose words.
func (t *tidier) close() {
	if strings.TrimFunc(plain(t.loose.String()), unseen) != "" {
		t.out.WriteString("<p>" + strings.TrimSpace(t.loose.String()) + "</p>")
	}
	t.loose.Reset()
}

func unseen(r rune) bool { return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' }

// top takes a node that stands among blocks.
func (t *tidier) top(n *node.Node) {
	switch name := nameOf(n); {
	case n.Type == node.TextNode:
		t.loose.WriteString(html.EscapeString(n.Data))
	case n.Type != node.ElementNode || slices.Contains(dropped, name):
	case name == atom.P || name == 0 && holdsBlock(n):
		t.close()
		t.each(n, t.top)
		t.close()
	case slices.Contains(blocks, name):
		t.close()
		if inner := render(n); strings.TrimFunc(plain(inner), unseen) != "" {
			t.out.WriteString(inner)
		}
	default:
		t.loose.WriteString(render(n))
	}
}

func (t *tidier) each(n *node.Node, fn func(*node.Node)) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		fn(c)
	}
}

// nameOf is what an element is here; 0 for one that is only a wrapping.
func nameOf(n *node.Node) atom.Atom {
	if to, ok := names[n.DataAtom]; ok {
		return to
	}
	if slices.Contains([]atom.Atom{atom.Span, atom.Font, atom.Main, atom.Header, atom.Footer, atom.Figure, atom.Body, atom.Html}, n.DataAtom) {
		return 0
	}
	return n.DataAtom
}

func holdsBlock(n *node.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if slices.Contains(blocks, nameOf(c)) || holdsBlock(c) {
			return true
		}
	}
	return false
}

// render writes an element under the name that it has here, closed.
func render(n *node.Node) string {
	if n.Type == node.TextNode {
		return html.EscapeString(n.Data)
	}
	name := nameOf(n)
	if n.Type != node.ElementNode || slices.Contains(dropped, name) {
		return ""
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(render(c))
	}
	switch name {
	case 0:
		return b.String()
	case atom.Br:
		return "<br/>"
	case atom.Img:
		return ""
	}
	open := name.String()
	for _, a := range n.Attr {
		open += " " + a.Key + `="` + html.EscapeString(a.Val) + `"`
	}
	return "<" + open + ">" + b.String() + "</" + name.String() + ">"
}

var tags = regexp.MustCompile(`<[^>]*>`)

// plain is the text of cleaned HTML, with a line for each block.
func plain(body string) string {
	body = strings.NewReplacer("</p>", "\n", "<br/>", "\n", "<br>", "\n", "</h2>", "\n", "</h3>", "\n", "</h4>", "\n",
		"</li>", "\n", "</td>", "\n",
		"</th>", "\n").Replace(body)
	return html.UnescapeString(tags.ReplaceAllString(body, ""))
}

var places = regexp.MustCompile(`<p>\[图(\d{1,3})\]</p>`)

// beginning is the first words of a text, where nobody wrote a summary.
func beginning(body string) string {
	words := []rune(strings.Join(strings.Fields(plain(places.ReplaceAllString(body, ""))), " "))
	if len(words) > 100 {
		return string(words[:99]) + "…"
	}
	return string(words)
}

// source gives back what the writer sees in the field without a script: words where there are only paragraphs, else HTML.
func (a Article) source() (text, format string) {
	bare := strings.NewReplacer("<p>", "", "</p>", "", "<br/>", "", "<br>", "").Replace(a.Body)
	if strings.Contains(bare, "<") {
		return a.Body, "html"
	}
	text = strings.NewReplacer("</p><p>", "\n\n", "<p>", "", "</p>", "", "<br/>", "\n", "<br>", "\n").Replace(a.Body)
	return html.UnescapeString(text), "text"
}
