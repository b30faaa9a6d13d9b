package photo

import (
	"context"

	"linli/internal/network/office"
	"linli/internal/platform/db"
)

const photoRows = `SELECT id, version, station_id, region, caption, blob_id, view_id, thumb_id, turn, width, height, off_day, off_name, by_name, at FROM office_photo`

var (
	photoByID = db.Query[Photo](photoRows + ` WHERE id = $1`)
	photosOf  = db.Query[Photo](photoRows + ` WHERE station_id = $1 AND off_day = 0 ORDER BY turn DESC, id`)
	photosOff = db.Query[Photo](photoRows + ` WHERE station_id = $1 AND off_day > 0 ORDER BY off_day DESC, id DESC LIMIT 50`)
	addPhoto  = db.SQL(`INSERT INTO office_photo (id, version, station_id, region, caption, turn, blob_id, view_id, thumb_id, width, height, off_day, off_name, by_name, at)
		VALUES ($1, 1, $2, $3, $4, 0, $5, $6, $7, $8, $9, 0, '', $10, $11)`)
	setPhoto  = db.SQL(`UPDATE office_photo SET region = $3, caption = $4, turn = $5, off_day = $6, off_name = $7, version = version + 1 WHERE id = $1 AND version = $2`)
	takePlace = db.SQL(`INSERT INTO office_album (station_id, shown, turns) VALUES ($1, 1, 0)
		ON CONFLICT (station_id) DO UPDATE SET shown = office_album.shown + 1 WHERE office_album.shown < $2`)
	leavePlace = db.SQL(`UPDATE office_album SET shown = shown - 1 WHERE station_id = $1`)
	nextTurn   = db.Query[int64](`UPDATE office_album SET turns = turns + 1 WHERE station_id = $1 RETURNING turns`)
)

func insertPhoto(ctx context.Context, tx *db.Tx, p Photo) error {
	_, err := addPhoto.Run(ctx, tx, p.ID, p.StationID, int64(p.Region), p.Caption, p.BlobID, p.ViewID, p.ThumbID, p.Width, p.Height, p.ByName, p.At)
	return err
}

func updatePhoto(ctx context.Context, tx *db.Tx, p *Photo) error {
	n, err := setPhoto.Run(ctx, tx, p.ID, p.Version, int64(p.Region), p.Caption, p.Turn, int64(p.OffDay), p.OffName)
	p.Version++
	return office.Fresh(n, err)
}

var misplaced = db.Query[db.ID](`SELECT x.station_id FROM (SELECT station_id, shown, turns FROM office_album
		UNION ALL SELECT DISTINCT p.station_id, 0, 0 FROM office_photo p WHERE NOT EXISTS (SELECT 1 FROM office_album a WHERE a.station_id = p.station_id)) x
		WHERE x.shown <> (SELECT count(*) FROM office_photo p WHERE p.station_id = x.station_id AND p.off_day = 0)
			OR x.turns < (SELECT COALESCE(MAX(p.turn), 0) FROM office_photo p WHERE p.station_id = x.station_id) ORDER BY x.station_id`)

var fileless = db.Query[db.ID](`SELECT p.id FROM office_photo p
		WHERE (SELECT count(*) FROM blob b WHERE b.owner_kind = 'office_photo' AND b.owner_id = p.id AND b.id IN (p.blob_id, p.view_id, p.thumb_id)) <> 3 ORDER BY p.id`)
