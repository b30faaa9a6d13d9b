// Package setup is the first day of an installation. While nobody has an account, the program prints an address; who opens it makes the
// first accounts there and, if he likes, the first station. A list says afterwards what is left until everything stands.
//
// Nouns: address, seat (an account to be made), step. Verbs: open, begin, follow.
package setup

import (
	"context"
	"crypto/hmac"
	"encoding/hex"

	"linli/internal/civic/account"
	"linli/internal/civic/account/password"
	"linli/internal/civic/region"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
)

// Permissions. Who may begin holds the address, and nothing else.
const (
	Start  auth.Perm = "setup.begin"
	Follow auth.Perm = "setup.follow"
)

// Service holds the operations.
type Service struct {
	db       *db.DB
	keys     *seal.Keys
	accounts *account.Service
	stations *station.Service
	texts    func(ctx context.Context, tx *db.Tx) (bool, error)
	demo     bool
}

// New makes the service. texts says whether an SMS can be sent; a demo has its accounts and is asked for nothing.
func New(d *db.DB, keys *seal.Keys, accounts *account.Service, stations *station.Service,
	texts func(ctx context.Context, tx *db.Tx) (bool, error), demo bool) *Service {
	return &Service{db: d, keys: keys, accounts: accounts, stations: stations, texts: texts, demo: demo}
}

var anybody = db.Query[db.ID](`SELECT id FROM account LIMIT 1`)

// token is the secret part of the address: whoever can read the keys of the installation knows it, and nobody else. All processes of an
// installation print the same one.
func (s *Service) token() string {
	return hex.EncodeToString(s.keys.MAC("setup", []byte("first day"))[:16])
}

// Address is the path of the page of the first day while nobody has an account, then "".
func (s *Service) Address(ctx context.Context) (path string, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		_, some, err := db.Found(anybody.One(ctx, tx))
		if err == nil && !some && !s.demo {
			path = pathOf(s.token())
		}
		return err
	})
	return path, err
}

func pathOf(token string) string { return "/setup/" + token }

// right refuses whoever has not got the address: for him there is no such page.
func (s *Service) right(token string) error {
	if s.demo || !hmac.Equal([]byte(token), []byte(s.token())) {
		return errs.ErrNotFound
	}
	return nil
}

// seats are the accounts that the first day offers, in the order of the page; the first one has to be made.
var seats = []auth.Role{auth.SecurityAdmin, auth.SystemAdmin, auth.AuditAdmin, auth.TownOfficer, auth.CommunityHead, auth.StationManager}

// local says whether a role is held at the station that is set up, and not over the whole installation.
func local(r auth.Role) bool {
	return r == auth.TownOfficer || r == auth.CommunityHead || r == auth.StationManager
}

// OpenInput opens the page; Q searches the community of the first station.
type OpenInput struct {
	Token string `path:"token" maxLength:"64"`
	Q     string `query:"q" maxLength:"40"`
}

// Proposal is a seat on the page, with an initial password to take.
type Proposal struct {
	Role     auth.Role `json:"role"`
	Word     string    `json:"word"`
	Password string    `json:"password"`
}

// Page is the page of the first day. Begun says that the accounts are there: then nothing is offered any more.
type Page struct {
	region.Search
	Token string     `json:"-"`
	Begun bool       `json:"begun"`
	Seats []Proposal `json:"seats"`
}

// Open gives the page; NotFound for any other address.
func (s *Service) Open(ctx context.Context, in OpenInput) (out Page, err error) {
	if err := s.right(in.Token); err != nil {
		return out, err
	}
	return act.Read(ctx, s.db, Start, func(tx *db.Tx) (Page, error) {
		out := Page{Token: in.Token, Seats: []Proposal{}}
		if _, out.Begun, err = db.Found(anybody.One(ctx, tx)); err != nil || out.Begun {
			return out, err
		}
		for _, r := range seats {
			out.Seats = append(out.Seats, Proposal{r, r.Word(), password.New()})
		}
		out.Search, err = region.Find(ctx, tx, in.Q, auth.LevelCommunity)
		return out, err
	})
}
