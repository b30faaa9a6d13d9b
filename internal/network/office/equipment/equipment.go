// Package equipment is the list of what a station has (设备清单), and its stock-takings.
//
// Nouns: equipment, stocktake. Verbs: add, edit, take stock, print, export.
package equipment

import (
	"context"
	"fmt"
	"time"

	"linli/internal/network/office"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/set"
	"linli/internal/platform/sheet"
)

// Service holds the operations.
type Service struct {
	db    *db.DB
	blobs *blob.Store
}

// New makes the service.
func New(d *db.DB, blobs *blob.Store) *Service { return &Service{db: d, blobs: blobs} }

// Equipment is one thing of a station (设备清单).
type Equipment struct {
	ID         db.ID       `json:"id"`
	Version    int64       `json:"version"`
	StationID  db.ID       `json:"station_id"`
	Region     auth.Region `json:"-"`
	No         int64       `json:"no" doc:"本站的顺序号"`
	Name       string      `json:"name"`
	Kind       string      `json:"kind" doc:"computer 电脑，office 办公设备，furniture 桌椅柜架，media 影音宣传，convenience 便民用品，emergency 应急救护，other 其他"`
	State      string      `json:"state" doc:"in_use 在用，idle 闲置，repair 待修，lost 找不到，scrapped 报废"`
	Place      string      `json:"place"`
	SinceDay   clock.Day   `json:"since_day" doc:"什么时候有的"`
	CheckedDay clock.Day   `json:"checked_day" doc:"最近一次盘点；没有盘点过为空"`
	Note       string      `json:"note"`
	BlobID     db.ID       `json:"photo"`
	ByName     string      `json:"by_name"`
	At         time.Time   `json:"at"`
}

// Number is what is written on the thing: “SB-012”.
func (e Equipment) Number() string { return fmt.Sprintf("SB-%03d", e.No) }

// there says that the thing is to be found at the station.
func (e Equipment) there() bool { return e.State != "lost" && e.State != "scrapped" }

// EquipmentFacts are what the list says of a thing.
type EquipmentFacts struct {
	Name     string      `json:"name" minLength:"1" maxLength:"60"`
	Kind     string      `json:"kind" set:"office_equipment.kind"`
	State    string      `json:"state" set:"office_equipment.state" default:"in_use"`
	Place    string      `json:"place" minLength:"1" maxLength:"60"`
	SinceDay clock.Day   `json:"since_day" required:"false" doc:"什么时候有的；不填为今天"`
	Note     string      `json:"note" required:"false" maxLength:"200"`
	File     blob.Upload `json:"file" required:"false" doc:"照片"`
}

func (f *EquipmentFacts) check() error {
	c := errs.Check{}
	office.Required(c, "name", f.Name, "请写名称")
	office.Required(c, "place", f.Place, "请写放在哪里")
	if err := c.Err(); err != nil {
		return err
	}
	return office.CleanPhoto(&f.File)
}

// fill takes over the facts.
func (e *Equipment) fill(f EquipmentFacts, today clock.Day) error {
	if f.SinceDay == 0 {
		f.SinceDay = today
	}
	if f.SinceDay > today || f.SinceDay < 19500101 {
		return errs.Field("since_day", "不能晚于今天，也不能太早")
	}
	e.Name, e.Kind, e.State, e.Place, e.SinceDay, e.Note = f.Name, f.Kind, f.State, f.Place, f.SinceDay, f.Note
	return nil
}

// AddEquipmentInput is a new thing.
type AddEquipmentInput struct {
	ID db.ID `path:"id"`
	EquipmentFacts
}

// AddEquipment puts a thing on the list under the next number of its station.
func (s *Service) AddEquipment(ctx context.Context, in AddEquipmentInput) (Equipment, error) {
	if err := auth.Allow(ctx, office.Edit); err != nil {
		return Equipment{}, err
	}
	if err := in.check(); err != nil {
		return Equipment{}, err
	}
	return office.Change(ctx, s.db, in.ID, "equipment", func(tx *db.Tx, b office.Book) (e Equipment, id db.ID, err error) {
		e = Equipment{ID: tx.NewID(), Version: 1, StationID: b.Station.ID, Region: b.Station.Region, ByName: auth.From(ctx).Name, At: tx.Now}
		if err := e.fill(in.EquipmentFacts, b.Today); err != nil {
			return e, 0, err
		}
		if e.BlobID, err = office.PutFile(ctx, tx, s.blobs, in.File, "office_equipment", e.ID, b.Station); err != nil {
			return e, 0, err
		}
		if e.No, err = office.NextNumber(ctx, tx, b.Station.ID, book, 0); err != nil {
			return e, 0, err
		}
		return e, e.ID, insertEquipment(ctx, tx, e)
	})
}

func stationOfEquipment(e Equipment) db.ID { return e.StationID }

// EditEquipmentInput changes what the list says of a thing.
type EditEquipmentInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	EquipmentFacts
}

// EditEquipment changes what the list says of a thing. Nothing is taken off the list: what is gone is scrapped or lost.
func (s *Service) EditEquipment(ctx context.Context, in EditEquipmentInput) (Equipment, error) {
	if err := auth.Allow(ctx, office.Edit); err != nil {
		return Equipment{}, err
	}
	if err := in.check(); err != nil {
		return Equipment{}, err
	}
	return office.ChangeRow(ctx, s.db, in.ID, equipmentByID, stationOfEquipment, "equipment_edit", func(tx *db.Tx, b office.Book, e Equipment) (Equipment, error) {
		if e.Version != in.Version {
			return e, errs.ErrStale
		}
		if err := e.fill(in.EquipmentFacts, b.Today); err != nil {
			return e, err
		}
		if id, err := office.PutFile(ctx, tx, s.blobs, in.File, "office_equipment", e.ID, b.Station); err != nil {
			return e, err
		} else if id != 0 {
			e.BlobID = id
		}
		return e, updateEquipment(ctx, tx, &e)
	})
}

// EquipmentInput searches the list of a station.
type EquipmentInput struct {
	ID    db.ID  `path:"id"`
	Kind  string `query:"kind" set:"office_equipment.kind," maxLength:"12"`
	State string `query:"state" set:"office_equipment.state," maxLength:"10"`
	Q     string `query:"q" maxLength:"40" doc:"名称、地点里的字"`
	db.Paging
}

// EquipmentList is one page of the list.
type EquipmentList struct {
	office.Book
	In    EquipmentInput `json:"-"`
	Takes []Stocktake    `json:"-"`
	db.Page[Equipment]
}

// Equipment lists what a station has, in the order of the numbers.
func (s *Service) Equipment(ctx context.Context, in EquipmentInput) (out EquipmentList, err error) {
	var after db.ID
	more, err := in.After(&after)
	if err != nil {
		return out, err
	}
	return office.Read(ctx, s.db, in.ID, func(tx *db.Tx, b office.Book) (EquipmentList, error) {
		rows, err := equipment(ctx, tx, in, more, after, in.Size()+1)
		if err != nil {
			return EquipmentList{}, err
		}
		takes, err := takesOf.All(ctx, tx, in.ID)
		return EquipmentList{b, in, takes, db.PageOf(rows, in.Paging, func(e Equipment) []string { return db.Key(e.ID) })}, err
	})
}

// ThingInput names a thing.
type ThingInput struct {
	ID db.ID `path:"id"`
}

// Thing is one line of the list with its station.
type Thing struct {
	office.Book
	Equipment
}

// Thing gives one thing.
func (s *Service) Thing(ctx context.Context, in ThingInput) (Thing, error) {
	return office.ReadRow(ctx, s.db, in.ID, equipmentByID, stationOfEquipment, func(_ *db.Tx, b office.Book, e Equipment) (Thing, error) { return Thing{b, e}, nil })
}

// ThingFile gives the photograph of a thing.
func (s *Service) ThingFile(ctx context.Context, in ThingInput) (blob.File, error) {
	return office.RowFile(ctx, s.db, s.blobs, in.ID, equipmentByID, stationOfEquipment, func(e Equipment) db.ID { return e.BlobID })
}

// EquipmentExport is the list as a file.
type EquipmentExport struct {
	ID     db.ID  `path:"id"`
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"pdf" maxLength:"10"`
}

// ExportEquipment gives the whole list as a file.
func (s *Service) ExportEquipment(ctx context.Context, in EquipmentExport) (blob.File, error) {
	t, err := office.Read(ctx, s.db, in.ID, func(tx *db.Tx, b office.Book) (office.Table, error) {
		rows, err := equipment(ctx, tx, EquipmentInput{ID: in.ID}, false, 0, office.MostRows)
		t := office.Table{Day: b.Today, Table: sheet.Table{Title: "设备清单", Lead: b.Lead(), Columns: equipmentColumns}}
		for _, e := range rows {
			t.Rows = append(t.Rows, e.cells())
		}
		return t, err
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}

var equipmentColumns = []string{"编号", "名称", "类别", "状态", "放置地点", "配置日期", "最近盘点", "备注"}

func (e Equipment) cells() []string {
	return []string{e.Number(), e.Name, Kinds.Word(e.Kind), States.Word(e.State), e.Place, e.SinceDay.String(), e.CheckedDay.String(), e.Note}
}

// Kinds are the kinds of things; States are where a thing is with its life.
var (
	Kinds = set.New("office_equipment.kind",
		set.Row{"computer", "电脑"}, set.Row{"office", "办公设备"}, set.Row{"furniture", "桌椅柜架"}, set.Row{"media", "影音宣传"}, set.Row{"convenience", "便民用品"},
		set.Row{"emergency", "应急救护"}, set.Row{"other", "其他"})
	States = set.New("office_equipment.state office_stocktake_line.state",
		set.Row{"in_use", "在用", "done"}, set.Row{"idle", "闲置"}, set.Row{"repair", "待修", "wait"}, set.Row{"lost", "找不到", "alarm"}, set.Row{"scrapped", "报废"})
)

// book is where its numbers are counted.
const book = "equipment"

// Verify says where a number is missing.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	return office.Report(ctx, tx, gaps, "station", "台账的编号有空缺", report)
}
