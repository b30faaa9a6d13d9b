package proof

import (
	"context"
	"slices"

	"linli/internal/civic/appointment"
	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// holder is who holds an account.
type holder struct {
	PersonID db.ID
	Name     string
}

var holderOf = db.Query[holder](`SELECT person_id, name FROM account WHERE id = $1`)

// Apart says why the actor is not independent of those who had a hand in something before him, in words for him; "" when he is.
func Apart(ctx context.Context, tx *db.Tx, persons *person.Service, before ...db.ID) (string, error) {
	a := auth.From(ctx)
	if a.System != "" {
		return "这一步要由人来办", nil
	}
	if why, err := appointment.Unsure(ctx, tx, a.Account, tx.Now); err != nil || why != "" {
		return "您" + why, err
	}
	me, bench := Hand{Account: a.Account, Person: a.Person}, Now(tx, persons)
	slices.Sort(before)
	for _, id := range slices.Compact(before) {
		if id == 0 {
			continue
		}
		x, _, err := db.Found(holderOf.One(ctx, tx, id))
		if err != nil {
			return "", err
		}
		if id == a.Account {
			return "前一步是您自己办的，这一步要换一个人办", nil
		}
		why, err := bench.Independent(ctx, me, Hand{Account: id, Person: x.PersonID})
		if err != nil || why != "" {
			return "您和经手的" + x.Name + "：" + why + "，要换人办", err
		}
	}
	return "", nil
}
