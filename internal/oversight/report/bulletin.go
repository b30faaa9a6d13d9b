package report

import (
	"cmp"
	"context"
	"fmt"
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
	"linli/internal/platform/pdf"
	"linli/internal/platform/set"
	"linli/internal/platform/sheet"
)

// Kinds of bulletin: a circular (通报) names results, division by division; a brief (简报) tells news and names nobody as behind.
const (
	Circular = "circular"
	Brief    = "brief"
)

var bulletinKinds = set.New("report_bulletin.kind",
	set.Row{Circular, "通报"}, set.Row{Brief, "简报"})

// States of a bulletin.
const (
	Draft     = "draft"
	Published = "published"
	Withdrawn = "withdrawn"
)

var bulletinStates = set.New("report_bulletin.state",
	set.Row{Draft, "草稿"}, set.Row{Published, "已印发"}, set.Row{Withdrawn, "已撤回"})

// Bulletin is one; its figures are those of the snapshot that was kept when it was published.
type Bulletin struct {
	ID          db.ID       `json:"id"`
	Version     int64       `json:"version"`
	Region      auth.Region `json:"region" db:",once"`
	Kind        string      `json:"kind" db:",once" doc:"circular 通报，brief 简报"`
	Period      string      `json:"period" db:",once"`
	No          int64       `json:"no" db:",once" doc:"当年第几期"`
	Title       string      `json:"title"`
	Body        string      `json:"body"`
	State       string      `json:"state" doc:"draft 草稿，published 已印发，withdrawn 已撤回"`
	SnapshotID  db.ID       `json:"snapshot_id"`
	MadeBy      db.ID       `json:"-" db:",once"`
	ByName      string      `json:"by_name" db:",once"`
	At          time.Time   `json:"at" db:",once"`
	PublishedBy string      `json:"published_by"`
	PublishedAt *time.Time  `json:"published_at"`
}

func (b Bulletin) place() auth.Place { return auth.Place{Region: b.Region} }

// bulletinFrame says how bulletins are kept. Whoever reads one from above may not change it, and is told so.
var bulletinFrame = act.Kind[Bulletin]{Object: "report_bulletin", View: View, Table: bulletinTable, Place: Bulletin.place,
	Word: bulletinStates.Word, State: func(b Bulletin) string { return b.State },
	Load: func(ctx context.Context, tx *db.Tx, id db.ID) (Bulletin, error) {
		b, err := bulletin(ctx, tx, id)
		return b, denied(ctx, Write, b.place(), err)
	}}

// denied is err, or when there is none the refusal of what may be seen and not changed.
func denied(ctx context.Context, p auth.Perm, at auth.Place, err error) error {
	if err == nil && !auth.Can(ctx, p, at) {
		err = errs.ErrDenied
	}
	return err
}

// here is the actor's own division, where something new is added.
func here(ctx context.Context, p auth.Perm) func(*db.Tx) (auth.Place, error) {
	at := auth.Place{Region: auth.From(ctx).Seat()}
	return func(*db.Tx) (auth.Place, error) { return at, auth.Require(ctx, p, View, at) }
}

// bulletinCodes are the figures of a bulletin.
var bulletinCodes = []string{"coverage", "stations", "registered", "active_rate", "orders", "closed_rate", "services", "hours", "on_time",
	"satisfaction"}

// WriteInput begins a bulletin.
type WriteInput struct {
	Kind   string `json:"kind" set:"report_bulletin.kind" maxLength:"8"`
	Period string `json:"period" maxLength:"7"`
}

// Begin writes the draft of a bulletin of a period that is over, from the figures.
func (s *Service) Begin(ctx context.Context, in WriteInput) (Bulletin, error) {
	var p Period
	op := act.Op{Perm: Write, Action: "report.begin", Check: func() (err error) {
		p, err = ParsePeriod(in.Period)
		return err
	}}
	return bulletinFrame.Add(ctx, s.db, op, here(ctx, Write), func(tx *db.Tx) (b Bulletin, err error) {
		if p.To >= clock.DayOf(tx.Now) {
			return b, errs.Field("period", "这一期还没有结束")
		}
		me := auth.From(ctx)
		places, err := s.stats.Places(ctx, tx, me.Seat(), p.From, p.To, bulletinCodes...)
		if err != nil {
			return b, err
		}
		last, err := lastNo.One(ctx, tx, me.Seat(), in.Kind, clock.DayOf(tx.Now).NewYear().Time())
		return Bulletin{ID: tx.NewID(), Version: 1, Region: me.Seat(), Kind: in.Kind, Period: p.Text, No: last + 1, State: Draft,
			MadeBy: me.Account, ByName: me.Name, At: tx.Now, Body: s.draft(in.Kind, places, p),
			Title: places[0].Name + "志愿服务" + map[string]string{Circular: "情况通报", Brief: "工作简报"}[in.Kind] + "（" + p.Word() + "）"}, err
	})
}

// toWrite begins what an editor still has to write; nothing with it is published.
const toWrite = "（写下"

// draft says the figures in sentences, for an editor to go on with.
func (s *Service) draft(kind string, places []stats.Place, p Period) string {
	say := func(x stats.Place, code string) string {
		i, _ := s.stats.Find(code)
		return strings.TrimSpace(i.Say(x.Figures[code]) + " " + i.UnitOf(x.Figures[code]))
	}
	top := places[0]
	out := []string{fmt.Sprintf("%s，%s居民点单 %s，办结率 %s，满意率 %s；志愿者服务 %s、%s，记录及时率 %s。", p.Word(), top.Name, say(top, "orders"),
		say(top, "closed_rate"), say(top, "satisfaction"), say(top, "services"), say(top, "hours"), say(top, "on_time")),
		fmt.Sprintf("期末有站、点 %s，站点覆盖率 %s；在册志愿者 %s，活跃率 %s。", say(top, "stations"), say(top, "coverage"), say(top, "registered"),
			say(top, "active_rate"))}
	if kind == Brief {
		return strings.Join(append(out, "工作动态：", toWrite+"这一期的做法和事例，不写个人信息）"), "\n")
	}
	var good, slow []string
	for _, x := range places[1:] {
		f := x.Figures["coverage"]
		switch {
		case f.Numerator == nil || *f.Denominator == 0:
		case *f.Numerator == *f.Denominator:
			good = append(good, x.Name)
		case *f.Numerator*2 < *f.Denominator:
			slow = append(slow, x.Name)
		}
	}
	if len(good) > 0 {
		out = append(out, "站点全覆盖的有："+strings.Join(good, "、")+"。")
	}
	if len(slow) > 0 {
		out = append(out, "待推进地区（覆盖率不到一半）："+strings.Join(slow, "、")+"。")
	}
	return strings.Join(append(out, "下一步：", toWrite+"要求和时限）"), "\n")
}

// BulletinInput names a bulletin.
type BulletinInput struct {
	ID db.ID `path:"id"`
}

// BulletinSheet is the page of a bulletin.
type BulletinSheet struct {
	Bulletin
	Where  string
	Period Period
	Table  sheet.Table
	writes bool
}

// Bulletin gives a bulletin with the table of its figures: those of its snapshot once it is published, those of now before.
func (s *Service) Bulletin(ctx context.Context, in BulletinInput) (BulletinSheet, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out BulletinSheet, err error) {
		if out.Bulletin, err = bulletin(ctx, tx, in.ID); err != nil {
			return out, err
		}
		if out.Period, err = ParsePeriod(out.Bulletin.Period); err != nil {
			return out, err
		}
		if out.Where, err = region.FullName(ctx, tx, out.Region); err != nil {
			return out, err
		}
		out.writes = auth.Can(ctx, Write, out.place())
		places, err := s.figuresOf(ctx, tx, out.Bulletin, out.Period)
		out.Table = s.tableOf(places)
		return out, err
	})
}

// bulletin gives one that the actor may see: his division's and those below, and the published ones of those above.
func bulletin(ctx context.Context, tx *db.Tx, id db.ID) (Bulletin, error) {
	b, err := bulletinTable.Get(ctx, tx, id)
	if err == nil && !auth.Can(ctx, View, b.place()) && !(b.State == Published && b.Region.Contains(auth.From(ctx).Seat())) {
		err = errs.ErrNotFound
	}
	return b, err
}

func (s *Service) figuresOf(ctx context.Context, tx *db.Tx, b Bulletin, p Period) ([]stats.Place, error) {
	if b.SnapshotID == 0 {
		return s.stats.Places(ctx, tx, b.Region, p.From, p.To, bulletinCodes...)
	}
	kept, err := s.stats.Reopen(ctx, tx, b.SnapshotID)
	out := []stats.Place{{Code: b.Region, Name: kept.Names[b.Region], Figures: kept.Figures[b.Region]}}
	for _, at := range kept.Order {
		if at != b.Region {
			out = append(out, stats.Place{Code: at, Name: kept.Names[at], Figures: kept.Figures[at]})
		}
	}
	return out, err
}

func (s *Service) tableOf(places []stats.Place) sheet.Table {
	t := sheet.Table{Title: "主要数据", Columns: []string{"地方"}}
	for _, code := range bulletinCodes {
		i, _ := s.stats.Find(code)
		unit := i.UnitWord
		if unit != "" {
			unit = "（" + unit + "）"
		}
		t.Columns = append(t.Columns, i.Name+unit)
	}
	for _, x := range places {
		row := []string{x.Name}
		for _, code := range bulletinCodes {
			i, _ := s.stats.Find(code)
			row = append(row, i.Say(x.Figures[code]))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// EditInput changes a draft.
type EditInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Title   string `json:"title" minLength:"1" maxLength:"80"`
	Body    string `json:"body" minLength:"1" maxLength:"8000"`
}

// Edit changes a draft.
func (s *Service) Edit(ctx context.Context, in EditInput) (Bulletin, error) {
	op := act.Op{Perm: Write, Action: "report.edit", ID: in.ID, Version: in.Version, From: []string{Draft}}
	return bulletinFrame.Change(ctx, s.db, op, func(_ *db.Tx, b *Bulletin) error {
		b.Title, b.Body = in.Title, in.Body
		return nil
	})
}

// TurnInput publishes or withdraws a bulletin.
type TurnInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
}

// Publish sends a bulletin to all below; its figures are kept as they stand now.
func (s *Service) Publish(ctx context.Context, in TurnInput) (Bulletin, error) {
	op := act.Op{Perm: Write, Action: "report.publish", ID: in.ID, Version: in.Version, From: []string{Draft}}
	return bulletinFrame.Change(ctx, s.db, op, func(tx *db.Tx, b *Bulletin) error {
		if strings.Contains(b.Body, toWrite) {
			return errs.WrongState("正文里还有没写的地方：" + toWrite + "……）")
		}
		p, err := ParsePeriod(b.Period)
		if err != nil {
			return err
		}
		snap := stats.Snapshot{Region: b.Region, Title: b.Title, From: p.From, To: p.To}
		var which []stats.Indicator
		for _, code := range bulletinCodes {
			i, _ := s.stats.Find(code)
			which = append(which, i)
		}
		err = s.stats.Keep(ctx, tx, &snap, which)
		b.State, b.SnapshotID, b.PublishedBy, b.PublishedAt = Published, snap.ID, auth.From(ctx).Name, &tx.Now
		return err
	})
}

// Withdraw takes a published bulletin back; it stays on record.
func (s *Service) Withdraw(ctx context.Context, in TurnInput) (Bulletin, error) {
	op := act.Op{Perm: Write, Action: "report.withdraw", ID: in.ID, Version: in.Version, From: []string{Published}}
	return bulletinFrame.Change(ctx, s.db, op, func(_ *db.Tx, b *Bulletin) error {
		b.State = Withdrawn
		return nil
	})
}

// BulletinFileInput asks for a bulletin as a file.
type BulletinFileInput struct {
	ID     db.ID  `path:"id"`
	Format string `query:"format" enum:"pdf,xlsx,docx," maxLength:"4"`
}

// BulletinFile gives a bulletin as PDF or DOCX, or its figures as XLSX.
func (s *Service) BulletinFile(ctx context.Context, in BulletinFileInput) (out blob.File, err error) {
	v, err := s.Bulletin(ctx, BulletinInput{in.ID})
	if err != nil {
		return out, err
	}
	switch in.Format {
	case "xlsx":
		t := v.Table
		t.Title, t.Name = v.Title, "主要数据"
		return sheet.File("xlsx", v.Title, t)
	case "docx":
		out = blob.File{Name: v.Title + ".docx", Type: sheet.TypeDOCX}
		out.Body, err = sheet.DOCX(v.Title, true, sheet.Piece{Text: v.head()}, sheet.Piece{Text: v.Body},
			sheet.Piece{Head: v.Table.Title, Table: &v.Table})
	default:
		out = blob.File{Name: v.Title + ".pdf", Type: blob.PDF, Show: true}
		out.Body, err = v.paper()
	}
	return out, err
}

// head is the line under the title: which one of the year, and from when.
func (v BulletinSheet) head() string {
	day := "草稿，没有印发"
	if v.PublishedAt != nil {
		day = clock.DayOf(*v.PublishedAt).String() + "　" + v.PublishedBy
	}
	return fmt.Sprintf("%s　第 %d 期　%s", bulletinKinds.Word(v.Kind), v.No, day)
}

const (
	left, top, wide = 15.0, 18.0, 267.0 // A4 across
	lineHeight      = 6.6
)

// paper prints a table on A4 across.
func paper(t sheet.Table, day clock.Day) ([]byte, error) {
	d := pdf.New(t.Title, pdf.Options{Landscape: true, Created: day.Time()})
	d.AddPage()
	d.TextIn(pdf.Bold, 16, left, top-4, wide, 9, pdf.Centre, t.Title)
	y := d.Paragraph(pdf.Sans, 11, left, top+8, wide, lineHeight, t.Lead)
	y = printed(d, t, y+2)
	for _, line := range t.Foot {
		if y > 190 {
			d.AddPage()
			y = top
		}
		y = d.Paragraph(pdf.Sans, 11, left, y+5, wide, lineHeight, line)
	}
	numbered(d)
	return d.Bytes()
}

func printed(d *pdf.Doc, t sheet.Table, y float64) float64 {
	var cols []pdf.Column
	for i, w := range sheet.Shares(t, int(wide*100)) {
		cols = append(cols, pdf.Column{Title: t.Columns[i], Width: float64(w) / 100})
	}
	return d.Table(left, y, cols, t.Rows, pdf.TableOptions{Size: 9.5})
}

func numbered(d *pdf.Doc) {
	d.Footer(func(page, total int) {
		d.TextIn(pdf.Sans, 9, left, 200, wide, 5, pdf.Centre, fmt.Sprintf("第 %d 页，共 %d 页", page, total))
	})
}

// paper prints a bulletin on A4 across: its words, then its figures.
func (v BulletinSheet) paper() ([]byte, error) {
	d := pdf.New(v.Title, pdf.Options{Landscape: true, Created: cmp.Or(v.PublishedAt, &v.At).UTC()})
	d.AddPage()
	d.TextIn(pdf.Bold, 17, left, top-4, wide, 9, pdf.Centre, v.Title)
	d.TextIn(pdf.Sans, 10.5, left, top+6, wide, 6, pdf.Centre, v.head())
	y := top + 16
	for line := range strings.SplitSeq(v.Body, "\n") {
		if y > 185 {
			d.AddPage()
			y = top
		}
		y = d.Paragraph(pdf.Sans, 11.5, left, y, wide, lineHeight+0.6, "　　"+strings.TrimSpace(line)) + 1
	}
	printed(d, v.Table, y+4)
	numbered(d)
	return d.Bytes()
}
