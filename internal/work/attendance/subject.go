package attendance

import (
	"context"
	"linli/internal/civic/person"

	"linli/internal/platform/db"
)

var sessionsOf = table.Where("person_id = $1 ORDER BY id")

// Held gives everything that this area holds about a person (个人信息保护法 art. 45): when he was at which service. The caller must have the
// right to it.
func (s *Service) Held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	return sessionsOf.All(ctx, tx, id)
}

var follow = []*db.Command{
	db.SQL(`UPDATE sheet_row SET person_id = $2 WHERE person_id = $1`),
	db.SQL(`UPDATE attendance SET person_id = $2 WHERE person_id = $1`),
}

// OnMerged lets what hangs on an entry of the register of persons follow it to the one that goes on.
func (s *Service) OnMerged(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
	for _, move := range follow {
		if _, err := move.Run(ctx, tx, e.From, e.To); err != nil {
			return err
		}
	}
	return nil
}
