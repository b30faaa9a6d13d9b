package home

import (
	"context"

	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

var counts = db.Query[Count](`SELECT
		(SELECT count(*) FROM office_notice WHERE station_id = $1 AND down_day = 0 AND from_day <= $2 AND until_day >= $2) AS hanging,
		(SELECT count(*) FROM office_plan_item WHERE station_id = $1 AND year = $3) AS plan,
		(SELECT count(*) FROM office_plan_item WHERE station_id = $1 AND finished_day = 0 AND due_day < $2) AS late,
		(SELECT COALESCE(min(year), $3) FROM office_plan_item WHERE station_id = $1 AND finished_day = 0 AND due_day < $2) AS late_year,
		(SELECT count(*) FROM office_rule WHERE station_id = $1 AND state = 'published' AND until_day = 99991231) AS rules,
		(SELECT count(*) FROM office_equipment WHERE station_id = $1 AND state NOT IN ('lost', 'scrapped')) AS things,
		(SELECT count(*) FROM office_equipment WHERE station_id = $1 AND state NOT IN ('lost', 'scrapped') AND checked_day / 10000 < $3) AS unchecked,
		(SELECT count(*) FROM office_photo WHERE station_id = $1 AND off_day = 0) AS photos,
		(SELECT count(*) FROM office_document WHERE station_id = $1 AND state <> 'destroyed') AS kept,
		(SELECT count(*) FROM office_document WHERE station_id = $1 AND state = 'kept' AND keep_until < $2) AS due,
		(SELECT count(*) FROM office_document WHERE station_id = $1 AND state = 'asked') AS asked`)

func stations(ctx context.Context, tx *db.Tx, scope auth.Scope, in PickInput, more bool, after db.ID) ([]station.Station, error) {
	b := tx.Build(`SELECT s.id, s.name, s.region, s.kind, s.status, s.address FROM station s WHERE s.status <> 'closed'`)
	scope.Where(b, auth.Columns{Region: "s.region", Station: "s.id"})
	if in.Q != "" {
		db.NameFilter(b, "station", "s.id", in.Q)
	}
	b.If(more, " AND s.id > ?", after)
	return db.Select[station.Station](ctx, tx, b.Add(" ORDER BY s.id LIMIT ?", in.Size()+1))
}
