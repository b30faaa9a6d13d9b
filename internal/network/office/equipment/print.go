package equipment

import (
	"context"
	"fmt"

	"linli/internal/network/office"
	"linli/internal/network/office/ledger"
	"linli/internal/network/station"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/sheet"
)

var columns = []string{"编号", "名称", "类别", "状态", "放置地点", "配置日期", "最近盘点", "备注"}

func (e Equipment) cells() []string {
	return []string{e.Number(), e.Name, Kinds.Word(e.Kind), States.Word(e.State), e.Place, e.SinceDay.String(), e.CheckedDay.String(), e.Note}
}

// ExportInput is the list as a file.
type ExportInput struct {
	ID     db.ID  `path:"id"`
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"pdf" maxLength:"10"`
}

// Export gives the whole list as a file.
func (s *Service) Export(ctx context.Context, in ExportInput) (blob.File, error) {
	return office.Export(ctx, s.db, in.ID, in.Format, func(tx *db.Tx, b office.Book) (office.Table, error) {
		t := office.Table{Day: b.Today, Table: sheet.Table{Title: "设备清单", Lead: b.Lead(), Columns: columns}}
		rows, err := listing.First(ctx, tx, Search{ID: in.ID}, office.MostRows)
		for _, e := range rows {
			t.Rows = append(t.Rows, e.cells())
		}
		return t, err
	})
}

// Ledger has what the station had got by the end of a stretch of days.
var Ledger = ledger.Ledger{Code: "equipment", Name: "设备台账", Columns: columns, Rows: ledgerRows}

func ledgerRows(ctx context.Context, tx *db.Tx, st station.Station, _, until clock.Day, limit int) (out [][]string, err error) {
	rows, err := listing.First(ctx, tx, Search{ID: st.ID}, limit)
	for _, e := range rows {
		if e.SinceDay <= until {
			out = append(out, e.cells())
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
