package region

import (
	"context"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// The last code below each level's code; a literal per level keeps the count a walk along the primary key.
const columns = `r.code, r.name, r.level, COALESCE(r.parent, 0) AS parent, r.class, r.edition, r.valid_from, r.valid_to,
	COALESCE(r.successor, 0) AS successor, r.population, r.population_basis, r.counts_as_community, r.counts_why, r.version,
	(SELECT count(*) FROM region c WHERE c.parent = r.code AND c.valid_to = 99991231) AS children,
	(SELECT count(*) FROM region c WHERE c.level = 5 AND c.counts_as_community AND c.valid_to = 99991231 AND c.code BETWEEN r.code AND r.code +
		CASE r.level WHEN 1 THEN 9999999999 WHEN 2 THEN 99999999 WHEN 3 THEN 999999 WHEN 4 THEN 999 ELSE 0 END) AS communities`

var (
	byCode   = db.Query[Division](`SELECT ` + columns + ` FROM region r WHERE r.code = $1`)
	below    = db.Query[Division](`SELECT ` + columns + ` FROM region r WHERE r.parent = $1 AND r.valid_to = 99991231 ORDER BY r.code`)
	under    = db.Query[Step](`SELECT code, name, level FROM region WHERE parent = $1 AND valid_to = 99991231 ORDER BY code`)
	inForce  = db.Query[int64](`SELECT count(*) FROM region WHERE code = $1 AND valid_to = $2`).Lasting()
	steps    = db.Query[Step](`SELECT code, name, level FROM region WHERE code IN ($1, $2, $3, $4, $5) ORDER BY level`).Lasting()
	rowCount = db.Query[int64](`SELECT count(*) FROM region`)

	spanColumns = `s.code, s.name, s.level, s.class, s.counts_as_community, s.counts_why, s.edition, s.valid_from, s.valid_to,
		COALESCE(s.successor, 0) AS successor`
	spansOn = db.Query[Span](`SELECT ` + spanColumns + ` FROM ` + Spans + ` s WHERE (s.parent = $1 OR s.parent IS NULL AND $1 = 0)
		AND $2 BETWEEN s.valid_from AND s.valid_to ORDER BY s.code`)
	spansOf = db.Query[Span](`SELECT ` + spanColumns + ` FROM ` + Spans +
		` s WHERE s.code = $1 AND s.valid_from <= s.valid_to ORDER BY s.valid_from DESC`)
	treeOn = db.Query[Span](`SELECT ` + spanColumns + ` FROM ` + Spans +
		` s WHERE $1 BETWEEN s.valid_from AND s.valid_to ORDER BY s.code`)
	predecessors = db.Query[Step](`SELECT DISTINCT s.code, s.name, s.level FROM ` + Spans + ` s WHERE s.successor = $1 ORDER BY s.code`)

	// Whether a unit counts, from a day on: stretches that begin on that day or later take it over, the one that holds the day is cut in two.
	countLater = db.SQL(`UPDATE region_past SET counts_as_community = $3, counts_why = $4 WHERE code = $1 AND valid_from >= $2`)
	cutPast    = db.SQL(`INSERT INTO region_past (` + pastColumns +
		`) SELECT code, $3, valid_from, name, class, edition, counts_as_community, counts_why, NULL FROM region_past
		WHERE code = $1 AND valid_from < $2 AND valid_to >= $2`)
	restPast = db.SQL(`UPDATE region_past SET valid_from = $2, counts_as_community = $3, counts_why = $4
		WHERE code = $1 AND valid_from < $2 AND valid_to >= $2`)
	cutNow = db.SQL(`INSERT INTO region_past (` + pastColumns +
		`) SELECT code, $3, valid_from, name, class, edition, counts_as_community, counts_why, NULL FROM region
		WHERE code = $1 AND valid_from < $2`)
	setCounts = db.SQL(`UPDATE region SET counts_as_community = $3, counts_why = $4, counts_by = $5, counts_at = $6, version = version + 1,
		valid_from = CASE WHEN valid_from < $7 THEN $7 ELSE valid_from END WHERE code = $1 AND version = $2`)
)

var (
	editionTable = db.NewRelation[Edition]("region_edition")
	changeTable  = db.NewRelation[Change]("region_edition_change", "edition_id", "code")
)

var editionColumns = editionTable.Columns("e") + `,
	COALESCE(SUM(CASE WHEN c.kind = 'added' THEN 1 ELSE 0 END), 0) AS added, COALESCE(SUM(CASE WHEN c.kind = 'renamed' THEN 1 ELSE 0 END),
	0) AS renamed,
	COALESCE(SUM(CASE WHEN c.kind = 'class' THEN 1 ELSE 0 END), 0) AS classed, COALESCE(SUM(CASE WHEN c.kind = 'closed' THEN 1 ELSE 0 END),
	0) AS closed, COALESCE(SUM(CASE WHEN c.offered <> 0 AND NOT c.decided THEN 1 ELSE 0 END), 0) AS undecided,
	COALESCE(SUM(CASE WHEN c.successor <> 0 THEN 1 ELSE 0 END), 0) AS moves, COALESCE(SUM(CASE WHEN c.moved THEN 1 ELSE 0 END), 0) AS moved
	FROM region_edition e LEFT JOIN region_edition_change c ON c.edition_id = e.id`

var changeColumns = changeTable.Columns("c") + `,
	COALESCE((SELECT x.name FROM region_edition_change x WHERE x.edition_id = c.edition_id AND x.code = c.offered), '') AS offered_name,
	COALESCE((SELECT x.name FROM region_edition_change x WHERE x.edition_id = c.edition_id AND x.code = c.successor AND x.name <> ''),
		(SELECT r.name FROM region r WHERE r.code = c.successor), '') AS successor_name FROM region_edition_change c WHERE c.edition_id = `

// changed picks the changes of edition $1 of a kind, beside region.
const changed = ` FROM region_edition_change c WHERE c.edition_id = $1 AND c.code = region.code AND c.kind `

var (
	standing    = db.Query[unit](`SELECT code, level, name, class FROM region WHERE valid_to = 99991231`)
	editionByID = db.Query[Edition](`SELECT ` + editionColumns + ` WHERE e.id = $1 GROUP BY e.id`)
	changeOf    = db.Query[Change](`SELECT ` + changeColumns + `$1 AND c.code = $2`)
	closedBy    = db.Query[Change](`SELECT ` + changeColumns + `$1 AND c.kind = 'closed' ORDER BY c.code`)
	decide      = db.SQL(`UPDATE region_edition_change SET decided = TRUE, successor = $3 WHERE edition_id = $1 AND code = $2
		AND kind = 'closed'`)
	acceptOffers = db.SQL(`UPDATE region_edition_change SET decided = TRUE, successor = offered WHERE edition_id = $1 AND offered <> 0
		AND NOT decided`)
	nameIn = db.Query[string](`SELECT COALESCE((SELECT c.name FROM region_edition_change c WHERE c.edition_id = $1 AND c.code = $2
		AND c.name <> ''),
		(SELECT name FROM region WHERE code = $2), '') AS name`)
	nextMove  = db.Query[Change](`SELECT ` + changeColumns + `$1 AND c.successor <> 0 AND NOT c.moved ORDER BY c.code LIMIT 1`)
	claimMove = db.SQL(`UPDATE region_edition_change SET moved = TRUE WHERE edition_id = $1 AND code = $2 AND NOT moved`)

	// The tree is replaced by these, in this order. $2 is the day on which the edition holds, $3 the day before. An unknown class that
	// becomes known is no new stretch.
	keepNames = db.SQL(`INSERT INTO region_past (` + pastColumns +
		`) SELECT r.code, $3, r.valid_from, r.name, r.class, r.edition, r.counts_as_community, r.counts_why, NULL
		FROM region r JOIN region_edition_change c ON c.code = r.code WHERE c.edition_id = $1 AND (c.kind = 'renamed' OR c.kind = 'class'
		AND c.old_class <> '') AND r.valid_from < $2`)
	renameAll = db.SQL(`UPDATE region SET name = c.name, class = c.class, version = region.version + 1,
		valid_from = CASE WHEN region.valid_from < $2 AND (c.kind = 'renamed' OR c.old_class <> '') THEN $2 ELSE region.valid_from END,
		counts_as_community = CASE WHEN c.kind = 'renamed' AND region.counts_by = '' THEN c.counts ELSE region.counts_as_community END,
		counts_why = CASE WHEN c.kind = 'renamed' AND region.counts_by = '' THEN c.counts_why
		ELSE region.counts_why END` + changed + `IN ('renamed', 'class')`)
	keepReturned = db.SQL(`INSERT INTO region_past (` + pastColumns +
		`) SELECT r.code, r.valid_to, r.valid_from, r.name, r.class, r.edition, r.counts_as_community, r.counts_why, r.successor
		FROM region r JOIN region_edition_change c ON c.code = r.code WHERE c.edition_id = $1 AND c.kind = 'added'
		AND r.valid_from <= r.valid_to`)
	addAll = db.SQL(`INSERT INTO region (code, name, level, parent, class, edition, valid_from, valid_to, lat, lng, population,
		population_basis, counts_as_community, counts_why, counts_by, version)
		SELECT c.code, c.name, c.level, CASE c.level WHEN 2 THEN c.code/10000000000*10000000000 WHEN 3 THEN c.code/100000000*100000000
		WHEN 4 THEN c.code/1000000*1000000 ELSE c.code/1000*1000 END,
			c.class, 0, $2, 99991231, 0, 0, 0, '', c.counts, c.counts_why, '', 1 FROM region_edition_change c
			WHERE c.edition_id = $1 AND c.kind = 'added' ORDER BY c.code
		ON CONFLICT (code) DO UPDATE SET name = excluded.name, class = excluded.class, valid_from = excluded.valid_from,
		valid_to = excluded.valid_to, successor = NULL,
			counts_as_community = excluded.counts_as_community, counts_why = excluded.counts_why, counts_by = '', version = region.version + 1`)
	closeAll = db.SQL(`UPDATE region SET valid_to = $2, successor = CASE WHEN c.successor = 0 THEN NULL ELSE c.successor END,
		version = region.version + 1` + changed + `= 'closed'`)
	// What a person decided of the predecessor holds for the division that is added in its place; so do its inhabitants.
	inheritCount = db.SQL(`UPDATE region SET counts_as_community = p.counts_as_community, counts_why = p.counts_why, counts_by = p.counts_by,
		counts_at = p.counts_at FROM region p
		WHERE p.code = (SELECT MIN(q.code) FROM region q WHERE q.successor = region.code AND q.valid_to = $2 AND q.counts_by <> '')
		AND region.code IN (SELECT code FROM region_edition_change WHERE edition_id = $1 AND kind = 'added')`)
	inheritPeople = db.SQL(`UPDATE region SET population = p.population, population_basis = p.basis, lat = p.lat, lng = p.lng FROM (
		SELECT successor, CAST(SUM(population) AS BIGINT) AS population, CASE WHEN COUNT(*) = 1 THEN MIN(population_basis)
		ELSE 'estimate' END AS basis, MIN(lat) AS lat, MIN(lng) AS lng
			FROM region WHERE successor IS NOT NULL AND valid_to = $2 GROUP BY successor) p
		WHERE p.successor = region.code AND region.code IN (SELECT code FROM region_edition_change WHERE edition_id = $1 AND kind = 'added')`)
	stampEdition = db.SQL(`UPDATE region SET edition = $1 WHERE valid_to = 99991231`)
)

// replaceTree makes the divisions those of an edition, from a day on.
func replaceTree(ctx context.Context, tx *db.Tx, e Edition, day clock.Day) error {
	before := day.AddDays(-1)
	for _, step := range []struct {
		do   *db.Command
		args []any
	}{
		{keepNames, []any{e.ID, day, before}}, {renameAll, []any{e.ID, day}}, {keepReturned, []any{e.ID}}, {addAll, []any{e.ID, day}},
		{closeAll, []any{e.ID, before}}, {inheritCount, []any{e.ID, before}}, {inheritPeople, []any{e.ID, before}}, {stampEdition, []any{e.Day}},
	} {
		if _, err := step.do.Run(ctx, tx, step.args...); err != nil {
			return err
		}
	}
	return nil
}

// enterEdition stores an edition to be looked at, with its changes; one is open at a time.
func enterEdition(ctx context.Context, tx *db.Tx, e *Edition) error {
	for i := range e.changes {
		e.changes[i].EditionID = e.ID
	}
	fresh, err := editionTable.Add(ctx, tx, *e)
	if err == nil && !fresh {
		err = errs.WrongState("还有一版没有办完，先应用或者放弃它")
	}
	if err == nil {
		err = changeTable.InsertAll(ctx, tx, e.changes)
	}
	if err == nil {
		*e, err = edition(ctx, tx, e.ID)
	}
	return err
}

// saveEdition stores an edition and counts its changes again.
func saveEdition(ctx context.Context, tx *db.Tx, e *Edition) error {
	err := editionTable.Update(ctx, tx, e)
	if err == nil {
		*e, err = edition(ctx, tx, e.ID)
	}
	return err
}

var editionList = db.ListOf(func(b *db.Builder, _ EditionsInput) {
	b.Add(`SELECT ` + editionColumns + ` GROUP BY e.id HAVING 1 = 1`)
}, func(EditionsInput) db.Order[Edition] {
	return db.Order[Edition]{By: "e.id", Down: true, Key: func(e Edition) []any { return []any{e.ID} }}
})

var changeList = db.ListOf(func(b *db.Builder, in ChangesInput) {
	b.Add(`SELECT `+changeColumns+`?`, in.ID).If(in.Kind != "", " AND c.kind = ?", in.Kind).If(in.Undecided,
		" AND c.offered <> 0 AND NOT c.decided")
}, func(ChangesInput) db.Order[Change] {
	return db.Order[Change]{By: "c.code", Key: func(c Change) []any { return []any{c.Code} }}
})

const pastColumns = `code, valid_to, valid_from, name, class, edition, counts_as_community, counts_why, successor`

// count sets whether a unit counts from a day on.
func count(ctx context.Context, tx *db.Tx, in CountInput) error {
	day, before := in.FromDay, in.FromDay.AddDays(-1)
	for _, step := range []struct {
		do   *db.Command
		args []any
	}{
		{countLater, []any{in.Code, day, in.Counts, in.Reason}}, {cutPast, []any{in.Code, day, before}},
		{restPast, []any{in.Code, day, in.Counts, in.Reason}}, {cutNow, []any{in.Code, day, before}},
	} {
		if _, err := step.do.Run(ctx, tx, step.args...); err != nil {
			return err
		}
	}
	n, err := setCounts.Run(ctx, tx, in.Code, in.Version, in.Counts, in.Reason, auth.From(ctx).Name, tx.Now, day)
	if err == nil && n == 0 {
		err = errs.ErrStale
	}
	return err
}

// census asks for the communities of a division that counted on a day, by the divisions of a level.
type census struct {
	At    auth.Region
	Level level
	Day   clock.Day
}

// level is a level of divisions.
type level int

// Samples has every level.
func (level) Samples() []any { return []any{level(1), level(2), level(3), level(4), level(5)} }

var communities = db.DynamicOf[Tally](func(b *db.Builder, in census) {
	code := auth.AtLevel("s.code", int(in.Level))
	b.Add(`SELECT `+code+` AS code, count(*) AS communities FROM `+Spans+
		` s WHERE s.level = 5 AND s.counts_as_community AND ? BETWEEN s.valid_from AND s.valid_to`, in.Day)
	auth.Along(b, "s.code", in.At)
	b.Add(` GROUP BY ` + code + ` ORDER BY 1`)
})

// listing is a list with the divisions that its text may mean.
type listing struct {
	ListInput
	Meant []auth.Region
}

var list = db.ListOf(func(b *db.Builder, in listing) {
	b.Add(`SELECT `+columns+` FROM region r WHERE r.valid_to = ?`, clock.Forever)
	b.If(in.Parent != 0, " AND r.parent = ?", in.Parent).If(in.Parent == 0 && in.Q == "", " AND r.parent IS NULL")
	if in.Q != "" {
		db.In(b, " AND r.code", in.Meant)
	}
}, func(listing) db.Order[Division] {
	return db.Order[Division]{By: "r.code", Key: func(d Division) []any { return []any{d.Code} }}
})

// unitList are the units in force at community level, with what they lie in.
var unitList = db.ListOf(func(b *db.Builder, in ReviewInput) {
	b.Add(`SELECT `+columns+`, b.name || t.name AS where_name FROM region r JOIN region t ON t.code = r.parent
		JOIN region b ON b.code = t.parent
		WHERE r.level = 5 AND r.valid_to = ?`, clock.Forever)
	b.If(in.Q != "", " AND r.name LIKE ? ESCAPE '!'", db.Holding(in.Q))
	b.If(in.Counts == "yes", " AND r.counts_as_community").If(in.Counts == "no", " AND NOT r.counts_as_community")
}, func(ReviewInput) db.Order[reviewed] {
	return db.Order[reviewed]{By: "r.code", Key: func(d reviewed) []any { return []any{d.Code} }}
})

// none stores the zero region as NULL.
func none(r auth.Region) any {
	if r == 0 {
		return nil
	}
	return int64(r)
}
