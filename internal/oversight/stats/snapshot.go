package stats

import (
	"context"

	"linli/internal/platform/db"
)

func verifySnapshots(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	return nil
}
