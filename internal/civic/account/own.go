package account

import (
	"context"
	"time"

	"linli/internal/civic/account/password"
	"linli/internal/civic/account/random"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Security is what somebody sees of his own account.
type Security struct {
	Account  Account   `json:"account"`
	Phone    string    `json:"phone"` // masked
	Must     string    `json:"must,omitempty"`
	Factor   Factor    `json:"factor"` // what the roles ask for
	Password bool      `json:"password"`
	TOTP     bool      `json:"totp"`
	Pending  bool      `json:"pending"` // an authenticator waits for its first code
	Card     bool      `json:"card"`
	CardLeft int       `json:"card_left"`
	Sessions []Session `json:"sessions"`
	Grants   []Grant   `json:"grants"`
}

// Security gives one's own account, its sessions and its second factor.
func (s *Service) Security(ctx context.Context, _ Nothing) (Security, error) {
	return act.Read(ctx, s.db, Own, func(tx *db.Tx) (out Security, err error) {
		v, err := s.ownVisitor(ctx, tx)
		if err != nil {
			return out, err
		}
		out = Security{Account: v.Account, Must: v.must(), Factor: FactorFor(v.grants), Password: v.Password != "", TOTP: v.TOTP != nil,
			Pending: v.TOTPNext != nil, Card: len(v.cards) > 0}
		for _, c := range v.cards {
			if c.UsedAt == nil {
				out.CardLeft++
			}
		}
		if out.Phone, err = s.maskedPhone(v.accountRow); err != nil {
			return out, err
		}
		if out.Grants, err = Handover(ctx, tx, v.ID); err != nil {
			return out, err
		}
		out.Sessions, err = s.sessions(ctx, tx)
		return out, err
	})
}

// own gives the actor's account with its secrets.
func (s *Service) own(ctx context.Context, tx *db.Tx) (accountRow, error) {
	return s.row(ctx, tx, auth.From(ctx).Account)
}

func (s *Service) row(ctx context.Context, tx *db.Tx, id db.ID) (accountRow, error) {
	return accounts.Get(ctx, tx, id)
}

func (s *Service) ownVisitor(ctx context.Context, tx *db.Tx) (v visitor, err error) {
	if v.accountRow, err = s.own(ctx, tx); err != nil {
		return v, err
	}
	v.known = true
	err = s.know(ctx, tx, &v, Client{})
	v.tallies = []tally{{s.keys.MAC("attempt own", []byte(v.ID.String())), Failures}}
	return v, err
}

// reauthenticate asks for the password again before something that guards the account changes. A session that must still enrol, and an
// account without a password, have nothing to give.
func (s *Service) reauthenticate(ctx context.Context, given string) error {
	leave, err := s.hasher.Enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	var v visitor
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if v, err = s.ownVisitor(ctx, tx); err != nil || v.exempt() {
			return err
		}
		return charge(ctx, tx, v.tallies, v.ID)
	})
	if err != nil || v.exempt() {
		return err
	}
	if !s.hasher.Matches(v.Password, given) {
		return errs.Field("password", "密码不对")
	}
	return s.db.Write(ctx, func(tx *db.Tx) error { return pardon(ctx, tx, v.tallies) })
}

func (v visitor) exempt() bool { return v.Password == "" || v.must() == MustEnrol }

// renew ends all sessions of an account and opens the present one anew: whoever stole a token has lost it.
func (s *Service) renew(ctx context.Context, tx *db.Tx, a Account, c Client) (out Entered, err error) {
	if err := s.shut(ctx, tx, a.ID); err != nil {
		return out, err
	}
	v, err := s.ownVisitor(ctx, tx)
	if err != nil {
		return out, err
	}
	if c.Device != "" {
		if v.device, _, err = db.Found(deviceByToken.One(ctx, tx, random.Hash(c.Device))); err != nil {
			return out, err
		}
	}
	out.Token, out.ExpiresAt, err = s.open(ctx, tx, a.ID, v.device, stageFull, FactorFor(v.grants), c)
	out.Account, out.Must = v.holder(), v.must()
	return out, err
}

// shut ends all sessions of an account and tells of it.
func (s *Service) shut(ctx context.Context, tx *db.Tx, id db.ID) error {
	if _, err := endAll.Run(ctx, tx, id); err != nil {
		return err
	}
	return s.Shut.Publish(ctx, tx, id)
}

// Reauthenticate asks for one's password again, before another area lets something lasting be made in one's name.
func (s *Service) Reauthenticate(ctx context.Context, given string) error {
	return s.reauthenticate(ctx, given)
}

// ChangeInput changes one's own password. Current is not asked of who has none yet.
type ChangeInput struct {
	Current string `json:"current_password" required:"false" maxLength:"512"`
	New     string `json:"new_password" minLength:"1" maxLength:"512"`
}

// ChangePassword takes a new password into use. All other sessions end and this one goes on under a new token.
func (s *Service) ChangePassword(ctx context.Context, in ChangeInput, c Client) (Entered, error) {
	var hash string
	op := act.Op{Perm: Own, Action: "account.password", Check: func() (err error) {
		hash, err = s.check(ctx, in)
		return err
	}}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Entered, error) {
		if _, err := setPassword.Run(ctx, tx, auth.From(ctx).Account, hash, nil); err != nil {
			return Entered{}, err
		}
		r, err := s.own(ctx, tx)
		if err != nil {
			return Entered{}, err
		}
		if err := note(ctx, tx, op, r.Account); err != nil {
			return Entered{}, err
		}
		return s.renew(ctx, tx, r.Account, c)
	})
}

// check looks at a change of password and hashes the new one.
func (s *Service) check(ctx context.Context, in ChangeInput) (hash string, err error) {
	if err := s.reauthenticate(ctx, in.Current); err != nil {
		return "", renamed(err, "password", "current_password")
	}
	if err := s.fresh(ctx, auth.From(ctx).Account, "new_password", in.New); err != nil {
		return "", err
	}
	if in.New == in.Current {
		return "", errs.Field("new_password", "新密码要和原来的不一样")
	}
	return s.hasher.Hash(ctx, in.New)
}

// note leaves the trail of what was done to an account.
func note(ctx context.Context, tx *db.Tx, op act.Op, a Account) error {
	return audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "account", ID: a.ID.String(), Region: a.Region, Cause: op.Cause,
		Detail: op.Detail})
}

// renamed moves an error from one field to another.
func renamed(err error, from, to string) error {
	if e, ok := err.(*errs.Error); ok && e.Fields[from] != "" {
		return errs.Field(to, e.Fields[from])
	}
	return err
}

// fresh checks a new password against the rules and what its owner is called.
func (s *Service) fresh(ctx context.Context, id db.ID, field, chosen string) error {
	return s.db.Read(ctx, func(tx *db.Tx) error {
		r, err := s.row(ctx, tx, id)
		if err != nil {
			return err
		}
		phone, err := s.keys.OpenText(r.Phone, at("phone", r.ID))
		if err != nil {
			return err
		}
		return password.Check(field, chosen, r.Login, r.Name, phone)
	})
}

// initial says when an initial password made now ends.
func initial() *time.Time {
	until := time.Now().Add(InitialPassword)
	return &until
}

// Contact gives the telephone number that messages of an account go to, "" when it has none; for the outbox alone.
func (s *Service) Contact(ctx context.Context, tx *db.Tx, id db.ID) (string, error) {
	r, err := s.row(ctx, tx, id)
	if err != nil {
		return "", err
	}
	return s.keys.OpenText(r.Phone, at("phone", r.ID))
}
