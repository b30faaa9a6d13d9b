package timebank

import (
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Kinds of accounts in the books.
const (
	issueKind   = "timebank.issue"  // where minutes come from and go to: what it lacks is what people hold
	poolKind    = "timebank.pool"   // 互助池
	accountKind = "timebank.person" // of a member
	owedKind    = "timebank.owed"   // what a member has to make up for
)

var (
	banks  = db.NewRelation[Bank]("timebank_bank")
	bankOf = banks.Where("region = $1")
	rules  = db.NewRelation[Rule]("timebank_rule")
	ruleOn = rules.Where("bank_id = $1 AND from_day <= $2 ORDER BY no DESC LIMIT 1")
	allOf  = rules.Where("bank_id = $1 ORDER BY no DESC")

	members   = db.NewRelation[Member]("timebank_member")
	ofPerson  = members.Where("person_id = $1")
	ofAccount = members.Where("account_id = $1")
	// promisedElsewhere counts what an open hold stands for beside itself.
	promisedElsewhere = db.Query[int64](`SELECT (SELECT COUNT(*) FROM timebank_order WHERE hold_id = $1 AND state = 'held')
		+ (SELECT COUNT(*) FROM timebank_application WHERE hold_id = $1 AND state = 'waits')`)

	deposits  = db.NewRelation[deposit]("timebank_deposit", "record_id")
	depositOf = deposits.Where("record_id = $1")

	applications = db.NewRelation[Application]("timebank_application")
	kinBetween   = applications.Where(`kind = 'kin' AND state <> 'refused' AND (from_id = $1 AND to_id = $2 OR from_id = $2 AND to_id = $1)
		ORDER BY id DESC LIMIT 1`)
	relatives = db.Query[Relative](`SELECT a.id, CASE WHEN a.from_id = $1 THEN a.to_id ELSE a.from_id END AS person_id, p.name, a.relation,
		a.from_id = $1 AS mine, a.state, p.birth_day FROM timebank_application a
		JOIN person p ON p.id = CASE WHEN a.from_id = $1 THEN a.to_id ELSE a.from_id END
		WHERE a.kind = 'kin' AND a.state IN ('waits', 'done') AND (a.from_id = $1 OR a.to_id = $1) ORDER BY a.id`)
	wished = applications.Where(`(from_id = $1 OR to_id = $1) AND kind <> 'kin' ORDER BY id DESC LIMIT 20`)

	lapsed = db.Query[Application]("SELECT " + applications.Columns("a") + ` FROM timebank_application a
		JOIN ledger_transfer r ON r.hold_id = a.hold_id WHERE a.state = 'waits' AND r.kind = 'expire' ORDER BY a.id LIMIT 200`)

	paid    = db.NewRelation[Paid]("timebank_order", "order_id")
	paidOf  = paid.Where("order_id = $1")
	paidBy  = db.Query[Paid](paid.Select("t") + ` WHERE t.member_id = $1 ORDER BY t.order_id DESC LIMIT 20`)
	payable = db.Query[Payable](`SELECT o.id AS order_id, o.no, o.title, o.window_start, o.minutes * o.needed AS minutes FROM orders o
		WHERE o.recipient_id = $1 AND o.state IN ('submitted', 'needs_info', 'queued', 'open', 'offered')
		AND NOT EXISTS (SELECT 1 FROM timebank_order t WHERE t.order_id = o.id AND t.state <> 'released') ORDER BY o.id DESC LIMIT 20`)
	titleOf = db.Query[Payable](`SELECT o.id AS order_id, o.no, o.title, o.window_start, o.minutes * o.needed AS minutes FROM orders o
		WHERE o.id = $1`)
	served = db.Query[service](`SELECT COALESCE(SUM(CASE WHEN status = 'counted' THEN minutes ELSE 0 END), 0) AS counted,
		COALESCE(SUM(CASE WHEN status IN ('pending', 'suspended') THEN 1 ELSE 0 END), 0) AS open FROM service_record
		WHERE order_id = $1 AND round = $2`)
	// usedSince is what was settled of an account's promises or may still be, for orders and outside of them; a void ends one with 0.
	usedSince = db.Query[int64](`SELECT (SELECT COALESCE(SUM(COALESCE(r.amount, h.amount)), 0) FROM ledger_transfer h
		LEFT JOIN ledger_transfer r ON r.hold_id = h.id WHERE h.debit_id = $1 AND h.kind = 'hold' AND h.code = 'spent' AND h.at >= $2)
		- (SELECT COALESCE(SUM(amount), 0) FROM ledger_transfer WHERE credit_id = $1 AND code = 'refund' AND at >= $2)`)
	// unheld are orders of which time has taken back what was promised.
	unheld = db.Query[Paid](paid.Select("t") + ` JOIN ledger_transfer r ON r.hold_id = t.hold_id WHERE t.state = 'held' AND r.kind = 'expire'
		ORDER BY t.order_id LIMIT 200`)

	depositable = db.Query[stored](`SELECT id, minutes, title FROM service_record WHERE person_id = $1 AND status = 'counted'
		AND counted_day >= $2 ORDER BY id`)
)

// service is how far the records of an order are: what counts, and how many may still come to count.
type service struct{ Counted, Open int64 }

// stored is a service record as the bank asks of it.
type stored struct {
	ID      db.ID
	Minutes int64
	Title   string
}

// search is a list of members within what the actor may see.
type search struct {
	MembersInput
	Scope auth.Scope
}

var list = db.ListOf(func(b *db.Builder, in search) {
	b.Add(`SELECT p.id, p.id AS person_id, COALESCE(m.state, '') AS state, p.region, p.name, p.birth_day, COALESCE(a.balance, 0) AS balance,
		COALESCE(a.held, 0) AS held, COALESCE(-o.balance, 0) AS owed FROM person p LEFT JOIN timebank_member m ON m.person_id = p.id
		LEFT JOIN ledger_account a ON a.id = m.account_id LEFT JOIN ledger_account o ON o.id = m.owed_id WHERE p.state = 'active'`)
	in.Scope.Where(b, auth.Columns{Region: "p.region", Person: "p.id"})
	b.If(in.Q == "", " AND m.id IS NOT NULL").If(in.Q != "", " AND p.name = ?", in.Q)
}, func(search) db.Order[Line] {
	return db.Order[Line]{By: "p.id", Down: true, Key: func(l Line) []any { return []any{l.ID} }}
})

// waitingFor is a list of applications.
type waitingFor struct {
	Scope auth.Scope
	State string `set:"timebank_application.state,"`
}

var queue = db.ListOf(func(b *db.Builder, in waitingFor) {
	b.Add("SELECT " + applications.Columns("a") + `, COALESCE(f.name, '') AS from_name, COALESCE(t.name, '') AS to_name FROM timebank_application a
		LEFT JOIN person f ON f.id = a.from_id LEFT JOIN person t ON t.id = a.to_id WHERE 1 = 1`)
	in.Scope.Where(b, auth.Columns{Region: "a.region"})
	b.If(in.State != "", " AND a.state = ?", in.State)
}, func(waitingFor) db.Order[Waiting] {
	return db.Order[Waiting]{By: "a.id", Key: func(w Waiting) []any { return []any{w.ID} }}
})

// stretch is a division and a span of days.
type stretch struct {
	At       auth.Region
	From, To clock.Day
}

var (
	held = db.DynamicOf[sum](func(b *db.Builder, in stretch) {
		b.Add(`SELECT a.region, a.kind, SUM(a.balance) AS balance, SUM(a.held) AS held, COUNT(*) AS n FROM ledger_account a
			WHERE a.unit = 'minutes' AND a.kind LIKE 'timebank.%'`)
		auth.Within(b, "a.region", in.At)
		b.Add(" GROUP BY a.region, a.kind ORDER BY a.region, a.kind")
	})
	flows = db.DynamicOf[flow](func(b *db.Builder, in stretch) {
		b.Add(`SELECT t.code, SUM(t.amount) AS minutes, COUNT(*) AS n FROM ledger_transfer t JOIN ledger_account a ON a.id = t.debit_id
			WHERE t.unit = 'minutes' AND t.kind IN ('post', 'settle') AND a.kind LIKE 'timebank.%' AND t.day BETWEEN ? AND ?`, in.From, in.To)
		auth.Within(b, "a.region", in.At)
		b.Add(" GROUP BY t.code ORDER BY t.code")
	})
	// asked is what members may ask for: everything free of those who were born by a day.
	claims = db.DynamicOf[claim](func(b *db.Builder, in claimsOf) {
		b.Add(`SELECT k.region, COUNT(*) AS n, SUM(CASE WHEN ? > 0 AND a.balance - a.held > ? THEN ? ELSE a.balance - a.held END) AS minutes
			FROM timebank_member m JOIN timebank_bank k ON k.id = m.bank_id JOIN person p ON p.id = m.person_id
			JOIN ledger_account a ON a.id = m.account_id WHERE m.bank_id = ? AND a.balance - a.held > 0 AND p.birth_day > 0 AND p.birth_day <= ?
			GROUP BY k.region`, in.Most, in.Most, in.Most, in.Bank, in.Born)
	})
	supply = db.Query[int64](`SELECT COALESCE(SUM(minutes), 0) FROM service_record WHERE status = 'counted' AND region/1000000 = $1
		AND day BETWEEN $2 AND $3`)
	banksIn = db.DynamicOf[Bank](func(b *db.Builder, at auth.Region) {
		b.Add(banks.Select("") + " WHERE open")
		auth.Within(b, "region", at)
		b.Add(" ORDER BY region")
	})
)

// claimsOf asks what the old of one bank may ask for.
type claimsOf struct {
	Bank db.ID
	Born clock.Day
	Most int64
}

type sum struct {
	Region        auth.Region
	Kind          string
	Balance, Held int64
	N             int64
}

type flow struct {
	Code       string
	Minutes, N int64
}

type claim struct {
	Region     auth.Region
	N, Minutes int64
}
