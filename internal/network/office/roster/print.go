package roster

import (
	"context"
	"fmt"
	"strings"

	"linli/internal/network/office"
	"linli/internal/network/office/ledger"
	"linli/internal/network/station"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/paper"
	"linli/internal/platform/sheet"
)

// ExportInput names the week that is printed.
type ExportInput struct {
	ID     db.ID     `path:"id"`
	Day    clock.Day `query:"day"`
	Format string    `query:"format" enum:"pdf,xlsx,csv" default:"pdf" maxLength:"10"`
}

// Export gives the roster of a week as a file for the wall.
func (s *Service) Export(ctx context.Context, in ExportInput) (blob.File, error) {
	return office.Export(ctx, s.db, in.ID, in.Format, func(tx *db.Tx, b office.Book) (paper.Table, error) {
		w, err := weekOf(ctx, tx, b, in.Day)
		return w.table(ctx), err
	})
}

func (w Week) table(ctx context.Context) paper.Table {
	t := paper.Table{Day: w.Today, Table: sheet.Table{Title: "值班表", Lead: w.Station.Name + "　" + w.Monday.String() + " 至 " +
		w.Monday.AddDays(6).String(),
		Columns: []string{"日期", "值班时间", "值班人", "职务", "备注"}, Foot: []string{"有事换班的，提前在系统里换，并告诉站长。"}}}
	for _, day := range w.days() {
		on, word := w.on(day), day.Words(ctx)
		if len(on) == 0 {
			t.Rows = append(t.Rows, []string{word, "不值班", "", "", ""})
		}
		for _, d := range on {
			t.Rows = append(t.Rows, []string{word, d.Hours(), d.Name, d.Post, ""})
			word = ""
		}
	}
	return t
}

// Ledger has the shifts of a stretch of days.
var Ledger = ledger.Ledger{Code: "duty", Name: "值班台账", Columns: []string{"日期", "值班时间", "值班人", "职务"}, Rows: ledgerRows}

func ledgerRows(ctx context.Context, tx *db.Tx, st station.Station, from, until clock.Day, limit int) (out [][]string, err error) {
	rows, err := between.All(ctx, tx, st.ID, int64(from), int64(until))
	for _, d := range rows[:min(len(rows), limit)] {
		out = append(out, []string{d.Day.String(), d.Hours(), d.Name, d.Post})
	}
	return out, err
}

// Proof shows who works at the station.
func Proof(ctx context.Context, tx *db.Tx, b office.Book) (text string, file blob.Upload, err error) {
	staff, err := active.All(ctx, tx, b.Station.ID)
	if err == nil && len(staff) == 0 {
		err = errs.WrongState("值班表里还没有值班人员")
	}
	var names []string
	for _, k := range staff[:min(len(staff), 6)] {
		names = append(names, k.Name+"（"+k.Post+"）")
	}
	return fmt.Sprintf("管理人员 %d 名：%s", len(staff), strings.Join(names, "、")), file, err
}
