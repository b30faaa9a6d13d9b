package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
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
	nodeLease = 60 * time.Second
)

// generator hands out ids. Two processes never share a node number while both leases run, and none gives an id of a time beyond its
// lease, so that whoever takes the number next starts above all ids given under it.
type generator struct {
	mu      sync.Mutex
	node    int64
	last    int64 // milliseconds since idEpoch of the last id
	seq     int64
	until   int64 // end of the lease, milliseconds since idEpoch
	counter ID    // the demo's deterministic ids, when not 0
	end     func()
}

func (g *generator) next() ID {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.counter != 0 {
		g.counter++
		return g.counter
	}
	for {
		now := max(time.Now().UnixMilli()-idEpoch, g.last)
		if now == g.last {
			g.seq = (g.seq + 1) & (1<<seqBits - 1)
			if g.seq == 0 {
				now++
			}
		} else {
			g.seq = 0
		}
		if now < g.until {
			g.last = now
			return ID(now<<(nodeBits+seqBits) | g.node<<seqBits | g.seq)
		}
		// The lease has run out (a long stall): wait for its renewal rather than risk a second holder.
		g.mu.Unlock()
		time.Sleep(5 * time.Millisecond)
		g.mu.Lock()
	}
}

// Count makes ids deterministic, counting up from first: for demo data only. They stay far below all leased ids.
func (d *DB) Count(first ID) {
	d.ids.mu.Lock()
	d.ids.counter = first
	d.ids.mu.Unlock()
}

var (
	takeNode = SQL(`UPDATE node SET lease_until = $1, holder = $2 WHERE id = (SELECT id FROM node WHERE lease_until < $3 ORDER BY lease_until, id LIMIT 1) AND lease_until < $3`)
	heldNode = Query[nodeRow](`SELECT id, lease_until FROM node WHERE holder = $1`)
	keepNode = SQL(`UPDATE node SET lease_until = $1 WHERE id = $2 AND holder = $3`)
	freeNode = SQL(`UPDATE node SET holder = '' WHERE id = $1 AND holder = $2`)
)

type nodeRow struct {
	ID         int64
	LeaseUntil int64
}

// Start leases a node number and keeps it until Close. It needs a migrated schema.
func (d *DB) Start(ctx context.Context) error {
	holder := strconv.FormatInt(time.Now().UnixNano(), 36) + "-" + strconv.FormatInt(int64(os.Getpid()), 36)
	var row nodeRow
	err := d.Write(ctx, func(tx *Tx) error {
		now := time.Now().UnixMilli() - idEpoch
		n, err := takeNode.Run(ctx, tx, now+nodeLease.Milliseconds(), holder, now)
		if err != nil {
			return err
		}
		if n == 0 {
			return errors.New("no free node number: more than 1024 processes share this database")
		}
		row, err = heldNode.One(ctx, tx, holder)
		return err
	})
	if err != nil {
		return err
	}
	g := &d.ids
	g.mu.Lock()
	g.node, g.until, g.last = row.ID, row.LeaseUntil, 0
	g.mu.Unlock()
	keep, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go d.renew(keep, holder, done)
	g.end = func() {
		cancel()
		<-done
		d.Write(context.WithoutCancel(ctx), func(tx *Tx) error { _, err := freeNode.Run(ctx, tx, row.ID, holder); return err })
	}
	return nil
}

func (d *DB) renew(ctx context.Context, holder string, done chan struct{}) {
	defer close(done)
	tick := time.NewTicker(nodeLease / 4)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		until := time.Now().UnixMilli() - idEpoch + nodeLease.Milliseconds()
		var n int64
		err := d.Write(ctx, func(tx *Tx) (err error) { n, err = keepNode.Run(ctx, tx, until, d.ids.node, holder); return err })
		if err == nil && n == 1 {
			d.ids.mu.Lock()
			d.ids.until = until
			d.ids.mu.Unlock()
		}
	}
}

func (g *generator) stop() {
	if g.end != nil {
		g.end()
		g.end = nil
	}
}
