package roster

import (
	"context"

	"linli/internal/network/office/ledger"
	"linli/internal/network/station"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Ledger is the book of it that fills itself.
var Ledger = ledger.Ledger{Code: "duty", Name: "值班台账", Columns: []string{"日期", "值班时间", "值班人", "职务"}, Rows: entries}

func entries(ctx context.Context, tx *db.Tx, st station.Station, from, until clock.Day, limit int) (out [][]string, err error) {
	rows, err := shiftsOf.All(ctx, tx, st.ID, int64(from), int64(until))
	for _, d := range rows[:min(len(rows), limit)] {
		out = append(out, []string{d.Day.String(), d.Hours(), d.Name, d.Post})
	}
	return out, err
}
