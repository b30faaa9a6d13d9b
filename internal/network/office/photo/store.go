package photo

import (
	"context"
	"fmt"

	"linli/internal/network/office"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

var (
	table   = db.NewRelation[Photo]("office_photo")
	inOrder = table.Where("station_id = $1 AND off_day = 0 ORDER BY turn DESC, id")
	lately  = table.Where("station_id = $1 AND off_day > 0 ORDER BY off_day DESC, id DESC LIMIT 50")

	enterPlace = db.SQL(`INSERT INTO office_album (station_id, shown, turns) VALUES ($1, 1, 0)
		ON CONFLICT (station_id) DO UPDATE SET shown = office_album.shown + 1 WHERE office_album.shown < $2`)
	leavePlace = db.SQL(`UPDATE office_album SET shown = shown - 1 WHERE station_id = $1`)
	nextTurn   = db.Query[int64](`UPDATE office_album SET turns = turns + 1 WHERE station_id = $1 RETURNING turns`)

	miscounted = db.Query[db.ID](`SELECT x.station_id FROM (SELECT station_id, shown, turns FROM office_album
		UNION ALL SELECT DISTINCT p.station_id, 0, 0 FROM office_photo p WHERE NOT EXISTS (SELECT 1 FROM office_album a
			WHERE a.station_id = p.station_id)) x
		WHERE x.shown <> (SELECT count(*) FROM office_photo p WHERE p.station_id = x.station_id AND p.off_day = 0)
			OR x.turns < (SELECT COALESCE(MAX(p.turn), 0) FROM office_photo p WHERE p.station_id = x.station_id) ORDER BY x.station_id`)
	fileless = db.Query[db.ID](`SELECT p.id FROM office_photo p
		WHERE (SELECT count(*) FROM blob b WHERE b.owner_kind = 'office_photo' AND b.owner_id = p.id AND b.id
		IN (p.blob_id, p.view_id, p.thumb_id)) <> 3 ORDER BY p.id`)
)

// takePlace takes one among those that are shown.
func takePlace(ctx context.Context, tx *db.Tx, id db.ID) error {
	n, err := enterPlace.Run(ctx, tx, id, MostPhotos)
	if err == nil && n == 0 {
		err = errs.WrongState(fmt.Sprintf("一个站点最多展示 %d 张，先撤下一张", MostPhotos))
	}
	return err
}

// Verify says which albums do not count the photographs that are shown, and which photographs lack a file (whose content the store
// verifies).
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	if err := office.Report(ctx, tx, miscounted, "station", "展示的照片数和登记的不符", report); err != nil {
		return err
	}
	return office.Report(ctx, tx, fileless, "office_photo", "照片缺文件", report)
}
