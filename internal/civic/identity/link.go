package identity

import (
	"cmp"
	"context"

	"linli/internal/civic/account"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
)

// Mine is what somebody has linked to his account, and what he may link.
type Mine struct {
	Items     []Identity `json:"items"`
	Providers []Provider `json:"providers" doc:"还可以关联的"`
}

// Mine lists one's own identities.
func (s *Service) Mine(ctx context.Context, _ Nothing) (Mine, error) {
	return act.Read(ctx, s.db, Own, func(tx *db.Tx) (out Mine, err error) {
		if out.Items, err = ofOwner.All(ctx, tx, auth.From(ctx).Account); err != nil {
			return out, err
		}
		list, err := running.All(ctx, tx)
		for _, p := range list {
			if !out.has(p.ID) {
				out.Providers = append(out.Providers, p)
			}
		}
		return out, err
	})
}

func (m Mine) has(provider db.ID) bool {
	for _, x := range m.Items {
		if x.ProviderID == provider {
			return true
		}
	}
	return false
}

// LinkInput sets out to a provider to link the identity that one has there.
type LinkInput struct {
	ID db.ID `path:"id"`
	account.Again
}

// StartLink sets out to link. Who does it proves himself anew, here and there.
func (s *Service) StartLink(ctx context.Context, in LinkInput) (Leaving, error) {
	var use account.Proven
	var out Leaving
	op := act.Op{Perm: Own, Action: "identity.start_link", Quiet: "what is linked at the end of the journey leaves its trail",
		Check: func() (err error) {
			a := auth.From(ctx)
			if out, err = s.set(ctx, journey{Provider: in.ID, Account: a.Account, Session: a.Session}); err == nil {
				use, err = s.accounts.Prove(ctx, in.Again)
			}
			return err
		}}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Leaving, error) {
		if err := use(ctx, tx); err != nil {
			return out, err
		}
		return out, stands(ctx, tx, auth.From(ctx).Account)
	})
}

// stands asks whether an account owes anything before it may act: who owes a password or a second factor links nothing.
func stands(ctx context.Context, tx *db.Tx, id db.ID) error {
	_, err := account.Behind(ctx, tx, id)
	if errs.KindOf(err) == errs.Unauthenticated {
		err = errs.WrongState("先改好密码、登记好动态码，再关联")
	}
	return err
}

// Going shows where a journey that links leads, to the browser that carries it.
func (s *Service) Going(ctx context.Context, in GetInput, box []byte) (out Leaving, err error) {
	if err := auth.Allow(ctx, Own); err != nil {
		return out, err
	}
	j, err := s.unpack(box)
	if err == nil && (j.Provider != in.ID || j.Account == 0 || j.Account != auth.From(ctx).Account) {
		err = errs.ErrNotFound
	}
	if err != nil {
		return out, err
	}
	p, err := s.provider(ctx, in.ID)
	if err != nil {
		return out, err
	}
	return s.leaving(ctx, p, j)
}

// link links an identity to the actor's account. One identity is never on two accounts, and one account has one of each provider: of two
// at once one wins.
func (s *Service) link(ctx context.Context, p Provider, subject []byte) error {
	op := act.Op{Perm: Own, Action: "identity.link"}
	_, err := act.Write(ctx, s.db, op, func(tx *db.Tx) (Nothing, error) {
		a, err := held(ctx, tx)
		if err != nil {
			return Nothing{}, err
		}
		x := Identity{ID: tx.NewID(), ProviderID: p.ID, AccountID: a.ID, Subject: subject, MadeAt: tx.Now}
		fresh, err := table.Add(ctx, tx, x)
		if err != nil {
			return Nothing{}, err
		}
		if !fresh {
			return Nothing{}, clash(ctx, tx, p.ID, subject, a.ID)
		}
		if err := told(ctx, tx, a.ID, "您的账号关联了一个登录身份", "“"+p.Name+"”从现在起可以登录您的账号。不是您本人办的，请马上解除，再改密码。"); err != nil {
			return Nothing{}, err
		}
		return Nothing{}, trail(ctx, tx, op, x, a, "")
	})
	return err
}

// held holds the actor's account until what is done to its identities is there. A session that ended while the provider was asked links
// nothing: what ended it has taken the identities off the account already.
func held(ctx context.Context, tx *db.Tx) (account.Account, error) {
	id := auth.From(ctx).Account
	if _, err := hold.One(ctx, tx, id); err != nil {
		return account.Account{}, err
	}
	if err := stands(ctx, tx, id); err != nil {
		return account.Account{}, err
	}
	if still, err := account.Still(ctx, tx); err != nil || !still {
		return account.Account{}, cmp.Or(err, error(errLate))
	}
	return account.Get(ctx, tx, id)
}

// clash says why an identity was not linked.
func clash(ctx context.Context, tx *db.Tx, provider db.ID, subject []byte, account db.ID) error {
	x, found, err := db.Found(known.One(ctx, tx, provider, subject))
	switch {
	case err != nil:
		return err
	case found && x.AccountID != account:
		return errTaken
	}
	return errTwice
}

func trail(ctx context.Context, tx *db.Tx, op act.Op, x Identity, a account.Account, why string) error {
	return audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "identity", ID: x.ID.String(), Region: a.Region, Cause: why,
		Detail: map[string]any{"account": a.ID.String(), "provider": x.ProviderID.String()}})
}

func told(ctx context.Context, tx *db.Tx, to db.ID, title, text string) error {
	return notify.Send(ctx, tx, notify.Message{To: to, Kind: "identity", Title: title, Text: text, Link: my, SMS: true})
}

// EndInput names one of one's own identities.
type EndInput struct {
	ID db.ID `path:"id"`
}

// Unlink takes an identity off one's own account, never the last way of signing in to it.
func (s *Service) Unlink(ctx context.Context, in EndInput) (Nothing, error) {
	op := act.Op{Perm: Own, Action: "identity.unlink"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (none Nothing, err error) {
		id := auth.From(ctx).Account
		x, err := byID.Get(ctx, tx, in.ID)
		if err == nil && x.AccountID != id {
			err = errs.ErrNotFound
		}
		if err == nil {
			_, err = hold.One(ctx, tx, id)
		}
		if err != nil {
			return none, err
		}
		a, err := account.Get(ctx, tx, id)
		if err != nil {
			return none, err
		}
		if other, err := s.accounts.HasDoor(ctx, tx, id); err != nil || !other {
			return none, cmp.Or(err, errs.WrongState("这是您登录账号的最后一个办法，先设好密码再解除"))
		}
		if n, err := drop.Run(ctx, tx, x.ID, id); err != nil || n == 0 {
			return none, cmp.Or(err, error(errs.ErrNotFound))
		}
		if err := told(ctx, tx, id, "您的账号解除了一个登录身份", "“"+x.Provider+"”不再能登录您的账号。不是您本人办的，请马上改密码。"); err != nil {
			return none, err
		}
		return none, trail(ctx, tx, op, x, a, "")
	})
}

// OnActed takes all identities off an account whose password, telephone or second factor somebody else has reset: whoever had got into it
// and linked his own has lost it, and the owner links his anew.
func (s *Service) OnActed(ctx context.Context, tx *db.Tx, e account.ActedEvent) error {
	if e.Kind != account.ActPassword && e.Kind != account.ActPhone && e.Kind != account.ActFactor {
		return nil
	}
	n, err := dropAll.Run(ctx, tx, e.Account)
	if err != nil || n == 0 {
		return err
	}
	return told(ctx, tx, e.Account, "您的账号关联的登录身份都解除了", "管理人重置了您的密码、手机号或动态码，关联的身份一起解除。要用，请重新关联。")
}

// Follow lets identities end with what happens to accounts, and puts the providers on the page of sign-in.
func (s *Service) Follow() {
	s.accounts.Acted.Subscribe(s.OnActed)
	s.accounts.Doors = s.Doors
}

// ofPerson are the identities of a person.
func ofPerson(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	a, has, err := account.OfPerson(ctx, tx, id)
	if err != nil || !has {
		return nil, err
	}
	list, err := ofOwner.All(ctx, tx, a.ID)
	if len(list) == 0 {
		return nil, err
	}
	return list, err
}

// forget takes the identities of an erased person away.
func forget(ctx context.Context, tx *db.Tx, id db.ID, reason string) error {
	a, has, err := account.OfPerson(ctx, tx, id)
	if err != nil || !has {
		return err
	}
	n, err := dropAll.Run(ctx, tx, a.ID)
	if err != nil || n == 0 {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{Action: "identity.erase", Object: "account", ID: a.ID.String(), Region: a.Region, Cause: reason})
}

// Verify: an erased person has no identity.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	return orphans.Each(ctx, tx, func(id db.ID) error {
		report("identity/"+id.String(), "主人已经注销，关联的身份还在")
		return nil
	})
}
