package workplan

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
	"linli/internal/platform/format"
	"linli/internal/platform/paper"
	"linli/internal/platform/sheet"
)

var columns = []string{"序号", "工作内容", "负责人", "完成时限", "数量", "状态", "完成日期", "进展"}

func (l Line) cells(ctx context.Context, n int, day clock.Day) []string {
	var done []string
	for _, s := range l.Notes {
		done = append(done, s.Day.Words(ctx)+" "+s.Note)
	}
	return []string{format.Int(n), l.What, l.Who, l.DueDay.String(), l.count(), l.word(day), l.FinishedDay.String(),
		strings.Join(done, "；")}
}

// table is the plan on paper.
func (p Plan) table(ctx context.Context) paper.Table {
	title := format.Int(p.Year) + "年度工作计划"
	t := paper.Table{Day: p.Today, Table: sheet.Table{Title: p.Station.Name + title, Name: title, Lead: p.Lead(), Columns: columns,
		Foot: []string{"站点负责人（签字）：　　　　　　　　　　嘎查村（社区）负责人（签字）：　　　　　　　　　　日期：　　　　　　　　（盖章处）"}}}
	for n, l := range p.Items {
		t.Rows = append(t.Rows, l.cells(ctx, n+1, p.Today))
	}
	return t
}

// ExportInput names the plan that is printed.
type ExportInput struct {
	PlanInput
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"pdf" maxLength:"10"`
}

// Export gives the plan of a year as a file.
func (s *Service) Export(ctx context.Context, in ExportInput) (blob.File, error) {
	return office.Export(ctx, s.db, in.ID, in.Format, func(tx *db.Tx, b office.Book) (paper.Table, error) {
		p, err := planOf(ctx, tx, b, in.Year)
		return p.table(ctx), err
	})
}

// Ledger has the items that are due in a stretch of days.
var Ledger = ledger.Ledger{Code: "plan", Name: "工作计划台账", Columns: columns, Rows: ledgerRows}

func ledgerRows(ctx context.Context, tx *db.Tx, st station.Station, from, until clock.Day, limit int) (out [][]string, err error) {
	b := office.Book{Station: st, Today: clock.DayOf(tx.Now)}
	for year := from.Year(); year <= until.Year(); year++ {
		p, err := planOf(ctx, tx, b, year)
		if err != nil {
			return nil, err
		}
		for _, l := range p.Items {
			if l.DueDay >= from && l.DueDay <= until && len(out) < limit {
				out = append(out, l.cells(ctx, len(out)+1, b.Today))
			}
		}
	}
	return out, nil
}

// Proof shows that there is a plan of the year.
func Proof(ctx context.Context, tx *db.Tx, b office.Book) (string, blob.Upload, error) {
	p, err := planOf(ctx, tx, b, 0)
	if err == nil && len(p.Items) == 0 {
		err = errs.WrongState("今年的工作计划还没有内容")
	}
	if err != nil {
		return "", blob.Upload{}, err
	}
	file, err := office.AsUpload(p.table(ctx).File("pdf"))
	return fmt.Sprintf("%d 年工作计划 %d 项，按时完成 %d 项", p.Year, len(p.Items), p.Count[OnTime]), file, err
}
