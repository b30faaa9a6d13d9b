package equipment

import (
	"context"
	"fmt"
	"time"

	"linli/internal/network/office"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/format"
	"linli/internal/platform/paper"
	"linli/internal/platform/sheet"
)

// Stocktake is what was found of everything on a day (盘点).
type Stocktake struct {
	ID        db.ID       `json:"id"`
	StationID db.ID       `json:"station_id"`
	Region    auth.Region `json:"-"`
	Day       clock.Day   `json:"day"`
	Note      string      `json:"note"`
	ByName    string      `json:"by_name"`
	At        time.Time   `json:"at"`
	Lines     int64       `json:"things" db:",read" doc:"盘点了几件"`
	Amiss     int64       `json:"amiss" db:",read" doc:"其中找不到、待修、报废的"`
}

var takes = office.Kind[Stocktake]{Table: stocktakes, ByID: takeByID, Station: func(t Stocktake) db.ID { return t.StationID }}

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
	op := act.Op{Perm: office.Edit, Action: "office.stocktake"}
	return office.Write(ctx, s.db, op, in.ID, func(tx *db.Tx, b office.Book) (out Stocktake, id db.ID, err error) {
		all, err := listing.First(ctx, tx, Search{ID: in.ID}, office.MostRows)
		if err != nil {
			return out, 0, err
		}
		matched, err := match(in.Lines, all)
		if err != nil {
			return out, 0, err
		}
		out = Stocktake{ID: tx.NewID(), StationID: b.Station.ID, Region: b.Station.Region, Day: b.Today, Note: in.Note,
			ByName: auth.From(ctx).Name, At: tx.Now}
		ok, err := stocktakes.Add(ctx, tx, out)
		if err == nil && !ok {
			err = errs.WrongState("今天已经盘点过了")
		}
		if err != nil {
			return out, 0, err
		}
		for i, e := range matched {
			out.Lines++
			if !e.present() || e.State == Repair {
				out.Amiss++
			}
			e.CheckedDay = b.Today
			if err := stockLines.Insert(ctx, tx, stockLine{out.ID, in.Lines[i]}); err != nil {
				return out, 0, err
			}
			if err := table.Update(ctx, tx, &e); err != nil {
				return out, 0, err
			}
		}
		return out, out.ID, nil
	})
}

// match gives the thing of each line, in the state in which it was found.
func match(lines []StockLine, all []Equipment) (out []Equipment, err error) {
	left := map[db.ID]Equipment{}
	for _, e := range all {
		if e.present() {
			left[e.ID] = e
		}
	}
	for n, l := range lines {
		e, ok := left[l.EquipmentID]
		if !ok {
			return nil, errs.Field(lineName(n, "equipment_id"), "清单里没有这一件，或者盘点了两次")
		}
		delete(left, l.EquipmentID)
		e.State = l.State
		out = append(out, e)
	}
	for _, e := range left {
		return nil, errs.Field("lines", fmt.Sprintf("还有 %d 件没有盘点，例如 %s", len(left), e.Name))
	}
	return out, nil
}

func lineName(n int, field string) string { return "lines." + format.Int(n) + "." + field }

// StockForm is the page on which a station takes stock.
type StockForm struct {
	office.Book
	Items []Equipment
}

// StockForm gives what ought to be there.
func (s *Service) StockForm(ctx context.Context, in office.StationInput) (StockForm, error) {
	return office.Read(ctx, s.db, in.ID, func(tx *db.Tx, b office.Book) (out StockForm, err error) {
		out.Book = b
		all, err := listing.First(ctx, tx, Search{ID: in.ID}, office.MostRows)
		for _, e := range all {
			if e.present() {
				out.Items = append(out.Items, e)
			}
		}
		return out, err
	})
}

// StockSheetInput names a stock-taking.
type StockSheetInput struct {
	ID     db.ID  `path:"id"`
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"pdf" maxLength:"10"`
}

// StockSheet gives a stock-taking as a file to be signed.
func (s *Service) StockSheet(ctx context.Context, in StockSheetInput) (blob.File, error) {
	t, err := office.Look(ctx, s.db, &takes, in.ID, func(tx *db.Tx, b office.Book, k Stocktake) (paper.Table, error) {
		rows, err := linesOf.All(ctx, tx, k.ID)
		t := paper.Table{Day: k.Day, Table: sheet.Table{Title: "设备盘点表", Lead: b.Station.Name + "　" + k.Day.String() + " 盘点　" + k.Note,
			Columns: []string{"编号", "名称", "类别", "放置地点", "盘点结果", "说明"},
			Foot:    []string{"盘点人：" + k.ByName + "　　　　监盘人（签字）：　　　　　　　　　　站点负责人（签字）："}}}
		for _, l := range rows {
			t.Rows = append(t.Rows, []string{l.Number(), l.Name, Kinds.Word(l.Kind), l.Place, States.Word(l.Found), l.Remark})
		}
		return t, err
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}
