package order

import (
	"context"
	"slices"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

const columns = `o.id, o.no, o.state, o.state_at, o.version, o.title, o.category, o.catalogue_id, o.region, o.station_id, o.level,
	o.window_start, o.window_end, o.day,
	o.minutes, o.needed, o.urgent, o.channel, o.consent, o.recipient_id, o.requester_id, o.entered_by, o.code_tries, o.rating, o.comment,
	o.evidence, o.needs_second, o.photo_id, o.confirmed_by, o.appealed, o.round, o.created_at, o.closed_at`

var (
	byID      = db.Query[Order](`SELECT ` + columns + ` FROM orders o WHERE o.id = $1`)
	lockByID  = db.Query[Order](`SELECT ` + columns + ` FROM orders o WHERE o.id = $1 FOR UPDATE`)
	insertRow = db.SQL(`INSERT INTO orders (id, no, state, state_at, version, title, category, catalogue_id, region, station_id, level,
		window_start, window_end, day,
		minutes, needed, urgent, channel, consent, recipient_id, requester_id, entered_by, address, detail, risk, code, code_tries, rating,
		comment, evidence, needs_second, photo_id, confirmed_by, appealed, round, created_at, closed_at)
		VALUES ($1, $2, $3, $26, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, 0, 0,
		'', '', FALSE, NULL, NULL, FALSE, 1, $26, NULL) ON CONFLICT (no) DO NOTHING`)
	updateRow = db.SQL(`UPDATE orders SET state = $3, state_at = $19, version = version + 1, level = $4, window_start = $5, window_end = $6,
		day = $7, minutes = $8, code_tries = $9,
		rating = $10, comment = $11, evidence = $12, needs_second = $13, photo_id = $14, confirmed_by = $15, appealed = $16, round = $17,
		closed_at = $18
		WHERE id = $1 AND version = $2`)
	sealedOf  = db.Query[sealed](`SELECT address, detail, risk, code FROM orders WHERE id = $1`)
	setDetail = db.SQL(`UPDATE orders SET detail = $2 WHERE id = $1`)
	setWords  = db.SQL(`UPDATE orders SET detail = $2, address = $3 WHERE id = $1`)
	setCode   = db.SQL(`UPDATE orders SET code = $2 WHERE id = $1`)
	countTry  = db.SQL(`UPDATE orders SET code_tries = code_tries + 1 WHERE id = $1`)
	alike     = db.Query[string](`SELECT no FROM orders WHERE recipient_id = $1 AND catalogue_id = $2 AND day BETWEEN $3 AND $4 AND id <> $5
		AND state NOT IN ('rejected', 'cancelled') ORDER BY id LIMIT 5`)

	partColumns = `a.id, a.order_id, a.volunteer_id, a.person_id, a.round, a.state, a.offered_by, a.at, a.reason`
	partsOf     = db.Query[Assignment](`SELECT ` + partColumns + ` FROM assignment a WHERE a.order_id = $1 AND a.round = $2 ORDER BY a.id`)
	insertPart  = db.SQL(`INSERT INTO assignment (id, order_id, volunteer_id, person_id, region, round, state, offered_by, at, reason)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '') ON CONFLICT DO NOTHING`)
	updatePart  = db.SQL(`UPDATE assignment SET state = $3, at = $4, reason = $5 WHERE id = $1 AND state = $2`)
	everServed  = db.Query[int64](`SELECT count(*) FROM assignment WHERE order_id = $1 AND person_id = $2`)
	timesOpened = db.Query[int64](`SELECT count(*) FROM order_event WHERE order_id = $1 AND move = 'open'`)
	namesOf     = db.Query[helperRow](`SELECT a.order_id, a.volunteer_id, a.person_id, p.name, a.state, a.at FROM assignment a
		JOIN person p ON p.id = a.person_id
		WHERE a.order_id = $1 AND a.round = $2 ORDER BY a.id`)

	lockVolunteer = db.Query[db.ID](`SELECT id FROM volunteer WHERE id = $1 FOR UPDATE`)
	busyWith      = db.Query[Appointment](`SELECT a.volunteer_id, o.id AS order_id, a.state, o.day, o.minutes, o.window_start,
		o.window_end FROM assignment a
		JOIN orders o ON o.id = a.order_id WHERE a.volunteer_id = $1 AND a.state IN ('accepted', 'checked_in', 'checked_out')
		AND o.day BETWEEN $2 AND $3`)

	insertEvent = db.SQL(`INSERT INTO order_event (id, order_id, region, at, move, from_state, state, version, account_id, actor,
		on_behalf_of, channel, reason, volunteer_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`)
	eventsOf = db.Query[Event](`SELECT e.at, e.move, e.from_state, e.state, e.version, e.actor, e.on_behalf_of, e.channel, e.reason,
		e.account_id, e.volunteer_id
		FROM order_event e WHERE e.order_id = $1 ORDER BY e.version`)
	allEvents = db.Query[pathRow](`SELECT o.no, o.id, o.state AS stands, o.version AS stands_version, e.move, e.from_state, e.state,
		e.version FROM orders o JOIN order_event e ON e.order_id = o.id ORDER BY o.id, e.version`)
	withoutEvents = db.Query[db.ID](`SELECT o.id FROM orders o WHERE NOT EXISTS (SELECT 1 FROM order_event e WHERE e.order_id = o.id)`)

	insertDue = db.SQL(`INSERT INTO order_due (id, order_id, kind, due_at, assignment_id) VALUES ($1, $2, $3, $4, $5)`)
	dropDues  = db.SQL(`DELETE FROM order_due WHERE order_id = $1 AND kind NOT IN ('offer', 'window')`)
	dropKind  = db.SQL(`DELETE FROM order_due WHERE order_id = $1 AND kind = $2`)
	dropAll   = db.SQL(`DELETE FROM order_due WHERE order_id = $1`)
	dropPart  = db.SQL(`DELETE FROM order_due WHERE assignment_id = $1`)
	takeDue   = db.SQL(`DELETE FROM order_due WHERE id = $1`)
	duesBy    = db.Query[Due](`SELECT id, order_id, kind, due_at, assignment_id FROM order_due WHERE due_at <= $1 ORDER BY due_at, id
		LIMIT 200`)
	sawCode = db.SQL(`INSERT INTO order_code_seen (order_id, round, account_id, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`)
)

type sealed struct{ Address, Detail, Risk, Code []byte }

type helperRow struct {
	OrderID     db.ID
	VolunteerID db.ID
	PersonID    db.ID
	Name        string
	State       Part
	At          time.Time
}

// Event is one step of the timeline.
type Event struct {
	At         time.Time `json:"at"`
	State      State     `json:"state"`
	From       State     `json:"from" db:"from_state"`
	Move       Move      `json:"move"`
	Actor      string    `json:"actor"`
	OnBehalfOf string    `json:"on_behalf_of,omitempty"`
	Channel    string    `json:"channel"`
	Reason     string    `json:"reason"`
	Version    int64     `json:"version"`

	AccountID   db.ID `json:"-"`
	VolunteerID db.ID `json:"-"`
}

type pathRow struct {
	No            string
	ID            db.ID
	Stands        State
	StandsVersion int64
	Move          Move
	FromState     State
	State         State
	Version       int64
}

// Due is one deadline of an order.
type Due struct {
	ID           db.ID
	OrderID      db.ID
	Kind         string
	DueAt        time.Time
	AssignmentID db.ID
}

// Appointment is what a volunteer has taken on.
type Appointment struct {
	VolunteerID db.ID
	OrderID     db.ID
	State       Part
	Day         int64
	Minutes     int64
	WindowStart time.Time
	WindowEnd   time.Time
}

func insert(ctx context.Context, tx *db.Tx, o Order, s sealed) (int64, error) {
	return insertRow.Run(ctx, tx, o.ID, o.No, o.State, o.Version, o.Title, o.Category, o.CatalogueID, o.Region, o.StationID, o.Level,
		o.WindowStart, o.WindowEnd, o.Day, o.Minutes, o.Needed, o.Urgent, o.Channel, o.Consent, o.RecipientID, o.RequesterID, o.EnteredBy,
		s.Address, s.Detail, s.Risk, s.Code, o.CreatedAt)
}

func update(ctx context.Context, tx *db.Tx, o Order) (int64, error) {
	return updateRow.Run(ctx, tx, o.ID, o.Version, o.State, o.Level, o.WindowStart, o.WindowEnd, o.Day, o.Minutes, o.CodeTries, o.Rating,
		o.Comment, o.Evidence, o.NeedsSecond, o.PhotoID, o.ConfirmedBy, o.Appealed, o.Round, o.ClosedAt, o.StateAt)
}

// atOnce is how many values one query compares with: both engines take more, but plan longer.
const atOnce = 2000

// gather runs a query for each part of a long list of values and puts the rows together.
func gather[T, V any](ctx context.Context, tx *db.Tx, values []V, build func([]V) *db.Builder) (out []T, err error) {
	for part := range slices.Chunk(values, atOnce) {
		rows, err := db.Select[T](ctx, tx, build(part))
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

func engaged(ctx context.Context, tx *db.Tx, volunteers []db.ID, from, until clock.Day) (map[db.ID][]Appointment, error) {
	rows, err := gather[Appointment](ctx, tx, volunteers, func(ids []db.ID) *db.Builder {
		b := tx.Build(`SELECT a.volunteer_id, o.id AS order_id, a.state, o.day, o.minutes, o.window_start, o.window_end FROM assignment a
			JOIN orders o ON o.id = a.order_id
			WHERE a.state IN ('accepted', 'checked_in', 'checked_out') AND o.day BETWEEN ? AND ?`, from, until)
		return db.In(b, " AND a.volunteer_id", ids).Add(" ORDER BY a.id")
	})
	out := map[db.ID][]Appointment{}
	for _, r := range rows {
		out[r.VolunteerID] = append(out[r.VolunteerID], r)
	}
	return out, err
}

func loads(ctx context.Context, tx *db.Tx, volunteers []db.ID, day clock.Day) ([]Load, error) {
	return gather[Load](ctx, tx, volunteers, func(ids []db.ID) *db.Builder {
		b := tx.Build(`SELECT a.volunteer_id, SUM(CASE WHEN a.state <> 'no_show' AND o.day > ? THEN 1 ELSE 0 END) AS month,
			SUM(CASE WHEN a.state = 'no_show' THEN 1 ELSE 0 END) AS no_shows
			FROM assignment a JOIN orders o ON o.id = a.order_id WHERE a.state IN ('accepted', 'checked_in', 'checked_out', 'no_show')
			AND o.day > ?`, day.AddDays(-30), day.AddDays(-90))
		return db.In(b, " AND a.volunteer_id", ids).Add(" GROUP BY a.volunteer_id")
	})
}

func acquaintances(ctx context.Context, tx *db.Tx, persons []db.ID) ([]Acquaintance, error) {
	return gather[Acquaintance](ctx, tx, persons, func(ids []db.ID) *db.Builder {
		b := tx.Build(`SELECT o.recipient_id, a.volunteer_id, count(*) AS times FROM orders o JOIN assignment a ON a.order_id = o.id
			WHERE a.state = 'checked_out'`)
		return db.In(b, " AND o.recipient_id", ids).Add(" GROUP BY o.recipient_id, a.volunteer_id")
	})
}

// presentParts gives the parts of the present rounds, the latest last.
func presentParts(ctx context.Context, tx *db.Tx, orders []db.ID) ([]Assignment, error) {
	return gather[Assignment](ctx, tx, orders, func(ids []db.ID) *db.Builder {
		b := tx.Build(`SELECT ` + partColumns + ` FROM assignment a JOIN orders o ON o.id = a.order_id AND o.round = a.round WHERE 1 = 1`)
		return db.In(b, " AND a.order_id", ids).Add(" ORDER BY a.id")
	})
}

func queue(ctx context.Context, tx *db.Tx, scope auth.Scope, at auth.Region, stationID db.ID, until clock.Day,
	limit int) ([]Waiting, error) {
	b := tx.Build(`SELECT `+columns+`, (SELECT count(*) FROM assignment a WHERE a.order_id = o.id AND a.round = o.round
		AND a.state = 'accepted') AS taken
		FROM orders o WHERE o.state = 'queued' AND o.window_start > ? AND o.day <= ?`, tx.Now, until)
	scope.Where(b, auth.Columns{Region: "o.region", Station: "o.station_id"})
	auth.Within(b, "o.region", at)
	b.If(stationID != 0, " AND o.station_id = ?", stationID)
	return db.Select[Waiting](ctx, tx, b.Add(" ORDER BY o.window_start, o.id LIMIT ?", limit))
}

func briefs(ctx context.Context, tx *db.Tx, scope auth.Scope, ids []db.ID, limit int) ([]Brief, error) {
	rows, err := gather[Brief](ctx, tx, ids, func(part []db.ID) *db.Builder {
		b := tx.Build(`SELECT o.id, o.no, o.title, o.state, o.region, o.catalogue_id, o.window_start, o.window_end FROM orders o WHERE 1 = 1`)
		scope.Where(b, auth.Columns{Region: "o.region", Station: "o.station_id"})
		return db.In(b, " AND o.id", part).Add(" ORDER BY o.window_start, o.id LIMIT ?", limit)
	})
	slices.SortStableFunc(rows, func(a, b Brief) int { return a.WindowStart.Compare(b.WindowStart) })
	return append([]Brief{}, rows[:min(len(rows), limit)]...), err
}

// mine appends the condition that the order is a person's own: for him, asked by him, or with a part of his.
func mine(b *db.Builder, person db.ID) {
	b.Add(` AND o.id IN (SELECT id FROM orders WHERE recipient_id = ? UNION SELECT id FROM orders WHERE requester_id = ?
		UNION SELECT order_id FROM assignment WHERE person_id = ?)`, person, person, person)
}

func list(ctx context.Context, tx *db.Tx, in ListInput, own db.ID, scope auth.Scope) ([]Order, error) {
	var last db.ID
	more, err := in.After(&last)
	if err != nil {
		return nil, err
	}
	b := tx.Build(`SELECT ` + columns + ` FROM orders o WHERE 1 = 1`)
	if own != 0 {
		mine(b, own)
	} else {
		scope.Where(b, auth.Columns{Region: "o.region", Station: "o.station_id"})
	}
	b.If(in.State != "", " AND o.state = ?", in.State).If(in.StationID != 0, " AND o.station_id = ?", in.StationID).If(more, " AND o.id < ?",
		last)
	return db.Select[Order](ctx, tx, b.Add(" ORDER BY o.id DESC LIMIT ?", in.Size()+1))
}

// helpers gives those who take part in the present rounds of the orders, in one query.
func helpers(ctx context.Context, tx *db.Tx, orders []Order) (map[db.ID][]helperRow, error) {
	ids := make([]db.ID, len(orders))
	for i, o := range orders {
		ids[i] = o.ID
	}
	b := tx.Build(`SELECT a.order_id, a.volunteer_id, a.person_id, p.name, a.state, a.at FROM assignment a
		JOIN orders o ON o.id = a.order_id AND o.round = a.round JOIN person p ON p.id = a.person_id WHERE 1 = 1`)
	rows, err := db.Select[helperRow](ctx, tx, db.In(b, " AND a.order_id", ids).Add(" ORDER BY a.id"))
	out := make(map[db.ID][]helperRow, len(orders))
	for _, r := range rows {
		out[r.OrderID] = append(out[r.OrderID], r)
	}
	return out, err
}

// inLedger gives what was asked of a station in a stretch of time.
var inLedger = db.Query[ledgerLine](`SELECT o.no, o.created_at, o.channel, p.name, c.name AS item, o.window_start, o.window_end, o.state,
	o.rating FROM orders o
	JOIN person p ON p.id = o.recipient_id JOIN catalogue_item c ON c.id = o.catalogue_id WHERE o.station_id = $1 AND o.created_at >= $2
	AND o.created_at < $3 ORDER BY o.created_at, o.id LIMIT $4`)
