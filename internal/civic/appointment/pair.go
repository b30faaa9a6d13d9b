package appointment

import (
	"context"

	"linli/internal/civic/account"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// Pair gives the first two who hold a role in a division, for demos of what takes two; there says whether it has two.
func Pair(ctx context.Context, d *db.DB, role auth.Role, at auth.Region) (first, second context.Context, there bool, err error) {
	err = d.Read(ctx, func(tx *db.Tx) error {
		ids, err := account.HoldersIn(ctx, tx, role, at)
		if err != nil || len(ids) < 2 {
			return err
		}
		for i, to := range []*context.Context{&first, &second} {
			a, err := account.Get(ctx, tx, ids[i])
			if err != nil {
				return err
			}
			*to = auth.With(ctx, auth.Actor{Account: a.ID, Person: a.PersonID, Name: a.Name, Grants: []auth.Grant{{Role: role, Region: at}}})
		}
		there = true
		return nil
	})
	return first, second, there, err
}
