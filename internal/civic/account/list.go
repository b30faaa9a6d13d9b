package account

import (
	"context"
	"slices"

	"linli/internal/civic/account/password"
	"linli/internal/civic/account/post"
	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// ListInput searches accounts: by login, the whole name or the whole telephone number, by a role held today and by state.
type ListInput struct {
	Q      string      `query:"q" maxLength:"40" doc:"账号名、姓名或手机号"`
	Role   auth.Role   `query:"role" maxLength:"20"`
	State  string      `query:"state" enum:"active,locked," maxLength:"8"`
	Region auth.Region `query:"region"`
	db.Paging
}

// Line is one account of a list. Names of those who hold no post are masked: whoever administers accounts has no need of residents' names.
type Line struct {
	Account
	Roles string `json:"roles" db:"-"` // words
}

// List gives accounts in the actor's scope, newest first.
func (s *Service) List(ctx context.Context, in ListInput) (db.Page[Line], error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (db.Page[Line], error) {
		of := search{ListInput: in, Scope: auth.ScopeOf(ctx, View), Day: clock.DayOf(tx.Now)}
		if in.Q != "" {
			phone, _ := s.phone(in.Q)
			of.Phone = s.blindOf(phone)
		}
		out, err := list.Page(ctx, tx, of, in.Paging)
		if err != nil {
			return out, err
		}
		return out, masked(ctx, tx, out.Items)
	})
}

// masked adds the roles and masks the names of those who hold no post.
func masked(ctx context.Context, tx *db.Tx, lines []Line) error {
	for i := range lines {
		held, err := Handover(ctx, tx, lines[i].ID)
		if err != nil {
			return err
		}
		lines[i].Name, lines[i].Roles = nameFor(lines[i].Name, held), words(held)
	}
	return nil
}

func nameFor(name string, held []Grant) string {
	if slices.ContainsFunc(held, func(g Grant) bool { return !post.Personal(g.Role) }) {
		return name
	}
	return person.MaskName(name)
}

func words(held []Grant) (out string) {
	for i, g := range held {
		if i > 0 {
			out += "、"
		}
		out += g.Role.Word()
	}
	return out
}

// GetInput names an account.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Held is a grant with the words that people read.
type Held struct {
	Grant
	Word  string `json:"word"`
	Place string `json:"place"`
	Mine  bool   `json:"-"` // the reader may end it
}

// Sheet is one account as administrators see it.
type Sheet struct {
	Account Account     `json:"account"`
	Place   string      `json:"place"`
	Phone   string      `json:"phone"` // masked
	TOTP    bool        `json:"totp"`
	Card    bool        `json:"card"`
	Initial bool        `json:"initial"` // the initial password has not been changed yet
	Grants  []Held      `json:"grants"`
	Past    []Held      `json:"past"`
	May     []auth.Role `json:"-"` // roles that the reader may give
	Treat   bool        `json:"-"` // the reader may treat this account
	MayLock bool        `json:"-"`
	Propose string      `json:"-"` // an initial password to take
}

// Sheet gives one account with its roles, now and before.
func (s *Service) Sheet(ctx context.Context, in GetInput) (Sheet, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Sheet, err error) {
		r, err := s.row(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		if err := auth.Require(ctx, View, View, auth.Place{Region: r.Region}); err != nil {
			return out, err
		}
		return s.sheet(ctx, tx, r)
	})
}

func (s *Service) sheet(ctx context.Context, tx *db.Tx, r accountRow) (out Sheet, err error) {
	a := auth.From(ctx)
	out = Sheet{Account: r.Account, TOTP: r.TOTP != nil, Initial: r.PasswordUntil != nil, May: post.MayAppoint(a), Propose: password.New()}
	if out.Place, err = region.FullName(ctx, tx, r.Region); err != nil {
		return out, err
	}
	if out.Phone, err = s.maskedPhone(r); err != nil {
		return out, err
	}
	cards, err := cardsOf.All(ctx, tx, r.ID)
	if err != nil {
		return out, err
	}
	out.Card = len(cards) > 0
	if err := out.history(ctx, tx, a); err != nil {
		return out, err
	}
	_, _, err = s.target(ctx, tx, r.ID, Appoint)
	out.Treat = err == nil
	out.MayLock = out.Treat && auth.Can(ctx, Lock, auth.Place{Region: r.Region})
	if k := errs.KindOf(err); k == errs.Denied || k == errs.NotFound {
		err = nil
	}
	return out, err
}

// history sorts all grants of the account into those that stand and those that are over.
func (out *Sheet) history(ctx context.Context, tx *db.Tx, a auth.Actor) error {
	all, err := allGrants.All(ctx, tx, out.Account.ID)
	if err != nil {
		return err
	}
	today := clock.DayOf(tx.Now)
	var now []Grant
	for _, g := range all {
		h := Held{Grant: g, Word: g.Role.Word(), Place: "本人"}
		if g.Region != 0 {
			if h.Place, err = region.FullName(ctx, tx, g.Region); err != nil {
				return err
			}
		}
		if g.EndedAt != nil || g.UntilDay != 0 && g.UntilDay < today {
			out.Past = append(out.Past, h)
			continue
		}
		h.Mine = !post.Personal(g.Role) && post.MayGive(a, g.Role, g.Region)
		now, out.Grants = append(now, g), append(out.Grants, h)
	}
	out.Account.Name = nameFor(out.Account.Name, now)
	return nil
}
