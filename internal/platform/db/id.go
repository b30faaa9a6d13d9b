package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"linli/internal/platform/errs"
)

// ID names one row of any table: 41 bits of machine time in milliseconds, 10 bits of leased node, 12 bits of sequence. In JSON it is a
// string, because JavaScript rounds whole numbers above 2^53. The zero ID means "none" and is NULL in the database.
type ID int64

// String gives the decimal digits.
func (id ID) String() string { return strconv.FormatInt(int64(id), 10) }

// MarshalText gives the digits; "" stands for none.
func (id ID) MarshalText() ([]byte, error) {
	if id == 0 {
		return []byte{}, nil
	}
	return []byte(id.String()), nil
}

// UnmarshalText reads digits; "" is none.
func (id *ID) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*id = 0
		return nil
	}
	n, err := strconv.ParseInt(string(b), 10, 64)
	if err != nil || n <= 0 {
		return errors.New("不是有效的编号")
	}
	*id = ID(n)
	return nil
}

// Schema tells the API's document that an id is a string of digits.
func (ID) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: "string", Pattern: "^([1-9][0-9]{0,18})?$", PatternDescription: "编号"}
}

// Value stores none as NULL.
func (id ID) Value() (driver.Value, error) {
	if id == 0 {
		return nil, nil
	}
	return int64(id), nil
}

// Scan reads NULL as none.
func (id *ID) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*id = 0
	case int64:
		*id = ID(v)
	default:
		return fmt.Errorf("id from %T", v)
	}
	return nil
}

const (
	idEpoch   = 1735689600000 // 2025-01-01T00:00:00Z in milliseconds
	nodeBits  = 10
	seqBits   = 12
	nodeLease = 10 * time.Minute // longer than any transaction that gives ids
)

// errNoLease ends a transaction that asked for an id when no lease was running.
var errNoLease = errors.New("no running lease on a node number")

// generator hands out ids. Two processes never share a node number while both leases run, and none gives an id of a time beyond its
// lease; a freed number carries the time of its last id. So whoever takes a number next starts above all ids given under it, even when
// the machine's clock was set back.
type generator struct {
	mu      sync.Mutex
	node    int64
	last    int64 // milliseconds since idEpoch of the last id
	seq     int64
	until   int64 // end of the lease, milliseconds since idEpoch
	counter ID    // the demo's deterministic ids, when not 0
	holder  string
	end     func()
}

// IDAt is below every id that is given from then on, as far as the machines' clocks agree.
func IDAt(t time.Time) ID { return ID(max(t.UnixMilli()-idEpoch, 0) << (nodeBits + seqBits)) }

// Time is when the id was given, by the machine that gave it.
func (id ID) Time() time.Time { return time.UnixMilli(int64(id)>>(nodeBits+seqBits) + idEpoch) }

func sinceEpoch() int64 { return time.Now().UnixMilli() - idEpoch }

// next gives an id, or false when the lease has run out (the process was suspended for long). It does not wait for a renewal, which on
// SQLite could wait for the very transaction that asks.
func (g *generator) next() (ID, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.counter != 0 {
		g.counter++
		return g.counter, true
	}
	if now := sinceEpoch(); now > g.last {
		g.last, g.seq = now, 0
	} else if g.seq++; g.seq == 1<<seqBits {
		g.last, g.seq = g.last+1, 0
	}
	if g.last >= g.until {
		return 0, false
	}
	return ID(g.last<<(nodeBits+seqBits) | g.node<<seqBits | g.seq), true
}

// Count makes ids deterministic, counting up from first: for demo data only. They stay far below all leased ids.
func (d *DB) Count(first ID) {
	d.ids.mu.Lock()
	d.ids.counter = first
	d.ids.mu.Unlock()
}

var (
	keepNode = SQL(`UPDATE node SET lease_until = $1 WHERE holder = $2`)
	takeNode = SQL(`UPDATE node SET lease_until = $1, holder = $2 WHERE id = (SELECT id FROM node WHERE lease_until < $3
		ORDER BY lease_until, id LIMIT 1 FOR UPDATE SKIP LOCKED) AND lease_until < $3`)
	heldNode = Query[nodeRow](`SELECT id, (SELECT COALESCE(MAX(f.lease_until), 0) FROM node f WHERE f.holder = '') AS floor FROM node
		WHERE holder = $1`)
	freeNode = SQL(`UPDATE node SET lease_until = $1, holder = '' WHERE holder = $2`)
)

// nodeRow is the held number and the time of the last id given under any freed one.
type nodeRow struct{ ID, Floor int64 }

// Start leases a node number and keeps it until Close. It needs a migrated schema.
func (d *DB) Start(ctx context.Context) error {
	if d.ids.end != nil {
		return nil
	}
	d.ids.holder = strconv.FormatInt(time.Now().UnixNano(), 36) + "-" + strconv.FormatInt(int64(os.Getpid()), 36) + "-" +
		strconv.FormatUint(rand.Uint64(), 36)
	if err := d.lease(ctx); err != nil {
		return err
	}
	keep, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.renew(keep)
	}()
	d.ids.end = func() {
		cancel()
		<-done
		d.free(context.WithoutCancel(ctx))
	}
	return nil
}

// lease renews the held node number, or takes one when none is held (any more).
func (d *DB) lease(ctx context.Context) error {
	g := &d.ids
	if g.holder == "" {
		return errors.New("db: ids are asked for before Start")
	}
	var row nodeRow
	var until int64
	err := d.Write(ctx, func(tx *Tx) error {
		now := sinceEpoch()
		until = now + nodeLease.Milliseconds()
		n, err := keepNode.Run(ctx, tx, until, g.holder)
		if err == nil && n == 0 {
			n, err = takeNode.Run(ctx, tx, until, g.holder, now)
		}
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.Unavailable, "unavailable", "同时连接这个数据库的程序太多（一个数据库最多 1024 个）")
		}
		row, err = heldNode.One(ctx, tx, g.holder)
		return err
	})
	if err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.node, g.until = row.ID, until
	if floor := max(row.Floor, until-nodeLease.Milliseconds()); floor > g.last {
		g.last, g.seq = floor, 1<<seqBits-1
	}
	return nil
}

// renew keeps the lease. A failure is harmless as long as one of the next nine tries succeeds; after that NewID asks for the lease itself.
func (d *DB) renew(ctx context.Context) {
	tick := time.NewTicker(nodeLease / 10)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			d.lease(ctx)
		}
	}
}

// free gives the number back with the time of its last id. If that fails, the number rests until its lease is over.
func (d *DB) free(ctx context.Context) {
	g := &d.ids
	g.mu.Lock()
	last := g.last
	g.until = 0
	g.mu.Unlock()
	d.Write(ctx, func(tx *Tx) error { _, err := freeNode.Run(ctx, tx, last, g.holder); return err })
}

func (g *generator) stop() {
	if g.end != nil {
		g.end()
		g.end = nil
	}
}
