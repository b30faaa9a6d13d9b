package webhook

import (
	"context"
	"slices"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/reach/access"
)

// Facts are what an owner says of an endpoint.
type Facts struct {
	Name   string      `json:"name" minLength:"1" maxLength:"40" doc:"给哪个程序"`
	URL    string      `json:"url" minLength:"9" maxLength:"500" doc:"https 地址"`
	Types  []string    `json:"types" set:"type_of_webhook" minItems:"1" maxItems:"20" doc:"哪些事"`
	KeyID  db.ID       `json:"key_id" doc:"凭自己的哪把接口钥匙"`
	Region auth.Region `json:"region" required:"false" doc:"公开的事只要这个地方的；不填为不限"`
}

// check judges what is said without looking into the database. The address is judged again at each call.
func (s *Service) check(ctx context.Context, in Facts) func() error {
	return func() error {
		c := errs.Check{}
		c.That(strings.TrimSpace(in.Name) != "", "name", "请写明给哪个程序")
		c.That(len(in.Types) > 0, "types", "至少选一样")
		if err := c.Err(); err != nil {
			return err
		}
		return s.out.Check(ctx, "url", in.URL)
	}
}

// take puts what is said into an endpoint, as far as its key reads it.
func (in Facts) take(ctx context.Context, tx *db.Tx, e *Endpoint) error {
	keys, err := access.Running(ctx, tx, e.AccountID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(keys, func(k access.Key) bool { return k.ID == in.KeyID })
	if i < 0 {
		return errs.Field("key_id", "选一把自己在用的接口钥匙")
	}
	if !readable(keys[i], in.Types) {
		return errs.Field("types", "“我的”要一把能读“我的服务记录、证明和时间账户”的钥匙")
	}
	if in.Region != 0 {
		_, err := region.Get(ctx, tx, in.Region)
		if errs.KindOf(err) == errs.NotFound {
			err = errs.Field("region", "没有这个地方")
		}
		if err != nil {
			return err
		}
	}
	asked := slices.Sorted(slices.Values(in.Types))
	e.Name, e.URL, e.KeyID, e.Region, e.Types = strings.TrimSpace(in.Name), in.URL, in.KeyID, in.Region, slices.Compact(asked)
	return nil
}

// AddInput registers an endpoint.
type AddInput struct{ Facts }

// Made is an endpoint with its secret, which is not shown again.
type Made struct {
	Endpoint
	Shared string `json:"secret" doc:"验 v1 签名的密钥，whsec_ 开头，只给这一次；同一个请求再来一次时为空"`
}

// Add registers an endpoint of the actor's own.
func (s *Service) Add(ctx context.Context, in AddInput) (Made, error) {
	op := act.Op{Perm: Own, Action: "webhook.add", Check: s.check(ctx, in.Facts)}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Made, error) { return s.add(ctx, tx, op, in) })
}

func (s *Service) add(ctx context.Context, tx *db.Tx, op act.Op, in AddInput) (out Made, err error) {
	me, key := auth.From(ctx).Account, newSecret()
	if _, err := hold.One(ctx, tx, me); err != nil { // two at once count one another
		return out, err
	}
	n, err := held.One(ctx, tx, me)
	if err == nil && n >= MaxEndpoints {
		err = errs.WrongState("已经有 5 个通知地址，先删掉不用的")
	}
	if err != nil {
		return out, err
	}
	e := Endpoint{ID: tx.NewID(), Version: 1, AccountID: me, PublicKey: key.public(), State: Active, MadeAt: tx.Now}
	e.Secret = s.seal("secret", e.ID, key)
	if err := in.take(ctx, tx, &e); err != nil {
		return out, err
	}
	if err := s.kind.Enter(ctx, tx, op, &e); err != nil {
		return out, err
	}
	return Made{e, key.shared()}, lines.Insert(ctx, tx, line{EndpointID: e.ID, BusyUntil: long, TriedAt: long})
}

// EditInput changes an endpoint.
type EditInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version"`
	Facts
}

// Edit changes what is called, when and by which key. One that was stopped stays so until it is resumed.
func (s *Service) Edit(ctx context.Context, in EditInput) (Endpoint, error) {
	op := act.Op{Perm: Own, Action: "webhook.edit", ID: in.ID, Version: in.Version, Check: s.check(ctx, in.Facts)}
	return s.change(ctx, op, func(tx *db.Tx, e *Endpoint) error { return in.take(ctx, tx, e) })
}

// TurnInput names an endpoint as it was seen.
type TurnInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version"`
}

// Rotate gives an endpoint a new secret and a new key pair. For a day the old ones sign along.
func (s *Service) Rotate(ctx context.Context, in TurnInput) (Made, error) {
	op := act.Op{Perm: Own, Action: "webhook.rotate", ID: in.ID, Version: in.Version}
	key := newSecret()
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Made, err error) {
		out.Shared = key.shared()
		out.Endpoint, err = s.alter(ctx, tx, op, func(tx *db.Tx, e *Endpoint) error {
			old, err := s.open("secret", e.ID, e.Secret)
			if err != nil {
				return err
			}
			until := tx.Now.Add(Overlap)
			e.Secret, e.OldSecret, e.OldUntil, e.PublicKey = s.seal("secret", e.ID, key), s.seal("old_secret", e.ID, old), &until, key.public()
			return nil
		})
		return out, err
	})
}

// Pause ends the calls of an endpoint until it is resumed. What happens meanwhile is not told afterwards; what was waiting goes on waiting.
func (s *Service) Pause(ctx context.Context, in TurnInput) (Endpoint, error) {
	op := act.Op{Perm: Own, Action: "webhook.pause", ID: in.ID, Version: in.Version, From: []string{Active}}
	return s.change(ctx, op, func(_ *db.Tx, e *Endpoint) error {
		e.State = Paused
		return nil
	})
}

// Resume takes an endpoint that was paused or stopped into use again, if its key can be used.
func (s *Service) Resume(ctx context.Context, in TurnInput) (Endpoint, error) {
	op := act.Op{Perm: Own, Action: "webhook.resume", ID: in.ID, Version: in.Version, From: []string{Paused, Stopped}}
	return s.change(ctx, op, func(tx *db.Tx, e *Endpoint) error {
		if e.Held {
			return errs.WrongState("管理员停的，要管理员放开才能恢复")
		}
		_, err := access.Holder(ctx, tx, e.KeyID)
		if errs.KindOf(err) == errs.Unauthenticated {
			err = errs.WrongState("接口钥匙现在不能用，先换一把")
		}
		if err != nil {
			return err
		}
		e.State, e.Reason = Active, ""
		_, err = heal.Run(ctx, tx, e.ID)
		return err
	})
}

// GetInput names an endpoint.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Removed names what was removed.
type Removed struct {
	ID db.ID `json:"id"`
}

// Remove takes an endpoint away with its secret and with what was sent.
func (s *Service) Remove(ctx context.Context, in GetInput) (Removed, error) {
	op := act.Op{Perm: Own, Action: "webhook.remove", ID: in.ID}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Removed, error) {
		e, err := mine(ctx, tx, in.ID)
		if err != nil {
			return Removed{}, err
		}
		if err := take(ctx, tx, e.ID); err != nil {
			return Removed{}, err
		}
		return Removed{e.ID}, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: s.kind.Object, ID: e.ID.String(),
			Detail: map[string]any{"host": e.host()}})
	})
}

// take removes an endpoint and all that hangs on it.
func take(ctx context.Context, tx *db.Tx, id db.ID) error {
	if _, err := holdEndpoint.All(ctx, tx, id); err != nil {
		return err
	}
	for _, c := range []*db.Command{dropAttempts, dropDeliveries, dropLine, drop} {
		if _, err := c.Run(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

// change changes an endpoint of the actor's own.
func (s *Service) change(ctx context.Context, op act.Op, fn func(*db.Tx, *Endpoint) error) (Endpoint, error) {
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Endpoint, error) { return s.alter(ctx, tx, op, fn) })
}

func (s *Service) alter(ctx context.Context, tx *db.Tx, op act.Op, fn func(*db.Tx, *Endpoint) error) (Endpoint, error) {
	e, err := mine(ctx, tx, op.ID)
	switch {
	case err != nil:
	case op.Version != 0 && op.Version != e.Version:
		err = errs.ErrStale
	case len(op.From) > 0 && !slices.Contains(op.From, e.State):
		err = errs.WrongState("现在是“" + states.Word(e.State) + "”，不能这样办")
	default:
		err = s.kind.Alter(ctx, tx, op, &e, fn)
	}
	return e, err
}

// Test sends a message that tells of nothing, once, in the way of all others.
func (s *Service) Test(ctx context.Context, in GetInput) (Delivery, error) {
	op := act.Op{Perm: Own, Action: "webhook.test", ID: in.ID}
	return s.queue(ctx, op, func(tx *db.Tx, e Endpoint) (Delivery, error) {
		d := Delivery{MessageID: tx.NewID(), EndpointID: e.ID, Type: Test, ObjectID: e.ID, At: tx.Now, State: Waits, DueAt: tx.Now}
		return d, deliveries.Insert(ctx, tx, d)
	})
}

// ResendInput names a message of an endpoint.
type ResendInput struct {
	ID        db.ID `path:"id"`
	MessageID db.ID `json:"message_id"`
}

// Resend sends a message once more, under its old id and with all its tries.
func (s *Service) Resend(ctx context.Context, in ResendInput) (Delivery, error) {
	op := act.Op{Perm: Own, Action: "webhook.resend", ID: in.ID}
	return s.queue(ctx, op, func(tx *db.Tx, e Endpoint) (Delivery, error) {
		d, err := theirs.Get(ctx, tx, e.ID, in.MessageID)
		if err != nil {
			return d, err
		}
		if d.State == Waits {
			return d, errs.WrongState("这条还等着送")
		}
		if !e.asks(d.Type) {
			return d, errs.WrongState("这个通知现在不要这种事")
		}
		d.State, d.Tries, d.DueAt = Waits, 0, tx.Now
		return d, deliveries.Update(ctx, tx, &d)
	})
}

// queue leaves a message for an endpoint of the actor's own that is in use.
func (s *Service) queue(ctx context.Context, op act.Op, fn func(*db.Tx, Endpoint) (Delivery, error)) (Delivery, error) {
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (d Delivery, err error) {
		e, err := mine(ctx, tx, op.ID)
		if err == nil && e.State != Active {
			err = errs.WrongState("现在是“" + states.Word(e.State) + "”，先恢复")
		}
		if err == nil {
			d, err = fn(tx, e)
		}
		if err == nil {
			err = wake(ctx, tx)
		}
		if err != nil {
			return d, err
		}
		return d, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: s.kind.Object, ID: e.ID.String(),
			Detail: map[string]any{"message": d.MessageID}})
	})
}
