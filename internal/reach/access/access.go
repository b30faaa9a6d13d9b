// Package access is the door of other programs: keys of access (接口钥匙) by which a person's or a partner's program reads some of what its
// owner may. A key never carries more than its owner holds at that moment, does nothing, is shown once and kept as a digest.
//
// Nouns: key, scope, rate. Verbs: add, end, revoke (for another), list.
package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"linli/internal/civic/account"
	"linli/internal/civic/setting"
	"linli/internal/people/partner"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
)

// Permissions.
const (
	Look   auth.Perm = "access.look"   // the interface described
	Own    auth.Perm = "access.own"    // one's own keys
	Watch  auth.Perm = "access.watch"  // who holds keys
	Revoke auth.Perm = "access.revoke" // ends another's
)

// Limits of keys.
const (
	MaxKeys    = 20  // running ones of an account
	MaxDays    = 365 // until a key runs out
	TellDays   = 14  // before that its owner is told
	PersonRate = 60  // requests a minute of a key of somebody who acts for himself
	OfficeRate = 600 // of a unit's, or of who holds a post
)

// prefix tells a key of access from a session, and a scanner of published code from anything else.
const prefix = "linli_"

// Key is one key of access. It holds no secret: the key itself is shown when it is made and kept as a digest.
type Key struct {
	ID        db.ID         `json:"id"`
	Version   int64         `json:"version"`
	AccountID db.ID         `json:"account_id" db:",once"`
	PartnerID db.ID         `json:"partner_id" db:",once" doc:"以哪个驻区单位的名义；没有时为空"`
	Name      string        `json:"name" db:",once"`
	Scopes    setting.Codes `json:"scopes" db:",once"`
	TokenHash []byte        `json:"-" db:",once"`
	Hint      string        `json:"hint" db:",once" doc:"钥匙的最后四位"`
	UntilDay  clock.Day     `json:"until" db:",once" doc:"可以用到哪一天（含）"`
	Told      bool          `json:"-"`
	MadeAt    time.Time     `json:"made_at" db:",once"`
	SeenAt    *time.Time    `json:"seen_at" doc:"最近一次使用，准到五分钟"`
	EndedAt   *time.Time    `json:"ended_at"`
	EndReason string        `json:"end_reason"`

	Partner string      `json:"partner" db:",read"`
	Owner   string      `json:"owner" db:",read"`
	Region  auth.Region `json:"-" db:",read"` // of the owner's account
}

// State is what a key is on a day: active, expired or ended.
func (k Key) State(today clock.Day) string {
	switch {
	case k.EndedAt != nil:
		return "ended"
	case k.UntilDay < today:
		return "expired"
	}
	return "active"
}

// Sessions is the sign-in by which people act.
type Sessions interface {
	Authenticate(ctx context.Context, token string) (auth.Actor, error)
	Reauthenticate(ctx context.Context, password string) error
}

// Service holds the operations.
type Service struct {
	db       *db.DB
	seals    *seal.Keys
	sessions Sessions
	kind     act.Kind[Key]
	rates    rates
}

// New makes the service; what is no key is left to sessions.
func New(d *db.DB, keys *seal.Keys, sessions Sessions) *Service {
	return &Service{db: d, seals: keys, sessions: sessions, kind: act.Kind[Key]{Object: "access_key", View: Watch, Table: table,
		Load:  func(ctx context.Context, tx *db.Tx, id db.ID) (Key, error) { return byID.Get(ctx, tx, id) },
		Place: func(k Key) auth.Place { return auth.Place{Region: k.Region} },
		Trail: func(_, now Key) map[string]any {
			return map[string]any{"account": now.AccountID, "scopes": strings.Join(now.Scopes, " "), "until": now.UntilDay.String()}
		}}}
}

func hash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// bearer tells who stands behind a key. One that has ended, has run out, or whose owner is shut out or no longer speaks for the unit is
// Unauthenticated at once, on every process.
func (s *Service) bearer(ctx context.Context, token string) (a auth.Actor, err error) {
	var k Key
	err = s.db.Glance(ctx, func(tx *db.Tx) error {
		var found bool
		k, found, err = db.Found(byToken.One(ctx, tx, hash(token), clock.DayOf(tx.Now)))
		if err != nil || !found {
			return orUnknown(err)
		}
		a, err = k.holder(ctx, tx)
		return err
	})
	if err != nil {
		return auth.Actor{}, err
	}
	if now := time.Now(); k.SeenAt == nil || now.Sub(*k.SeenAt) > account.Touch {
		s.touch(ctx, k.ID, now)
	}
	return a, nil
}

// holder gives who stands behind a key that runs, with what it leaves of his rights.
func (k Key) holder(ctx context.Context, tx *db.Tx) (auth.Actor, error) {
	a, err := account.Behind(ctx, tx, k.AccountID)
	if err != nil {
		return auth.Actor{}, err
	}
	if k.PartnerID != 0 {
		speaks, err := partner.Speaks(ctx, tx, k.PartnerID, a.Person)
		if err != nil || !speaks {
			return auth.Actor{}, orUnknown(err)
		}
	}
	a.Key = k.carries(a)
	return a, nil
}

// Holder gives who stands behind the key of an id now, with what it leaves of his rights; Unauthenticated where it has ended, has run out,
// or opens nothing at the moment.
func Holder(ctx context.Context, tx *db.Tx, id db.ID) (auth.Actor, error) {
	k, found, err := db.Found(byID.One(ctx, tx, id))
	if err != nil || !found || k.State(clock.DayOf(tx.Now)) != "active" {
		return auth.Actor{}, orUnknown(err)
	}
	return k.holder(ctx, tx)
}

// Running gives the keys of an account that can be used, the newest first.
func Running(ctx context.Context, tx *db.Tx, id db.ID) ([]Key, error) {
	keys, err := ofOwner.All(ctx, tx, id)
	today := clock.DayOf(tx.Now)
	return slices.DeleteFunc(keys, func(k Key) bool { return k.State(today) != "active" }), err
}

func orUnknown(err error) error {
	if err == nil {
		err = errs.ErrUnauthenticated
	}
	return err
}

// touch keeps the last use. It is not worth a failed or waiting request: whoever comes next writes it.
func (s *Service) touch(ctx context.Context, id db.ID, now time.Time) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	s.db.Write(ctx, func(tx *db.Tx) error {
		_, err := seen.Run(ctx, tx, id, now)
		return err
	})
}

// carries is what a key leaves of its owner's rights.
func (k Key) carries(owner auth.Actor) *auth.Key {
	out := &auth.Key{ID: k.ID, Reads: map[auth.Perm]bool{}, Of: k.PartnerID, PerMinute: PersonRate}
	if k.PartnerID != 0 || owner.Seat() != 0 {
		out.PerMinute = OfficeRate
	}
	for _, code := range k.Scopes {
		x := scopes[code]
		for _, p := range x.perms {
			out.Reads[p] = x.own
		}
		out.Doors = append(out.Doors, x.doors...)
	}
	return out
}

// newToken gives 256 random bits as text.
func newToken() string {
	b := make([]byte, 32)
	rand.Read(b)
	return prefix + base64.RawURLEncoding.EncodeToString(b)
}
