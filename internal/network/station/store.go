package station

import (
	"context"

	"github.com/golang/geo/s1"
	"github.com/golang/geo/s2"

	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

const columns = `st.id, st.no, st.kind, st.parent_id, st.name, st.name_confirmed, st.region, st.host, st.address, st.hours, st.phone, st.lat, st.lng, st.status,
	st.status_day, st.version FROM station st`

var (
	byID     = db.Query[Station](`SELECT ` + columns + ` WHERE st.id = $1`)
	serving  = db.Query[Station](`SELECT ` + columns + ` WHERE st.region = $1 AND st.kind = 'station' AND st.status = 'open'`)
	managers = db.Query[db.ID](`SELECT account_id FROM role_grant WHERE station_id = $1 AND role = $2 AND ended_at IS NULL AND from_day <= $3 AND (until_day = 0 OR until_day >= $3) ORDER BY id`)
	orphans  = db.Query[db.ID](`SELECT p.id FROM station p JOIN station s ON s.id = p.parent_id WHERE p.region <> s.region OR s.kind <> 'station'`)
	add      = db.SQL(`INSERT INTO station (id, no, kind, parent_id, name, name_confirmed, region, host, address, hours, phone, lat, lng, cell, status, status_day, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 1) ON CONFLICT DO NOTHING`)
	set = db.SQL(`UPDATE station SET name = $3, name_confirmed = $4, host = $5, address = $6, hours = $7, phone = $8, lat = $9, lng = $10, cell = $11, status = $12,
		status_day = $13, version = version + 1 WHERE id = $1 AND version = $2`)
	another = db.Query[int64](`SELECT count(*) FROM station WHERE region = $1 AND kind = 'station' AND status = 'open' AND id <> $2`)
	addPast = db.SQL(`INSERT INTO station_past (id, station_id, status, day, reason, by_name, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`)
)

// cellOf is the S2 leaf cell of a position, as a signed number.
func cellOf(lat, lng float64) int64 {
	return int64(s2.CellIDFromLatLng(s2.LatLngFromDegrees(lat, lng)))
}

func angleOf(metres float64) s1.Angle { return s1.Angle(metres / earthMetres) }

// insert gives the station its number, Z + division + serial of the id, and stores it. A community with an open station takes no second one.
func insert(ctx context.Context, tx *db.Tx, st *Station) error {
	st.No = "Z" + st.Region.String() + "-" + st.ID.String()
	n, err := add.Run(ctx, tx, st.ID, st.No, st.Kind, st.ParentID, st.Name, st.NameConfirmed, int64(st.Region), st.Host, st.Address, st.Hours, st.Sealed, st.Lat, st.Lng,
		cellOf(st.Lat, st.Lng), st.Status, int64(st.StatusDay))
	if err == nil && n == 0 {
		err = errs.Field("region", "这个嘎查村（社区）已有开放的站")
	}
	return err
}

func update(ctx context.Context, tx *db.Tx, st *Station) error {
	if st.Kind == "station" && st.Status == Open {
		if n, err := another.One(ctx, tx, int64(st.Region), st.ID); err != nil || n > 0 {
			if err == nil {
				err = errs.Clash("这个嘎查村（社区）已有别的开放的站")
			}
			return err
		}
	}
	n, err := set.Run(ctx, tx, st.ID, st.Version, st.Name, st.NameConfirmed, st.Host, st.Address, st.Hours, st.Sealed, st.Lat, st.Lng, cellOf(st.Lat, st.Lng), st.Status,
		int64(st.StatusDay))
	if err == nil && n == 0 {
		err = errs.ErrStale
	}
	st.Version++
	return err
}

func filter(b *db.Builder, in ListInput) {
	if in.Region != 0 {
		below(b, in)
	}
	if in.Q != "" {
		db.NameFilter(b, "station", "st.id", in.Q)
	}
}

// below keeps the stations of a division: equality on the level expression, its divisor a literal.
func below(b *db.Builder, in ListInput) {
	prefix, divisor := in.Region.Prefix()
	switch divisor {
	case 1:
		b.Add(" AND st.region = ?", prefix)
	case 1_000:
		b.Add(" AND st.region/1000 = ?", prefix)
	case 1_000_000:
		b.Add(" AND st.region/1000000 = ?", prefix)
	case 100_000_000:
		b.Add(" AND st.region/100000000 = ?", prefix)
	default:
		b.Add(" AND st.region BETWEEN ? AND ?", prefix*divisor, (prefix+1)*divisor-1)
	}
}

func list(ctx context.Context, tx *db.Tx, in ListInput, more bool, after db.ID) ([]Station, error) {
	b := tx.Build(`SELECT ` + columns + ` WHERE st.status <> 'closed'`)
	filter(b, in)
	b.If(more, " AND st.id > ?", after)
	return db.Select[Station](ctx, tx, b.Add(" ORDER BY st.id LIMIT ?", in.Size()+1))
}

func inCells(ctx context.Context, tx *db.Tx, cells s2.CellUnion, in ListInput) ([]Station, error) {
	b := tx.Build(`SELECT ` + columns + ` WHERE st.status <> 'closed' AND (1 = 0`)
	for _, c := range cells {
		b.Add(" OR st.cell BETWEEN ? AND ?", int64(c.RangeMin()), int64(c.RangeMax()))
	}
	b.Add(")")
	filter(b, in)
	return db.Select[Station](ctx, tx, b)
}
