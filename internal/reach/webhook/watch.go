package webhook

import (
	"context"
	"strings"
	"time"

	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/format"
	"linli/internal/platform/notify"
)

// Permissions over the endpoints of others.
const (
	Watch auth.Perm = "webhook.watch" // who is called, by whom it was asked for, and how it goes; never a secret, nor what was sent
	Curb  auth.Perm = "webhook.curb"  // stops or removes one, with a reason that its owner is told
)

// lastTries is how many tries the administrator sees of each endpoint.
const lastTries = 5

// Watched is somebody's endpoint as administrators see it. Of its address only the host is told: the rest may hold a secret of its owner's.
type Watched struct {
	ID           db.ID         `json:"id"`
	Version      int64         `json:"version"`
	Name         string        `json:"name"`
	Owner        string        `json:"owner" doc:"谁登记的"`
	Place        auth.Region   `json:"place" doc:"他的账号在哪里"`
	URL          string        `json:"-"`
	Host         string        `json:"host" db:"-" doc:"送到哪台服务器；地址的其余部分不显示"`
	Types        setting.Codes `json:"types"`
	Region       auth.Region   `json:"region" doc:"公开的事只要这个地方的；0 为不限"`
	State        string        `json:"state" set:"webhook_endpoint.state"`
	Held         bool          `json:"held" doc:"管理员停的"`
	Reason       string        `json:"reason" doc:"为什么停了"`
	MadeAt       time.Time     `json:"made_at"`
	FailingSince *time.Time    `json:"failing_since" doc:"从什么时候起一条也没送到"`
	SentAt       *time.Time    `json:"sent_at" doc:"最近一次送到"`
	Waiting      int64         `json:"waiting" doc:"等着送的"`
	Failed       int64         `json:"failed" doc:"留着的 30 天里没送到、不再试的"`
	Last         []Attempt     `json:"last" db:"-" doc:"最近几次，新的在前"`
}

// WatchInput asks for the endpoints of others.
type WatchInput struct {
	State string `query:"state" set:"webhook_endpoint.state," maxLength:"10"`
	db.Paging
}

// WatchPage is a page of the endpoints of others.
type WatchPage struct {
	In WatchInput `json:"-"`
	db.Page[Watched]
}

// Watched lists the endpoints of all accounts of the actor's area, the newest first.
func (s *Service) Watched(ctx context.Context, in WatchInput) (WatchPage, error) {
	return act.Read(ctx, s.db, Watch, func(tx *db.Tx) (out WatchPage, err error) {
		out.In = in
		if out.Page, err = watchList.Page(ctx, tx, watchSearch{in, auth.ScopeOf(ctx, Watch)}, in.Paging); err != nil {
			return out, err
		}
		for i := range out.Items {
			if err := out.Items[i].fill(ctx, tx); err != nil {
				return out, err
			}
		}
		return out, nil
	})
}

// fill adds what is not in the row: the host and the last tries.
func (w *Watched) fill(ctx context.Context, tx *db.Tx) (err error) {
	w.Host, w.Last = Endpoint{URL: w.URL}.host(), []Attempt{}
	list, err := lastOf.All(ctx, tx, w.ID, lastTries)
	w.Last = append(w.Last, list...)
	return err
}

// CurbInput stops or removes somebody's endpoint.
type CurbInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200" doc:"原因，会告诉主人"`
}

func (in CurbInput) check() error {
	c := errs.Check{}
	c.That(strings.TrimSpace(in.Reason) != "", "reason", "请写明原因")
	return c.Err()
}

// Hold stops somebody's endpoint: what waits is dropped, and its owner cannot resume it until it is let go.
func (s *Service) Hold(ctx context.Context, in CurbInput) (Watched, error) {
	reason := strings.TrimSpace(in.Reason)
	op := act.Op{Perm: Curb, Action: "webhook.hold", ID: in.ID, Version: in.Version, Cause: reason, Check: in.check}
	return s.curb(ctx, op, func(tx *db.Tx, e *Endpoint) error {
		if e.Held {
			return errs.WrongState("已经由管理员停了")
		}
		e.State, e.Held, e.Reason = Stopped, true, reason
		if _, err := abandon.Run(ctx, tx, e.ID); err != nil {
			return err
		}
		return tellHolder(ctx, tx, *e, "管理员停了您的一个回调通知", reason+"。等着送的丢下了；管理员放开以前不能恢复。", page(e.ID))
	})
}

// LetGo gives a stopped endpoint back to its owner, who resumes it himself.
func (s *Service) LetGo(ctx context.Context, in TurnInput) (Watched, error) {
	op := act.Op{Perm: Curb, Action: "webhook.let_go", ID: in.ID, Version: in.Version}
	return s.curb(ctx, op, func(tx *db.Tx, e *Endpoint) error {
		if !e.Held {
			return errs.WrongState("不是管理员停的")
		}
		e.Held, e.Reason = false, "管理员停过，已经放开"
		return tellHolder(ctx, tx, *e, "管理员放开了您的一个回调通知", "可以自己恢复；停的这段时间的事不会补发。", page(e.ID))
	})
}

// curb changes an endpoint of somebody of the actor's area.
func (s *Service) curb(ctx context.Context, op act.Op, fn func(*db.Tx, *Endpoint) error) (Watched, error) {
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (w Watched, err error) {
		e, kind, err := s.theirs(ctx, tx, op)
		if err == nil {
			err = kind.Alter(ctx, tx, op, &e, fn)
		}
		if err == nil {
			w, err = watchedByID.Get(ctx, tx, e.ID)
		}
		if err != nil {
			return w, err
		}
		return w, w.fill(ctx, tx)
	})
}

// theirs loads an endpoint of somebody of the actor's area as it was seen, and the kind that writes its trail where its owner is.
func (s *Service) theirs(ctx context.Context, tx *db.Tx, op act.Op) (e Endpoint, kind act.Kind[Endpoint], err error) {
	w, err := watchedByID.Get(ctx, tx, op.ID)
	if err != nil {
		return e, kind, err
	}
	at := auth.Place{Region: w.Place}
	if err := auth.Require(ctx, op.Perm, Watch, at); err != nil {
		return e, kind, err
	}
	kind = s.kind
	kind.Place = func(Endpoint) auth.Place { return at }
	if e, err = endpoints.Get(ctx, tx, op.ID); err == nil && op.Version != e.Version {
		err = errs.ErrStale
	}
	return e, kind, err
}

// End removes somebody's endpoint with its secret and with what was sent.
func (s *Service) End(ctx context.Context, in CurbInput) (Removed, error) {
	reason := strings.TrimSpace(in.Reason)
	op := act.Op{Perm: Curb, Action: "webhook.end", ID: in.ID, Version: in.Version, Cause: reason, Check: in.check}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Removed, error) {
		e, kind, err := s.theirs(ctx, tx, op)
		if err != nil {
			return Removed{}, err
		}
		if err := take(ctx, tx, e.ID); err != nil {
			return Removed{}, err
		}
		if err := tellHolder(ctx, tx, e, "管理员删了您的一个回调通知", reason+"。", my); err != nil {
			return Removed{}, err
		}
		return Removed{e.ID}, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: kind.Object, ID: e.ID.String(),
			Region: kind.Place(e).Region, Cause: op.Cause, Detail: kind.Trail(e, e)})
	})
}

// tellHolder lets the owner of an endpoint know what became of it.
func tellHolder(ctx context.Context, tx *db.Tx, e Endpoint, title, text, link string) error {
	return notify.Send(ctx, tx, notify.Message{To: e.AccountID, Kind: "access", Title: title, Text: "“" + e.Name + "”：" + text, Link: link})
}

// fares says in words how an endpoint does.
func (w Watched) fares(ctx context.Context) (out []string) {
	if w.SentAt != nil {
		out = append(out, "最近送到："+clock.Words(ctx, *w.SentAt))
	} else {
		out = append(out, "还没有送到过")
	}
	if w.FailingSince != nil {
		out = append(out, clock.Words(ctx, *w.FailingSince)+"起一条也没送到")
	}
	if w.Waiting > 0 {
		out = append(out, format.Int(w.Waiting)+" 条等着送")
	}
	if w.Failed > 0 {
		out = append(out, format.Int(w.Failed)+" 条没送到、不再试")
	}
	return out
}

// asked are the types in words.
func (w Watched) asked() string { return strings.Join(typeLines(Endpoint{Types: w.Types}), "；") }

func (w Watched) version() string { return format.Int(w.Version) }
