package second

import "linli/internal/platform/db"

var (
	waits  = db.NewRelation[Wait]("second_wait", "kind", "object_id")
	waitOf = waits.Where("kind = $1 AND object_id = $2")
	end    = db.SQL(`DELETE FROM second_wait WHERE kind = $1 AND object_id = $2`)
	toRise = waits.Where("kind = $1 AND rise_day <= $2 AND level <> 'banner' AND object_id > $3 ORDER BY object_id LIMIT 100")
	// sinceToday says whether anything else came to a level of a division in one day: 1, or 0.
	sinceToday = db.Query[int64](`SELECT COUNT(*) FROM (SELECT 1 FROM second_wait WHERE region = $1 AND kind = $2 AND level = $3
		AND since >= $4 AND object_id <> $5 LIMIT 1) x`)
)
