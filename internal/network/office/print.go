package office

import (
	"context"
	"fmt"
	"strings"

	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/pdf"
	"linli/internal/platform/sheet"
)

// File is a document as it is given out.
type File struct {
	Name, Type string
	Body       []byte
	Show, Keep bool // as web.Download says
}

func asPDF(name string, d *pdf.Doc) (File, error) {
	body, err := d.Bytes()
	return File{Name: name + ".pdf", Type: "application/pdf", Body: body, Show: true}, err
}

// fileOf gives the file that belongs to a row of a station's book.
func fileOf[R any](ctx context.Context, s *Service, id db.ID, q *db.Rows[R], of, file func(R) db.ID) (File, error) {
	m, err := seen(ctx, s, id, q, of, func(tx *db.Tx, _ Book, row R) (blob.Meta, error) {
		if file(row) == 0 {
			return blob.Meta{}, errs.ErrNotFound
		}
		return s.blobs.Get(ctx, tx, file(row))
	})
	if err != nil {
		return File{}, err
	}
	body, err := s.blobs.Read(m)
	return File{Name: m.Name, Type: m.Type, Body: body, Show: true}, err
}

// lead is the line below a title: whose book it is, and of which day.
func (b Book) lead() string {
	return b.Station.Name + "　" + b.Where + "　" + b.Today.String() + " 打印"
}

// table is a table of a station that becomes a file.
type table struct {
	sheet.Table
	day     clock.Day
	upright bool // on paper
}

// file gives the table in a format: pdf, xlsx or csv.
func (t table) file(format string) (out File, err error) {
	name := t.Title + "-" + t.day.String()
	switch format {
	case "xlsx":
		out = File{Name: name + ".xlsx", Type: sheet.TypeXLSX}
		out.Body, err = sheet.XLSX(t.Table)
	case "csv":
		out = File{Name: name + ".csv", Type: sheet.TypeCSV}
		out.Body, err = sheet.CSV(t.Table)
	default:
		p := newPaper(t.Title, t.day, t.upright)
		p.page()
		p.table(t.Table)
		return asPDF(name, p.Doc)
	}
	return out, err
}

// paper is A4 with the margins, the running head and the numbers that all prints of this area share. Lengths are millimetres.
type paper struct {
	*pdf.Doc
	y     float64
	pages int
	left  float64
	wide  float64 // of what stands between the margins
	foot  float64 // nothing but the number of the page stands below
}

const (
	margin     = 15.0
	top        = 16.0
	lineHeight = 6.6
)

func newPaper(title string, day clock.Day, upright bool) *paper {
	p := &paper{Doc: pdf.New(title, pdf.Options{Landscape: !upright, Created: day.Time()})}
	w, h := p.Size()
	p.left, p.wide, p.foot = margin, w-2*margin, h-16
	p.Footer(func(page, total int) {
		p.TextIn(pdf.Sans, 9, margin, h-12, p.wide, 5, pdf.Centre, fmt.Sprintf("第 %d 页，共 %d 页", page, total))
	})
	return p
}

// page starts a page and counts it.
func (p *paper) page() {
	p.AddPage()
	p.y = top
	p.pages++
}

// room starts a page when less than so many millimetres are left.
func (p *paper) room(needed float64) {
	if p.y+needed > p.foot {
		p.page()
	}
}

// table prints a table with its title, its lead and what stands below.
func (p *paper) table(t sheet.Table) {
	p.TextIn(pdf.Bold, 16, margin, p.y, p.wide, 9, pdf.Centre, t.Title)
	p.TextIn(pdf.Sans, 10, margin, p.y+10, p.wide, 6, pdf.Centre, t.Lead)
	p.y += 19
	if len(t.Rows) == 0 {
		p.TextIn(pdf.Sans, 11, margin, p.y, p.wide, 8, pdf.Centre, "（没有登记）")
		p.y += 10
	} else {
		p.rows(t)
	}
	for _, line := range t.Foot {
		p.room(lineHeight)
		p.y = p.Paragraph(pdf.Sans, 10.5, margin, p.y+3, p.wide, lineHeight, line)
	}
}

func (p *paper) rows(t sheet.Table) {
	var cols []pdf.Column
	for i, w := range sheet.Shares(t, int(p.wide*100)) {
		cols = append(cols, pdf.Column{Title: t.Columns[i], Width: float64(w) / 100})
	}
	p.y = p.Table(margin, p.y, cols, t.Rows, pdf.TableOptions{Size: 9.5, Bottom: p.foot, NewPage: func() float64 {
		p.pages++
		return top
	}})
}

// text prints lines of a text, each a paragraph, over as many pages as it takes.
func (p *paper) text(size, height float64, body string) {
	for line := range strings.SplitSeq(body, "\n") {
		line = "　　" + strings.TrimSpace(line)
		parts := p.Wrap(pdf.Sans, size, line, p.wide)
		if p.y+float64(len(parts))*height <= p.foot {
			parts = []string{line}
		}
		for _, part := range parts {
			p.room(height)
			p.y = p.Paragraph(pdf.Sans, size, p.left, p.y, p.wide, height, part)
		}
	}
}
