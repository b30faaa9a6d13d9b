// Package workplan is a station's plan of the year (年度工作计划).
//
// Nouns: plan, item, step. Verbs: add, edit, drop, progress, copy (to the next year), print.
package workplan

import (
	"context"
	"fmt"
	"time"

	"linli/internal/network/office"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/format"
	"linli/internal/platform/set"
)

// Service holds the operations.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Item is one line of a station's plan of a year.
type Item struct {
	ID          db.ID       `json:"id"`
	Version     int64       `json:"version"`
	StationID   db.ID       `json:"station_id" db:",once"`
	Region      auth.Region `json:"-" db:",once"`
	Year        int64       `json:"year" db:",once"`
	What        string      `json:"what"`
	Who         string      `json:"who" doc:"谁负责"`
	DueDay      clock.Day   `json:"due_day" doc:"最晚哪一天完成"`
	Amount      int64       `json:"amount" doc:"要做几次、几个；0 为不计数"`
	Unit        string      `json:"unit"`
	Done        int64       `json:"done" doc:"已经做了几次"`
	FinishedDay clock.Day   `json:"finished_day" doc:"完成的日子；没有完成时为空"`
	ByName      string      `json:"by_name" db:",once"`
	At          time.Time   `json:"at" db:",once"`
	Steps       int64       `json:"steps" db:",read" doc:"记过几次进展"`
}

// States of an item; they follow from its days and its progress, and are never entered.
const (
	Pending  = "unbegun"
	Underway = "underway"
	OnTime   = "on_time"
	Overdue  = "overdue" // not finished on its day; finished later when FinishedDay says so
)

var states = set.New("plan_state",
	set.Row{Pending, "未开始"}, set.Row{Underway, "进行中", "work"}, set.Row{OnTime, "按时完成", "done"},
	set.Row{Overdue, "超期", "alarm"})

// State is how the item stands on a day.
func (i Item) State(day clock.Day) string {
	switch {
	case i.FinishedDay != 0 && i.FinishedDay <= i.DueDay:
		return OnTime
	case i.FinishedDay != 0 || day > i.DueDay:
		return Overdue
	case i.Steps > 0:
		return Underway
	}
	return Pending
}

func (i Item) word(day clock.Day) string {
	if i.FinishedDay > i.DueDay {
		return "超期完成"
	}
	return states.Word(i.State(day))
}

// count says how far it is: “3 / 12 次”.
func (i Item) count() string {
	if i.Amount == 0 {
		return ""
	}
	return fmt.Sprintf("%d / %d %s", i.Done, i.Amount, i.Unit)
}

// Whether an item may still be changed.
const (
	open     = "open"
	finished = "finished"
)

var items = office.Kind[Item]{Table: table, ByID: byID, Delete: remove, Station: func(i Item) db.ID { return i.StationID },
	State: func(i Item, _ clock.Day) string {
		if i.FinishedDay != 0 {
			return finished
		}
		return open
	}}

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
	Items []Line         `json:"items"`
	Last  int64          `json:"-"` // how many lines the year before has
	Count map[string]int `json:"-"` // of items by state
}

// Line is an item with its state of today and what was noted of it.
type Line struct {
	Item
	Is    string `json:"state" doc:"unbegun 未开始，underway 进行中，on_time 按时完成，overdue 超期"`
	Notes []Step `json:"progress"`
}

// Get gives the plan of a year, the earliest due first.
func (s *Service) Get(ctx context.Context, in PlanInput) (Plan, error) {
	return office.Read(ctx, s.db, in.ID, func(tx *db.Tx, b office.Book) (Plan, error) { return planOf(ctx, tx, b, in.Year) })
}

func planOf(ctx context.Context, tx *db.Tx, b office.Book, year int64) (out Plan, err error) {
	if year == 0 {
		year = b.Today.Year()
	}
	if !office.ValidYear(year) {
		return out, errs.Field("year", "应在 2021 至 2100 之间")
	}
	out = Plan{Book: b, Year: year, Items: []Line{}, Count: map[string]int{}}
	list, err := ofYear.All(ctx, tx, b.Station.ID, year)
	if err != nil {
		return out, err
	}
	steps, err := stepsOf.All(ctx, tx, b.Station.ID, year)
	if err != nil {
		return out, err
	}
	notes := map[db.ID][]Step{}
	for _, n := range steps {
		notes[n.ItemID] = append(notes[n.ItemID], n)
	}
	for _, i := range list {
		l := Line{i, i.State(b.Today), append([]Step{}, notes[i.ID]...)}
		out.Items = append(out.Items, l)
		out.Count[l.Is]++
	}
	out.Last, err = size.One(ctx, tx, b.Station.ID, year-1)
	return out, err
}

// Sheet is an item with its station and its progress.
type Sheet struct {
	office.Book
	Line
}

// Item gives one item with its progress.
func (s *Service) Item(ctx context.Context, in office.EntryInput) (Sheet, error) {
	return office.Look(ctx, s.db, &items, in.ID, func(tx *db.Tx, b office.Book, i Item) (Sheet, error) {
		notes, err := stepsOfItem.All(ctx, tx, i.ID)
		return Sheet{b, Line{i, i.State(b.Today), append([]Step{}, notes...)}}, err
	})
}

// Facts are what a plan says of an item.
type Facts struct {
	What   string    `json:"what" minLength:"1" maxLength:"200"`
	Who    string    `json:"who" minLength:"1" maxLength:"60" doc:"谁负责"`
	DueDay clock.Day `json:"due_day" doc:"最晚哪一天完成"`
	Amount int64     `json:"amount" required:"false" minimum:"0" maximum:"100000" doc:"要做几次、几个；0 或不填为不计数"`
	Unit   string    `json:"unit" required:"false" maxLength:"10" doc:"次、户、人次……"`
}

func (f Facts) check() error {
	c := errs.Check{}
	office.Required(c, "what", f.What, "请写做什么")
	office.Required(c, "who", f.Who, "请写谁负责")
	c.That(office.ValidYear(f.DueDay.Year()), "due_day", "应在 2021 至 2100 年之间")
	c.That(f.Amount == 0 || f.Unit != "", "unit", "请写单位，例如 次")
	return c.Err()
}

func (f Facts) onto(i *Item) {
	i.What, i.Who, i.DueDay, i.Amount, i.Unit = f.What, f.Who, f.DueDay, f.Amount, f.Unit
}

func newItem(ctx context.Context, tx *db.Tx, b office.Book, f Facts) Item {
	i := Item{ID: tx.NewID(), Version: 1, StationID: b.Station.ID, Region: b.Station.Region, Year: f.DueDay.Year(),
		ByName: auth.From(ctx).Name, At: tx.Now}
	f.onto(&i)
	return i
}

// mostItems is how many lines the plan of a year may have.
const mostItems = 100

// AddInput is a new item; its year is that of the day on which it is due.
type AddInput struct {
	ID db.ID `path:"id"`
	Facts
}

// Add puts an item into the plan of the year in which it is due.
func (s *Service) Add(ctx context.Context, in AddInput) (Item, error) {
	op := act.Op{Perm: office.Edit, Action: "office.plan", Check: in.check}
	return items.Add(ctx, s.db, op, in.ID, func(tx *db.Tx, b office.Book) (Item, error) {
		i := newItem(ctx, tx, b, in.Facts)
		n, err := size.One(ctx, tx, b.Station.ID, i.Year)
		if err == nil && n >= mostItems {
			err = errs.Field("what", fmt.Sprintf("一年的计划最多 %d 项", mostItems))
		}
		return i, err
	})
}

// EditInput changes an item.
type EditInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	Facts
}

// Edit changes an item that is not finished. Its year stays, so that no plan loses a line; of a new day managers are reminded anew.
func (s *Service) Edit(ctx context.Context, in EditInput) (Item, error) {
	op := act.Op{Perm: office.Edit, Action: "office.plan_edit", ID: in.ID, Version: in.Version, Check: in.check, From: []string{open},
		Wrong: "已经完成的不再改"}
	return items.Change(ctx, s.db, op, func(tx *db.Tx, _ office.Book, i *Item) (err error) {
		c := errs.Check{}
		c.That(in.DueDay.Year() == i.Year, "due_day", "要在 "+format.Int(i.Year)+" 年里")
		c.That(in.Amount == 0 || in.Amount > i.Done, "amount", "比已经做的少")
		if err := c.Err(); err != nil {
			return err
		}
		if in.DueDay != i.DueDay {
			_, err = markPending.Run(ctx, tx, i.ID)
		}
		in.onto(i)
		return err
	})
}

// Drop takes out an item that nobody has begun; what was begun stays in the plan.
func (s *Service) Drop(ctx context.Context, in office.VersionInput) (Item, error) {
	op := act.Op{Perm: office.Edit, Action: "office.plan_drop", ID: in.ID, Version: in.Version}
	return items.Remove(ctx, s.db, op, func(_ office.Book, i Item) error {
		if i.Steps > 0 {
			return errs.WrongState("已经记了进展的不能删，可以改")
		}
		return nil
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
func (s *Service) Progress(ctx context.Context, in ProgressInput) (Item, error) {
	op := act.Op{Perm: office.Edit, Action: "office.plan_step", ID: in.ID, Version: in.Version,
		Check: office.Filled([3]string{"note", in.Note, "请写做了什么"}), From: []string{open}, Wrong: "这一项已经完成了"}
	return items.Change(ctx, s.db, op, func(tx *db.Tx, b office.Book, i *Item) error {
		if in.Day == 0 {
			in.Day = b.Today
		}
		c := errs.Check{}
		c.That(in.Day <= b.Today, "day", "不能晚于今天")
		c.That(in.Day.Year() >= i.Year-1, "day", "太早了")
		c.That(i.Amount == 0 || in.Amount > 0 || in.Finishes, "amount", "请写做了几"+i.Unit)
		if err := c.Err(); err != nil {
			return err
		}
		i.Done += in.Amount
		i.Steps++
		n := Step{ID: tx.NewID(), ItemID: i.ID, Day: in.Day, Amount: in.Amount, Note: in.Note, ByName: auth.From(ctx).Name, At: tx.Now}
		if n.Finishes = in.Finishes || i.Amount > 0 && i.Done >= i.Amount; n.Finishes {
			i.FinishedDay = in.Day
		}
		return steps.Insert(ctx, tx, n)
	})
}

// CopyInput names the year that gets the plan of the year before.
type CopyInput struct {
	ID   db.ID `path:"id"`
	Year int64 `json:"year" minimum:"2022" maximum:"2100"`
}

// Copy gives an empty year the items of the year before, each due on the same day of the year.
func (s *Service) Copy(ctx context.Context, in CopyInput) (Plan, error) {
	op := act.Op{Perm: office.Edit, Action: "office.plan_copy"}
	return office.Write(ctx, s.db, op, in.ID, func(tx *db.Tx, b office.Book) (out Plan, id db.ID, err error) {
		if _, err := office.NextNumber(ctx, tx, b.Station.ID, copies, in.Year); err != nil { // one copy at a time
			return out, 0, err
		}
		have, err := size.One(ctx, tx, b.Station.ID, in.Year)
		if err == nil && have > 0 {
			err = errs.WrongState("这一年的计划已经有内容了")
		}
		if err != nil {
			return out, 0, err
		}
		list, err := ofYear.All(ctx, tx, b.Station.ID, in.Year-1)
		if err == nil && len(list) == 0 {
			err = errs.WrongState("上一年没有计划可以复制")
		}
		if err != nil {
			return out, 0, err
		}
		for n, i := range list {
			list[n] = newItem(ctx, tx, b, Facts{i.What, i.Who, i.DueDay.InYear(in.Year), i.Amount, i.Unit})
		}
		if err := table.InsertAll(ctx, tx, list); err != nil {
			return out, 0, err
		}
		out, err = planOf(ctx, tx, b, in.Year)
		return out, b.Station.ID, err
	})
}
