package equipment

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
	"linli/internal/platform/sheet"
)

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
	State       string `json:"state" set:"office_equipment.state"`
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
	if err := auth.Allow(ctx, office.Edit); err != nil {
		return Stocktake{}, err
	}
	return office.Change(ctx, s.db, in.ID, "stocktake", func(tx *db.Tx, b office.Book) (out Stocktake, id db.ID, err error) {
		things, err := equipment(ctx, tx, EquipmentInput{ID: in.ID}, false, 0, office.MostRows)
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
	office.Book
	Items []Equipment
}

// StockForm gives what ought to be there.
func (s *Service) StockForm(ctx context.Context, in office.StationInput) (StockForm, error) {
	return office.Read(ctx, s.db, in.ID, func(tx *db.Tx, b office.Book) (out StockForm, err error) {
		out.Book = b
		all, err := equipment(ctx, tx, EquipmentInput{ID: in.ID}, false, 0, office.MostRows)
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
func (s *Service) StockSheet(ctx context.Context, in StockInput) (blob.File, error) {
	t, err := office.ReadRow(ctx, s.db, in.ID, takeByID, func(t Stocktake) db.ID { return t.StationID }, func(tx *db.Tx, b office.Book, k Stocktake) (office.Table, error) {
		rows, err := foundIn.All(ctx, tx, k.ID)
		t := office.Table{Day: k.Day, Table: sheet.Table{Title: "设备盘点表", Lead: b.Station.Name + "　" + k.Day.String() + " 盘点　" + k.Note, Columns: []string{"编号", "名称", "类别", "放置地点", "盘点结果", "说明"},
			Foot: []string{"盘点人：" + k.ByName + "　　　　监盘人（签字）：　　　　　　　　　　站点负责人（签字）："}}}
		for _, f := range rows {
			t.Rows = append(t.Rows, []string{f.Number(), f.Name, Kinds.Word(f.Kind), f.Place, States.Word(f.State), f.Remark})
		}
		return t, err
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}
