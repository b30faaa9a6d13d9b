package office

import (
	"context"

	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Kind says how one kind of entries in stations' books is kept; what all of them share (whose they are, what the trail says, that a closed
// station's books are
// closed) is here.
type Kind[R any] struct {
	Table   *db.Relation[R]
	ByID    *db.Rows[R] // an entry with what it shows of other tables; nil where it shows nothing
	Station func(R) db.ID
	State   func(row R, today clock.Day) string // nil where entries have none
	Delete  *db.Command                         // by id and version; nil where entries stay for ever
}

// Entry is one of them in its book.
type Entry[R any] struct {
	Book
	Row R
}

func (k *Kind[R]) frame() *act.Kind[Entry[R]] {
	return &act.Kind[Entry[R]]{Object: object, View: View, Load: k.load,
		Save:    func(ctx context.Context, tx *db.Tx, e *Entry[R]) error { return k.Table.Update(ctx, tx, &e.Row) },
		ID:      func(e Entry[R]) db.ID { return e.Station.ID },
		Version: func(e Entry[R]) int64 { return k.Table.VersionOf(e.Row) },
		Place:   func(e Entry[R]) auth.Place { return e.Station.Place() },
		State:   func(e Entry[R]) string { return k.State(e.Row, e.Today) },
		Trail:   func(_, e Entry[R]) map[string]any { return detail(k.Table.IDOf(e.Row)) },
	}
}

// Get gives an entry; NotFound when there is none.
func (k *Kind[R]) Get(ctx context.Context, tx *db.Tx, id db.ID) (R, error) {
	if k.ByID != nil {
		return k.ByID.Get(ctx, tx, id)
	}
	return k.Table.Get(ctx, tx, id)
}

func (k *Kind[R]) load(ctx context.Context, tx *db.Tx, id db.ID) (e Entry[R], err error) {
	if e.Row, err = k.Get(ctx, tx, id); err != nil {
		return e, err
	}
	e.Today = clock.DayOf(tx.Now)
	e.Station, err = station.Get(ctx, tx, k.Station(e.Row))
	return e, err
}

// Look is an operation that reads one entry.
func Look[R, T any](ctx context.Context, d *db.DB, k *Kind[R], id db.ID, show func(tx *db.Tx, b Book, row R) (T, error)) (T, error) {
	return act.Look(ctx, d, k.frame(), id, func(tx *db.Tx, e Entry[R]) (out T, err error) {
		if err := e.complete(ctx, tx); err != nil {
			return out, err
		}
		return show(tx, e.Book, e.Row)
	})
}

// Add is an operation that makes an entry in the books of a station.
func (k *Kind[R]) Add(ctx context.Context, d *db.DB, op act.Op, station db.ID, fn func(tx *db.Tx, b Book) (R, error)) (R, error) {
	return Write(ctx, d, op, station, func(tx *db.Tx, b Book) (R, db.ID, error) {
		row, err := fn(tx, b)
		if err != nil {
			return row, 0, err
		}
		return row, k.Table.IDOf(row), k.Table.Insert(ctx, tx, row)
	})
}

// Change is an operation that changes an entry; fn changes it, by its own rules.
func (k *Kind[R]) Change(ctx context.Context, d *db.DB, op act.Op, fn func(tx *db.Tx, b Book, row *R) error) (R, error) {
	return alter(ctx, d, k.frame(), op, fn)
}

// Remove is an operation that takes an entry out, as far as fn allows it.
func (k *Kind[R]) Remove(ctx context.Context, d *db.DB, op act.Op, fn func(b Book, row R) error) (R, error) {
	f := k.frame()
	f.Save = func(ctx context.Context, tx *db.Tx, e *Entry[R]) error {
		n, err := k.Delete.Run(ctx, tx, k.Table.IDOf(e.Row), op.Version)
		if err == nil && n == 0 {
			err = errs.ErrStale
		}
		return err
	}
	return alter(ctx, d, f, op, func(_ *db.Tx, b Book, row *R) error { return fn(b, *row) })
}

func alter[R any](ctx context.Context, d *db.DB, f *act.Kind[Entry[R]], op act.Op, fn func(tx *db.Tx, b Book, row *R) error) (R, error) {
	return act.ChangeTo(ctx, d, f, op, func(tx *db.Tx, e *Entry[R]) error {
		if err := e.inUse(); err != nil {
			return err
		}
		return fn(tx, e.Book, &e.Row)
	}, func(_ *db.Tx, e Entry[R]) (R, error) { return e.Row, nil })
}

// File is an operation that gives the file which belongs to an entry.
func (k *Kind[R]) File(ctx context.Context, d *db.DB, blobs *blob.Store, id db.ID, file func(R) db.ID) (blob.File, error) {
	m, err := Look(ctx, d, k, id, func(tx *db.Tx, _ Book, row R) (blob.Meta, error) {
		if file(row) == 0 {
			return blob.Meta{}, errs.ErrNotFound
		}
		return blobs.Get(ctx, tx, file(row))
	})
	if err != nil {
		return blob.File{}, err
	}
	return blobs.File(m)
}
