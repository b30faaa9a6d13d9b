package account

import (
	"context"

	"linli/internal/civic/account/post"
	"linli/internal/platform/db"
)

// Verify checks what must hold of accounts: passwords only as argon2id, telephones and secrets only sealed, roles that exist and stand
// in a known region, administrators without another post. It reports the exact row and what is wrong with it.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	tell := func(f finding) error {
		report(f.Object+"/"+f.ID.String(), f.What)
		return nil
	}
	for _, q := range []*db.Rows[finding]{badPasswords, badPhones, homeless, badGrants, bothPosts} {
		if err := q.Each(ctx, tx, tell); err != nil {
			return err
		}
	}
	return roleNames.Each(ctx, tx, func(g Grant) error {
		if g.Role.Word() == "" {
			report("role_grant/"+g.ID.String(), "unknown role")
		}
		if post.Personal(g.Role) != (g.Region == 0) {
			report("role_grant/"+g.ID.String(), "a role over oneself has no region, every other has one")
		}
		return nil
	})
}

// finding is one row that breaks an invariant.
type finding struct {
	Object string
	ID     db.ID
	What   string
}
