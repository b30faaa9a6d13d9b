package press

import (
	"strings"
	"testing"
)

// What is written in a form with a script or without becomes clean text: each element by its rule, comments and scripts gone.
func TestCleanedText(t *testing.T) {
	for in, want := range map[string]string{
		"<p>一</p><!-- 二 --><p>三</p>":           "<p>一</p><p>三</p>",
		"<p>一<script>x</script>二</p>":          "<p>一二</p>",
		"<p>一<!--x-->二</p>":                    "<p>一二</p>",
		"<p>一<img src=x>二</p>":                 "<p>一二</p>",
		"<p>一&lt;b&gt;二</p>":                   "<p>一&lt;b&gt;二</p>",
		"<h3>题</h3><blockquote>引</blockquote>": "<h3>题</h3><blockquote>引</blockquote>",
		"<span>一</span><p>二</p>散":              "<p>一</p><p>二</p><p>散</p>",
		"<span><p>一</p>二</span>":               "<p>一</p><p>二</p>",
		"<span>一<b>二</b></span>":               "<p>一<strong>二</strong></p>",
		"<h2> </h2><ul><li>一</li></ul>":        "<ul><li>一</li></ul>",
		"<section><h5>题</h5>文</section>":       "<h4>题</h4><p>文</p>",
	} {
		if got := cleaned(in, "html"); got != want {
			t.Errorf("%s becomes %s, want %s", in, got, want)
		}
	}
	for in, want := range map[string]string{"一\n二\n\n三 <b>": "<p>一<br/>二</p><p>三 &lt;b&gt;</p>", "": "", " \n \n": ""} {
		if got := cleaned(in, "text"); got != want {
			t.Errorf("%q becomes %s, want %s", in, got, want)
		}
	}
}

// The text of a body has a line for each block, and its beginning a hundred characters.
func TestPlainText(t *testing.T) {
	for in, want := range map[string]string{
		"<p>一</p><h2>二</h2><h3>三</h3><h4>四</h4>":                 "一\n二\n三\n四\n",
		"<p>一<br/>二<br>三</p>":                                    "一\n二\n三\n",
		"<ul><li>一</li></ul><table><td>二</td><th>三</th></table>": "一\n二\n三\n",
		"<p>&lt;b&gt; &amp;</p>":                                 "<b> &\n",
	} {
		if got := plain(in); got != want {
			t.Errorf("%s says %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"<p>一</p><p>[图1]</p><p>二</p>":             "一 二",
		"<p>[图1]在文字里</p>":                         "[图1]在文字里",
		"<p>" + strings.Repeat("长", 100) + "</p>": strings.Repeat("长", 100),
		"<p>" + strings.Repeat("长", 101) + "</p>": strings.Repeat("长", 99) + "…",
	} {
		if got := beginning(in); got != want {
			t.Errorf("%s begins %q, want %q", in, got, want)
		}
	}
}

// Whoever edits without a script gets words where there are only paragraphs, and else the HTML itself.
func TestSourceOfText(t *testing.T) {
	for in, want := range map[string][2]string{
		"<p>一</p><p>二</p>":           {"一\n\n二", "text"},
		"<p>一<br/>二<br>三</p>":        {"一\n二\n三", "text"},
		"<p>a &lt; b</p>":            {"a < b", "text"},
		"<p>一<strong>二</strong></p>": {"<p>一<strong>二</strong></p>", "html"},
	} {
		if text, format := (Article{Body: in}).source(); text != want[0] || format != want[1] {
			t.Errorf("%s is given back as %q, %s", in, text, format)
		}
	}
}

// How a file weighs and how a review went, as people say it.
func TestWordsOfPages(t *testing.T) {
	for size, want := range map[int64]string{0: "1 KB", 1023: "1 KB", 2048: "2 KB", 1<<20 - 1: "1023 KB", 1 << 20: "1.0 MB",
		3 << 19: "1.5 MB"} {
		if got := (File{Size: size}).size(); got != want {
			t.Errorf("%d bytes are %s, want %s", size, got, want)
		}
	}
	for want, r := range map[string]Reviewed{"第 1 次送审：通过": {Round: 1, Passed: true}, "第 2 次送审：退回，再写": {Round: 2, Reason: "再写"},
		"第 1 次送审：参与写稿": {Round: 1, Wrote: true}} {
		if got := r.line(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
