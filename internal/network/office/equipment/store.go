package equipment

import (
	"linli/internal/network/office"
	"linli/internal/platform/db"
)

const book = "equipment" // where its numbers are counted

var (
	table     = db.NewRelation[Equipment]("office_equipment")
	computers = table.Where("station_id = $1 AND kind = 'computer' AND state = 'in_use' ORDER BY no")

	stocktakes = db.NewRelation[Stocktake]("office_stocktake")
	takeRows   = "SELECT " + stocktakes.Columns("t") + `, (SELECT count(*) FROM office_stocktake_line l
		WHERE l.stocktake_id = t.id) AS lines,
		(SELECT count(*) FROM office_stocktake_line l WHERE l.stocktake_id = t.id AND l.state IN ('repair', 'lost', 'scrapped')) AS amiss
		FROM office_stocktake t `
	takeByID  = db.Query[Stocktake](takeRows + "WHERE t.id = $1")
	lastTakes = db.Query[Stocktake](takeRows + "WHERE t.station_id = $1 ORDER BY t.day DESC LIMIT 10")

	stockLines = db.NewRelation[stockLine]("office_stocktake_line", "stocktake_id", "equipment_id")
	linesOf    = db.Query[lineFound]("SELECT " + table.Columns("e") + `, l.state AS found, l.note AS remark
		FROM office_stocktake_line l JOIN office_equipment e ON e.id = l.equipment_id WHERE l.stocktake_id = $1 ORDER BY e.no`)
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
var Verify = office.VerifyNumbers(office.Gaps("office_equipment", book, false))

var listing = db.ListOf(func(b *db.Builder, in Search) {
	b.Add(table.Select("")+" WHERE station_id = ?", in.ID)
	b.If(in.Kind != "", " AND kind = ?", in.Kind).If(in.State != "", " AND state = ?", in.State)
	office.Holding(b, in.Q, "name", "place")
}, func(Search) db.Order[Equipment] {
	return db.Order[Equipment]{By: "id", Key: func(e Equipment) []any { return []any{e.ID} }}
})
