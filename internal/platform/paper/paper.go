// Package paper is what prints share: a page with margins and numbers, a table over as many pages as it takes, a text, and a text for
// the wall.
package paper

import (
	"fmt"
	"strings"

	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/pdf"
	"linli/internal/platform/sheet"
)

// File gives a document out, to be shown.
func File(name string, d *pdf.Doc) (blob.File, error) {
	body, err := d.Bytes()
	return blob.File{Name: name + ".pdf", Type: blob.PDF, Body: body, Show: true}, err
}

// Table is a table that becomes a file, of a day.
type Table struct {
	sheet.Table
	Day     clock.Day
	Upright bool // on paper
}

// File gives the table in a format: pdf, xlsx or csv.
func (t Table) File(format string) (blob.File, error) {
	name := t.Title + "-" + t.Day.String()
	if format == "xlsx" || format == "csv" {
		return sheet.File(format, name, t.Table)
	}
	p := New(t.Title, t.Day, t.Upright)
	p.Page()
	p.PrintTable(t.Table)
	return File(name, p.Doc)
}

// Paper is A4 with margins and numbered pages. Lengths are millimetres.
type Paper struct {
	*pdf.Doc
	Y     float64 // where the next thing stands
	Pages int
	left  float64
	Wide  float64 // of what stands between the margins
	foot  float64 // nothing but the number of the page stands below
}

// Margin is what stays white at the sides.
const Margin = 15.0

const (
	top        = 16.0
	lineHeight = 6.6
)

// New is an empty one; its day is that of the file, so that the same print is the same file.
func New(title string, day clock.Day, upright bool) *Paper {
	p := &Paper{Doc: pdf.New(title, pdf.Options{Landscape: !upright, Created: day.Time()})}
	w, h := p.Size()
	p.left, p.Wide, p.foot = Margin, w-2*Margin, h-16
	p.Footer(func(page, total int) {
		p.TextIn(pdf.Sans, 9, Margin, h-12, p.Wide, 5, pdf.Centre, fmt.Sprintf("第 %d 页，共 %d 页", page, total))
	})
	return p
}

// Page starts a page and counts it.
func (p *Paper) Page() {
	p.AddPage()
	p.Y = top
	p.Pages++
}

// room starts a page when less than so many millimetres are left.
func (p *Paper) room(needed float64) {
	if p.Y+needed > p.foot {
		p.Page()
	}
}

// PrintTable prints a table with its title, its lead and what stands below.
func (p *Paper) PrintTable(t sheet.Table) {
	p.TextIn(pdf.Bold, 16, Margin, p.Y, p.Wide, 9, pdf.Centre, t.Title)
	p.TextIn(pdf.Sans, 10, Margin, p.Y+10, p.Wide, 6, pdf.Centre, t.Lead)
	p.Y += 19
	if len(t.Rows) == 0 {
		p.TextIn(pdf.Sans, 11, Margin, p.Y, p.Wide, 8, pdf.Centre, "（没有登记）")
		p.Y += 10
	} else {
		p.rows(t)
	}
	for _, line := range t.Foot {
		p.room(lineHeight)
		p.Y = p.Paragraph(pdf.Sans, 10.5, Margin, p.Y+3, p.Wide, lineHeight, line)
	}
}

func (p *Paper) rows(t sheet.Table) {
	var cols []pdf.Column
	for i, w := range sheet.Shares(t, int(p.Wide*100)) {
		cols = append(cols, pdf.Column{Title: t.Columns[i], Width: float64(w) / 100})
	}
	p.Y = p.Table(Margin, p.Y, cols, t.Rows, pdf.TableOptions{Size: 9.5, Bottom: p.foot, NewPage: func() float64 {
		p.Pages++
		return top
	}})
}

// PrintText prints lines of a text, each a paragraph, over as many pages as it takes.
func (p *Paper) PrintText(size, height float64, body string) {
	for line := range strings.SplitSeq(body, "\n") {
		line = "　　" + strings.TrimSpace(line)
		parts := p.Wrap(pdf.Sans, size, line, p.Wide)
		if p.Y+float64(len(parts))*height <= p.foot {
			parts = []string{line}
		}
		for _, part := range parts {
			p.room(height)
			p.Y = p.Paragraph(pdf.Sans, size, p.left, p.Y, p.Wide, height, part)
		}
	}
}

// Notice is a text for the wall; Address is printed as a code that telephones read, with what stands beside it, where there is one.
type Notice struct {
	Title, Head, Body, Foot string
	Day                     clock.Day
	A3                      bool
	Address, Say            string
}

// Poster prints a text for the wall.
func Poster(title, head, body, foot string, day clock.Day, a3 bool) (blob.File, error) {
	return Coded(Notice{Title: title, Head: head, Body: body, Foot: foot, Day: day, A3: a3})
}

// codeSide is the side of a printed code, in millimetres.
const codeSide = 38.0

// Coded prints a text for the wall, in the largest type, between 11 and 22 points (half as much again on A3), in which it stands on one
// page.
func Coded(n Notice) (blob.File, error) {
	scale := 1.0
	if n.A3 {
		scale = 1.414
	}
	below := 26.0
	if n.Address != "" {
		below += codeSide
	}
	var p *Paper
	for size := 22.0; ; size -= 0.5 {
		p = &Paper{Doc: pdf.New(n.Title, pdf.Options{A3: n.A3, Created: n.Day.Time()})}
		w, h := p.Size()
		edge := 18 * scale
		p.Wide, p.foot, p.left = w-2*edge, h-below*scale, edge
		p.Page()
		p.TextIn(pdf.Sans, 12*scale, edge, 16*scale, p.Wide, 9*scale, pdf.Centre, n.Head)
		p.TextIn(pdf.Serif, 30*scale, edge, 27*scale, p.Wide, 24*scale, pdf.Centre, n.Title)
		p.Y = 58 * scale
		p.PrintText(size*scale, size*scale*0.62, n.Body)
		if p.Pages == 1 || size <= 11 {
			break
		}
	}
	p.close(n, scale)
	return File(n.Title, p.Doc)
}

// close prints what stands below: the code, who put the text up, and the numbers of more pages than one.
func (p *Paper) close(n Notice, scale float64) {
	w, h := p.Size()
	p.Footer(func(page, total int) {
		if total > 1 {
			foot := fmt.Sprintf("第 %d 页，共 %d 页", page, total)
			p.TextIn(pdf.Sans, 9*scale, 18*scale, h-11*scale, w-36*scale, 5*scale, pdf.Centre, foot)
		}
		if page != total {
			return
		}
		p.TextIn(pdf.Sans, 12*scale, 18*scale, h-21*scale, w-36*scale, 8*scale, pdf.Right, n.Foot)
		if n.Address == "" {
			return
		}
		side := codeSide * scale
		p.QR(15*scale, h-20*scale-side, side, n.Address)
		p.Paragraph(pdf.Sans, 12*scale, 18*scale+side, h-18*scale-side/2, w-36*scale-side, 7*scale, n.Say)
	})
}
