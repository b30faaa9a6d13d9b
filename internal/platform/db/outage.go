package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"linli/internal/platform/errs"
)

// calmTime is how long a transaction waits for a server that has just gone: a planned change of the primary takes less. It counts from
// when the server went, so that nobody waits in a longer outage.
const calmTime = 5 * time.Second

// outage knows since when the database is away.
type outage struct{ since atomic.Int64 }

func (o *outage) over() {
	if o.since.Load() != 0 {
		o.since.Store(0)
	}
}

// patience is the one of a transaction that found the database away.
type patience struct{ since time.Time }

// waits pauses before another try; false when it is time to give up.
func (p *patience) waits(ctx context.Context, o *outage) bool {
	now := time.Now()
	if p.since.IsZero() {
		p.since = now
	}
	o.since.CompareAndSwap(0, now.UnixNano())
	if now.Sub(p.since) > calmTime || now.UnixNano()-o.since.Load() > int64(calmTime) {
		return false
	}
	return rest(ctx, 50*time.Millisecond+rand.N(100*time.Millisecond))
}

// rest pauses; false when ctx ends first.
func rest(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// reach runs fn, which has done nothing when it fails, until it reaches the database.
func (d *DB) reach(ctx context.Context, fn func() error) error {
	var p patience
	for {
		err := fn()
		if err == nil {
			d.outage.over()
			return nil
		}
		if !d.pg || !away(err) || ctx.Err() != nil || !p.waits(ctx, &d.outage) {
			return err
		}
	}
}

// Wait waits until the PostgreSQL at an address can be written to, with word of why it cannot yet to tell. What is no outage is an
// error at once; a file is never waited for.
func Wait(ctx context.Context, url string, tell func(error)) error {
	if strings.HasPrefix(url, sqlitePrefix) {
		return nil
	}
	d, err := Open(ctx, url)
	if err != nil {
		return err
	}
	defer d.Close()
	for {
		err := d.writable(ctx)
		if err == nil || !away(err) {
			return err
		}
		tell(err)
		if !rest(ctx, time.Second) {
			return ctx.Err()
		}
	}
}

// writable tells whether the server takes changes: a standby does not.
func (d *DB) writable(ctx context.Context) error {
	var locked bool
	const q = "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean"
	err := d.write.QueryRowContext(ctx, q).Scan(&locked)
	if err == nil && locked {
		err = &pgconn.PgError{Severity: "ERROR", Code: readOnly, Message: "the server is read-only"}
	}
	return err
}

// doubtful is the failure of a commit: nobody knows whether it took place.
type doubtful struct{ error }

func (d doubtful) Unwrap() error { return d.error }

// down marks failures to reach the database as Unavailable, so that people see "later" and not "broken".
func down(err error) error {
	var unreachable *pgconn.ConnectError
	if err == nil || errs.KindOf(err) != 0 || !(retryable(err) || away(err) || isFull(err) || errors.As(err, &unreachable)) {
		return err
	}
	return errors.Join(errs.ErrUnavailable, err)
}

// retryable says that the same transaction may succeed when it is run again: serialisation failure, deadlock, SQLITE_BUSY, SQLITE_LOCKED.
func retryable(err error) bool {
	code := pgCode(err)
	lite := liteCode(err)
	return code == "40001" || code == "40P01" || lite == 5 || lite == 6 || errors.Is(err, errNoLease)
}

// Codes of PostgreSQL: a server that takes no changes (a standby, for a moment before or after a change of the primary), a statement
// that took too long, no connection left.
const readOnly, tooLong, tooMany = "25006", "57014", "53300"

// away says that the database cannot be reached or does not work now, but may soon, here or elsewhere.
func away(err error) bool {
	code := pgCode(err)
	return isNetwork(err) || code == readOnly || code == tooMany || strings.HasPrefix(code, "57P") || strings.HasPrefix(code, "08")
}

// Primary result codes of SQLite for a file that may not be changed, a failing disk, a full one, and a file that cannot be opened.
const sqliteReadOnly, sqliteIOErr, sqliteFull, sqliteCantOpen = 8, 10, 13, 14

// isFull knows the answers of an engine that lacks disk, memory or time.
func isFull(err error) bool {
	code := pgCode(err)
	return strings.HasPrefix(code, "53") || code == tooLong ||
		slices.Contains([]int{sqliteReadOnly, sqliteIOErr, sqliteFull, sqliteCantOpen}, liteCode(err))
}

// isNetwork tells a broken connection from an answer of the database.
func isNetwork(err error) bool {
	var ne net.Error
	var ce *pgconn.ConnectError
	if errors.As(err, &ce) && pgCode(err) != "" { // the server answered: wrong password, no such database, not ready yet
		return false
	}
	return errors.As(err, &ne) || ce != nil || pgconn.Timeout(err) || pgconn.SafeToRetry(err) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

func isTimeout(err error) bool {
	var ne net.Error
	return errors.As(err, &ne) && ne.Timeout()
}

// pgCode gives PostgreSQL's SQLSTATE, or "".
func pgCode(err error) string {
	if pe, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pe.Code
	}
	return ""
}
