package record

import (
	"context"

	"linli/internal/platform/db"
)

var ofPerson = db.Query[Record](`SELECT ` + columns + tables + `WHERE r.person_id = $1 ORDER BY r.started_at, r.id`)

// Held gives everything that this area holds about a person (个人信息保护法 art. 45): his service records. The caller must have the right to it.
func (s *Service) Held(ctx context.Context, tx *db.Tx, person db.ID) (any, error) {
	return ofPerson.All(ctx, tx, person)
}
