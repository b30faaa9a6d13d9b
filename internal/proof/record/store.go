package record

import (
	"context"
	"time"

	"linli/internal/civic/second"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

const tables = ` FROM service_record r JOIN volunteer v ON v.id = r.volunteer_id JOIN person p ON p.id = r.person_id `

var (
	table   = db.NewRelation[Record]("service_record")
	columns = table.Columns("r") + ", v.no AS volunteer_no, p.name" + checking
	byID    = db.Query[Record](`SELECT ` + columns + tables + `WHERE r.id = $1`)
	ofRound = db.Query[Record](`SELECT ` + columns + tables + `WHERE r.order_id = $1 AND r.round = $2 ORDER BY r.id`)
	counted = db.Query[Record](`SELECT ` + columns + tables +
		`WHERE r.volunteer_id = $1 AND r.status = 'counted' AND r.day BETWEEN $2 AND $3 ORDER BY r.started_at, r.id`)
	daySum = db.Query[int64](`SELECT COALESCE(SUM(minutes), 0) FROM service_record WHERE volunteer_id = $1 AND day = $2
		AND status IN ('counted', 'suspended') AND id <> $3`)
	overlap = db.Query[period](`SELECT started_at, ended_at FROM service_record WHERE volunteer_id = $1 AND started_at < $3
		AND ended_at > $2 AND status <> 'void' AND id <> $4 ORDER BY started_at LIMIT 1`)

	changeTable = db.NewRelation[line]("record_change")
	// changesOf gives the steps of a record, and who else was shown its minutes and agreed to them: who stands last counts it himself.
	changesOf = db.Query[Change](`SELECT x.at, x.actor, x.action, x.status, x.minutes_from, x.minutes, x.content_from, x.content, x.reason FROM
		(SELECT id, at, actor, action, status, minutes_from, minutes, content_from, content, reason FROM record_change WHERE record_id = $1
		UNION ALL SELECT s.id, s.at, COALESCE(a.name, '') AS actor, 'looked' AS action, '' AS status, s.minutes AS minutes_from, s.minutes,
		'' AS content_from, '' AS content, '' AS reason FROM record_second s LEFT JOIN account a ON a.id = s.account_id
		WHERE s.record_id = $1) x ORDER BY x.id`)

	correctionTable = db.NewRelation[Correction]("record_correction")
	openCorrection  = correctionTable.Where("record_id = $1 AND state = 'open'")
	correctionsOf   = correctionTable.Where("record_id = $1 ORDER BY id DESC")

	volunteerByNo = db.Query[named](`SELECT v.id, v.no, v.person_id, p.name, v.region FROM volunteer v
		JOIN person p ON p.id = v.person_id WHERE v.no = $1`)
)

// line is a line of a record's history as it is written.
type line struct {
	ID, RecordID db.ID
	Version      int64
	AccountID    db.ID
	Change
}

// period is the time that a record holds.
type period struct{ StartedAt, EndedAt time.Time }

// meets says that two have some time in common.
func (p period) meets(x period) bool {
	return p.StartedAt.Before(x.EndedAt) && p.EndedAt.After(x.StartedAt)
}

// holds says that another lies within.
func (p period) holds(x period) bool {
	return !p.StartedAt.After(x.StartedAt) && !p.EndedAt.Before(x.EndedAt)
}

// named is a volunteer as an imported row names him.
type named struct {
	ID       db.ID
	No       string
	PersonID db.ID
	Name     string
	Region   auth.Region
}

// scoped is a list within what the actor may see.
type scoped struct {
	ListInput
	Scope auth.Scope
	Today clock.Day
}

func filtered(b *db.Builder, in scoped) {
	b.Add(`SELECT ` + columns + tables + `WHERE 1 = 1`)
	in.Scope.Where(b, auth.Columns{Region: "r.region", Station: "r.station_id", Person: "r.person_id"})
	b.If(in.Status != "", " AND r.status = ?", in.Status).If(in.VolunteerID != 0, " AND r.volunteer_id = ?", in.VolunteerID)
	b.If(in.From != 0, " AND r.day >= ?", in.From).If(in.To != 0, " AND r.day <= ?", in.To)
	b.If(in.Overdue, " AND r.status = 'pending' AND r.due_day < ?", in.Today).If(in.Second,
		" AND r.status = 'pending' AND r.needs_second AND r.confirmed")
	b.If(in.Q != "", " AND (p.name = ? OR v.no = ? OR r.title = ?)", in.Q, in.Q, in.Q)
}

func byTime(down bool) func(scoped) db.Order[Record] {
	return func(scoped) db.Order[Record] {
		return db.Order[Record]{By: "r.started_at, r.id", Down: down, Key: func(r Record) []any { return []any{r.StartedAt, r.ID} }}
	}
}

var (
	list     = db.ListOf(filtered, byTime(true))
	exported = db.ListOf(filtered, byTime(false))
)

// handed are the records that stand, in the order in which they came.
var handed = db.ListOf(func(b *db.Builder, scope auth.Scope) {
	b.Add(`SELECT r.id, v.no AS volunteer_no, p.name, r.region, r.title, r.category, r.started_at, r.ended_at, r.place, r.content, r.unit,
		r.leader` + tables + `WHERE r.status <> 'void'`)
	scope.Where(b, auth.Columns{Region: "r.region", Station: "r.station_id", Person: "r.person_id"})
}, func(auth.Scope) db.Order[Handed] {
	return db.Order[Handed]{By: "r.id", Key: func(r Handed) []any { return []any{r.ID} }}
})

// tally is the sum of one status.
type tally struct {
	Status  Status
	N       int64
	Minutes int64
}

var (
	totalsOf = db.Query[tally](`SELECT status, COUNT(*) AS n, COALESCE(SUM(minutes), 0) AS minutes FROM service_record
		WHERE volunteer_id = $1 GROUP BY status`)
	monthsOf = db.Query[Month](`SELECT day/100 AS month, COUNT(*) AS n, COALESCE(SUM(minutes), 0) AS minutes FROM service_record
		WHERE volunteer_id = $1 AND status = 'counted' GROUP BY day/100 ORDER BY day/100 DESC LIMIT 24`)
)

// stretch is a span of days within what the actor may see.
type stretch struct {
	Scope           auth.Scope
	From, To, Today clock.Day
}

var figures = db.DynamicOf[Figures](func(b *db.Builder, in stretch) {
	b.Add(`SELECT COUNT(*) AS records, COALESCE(SUM(CASE WHEN r.status = 'pending' THEN 1 ELSE 0 END), 0) AS pending,
		COALESCE(SUM(CASE WHEN r.status = 'pending' AND r.due_day < ? THEN 1 ELSE 0 END), 0) AS overdue,
		COALESCE(SUM(CASE WHEN r.due_day < ? OR r.counted_day > 0 THEN 1 ELSE 0 END), 0) AS due,
		COALESCE(SUM(CASE WHEN r.counted_day > 0 AND r.counted_day <= r.due_day THEN 1 ELSE 0 END), 0) AS in_time
		FROM service_record r WHERE r.status <> 'void' AND r.day BETWEEN ? AND ?`, in.Today, in.Today, in.From, in.To)
	in.Scope.Where(b, auth.Columns{Region: "r.region", Station: "r.station_id", Person: "r.person_id"})
})

// waitingIn are the records that wait with a level or, having risen, above it.
type waitingIn struct {
	Scope auth.Scope
	Reach string `enum:"community,town,banner"`
}

func waitingFor(ctx context.Context) waitingIn {
	return waitingIn{auth.ScopeOf(ctx, Review), second.Reach(ctx)}
}

const waitingFrom = tables + `JOIN second_wait w ON w.kind = 'record' AND w.object_id = r.id WHERE r.status = 'pending'`

func (in waitingIn) where(b *db.Builder) {
	in.Scope.Where(b, auth.Columns{Region: "r.region", Station: "r.station_id"})
	b.If(in.Reach == second.AtTown, " AND w.level <> 'community'").If(in.Reach == second.AtBanner, " AND w.level = 'banner'")
}

var waiting = db.ListOf(func(b *db.Builder, in waitingIn) {
	b.Add(`SELECT ` + columns + waitingFrom)
	in.where(b)
}, func(waitingIn) db.Order[Record] {
	return db.Order[Record]{By: "r.due_day, r.id", Key: func(r Record) []any { return []any{r.DueDay, r.ID} }}
})

var waitingCount = db.DynamicOf[int64](func(b *db.Builder, in waitingIn) {
	b.Add(`SELECT COUNT(*)` + waitingFrom)
	in.where(b)
})

var asking = db.ListOf(func(b *db.Builder, in auth.Scope) {
	b.Add(`SELECT c.id, c.record_id, c.minutes, c.content, c.reason, c.asked_at, p.name, r.title, r.day, r.minutes AS now_minutes
		FROM record_correction c JOIN service_record r ON r.id = c.record_id JOIN person p ON p.id = r.person_id WHERE c.state = 'open'`)
	in.Where(b, auth.Columns{Region: "r.region", Station: "r.station_id"})
}, func(auth.Scope) db.Order[AskedLine] {
	return db.Order[AskedLine]{By: "c.id", Key: func(c AskedLine) []any { return []any{c.ID} }}
})

// accountName names who acted; "" for nobody.
func accountName(ctx context.Context, tx *db.Tx, id db.ID) (string, error) {
	name, _, err := db.Found(nameOf.One(ctx, tx, int64(id)))
	return name, err
}

var nameOf = db.Query[string](`SELECT name FROM account WHERE id = $1`)

// inLedger gives the counted service of a station in a stretch of days.
var inLedger = db.Query[ledgerLine](`SELECT r.day, v.no, p.name, r.title, r.minutes, r.source, r.counted_day FROM service_record r
	JOIN volunteer v ON v.id = r.volunteer_id
	JOIN person p ON p.id = r.person_id WHERE r.station_id = $1 AND r.status = 'counted' AND r.day BETWEEN $2 AND $3
	ORDER BY r.day, r.id LIMIT $4`)
