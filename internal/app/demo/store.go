package demo

import (
	"context"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/work/order"
)

var (
	business = db.Query[int64](`SELECT (SELECT COUNT(*) FROM account) + (SELECT COUNT(*) FROM person) + (SELECT COUNT(*)
		FROM station) + (SELECT COUNT(*) FROM orders) AS n`)
	standing  = db.Query[stand](`SELECT state, version FROM orders WHERE id = $1`)
	confirmer = db.Query[db.ID](`SELECT confirmed_by FROM orders WHERE id = $1`)
	waitingOf = db.Query[db.ID](`SELECT id FROM service_record WHERE order_id = $1 AND status = 'pending' AND confirmed
		AND needs_second ORDER BY id`)
	earned = db.Query[int64](`SELECT COALESCE(SUM(minutes), 0) FROM service_record WHERE volunteer_id = $1 AND status = 'counted'`)
)

// freeCommunities are those that count, outside two banners; labels say where the banners lie.
var (
	freeCommunities = db.Query[auth.Region](`SELECT code FROM region WHERE level = 5 AND counts_as_community AND valid_to = 99991231
		AND code NOT BETWEEN $1 AND $1 + 999999 AND code NOT BETWEEN $2 AND $2 + 999999 ORDER BY code`)
	labels = db.Query[label](`SELECT code, lat, lng FROM region WHERE level = 3 ORDER BY code`)
)

type label struct {
	Code     auth.Region
	Lat, Lng float64
}

// stand is where an order stands.
type stand struct {
	State   order.State
	Version int64
}

// businessRows counts what no empty database has.
func businessRows(ctx context.Context, d *db.DB) (n int64, err error) {
	err = d.Read(ctx, func(tx *db.Tx) error {
		n, err = business.One(ctx, tx)
		return err
	})
	return n, err
}
