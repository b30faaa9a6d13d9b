package demo

import (
	"context"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/proof/record"
	"linli/internal/work/order"
)

// confirm takes the resident's word: by his login or code, or by a slip or a call that the station's people enter.
func (l *life) confirm(ctx context.Context) error {
	ask, ok, err := l.ask(ctx, order.Served)
	if err != nil || !ok {
		return err
	}
	in := order.ConfirmInput{Ask: ask, Evidence: "login"}
	actor := l.recipient.actor
	if n := l.rng.IntN(10); actor.Account == 0 || l.code != "" && n < 3 {
		actor = l.place.manager
		in.Voice = order.Voice{Channel: "phone_call", SpokenBy: l.recipient.name}
		switch {
		case l.code != "":
			in.Evidence, in.Code = "code", l.code
		case n < 6:
			in.Evidence, in.Channel = "paper", "visit"
		default:
			in.Evidence, actor = "call_back", l.place.head
		}
	}
	if _, err := l.app.Order.Confirm(auth.With(ctx, actor), in); err != nil {
		return err
	}
	return l.judged(ctx)
}

// judged goes on after the confirmation: the second person, then the rating.
func (l *life) judged(ctx context.Context) error {
	now := clock.In(ctx)
	l.then(l.afterwards(now, 20*60, 60*60), l.second)
	if l.end == order.Closed {
		l.then(l.afterwards(now, 30, 70*60), l.evaluate)
	}
	return nil
}

// second is the second person's look at the records that wait for one: the head's, or the officer's where the head himself confirmed.
func (l *life) second(ctx context.Context) error {
	var waiting []db.ID
	actor := l.place.head
	err := l.app.DB.Read(ctx, func(tx *db.Tx) error {
		by, err := confirmer.One(ctx, tx, l.id)
		if err != nil {
			return err
		}
		if by == actor.Account {
			actor = l.place.town
		}
		waiting, err = waitingOf.All(ctx, tx, l.id)
		return err
	})
	for _, id := range waiting {
		if err == nil {
			_, err = l.app.Record.Approve(auth.With(ctx, actor), record.ApproveInput{ID: id, Decision: "approve"})
		}
	}
	return err
}

var praise = []string{"", "", "很好", "谢谢志愿者", "来得准时，干活利索", "老人很高兴", "下次还请他"}

func (l *life) evaluate(ctx context.Context) error {
	ask, ok, err := l.ask(ctx, order.Confirmed)
	if err != nil || !ok {
		return err
	}
	in := order.EvaluateInput{Ask: ask, Rating: []int64{5, 5, 5, 5, 4, 4, 3}[l.rng.IntN(7)], Comment: pick(l.rng, praise)}
	actor := l.recipient.actor
	if actor.Account == 0 {
		actor = l.place.manager
		in.Voice, in.Rating = order.Voice{Channel: "phone_call", SpokenBy: l.recipient.name}, []int64{5, 5, 5, 3}[l.rng.IntN(4)]
	}
	_, err = l.app.Order.Evaluate(auth.With(ctx, actor), in)
	return err
}

// dispute is the resident's no; the head calls back a day later and finds it settled, unless the order is to stay in dispute.
func (l *life) dispute(ctx context.Context) error {
	ask, ok, err := l.ask(ctx, order.Served)
	if err != nil || !ok {
		return err
	}
	actor := l.recipient.actor
	ask.Reason = pick(l.rng, []string{"来晚了，没做完就走了", "东西没有送对", "说好两个人，只来了一个"})
	if actor.Account == 0 {
		actor, ask.Voice = l.place.manager, order.Voice{Channel: "phone_call", SpokenBy: l.recipient.name}
	}
	if _, err := l.app.Order.Dispute(auth.With(ctx, actor), order.DisputeInput{Ask: ask}); err != nil {
		return err
	}
	if l.end != order.Disputed {
		l.then(l.afterwards(clock.In(ctx), 12*60, 40*60), l.resolve)
	}
	return nil
}

func (l *life) resolve(ctx context.Context) error {
	ask, ok, err := l.ask(ctx, order.Disputed)
	if err != nil || !ok {
		return err
	}
	ask.Reason = "电话回访：志愿者又去了一趟，本人说可以了"
	if _, err := l.app.Order.Resolve(auth.With(ctx, l.place.head), order.ResolveInput{Ask: ask, Decision: "confirm"}); err != nil {
		return err
	}
	return l.judged(ctx)
}
