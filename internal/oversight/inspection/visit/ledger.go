package visit

import (
	"context"
	"time"

	"linli/internal/network/office/ledger"
	"linli/internal/network/station"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Ledger is the station's book of inspections and what was put right.
var Ledger = ledger.Ledger{Code: "findings", Name: "检查整改台账", Columns: []string{"检查日期", "检查人", "项目", "问题", "整改期限", "状态", "办结日期"},
	Rows: func(ctx context.Context, tx *db.Tx, st station.Station, from, until clock.Day, limit int) ([][]string, error) {
		rows, err := inLedger.All(ctx, tx, st.ID, int64(from), int64(until), limit)
		var out [][]string
		for _, r := range rows {
			closed := ""
			if r.ClosedAt != nil {
				closed = clock.DayOf(*r.ClosedAt).String()
			}
			out = append(out, []string{r.Day.String(), r.Inspectors, r.Label, r.Problem, r.DueDay.String(), findingStates.Word(r.State), closed})
		}
		return out, err
	}}

// ledgerLine is a finding in the station's book.
type ledgerLine struct {
	Day        clock.Day
	Inspectors string
	Label      string
	Problem    string
	DueDay     clock.Day
	State      string
	ClosedAt   *time.Time
}
