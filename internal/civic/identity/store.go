package identity

import (
	"linli/internal/platform/db"
)

var (
	providers = db.NewRelation[Provider]("identity_provider")
	all       = providers.Where(`TRUE ORDER BY id`)
	running   = providers.Where(`state = 'on' ORDER BY id`)
	runs      = providers.Where(`id = $1 AND state = 'on'`)
	byIssuer  = providers.Where(`issuer = $1`)

	table   = db.NewRelation[Identity]("identity")
	columns = table.Columns("i") + `, p.name AS provider FROM identity i JOIN identity_provider p ON p.id = i.provider_id `
	byID    = db.Query[Identity](`SELECT ` + columns + `WHERE i.id = $1`)
	known   = db.Query[Identity](`SELECT ` + columns + `WHERE i.provider_id = $1 AND i.subject = $2`)
	ofOwner = db.Query[Identity](`SELECT ` + columns + `WHERE i.account_id = $1 ORDER BY i.id`)
	hold    = db.Query[db.ID](`SELECT id FROM account WHERE id = $1 FOR UPDATE`)
	used    = db.SQL(`UPDATE identity SET used_at = $2 WHERE id = $1`)
	drop    = db.SQL(`DELETE FROM identity WHERE id = $1 AND account_id = $2`)
	dropAll = db.SQL(`DELETE FROM identity WHERE account_id = $1`)

	spend    = db.SQL(`INSERT INTO identity_spent (state, until_at) VALUES ($1, $2) ON CONFLICT (state) DO NOTHING`)
	oldSpent = db.SQL(`DELETE FROM identity_spent WHERE until_at < $1`)

	orphans = db.Query[db.ID](`SELECT i.id FROM identity i JOIN account a ON a.id = i.account_id WHERE a.login LIKE 'erased-%'`)
)
