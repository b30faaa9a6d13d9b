package rule

import (
	"context"

	"linli/internal/network/office"
	"linli/internal/platform/db"
)

var (
	table      = db.NewRelation[Rule]("office_rule")
	ofStation  = table.Where("station_id = $1 ORDER BY slot, edition DESC")
	endPresent = db.SQL(`UPDATE office_rule SET until_day = $3, version = version + 1 WHERE station_id = $1 AND slot = $2
		AND state = 'published' AND until_day = 99991231`)
	remove = db.SQL(`DELETE FROM office_rule WHERE id = $1 AND version = $2 AND state = 'draft'`)

	overlapping = db.Query[db.ID](`SELECT r.id FROM office_rule r WHERE r.state = 'published' AND EXISTS (SELECT 1 FROM office_rule o
		WHERE o.station_id = r.station_id AND o.slot = r.slot AND o.state = 'published' AND o.edition > r.edition
		AND o.from_day < r.until_day) ORDER BY r.id`)
)

// Verify says which rules have two editions in force at once.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	return office.Report(ctx, tx, overlapping, "office_rule", "同一项制度有两版同时有效", report)
}
