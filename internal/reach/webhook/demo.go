package webhook

import (
	"context"

	"linli/internal/platform/act"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/reach/access"
)

// Demo registers an endpoint of the head's and pauses it: a demo calls nobody.
func (s *Service) Demo(ctx context.Context, v area.Village) error {
	head := auth.With(ctx, v.Head)
	op := act.Op{Perm: Own, Action: "webhook.add"}
	e, err := act.Write(head, s.db, op, func(tx *db.Tx) (Made, error) {
		keys, err := access.Running(head, tx, v.Head.Account)
		if err != nil || len(keys) == 0 {
			return Made{}, err
		}
		return s.add(head, tx, op, AddInput{Facts{Name: "演示：数字大屏", URL: "https://screen.example/linli",
			Types: []string{ActivityPublished, ActivityCancelled}, KeyID: keys[0].ID}})
	})
	if err == nil && e.ID != 0 {
		_, err = s.Pause(head, TurnInput{e.ID, e.Version})
	}
	return err
}
