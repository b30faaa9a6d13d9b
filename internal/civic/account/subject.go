package account

import (
	"context"

	"linli/internal/platform/db"
)

// subject is everything held about the account of one person. Passwords and secrets are no information about him and stay.
type subject struct {
	Account
	Phone    string    `json:"phone"`
	Roles    []Grant   `json:"roles"`
	Sessions []Session `json:"sessions"`
}

var everySession = db.Query[Session](`SELECT id, made_at, seen_at, expires_at, ip, agent FROM session WHERE account_id = $1 ORDER BY id`)

// Held gives everything that this area holds about a person (个人信息保护法 art. 45), or nil. The caller must have the right to it.
func (s *Service) Held(ctx context.Context, tx *db.Tx, person db.ID) (any, error) {
	a, ok, err := db.Found(byPerson.One(ctx, tx, person))
	if err != nil || !ok {
		return nil, err
	}
	out := subject{Account: a}
	if out.Phone, err = s.Contact(ctx, tx, a.ID); err != nil {
		return nil, err
	}
	if out.Roles, err = allGrants.All(ctx, tx, a.ID); err != nil {
		return nil, err
	}
	out.Sessions, err = everySession.All(ctx, tx, a.ID)
	return out, err
}
