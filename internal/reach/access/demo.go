package access

import (
	"context"

	"linli/internal/platform/act"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// Demo makes a key of the head's that runs, and one that was ended.
func (s *Service) Demo(ctx context.Context, v area.Village) error {
	head := auth.With(ctx, v.Head)
	for i, name := range []string{"演示：数字大屏", "演示：旧的报表程序"} {
		op := act.Op{Perm: Own, Action: "access.add_key"}
		k, err := act.Write(head, s.db, op, func(tx *db.Tx) (Made, error) {
			return s.add(head, tx, op, AddInput{Name: name, Scopes: []string{"public", "figures"}, Days: 90})
		})
		if err == nil && i == 1 {
			_, err = s.End(head, EndInput{k.ID})
		}
		if err != nil {
			return err
		}
	}
	return nil
}
