package order

import (
	"context"
	"fmt"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// Times of a live page. Other processes' moves are found by the poll; commits may come later than their time says, so it looks back a
// little.
const (
	pollEvery = 3 * time.Second
	lookBack  = 15 * time.Second
	watchMost = 10 * time.Minute // then the page connects anew, under the rights that hold then
)

// Watch tells, until ctx ends, which orders of the actor's scope change: id and version only.
func (s *Service) Watch(ctx context.Context, _ TodayInput) (<-chan string, error) {
	if err := auth.Allow(ctx, Handle); err != nil {
		return nil, err
	}
	w := watcher{s: s, scope: auth.ScopeOf(ctx, Handle), seen: map[db.ID]bool{}, out: make(chan string)}
	if _, err := w.look(ctx); err != nil { // what happened before is on the page already
		return nil, err
	}
	go w.run(ctx)
	return w.out, nil
}

type watcher struct {
	s     *Service
	scope auth.Scope
	seen  map[db.ID]bool // events told, while they may come up again
	out   chan string
}

func (w watcher) run(ctx context.Context) {
	defer close(w.out)
	woken := w.s.hub.listen()
	defer w.s.hub.leave(woken)
	ctx, cancel := context.WithTimeout(ctx, watchMost)
	defer cancel()
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-woken:
		case <-poll.C:
		}
		news, err := w.look(ctx)
		if err != nil {
			continue // the next poll tries again
		}
		for _, c := range news {
			select {
			case <-ctx.Done():
				return
			case w.out <- fmt.Sprintf(`{"id":"%s","version":%d}`, c.OrderID, c.Version):
			}
		}
	}
}

// look gives the events that have not been told.
func (w watcher) look(ctx context.Context) (news []change, err error) {
	err = w.s.db.Read(ctx, func(tx *db.Tx) error {
		found, err := changes(ctx, tx, w.scope, tx.Now.Add(-lookBack))
		if err != nil {
			return err
		}
		still := make(map[db.ID]bool, len(found))
		for _, c := range found {
			if !w.seen[c.EventID] {
				news = append(news, c)
			}
			still[c.EventID] = true
		}
		clear(w.seen)
		for id := range still {
			w.seen[id] = true
		}
		return nil
	})
	return news, err
}
