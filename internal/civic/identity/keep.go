package identity

import (
	"context"
	"net/url"
	"strings"

	"linli/internal/civic/account"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
	"linli/internal/platform/spelling"
)

// Nothing is the input of an operation that needs none.
type Nothing struct{}

// Details are what may change of a provider.
type Details struct {
	Name     string `json:"name" minLength:"1" maxLength:"40" doc:"登录页上显示的名称"`
	ClientID string `json:"client_id" required:"false" maxLength:"200" doc:"在那边登记得到的客户端编号；还没有登记的先不填"`
	Secret   string `json:"client_secret" required:"false" maxLength:"500" doc:"客户端密钥，只写不读；改的时候不填就不变"`
	Scopes   string `json:"scopes" required:"false" maxLength:"200" doc:"openid 之外的范围，空格隔开，一般不填"`
	Anew     bool   `json:"anew" required:"false" doc:"每次都要在那边重新登录，公用的电脑要选上"`
	account.Again
}

// AddInput enters a provider.
type AddInput struct {
	Issuer string `json:"issuer" minLength:"1" maxLength:"300" doc:"签发者地址，与那边公布的一字不差"`
	Details
}

// Add enters a provider, switched off: so the address is known to which it is to send people back, and it can be told us as a client.
// Its published document is read first, so that a wrong address is told at once.
func (s *Service) Add(ctx context.Context, in AddInput) (Provider, error) {
	var use account.Proven
	p := Provider{Version: 1, Issuer: strings.TrimSpace(in.Issuer), State: Off}
	op := act.Op{Perm: Manage, Action: "identity.add", Check: func() (err error) {
		use, err = s.checked(ctx, in.put(&p), p, in.Again)
		return err
	}}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Provider, error) {
		if err := use(ctx, tx); err != nil {
			return p, err
		}
		if _, known, err := db.Found(byIssuer.One(ctx, tx, p.Issuer)); err != nil || known {
			return p, orField(err, "issuer", "这个签发者已经登记过")
		}
		p.ID, p.MadeAt = tx.NewID(), tx.Now
		p.Secret = s.keys.SealText(in.Secret, secretOf(p.ID))
		return p, s.kind.Enter(ctx, tx, op, &p)
	})
}

// ChangeInput changes a provider.
type ChangeInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version"`
	Details
}

// Change changes a provider. Its issuer stays what it is: another issuer is another provider.
func (s *Service) Change(ctx context.Context, in ChangeInput) (Provider, error) {
	var use account.Proven
	op := act.Op{Perm: Manage, Action: "identity.change", ID: in.ID, Version: in.Version, Check: func() error {
		p, err := s.Get(ctx, GetInput{in.ID})
		if err == nil {
			err = in.put(&p)
		}
		use, err = s.checked(ctx, err, p, in.Again)
		return err
	}}
	return s.kind.Change(ctx, s.db, op, func(tx *db.Tx, now *Provider) error {
		if err := use(ctx, tx); err != nil {
			return err
		}
		if in.Secret != "" {
			now.Secret = s.keys.SealText(in.Secret, secretOf(now.ID))
		}
		return in.put(now)
	})
}

// SwitchInput lets people sign in through a provider, or no longer.
type SwitchInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version"`
	State   string `json:"state" set:"identity_provider.state"`
	account.Again
}

// Switch switches a provider on or off. What people have linked stays.
func (s *Service) Switch(ctx context.Context, in SwitchInput) (Provider, error) {
	var use account.Proven
	op := act.Op{Perm: Manage, Action: "identity.switch", ID: in.ID, Version: in.Version, Check: func() error {
		p, err := s.Get(ctx, GetInput{in.ID})
		if err == nil && in.State == Off { // what does not answer any more can be switched off
			if err = auth.Require(ctx, Manage, View, everywhere); err == nil {
				use, err = s.accounts.Prove(ctx, in.Again)
			}
			return err
		}
		use, err = s.checked(ctx, err, p, in.Again)
		return err
	}}
	return s.kind.Change(ctx, s.db, op, func(tx *db.Tx, now *Provider) error {
		if now.State == in.State {
			return errs.WrongState("已经是“" + states.Word(in.State) + "”")
		}
		if in.State == On && (now.ClientID == "" || now.Secret == nil) {
			return errs.WrongState("先把回调地址登记给对方，再填上对方给的客户端编号和密钥")
		}
		now.State = in.State
		return use(ctx, tx)
	})
}

// checked asks, after what was found wrong with the input, the provider whether it is what it was entered as, and the actor whether he is
// who he is: last, for a right password that nothing comes of counts as a try.
func (s *Service) checked(ctx context.Context, err error, p Provider, again account.Again) (account.Proven, error) {
	if err == nil {
		err = auth.Require(ctx, Manage, View, everywhere)
	}
	if err == nil {
		_, err = s.read(ctx, p.Issuer)
	}
	if err != nil {
		return nil, err
	}
	return s.accounts.Prove(ctx, again)
}

// put puts details into a provider.
func (in Details) put(p *Provider) error {
	c := errs.Check{}
	p.Name, p.ClientID, p.Anew = spelling.Name(in.Name), strings.TrimSpace(in.ClientID), in.Anew
	c.That(p.Name != "", "name", "请填登录页上显示的名称")
	c.That(p.ClientID != "" || p.State == Off, "client_id", "正在用的不能没有客户端编号，先停用")
	p.Scopes = strings.Join(strings.Fields(in.Scopes), " ")
	c.That(!strings.ContainsFunc(p.Scopes, func(r rune) bool { return r <= ' ' && r != ' ' || r == '"' || r == '\\' || r > '~' }), "scopes",
		"范围是英文词，用空格隔开")
	return c.Err()
}

// address reads an address that a provider names. It is asked under encryption, but for a host of an inner network that is named by its
// number.
func (s *Service) address(text string) (*url.URL, bool) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" {
		return nil, false
	}
	return u, u.Scheme == "https" || u.Scheme == "http" && s.guard.Plain(u)
}

func secretOf(id db.ID) string { return seal.At("identity_provider", "secret", int64(id)) }

func orField(err error, field, msg string) error {
	if err == nil {
		err = errs.Field(field, msg)
	}
	return err
}

// GetInput names a provider.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Get gives one provider, for whoever may see which there are; its secret never.
func (s *Service) Get(ctx context.Context, in GetInput) (Provider, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (Provider, error) { return providers.Get(ctx, tx, in.ID) })
}

// Listing is the list of providers, which is never cut.
type Listing struct {
	Items []Provider `json:"items"`
}

// List lists all providers.
func (s *Service) List(ctx context.Context, _ Nothing) (out Listing, err error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (Listing, error) {
		out.Items, err = all.All(ctx, tx)
		return out, err
	})
}
