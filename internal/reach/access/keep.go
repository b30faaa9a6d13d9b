package access

import (
	"context"
	"slices"
	"strings"

	"linli/internal/civic/account"
	"linli/internal/people/partner"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
)

// AddInput asks for a key.
type AddInput struct {
	Name      string   `json:"name" minLength:"1" maxLength:"40" doc:"给哪个程序用"`
	Scopes    []string `json:"scopes" set:"scope_of_key" minItems:"1" maxItems:"10" doc:"可以读什么"`
	Days      int64    `json:"days" minimum:"1" maximum:"365" default:"90" doc:"可以用多少天，最多一年"`
	PartnerID db.ID    `json:"partner_id" required:"false" doc:"以哪个驻区单位的名义；不填为自己"`
	Password  string   `json:"password" required:"false" maxLength:"512" doc:"再输一次密码；没有密码的不填"`
}

func (in AddInput) check() error {
	c := errs.Check{}
	c.That(strings.TrimSpace(in.Name) != "", "name", "请写明给哪个程序用")
	c.That(len(in.Scopes) > 0, "scopes", "至少选一样")
	c.That(in.PartnerID == 0 || !slices.ContainsFunc(in.Scopes, func(x string) bool { return x != "partner" && x != "public" }), "scopes",
		"单位的钥匙只读单位的和公开的")
	return c.Err()
}

// Made is a new key with the key itself, which is not kept and never shown again.
type Made struct {
	Key
	Token string `json:"token" doc:"钥匙本身，只给这一次；同一个请求再来一次时为空"`
}

// Add makes a key for the actor himself.
func (s *Service) Add(ctx context.Context, in AddInput) (Made, error) {
	op := act.Op{Perm: Own, Action: "access.add_key", Check: func() error {
		if err := in.check(); err != nil {
			return err
		}
		return s.sessions.Reauthenticate(ctx, in.Password)
	}}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Made, error) { return s.add(ctx, tx, op, in) })
}

func (s *Service) add(ctx context.Context, tx *db.Tx, op act.Op, in AddInput) (out Made, err error) {
	me, today, token := auth.From(ctx), clock.DayOf(tx.Now), newToken()
	if err := s.stands(ctx, tx, me.Account); err != nil {
		return out, err
	}
	n, err := running.One(ctx, tx, me.Account, today)
	if err == nil && n >= MaxKeys {
		err = errs.WrongState("已经有 20 把在用的钥匙，先作废不用的")
	}
	if err == nil && in.PartnerID != 0 {
		var speaks bool
		if speaks, err = partner.Speaks(ctx, tx, in.PartnerID, me.Person); err == nil && (!speaks || me.Person == 0) {
			err = errs.Field("partner_id", "您现在不是这个单位的联系人")
		}
	}
	if err != nil {
		return out, err
	}
	codes := slices.Clone(in.Scopes)
	slices.Sort(codes)
	k := Key{ID: tx.NewID(), Version: 1, AccountID: me.Account, PartnerID: in.PartnerID, Name: strings.TrimSpace(in.Name),
		Scopes: slices.Compact(codes), TokenHash: hash(token), Hint: token[len(token)-4:], UntilDay: today.AddDays(int(in.Days)), MadeAt: tx.Now}
	if err := s.kind.Enter(ctx, tx, op, &k); err != nil {
		return out, err
	}
	if err := notify.Send(ctx, tx, made(k)); err != nil {
		return out, err
	}
	out.Key, err = byID.Get(ctx, tx, k.ID)
	out.Token = token
	return out, err
}

// made tells the owner: whoever made a key in a session that was not his would else read on for a year unseen.
func made(k Key) notify.Message {
	return notify.Message{To: k.AccountID, Kind: "access", Title: "您的账号做了一把接口钥匙",
		Text: "“" + k.Name + "”，可以用到 " + k.UntilDay.String() + "。不是您做的，马上作废它、退出所有登录并改密码。", Link: my, SMS: true}
}

// stands holds an account until its new key is there, so that two at once count one another and who shuts the account meets the key; and
// asks whether a key would work: who owes a password of his own or a second factor makes none.
func (s *Service) stands(ctx context.Context, tx *db.Tx, id db.ID) error {
	if _, err := hold.One(ctx, tx, id); err != nil {
		return err
	}
	_, err := account.Behind(ctx, tx, id)
	if errs.KindOf(err) == errs.Unauthenticated {
		err = errs.WrongState("先改好密码、登记好动态码，再做接口钥匙")
	}
	return err
}

// EndInput ends one of one's own keys.
type EndInput struct {
	ID db.ID `path:"id"`
}

// End ends a key of the actor's own; from then on no process takes it.
func (s *Service) End(ctx context.Context, in EndInput) (Key, error) {
	op := act.Op{Perm: Own, Action: "access.end_key", ID: in.ID}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (k Key, err error) {
		if k, err = byID.Get(ctx, tx, in.ID); err == nil && k.AccountID != auth.From(ctx).Account {
			err = errs.ErrNotFound
		}
		if err != nil {
			return k, err
		}
		return k, s.kind.Alter(ctx, tx, op, &k, ended("自己作废"))
	})
}

// ended is the end of a key, for a reason.
func ended(reason string) func(*db.Tx, *Key) error {
	return func(tx *db.Tx, k *Key) error {
		if k.EndedAt != nil {
			return errs.WrongState("这把钥匙已经作废")
		}
		at := tx.Now
		k.EndedAt, k.EndReason = &at, reason
		return nil
	}
}

// RevokeInput ends a key of somebody else, with the reason that he is told.
type RevokeInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200" doc:"原因，会告诉主人"`
}

// Revoke ends somebody's key and tells him.
func (s *Service) Revoke(ctx context.Context, in RevokeInput) (Key, error) {
	op := act.Op{Perm: Revoke, Action: "access.revoke_key", ID: in.ID, Version: in.Version, Cause: in.Reason, Check: func() error {
		c := errs.Check{}
		c.That(strings.TrimSpace(in.Reason) != "", "reason", "请写明原因")
		return c.Err()
	}}
	return s.kind.Change(ctx, s.db, op, func(tx *db.Tx, k *Key) error {
		if err := ended(in.Reason)(tx, k); err != nil {
			return err
		}
		return notify.Send(ctx, tx, notify.Message{To: k.AccountID, Kind: "access", Title: "您的一把接口钥匙被作废",
			Text: "“" + k.Name + "”（尾号 " + k.Hint + "）：" + in.Reason, Link: my})
	})
}

// OnShut ends all keys of an account whose sessions were all ended: whoever made one in its name has lost it.
func (s *Service) OnShut(ctx context.Context, tx *db.Tx, id db.ID) error {
	_, err := endAll.Run(ctx, tx, id, tx.Now, "账号的登录全部退出")
	return err
}

// Sweep tells owners of keys that run out soon.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		today := clock.DayOf(tx.Now)
		due, err := ripe.All(ctx, tx, today, today.AddDays(TellDays))
		for _, k := range due {
			if err == nil {
				err = s.tell(ctx, tx, k)
			}
		}
		return err
	})
}

func (s *Service) tell(ctx context.Context, tx *db.Tx, k Key) error {
	return s.kind.Alter(ctx, tx, act.Op{Action: "access.reminded"}, &k, func(tx *db.Tx, k *Key) error {
		k.Told = true
		return notify.Send(ctx, tx, notify.Message{To: k.AccountID, Kind: "access", Title: "您的一把接口钥匙快到期了",
			Text: "“" + k.Name + "”（尾号 " + k.Hint + "）可以用到 " + k.UntilDay.String() + "，还要用就换一把新的。", Link: my})
	})
}

// Follow ends keys with the sessions of their owners.
func (s *Service) Follow(accounts *account.Service) { accounts.Shut.Subscribe(s.OnShut) }

// held are the keys of a person.
func held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	a, has, err := account.OfPerson(ctx, tx, id)
	if err != nil || !has {
		return nil, err
	}
	keys, err := ofOwner.All(ctx, tx, a.ID)
	if len(keys) == 0 {
		return nil, err
	}
	return keys, err
}

// forget takes the keys of an erased person away.
func forget(ctx context.Context, tx *db.Tx, id db.ID, reason string) error {
	a, has, err := account.OfPerson(ctx, tx, id)
	if err != nil || !has {
		return err
	}
	n, err := drop.Run(ctx, tx, a.ID)
	if err != nil || n == 0 {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{Action: "access.erase", Object: "account", ID: a.ID.String(), Region: a.Region, Cause: reason})
}

// Verify: a key that ended says why; an erased person holds none.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, f := range findings {
		if err := f.query.Each(ctx, tx, func(id db.ID) error {
			report("access_key "+id.String(), f.what)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// soon is a day on which a key that ends then is told of, for pages.
func (k Key) soon(today clock.Day) bool {
	return k.State(today) == "active" && k.UntilDay <= today.AddDays(TellDays)
}
