package office

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/sheet"
)

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
	Kind     string      `json:"kind" enum:"computer,office,furniture,media,convenience,emergency,other"`
	State    string      `json:"state" enum:"in_use,idle,repair,lost,scrapped" default:"in_use"`
	Place    string      `json:"place" minLength:"1" maxLength:"60"`
	SinceDay clock.Day   `json:"since_day" required:"false" doc:"什么时候有的；不填为今天"`
	Note     string      `json:"note" required:"false" maxLength:"200"`
	File     blob.Upload `json:"file" required:"false" doc:"照片"`
}

func (f *EquipmentFacts) check() error {
	c := errs.Check{}
	said(c, "name", f.Name, "请写名称")
	said(c, "place", f.Place, "请写放在哪里")
	if err := c.Err(); err != nil {
		return err
	}
	return photo(&f.File)
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
	if err := auth.Allow(ctx, Keep); err != nil {
		return Equipment{}, err
	}
	if err := in.check(); err != nil {
		return Equipment{}, err
	}
	return write(ctx, s, in.ID, "equipment", func(tx *db.Tx, b Book) (e Equipment, id db.ID, err error) {
		e = Equipment{ID: tx.NewID(), Version: 1, StationID: b.Station.ID, Region: b.Station.Region, ByName: auth.From(ctx).Name, At: tx.Now}
		if err := e.fill(in.EquipmentFacts, b.Today); err != nil {
			return e, 0, err
		}
		if e.BlobID, err = s.keepFile(ctx, tx, in.File, "office_equipment", e.ID, b.Station); err != nil {
			return e, 0, err
		}
		if e.No, err = next(ctx, tx, b.Station.ID, equipmentBook, 0); err != nil {
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
	if err := auth.Allow(ctx, Keep); err != nil {
		return Equipment{}, err
	}
	if err := in.check(); err != nil {
		return Equipment{}, err
	}
	return turn(ctx, s, in.ID, equipmentByID, stationOfEquipment, "equipment_edit", func(tx *db.Tx, b Book, e Equipment) (Equipment, error) {
		if e.Version != in.Version {
			return e, errs.ErrStale
		}
		if err := e.fill(in.EquipmentFacts, b.Today); err != nil {
			return e, err
		}
		if id, err := s.keepFile(ctx, tx, in.File, "office_equipment", e.ID, b.Station); err != nil {
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
	Kind  string `query:"kind" enum:"computer,office,furniture,media,convenience,emergency,other," maxLength:"12"`
	State string `query:"state" enum:"in_use,idle,repair,lost,scrapped," maxLength:"10"`
	Q     string `query:"q" maxLength:"40" doc:"名称、地点里的字"`
	db.Paging
}

// EquipmentList is one page of the list.
type EquipmentList struct {
	Book
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
	return look(ctx, s, in.ID, func(tx *db.Tx, b Book) (EquipmentList, error) {
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
	Book
	Equipment
}

// Thing gives one thing.
func (s *Service) Thing(ctx context.Context, in ThingInput) (Thing, error) {
	return seen(ctx, s, in.ID, equipmentByID, stationOfEquipment, func(_ *db.Tx, b Book, e Equipment) (Thing, error) { return Thing{b, e}, nil })
}

// ThingFile gives the photograph of a thing.
func (s *Service) ThingFile(ctx context.Context, in ThingInput) (File, error) {
	return fileOf(ctx, s, in.ID, equipmentByID, stationOfEquipment, func(e Equipment) db.ID { return e.BlobID })
}

// EquipmentExport is the list as a file.
type EquipmentExport struct {
	ID     db.ID  `path:"id"`
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"pdf" maxLength:"10"`
}

// ExportEquipment gives the whole list as a file.
func (s *Service) ExportEquipment(ctx context.Context, in EquipmentExport) (File, error) {
	t, err := look(ctx, s, in.ID, func(tx *db.Tx, b Book) (table, error) {
		rows, err := equipment(ctx, tx, EquipmentInput{ID: in.ID}, false, 0, mostRows)
		t := table{day: b.Today, Table: sheet.Table{Title: "设备清单", Lead: b.lead(), Columns: equipmentColumns}}
		for _, e := range rows {
			t.Rows = append(t.Rows, e.cells())
		}
		return t, err
	})
	if err != nil {
		return File{}, err
	}
	return t.file(in.Format)
}

var equipmentColumns = []string{"编号", "名称", "类别", "状态", "放置地点", "配置日期", "最近盘点", "备注"}

func (e Equipment) cells() []string {
	return []string{e.Number(), e.Name, equipmentKinds[e.Kind], equipmentWords[e.State], e.Place, e.SinceDay.String(), e.CheckedDay.String(), e.Note}
}

// Stocktake is what was found of everything on a day (盘点).
type Stocktake struct {
	ID        db.ID     `json:"id"`
	StationID db.ID     `json:"station_id"`
	Day       clock.Day `json:"day"`
	Note      string    `json:"note"`
	ByName    string    `json:"by_name"`
	At        time.Time `json:"at"`
	Lines     int64     `json:"things" doc:"盘点了几件"`
	Amiss     int64     `json:"amiss" doc:"其中找不到、待修、报废的"`
}

// StockLine is what was found of one thing.
type StockLine struct {
	EquipmentID db.ID  `json:"equipment_id"`
	State       string `json:"state" enum:"in_use,idle,repair,lost,scrapped"`
	Note        string `json:"note" required:"false" maxLength:"100"`
}

// TakeStockInput is what was found when a station took stock.
type TakeStockInput struct {
	ID    db.ID       `path:"id"`
	Note  string      `json:"note" required:"false" maxLength:"200" doc:"监盘人和说明"`
	Lines []StockLine `json:"lines" minItems:"1" maxItems:"500"`
}

// TakeStock notes what was found of each thing, today. All that ought to be there is named, each once; the list takes over the states.
func (s *Service) TakeStock(ctx context.Context, in TakeStockInput) (Stocktake, error) {
	if err := auth.Allow(ctx, Keep); err != nil {
		return Stocktake{}, err
	}
	return write(ctx, s, in.ID, "stocktake", func(tx *db.Tx, b Book) (out Stocktake, id db.ID, err error) {
		things, err := equipment(ctx, tx, EquipmentInput{ID: in.ID}, false, 0, mostRows)
		if err != nil {
			return out, 0, err
		}
		found, err := match(in.Lines, things)
		if err != nil {
			return out, 0, err
		}
		out = Stocktake{ID: tx.NewID(), StationID: b.Station.ID, Day: b.Today, Note: in.Note, ByName: auth.From(ctx).Name, At: tx.Now, Lines: int64(len(found))}
		n, err := addStocktake.Run(ctx, tx, out.ID, out.StationID, int64(b.Station.Region), int64(out.Day), out.Note, out.ByName, out.At)
		if err == nil && n == 0 {
			err = errs.WrongState("今天已经盘点过了")
		}
		if err != nil {
			return out, 0, err
		}
		for i, e := range found {
			if !e.there() || e.State == "repair" {
				out.Amiss++
			}
			e.CheckedDay = b.Today
			if _, err := addStockLine.Run(ctx, tx, out.ID, e.ID, e.State, in.Lines[i].Note); err != nil {
				return out, 0, err
			}
			if err := updateEquipment(ctx, tx, &e); err != nil {
				return out, 0, err
			}
		}
		return out, out.ID, nil
	})
}

// match gives the thing of each line, in the state in which it was found.
func match(lines []StockLine, things []Equipment) (found []Equipment, err error) {
	left := map[db.ID]Equipment{}
	for _, e := range things {
		if e.there() {
			left[e.ID] = e
		}
	}
	for n, l := range lines {
		e, ok := left[l.EquipmentID]
		if !ok {
			return nil, errs.Field("lines."+strconv.Itoa(n)+".equipment_id", "清单里没有这一件，或者盘点了两次")
		}
		delete(left, l.EquipmentID)
		e.State = l.State
		found = append(found, e)
	}
	for _, e := range left {
		return nil, errs.Field("lines", fmt.Sprintf("还有 %d 件没有盘点，例如 %s", len(left), e.Name))
	}
	return found, nil
}

// StockForm is the page on which a station takes stock.
type StockForm struct {
	Book
	Items []Equipment
}

// StockForm gives what ought to be there.
func (s *Service) StockForm(ctx context.Context, in StationInput) (StockForm, error) {
	return look(ctx, s, in.ID, func(tx *db.Tx, b Book) (out StockForm, err error) {
		out.Book = b
		all, err := equipment(ctx, tx, EquipmentInput{ID: in.ID}, false, 0, mostRows)
		for _, e := range all {
			if e.there() {
				out.Items = append(out.Items, e)
			}
		}
		return out, err
	})
}

// StockInput names a stock-taking.
type StockInput struct {
	ID     db.ID  `path:"id"`
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"pdf" maxLength:"10"`
}

// found is a line of a stock-taking with its thing.
type found struct {
	Equipment
	Remark string
}

// StockSheet gives a stock-taking as a file to be signed.
func (s *Service) StockSheet(ctx context.Context, in StockInput) (File, error) {
	t, err := seen(ctx, s, in.ID, takeByID, func(t Stocktake) db.ID { return t.StationID }, func(tx *db.Tx, b Book, k Stocktake) (table, error) {
		rows, err := foundIn.All(ctx, tx, k.ID)
		t := table{day: k.Day, Table: sheet.Table{Title: "设备盘点表", Lead: b.Station.Name + "　" + k.Day.String() + " 盘点　" + k.Note, Columns: []string{"编号", "名称", "类别", "放置地点", "盘点结果", "说明"},
			Foot: []string{"盘点人：" + k.ByName + "　　　　监盘人（签字）：　　　　　　　　　　站点负责人（签字）："}}}
		for _, f := range rows {
			t.Rows = append(t.Rows, []string{f.Number(), f.Name, equipmentKinds[f.Kind], f.Place, equipmentWords[f.State], f.Remark})
		}
		return t, err
	})
	if err != nil {
		return File{}, err
	}
	return t.file(in.Format)
}
