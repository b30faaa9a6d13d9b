package attendance

import (
	"context"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

var (
	table        = db.NewRelation[Attendance]("attendance").While("out_at IS NULL") // a session that has ended stands for ever
	byAssignment = table.Where("assignment_id = $1")
	ofOrder      = table.Where("order_id = $1 ORDER BY in_at, id")
	overlapping  = db.Query[span](`SELECT in_at, out_at FROM attendance WHERE volunteer_id = $1 AND in_at < $3
		AND (out_at IS NULL OR out_at > $2) AND id <> $4 ORDER BY in_at LIMIT 1`)
	takeTurn = db.Query[db.ID](`SELECT id FROM volunteer WHERE id = $1 FOR UPDATE`)

	sheetTable  = db.NewRelation[Sheet]("sheet")
	blankSheets = sheetTable.Where("station_id = $1 AND state = 'issued' ORDER BY no")
	nextSerial  = db.Query[int64](`INSERT INTO sheet_serial (region, year, last) VALUES ($1, $2, $3)
		ON CONFLICT (region, year) DO UPDATE SET last = sheet_serial.last + $3 RETURNING last`)
	dropRows = db.SQL(`DELETE FROM sheet_row WHERE sheet_id = $1`)
	rowTable = db.NewRelation[Row]("sheet_row")
	rowsOf   = db.Query[Row](`SELECT ` + rowTable.Columns("r") + `, v.no AS volunteer_no, p.name, i.name AS item
		FROM sheet_row r JOIN volunteer v ON v.id = r.volunteer_id JOIN person p ON p.id = r.person_id JOIN catalogue_item i ON i.id = r.item_id
		WHERE r.sheet_id = $1 ORDER BY r.line`)

	volunteerByNo = db.Query[found](volunteers + `WHERE v.no = $1`)
	callable      = db.Query[found](volunteers + `WHERE v.region/1000 = $1 AND p.id IN (SELECT id FROM name_grams WHERE kind = 'person' AND gram = $2)
		ORDER BY v.no`)
	volunteerOf = db.Query[found](volunteers + `WHERE v.person_id = $1`)

	weekOrders = db.Query[planned](`SELECT o.id, o.no, o.state, o.title, o.region, o.station_id, o.recipient_id, p.name AS recipient,
		o.window_start, o.window_end
		FROM orders o JOIN person p ON p.id = o.recipient_id WHERE o.station_id = $1 AND o.window_start >= $2 AND o.window_start < $3
		AND o.state NOT IN ('cancelled', 'rejected') ORDER BY o.window_start, o.id`)
	weekHelpers = db.Query[helper](`SELECT a.order_id, a.person_id, p.name FROM assignment a JOIN orders o ON o.id = a.order_id
		AND o.round = a.round JOIN person p ON p.id = a.person_id WHERE o.station_id = $1 AND o.window_start >= $2 AND o.window_start < $3
		AND a.state IN ('accepted', 'checked_in', 'checked_out') ORDER BY a.id`)
)

const volunteers = `SELECT v.id, v.no, v.person_id, p.name, v.region, v.status FROM volunteer v JOIN person p ON p.id = v.person_id `

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

// most is how many lines the lists of one desk show at once.
const most = 200

// begun asks for the running sessions, or for those that began since.
type begun struct {
	Scope auth.Scope
	Since time.Time
}

var sessions = db.DynamicOf[Session](func(b *db.Builder, in begun) {
	b.Add(`SELECT a.id, a.order_id, o.no AS order_no, o.title, a.volunteer_id, v.no AS volunteer_no, p.name, a.region, a.in_at,
		a.in_evidence, o.window_start, o.window_end FROM attendance a JOIN orders o ON o.id = a.order_id JOIN volunteer v ON v.id = a.volunteer_id
		JOIN person p ON p.id = a.person_id WHERE 1 = 1`)
	in.Scope.Where(b, auth.Columns{Region: "a.region", Station: "a.station_id", Person: "a.person_id"})
	if in.Since.IsZero() {
		b.Add(" AND a.out_at IS NULL ORDER BY o.window_end, a.id LIMIT ?", most)
	} else {
		b.Add(" AND a.in_at > ? ORDER BY a.in_at DESC, a.id LIMIT ?", in.Since, 5*most)
	}
})

// deskStation is a station of the actor's desk.
type deskStation struct {
	ID     db.ID
	No     string
	Name   string
	Region auth.Region
	Blanks bool // numbers are there that nothing was written on
}

var deskStations = db.ListOf(func(b *db.Builder, in auth.Scope) {
	b.Add(`SELECT s.id, s.no, s.name, s.region, EXISTS (SELECT 1 FROM sheet x WHERE x.station_id = s.id AND x.state = 'issued') AS blanks
		FROM station s WHERE s.kind = 'station'`)
	in.Where(b, auth.Columns{Region: "s.region", Station: "s.id"})
}, func(auth.Scope) db.Order[deskStation] {
	return db.Order[deskStation]{By: "s.region, s.id", Key: func(s deskStation) []any { return []any{s.Region, s.ID} }}
})

// scoped is a list of sheets within what the actor may see.
type scoped struct {
	StationID db.ID
	State     string
	Scope     auth.Scope
}

func (in scoped) narrow(b *db.Builder) {
	in.Scope.Where(b, auth.Columns{Region: "s.region", Station: "s.station_id"})
	b.If(in.State != "", " AND s.state = ?", in.State).If(in.StationID != 0, " AND s.station_id = ?", in.StationID)
}

var listed = db.ListOf(func(b *db.Builder, in scoped) {
	b.Add(sheetTable.Select("s") + " WHERE 1 = 1")
	in.narrow(b)
}, func(scoped) db.Order[Sheet] {
	return db.Order[Sheet]{By: "s.no", Down: true, Key: func(s Sheet) []any { return []any{s.No} }}
})

// enteredSheets are the sheets of a scope that wait for their second person.
var enteredSheets = db.ListOf(func(b *db.Builder, in auth.Scope) {
	b.Add(sheetTable.Select("s") + " WHERE s.state = 'entered'")
	in.Where(b, auth.Columns{Region: "s.region", Station: "s.station_id"})
}, func(auth.Scope) db.Order[Sheet] {
	return db.Order[Sheet]{By: "s.entered_at, s.id", Key: func(s Sheet) []any { return []any{s.EnteredAt, s.ID} }}
})

var counts = db.DynamicOf[SheetCount](func(b *db.Builder, in scoped) {
	b.Add(`SELECT s.state, COUNT(*) AS n FROM sheet s WHERE 1 = 1`)
	in.narrow(b)
	b.Add(" GROUP BY s.state ORDER BY s.state")
})

func insertRows(ctx context.Context, tx *db.Tx, s Sheet, rows []Row) error {
	if _, err := dropRows.Run(ctx, tx, s.ID); err != nil {
		return err
	}
	for i := range rows {
		rows[i].ID, rows[i].SheetID, rows[i].Region = tx.NewID(), s.ID, s.Region
	}
	return rowTable.InsertAll(ctx, tx, rows)
}

// Findings of Verify: sessions that overlap, and sheets whose sessions do not stand on two people.
var (
	doubleBooked = db.Query[pair](`SELECT a.id, b.id AS other FROM attendance a JOIN attendance b ON b.volunteer_id = a.volunteer_id
		AND b.id > a.id AND b.in_at < a.out_at AND (b.out_at IS NULL OR b.out_at > a.in_at) WHERE a.out_at IS NOT NULL`)
	wrongMinutes = table.Where("out_at IS NOT NULL ORDER BY id")
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
