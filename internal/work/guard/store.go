package guard

import (
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

var (
	table   = db.NewRelation[Guard]("guard")
	columns = `SELECT ` + table.Columns("g") + `, p.name FROM guard g JOIN person p ON p.id = g.person_id WHERE `
	byID    = db.Query[Guard](columns + `g.id = $1`)
	running = db.Query[Guard](columns + `g.account_id = $1 AND g.state <> 'back'`)
	due     = db.Query[Guard](columns + `g.state <> 'back' AND g.next_at <= $1 ORDER BY g.next_at, g.id LIMIT 200`)
	of      = db.Query[Guard](columns + `g.person_id = $1 ORDER BY g.id`)

	goals = db.Query[Goal](`SELECT g.id AS pairing_id, CAST(NULL AS BIGINT) AS order_id, p.name AS what, p.region FROM pairing g
		JOIN person p ON p.id = g.person_id JOIN pairing_member m ON m.pairing_id = g.id AND m.state = 'agreed'
		JOIN volunteer v ON v.id = m.volunteer_id WHERE v.person_id = $1 AND g.state = 'active'
		UNION ALL
		SELECT NULL, o.id, o.title, o.region FROM orders o JOIN assignment a ON a.order_id = o.id AND a.state IN ('accepted', 'checked_in')
		WHERE a.person_id = $1 ORDER BY 3`)
	beside = db.Query[db.ID](`SELECT c.id FROM account c JOIN volunteer v ON v.person_id = c.person_id JOIN pairing_member m
		ON m.volunteer_id = v.id AND m.state = 'agreed' WHERE m.pairing_id = $1 AND c.id <> $2 AND c.state = 'active'
		UNION SELECT c.id FROM account c JOIN assignment a ON a.person_id = c.person_id AND a.state IN ('accepted', 'checked_in')
		WHERE a.order_id = $3 AND c.id <> $2 AND c.state = 'active' ORDER BY 1`)
	followPerson = db.SQL(`UPDATE guard SET person_id = $2, version = version + 1 WHERE person_id = $1`)
	blank        = db.SQL(`UPDATE guard SET back_by = CASE WHEN back_by <> '' AND back_how = '' OR back_by = (SELECT name FROM person WHERE id = $1)
		THEN $2 ELSE back_by END, back_how = '', version = version + 1 WHERE person_id = $1`)
	silent = db.Query[db.ID](`SELECT id FROM guard WHERE state = 'alarm' AND rung = 0 OR state = 'taken' AND taken_at IS NULL ORDER BY id`)
)

// sought is a list of guards within what the actor may see.
type sought struct {
	ListInput
	Scope auth.Scope
}

var list = db.ListOf(func(b *db.Builder, in sought) {
	b.Add(columns + `1 = 1`)
	in.Scope.Where(b, auth.Columns{Region: "g.region"})
	auth.Within(b, "g.region", in.Region)
	b.If(in.State != "", " AND g.state = ?", in.State)
}, func(sought) db.Order[Guard] {
	return db.Order[Guard]{By: "g.id", Down: true, Key: func(g Guard) []any { return []any{g.ID} }}
})
