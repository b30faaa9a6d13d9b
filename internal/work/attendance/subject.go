package attendance

import (
	"context"

	"linli/internal/platform/db"
)

var sessionsOf = db.Query[Attendance](`SELECT ` + columns + ` FROM attendance a WHERE a.person_id = $1 ORDER BY a.id`)

// Held gives everything that this area holds about a person (个人信息保护法 art. 45): when he was at which service. The caller must have the right to it.
func (s *Service) Held(ctx context.Context, tx *db.Tx, person db.ID) (any, error) {
	return sessionsOf.All(ctx, tx, person)
}
