package db

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// What a PostgreSQL server gets: connections, and time before it counts as gone. A dead network gives no answer for a quarter of an
// hour, and a server that was frozen none at all.
const (
	pgConns     = 24
	connectTime = 3 * time.Second  // each host of the address
	silentTime  = 10 * time.Second // without an acknowledgement of what was sent
	pulseEvery  = 2 * time.Second
	pulseTime   = 5 * time.Second
)

func openPostgres(url string) (*DB, error) {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("--db: %w", err)
	}
	cfg.RuntimeParams["timezone"] = "UTC"
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = connectTime
	}
	d := &DB{pg: true, lines: lines{open: map[*line]bool{}}}
	cfg.DialFunc = d.lines.dial
	pool := stdlib.OpenDB(*cfg, stdlib.OptionAfterConnect(d.limited))
	pool.SetConnMaxIdleTime(5 * time.Minute)
	d.read, d.write = pool, pool
	d.heart = stdlib.OpenDB(*cfg)
	d.heart.SetMaxOpenConns(1)
	d.limit(pgConns, 0)
	return d, nil
}

// statementTime is how long one statement of a server may take, but for work that is Patient.
const statementTime = 30 * time.Second

// Serve sets what a server that people wait for needs: so many connections, a limit of each statement, and word when PostgreSQL is
// silent. It has no effect on SQLite.
func (d *DB) Serve(conns int) {
	if !d.pg {
		return
	}
	d.limit(conns, statementTime)
	ctx, end := context.WithCancel(context.Background())
	d.end = end
	go d.beat(ctx)
}

func (d *DB) limit(conns int, statement time.Duration) {
	d.conns = conns
	d.statement.Store(statement.Milliseconds())
	d.write.SetMaxOpenConns(conns)
	d.renewLines()
}

// renewLines lets what waits in the pool go: the next transactions connect anew, where the server is now and with the limits of now.
func (d *DB) renewLines() {
	d.write.SetMaxIdleConns(-1)
	d.write.SetMaxIdleConns(d.conns)
}

func (d *DB) limited(ctx context.Context, c *pgx.Conn) error {
	ms := d.statement.Load()
	if ms == 0 {
		return nil
	}
	_, err := c.Exec(ctx, fmt.Sprintf("SET statement_timeout = %d", ms))
	return err
}

type patientKey struct{}

// Patient lets statements take as long as they need: for work that nobody waits for.
func Patient(ctx context.Context) context.Context { return context.WithValue(ctx, patientKey{}, true) }

// unlimited takes the limit off a transaction of patient work.
func (d *DB) unlimited(ctx context.Context, tx runner) error {
	if !d.pg || d.statement.Load() == 0 || ctx.Value(patientKey{}) == nil {
		return nil
	}
	_, err := tx.ExecContext(ctx, "SET LOCAL statement_timeout = 0")
	return err
}

// beat asks the server again and again whether it is there, until ctx ends. One that does not answer holds every request that waits
// for it: their lines are cut, so that they end, and the next look for the server anew.
func (d *DB) beat(ctx context.Context) {
	tick := time.NewTicker(pulseEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for d.silent(ctx) {
			slog.Error("the database does not answer: its connections are given up")
			d.lines.cut()
			d.renewLines()
		}
	}
}

// silent says that the server took longer than it may; a refusal is an answer.
func (d *DB) silent(ctx context.Context) bool {
	ask, cancel := context.WithTimeout(ctx, pulseTime)
	defer cancel()
	err := d.heart.PingContext(ask)
	return err != nil && ctx.Err() == nil && (ask.Err() != nil || isTimeout(err))
}

// lines are the connections of this process to its server.
type lines struct {
	mu   sync.Mutex
	open map[*line]bool
}

type line struct {
	net.Conn
	all *lines
}

func (l *lines) dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Control: impatient, KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 5 * time.Second,
		Interval: 5 * time.Second, Count: 3}}
	c, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	one := &line{c, l}
	l.mu.Lock()
	l.open[one] = true
	l.mu.Unlock()
	return one, nil
}

// Close ends the connection.
func (c *line) Close() error {
	c.all.mu.Lock()
	delete(c.all.open, c)
	c.all.mu.Unlock()
	return c.Conn.Close()
}

// cut ends all of them, whoever waits for an answer.
func (l *lines) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.open {
		c.Conn.Close()
	}
	clear(l.open)
}
