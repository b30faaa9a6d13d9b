package archive

import (
	"context"

	"linli/internal/network/office/ledger"
	"linli/internal/network/station"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Ledger is the book of it that fills itself.
var Ledger = ledger.Ledger{Code: "archive", Name: "档案台账", Columns: documentColumns, Rows: entries}

// entries has the papers of the days of the stretch.
func entries(ctx context.Context, tx *db.Tx, st station.Station, from, until clock.Day, limit int) (out [][]string, err error) {
	rows, err := documentsIn.All(ctx, tx, st.ID, int64(from), int64(until), limit)
	for _, d := range rows {
		out = append(out, d.cells(clock.DayOf(tx.Now)))
	}
	return out, err
}
