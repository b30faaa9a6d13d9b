// Package equipment is the list of what a station has (设备清单), and its stock-takings.
//
// Nouns: equipment, stocktake. Verbs: add, edit, take stock, print, export.
package equipment

import (
	"context"
	"fmt"
	"time"

	"linli/internal/network/office"
	"linli/internal/network/office/ledger"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/paper"
	"linli/internal/platform/set"
)

// Service holds the operations.
type Service struct {
	db    *db.DB
	blobs *blob.Store
}

// New makes the service.
func New(d *db.DB, blobs *blob.Store) *Service { return &Service{db: d, blobs: blobs} }

// Equipment is one thing of a station.
type Equipment struct {
	ID         db.ID       `json:"id"`
	Version    int64       `json:"version"`
	StationID  db.ID       `json:"station_id" db:",once"`
	Region     auth.Region `json:"-" db:",once"`
	No         int64       `json:"no" db:",once" doc:"本站的顺序号"`
	Name       string      `json:"name"`
	Kind       string      `json:"kind" doc:"computer 电脑，office 办公设备，furniture 桌椅柜架，media 影音宣传，convenience 便民用品，emergency 应急救护，other 其他"`
	State      string      `json:"state" doc:"in_use 在用，idle 闲置，repair 待修，lost 找不到，scrapped 报废"`
	Place      string      `json:"place"`
	SinceDay   clock.Day   `json:"since_day" doc:"什么时候有的"`
	CheckedDay clock.Day   `json:"checked_day" doc:"最近一次盘点；没有盘点过为空"`
	Note       string      `json:"note"`
	BlobID     db.ID       `json:"photo"`
	ByName     string      `json:"by_name" db:",once"`
	At         time.Time   `json:"at" db:",once"`
}

// States of a thing; who finds it notes them.
const (
	InUse    = "in_use"
	Idle     = "idle"
	Repair   = "repair"
	Lost     = "lost"
	Scrapped = "scrapped"
)

// Kinds are the kinds of things; States are where a thing is with its life.
var (
	Kinds = set.New("office_equipment.kind",
		set.Row{"computer", "电脑"}, set.Row{"office", "办公设备"}, set.Row{"furniture", "桌椅柜架"}, set.Row{"media",
			"影音宣传"}, set.Row{"convenience", "便民用品"},
		set.Row{"emergency", "应急救护"}, set.Row{"other", "其他"})
	States = set.New("office_equipment.state office_stocktake_line.state",
		set.Row{InUse, "在用", "done"}, set.Row{Idle, "闲置"}, set.Row{Repair, "待修", "wait"}, set.Row{Lost, "找不到", "alarm"}, set.Row{Scrapped,
			"报废"})
)

// Number is what is written on the thing: “SB-012”.
func (e Equipment) Number() string { return fmt.Sprintf("SB-%03d", e.No) }

// present says that the thing is to be found at the station.
func (e Equipment) present() bool { return e.State != Lost && e.State != Scrapped }

var list = office.Kind[Equipment]{Table: table, Station: func(e Equipment) db.ID { return e.StationID }}

// Facts are what the list says of a thing.
type Facts struct {
	Name     string      `json:"name" minLength:"1" maxLength:"60"`
	Kind     string      `json:"kind" set:"office_equipment.kind"`
	State    string      `json:"state" set:"office_equipment.state" default:"in_use"`
	Place    string      `json:"place" minLength:"1" maxLength:"60"`
	SinceDay clock.Day   `json:"since_day" required:"false" doc:"什么时候有的；不填为今天"`
	Note     string      `json:"note" required:"false" maxLength:"200"`
	File     blob.Upload `json:"file" required:"false" doc:"照片"`
}

func (f *Facts) check() error {
	c := errs.Check{}
	office.Required(c, "name", f.Name, "请写名称")
	office.Required(c, "place", f.Place, "请写放在哪里")
	if err := c.Err(); err != nil {
		return err
	}
	return office.CleanPhoto(&f.File)
}

// fill lets the list say what was noted of a thing; a new photograph takes the place of the old.
func (s *Service) fill(ctx context.Context, tx *db.Tx, b office.Book, e *Equipment, f Facts) error {
	if f.SinceDay == 0 {
		f.SinceDay = b.Today
	}
	if f.SinceDay > b.Today || f.SinceDay < 19500101 {
		return errs.Field("since_day", "不能晚于今天，也不能太早")
	}
	e.Name, e.Kind, e.State, e.Place, e.SinceDay, e.Note = f.Name, f.Kind, f.State, f.Place, f.SinceDay, f.Note
	id, err := office.PutFile(ctx, tx, s.blobs, f.File, "office_equipment", e.ID, b.Station)
	if id != 0 {
		e.BlobID = id
	}
	return err
}

// AddInput is a new thing.
type AddInput struct {
	ID db.ID `path:"id"`
	Facts
}

// Add puts a thing on the list under the next number of its station.
func (s *Service) Add(ctx context.Context, in AddInput) (Equipment, error) {
	op := act.Op{Perm: office.Edit, Action: "office.equipment", Check: in.check}
	return list.Add(ctx, s.db, op, in.ID, func(tx *db.Tx, b office.Book) (e Equipment, err error) {
		e = Equipment{ID: tx.NewID(), Version: 1, StationID: b.Station.ID, Region: b.Station.Region, ByName: auth.From(ctx).Name,
			At: tx.Now}
		if err := s.fill(ctx, tx, b, &e, in.Facts); err != nil {
			return e, err
		}
		e.No, err = office.NextNumber(ctx, tx, b.Station.ID, book, 0)
		return e, err
	})
}

// EditInput changes what the list says of a thing.
type EditInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	Facts
}

// Edit changes what the list says of a thing. Nothing is taken off the list: what is gone is scrapped or lost.
func (s *Service) Edit(ctx context.Context, in EditInput) (Equipment, error) {
	op := act.Op{Perm: office.Edit, Action: "office.equipment_edit", ID: in.ID, Version: in.Version, Check: in.check}
	return list.Change(ctx, s.db, op, func(tx *db.Tx, b office.Book, e *Equipment) error { return s.fill(ctx, tx, b, e, in.Facts) })
}

// Search is what a search of the list asks for.
type Search struct {
	ID    db.ID  `path:"id"`
	Kind  string `query:"kind" set:"office_equipment.kind," maxLength:"12"`
	State string `query:"state" set:"office_equipment.state," maxLength:"10"`
	Q     string `query:"q" maxLength:"40" doc:"名称、地点里的字"`
}

// ListInput searches the list of a station.
type ListInput struct {
	Search
	db.Paging
}

// List is one page of the list.
type List struct {
	office.Book
	In    ListInput   `json:"-"`
	Takes []Stocktake `json:"-"`
	db.Page[Equipment]
}

// List lists what a station has, in the order of the numbers.
func (s *Service) List(ctx context.Context, in ListInput) (List, error) {
	return office.Read(ctx, s.db, in.ID, func(tx *db.Tx, b office.Book) (out List, err error) {
		out = List{Book: b, In: in}
		if out.Page, err = listing.Page(ctx, tx, in.Search, in.Paging); err != nil {
			return out, err
		}
		out.Takes, err = lastTakes.All(ctx, tx, in.ID)
		return out, err
	})
}

// Sheet is one line of the list with its station.
type Sheet struct {
	office.Book
	Equipment
}

// Get gives one thing.
func (s *Service) Get(ctx context.Context, in office.EntryInput) (Sheet, error) {
	return office.Look(ctx, s.db, &list, in.ID, func(_ *db.Tx, b office.Book, e Equipment) (Sheet, error) { return Sheet{b, e}, nil })
}

// Photo gives the photograph of a thing.
func (s *Service) Photo(ctx context.Context, in office.EntryInput) (blob.File, error) {
	return list.File(ctx, s.db, s.blobs, in.ID, func(e Equipment) db.ID { return e.BlobID })
}

var columns = []string{"编号", "名称", "类别", "状态", "放置地点", "配置日期", "最近盘点", "备注"}

func (e Equipment) cells(clock.Day) []string {
	return []string{e.Number(), e.Name, Kinds.Word(e.Kind), States.Word(e.State), e.Place, e.SinceDay.String(), e.CheckedDay.String(),
		e.Note}
}

// ExportInput is the list as a file.
type ExportInput struct {
	ID     db.ID  `path:"id"`
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"pdf" maxLength:"10"`
}

// Export gives the whole list as a file.
func (s *Service) Export(ctx context.Context, in ExportInput) (blob.File, error) {
	return office.Export(ctx, s.db, in.ID, in.Format, func(tx *db.Tx, b office.Book) (paper.Table, error) {
		rows, err := listing.First(ctx, tx, Search{ID: in.ID}, office.MostRows)
		return office.TableOf(b, "设备清单", columns, rows, Equipment.cells), err
	})
}

// Ledger has what the station had got by the end of a stretch of days.
var Ledger = ledger.Ledger{Code: "equipment", Name: "设备台账", Columns: columns, Rows: ledgerRows}

func ledgerRows(ctx context.Context, tx *db.Tx, st station.Station, _, until clock.Day, limit int) (out [][]string, err error) {
	rows, err := listing.First(ctx, tx, Search{ID: st.ID}, limit)
	for _, e := range rows {
		if e.SinceDay <= until {
			out = append(out, e.cells(until))
		}
	}
	return out, err
}

// Proof hands in the photograph of a computer in use, as the standard asks for.
func (s *Service) Proof(ctx context.Context, tx *db.Tx, b office.Book) (text string, file blob.Upload, err error) {
	list, err := computers.All(ctx, tx, b.Station.ID)
	if err != nil {
		return text, file, err
	}
	for _, e := range list {
		if e.BlobID == 0 {
			continue
		}
		m, err := s.blobs.Get(ctx, tx, e.BlobID)
		if err != nil {
			return text, file, err
		}
		file.Name = m.Name
		file.Data, err = s.blobs.Read(m)
		return fmt.Sprintf("在用电脑 %d 台，例如 %s %s", len(list), e.Number(), e.Name), file, err
	}
	return text, file, errs.WrongState("设备清单里还没有附照片的在用电脑")
}
