// Package manifest tells outside programs what a demo holds, as the contract says.
package manifest

import (
	"context"
	"slices"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// Manifest is the whole of it.
type Manifest struct {
	Scale     string    `json:"scale"`
	Seed      uint64    `json:"seed"`
	Clock     time.Time `json:"clock"`
	Base      Base      `json:"base"`
	Accounts  []Account `json:"accounts"`
	Catalogue []db.ID   `json:"catalogue"`
	Canaries  []Canary  `json:"canaries"`
	Rows
}

// Sort lists the accounts by role, the base's before the other league's.
func (m *Manifest) Sort() {
	slices.SortStableFunc(m.Accounts, func(a, b Account) int { return slices.Index(auth.Roles, a.Role) - slices.Index(auth.Roles, b.Role) })
}

// Base is the place around which the demo is made.
type Base struct {
	League    auth.Region `json:"league"`
	Banner    auth.Region `json:"banner"`
	Town      auth.Region `json:"town"`
	Community auth.Region `json:"community"`
	Station   db.ID       `json:"station"`
}

// Account is one who signs in.
type Account struct {
	Role        auth.Role   `json:"role"`
	Login       string      `json:"login"`
	Password    string      `json:"password"`
	TOTPSecret  string      `json:"totp_secret,omitempty"`
	Region      auth.Region `json:"region"`
	PersonID    db.ID       `json:"person_id"`
	VolunteerID db.ID       `json:"volunteer_id,omitempty"`
	StationID   db.ID       `json:"station_id,omitempty"`
}

// Canary is a token that stands in one sensitive field of one object and nowhere else: whoever may not see the field must never meet it.
type Canary struct {
	Kind   string      `json:"kind"`
	Region auth.Region `json:"region"`
	Object db.ID       `json:"object"`
	Field  string      `json:"field"`
	Token  string      `json:"token"`
}

// Rows are things of the base banner to begin with, each by its id.
type Rows struct {
	TimeBank      Bank       `json:"timebank"`
	GreenAccount  Households `json:"greenaccount"`
	Teams         []db.ID    `json:"teams"`
	AwardInNotice db.ID      `json:"award_in_notice"`
	Pairings      []db.ID    `json:"pairings"`
}

// Bank is the time bank of a banner: who has an account there, the fullest first.
type Bank struct {
	Region   auth.Region `json:"region"`
	Accounts []Saved     `json:"accounts"`
}

// Saved is what somebody has in the bank.
type Saved struct {
	PersonID db.ID `json:"person_id"`
	Minutes  int64 `json:"minutes"`
}

// Households are those with a green account.
type Households struct {
	Households []db.ID `json:"households"`
}

// What lies in a banner lies between its code and the last one in it.
var (
	accounts = db.Query[Saved](`SELECT m.person_id, a.balance AS minutes FROM timebank_member m JOIN ledger_account a ON a.id = m.account_id
		WHERE m.state = 'member' AND m.region BETWEEN $1 AND $1 + 999999 ORDER BY a.balance DESC, m.id`)
	households = db.Query[db.ID](`SELECT id FROM green_household WHERE region BETWEEN $1 AND $1 + 999999 ORDER BY id`)
	teams      = db.Query[db.ID](`SELECT id FROM team WHERE state = 'active' AND region BETWEEN $1 AND $1 + 999999 ORDER BY id`)
	inNotice   = db.Query[db.ID](`SELECT id FROM award WHERE state = 'notice' AND region BETWEEN $1 AND $1 + 999999 ORDER BY id LIMIT 1`)
	pairings   = db.Query[db.ID](`SELECT p.id FROM pairing p JOIN person x ON x.id = p.person_id WHERE p.state = 'active'
		AND x.region BETWEEN $1 AND $1 + 999999 ORDER BY p.id`)
)

// Find gives the rows of a banner.
func Find(ctx context.Context, d *db.DB, banner auth.Region) (out Rows, err error) {
	out.TimeBank.Region = banner
	err = d.Read(ctx, func(tx *db.Tx) error {
		if out.TimeBank.Accounts, err = accounts.All(ctx, tx, banner); err != nil {
			return err
		}
		for to, q := range map[*[]db.ID]*db.Rows[db.ID]{&out.GreenAccount.Households: households, &out.Teams: teams, &out.Pairings: pairings} {
			if *to, err = q.All(ctx, tx, banner); err != nil {
				return err
			}
		}
		out.AwardInNotice, _, err = db.Found(inNotice.One(ctx, tx, banner))
		return err
	})
	return out, err
}
