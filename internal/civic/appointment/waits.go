package appointment

import (
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// What waits for somebody who reaches the appointed person: for officers of the two levels above it, for the audit administrator
// where nobody is above.
var (
	toReach = unconfirmed("gov", govPath, `(`+below("1000", "1", "1000000")+` OR `+below("1000000", "1000", "100000000")+
		` OR `+below("100000000", "1000000", "10000000000")+`)`)
	toRead = unconfirmed("admin", adminPath, `t.region % 10000000000 = 0`)
)

// below are acts of one level, told to who sits one or two levels above: units are in which codes of those levels and of itself count.
func below(parent, own, next string) string {
	return `t.region % ` + parent + ` > 0 AND t.region % ` + own + ` = 0 AND {seat} IN (t.region / ` + parent + ` * ` + parent +
		`, t.region / ` + next + ` * ` + next + `)`
}

func unconfirmed(shell, path, where string) area.Wait {
	return area.Waiting(area.Wait{Shell: shell, Rank: 26, Perm: Confirm, Href: path, Word: "新任命的人，等核实", Button: "去核实",
		Page: func(db.ID) string { return path }},
		`t.id, a.name AS what, COALESCE(o.name, '控制台') AS who, t.at, 0 AS due`,
		`account_act t JOIN account a ON a.id = t.account_id LEFT JOIN account o ON o.id = t.actor_id
		WHERE t.confirmed_at IS NULL AND COALESCE(t.actor_id, 0) <> {me} AND t.account_id <> {me} AND `+newest+` AND `+where,
		auth.Columns{Region: "t.region"})
}
