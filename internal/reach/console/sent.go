package console

import (
	"context"
	"time"

	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/notify"
	"linli/internal/platform/set"
	"linli/internal/platform/sms"
	"linli/internal/platform/web/ui"
)

// SentPage is the page of the messages that left the system: never their words, and numbers masked.
type SentPage struct {
	In    notify.SentInput `json:"-"`
	Ways  []notify.Health  `json:"ways" doc:"各条路近来怎样"`
	kinds []ui.Option
	words func(kind string) string
	db.Page[notify.Sent]
}

// Sent gives the messages of the last month that left the system or are to, the newest first, and how each way has fared.
func (s *Service) Sent(ctx context.Context, in notify.SentInput) (SentPage, error) {
	return act.Read(ctx, s.db, ViewSent, func(tx *db.Tx) (out SentPage, err error) {
		out.In, out.words = in, s.kindWord
		if out.Page, err = notify.Outgoing(ctx, tx, in); err != nil {
			return out, err
		}
		if out.Ways, err = notify.Fares(ctx, tx); err != nil {
			return out, err
		}
		kinds, err := notify.KindsSent(ctx, tx)
		for _, k := range kinds {
			out.kinds = append(out.kinds, ui.Option{Value: k, Label: s.kindWord(k)})
		}
		return out, err
	})
}

// kindWord is what people call a kind of message.
func (s *Service) kindWord(kind string) string {
	if w := sms.Kinds.Word(kind); w != "" {
		return w
	}
	return orSelf(s.words(kind), kind)
}

// AgainInput names a message that left the system.
type AgainInput struct {
	ID db.ID `path:"id"`
}

// SendAgain sends a message that a gateway refused once more; what may have gone out is never sent again.
func (s *Service) SendAgain(ctx context.Context, in AgainInput) (notify.Sent, error) {
	return act.Write(ctx, s.db, act.Op{Perm: RetrySent}, func(tx *db.Tx) (notify.Sent, error) {
		out, err := notify.Again(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		return out, audit.Write(ctx, tx, audit.Entry{Action: "message.again", Object: "message", ID: in.ID.String()})
	})
}

var fares = set.New("state_of_way", set.Row{"well", "正常", "done"}, set.Row{"ill", "发不出去", "alarm"}, set.Row{"new", "还没有用过", ""})

// fare says how a way is.
func fare(h notify.Health) string {
	switch {
	case h.Ill():
		return "ill"
	case h.OKAt != nil:
		return "well"
	}
	return "new"
}

// when says an instant in words, and nothing for none.
func when(ctx context.Context, t *time.Time) string {
	if t == nil {
		return "没有过"
	}
	return clock.Words(ctx, *t)
}

func (v SentPage) next() string {
	return ui.Next(sentPath, v.Next, "state", v.In.State, "way", v.In.Way, "kind", v.In.Kind, "day", v.In.Day)
}
