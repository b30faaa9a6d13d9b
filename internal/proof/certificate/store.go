package certificate

import (
	"context"
	"errors"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/proof/record"
)

const columns = `c.id, c.version, c.no, c.code, c.volunteer_id, c.person_id, c.region, c.station_id, c.name, c.volunteer_no, c.id_number,
	c.unit, c.station,
	c.clerk, c.from_day, c.to_day, c.minutes, c.times, c.issued_day, c.issued_at, c.issued_by, c.records_hash, c.key_id, c.signature, c.status,
	c.reason, c.revoked_by, c.revoked_at, (SELECT COALESCE(SUM(k.n), 0) FROM certificate_check k WHERE k.certificate_id = c.id) AS checks
	FROM certificate c`

var (
	byNo    = db.Query[Certificate](`SELECT ` + columns + ` WHERE c.no = $1`)
	byCode  = db.Query[Certificate](`SELECT ` + columns + ` WHERE c.code = $1`)
	holding = db.Query[Certificate](`SELECT ` + columns +
		` JOIN certificate_record p ON p.certificate_id = c.id WHERE p.record_id = $1 AND c.status <> 'revoked' ORDER BY c.id`)
	standing = db.Query[standingPart](`SELECT r.status, r.minutes, p.minutes AS certified FROM certificate_record p
		JOIN service_record r ON r.id = p.record_id WHERE p.certificate_id = $1`)
	insertRow = db.SQL(`INSERT INTO certificate (id, version, no, code, volunteer_id, person_id, region, station_id, name, volunteer_no,
		id_number, unit, station,
		clerk, from_day, to_day, minutes, times, issued_day, issued_at, issued_by, records_hash, key_id, signature, status, reason)
		VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, 'valid', '')`)
	every     = db.Query[Certificate](`SELECT ` + columns + ` ORDER BY c.id`)
	partsOf   = db.Query[Part](`SELECT record_id, day, minutes, category, confirmation FROM certificate_record WHERE certificate_id = $1`)
	everyPart = db.Query[signedPart](`SELECT c.id, c.no, c.records_hash, p.record_id, p.day, p.minutes, p.category, p.confirmation
		FROM certificate c JOIN certificate_record p ON p.certificate_id = c.id ORDER BY c.id`)
	updateRow = db.SQL(`UPDATE certificate SET version = version + 1, status = $3, reason = $4, revoked_by = $5, revoked_at = $6, key_id = $7,
		signature = $8
		WHERE id = $1 AND version = $2 AND status <> 'revoked'`)
	nextSerial = db.Query[int64](`INSERT INTO certificate_serial (region, year, last) VALUES ($1, $2, 1)
		ON CONFLICT (region, year) DO UPDATE SET last = certificate_serial.last + 1 RETURNING last`)
	countCheck = db.SQL(`INSERT INTO certificate_check (certificate_id, day, n) VALUES ($1, $2, 1)
		ON CONFLICT (certificate_id, day) DO UPDATE SET n = certificate_check.n + 1`)
	kindsOf = db.Query[Kind](`SELECT category, COUNT(*) AS times, SUM(minutes) AS minutes,
		SUM(CASE WHEN confirmation = 'both' THEN minutes ELSE 0 END) AS both_minutes, SUM(CASE WHEN confirmation = 'sign_in' THEN minutes
		ELSE 0 END) AS sign_in_minutes, SUM(CASE WHEN confirmation = 'reviewed' THEN minutes ELSE 0 END) AS reviewed_minutes
		FROM certificate_record WHERE certificate_id = $1 GROUP BY category ORDER BY 3 DESC, category`)
	wrongSums = db.Query[string](`SELECT c.no FROM certificate c WHERE c.minutes <> (SELECT COALESCE(SUM(p.minutes), 0)
		FROM certificate_record p WHERE p.certificate_id = c.id)
		OR c.times <> (SELECT COUNT(*) FROM certificate_record p WHERE p.certificate_id = c.id)`)
	untrue = db.Query[string](`SELECT DISTINCT c.no FROM certificate c JOIN certificate_record p ON p.certificate_id = c.id
		JOIN service_record r ON r.id = p.record_id
		WHERE c.status = 'valid' AND (r.status <> 'counted' OR r.minutes <> p.minutes OR r.volunteer_id <> c.volunteer_id)`)
	frozen = db.Query[string](`SELECT DISTINCT c.no FROM certificate c JOIN certificate_record p ON p.certificate_id = c.id
		JOIN record_freeze f ON f.record_id = p.record_id
		WHERE c.issued_at > f.at AND c.issued_day <= f.until_day AND (f.ended_at IS NULL OR c.issued_at < f.ended_at)`)
)

// signedPart is a line of a certificate beside what was signed of all its lines.
type signedPart struct {
	ID          db.ID
	No          string
	RecordsHash []byte
	Part
}

// standingPart is a record of a certificate as it stands now.
type standingPart struct {
	Status    record.Status
	Minutes   int64
	Certified int64
}

// Kind is what a certificate says of one kind of activity.
type Kind struct {
	Category        string
	Times           int64
	Minutes         int64
	BothMinutes     int64
	SignInMinutes   int64
	ReviewedMinutes int64
}

func load(ctx context.Context, tx *db.Tx, no string) (Certificate, error) {
	c, err := byNo.One(ctx, tx, no)
	if errors.Is(err, db.ErrNoRow) {
		err = errs.ErrNotFound
	}
	c.PDF = c.file()
	return c, err
}

func insert(ctx context.Context, tx *db.Tx, c Certificate, parts []Part) error {
	if _, err := insertRow.Run(ctx, tx, c.ID, c.No, c.Code, c.VolunteerID, c.PersonID, c.Region, c.StationID, c.Name, c.VolunteerNo,
		c.IDNumber, c.Unit, c.Station, c.Clerk, c.From, c.To, c.Minutes, c.Times, c.IssuedOn, c.IssuedAt, c.IssuedBy, c.RecordsHash, c.KeyID,
		c.Signature); err != nil {
		return err
	}
	return tx.InsertMany(ctx, "certificate_record", []string{"certificate_id", "record_id", "day", "minutes", "category", "confirmation"},
		len(parts), func(i int) []any {
			p := parts[i]
			return []any{c.ID, p.RecordID, p.Day, p.Minutes, p.Category, p.Confirmation}
		}, "")
}

func update(ctx context.Context, tx *db.Tx, c *Certificate) error {
	n, err := updateRow.Run(ctx, tx, c.ID, c.Version, c.Status, c.Reason, c.RevokedBy, c.RevokedAt, c.KeyID, c.Signature)
	if err == nil && n == 0 {
		err = errs.ErrStale
	}
	c.Version++
	return err
}

func list(ctx context.Context, tx *db.Tx, scope auth.Scope, in ListInput) ([]Certificate, error) {
	var last db.ID
	more, err := in.After(&last)
	if err != nil {
		return nil, err
	}
	b := tx.Build(`SELECT ` + columns + ` WHERE 1 = 1`)
	scope.Where(b, auth.Columns{Region: "c.region", Station: "c.station_id", Person: "c.person_id"})
	b.If(in.VolunteerID != 0, " AND c.volunteer_id = ?", in.VolunteerID).If(in.Status != "", " AND c.status = ?", in.Status)
	b.If(in.Q != "", " AND (c.no = ? OR c.name = ? OR c.volunteer_no = ?)", in.Q, in.Q, in.Q).If(more, " AND c.id < ?", last)
	rows, err := db.Select[Certificate](ctx, tx, b.Add(" ORDER BY c.id DESC LIMIT ?", in.Size()+1))
	for i := range rows {
		rows[i].PDF = rows[i].file()
	}
	return rows, err
}

func volunteerNamed(ctx context.Context, tx *db.Tx, scope auth.Scope, q string, id db.ID) ([]Choice, error) {
	b := tx.Build(`SELECT v.id, v.no, p.name, (SELECT COALESCE(SUM(r.minutes), 0) FROM service_record r WHERE r.volunteer_id = v.id
		AND r.status = 'counted') AS minutes, `+checkingOf+` AS checking
		FROM volunteer v JOIN person p ON p.id = v.person_id WHERE (v.no = ? OR p.name = ? OR v.id = ?)`, clock.DayOf(tx.Now), q, q, id)
	scope.Where(b, auth.Columns{Region: "v.region", Station: "v.station_id"})
	return db.Select[Choice](ctx, tx, b.Add(" ORDER BY v.no LIMIT 20"))
}

// sums names a certificate whose minutes are not the sum of its records, a valid one whose records do not count, and one that took a
// record while somebody looked into it.
func sums(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	err := wrongSums.Each(ctx, tx, func(no string) error {
		report("certificate "+no, "分钟数不是所含记录之和")
		return nil
	})
	if err != nil {
		return err
	}
	err = untrue.Each(ctx, tx, func(no string) error {
		report("certificate "+no, "有效的证明含有没有计入或已经更正的记录")
		return nil
	})
	if err != nil {
		return err
	}
	return frozen.Each(ctx, tx, func(no string) error {
		report("certificate "+no, "开进了当时正在核实的记录")
		return nil
	})
}

// checkingOf counts the records of a volunteer v that somebody looks into on a day, and that go into no certificate.
const checkingOf = `(SELECT COUNT(*) FROM service_record r WHERE r.volunteer_id = v.id AND r.status = 'counted' AND EXISTS (SELECT 1
	FROM record_freeze f WHERE f.record_id = r.id AND f.ended_at IS NULL AND f.until_day >= ?))`

var checkingNow = db.DynamicOf[int64](func(b *db.Builder, in looked) {
	b.Add(`SELECT `+checkingOf+` AS n FROM volunteer v WHERE v.id = ?`, in.Today, in.ID)
})

// looked is a volunteer on a day.
type looked struct {
	ID    db.ID
	Today clock.Day
}

// firstDay is the day of a volunteer's first record that counts, zero when there is none.
var firstDay = db.Query[clock.Day](`SELECT day FROM service_record WHERE volunteer_id = $1 AND status = 'counted' ORDER BY day LIMIT 1`)
