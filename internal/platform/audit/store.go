package audit

import "linli/internal/platform/db"

const columns = `SELECT id, at, account_id, actor, role, action, object, object_id, region, cause, detail, seq, chain FROM audit`

var (
	insert = db.SQL(`INSERT INTO audit (id, at, account_id, actor, role, action, object, object_id, region, cause, detail)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`)

	anyUnnumbered = db.Query[db.ID](`SELECT id FROM audit WHERE seq IS NULL LIMIT 1`)
	unnumbered    = db.Query[Row](columns + ` WHERE seq IS NULL ORDER BY id LIMIT $1`)
	numbered      = db.Query[Row](columns + ` WHERE seq IS NOT NULL ORDER BY seq`)
	newest        = db.Query[Row](columns + ` WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 2`)
	countTail     = db.Query[int64](`SELECT COUNT(*) FROM audit WHERE seq IS NULL`)
	setSeq        = db.SQL(`UPDATE audit SET seq = $2, chain = $3 WHERE id = $1 AND seq IS NULL`)

	makeHead = db.SQL(`INSERT INTO audit_head (id, holder, until, seq, chain) VALUES (1, '', 0, 0, NULL) ON CONFLICT (id) DO NOTHING`)
	takeHead = db.SQL(`UPDATE audit_head SET holder = $1, until = $2 WHERE id = 1 AND (holder = $1 OR until < $3)`)
	readHead = db.Query[head](`SELECT seq, chain FROM audit_head WHERE id = 1`)
	moveHead = db.SQL(`UPDATE audit_head SET seq = $1, chain = $2 WHERE id = 1`)
)

// numberedColumns are those of a row written with its number.
var numberedColumns = []string{"id", "at", "account_id", "actor", "role", "action", "object", "object_id", "region", "cause", "detail",
	"seq", "chain"}

// head is the last numbered row.
type head struct {
	Seq   int64
	Chain []byte
}
