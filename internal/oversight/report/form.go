package report

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
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
)

// Template is a blank form that came from above. Whoever lies under the division that put it in fills it with his own figures.
type Template struct {
	ID      db.ID       `json:"id"`
	Version int64       `json:"version"`
	Region  auth.Region `json:"region" db:",once"`
	Title   string      `json:"title" db:",once"`
	Every   string      `json:"every" db:",once"`
	File    []byte      `json:"-" db:",once"` // left out where forms are listed
	Mapping string      `json:"-"`
	Ended   bool        `json:"ended"`
	MadeBy  db.ID       `json:"-" db:",once"`
	ByName  string      `json:"by_name" db:",once"`
	At      time.Time   `json:"at" db:",once"`
}

func (t Template) place() auth.Place { return auth.Place{Region: t.Region} }

// formFrame says how forms are kept. Whoever fills one from above may not change it, and is told so.
var formFrame = act.Kind[Template]{Object: "report_form", View: View, Table: formTable, Place: Template.place,
	Load: func(ctx context.Context, tx *db.Tx, id db.ID) (Template, error) {
		t, err := form(ctx, tx, id)
		return t, denied(ctx, Form, t.place(), err)
	}}

// Mapping says where in a form which value belongs: single cells, and the columns of a list with one row a division directly below.
type Mapping struct {
	Cells   []Spot `json:"cells"`
	Columns []Spot `json:"columns"`
	First   int64  `json:"first"` // the rows of the list that the form has room for
	Last    int64  `json:"last"`
}

// Spot is a cell, or the column of a list, and what belongs there.
type Spot struct {
	At    string `json:"at" required:"false" maxLength:"8" doc:"格（如 C4）或者列（如 C）"`
	Value string `json:"value" required:"false" maxLength:"100" doc:"指标代码，或者 name、number、period、day、where、blank"`
}

// Words that a form wants beside figures.
var formWords = map[string]string{"name": "地方名称", "number": "序号", "period": "时间（几月、几季度、哪年）", "day": "填表日期", "where": "填表的地方",
	"by": "填表人（登录的人）"}

var formWordOrder = []string{"name", "number", "period", "day", "where", "by"}

// Sent is a mark that a filled form went out.
type Sent struct {
	FormID db.ID
	Region auth.Region
	Period string
	MadeBy db.ID
	ByName string
	At     time.Time
}

// sentFrame says how the marks are kept: one for each division and period.
var sentFrame = act.Kind[Sent]{Object: "report_form", ID: func(s Sent) db.ID { return s.FormID },
	Place: func(s Sent) auth.Place { return auth.Place{Region: s.Region} },
	Trail: func(_, s Sent) map[string]any { return map[string]any{"period": s.Period} },
	Make: func(ctx context.Context, tx *db.Tx, s *Sent) error {
		fresh, err := sentTable.Add(ctx, tx, *s)
		if err == nil && !fresh {
			err = errs.WrongState("这一期已经标过已报送")
		}
		return err
	}}

// FormLine is a form with whether the last period that is over was sent.
type FormLine struct {
	Template
	Period Period
	Sent   bool
}

func formLines(ctx context.Context, tx *db.Tx, at auth.Region, today clock.Day) (out []FormLine, err error) {
	all, err := formsFor.All(ctx, tx, upwards(at)...)
	for _, f := range all {
		l := FormLine{Template: f, Period: periodOf(f.Every, today).before()}
		sent, err := sentOf.All(ctx, tx, f.ID, at)
		if err != nil {
			return nil, err
		}
		l.Sent = slices.ContainsFunc(sent, func(s Sent) bool { return s.Period == l.Period.Text })
		out = append(out, l)
	}
	return out, err
}

// PutInInput puts a blank form in.
type PutInInput struct {
	Title string      `json:"title" minLength:"1" maxLength:"60"`
	Every string      `json:"every" enum:"month,quarter,year" maxLength:"8"`
	File  blob.Upload `json:"file"`
}

// PutIn keeps a blank XLSX for the actor's division and all below it.
func (s *Service) PutIn(ctx context.Context, in PutInInput) (Template, error) {
	op := act.Op{Perm: Form, Action: "report.put_in", Check: in.check}
	return formFrame.Add(ctx, s.db, op, here(ctx, Form), func(tx *db.Tx) (Template, error) {
		me := auth.From(ctx)
		return Template{ID: tx.NewID(), Version: 1, Region: me.Seat(), Title: in.Title, Every: in.Every, File: in.File.Data, Mapping: "{}",
			MadeBy: me.Account, ByName: me.Name, At: tx.Now}, nil
	})
}

func (in PutInInput) check() error {
	if len(in.File.Data) == 0 {
		return errs.Field("file", "请选一个 XLSX 文件")
	}
	b, err := sheet.Open(in.File.Data)
	if err != nil {
		return err
	}
	return b.Close()
}

// FormInput names a form, and a period to fill it for.
type FormInput struct {
	ID     db.ID  `path:"id"`
	Period string `query:"period" maxLength:"7"`
}

// FormSheet is the page of a form: how it looks, what goes where, when it was sent.
type FormSheet struct {
	Template
	Where   string
	Period  Period
	Columns []string
	Lines   []sheet.Line
	Map     Mapping
	Sent    []Sent
	Values  []stats.Indicator
	Today   clock.Day
	edits   bool
	fills   bool
}

// form gives a form that the actor may see: of his division, of one above, or of one below.
func form(ctx context.Context, tx *db.Tx, id db.ID) (Template, error) {
	t, err := formTable.Get(ctx, tx, id)
	seat := auth.From(ctx).Seat()
	if err == nil && !auth.Can(ctx, View, t.place()) && !(t.Region.Contains(seat) && auth.Can(ctx, View, auth.Place{Region: seat})) {
		err = errs.ErrNotFound
	}
	return t, err
}

// mapping says where which value belongs.
func (t Template) mapping() (m Mapping, err error) {
	err = json.Unmarshal([]byte(t.Mapping), &m)
	return m, err
}

// FormSheet gives the page of a form.
func (s *Service) FormSheet(ctx context.Context, in FormInput) (FormSheet, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out FormSheet, err error) {
		if out.Template, err = form(ctx, tx, in.ID); err != nil {
			return out, err
		}
		if out.Map, err = out.mapping(); err != nil {
			return out, err
		}
		out.Today = clock.DayOf(tx.Now)
		if out.Period, err = (Kind{Every: out.Every}).period(in.Period, out.Today); err != nil {
			return out, err
		}
		seat, err := place(ctx, tx, 0)
		if err != nil {
			return out, err
		}
		if out.Where, err = region.FullName(ctx, tx, seat); err != nil {
			return out, err
		}
		if out.Sent, err = sentOf.All(ctx, tx, in.ID, seat); err != nil {
			return out, err
		}
		b, err := sheet.Open(out.File)
		if err != nil {
			return out, err
		}
		defer b.Close()
		out.Values = s.stats.All()
		out.edits, out.fills = !out.Ended && auth.Can(ctx, Form, out.place()), auth.Can(ctx, Fill, auth.Place{Region: seat})
		out.Columns, out.Lines, err = b.Grid()
		return out, err
	})
}

// MapInput says what goes where; empty lines are left out.
type MapInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Cells   []Spot `json:"cells" required:"false" maxItems:"40"`
	Columns []Spot `json:"columns" required:"false" maxItems:"40"`
	First   int64  `json:"first" required:"false" minimum:"0" maximum:"120" doc:"名单从第几行起"`
	Last    int64  `json:"last" required:"false" minimum:"0" maximum:"120" doc:"空行到第几行止"`
}

// Map keeps what goes where in a form; it serves everybody who fills it.
func (s *Service) Map(ctx context.Context, in MapInput) (Template, error) {
	var text []byte
	check := func() error {
		m, err := s.mapping(in)
		if err == nil {
			text, err = json.Marshal(m)
		}
		return err
	}
	op := act.Op{Perm: Form, Action: "report.map", ID: in.ID, Version: in.Version, Check: check}
	return formFrame.Change(ctx, s.db, op, func(_ *db.Tx, t *Template) error {
		t.Mapping = string(text)
		return nil
	})
}

func (s *Service) mapping(in MapInput) (m Mapping, err error) {
	c := errs.Check{}
	m = Mapping{First: in.First, Last: in.Last, Cells: []Spot{}, Columns: []Spot{}}
	known := func(v string) bool {
		_, figure := s.stats.Find(v)
		return figure || formWords[v] != ""
	}
	for i, x := range in.Cells {
		x.At = strings.ToUpper(strings.TrimSpace(x.At))
		if x.At == "" && x.Value == "" {
			continue
		}
		c.That(sheet.IsCell(x.At), fmt.Sprintf("cells.%d.at", i), "写格的名字，如 C4")
		c.That(known(x.Value), fmt.Sprintf("cells.%d.value", i), "请选这一格填什么")
		m.Cells = append(m.Cells, x)
	}
	for i, x := range in.Columns {
		x.At = strings.ToUpper(strings.TrimSpace(x.At))
		if x.At == "" && x.Value == "" {
			continue
		}
		c.That(sheet.IsCell(x.At+"1"), fmt.Sprintf("columns.%d.at", i), "写列的名字，如 C")
		c.That(known(x.Value), fmt.Sprintf("columns.%d.value", i), "请选这一列填什么")
		m.Columns = append(m.Columns, x)
	}
	if len(m.Columns) > 0 {
		c.That(in.First >= 1, "first", "名单从第几行起")
		c.That(in.Last >= in.First, "last", "不能在开始那行之上")
	}
	c.That(len(m.Cells)+len(m.Columns) > 0, "cells.0.at", "至少写一格或者一列")
	return m, c.Err()
}

// EndInput takes a form out of use.
type EndInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
}

// End takes a form out of use; what was sent stays on record.
func (s *Service) End(ctx context.Context, in EndInput) (Template, error) {
	op := act.Op{Perm: Form, Action: "report.end", ID: in.ID, Version: in.Version}
	return formFrame.Change(ctx, s.db, op, func(_ *db.Tx, t *Template) error {
		if t.Ended {
			return errs.ErrStale
		}
		t.Ended = true
		return nil
	})
}

// Filled gives the form with the figures of the actor's division in it.
func (s *Service) Filled(ctx context.Context, in FormInput) (blob.File, error) {
	return act.Read(ctx, s.db, Fill, func(tx *db.Tx) (out blob.File, err error) {
		t, err := form(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		p, err := (Kind{Every: t.Every}).period(in.Period, clock.DayOf(tx.Now))
		if err != nil {
			return out, err
		}
		at, err := place(ctx, tx, 0)
		if err != nil {
			return out, err
		}
		if err := auth.Require(ctx, Fill, View, auth.Place{Region: at}); err != nil {
			return out, err
		}
		m, err := t.mapping()
		if err != nil {
			return out, err
		}
		out = blob.File{Name: t.Title + "-" + p.Text + ".xlsx", Type: sheet.TypeXLSX}
		out.Body, err = s.fill(ctx, tx, t.File, m, at, p)
		return out, err
	})
}

func (s *Service) fill(ctx context.Context, tx *db.Tx, data []byte, m Mapping, at auth.Region, p Period) ([]byte, error) {
	b, err := sheet.Open(data)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	var codes []string
	for _, x := range slices.Concat(m.Cells, m.Columns) {
		if _, figure := s.stats.Find(x.Value); figure && !slices.Contains(codes, x.Value) {
			codes = append(codes, x.Value)
		}
	}
	places, err := s.stats.Places(ctx, tx, at, p.From, p.To, codes...)
	if err != nil {
		return nil, err
	}
	where, err := region.FullName(ctx, tx, at)
	if err != nil {
		return nil, err
	}
	words := map[string]string{"period": p.Word(), "day": clock.DayOf(tx.Now).String(), "where": where, "by": auth.From(ctx).Name}
	set := func(cell, what string, x stats.Place, number int) error {
		words["name"], words["number"] = x.Name, strconv.Itoa(number)
		if w, ok := words[what]; ok {
			return b.Set(cell, w, false)
		}
		i, _ := s.stats.Find(what)
		if f := x.Figures[what]; f.Value != nil { // no data stays an empty cell: it is not 0
			return b.Set(cell, *f.Value, i.Unit == stats.Ratio)
		}
		return nil
	}
	// Single cells first: making room for the list moves what stands below it.
	for _, x := range m.Cells {
		if err := set(x.At, x.Value, places[0], 1); err != nil {
			return nil, err
		}
	}
	if len(m.Columns) > 0 {
		rows := places[1:]
		if len(rows) == 0 {
			rows = places
		}
		if err := b.Room(int(m.First), int(m.Last), len(rows)); err != nil {
			return nil, err
		}
		for n, x := range rows {
			for _, col := range m.Columns {
				if err := set(fmt.Sprintf("%s%d", col.At, int(m.First)+n), col.Value, x, n+1); err != nil {
					return nil, err
				}
			}
		}
	}
	return b.Bytes()
}

// SendInput marks a filled form as sent.
type SendInput struct {
	ID     db.ID  `path:"id"`
	Period string `json:"period" maxLength:"7"`
}

// Send notes that the actor's division has sent the form for a period; once a period.
func (s *Service) Send(ctx context.Context, in SendInput) (Template, error) {
	op := act.Op{Perm: Fill, Action: "report.send"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Template, error) {
		t, err := form(ctx, tx, in.ID)
		if err != nil {
			return t, err
		}
		p, err := (Kind{Every: t.Every}).period(in.Period, clock.DayOf(tx.Now))
		if err != nil {
			return t, err
		}
		at, err := place(ctx, tx, 0)
		if err != nil {
			return t, err
		}
		if err := auth.Require(ctx, Fill, View, auth.Place{Region: at}); err != nil {
			return t, err
		}
		me := auth.From(ctx)
		return t, sentFrame.Enter(ctx, tx, op, &Sent{FormID: t.ID, Region: at, Period: p.Text, MadeBy: me.Account, ByName: me.Name, At: tx.Now})
	})
}
