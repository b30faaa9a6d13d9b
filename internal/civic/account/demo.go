package account

import (
	"context"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// MarkDemo is a part: it names an account that demo mode offers for a role with one click; the first marked of a role is the one
// shown. Devices of marked accounts count as known while the server runs in demo mode.
func (s *Service) MarkDemo(ctx context.Context, tx *db.Tx, role auth.Role, accountID db.ID, note string) error {
	_, err := markDemo.Run(ctx, tx, tx.NewID(), string(role), accountID, note)
	return err
}

// Persona is one identity of the sign-in page in demo mode.
type Persona struct {
	Role   auth.Role `json:"role"`
	Name   string    `json:"name"`
	Note   string    `json:"note"`
	Second string    `json:"second" db:"-" doc:"同一处的第二个人，要两个人办的事由他接着办；没有时为空"`
}

// Personas gives one identity a role in the order of the contract, with who takes the second step beside him; none outside demo mode.
func (s *Service) Personas(ctx context.Context, _ Nothing) ([]Persona, error) {
	return act.Read(ctx, s.db, Enter, func(tx *db.Tx) (out []Persona, err error) {
		if !s.demo {
			return nil, nil
		}
		all, err := demoAccounts.All(ctx, tx)
		for _, role := range auth.Roles {
			if two := pairOf(all, role); len(two) > 0 {
				p := two[0].Persona
				if len(two) > 1 {
					p.Second = two[1].Name
				}
				out = append(out, p)
			}
		}
		return out, err
	})
}

// pairOf gives the first who is marked of a role, and the next of the same place.
func pairOf(all []demoRow, role auth.Role) (out []demoRow) {
	for _, p := range all {
		if p.Role == role && len(out) < 2 && (len(out) == 0 || p.Note == out[0].Note) {
			out = append(out, p)
		}
	}
	return out
}

// DemoInput names a role.
type DemoInput struct {
	Role   auth.Role `json:"role" minLength:"1" maxLength:"20"`
	Second bool      `json:"second" required:"false" doc:"同一处的第二个人"`
	Back   string    `json:"back" required:"false" maxLength:"300"`
}

// DemoSignIn opens a session of a demo account with one click, second factor included. Outside demo mode it does not exist.
func (s *Service) DemoSignIn(ctx context.Context, in DemoInput, c Client) (Entered, error) {
	if err := auth.Allow(ctx, Enter); err != nil {
		return Entered{}, err
	}
	if !s.demo {
		return Entered{}, errs.ErrNotFound
	}
	return db.Do(ctx, s.db, func(tx *db.Tx) (Entered, error) {
		all, err := demoAccounts.All(ctx, tx)
		if err != nil {
			return Entered{}, err
		}
		two := pairOf(all, in.Role)
		if in.Second {
			two = two[min(1, len(two)):]
		}
		if len(two) == 0 {
			return Entered{}, errs.ErrNotFound
		}
		return s.enterDemo(ctx, tx, two[0].AccountID, c)
	})
}

func (s *Service) enterDemo(ctx context.Context, tx *db.Tx, id db.ID, c Client) (Entered, error) {
	v := visitor{known: true}
	var err error
	if v.accountRow, err = s.row(ctx, tx, id); err != nil {
		return Entered{}, err
	}
	if v.State != Active {
		return Entered{}, errLocked
	}
	if err := s.know(ctx, tx, &v, c); err != nil {
		return Entered{}, err
	}
	return s.admit(ctx, tx, v, c, "demo")
}
