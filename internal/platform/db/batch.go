package db

import (
	"context"
	"errors"
	"fmt"

	"linli/internal/platform/clock"
)

type batchKey struct{}

// Batch runs many operations in one transaction: each Write, Read and Do of d under the context that fn gets joins it, at the business
// time of its own context. An operation that fails may have written half of itself, so fn must then give the error back, which undoes
// the whole batch. For whoever fills a database: fn must not use the context in two goroutines, and may run twice as any transaction.
func (d *DB) Batch(ctx context.Context, fn func(ctx context.Context) error) error {
	if d.batch(ctx) != nil {
		return fn(ctx) // part of a larger one, which a failure undoes
	}
	if d.pg {
		return d.Write(ctx, func(tx *Tx) error {
			tx.known = map[asked]any{}
			return fn(context.WithValue(ctx, batchKey{}, tx))
		})
	}
	return d.liteBatch(ctx, fn)
}

// liteBatch goes round the standard library's transaction, which would start a goroutine for each query.
func (d *DB) liteBatch(ctx context.Context, fn func(ctx context.Context) error) error {
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return down(err)
	}
	tx := &Tx{tx: conn, db: d, Now: clock.In(ctx), known: map[asked]any{}, marks: &marks{}}
	if err = fn(context.WithValue(ctx, batchKey{}, tx)); err == nil {
		err = tx.leave(ctx)
	}
	if err == nil && tx.noID {
		err = errNoLease
	}
	end := "COMMIT"
	if err != nil {
		end = "ROLLBACK"
	}
	if _, e := conn.ExecContext(context.WithoutCancel(ctx), end); err != nil || e != nil {
		return down(errors.Join(err, e))
	}
	for _, f := range tx.after {
		f()
	}
	return nil
}

// batch is the transaction that ctx joins, or nil.
func (d *DB) batch(ctx context.Context) *Tx {
	if tx, ok := ctx.Value(batchKey{}).(*Tx); ok && tx.db == d {
		return tx
	}
	return nil
}

// join runs one operation inside the batch.
func (t *Tx) join(ctx context.Context, fn func(*Tx) error) error {
	tx := &Tx{tx: t.tx, db: t.db, Now: clock.In(ctx), known: t.known, marks: t.marks, unwatched: t.unwatched}
	err := fn(tx)
	if err == nil && len(t.marks.Bytes) > mostMarks {
		err = t.leave(ctx)
	}
	t.after, t.noID = append(t.after, tx.after...), t.noID || tx.noID
	return err
}

// How a SQLite file is written: safely in service, and fast while it is filled, when a power cut only means filling a new one.
const (
	liteSafe = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384"
	liteFast = "PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -262144"
)

// Fill runs fn while a SQLite file is written without waiting for the disk, and without looking up each reference. Afterwards
// everything is on the disk, all references have been checked, and commits are as safe as before.
func (d *DB) Fill(ctx context.Context, fn func() error) (err error) {
	if d.pg {
		return fn()
	}
	if _, err := d.write.ExecContext(ctx, liteFast); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.settle(context.WithoutCancel(ctx))) }()
	return fn()
}

func (d *DB) settle(ctx context.Context) error {
	if _, err := d.write.ExecContext(ctx, liteSafe); err != nil {
		return err
	}
	const full = 2
	var busy, log, moved, sync, keys, broken int
	err := errors.Join(d.write.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &moved),
		d.write.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&sync), d.write.QueryRowContext(ctx, "PRAGMA foreign_keys").Scan(&keys),
		d.write.QueryRowContext(ctx, "SELECT COUNT(*) FROM pragma_foreign_key_check").Scan(&broken))
	switch {
	case err != nil:
	case busy != 0 || sync != full || keys != 1:
		err = fmt.Errorf("the file is not safely on the disk: checkpoint %d, synchronous %d, foreign keys %d", busy, sync, keys)
	case broken > 0:
		err = fmt.Errorf("%d rows refer to what is not there", broken)
	}
	return err
}
