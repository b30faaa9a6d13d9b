// Package webhook calls the programs of others when something happened that a key of access of theirs can read (回调通知), by the
// names of Standard Webhooks. A call is thin: what happened to which thing, and where it is read; the receiver reads it by the key. A
// message is kept in the transaction of what happened and sent at least once, under one id, signed by HMAC and by Ed25519.
//
// Nouns: endpoint (where is called), delivery (one message to one endpoint), attempt, line (lease and health of an endpoint).
// Verbs: add, edit, rotate, pause, resume, test, resend, remove; of administrators: hold, let go, end; and what the program does: tell,
// send, stop, sweep.
package webhook

import (
	"context"
	"strings"
	"sync"
	"time"

	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/outward"
	"linli/internal/platform/seal"
	"linli/internal/platform/set"
)

// Own is the permission over one's own endpoints.
const Own auth.Perm = "webhook.own"

// Limits, this system's own conventions.
const (
	MaxEndpoints = 5                  // of an account
	KeepDays     = 30                 // what was sent, and how
	Overlap      = 24 * time.Hour     // an old secret signs along after it was exchanged
	Patience     = 3 * 24 * time.Hour // an endpoint that takes nothing for so long is stopped
)

// States of an endpoint.
const (
	Active  = "active"
	Paused  = "paused"  // by its owner
	Stopped = "stopped" // by the program, for a reason
)

// States of a delivery.
const (
	Waits     = "waits"
	Delivered = "delivered"
	Failed    = "failed"
	Dropped   = "dropped" // its endpoint was stopped meanwhile, or asks for it no more
)

var (
	states = set.New("webhook_endpoint.state", set.Row{Active, "在用", "done"}, set.Row{Paused, "暂停了", "wait"},
		set.Row{Stopped, "停了", "alarm"})
	deliveryStates = set.New("webhook_delivery.state", set.Row{Waits, "等着送", "wait"}, set.Row{Delivered, "送到了", "done"},
		set.Row{Failed, "没送到，不再试", "alarm"}, set.Row{Dropped, "停了或者不要了，丢下了"})
	outcomes = set.New("webhook_attempt.outcome", set.Row{outward.OK, "收下了", "done"}, set.Row{outward.Status, "对方回了错误", "alarm"},
		set.Row{outward.Gone, "对方说不再要了", "alarm"}, set.Row{outward.Redirect, "对方要转到别处，没有跟去", "alarm"},
		set.Row{outward.Timeout, "过了时限没有回答", "alarm"}, set.Row{outward.Unreachable, "连不上", "alarm"},
		set.Row{outward.TLS, "身份验不过", "alarm"}, set.Row{outward.Refused, "地址不许连", "alarm"})
)

// Endpoint is an address that is called. Its secret is shown when it is made; what is kept of it is sealed.
type Endpoint struct {
	ID        db.ID         `json:"id"`
	Version   int64         `json:"version"`
	AccountID db.ID         `json:"-" db:",once"`
	KeyID     db.ID         `json:"key_id" doc:"凭哪把接口钥匙：钥匙作废、到期，通知就停"`
	Name      string        `json:"name"`
	URL       string        `json:"url"`
	Types     setting.Codes `json:"types"`
	Region    auth.Region   `json:"region" doc:"公开的事只要这个地方的；0 为不限"`
	PublicKey string        `json:"public_key" doc:"验 v1a 签名的公钥，whpk_ 开头"`
	Secret    []byte        `json:"-"`
	OldSecret []byte        `json:"-"`
	OldUntil  *time.Time    `json:"old_secret_until" doc:"换下的密钥还一起签到什么时候"`
	State     string        `json:"state" set:"webhook_endpoint.state"`
	Reason    string        `json:"reason" doc:"为什么停了"`
	Held      bool          `json:"held" doc:"管理员停的，放开以前不能恢复"`
	MadeAt    time.Time     `json:"made_at" db:",once"`
}

// Delivery is one message on its way to one endpoint.
type Delivery struct {
	MessageID  db.ID     `json:"message_id" db:",once"`
	EndpointID db.ID     `json:"-" db:",once"`
	Type       string    `json:"type" db:",once"`
	ObjectID   db.ID     `json:"object_id" db:",once"`
	At         time.Time `json:"at" db:",once"`
	State      string    `json:"state" set:"webhook_delivery.state"`
	Tries      int64     `json:"tries"`
	DueAt      time.Time `json:"due_at" doc:"等着送的：什么时候再试"`
}

// Attempt is one try. Nothing of the answer is kept but its status.
type Attempt struct {
	ID         db.ID     `json:"-"`
	EndpointID db.ID     `json:"-"`
	MessageID  db.ID     `json:"-"`
	At         time.Time `json:"at"`
	Outcome    string    `json:"outcome" set:"webhook_attempt.outcome"`
	Status     int64     `json:"status" doc:"对方回的状态码；没有回答为 0"`
	Millis     int64     `json:"milliseconds"`
}

// line is the lease and the health of an endpoint. Its times are the machine's but for those of its health.
type line struct {
	EndpointID   db.ID
	BusyUntil    time.Time
	Run          db.ID
	TriedAt      time.Time
	FailingSince *time.Time
	SentAt       *time.Time
}

// Service holds the operations and does the sending.
type Service struct {
	db     *db.DB
	seals  *seal.Keys
	out    *outward.Caller
	kind   act.Kind[Endpoint]
	atWork sync.Mutex // held while this process sends
}

// New makes the service.
func New(d *db.DB, keys *seal.Keys, out *outward.Caller) *Service {
	return &Service{db: d, seals: keys, out: out, kind: act.Kind[Endpoint]{Object: "webhook_endpoint", View: Own, Table: endpoints, Lock: true,
		Place: func(Endpoint) auth.Place { return auth.Place{} },
		State: func(e Endpoint) string { return e.State }, Word: states.Word,
		Trail: func(_, now Endpoint) map[string]any {
			return map[string]any{"account": now.AccountID, "key": now.KeyID, "types": strings.Join(now.Types, " "), "host": now.host(),
				"state": now.State}
		}}}
}

// mine loads an endpoint of the actor's own; to anybody else there is none.
func mine(ctx context.Context, tx *db.Tx, id db.ID) (Endpoint, error) {
	e, found, err := db.Found(ofOwner.One(ctx, tx, id, auth.From(ctx).Account))
	if err == nil && !found {
		err = errs.ErrNotFound
	}
	return e, err
}
