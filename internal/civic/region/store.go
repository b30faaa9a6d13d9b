package region

import (
	"context"
	"strings"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// The last code below each level's code; a literal per level keeps the count a walk along the primary key.
const columns = `r.code, r.name, r.level, COALESCE(r.parent, 0) AS parent, r.class, r.edition, r.valid_from, r.valid_to, COALESCE(r.successor, 0) AS successor,
	r.population, r.population_basis, r.counts_as_community, r.counts_why, r.version,
	(SELECT count(*) FROM region c WHERE c.parent = r.code AND c.valid_to = 99991231) AS children,
	(SELECT count(*) FROM region c WHERE c.level = 5 AND c.counts_as_community AND c.valid_to = 99991231 AND c.code BETWEEN r.code AND r.code +
		CASE r.level WHEN 1 THEN 9999999999 WHEN 2 THEN 99999999 WHEN 3 THEN 999999 WHEN 4 THEN 999 ELSE 0 END) AS communities`

var (
	byCode    = db.Query[Division](`SELECT ` + columns + ` FROM region r WHERE r.code = $1`)
	below     = db.Query[Division](`SELECT ` + columns + ` FROM region r WHERE r.parent = $1 AND r.valid_to = 99991231 ORDER BY r.code`)
	inForce   = db.Query[int64](`SELECT count(*) FROM region WHERE code = $1 AND valid_to = $2`).Lasting()
	steps     = db.Query[Step](`SELECT code, name, level FROM region WHERE code IN ($1, $2, $3, $4, $5) ORDER BY level`).Lasting()
	setCounts = db.SQL(`UPDATE region SET counts_as_community = $3, counts_why = $4, counts_by = $5, counts_at = $6, version = version + 1 WHERE code = $1 AND version = $2`)
	rowCount  = db.Query[int64](`SELECT count(*) FROM region`)
)

func list(ctx context.Context, tx *db.Tx, in ListInput, after auth.Region) ([]Division, error) {
	b := tx.Build(`SELECT `+columns+` FROM region r WHERE r.valid_to = ?`, Forever)
	switch {
	case in.Parent != 0:
		b.Add(" AND r.parent = ?", in.Parent)
	case in.Q == "":
		b.Add(" AND r.parent IS NULL")
	}
	// At most some sixteen thousand rows, so a search may read them all.
	b.If(in.Q != "", " AND r.name LIKE ? ESCAPE '!'", "%"+noWildcards.Replace(in.Q)+"%")
	b.If(after != 0, " AND r.code > ?", after)
	return db.Select[Division](ctx, tx, b.Add(" ORDER BY r.code LIMIT ?", in.Size()+1))
}

var noWildcards = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

// none stores the zero region as NULL.
func none(r auth.Region) any {
	if r == 0 {
		return nil
	}
	return int64(r)
}
