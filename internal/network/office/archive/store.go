package archive

import (
	"context"

	"linli/internal/network/office"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

const documentRows = `SELECT d.id, d.version, d.station_id, d.region, d.category_id, c.code, c.name AS category, d.year, d.no, d.title, d.day, d.keywords, d.shelf, d.blob_id, d.keep_until, d.state, d.reason,
		d.asked_by, d.asked_name, d.asked_day, d.ended_name, d.ended_day, d.by_name, d.at FROM office_document d JOIN office_category c ON c.id = d.category_id`

var (
	documentByID = db.Query[Document](documentRows + ` WHERE d.id = $1`)
	addDocument  = db.SQL(`INSERT INTO office_document (id, version, station_id, region, category_id, year, no, title, day, keywords, shelf, blob_id, keep_until, state, reason, asked_by, asked_name, asked_day,
		ended_by, ended_name, ended_day, by_name, at) VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'kept', '', 0, '', 0, 0, '', 0, $13, $14)`)
	setDocument = db.SQL(`UPDATE office_document SET state = $3, reason = $4, asked_by = $5, asked_name = $6, asked_day = $7, ended_by = $8, ended_name = $9, ended_day = $10, blob_id = $11,
		version = version + 1 WHERE id = $1 AND version = $2`)
)

func insertDocument(ctx context.Context, tx *db.Tx, d Document) error {
	_, err := addDocument.Run(ctx, tx, d.ID, d.StationID, int64(d.Region), d.CategoryID, d.Year, d.No, d.Title, int64(d.Day), d.Keywords, d.Shelf, d.BlobID, int64(d.KeepUntil), d.ByName, d.At)
	return err
}

func updateDocument(ctx context.Context, tx *db.Tx, d *Document, ended db.ID) error {
	n, err := setDocument.Run(ctx, tx, d.ID, d.Version, d.State, d.Reason, int64(d.AskedBy), d.AskedName, int64(d.AskedDay), int64(ended), d.EndedName, int64(d.EndedDay), d.BlobID)
	d.Version++
	return office.Fresh(n, err)
}

func documents(ctx context.Context, tx *db.Tx, in DocumentsInput, today clock.Day, more bool, after db.ID, limit int) ([]Document, error) {
	b := tx.Build(documentRows+` WHERE d.station_id = ?`, in.ID)
	b.If(in.Category != 0, " AND d.category_id = ?", in.Category)
	b.If(in.Year != 0, " AND d.year = ?", in.Year)
	b.If(in.State != "" && in.State != "due", " AND d.state = ?", in.State)
	b.If(in.State == "due", " AND d.state = 'kept' AND d.keep_until < ?", int64(today))
	if in.Q != "" {
		b.Add(" AND (d.title LIKE ? ESCAPE '!' OR d.keywords LIKE ? ESCAPE '!' OR d.shelf LIKE ? ESCAPE '!')", db.Holding(in.Q), db.Holding(in.Q), db.Holding(in.Q))
	}
	b.If(more, " AND d.id < ?", after)
	return db.Select[Document](ctx, tx, b.Add(" ORDER BY d.id DESC LIMIT ?", limit))
}

var (
	duePapers = db.Query[office.Lapse](`SELECT d.id, d.station_id, d.title AS name, d.keep_until AS day FROM office_document d WHERE d.state = 'kept' AND NOT d.told AND d.keep_until < $1
		AND EXISTS (SELECT 1 FROM station s WHERE s.id = d.station_id AND s.status <> 'closed') ORDER BY d.station_id, d.keep_until, d.id LIMIT 500`)
	tellPaper = db.SQL(`UPDATE office_document SET told = TRUE WHERE id = $1`)
)

var documentsIn = db.Query[Document](documentRows + ` WHERE d.station_id = $1 AND d.day BETWEEN $2 AND $3 ORDER BY d.year, d.no LIMIT $4`)

// gaps are the stations whose numbers are not those that were given.
var gaps = db.Query[db.ID](`SELECT x.station_id FROM (SELECT s.station_id, s.last,
		(SELECT count(*) FROM office_document n WHERE n.station_id = s.station_id AND n.year = s.year AND n.no <= s.last) AS counted,
		(SELECT count(*) FROM office_document n WHERE n.station_id = s.station_id AND n.year = s.year) AS whole FROM office_serial s WHERE s.book = 'archive') x
	WHERE x.counted <> x.last OR x.whole <> x.last
	UNION SELECT n.station_id FROM office_document n WHERE NOT EXISTS (SELECT 1 FROM office_serial s WHERE s.station_id = n.station_id AND s.book = 'archive' AND s.year = n.year) ORDER BY 1`)
