package office

import (
	"context"
	"strconv"

	"linli/internal/network/station"
	"linli/internal/platform/audit"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/pdf"
	"linli/internal/platform/sheet"
)

// Ledger is a book that fills itself from data (台账). Declaring it is all that a new one needs; areas above register theirs with AddLedgers.
type Ledger struct {
	Code    string   `json:"code"`
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	// Rows gives the lines of a station in a stretch of days, both included, in their order, at most limit.
	Rows func(ctx context.Context, tx *db.Tx, st station.Station, from, until clock.Day, limit int) ([][]string, error) `json:"-"`
}

// AddLedgers registers ledgers; it is called while the program is put together.
func (s *Service) AddLedgers(list ...Ledger) { s.ledgers = append(s.ledgers, list...) }

// ownLedgers are those of what this area keeps.
var ownLedgers = []Ledger{
	{Code: "notices", Name: "公告台账", Columns: noticeColumns, Rows: noticeLedger},
	{Code: "plan", Name: "工作计划台账", Columns: planColumns, Rows: planLedger},
	{Code: "rules", Name: "规章制度台账", Columns: []string{"制度", "名称", "版次", "施行", "登记人"}, Rows: ruleLedger},
	{Code: "duty", Name: "值班台账", Columns: []string{"日期", "值班时间", "值班人", "职务"}, Rows: dutyLedger},
	{Code: "equipment", Name: "设备台账", Columns: equipmentColumns, Rows: equipmentLedger},
	{Code: "archive", Name: "档案台账", Columns: documentColumns, Rows: documentLedger},
}

// noticeLedger has the notices that hung in the stretch.
func noticeLedger(ctx context.Context, tx *db.Tx, st station.Station, from, until clock.Day, limit int) (out [][]string, err error) {
	rows, err := noticesIn.All(ctx, tx, st.ID, int64(from), int64(until), limit)
	for _, n := range rows {
		out = append(out, n.cells(clock.DayOf(tx.Now)))
	}
	return out, err
}

// planLedger has the items that are due in the stretch.
func planLedger(ctx context.Context, tx *db.Tx, st station.Station, from, until clock.Day, limit int) (out [][]string, err error) {
	b := Book{Station: st, Today: clock.DayOf(tx.Now)}
	for year := yearOf(from); year <= yearOf(until); year++ {
		p, err := plan(ctx, tx, b, year)
		if err != nil {
			return nil, err
		}
		for _, l := range p.Items {
			if l.DueDay >= from && l.DueDay <= until && len(out) < limit {
				out = append(out, l.cells(len(out)+1, b.Today))
			}
		}
	}
	return out, nil
}

// ruleLedger has the editions that held on a day of the stretch.
func ruleLedger(ctx context.Context, tx *db.Tx, st station.Station, from, until clock.Day, limit int) (out [][]string, err error) {
	rows, err := rulesOf.All(ctx, tx, st.ID)
	for _, slot := range slots {
		for _, r := range rows {
			if r.Slot == slot && r.State == Published && r.FromDay <= until && r.UntilDay > from && len(out) < limit {
				out = append(out, []string{slotWords[r.Slot], r.Title, "第 " + strconv.FormatInt(r.Edition, 10) + " 版", r.span(), r.ByName})
			}
		}
	}
	return out, err
}

func dutyLedger(ctx context.Context, tx *db.Tx, st station.Station, from, until clock.Day, limit int) (out [][]string, err error) {
	rows, err := shiftsOf.All(ctx, tx, st.ID, int64(from), int64(until))
	for _, d := range rows[:min(len(rows), limit)] {
		out = append(out, []string{d.Day.String(), d.Hours(), d.Name, d.Post})
	}
	return out, err
}

// equipmentLedger has what the station had got by the end of the stretch.
func equipmentLedger(ctx context.Context, tx *db.Tx, st station.Station, _, until clock.Day, limit int) (out [][]string, err error) {
	rows, err := equipment(ctx, tx, EquipmentInput{ID: st.ID}, false, 0, limit)
	for _, e := range rows {
		if e.SinceDay <= until {
			out = append(out, e.cells())
		}
	}
	return out, err
}

// documentLedger has the papers of the days of the stretch.
func documentLedger(ctx context.Context, tx *db.Tx, st station.Station, from, until clock.Day, limit int) (out [][]string, err error) {
	rows, err := documentsIn.All(ctx, tx, st.ID, int64(from), int64(until), limit)
	for _, d := range rows {
		out = append(out, d.cells(clock.DayOf(tx.Now)))
	}
	return out, err
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
	Book
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
	return look(ctx, s, in.ID, func(tx *db.Tx, b Book) (out Ledgers, err error) {
		out = Ledgers{Book: b, From: in.From, Until: in.Until}
		if out.From == 0 {
			out.From = b.Today/10000*10000 + 101
		}
		if out.Until == 0 {
			out.Until = max(b.Today, out.From)
		}
		c := errs.Check{}
		c.That(inRange(yearOf(out.From)), "from", "应在 2021 至 2100 年之间")
		c.That(inRange(yearOf(out.Until)) && out.Until >= out.From && out.Until < out.From.AddDays(3*366), "until", "应在开始以后，三年以内")
		if err := c.Err(); err != nil {
			return out, err
		}
		for _, l := range s.ledgers {
			if code != "" && l.Code != code {
				continue
			}
			f := Filled{Ledger: l}
			if f.Lines, err = l.Rows(ctx, tx, b.Station, out.From, out.Until, mostRows+1); err != nil {
				return out, err
			}
			if f.Cut = len(f.Lines) > mostRows; f.Cut {
				f.Lines = f.Lines[:mostRows]
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
func (s *Service) LedgerFile(ctx context.Context, in LedgerFileInput) (File, error) {
	code := in.Code
	if code == "all" {
		code = ""
	}
	v, err := s.fill(ctx, LedgersInput{in.ID, in.From, in.Until}, code)
	if err != nil {
		return File{}, err
	}
	if err := s.taken(ctx, v, in); err != nil {
		return File{}, err
	}
	name := v.title() + "-" + v.From.String() + "-" + v.Until.String()
	if in.Format == "xlsx" {
		body, err := sheet.XLSX(v.tables()...)
		return File{Name: name + ".xlsx", Type: sheet.TypeXLSX, Body: body}, err
	}
	pages, _ := v.bind(nil) // once to know on which page each begins
	_, p := v.bind(pages)
	return asPDF(name, p.Doc)
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
			t.Foot = []string{"只列出前 " + strconv.Itoa(mostRows) + " 条，请缩短时间分册打印。"}
		}
		out = append(out, t)
	}
	return out
}

// bind lays out the book: cover, catalogue with the pages on which the ledgers begin, ledgers. It gives the pages that it found.
func (v Ledgers) bind(at []int) (pages []int, p *paper) {
	p = newPaper(v.title(), v.Today, false)
	v.cover(p)
	p.page()
	p.TextIn(pdf.Serif, 20, margin, p.y+4, p.wide, 12, pdf.Centre, "目　录")
	var rows [][]string
	for n, f := range v.Items {
		page := ""
		if n < len(at) {
			page = strconv.Itoa(at[n])
		}
		rows = append(rows, []string{strconv.Itoa(n + 1), f.Name, strconv.Itoa(len(f.Lines)), page})
	}
	p.Table(margin+40, p.y+24, []pdf.Column{{Title: "序号", Width: 22, Align: pdf.Centre}, {Title: "台账", Width: 105}, {Title: "条数", Width: 30, Align: pdf.Right}, {Title: "页码", Width: 30, Align: pdf.Right}}, rows,
		pdf.TableOptions{Size: 12, RowHeight: 10})
	for _, t := range v.tables() {
		p.page()
		pages = append(pages, p.pages)
		p.table(t)
	}
	return pages, p
}

func (v Ledgers) cover(p *paper) {
	p.page()
	w, h := p.Size()
	p.TextIn(pdf.Serif, 34, margin, h*0.22, p.wide, 24, pdf.Centre, v.title())
	p.TextIn(pdf.Serif, 22, margin, h*0.42, p.wide, 24, pdf.Centre, v.Station.Name)
	p.TextIn(pdf.Sans, 14, margin, h*0.56, p.wide, 9, pdf.Centre, v.Where)
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

// Hours are minutes as ledgers print them.
func Hours(minutes int64) string { return strconv.FormatFloat(float64(minutes)/60, 'f', 1, 64) }
