package volunteer

import (
	"context"
	"fmt"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

const (
	columns = `v.id, v.no, v.person_id, p.name, v.region, v.station_id, v.status, v.identities, v.skills, v.max_km, v.available, v.at_home, v.version`
	tables  = ` FROM volunteer v JOIN person p ON p.id = v.person_id `
	extra   = `, p.birth_day, p.sex, p.languages, v.lat, v.lng`
)

var (
	byID      = db.Query[Volunteer](`SELECT ` + columns + tables + `WHERE v.id = $1`)
	byPerson  = db.Query[Volunteer](`SELECT ` + columns + tables + `WHERE v.person_id = $1`)
	profile   = db.Query[Profile](`SELECT ` + columns + extra + tables + `WHERE v.id = $1`)
	inTown    = db.Query[Profile](`SELECT ` + columns + extra + tables + `WHERE v.region/1000 = $1 AND v.status = 'active' ORDER BY v.id`)
	dated     = db.Query[Dated](`SELECT id, code, number, from_day, to_day FROM volunteer_dated WHERE volunteer_id = $1 AND kind = $2 AND withdrawn_day = 0 ORDER BY id`)
	pauses    = db.Query[Pause](`SELECT from_day, to_day FROM volunteer_pause WHERE volunteer_id = $1 ORDER BY id`)
	addDated  = db.SQL(`INSERT INTO volunteer_dated (id, volunteer_id, kind, code, number, from_day, to_day, by_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`)
	addPause  = db.SQL(`INSERT INTO volunteer_pause (id, volunteer_id, from_day, to_day, reason) VALUES ($1, $2, $3, $4, $5)`)
	setStatus = db.SQL(`UPDATE volunteer SET status = $3, reason = $4, approved_day = CASE WHEN $3 = 'active' AND approved_day = 0 THEN $5 ELSE approved_day END,
		left_day = CASE WHEN $3 = 'left' THEN $5 ELSE 0 END, version = version + 1 WHERE id = $1 AND version = $2`)
	setFacts = db.SQL(`UPDATE volunteer SET identities = $2, skills = $3, max_km = $4, available = $5, at_home = $6, lat = $7, lng = $8 WHERE id = $1`)
	withdraw = db.Query[string](`UPDATE volunteer_dated SET withdrawn_day = $3, withdrawn_why = $4 WHERE id = $1 AND volunteer_id = $2 AND withdrawn_day = 0
		RETURNING COALESCE((SELECT d.label FROM dictionary d WHERE d.name = volunteer_dated.kind AND d.code = volunteer_dated.code), volunteer_dated.code) AS label`)
	takenBack = db.Query[TakenBack](`SELECT kind, code, number, from_day, to_day, withdrawn_day, withdrawn_why FROM volunteer_dated
		WHERE volunteer_id = $1 AND withdrawn_day > 0 ORDER BY id`)
	addChange = db.SQL(`INSERT INTO volunteer_change (id, volunteer_id, at, by_name, action, fields, reason) VALUES ($1, $2, $3, $4, $5, $6, $7)`)
	changesOf = db.Query[Change](`SELECT at, by_name, action, fields, reason FROM volunteer_change WHERE volunteer_id = $1 ORDER BY id DESC`)
	add       = db.SQL(`INSERT INTO volunteer (id, no, person_id, region, station_id, status, identities, skills, max_km, lat, lng, reason, at, version, available, at_home)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', $12, 1, $13, $14) ON CONFLICT DO NOTHING`)
	next = db.Query[int64](`INSERT INTO volunteer_serial (prefix, last) VALUES ($1, 1) ON CONFLICT (prefix) DO UPDATE SET last = volunteer_serial.last + 1 RETURNING last`)

	unasked = db.Query[db.ID](`SELECT v.id FROM volunteer v WHERE NOT EXISTS (SELECT 1 FROM person_consent c WHERE c.person_id = v.person_id AND c.purpose = $1
		AND (v.status <> 'active' OR c.withdrawn_at IS NULL)) ORDER BY v.id`)
)

func insert(ctx context.Context, tx *db.Tx, v Volunteer, home spot) error {
	n, err := add.Run(ctx, tx, v.ID, v.No, v.PersonID, int64(v.Region), v.StationID, v.Status, v.Identities, v.Skills, v.MaxKm, home.lat, home.lng, tx.Now, v.Available, v.AtHome)
	if err == nil && n == 0 {
		err = errs.Clash("已经登记为志愿者")
	}
	return err
}

// number gives the next number of a banner and year: 15, the 6 digits of the division, 2 of the year, 7 of the serial, and a check digit by ISO 7064
// MOD 11,10. It says nothing of the person.
func number(ctx context.Context, tx *db.Tx, at auth.Region) (string, error) {
	year := int64(clock.DayOf(tx.Now)) / 10000 % 100
	prefix := fmt.Sprintf("15%06d%02d", int64(at)/1_000_000, year)
	n, err := next.One(ctx, tx, prefix)
	if err != nil {
		return "", err
	}
	return Number(prefix, n), nil
}

// Number is the number of a prefix (15, the 6 digits of the banner, 2 of the year) and a serial.
func Number(prefix string, serial int64) string {
	body := fmt.Sprintf("%s%07d", prefix, serial)
	return body + string(checkDigit(body))
}

// checkDigit is ISO 7064 MOD 11,10 over decimal digits: it finds every single wrong digit and nearly every swap of two.
func checkDigit(digits string) byte {
	p := 10
	for i := range len(digits) {
		s := (p + int(digits[i]-'0')) % 10
		if s == 0 {
			s = 10
		}
		p = s * 2 % 11
	}
	return byte('0' + (11-p)%10)
}

// note adds a line to the history of a volunteer.
func note(ctx context.Context, tx *db.Tx, id db.ID, action, what, reason string) error {
	_, err := addChange.Run(ctx, tx, tx.NewID(), id, tx.Now, auth.From(ctx).Name, action, what, reason)
	return err
}

// narrow adds what the list is of.
func (in ListInput) narrow(b *db.Builder, scope auth.Scope) {
	scope.Where(b, auth.Columns{Region: "v.region", Station: "v.station_id", Person: "v.person_id"})
	b.If(in.Status != "", " AND v.status = ?", in.Status)
	b.If(in.Skill != "", " AND ' ' || v.skills || ' ' LIKE ?", "% "+in.Skill+" %")
	if in.Q != "" {
		b.Add(" AND (v.no = ? OR (1 = 1", in.Q)
		db.NameFilter(b, "volunteer", "v.id", in.Q)
		b.Add("))")
	}
}

func list(ctx context.Context, tx *db.Tx, scope auth.Scope, in ListInput) ([]Volunteer, error) {
	var text string
	var last db.ID
	more, err := in.After(&text, &last)
	if err != nil {
		return nil, err
	}
	b := tx.Build(`SELECT ` + columns + tables + `WHERE 1 = 1`)
	in.narrow(b, scope)
	switch in.Sort {
	case "name":
		b.If(more, " AND (p.name > ? OR p.name = ? AND v.id > ?)", text, text, last).Add(" ORDER BY p.name, v.id")
	case "no":
		b.If(more, " AND v.no > ?", text).Add(" ORDER BY v.no")
	default:
		b.If(more, " AND v.id < ?", last).Add(" ORDER BY v.id DESC")
	}
	return db.Select[Volunteer](ctx, tx, b.Add(" LIMIT ?", in.Size()+1))
}

func expiring(ctx context.Context, tx *db.Tx, scope auth.Scope, in ExpiringInput, today clock.Day) ([]Expiring, error) {
	var day int64
	var last db.ID
	more, err := in.After(&day, &last)
	if err != nil {
		return nil, err
	}
	until := today.AddDays(int(in.Days))
	b := tx.Build(`SELECT d.id, d.volunteer_id, v.no, p.name, d.kind, d.code, COALESCE(w.label, d.code) AS label, d.number, d.to_day FROM volunteer_dated d
		JOIN volunteer v ON v.id = d.volunteer_id JOIN person p ON p.id = v.person_id LEFT JOIN dictionary w ON w.name = d.kind AND w.code = d.code
		WHERE d.to_day BETWEEN ? AND ? AND d.to_day > 0 AND d.withdrawn_day = 0 AND v.status = 'active' AND NOT EXISTS (SELECT 1 FROM volunteer_dated n
		WHERE n.volunteer_id = d.volunteer_id AND n.kind = d.kind AND n.code = d.code AND n.withdrawn_day = 0 AND (n.to_day = 0 OR n.to_day > d.to_day))`,
		int64(today.AddDays(-overdue)), int64(until))
	scope.Where(b, auth.Columns{Region: "v.region", Station: "v.station_id"})
	b.If(more, " AND (d.to_day > ? OR d.to_day = ? AND d.id > ?)", day, day, last)
	return db.Select[Expiring](ctx, tx, b.Add(" ORDER BY d.to_day, d.id LIMIT ?", in.Size()+1))
}

// export is one line of the file: the volunteer and his masked telephone.
type export struct {
	Volunteer
	Phone string `db:"phone_hint"`
}

func exported(ctx context.Context, tx *db.Tx, scope auth.Scope, in ListInput) ([]export, error) {
	b := tx.Build(`SELECT ` + columns + `, p.phone_hint` + tables + `WHERE 1 = 1`)
	in.narrow(b, scope)
	return db.Select[export](ctx, tx, b.Add(" ORDER BY v.no LIMIT ?", exportMost))
}

// inLedger gives those of a station who were registered on a day of a stretch.
var inLedger = db.Query[ledgerLine](`SELECT v.no, p.name, v.identities, v.skills, v.approved_day, v.left_day FROM volunteer v JOIN person p ON p.id = v.person_id
	WHERE v.station_id = $1 AND v.approved_day BETWEEN 1 AND $3 AND (v.left_day = 0 OR v.left_day >= $2) ORDER BY v.no LIMIT $4`)
