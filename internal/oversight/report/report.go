// Package report writes what the levels above demand: the tables of each month, quarter and year, built from data and never retyped;
// the blank forms that come in from above, filled; bulletins, which stand on dated figures.
//
// Nouns: table, period, filed table, form, mapping, bulletin. Verbs: show, export, file (as reported), put in (a form), map, fill,
// send, write (a bulletin), publish, withdraw.
package report

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"linli/internal/civic/region"
	"linli/internal/oversight/stats"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/sheet"
	"linli/internal/work/pairing"
)

// Permissions. View is the tables; Fill sending them, and filled forms; Form putting a blank form in and mapping it; Write bulletins.
const (
	View  auth.Perm = "report.view"
	Fill  auth.Perm = "report.fill"
	Form  auth.Perm = "report.form"
	Write auth.Perm = "report.bulletin"
)

// Lengths of a period.
const (
	Month   = "month"
	Quarter = "quarter"
	Year    = "year"
)

// Period is a calendar month, quarter or year: “2026-11”, “2026Q4”, “2026”.
type Period struct {
	Text     string
	Every    string
	From, To clock.Day
}

// ParsePeriod reads one; what is none is Invalid in the field period.
func ParsePeriod(text string) (p Period, err error) {
	p.Text = text
	bad := errs.Field("period", "应是 2026-11（月）、2026Q4（季）或者 2026（年）")
	year, rest, months := 0, "", 12
	if n, err := fmt.Sscanf(text, "%4d%s", &year, &rest); err != nil && n != 1 || year < 2000 || year > 2100 {
		return p, bad
	}
	first := 1
	switch {
	case len(text) == 4:
		p.Every = Year
	case len(text) == 6 && text[4] == 'Q' && text[5] >= '1' && text[5] <= '4':
		p.Every, months, first = Quarter, 3, int(text[5]-'1')*3+1
	case len(text) == 7 && text[4] == '-':
		p.Every, months = Month, 1
		if first, err = strconv.Atoi(text[5:]); err != nil || first < 1 || first > 12 {
			return p, bad
		}
	default:
		return p, bad
	}
	p.From = clock.Day(year*10000 + first*100 + 1)
	p.To = clock.DayOf(p.From.Time().AddDate(0, months, -1))
	return p, nil
}

// periodOf is the period of a length in which a day lies.
func periodOf(every string, d clock.Day) Period {
	y, m := int(d/10000), int(d/100%100)
	text := map[string]string{Month: fmt.Sprintf("%d-%02d", y, m), Quarter: fmt.Sprintf("%dQ%d", y, (m-1)/3+1), Year: strconv.Itoa(y)}[every]
	p, _ := ParsePeriod(text) // a day of the calendar
	return p
}

// before is the period just before.
func (p Period) before() Period { return periodOf(p.Every, p.From.AddDays(-1)) }

// Word is what people call it.
func (p Period) Word() string {
	switch p.Every {
	case Month:
		return fmt.Sprintf("%d 年 %d 月", p.From/10000, p.From/100%100)
	case Quarter:
		return fmt.Sprintf("%d 年第%s季度", p.From/10000, []string{"一", "二", "三", "四"}[(p.From/100%100-1)/3])
	}
	return fmt.Sprintf("%d 年", p.From/10000)
}

// everyWord names a length.
func everyWord(every string) string {
	return map[string]string{Month: "每月", Quarter: "每季", Year: "每年"}[every]
}

// Service holds the operations.
type Service struct {
	db    *db.DB
	stats *stats.Service
	pairs *pairing.Service
}

// New makes the service; of visits to paired people it asks pairs, which alone may open whom they were paid to.
func New(d *db.DB, figures *stats.Service, pairs *pairing.Service) *Service {
	return &Service{db: d, stats: figures, pairs: pairs}
}

// Kind is one table that the levels above demand. Declaring it here is all that a new one needs.
type Kind struct {
	Code    string
	No      int // in the list of the office
	Name    string
	Every   string
	Note    string
	Columns []string
	rows    func(ctx context.Context, tx *db.Tx, s *Service, at auth.Region, p Period) ([][]string, error)
}

func kindOf(code string) (Kind, error) {
	for _, k := range kinds {
		if k.Code == code {
			return k, nil
		}
	}
	return Kind{}, errs.ErrNotFound
}

// ShowInput asks for a table of a division and a period.
type ShowInput struct {
	Code   string      `path:"code" maxLength:"40"`
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
	Period string      `query:"period" maxLength:"7" doc:"2026-11、2026Q4 或 2026；不填为刚过去的一期"`
}

// Filed is a table as it was reported.
type Filed struct {
	ID      db.ID
	Region  auth.Region `json:"-"`
	Code    string      `json:"-"`
	Period  string      `json:"-"`
	Body    string
	Filler  string
	Checker string
	MadeBy  db.ID `json:"-"`
	ByName  string
	At      time.Time
}

// filedFrame says how filed tables are kept.
var filedFrame = act.Kind[Filed]{Object: "report_filed", Table: filedTable,
	Place: func(f Filed) auth.Place { return auth.Place{Region: f.Region} },
	Trail: func(_, f Filed) map[string]any { return map[string]any{"table": f.Code, "period": f.Period} }}

// Difference is a cell that is not what was reported.
type Difference struct{ Row, Column, Reported, Now string }

// Shown is a table with what was reported of it.
type Shown struct {
	Kind        Kind
	Region      auth.Region
	Where       string
	Period      Period
	Rows        [][]string
	Filed       *Filed
	Differences []Difference
	Below       []region.Step
	Today       clock.Day
	mayFill     bool
}

// Show gives a table, built from the data of now, and what is different from the table that was reported.
func (s *Service) Show(ctx context.Context, in ShowInput) (Shown, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (Shown, error) { return s.show(ctx, tx, in) })
}

func (s *Service) show(ctx context.Context, tx *db.Tx, in ShowInput) (out Shown, err error) {
	if out.Kind, err = kindOf(in.Code); err != nil {
		return out, err
	}
	out.Today = clock.DayOf(tx.Now)
	if out.Period, err = out.Kind.period(in.Period, out.Today); err != nil {
		return out, err
	}
	if out.Region, err = place(ctx, tx, in.Region); err != nil {
		return out, err
	}
	out.mayFill = auth.Can(ctx, Fill, auth.Place{Region: out.Region})
	if out.Where, err = region.FullName(ctx, tx, out.Region); err != nil {
		return out, err
	}
	if out.Region.Level() < auth.LevelCommunity {
		if out.Below, err = region.Under(ctx, tx, out.Region); err != nil {
			return out, err
		}
	}
	if out.Rows, err = out.Kind.rows(ctx, tx, s, out.Region, out.Period); err != nil {
		return out, err
	}
	if len(out.Rows) > maxRows {
		return out, errs.Field("region", fmt.Sprintf("超过 %d 行，请选小一点的地方", maxRows))
	}
	f, there, err := db.Found(lastFiled.One(ctx, tx, out.Region, out.Kind.Code, out.Period.Text))
	if err == nil && there {
		out.Filed = &f
		out.Differences, err = out.differ(f)
	}
	return out, err
}

// maxRows is the most rows of one table.
const maxRows = 5000

// period is the one that was asked for, or the last that is over.
func (k Kind) period(text string, today clock.Day) (Period, error) {
	if text == "" {
		return periodOf(k.Every, today).before(), nil
	}
	p, err := ParsePeriod(text)
	if err == nil && p.Every != k.Every {
		err = errs.Field("period", "这张表是"+everyWord(k.Every)+"的")
	}
	return p, err
}

// place is the division that is meant, the actor's own when none is named.
func place(ctx context.Context, tx *db.Tx, at auth.Region) (auth.Region, error) {
	at = cmp.Or(at, auth.From(ctx).Seat(), region.Top)
	if err := auth.Require(ctx, View, View, auth.Place{Region: at}); err != nil {
		return at, err
	}
	ok, err := region.Exists(ctx, tx, at)
	if err == nil && !ok {
		err = errs.ErrNotFound
	}
	return at, err
}

// differ compares with what was reported, row by row under the same first cell.
func (v Shown) differ(f Filed) (out []Difference, err error) {
	var then filedBody
	if err := json.Unmarshal([]byte(f.Body), &then); err != nil {
		return nil, err
	}
	reported := map[string][]string{}
	for _, r := range then.Rows {
		reported[r[0]] = r
	}
	for _, now := range v.Rows {
		was, there := reported[now[0]]
		delete(reported, now[0])
		if !there {
			out = append(out, Difference{now[0], "", "没有这一行", "多了这一行"})
			continue
		}
		for i, c := range now {
			if i < len(was) && was[i] != c {
				out = append(out, Difference{now[0], v.Kind.Columns[i], was[i], c})
			}
		}
	}
	for _, r := range then.Rows {
		if _, left := reported[r[0]]; left {
			out = append(out, Difference{r[0], "", "有这一行", "没有了"})
		}
	}
	return out, nil
}

// filedBody is what is kept of a reported table.
type filedBody struct {
	Columns []string   `json:"columns"`
	Rows    [][]string `json:"rows"`
}

// FileInput keeps a table as it is reported now.
type FileInput struct {
	Code    string      `path:"code" maxLength:"40"`
	Region  auth.Region `json:"region"`
	Period  string      `json:"period" maxLength:"7"`
	Filler  string      `json:"filler" minLength:"1" maxLength:"20" doc:"填报人"`
	Checker string      `json:"checker" minLength:"1" maxLength:"20" doc:"审核人"`
}

// File keeps a table as it goes to the level above; a later one of the same period goes beside it. Who fills it in and who checks it
// are two persons.
func (s *Service) File(ctx context.Context, in FileInput) (Shown, error) {
	op := act.Op{Perm: Fill, Action: "report.file", Check: in.check}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Shown, error) {
		if err := auth.Require(ctx, Fill, View, auth.Place{Region: in.Region}); err != nil {
			return Shown{}, err
		}
		out, err := s.show(ctx, tx, ShowInput{Code: in.Code, Region: in.Region, Period: in.Period})
		if err != nil {
			return out, err
		}
		if out.Period.To > out.Today {
			return out, errs.Field("period", "这一期还没有结束")
		}
		body, err := json.Marshal(filedBody{out.Kind.Columns, out.Rows})
		if err != nil {
			return out, err
		}
		me := auth.From(ctx)
		if err := filedFrame.Enter(ctx, tx, op, &Filed{ID: tx.NewID(), Region: out.Region, Code: in.Code, Period: out.Period.Text,
			Body: string(body), Filler: in.Filler, Checker: in.Checker, MadeBy: me.Account, ByName: me.Name, At: tx.Now}); err != nil {
			return out, err
		}
		return s.show(ctx, tx, ShowInput{Code: in.Code, Region: in.Region, Period: in.Period})
	})
}

func (in FileInput) check() error {
	c := errs.Check{}
	c.That(strings.TrimSpace(in.Filler) != strings.TrimSpace(in.Checker), "checker", "填报人和审核人要是两个人")
	return c.Err()
}

// table is the whole as it is printed.
func (v Shown) table() sheet.Table {
	filler, checker, day := "", "", ""
	if v.Filed != nil && len(v.Differences) == 0 {
		filler, checker, day = v.Filed.Filler, v.Filed.Checker, clock.DayOf(v.Filed.At).String()
	}
	return sheet.Table{Title: v.Kind.Name, Lead: v.Where + "　" + v.Period.Word(), Columns: v.Kind.Columns, Rows: v.Rows,
		Foot: []string{fmt.Sprintf("填报人：%-12s　审核人：%-12s　单位（盖章处）：　　　　　　　报送日期：%s", filler, checker, day)}}
}

// ExportInput asks for a table as a file.
type ExportInput struct {
	ShowInput
	Format string `query:"format" enum:"xlsx,pdf,docx," maxLength:"4"`
}

// Export gives a table as XLSX, PDF or editable DOCX.
func (s *Service) Export(ctx context.Context, in ExportInput) (out blob.File, err error) {
	v, err := s.Show(ctx, in.ShowInput)
	if err != nil {
		return out, err
	}
	t := v.table()
	name := t.Title + "-" + v.Where + "-" + v.Period.Text
	switch in.Format {
	case "pdf":
		out = blob.File{Name: name + ".pdf", Type: blob.PDF, Show: true}
		out.Body, err = paper(t, v.Today)
	case "docx":
		out = blob.File{Name: name + ".docx", Type: sheet.TypeDOCX}
		out.Body, err = sheet.DOCX(t.Title, true, sheet.Piece{Text: t.Lead}, sheet.Piece{Table: &t},
			sheet.Piece{Text: strings.Join(t.Foot, "\n")})
	default:
		return sheet.File("xlsx", name, t)
	}
	return out, err
}

// HomeInput is empty: the page is that of the actor's own place.
type HomeInput struct{}

// Home is the page of all that the levels above demand.
type Home struct {
	Region    auth.Region
	Where     string
	Kinds     []Due
	Forms     []FormLine
	Bulletins []Bulletin
	Today     clock.Day
}

// Due is a table with whether the last period that is over was reported.
type Due struct {
	Kind
	Period Period
	Filed  bool
}

// Home gives the tables, forms and bulletins of the actor's place.
func (s *Service) Home(ctx context.Context, _ HomeInput) (Home, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Home, err error) {
		out.Today = clock.DayOf(tx.Now)
		if out.Region, err = place(ctx, tx, 0); err != nil {
			return out, err
		}
		if out.Where, err = region.FullName(ctx, tx, out.Region); err != nil {
			return out, err
		}
		for _, k := range kinds {
			d := Due{Kind: k, Period: periodOf(k.Every, out.Today).before()}
			if _, d.Filed, err = db.Found(lastFiled.One(ctx, tx, out.Region, k.Code, d.Period.Text)); err != nil {
				return out, err
			}
			out.Kinds = append(out.Kinds, d)
		}
		if out.Forms, err = formLines(ctx, tx, out.Region, out.Today); err != nil {
			return out, err
		}
		out.Bulletins, err = bulletinsFor.All(ctx, tx, upwards(out.Region)...)
		return out, err
	})
}
