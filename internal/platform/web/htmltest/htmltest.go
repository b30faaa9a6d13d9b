// Package htmltest says where a page is no valid HTML, as the checker of the W3C would: what stands in what, what an attribute may say,
// whether every id that is named is there, once, and whether a table's rows are of one width. It knows what pages of this program use.
package htmltest

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

func words(s string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(s) {
		out[w] = true
	}
	return out
}

var (
	void     = words("area base br col embed hr img input link meta source track wbr")
	headings = words("h1 h2 h3 h4 h5 h6")
	block    = words(`address article aside blockquote details dialog div dl fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr main nav ol
		p pre section table ul search`)
	// phrasing elements hold no block; links and corrections hold what their parent does.
	phrasing = words(`abbr b bdi bdo button caption cite code dfn em h1 h2 h3 h4 h5 h6 i kbd label legend mark output p pre q rb rt s samp small
		span strong sub summary sup time u var`)
	transparent = words("a ins del")
	interactive = words("a button details iframe label select textarea")
	global      = words("id for aria-describedby aria-labelledby aria-controls headers form list")
	// parents are the only ones of a child.
	parents = map[string]map[string]bool{"li": words("ul ol menu"), "tr": words("thead tbody tfoot table"), "td": words("tr"),
		"th":    words("tr"),
		"thead": words("table"), "tbody": words("table"), "tfoot": words("table"), "caption": words("table"), "colgroup": words("table"),
		"option": words("select optgroup datalist"), "optgroup": words("select"), "legend": words("fieldset"), "summary": words("details"),
		"figcaption": words("figure"), "dt": words("dl div"), "dd": words("dl div")}
	// children are the only ones of a parent.
	children = map[string]map[string]bool{"ul": words("li script template"), "ol": words("li script template"),
		"dl": words("dt dd div script template"), "tr": words("td th script template"), "table": words("caption colgroup thead tbody tfoot tr"),
		"select": words("option optgroup hr"), "thead": words("tr"), "tbody": words("tr"), "tfoot": words("tr")}
	// texts are the types of input that take what a line of text does.
	texts    = words("text search tel url email password")
	numbers  = words("number range date month week time datetime-local")
	labelled = words("button input meter output progress select textarea")
	nameless = words("div span p b i small strong em code dt dd li td tr label legend caption time ul")
)

type element struct {
	tag   string
	attr  map[string]string
	first bool // nothing stands in it yet
	cells int  // of a row
}

type checker struct {
	open     []element
	problems []string
	ids      map[string]string   // and their element
	named    map[string][]string // ids that attributes name, and which
	svg      int
	widths   []map[int]bool // of the rows of the tables that are open
	mains    int
}

func (c *checker) say(format string, args ...any) {
	if p := fmt.Sprintf(format, args...); !slices.Contains(c.problems, p) {
		c.problems = append(c.problems, p)
	}
}

// Check lists what is wrong with a page.
func Check(page string) []string {
	c := &checker{ids: map[string]string{}, named: map[string][]string{}}
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			c.end()
			return c.problems
		case html.TextToken:
			c.text(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			raw := string(z.Raw())
			c.start(z.Token(), raw)
		case html.EndTagToken:
			c.close(z.Token().Data)
		}
	}
}

func (c *checker) top() *element {
	if len(c.open) == 0 {
		return &element{}
	}
	return &c.open[len(c.open)-1]
}

func (c *checker) text(s string) {
	if t := c.top(); strings.TrimSpace(s) != "" {
		if t.first = false; children[t.tag] != nil {
			c.say("text %.20q in <%s>", strings.TrimSpace(s), t.tag)
		}
	}
}

// values are the quoted values of a tag.
var values = regexp.MustCompile(`"[^"]*"|'[^']*'`)

func (c *checker) start(t html.Token, raw string) {
	e := element{tag: t.Data, attr: map[string]string{}, first: true}
	for _, a := range t.Attr {
		e.attr[a.Key] = a.Val
	}
	keys := strings.Fields(strings.Trim(values.ReplaceAllString(raw, ""), "<>/"))
	for i, key := range keys {
		if slices.Contains(keys[:i], key) && i > 0 { // the tokenizer has left it out
			c.say("<%s> has %s twice", e.tag, strings.TrimSuffix(key, "="))
		}
	}
	c.names(e)
	if c.svg == 0 {
		c.place(e)
		c.attributes(e)
	}
	c.top().first = false
	if e.tag == "svg" {
		c.svg++
	}
	if e.tag == "table" {
		c.widths = append(c.widths, map[int]bool{})
	}
	if t.Type == html.StartTagToken && !void[e.tag] {
		c.open = append(c.open, e)
	} else if e.tag == "svg" {
		c.svg--
	}
}

// names keeps what ids there are and which are named.
func (c *checker) names(e element) {
	for key, value := range e.attr {
		if !global[key] || key == "headers" {
			continue
		}
		if key != "id" {
			for _, id := range strings.Fields(value) {
				c.named[id] = append(c.named[id], e.tag+" "+key)
			}
			continue
		}
		if _, twice := c.ids[value]; twice || value == "" || strings.ContainsAny(value, " \t\n") {
			c.say("id %q of <%s> stands twice, or is none", value, e.tag)
		}
		c.ids[value] = e.tag
		if e.attr["type"] == "hidden" {
			c.ids[value] = "hidden"
		}
	}
}

// place says whether an element may stand where it does. What stands in a template may stand there if it may anywhere (HTML, 4.12.3).
func (c *checker) place(e element) {
	up := c.top()
	if want := parents[e.tag]; want != nil && !want[up.tag] && up.tag != "template" {
		c.say("<%s> in <%s>", e.tag, up.tag)
	}
	if want := children[up.tag]; want != nil && !want[e.tag] {
		c.say("<%s> in <%s>", e.tag, up.tag)
	}
	if (e.tag == "summary" || e.tag == "legend") && !up.first {
		c.say("<%s> is not the first in <%s>", e.tag, up.tag)
	}
	for i := len(c.open) - 1; i >= 0 && block[e.tag]; i-- {
		in := c.open[i].tag
		if phrasing[in] && !(headings[e.tag] && (in == "summary" || in == "legend")) {
			c.say("<%s> in <%s>", e.tag, in)
		}
		if !transparent[in] {
			break
		}
	}
	acts := interactive[e.tag] || e.tag == "input" && e.attr["type"] != "hidden" || e.attr["tabindex"] != ""
	for _, o := range c.open {
		if acts && (o.tag == "a" || o.tag == "button") || e.tag == o.tag && (e.tag == "form" || e.tag == "label" || e.tag == "main") {
			c.say("<%s> in <%s>", e.tag, o.tag)
		}
	}
	if _, must := up.attr["required"]; must && up.tag == "select" && up.first && (e.tag != "option" || e.attr["value"] != "") {
		c.say("<select name=%q> is required and begins with a choice", up.attr["name"])
	}
	if e.tag == "td" || e.tag == "th" {
		n, err := strconv.Atoi(e.attr["colspan"])
		if err != nil {
			n = 1
		}
		up.cells += n
	}
	if e.tag == "main" {
		c.mains++
	}
}

// attributes says what an element may not be told.
func (c *checker) attributes(e element) {
	kind := e.attr["type"]
	if e.tag == "input" && kind == "" {
		kind = "text"
	}
	for key, value := range e.attr {
		bad := false
		switch key {
		case "maxlength", "minlength", "placeholder":
			bad = !(e.tag == "textarea" || e.tag == "input" && (texts[kind] || key == "placeholder" && kind == "number"))
		case "readonly":
			bad = !(e.tag == "textarea" || e.tag == "input" && (texts[kind] || numbers[kind] && kind != "range"))
		case "min", "max", "step":
			bad = !(e.tag == "meter" || e.tag == "progress" || e.tag == "input" && numbers[kind])
		case "required":
			bad = !(e.tag == "select" || e.tag == "textarea" || e.tag == "input" && kind != "hidden")
		case "autocomplete":
			bad = e.tag == "input" && (kind == "checkbox" || kind == "radio" || kind == "file") || value == ""
		case "for":
			bad = e.tag != "label" && e.tag != "output"
		case "action", "href":
			bad = key == "action" && value == "" || strings.ContainsAny(value, " \t\n\"<>")
		case "aria-label", "aria-labelledby":
			bad = nameless[e.tag] && e.attr["role"] == ""
		case "align", "bgcolor", "border", "valign", "style":
			bad = true
		case "headers":
			bad = e.tag != "td" && e.tag != "th"
		}
		if bad {
			c.say("<%s> of type %q may not have %s=%q", e.tag, kind, key, value)
		}
	}
	if _, has := e.attr["alt"]; e.tag == "img" && !has {
		c.say("<img> without alt")
	}
}

func (c *checker) close(tag string) {
	if void[tag] {
		c.say("</%s>", tag)
		return
	}
	t := c.top()
	if t.tag != tag {
		c.say("</%s> where <%s> is open", tag, t.tag)
		return
	}
	switch n := len(c.widths); {
	case tag == "svg":
		c.svg--
	case tag == "tr" && n > 0:
		if t.cells == 0 {
			c.say("a row without cells")
		}
		c.widths[n-1][t.cells] = true
	case tag == "table":
		if len(c.widths[n-1]) > 1 {
			c.say("rows of a table are %v wide", sorted(c.widths[n-1]))
		}
		c.widths = c.widths[:n-1]
	case tag == "title" && t.first:
		c.say("an empty title")
	}
	c.open = c.open[:len(c.open)-1]
}

func sorted(of map[int]bool) (out []int) {
	for n := range of {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

func (c *checker) end() {
	if len(c.open) > 0 {
		c.say("<%s> is never closed", c.top().tag)
	}
	for id, by := range c.named {
		tag, there := c.ids[id]
		switch {
		case !there:
			c.say("%s names %q, which is not there", by[0], id)
		case by[0] == "label for" && !labelled[tag]:
			c.say("a label is for <%s id=%q>, which takes none", tag, id)
		}
	}
	if c.mains > 1 {
		c.say("%d <main>", c.mains)
	}
	slices.Sort(c.problems)
}
