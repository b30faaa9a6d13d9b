package notice

import (
	"context"

	"linli/internal/network/office/ledger"
	"linli/internal/network/station"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Ledger is the book of it that fills itself.
var Ledger = ledger.Ledger{Code: "notices", Name: "公告台账", Columns: noticeColumns, Rows: entries}

// entries has the notices that hung in the stretch.
func entries(ctx context.Context, tx *db.Tx, st station.Station, from, until clock.Day, limit int) (out [][]string, err error) {
	rows, err := noticesIn.All(ctx, tx, st.ID, int64(from), int64(until), limit)
	for _, n := range rows {
		out = append(out, n.cells(clock.DayOf(tx.Now)))
	}
	return out, err
}
