package demo

import (
	"context"

	"linli/internal/platform/db"
	"linli/internal/work/order"
)

var (
	business  = db.Query[int64](`SELECT (SELECT COUNT(*) FROM account) + (SELECT COUNT(*) FROM person) + (SELECT COUNT(*) FROM station) + (SELECT COUNT(*) FROM orders) AS n`)
	standing  = db.Query[stand](`SELECT state, version FROM orders WHERE id = $1`)
	confirmer = db.Query[db.ID](`SELECT confirmed_by FROM orders WHERE id = $1`)
	waitingOf = db.Query[db.ID](`SELECT id FROM service_record WHERE order_id = $1 AND status = 'pending' AND confirmed AND needs_second ORDER BY id`)
	earned    = db.Query[int64](`SELECT COALESCE(SUM(minutes), 0) FROM service_record WHERE volunteer_id = $1 AND status = 'counted'`)
)

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
