// Package office is what a station keeps besides its work, in books: each is a package below this one, and this one is what they share: who may open a station's books,
// their numbers, prints and messages.
//
// Below it, from the ground up: ledger (books that fill themselves from data), template (what divisions set for their stations), notice, photo, workplan, rule, sign, equipment,
// roster, archive; and home, the start page over all of them.
package office

import (
	"context"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/network/station"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Permissions.
const (
	View      auth.Perm = "office.view"
	Edit      auth.Perm = "office.edit"
	Configure auth.Perm = "office.configure" // templates of rules and the filing plan of a division
	Public    auth.Perm = "office.public"    // what hangs at the station
)

// Book is what the pages of a station's books share.
type Book struct {
	Station  station.Station `json:"-"`
	Where    string          `json:"-"`
	Today    clock.Day       `json:"-"`
	Editable bool            `json:"-"`
}

// StationInput names a station.
type StationInput struct {
	ID db.ID `path:"id"`
}

// Open gives the station when the actor may act there: the first lines of each operation.
func Open(ctx context.Context, tx *db.Tx, perm auth.Perm, id db.ID) (b Book, err error) {
	if b.Station, err = station.Get(ctx, tx, id); err != nil {
		return b, err
	}
	if err := auth.Require(ctx, perm, View, b.Station.Place()); err != nil {
		return Book{}, err
	}
	b.Today = clock.DayOf(tx.Now)
	b.Editable = b.Station.Status != station.Closed && auth.Can(ctx, Edit, b.Station.Place())
	b.Where, err = region.FullName(ctx, tx, b.Station.Region)
	return b, err
}

// Read is a reading operation on a station's book.
func Read[T any](ctx context.Context, d *db.DB, id db.ID, fn func(tx *db.Tx, b Book) (T, error)) (out T, err error) {
	if err := auth.Allow(ctx, View); err != nil {
		return out, err
	}
	err = d.Read(ctx, func(tx *db.Tx) error {
		b, err := Open(ctx, tx, View, id)
		if err != nil {
			return err
		}
		out, err = fn(tx, b)
		return err
	})
	if err != nil {
		var none T
		out = none
	}
	return out, err
}

// Change is a changing operation on a station's book; a closed station's books are closed. action goes to the trail with what fn names as its object.
func Change[T any](ctx context.Context, d *db.DB, id db.ID, action string, fn func(tx *db.Tx, b Book) (T, db.ID, error)) (T, error) {
	return db.Do(ctx, d, func(tx *db.Tx) (out T, err error) {
		b, err := Open(ctx, tx, Edit, id)
		if err != nil {
			return out, err
		}
		if b.Station.Status == station.Closed {
			return out, errs.WrongState("已经撤销的站点，台账不再登记")
		}
		out, object, err := fn(tx, b)
		if err != nil {
			return out, err
		}
		return out, audit.Write(ctx, tx, audit.Entry{Action: "office." + action, Object: "station", ID: b.Station.ID.String(), Region: b.Station.Region,
			Detail: map[string]any{"entry": object}})
	})
}

// ReadRow is a reading operation on one row of a station's book.
func ReadRow[R, T any](ctx context.Context, d *db.DB, id db.ID, q *db.Rows[R], of func(R) db.ID, fn func(tx *db.Tx, b Book, row R) (T, error)) (out T, err error) {
	if err := auth.Allow(ctx, View); err != nil {
		return out, err
	}
	err = d.Read(ctx, func(tx *db.Tx) error {
		row, err := One(q.One(ctx, tx, id))
		if err != nil {
			return err
		}
		b, err := Open(ctx, tx, View, of(row))
		if err != nil {
			return err
		}
		out, err = fn(tx, b, row)
		return err
	})
	if err != nil {
		var none T
		out = none
	}
	return out, err
}

// ChangeRow is a changing operation on one row of a station's book.
func ChangeRow[R, T any](ctx context.Context, d *db.DB, id db.ID, q *db.Rows[R], of func(R) db.ID, action string, fn func(tx *db.Tx, b Book, row R) (T, error)) (out T, err error) {
	if err := auth.Allow(ctx, Edit); err != nil {
		return out, err
	}
	var at db.ID
	if err = d.Read(ctx, func(tx *db.Tx) error {
		row, err := One(q.One(ctx, tx, id))
		at = of(row)
		return err
	}); err != nil {
		return out, err
	}
	return Change(ctx, d, at, action, func(tx *db.Tx, b Book) (T, db.ID, error) {
		row, err := One(q.One(ctx, tx, id))
		if err != nil {
			var none T
			return none, 0, err
		}
		out, err := fn(tx, b, row)
		return out, id, err
	})
}

// One gives a row, NotFound when there is none.
func One[T any](v T, err error) (T, error) {
	v, ok, err := db.Found(v, err)
	if err == nil && !ok {
		err = errs.ErrNotFound
	}
	return v, err
}

// Fresh turns an update that found no row of its version into a stale one.
func Fresh(n int64, err error) error {
	if err == nil && n == 0 {
		err = errs.ErrStale
	}
	return err
}

// Required reports an error of a field that holds nothing but spaces.
func Required(c errs.Check, field, text, word string) {
	c.That(strings.TrimSpace(text) != "", field, word)
}

// ValidYear says whether a year is one that books are kept for.
func ValidYear(year int64) bool { return year >= 2021 && year <= 2100 }

// Report tells verify of the rows that a question finds.
func Report(ctx context.Context, tx *db.Tx, q *db.Rows[db.ID], kind, what string, report func(object, what string)) error {
	ids, err := q.All(ctx, tx)
	for _, id := range ids {
		report(kind+" "+id.String(), what)
	}
	return err
}
