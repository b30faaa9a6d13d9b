package fund

import (
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

var (
	programmes = db.NewRelation[Programme]("fund_programme")
	// opened are the published programmes of the divisions in which a place lies.
	opened = db.Query[Programme](programmes.Select("") +
		` WHERE state <> 'draft' AND region IN ($1, $2, $3) ORDER BY state DESC, year DESC, id DESC LIMIT 200`)

	sources   = db.NewRelation[Source]("fund_source")
	sourcesOf = sources.Where("programme_id = $1 ORDER BY day, id")
	twins     = db.Query[int64](`SELECT COUNT(*) FROM fund_source WHERE programme_id = $1 AND document = $2 AND amount = $3
		AND state <> 'refused'`)

	proposals = db.NewRelation[Proposal]("fund_proposal")
	linesT    = db.NewRelation[Line]("fund_line", "proposal_id", "n")
	linesOf   = linesT.Where("proposal_id = $1 ORDER BY n")
	unlined   = db.SQL(`DELETE FROM fund_line WHERE proposal_id = $1`)
	stepTable = db.NewRelation[Step]("fund_step", "proposal_id", "n")
	stepsOf   = stepTable.Where("proposal_id = $1 ORDER BY n")
	stepOf    = stepTable.Where("proposal_id = $1 AND n = $2")

	payments   = db.NewRelation[Payment]("fund_payment")
	paymentsOf = payments.Where("proposal_id = $1 ORDER BY day, id")
	vouchers   = db.Query[int64](`SELECT COUNT(*) FROM fund_payment WHERE proposal_id = $1 AND kind = $2 AND voucher = $3`)
	// netPaid is what was paid less what came back.
	netPaid = db.Query[int64](`SELECT COALESCE(SUM(CASE WHEN kind = 'pay' THEN amount ELSE -amount END), 0) FROM fund_payment
		WHERE proposal_id = $1`)

	receipts   = db.NewRelation[Receipt]("fund_receipt")
	receiptsOf = db.Query[ReceiptLine](`SELECT ` + receipts.Columns("r") + `, COALESCE(a.title, '') AS activity FROM fund_receipt r
		LEFT JOIN activity a ON a.id = r.activity_id WHERE r.proposal_id = $1 ORDER BY r.day, r.id`)
	unsettled = db.Query[int64](`SELECT COUNT(*) FROM fund_receipt WHERE proposal_id = $1 AND state = 'entered'`)

	links   = db.NewRelation[link]("fund_activity", "proposal_id", "activity_id")
	linksOf = db.Query[Deed](`SELECT a.id, a.title, a.day, a.state, (SELECT COUNT(*) FROM sheet_row x WHERE x.sheet_id = a.sheet_id) AS people,
		(SELECT COALESCE(SUM(s.minutes), 0) FROM sheet_row x JOIN attendance t ON t.row_id = x.id JOIN service_record s ON s.attendance_id = t.id
		WHERE x.sheet_id = a.sheet_id AND s.status = 'counted') AS minutes FROM fund_activity f JOIN activity a ON a.id = f.activity_id
		WHERE f.proposal_id = $1 ORDER BY a.day, a.id`)
	// nearby are activities that a proposal may have paid for: held in its place since its first day, until today.
	nearby = db.Query[Deed](`SELECT a.id, a.title, a.day, a.state, 0 AS people, 0 AS minutes FROM activity a WHERE a.station_id = $1
		AND a.day BETWEEN $2 AND $3 AND a.state <> 'cancelled' ORDER BY a.day DESC, a.id LIMIT 60`)
	plannedAt = db.Query[clock.Day](`SELECT day FROM activity WHERE id = $1 AND station_id = $2 AND state <> 'cancelled'`)
)

// Deed is an activity that money was used for.
type Deed struct {
	ID      db.ID     `json:"id"`
	Title   string    `json:"title"`
	Day     clock.Day `json:"day"`
	State   string    `json:"-"`
	People  int64     `json:"people"`
	Minutes int64     `json:"minutes"`
}

// ReceiptLine is a receipt with the activity that it paid for.
type ReceiptLine struct {
	Receipt
	Activity string `json:"activity"`
}

// Row is a proposal as it stands in a list.
type Row struct {
	Proposal
	Programme string `json:"fund"`
	Paid      int64  `json:"paid"`
	Used      int64  `json:"used"`
}

const rowColumns = `, f.name AS programme,
	(SELECT COALESCE(SUM(CASE WHEN x.kind = 'pay' THEN x.amount ELSE -x.amount END), 0) FROM fund_payment x
	WHERE x.proposal_id = p.id) AS paid,
	(SELECT COALESCE(SUM(r.amount), 0) FROM fund_receipt r WHERE r.proposal_id = p.id AND r.state = 'checked') AS used`

// search is a list of proposals within what the actor may see.
type search struct {
	ListInput
	Scope auth.Scope
}

var list = db.ListOf(func(b *db.Builder, in search) {
	b.Add("SELECT " + proposals.Columns("p") + rowColumns + " FROM fund_proposal p JOIN fund_programme f ON f.id = p.programme_id WHERE 1 = 1")
	in.Scope.Where(b, auth.Columns{Region: "p.region", Station: "p.station_id"})
	auth.Within(b, "p.region", in.Region)
	b.If(in.State != "", " AND p.state = ?", in.State).If(in.Fund != 0, " AND p.programme_id = ?", in.Fund)
	b.If(in.Year != 0, " AND f.year = ?", in.Year)
	b.If(in.Q != "", " AND (p.title LIKE ? ESCAPE '!' OR p.applicant_name LIKE ? ESCAPE '!')", db.Holding(in.Q), db.Holding(in.Q))
}, func(search) db.Order[Row] {
	return db.Order[Row]{By: "p.id", Down: true, Key: func(r Row) []any { return []any{r.ID} }}
})

// managedBy are the programmes of a division and those below it.
type managedBy struct {
	Scope auth.Scope
	Year  int64
}

var own = db.ListOf(func(b *db.Builder, in managedBy) {
	b.Add(programmes.Select("f") + " WHERE 1 = 1")
	in.Scope.Where(b, auth.Columns{Region: "f.region"})
	b.If(in.Year != 0, " AND f.year = ?", in.Year)
}, func(managedBy) db.Order[Programme] {
	return db.Order[Programme]{By: "f.id", Down: true, Key: func(f Programme) []any { return []any{f.ID} }}
})

// Books is how the money of a programme stands.
type Books struct {
	Appropriated int64 `json:"appropriated" doc:"到位"`
	Free         int64 `json:"free" doc:"还没有批给谁"`
	Committed    int64 `json:"committed" doc:"批了还没有拨"`
	Paid         int64 `json:"paid" doc:"拨了还没有报账"`
	Used         int64 `json:"used" doc:"报了账"`
}

var booksOf = db.Query[Books](`SELECT -o.balance AS appropriated, b.balance AS free, s.balance AS used,
	(SELECT COALESCE(SUM(a.balance), 0) FROM fund_proposal p JOIN ledger_account a ON a.id = p.committed_id
	WHERE p.programme_id = f.id) AS committed,
	(SELECT COALESCE(SUM(a.balance), 0) FROM fund_proposal p JOIN ledger_account a ON a.id = p.paid_id WHERE p.programme_id = f.id) AS paid
	FROM fund_programme f JOIN ledger_account o ON o.id = f.outside_id JOIN ledger_account b ON b.id = f.budget_id
	JOIN ledger_account s ON s.id = f.spent_id WHERE f.id = $1`)

var balance = db.Query[int64](`SELECT balance FROM ledger_account WHERE id = $1`)

var teamsAt = db.Query[Choice](`SELECT t.id, t.name FROM team t WHERE t.region = $1 AND t.state = 'active' ORDER BY t.name LIMIT 100`)
