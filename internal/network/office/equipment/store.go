package equipment

import (
	"context"

	"linli/internal/network/office"
	"linli/internal/platform/db"
)

const book = "equipment" // where its numbers are counted

var (
	table     = db.NewRelation[Equipment]("office_equipment")
	computers = table.Where("station_id = $1 AND kind = 'computer' AND state = 'in_use' ORDER BY no")

	stocktakes = db.NewRelation[Stocktake]("office_stocktake")
	takeRows   = "SELECT " + stocktakes.Columns("t") + `, (SELECT count(*) FROM office_stocktake_line l WHERE l.stocktake_id = t.id) AS lines,
		(SELECT count(*) FROM office_stocktake_line l WHERE l.stocktake_id = t.id AND l.state IN ('repair', 'lost', 'scrapped')) AS amiss
		FROM office_stocktake t `
	takeByID  = db.Query[Stocktake](takeRows + "WHERE t.id = $1")
	lastTakes = db.Query[Stocktake](takeRows + "WHERE t.station_id = $1 ORDER BY t.day DESC LIMIT 10")

	stockLines = db.NewRelation[stockLine]("office_stocktake_line", "stocktake_id", "equipment_id")
	linesOf    = db.Query[lineFound]("SELECT " + table.Columns("e") + `, l.state AS found, l.note AS remark
		FROM office_stocktake_line l JOIN office_equipment e ON e.id = l.equipment_id WHERE l.stocktake_id = $1 ORDER BY e.no`)

	gaps = db.Query[db.ID](`SELECT x.station_id FROM (SELECT s.station_id, s.last,
			(SELECT count(*) FROM office_equipment n WHERE n.station_id = s.station_id AND n.no <= s.last) AS counted,
			(SELECT count(*) FROM office_equipment n WHERE n.station_id = s.station_id) AS whole FROM office_serial s WHERE s.book = 'equipment') x
		WHERE x.counted <> x.last OR x.whole <> x.last
		UNION SELECT n.station_id FROM office_equipment n
		WHERE NOT EXISTS (SELECT 1 FROM office_serial s WHERE s.station_id = n.station_id AND s.book = 'equipment') ORDER BY 1`)
)

// stockLine is a line of a stock-taking as it is kept, and lineFound one with its thing.
type (
	stockLine struct {
		StocktakeID db.ID
		StockLine
	}
	lineFound struct {
		Equipment
		Found, Remark string
	}
)

// Verify says where a number is missing.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	return office.Report(ctx, tx, gaps, "station", "台账的编号有空缺", report)
}

var listing = db.ListOf(func(b *db.Builder, in Search) {
	b.Add(table.Select("")+" WHERE station_id = ?", in.ID)
	b.If(in.Kind != "", " AND kind = ?", in.Kind).If(in.State != "", " AND state = ?", in.State)
	office.Holding(b, in.Q, "name", "place")
}, func(Search) db.Order[Equipment] {
	return db.Order[Equipment]{By: "id", Key: func(e Equipment) []any { return []any{e.ID} }}
})
