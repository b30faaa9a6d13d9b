package webhook

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	"linli/internal/platform/act"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
	"linli/internal/platform/outward"
	"linli/internal/reach/access"
)

// How much at once. An endpoint is called by one process at a time, one call after the other; of the lines of a process the second half
// is for those alone whose last call went well, so that they never wait for those that hang.
const (
	slots = 8
	stint = 30 * time.Second // of calls to one endpoint, before another has its turn
	lease = 90 * time.Second // longer than a stint and one call more
	watch = 5 * time.Minute  // of one run
	look  = 200 * time.Millisecond
)

// long is long ago: of a line that was never taken.
var long = time.Unix(0, 0)

// pauses are those between the attempts of a delivery, by Standard Webhooks; the first follows the first attempt.
var pauses = []time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour,
	14 * time.Hour, 20 * time.Hour, 24 * time.Hour}

// Send calls every endpoint for which something is due. It ends when nothing is, and looks again while a call is under way.
func (s *Service) Send(ctx context.Context) error {
	if !s.atWork.TryLock() {
		return nil // who holds it looks again
	}
	defer s.atWork.Unlock()
	var all sync.WaitGroup
	defer all.Wait()
	done := make(chan bool, slots)
	busy := 0
	for end := time.Now().Add(watch); time.Now().Before(end) && ctx.Err() == nil; {
		run, err := s.claim(ctx, busy)
		if err != nil {
			return err
		}
		if run.endpoint != 0 {
			busy++
			all.Go(func() {
				s.stint(ctx, run)
				done <- true
			})
			continue
		}
		if busy == 0 {
			return nil
		}
		select {
		case <-done:
			busy--
		case <-time.After(look):
		}
	}
	return nil
}

// run is one lease of an endpoint's line.
type run struct{ endpoint, id db.ID }

// claim takes the line that waited longest, if there is a free slot for it.
func (s *Service) claim(ctx context.Context, busy int) (r run, err error) {
	if busy == slots {
		return r, nil
	}
	now := machine()
	var due bool
	err = s.db.Glance(ctx, func(tx *db.Tx) error {
		_, due, err = db.Found(anyDue.One(ctx, tx, now, tx.Now))
		return err
	})
	if err != nil || !due {
		return r, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		r = run{id: tx.NewID()}
		var taken bool
		r.endpoint, taken, err = db.Found(claim.One(ctx, tx, now, tx.Now, busy < slots/2, now.Add(lease), r.id))
		if !taken {
			r = run{}
		}
		return err
	})
	return r, err
}

// stint sends what is due to one endpoint, until something fails, nothing is left or another's turn has come. What goes wrong on our side
// is done again when the lease is over.
func (s *Service) stint(ctx context.Context, r run) {
	for end := time.Now().Add(stint); time.Now().Before(end); {
		went, err := s.one(ctx, r)
		if err != nil && ctx.Err() == nil {
			slog.Error("webhook is not sent", "endpoint", r.endpoint, "error", err)
			return
		}
		if err != nil || !went {
			break
		}
	}
	ctx = context.WithoutCancel(ctx)
	s.db.Write(ctx, func(tx *db.Tx) error {
		_, err := free.Run(ctx, tx, r.endpoint, r.id, long)
		return err
	})
}

// one sends the first message that is due, and says whether it was taken.
func (s *Service) one(ctx context.Context, r run) (went bool, err error) {
	var e Endpoint
	var d Delivery
	var due bool
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		var there bool
		if e, there, err = db.Found(endpoints.Get(ctx, tx, r.endpoint)); err != nil || !there || e.State != Active {
			return err
		}
		if _, err = access.Holder(ctx, tx, e.KeyID); err != nil {
			return err
		}
		d, due, err = db.Found(firstDue.One(ctx, tx, e.ID, tx.Now))
		return err
	})
	if errs.KindOf(err) == errs.Unauthenticated {
		return false, s.db.Write(ctx, func(tx *db.Tx) error { return s.stop(ctx, tx, e.ID, "接口钥匙现在不能用了") })
	}
	if err != nil || !due {
		return false, err
	}
	if !e.asks(d.Type) {
		return true, s.db.Write(ctx, func(tx *db.Tx) error {
			_, err := forego.Run(ctx, tx, d.EndpointID, d.MessageID)
			return err
		})
	}
	got, err := s.call(ctx, e, d)
	if err != nil {
		return false, err
	}
	return got.Outcome == outward.OK, s.db.Write(ctx, func(tx *db.Tx) error { return s.settle(ctx, tx, r, d, got) })
}

// call makes one attempt, outside of every transaction: a crash behind it sends the message again, under the same id.
func (s *Service) call(ctx context.Context, e Endpoint, d Delivery) (outward.Result, error) {
	body, err := d.payload()
	if err != nil {
		return outward.Result{}, err
	}
	at := time.Now()
	signed, err := s.signatures(e, d.message(), at, clock.In(ctx), body)
	if err != nil {
		return outward.Result{}, err
	}
	return s.out.Post(ctx, e.URL, map[string]string{"webhook-id": d.message(), "webhook-timestamp": strconv.FormatInt(at.Unix(), 10),
		"webhook-signature": signed}, body)
}

// settle writes down what became of a call, unless the lease went to somebody else meanwhile.
func (s *Service) settle(ctx context.Context, tx *db.Tx, r run, d Delivery, got outward.Result) error {
	l, ours, err := db.Found(still.One(ctx, tx, r.endpoint, r.id))
	if err != nil || !ours {
		return err
	}
	if err := attempts.Insert(ctx, tx, Attempt{ID: tx.NewID(), EndpointID: d.EndpointID, MessageID: d.MessageID, At: tx.Now,
		Outcome: got.Outcome, Status: got.Status, Millis: got.Millis}); err != nil {
		return err
	}
	if d, err = theirs.Get(ctx, tx, d.EndpointID, d.MessageID); err != nil {
		return err
	}
	d.Tries++
	switch {
	case got.Outcome == outward.OK:
		d.State = Delivered
	case d.State != Waits: // dropped meanwhile
	case d.Type == Test || int(d.Tries) > len(pauses):
		d.State = Failed
	default:
		pause := pauses[d.Tries-1]
		d.DueAt = tx.Now.Add(pause + rand.N(pause/10))
	}
	if err := deliveries.Update(ctx, tx, &d); err != nil {
		return err
	}
	return s.judge(ctx, tx, r, l, d, got)
}

// judge keeps the health of an endpoint, and stops one that wants no more or has taken nothing for days. A test says nothing against it.
func (s *Service) judge(ctx context.Context, tx *db.Tx, r run, l line, d Delivery, got outward.Result) error {
	switch {
	case got.Outcome == outward.OK:
		_, err := well.Run(ctx, tx, r.endpoint, r.id, tx.Now)
		return err
	case got.Outcome == outward.Gone:
		return s.stop(ctx, tx, r.endpoint, "对方回了 410：不再要了")
	case d.Type == Test:
		return nil
	case l.FailingSince != nil && tx.Now.Sub(*l.FailingSince) >= Patience:
		return s.stop(ctx, tx, r.endpoint, "三天里一条也没有送到")
	}
	_, err := ill.Run(ctx, tx, r.endpoint, r.id, tx.Now)
	return err
}

// stop ends the calls of an endpoint for a reason, drops what waits for it, and tells its owner.
func (s *Service) stop(ctx context.Context, tx *db.Tx, id db.ID, reason string) error {
	e, err := endpoints.Get(ctx, tx, id)
	switch {
	case errs.KindOf(err) == errs.NotFound: // removed meanwhile
		return nil
	case err != nil || e.State != Active:
		return err
	}
	return s.kind.Alter(ctx, tx, act.Op{Action: "webhook.stopped", Cause: reason}, &e, func(tx *db.Tx, e *Endpoint) error {
		e.State, e.Reason = Stopped, reason
		if _, err := abandon.Run(ctx, tx, e.ID); err != nil {
			return err
		}
		return notify.Send(ctx, tx, notify.Message{To: e.AccountID, Kind: "access", Title: "一个回调通知停了",
			Text: "“" + e.Name + "”：" + reason + "。改好以后在“回调通知”里恢复；停的这段时间的事不会补发。", Link: page(e.ID)})
	})
}

// Sweep stops the endpoints whose keys cannot be used, and forgets what is old.
func (s *Service) Sweep(ctx context.Context) error {
	for after := db.ID(1); ; { // below every id
		var list []Endpoint
		err := s.db.Read(ctx, func(tx *db.Tx) (err error) { list, err = active.All(ctx, tx, after); return err })
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return s.forgetOld(ctx)
		}
		for _, e := range list {
			after = e.ID
			if err := s.db.Write(ctx, func(tx *db.Tx) error { return s.recheck(ctx, tx, e) }); err != nil {
				return err
			}
		}
	}
}

func (s *Service) forgetOld(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		before := tx.Now.AddDate(0, 0, -KeepDays)
		for _, c := range []*db.Command{oldAttempts, oldDeliveries} {
			if _, err := c.Run(ctx, tx, before); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) recheck(ctx context.Context, tx *db.Tx, e Endpoint) error {
	_, err := access.Holder(ctx, tx, e.KeyID)
	if errs.KindOf(err) == errs.Unauthenticated {
		err = s.stop(ctx, tx, e.ID, "接口钥匙现在不能用了")
	}
	return err
}

func machine() time.Time { return time.Now().Truncate(time.Microsecond) }
