package certificate

import (
	"context"
	"linli/internal/civic/person"

	"linli/internal/platform/db"
)

var ofPerson = db.Query[Certificate](`SELECT ` + columns + ` WHERE c.person_id = $1 ORDER BY c.id`)

// Held gives everything that this area holds about a person (个人信息保护法 art. 45): his certificates. The caller must have the right to it.
func (s *Service) Held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	return ofPerson.All(ctx, tx, id)
}

var follow = []*db.Command{db.SQL(`UPDATE certificate SET person_id = $2 WHERE person_id = $1`)}

// OnMerged lets what hangs on an entry of the register of persons follow it to the one that goes on.
func (s *Service) OnMerged(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
	for _, move := range follow {
		if _, err := move.Run(ctx, tx, e.From, e.To); err != nil {
			return err
		}
	}
	return nil
}
