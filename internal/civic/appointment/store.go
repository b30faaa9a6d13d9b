package appointment

import (
	"strings"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// walk goes from the account in the n-th value to all who held it at $3 by acts that were not confirmed then, itself included; 0 is the
// console.
func walk(n string) string {
	return strings.ReplaceAll(`up#(id) AS (SELECT CAST($# AS BIGINT) UNION
		SELECT COALESCE(t.actor_id, 0) FROM up# u JOIN account_act t ON t.account_id = u.id
		WHERE t.at <= $3 AND (t.confirmed_at IS NULL OR t.confirmed_at > $3))`, "#", n)
}

var (
	acts = db.NewRelation[Act]("account_act")

	commonRoot = db.Query[named](`WITH RECURSIVE ` + walk("1") + `, ` + walk("2") + `
		SELECT x.id, COALESCE(c.name, '') AS name FROM up1 x JOIN up2 y ON y.id = x.id LEFT JOIN account c ON c.id = x.id
		ORDER BY CASE WHEN x.id = $1 OR x.id = $2 THEN 0 ELSE 1 END, x.id DESC LIMIT 1`)
	handsOn = db.Query[db.ID](`SELECT DISTINCT actor_id FROM account_act WHERE account_id = $1 AND kind = $2 AND at > $3 ORDER BY actor_id`)

	unsure = db.Query[unsureAct](`SELECT COALESCE(t.actor_id, 0) AS id, COALESCE(o.name, '') AS name, t.kind FROM account_act t
		LEFT JOIN account o ON o.id = t.actor_id WHERE t.account_id = $1 AND t.at <= $2 AND (t.confirmed_at IS NULL OR t.confirmed_at > $2)
		ORDER BY t.id DESC LIMIT 1`)

	othersWith = db.Query[int64](`SELECT COUNT(*) FROM role_grant WHERE role = $1 AND account_id <> $2`)

	// enteredBy is who entered the number that an account has now; none when it came from its owner.
	enteredBy = db.Query[db.ID](`SELECT actor_id FROM account_act WHERE account_id = $1 AND by_actor ORDER BY id DESC LIMIT 1`)
	onePhone  = db.Query[int64](`SELECT COUNT(*) FROM (SELECT a.phone_blind FROM account a WHERE a.id = $1
		UNION SELECT p.phone_blind FROM account a JOIN person p ON p.id = a.person_id WHERE a.id = $1) x
		JOIN (SELECT a.phone_blind FROM account a WHERE a.id = $2
		UNION SELECT p.phone_blind FROM account a JOIN person p ON p.id = a.person_id WHERE a.id = $2) y ON y.phone_blind = x.phone_blind`)
	officersAbove = db.Query[named](`SELECT DISTINCT a.id, a.name FROM role_grant g JOIN account a ON a.id = g.account_id
		WHERE g.role IN ('town_officer', 'banner_officer', 'league_officer', 'region_officer') AND a.state = 'active'
		AND g.region <> $1 AND g.region IN (CAST($1 AS BIGINT)/1000*1000, CAST($1 AS BIGINT)/1000000*1000000,
			CAST($1 AS BIGINT)/100000000*100000000, CAST($1 AS BIGINT)/10000000000*10000000000)
		AND g.granted_at <= $2 AND g.ended_at IS NULL AND a.id <> $3 AND a.id <> $4 ORDER BY a.id`)

	confirmEarlier = db.SQL(`UPDATE account_act SET version = version + 1, confirmed_by = $5, confirmed_at = $6, confirmed_how = $7,
		paper_id = $8
		WHERE account_id = $1 AND COALESCE(actor_id, 0) = $2 AND region = $3 AND id < $4 AND confirmed_at IS NULL`)
	goOn = db.SQL(`INSERT INTO account_act (id, version, account_id, actor_id, kind, grant_id, region, by_actor, at, confirmed_by, confirmed_at,
		confirmed_how, paper_id)
		SELECT CAST($2 AS BIGINT), 1, t.account_id, t.actor_id, t.kind, g.id, g.region, t.by_actor, t.at, t.confirmed_by, t.confirmed_at,
		t.confirmed_how, t.paper_id FROM account_act t JOIN role_grant g ON g.id = $3 WHERE t.grant_id = $1`)
	kindsOf = db.Query[string](`SELECT kind FROM account_act
		WHERE account_id = $1 AND COALESCE(actor_id, 0) = $2 AND region = $3 AND id <= $4 AND confirmed_at IS NULL ORDER BY id`)
)

// named is an account by its name; the console has neither.
type named struct {
	ID   db.ID
	Name string
}

// unsureAct is what nobody has confirmed, by whom.
type unsureAct struct {
	named
	Kind string
}

// search is a list of acts within what the actor may see.
type search struct {
	ListInput
	Scope auth.Scope
}

// newest is true of the last of what one did to one account and nobody has confirmed: to confirm it confirms those before.
const newest = `NOT EXISTS (SELECT 1 FROM account_act n WHERE n.account_id = t.account_id
		AND COALESCE(n.actor_id, 0) = COALESCE(t.actor_id, 0) AND n.region = t.region AND n.confirmed_at IS NULL AND n.id > t.id)`

var list = db.ListOf(func(b *db.Builder, in search) {
	b.Add("SELECT " + acts.Columns("t") + `, a.name, a.login, COALESCE(o.name, '控制台') AS by, COALESCE(c.name, '') AS seen FROM account_act t
		JOIN account a ON a.id = t.account_id LEFT JOIN account o ON o.id = t.actor_id LEFT JOIN account c ON c.id = t.confirmed_by WHERE 1 = 1`)
	in.Scope.Where(b, auth.Columns{Region: "t.region"})
	b.If(in.Account != 0, " AND t.account_id = ?", in.Account)
	if in.Done {
		b.Add(" AND t.confirmed_at IS NOT NULL")
		return
	}
	b.Add(` AND t.confirmed_at IS NULL AND ` + newest)
}, func(search) db.Order[Line] {
	return db.Order[Line]{By: "t.id", Down: true, Key: func(l Line) []any { return []any{l.ID} }}
})

// What verify looks for.
var (
	// An appointment without its act, and an entry of the trail without one: both are written in the transaction of the change.
	bareGrants = db.Query[db.ID](`SELECT g.id FROM role_grant g WHERE g.role NOT IN ('resident', 'volunteer')
		AND NOT EXISTS (SELECT 1 FROM account_act t WHERE t.grant_id = g.id AND t.account_id = g.account_id) ORDER BY g.id`)
	bareTrail = db.Query[trailed](`SELECT x.object_id, x.action FROM audit x WHERE x.object = 'account'
		AND x.action IN ('account.create', 'account.reset_password', 'account.reset_factor', 'account.set_phone')
		AND NOT EXISTS (SELECT 1 FROM account a JOIN account_act t ON t.account_id = a.id AND t.at = x.at
			AND t.kind = CASE x.action WHEN 'account.create' THEN 'create' WHEN 'account.reset_password' THEN 'password'
				WHEN 'account.reset_factor' THEN 'factor' ELSE 'phone' END
			WHERE CAST(a.id AS TEXT) = x.object_id) ORDER BY x.id`)
	founders = db.Query[named](`SELECT DISTINCT a.id, a.login AS name FROM account_act t JOIN account a ON a.id = t.account_id
		WHERE t.confirmed_how = 'founding' ORDER BY a.id`)
)

// trailed is an entry of the trail about an account.
type trailed struct{ ObjectID, Action string }
