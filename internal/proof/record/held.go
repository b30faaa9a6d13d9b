package record

import (
	"context"

	"linli/internal/platform/db"
)

var heldOf = db.Query[int64](`SELECT COALESCE(SUM(minutes), 0) FROM service_record WHERE person_id = $1 AND status = 'counted'`)

// Held gives the counted minutes of a person, for areas that ask whose they are.
func Held(ctx context.Context, tx *db.Tx, person db.ID) (int64, error) {
	return heldOf.One(ctx, tx, person)
}
