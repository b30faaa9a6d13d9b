package agreement

import (
	"context"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

const tables = ` FROM agreement a JOIN person x ON x.id = a.person_id JOIN station s ON s.id = a.station_id `

var (
	table   = db.NewRelation[Agreement]("agreement")
	columns = table.Columns("a") + `, COALESCE((SELECT p.name || '（' FROM partner p WHERE p.id = a.partner_id), '') || x.name ||
		CASE WHEN a.partner_id IS NULL THEN '' ELSE '）' END AS name,
		COALESCE((SELECT o.name FROM person o WHERE o.id = a.other_id), s.name) AS other, COALESCE((SELECT g.name FROM person g WHERE g.id = a.guardian_id), '') AS guardian`
	byID   = db.Query[Agreement](`SELECT ` + columns + tables + `WHERE a.id = $1`)
	mineOf = db.Query[Agreement](`SELECT ` + columns + tables + `WHERE a.person_id = $1 OR a.other_id = $1 OR a.guardian_id = $1
		ORDER BY a.id DESC LIMIT 100`)
	everOf = db.Query[Agreement](`SELECT ` + columns + tables + `WHERE a.person_id = $1 OR a.other_id = $1 OR a.guardian_id = $1 ORDER BY a.id`)

	signatures   = db.NewRelation[Signature]("agreement_signature", "agreement_id", "side")
	signaturesOf = signatures.Where("agreement_id = $1 ORDER BY side")
	signedBy     = signatures.Where("person_id = $1 ORDER BY agreement_id, side")

	templateTable = db.NewRelation[Template]("agreement_template")
	editionTable  = db.NewRelation[Edition]("agreement_edition", "template_id", "n")
	editionsOf    = editionTable.Where("template_id = $1 ORDER BY n DESC")

	holding = db.Query[int64](`SELECT COUNT(*) FROM agreement WHERE kind = 'station' AND person_id = $1 AND station_id = $2
		AND state IN ('signed', 'ended') AND from_day <= $3 AND until_day >= $3`)
	waiting = db.Query[int64](`SELECT COUNT(*) FROM agreement WHERE kind = 'station' AND person_id = $1 AND station_id = $2
		AND state = 'open' AND from_day <= $3 AND until_day >= $3`)

	contactOf = db.Query[contactRow](`SELECT p.id, p.name AS unit, p.region, x.id AS person_id, x.name FROM partner p JOIN partner_contact c
		ON c.partner_id = p.id AND c.to_day = 0 JOIN person x ON x.id = c.person_id WHERE p.id = $1 AND p.state = 'active'`)

	followFirst    = db.SQL(`UPDATE agreement SET person_id = $2, version = version + 1 WHERE person_id = $1`)
	followSecond   = db.SQL(`UPDATE agreement SET other_id = $2, version = version + 1 WHERE other_id = $1`)
	followGuardian = db.SQL(`UPDATE agreement SET guardian_id = $2, version = version + 1 WHERE guardian_id = $1`)
	followSigned   = db.SQL(`UPDATE agreement_signature SET person_id = $2 WHERE person_id = $1`)
	between        = db.Query[int64](`SELECT COUNT(*) FROM agreement a WHERE a.person_id = $1 AND (a.other_id = $2 OR a.guardian_id = $2)
		OR a.person_id = $2 AND (a.other_id = $1 OR a.guardian_id = $1) OR a.other_id = $1 AND a.guardian_id = $2
		OR a.other_id = $2 AND a.guardian_id = $1 OR EXISTS (SELECT 1 FROM agreement_signature x JOIN agreement_signature y
		ON y.agreement_id = x.agreement_id WHERE x.agreement_id = a.id AND x.person_id = $1 AND y.person_id = $2)`)
)

type contactRow struct {
	ID       db.ID
	Unit     string
	Region   auth.Region
	PersonID db.ID
	Name     string
}

// choice is something that one may choose.
type choice struct {
	ID   db.ID
	Name string
}

func get(ctx context.Context, tx *db.Tx, id db.ID) (Agreement, error) { return byID.Get(ctx, tx, id) }

// search is a list within what the actor may see.
type search struct {
	ListInput
	Scope auth.Scope
	Today clock.Day
}

var list = db.ListOf(func(b *db.Builder, in search) {
	b.Add(`SELECT ` + columns + tables + `WHERE 1 = 1`)
	in.Scope.Where(b, auth.Columns{Region: "a.region", Station: "a.station_id"})
	b.If(in.State != "" && in.State != "expired", " AND a.state = ?", in.State)
	b.If(in.State == "expired", " AND a.state = 'signed' AND a.until_day < ?", in.Today)
	b.If(in.Kind != "", " AND a.kind = ?", in.Kind)
	if in.Q != "" {
		b.Add(" AND (1 = 1")
		db.NameFilter(b, "person", "a.person_id", in.Q)
		b.Add(")")
	}
}, func(search) db.Order[Agreement] {
	return db.Order[Agreement]{By: "a.id", Down: true, Key: func(a Agreement) []any { return []any{a.ID} }}
})

// along asks for the templates that may be used in a division: its own and those of the ones it lies in.
type along struct {
	At   auth.Region
	Kind string
}

var usable = db.DynamicOf[Template](func(b *db.Builder, in along) {
	b.Add(templateTable.Select("t")+` WHERE t.state = 'active' AND t.region IN (?, ?, ?, ?, ?)`, in.At.At(auth.LevelRegion),
		in.At.At(min(auth.LevelLeague, in.At.Level())), in.At.At(min(auth.LevelBanner, in.At.Level())),
		in.At.At(min(auth.LevelTown, in.At.Level())), in.At)
	b.If(in.Kind != "", " AND t.kind = ?", in.Kind)
	b.Add(" ORDER BY t.id DESC")
})

var templateList = db.ListOf(func(b *db.Builder, in auth.Scope) {
	b.Add(templateTable.Select("t") + ` WHERE 1 = 1`)
	in.Where(b, auth.Columns{Region: "t.region"})
}, func(auth.Scope) db.Order[Template] {
	return db.Order[Template]{By: "t.id", Down: true, Key: func(t Template) []any { return []any{t.ID} }}
})

var (
	stationsIn = db.ListOf(func(b *db.Builder, in auth.Scope) {
		b.Add(`SELECT s.id, s.name FROM station s WHERE s.status <> 'closed'`)
		in.Where(b, auth.Columns{Region: "s.region", Station: "s.id"})
	}, byName)
	unitsIn = db.ListOf(func(b *db.Builder, in auth.Scope) {
		b.Add(`SELECT p.id, p.name FROM partner p WHERE p.state = 'active' AND EXISTS (SELECT 1 FROM partner_contact c
			WHERE c.partner_id = p.id AND c.to_day = 0)`)
		in.Where(b, auth.Columns{Region: "p.region"})
	}, byName)
)

func byName(auth.Scope) db.Order[choice] {
	return db.Order[choice]{By: "2, 1", Key: func(c choice) []any { return []any{c.Name, c.ID} }}
}
