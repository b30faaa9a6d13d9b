// Package live carries the moves of orders to the live pages of a process: one look a second for all of them, however many there are,
// each woken only for what lies in its scope.
package live

import (
	"context"
	"fmt"
	"sync"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// PollEvery is how often a process looks for the moves of others. Commits may come later than their ids say, and the machines' clocks
// differ a little, so a look goes back.
const (
	PollEvery = time.Second
	lookBack  = 15 * time.Second
)

// longest ends a live page; it connects anew.
const longest = 10 * time.Minute

// Hub carries the moves of orders to the live pages of this process. Its own moves it is told; those of other processes it finds by
// one look a second, however many pages are open, and none when no page is.
type Hub struct {
	db   *db.DB
	mu   sync.Mutex
	open map[root]map[*board]bool // by the roots of their scopes: what a move costs does not depend on the pages elsewhere
	n    int
	seen map[moment]time.Time // what was told, while a look may find it again
	stop context.CancelFunc   // of the looks
}

// root is a station or a division; the empty one is everywhere.
type root struct {
	station db.ID
	region  auth.Region
}

// board is one live page. It is lossy: behind what it has not taken yet it will find the latest anyway.
type board struct {
	roots []root
	out   chan string
	last  moment
}

// moment is one version of an order.
type moment struct {
	order   db.ID
	version int64
}

// Change is one move, and where the order lies now.
type Change struct {
	OrderID   db.ID
	Version   int64
	Region    auth.Region
	StationID db.ID
}

var changedSince = db.Query[Change](`SELECT e.order_id, e.version, o.region, o.station_id FROM order_event e
	JOIN orders o ON o.id = e.order_id WHERE e.id > $1 ORDER BY e.id`)

// NewHub gives a hub without pages.
func NewHub(d *db.DB) *Hub {
	return &Hub{db: d, open: map[root]map[*board]bool{}, seen: map[moment]time.Time{}}
}

// Watch opens a page for all that happens at some places and below them; the empty place is everywhere. It tells id and version of an
// order as JSON until ctx ends, ten minutes at most.
func (h *Hub) Watch(ctx context.Context, places []auth.Place) (<-chan string, error) {
	b := &board{out: make(chan string, 16)}
	for _, p := range places {
		b.roots = append(b.roots, root{p.Station, p.Region})
	}
	if err := h.join(ctx, b); err != nil {
		return nil, err
	}
	ctx, end := context.WithTimeout(ctx, longest)
	context.AfterFunc(ctx, func() {
		end()
		h.leave(b)
	})
	return b.out, nil
}

// Pages is how many pages are open, and how many places they watch.
func (h *Hub) Pages() (pages, places int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.n, len(h.open)
}

// join opens a page. The first of the process starts the looks: what happened before is on the page already.
func (h *Hub) join(ctx context.Context, b *board) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.n == 0 {
		found, err := h.changes(ctx)
		if err != nil {
			return err
		}
		clear(h.seen)
		h.unseen(found)
		work, stop := context.WithCancel(context.WithoutCancel(ctx))
		h.stop = stop
		go h.run(work)
	}
	h.n++
	for _, r := range b.roots {
		if h.open[r] == nil {
			h.open[r] = map[*board]bool{}
		}
		h.open[r][b] = true
	}
	return nil
}

// leave closes a page; the last one ends the looks.
func (h *Hub) leave(b *board) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range b.roots {
		delete(h.open[r], b)
		if len(h.open[r]) == 0 {
			delete(h.open, r)
		}
	}
	close(b.out)
	if h.n--; h.n == 0 {
		h.stop()
	}
}

func (h *Hub) run(ctx context.Context) {
	poll := time.NewTicker(PollEvery)
	defer poll.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-poll.C:
		}
		if found, err := h.changes(ctx); err == nil { // else the next look finds them
			h.Tell(found...)
			h.forget()
		}
	}
}

func (h *Hub) changes(ctx context.Context) (out []Change, err error) {
	err = h.db.Glance(ctx, func(tx *db.Tx) error {
		out, err = changedSince.All(ctx, tx, db.IDAt(time.Now().Add(-lookBack)))
		return err
	})
	return out, err
}

// Tell sends the moves that were not told yet to the pages in whose scope they are.
func (h *Hub) Tell(moves ...Change) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.n == 0 {
		return
	}
	for _, c := range h.unseen(moves) {
		h.send(root{}, c)
		if c.StationID != 0 {
			h.send(root{station: c.StationID}, c)
		}
		for r := c.Region; r != 0; r = r.Parent() {
			h.send(root{region: r}, c)
		}
	}
}

// unseen gives those that were not told, and holds all as told.
func (h *Hub) unseen(moves []Change) (out []Change) {
	now := time.Now()
	for _, c := range moves {
		m := moment{c.OrderID, c.Version}
		if _, known := h.seen[m]; !known {
			out = append(out, c)
		}
		h.seen[m] = now
	}
	return out
}

// forget drops what no look finds any more.
func (h *Hub) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for m, at := range h.seen {
		if time.Since(at) > lookBack {
			delete(h.seen, m)
		}
	}
}

func (h *Hub) send(to root, c Change) {
	m := moment{c.OrderID, c.Version}
	for b := range h.open[to] {
		if b.last == m { // it has another root above this one
			continue
		}
		b.last = m
		select {
		case b.out <- fmt.Sprintf(`{"id":"%s","version":%d}`, c.OrderID, c.Version):
		default:
		}
	}
}
