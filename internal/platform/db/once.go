package db

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"time"

	"linli/internal/platform/errs"
)

// Once makes a repeated request harmless: what was answered to the first success under a key is stored with its effect, in one transaction.
// The web layer puts it into the context of a request.
type Once struct {
	Account   ID                            // who asks; 0 for a visitor
	Operation string                        // what is asked
	Key       string                        // the client's Idempotency-Key
	Hash      []byte                        // of the body
	Gives     reflect.Type                  // what the operation gives: the Do that makes it is the one that counts
	Answer    func(out any) ([]byte, error) // what is stored of the result, sealed
	used      bool
	batch     *Tx // in which it was used
}

type onceKey struct{}

// WithOnce puts o into the context of one request; nil for a request without a key.
func WithOnce(ctx context.Context, o *Once) context.Context {
	return context.WithValue(ctx, onceKey{}, o)
}

var (
	claimOnce = SQL(`INSERT INTO idempotency (account_id, operation, key, hash, answer, made_at) VALUES ($1, $2, $3, $4, NULL, $5)
		ON CONFLICT (account_id, operation, key) DO NOTHING`)
	seenOnce   = Query[onceRow](`SELECT hash, answer FROM idempotency WHERE account_id = $1 AND operation = $2 AND key = $3`)
	forgetOnce = SQL(`DELETE FROM idempotency WHERE made_at < $1`)
	storeOnce  = SQL(`UPDATE idempotency SET answer = $4 WHERE account_id = $1 AND operation = $2 AND key = $3`)
)

type onceRow struct{ Hash, Answer []byte }

// ErrAnswered ends an operation whose request was answered before: Answer gives what.
var ErrAnswered = errors.New("db: answered before under this key")

// ErrOtherBody answers a key that was used before for something else.
var ErrOtherBody = errs.New(errs.Invalid, "idempotency_conflict", "这个请求编号已经用于另一份内容")

// Do is Write for an operation that gives a result: fn makes it inside the transaction. Under a repeated Idempotency-Key fn does not run
// and the error is ErrAnswered. A key counts once in a request, for the first Do that succeeds with what the operation gives; what is
// called inside of that runs without one.
func Do[Out any](ctx context.Context, d *DB, fn func(*Tx) (Out, error)) (out Out, err error) {
	o, _ := ctx.Value(onceKey{}).(*Once)
	batch := d.batch(ctx) // one that is run again is another, in which nothing was used yet
	if o == nil || o.used && (batch == nil || o.batch == batch) || o.Gives != reflect.TypeFor[Out]() {
		err = d.Write(ctx, func(tx *Tx) error {
			out, err = fn(tx)
			return err
		})
		return out, err
	}
	o.used, o.batch = true, batch
	err = d.Write(ctx, func(tx *Tx) error {
		if err := o.claim(ctx, tx); err != nil {
			return err
		}
		if out, err = fn(tx); err != nil {
			return err
		}
		return o.store(ctx, tx, out)
	})
	o.used = err == nil
	return out, err
}

func (o *Once) claim(ctx context.Context, tx *Tx) error {
	n, err := claimOnce.Run(ctx, tx, int64(o.Account), o.Operation, o.Key, o.Hash, tx.Now)
	if err == nil && n == 0 {
		err = ErrAnswered
	}
	return err
}

func (o *Once) store(ctx context.Context, tx *Tx, out any) error {
	answer, err := o.Answer(out)
	if err != nil {
		return err
	}
	_, err = storeOnce.Run(ctx, tx, int64(o.Account), o.Operation, o.Key, answer)
	return err
}

// Answer gives what is stored under the key of a request; nil when it was not answered, and ErrOtherBody when it was another request.
func (d *DB) Answer(ctx context.Context, o *Once) (answer []byte, err error) {
	err = d.Glance(ctx, func(tx *Tx) error {
		row, err := seenOnce.One(ctx, tx, int64(o.Account), o.Operation, o.Key)
		switch {
		case errors.Is(err, ErrNoRow):
			return nil
		case err == nil && !bytes.Equal(row.Hash, o.Hash):
			return ErrOtherBody
		}
		answer = row.Answer
		return err
	})
	return answer, err
}

// keepOnce is how long an Idempotency-Key is remembered (contract: 7 days).
const keepOnce = 7 * 24 * time.Hour

// ForgetOnce deletes what was remembered of requests longer ago than keepOnce.
func (d *DB) ForgetOnce(ctx context.Context) error {
	return d.Write(ctx, func(tx *Tx) error {
		_, err := forgetOnce.Run(ctx, tx, tx.Now.Add(-keepOnce))
		return err
	})
}
