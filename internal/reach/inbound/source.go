package inbound

import (
	"context"
	"encoding/base64"
	"regexp"
	"strings"

	"linli/internal/civic/proof"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// RegisterInput enters who may send.
type RegisterInput struct {
	Platform     string      `json:"platform" set:"inbound_source.platform" maxLength:"12"`
	Name         string      `json:"name" minLength:"1" maxLength:"80" doc:"平台或者单位的名称"`
	Installation string      `json:"installation" minLength:"1" maxLength:"64" doc:"对方的系统编号：对方批次开头的 installation"`
	Region       auth.Region `json:"region" required:"false" doc:"给哪个地区的；不填就是自己的"`
}

var installationForm = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._:-]{0,63}$`)

func (in RegisterInput) check() error {
	c := errs.Check{}
	c.That(Platforms.Has(in.Platform), "platform", "没有这个平台")
	c.That(strings.TrimSpace(in.Name) != "", "name", "请填写名称")
	c.That(installationForm.MatchString(in.Installation), "installation", "系统编号是 1–64 个字母、数字和 . _ : -")
	return c.Err()
}

// Register enters a source for a division. Nothing of it is taken before one of its keys is compared by a second person.
func (s *Service) Register(ctx context.Context, in RegisterInput) (SourceDetail, error) {
	if in.Region == 0 {
		in.Region = seat(ctx)
	}
	op := act.Op{Perm: Take, Action: "inbound.register", Check: in.check}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out SourceDetail, err error) {
		if err := auth.Require(ctx, Take, Take, auth.Place{Region: in.Region}); err != nil {
			return out, err
		}
		_, twice, err := db.Found(sourceOf.One(ctx, tx, in.Region, in.Installation))
		if err == nil && twice {
			err = errs.Field("installation", "这个系统编号登记过了")
		}
		if err != nil {
			return out, err
		}
		me := auth.From(ctx)
		src := Source{ID: tx.NewID(), Version: 1, Region: in.Region, Platform: in.Platform, Name: strings.TrimSpace(in.Name),
			Installation: in.Installation, State: "open", ByID: me.Account, ByName: me.Name, MadeAt: tx.Now}
		if err := s.sources.Enter(ctx, tx, op, &src); err != nil {
			return out, err
		}
		return sourceDetail(ctx, tx, src)
	})
}

// CloseInput stops or takes up again what comes from a source.
type CloseInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version"`
	Open    bool  `json:"open" required:"false"`
}

// Close stops a source, or takes it up again.
func (s *Service) Close(ctx context.Context, in CloseInput) (SourceDetail, error) {
	from, to := "open", "closed"
	if in.Open {
		from, to = to, from
	}
	op := act.Op{Perm: Take, Action: "inbound.close", ID: in.ID, Version: in.Version, From: []string{from}}
	return act.ChangeTo(ctx, s.db, &s.sources, op, func(_ *db.Tx, x *Source) error {
		x.State = to
		return nil
	}, func(tx *db.Tx, x Source) (SourceDetail, error) { return sourceDetail(ctx, tx, x) })
}

// KeyInput enters a public key of a source.
type KeyInput struct {
	ID        db.ID     `path:"id"`
	PublicKey string    `json:"public_key" minLength:"1" maxLength:"60" doc:"32 字节 Ed25519 公钥的 base64"`
	From      clock.Day `json:"from" doc:"从哪天起用"`
	Until     clock.Day `json:"until" doc:"用到哪天"`
}

func (in KeyInput) check() error {
	c := errs.Check{}
	raw, err := base64.StdEncoding.Strict().DecodeString(in.PublicKey)
	c.That(err == nil && len(raw) == 32, "public_key", "公钥要是 32 字节的 base64，44 个字符")
	c.That(in.From != 0, "from", "请填写从哪天起")
	c.That(in.Until >= in.From, "until", "止要不早于起")
	return c.Err()
}

// AddKey enters a key; it holds when somebody else has compared it.
func (s *Service) AddKey(ctx context.Context, in KeyInput) (SourceDetail, error) {
	op := act.Op{Perm: Take, Action: "inbound.add_key", Check: in.check}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out SourceDetail, err error) {
		src, err := sourceTable.Get(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, Take, View, src.place())
		}
		if err != nil {
			return out, err
		}
		n, err := keyTwice.One(ctx, tx, src.ID, in.PublicKey)
		if err == nil && n > 0 {
			err = errs.Field("public_key", "这把公钥登记过了")
		}
		if err != nil {
			return out, err
		}
		me := auth.From(ctx)
		k := Key{ID: tx.NewID(), Version: 1, SourceID: src.ID, Region: src.Region, PublicKey: in.PublicKey, FromDay: in.From, UntilDay: in.Until,
			State: "entered", ByID: me.Account, ByName: me.Name, MadeAt: tx.Now}
		if err := s.signers.Enter(ctx, tx, op, &k); err != nil {
			return out, err
		}
		return sourceDetail(ctx, tx, src)
	})
}

// ofKey shows the source of a key.
func ofKey(ctx context.Context) func(*db.Tx, Key) (SourceDetail, error) {
	return func(tx *db.Tx, k Key) (out SourceDetail, err error) {
		src, err := sourceTable.Get(ctx, tx, k.SourceID)
		if err != nil {
			return out, err
		}
		return sourceDetail(ctx, tx, src)
	}
}

// ConfirmInput is a second person's word on a key.
type ConfirmInput struct {
	ID       db.ID  `path:"id"`
	Version  int64  `json:"version"`
	Decision string `json:"decision" enum:"confirm,refuse" maxLength:"8"`
	Reason   string `json:"reason" required:"false" maxLength:"200"`
}

// ConfirmKey says that a second person, who is independent of who entered the key, has compared its fingerprint with its owner on the
// telephone, or that it was another.
func (s *Service) ConfirmKey(ctx context.Context, in ConfirmInput) (SourceDetail, error) {
	op := act.Op{Perm: Take, Action: "inbound.confirm_key", ID: in.ID, Version: in.Version, From: []string{"entered"}, Cause: in.Reason,
		Check: func() error {
			c := errs.Check{}
			c.That(in.Decision == "confirm" || strings.TrimSpace(in.Reason) != "", "reason", "不通过要写明原因")
			return c.Err()
		}}
	return act.ChangeTo(ctx, s.db, &s.signers, op, func(tx *db.Tx, k *Key) error {
		if err := s.second(ctx, tx, k.ByID); err != nil {
			return err
		}
		me := auth.From(ctx)
		k.State, k.SecondID, k.SecondName, k.DecidedAt, k.Reason = "confirmed", me.Account, me.Name, &tx.Now, in.Reason
		if in.Decision == "refuse" {
			k.State = refused
		}
		return nil
	}, ofKey(ctx))
}

// second refuses, in words, who is not independent of those who had a hand before.
func (s *Service) second(ctx context.Context, tx *db.Tx, before ...db.ID) error {
	why, err := proof.Apart(ctx, tx, s.persons, before...)
	if err == nil && why != "" {
		err = errs.Deny(why)
	}
	return err
}

// EndInput ends a key.
type EndInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200" doc:"为什么停用"`
}

// EndKey takes nothing more that a key has signed: it was lost, or replaced. One person does it, at once.
func (s *Service) EndKey(ctx context.Context, in EndInput) (SourceDetail, error) {
	op := act.Op{Perm: Take, Action: "inbound.end_key", ID: in.ID, Version: in.Version, From: []string{"entered", "confirmed"},
		Cause: in.Reason, Check: func() error {
			c := errs.Check{}
			c.That(strings.TrimSpace(in.Reason) != "", "reason", "请写明为什么停用")
			return c.Err()
		}}
	return act.ChangeTo(ctx, s.db, &s.signers, op, func(tx *db.Tx, k *Key) error {
		k.State, k.DecidedAt, k.Reason = "ended", &tx.Now, in.Reason
		return nil
	}, ofKey(ctx))
}
