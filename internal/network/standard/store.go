package standard

import (
	"context"

	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

const (
	itemColumns     = `SELECT id, region, code, label, explain, how, kind, accepts, months, sort, from_day, until_day FROM standard_item`
	evidenceColumns = `SELECT id, station_id, region, item, blob_id, body, day, last_day, ended_day, state, remark, by_name, at
		FROM standard_evidence`
)

// place is a station that has statuses.
type place struct {
	ID     db.ID
	Region auth.Region
}

var (
	itemCount = db.Query[int64](`SELECT count(*) FROM standard_item`)
	itemByID  = db.Query[Item](itemColumns + ` WHERE id = $1`)
	everyItem = db.Query[Item](itemColumns + ` ORDER BY id`)
	itemsOf   = db.Query[Item](itemColumns + ` WHERE region IN ($1, $2, $3, $4, $5) ORDER BY sort, id`).Lasting()
	addItem   = db.SQL(`INSERT INTO standard_item (id, region, code, label, explain, how, kind, accepts, months, sort, from_day,
		until_day) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`)
	stopItem = db.SQL(`UPDATE standard_item SET until_day = $2 WHERE id = $1`)

	evidenceByID = db.Query[Evidence](evidenceColumns + ` WHERE id = $1`)
	evidenceOf   = db.Query[Evidence](evidenceColumns + ` WHERE station_id = $1 ORDER BY day DESC, id DESC`)
	addEvidence  = db.SQL(`INSERT INTO standard_evidence (id, station_id, region, item, blob_id, body, day, last_day, ended_day, state,
		remark, reminded, account_id, by_name, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', FALSE, $11, $12, $13)`)
	endEvidence = db.SQL(`UPDATE standard_evidence SET ended_day = $2, state = $3, remark = $4 WHERE id = $1`)
	expiring    = db.Query[Evidence](evidenceColumns + ` e WHERE NOT e.reminded AND e.last_day BETWEEN $1 AND $2 AND e.ended_day = 99991231
		AND NOT EXISTS (SELECT 1 FROM standard_evidence n WHERE n.station_id = e.station_id AND n.item = e.item AND n.last_day > e.last_day
		AND n.ended_day = 99991231)
		AND EXISTS (SELECT 1 FROM station s WHERE s.id = e.station_id AND s.status <> 'closed') ORDER BY e.id LIMIT 500`)
	markReminded = db.SQL(`UPDATE standard_evidence SET reminded = TRUE WHERE id = $1`)

	addCheck = db.SQL(`INSERT INTO standard_check (id, visit_id, station_id, region, level, item, ok, remark, by_name, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`)
	visits = db.Query[Visit](`SELECT visit_id, level, item, ok, remark, by_name, at FROM standard_check WHERE station_id = $1
		ORDER BY id DESC LIMIT 60`)
	addUrging = db.SQL(`INSERT INTO standard_urge (id, station_id, day, items, note, by_name, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (station_id, day) DO NOTHING`)
	urgings = db.Query[Urging](`SELECT items, note, by_name, at FROM standard_urge WHERE station_id = $1 ORDER BY day DESC LIMIT 20`)

	judged = db.Query[place](`SELECT s.id, s.region FROM station s WHERE EXISTS (SELECT 1 FROM standard_evidence e
		WHERE e.station_id = s.id) OR EXISTS (SELECT 1 FROM standard_status t WHERE t.station_id = s.id) ORDER BY s.id`)
	statuses = db.Query[Status](`SELECT station_id, day, until_day, met, grade, missing FROM standard_status
		WHERE station_id = $1 ORDER BY day`)
	dropStatuses = db.SQL(`DELETE FROM standard_status WHERE station_id = $1`)
)

// itemsFor gives the items that hold, held or will hold in a division: those of every division above it, and its own.
func itemsFor(ctx context.Context, tx *db.Tx, at auth.Region) ([]Item, error) {
	return itemsOf.All(ctx, tx, int64(at.At(1)), int64(at.At(2)), int64(at.At(3)), int64(at.At(4)), int64(at))
}

func insertItem(ctx context.Context, tx *db.Tx, i Item) error {
	_, err := addItem.Run(ctx, tx, i.ID, int64(i.Region), i.Code, i.Label, i.Explain, i.How, i.Kind, i.Accepts, i.Months, i.Sort,
		int64(i.FromDay), int64(i.UntilDay))
	return err
}

func endItem(ctx context.Context, tx *db.Tx, i Item) error {
	_, err := stopItem.Run(ctx, tx, i.ID, int64(i.UntilDay))
	return err
}

func insertEvidence(ctx context.Context, tx *db.Tx, e Evidence, account db.ID) error {
	_, err := addEvidence.Run(ctx, tx, e.ID, e.StationID, int64(e.Region), e.Item, e.BlobID, e.Body, int64(e.Day), int64(e.LastDay),
		int64(e.EndedDay), e.State, int64(account), e.ByName, e.At)
	return err
}

func end(ctx context.Context, tx *db.Tx, id db.ID, day clock.Day, state, remark string) error {
	_, err := endEvidence.Run(ctx, tx, id, int64(day), state, remark)
	return err
}

func insertCheck(ctx context.Context, tx *db.Tx, visit db.ID, st station.Station, level string, f Finding) error {
	_, err := addCheck.Run(ctx, tx, tx.NewID(), visit, st.ID, int64(st.Region), level, f.Item, f.OK == "yes", f.Remark, auth.From(ctx).Name,
		tx.Now)
	return err
}

func replaceStatuses(ctx context.Context, tx *db.Tx, id db.ID, list []Status) error {
	if _, err := dropStatuses.Run(ctx, tx, id); err != nil {
		return err
	}
	return tx.InsertMany(ctx, "standard_status", []string{"station_id", "day", "until_day", "met", "grade", "missing"}, len(list),
		func(i int) []any {
			x := list[i]
			return []any{id, int64(x.Day), int64(x.UntilDay), x.Met, x.Grade, x.Missing}
		}, "")
}

func judgedIn(ctx context.Context, tx *db.Tx, at auth.Region) ([]place, error) {
	b := tx.Build(`SELECT s.id, s.region FROM station s WHERE EXISTS (SELECT 1 FROM standard_evidence e WHERE e.station_id = s.id)`)
	auth.Within(b, "s.region", at)
	return db.Select[place](ctx, tx, b.Add(" ORDER BY s.id"))
}

func list(ctx context.Context, tx *db.Tx, scope auth.Scope, in ListInput, more bool, after db.ID) ([]Summary, error) {
	today := int64(clock.DayOf(tx.Now))
	b := tx.Build(`SELECT s.id, s.name, s.kind, s.region, COALESCE(t.met, FALSE) AS met, COALESCE(t.grade, '') AS grade,
		COALESCE(t.missing, '') AS missing, t.station_id IS NULL AS bare
		FROM station s LEFT JOIN standard_status t ON t.station_id = s.id AND t.day <= ? AND t.until_day > ?
		WHERE s.status <> 'closed'`, today, today)
	scope.Where(b, auth.Columns{Region: "s.region", Station: "s.id"})
	auth.Within(b, "s.region", in.Region)
	switch in.Status {
	case Met:
		b.Add(" AND t.met")
	case Unmet:
		b.Add(" AND NOT COALESCE(t.met, FALSE)")
	}
	b.If(more, " AND s.id > ?", after)
	return db.Select[Summary](ctx, tx, b.Add(" ORDER BY s.id LIMIT ?", in.Size()+1))
}
