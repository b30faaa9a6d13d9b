package equipment

import (
	"context"

	"linli/internal/network/office/ledger"
	"linli/internal/network/station"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Ledger is the book of it that fills itself.
var Ledger = ledger.Ledger{Code: "equipment", Name: "设备台账", Columns: equipmentColumns, Rows: entries}

// entries has what the station had got by the end of the stretch.
func entries(ctx context.Context, tx *db.Tx, st station.Station, _, until clock.Day, limit int) (out [][]string, err error) {
	rows, err := equipment(ctx, tx, EquipmentInput{ID: st.ID}, false, 0, limit)
	for _, e := range rows {
		if e.SinceDay <= until {
			out = append(out, e.cells())
		}
	}
	return out, err
}
