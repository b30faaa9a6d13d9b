package record

import (
	"context"
	"errors"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

const (
	columns = `r.id, r.version, r.volunteer_id, v.no AS volunteer_no, r.person_id, p.name, r.region, r.station_id, r.source, r.order_id,
		r.attendance_id, r.round,
	r.title, r.category, r.day, r.place, r.content, r.started_at, r.ended_at, r.minutes, r.unit, r.leader, r.status, r.confirmation,
	r.evidence, r.needs_second,
	r.why, r.confirmed, r.recorded_by, r.confirmed_by, r.approved_by, r.approved_at, r.counted_at, r.counted_day, r.due_day, r.reason,
	r.made_at`
	tables = ` FROM service_record r JOIN volunteer v ON v.id = r.volunteer_id JOIN person p ON p.id = r.person_id `
)

var (
	byID    = db.Query[Record](`SELECT ` + columns + tables + `WHERE r.id = $1`)
	ofRound = db.Query[Record](`SELECT ` + columns + tables + `WHERE r.order_id = $1 AND r.round = $2 ORDER BY r.id`)
	counted = db.Query[Record](`SELECT ` + columns + tables +
		`WHERE r.volunteer_id = $1 AND r.status = 'counted' AND r.day BETWEEN $2 AND $3 ORDER BY r.started_at, r.id`)
	insertRow = db.SQL(`INSERT INTO service_record (id, version, volunteer_id, person_id, region, station_id, source, order_id, attendance_id,
		round, title, category,
		day, place, content, started_at, ended_at, minutes, unit, leader, status, confirmation, evidence, needs_second, why, confirmed,
		recorded_by, confirmed_by,
		approved_by, approved_at, counted_at, counted_day, due_day, reason, made_at)
		VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
		$19, 'pending', '', $20, $21, $22, $23, $24, $25, $26, $27, NULL, 0, $28, '', $29)`)
	updateRow = db.SQL(`UPDATE service_record SET version = version + 1, content = $3, ended_at = $4, minutes = $5, status = $6,
		confirmation = $7, evidence = $8,
		needs_second = $9, why = $10, confirmed = $11, confirmed_by = $12, approved_by = $13, approved_at = $14, counted_at = $15, reason = $16,
		counted_day = $17
		WHERE id = $1 AND version = $2`)
	daySum = db.Query[int64](`SELECT COALESCE(SUM(minutes), 0) FROM service_record WHERE volunteer_id = $1 AND day = $2
		AND status IN ('counted', 'suspended') AND id <> $3`)
	overlap = db.Query[period](`SELECT started_at, ended_at FROM service_record WHERE volunteer_id = $1 AND started_at < $3
		AND ended_at > $2 AND status <> 'void' AND id <> $4 ORDER BY started_at LIMIT 1`)

	insertChange = db.SQL(`INSERT INTO record_change (id, record_id, version, at, account_id, actor, action, status, minutes_from, minutes,
		content_from, content, reason)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`)
	changesOf = db.Query[Change](`SELECT at, actor, action, status, minutes_from, minutes, content_from, content, reason
		FROM record_change WHERE record_id = $1 ORDER BY id`)

	correctionColumns = `c.id, c.record_id, c.region, c.state, c.minutes, c.content, c.reason, c.asked_by, c.asked_at, c.decided_by,
		c.decided_at, c.answer`
	openCorrection = db.Query[Correction](`SELECT ` + correctionColumns +
		` FROM record_correction c WHERE c.record_id = $1 AND c.state = 'open'`)
	correctionsOf = db.Query[Correction](`SELECT ` + correctionColumns +
		` FROM record_correction c WHERE c.record_id = $1 ORDER BY c.id DESC`)
	insertCorrection = db.SQL(`INSERT INTO record_correction (id, record_id, region, state, minutes, content, reason, asked_by, asked_at,
		answer)
		VALUES ($1, $2, $3, 'open', $4, $5, $6, $7, $8, '') ON CONFLICT DO NOTHING`)
	decideCorrection = db.SQL(`UPDATE record_correction SET state = $2, decided_by = $3, decided_at = $4, answer = $5
		WHERE id = $1 AND state = 'open'`)

	volunteerByNo = db.Query[named](`SELECT v.id, v.no, v.person_id, p.name, v.region FROM volunteer v
		JOIN person p ON p.id = v.person_id WHERE v.no = $1`)
)

// named is a volunteer as an imported row names him.
// period is the time that a record holds.
type period struct{ StartedAt, EndedAt time.Time }

type named struct {
	ID       db.ID
	No       string
	PersonID db.ID
	Name     string
	Region   auth.Region
}

func load(ctx context.Context, tx *db.Tx, id db.ID) (Record, error) {
	r, err := byID.One(ctx, tx, id)
	if errors.Is(err, db.ErrNoRow) {
		return r, errs.ErrNotFound
	}
	return r, err
}

func insert(ctx context.Context, tx *db.Tx, r Record) error {
	_, err := insertRow.Run(ctx, tx, r.ID, r.VolunteerID, r.PersonID, r.Region, r.StationID, r.Source, r.OrderID, r.AttendanceID, r.Round,
		r.Title, r.Category, r.Day, r.Place, r.Content, r.StartedAt, r.EndedAt, r.Minutes, r.Unit, r.Leader, r.Evidence, r.NeedsSecond, r.Why,
		r.Confirmed, r.RecordedBy, r.ConfirmedBy,
		r.ApprovedBy, r.ApprovedAt, r.DueDay, r.MadeAt)
	return err
}

func update(ctx context.Context, tx *db.Tx, r *Record) error {
	n, err := updateRow.Run(ctx, tx, r.ID, r.Version, r.Content, r.EndedAt, r.Minutes, r.Status, r.Confirmation, r.Evidence, r.NeedsSecond,
		r.Why, r.Confirmed, r.ConfirmedBy, r.ApprovedBy, r.ApprovedAt, r.CountedAt, r.Reason, r.CountedDay)
	if err == nil && n == 0 {
		err = errs.ErrStale
	}
	r.Version++
	return err
}

func filtered(tx *db.Tx, what string, scope auth.Scope, in ListInput, today clock.Day) *db.Builder {
	b := tx.Build(`SELECT ` + what + tables + `WHERE 1 = 1`)
	scope.Where(b, auth.Columns{Region: "r.region", Station: "r.station_id", Person: "r.person_id"})
	b.If(in.Status != "", " AND r.status = ?", in.Status).If(in.VolunteerID != 0, " AND r.volunteer_id = ?", in.VolunteerID)
	b.If(in.From != 0, " AND r.day >= ?", in.From).If(in.To != 0, " AND r.day <= ?", in.To)
	b.If(in.Overdue, " AND r.status = 'pending' AND r.due_day < ?", today).If(in.Second,
		" AND r.status = 'pending' AND r.needs_second AND r.confirmed")
	if in.Q != "" {
		b.Add(" AND (p.name = ? OR v.no = ? OR r.title = ?)", in.Q, in.Q, in.Q)
	}
	return b
}

func list(ctx context.Context, tx *db.Tx, scope auth.Scope, in ListInput, today clock.Day) ([]Record, error) {
	var at time.Time
	var id db.ID
	more, err := in.After(&at, &id)
	if err != nil {
		return nil, err
	}
	b := filtered(tx, columns, scope, in, today).If(more, " AND (r.started_at, r.id) < (?, ?)", at, id)
	return db.Select[Record](ctx, tx, b.Add(" ORDER BY r.started_at DESC, r.id DESC LIMIT ?", in.Size()+1))
}

func exported(ctx context.Context, tx *db.Tx, scope auth.Scope, in ListInput, today clock.Day) ([]Record, error) {
	return db.Select[Record](ctx, tx, filtered(tx, columns, scope, in, today).Add(" ORDER BY r.started_at, r.id LIMIT ?", ExportMost+1))
}

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

func figures(ctx context.Context, tx *db.Tx, scope auth.Scope, from, to, today clock.Day) (Figures, error) {
	b := tx.Build(`SELECT COUNT(*) AS records, COALESCE(SUM(CASE WHEN r.status = 'pending' THEN 1 ELSE 0 END), 0) AS pending,
		COALESCE(SUM(CASE WHEN r.status = 'pending' AND r.due_day < ? THEN 1 ELSE 0 END), 0) AS overdue,
		COALESCE(SUM(CASE WHEN r.due_day < ? OR r.counted_day > 0 THEN 1 ELSE 0 END), 0) AS due,
		COALESCE(SUM(CASE WHEN r.counted_day > 0 AND r.counted_day <= r.due_day THEN 1 ELSE 0 END), 0) AS in_time
		FROM service_record r WHERE r.status <> 'void' AND r.day BETWEEN ? AND ?`, today, today, from, to)
	scope.Where(b, auth.Columns{Region: "r.region", Station: "r.station_id", Person: "r.person_id"})
	return db.SelectOne[Figures](ctx, tx, b)
}

func waiting(ctx context.Context, tx *db.Tx, scope auth.Scope, limit int) ([]Record, error) {
	b := tx.Build(`SELECT ` + columns + tables + `WHERE r.status = 'pending' AND r.needs_second AND r.confirmed`)
	scope.Where(b, auth.Columns{Region: "r.region", Station: "r.station_id"})
	return db.Select[Record](ctx, tx, b.Add(" ORDER BY r.due_day, r.id LIMIT ?", limit))
}

func asking(ctx context.Context, tx *db.Tx, scope auth.Scope, limit int) ([]AskedLine, error) {
	b := tx.Build(`SELECT c.id, c.record_id, c.minutes, c.content, c.reason, c.asked_at, p.name, r.title, r.day, r.minutes AS now_minutes
		FROM record_correction c JOIN service_record r ON r.id = c.record_id JOIN person p ON p.id = r.person_id WHERE c.state = 'open'`)
	scope.Where(b, auth.Columns{Region: "r.region", Station: "r.station_id"})
	return db.Select[AskedLine](ctx, tx, b.Add(" ORDER BY c.id LIMIT ?", limit))
}

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
