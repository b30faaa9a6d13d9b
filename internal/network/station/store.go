package station

import (
	"context"

	"github.com/golang/geo/s2"

	"linli/internal/civic/setting"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/geo"
)

const columns = `st.id, st.no, st.kind, st.parent_id, st.name, st.name_confirmed, st.region, st.host, st.address, st.week, st.on_holidays, st.hours_note, st.phone, st.lat, st.lng, st.status,
	st.status_day, st.version FROM station st`

var (
	byID     = db.Query[Station](`SELECT ` + columns + ` WHERE st.id = $1`)
	serving  = db.Query[Station](`SELECT ` + columns + ` WHERE st.region = $1 AND st.kind = 'station' AND st.status = 'open'`)
	standing = db.Query[Station](`SELECT ` + columns + ` WHERE st.region = $1 AND st.kind = 'station' AND st.status <> 'closed' ORDER BY CASE st.status WHEN 'open' THEN 0 ELSE 1 END, st.id DESC LIMIT 1`)
	hold     = db.Query[string](`SELECT status FROM station WHERE id = $1 FOR UPDATE`)
	managers = db.Query[db.ID](`SELECT account_id FROM role_grant WHERE station_id = $1 AND role = $2 AND ended_at IS NULL AND from_day <= $3 AND (until_day = 0 OR until_day >= $3) ORDER BY id`)
	orphans  = db.Query[db.ID](`SELECT p.id FROM station p JOIN station s ON s.id = p.parent_id WHERE p.region <> s.region OR s.kind <> 'station'`)
	add      = db.SQL(`INSERT INTO station (id, no, kind, parent_id, name, name_confirmed, region, host, address, hours_note, phone, lat, lng, cell, status, status_day, week,
		on_holidays, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, 1) ON CONFLICT DO NOTHING`)
	set = db.SQL(`UPDATE station SET name = $3, name_confirmed = $4, host = $5, address = $6, hours_note = $7, phone = $8, lat = $9, lng = $10, cell = $11, status = $12,
		status_day = $13, region = $14, week = $15, on_holidays = $16, version = version + 1 WHERE id = $1 AND version = $2`)
	taken = db.Query[int64](`SELECT count(*) FROM station_past p JOIN station s ON s.id = p.station_id
		WHERE s.kind = 'station' AND p.region = $1 AND s.id <> $2 AND p.status = 'open' AND p.until_day > $3 AND p.until_day > p.day`)
	openPoints = db.Query[int64](`SELECT count(*) FROM station WHERE parent_id = $1 AND status <> 'closed'`)

	latest     = db.Query[clock.Day](`SELECT day FROM station_past WHERE station_id = $1 AND until_day = 99991231`)
	endPast    = db.SQL(`UPDATE station_past SET until_day = $2 WHERE station_id = $1 AND until_day = 99991231`)
	renamePast = db.SQL(`UPDATE station_past SET name = $2, address = $3 WHERE station_id = $1 AND until_day = 99991231`)
	addPast    = db.SQL(`INSERT INTO station_past (id, station_id, status, day, until_day, region, name, address, reason, by_name, at)
		VALUES ($1, $2, $3, $4, 99991231, $5, $6, $7, $8, $9, $10)`)
	past = db.Query[Stretch](`SELECT id, status, day, until_day, region, name, address, reason, by_name, at FROM station_past WHERE station_id = $1 ORDER BY id DESC`)

	// broken finds the stations whose life and present do not fit: no stretch of now, or another status, community or day of it; or stretches with a gap.
	broken = db.Query[db.ID](`SELECT s.id FROM station s LEFT JOIN station_past p ON p.station_id = s.id AND p.until_day = 99991231
		WHERE p.id IS NULL OR p.status <> s.status OR p.region <> s.region OR p.day < s.status_day
		UNION SELECT p.station_id FROM station_past p WHERE p.until_day < p.day OR p.until_day < 99991231
		AND NOT EXISTS (SELECT 1 FROM station_past n WHERE n.station_id = p.station_id AND n.id > p.id AND n.day = p.until_day) ORDER BY 1`)
)

// A community goes on under another code: see moved.go. $1 is the code of before, $2 the one of now.
var (
	inCommunity      = db.Query[Station](`SELECT ` + columns + ` WHERE st.region = $1 ORDER BY st.id`)
	moveApplications = db.SQL(`UPDATE station_application SET region = $2, version = version + 1 WHERE region = $1 AND state IN ('submitted', 'returned')`)
	moveQuarters     = db.SQL(`UPDATE quarter SET region = $2, version = version + 1,
		name = CASE WHEN EXISTS (SELECT 1 FROM quarter o WHERE o.region = $2 AND o.name = quarter.name) THEN name || $3 ELSE name END WHERE region = $1 AND active`)
	standingIn = db.Query[count](`SELECT region, COUNT(*) AS rows FROM station WHERE status <> 'closed' GROUP BY region ORDER BY region`)
	askedIn    = db.Query[count](`SELECT region, COUNT(*) AS rows FROM station_application WHERE state IN ('submitted', 'returned') GROUP BY region ORDER BY region`)
	quartersIn = db.Query[count](`SELECT region, COUNT(*) AS rows FROM quarter WHERE active GROUP BY region ORDER BY region`)
	openIn     = db.Query[openStation](`SELECT region, name FROM station WHERE kind = 'station' AND status = 'open' ORDER BY region`)
)

// insert gives the station its number, Z + division + serial of the id, and stores it. A community with an open station takes no second one.
func insert(ctx context.Context, tx *db.Tx, st *Station) error {
	st.No = "Z" + st.Region.String() + "-" + st.ID.String()
	n, err := add.Run(ctx, tx, st.ID, st.No, st.Kind, st.ParentID, st.Name, st.NameConfirmed, int64(st.Region), st.Host, st.Address, st.HoursNote, st.Sealed, st.Lat, st.Lng,
		int64(geo.Cell(st.Lat, st.Lng)), st.Status, int64(st.StatusDay), st.Hours, st.OnHolidays)
	if err == nil && n == 0 {
		err = errs.Field("region", "这个嘎查村（社区）已有开放的站")
	}
	return err
}

func update(ctx context.Context, tx *db.Tx, st *Station) error {
	n, err := set.Run(ctx, tx, st.ID, st.Version, st.Name, st.NameConfirmed, st.Host, st.Address, st.HoursNote, st.Sealed, st.Lat, st.Lng, int64(geo.Cell(st.Lat, st.Lng)), st.Status,
		int64(st.StatusDay), int64(st.Region), st.Hours, st.OnHolidays)
	if err == nil && n == 0 {
		err = errs.ErrStale
	}
	st.Version++
	return err
}

func filter(ctx context.Context, tx *db.Tx, b *db.Builder, in ListInput) error {
	auth.Within(b, "st.region", in.Region)
	b.If(in.Status != "", " AND st.status = ?", in.Status)
	if in.Q != "" {
		db.NameFilter(b, "station", "st.id", in.Q)
	}
	if in.Now {
		return onlyOpen(ctx, tx, b)
	}
	return nil
}

func list(ctx context.Context, tx *db.Tx, in ListInput, more bool, after db.ID) ([]Station, error) {
	b := tx.Build(`SELECT ` + columns + ` WHERE 1 = 1`)
	b.If(in.Status == "", " AND st.status <> 'closed'")
	if err := filter(ctx, tx, b, in); err != nil {
		return nil, err
	}
	b.If(more, " AND st.id > ?", after)
	return db.Select[Station](ctx, tx, b.Add(" ORDER BY st.id LIMIT ?", in.Size()+1))
}

func inCells(ctx context.Context, tx *db.Tx, cells s2.CellUnion, in ListInput) ([]Station, error) {
	b := tx.Build(`SELECT ` + columns + ` WHERE st.status <> 'closed' AND (1 = 0`)
	for _, c := range cells {
		b.Add(" OR st.cell BETWEEN ? AND ?", int64(c.RangeMin()), int64(c.RangeMax()))
	}
	b.Add(")")
	if err := filter(ctx, tx, b, in); err != nil {
		return nil, err
	}
	return db.Select[Station](ctx, tx, b)
}

// openOn walks the stretches that hold on the day.
func openOn(ctx context.Context, tx *db.Tx, at auth.Region, day clock.Day) ([]Standing, error) {
	b := tx.Build(`SELECT s.id, s.kind, p.region, p.name FROM station_past p JOIN station s ON s.id = p.station_id
		WHERE p.status = 'open' AND p.day <= ? AND p.until_day > ?`, int64(day), int64(day))
	auth.Within(b, "p.region", at)
	return db.Select[Standing](ctx, tx, b.Add(" ORDER BY p.region, s.id"))
}

const applicationColumns = `SELECT id, version, state, region, kind, parent_id, station_id, name, host, address, week, on_holidays, hours_note, phone, lat, lng, note, applied_by, by_name, at,
	reason, checked_by, checked_at FROM station_application`

var (
	applicationByID = db.Query[Application](applicationColumns + ` WHERE id = $1`)
	waiting         = db.Query[int64](`SELECT count(*) FROM station_application WHERE region = $1 AND id <> $2 AND kind = 'station' AND state IN ('submitted', 'returned')`)
	addApplication  = db.SQL(`INSERT INTO station_application (id, version, state, region, kind, parent_id, name, host, address, hours_note, phone, lat, lng, note, applied_by, by_name, at, week,
		on_holidays, reason, checked_by) VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, '', '')`)
	setApplication = db.SQL(`UPDATE station_application SET state = $3, station_id = $4, name = $5, host = $6, address = $7, hours_note = $8, phone = $9, lat = $10, lng = $11, note = $12, reason = $13,
		checked_by = $14, checked_at = $15, week = $16, on_holidays = $17, version = version + 1 WHERE id = $1 AND version = $2`)
)

func insertApplication(ctx context.Context, tx *db.Tx, a Application) error {
	_, err := addApplication.Run(ctx, tx, a.ID, a.State, int64(a.Region), a.Kind, a.ParentID, a.Name, a.Host, a.Address, a.HoursNote, a.Sealed, a.Lat, a.Lng, a.Note, a.AppliedBy,
		a.ByName, a.At, a.Hours, a.OnHolidays)
	return err
}

func updateApplication(ctx context.Context, tx *db.Tx, a *Application) error {
	n, err := setApplication.Run(ctx, tx, a.ID, a.Version, a.State, a.StationID, a.Name, a.Host, a.Address, a.HoursNote, a.Sealed, a.Lat, a.Lng, a.Note, a.Reason,
		a.CheckedBy, a.CheckedAt, a.Hours, a.OnHolidays)
	if err == nil && n == 0 {
		err = errs.ErrStale
	}
	a.Version++
	return err
}

func applications(ctx context.Context, tx *db.Tx, scope auth.Scope, in ApplicationList, more bool, after db.ID) ([]Application, error) {
	b := tx.Build(applicationColumns + ` WHERE 1 = 1`)
	scope.Where(b, auth.Columns{Region: "region"})
	b.If(in.State != "", " AND state = ?", in.State)
	b.If(more, " AND id < ?", after)
	return db.Select[Application](ctx, tx, b.Add(" ORDER BY id DESC LIMIT ?", in.Size()+1))
}

// due compares with the threshold set nearest above the quarter, the default where none is. Its one hole is the name of the setting and the default.
const (
	due = `q.households >= COALESCE((SELECT CAST(v.value AS BIGINT) FROM setting v WHERE v.current AND v.value IS NOT NULL AND v.key = ? AND v.region IN
		(q.region, q.region/1000*1000, q.region/1000000*1000000, q.region/100000000*100000000, 150000000000) ORDER BY v.region DESC LIMIT 1), ?)`
	served       = `COALESCE(p.status = 'open', FALSE)`
	quarterFrom  = ` FROM quarter q JOIN region c ON c.code = q.region LEFT JOIN station p ON p.id = q.point_id WHERE 1 = 1`
	quarterWhole = `SELECT q.id, q.version, q.region, q.name, q.households, q.property, q.address, q.point_id, q.active, ` + due + ` AS due, ` + served + ` AS served,
		COALESCE(p.name, '') AS point, c.name AS community` + quarterFrom
)

var (
	pointUsed  = db.Query[int64](`SELECT count(*) FROM quarter WHERE point_id = $1 AND id <> $2`)
	pointsOf   = db.Query[Station](`SELECT ` + columns + ` WHERE st.region = $1 AND st.kind = 'point' AND st.status <> 'closed' ORDER BY st.id`)
	addQuarter = db.SQL(`INSERT INTO quarter (id, version, region, name, households, property, address, point_id, active) VALUES ($1, 1, $2, $3, $4, $5, $6, $7, TRUE) ON CONFLICT DO NOTHING`)
	setQuarter = db.SQL(`UPDATE quarter SET name = $3, households = $4, property = $5, address = $6, point_id = $7, active = $8, version = version + 1 WHERE id = $1 AND version = $2`)
	sameName   = db.Query[int64](`SELECT count(*) FROM quarter WHERE region = $1 AND name = $2 AND id <> $3`)
)

// dueArgs fill the holes of due.
func dueArgs() []any {
	return []any{string(setting.QuarterHouseholds), setting.DefaultQuarterHouseholds}
}

func quarterByID(ctx context.Context, tx *db.Tx, id db.ID) (Housing, error) {
	h, ok, err := db.Found(db.SelectOne[Housing](ctx, tx, tx.Build(quarterWhole+` AND q.id = ?`, append(dueArgs(), id)...)))
	if err == nil && !ok {
		err = errs.ErrNotFound
	}
	return h, err
}

func quarters(ctx context.Context, tx *db.Tx, in HousingList, more bool, after db.ID) ([]Housing, error) {
	b := tx.Build(quarterWhole, dueArgs()...)
	auth.Within(b, "q.region", in.Region)
	b.If(in.Q != "", " AND q.name LIKE ? ESCAPE '!'", db.Holding(in.Q))
	b.If(in.Only != "", " AND q.active AND "+due, dueArgs()...)
	b.If(in.Only == "lacking", " AND NOT "+served)
	b.If(more, " AND q.id > ?", after)
	return db.Select[Housing](ctx, tx, b.Add(" ORDER BY q.id LIMIT ?", in.Size()+1))
}

// CountQuarters counts the quarters of a division that should have a point and have none.
func CountQuarters(ctx context.Context, tx *db.Tx, at auth.Region) (int64, error) {
	b := tx.Build(`SELECT count(*)`+quarterFrom+` AND q.active AND NOT `+served+` AND `+due, dueArgs()...)
	auth.Within(b, "q.region", at)
	return db.SelectOne[int64](ctx, tx, b)
}

var errSameName = errs.Field("name", "这个嘎查村（社区）已经登记过同名的小区")

func insertQuarter(ctx context.Context, tx *db.Tx, h Housing) error {
	n, err := addQuarter.Run(ctx, tx, h.ID, int64(h.Region), h.Name, h.Households, h.Property, h.Address, h.PointID)
	if err == nil && n == 0 {
		err = errSameName
	}
	return err
}

func updateQuarter(ctx context.Context, tx *db.Tx, h Housing) error {
	if n, err := sameName.One(ctx, tx, int64(h.Region), h.Name, h.ID); err != nil || n > 0 {
		if err == nil {
			err = errSameName
		}
		return err
	}
	n, err := setQuarter.Run(ctx, tx, h.ID, h.Version, h.Name, h.Households, h.Property, h.Address, h.PointID, h.Active)
	if err == nil && n == 0 {
		err = errs.ErrStale
	}
	return err
}

// point is a position; 0, 0 is none.
type point struct{ Lat, Lng float64 }

var placeOf = db.Query[point](`SELECT lat, lng FROM region WHERE code = $1`)

// middle is the middle of the stations of a division, else its own position.
func middle(ctx context.Context, tx *db.Tx, at auth.Region) (point, error) {
	b := tx.Build(`SELECT COALESCE(AVG(st.lat), 0) AS lat, COALESCE(AVG(st.lng), 0) AS lng FROM station st WHERE st.status <> 'closed'`)
	auth.Within(b, "st.region", at)
	mid, err := db.SelectOne[point](ctx, tx, b)
	if err == nil && mid == (point{}) {
		mid, _, err = db.Found(placeOf.One(ctx, tx, int64(at)))
	}
	return mid, err
}

func stationsCalled(ctx context.Context, tx *db.Tx, text string) ([]Match, error) {
	like := db.Holding(text)
	return db.Select[Match](ctx, tx, tx.Build(`SELECT 'station' AS kind, st.name, st.region AS code, st.lat, st.lng FROM station st
		WHERE st.status <> 'closed' AND (st.name LIKE ? ESCAPE '!' OR st.address LIKE ? ESCAPE '!') ORDER BY st.id LIMIT ?`, like, like, perKind))
}

func quartersCalled(ctx context.Context, tx *db.Tx, text string) ([]Match, error) {
	like := db.Holding(text)
	return db.Select[Match](ctx, tx, tx.Build(`SELECT 'quarter' AS kind, q.name, q.region AS code, COALESCE(p.lat, 0) AS lat, COALESCE(p.lng, 0) AS lng FROM quarter q
		LEFT JOIN station p ON p.id = q.point_id WHERE q.active AND (q.name LIKE ? ESCAPE '!' OR q.address LIKE ? ESCAPE '!') ORDER BY q.id LIMIT ?`, like, like, perKind))
}

// divisionsCalled finds the divisions whose names hold the text, and those whose names stand in it, as in an address: the longest name first.
func divisionsCalled(ctx context.Context, tx *db.Tx, text string) ([]Match, error) {
	const short = `REPLACE(REPLACE(REPLACE(REPLACE(r.name, '居民委员会', ''), '村民委员会', ''), '居委会', ''), '村委会', '')`
	return db.Select[Match](ctx, tx, tx.Build(`SELECT 'division' AS kind, r.name, r.code, 0.0 AS lat, 0.0 AS lng FROM region r WHERE r.valid_to = ? AND r.level >= 3
		AND (r.name LIKE ? ESCAPE '!' OR LENGTH(`+short+`) > 1 AND ? LIKE '%' || `+short+` || '%') ORDER BY LENGTH(r.name) DESC, r.code LIMIT ?`,
		clock.Forever, db.Holding(text), text, perKind))
}
