package report

import (
	"context"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

var (
	addFiled = db.SQL(`INSERT INTO report_filed (id, region, code, period, body, filler, checker, made_by, by_name, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`)
	lastFiled = db.Query[Filed](`SELECT id, body, filler, checker, by_name, at FROM report_filed WHERE region = $1 AND code = $2
		AND period = $3 ORDER BY id DESC LIMIT 1`)
)

// run is a row of the table of running.
type run struct {
	Key     int64
	Name    string
	Made    int64
	Taken   int64
	Closed  int64
	Served  int64
	Times   int64
	Minutes int64
}

// runs gives one row a station in a town or community, else one a division directly below; places without a station have a row of
// their own.
func runs(ctx context.Context, tx *db.Tx, at auth.Region, p Period) ([]run, error) {
	byStation := at.Level() >= auth.LevelTown
	key := func(alias string) string {
		if byStation {
			return "COALESCE(" + alias + ".station_id, 0)"
		}
		return auth.AtLevel(alias+".region", at.Level()+1)
	}
	b := tx.Build(`SELECT x.key, COALESCE(`+map[bool]string{true: "(SELECT s.name FROM station s WHERE s.id = x.key), '没有站的地方'",
		false: "(SELECT c.name FROM region c WHERE c.code = x.key), ''"}[byStation]+
		`) AS name, SUM(x.made) AS made, SUM(x.taken) AS taken, SUM(x.closed) AS closed, SUM(x.served) AS served, SUM(x.times) AS times,
			SUM(x.minutes) AS minutes FROM (
		SELECT `+key("o")+` AS key, count(*) AS made, SUM(CASE WHEN o.state IN ('submitted', 'needs_info', 'rejected', 'cancelled') THEN 0
			ELSE 1 END) AS taken,
		SUM(CASE WHEN o.state = 'closed' THEN 1 ELSE 0 END) AS closed,
		count(DISTINCT CASE WHEN o.state = 'closed' THEN o.recipient_id END) AS served, 0 AS times, 0 AS minutes
		FROM orders o WHERE o.created_at >= ? AND o.created_at < ?`, p.From.Time(), p.To.AddDays(1).Time())
	auth.Within(b, "o.region", at)
	b.Add(` GROUP BY 1
		UNION ALL
		SELECT `+key("r")+`, 0, 0, 0, 0, count(*), SUM(r.minutes) FROM service_record r WHERE r.status = 'counted' AND r.day BETWEEN ? AND ?`,
		p.From, p.To)
	auth.Within(b, "r.region", at)
	b.Add(" GROUP BY 1")
	if byStation {
		b.Add(` UNION ALL SELECT s.id, 0, 0, 0, 0, 0, 0 FROM station s WHERE s.status = 'open'`)
		auth.Within(b, "s.region", at)
	} else {
		b.Add(` UNION ALL SELECT c.code, 0, 0, 0, 0, 0, 0 FROM region c WHERE c.parent = ? AND c.valid_to = 99991231`, int64(at))
	}
	return db.Select[run](ctx, tx, b.Add(") x GROUP BY x.key ORDER BY x.key"))
}

type need struct {
	No        string
	Channel   string
	Name      string
	Item      string
	Station   string
	Level     string
	WindowEnd time.Time
	State     string
}

func needsOf(ctx context.Context, tx *db.Tx, at auth.Region, p Period) ([]need, error) {
	b := tx.Build(`SELECT o.no, o.channel, p.name, c.name AS item, COALESCE(s.name, '') AS station, o.level, o.window_end, o.state
		FROM orders o JOIN person p ON p.id = o.recipient_id
		JOIN catalogue_item c ON c.id = o.catalogue_id LEFT JOIN station s ON s.id = o.station_id
		WHERE o.created_at >= ? AND o.created_at < ?`, p.From.Time(), p.To.AddDays(1).Time())
	auth.Within(b, "o.region", at)
	return db.Select[need](ctx, tx, b.Add(" ORDER BY o.id LIMIT ?", maxRows+1))
}

type member struct {
	No          string
	Name        string
	Identities  string
	Place       string
	ApprovedDay clock.Day
	Times       int64
	Minutes     int64
}

func members(ctx context.Context, tx *db.Tx, at auth.Region, p Period) ([]member, error) {
	b := tx.Build(`SELECT v.no, p.name, v.identities, c.name AS place, v.approved_day, count(r.id) AS times,
		COALESCE(SUM(r.minutes), 0) AS minutes FROM volunteer v
		JOIN person p ON p.id = v.person_id JOIN region c ON c.code = v.region LEFT JOIN service_record r ON r.volunteer_id = v.id
		AND r.status = 'counted' AND r.day BETWEEN ? AND ?
		WHERE v.approved_day BETWEEN 1 AND ? AND (v.left_day = 0 OR v.left_day > ?)`, p.From, p.To, p.To, p.To)
	auth.Within(b, "v.region", at)
	return db.Select[member](ctx, tx, b.Add(" GROUP BY v.id, v.no, p.name, v.identities, c.name, v.approved_day ORDER BY v.no LIMIT ?",
		maxRows+1))
}

type certified struct {
	No        string
	Name      string
	FromDay   clock.Day
	ToDay     clock.Day
	Minutes   int64
	IssuedDay clock.Day
	Clerk     string
	Status    string
	Checks    int64
}

func certificatesOf(ctx context.Context, tx *db.Tx, at auth.Region, p Period) ([]certified, error) {
	b := tx.Build(`SELECT c.no, c.name, c.from_day, c.to_day, c.minutes, c.issued_day, c.clerk, c.status, COALESCE((SELECT SUM(k.n)
		FROM certificate_check k WHERE k.certificate_id = c.id), 0) AS checks
		FROM certificate c WHERE c.issued_day BETWEEN ? AND ?`, p.From, p.To)
	auth.Within(b, "c.region", at)
	return db.Select[certified](ctx, tx, b.Add(" ORDER BY c.id LIMIT ?", maxRows+1))
}

// stood is how an open station stood on a day.
type stood struct {
	Region  auth.Region
	Met     bool
	Missing string
	Bare    bool // without any evidence
	Seen    bool
}

func standings(ctx context.Context, tx *db.Tx, at auth.Region, day clock.Day) ([]stood, error) {
	b := tx.Build(`SELECT p.region, COALESCE(t.met, FALSE) AS met, COALESCE(t.missing, '') AS missing, t.station_id IS NULL AS bare,
		EXISTS (SELECT 1 FROM standard_check k WHERE k.station_id = s.id AND k.at < ?) AS seen
		FROM station_past p JOIN station s ON s.id = p.station_id LEFT JOIN standard_status t ON t.station_id = s.id AND t.day <= ?
		AND t.until_day > ?
		WHERE p.status = 'open' AND p.day <= ? AND p.until_day > ?`, day.AddDays(1).Time(), day, day, day, day)
	auth.Within(b, "p.region", at)
	return db.Select[stood](ctx, tx, b)
}

type itemWord struct{ Code, Label string }

var planItems = db.Query[itemWord](`SELECT code, MAX(label) AS label FROM standard_item WHERE kind = 'plan' GROUP BY code
	ORDER BY MIN(sort)`)

func itemWords(ctx context.Context, tx *db.Tx) ([]itemWord, error) { return planItems.All(ctx, tx) }

const formColumns = `SELECT id, version, region, title, every, mapping, ended, by_name, at FROM report_form`

var (
	addForm = db.SQL(`INSERT INTO report_form (id, version, region, title, every, file, mapping, ended, made_by, by_name, at)
		VALUES ($1, 1, $2, $3, $4, $5, '{}', FALSE, $6, $7, $8)`)
	formByID   = db.Query[Template](formColumns + ` WHERE id = $1`)
	formFile   = db.Query[[]byte](`SELECT file FROM report_form WHERE id = $1`)
	setMapping = db.SQL(`UPDATE report_form SET mapping = $3, version = version + 1 WHERE id = $1 AND version = $2`)
	endForm    = db.SQL(`UPDATE report_form SET ended = TRUE, version = version + 1 WHERE id = $1 AND version = $2 AND NOT ended`)
	formsFor   = db.Query[Template](formColumns + ` WHERE region IN ($1, $2, $3, $4, $5) AND NOT ended ORDER BY id DESC LIMIT 100`)
	addSent    = db.SQL(`INSERT INTO report_form_sent (form_id, region, period, made_by, by_name, at)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`)
	sentOf = db.Query[Sent](`SELECT period, region, by_name, at FROM report_form_sent WHERE form_id = $1 AND region = $2
		ORDER BY period DESC LIMIT 24`)

	bulletinColumns = `SELECT id, version, region, kind, period, no, title, body, state, COALESCE(snapshot_id, 0) AS snapshot_id, by_name, at,
		published_by, published_at FROM report_bulletin`
	bulletinByID = db.Query[Bulletin](`SELECT id, version, region, kind, period, no, title, body, state,
		COALESCE(snapshot_id, 0) AS snapshot_id, by_name, at, published_by, published_at FROM report_bulletin WHERE id = $1`)
	addBulletin = db.SQL(`INSERT INTO report_bulletin (id, version, region, kind, period, no, title, body, state, made_by, by_name, at,
		published_by) VALUES ($1, 1, $2, $3, $4, $5, $6, $7, 'draft', $8, $9, $10, '')`)
	lastNo      = db.Query[int64](`SELECT COALESCE(MAX(no), 0) FROM report_bulletin WHERE region = $1 AND kind = $2 AND at >= $3`)
	setBulletin = db.SQL(`UPDATE report_bulletin SET title = $3, body = $4, version = version + 1 WHERE id = $1 AND version = $2
		AND state = 'draft'`)
	pubBulletin = db.SQL(`UPDATE report_bulletin SET state = 'published', snapshot_id = $3, published_by = $4, published_at = $5,
		version = version + 1 WHERE id = $1 AND version = $2 AND state = 'draft'`)
	endBulletin = db.SQL(`UPDATE report_bulletin SET state = 'withdrawn', version = version + 1 WHERE id = $1 AND version = $2
		AND state = 'published'`)
)

// upwards are the codes of the five levels of a division.
func upwards(at auth.Region) []any {
	return []any{int64(at.At(1)), int64(at.At(2)), int64(at.At(3)), int64(at.At(4)), int64(at)}
}

// bulletinsFor gives the bulletins of a division, drafts too, and the published ones of those above it.
func bulletinsFor(ctx context.Context, tx *db.Tx, at auth.Region) ([]Bulletin, error) {
	b := tx.Build(bulletinColumns+` WHERE (region = ? OR state = 'published' AND region IN (?, ?, ?, ?, ?))`,
		append([]any{int64(at)}, upwards(at)...)...)
	return db.Select[Bulletin](ctx, tx, b.Add(" ORDER BY id DESC LIMIT 60"))
}
