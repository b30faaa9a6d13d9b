package fund

import (
	"context"

	"linli/internal/platform/db"
)

// moved is what the books say of an object, by the code of a move.
const moved = `(SELECT COALESCE(SUM(t.amount), 0) FROM ledger_transfer t WHERE t.object_id = `

var (
	unappropriated = db.Query[db.ID](`SELECT s.id FROM fund_source s WHERE (CASE WHEN s.state = 'confirmed' THEN s.amount ELSE 0 END) <> ` +
		moved + `s.id AND t.code = 'fund.appropriated')`)
	unpaid = db.Query[db.ID](`SELECT x.id FROM fund_payment x WHERE x.amount <> ` + moved + `x.id
		AND t.code = CASE WHEN x.kind = 'pay' THEN 'fund.paid' ELSE 'fund.returned' END)`)
	unspent = db.Query[db.ID](`SELECT r.id FROM fund_receipt r WHERE (CASE WHEN r.state = 'checked' THEN r.amount ELSE 0 END) <> ` +
		moved + `r.id AND t.code = 'fund.used')`)
	uncommitted = db.Query[db.ID](`SELECT p.id FROM fund_proposal p JOIN ledger_account c ON c.id = p.committed_id WHERE c.balance <> ` +
		moved + `p.id AND t.code = 'fund.committed') - ` + moved + `p.id AND t.code = 'fund.released') -
		(SELECT COALESCE(SUM(x.amount), 0) FROM fund_payment x WHERE x.proposal_id = p.id AND x.kind = 'pay')`)
	above = db.Query[db.ID](`SELECT p.id FROM fund_proposal p WHERE p.state IN ('accepted', 'closed') AND p.granted <
		(SELECT COALESCE(SUM(CASE WHEN x.kind = 'pay' THEN x.amount ELSE -x.amount END), 0) FROM fund_payment x WHERE x.proposal_id = p.id)`)
	early = db.Query[db.ID](`SELECT x.id FROM fund_payment x JOIN fund_proposal p ON p.id = x.proposal_id JOIN fund_programme f
		ON f.id = p.programme_id WHERE x.kind = 'pay' AND f.mode = 'award' AND NOT EXISTS (SELECT 1 FROM fund_step a
		WHERE a.proposal_id = p.id AND a.action = 'accept' AND a.at <= x.at)`)
	alone = db.Query[db.ID](`SELECT DISTINCT a.proposal_id FROM fund_step a JOIN fund_step b ON b.proposal_id = a.proposal_id
		AND b.by_id = a.by_id
		WHERE a.action IN ('propose', 'resubmit', 'finish', 'evaluate') AND b.action IN ('approve', 'return', 'refuse', 'accept', 'halt', 'pay',
		'give_back', 'close', 'stop') OR a.action = 'approve' AND b.action = 'accept' OR a.action = 'accept' AND b.action = 'pay'
		OR a.action = 'approve' AND b.action = 'approve' AND a.n < b.n AND NOT EXISTS (SELECT 1 FROM fund_step r
		WHERE r.proposal_id = a.proposal_id AND r.action = 'return' AND r.n > a.n AND r.n < b.n)`)
	single = db.Query[db.ID](`SELECT p.id FROM fund_proposal p WHERE p.committed_id IS NOT NULL AND 2 > (SELECT COUNT(DISTINCT a.by_id)
		FROM fund_step a
		WHERE a.proposal_id = p.id AND a.action = 'approve')`)
	within = db.Query[db.ID](`SELECT t.id FROM ledger_transfer t JOIN ledger_account d ON d.id = t.debit_id
		JOIN ledger_account c ON c.id = t.credit_id WHERE (d.kind LIKE 'fund.%') <> (c.kind LIKE 'fund.%')`)
)

// Verify reports what breaks the area's invariants: what is written of appropriations, payments and receipts is what the books say, nothing
// is paid before its time or above what was granted, nobody took two steps that ask for two people, no money leaves for another book.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, f := range []struct {
		query        *db.Rows[db.ID]
		object, what string
	}{
		{unappropriated, "fund_source", "资金来源和账上的到位不一致"}, {unpaid, "fund_payment", "拨付、交回和账上的往来不一致"},
		{unspent, "fund_receipt", "票据和账上的使用不一致"}, {uncommitted, "fund_proposal", "批准、拨付和账上的承诺不一致"},
		{above, "fund_proposal", "拨的多于核定的"}, {early, "fund_payment", "以奖代补在验收以前就拨了"},
		{alone, "fund_proposal", "一个人办了要两个人办的两步"}, {single, "fund_proposal", "批准的不到两个人"},
		{within, "ledger_transfer", "项目资金和别的账户之间有往来"},
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
