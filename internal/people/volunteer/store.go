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
	columns = `v.id, v.no, v.person_id, p.name, v.region, v.station_id, v.status, v.identities, v.skills, v.max_km, v.version`
	tables  = ` FROM volunteer v JOIN person p ON p.id = v.person_id `
	extra   = `, p.birth_day, p.sex, p.languages, v.lat, v.lng`
)

var (
	byID      = db.Query[Volunteer](`SELECT ` + columns + tables + `WHERE v.id = $1`)
	byPerson  = db.Query[Volunteer](`SELECT ` + columns + tables + `WHERE v.person_id = $1`)
	profile   = db.Query[Profile](`SELECT ` + columns + extra + tables + `WHERE v.id = $1`)
	inTown    = db.Query[Profile](`SELECT ` + columns + extra + tables + `WHERE v.region/1000 = $1 AND v.status = 'active' ORDER BY v.id`)
	dated     = db.Query[Dated](`SELECT code, number, from_day, to_day FROM volunteer_dated WHERE volunteer_id = $1 AND kind = $2 ORDER BY id`)
	pauses    = db.Query[Pause](`SELECT from_day, to_day FROM volunteer_pause WHERE volunteer_id = $1 ORDER BY id`)
	addDated  = db.SQL(`INSERT INTO volunteer_dated (id, volunteer_id, kind, code, number, from_day, to_day, by_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`)
	addPause  = db.SQL(`INSERT INTO volunteer_pause (id, volunteer_id, from_day, to_day, reason) VALUES ($1, $2, $3, $4, $5)`)
	setStatus = db.SQL(`UPDATE volunteer SET status = $3, reason = $4, approved_day = CASE WHEN $3 = 'active' AND approved_day = 0 THEN $5 ELSE approved_day END,
		left_day = CASE WHEN $3 = 'left' THEN $5 ELSE 0 END, version = version + 1 WHERE id = $1 AND version = $2`)
	add = db.SQL(`INSERT INTO volunteer (id, no, person_id, region, station_id, status, identities, skills, max_km, lat, lng, reason, at, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', $12, 1) ON CONFLICT DO NOTHING`)
	next = db.Query[int64](`INSERT INTO volunteer_serial (prefix, last) VALUES ($1, 1) ON CONFLICT (prefix) DO UPDATE SET last = volunteer_serial.last + 1 RETURNING last`)

	unasked = db.Query[db.ID](`SELECT v.id FROM volunteer v WHERE v.status = 'active' AND NOT EXISTS (SELECT 1 FROM person_consent c WHERE c.person_id = v.person_id AND c.purpose = $1) ORDER BY v.id`)
)

func insert(ctx context.Context, tx *db.Tx, v Volunteer, lat, lng float64) error {
	n, err := add.Run(ctx, tx, v.ID, v.No, v.PersonID, int64(v.Region), v.StationID, v.Status, v.Identities, v.Skills, v.MaxKm, lat, lng, tx.Now)
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
	body := fmt.Sprintf("%s%07d", prefix, n)
	return body + string(checkDigit(body)), nil
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

func list(ctx context.Context, tx *db.Tx, scope auth.Scope, in ListInput, more bool, after db.ID) ([]Volunteer, error) {
	b := tx.Build(`SELECT ` + columns + tables + `WHERE 1 = 1`)
	scope.Where(b, auth.Columns{Region: "v.region", Station: "v.station_id", Person: "v.person_id"})
	b.If(in.Status != "", " AND v.status = ?", in.Status)
	if in.Q != "" {
		b.Add(" AND (v.no = ? OR (1 = 1", in.Q)
		db.NameFilter(b, "volunteer", "v.id", in.Q)
		b.Add("))")
	}
	b.If(more, " AND v.id > ?", after)
	return db.Select[Volunteer](ctx, tx, b.Add(" ORDER BY v.id LIMIT ?", in.Size()+1))
}
