package rule

import (
	"context"
	"strconv"

	"linli/internal/network/office/ledger"
	"linli/internal/network/office/template"
	"linli/internal/network/station"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Ledger is the book of it that fills itself.
var Ledger = ledger.Ledger{Code: "rules", Name: "规章制度台账", Columns: []string{"制度", "名称", "版次", "施行", "登记人"}, Rows: entries}

// entries has the editions that held on a day of the stretch.
func entries(ctx context.Context, tx *db.Tx, st station.Station, from, until clock.Day, limit int) (out [][]string, err error) {
	rows, err := rulesOf.All(ctx, tx, st.ID)
	for _, slot := range template.Slots.Codes() {
		for _, r := range rows {
			if r.Slot == slot && r.State == Published && r.FromDay <= until && r.UntilDay > from && len(out) < limit {
				out = append(out, []string{template.Slots.Word(r.Slot), r.Title, "第 " + strconv.FormatInt(r.Edition, 10) + " 版", r.span(), r.ByName})
			}
		}
	}
	return out, err
}
