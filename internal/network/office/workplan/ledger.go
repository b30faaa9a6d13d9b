package workplan

import (
	"context"

	"linli/internal/network/office"
	"linli/internal/network/office/ledger"
	"linli/internal/network/station"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Ledger is the book of it that fills itself.
var Ledger = ledger.Ledger{Code: "plan", Name: "工作计划台账", Columns: planColumns, Rows: entries}

// entries has the items that are due in the stretch.
func entries(ctx context.Context, tx *db.Tx, st station.Station, from, until clock.Day, limit int) (out [][]string, err error) {
	b := office.Book{Station: st, Today: clock.DayOf(tx.Now)}
	for year := from.Year(); year <= until.Year(); year++ {
		p, err := plan(ctx, tx, b, year)
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
