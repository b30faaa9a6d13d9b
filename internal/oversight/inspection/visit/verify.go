package visit

import (
	"context"

	"linli/internal/platform/db"
)

// Verify: a visit that was filled is closed when its findings are, and only then; a finding stands where its last step left it.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for what, q := range map[string]*db.Rows[db.ID]{"检查办结和问题办结不一致": unevenVisits, "问题的状态和经过不一致": unevenFindings} {
		if err := q.Each(ctx, tx, func(id db.ID) error { report("inspection "+id.String(), what); return nil }); err != nil {
			return err
		}
	}
	return nil
}
