// Package identity lets people sign in through systems of identity (OpenID Connect, 统一身份认证) that they have linked to their accounts.
// What a provider says of somebody is a credential like a password: it opens the account that its owner linked, after the same second
// step, and nothing else follows from it. No account is made of it or found by name, telephone or mail, and no name is taken over.
//
// Nouns: provider, identity (whom a provider knows, linked to one account), journey (a browser's way to a provider and back). Verbs: add,
// change, switch on and off a provider; link and unlink an identity; set out and arrive.
package identity

import (
	"context"
	"strings"
	"time"

	"linli/internal/civic/account"
	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/outward"
	"linli/internal/platform/seal"
	"linli/internal/platform/set"
)

// Permissions.
const (
	Enter  auth.Perm = "identity.enter"  // go to a provider and come back
	Own    auth.Perm = "identity.own"    // what one has linked to one's own account
	View   auth.Perm = "identity.view"   // which providers there are
	Manage auth.Perm = "identity.manage" // keep them, for the whole installation
)

// States of a provider.
const (
	On  = "on"
	Off = "off"
)

var states = set.New("identity_provider.state", set.Row{On, "可以用来登录", "done"}, set.Row{Off, "没有启用", "wait"})

// Provider is one system of identity. Its issuer never changes: identities are told apart by it.
type Provider struct {
	ID       db.ID     `json:"id"`
	Version  int64     `json:"version"`
	Name     string    `json:"name"`
	Issuer   string    `json:"issuer" db:",once"`
	ClientID string    `json:"client_id"`
	Secret   []byte    `json:"-"`
	Scopes   string    `json:"scopes" doc:"openid 之外的范围，空格隔开"`
	Anew     bool      `json:"anew" doc:"每次都要在那边重新登录"`
	State    string    `json:"state" enum:"on,off"`
	MadeAt   time.Time `json:"made_at" db:",once"`
}

// Identity is whom a provider knows, as its owner linked it to his account.
type Identity struct {
	ID         db.ID      `json:"id"`
	ProviderID db.ID      `json:"provider_id"`
	AccountID  db.ID      `json:"-"`
	Subject    []byte     `json:"-"`
	MadeAt     time.Time  `json:"made_at"`
	UsedAt     *time.Time `json:"used_at" doc:"最近一次用它登录"`

	Provider string `json:"provider" db:",read"`
}

// Service holds the operations.
type Service struct {
	db       *db.DB
	keys     *seal.Keys
	accounts *account.Service
	guard    *outward.Guard
	base     string // public address of this system
	kind     act.Kind[Provider]
	asked    asked
}

// New makes the service; base is the public address, to which providers send people back.
func New(d *db.DB, keys *seal.Keys, accounts *account.Service, guard *outward.Guard, base string) *Service {
	return &Service{db: d, keys: keys, accounts: accounts, guard: guard, base: strings.TrimSuffix(base, "/"),
		kind: act.Kind[Provider]{Object: "identity_provider", View: View, Table: providers,
			Place: func(Provider) auth.Place { return everywhere },
			Trail: func(_, now Provider) map[string]any {
				return map[string]any{"issuer": now.Issuer, "client": now.ClientID, "state": now.State}
			}}}
}

// everywhere is the place of a provider: all accounts of the installation may be signed in to through it.
var everywhere = auth.Place{Region: region.Top}

// Callback is where a provider sends people back; it is registered there.
func (s *Service) Callback(id db.ID) string { return s.base + "/sign-in/with/" + id.String() + "/back" }

// subject is what is kept of the name under which an issuer knows somebody.
func (s *Service) subject(issuer, name string) []byte {
	return s.keys.Blind("identity", issuer+" "+name)
}

// Doors are the providers that are switched on, for the page of sign-in.
func (s *Service) Doors(ctx context.Context) ([]account.Door, error) {
	return act.Read(ctx, s.db, Enter, func(tx *db.Tx) (out []account.Door, err error) {
		list, err := running.All(ctx, tx)
		for _, p := range list {
			out = append(out, account.Door{Name: p.Name, Href: "/sign-in/with/" + p.ID.String()})
		}
		return out, err
	})
}
