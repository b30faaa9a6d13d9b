package region

import (
	"context"
	"strconv"
	"strings"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// The last code below each level's code; a literal per level keeps the count a walk along the primary key.
const columns = `r.code, r.name, r.level, COALESCE(r.parent, 0) AS parent, r.class, r.edition, r.valid_from, r.valid_to, COALESCE(r.successor, 0) AS successor,
	r.population, r.population_basis, r.counts_as_community, r.counts_why, r.version,
	(SELECT count(*) FROM region c WHERE c.parent = r.code AND c.valid_to = 99991231) AS children,
	(SELECT count(*) FROM region c WHERE c.level = 5 AND c.counts_as_community AND c.valid_to = 99991231 AND c.code BETWEEN r.code AND r.code +
		CASE r.level WHEN 1 THEN 9999999999 WHEN 2 THEN 99999999 WHEN 3 THEN 999999 WHEN 4 THEN 999 ELSE 0 END) AS communities`

var (
	byCode   = db.Query[Division](`SELECT ` + columns + ` FROM region r WHERE r.code = $1`)
	below    = db.Query[Division](`SELECT ` + columns + ` FROM region r WHERE r.parent = $1 AND r.valid_to = 99991231 ORDER BY r.code`)
	inForce  = db.Query[int64](`SELECT count(*) FROM region WHERE code = $1 AND valid_to = $2`).Lasting()
	steps    = db.Query[Step](`SELECT code, name, level FROM region WHERE code IN ($1, $2, $3, $4, $5) ORDER BY level`).Lasting()
	rowCount = db.Query[int64](`SELECT count(*) FROM region`)

	spanColumns  = `s.code, s.name, s.level, s.class, s.counts_as_community, s.counts_why, s.edition, s.valid_from, s.valid_to, COALESCE(s.successor, 0) AS successor`
	spansOn      = db.Query[Span](`SELECT ` + spanColumns + ` FROM ` + Spans + ` s WHERE COALESCE(s.parent, 0) = $1 AND $2 BETWEEN s.valid_from AND s.valid_to ORDER BY s.code`)
	spansOf      = db.Query[Span](`SELECT ` + spanColumns + ` FROM ` + Spans + ` s WHERE s.code = $1 AND s.valid_from <= s.valid_to ORDER BY s.valid_from DESC`)
	treeOn       = db.Query[Span](`SELECT ` + spanColumns + ` FROM ` + Spans + ` s WHERE $1 BETWEEN s.valid_from AND s.valid_to ORDER BY s.code`)
	predecessors = db.Query[Step](`SELECT DISTINCT s.code, s.name, s.level FROM ` + Spans + ` s WHERE s.successor = $1 ORDER BY s.code`)

	// Whether a unit counts, from a day on: stretches that begin on that day or later take it over, the one that holds the day is cut in two.
	countLater = db.SQL(`UPDATE region_past SET counts_as_community = $3, counts_why = $4 WHERE code = $1 AND valid_from >= $2`)
	cutPast    = db.SQL(`INSERT INTO region_past (` + pastColumns + `) SELECT code, $3, valid_from, name, class, edition, counts_as_community, counts_why, NULL FROM region_past
		WHERE code = $1 AND valid_from < $2 AND valid_to >= $2`)
	restPast = db.SQL(`UPDATE region_past SET valid_from = $2, counts_as_community = $3, counts_why = $4 WHERE code = $1 AND valid_from < $2 AND valid_to >= $2`)
	cutNow   = db.SQL(`INSERT INTO region_past (` + pastColumns + `) SELECT code, $3, valid_from, name, class, edition, counts_as_community, counts_why, NULL FROM region
		WHERE code = $1 AND valid_from < $2`)
	setCounts = db.SQL(`UPDATE region SET counts_as_community = $3, counts_why = $4, counts_by = $5, counts_at = $6, version = version + 1,
		valid_from = CASE WHEN valid_from < $7 THEN $7 ELSE valid_from END WHERE code = $1 AND version = $2`)
)

const pastColumns = `code, valid_to, valid_from, name, class, edition, counts_as_community, counts_why, successor`

// count sets whether a unit counts from a day on; false for a version that is not the present one.
func count(ctx context.Context, tx *db.Tx, in CountInput) (bool, error) {
	code, day, before := int64(in.Code), in.FromDay, in.FromDay.AddDays(-1)
	if _, err := countLater.Run(ctx, tx, code, day, in.Counts, in.Reason); err != nil {
		return false, err
	}
	if _, err := cutPast.Run(ctx, tx, code, day, before); err != nil {
		return false, err
	}
	if _, err := restPast.Run(ctx, tx, code, day, in.Counts, in.Reason); err != nil {
		return false, err
	}
	if _, err := cutNow.Run(ctx, tx, code, day, before); err != nil {
		return false, err
	}
	n, err := setCounts.Run(ctx, tx, code, in.Version, in.Counts, in.Reason, auth.From(ctx).Name, tx.Now, day)
	return n > 0, err
}

// communities counts the communities of a division that counted on a day, by the divisions of a level.
func communities(ctx context.Context, tx *db.Tx, at auth.Region, level int, day clock.Day) ([]Tally, error) {
	const deepest auth.Region = 151111111111 // whose ancestors are of every level
	_, unit := deepest.At(level).Prefix()
	prefix, divisor := at.Prefix()
	d := strconv.FormatInt(unit, 10)
	b := tx.Build(`SELECT s.code/`+d+`*`+d+` AS code, count(*) AS communities FROM `+Spans+` s WHERE s.level = 5 AND s.counts_as_community
		AND ? BETWEEN s.valid_from AND s.valid_to AND s.code BETWEEN ? AND ?`, day, prefix*divisor, (prefix+1)*divisor-1)
	return db.Select[Tally](ctx, tx, b.Add(` GROUP BY s.code/`+d+`*`+d+` ORDER BY 1`))
}

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
