package rule

import (
	"context"

	"linli/internal/network/office"
	"linli/internal/platform/db"
)

const ruleRows = `SELECT id, version, station_id, region, slot, edition, title, body, state, from_day, until_day, by_name, at FROM office_rule`

var (
	ruleByID = db.Query[Rule](ruleRows + ` WHERE id = $1`)
	rulesOf  = db.Query[Rule](ruleRows + ` WHERE station_id = $1 ORDER BY slot, edition DESC`)
	addRule  = db.SQL(`INSERT INTO office_rule (id, version, station_id, region, slot, edition, title, body, state, from_day, until_day, by_name, at)
		VALUES ($1, 1, $2, $3, $4, $5, $6, $7, 'draft', 0, 99991231, $8, $9) ON CONFLICT DO NOTHING`)
	setRule  = db.SQL(`UPDATE office_rule SET title = $3, body = $4, state = $5, from_day = $6, until_day = $7, version = version + 1 WHERE id = $1 AND version = $2 AND state = 'draft'`)
	endRule  = db.SQL(`UPDATE office_rule SET until_day = $3, version = version + 1 WHERE station_id = $1 AND slot = $2 AND state = 'published' AND until_day = 99991231`)
	dropRule = db.SQL(`DELETE FROM office_rule WHERE id = $1 AND version = $2 AND state = 'draft'`)
)

func updateRule(ctx context.Context, tx *db.Tx, r *Rule) error {
	n, err := setRule.Run(ctx, tx, r.ID, r.Version, r.Title, r.Body, r.State, int64(r.FromDay), int64(r.UntilDay))
	r.Version++
	return office.Fresh(n, err)
}

var overlapping = db.Query[db.ID](`SELECT r.id FROM office_rule r WHERE r.state = 'published' AND EXISTS (SELECT 1 FROM office_rule o WHERE o.station_id = r.station_id AND o.slot = r.slot
		AND o.state = 'published' AND o.edition > r.edition AND o.from_day < r.until_day) ORDER BY r.id`)
