// Package recount computes every balance of the books anew from the transfers alone, and compares. It shares nothing with the package
// that writes them: it has its own statements, its own rules and its own words, and is small enough to be read in one sitting.
package recount

import (
	"context"
	"fmt"

	"linli/internal/platform/db"
)

// account is an account as it says of itself.
type account struct {
	ID                               int64
	Unit                             string
	Floor, Ceiling                   *int64
	Balance, Held, Incoming, Entries int64
	Closed                           bool
}

// entry is one side of a transfer: change is what it did to the balance of the account it stands under.
type entry struct {
	Account, No, Change, After, At int64
	ID, Amount                     int64
	Kind, Unit                     string
	Out                            bool
	Hold, Held                     int64  // the hold that it resolves, and how much that was
	From                           string // the kind of what it resolves
	Done                           int64  // how many rows resolve it
	SameParties                    bool
}

var (
	accounts = db.Query[account](`SELECT id, unit, floor, ceiling, balance, held, incoming, entries, closed_at IS NOT NULL AS closed
		FROM ledger_account ORDER BY id`)
	entries = db.Query[entry](`SELECT e.account, e.no, CASE WHEN t.kind = 'hold' THEN 0 WHEN e.out THEN -t.amount ELSE t.amount END AS change,
		e.after, e.id, t.amount, t.kind, t.unit, e.out, COALESCE(t.hold_id, 0) AS hold, COALESCE(h.amount, 0) AS held,
		COALESCE(h.kind, '') AS "from", t.day AS at,
		(SELECT COUNT(*) FROM ledger_transfer r WHERE r.hold_id = t.id) AS done,
		COALESCE(h.debit_id = t.debit_id AND h.credit_id = t.credit_id AND h.unit = t.unit, FALSE) AS same_parties
		FROM (SELECT id, debit_id AS account, debit_no AS no, debit_after AS after, TRUE AS out FROM ledger_transfer UNION ALL
		SELECT id, credit_id AS account, credit_no AS no, credit_after AS after, FALSE AS out FROM ledger_transfer) e
		JOIN ledger_transfer t ON t.id = e.id LEFT JOIN ledger_transfer h ON h.id = t.hold_id ORDER BY e.account, e.no`)
	torn = db.Query[int64](`SELECT t.id FROM ledger_transfer t WHERE t.leg > 0
		AND NOT EXISTS (SELECT 1 FROM ledger_transfer p WHERE p.key = t.key AND p.leg = t.leg - 1)`)
)

// running is what the entries of one account come to.
type running struct {
	account
	no, balance, held, incoming, at int64
}

// Run reports each account whose balance is not what its transfers come to, each transfer that breaks a rule, and each unit whose
// balances are not zero together.
func Run(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	all, err := accounts.All(ctx, tx)
	if err != nil {
		return err
	}
	books, sums := map[int64]*running{}, map[string]int64{}
	for _, a := range all {
		books[a.ID] = &running{account: a}
		sums[a.Unit] += a.Balance
	}
	if err := entries.Each(ctx, tx, func(e entry) error {
		if b := books[e.Account]; b != nil {
			b.take(e, report)
		} else {
			report(fmt.Sprintf("ledger_transfer %d", e.ID), "没有这个账户")
		}
		return nil
	}); err != nil {
		return err
	}
	for _, a := range all {
		books[a.ID].judge(report)
	}
	for unit, sum := range sums {
		if sum != 0 {
			report("ledger "+unit, fmt.Sprintf("所有账户合计是 %d，不是零", sum))
		}
	}
	return torn.Each(ctx, tx, func(id int64) error {
		report(fmt.Sprintf("ledger_transfer %d", id), "一起办的几笔缺了前面的")
		return nil
	})
}

// take adds one entry.
func (b *running) take(e entry, report func(object, what string)) {
	object := fmt.Sprintf("ledger_transfer %d", e.ID)
	wrong := func(bad bool, what string) {
		if bad {
			report(object, what)
		}
	}
	b.no++
	b.balance += e.Change
	promised := int64(0)
	if e.Kind == "hold" {
		wrong(e.Done > 1, "同一笔预留办结了两次")
		promised = e.Amount
	}
	if e.Hold != 0 {
		wrong(e.From != "hold" || !e.SameParties, "办结的不是同两个账户之间的预留")
		wrong(e.Amount > e.Held, "结算多于预留")
		wrong(e.Kind != "settle" && e.Amount != 0, "取消的预留却动了余额")
		promised = -e.Held
	}
	if e.Out {
		b.held += promised
	} else {
		b.incoming += promised
	}
	wrong(e.Unit != b.Unit, "单位和账户的单位不同")
	wrong(e.Amount < 0, "数目小于零")
	wrong(e.No != b.no, fmt.Sprintf("账户 %d 的第 %d 笔不见了", b.ID, b.no))
	b.no = e.No
	wrong(e.After != b.balance, fmt.Sprintf("账户 %d 这一笔以后应当是 %d，写着 %d", b.ID, b.balance, e.After))
	wrong(e.At < b.at, fmt.Sprintf("账户 %d 的先后次序不对", b.ID))
	b.at = e.At
}

// judge compares what an account says with what its entries come to.
func (b *running) judge(report func(object, what string)) {
	object := fmt.Sprintf("ledger_account %d", b.ID)
	for _, f := range []struct {
		what       string
		says, come int64
	}{
		{"余额", b.Balance, b.balance}, {"预留", b.Held, b.held}, {"待转入", b.Incoming, b.incoming}, {"笔数", b.Entries, b.no},
	} {
		if f.says != f.come {
			report(object, fmt.Sprintf("%s写着 %d，按往来重新算是 %d", f.what, f.says, f.come))
		}
	}
	if b.Floor != nil && b.balance-b.held < *b.Floor {
		report(object, "低于下限")
	}
	if b.Ceiling != nil && b.balance+b.incoming > *b.Ceiling {
		report(object, "高于上限")
	}
	if b.held < 0 || b.incoming < 0 {
		report(object, "预留小于零")
	}
	if b.Closed && (b.balance != 0 || b.held != 0 || b.incoming != 0) {
		report(object, "停用的账户里还有往来")
	}
}
