package visit

import (
	"context"

	"linli/internal/oversight/stats"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

var (
	visitTable   = db.NewRelation[Visit]("inspection")
	visitColumns = "SELECT " + visitTable.Columns("x") + `, s.name AS station,
		(SELECT count(*) FROM inspection_finding f WHERE f.inspection_id = x.id) AS findings, (SELECT count(*) FROM inspection_finding f
		WHERE f.inspection_id = x.id AND f.state <> 'closed') AS unclosed
		FROM inspection x JOIN station s ON s.id = x.station_id WHERE `
	visitByID  = db.Query[Visit](visitColumns + `x.id = $1`)
	lockVisit  = db.SQL(`UPDATE inspection SET version = version WHERE id = $1`)
	closeVisit = db.SQL(`UPDATE inspection SET state = 'closed', version = version + 1 WHERE id = $1 AND state = 'open'
		AND NOT EXISTS (SELECT 1 FROM inspection_finding f WHERE f.inspection_id = inspection.id AND f.state <> 'closed')`)
	lineTable = db.NewRelation[Line]("inspection_answer", "inspection_id", "item")
	linesOf   = lineTable.Where(`inspection_id = $1 ORDER BY n`)
	metToday  = db.Query[int64](`SELECT count(*) FROM standard_status WHERE station_id = $1 AND day <= $2 AND until_day > $2 AND met`)

	findingTable   = db.NewRelation[Finding]("inspection_finding")
	findingColumns = "SELECT " + findingTable.Columns("f") + `, s.name AS station
		FROM inspection_finding f JOIN station s ON s.id = f.station_id WHERE `
	findingByID = db.Query[Finding](findingColumns + `f.id = $1`)
	findingsOf  = db.Query[Finding](findingColumns + `f.inspection_id = $1 ORDER BY f.id`)
	unreminded  = db.Query[Finding](findingColumns +
		`f.state <> 'closed' AND (f.reminded = 0 AND f.due_day <= $1 OR f.reminded = 1 AND f.due_day < $2) ORDER BY f.id LIMIT 500`)
	markReminded = db.SQL(`UPDATE inspection_finding SET reminded = $2 WHERE id = $1`)

	stepTable = db.NewRelation[Step]("inspection_step")
	stepsOf   = stepTable.Where(`finding_id = $1 ORDER BY id`)

	unevenVisits = db.Query[db.ID](`SELECT x.id FROM inspection x WHERE x.state IN ('open', 'closed')
		AND (x.state = 'open') <> EXISTS (SELECT 1 FROM inspection_finding f WHERE f.inspection_id = x.id AND f.state <> 'closed') ORDER BY x.id`)
	unevenFindings = db.Query[db.ID](`SELECT f.id FROM inspection_finding f
		WHERE f.state <> COALESCE((SELECT CASE s.action WHEN 'rectified' THEN 'done' WHEN 'closed' THEN 'closed' ELSE 'open' END
		FROM inspection_step s WHERE s.finding_id = f.id AND s.action NOT IN ('photo', 'extended') ORDER BY s.id DESC LIMIT 1), '')
		ORDER BY f.id`)
)

// visitSearch is what a list of visits is of.
type visitSearch struct {
	ListInput
	Scope  auth.Scope
	Filled bool // none that is only planned
}

var visitList = db.ListOf(func(b *db.Builder, in visitSearch) {
	b.Add(visitColumns + "1 = 1")
	in.Scope.Where(b, auth.Columns{Region: "x.region", Station: "x.station_id"})
	auth.Within(b, "x.region", in.Region)
	b.If(in.Filled, " AND x.filled_at IS NOT NULL").If(in.State != "", " AND x.state = ?", in.State)
	if in.Q != "" {
		db.NameFilter(b, "station", "x.station_id", in.Q)
	}
}, func(visitSearch) db.Order[Visit] {
	return db.Order[Visit]{By: "x.id", Down: true, Key: func(x Visit) []any { return []any{x.ID} }}
})

// findingSearch is what a list of findings is of.
type findingSearch struct {
	FindingsInput
	Scope auth.Scope
	Today clock.Day
}

func (in findingSearch) narrow(b *db.Builder) {
	in.Scope.Where(b, auth.Columns{Region: "f.region", Station: "f.station_id"})
	auth.Within(b, "f.region", in.Region)
}

const late = "f.state <> 'closed' AND f.due_day < ?"

var findingList = db.ListOf(func(b *db.Builder, in findingSearch) {
	b.Add(findingColumns + "1 = 1")
	in.narrow(b)
	if in.State == "overdue" {
		b.Add(" AND "+late, in.Today)
	} else {
		b.If(in.State != "", " AND f.state = ?", in.State)
	}
}, func(findingSearch) db.Order[Finding] {
	return db.Order[Finding]{By: "CASE WHEN f.state = 'closed' THEN 1 ELSE 0 END, f.due_day, f.id",
		Key: func(f Finding) []any { return []any{settled(f), int64(f.DueDay), f.ID} }}
})

// overdue counts what is overdue, whatever state is asked for.
var overdue = db.DynamicOf[int64](func(b *db.Builder, in findingSearch) {
	b.Add("SELECT count(*) FROM inspection_finding f WHERE "+late, in.Today)
	in.narrow(b)
})

// inspected counts the stations that were open at the end and visited in the span.
func inspected(ctx context.Context, tx *db.Tx, in stats.Span) ([]stats.Amount, error) {
	b := tx.Build(`SELECT `+auth.AtLevel("x.region", in.Level)+` AS region, '' AS kind, count(DISTINCT x.station_id) AS n FROM inspection x
		WHERE x.filled_at IS NOT NULL AND x.day BETWEEN ? AND ? AND EXISTS (SELECT 1 FROM station_past p WHERE p.station_id = x.station_id
		AND p.status = 'open' AND p.day <= ? AND p.until_day > ?)`,
		in.From, in.To, in.To, in.To)
	auth.Within(b, "x.region", in.Within)
	return db.Select[stats.Amount](ctx, tx, b.Add(" GROUP BY 1"))
}

// dueFindings counts the findings that were due in the span, by state.
func dueFindings(ctx context.Context, tx *db.Tx, in stats.Span) ([]stats.Amount, error) {
	b := tx.Build(`SELECT `+auth.AtLevel("f.region", in.Level)+
		` AS region, f.state AS kind, count(*) AS n FROM inspection_finding f WHERE f.due_day BETWEEN ? AND ?`, in.From, in.To)
	auth.Within(b, "f.region", in.Within)
	return db.Select[stats.Amount](ctx, tx, b.Add(" GROUP BY 1, 2"))
}

// inLedger gives what was found at a station in a stretch of days.
var inLedger = db.Query[ledgerLine](`SELECT i.day, i.inspectors, f.label, f.problem, f.due_day, f.state, f.closed_at
	FROM inspection_finding f JOIN inspection i ON i.id = f.inspection_id
	WHERE f.station_id = $1 AND i.day BETWEEN $2 AND $3 ORDER BY i.day, f.id LIMIT $4`)
