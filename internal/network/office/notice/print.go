package notice

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

var columns = []string{"编号", "标题", "内容", "张贴地点", "张贴日期", "贴到", "状态", "照片", "登记人"}

func (n Notice) cells(day clock.Day) []string {
	state := states.Word(n.State(day))
	if n.DownDay != 0 {
		state = n.DownDay.String() + " 撤下：" + n.DownReason
	}
	has := "无"
	if n.BlobID != 0 {
		has = "有"
	}
	return []string{n.Number(), n.Title, n.Body, n.Place, n.FromDay.String(), n.UntilDay.String(), state, has, n.ByName}
}

func tableOf(b office.Book, rows []Notice) office.Table {
	t := office.Table{Day: b.Today, Table: sheet.Table{Title: "公告台账", Lead: b.Lead(), Columns: columns}}
	for _, n := range rows {
		t.Rows = append(t.Rows, n.cells(b.Today))
	}
	return t
}

// ExportInput is a search of the book as a file.
type ExportInput struct {
	Search
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"pdf" maxLength:"10"`
}

// Export gives the book as a file.
func (s *Service) Export(ctx context.Context, in ExportInput) (blob.File, error) {
	return office.Export(ctx, s.db, in.ID, in.Format, func(tx *db.Tx, b office.Book) (office.Table, error) {
		rows, err := listing.First(ctx, tx, search{in.Search, b.Today}, office.MostRows)
		return tableOf(b, rows), err
	})
}

// Poster prints a notice to be hung up.
func (s *Service) Poster(ctx context.Context, in office.PosterInput) (blob.File, error) {
	v, err := s.Get(ctx, office.EntryInput{ID: in.ID})
	if err != nil {
		return blob.File{}, err
	}
	foot := fmt.Sprintf("%s　%s　公告 %s　张贴至 %s", v.Station.Name, v.FromDay, v.Number(), v.UntilDay)
	return office.Poster(v.Title, "公　告", v.Body, foot, v.Today, in.Paper == "a3")
}

// Ledger has the notices that hung in a stretch of days.
var Ledger = ledger.Ledger{Code: "notices", Name: "公告台账", Columns: columns, Rows: ledgerRows}

func ledgerRows(ctx context.Context, tx *db.Tx, st station.Station, from, until clock.Day, limit int) (out [][]string, err error) {
	rows, err := within.All(ctx, tx, st.ID, int64(from), int64(until), limit)
	for _, n := range rows {
		out = append(out, n.cells(clock.DayOf(tx.Now)))
	}
	return out, err
}

// Proof shows that notices were put up in the last three months.
func Proof(ctx context.Context, tx *db.Tx, b office.Book) (string, blob.Upload, error) {
	rows, err := within.All(ctx, tx, b.Station.ID, int64(b.Today.AddDays(-92)), int64(b.Today), office.MostRows)
	if err == nil && len(rows) == 0 {
		err = errs.WrongState("近三个月没有登记公告")
	}
	if err != nil {
		return "", blob.Upload{}, err
	}
	file, err := office.AsUpload(tableOf(b, rows).File("pdf"))
	return fmt.Sprintf("近三个月公告 %d 件", len(rows)), file, err
}
