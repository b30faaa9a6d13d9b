package pdf

import (
	"bytes"
	"io"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"

	"linli/internal/platform/spelling"
)

// mongol is the font of the vertical script. Its letters change with their neighbours, so words of it are shaped and drawn.
var mongol = sync.OnceValue(func() *font.Font {
	packed, err := fontFiles.Open("fonts/NotoSansMongolian-Regular.ttf.br")
	if err != nil {
		panic(err)
	}
	data, err := io.ReadAll(brotli.NewReader(packed))
	if err != nil {
		panic(err)
	}
	f, err := font.ParseTTF(bytes.NewReader(data))
	if err != nil {
		panic(err) // a broken font; see readFace
	}
	return f.Font
})

// letterform is one shaped glyph: its place and advance in thousandths of the type size.
type letterform struct {
	glyph      font.GID
	x, y, wide float64
}

// mongolian says whether a rune belongs to a word of that script.
func mongolian(r rune) bool {
	return spelling.Mongolian(r) || r == 0x202f || r == 0x200d || r == 0x200c
}

// cutMongolian parts the word of that script with which a text begins from the rest; "" when it begins with none.
func cutMongolian(s string) (word, rest string) {
	n := strings.IndexFunc(s, func(r rune) bool { return !mongolian(r) })
	if n < 0 {
		n = len(s)
	}
	if word = s[:n]; !strings.ContainsFunc(word, spelling.Mongolian) {
		return "", s
	}
	return word, s[n:]
}

// shape joins the letters of a word as its script wants and gives its length.
func shape(word string) (out []letterform, units int) {
	text := []rune(word)
	var shaper shaping.HarfbuzzShaper
	line := shaper.Shape(shaping.Input{Text: text, RunEnd: len(text), Direction: di.DirectionLTR, Face: font.NewFace(mongol()),
		Size: fixed.I(1000), Script: language.Mongolian, Language: language.NewLanguage("mn")})
	for _, g := range line.Glyphs {
		if g.GlyphID == 0 {
			continue
		}
		out = append(out, letterform{g.GlyphID, float64(g.XOffset) / 64, float64(g.YOffset) / 64, float64(g.Advance) / 64})
		units += int(g.Advance / 64)
	}
	return out, units
}

// forms draws a shaped word from x, y on, along the line; the file says which word it is.
func (p *painter) forms(f Font, size, x, y float64, r run) {
	p.span(f, size, x, y, r)
	face, em := font.NewFace(mongol()), size*mmPerPt
	for _, g := range r.forms {
		p.shape(face, glyphID(g.glyph), em, x+g.x/1000*em, y-g.y/1000*em, "f")
		x += g.wide / 1000 * em
	}
}

// Missing gives the characters of a text that no font here has. On paper each is a blank over a line, to be written by hand.
func Missing(s string) (out []rune) {
	for s != "" {
		word, rest := cutMongolian(s)
		if s = rest; word != "" {
			continue
		}
		for _, r := range s {
			if _, g := Kai.find(r); g == 0 {
				if r, ok := printable(r); ok {
					out = append(out, r)
				}
			}
			s = s[len(string(r)):]
			break
		}
	}
	return out
}

// Whole keeps a name on one line: its characters are joined by marks that nobody sees and no line ends at.
func Whole(name string) string {
	var b strings.Builder
	for i, r := range []rune(name) {
		if i > 0 {
			b.WriteRune(join)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// join is the mark at which no line ends.
const join = '\u2060'
