package equipment

import (
	"context"

	"linli/internal/network/office"
	"linli/internal/platform/db"
)

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
	return office.Fresh(n, err)
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

// gaps are the stations whose numbers are not those that were given.
var gaps = db.Query[db.ID](`SELECT x.station_id FROM (SELECT s.station_id, s.last,
		(SELECT count(*) FROM office_equipment n WHERE n.station_id = s.station_id AND n.no <= s.last) AS counted,
		(SELECT count(*) FROM office_equipment n WHERE n.station_id = s.station_id) AS whole FROM office_serial s WHERE s.book = 'equipment') x
	WHERE x.counted <> x.last OR x.whole <> x.last
	UNION SELECT n.station_id FROM office_equipment n WHERE NOT EXISTS (SELECT 1 FROM office_serial s WHERE s.station_id = n.station_id AND s.book = 'equipment') ORDER BY 1`)
