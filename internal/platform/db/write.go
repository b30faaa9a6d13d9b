package db

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"linli/internal/platform/imprint"
)

// exec runs a command; what it writes is marked where the table is watched.
func (t *Tx) exec(ctx context.Context, q string, to target, args []any) (n int64, err error) {
	s, err := t.shapeOf(ctx, to)
	switch {
	case err != nil:
		return 0, err
	case s == nil:
		n, err = t.plain(ctx, q, args...)
	default:
		n, err = t.observe(ctx, s, q, to, args, nil)
	}
	if n > 0 {
		t.done.changes++
	}
	return n, err
}

// plain runs a command and looks at no row.
func (t *Tx) plain(ctx context.Context, q string, args ...any) (int64, error) {
	res, err := t.tx.ExecContext(ctx, q, args...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", firstLine(q), err)
	}
	return res.RowsAffected()
}

// eachWritten is each for a statement that writes: every row is marked, whether or not fn wants more.
func eachWritten[T any](ctx context.Context, tx *Tx, s *imprint.Shape, q string, to target, args []any, fn func(T) error, err error) error {
	if err != nil {
		return err
	}
	var v, zero T
	enough := false
	n, err := tx.observe(ctx, s, q, to, args, func(cols []string) ([]any, func() error, error) {
		p, err := planFor(reflect.TypeFor[T](), cols)
		if err != nil {
			return nil, nil, err
		}
		rv, dst := reflect.ValueOf(&v).Elem(), make([]any, len(cols))
		p.targets(rv, dst)
		return dst, func() error {
			if enough {
				return nil
			}
			p.localise(rv)
			err := fn(v)
			v, enough = zero, errors.Is(err, errStop)
			if enough {
				return nil
			}
			return err
		}, nil
	})
	if n > 0 {
		tx.done.changes++
	}
	return err
}
