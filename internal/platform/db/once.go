package db

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"linli/internal/platform/errs"
)

// Once makes a repeated request harmless: the first success under a key is stored with its effect, in one transaction, and answered again.
// The web layer puts it into the context; only the first Do of a request looks at it.
type Once struct {
	Account   ID     // who asks; 0 for a visitor
	Operation string // what is asked
	Key       string // the client's Idempotency-Key
	Hash      []byte // of the body
	// Seal and Open protect the stored answer, which may hold personal data.
	Seal     func([]byte) []byte
	Open     func([]byte) ([]byte, error)
	Replayed bool // set when the answer is an earlier one
	used     bool
}

type onceKey struct{}

// WithOnce puts o into the context of one request.
func WithOnce(ctx context.Context, o *Once) context.Context {
	return context.WithValue(ctx, onceKey{}, o)
}

var (
	claimOnce  = SQL(`INSERT INTO idempotency (account_id, operation, key, hash, answer, made_at) VALUES ($1, $2, $3, $4, NULL, $5) ON CONFLICT (account_id, operation, key) DO NOTHING`)
	seenOnce   = Query[onceRow](`SELECT hash, answer FROM idempotency WHERE account_id = $1 AND operation = $2 AND key = $3`)
	forgetOnce = SQL(`DELETE FROM idempotency WHERE made_at < $1`)
	storeOnce  = SQL(`UPDATE idempotency SET answer = $4 WHERE account_id = $1 AND operation = $2 AND key = $3`)
)

type onceRow struct{ Hash, Answer []byte }

// ErrOtherBody answers a key that was used before for something else.
var ErrOtherBody = errs.New(errs.Invalid, "idempotency_conflict", "这个请求编号已经用于另一份内容")

// Do is Write for an operation that gives a result: fn makes it inside the transaction. Under a repeated Idempotency-Key the stored result is
// given again and fn does not run.
func Do[Out any](ctx context.Context, d *DB, fn func(*Tx) (Out, error)) (out Out, err error) {
	o, _ := ctx.Value(onceKey{}).(*Once)
	if o != nil && o.used {
		o = nil
	}
	err = d.Write(ctx, func(tx *Tx) error {
		if o == nil {
			out, err = fn(tx)
			return err
		}
		out, err = once(ctx, tx, o, fn)
		return err
	})
	if o != nil {
		o.used = true
	}
	return out, err
}

func once[Out any](ctx context.Context, tx *Tx, o *Once, fn func(*Tx) (Out, error)) (out Out, err error) {
	key := []any{int64(o.Account), o.Operation, o.Key}
	o.Replayed = false
	n, err := claimOnce.Run(ctx, tx, append(key, o.Hash, tx.Now)...)
	if err != nil {
		return out, err
	}
	if n == 0 {
		row, err := seenOnce.One(ctx, tx, key...)
		if err != nil {
			return out, err
		}
		if string(row.Hash) != string(o.Hash) {
			return out, ErrOtherBody
		}
		plain, err := o.Open(row.Answer)
		if err != nil {
			return out, err
		}
		o.Replayed = true
		return out, json.Unmarshal(plain, &out)
	}
	if out, err = fn(tx); err != nil {
		return out, err
	}
	plain, err := json.Marshal(out)
	if err != nil {
		return out, errors.Join(errors.New("answer is not JSON"), err)
	}
	_, err = storeOnce.Run(ctx, tx, append(key, o.Seal(plain))...)
	return out, err
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
