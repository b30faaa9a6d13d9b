package audit

import (
	"context"
	"fmt"
	"strings"

	"linli/internal/platform/db"
)

const columns = `SELECT id, at, account_id, actor, role, action, object, object_id, region, cause, detail, seq, chain FROM audit`

var (
	insert = db.SQL(`INSERT INTO audit (id, at, account_id, actor, role, action, object, object_id, region, cause, detail)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`)

	anyUnnumbered = db.Query[db.ID](`SELECT id FROM audit WHERE seq IS NULL LIMIT 1`)
	unnumbered    = db.Query[Row](columns + ` WHERE seq IS NULL ORDER BY id LIMIT $1`)
	numbered      = db.Query[Row](columns + ` WHERE seq IS NOT NULL ORDER BY seq`)
	newest        = db.Query[Row](columns + ` WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 2`)
	countTail     = db.Query[int64](`SELECT COUNT(*) FROM audit WHERE seq IS NULL`)
	setSeq        = placing("audit", "id")

	makeHead = db.SQL(`INSERT INTO audit_head (id, holder, until, seq, chain) VALUES (1, '', 0, 0, NULL) ON CONFLICT (id) DO NOTHING`)
	takeHead = db.SQL(`UPDATE audit_head SET holder = $1, until = $2 WHERE id = 1 AND (holder = $1 OR until < $3)`)
	freeHead = db.SQL(`UPDATE audit_head SET until = 0 WHERE id = 1 AND holder = $1`)
	readHead = db.Query[head](`SELECT seq, chain FROM audit_head WHERE id = 1`)
	moveHead = db.SQL(`UPDATE audit_head SET seq = $1, chain = $2 WHERE id = 1`)
)

// numberedColumns are those of a row written with its number.
var numberedColumns = []string{"id", "at", "account_id", "actor", "role", "action", "object", "object_id", "region", "cause", "detail",
	"seq", "chain"}

// placed is the place of a row in its chain.
type placed struct {
	Key, Seq int64
	Chain    []byte
}

// placing registers the commands that give rows their places, many rows in one: how many rows each takes, the most first.
func placing(table, key string) map[int]*db.Command {
	out := map[int]*db.Command{}
	for _, n := range perPlace {
		values := make([]string, n)
		for i := range values {
			values[i] = fmt.Sprintf("($%d, $%d, $%d)", 3*i+1, 3*i+2, 3*i+3)
		}
		text := "WITH v (k, seq, chain) AS (VALUES " + strings.Join(values, ", ") + ") UPDATE " + table +
			" SET seq = v.seq, chain = v.chain FROM v WHERE " + table + "." + key + " = v.k AND " + table + ".seq IS NULL"
		out[n] = db.SQL(strings.Replace(text, "($1, $2, $3)", "(CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BYTEA))", 1), text)
	}
	return out
}

var perPlace = []int{50, 10, 1}

// place gives rows their places.
func place(ctx context.Context, tx *db.Tx, by map[int]*db.Command, rows []placed) error {
	for _, n := range perPlace {
		for len(rows) >= n {
			args := make([]any, 0, 3*n)
			for _, r := range rows[:n] {
				args = append(args, r.Key, r.Seq, r.Chain)
			}
			if _, err := by[n].Run(ctx, tx, args...); err != nil {
				return err
			}
			rows = rows[n:]
		}
	}
	return nil
}

// head is the last numbered row.
type head struct {
	Seq   int64
	Chain []byte
}
