package visit

import (
	"context"

	"linli/internal/oversight/inspection"
	"linli/internal/oversight/stats"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

const (
	visitColumns = `SELECT x.id, x.version, x.station_id, s.name AS station, x.region, x.day, x.purpose, x.inspectors, x.state, x.note,
		x.account_id, x.by_name, x.made_at, x.filled_at,
		(SELECT count(*) FROM inspection_finding f WHERE f.inspection_id = x.id) AS findings, (SELECT count(*) FROM inspection_finding f
		WHERE f.inspection_id = x.id AND f.state <> 'closed') AS unclosed
		FROM inspection x JOIN station s ON s.id = x.station_id`
	findingColumns = `SELECT f.id, f.version, f.inspection_id, f.station_id, s.name AS station, f.region, f.item, f.label, f.problem,
		f.due_day, f.state, f.rectified_by, f.closed_by, f.closed_at, f.made_at FROM inspection_finding f JOIN station s ON s.id = f.station_id`
	stepColumns = `SELECT id, finding_id, action, text, blob_id, by_name, at FROM inspection_step`
)

var (
	visitByID = db.Query[Visit](visitColumns + ` WHERE x.id = $1`)
	addVisit  = db.SQL(`INSERT INTO inspection (id, version, station_id, region, day, purpose, inspectors, state, note, account_id, by_name,
		made_at)
		VALUES ($1, 1, $2, $3, $4, $5, $6, $7, '', $8, $9, $10)`)
	setVisit = db.SQL(`UPDATE inspection SET day = $3, inspectors = $4, state = $5, note = $6, filled_at = $7, version = version + 1
		WHERE id = $1 AND version = $2 AND state = 'planned'`)
	lockVisit  = db.SQL(`UPDATE inspection SET version = version WHERE id = $1`)
	closeVisit = db.SQL(`UPDATE inspection SET state = 'closed', version = version + 1 WHERE id = $1 AND state = 'open'
		AND NOT EXISTS (SELECT 1 FROM inspection_finding f WHERE f.inspection_id = inspection.id AND f.state <> 'closed')`)
	linesOf  = db.Query[Line](`SELECT n, item, label, kind, answer, remark FROM inspection_answer WHERE inspection_id = $1 ORDER BY n`)
	metToday = db.Query[int64](`SELECT count(*) FROM standard_status WHERE station_id = $1 AND day <= $2 AND until_day > $2 AND met`)

	findingByID = db.Query[Finding](findingColumns + ` WHERE f.id = $1`)
	findingsOf  = db.Query[Finding](findingColumns + ` WHERE f.inspection_id = $1 ORDER BY f.id`)
	addFinding  = db.SQL(`INSERT INTO inspection_finding (id, version, inspection_id, station_id, region, item, label, problem, due_day,
		state, reminded, made_at)
		VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10)`)
	setFinding = db.SQL(`UPDATE inspection_finding SET due_day = $4, state = $5, rectified_by = $6, closed_by = $7, closed_at = $8,
		reminded = 0, version = version + 1
		WHERE id = $1 AND version = $2 AND state = $3`)
	unreminded = db.Query[Finding](findingColumns +
		` WHERE f.state <> 'closed' AND (f.reminded = 0 AND f.due_day <= $1 OR f.reminded = 1 AND f.due_day < $2) ORDER BY f.id LIMIT 500`)
	markReminded = db.SQL(`UPDATE inspection_finding SET reminded = $2 WHERE id = $1`)

	stepByID = db.Query[Step](stepColumns + ` WHERE id = $1`)
	stepsOf  = db.Query[Step](stepColumns + ` WHERE finding_id = $1 ORDER BY id`)
	addStep  = db.SQL(`INSERT INTO inspection_step (id, finding_id, action, text, blob_id, account_id, by_name, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`)

	unevenVisits = db.Query[db.ID](`SELECT x.id FROM inspection x WHERE x.state IN ('open', 'closed')
		AND (x.state = 'open') <> EXISTS (SELECT 1 FROM inspection_finding f WHERE f.inspection_id = x.id AND f.state <> 'closed') ORDER BY x.id`)
	unevenFindings = db.Query[db.ID](`SELECT f.id FROM inspection_finding f
		WHERE f.state <> COALESCE((SELECT CASE s.action WHEN 'rectified' THEN 'done' WHEN 'closed' THEN 'closed' ELSE 'open' END
		FROM inspection_step s WHERE s.finding_id = f.id AND s.action NOT IN ('photo', 'extended') ORDER BY s.id DESC LIMIT 1), '')
		ORDER BY f.id`)
)

func insertVisit(ctx context.Context, tx *db.Tx, x Visit) error {
	_, err := addVisit.Run(ctx, tx, x.ID, x.StationID, x.Region, x.Day, x.Purpose, x.Inspectors, x.State, x.AccountID, x.ByName, x.MadeAt)
	return err
}

func updateVisit(ctx context.Context, tx *db.Tx, x Visit) error {
	return inspection.Stale(setVisit.Run(ctx, tx, x.ID, x.Version, x.Day, x.Inspectors, x.State, x.Note, x.FilledAt))
}

func insertLines(ctx context.Context, tx *db.Tx, id db.ID, lines []Line) error {
	return tx.InsertMany(ctx, "inspection_answer", []string{"inspection_id", "n", "item", "label", "kind", "answer", "remark"}, len(lines),
		func(i int) []any {
			l := lines[i]
			return []any{id, l.N, l.Item, l.Label, l.Kind, l.Answer, l.Remark}
		}, "")
}

func insertFinding(ctx context.Context, tx *db.Tx, f Finding) error {
	_, err := addFinding.Run(ctx, tx, f.ID, f.InspectionID, f.StationID, f.Region, f.Item, f.Label, f.Problem, f.DueDay, f.State, f.MadeAt)
	return err
}

// updateFinding changes a finding that still stands in the state that was seen: of several who do it at once, one does.
func updateFinding(ctx context.Context, tx *db.Tx, f Finding, was string) error {
	return inspection.Stale(setFinding.Run(ctx, tx, f.ID, f.Version, was, f.DueDay, f.State, f.RectifiedBy, f.ClosedBy, f.ClosedAt))
}

func visits(ctx context.Context, tx *db.Tx, scope auth.Scope, filled bool, in ListInput, more bool, after db.ID) ([]Visit, error) {
	b := tx.Build(visitColumns + ` WHERE 1 = 1`)
	scope.Where(b, auth.Columns{Region: "x.region", Station: "x.station_id"})
	auth.Within(b, "x.region", in.Region)
	b.If(filled, " AND x.filled_at IS NOT NULL").If(in.State != "", " AND x.state = ?", in.State)
	if in.Q != "" {
		db.NameFilter(b, "station", "x.station_id", in.Q)
	}
	b.If(more, " AND x.id < ?", after)
	return db.Select[Visit](ctx, tx, b.Add(" ORDER BY x.id DESC LIMIT ?", in.Size()+1))
}

func findings(ctx context.Context, tx *db.Tx, scope auth.Scope, in FindingsInput, today clock.Day) ([]Finding, error) {
	const last = `CASE WHEN f.state = 'closed' THEN 1 ELSE 0 END`
	var closed, due int64
	var after db.ID
	more, err := in.After(&closed, &due, &after)
	if err != nil {
		return nil, err
	}
	b := tx.Build(findingColumns + ` WHERE 1 = 1`)
	narrow(b, scope, in.Region)
	if in.State == "overdue" {
		b.Add(" AND f.state <> 'closed' AND f.due_day < ?", today)
	} else {
		b.If(in.State != "", " AND f.state = ?", in.State)
	}
	b.If(more, " AND ("+last+", f.due_day, f.id) > (?, ?, ?)", closed, due, after)
	return db.Select[Finding](ctx, tx, b.Add(" ORDER BY "+last+", f.due_day, f.id LIMIT ?", in.Size()+1))
}

func narrow(b *db.Builder, scope auth.Scope, at auth.Region) {
	scope.Where(b, auth.Columns{Region: "f.region", Station: "f.station_id"})
	auth.Within(b, "f.region", at)
}

func countOverdue(ctx context.Context, tx *db.Tx, scope auth.Scope, at auth.Region, today clock.Day) (int64, error) {
	b := tx.Build(`SELECT count(*) FROM inspection_finding f WHERE f.state <> 'closed' AND f.due_day < ?`, today)
	narrow(b, scope, at)
	return db.SelectOne[int64](ctx, tx, b)
}

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
