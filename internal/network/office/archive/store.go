package archive

import (
	"context"

	"linli/internal/network/office"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

const book = "archive" // where its numbers are counted

var (
	table = db.NewRelation[Document]("office_document")
	rows  = "SELECT " + table.Columns("d") + ", c.code, c.name AS category FROM office_document d " +
		"JOIN office_category c ON c.id = d.category_id WHERE "
	byID  = db.Query[Document](rows + "d.id = $1")
	dated = db.Query[Document](rows + "d.station_id = $1 AND d.day BETWEEN $2 AND $3 ORDER BY d.year, d.no LIMIT $4")

	// lapsed are the papers of which managers were not reminded yet. A station that is closed keeps no books.
	lapsed = db.Query[office.Lapse](`SELECT d.id, d.station_id, d.title AS name, d.keep_until AS day FROM office_document d
		WHERE d.state = 'kept' AND NOT d.told AND d.keep_until < $1
		AND EXISTS (SELECT 1 FROM station s WHERE s.id = d.station_id AND s.status <> 'closed')
		ORDER BY d.station_id, d.keep_until, d.id LIMIT 500`)
	markReminded = db.SQL(`UPDATE office_document SET told = TRUE WHERE id = $1`)

	releaseFile = db.SQL(`UPDATE office_document SET blob_id = NULL WHERE id = $1 AND version = $2`)
)

// Verify says where a number is missing.
var Verify = office.VerifyNumbers(office.Gaps("office_document", book, true))

var reminder = office.Reminder{Due: lapsed, Mark: markReminded, Title: "档案：有 %d 件保存期满", Line: "%s（保存到 %s）",
	Link: func(l office.Lapse) string { return ExpiredPath(l.StationID) }}

// Remind tells managers of the papers that need not be kept any longer. It destroys nothing: that takes two persons.
func (s *Service) Remind(ctx context.Context) error { return office.Remind(ctx, s.db, reminder) }

// search is one on a day.
type search struct {
	Search
	Today clock.Day
}

var listing = db.ListOf(func(b *db.Builder, in search) {
	b.Add(rows+"d.station_id = ?", in.ID)
	b.If(in.Category != 0, " AND d.category_id = ?", in.Category)
	b.If(in.Year != 0, " AND d.year = ?", in.Year)
	b.If(in.State != "" && in.State != expired, " AND d.state = ?", in.State)
	b.If(in.State == expired, " AND d.state = 'kept' AND d.keep_until < ?", int64(in.Today))
	office.Holding(b, in.Q, "d.title", "d.keywords", "d.shelf")
}, func(search) db.Order[Document] {
	return db.Order[Document]{By: "d.id", Down: true, Key: func(d Document) []any { return []any{d.ID} }}
})
