// Package pdf prints: text that wraps as Chinese must, shapes, tables, QR codes and pictures on pages of A4 or A3. It
// knows no form; certificates, slips and work packs are laid out by the business areas on top of it.
//
// All lengths are millimetres from the top left corner of the page, type sizes are points. Any string may be printed: a character that
// no font has is left blank over a line, to be written by hand; control and direction characters are left out, and what is printed can
// be searched and copied. Equal input gives equal bytes.
package pdf

import (
	"bytes"
	"fmt"
	"time"
	"unicode/utf16"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-text/typesetting/font"
)

// Options say what paper is printed and what the file says of itself.
type Options struct {
	Landscape bool
	A3        bool // the station's sign; everything else is A4
	Author    string
	Created   time.Time // stated in the file and the only moment it knows, so that equal input gives equal bytes
}

// Doc is one document under construction. The zero value is not usable; see New. A Doc belongs to one goroutine.
//
// Nothing is written before Bytes: pages are lists of strokes, because the fonts can only be cut down to the glyphs in
// use, and the pages only be counted, when all is said.
type Doc struct {
	title   string
	opts    Options
	pages   [][]stroke
	at      int // index of the page being painted
	colour  [3]uint8
	footer  func(page, total int)
	text    [families]map[rune]glyphID // printed as text
	drawn   [families]map[rune]glyphID // printed as outlines
	pending error
}

// stroke paints one thing on the page at hand.
type stroke func(*painter)

type painter struct {
	*fpdf.Fpdf
	outlines [families]*font.Face
}

// New starts a document without pages.
func New(title string, opts Options) *Doc {
	d := &Doc{title: title, opts: opts}
	for f := range families {
		d.text[f], d.drawn[f] = map[rune]glyphID{}, map[rune]glyphID{}
	}
	return d
}

// Size is that of the page.
func (d *Doc) Size() (width, height float64) {
	width, height = 210, 297
	if d.opts.A3 {
		width, height = 297, 420
	}
	if d.opts.Landscape {
		return height, width
	}
	return width, height
}

// AddPage starts the next page. The colour carries over.
func (d *Doc) AddPage() {
	d.pages = append(d.pages, nil)
	d.at = len(d.pages) - 1
	d.Colour(d.colour[0], d.colour[1], d.colour[2])
}

// Footer has f paint on every page once their number is known, pages counting from 1; it starts in black.
func (d *Doc) Footer(f func(page, total int)) { d.footer = f }

// Colour is that of all text, lines and fillings from here on; black at first.
func (d *Doc) Colour(r, g, b uint8) {
	d.colour = [3]uint8{r, g, b}
	d.paint(func(p *painter) {
		p.SetTextColor(int(r), int(g), int(b))
		p.SetDrawColor(int(r), int(g), int(b))
		p.SetFillColor(int(r), int(g), int(b))
	})
}

// Line joins two points; thick is the width of the line.
func (d *Doc) Line(x1, y1, x2, y2, thick float64) {
	d.paint(func(p *painter) {
		p.SetLineWidth(thick)
		p.Line(x1, y1, x2, y2)
	})
}

// Rect draws the outline of a rectangle; thick is the width of the line.
func (d *Doc) Rect(x, y, w, h, thick float64) {
	d.paint(func(p *painter) {
		p.SetLineWidth(thick)
		p.Rect(x, y, w, h, "D")
	})
}

// Fill paints the whole of a rectangle.
func (d *Doc) Fill(x, y, w, h float64) {
	d.paint(func(p *painter) { p.Rect(x, y, w, h, "F") })
}

// Bytes gives the finished file, of one empty page if there is none. It fails only when a picture or QR code could not be made, naming
// the first.
func (d *Doc) Bytes() ([]byte, error) {
	d.paintFooters()
	if d.pending != nil {
		return nil, d.pending
	}
	p := d.open()
	for _, page := range d.pages {
		p.AddPage()
		for _, s := range page {
			s(p)
		}
	}
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		return nil, fmt.Errorf("pdf: %w", err)
	}
	return out.Bytes(), nil
}

// paintFooters does so once, however often Bytes is called.
func (d *Doc) paintFooters() {
	paint := d.footer
	if paint == nil {
		return
	}
	d.footer = nil
	for i := range d.pages {
		d.at = i
		d.Colour(0, 0, 0)
		paint(i+1, len(d.pages))
	}
}

// open prepares the writer with the fonts in use, cut down to what is printed.
func (d *Doc) open() *painter {
	w, h := d.Size()
	p := &painter{Fpdf: fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: fpdf.SizeType{Wd: w, Ht: h}})}
	p.SetAutoPageBreak(false, 0)
	p.SetCatalogSort(true)
	p.SetLang("zh-CN")
	p.SetProducer("", false)
	p.SetTitle(metadata(d.title), false)
	p.SetAuthor(metadata(d.opts.Author), false)
	p.SetCreationDate(d.opts.Created.UTC())
	p.SetModificationDate(d.opts.Created.UTC())
	for f := range families {
		if len(d.text[f]) > 0 {
			p.AddUTF8FontFromBytes(f.String(), "", load[f]().subset(d.text[f], runeMap(d.text[f])))
		}
		if len(d.drawn[f]) > 0 {
			p.outlines[f] = outlines(load[f](), d.drawn[f])
		}
	}
	return p
}

// metadata encodes s by itself: fpdf garbles characters beyond U+FFFF.
func metadata(s string) string {
	if s = clean(s); s == "" {
		return ""
	}
	out := []byte{0xFE, 0xFF}
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u>>8), byte(u))
	}
	return string(out)
}

func (d *Doc) paint(s stroke) {
	if len(d.pages) == 0 {
		d.pages = append(d.pages, nil)
	}
	d.pages[d.at] = append(d.pages[d.at], s)
}

// fail keeps the first error for Bytes.
func (d *Doc) fail(err error) {
	if d.pending == nil {
		d.pending = fmt.Errorf("pdf: %w", err)
	}
}
