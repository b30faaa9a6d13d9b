package office

import (
	"context"
	"strings"

	"linli/internal/platform/db"
)

var nextSerial = db.Query[int64](`INSERT INTO office_serial (station_id, book, year, last) VALUES ($1, $2, $3, 1)
	ON CONFLICT (station_id, book, year) DO UPDATE SET last = office_serial.last + 1 RETURNING last`)

// NextNumber takes the next number of a book. It holds the line of the serial until the transaction ends, so that a number that is not used
// is given again.
func NextNumber(ctx context.Context, tx *db.Tx, station db.ID, book string, year int64) (int64, error) {
	return nextSerial.One(ctx, tx, station, book, year)
}

// Gaps asks for the stations whose numbers in a table are not those that its book gave out; yearly books begin anew each year.
func Gaps(table, book string, yearly bool) *db.Rows[db.ID] {
	same := "n.station_id = s.station_id"
	if yearly {
		same += " AND n.year = s.year"
	}
	return db.Query[db.ID](strings.NewReplacer("TABLE", table, "BOOK", "s.book = '"+book+"'", "SAME", same).Replace(`SELECT x.station_id FROM (
		SELECT s.station_id, s.last, (SELECT count(*) FROM TABLE n WHERE SAME AND n.no <= s.last) AS counted,
			(SELECT count(*) FROM TABLE n WHERE SAME) AS whole FROM office_serial s WHERE BOOK) x WHERE x.counted <> x.last OR x.whole <> x.last
		UNION SELECT n.station_id FROM TABLE n WHERE NOT EXISTS (SELECT 1 FROM office_serial s WHERE SAME AND BOOK) ORDER BY 1`))
}

// VerifyNumbers says where one is missing.
func VerifyNumbers(gaps *db.Rows[db.ID]) func(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	return func(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
		return Report(ctx, tx, gaps, "station", "台账的编号有空缺", report)
	}
}

// Holding keeps what holds a text in one of the columns.
func Holding(b *db.Builder, text string, columns ...string) {
	if text == "" {
		return
	}
	for i, c := range columns {
		b.If(i == 0, " AND (").If(i > 0, " OR ").Add(c+" LIKE ? ESCAPE '!'", db.Holding(text))
	}
	b.Add(")")
}
