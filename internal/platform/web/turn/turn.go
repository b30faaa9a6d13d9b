// Package turn keeps one client from taking the whole process: few of what he asks for run at the same time, some more wait in line.
package turn

import (
	"cmp"
	"context"
	"sync"
)

// AtOnce is how many requests of one account run at the same time unless the operator says otherwise: as many as a browser sends. More of
// them wait in line, for as long as an answer may take, so that tabs, pictures and slow machines only ever cost time; who has far more
// under way than people do is told at once to come back.
const AtOnce = 6

// InLine is how many may wait for each that runs.
const InLine = 20

// Turns are the lines of all clients.
type Turns struct {
	mu     sync.Mutex
	atOnce int
	each   map[string]*line
}

// line is that of one client.
type line struct {
	slots chan struct{}
	n     int // who run or wait
}

// New makes lines in which so many run at once; AtOnce where it is 0.
func New(atOnce int) *Turns { return &Turns{atOnce: cmp.Or(atOnce, AtOnce), each: map[string]*line{}} }

// Wait stands in the line of a client that counts as times many until it is his turn; leave ends it. It is false where the line is too
// long, at once, and where the context ended first.
func (t *Turns) Wait(ctx context.Context, who string, times int) (leave func(), ok bool) {
	mine := t.join(who, times)
	if mine == nil {
		return nil, false
	}
	select {
	case mine.slots <- struct{}{}:
		return func() {
			<-mine.slots
			t.leave(who, mine)
		}, true
	case <-ctx.Done():
		t.leave(who, mine)
		return nil, false
	}
}

// join gives the line of a client with one more in it, nil where it is too long.
func (t *Turns) join(who string, times int) *line {
	t.mu.Lock()
	defer t.mu.Unlock()
	mine := t.each[who]
	if mine == nil {
		mine = &line{slots: make(chan struct{}, t.atOnce*times)}
		t.each[who] = mine
	}
	if mine.n == t.atOnce*(1+InLine)*times {
		return nil
	}
	mine.n++
	return mine
}

func (t *Turns) leave(who string, mine *line) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if mine.n--; mine.n == 0 {
		delete(t.each, who)
	}
}
