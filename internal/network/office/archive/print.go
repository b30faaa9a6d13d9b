package archive

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

var columns = []string{"档号", "题名", "类别", "日期", "关键词", "存放处", "保存到", "状态"}

func (d Document) cells(today clock.Day) []string {
	state := states.Word(d.State)
	switch {
	case d.State == Disposed:
		state = fmt.Sprintf("%s 销毁（%s、%s）", d.EndedDay, d.AskedName, d.EndedName)
	case d.Expired(today):
		state = "保存期满"
	}
	return []string{d.Number(), d.Title, d.Category, d.Day.String(), d.Keywords, d.Shelf, d.term(), state}
}

func catalogue(b office.Book, rows []Document) office.Table {
	t := office.Table{Day: b.Today, Table: sheet.Table{Title: "档案目录", Lead: b.Lead(), Columns: columns}}
	for _, d := range rows {
		t.Rows = append(t.Rows, d.cells(b.Today))
	}
	return t
}

// ExportInput is a search of the archive as a catalogue.
type ExportInput struct {
	Search
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"pdf" maxLength:"10"`
}

// Export gives the catalogue of the archive as a file.
func (s *Service) Export(ctx context.Context, in ExportInput) (blob.File, error) {
	return office.Export(ctx, s.db, in.ID, in.Format, func(tx *db.Tx, b office.Book) (office.Table, error) {
		rows, err := listing.First(ctx, tx, search{in.Search, b.Today}, office.MostRows)
		return catalogue(b, rows), err
	})
}

// Ledger has the papers of the days of a stretch.
var Ledger = ledger.Ledger{Code: "archive", Name: "档案台账", Columns: columns, Rows: ledgerRows}

func ledgerRows(ctx context.Context, tx *db.Tx, st station.Station, from, until clock.Day, limit int) (out [][]string, err error) {
	rows, err := dated.All(ctx, tx, st.ID, int64(from), int64(until), limit)
	for _, d := range rows {
		out = append(out, d.cells(clock.DayOf(tx.Now)))
	}
	return out, err
}

// Proof shows that papers are filed.
func Proof(ctx context.Context, tx *db.Tx, b office.Book) (string, blob.Upload, error) {
	rows, err := listing.First(ctx, tx, search{Search{ID: b.Station.ID}, b.Today}, office.MostRows)
	if err == nil && len(rows) == 0 {
		err = errs.WrongState("档案里还没有文件")
	}
	if err != nil {
		return "", blob.Upload{}, err
	}
	file, err := office.AsUpload(catalogue(b, rows).File("pdf"))
	return fmt.Sprintf("档案 %d 件，目录见附件", len(rows)), file, err
}
