package order

import (
	"context"
	"time"

	"linli/internal/network/office/ledger"
	"linli/internal/network/station"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Ledger is the station's book of what was asked for in the stretch. It names nobody in full, and no address.
var Ledger = ledger.Ledger{Code: "needs", Name: "需求（点单）台账", Columns: []string{"单号", "登记时间", "来源", "对象", "内容", "服务时间", "状态", "评价"},
	Rows: func(ctx context.Context, tx *db.Tx, st station.Station, from, until clock.Day, limit int) ([][]string, error) {
		rows, err := inLedger.All(ctx, tx, st.ID, from.Time(), until.AddDays(1).Time(), limit)
		var out [][]string
		for _, r := range rows {
			out = append(out, []string{r.No, clock.Words(ctx, r.CreatedAt), Channels.Word(r.Channel), ledger.Surname(r.Name), r.Item,
				clock.Span(ctx, r.WindowStart, r.WindowEnd), r.State.Word(), ledgerRatings[r.Rating]})
		}
		return out, err
	}}

var (
	ledgerRatings = map[int64]string{1: "不满意", 2: "2 分", 3: "基本满意", 4: "4 分", 5: "满意"}
)

// ledgerLine is an order in the station's book.
type ledgerLine struct {
	No          string
	CreatedAt   time.Time
	Channel     string
	Name        string
	Item        string
	WindowStart time.Time
	WindowEnd   time.Time
	State       State
	Rating      int64
}
