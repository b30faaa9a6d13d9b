package certificate

import (
	"context"

	"linli/internal/platform/db"
)

var ofPerson = db.Query[Certificate](`SELECT ` + columns + ` WHERE c.person_id = $1 ORDER BY c.id`)

// Held gives everything that this area holds about a person (个人信息保护法 art. 45): his certificates. The caller must have the right to it.
func (s *Service) Held(ctx context.Context, tx *db.Tx, person db.ID) (any, error) {
	return ofPerson.All(ctx, tx, person)
}
