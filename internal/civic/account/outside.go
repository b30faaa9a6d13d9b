package account

import (
	"cmp"
	"context"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/spelling"
)

// Door is another way of signing in: what it is called, and where it begins.
type Door struct{ Name, Href string }

// EnterAs lets in the owner of an account whom a system has recognised that he has linked to it, as his right password would: a second
// step is asked for all the same, an account that is locked or rests stays shut.
func (s *Service) EnterAs(ctx context.Context, id db.ID, c Client) (out Entered, err error) {
	if err := auth.Allow(ctx, Enter); err != nil {
		return out, err
	}
	v := visitor{known: true}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if v.accountRow, err = s.row(ctx, tx, id); err != nil {
			return err
		}
		if err := s.know(ctx, tx, &v, c); err != nil {
			return err
		}
		return charge(ctx, tx, v.tallies, v.ID)
	})
	switch {
	case err != nil:
		return out, err
	case v.State != Active:
		return out, errLocked
	}
	return s.second(ctx, v, "", c)
}

// HasDoor says whether an account can be signed in to without what another system says of its owner: by a password, or by SMS.
func (s *Service) HasDoor(ctx context.Context, tx *db.Tx, id db.ID) (bool, error) {
	r, err := s.row(ctx, tx, id)
	if err != nil || r.Password != "" && !(visitor{accountRow: r}).outdated() {
		return err == nil, err
	}
	held, err := grantsOf(ctx, tx, id)
	return r.Phone != nil && FactorFor(held) == NoFactor, err
}

// Again is what somebody who is signed in proves himself with once more.
type Again struct {
	Password string `json:"password" required:"false" maxLength:"512" doc:"再输一次密码；用短信登录、没有密码的不填"`
	OTP      string `json:"otp" required:"false" maxLength:"20" doc:"动态码；没有登记动态码的不填"`
}

// Still says whether the actor's session has not ended meanwhile, in the transaction of what took long before it.
func Still(ctx context.Context, tx *db.Tx) (bool, error) {
	_, ok, err := db.Found(sessionSince.One(ctx, tx, auth.From(ctx).Session))
	return ok, err
}

// Proven finishes a proof in the transaction of what is done: it uses the code up.
type Proven func(ctx context.Context, tx *db.Tx) error

// Prove asks who is signed in to prove himself anew, by his password and, where he uses an authenticator, a code of it. Who has no
// password must have signed in a moment ago.
func (s *Service) Prove(ctx context.Context, in Again) (Proven, error) {
	leave, err := s.hasher.Enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	var v visitor
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if v, err = s.ownVisitor(ctx, tx); err != nil {
			return err
		}
		if v.Password == "" {
			since, err := sessionSince.One(ctx, tx, auth.From(ctx).Session)
			if err != nil || time.Since(since) > JustNow {
				return cmp.Or(err, errs.WrongState("这次登录有一会儿了，请退出、重新登录以后马上办"))
			}
		}
		return charge(ctx, tx, v.tallies, v.ID)
	})
	if err == nil && v.Password != "" && !s.hasher.Matches(v.Password, in.Password) {
		err = errs.Field("password", "密码不对")
	}
	return func(ctx context.Context, tx *db.Tx) error {
		if v.TOTP != nil {
			if right, err := s.useTOTP(ctx, tx, v.accountRow, spelling.Code(in.OTP)); err == errUsed || err == nil && !right {
				return errs.Field("otp", "动态码不对，或者已经用过。请等下一个码再试")
			} else if err != nil {
				return err
			}
		}
		return pardon(ctx, tx, v.tallies)
	}, err
}
