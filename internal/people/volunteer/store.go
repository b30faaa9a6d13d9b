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
	tables = ` FROM volunteer v JOIN person p ON p.id = v.person_id `
	extra  = `, p.birth_day, p.sex, p.languages`
)

var (
	table    = db.NewRelation[Volunteer]("volunteer")
	columns  = table.Columns("v") + `, p.name`
	byID     = db.Query[Volunteer](`SELECT ` + columns + tables + `WHERE v.id = $1`)
	numbered = db.Query[Numbered](`SELECT v.id, v.no, v.person_id, v.region, v.station_id, p.name, p.birth_day FROM volunteer v
		JOIN person p ON p.id = v.person_id WHERE v.no = $1 AND v.status = 'active'`)
	byPerson = db.Query[Volunteer](`SELECT ` + columns + tables + `WHERE v.person_id = $1`)
	profile  = db.Query[Profile](`SELECT ` + columns + extra + tables + `WHERE v.id = $1`)
	inTown   = db.Query[Profile](`SELECT ` + columns + extra + tables + `WHERE v.region/1000 = $1 AND v.status = 'active' ORDER BY v.id`)
	dated    = db.Query[Dated](`SELECT d.id, d.code, d.number, d.from_day, d.to_day, COALESCE(w.includes, '') AS includes
		FROM volunteer_dated d LEFT JOIN dictionary w ON w.name = d.kind AND w.code = d.code
		WHERE d.volunteer_id = $1 AND d.kind = $2 AND d.withdrawn_day = 0 ORDER BY d.id`)
	pauses   = db.Query[Pause](`SELECT from_day, to_day FROM volunteer_pause WHERE volunteer_id = $1 ORDER BY id`)
	withdraw = db.Query[string](`UPDATE volunteer_dated SET withdrawn_day = $3, withdrawn_why = $4 WHERE id = $1 AND volunteer_id = $2
		AND withdrawn_day = 0
		RETURNING COALESCE((SELECT d.label FROM dictionary d WHERE d.name = volunteer_dated.kind AND d.code = volunteer_dated.code),
		volunteer_dated.code) AS label`)
	takenBack = db.Query[TakenBack](`SELECT kind, code, number, from_day, to_day, withdrawn_day, withdrawn_why FROM volunteer_dated
		WHERE volunteer_id = $1 AND withdrawn_day > 0 ORDER BY id`)
	changesOf = db.Query[Change](`SELECT at, by_name, action, fields, reason FROM volunteer_change WHERE volunteer_id = $1 ORDER BY id DESC`)
	next      = db.Query[int64](`INSERT INTO volunteer_serial (prefix, last) VALUES ($1, 1) ON CONFLICT (prefix)
		DO UPDATE SET last = volunteer_serial.last + 1 RETURNING last`)

	unasked = db.Query[db.ID](`SELECT v.id FROM volunteer v WHERE NOT EXISTS (SELECT 1 FROM person_consent c
		WHERE c.person_id = v.person_id AND c.purpose = $1 AND (v.status <> 'active' OR c.withdrawn_at IS NULL)) ORDER BY v.id`)
)

// What hangs on a line of the register.
var (
	datedTable  = db.NewRelation[issued]("volunteer_dated")
	pauseTable  = db.NewRelation[stop]("volunteer_pause")
	changeTable = db.NewRelation[step]("volunteer_change")
)

type issued struct {
	VolunteerID db.ID
	Kind        string
	Dated
	ByName string
}

type stop struct {
	ID, VolunteerID db.ID
	Pause
	Reason string
}

type step struct {
	ID, VolunteerID db.ID
	Change
}

// enter writes a new line: one for each person.
func enter(ctx context.Context, tx *db.Tx, v *Volunteer) error {
	fresh, err := table.Add(ctx, tx, *v)
	if err == nil && !fresh {
		err = errs.Clash("已经登记为志愿者")
	}
	return err
}

// number gives the next number of a banner and year: 15, the 6 digits of the division, 2 of the year, 7 of the serial, and a check
// digit by ISO 7064 MOD 11,10. It says nothing of the person.
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
	return changeTable.Insert(ctx, tx, step{tx.NewID(), id, Change{At: tx.Now, By: auth.From(ctx).Name, Action: action, What: what,
		Reason: reason}})
}

// scoped is a list within what the actor may see.
type scoped struct {
	ListInput
	Scope auth.Scope
}

func (in scoped) narrow(b *db.Builder) {
	in.Scope.Where(b, auth.Columns{Region: "v.region", Station: "v.station_id", Person: "v.person_id"})
	b.If(in.Status != "", " AND v.status = ?", in.Status)
	b.If(in.Skill != "", " AND ' ' || v.skills || ' ' LIKE ?", "% "+in.Skill+" %")
	if in.Q != "" {
		b.Add(" AND (v.no = ? OR (1 = 1", in.Q)
		db.NameFilter(b, "volunteer", "v.id", in.Q)
		b.Add("))")
	}
}

var list = db.ListOf(func(b *db.Builder, in scoped) {
	b.Add(`SELECT ` + columns + tables + `WHERE 1 = 1`)
	in.narrow(b)
}, func(in scoped) db.Order[Volunteer] {
	switch in.Sort {
	case "name":
		return db.Order[Volunteer]{By: "p.name, v.id", Key: func(v Volunteer) []any { return []any{v.Name, v.ID} }}
	case "no":
		return db.Order[Volunteer]{By: "v.no", Key: func(v Volunteer) []any { return []any{v.No} }}
	}
	return db.Order[Volunteer]{By: "v.id", Down: true, Key: func(v Volunteer) []any { return []any{v.ID} }}
})

// export is one line of the file: the volunteer and his masked telephone.
type export struct {
	Volunteer
	Phone string `db:"phone_hint"`
}

var exported = db.DynamicOf[export](func(b *db.Builder, in scoped) {
	b.Add(`SELECT ` + columns + `, p.phone_hint` + tables + `WHERE 1 = 1`)
	in.narrow(b)
	b.Add(" ORDER BY v.no LIMIT ?", exportMost)
})

// ending is what ends in a stretch, within what the actor may see.
type ending struct {
	From, To clock.Day
	Scope    auth.Scope
}

var expiring = db.ListOf(func(b *db.Builder, in ending) {
	b.Add(`SELECT d.id, d.volunteer_id, v.no, p.name, d.kind, d.code, COALESCE(w.label, d.code) AS label, d.number, d.to_day
		FROM volunteer_dated d
		JOIN volunteer v ON v.id = d.volunteer_id JOIN person p ON p.id = v.person_id LEFT JOIN dictionary w ON w.name = d.kind
		AND w.code = d.code
		WHERE d.to_day BETWEEN ? AND ? AND d.to_day > 0 AND d.withdrawn_day = 0 AND v.status = 'active' AND NOT EXISTS (SELECT 1
		FROM volunteer_dated n
		WHERE n.volunteer_id = d.volunteer_id AND n.kind = d.kind AND n.code = d.code AND n.withdrawn_day = 0
		AND (n.to_day = 0 OR n.to_day > d.to_day))`, in.From, in.To)
	in.Scope.Where(b, auth.Columns{Region: "v.region", Station: "v.station_id"})
}, func(ending) db.Order[Expiring] {
	return db.Order[Expiring]{By: "d.to_day, d.id", Key: func(e Expiring) []any { return []any{e.To, e.ID} }}
})

// inLedger gives those of a station who were registered on a day of a stretch.
var inLedger = db.Query[ledgerLine](`SELECT v.no, p.name, v.identities, v.skills, v.approved_day, v.left_day FROM volunteer v
	JOIN person p ON p.id = v.person_id
	WHERE v.station_id = $1 AND v.approved_day BETWEEN 1 AND $3 AND (v.left_day = 0 OR v.left_day >= $2) ORDER BY v.no LIMIT $4`)
