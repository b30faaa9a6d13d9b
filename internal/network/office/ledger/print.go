package ledger

import (
	"context"

	"linli/internal/network/office"
	"linli/internal/platform/audit"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/platform/paper"
	"linli/internal/platform/pdf"
	"linli/internal/platform/sheet"
)

// FileInput names the ledgers that are given out: one, or with “all” all of them as one book.
type FileInput struct {
	ID     db.ID     `path:"id"`
	Code   string    `query:"code" default:"all" maxLength:"20"`
	From   clock.Day `query:"from"`
	Until  clock.Day `query:"until"`
	Format string    `query:"format" enum:"pdf,xlsx" default:"pdf" maxLength:"10"`
}

// File gives ledgers as a book with cover and catalogue, or as a workbook. That somebody took them away is in the trail.
func (s *Service) File(ctx context.Context, in FileInput) (blob.File, error) {
	code := in.Code
	if code == "all" {
		code = ""
	}
	v, err := s.fill(ctx, ListInput{in.ID, in.From, in.Until}, code)
	if err != nil {
		return blob.File{}, err
	}
	if err := s.noteExport(ctx, v, in); err != nil {
		return blob.File{}, err
	}
	name := v.title() + "-" + v.From.String() + "-" + v.Until.String()
	if in.Format == "xlsx" {
		return sheet.File("xlsx", name, v.tables()...)
	}
	pages, _ := v.bind(nil) // once to know on which page each begins
	_, p := v.bind(pages)
	return paper.File(name, p.Doc)
}

// noteExport writes to the trail that ledgers were taken away.
func (s *Service) noteExport(ctx context.Context, v Ledgers, in FileInput) error {
	rows := 0
	for _, f := range v.Items {
		rows += len(f.Lines)
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		return audit.Write(ctx, tx, audit.Entry{Action: "office.ledger_export", Object: "station", ID: v.Station.ID.String(),
			Region: v.Station.Region,
			Detail: map[string]any{"ledger": in.Code, "format": in.Format, "rows": rows}})
	})
}

// title is what stands on the cover.
func (v Ledgers) title() string {
	if len(v.Items) == 1 {
		return v.Items[0].Name
	}
	return "志愿服务站台账"
}

func (v Ledgers) span() string { return v.From.String() + " 至 " + v.Until.String() }

func (v Ledgers) tables() (out []sheet.Table) {
	for _, f := range v.Items {
		t := sheet.Table{Title: f.Name, Name: f.Name, Lead: v.Station.Name + "　" + v.span(), Columns: f.Columns, Rows: f.Lines}
		if f.Cut {
			t.Foot = []string{"只列出前 " + format.Int(office.MostRows) + " 条，请缩短时间分册打印。"}
		}
		out = append(out, t)
	}
	return out
}

// bind lays out the book: cover, catalogue with the pages on which the ledgers begin, ledgers. It gives the pages that it found.
func (v Ledgers) bind(at []int) (pages []int, p *paper.Paper) {
	p = paper.New(v.title(), v.Today, false)
	v.cover(p)
	p.Page()
	p.TextIn(pdf.Serif, 20, paper.Margin, p.Y+4, p.Wide, 12, pdf.Centre, "目　录")
	var rows [][]string
	for n, f := range v.Items {
		page := ""
		if n < len(at) {
			page = format.Int(at[n])
		}
		rows = append(rows, []string{format.Int(n + 1), f.Name, format.Int(len(f.Lines)), page})
	}
	p.Table(paper.Margin+40, p.Y+24, []pdf.Column{{Title: "序号", Width: 22, Align: pdf.Centre}, {Title: "台账", Width: 105},
		{Title: "条数", Width: 30, Align: pdf.Right}, {Title: "页码", Width: 30, Align: pdf.Right}}, rows,
		pdf.TableOptions{Size: 12, RowHeight: 10})
	for _, t := range v.tables() {
		p.Page()
		pages = append(pages, p.Pages)
		p.PrintTable(t)
	}
	return pages, p
}

func (v Ledgers) cover(p *paper.Paper) {
	p.Page()
	w, h := p.Size()
	p.TextIn(pdf.Serif, 34, paper.Margin, h*0.22, p.Wide, 24, pdf.Centre, v.title())
	p.TextIn(pdf.Serif, 22, paper.Margin, h*0.42, p.Wide, 24, pdf.Centre, v.Station.Name)
	p.TextIn(pdf.Sans, 14, paper.Margin, h*0.56, p.Wide, 9, pdf.Centre, v.Where)
	for i, pair := range [][2]string{{"起止日期", v.span()}, {"册　　号", "第　　册　共　　册"}, {"立 卷 人", ""}, {"打印日期", v.Today.String()}} {
		y := h*0.66 + float64(i)*11
		p.TextIn(pdf.Sans, 13, w/2-62, y, 30, 9, pdf.Left, pair[0])
		p.TextIn(pdf.Sans, 13, w/2-30, y, 92, 9, pdf.Centre, pair[1])
		p.Line(w/2-30, y+9, w/2+62, y+9, 0.2)
	}
}

// Surname is a name as ledgers print it, which are seen by more than those who need it.
func Surname(name string) string {
	for _, r := range name {
		return string(r) + "某"
	}
	return ""
}
