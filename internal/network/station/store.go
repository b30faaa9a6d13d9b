package station

import (
	"context"
	"strconv"

	"github.com/golang/geo/s2"

	"linli/internal/civic/setting"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

var (
	table    = db.NewRelation[Station]("station")
	serving  = table.Where(`region = $1 AND kind = 'station' AND status = 'open'`)
	standing = table.Where(
		`region = $1 AND kind = 'station' AND status <> 'closed' ORDER BY CASE status WHEN 'open' THEN 0 ELSE 1 END, id DESC LIMIT 1`)
	hold     = db.Query[string](`SELECT status FROM station WHERE id = $1 FOR UPDATE`)
	managers = db.Query[db.ID](`SELECT account_id FROM role_grant WHERE station_id = $1 AND role = $2 AND ended_at IS NULL
		AND from_day <= $3 AND (until_day = 0 OR until_day >= $3) ORDER BY id`)
	managerNames = db.Query[string](`SELECT a.name FROM role_grant g JOIN account a ON a.id = g.account_id WHERE g.station_id = $1
		AND g.role = $2 AND g.ended_at IS NULL AND g.from_day <= $3 AND (g.until_day = 0 OR g.until_day >= $3) ORDER BY g.id`)
	orphans = db.Query[db.ID](`SELECT p.id FROM station p JOIN station s ON s.id = p.parent_id
		WHERE p.region <> s.region OR s.kind <> 'station'`)
	taken = db.Query[int64](`SELECT count(*) FROM station_past p JOIN station s ON s.id = p.station_id
		WHERE s.kind = 'station' AND p.region = $1 AND s.id <> $2 AND p.status = 'open' AND p.until_day > $3 AND p.until_day > p.day`)
	openPoints = db.Query[int64](`SELECT count(*) FROM station WHERE parent_id = $1 AND status <> 'closed'`)

	latest     = db.Query[clock.Day](`SELECT day FROM station_past WHERE station_id = $1 AND until_day = 99991231`)
	wasIn      = db.Query[auth.Region](`SELECT region FROM station_past WHERE station_id = $1 AND until_day = 99991231`)
	endPast    = db.SQL(`UPDATE station_past SET until_day = $2 WHERE station_id = $1 AND until_day = 99991231`)
	renamePast = db.SQL(`UPDATE station_past SET name = $2, address = $3 WHERE station_id = $1 AND until_day = 99991231`)
	pasts      = db.NewRelation[Stretch]("station_past")
	past       = pasts.Where(`station_id = $1 ORDER BY id DESC`)

	// broken finds the stations whose life and present do not fit: no stretch of now, or another status, community or day of it; or
	// stretches with a gap.
	broken = db.Query[db.ID](`SELECT s.id FROM station s LEFT JOIN station_past p ON p.station_id = s.id AND p.until_day = 99991231
		WHERE p.id IS NULL OR p.status <> s.status OR p.region <> s.region OR p.day < s.status_day
		UNION SELECT p.station_id FROM station_past p WHERE p.until_day < p.day OR p.until_day < 99991231
		AND NOT EXISTS (SELECT 1 FROM station_past n WHERE n.station_id = p.station_id AND n.id > p.id AND n.day = p.until_day) ORDER BY 1`)
)

// A community goes on under another code: see moved.go. $1 is the code of before, $2 the one of now.
var (
	inCommunity      = table.Where(`region = $1 ORDER BY id`)
	moveApplications = db.SQL(`UPDATE station_application SET region = $2, version = version + 1
		WHERE region = $1 AND state IN ('submitted', 'returned')`)
	moveQuarters = db.SQL(`UPDATE quarter SET region = $2, version = version + 1,
		name = CASE WHEN EXISTS (SELECT 1 FROM quarter o WHERE o.region = $2 AND o.name = quarter.name) THEN name || $3 ELSE name END
		WHERE region = $1 AND active`)
	standingIn = db.Query[count](`SELECT region, COUNT(*) AS rows FROM station WHERE status <> 'closed' GROUP BY region ORDER BY region`)
	askedIn    = db.Query[count](`SELECT region, COUNT(*) AS rows FROM station_application WHERE state IN ('submitted', 'returned')
		GROUP BY region ORDER BY region`)
	quartersIn = db.Query[count](`SELECT region, COUNT(*) AS rows FROM quarter WHERE active GROUP BY region ORDER BY region`)
	openIn     = db.Query[openStation](`SELECT region, name FROM station WHERE kind = 'station' AND status = 'open' ORDER BY region`)
)

// enter stores a station. A community with an open station takes no second one.
func enter(ctx context.Context, tx *db.Tx, st *Station) error {
	fresh, err := table.Add(ctx, tx, *st)
	if err == nil && !fresh {
		err = errs.Field("region", "这个嘎查村（社区）已有开放的站")
	}
	return err
}

// search is what a list of stations is of.
type search struct {
	ListInput
	Cells cells
	Hour  hour // for those open now
}

// cells cover a part of the earth.
type cells s2.CellUnion

// Samples has one cell.
func (cells) Samples() []any { return []any{cells{1}} }

func (in search) narrow(b *db.Builder) {
	auth.Within(b, "st.region", in.Region)
	b.If(in.Status != "", " AND st.status = ?", in.Status).If(in.Kind != "", " AND st.kind = ?", in.Kind)
	if in.Q != "" {
		db.NameFilter(b, "station", "st.id", in.Q)
	}
	if in.Now {
		in.Hour.narrow(b)
	}
}

var list = db.ListOf(func(b *db.Builder, in search) {
	b.Add(table.Select("st")+" WHERE 1 = 1").If(in.Status == "", " AND st.status <> 'closed'")
	in.narrow(b)
}, func(in search) db.Order[Station] {
	switch in.Sort {
	case "name":
		return db.Order[Station]{By: "st.name, st.id", Key: func(st Station) []any { return []any{st.Name, st.ID} }}
	case "place":
		return db.Order[Station]{By: "st.region, st.id", Key: func(st Station) []any { return []any{int64(st.Region), st.ID} }}
	}
	return db.Order[Station]{By: "id", Key: func(st Station) []any { return []any{st.ID} }}
})

var inCells = db.DynamicOf[Station](func(b *db.Builder, in search) {
	b.Add(table.Select("st") + " WHERE st.status <> 'closed' AND (1 = 0")
	for _, c := range in.Cells {
		b.Add(" OR st.cell BETWEEN ? AND ?", int64(c.RangeMin()), int64(c.RangeMax()))
	}
	b.Add(")")
	in.narrow(b)
})

// onDay is a division on a day.
type onDay struct {
	At  auth.Region
	Day clock.Day
}

// openOn are the stretches that hold on the day.
var openOn = db.DynamicOf[Standing](func(b *db.Builder, in onDay) {
	b.Add(`SELECT s.id, s.kind, p.region, p.name FROM station_past p JOIN station s ON s.id = p.station_id
		WHERE p.status = 'open' AND p.day <= ? AND p.until_day > ?`, int64(in.Day), int64(in.Day))
	auth.Within(b, "p.region", in.At)
	b.Add(" ORDER BY p.region, s.id")
})

var (
	applications = db.NewRelation[Application]("station_application")
	waiting      = db.Query[int64](`SELECT count(*) FROM station_application WHERE region = $1 AND id <> $2 AND kind = 'station'
		AND state IN ('submitted', 'returned')`)
)

// scoped is a list within what the actor may see.
type scoped struct {
	ApplicationList
	Scope auth.Scope
}

var applied = db.ListOf(func(b *db.Builder, in scoped) {
	b.Add(applications.Select("") + ` WHERE 1 = 1`)
	in.Scope.Where(b, auth.Columns{Region: "region"})
	b.If(in.State != "", " AND state = ?", in.State)
}, func(scoped) db.Order[Application] {
	return db.Order[Application]{By: "id", Down: true, Key: func(a Application) []any { return []any{a.ID} }}
})

// due compares with the threshold set nearest above the quarter, the default where none is.
var due = `q.households >= COALESCE((SELECT CAST(v.value AS BIGINT) FROM setting v WHERE v.current AND v.value IS NOT NULL AND v.key = '` +
	string(setting.QuarterHouseholds) + `'
	AND v.region IN (q.region, q.region/1000*1000, q.region/1000000*1000000, q.region/100000000*100000000, 150000000000)
	ORDER BY v.region DESC LIMIT 1), ` +
	strconv.Itoa(setting.DefaultQuarterHouseholds) + `)`

const (
	served      = `COALESCE(p.status = 'open', FALSE)`
	quarterFrom = ` FROM quarter q JOIN region c ON c.code = q.region LEFT JOIN station p ON p.id = q.point_id WHERE 1 = 1`
)

var (
	quarterTable = db.NewRelation[Housing]("quarter")
	quarterWhole = `SELECT ` + quarterTable.Columns("q") + `, ` + due + ` AS due, ` + served +
		` AS served, COALESCE(p.name, '') AS point, c.name AS community` + quarterFrom
	quarterByID = db.Query[Housing](quarterWhole + ` AND q.id = $1`)
	pointUsed   = db.Query[int64](`SELECT count(*) FROM quarter WHERE point_id = $1 AND id <> $2`)
	pointsOf    = table.Where(`region = $1 AND kind = 'point' AND status <> 'closed' ORDER BY id`)
	sameName    = db.Query[int64](`SELECT count(*) FROM quarter WHERE region = $1 AND name = $2 AND id <> $3`)
)

var quarters = db.ListOf(func(b *db.Builder, in HousingList) {
	b.Add(quarterWhole)
	auth.Within(b, "q.region", in.Region)
	b.If(in.Q != "", " AND q.name LIKE ? ESCAPE '!'", db.Holding(in.Q))
	b.If(in.Only != "", " AND q.active AND "+due)
	b.If(in.Only == "lacking", " AND NOT "+served)
}, func(HousingList) db.Order[Housing] {
	return db.Order[Housing]{By: "q.id", Key: func(h Housing) []any { return []any{h.ID} }}
})

var lacking = db.DynamicOf[int64](func(b *db.Builder, at auth.Region) {
	b.Add(`SELECT count(*)` + quarterFrom + ` AND q.active AND NOT ` + served + ` AND ` + due)
	auth.Within(b, "q.region", at)
})

// CountQuarters counts the quarters of a division that should have a point and have none.
func CountQuarters(ctx context.Context, tx *db.Tx, at auth.Region) (int64, error) {
	return lacking.One(ctx, tx, at)
}

var errSameName = errs.Field("name", "这个嘎查村（社区）已经登记过同名的小区")

// enterQuarter and saveQuarter store a quarter and read it again, with its point and what its size asks for.
func enterQuarter(ctx context.Context, tx *db.Tx, h *Housing) error {
	fresh, err := quarterTable.Add(ctx, tx, *h)
	if err == nil && !fresh {
		err = errSameName
	}
	if err == nil {
		*h, err = quarterByID.Get(ctx, tx, h.ID)
	}
	return err
}

func saveQuarter(ctx context.Context, tx *db.Tx, h *Housing) error {
	n, err := sameName.One(ctx, tx, h.Region, h.Name, h.ID)
	if err == nil && n > 0 {
		err = errSameName
	}
	if err == nil {
		err = quarterTable.Update(ctx, tx, h)
	}
	if err == nil {
		*h, err = quarterByID.Get(ctx, tx, h.ID)
	}
	return err
}

// point is a position; 0, 0 is none.
type point struct{ Lat, Lng float64 }

var placeOf = db.Query[point](`SELECT lat, lng FROM region WHERE code = $1`)

var middleOf = db.DynamicOf[point](func(b *db.Builder, at auth.Region) {
	b.Add(`SELECT COALESCE(AVG(st.lat), 0) AS lat, COALESCE(AVG(st.lng), 0) AS lng FROM station st WHERE st.status <> 'closed'`)
	auth.Within(b, "st.region", at)
})

// middle is the middle of the stations of a division, else its own position.
func middle(ctx context.Context, tx *db.Tx, at auth.Region) (point, error) {
	mid, err := middleOf.One(ctx, tx, at)
	if err == nil && mid == (point{}) {
		mid, _, err = db.Found(placeOf.One(ctx, tx, at))
	}
	return mid, err
}

const short = `REPLACE(REPLACE(REPLACE(REPLACE(r.name, '居民委员会', ''), '村民委员会', ''), '居委会', ''), '村委会', '')`

// What a text may mean: $1 is the pattern that holds it, $2 how many are wanted. Divisions, besides, are those whose names stand in
// the text, as in an address: the longest name first.
var (
	stationsCalled = db.Query[Match](`SELECT 'station' AS kind, st.name, st.region AS code, st.lat, st.lng FROM station st
		WHERE st.status <> 'closed' AND (st.name LIKE $1 ESCAPE '!' OR st.address LIKE $1 ESCAPE '!') ORDER BY st.id LIMIT $2`)
	quartersCalled = db.Query[Match](`SELECT 'quarter' AS kind, q.name, q.region AS code, COALESCE(p.lat, 0) AS lat,
		COALESCE(p.lng, 0) AS lng FROM quarter q
		LEFT JOIN station p ON p.id = q.point_id WHERE q.active AND (q.name LIKE $1 ESCAPE '!' OR q.address LIKE $1 ESCAPE '!')
		ORDER BY q.id LIMIT $2`)
	divisionsCalled = db.Query[Match](`SELECT 'division' AS kind, r.name, r.code, 0.0 AS lat, 0.0 AS lng FROM region r
		WHERE r.valid_to = $4 AND r.level >= 3
		AND (r.name LIKE $1 ESCAPE '!'
		OR LENGTH(` + short + `) > 1 AND $3 LIKE '%' || ` + short + ` || '%') ORDER BY LENGTH(r.name) DESC, r.code LIMIT $2`)
)
