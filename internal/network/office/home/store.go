package home

import (
	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

var counts = db.Query[Count](`SELECT
		(SELECT count(*) FROM office_notice WHERE station_id = $1 AND down_day = 0 AND from_day <= $2 AND until_day >= $2) AS notices,
		(SELECT count(*) FROM office_plan_item WHERE station_id = $1 AND year = $3) AS plan,
		(SELECT count(*) FROM office_plan_item WHERE station_id = $1 AND finished_day = 0 AND due_day < $2) AS overdue,
		(SELECT COALESCE(min(year), $3) FROM office_plan_item WHERE station_id = $1 AND finished_day = 0 AND due_day < $2) AS overdue_year,
		(SELECT count(*) FROM office_rule WHERE station_id = $1 AND state = 'published' AND until_day = 99991231) AS rules,
		(SELECT count(*) FROM office_equipment WHERE station_id = $1 AND state NOT IN ('lost', 'scrapped')) AS equipment,
		(SELECT count(*) FROM office_equipment WHERE station_id = $1 AND state NOT IN ('lost', 'scrapped')
			AND checked_day / 10000 < $3) AS uncounted,
		(SELECT count(*) FROM office_photo WHERE station_id = $1 AND off_day = 0) AS photos,
		(SELECT count(*) FROM office_document WHERE station_id = $1 AND state <> 'destroyed') AS documents,
		(SELECT count(*) FROM office_document WHERE station_id = $1 AND state = 'kept' AND keep_until < $2) AS expired,
		(SELECT count(*) FROM office_document WHERE station_id = $1 AND state = 'asked') AS requests`)

// search is one within a scope.
type search struct {
	Scope auth.Scope
	Q     string
}

var stations = db.ListOf(func(b *db.Builder, in search) {
	b.Add(`SELECT s.id, s.name, s.region, s.kind, s.status, s.address FROM station s WHERE s.status <> 'closed'`)
	in.Scope.Where(b, auth.Columns{Region: "s.region", Station: "s.id"})
	if in.Q != "" {
		db.NameFilter(b, "station", "s.id", in.Q)
	}
}, func(search) db.Order[station.Station] {
	return db.Order[station.Station]{By: "s.id", Key: func(st station.Station) []any { return []any{st.ID} }}
})
