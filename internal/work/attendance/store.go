package attendance

import (
	"context"
	"errors"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

const columns = `a.id, a.source, a.order_id, a.assignment_id, a.row_id, a.volunteer_id, a.person_id, a.region, a.station_id, a.round,
	a.day, a.in_at,
	a.in_server_at, a.in_device_at, a.in_evidence, a.in_by, a.in_voice, a.out_at, a.out_server_at, a.out_device_at, a.out_evidence, a.out_by,
	a.out_voice, a.minutes, a.needs_second, a.why, a.closed_by, a.close_reason`

var (
	byID         = db.Query[Attendance](`SELECT ` + columns + ` FROM attendance a WHERE a.id = $1`)
	byAssignment = db.Query[Attendance](`SELECT ` + columns + ` FROM attendance a WHERE a.assignment_id = $1`)
	ofOrder      = db.Query[Attendance](`SELECT ` + columns + ` FROM attendance a WHERE a.order_id = $1 ORDER BY a.in_at, a.id`)
	overlapping  = db.Query[span](`SELECT in_at, out_at FROM attendance WHERE volunteer_id = $1 AND in_at < $3
		AND (out_at IS NULL OR out_at > $2) AND id <> $4 ORDER BY in_at LIMIT 1`)
	insertRow = db.SQL(`INSERT INTO attendance (id, source, order_id, assignment_id, row_id, volunteer_id, person_id, region, station_id,
		round, day, in_at,
		in_server_at, in_device_at, in_evidence, in_metres, in_by, in_voice, out_at, out_server_at, out_device_at, out_evidence, out_metres,
		out_by, out_voice, minutes, needs_second, why, closed_by, close_reason)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, -1, $23, '', $24, FALSE, '',
		NULL, '')`)
	endRow = db.SQL(`UPDATE attendance SET out_at = $2, out_server_at = $3, out_device_at = $4, out_evidence = $5, out_metres = $6,
		out_by = $7, out_voice = $8,
		minutes = $9, needs_second = $10, why = $11, closed_by = $12, close_reason = $13 WHERE id = $1 AND out_at IS NULL`)
	takeTurn = db.Query[db.ID](`SELECT id FROM volunteer WHERE id = $1 FOR UPDATE`)
	kinOf    = db.Query[db.ID](`SELECT ward_id FROM person_guardian WHERE guardian_id = $1 UNION SELECT guardian_id FROM person_guardian
		WHERE ward_id = $1`)

	sheetColumns = `s.id, s.version, s.no, s.state, s.region, s.station_id, s.issued_by, s.issued_at, s.entered_by, s.entered_at, s.photo_id,
		s.first_day, s.due_day, s.late_reason, s.approved_by, s.approved_at, s.reason`
	sheetByID   = db.Query[Sheet](`SELECT ` + sheetColumns + ` FROM sheet s WHERE s.id = $1`)
	lockSheet   = db.Query[Sheet](`SELECT ` + sheetColumns + ` FROM sheet s WHERE s.id = $1 FOR UPDATE`)
	insertSheet = db.SQL(`INSERT INTO sheet (id, version, no, state, region, station_id, issued_by, issued_at, first_day, due_day,
		late_reason, reason)
		VALUES ($1, 1, $2, 'issued', $3, $4, $5, $6, 0, 0, '', '')`)
	updateSheet = db.SQL(`UPDATE sheet SET version = version + 1, state = $3, entered_by = $4, entered_at = $5, photo_id = $6, first_day = $7,
		due_day = $8, late_reason = $9, approved_by = $10, approved_at = $11, reason = $12 WHERE id = $1 AND version = $2`)
	nextSerial = db.Query[int64](`INSERT INTO sheet_serial (region, year, last) VALUES ($1, $2, $3)
		ON CONFLICT (region, year) DO UPDATE SET last = sheet_serial.last + $3 RETURNING last`)
	dropRows  = db.SQL(`DELETE FROM sheet_row WHERE sheet_id = $1`)
	insertOne = db.SQL(`INSERT INTO sheet_row (id, sheet_id, line, region, volunteer_id, person_id, item_id, for_whom, day, started_at,
		ended_at, minutes, signed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`)
	rowsOf = db.Query[Row](`SELECT r.id, r.sheet_id, r.line, r.region, r.volunteer_id, v.no AS volunteer_no, r.person_id, p.name, r.item_id,
		i.name AS item, r.for_whom, r.day, r.started_at, r.ended_at, r.minutes, r.signed
		FROM sheet_row r JOIN volunteer v ON v.id = r.volunteer_id JOIN person p ON p.id = r.person_id JOIN catalogue_item i ON i.id = r.item_id
		WHERE r.sheet_id = $1 ORDER BY r.line`)
	blankSheets = db.Query[Sheet](`SELECT ` + sheetColumns + ` FROM sheet s WHERE s.station_id = $1 AND s.state = 'issued' ORDER BY s.no`)

	volunteerByNo = db.Query[found](`SELECT v.id, v.no, v.person_id, p.name, v.region, v.status FROM volunteer v
		JOIN person p ON p.id = v.person_id WHERE v.no = $1`)
	namesakes = db.Query[found](`SELECT v.id, v.no, v.person_id, p.name, v.region, v.status FROM volunteer v
		JOIN person p ON p.id = v.person_id
		WHERE p.name = $1 AND v.region/1000 = $2 ORDER BY v.no LIMIT 5`)
	volunteerOf = db.Query[found](`SELECT v.id, v.no, v.person_id, p.name, v.region, v.status FROM volunteer v
		JOIN person p ON p.id = v.person_id WHERE v.person_id = $1`)

	weekOrders = db.Query[planned](`SELECT o.id, o.no, o.state, o.title, o.region, o.station_id, o.recipient_id, p.name AS recipient,
		o.window_start, o.window_end
		FROM orders o JOIN person p ON p.id = o.recipient_id WHERE o.station_id = $1 AND o.window_start >= $2 AND o.window_start < $3
		AND o.state NOT IN ('cancelled', 'rejected') ORDER BY o.window_start, o.id`)
	weekHelpers = db.Query[helper](`SELECT a.order_id, a.person_id, p.name FROM assignment a JOIN orders o ON o.id = a.order_id
		AND o.round = a.round JOIN person p ON p.id = a.person_id WHERE o.station_id = $1 AND o.window_start >= $2 AND o.window_start < $3
		AND a.state IN ('accepted', 'checked_in', 'checked_out') ORDER BY a.id`)
)

// span is when a session began and ended; OutAt is nil while it runs.
type span struct {
	InAt  time.Time
	OutAt *time.Time
}

// found is a volunteer as a sheet's row names him.
type found struct {
	ID       db.ID
	No       string
	PersonID db.ID
	Name     string
	Region   auth.Region
	Status   string
}

// planned is an order of the week pack.
type planned struct {
	ID          db.ID
	No          string
	State       string
	Title       string
	Region      auth.Region
	StationID   db.ID
	RecipientID db.ID
	Recipient   string
	WindowStart time.Time
	WindowEnd   time.Time
}

type helper struct {
	OrderID  db.ID
	PersonID db.ID
	Name     string
}

func notFound(err error) error {
	if errors.Is(err, db.ErrNoRow) {
		return errs.ErrNotFound
	}
	return err
}

func ofAssignment(ctx context.Context, tx *db.Tx, id db.ID) (Attendance, bool, error) {
	return db.Found(byAssignment.One(ctx, tx, id))
}

func insert(ctx context.Context, tx *db.Tx, a Attendance, metres int64) error {
	_, err := insertRow.Run(ctx, tx, a.ID, a.Source, a.OrderID, a.AssignmentID, a.RowID, a.VolunteerID, a.PersonID, a.Region, a.StationID,
		a.Round, a.Day, a.InAt, a.InServerAt, a.InDeviceAt, a.InEvidence, metres, a.InBy, a.InVoice, a.OutAt, a.OutServerAt, a.OutDeviceAt,
		a.OutEvidence, a.OutBy, a.Minutes)
	return err
}

func closeSession(ctx context.Context, tx *db.Tx, a Attendance, metres int64) error {
	n, err := endRow.Run(ctx, tx, a.ID, a.OutAt, a.OutServerAt, a.OutDeviceAt, a.OutEvidence, metres, a.OutBy, a.OutVoice, a.Minutes,
		a.NeedsSecond, a.Why, a.ClosedBy, a.CloseReason)
	if err == nil && n == 0 {
		err = errs.WrongState("已经签退了")
	}
	return err
}

// most is how many lines the lists of one desk show at once.
const most = 200

// sessions gives running ones, or those of the last week that began late.
func sessions(ctx context.Context, tx *db.Tx, scope auth.Scope, open bool, now time.Time) ([]Session, error) {
	b := tx.Build(`SELECT a.id, a.order_id, o.no AS order_no, o.title, a.volunteer_id, v.no AS volunteer_no, p.name, a.region, a.in_at,
		a.in_evidence, o.window_start, o.window_end FROM attendance a JOIN orders o ON o.id = a.order_id JOIN volunteer v ON v.id = a.volunteer_id
		JOIN person p ON p.id = a.person_id WHERE 1 = 1`)
	scope.Where(b, auth.Columns{Region: "a.region", Station: "a.station_id", Person: "a.person_id"})
	if open {
		return db.Select[Session](ctx, tx, b.Add(" AND a.out_at IS NULL ORDER BY o.window_end, a.id LIMIT ?", most))
	}
	rows, err := db.Select[Session](ctx, tx, b.Add(" AND a.in_at > ? ORDER BY a.in_at DESC, a.id LIMIT ?", now.AddDate(0, 0, -7), 5*most))
	var out []Session
	for _, r := range rows {
		if r.InAt.Sub(r.WindowStart) > late && len(out) < most {
			out = append(out, r)
		}
	}
	return out, err
}

// deskStation is a station of the actor's desk.
type deskStation struct {
	ID     db.ID
	No     string
	Name   string
	Region auth.Region
}

func deskStations(ctx context.Context, tx *db.Tx, scope auth.Scope) ([]deskStation, error) {
	b := tx.Build(`SELECT s.id, s.no, s.name, s.region FROM station s WHERE s.kind = 'station'`)
	scope.Where(b, auth.Columns{Region: "s.region", Station: "s.id"})
	return db.Select[deskStation](ctx, tx, b.Add(" ORDER BY s.region, s.id LIMIT ?", most))
}

func listSheets(ctx context.Context, tx *db.Tx, scope auth.Scope, in SheetList) ([]Sheet, error) {
	var no string
	more, err := in.After(&no)
	if err != nil {
		return nil, err
	}
	b := tx.Build(`SELECT ` + sheetColumns + ` FROM sheet s WHERE 1 = 1`)
	scope.Where(b, auth.Columns{Region: "s.region", Station: "s.station_id"})
	b.If(in.State != "", " AND s.state = ?", in.State).If(in.StationID != 0, " AND s.station_id = ?", in.StationID).If(more, " AND s.no < ?",
		no)
	return db.Select[Sheet](ctx, tx, b.Add(" ORDER BY s.no DESC LIMIT ?", in.Size()+1))
}

func countSheets(ctx context.Context, tx *db.Tx, scope auth.Scope, stationID db.ID) ([]SheetCount, error) {
	b := tx.Build(`SELECT s.state, COUNT(*) AS n FROM sheet s WHERE 1 = 1`)
	scope.Where(b, auth.Columns{Region: "s.region", Station: "s.station_id"})
	return db.Select[SheetCount](ctx, tx, b.If(stationID != 0, " AND s.station_id = ?", stationID).Add(" GROUP BY s.state ORDER BY s.state"))
}

// saveSheet writes what changed and counts the version up; a sheet that somebody else changed meanwhile is stale.
func saveSheet(ctx context.Context, tx *db.Tx, s *Sheet) error {
	n, err := updateSheet.Run(ctx, tx, s.ID, s.Version, s.State, s.EnteredBy, s.EnteredAt, s.PhotoID, s.FirstDay, s.DueDay, s.LateReason,
		s.ApprovedBy, s.ApprovedAt, s.Reason)
	if err == nil && n == 0 {
		err = errs.ErrStale
	}
	s.Version++
	return err
}

func insertRows(ctx context.Context, tx *db.Tx, s Sheet, rows []Row) error {
	if _, err := dropRows.Run(ctx, tx, s.ID); err != nil {
		return err
	}
	for _, r := range rows {
		if _, err := insertOne.Run(ctx, tx, tx.NewID(), s.ID, r.Line, s.Region, r.VolunteerID, r.PersonID, r.ItemID, r.ForWhom, r.Day,
			r.StartedAt, r.EndedAt, r.Minutes, r.Signed); err != nil {
			return err
		}
	}
	return nil
}

// Findings of Verify: sessions that overlap, and sheets whose sessions do not stand on two people.
var (
	doubleBooked = db.Query[pair](`SELECT a.id, b.id AS other FROM attendance a JOIN attendance b ON b.volunteer_id = a.volunteer_id
		AND b.id > a.id AND b.in_at < a.out_at AND (b.out_at IS NULL OR b.out_at > a.in_at) WHERE a.out_at IS NOT NULL`)
	wrongMinutes = db.Query[Attendance](`SELECT ` + columns + ` FROM attendance a WHERE a.out_at IS NOT NULL ORDER BY a.id`)
	loneSheets   = db.Query[db.ID](`SELECT s.id FROM sheet s WHERE s.state = 'approved' AND (s.approved_by IS NULL OR s.entered_by IS NULL
		OR s.approved_by = s.entered_by)`)
	strayRows = db.Query[db.ID](`SELECT a.id FROM attendance a JOIN sheet_row r ON r.id = a.row_id JOIN sheet s ON s.id = r.sheet_id
		WHERE s.state <> 'approved'`)
)

type pair struct{ ID, Other db.ID }

// accountName names who acted; "" for nobody and for an account that is gone.
func accountName(ctx context.Context, tx *db.Tx, id db.ID) (string, error) {
	name, _, err := db.Found(nameOf.One(ctx, tx, int64(id)))
	return name, err
}

var nameOf = db.Query[string](`SELECT name FROM account WHERE id = $1`)
