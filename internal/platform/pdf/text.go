package pdf

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"

	"linli/internal/platform/spelling"
)

// Font is a style of type. A character that its font lacks is taken from another.
type Font int

// The styles.
const (
	Sans  Font = iota // 黑体, for tables and forms
	Bold              // Sans made heavier, for headings
	Kai               // 楷体, for the body of a certificate; it has the most rare characters
	Serif             // 宋体 semi-bold, for titles
)

// Align says where text stands in its box.
type Align int

// The alignments.
const (
	Left Align = iota
	Centre
	Right
)

const (
	mmPerPt  = 25.4 / 72
	ascent   = 0.88 // of the type size: from the top of a Chinese character to the baseline
	leading  = 1.4  // of the type size: one line of a text in a box
	boldLine = 0.03 // of the type size: the line that makes Bold out of Sans
)

func (f Font) family() family { return [...]family{Sans: sans, Bold: sans, Kai: kai, Serif: serif}[f] }

// find is the family that prints r and its glyph there: 0 when no font has r.
func (f Font) find(r rune) (family, glyphID) {
	for _, fam := range f.order() {
		if g := load[fam]().glyph(r); g != 0 {
			return fam, g
		}
	}
	return f.family(), 0
}

// order is where a character is looked for.
func (f Font) order() []family { return []family{f.family(), kai, sans} }

// neighbours is how many Chinese characters in a row are printed in one face where one of them needs another: as many as a name has.
const neighbours = 12

// common is the first family that has all of a name, or −1: a rare character in it takes its neighbours along.
func (f Font) common(name []rune) family {
	if len(name) > neighbours {
		return -1
	}
	for _, fam := range f.order() {
		if !slices.ContainsFunc(name, func(r rune) bool { return load[fam]().glyph(r) == 0 }) {
			return fam
		}
	}
	return -1
}

// advance of one rune in thousandths of the type size; 0 for what is not printed, and a whole square for what is left blank.
func (f Font) advance(r rune) int {
	if mongolian(r) {
		_, units := shape(string(r))
		return units
	}
	r, ok := printable(r)
	if !ok {
		return 0
	}
	fam, g := f.find(r)
	if g == 0 {
		return 1000
	}
	return load[fam]().advance(g)
}

func (f Font) units(s string) (n int) {
	for s != "" {
		if word, rest := cutMongolian(s); word != "" {
			_, units := shape(word)
			n, s = n+units, rest
			continue
		}
		r, size := utf8.DecodeRuneInString(s)
		n, s = n+f.advance(r), s[size:]
	}
	return n
}

// printable turns white space into a plain space and rejects what has no place on paper: control, direction and joining
// characters, variation selectors, line separators.
func printable(r rune) (rune, bool) {
	switch {
	case r == '\n' || r == '\t':
		return ' ', true
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
		return 0, false
	}
	return r, true
}

func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r, ok := printable(r); ok {
			return r
		}
		return -1
	}, s)
}

// Width is the length of s on one line.
func (d *Doc) Width(f Font, size float64, s string) float64 {
	return float64(f.units(s)) / 1000 * size * mmPerPt
}

// Text prints s on one line with its baseline at y and returns its width.
func (d *Doc) Text(f Font, size, x, y float64, s string) float64 {
	return d.set(f, size, x, y, s, 0)
}

// Paragraph prints s from y downwards in lines of the given height, both edges even, and returns where the next may
// start. It does not break pages.
func (d *Doc) Paragraph(f Font, size, x, y, width, lineHeight float64, s string) float64 {
	lines := d.Wrap(f, size, s, width)
	for i, line := range lines {
		line, ended := strings.CutSuffix(line, "\n")
		line = trim(line)
		gap := 0.0
		if !ended && i < len(lines)-1 {
			gap = d.slack(f, size, width, line)
		}
		d.set(f, size, x, baseline(y, lineHeight, size), line, gap)
		y += lineHeight
	}
	return y
}

// slack is what each character but the last must cede for the line to reach its right edge.
func (d *Doc) slack(f Font, size, width float64, line string) float64 {
	n := len([]rune(clean(line)))
	rest := width - d.Width(f, size, line)
	if n < 2 || rest > 3*size*mmPerPt {
		return 0
	}
	return rest / float64(n-1)
}

// TextIn prints s in a box, wrapped, in the middle of its height. Where it does not fit the type is made smaller, down
// to 5 points, so that a long name stays on its form.
func (d *Doc) TextIn(f Font, size, x, y, w, h float64, align Align, s string) {
	lines := d.Wrap(f, size, s, w)
	for size > 5 && float64(len(lines))*size*leading*mmPerPt > h {
		size = max(5, size*0.95)
		lines = d.Wrap(f, size, s, w)
	}
	height := size * leading * mmPerPt
	y += (h - height*float64(len(lines))) / 2
	for _, line := range lines {
		d.aligned(f, size, x, baseline(y, height, size), w, align, line)
		y += height
	}
}

func (d *Doc) aligned(f Font, size, x, y, w float64, align Align, line string) {
	line = trim(line)
	switch rest := w - d.Width(f, size, line); align {
	case Centre:
		x += rest / 2
	case Right:
		x += rest
	}
	d.Text(f, size, x, y, line)
}

// baseline of a line whose top is at y.
func baseline(y, lineHeight, size float64) float64 {
	em := size * mmPerPt
	return y + (lineHeight-em)/2 + ascent*em
}

// run is a piece of a line that one font prints in one way.
type run struct {
	family  family
	outline bool
	blank   bool // no font has it: a place to write it by hand
	forms   []letterform
	text    string
	glyph   glyphID // of an outline
	units   int
	runes   int
}

// runs cuts s where the font changes. fpdf cannot print beyond U+FFFF; that becomes outlines, one by one. Words of the vertical script
// are shaped, and what no font has is left blank.
func (d *Doc) runs(f Font, s string) (out []run) {
	var name []rune // the Chinese characters in a row that are at hand
	common := family(-1)
	for s != "" {
		if word, rest := cutMongolian(s); word != "" {
			forms, units := shape(word)
			out, s = append(out, run{family: f.family(), forms: forms, text: word, units: units, runes: utf8.RuneCountInString(word)}), rest
			continue
		}
		r, size := utf8.DecodeRuneInString(s)
		if spelling.Han(r) && len(name) == 0 {
			name = chinese(s)
			common = f.common(name)
		}
		s = s[size:]
		fam, g := f.find(r)
		if spelling.Han(r) {
			if name = name[1:]; common >= 0 {
				fam, g = common, load[common]().glyph(r)
			}
		}
		r, ok := printable(r)
		if !ok {
			continue
		}
		out = d.append(out, f, fam, g, r)
	}
	return out
}

// chinese are the Chinese characters with which a text begins.
func chinese(s string) (out []rune) {
	for _, r := range s {
		if !spelling.Han(r) {
			break
		}
		out = append(out, r)
	}
	return out
}

// append adds one character to the pieces of a line.
func (d *Doc) append(out []run, f Font, fam family, g glyphID, r rune) []run {
	if r == ' ' || r == '　' {
		fam, g = f.find(r)
	}
	next := run{family: fam, outline: r >= 0xFFFF, blank: g == 0, text: string(r), glyph: g, units: 1000, runes: 1}
	switch {
	case next.blank:
		return append(out, next)
	case next.outline:
		d.drawn[fam][r] = g
	default:
		d.text[fam][r] = g
	}
	next.units = load[fam]().advance(g)
	if last := len(out) - 1; last >= 0 && out[last].family == fam && !next.outline && !out[last].outline && !out[last].blank &&
		out[last].forms == nil {
		out[last].text += next.text
		out[last].units += next.units
		out[last].runes++
		return out
	}
	return append(out, next)
}

// set prints s with a gap after each character and returns its width without gaps.
func (d *Doc) set(f Font, size, x, y float64, s string, gap float64) float64 {
	start, gaps := x, 0.0
	for _, r := range d.runs(f, s) {
		at := x
		if r.outline || r.blank || r.forms != nil {
			d.text[r.family][placeholder] = load[r.family]().glyph(placeholder)
		}
		switch {
		case r.forms != nil:
			d.paint(func(p *painter) { p.forms(f, size, at, y, r) })
		case r.blank:
			d.paint(func(p *painter) { p.blank(f, size, at, y, r) })
		case r.outline:
			d.paint(func(p *painter) { p.outline(f, size, at, y, r) })
		default:
			d.paint(func(p *painter) { p.run(f, size, at, y, gap, r) })
		}
		x += float64(r.units)/1000*size*mmPerPt + gap*float64(r.runes)
		gaps += gap * float64(r.runes)
	}
	return x - start - gaps
}

// run prints text as text; Bold strokes its outline too.
func (p *painter) run(f Font, size, x, y, gap float64, r run) {
	p.SetFont(r.family.String(), "", size)
	p.RawWriteStr("q")
	if f == Bold {
		p.RawWriteStr(fmt.Sprintf("2 Tr %.3f w", size*boldLine))
	}
	if gap > 0 {
		p.RawWriteStr(fmt.Sprintf("%.4f Tc", gap/mmPerPt))
	}
	p.Text(x, y, r.text)
	p.RawWriteStr("Q")
}

// placeholder is what a reader of the file finds, unseen, where an outline stands; the file tells it which character is
// meant.
const placeholder = '　'

// span says in the file which text stands where something is drawn, so that it can be searched and copied.
func (p *painter) span(_ Font, size, x, y float64, r run) {
	var actual strings.Builder
	for _, u := range utf16.Encode([]rune(r.text)) {
		fmt.Fprintf(&actual, "%04X", u)
	}
	p.SetFont(r.family.String(), "", size)
	p.RawWriteStr("/Span <</ActualText <FEFF" + actual.String() + ">>> BDC q 3 Tr")
	p.Text(x, y, string(placeholder))
	p.RawWriteStr("Q EMC")
}

// blank draws the line over which a character is written by hand.
func (p *painter) blank(f Font, size, x, y float64, r run) {
	p.span(f, size, x, y, r)
	em := size * mmPerPt
	p.SetLineWidth(0.02 * em)
	p.Line(x+0.06*em, y+0.1*em, x+0.94*em, y+0.1*em)
}

// outline draws the one character of r.
func (p *painter) outline(f Font, size, x, y float64, r run) {
	p.span(f, size, x, y, r)
	how := "f"
	if f == Bold {
		p.SetLineWidth(size * boldLine * mmPerPt)
		how = "B"
	}
	p.shape(p.outlines[r.family], r.glyph, size*mmPerPt, x, y, how)
}

// shape paints a glyph with its origin at x, y; em is the type size in millimetres.
func (p *painter) shape(face *font.Face, g glyphID, em, x, y float64, how string) {
	glyph, ok := face.GlyphDataOutline(font.GID(g))
	if !ok || len(glyph.Segments) == 0 {
		return
	}
	k := em / float64(face.Upem())
	at := func(s opentype.SegmentPoint) (float64, float64) { return x + float64(s.X)*k, y - float64(s.Y)*k }
	for _, s := range glyph.Segments {
		ax, ay := at(s.Args[0])
		switch s.Op {
		case opentype.SegmentOpMoveTo:
			p.MoveTo(ax, ay)
		case opentype.SegmentOpLineTo:
			p.LineTo(ax, ay)
		case opentype.SegmentOpQuadTo: // a cubic whose handles are two thirds of the way
			sx, sy := p.GetXY()
			ex, ey := at(s.Args[1])
			p.CurveBezierCubicTo(sx+(ax-sx)*2/3, sy+(ay-sy)*2/3, ex+(ax-ex)*2/3, ey+(ay-ey)*2/3, ex, ey)
		}
	}
	p.DrawPath(how)
}

// outlines parses the few glyphs that are drawn; they are found by number.
func outlines(f *face, drawn map[rune]glyphID) *font.Face {
	parsed, err := font.ParseTTF(bytes.NewReader(f.subset(drawn, runeMap(nil))))
	if err != nil {
		panic(err) // a broken font; see readFace
	}
	return parsed
}
