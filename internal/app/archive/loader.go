package archive

import (
	"context"
	"errors"
	"slices"

	"linli/internal/platform/db"
)

// batch is how many rows go into one statement at most.
const batch = 500

// loader writes the rows of one table. A row that names another of the same table waits until that one is written: neither engine
// checks such references later.
type loader struct {
	table   db.Table
	tx      *db.Tx
	n       int64
	ready   [][]any
	waiting [][]any
}

func (l *loader) add(ctx context.Context, values []any) error {
	l.n++
	if len(l.own(values)) > 0 {
		l.waiting = append(l.waiting, values)
		return nil
	}
	l.ready = append(l.ready, values)
	if len(l.ready) < batch {
		return nil
	}
	return l.flush(ctx)
}

func (l *loader) flush(ctx context.Context) error {
	rows := l.ready
	l.ready = nil
	return l.table.Append(ctx, l.tx, rows)
}

// own gives the rows of the same table that a row names.
func (l *loader) own(values []any) (named []any) {
	for _, r := range l.table.Refers {
		if r.Table != l.table.Name {
			continue
		}
		if v := values[slices.Index(l.table.Columns, r.Column)]; v != nil && v != values[0] {
			named = append(named, v)
		}
	}
	return named
}

// finish writes what is left, the named before those who name them. The key of such a table is its first column.
func (l *loader) finish(ctx context.Context) error {
	if err := l.flush(ctx); err != nil {
		return err
	}
	for len(l.waiting) > 0 {
		open := map[any]bool{}
		for _, values := range l.waiting {
			open[values[0]] = true
		}
		var later [][]any
		for _, values := range l.waiting {
			if slices.ContainsFunc(l.own(values), func(v any) bool { return open[v] }) {
				later = append(later, values)
			} else {
				l.ready = append(l.ready, values)
			}
		}
		if len(later) == len(l.waiting) {
			return errors.New("rows of a table name one another in a circle")
		}
		l.waiting = later
		if err := l.flush(ctx); err != nil {
			return err
		}
	}
	return nil
}
