// Package ledger is the books of a station that fill themselves from data (台账), as pages, files and one bound book.
//
// Nouns: ledger. Verbs: fill, print, export.
package ledger

import (
	"context"
	"strconv"

	"linli/internal/network/office"
	"linli/internal/network/station"
	"linli/internal/platform/audit"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/pdf"
	"linli/internal/platform/sheet"
)

// Service holds the operations.
type Service struct {
	db      *db.DB
	ledgers []Ledger
}

// New makes the service, with the ledgers of all areas in their order.
func New(d *db.DB, ledgers ...Ledger) *Service { return &Service{db: d, ledgers: ledgers} }

// Ledger is a book that fills itself from data (台账). Declaring it is all that a new one needs; the program is put together with all of them.
type Ledger struct {
	Code    string   `json:"code"`
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	// Rows gives the lines of a station in a stretch of days, both included, in their order, at most limit.
	Rows func(ctx context.Context, tx *db.Tx, st station.Station, from, until clock.Day, limit int) ([][]string, error) `json:"-"`
}

// LedgersInput names a station and a stretch of days.
type LedgersInput struct {
	ID    db.ID     `path:"id"`
	From  clock.Day `query:"from" doc:"不填为今年 1 月 1 日"`
	Until clock.Day `query:"until" doc:"不填为今天"`
}

// Filled is a ledger with its lines.
type Filled struct {
	Ledger
	Lines [][]string `json:"rows"`
	Cut   bool       `json:"cut" doc:"太长，后面的没有列出；请缩短时间"`
}

// Ledgers are all ledgers of a station.
type Ledgers struct {
	office.Book
	From  clock.Day `json:"from"`
	Until clock.Day `json:"until"`
	Items []Filled  `json:"items"`
}

// Ledgers gives all ledgers of a station and a stretch of days.
func (s *Service) Ledgers(ctx context.Context, in LedgersInput) (Ledgers, error) {
	return s.fill(ctx, in, "")
}

// LedgerInput names a ledger.
type LedgerInput struct {
	ID    db.ID     `path:"id"`
	Code  string    `path:"code" maxLength:"20"`
	From  clock.Day `query:"from"`
	Until clock.Day `query:"until"`
}

// Ledger gives one ledger with its lines.
func (s *Service) Ledger(ctx context.Context, in LedgerInput) (Ledgers, error) {
	return s.fill(ctx, LedgersInput{in.ID, in.From, in.Until}, in.Code)
}

// fill lets ledgers fill themselves: one by its code, or all.
func (s *Service) fill(ctx context.Context, in LedgersInput, code string) (Ledgers, error) {
	return office.Read(ctx, s.db, in.ID, func(tx *db.Tx, b office.Book) (out Ledgers, err error) {
		out = Ledgers{Book: b, From: in.From, Until: in.Until}
		if out.From == 0 {
			out.From = b.Today/10000*10000 + 101
		}
		if out.Until == 0 {
			out.Until = max(b.Today, out.From)
		}
		c := errs.Check{}
		c.That(office.ValidYear(out.From.Year()), "from", "应在 2021 至 2100 年之间")
		c.That(office.ValidYear(out.Until.Year()) && out.Until >= out.From && out.Until < out.From.AddDays(3*366), "until", "应在开始以后，三年以内")
		if err := c.Err(); err != nil {
			return out, err
		}
		for _, l := range s.ledgers {
			if code != "" && l.Code != code {
				continue
			}
			f := Filled{Ledger: l}
			if f.Lines, err = l.Rows(ctx, tx, b.Station, out.From, out.Until, office.MostRows+1); err != nil {
				return out, err
			}
			if f.Cut = len(f.Lines) > office.MostRows; f.Cut {
				f.Lines = f.Lines[:office.MostRows]
			}
			if f.Lines == nil {
				f.Lines = [][]string{}
			}
			out.Items = append(out.Items, f)
		}
		if len(out.Items) == 0 {
			err = errs.ErrNotFound
		}
		return out, err
	})
}

// LedgerFileInput names the ledgers that are given out: one, or with “all” all of them as one book.
type LedgerFileInput struct {
	ID     db.ID     `path:"id"`
	Code   string    `query:"code" default:"all" maxLength:"20"`
	From   clock.Day `query:"from"`
	Until  clock.Day `query:"until"`
	Format string    `query:"format" enum:"pdf,xlsx" default:"pdf" maxLength:"10"`
}

// LedgerFile gives ledgers as a book with cover and catalogue, or as a workbook. That somebody took them away is in the trail.
func (s *Service) LedgerFile(ctx context.Context, in LedgerFileInput) (blob.File, error) {
	code := in.Code
	if code == "all" {
		code = ""
	}
	v, err := s.fill(ctx, LedgersInput{in.ID, in.From, in.Until}, code)
	if err != nil {
		return blob.File{}, err
	}
	if err := s.taken(ctx, v, in); err != nil {
		return blob.File{}, err
	}
	name := v.title() + "-" + v.From.String() + "-" + v.Until.String()
	if in.Format == "xlsx" {
		return sheet.File("xlsx", name, v.tables()...)
	}
	pages, _ := v.bind(nil) // once to know on which page each begins
	_, p := v.bind(pages)
	return office.AsPDF(name, p.Doc)
}

// taken writes to the trail that ledgers were taken away.
func (s *Service) taken(ctx context.Context, v Ledgers, in LedgerFileInput) error {
	rows := 0
	for _, f := range v.Items {
		rows += len(f.Lines)
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		return audit.Write(ctx, tx, audit.Entry{Action: "office.ledger_export", Object: "station", ID: v.Station.ID.String(), Region: v.Station.Region,
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
			t.Foot = []string{"只列出前 " + strconv.Itoa(office.MostRows) + " 条，请缩短时间分册打印。"}
		}
		out = append(out, t)
	}
	return out
}

// bind lays out the book: cover, catalogue with the pages on which the ledgers begin, ledgers. It gives the pages that it found.
func (v Ledgers) bind(at []int) (pages []int, p *office.Paper) {
	p = office.NewPaper(v.title(), v.Today, false)
	v.cover(p)
	p.Page()
	p.TextIn(pdf.Serif, 20, office.Margin, p.Y+4, p.Wide, 12, pdf.Centre, "目　录")
	var rows [][]string
	for n, f := range v.Items {
		page := ""
		if n < len(at) {
			page = strconv.Itoa(at[n])
		}
		rows = append(rows, []string{strconv.Itoa(n + 1), f.Name, strconv.Itoa(len(f.Lines)), page})
	}
	p.Table(office.Margin+40, p.Y+24, []pdf.Column{{Title: "序号", Width: 22, Align: pdf.Centre}, {Title: "台账", Width: 105}, {Title: "条数", Width: 30, Align: pdf.Right}, {Title: "页码", Width: 30, Align: pdf.Right}}, rows,
		pdf.TableOptions{Size: 12, RowHeight: 10})
	for _, t := range v.tables() {
		p.Page()
		pages = append(pages, p.Pages)
		p.PrintTable(t)
	}
	return pages, p
}

func (v Ledgers) cover(p *office.Paper) {
	p.Page()
	w, h := p.Size()
	p.TextIn(pdf.Serif, 34, office.Margin, h*0.22, p.Wide, 24, pdf.Centre, v.title())
	p.TextIn(pdf.Serif, 22, office.Margin, h*0.42, p.Wide, 24, pdf.Centre, v.Station.Name)
	p.TextIn(pdf.Sans, 14, office.Margin, h*0.56, p.Wide, 9, pdf.Centre, v.Where)
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
