package timebank

import (
	"context"

	"linli/internal/platform/db"
)

var (
	// misdeposited are records of which more or less is in the bank than they count.
	misdeposited = db.Query[db.ID](`SELECT d.record_id AS id FROM timebank_deposit d JOIN service_record r ON r.id = d.record_id
		WHERE d.minutes > 0 AND (r.status <> 'counted' OR d.minutes <> r.minutes)`)
	unbooked = db.Query[db.ID](`SELECT d.record_id AS id FROM timebank_deposit d JOIN timebank_member m ON m.id = d.member_id
		JOIN timebank_bank b ON b.id = m.bank_id WHERE d.minutes <> (SELECT COALESCE(SUM(CASE WHEN t.debit_id = b.issue_id THEN t.amount
		ELSE -t.amount END), 0) FROM ledger_transfer t WHERE t.object_id = d.record_id AND t.code IN ('earned', 'reversed'))`)
	// unseen are gifts between people of whom two independent people have not seen that they are close.
	unseen = db.Query[db.ID](`SELECT a.id FROM timebank_application a WHERE a.kind = 'relative' AND a.state = 'done' AND NOT EXISTS
		(SELECT 1 FROM timebank_application k WHERE k.kind = 'kin' AND k.decided_by IS NOT NULL AND k.decided_by <> COALESCE(k.by_id, 0)
		AND (k.from_id = a.from_id AND k.to_id = a.to_id OR k.from_id = a.to_id AND k.to_id = a.from_id))`)
	alone = db.Query[db.ID](`SELECT id FROM timebank_application WHERE kind IN ('grant', 'inherit', 'kin', 'spent') AND state = 'done'
		AND (decided_by IS NULL OR decided_by = COALESCE(by_id, 0))`)
	overpaid = db.Query[db.ID](`SELECT o.order_id AS id FROM timebank_order o LEFT JOIN ledger_transfer t ON t.hold_id = o.hold_id
		WHERE o.state = 'settled' AND (o.settled > o.minutes OR t.id IS NULL OR t.kind <> 'settle' OR t.amount <> o.settled)`)
	between = db.Query[db.ID](`SELECT t.id FROM ledger_transfer t JOIN ledger_account d ON d.id = t.debit_id
		JOIN ledger_account c ON c.id = t.credit_id WHERE (d.kind LIKE 'timebank.%') <> (c.kind LIKE 'timebank.%')`)
)

// Verify reports what breaks the area's invariants: what is in the bank is what counts, gifts go to relatives whom two people have
// seen, nobody decides alone, nothing is settled beyond what was promised, no minute leaves the bank for another book.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, f := range []struct {
		query        *db.Rows[db.ID]
		object, what string
	}{
		{misdeposited, "record", "存入的分钟数不是计入的分钟数"}, {unbooked, "record", "存入的分钟数和账上的往来不一致"},
		{unseen, "timebank_application", "赠与的亲属关系没有经两位互相独立的人看过"}, {alone, "timebank_application", "要第二人复核，却一个人办了"},
		{overpaid, "timebank_order", "抵的分钟数和账上的结算不一致"}, {between, "ledger_transfer", "时间账户和别的账户之间有往来"},
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
