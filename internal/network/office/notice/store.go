package notice

import (
	"linli/internal/network/office"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

const book = "notice" // where its numbers are counted

var (
	table   = db.NewRelation[Notice]("office_notice")
	within  = table.Where("station_id = $1 AND until_day >= $2 AND from_day <= $3 ORDER BY year, no LIMIT $4")
	hanging = db.Query[PublicNotice](`SELECT id, title, body, from_day, until_day FROM office_notice
		WHERE station_id = $1 AND down_day = 0 AND from_day <= $2 AND until_day >= $2 ORDER BY from_day DESC, id DESC LIMIT 50`)
)

// Verify says where a number is missing.
var Verify = office.VerifyNumbers(office.Gaps("office_notice", book, true))

// search is one on a day.
type search struct {
	Search
	Today clock.Day
}

var listing = db.ListOf(func(b *db.Builder, in search) {
	b.Add(table.Select("")+" WHERE station_id = ?", in.ID)
	b.If(in.Year != 0, " AND year = ?", in.Year)
	b.If(in.State == Coming, " AND down_day = 0 AND from_day > ?", int64(in.Today))
	b.If(in.State == Hanging, " AND down_day = 0 AND from_day <= ? AND until_day >= ?", int64(in.Today), int64(in.Today))
	b.If(in.State == Over, " AND down_day = 0 AND until_day < ?", int64(in.Today))
	b.If(in.State == Down, " AND down_day > 0")
	office.Holding(b, in.Q, "title", "body", "place")
}, newestFirst)

func newestFirst(search) db.Order[Notice] {
	return db.Order[Notice]{By: "id", Down: true, Key: func(n Notice) []any { return []any{n.ID} }}
}
