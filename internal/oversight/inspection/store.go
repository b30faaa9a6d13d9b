package inspection

import (
	"context"

	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// offered is how many stations a page offers to choose from; who has more searches by name.
const offered = 200

// Stations gives the stations of a scope that are not closed, to choose one from.
func Stations(ctx context.Context, tx *db.Tx, scope auth.Scope, q string) ([]station.Station, error) {
	b := tx.Build(`SELECT s.id, s.name, s.region FROM station s WHERE s.status <> 'closed'`)
	scope.Where(b, auth.Columns{Region: "s.region", Station: "s.id"})
	if q != "" {
		db.NameFilter(b, "station", "s.id", q)
	}
	return db.Select[station.Station](ctx, tx, b.Add(" ORDER BY s.id LIMIT ?", offered))
}
