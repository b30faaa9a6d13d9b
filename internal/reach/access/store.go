package access

import (
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

var (
	table   = db.NewRelation[Key]("access_key")
	columns = table.Columns("k") + `, COALESCE(p.name, '') AS partner, a.name AS owner, a.region`
	tables  = ` FROM access_key k JOIN account a ON a.id = k.account_id LEFT JOIN partner p ON p.id = k.partner_id `

	byID    = db.Query[Key](`SELECT ` + columns + tables + `WHERE k.id = $1`)
	byToken = db.Query[Key](`SELECT ` + columns + tables + `WHERE k.token_hash = $1 AND k.ended_at IS NULL AND k.until_day >= $2`)
	ofOwner = db.Query[Key](`SELECT ` + columns + tables + `WHERE k.account_id = $1 ORDER BY k.id DESC LIMIT 100`)
	hold    = db.Query[db.ID](`SELECT id FROM account WHERE id = $1 FOR UPDATE`)
	running = db.Query[int64](`SELECT COUNT(*) FROM access_key WHERE account_id = $1 AND ended_at IS NULL AND until_day >= $2`)
	ripe    = db.Query[Key](`SELECT ` + columns + tables + `WHERE k.ended_at IS NULL AND NOT k.told AND k.until_day BETWEEN $1 AND $2
		ORDER BY k.id LIMIT 500`)
	seen   = db.SQL(`UPDATE access_key SET seen_at = $2 WHERE id = $1`)
	endAll = db.SQL(`UPDATE access_key SET ended_at = $2, end_reason = $3, version = version + 1 WHERE account_id = $1 AND ended_at IS NULL`)
	drop   = db.SQL(`DELETE FROM access_key WHERE account_id = $1`)
)

// search is a list of keys within what the actor may see.
type search struct {
	ListInput
	Scope auth.Scope
	Day   clock.Day
}

var list = db.ListOf(func(b *db.Builder, in search) {
	b.Add(`SELECT ` + columns + tables + `WHERE 1 = 1`)
	in.Scope.Where(b, auth.Columns{Region: "a.region"})
	b.If(in.State == "ended", " AND k.ended_at IS NOT NULL").If(in.State == "active", " AND k.ended_at IS NULL AND k.until_day >= ?", in.Day).
		If(in.State == "expired", " AND k.ended_at IS NULL AND k.until_day < ?", in.Day)
}, func(search) db.Order[Key] {
	return db.Order[Key]{By: "k.id", Down: true, Key: func(k Key) []any { return []any{k.ID} }}
})

var findings = []struct {
	query *db.Rows[db.ID]
	what  string
}{
	{db.Query[db.ID](`SELECT id FROM access_key WHERE ended_at IS NOT NULL AND end_reason = ''`), "作废了，没有原因"},
	{db.Query[db.ID](`SELECT k.id FROM access_key k JOIN account a ON a.id = k.account_id WHERE k.ended_at IS NULL AND a.login LIKE 'erased-%'`),
		"主人已经注销，钥匙还在"},
}
