package office

import (
	"context"

	"linli/internal/platform/db"
)

var nextSerial = db.Query[int64](`INSERT INTO office_serial (station_id, book, year, last) VALUES ($1, $2, $3, 1)
	ON CONFLICT (station_id, book, year) DO UPDATE SET last = office_serial.last + 1 RETURNING last`)

// NextNumber takes the next number of a book. It holds the line of the serial until the transaction ends, so that a number that is not
// used is given again.
func NextNumber(ctx context.Context, tx *db.Tx, station db.ID, book string, year int64) (int64, error) {
	return nextSerial.One(ctx, tx, station, book, year)
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
