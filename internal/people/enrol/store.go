package enrol

import (
	"context"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

var (
	groupTable = db.NewRelation[Group]("enrolment_group")
	table      = db.NewRelation[Entry]("enrolment")

	groupColumns = groupTable.Columns("g") + `, (SELECT COUNT(*) FROM enrolment e WHERE e.group_id = g.id AND e.state = 'pending') AS pending,
		(SELECT COUNT(*) FROM enrolment e WHERE e.group_id = g.id AND e.state <> 'pending') AS claimed`
	groupByID = db.Query[Group](`SELECT ` + groupColumns + ` FROM enrolment_group g WHERE g.id = $1`)
	groupOf   = db.Query[Group](`SELECT ` + groupColumns + ` FROM enrolment_group g WHERE g.region = $1 AND g.unit = $2 AND g.made_by = $3
		AND g.made_day = $4`)
	overdue = db.Query[Group](`SELECT ` + groupColumns + ` FROM enrolment_group g WHERE EXISTS (SELECT 1 FROM enrolment e
		WHERE e.group_id = g.id AND e.state = 'pending' AND e.due_day < $1) ORDER BY g.id LIMIT 500`)
	lapse   = db.SQL(`DELETE FROM enrolment WHERE group_id = $1 AND state = 'pending' AND due_day < $2`)
	drop    = db.SQL(`DELETE FROM enrolment WHERE id = $1 AND version = $2 AND state = 'pending'`)
	refused = db.SQL(`UPDATE enrolment_group SET refused = refused + 1, version = version + 1 WHERE id = $1`)

	columns = table.Columns("e") + `, g.region, g.station_id, g.unit, g.by_name, g.made_by, g.made_at, COALESCE(p.name, '') AS name`
	tables  = ` FROM enrolment e JOIN enrolment_group g ON g.id = e.group_id LEFT JOIN person p ON p.id = e.person_id `

	byID       = db.Query[Entry](`SELECT ` + columns + tables + `WHERE e.id = $1`)
	byCode     = db.Query[Entry](`SELECT ` + columns + tables + `WHERE e.code = $1`)
	byPhone    = db.Query[Entry](`SELECT ` + columns + tables + `WHERE e.phone = $1 AND e.state = 'pending' ORDER BY e.id`)
	inGroup    = db.Query[Entry](`SELECT ` + columns + tables + `WHERE e.group_id = $1 ORDER BY e.id`)
	ofPerson   = db.Query[Entry](`SELECT ` + columns + tables + `WHERE e.person_id = $1 ORDER BY e.id DESC`)
	byOwnPhone = db.Query[Entry](`SELECT ` + columns + tables + `JOIN person me ON me.id = $1 AND (e.phone = me.phone_blind
		OR e.phone = me.phone2_blind) WHERE e.state = 'pending' ORDER BY e.id`)

	follow = db.SQL(`UPDATE enrolment SET person_id = $2, volunteer_id = COALESCE((SELECT v.id FROM volunteer v WHERE v.person_id = $2),
		volunteer_id), version = version + 1 WHERE person_id = $1`)
	noWords = db.SQL(`UPDATE enrolment SET objection = '', outcome = '', version = version + 1 WHERE person_id = $1`)
)

// begin writes a group: one for each unit, place, hand and day.
func begin(ctx context.Context, tx *db.Tx, g *Group) error {
	fresh, err := groupTable.Add(ctx, tx, *g)
	if err == nil && !fresh {
		err = errs.Clash("这份名单已经有了")
	}
	return err
}

// scoped is a list within what the actor may see.
type scoped struct {
	ListInput
	Scope auth.Scope
}

var list = db.ListOf(func(b *db.Builder, in scoped) {
	b.Add(`SELECT ` + groupColumns + ` FROM enrolment_group g WHERE 1 = 1`)
	in.Scope.Where(b, auth.Columns{Region: "g.region", Station: "g.station_id", Shared: true})
	b.If(in.Q != "", " AND g.unit LIKE ? ESCAPE '!'", db.Holding(in.Q))
}, func(scoped) db.Order[Group] {
	return db.Order[Group]{By: "g.id", Down: true, Key: func(g Group) []any { return []any{g.ID} }}
})

// bySlip is the consent of who agreed by the code of a slip without signing in. Whoever prints a slip sees its code, so that it is no
// first-hand consent.
const bySlip = "slip"

// consented is how those who are counted agreed to being volunteers.
type consented struct {
	How string
	N   int64
}

var consents = db.DynamicOf[consented](func(b *db.Builder, in scoped) {
	b.Add(`SELECT CASE WHEN c.how = 'self' AND EXISTS (SELECT 1 FROM enrolment e WHERE e.person_id = c.person_id AND e.how = 'code'
		AND COALESCE(e.agreed_by, 0) = 0 AND e.agreed_at = c.at) THEN 'slip' ELSE c.how END AS how, COUNT(DISTINCT v.id) AS n
		FROM volunteer v JOIN person_consent c ON c.person_id = v.person_id AND c.purpose = 'volunteer' AND c.withdrawn_at IS NULL
		WHERE v.status = 'active'`)
	in.Scope.Where(b, auth.Columns{Region: "v.region", Station: "v.station_id"})
	b.Add(" GROUP BY 1")
})
