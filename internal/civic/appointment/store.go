package appointment

import (
	"strings"

	"linli/internal/platform/db"
)

// walk goes from the account in the n-th value to all who hold it by unconfirmed acts, itself included; 0 is the console.
func walk(n string) string {
	return strings.ReplaceAll(`up#(id) AS (SELECT CAST($# AS BIGINT) UNION
		SELECT COALESCE(t.actor_id, 0) FROM up# u JOIN account_act t ON t.account_id = u.id WHERE t.confirmed_at IS NULL)`, "#", n)
}

var (
	acts = db.NewRelation[Act]("account_act")

	commonRoot = db.Query[root](`WITH RECURSIVE ` + walk("1") + `, ` + walk("2") + `
		SELECT x.id, COALESCE(c.name, '') AS name FROM up1 x JOIN up2 y ON y.id = x.id LEFT JOIN account c ON c.id = x.id
		ORDER BY CASE WHEN x.id = $1 OR x.id = $2 THEN 0 ELSE 1 END, x.id DESC LIMIT 1`)
	handsOn = db.Query[db.ID](`SELECT DISTINCT actor_id FROM account_act WHERE account_id = $1 AND kind = $2 AND at > $3 ORDER BY actor_id`)

	othersWith = db.Query[int64](`SELECT COUNT(*) FROM role_grant WHERE role = $1 AND account_id <> $2`)
)

// root is where two accounts come together.
type root struct {
	ID   db.ID
	Name string
}
