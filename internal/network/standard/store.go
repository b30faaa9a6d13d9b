package standard

import (
	"context"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// place is a station that has statuses.
type place struct {
	ID     db.ID
	Region auth.Region
}

var (
	itemCount = db.Query[int64](`SELECT count(*) FROM standard_item`)
	itemTable = db.NewRelation[Item]("standard_item")
	everyItem = db.Query[Item](itemTable.Select("") + ` ORDER BY id`)
	itemsOf   = itemTable.Where(`region IN ($1, $2, $3, $4, $5) ORDER BY sort, id`).Lasting()

	evidenceTable = db.NewRelation[Evidence]("standard_evidence")
	evidenceOf    = evidenceTable.Where(`station_id = $1 ORDER BY day DESC, id DESC`)
	expiring      = db.Query[Evidence](evidenceTable.Select("e") +
		` WHERE NOT e.reminded AND e.last_day BETWEEN $1 AND $2 AND e.ended_day = 99991231
		AND NOT EXISTS (SELECT 1 FROM standard_evidence n WHERE n.station_id = e.station_id AND n.item = e.item AND n.last_day > e.last_day
		AND n.ended_day = 99991231)
		AND EXISTS (SELECT 1 FROM station s WHERE s.id = e.station_id AND s.status <> 'closed') ORDER BY e.id LIMIT 500`)
	markReminded = db.SQL(`UPDATE standard_evidence SET reminded = TRUE WHERE id = $1`)

	checkTable = db.NewRelation[checkRow]("standard_check")
	visits     = db.Query[Visit](`SELECT visit_id, level, item, ok, remark, by_name, at FROM standard_check WHERE station_id = $1
		ORDER BY id DESC LIMIT 60`)
	urgeTable = db.NewRelation[urgeRow]("standard_urge")
	urgings   = db.Query[Urging](`SELECT items, note, by_name, at FROM standard_urge WHERE station_id = $1 ORDER BY day DESC LIMIT 20`)

	judged = db.Query[place](`SELECT s.id, s.region FROM station s WHERE EXISTS (SELECT 1 FROM standard_evidence e
		WHERE e.station_id = s.id) OR EXISTS (SELECT 1 FROM standard_status t WHERE t.station_id = s.id) ORDER BY s.id`)
	statusTable  = db.NewRelation[Status]("standard_status", "station_id", "day")
	statuses     = statusTable.Where(`station_id = $1 ORDER BY day`)
	dropStatuses = db.SQL(`DELETE FROM standard_status WHERE station_id = $1`)
)

// checkRow is a finding of a visit with its station.
type checkRow struct {
	ID, StationID db.ID
	Region        auth.Region
	Visit
}

// urgeRow is an urging with its station; one a day.
type urgeRow struct {
	ID, StationID db.ID
	Day           clock.Day
	Urging
}

// itemsFor gives the items that hold, held or will hold in a division: those of every division above it, and its own.
func itemsFor(ctx context.Context, tx *db.Tx, at auth.Region) ([]Item, error) {
	return itemsOf.All(ctx, tx, at.At(1), at.At(2), at.At(3), at.At(4), at)
}

func replaceStatuses(ctx context.Context, tx *db.Tx, id db.ID, list []Status) error {
	if _, err := dropStatuses.Run(ctx, tx, id); err != nil {
		return err
	}
	return statusTable.InsertAll(ctx, tx, list)
}

var judgedIn = db.DynamicOf[place](func(b *db.Builder, at auth.Region) {
	b.Add(`SELECT s.id, s.region FROM station s WHERE EXISTS (SELECT 1 FROM standard_evidence e WHERE e.station_id = s.id)`)
	auth.Within(b, "s.region", at)
	b.Add(" ORDER BY s.id")
})

// scoped is a list within what the actor may see, as things stand on a day.
type scoped struct {
	ListInput
	Scope auth.Scope
	Day   clock.Day
}

var list = db.ListOf(func(b *db.Builder, in scoped) {
	b.Add(`SELECT s.id, s.name, s.kind, s.region, COALESCE(t.met, FALSE) AS met, COALESCE(t.grade, '') AS grade,
		COALESCE(t.missing, '') AS missing, t.station_id IS NULL AS bare
		FROM station s LEFT JOIN standard_status t ON t.station_id = s.id AND t.day <= ? AND t.until_day > ?
		WHERE s.status <> 'closed'`, in.Day, in.Day)
	in.Scope.Where(b, auth.Columns{Region: "s.region", Station: "s.id"})
	auth.Within(b, "s.region", in.Region)
	b.If(in.Status == Met, " AND t.met").If(in.Status == Unmet, " AND NOT COALESCE(t.met, FALSE)")
	b.If(in.Item != "", ` AND (t.station_id IS NULL OR ' ' || t.missing || ' ' LIKE ? ESCAPE '!')`, db.Holding(" "+in.Item+" "))
	if in.Q != "" {
		db.NameFilter(b, "station", "s.id", in.Q)
	}
}, func(in scoped) db.Order[Summary] {
	switch in.Sort {
	case "name":
		return db.Order[Summary]{By: "s.name, s.id", Key: func(x Summary) []any { return []any{x.Name, x.ID} }}
	case "place":
		return db.Order[Summary]{By: "s.region, s.id", Key: func(x Summary) []any { return []any{int64(x.Region), x.ID} }}
	}
	return db.Order[Summary]{By: "s.id", Key: func(x Summary) []any { return []any{x.ID} }}
})
