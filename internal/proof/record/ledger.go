package record

import (
	"context"

	"linli/internal/network/office/ledger"
	"linli/internal/network/station"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
)

// Ledger is the station's book of counted service.
var Ledger = ledger.Ledger{Code: "records", Name: "服务记录台账", Columns: []string{"日期", "志愿者编号", "姓名", "服务内容", "时长（小时）", "来源", "计入日期"},
	Rows: func(ctx context.Context, tx *db.Tx, st station.Station, from, until clock.Day, limit int) ([][]string, error) {
		rows, err := inLedger.All(ctx, tx, st.ID, int64(from), int64(until), limit)
		var out [][]string
		for _, r := range rows {
			out = append(out, []string{r.Day.String(), r.No, ledger.Surname(r.Name), r.Title, format.Hours(r.Minutes), ledgerSources[r.Source],
				r.CountedDay.String()})
		}
		return out, err
	}}

var ledgerSources = map[string]string{"order": "求助单", "sheet": "补录单", "import": "导入"}

// ledgerLine is a record in the station's book.
type ledgerLine struct {
	Day        clock.Day
	No         string
	Name       string
	Title      string
	Minutes    int64
	Source     string
	CountedDay clock.Day
}
