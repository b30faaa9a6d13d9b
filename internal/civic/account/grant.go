package account

import (
	"context"
	"slices"
	"strings"

	"linli/internal/civic/account/password"
	"linli/internal/civic/account/post"
	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/spelling"
	"linli/internal/platform/telephone"
)

// Post is a role to be given.
type Post struct {
	Role      auth.Role   `json:"role" maxLength:"20" doc:"角色"`
	Region    auth.Region `json:"role_region" doc:"管哪里"`
	StationID db.ID       `json:"station_id" required:"false" doc:"站点管理员管的站点；不填就是这个嘎查村（社区）的站点"`
	From      clock.Day   `json:"from" required:"false" doc:"不填从今天起"`
	Until     clock.Day   `json:"until" required:"false" doc:"不填长期有效"`
	Reason    string      `json:"reason" minLength:"1" maxLength:"200" doc:"任命依据"`
}

// checkPost finds what is wrong with a post, the actor's right to give it included, and fills in what may be left out.
func (s *Service) checkPost(ctx context.Context, tx *db.Tx, p *Post) error {
	c, a, today := errs.Check{}, auth.From(ctx), clock.DayOf(tx.Now)
	if p.From == 0 {
		p.From = today
	}
	span, given := post.Levels(p.Role)
	c.That(given, "role", "没有这个角色，或者它不由任命产生")
	c.That(!given || p.Region != 0 && p.Region.Level() >= span[0] && p.Region.Level() <= span[1], "role_region", "这个角色不设在这一级，请重选地方")
	c.That(!given || post.MayGive(a, p.Role, p.Region), "role", "您不能在那里任命这个角色")
	c.That(strings.TrimSpace(p.Reason) != "", "reason", "请写明任命依据，例如文号或会议")
	c.That(p.Until == 0 || p.Until >= max(p.From, today), "until", "到期日要在生效日之后，并且还没有过去")
	c.That(p.Role == auth.StationManager || p.StationID == 0, "station_id", "只有站点管理员才选站点")
	known, err := region.Exists(ctx, tx, p.Region)
	if err != nil {
		return err
	}
	c.That(known, "role_region", "没有这个地方")
	if err := c.Err(); err != nil || p.Role != auth.StationManager {
		return err
	}
	p.StationID, err = s.out.Station(ctx, tx, p.StationID, p.Region)
	if errs.KindOf(err) == errs.NotFound {
		err = errs.Field("station_id", "这个嘎查村（社区）没有这个站点")
	}
	return err
}

// AppointInput gives a role to an account that exists.
type AppointInput struct {
	ID db.ID `path:"id"`
	Post
}

// Appoint gives a role, with its reason. Nobody gives one to himself, and none of the three administrators holds another post: they
// see no business.
func (s *Service) Appoint(ctx context.Context, in AppointInput) (Grant, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Appoint, Action: "account.appoint"}, func(tx *db.Tx) (Grant, error) {
		r, _, err := s.target(ctx, tx, in.ID, Appoint)
		if err != nil {
			return Grant{}, err
		}
		return s.appoint(ctx, tx, r, in.Post)
	})
}

func (s *Service) appoint(ctx context.Context, tx *db.Tx, r accountRow, p Post) (g Grant, err error) {
	if err := s.checkPost(ctx, tx, &p); err != nil {
		return g, err
	}
	if n, err := lockAccount.Run(ctx, tx, r.ID, r.Version); err != nil || n == 0 {
		return g, orStale(err)
	}
	held, err := Handover(ctx, tx, r.ID)
	if err != nil {
		return g, err
	}
	for _, h := range held {
		if !post.Compatible(h.Role, p.Role) {
			return g, errs.Field("role", "系统、安全、审计管理员互不兼任，也不兼任其他岗位")
		}
	}
	if factorOf(auth.Grant{Role: p.Role, Region: p.Region}) == FactorDevice && r.Phone == nil && r.TOTP == nil {
		return g, errs.Field("phone", "这个角色在新设备上登录要发短信，请先登记手机号")
	}
	g = Grant{ID: tx.NewID(), AccountID: r.ID, Role: p.Role, Region: p.Region, StationID: p.StationID, FromDay: p.From, UntilDay: p.Until,
		Reason: p.Reason, GrantedBy: auth.From(ctx).Account, GrantedAt: tx.Now}
	if fresh, err := grants.Add(ctx, tx, g); err != nil || !fresh {
		return g, orClash(err, "这个账号已经有这个角色")
	}
	if err := s.shut(ctx, tx, r.ID); err != nil {
		return g, err
	}
	if err := s.Acted.Publish(ctx, tx, ActedEvent{Account: r.ID, Kind: ActAppoint, Role: g.Role, Grant: g.ID, Region: g.Region}); err != nil {
		return g, err
	}
	return g, audit.Write(ctx, tx, audit.Entry{Action: "account.appoint", Object: "account", ID: r.ID.String(), Region: g.Region,
		Cause: g.Reason, Detail: g.detail()})
}

func (g Grant) detail() map[string]any {
	return map[string]any{"grant": g.ID.String(), "role": g.Role, "region": g.Region.String(), "station": g.StationID.String(),
		"until": g.UntilDay.String()}
}

// EndingEvent says that a role is about to be taken back; a listener may refuse.
type EndingEvent struct{ Grant Grant }

// EndInput ends a grant.
type EndInput struct {
	ID      db.ID  `path:"id"`
	GrantID db.ID  `path:"grant"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200" doc:"原因，例如换届、调离"`
}

// EndGrant takes a role back. All sessions of the account end.
func (s *Service) EndGrant(ctx context.Context, in EndInput) (Nothing, error) {
	op := act.Op{Perm: Appoint, Action: "account.end_grant", ID: in.ID, Cause: in.Reason}
	return s.treat(ctx, op, func(tx *db.Tx, r accountRow, held []Grant) (map[string]any, error) {
		i := slices.IndexFunc(held, func(g Grant) bool { return g.ID == in.GrantID })
		if i < 0 {
			return nil, errs.ErrNotFound
		}
		if !post.MayGive(auth.From(ctx), held[i].Role, held[i].Region) {
			return nil, errs.ErrDenied
		}
		if err := s.Ending.Publish(ctx, tx, EndingEvent{held[i]}); err != nil {
			return nil, err
		}
		n, err := endGrant.Run(ctx, tx, in.GrantID, tx.Now, auth.From(ctx).Account, in.Reason)
		if err == nil && n == 0 {
			err = errs.ErrStale
		}
		return held[i].detail(), err
	})
}

// target loads an account that the actor may treat: inside his region, not his own, and holding no post that he could not himself give.
func (s *Service) target(ctx context.Context, tx *db.Tx, id db.ID, perm auth.Perm) (accountRow, []Grant, error) {
	r, err := s.row(ctx, tx, id)
	if err != nil {
		return r, nil, err
	}
	if err := auth.Require(ctx, perm, View, auth.Place{Region: r.Region}); err != nil {
		return r, nil, err
	}
	if r.ID == auth.From(ctx).Account {
		return r, nil, errs.Deny("不能给自己办")
	}
	held, err := standing.All(ctx, tx, id, int64(clock.DayOf(tx.Now)))
	for _, g := range held {
		if err == nil && !post.Personal(g.Role) && !post.MayGive(auth.From(ctx), g.Role, g.Region) {
			err = errs.Deny("这个账号有您管不到的角色，请找上级安全管理员")
		}
	}
	return r, held, err
}

// treat does something to somebody else's account, ends its sessions and tells the trail why. It is no Change of a kind: nobody treats
// his own account, nor one that holds what he could not give.
func (s *Service) treat(ctx context.Context, op act.Op, change func(*db.Tx, accountRow, []Grant) (map[string]any, error)) (Nothing, error) {
	return treated(ctx, s, op, func(tx *db.Tx, r accountRow, held []Grant) (Nothing, map[string]any, error) {
		detail, err := change(tx, r, held)
		return Nothing{}, detail, err
	})
}

// treated is the same with a result, which a repeated request is answered with.
func treated[Out any](ctx context.Context, s *Service, op act.Op,
	change func(*db.Tx, accountRow, []Grant) (Out, map[string]any, error)) (none Out, err error) {
	asks := op.Check
	op.Check = func() error {
		if asks != nil {
			if err := asks(); err != nil {
				return err
			}
		}
		if strings.TrimSpace(op.Cause) == "" {
			return errs.Field("reason", "请写明原因")
		}
		return nil
	}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Out, err error) {
		r, held, err := s.target(ctx, tx, op.ID, op.Perm)
		if err != nil {
			return none, err
		}
		if out, op.Detail, err = change(tx, r, held); err != nil {
			return none, err
		}
		if err := s.shut(ctx, tx, r.ID); err != nil {
			return none, err
		}
		if err := s.acted(ctx, tx, op.Action, r, held); err != nil {
			return none, err
		}
		return out, note(ctx, tx, op, r.Account)
	})
}

// ReasonInput names an account and says why.
type ReasonInput struct {
	ID     db.ID  `path:"id"`
	Reason string `json:"reason" minLength:"1" maxLength:"200" doc:"原因"`
}

// Lock shuts an account until Unlock.
func (s *Service) Lock(ctx context.Context, in ReasonInput) (Nothing, error) {
	op := act.Op{Perm: Lock, Action: "account.lock", ID: in.ID, Cause: in.Reason}
	return s.treat(ctx, op, func(tx *db.Tx, r accountRow, _ []Grant) (map[string]any, error) {
		n, err := setState.Run(ctx, tx, r.ID, Active, Locked)
		if err == nil && n == 0 {
			err = errs.WrongState("账号已经停用")
		}
		return nil, err
	})
}

// Unlock opens it again, and forgets failed attempts.
func (s *Service) Unlock(ctx context.Context, in ReasonInput) (Nothing, error) {
	op := act.Op{Perm: Lock, Action: "account.unlock", ID: in.ID, Cause: in.Reason}
	return s.treat(ctx, op, func(tx *db.Tx, r accountRow, _ []Grant) (map[string]any, error) {
		if _, err := forgiveAll.Run(ctx, tx, r.ID); err != nil {
			return nil, err
		}
		_, err := setState.Run(ctx, tx, r.ID, Locked, Active)
		return nil, err
	})
}

// ResetInput gives an account a new initial password.
type ResetInput struct {
	ID       db.ID  `path:"id"`
	Password string `json:"password" required:"false" maxLength:"512" doc:"初始密码；不填由系统生成"`
	Reason   string `json:"reason" minLength:"1" maxLength:"200" doc:"原因，怎样核对的本人"`
}

// Initial is an initial password, told once.
type Initial struct {
	Account  Account `json:"account"`
	Password string  `json:"password"`
}

// ResetPassword gives an initial password that its owner must change within days. The second factor stays as it is.
func (s *Service) ResetPassword(ctx context.Context, in ResetInput) (Initial, error) {
	var hash string
	op := act.Op{Perm: Appoint, Action: "account.reset_password", ID: in.ID, Cause: in.Reason, Check: func() (err error) {
		hash, err = s.initialPassword(ctx, &in.Password)
		return err
	}}
	return treated(ctx, s, op, func(tx *db.Tx, r accountRow, _ []Grant) (Initial, map[string]any, error) {
		if _, err := forgiveAll.Run(ctx, tx, r.ID); err != nil {
			return Initial{}, nil, err
		}
		_, err := setPassword.Run(ctx, tx, r.ID, hash, initial())
		return Initial{Account: r.Account, Password: in.Password}, nil, err
	})
}

// initialPassword fills in a password where none is given, checks it and hashes it.
func (s *Service) initialPassword(ctx context.Context, given *string) (string, error) {
	if *given == "" {
		*given = password.New()
	}
	if err := password.Check("password", *given); err != nil {
		return "", err
	}
	return s.hasher.Hash(ctx, *given)
}

// ResetFactor removes authenticator and card of somebody who has lost them, after the person was recognised: he must enrol anew.
func (s *Service) ResetFactor(ctx context.Context, in ReasonInput) (Nothing, error) {
	op := act.Op{Perm: Appoint, Action: "account.reset_factor", ID: in.ID, Cause: in.Reason}
	return s.treat(ctx, op, func(tx *db.Tx, r accountRow, _ []Grant) (map[string]any, error) {
		if _, err := dropCard.Run(ctx, tx, r.ID); err != nil {
			return nil, err
		}
		_, err := dropTOTP.Run(ctx, tx, r.ID)
		return nil, err
	})
}

// PhoneInput gives an account its telephone number.
type PhoneInput struct {
	ID     db.ID  `path:"id"`
	Phone  string `json:"phone" minLength:"1" maxLength:"40" doc:"手机号"`
	Reason string `json:"reason" minLength:"1" maxLength:"200" doc:"原因，怎样核对的本人"`
}

// SetPhone changes the telephone to which codes go. Devices known until now are forgotten.
func (s *Service) SetPhone(ctx context.Context, in PhoneInput) (Nothing, error) {
	var phone string
	op := act.Op{Perm: Appoint, Action: "account.set_phone", ID: in.ID, Cause: in.Reason, Check: func() (err error) {
		phone, err = telephone.ParseMobile(in.Phone, s.demo)
		return err
	}}
	return s.treat(ctx, op, func(tx *db.Tx, r accountRow, _ []Grant) (map[string]any, error) {
		blind := s.blindOf(phone)
		if other, has, err := db.Found(byPhone.One(ctx, tx, blind)); err != nil || has && other.ID != r.ID {
			return nil, orField(err, "phone", "这个手机号已经有账号")
		}
		if _, err := forgetDevices.Run(ctx, tx, r.ID); err != nil {
			return nil, err
		}
		_, err := setPhone.Run(ctx, tx, r.ID, s.keys.SealText(phone, at("phone", r.ID)), blind)
		return nil, err
	})
}

// AddInput makes an account with its first role.
type AddInput struct {
	Login    string      `json:"login" minLength:"3" maxLength:"32" doc:"账号名"`
	Name     string      `json:"name" minLength:"1" maxLength:"80" doc:"姓名"`
	Phone    string      `json:"phone" required:"false" maxLength:"40" doc:"手机号"`
	Region   auth.Region `json:"region" required:"false" doc:"在哪里工作；不填就是角色所在地"`
	Password string      `json:"password" required:"false" maxLength:"512" doc:"初始密码；不填由系统生成"`
	Post
}

// Add makes an account with an initial password and its first role. The password is told once and must be changed at the first sign-in.
func (s *Service) Add(ctx context.Context, in AddInput) (Initial, error) {
	if in.Region == 0 {
		in.Region = in.Post.Region
	}
	var hash string
	op := act.Op{Perm: Appoint, Action: "account.create", Cause: in.Reason, Check: func() (err error) {
		if in.Password != "" {
			err = password.Check("password", in.Password, in.Login, in.Name, in.Phone)
		}
		if err == nil {
			hash, err = s.initialPassword(ctx, &in.Password)
		}
		return err
	}}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Initial, error) {
		if err := s.checkPost(ctx, tx, &in.Post); err != nil {
			return Initial{}, err
		}
		if auth.Require(ctx, Appoint, View, auth.Place{Region: in.Region}) != nil {
			return Initial{}, errs.Field("region", "这个地方不归您管")
		}
		a, err := s.Create(ctx, tx, NewAccount{Login: in.Login, Name: spelling.Name(in.Name), Phone: in.Phone, Region: in.Region,
			Password: hash, Initial: true})
		if err != nil {
			return Initial{}, err
		}
		e := ActedEvent{Account: a.ID, Kind: ActCreate, Role: in.Role, Region: in.Post.Region, Phone: in.Phone != ""}
		if err := s.Acted.Publish(ctx, tx, e); err != nil {
			return Initial{}, err
		}
		if err := note(ctx, tx, op, a); err != nil {
			return Initial{}, err
		}
		r, err := s.row(ctx, tx, a.ID)
		if err != nil {
			return Initial{}, err
		}
		_, err = s.appoint(ctx, tx, r, in.Post)
		return Initial{Account: a, Password: in.Password}, err
	})
}
