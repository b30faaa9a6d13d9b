package ledger

import (
	"time"

	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

var (
	accounts  = db.NewRelation[Account]("ledger_account")
	transfers = db.NewRelation[Transfer]("ledger_transfer")

	ofKey      = transfers.Where("key = $1 ORDER BY leg")
	resolution = db.Query[Kind](`SELECT kind FROM ledger_transfer WHERE hold_id = $1`)
	overdue    = db.Query[db.ID](`SELECT t.id FROM ledger_transfer t WHERE t.kind = 'hold' AND t.expires_at <= $1
		AND NOT EXISTS (SELECT 1 FROM ledger_transfer r WHERE r.hold_id = t.id) ORDER BY t.expires_at, t.id LIMIT $2`)
	opened = db.Query[Transfer](transfers.Select("t") + ` WHERE t.kind = 'hold' AND t.debit_id = $1
		AND NOT EXISTS (SELECT 1 FROM ledger_transfer r WHERE r.hold_id = t.id) ORDER BY t.id`)
	closing = db.Query[int64](`SELECT after FROM (
		SELECT debit_no AS no, debit_after AS after, day FROM ledger_transfer WHERE debit_id = $1 UNION ALL
		SELECT credit_no AS no, credit_after AS after, day FROM ledger_transfer WHERE credit_id = $1) e
		WHERE day <= $2 ORDER BY no DESC LIMIT 1`)
)

// locked are accounts held until the transaction ends, taken in the order of their ids so that two chains never wait for each other.
var locked = db.DynamicOf[Account](func(b *db.Builder, in []db.ID) {
	db.In(b.Add(accounts.Select("")+" WHERE 1 = 1"), " AND id", in).Add(" ORDER BY id FOR UPDATE")
})

// Line is a transfer as it reads on the statement of one account.
type Line struct {
	No        int64      `json:"no" doc:"第几笔"`
	ID        db.ID      `json:"id"`
	At        time.Time  `json:"at"`
	Day       clock.Day  `json:"day"`
	Kind      Kind       `json:"kind"`
	Code      string     `json:"code"`
	Amount    int64      `json:"amount" doc:"转入为正，转出为负；预留、取消预留不改变余额"`
	After     int64      `json:"after" doc:"这一笔以后的余额"`
	Other     db.ID      `json:"-"`
	HoldID    db.ID      `json:"hold_id"`
	ExpiresAt *time.Time `json:"expires_at"`
	ObjectID  db.ID      `json:"object_id"`
	Note      string     `json:"note"`
}

const lines = `SELECT debit_no AS no, id, at, day, kind, code, -amount AS amount, debit_after AS after, credit_id AS other, hold_id, expires_at,
	object_id, note FROM ledger_transfer WHERE debit_id = ? UNION ALL
	SELECT credit_no AS no, id, at, day, kind, code, amount, credit_after AS after, debit_id AS other, hold_id, expires_at, object_id, note
	FROM ledger_transfer WHERE credit_id = ?`

// StatementOf asks for the lines of an account; zero days are open ends.
type StatementOf struct {
	Account  db.ID
	From, To clock.Day
}

var statement = db.ListOf(func(b *db.Builder, in StatementOf) {
	b.Add("SELECT * FROM ("+lines+") e WHERE 1 = 1", in.Account, in.Account)
	b.If(in.From != 0, " AND day >= ?", int64(in.From)).If(in.To != 0, " AND day <= ?", int64(in.To))
}, func(StatementOf) db.Order[Line] {
	return db.Order[Line]{By: "no", Down: true, Key: func(l Line) []any { return []any{l.No} }}
})
