package notice

import (
	"context"

	"linli/internal/network/office"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

const noticeRows = `SELECT id, version, station_id, region, year, no, title, body, place, from_day, until_day, blob_id, down_day, down_reason, by_name, at FROM office_notice`

var (
	noticeByID = db.Query[Notice](noticeRows + ` WHERE id = $1`)
	addNotice  = db.SQL(`INSERT INTO office_notice (id, version, station_id, region, year, no, title, body, place, from_day, until_day, blob_id, down_day, down_reason, by_name, at)
		VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, '', $12, $13)`)
	setNotice = db.SQL(`UPDATE office_notice SET blob_id = $3, down_day = $4, down_reason = $5, version = version + 1 WHERE id = $1 AND version = $2`)
	hanging   = db.Query[Hanging](`SELECT id, title, body, from_day, until_day FROM office_notice WHERE station_id = $1 AND down_day = 0 AND from_day <= $2 AND until_day >= $2
		ORDER BY from_day DESC, id DESC LIMIT 50`)
)

func insertNotice(ctx context.Context, tx *db.Tx, n Notice) error {
	_, err := addNotice.Run(ctx, tx, n.ID, n.StationID, int64(n.Region), n.Year, n.No, n.Title, n.Body, n.Place, int64(n.FromDay), int64(n.UntilDay), n.BlobID, n.ByName, n.At)
	return err
}

func updateNotice(ctx context.Context, tx *db.Tx, n *Notice) error {
	done, err := setNotice.Run(ctx, tx, n.ID, n.Version, n.BlobID, int64(n.DownDay), n.DownReason)
	n.Version++
	return office.Fresh(done, err)
}

func notices(ctx context.Context, tx *db.Tx, in NoticesInput, today clock.Day, more bool, after db.ID, limit int) ([]Notice, error) {
	b := tx.Build(noticeRows+` WHERE station_id = ?`, in.ID)
	b.If(in.Year != 0, " AND year = ?", in.Year)
	switch day := int64(today); in.State {
	case "coming":
		b.Add(" AND down_day = 0 AND from_day > ?", day)
	case "hanging":
		b.Add(" AND down_day = 0 AND from_day <= ? AND until_day >= ?", day, day)
	case "over":
		b.Add(" AND down_day = 0 AND until_day < ?", day)
	case "down":
		b.Add(" AND down_day > 0")
	}
	if in.Q != "" {
		b.Add(" AND (title LIKE ? ESCAPE '!' OR body LIKE ? ESCAPE '!' OR place LIKE ? ESCAPE '!')", db.Holding(in.Q), db.Holding(in.Q), db.Holding(in.Q))
	}
	b.If(more, " AND id < ?", after)
	return db.Select[Notice](ctx, tx, b.Add(" ORDER BY id DESC LIMIT ?", limit))
}

var noticesIn = db.Query[Notice](noticeRows + ` WHERE station_id = $1 AND until_day >= $2 AND from_day <= $3 ORDER BY year, no LIMIT $4`)

// gaps are the stations whose numbers are not those that were given.
var gaps = db.Query[db.ID](`SELECT x.station_id FROM (SELECT s.station_id, s.last,
		(SELECT count(*) FROM office_notice n WHERE n.station_id = s.station_id AND n.year = s.year AND n.no <= s.last) AS counted,
		(SELECT count(*) FROM office_notice n WHERE n.station_id = s.station_id AND n.year = s.year) AS whole FROM office_serial s WHERE s.book = 'notice') x
	WHERE x.counted <> x.last OR x.whole <> x.last
	UNION SELECT n.station_id FROM office_notice n WHERE NOT EXISTS (SELECT 1 FROM office_serial s WHERE s.station_id = n.station_id AND s.book = 'notice' AND s.year = n.year) ORDER BY 1`)
