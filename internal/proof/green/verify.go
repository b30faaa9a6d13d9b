package green

import (
	"context"

	"linli/internal/platform/db"
)

var (
	unbooked = db.Query[db.ID](`SELECT a.id FROM green_act a WHERE (CASE WHEN a.state = 'counted' THEN a.points ELSE 0 END) <>
		(SELECT COALESCE(SUM(t.amount), 0) FROM ledger_transfer t WHERE t.object_id = a.id AND t.code = 'earned' AND t.unit = 'points')`)
	alone = db.Query[db.ID](`SELECT a.id FROM green_act a JOIN green_household h ON h.id = a.household_id JOIN green_member m
		ON m.household_id = h.id JOIN account c ON c.person_id = m.person_id WHERE a.state = 'counted' AND m.at <= a.at AND (c.id = a.by_id OR c.id = a.decided_by)`)
	unpaid = db.Query[db.ID](`SELECT r.id FROM green_redemption r LEFT JOIN ledger_transfer t ON t.hold_id = r.hold_id
		WHERE r.state = 'handed' AND (t.id IS NULL OR t.kind <> 'settle' OR t.amount <> r.points)
		OR r.state = 'cancelled' AND (t.id IS NULL OR t.kind = 'settle')`)
	// sole are redemptions that one account asked for and handed out.
	sole    = db.Query[db.ID](`SELECT id FROM green_redemption WHERE handed_id IS NOT NULL AND handed_id = COALESCE(by_id, 0)`)
	empty   = db.Query[db.ID](`SELECT id FROM green_goods WHERE stock < 0`)
	between = db.Query[db.ID](`SELECT t.id FROM ledger_transfer t JOIN ledger_account d ON d.id = t.debit_id
		JOIN ledger_account c ON c.id = t.credit_id WHERE (d.kind LIKE 'green.%') <> (c.kind LIKE 'green.%')`)
)

// Verify reports what breaks the area's invariants: points are what acts come to, nobody noted for his own household, what was handed
// out was paid, no points leave for another book.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, f := range []struct {
		query        *db.Rows[db.ID]
		object, what string
	}{
		{unbooked, "green_act", "记的分和账上的往来不一致"}, {alone, "green_act", "给自己家记的分"}, {unpaid, "green_redemption", "领取和账上的结算不一致"},
		{sole, "green_redemption", "兑换和发放是同一个人办的"},
		{empty, "green_goods", "库存小于零"}, {between, "ledger_transfer", "积分和别的账户之间有往来"},
	} {
		if err := f.query.Each(ctx, tx, func(id db.ID) error {
			report(f.object+" "+id.String(), f.what)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}
