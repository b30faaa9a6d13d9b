package notify

import (
	"context"
	"strings"
	"time"

	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/job"
	"linli/internal/platform/set"
)

// Why a message ended unsent.
const (
	FaultNone    = "none"    // nobody has an address or a gateway
	FaultRefused = "refused" // the gateway does not take it
	FaultUnclear = "unclear" // nobody knows whether it went
	FaultLate    = "late"    // it was of no use any more
)

// What is told of an outgoing message.
const (
	stateWaiting   = "waiting"
	stateSent      = "sent"
	stateDelivered = "delivered"
	stateFailed    = "undelivered"
)

// receiptOK is what a gateway says of a message that has arrived.
const receiptOK = "DELIVRD"

// States are the states of an outgoing message, as they are told.
var States = set.New("state_of_sent",
	set.Row{stateWaiting, "等着发", "wait"}, set.Row{stateSent, "已交给服务商", "sent"}, set.Row{stateDelivered, "已送到", "done"},
	set.Row{stateFailed, "没送到", "alarm"}, set.Row{FaultRefused, "被退回", "alarm"}, set.Row{FaultUnclear, "不清楚发没发", "ask"},
	set.Row{FaultLate, "过了时候没再发", ""}, set.Row{FaultNone, "没有发", ""})

// Ways are the ways out.
var Ways = set.New("way_of_sent", set.Row{"http", "短信：HTTP 网关"}, set.Row{"aliyun", "短信：阿里云"}, set.Row{"tencent", "短信：腾讯云"},
	set.Row{"cmpp", "短信：移动 CMPP 2.0"}, set.Row{"mail", "邮件"}, set.Row{"folder", "只写进文件夹"})

// Sent is one message that left the system, or is to: never its words.
type Sent struct {
	ID        db.ID      `json:"id"`
	Channel   string     `json:"channel"`
	Way       string     `json:"way" doc:"走哪条路"`
	Kind      string     `json:"kind" doc:"哪类消息"`
	Recipient string     `json:"recipient" doc:"给谁，遮盖过"`
	At        time.Time  `json:"at"`
	EndedAt   *time.Time `json:"ended_at"`
	Tries     int64      `json:"tries"`
	Reason    string     `json:"reason" doc:"上一次为什么没发出去"`
	State     string     `json:"state"`
	Again     bool       `json:"again" doc:"可以再发一次"`
}

const (
	told = `CASE WHEN o.fault <> '' THEN o.fault WHEN o.receipt = '` + receiptOK + `' THEN 'delivered' WHEN o.receipt <> '' THEN 'undelivered'
		ELSE o.state END`
	againIf     = `o.notice_id IS NOT NULL AND o.fault = 'refused'`
	sentColumns = `o.id, o.channel, o.way, o.kind, o.recipient, o.at, o.ended_at, o.tries,
		CASE WHEN o.receipt NOT IN ('', '` + receiptOK + `') THEN o.receipt ELSE o.reason END AS reason, ` + told + ` AS state,
		CASE WHEN ` + againIf + ` THEN 1 ELSE 0 END = 1 AS again`
)

// SentInput narrows the outgoing messages.
type SentInput struct {
	State string    `query:"state" set:"state_of_sent," maxLength:"12" doc:"状态"`
	Way   string    `query:"way" set:"way_of_sent," maxLength:"10" doc:"走哪条路"`
	Kind  string    `query:"kind" required:"false" maxLength:"40" doc:"哪类消息"`
	Day   clock.Day `query:"day" required:"false" doc:"哪一天"`
	db.Paging
}

var outgoing = db.ListOf(func(b *db.Builder, in SentInput) {
	b.Add(`SELECT `+sentColumns+` FROM notify_outbox o WHERE 1 = 1`).
		If(in.State != "", ` AND `+told+` = ?`, in.State).
		If(in.Way != "", ` AND o.way = ?`, in.Way).
		If(in.Kind != "", ` AND o.kind = ?`, in.Kind)
	if in.Day != 0 {
		b.Add(` AND o.at >= ? AND o.at < ?`, in.Day.Time(), in.Day.AddDays(1).Time())
	}
}, func(SentInput) db.Order[Sent] {
	return db.Order[Sent]{By: "o.id", Down: true, Key: func(s Sent) []any { return []any{s.ID} }}
})

// Outgoing gives messages that left the system, the newest first: a month of them.
func Outgoing(ctx context.Context, tx *db.Tx, in SentInput) (db.Page[Sent], error) {
	return outgoing.Page(ctx, tx, in, in.Paging)
}

var (
	sentByID = db.Query[Sent](`SELECT ` + sentColumns + ` FROM notify_outbox o WHERE o.id = $1`)
	kindsOf  = db.Query[string](`SELECT DISTINCT kind FROM notify_outbox ORDER BY kind LIMIT 100`)
	revive   = db.SQL(`UPDATE notify_outbox SET state = 'waiting', fault = '', ended_at = NULL WHERE id IN (SELECT o.id FROM notify_outbox o
		WHERE o.id = $1 AND ` + againIf + `)`)
)

// KindsSent are the kinds of message that there are.
func KindsSent(ctx context.Context, tx *db.Tx) ([]string, error) { return kindsOf.All(ctx, tx) }

// FreshFor is how long a refused message may be sent once more: its news grows old.
const FreshFor = 3 * 24 * time.Hour

// Again sends a message that a gateway refused once more. What may have gone out is never sent again by hand, and a code is asked for by
// who needs it.
func Again(ctx context.Context, tx *db.Tx, id db.ID) (Sent, error) {
	was, err := sentByID.Get(ctx, tx, id)
	if err != nil {
		return was, err
	}
	if was.EndedAt != nil && time.Since(*was.EndedAt) > FreshFor {
		return was, errs.WrongState("三天以前退回的消息不再补发，里面的事多半过去了")
	}
	n, err := revive.Run(ctx, tx, id)
	if err == nil && n == 0 {
		err = errs.WrongState("只有被退回的消息提醒可以再发；验证码由本人重新要，不清楚发没发的不再发")
	}
	if err == nil {
		err = job.Enqueue(ctx, tx, deliver, task{id})
	}
	if err != nil {
		return was, err
	}
	return sentByID.Get(ctx, tx, id)
}

// Health is how a way has fared of late.
type Health struct {
	Way      string     `json:"way"`
	OKAt     *time.Time `json:"ok_at" doc:"上一次发成"`
	FailedAt *time.Time `json:"failed_at" doc:"上一次没发成"`
	Reason   string     `json:"reason" doc:"为什么没发成"`
	Waiting  int64      `json:"waiting" doc:"等着发的"`
}

// Ill says that the last that is known of it is a failure.
func (h Health) Ill() bool { return h.FailedAt != nil && (h.OKAt == nil || h.FailedAt.After(*h.OKAt)) }

var (
	waysUsed = db.Query[string](`SELECT DISTINCT way FROM notify_outbox WHERE way <> ''`)
	lastOK   = db.Query[time.Time](`SELECT ended_at FROM notify_outbox WHERE way = $1 AND way <> '' AND state = 'sent' ORDER BY ended_at DESC
		LIMIT 1`)
	lastBad = db.Query[failure](`SELECT failed_at, reason FROM notify_outbox WHERE way = $1 AND failed_at IS NOT NULL
		ORDER BY failed_at DESC LIMIT 1`)
	stillIn = db.Query[int64](`SELECT COUNT(*) FROM notify_outbox WHERE state = 'waiting' AND way = $1`)
)

type failure struct {
	FailedAt time.Time
	Reason   string
}

// Fares tells how each way has fared in the last month, in the order of Ways.
func Fares(ctx context.Context, tx *db.Tx) (out []Health, err error) {
	used, err := waysUsed.All(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, way := range Ways.Codes() {
		for _, u := range used {
			if u != way {
				continue
			}
			h, err := fares(ctx, tx, way)
			if err != nil {
				return nil, err
			}
			out = append(out, h)
		}
	}
	return out, nil
}

func fares(ctx context.Context, tx *db.Tx, way string) (Health, error) {
	h := Health{Way: way}
	ok, has, err := db.Found(lastOK.One(ctx, tx, way))
	if err != nil {
		return h, err
	}
	if has {
		h.OKAt = &ok
	}
	bad, has, err := db.Found(lastBad.One(ctx, tx, way))
	if err != nil {
		return h, err
	}
	if has {
		h.FailedAt, h.Reason = &bad.FailedAt, bad.Reason
	}
	h.Waiting, err = stillIn.One(ctx, tx, way)
	return h, err
}

// maskedMail keeps the first letter of an address and its host.
func maskedMail(address string) string {
	name, host, ok := strings.Cut(address, "@")
	if !ok || name == "" {
		return ""
	}
	return string([]rune(name)[:1]) + "***@" + host
}

// Report notes what a gateway told later of a message under its number there: DELIVRD, or why it did not arrive.
func Report(ctx context.Context, tx *db.Tx, ref, receipt string) error {
	_, err := reported.Run(ctx, tx, ref, receipt)
	return err
}
