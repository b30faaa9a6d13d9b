package office

import (
	"context"

	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

var (
	nextSerial = db.Query[int64](`INSERT INTO office_serial (station_id, book, year, last) VALUES ($1, $2, $3, 1)
		ON CONFLICT (station_id, book, year) DO UPDATE SET last = office_serial.last + 1 RETURNING last`)

	counts = db.Query[Count](`SELECT
		(SELECT count(*) FROM office_notice WHERE station_id = $1 AND down_day = 0 AND from_day <= $2 AND until_day >= $2) AS hanging,
		(SELECT count(*) FROM office_plan_item WHERE station_id = $1 AND year = $3) AS plan,
		(SELECT count(*) FROM office_plan_item WHERE station_id = $1 AND finished_day = 0 AND due_day < $2) AS late,
		(SELECT COALESCE(min(year), $3) FROM office_plan_item WHERE station_id = $1 AND finished_day = 0 AND due_day < $2) AS late_year,
		(SELECT count(*) FROM office_rule WHERE station_id = $1 AND state = 'published' AND until_day = 99991231) AS rules,
		(SELECT count(*) FROM office_equipment WHERE station_id = $1 AND state NOT IN ('lost', 'scrapped')) AS things,
		(SELECT count(*) FROM office_equipment WHERE station_id = $1 AND state NOT IN ('lost', 'scrapped') AND checked_day / 10000 < $3) AS unchecked,
		(SELECT count(*) FROM office_document WHERE station_id = $1 AND state <> 'destroyed') AS kept,
		(SELECT count(*) FROM office_document WHERE station_id = $1 AND state = 'kept' AND keep_until < $2) AS due,
		(SELECT count(*) FROM office_document WHERE station_id = $1 AND state = 'asked') AS asked`)

	gaps = db.Query[db.ID](`SELECT x.station_id FROM (
		SELECT s.station_id, s.last, (SELECT count(*) FROM office_notice n WHERE n.station_id = s.station_id AND n.year = s.year AND n.no <= s.last) AS rows,
			(SELECT count(*) FROM office_notice n WHERE n.station_id = s.station_id AND n.year = s.year) AS whole FROM office_serial s WHERE s.book = 'notice'
		UNION ALL SELECT s.station_id, s.last, (SELECT count(*) FROM office_equipment n WHERE n.station_id = s.station_id AND n.no <= s.last),
			(SELECT count(*) FROM office_equipment n WHERE n.station_id = s.station_id) FROM office_serial s WHERE s.book = 'equipment'
		UNION ALL SELECT s.station_id, s.last, (SELECT count(*) FROM office_document n WHERE n.station_id = s.station_id AND n.year = s.year AND n.no <= s.last),
			(SELECT count(*) FROM office_document n WHERE n.station_id = s.station_id AND n.year = s.year) FROM office_serial s WHERE s.book = 'archive') x
		WHERE x.rows <> x.last OR x.whole <> x.last
		UNION SELECT n.station_id FROM office_notice n WHERE NOT EXISTS (SELECT 1 FROM office_serial s WHERE s.station_id = n.station_id AND s.book = 'notice' AND s.year = n.year)
		UNION SELECT n.station_id FROM office_equipment n WHERE NOT EXISTS (SELECT 1 FROM office_serial s WHERE s.station_id = n.station_id AND s.book = 'equipment')
		UNION SELECT n.station_id FROM office_document n WHERE NOT EXISTS (SELECT 1 FROM office_serial s WHERE s.station_id = n.station_id AND s.book = 'archive' AND s.year = n.year)
		ORDER BY 1`)
	miscounted = db.Query[db.ID](`SELECT i.id FROM office_plan_item i WHERE i.done <> (SELECT COALESCE(SUM(s.amount), 0) FROM office_plan_step s WHERE s.item_id = i.id)
		OR i.finished_day <> COALESCE((SELECT MAX(s.day) FROM office_plan_step s WHERE s.item_id = i.id AND s.finishes), 0) ORDER BY i.id`)
	overlapping = db.Query[db.ID](`SELECT r.id FROM office_rule r WHERE r.state = 'published' AND EXISTS (SELECT 1 FROM office_rule o WHERE o.station_id = r.station_id AND o.slot = r.slot
		AND o.state = 'published' AND o.edition > r.edition AND o.from_day < r.until_day) ORDER BY r.id`)
)

// next takes the next number of a book. It holds the line of the serial until the transaction ends, so that a number that is not used is given again.
func next(ctx context.Context, tx *db.Tx, station db.ID, book string, year int64) (int64, error) {
	return nextSerial.One(ctx, tx, station, book, year)
}

func stations(ctx context.Context, tx *db.Tx, scope auth.Scope, in PickInput, more bool, after db.ID) ([]station.Station, error) {
	b := tx.Build(`SELECT s.id, s.name, s.region, s.kind, s.status, s.address FROM station s WHERE s.status <> 'closed'`)
	scope.Where(b, auth.Columns{Region: "s.region", Station: "s.id"})
	if in.Q != "" {
		db.NameFilter(b, "station", "s.id", in.Q)
	}
	b.If(more, " AND s.id > ?", after)
	return db.Select[station.Station](ctx, tx, b.Add(" ORDER BY s.id LIMIT ?", in.Size()+1))
}

const noticeRows = `SELECT id, version, station_id, region, year, no, title, body, place, from_day, until_day, blob_id, down_day, down_reason, by_name, at FROM office_notice`

var (
	noticeByID = db.Query[Notice](noticeRows + ` WHERE id = $1`)
	addNotice  = db.SQL(`INSERT INTO office_notice (id, version, station_id, region, year, no, title, body, place, from_day, until_day, blob_id, down_day, down_reason, by_name, at)
		VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, '', $12, $13)`)
	setNotice = db.SQL(`UPDATE office_notice SET blob_id = $3, down_day = $4, down_reason = $5, version = version + 1 WHERE id = $1 AND version = $2`)
	hanging   = db.Query[Hanging](`SELECT id, title, body, from_day, until_day FROM office_notice WHERE station_id = $1 AND down_day = 0 AND from_day <= $2 AND until_day >= $2
		ORDER BY from_day DESC, id DESC LIMIT 50`)
)

func insertNotice(ctx context.Context, tx *db.Tx, n Notice) error {
	_, err := addNotice.Run(ctx, tx, n.ID, n.StationID, int64(n.Region), n.Year, n.No, n.Title, n.Body, n.Place, int64(n.FromDay), int64(n.UntilDay), n.BlobID, n.ByName, n.At)
	return err
}

func updateNotice(ctx context.Context, tx *db.Tx, n *Notice) error {
	done, err := setNotice.Run(ctx, tx, n.ID, n.Version, n.BlobID, int64(n.DownDay), n.DownReason)
	n.Version++
	return fresh(done, err)
}

// fresh turns an update that found no row of its version into a stale one.
func fresh(n int64, err error) error {
	if err == nil && n == 0 {
		err = errs.ErrStale
	}
	return err
}

func notices(ctx context.Context, tx *db.Tx, in NoticesInput, today clock.Day, more bool, after db.ID, limit int) ([]Notice, error) {
	b := tx.Build(noticeRows+` WHERE station_id = ?`, in.ID)
	b.If(in.Year != 0, " AND year = ?", in.Year)
	switch day := int64(today); in.State {
	case "coming":
		b.Add(" AND down_day = 0 AND from_day > ?", day)
	case "hanging":
		b.Add(" AND down_day = 0 AND from_day <= ? AND until_day >= ?", day, day)
	case "over":
		b.Add(" AND down_day = 0 AND until_day < ?", day)
	case "down":
		b.Add(" AND down_day > 0")
	}
	if in.Q != "" {
		b.Add(" AND (title LIKE ? ESCAPE '!' OR body LIKE ? ESCAPE '!' OR place LIKE ? ESCAPE '!')", db.Holding(in.Q), db.Holding(in.Q), db.Holding(in.Q))
	}
	b.If(more, " AND id < ?", after)
	return db.Select[Notice](ctx, tx, b.Add(" ORDER BY id DESC LIMIT ?", limit))
}

const planRows = `SELECT i.id, i.version, i.station_id, i.region, i.year, i.what, i.who, i.due_day, i.amount, i.unit, i.done, i.finished_day, i.by_name, i.at,
	(SELECT count(*) FROM office_plan_step s WHERE s.item_id = i.id) AS steps FROM office_plan_item i`

var (
	planItemByID = db.Query[PlanItem](planRows + ` WHERE i.id = $1`)
	planOf       = db.Query[PlanItem](planRows + ` WHERE i.station_id = $1 AND i.year = $2 ORDER BY i.due_day, i.id`)
	planSize     = db.Query[int64](`SELECT count(*) FROM office_plan_item WHERE station_id = $1 AND year = $2`)
	addPlanItem  = db.SQL(`INSERT INTO office_plan_item (id, version, station_id, region, year, what, who, due_day, amount, unit, done, finished_day, by_name, at)
		VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, $10, $11)`)
	setPlanItem = db.SQL(`UPDATE office_plan_item SET what = $3, who = $4, due_day = $5, amount = $6, unit = $7, done = $8, finished_day = $9, told = told AND due_day = $5,
		version = version + 1 WHERE id = $1 AND version = $2`)
	dropPlanItem = db.SQL(`DELETE FROM office_plan_item WHERE id = $1 AND version = $2 AND NOT EXISTS (SELECT 1 FROM office_plan_step s WHERE s.item_id = office_plan_item.id)`)
	stepsOf      = db.Query[Step](`SELECT s.id, s.item_id, s.day, s.amount, s.note, s.finishes, s.by_name, s.at FROM office_plan_step s JOIN office_plan_item i ON i.id = s.item_id
		WHERE i.station_id = $1 AND i.year = $2 ORDER BY s.day, s.id`)
	stepsOfItem = db.Query[Step](`SELECT s.id, s.item_id, s.day, s.amount, s.note, s.finishes, s.by_name, s.at FROM office_plan_step s WHERE s.item_id = $1 ORDER BY s.day, s.id`)
	addStep     = db.SQL(`INSERT INTO office_plan_step (id, item_id, day, amount, note, finishes, by_name, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`)
)

func insertPlanItem(ctx context.Context, tx *db.Tx, i PlanItem) error {
	_, err := addPlanItem.Run(ctx, tx, i.ID, i.StationID, int64(i.Region), i.Year, i.What, i.Who, int64(i.DueDay), i.Amount, i.Unit, i.ByName, i.At)
	return err
}

func updatePlanItem(ctx context.Context, tx *db.Tx, i *PlanItem) error {
	n, err := setPlanItem.Run(ctx, tx, i.ID, i.Version, i.What, i.Who, int64(i.DueDay), i.Amount, i.Unit, i.Done, int64(i.FinishedDay))
	i.Version++
	return fresh(n, err)
}

const (
	ruleRows     = `SELECT id, version, station_id, region, slot, edition, title, body, state, from_day, until_day, by_name, at FROM office_rule`
	templateRows = `SELECT id, version, region, slot, title, body, by_name, at FROM office_template`
)

var (
	ruleByID = db.Query[Rule](ruleRows + ` WHERE id = $1`)
	rulesOf  = db.Query[Rule](ruleRows + ` WHERE station_id = $1 ORDER BY slot, edition DESC`)
	addRule  = db.SQL(`INSERT INTO office_rule (id, version, station_id, region, slot, edition, title, body, state, from_day, until_day, by_name, at)
		VALUES ($1, 1, $2, $3, $4, $5, $6, $7, 'draft', 0, 99991231, $8, $9) ON CONFLICT DO NOTHING`)
	setRule  = db.SQL(`UPDATE office_rule SET title = $3, body = $4, state = $5, from_day = $6, until_day = $7, version = version + 1 WHERE id = $1 AND version = $2 AND state = 'draft'`)
	endRule  = db.SQL(`UPDATE office_rule SET until_day = $3, version = version + 1 WHERE station_id = $1 AND slot = $2 AND state = 'published' AND until_day = 99991231`)
	dropRule = db.SQL(`DELETE FROM office_rule WHERE id = $1 AND version = $2 AND state = 'draft'`)

	templateByID = db.Query[Template](templateRows + ` WHERE id = $1`)
	templatesOf  = db.Query[Template](templateRows + ` WHERE region IN ($1, $2, $3, $4, $5) AND active ORDER BY region, id`)
	saveTemplate = db.Query[stored](`INSERT INTO office_template (id, version, region, slot, title, body, active, by_name, at) VALUES ($1, 1, $2, $3, $4, $5, TRUE, $6, $7)
		ON CONFLICT (region, slot) DO UPDATE SET title = $4, body = $5, active = TRUE, by_name = $6, at = $7, version = office_template.version + 1
		WHERE NOT office_template.active OR office_template.version = $8 RETURNING id, version`)
	dropTemplate = db.SQL(`DELETE FROM office_template WHERE id = $1 AND version = $2`)
	seeded       = db.Query[int64](`SELECT count(*) FROM office_template`)
)

// stored names a row and its version after it was written.
type stored struct {
	ID      db.ID
	Version int64
}

// putTemplate stores a division's text for a slot in the place of the version that was read, 0 when there was none; a stale one otherwise.
func putTemplate(ctx context.Context, tx *db.Tx, t *Template, read int64) error {
	row, ok, err := db.Found(saveTemplate.One(ctx, tx, t.ID, int64(t.Region), t.Slot, t.Title, t.Body, t.ByName, t.At, read))
	if err == nil && !ok {
		err = errs.ErrStale
	}
	t.ID, t.Version = row.ID, row.Version
	return err
}

func updateRule(ctx context.Context, tx *db.Tx, r *Rule) error {
	n, err := setRule.Run(ctx, tx, r.ID, r.Version, r.Title, r.Body, r.State, int64(r.FromDay), int64(r.UntilDay))
	r.Version++
	return fresh(n, err)
}

// quarterOf is the residential quarter that a point serves.
var quarterOf = db.Query[string](`SELECT name FROM quarter WHERE point_id = $1 AND active ORDER BY id LIMIT 1`)

const (
	equipmentRows = `SELECT e.id, e.version, e.station_id, e.region, e.no, e.name, e.kind, e.state, e.place, e.since_day, e.checked_day, e.note, e.blob_id, e.by_name, e.at FROM office_equipment e`
	takeRows      = `SELECT t.id, t.station_id, t.day, t.note, t.by_name, t.at, (SELECT count(*) FROM office_stocktake_line l WHERE l.stocktake_id = t.id) AS lines,
		(SELECT count(*) FROM office_stocktake_line l WHERE l.stocktake_id = t.id AND l.state IN ('repair', 'lost', 'scrapped')) AS amiss FROM office_stocktake t`
)

var (
	equipmentByID = db.Query[Equipment](equipmentRows + ` WHERE e.id = $1`)
	computersOf   = db.Query[Equipment](equipmentRows + ` WHERE e.station_id = $1 AND e.kind = 'computer' AND e.state = 'in_use' ORDER BY e.no`)
	addEquipment  = db.SQL(`INSERT INTO office_equipment (id, version, station_id, region, no, name, kind, state, place, since_day, checked_day, note, blob_id, by_name, at)
		VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11, $12, $13)`)
	setEquipment = db.SQL(`UPDATE office_equipment SET name = $3, kind = $4, state = $5, place = $6, since_day = $7, checked_day = $8, note = $9, blob_id = $10, version = version + 1
		WHERE id = $1 AND version = $2`)
	takesOf      = db.Query[Stocktake](takeRows + ` WHERE t.station_id = $1 ORDER BY t.day DESC LIMIT 10`)
	takeByID     = db.Query[Stocktake](takeRows + ` WHERE t.id = $1`)
	addStocktake = db.SQL(`INSERT INTO office_stocktake (id, station_id, region, day, note, by_name, at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`)
	addStockLine = db.SQL(`INSERT INTO office_stocktake_line (stocktake_id, equipment_id, state, note) VALUES ($1, $2, $3, $4)`)
	foundIn      = db.Query[found](`SELECT e.id, e.version, e.station_id, e.region, e.no, e.name, e.kind, l.state, e.place, e.since_day, e.checked_day, e.note, e.blob_id, e.by_name, e.at,
		l.note AS remark FROM office_stocktake_line l JOIN office_equipment e ON e.id = l.equipment_id WHERE l.stocktake_id = $1 ORDER BY e.no`)
)

func insertEquipment(ctx context.Context, tx *db.Tx, e Equipment) error {
	_, err := addEquipment.Run(ctx, tx, e.ID, e.StationID, int64(e.Region), e.No, e.Name, e.Kind, e.State, e.Place, int64(e.SinceDay), e.Note, e.BlobID, e.ByName, e.At)
	return err
}

func updateEquipment(ctx context.Context, tx *db.Tx, e *Equipment) error {
	n, err := setEquipment.Run(ctx, tx, e.ID, e.Version, e.Name, e.Kind, e.State, e.Place, int64(e.SinceDay), int64(e.CheckedDay), e.Note, e.BlobID)
	e.Version++
	return fresh(n, err)
}

func equipment(ctx context.Context, tx *db.Tx, in EquipmentInput, more bool, after db.ID, limit int) ([]Equipment, error) {
	b := tx.Build(equipmentRows+` WHERE e.station_id = ?`, in.ID)
	b.If(in.Kind != "", " AND e.kind = ?", in.Kind)
	b.If(in.State != "", " AND e.state = ?", in.State)
	if in.Q != "" {
		b.Add(" AND (e.name LIKE ? ESCAPE '!' OR e.place LIKE ? ESCAPE '!')", db.Holding(in.Q), db.Holding(in.Q))
	}
	b.If(more, " AND e.id > ?", after)
	return db.Select[Equipment](ctx, tx, b.Add(" ORDER BY e.id LIMIT ?", limit))
}

const (
	keeperRows = `SELECT id, version, station_id, region, name, post, named, agreed_day, active, phone FROM office_keeper`
	shiftRows  = `SELECT d.id, d.version, d.station_id, d.keeper_id, k.name, k.post, k.named, d.day, d.from_minute, d.until_minute FROM office_duty d JOIN office_keeper k ON k.id = d.keeper_id`
)

var (
	keeperByID = db.Query[Keeper](keeperRows + ` WHERE id = $1`)
	keepersOf  = db.Query[Keeper](keeperRows + ` WHERE station_id = $1 AND active ORDER BY id`)
	addKeeper  = db.SQL(`INSERT INTO office_keeper (id, version, station_id, region, name, post, named, agreed_day, active, phone) VALUES ($1, 1, $2, $3, $4, $5, $6, $7, TRUE, $8)`)
	setKeeper  = db.SQL(`UPDATE office_keeper SET name = $3, post = $4, named = $5, agreed_day = $6, active = $7, phone = $8, version = version + 1 WHERE id = $1 AND version = $2`)
	// lockKeeper holds the keeper's row, so that two shifts of one person wait for one another.
	lockKeeper = db.Query[Keeper](`UPDATE office_keeper SET active = TRUE WHERE id = $1 AND station_id = $2 AND active
		RETURNING id, version, station_id, region, name, post, named, agreed_day, active, phone`)

	shiftByID  = db.Query[Shift](shiftRows + ` WHERE d.id = $1`)
	shiftsOf   = db.Query[Shift](shiftRows + ` WHERE d.station_id = $1 AND d.day BETWEEN $2 AND $3 ORDER BY d.day, d.from_minute, d.id`)
	nowOn      = db.Query[Shift](shiftRows + ` WHERE d.station_id = $1 AND d.day = $2 AND d.from_minute <= $3 AND d.until_minute > $3 ORDER BY d.from_minute, d.id`)
	busy       = db.Query[int64](`SELECT count(*) FROM office_duty WHERE keeper_id = $1 AND day = $2 AND from_minute < $4 AND until_minute > $3 AND id <> $5`)
	addDuty    = db.SQL(`INSERT INTO office_duty (id, version, station_id, region, keeper_id, day, from_minute, until_minute) VALUES ($1, 1, $2, $3, $4, $5, $6, $7)`)
	setDuty    = db.SQL(`UPDATE office_duty SET keeper_id = $3, version = version + 1 WHERE id = $1 AND version = $2`)
	dropDuty   = db.SQL(`DELETE FROM office_duty WHERE id = $1 AND version = $2`)
	dropDuties = db.SQL(`DELETE FROM office_duty WHERE keeper_id = $1 AND day > $2`)
)

const (
	categoryRows = `SELECT id, version, region, code, name, years, active FROM office_category`
	documentRows = `SELECT d.id, d.version, d.station_id, d.region, d.category_id, c.code, c.name AS category, d.year, d.no, d.title, d.day, d.keywords, d.shelf, d.blob_id, d.keep_until, d.state, d.reason,
		d.asked_by, d.asked_name, d.asked_day, d.ended_name, d.ended_day, d.by_name, d.at FROM office_document d JOIN office_category c ON c.id = d.category_id`
)

var (
	categoryByID = db.Query[Category](categoryRows + ` WHERE id = $1`)
	categoriesOf = db.Query[Category](categoryRows + ` WHERE region IN ($1, $2, $3, $4, $5) ORDER BY region, code`)
	addCategory  = db.SQL(`INSERT INTO office_category (id, version, region, code, name, years, active) VALUES ($1, 1, $2, $3, $4, $5, TRUE) ON CONFLICT DO NOTHING`)
	setCategory  = db.SQL(`UPDATE office_category SET name = $3, years = $4, active = $5, version = version + 1 WHERE id = $1 AND version = $2`)

	documentByID = db.Query[Document](documentRows + ` WHERE d.id = $1`)
	addDocument  = db.SQL(`INSERT INTO office_document (id, version, station_id, region, category_id, year, no, title, day, keywords, shelf, blob_id, keep_until, state, reason, asked_by, asked_name, asked_day,
		ended_by, ended_name, ended_day, by_name, at) VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'kept', '', 0, '', 0, 0, '', 0, $13, $14)`)
	setDocument = db.SQL(`UPDATE office_document SET state = $3, reason = $4, asked_by = $5, asked_name = $6, asked_day = $7, ended_by = $8, ended_name = $9, ended_day = $10, blob_id = $11,
		version = version + 1 WHERE id = $1 AND version = $2`)
)

func insertDocument(ctx context.Context, tx *db.Tx, d Document) error {
	_, err := addDocument.Run(ctx, tx, d.ID, d.StationID, int64(d.Region), d.CategoryID, d.Year, d.No, d.Title, int64(d.Day), d.Keywords, d.Shelf, d.BlobID, int64(d.KeepUntil), d.ByName, d.At)
	return err
}

func updateDocument(ctx context.Context, tx *db.Tx, d *Document, ended db.ID) error {
	n, err := setDocument.Run(ctx, tx, d.ID, d.Version, d.State, d.Reason, int64(d.AskedBy), d.AskedName, int64(d.AskedDay), int64(ended), d.EndedName, int64(d.EndedDay), d.BlobID)
	d.Version++
	return fresh(n, err)
}

func documents(ctx context.Context, tx *db.Tx, in DocumentsInput, today clock.Day, more bool, after db.ID, limit int) ([]Document, error) {
	b := tx.Build(documentRows+` WHERE d.station_id = ?`, in.ID)
	b.If(in.Category != 0, " AND d.category_id = ?", in.Category)
	b.If(in.Year != 0, " AND d.year = ?", in.Year)
	b.If(in.State != "" && in.State != "due", " AND d.state = ?", in.State)
	b.If(in.State == "due", " AND d.state = 'kept' AND d.keep_until < ?", int64(today))
	if in.Q != "" {
		b.Add(" AND (d.title LIKE ? ESCAPE '!' OR d.keywords LIKE ? ESCAPE '!' OR d.shelf LIKE ? ESCAPE '!')", db.Holding(in.Q), db.Holding(in.Q), db.Holding(in.Q))
	}
	b.If(more, " AND d.id < ?", after)
	return db.Select[Document](ctx, tx, b.Add(" ORDER BY d.id DESC LIMIT ?", limit))
}

// What managers were not told of yet. A station that is closed keeps no books.
var (
	latePlans = db.Query[gone](`SELECT i.id, i.station_id, i.what AS name, i.due_day AS day FROM office_plan_item i WHERE i.finished_day = 0 AND NOT i.told AND i.due_day < $1
		AND EXISTS (SELECT 1 FROM station s WHERE s.id = i.station_id AND s.status <> 'closed') ORDER BY i.station_id, i.due_day, i.id LIMIT 500`)
	duePapers = db.Query[gone](`SELECT d.id, d.station_id, d.title AS name, d.keep_until AS day FROM office_document d WHERE d.state = 'kept' AND NOT d.told AND d.keep_until < $1
		AND EXISTS (SELECT 1 FROM station s WHERE s.id = d.station_id AND s.status <> 'closed') ORDER BY d.station_id, d.keep_until, d.id LIMIT 500`)
	tellPlan  = db.SQL(`UPDATE office_plan_item SET told = TRUE WHERE id = $1`)
	tellPaper = db.SQL(`UPDATE office_document SET told = TRUE WHERE id = $1`)
)

var (
	noticesIn   = db.Query[Notice](noticeRows + ` WHERE station_id = $1 AND until_day >= $2 AND from_day <= $3 ORDER BY year, no LIMIT $4`)
	documentsIn = db.Query[Document](documentRows + ` WHERE d.station_id = $1 AND d.day BETWEEN $2 AND $3 ORDER BY d.year, d.no LIMIT $4`)
)
