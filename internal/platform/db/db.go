// Package db opens SQLite or PostgreSQL and runs transactions, statements and queries. It alone knows which engine is in use.
// SQL is written once, in the subset both engines share, with $1, $2 … for values.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"

	"linli/internal/platform/clock"
)

// DB is one open database.
type DB struct {
	read, write *sql.DB
	pg          bool
	ids         generator
	begun       atomic.Int64
	watch       atomic.Pointer[watching]
	full        atomic.Bool // the last transaction that wrote found no room on the disk
	outage      outage

	// of PostgreSQL alone
	lines     lines
	heart     *sql.DB // asks whether the server is there
	end       func()  // of that
	conns     int
	statement atomic.Int64 // milliseconds that one may take
}

// SQLite settings: one writer that begins IMMEDIATE, readers that cannot write, WAL, and a commit that survives a power cut.
const (
	litePragmas = "?_txlock=immediate&_time_integer_format=unix_micro&_inttotime=1&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)" +
		"&_pragma=foreign_keys(1)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-16384)&_pragma=synchronous(FULL)"
	liteReaders = 8
)

const sqlitePrefix = "sqlite:"

// Open connects to "sqlite:PATH" or "postgres://…". It neither migrates nor hands out ids: see Migrate and Start.
func Open(ctx context.Context, url string) (*DB, error) {
	if path, ok := strings.CutPrefix(url, sqlitePrefix); ok {
		return openSQLite(ctx, path)
	}
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		return openPostgres(url)
	}
	return nil, fmt.Errorf("--db %q is neither sqlite:PATH nor postgres://…", url)
}

// There says whether an address may hold a database already: a file that exists, or any server.
func There(url string) bool {
	path, lite := strings.CutPrefix(url, "sqlite:")
	_, err := os.Stat(path)
	return !lite || err == nil
}

func openSQLite(ctx context.Context, path string) (*DB, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	// SQLite itself would create the file readable by everybody.
	if f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return nil, err
	} else if err := f.Close(); err != nil {
		return nil, err
	}
	dsn := "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path) + litePragmas
	w, err := openLite(dsn)
	if err != nil {
		return nil, err
	}
	w.SetMaxOpenConns(1) // SQLite has one writer: queue here, not in SQLITE_BUSY
	if err := w.PingContext(ctx); err != nil {
		w.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	r, err := openLite(dsn + "&_pragma=query_only(1)")
	if err != nil {
		w.Close()
		return nil, err
	}
	r.SetMaxOpenConns(liteReaders)
	r.SetMaxIdleConns(liteReaders)
	return &DB{read: r, write: w}, nil
}

// Postgres tells which engine is in use; only db, its tests and diagnostics may care.
func (d *DB) Postgres() bool { return d.pg }

// Ping asks whether the database answers.
func (d *DB) Ping(ctx context.Context) error { return d.read.PingContext(ctx) }

// Pools gives the connections for reading and for writing, for those who count them; on PostgreSQL they are one.
func (d *DB) Pools() (read, write *sql.DB) { return d.read, d.write }

// Transactions is how often this process has gone to the database: transactions and glances.
func (d *DB) Transactions() int64 { return d.begun.Load() }

// Close gives back the node number and ends all connections.
func (d *DB) Close() error {
	d.ids.stop()
	if d.end != nil {
		d.end()
	}
	if d.pg {
		return errors.Join(d.write.Close(), d.heart.Close())
	}
	d.write.Exec("PRAGMA optimize") // keeps the planner's figures fresh; its failure costs only speed
	return errors.Join(d.read.Close(), d.write.Close())
}

// Tx is one transaction; Now is its one instant of business time.
type Tx struct {
	tx    runner
	db    *DB
	Now   time.Time
	after []func()
	noID  bool // NewID found no lease, so nothing of this transaction may stay
	done  Progress
	marks *marks
	// rows that this transaction writes are marked elsewhere, or are marks themselves
	unwatched bool
	known     map[asked]any // rows that last, of a batch; nil otherwise
}

// runner runs statements: a transaction of the standard library, the connection of a batch, or for a glance the pool.
type runner interface {
	ExecContext(ctx context.Context, q string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error)
}

// NewID gives a fresh id (see generator). Without a running lease it gives none and dooms the transaction, which Write then repeats.
func (t *Tx) NewID() ID {
	id, ok := t.db.ids.next()
	t.noID = t.noID || !ok
	return id
}

// Progress counts what a transaction has done so far: statements that changed rows, and entries of the trail.
type Progress struct{ changes, trails int }

// Progress gives the count so far, for Untrailed.
func (t *Tx) Progress() Progress { return t.done }

// Trailed counts an entry of the trail.
func (t *Tx) Trailed() { t.done.trails++ }

// Untrailed says whether rows were changed since then of which no trail was left.
func (t *Tx) Untrailed(since Progress) bool {
	return t.done.changes > since.changes && t.done.trails == since.trails
}

// Unwatched says that the rows which this transaction writes come with their imprints: those of a backup.
func (t *Tx) Unwatched() { t.unwatched = true }

// AfterCommit runs fn once the transaction has been committed, and never if it is not. It must not fail and carries ids only.
func (t *Tx) AfterCommit(fn func()) { t.after = append(t.after, fn) }

// Raw is the standard transaction, for libraries that join ours; nil in a batch and for a glance.
func (t *Tx) Raw() *sql.Tx {
	raw, _ := t.tx.(*sql.Tx)
	return raw
}

// Read runs fn on one snapshot of the data.
func (d *DB) Read(ctx context.Context, fn func(*Tx) error) error {
	if b := d.batch(ctx); b != nil {
		return b.join(ctx, fn)
	}
	opts := &sql.TxOptions{ReadOnly: true}
	if d.pg {
		opts.Isolation = sql.LevelRepeatableRead
	}
	return d.once(ctx, d.read, opts, fn)
}

// Glance runs fn for its one query, which needs no transaction around it: half the way to the database for what every request asks.
func (d *DB) Glance(ctx context.Context, fn func(*Tx) error) error {
	if b := d.batch(ctx); b != nil {
		return b.join(ctx, fn)
	}
	var conn *sql.Conn
	err := d.reach(ctx, func() (err error) {
		d.begun.Add(1)
		conn, err = d.read.Conn(ctx)
		return err
	})
	if err != nil {
		return down(err)
	}
	defer conn.Close()
	return down(fn(&Tx{tx: conn, db: d, Now: clock.In(ctx)}))
}

const maxTries = 10

// Write runs fn in a transaction (READ COMMITTED on PostgreSQL, serial on SQLite) and repeats it when the engine asks for a retry.
// fn may run twice, so it must have no effect outside the transaction: those belong in a job or in AfterCommit.
func (d *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	if b := d.batch(ctx); b != nil {
		return b.join(ctx, fn)
	}
	var p patience
	for try := 0; ; {
		err := d.once(ctx, d.write, nil, fn)
		d.noted(err)
		switch {
		case err == nil:
			return nil
		case d.moved(ctx, err, &p): // nothing of it is done
			continue
		case try == maxTries || !retryable(err):
			return err
		case errors.Is(err, errNoLease):
			if err := d.lease(ctx); err != nil {
				return err
			}
		}
		if !rest(ctx, time.Duration(1+rand.IntN(4<<min(try, 6)))*time.Millisecond) {
			return ctx.Err()
		}
		try++
	}
}

// moved says that a transaction lost its server before its commit, or met one that takes no changes, and is worth another try.
func (d *DB) moved(ctx context.Context, err error, p *patience) bool {
	if _, unknown := errors.AsType[doubtful](err); unknown || !d.pg || !away(err) || ctx.Err() != nil {
		return false
	}
	if pgCode(err) == readOnly {
		d.renewLines()
	}
	return p.waits(ctx, &d.outage)
}

// noted remembers whether there is room for what is written.
func (d *DB) noted(err error) {
	full := err != nil && isFull(err) && pgCode(err) != tooLong && pgCode(err) != tooMany
	if full || err == nil && d.full.Load() {
		d.full.Store(full)
	}
}

// Full says whether the last transaction that wrote found no room, or a disk that fails or may not be changed.
func (d *DB) Full() bool { return d.full.Load() }

func (d *DB) once(ctx context.Context, pool *sql.DB, opts *sql.TxOptions, fn func(*Tx) error) error {
	var raw *sql.Tx
	err := d.reach(ctx, func() (err error) {
		d.begun.Add(1)
		raw, err = pool.BeginTx(ctx, opts)
		return err
	})
	if err != nil {
		return down(err)
	}
	defer raw.Rollback()
	if err := d.unlimited(ctx, raw); err != nil {
		return down(err)
	}
	tx := &Tx{tx: raw, db: d, Now: clock.In(ctx), marks: &marks{}}
	if err = fn(tx); err == nil {
		err = tx.leave(ctx)
	}
	if tx.noID {
		return down(errNoLease)
	}
	if err != nil {
		return down(err)
	}
	if err := raw.Commit(); err != nil {
		return down(doubtful{err})
	}
	for _, f := range tx.after {
		f()
	}
	return nil
}

// liteCode gives SQLite's primary result code, or 0.
func liteCode(err error) int {
	if se, ok := errors.AsType[*sqlite.Error](err); ok {
		return se.Code() & 0xff
	}
	return 0
}
