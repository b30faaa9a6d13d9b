// Package workplan is a station's plan of the year (年度工作计划).
//
// Nouns: plan, item, step. Verbs: add, edit, drop, progress, copy (to the next year), print.
package workplan

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"linli/internal/network/office"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/format"
	"linli/internal/platform/set"
	"linli/internal/platform/sheet"
)

// Service holds the operations.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// PlanItem is one line of a station's plan of a year.
type PlanItem struct {
	ID          db.ID       `json:"id"`
	Version     int64       `json:"version"`
	StationID   db.ID       `json:"station_id"`
	Region      auth.Region `json:"-"`
	Year        int64       `json:"year"`
	What        string      `json:"what"`
	Who         string      `json:"who" doc:"谁负责"`
	DueDay      clock.Day   `json:"due_day" doc:"最晚哪一天完成"`
	Amount      int64       `json:"amount" doc:"要做几次、几个；0 为不计数"`
	Unit        string      `json:"unit"`
	Done        int64       `json:"done" doc:"已经做了几次"`
	FinishedDay clock.Day   `json:"finished_day" doc:"完成的日子；没有完成时为空"`
	ByName      string      `json:"by_name"`
	At          time.Time   `json:"at"`
	Steps       int64       `json:"steps" doc:"记过几次进展"`
}

// States of a plan item; they follow from its days and its progress, and are never entered.
const (
	Unbegun  = "unbegun"
	Underway = "underway"
	OnTime   = "on_time"
	Overdue  = "overdue" // not finished on its day; finished later when FinishedDay says so
)

// State is how the item stands on a day.
func (i PlanItem) State(day clock.Day) string {
	switch {
	case i.FinishedDay != 0 && i.FinishedDay <= i.DueDay:
		return OnTime
	case i.FinishedDay != 0 || day > i.DueDay:
		return Overdue
	case i.Steps > 0:
		return Underway
	}
	return Unbegun
}

func (i PlanItem) word(day clock.Day) string {
	if w := planStates.Word(i.State(day)); i.FinishedDay <= i.DueDay {
		return w
	}
	return "超期完成"
}

// count says how far it is: “3 / 12 次”.
func (i PlanItem) count() string {
	if i.Amount == 0 {
		return ""
	}
	return fmt.Sprintf("%d / %d %s", i.Done, i.Amount, i.Unit)
}

// Step is one note of progress.
type Step struct {
	ID       db.ID     `json:"id"`
	ItemID   db.ID     `json:"item_id"`
	Day      clock.Day `json:"day"`
	Amount   int64     `json:"amount"`
	Note     string    `json:"note"`
	Finishes bool      `json:"finishes"`
	ByName   string    `json:"by_name"`
	At       time.Time `json:"at"`
}

// PlanInput asks for the plan of a year.
type PlanInput struct {
	ID   db.ID `path:"id"`
	Year int64 `query:"year" minimum:"0" maximum:"2100" doc:"不填为今年"`
}

// Plan is a station's plan of a year.
type Plan struct {
	office.Book
	Year  int64          `json:"year"`
	Items []PlanLine     `json:"items"`
	Last  int64          `json:"-"` // how many lines the year before has
	Count map[string]int `json:"-"` // of items by state
}

// PlanLine is an item with its state of today and what was noted of it.
type PlanLine struct {
	PlanItem
	Is    string `json:"state" db:"-" doc:"unbegun 未开始，underway 进行中，on_time 按时完成，overdue 超期"`
	Notes []Step `json:"progress" db:"-"`
}

// Plan gives the plan of a year, the earliest due first.
func (s *Service) Plan(ctx context.Context, in PlanInput) (Plan, error) {
	return office.Read(ctx, s.db, in.ID, func(tx *db.Tx, b office.Book) (Plan, error) { return plan(ctx, tx, b, in.Year) })
}

func plan(ctx context.Context, tx *db.Tx, b office.Book, year int64) (out Plan, err error) {
	if year == 0 {
		year = b.Today.Year()
	}
	if !office.ValidYear(year) {
		return out, errs.Field("year", "应在 2021 至 2100 之间")
	}
	out = Plan{Book: b, Year: year, Items: []PlanLine{}, Count: map[string]int{}}
	items, err := planOf.All(ctx, tx, b.Station.ID, year)
	if err != nil {
		return out, err
	}
	steps, err := stepsOf.All(ctx, tx, b.Station.ID, year)
	if err != nil {
		return out, err
	}
	for _, i := range items {
		l := PlanLine{PlanItem: i, Is: i.State(b.Today), Notes: []Step{}}
		for _, st := range steps {
			if st.ItemID == i.ID {
				l.Notes = append(l.Notes, st)
			}
		}
		out.Items = append(out.Items, l)
		out.Count[l.Is]++
	}
	out.Last, err = planSize.One(ctx, tx, b.Station.ID, year-1)
	return out, err
}

// PlanItemInput names an item.
type PlanItemInput struct {
	ID db.ID `path:"id"`
}

// PlanSheetLine is an item with its station and its progress.
type PlanSheetLine struct {
	office.Book
	PlanLine
}

// PlanItem gives one item with its progress.
func (s *Service) PlanItem(ctx context.Context, in PlanItemInput) (PlanSheetLine, error) {
	return office.ReadRow(ctx, s.db, in.ID, planItemByID, stationOfPlan, func(tx *db.Tx, b office.Book, i PlanItem) (PlanSheetLine, error) {
		notes, err := stepsOfItem.All(ctx, tx, i.ID)
		return PlanSheetLine{b, PlanLine{i, i.State(b.Today), append([]Step{}, notes...)}}, err
	})
}

// PlanFacts are what a plan says of an item.
type PlanFacts struct {
	What   string    `json:"what" minLength:"1" maxLength:"200"`
	Who    string    `json:"who" minLength:"1" maxLength:"60" doc:"谁负责"`
	DueDay clock.Day `json:"due_day" doc:"最晚哪一天完成"`
	Amount int64     `json:"amount" required:"false" minimum:"0" maximum:"100000" doc:"要做几次、几个；0 或不填为不计数"`
	Unit   string    `json:"unit" required:"false" maxLength:"10" doc:"次、户、人次……"`
}

func (f PlanFacts) check() error {
	c := errs.Check{}
	office.Required(c, "what", f.What, "请写做什么")
	office.Required(c, "who", f.Who, "请写谁负责")
	c.That(office.ValidYear(f.DueDay.Year()), "due_day", "应在 2021 至 2100 年之间")
	c.That(f.Amount == 0 || f.Unit != "", "unit", "请写单位，例如 次")
	return c.Err()
}

// AddPlanInput is a new item; its year is that of the day on which it is due.
type AddPlanInput struct {
	ID db.ID `path:"id"`
	PlanFacts
}

// AddPlanItem puts an item into the plan of the year in which it is due.
func (s *Service) AddPlanItem(ctx context.Context, in AddPlanInput) (PlanItem, error) {
	if err := auth.Allow(ctx, office.Edit); err != nil {
		return PlanItem{}, err
	}
	if err := in.check(); err != nil {
		return PlanItem{}, err
	}
	return office.Change(ctx, s.db, in.ID, "plan", func(tx *db.Tx, b office.Book) (PlanItem, db.ID, error) {
		i := in.PlanFacts.item(tx, b)
		i.ByName = auth.From(ctx).Name
		if n, err := planSize.One(ctx, tx, b.Station.ID, i.Year); err != nil || n >= mostItems {
			if err == nil {
				err = errs.Field("what", fmt.Sprintf("一年的计划最多 %d 项", mostItems))
			}
			return i, 0, err
		}
		return i, i.ID, insertPlanItem(ctx, tx, i)
	})
}

// mostItems is how many lines the plan of a year may have.
const mostItems = 100

func (f PlanFacts) item(tx *db.Tx, b office.Book) PlanItem {
	return PlanItem{ID: tx.NewID(), Version: 1, StationID: b.Station.ID, Region: b.Station.Region, Year: f.DueDay.Year(), What: f.What, Who: f.Who, DueDay: f.DueDay, Amount: f.Amount, Unit: f.Unit, At: tx.Now}
}

func stationOfPlan(i PlanItem) db.ID { return i.StationID }

// EditPlanInput changes an item.
type EditPlanInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	PlanFacts
}

// EditPlanItem changes an item that is not finished. Its year stays, so that no plan loses a line.
func (s *Service) EditPlanItem(ctx context.Context, in EditPlanInput) (PlanItem, error) {
	if err := auth.Allow(ctx, office.Edit); err != nil {
		return PlanItem{}, err
	}
	if err := in.check(); err != nil {
		return PlanItem{}, err
	}
	return office.ChangeRow(ctx, s.db, in.ID, planItemByID, stationOfPlan, "plan_edit", func(tx *db.Tx, b office.Book, i PlanItem) (PlanItem, error) {
		switch {
		case i.FinishedDay != 0:
			return i, errs.WrongState("已经完成的不再改")
		case in.DueDay.Year() != i.Year:
			return i, errs.Field("due_day", "要在 "+strconv.FormatInt(i.Year, 10)+" 年里")
		case in.Amount != 0 && in.Amount <= i.Done:
			return i, errs.Field("amount", "比已经做的少")
		case i.Version != in.Version:
			return i, errs.ErrStale
		}
		i.What, i.Who, i.DueDay, i.Amount, i.Unit = in.What, in.Who, in.DueDay, in.Amount, in.Unit
		return i, updatePlanItem(ctx, tx, &i)
	})
}

// DropPlanInput takes an item out of a plan.
type DropPlanInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
}

// DropPlanItem takes out an item that nobody has begun; what was begun stays in the plan.
func (s *Service) DropPlanItem(ctx context.Context, in DropPlanInput) (PlanItem, error) {
	if err := auth.Allow(ctx, office.Edit); err != nil {
		return PlanItem{}, err
	}
	return office.ChangeRow(ctx, s.db, in.ID, planItemByID, stationOfPlan, "plan_drop", func(tx *db.Tx, _ office.Book, i PlanItem) (PlanItem, error) {
		if i.Steps > 0 {
			return i, errs.WrongState("已经记了进展的不能删，可以改")
		}
		n, err := dropPlanItem.Run(ctx, tx, i.ID, in.Version)
		return i, office.Fresh(n, err)
	})
}

// ProgressInput notes what was done of an item.
type ProgressInput struct {
	ID       db.ID     `path:"id"`
	Version  int64     `json:"version" minimum:"1"`
	Day      clock.Day `json:"day" required:"false" doc:"哪一天做的；不填为今天"`
	Amount   int64     `json:"amount" required:"false" minimum:"0" maximum:"100000" doc:"做了几次、几个"`
	Note     string    `json:"note" minLength:"1" maxLength:"300"`
	Finishes bool      `json:"finishes" required:"false" doc:"这一项完成了；要计数的做够了就自动算完成"`
}

// Progress notes what was done of an item. An item with an amount is finished when it is reached, another when somebody says so.
func (s *Service) Progress(ctx context.Context, in ProgressInput) (PlanItem, error) {
	if err := auth.Allow(ctx, office.Edit); err != nil {
		return PlanItem{}, err
	}
	c := errs.Check{}
	office.Required(c, "note", in.Note, "请写做了什么")
	if err := c.Err(); err != nil {
		return PlanItem{}, err
	}
	return office.ChangeRow(ctx, s.db, in.ID, planItemByID, stationOfPlan, "plan_step", func(tx *db.Tx, b office.Book, i PlanItem) (PlanItem, error) {
		if in.Day == 0 {
			in.Day = b.Today
		}
		c.That(in.Day <= b.Today, "day", "不能晚于今天")
		c.That(in.Day.Year() >= i.Year-1, "day", "太早了")
		c.That(i.Amount == 0 || in.Amount > 0 || in.Finishes, "amount", "请写做了几"+i.Unit)
		switch {
		case i.FinishedDay != 0:
			return i, errs.WrongState("这一项已经完成了")
		case i.Version != in.Version:
			return i, errs.ErrStale
		case c.Err() != nil:
			return i, c.Err()
		}
		i.Done += in.Amount
		i.Steps++
		finishes := in.Finishes || i.Amount > 0 && i.Done >= i.Amount
		if finishes {
			i.FinishedDay = in.Day
		}
		if _, err := addStep.Run(ctx, tx, tx.NewID(), i.ID, int64(in.Day), in.Amount, in.Note, finishes, auth.From(ctx).Name, tx.Now); err != nil {
			return i, err
		}
		return i, updatePlanItem(ctx, tx, &i)
	})
}

// CopyPlanInput names the year that gets the plan of the year before.
type CopyPlanInput struct {
	ID   db.ID `path:"id"`
	Year int64 `json:"year" minimum:"2022" maximum:"2100"`
}

// CopyPlan gives an empty year the items of the year before, each due on the same day of the year.
func (s *Service) CopyPlan(ctx context.Context, in CopyPlanInput) (Plan, error) {
	if err := auth.Allow(ctx, office.Edit); err != nil {
		return Plan{}, err
	}
	return office.Change(ctx, s.db, in.ID, "plan_copy", func(tx *db.Tx, b office.Book) (out Plan, id db.ID, err error) {
		if _, err := office.NextNumber(ctx, tx, b.Station.ID, copyBook, in.Year); err != nil { // one copy at a time
			return out, 0, err
		}
		have, err := planSize.One(ctx, tx, b.Station.ID, in.Year)
		if err == nil && have > 0 {
			err = errs.WrongState("这一年的计划已经有内容了")
		}
		if err != nil {
			return out, 0, err
		}
		items, err := planOf.All(ctx, tx, b.Station.ID, in.Year-1)
		if err == nil && len(items) == 0 {
			err = errs.WrongState("上一年没有计划可以复制")
		}
		if err != nil {
			return out, 0, err
		}
		for _, i := range items {
			line := PlanFacts{i.What, i.Who, i.DueDay.InYear(in.Year), i.Amount, i.Unit}.item(tx, b)
			line.ByName = auth.From(ctx).Name
			if err := insertPlanItem(ctx, tx, line); err != nil {
				return out, 0, err
			}
		}
		out, err = plan(ctx, tx, b, in.Year)
		return out, b.Station.ID, err
	})
}

// PlanSheetInput names the plan that is printed.
type PlanSheetInput struct {
	ID     db.ID  `path:"id"`
	Year   int64  `query:"year" minimum:"0" maximum:"2100" doc:"不填为今年"`
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"pdf" maxLength:"10"`
}

// PlanSheet gives the plan of a year as a file.
func (s *Service) PlanSheet(ctx context.Context, in PlanSheetInput) (blob.File, error) {
	p, err := s.Plan(ctx, PlanInput{in.ID, in.Year})
	if err != nil {
		return blob.File{}, err
	}
	return p.Table(ctx).File(in.Format)
}

var planColumns = []string{"序号", "工作内容", "负责人", "完成时限", "数量", "状态", "完成日期", "进展"}

// table is the plan on paper.
func (p Plan) Table(ctx context.Context) office.Table {
	year := strconv.FormatInt(p.Year, 10)
	t := office.Table{Day: p.Today, Table: sheet.Table{Title: p.Station.Name + year + "年度工作计划", Name: year + "年度工作计划", Lead: p.Lead(), Columns: planColumns,
		Foot: []string{"站点负责人（签字）：　　　　　　　　　　嘎查村（社区）负责人（签字）：　　　　　　　　　　日期：　　　　　　　　（盖章处）"}}}
	for n, l := range p.Items {
		t.Rows = append(t.Rows, l.cells(ctx, n+1, p.Today))
	}
	return t
}

func (l PlanLine) cells(ctx context.Context, n int, day clock.Day) []string {
	done := ""
	for _, st := range l.Notes {
		if done != "" {
			done += "；"
		}
		done += st.Day.Words(ctx) + " " + st.Note
	}
	return []string{strconv.Itoa(n), l.What, l.Who, l.DueDay.String(), l.count(), l.word(day), l.FinishedDay.String(), done}
}

// Path is where the plan of a year stands.
func Path(station db.ID, year int64) string {
	return office.BookPath(station, "plan?year="+format.Int(year))
}

var (
	planStates = set.New("plan_state",
		set.Row{Unbegun, "未开始"}, set.Row{Underway, "进行中", "work"}, set.Row{OnTime, "按时完成", "done"},
		set.Row{Overdue, "超期", "alarm"})
)

// copyBook counts the copies of plans, so that two copies wait for one another.
const copyBook = "copy"

var overdue = office.Reminder{Due: latePlans, Mark: tellPlan, Title: "年度工作计划：有 %d 项超期没完成", Line: "%s（最晚 %s）",
	Link: func(l office.Lapse) string { return Path(l.StationID, l.Day.Year()) }}

// Remind tells managers of the items that are overdue.
func (s *Service) Remind(ctx context.Context) error { return office.Remind(ctx, s.db, overdue) }

// Verify says which items have done what their steps do not sum up to.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	return office.Report(ctx, tx, miscounted, "office_plan_item", "计划完成数和进展不符", report)
}
