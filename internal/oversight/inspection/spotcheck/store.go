package spotcheck

import (
	"context"
	"time"

	"linli/internal/oversight/stats"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// full is a check with what only its own steps read: the list may be long, and the seed is secret.
type full struct {
	Check
	SealedSeed []byte `db:",once"`
	Population string
}

var (
	table        = db.NewRelation[Check]("spot_check")
	fullTable    = db.NewRelation[full]("spot_check")
	checkColumns = "SELECT " + table.Columns("c") + ", r.name AS place FROM spot_check c JOIN region r ON r.code = c.region WHERE "

	checkByID     = db.Query[Check](checkColumns + `c.id = $1`)
	drawnChecks   = db.Query[db.ID](`SELECT id FROM spot_check WHERE drawn_at IS NOT NULL ORDER BY id`)
	sealedSeed    = db.Query[[]byte](`SELECT sealed_seed FROM spot_check WHERE id = $1`)
	populationOf  = db.Query[string](`SELECT population FROM spot_check WHERE id = $1`)
	setPopulation = db.SQL(`UPDATE spot_check SET population = $2 WHERE id = $1 AND state = 'announced'`)

	unitTable = db.NewRelation[Unit]("spot_check_unit", "check_id", "unit_id")
	unitsOf   = unitTable.Where(`check_id = $1 ORDER BY forced DESC, place`)
	forcedOf  = db.Query[db.ID](`SELECT unit_id FROM spot_check_unit WHERE check_id = $1 AND forced ORDER BY place`)
)

// idOf reads an id of a list that this system wrote itself.
func idOf(text string) (id db.ID) {
	_ = id.UnmarshalText([]byte(text))
	return id
}

// held is a record or certificate that may be drawn.
type held struct {
	ID      db.ID
	Minutes int64
}

// from names where the units of a kind stand; its holes are the two days.
var from = map[string]string{
	"record":      ` FROM service_record u WHERE u.status = 'counted' AND u.day BETWEEN ? AND ?`,
	"certificate": ` FROM certificate u WHERE u.status <> 'revoked' AND u.issued_day BETWEEN ? AND ?`,
}

// population gives the records that count, or the certificates in use, of a division and a span of days.
func population(ctx context.Context, tx *db.Tx, c Check, most int) ([]held, error) {
	b := tx.Build(`SELECT u.id, u.minutes`+from[c.Kind], c.FromDay, c.ToDay)
	auth.Within(b, "u.region", c.Region)
	return db.Select[held](ctx, tx, b.Add(" ORDER BY u.id LIMIT ?", most))
}

// minutesOf gives the minutes of units as they stand now, whatever became of them meanwhile.
func minutesOf(ctx context.Context, tx *db.Tx, c Check, ids []string) (map[string]int64, error) {
	const per = 500
	table := map[string]string{"record": "service_record", "certificate": "certificate"}[c.Kind]
	out := map[string]int64{}
	for at := 0; at < len(ids); at += per {
		var part []db.ID
		for _, id := range ids[at:min(at+per, len(ids))] {
			part = append(part, idOf(id))
		}
		rows, err := db.Select[held](ctx, tx, db.In(tx.Build(`SELECT id, minutes FROM `+table+` WHERE 1 = 1`), " AND id", part))
		if err != nil {
			return nil, err
		}
		for _, u := range rows {
			out[u.ID.String()] = u.Minutes
		}
	}
	return out, nil
}

// Doubt is a unit that looks unusual; that alone says nothing against it.
type Doubt struct {
	ID      db.ID     `json:"id"`
	Day     clock.Day `json:"day"`
	Minutes int64     `json:"minutes"`
	Why     string    `json:"why" doc:"long 时间长，late 超过 10 个工作日才记录，import 导入的"`
}

// odd finds what is unusual, by kind; its holes are the two days, twice.
var odd = map[string]string{
	"record": `SELECT u.id, u.day, u.minutes, CASE WHEN u.minutes >= 480 THEN 'long' WHEN u.counted_day > u.due_day THEN 'late'
		ELSE 'import' END AS why` + from["record"] +
		` AND (u.minutes >= 480 OR u.counted_day > u.due_day OR u.source = 'import')`,
	"certificate": `SELECT u.id, u.issued_day AS day, u.minutes, 'long' AS why` + from["certificate"] + ` AND u.minutes >= 6000`,
}

// doubts gives some of what is unusual in the population of a check, the longest first.
func doubts(ctx context.Context, tx *db.Tx, c Check) ([]Doubt, error) {
	b := tx.Build(odd[c.Kind], c.FromDay, c.ToDay)
	auth.Within(b, "u.region", c.Region)
	rows, err := db.Select[Doubt](ctx, tx, b.Add(" ORDER BY u.minutes DESC, u.id LIMIT 30"))
	if rows == nil {
		rows = []Doubt{}
	}
	return rows, err
}

// listed is what a list of checks is of.
type listed struct {
	ListInput
	Scope auth.Scope
}

var checkList = db.ListOf(func(b *db.Builder, in listed) {
	b.Add(checkColumns + "1 = 1")
	in.Scope.Where(b, auth.Columns{Region: "c.region"})
	auth.Within(b, "c.region", in.Region)
}, func(listed) db.Order[Check] {
	return db.Order[Check]{By: "c.id", Down: true, Key: func(c Check) []any { return []any{c.ID} }}
})

// recordKnown and certificateKnown are what an inspector is told of a unit: no names.
type recordKnown struct {
	Title, Content, Place, Unit, Leader, Source, Confirmation string
	StartedAt, EndedAt                                        time.Time
	Minutes                                                   int64
	CountedDay, DueDay                                        clock.Day
}

type certificateKnown struct {
	No, Code, Unit, Status    string
	FromDay, ToDay, IssuedDay clock.Day
	Minutes, Records, Sum     int64
}

var (
	recordFacts = db.Query[recordKnown](`SELECT title, content, place, unit, leader, source, confirmation, started_at, ended_at, minutes,
		counted_day, due_day FROM service_record WHERE id = $1`)
	certificateFacts = db.Query[certificateKnown](`SELECT c.no, c.code, c.unit, c.status, c.from_day, c.to_day, c.issued_day, c.minutes,
		(SELECT count(*) FROM certificate_record p WHERE p.certificate_id = c.id) AS records, (SELECT COALESCE(sum(p.minutes), 0)
		FROM certificate_record p WHERE p.certificate_id = c.id) AS sum
		FROM certificate c WHERE c.id = $1`)
)

// spotted counts the communities with an open station at the end of which a record was drawn in the span.
func spotted(ctx context.Context, tx *db.Tx, in stats.Span) ([]stats.Amount, error) {
	b := tx.Build(`SELECT `+auth.AtLevel("r.region", in.Level)+
		` AS region, '' AS kind, count(DISTINCT r.region) AS n FROM spot_check c JOIN spot_check_unit u ON u.check_id = c.id
		JOIN service_record r ON r.id = u.unit_id WHERE c.kind = 'record' AND c.drawn_at >= ? AND c.drawn_at < ? AND EXISTS (SELECT 1
		FROM station_past p
		JOIN station s ON s.id = p.station_id WHERE p.region/1000 = r.region/1000 AND p.region = r.region AND s.kind = 'station'
		AND p.status = 'open' AND p.day <= ? AND p.until_day > ?)`,
		in.From.Time(), in.To.AddDays(1).Time(), in.To, in.To)
	auth.Within(b, "r.region", in.Within)
	return db.Select[stats.Amount](ctx, tx, b.Add(" GROUP BY 1"))
}
