// Package office is what a station keeps besides its work, in books: each is a package below this one, and this one is what they share: who
// may open a station's books,
// their numbers, prints and messages.
//
// Below it, from the ground up: ledger (books that fill themselves from data), template (what divisions set for their stations), notice,
// photo, workplan, rule, sign, equipment,
// roster, archive; and home, the start page over all of them.
package office

import (
	"context"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/network/station"
	"linli/internal/platform/act"
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

// EntryInput names an entry of a book.
type EntryInput struct {
	ID db.ID `path:"id"`
}

// VersionInput names an entry and the version of it that was read.
type VersionInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
}

// Open gives the books of a station that the actor may see, for a page.
func Open(ctx context.Context, tx *db.Tx, id db.ID) (b Book, err error) {
	if b, err = open(ctx, tx, View, id); err != nil {
		return Book{}, err
	}
	return b, b.complete(ctx, tx)
}

func open(ctx context.Context, tx *db.Tx, perm auth.Perm, id db.ID) (Book, error) {
	st, err := station.Get(ctx, tx, id)
	if err != nil {
		return Book{}, err
	}
	return Book{Station: st, Today: clock.DayOf(tx.Now)}, auth.Require(ctx, perm, View, st.Place())
}

// complete adds what pages show.
func (b *Book) complete(ctx context.Context, tx *db.Tx) (err error) {
	b.Editable = b.Station.Status != station.Closed && auth.Can(ctx, Edit, b.Station.Place())
	b.Where, err = region.FullName(ctx, tx, b.Station.Region)
	return err
}

// inUse refuses a closed station, whose books are closed.
func (b Book) inUse() error {
	if b.Station.Status == station.Closed {
		return errs.WrongState("已经撤销的站点，台账不再登记")
	}
	return nil
}

// Read is an operation that reads in a station's books.
func Read[T any](ctx context.Context, d *db.DB, id db.ID, fn func(tx *db.Tx, b Book) (T, error)) (T, error) {
	return act.Read(ctx, d, View, func(tx *db.Tx) (out T, err error) {
		b, err := Open(ctx, tx, id)
		if err != nil {
			return out, err
		}
		return fn(tx, b)
	})
}

// Write is an operation that enters something in a station's books; fn gives its result and names, for the trail, what it entered.
func Write[T any](ctx context.Context, d *db.DB, op act.Op, id db.ID, fn func(tx *db.Tx, b Book) (T, db.ID, error)) (T, error) {
	return act.Write(ctx, d, op, func(tx *db.Tx) (out T, err error) {
		b, err := open(ctx, tx, op.Perm, id)
		if err != nil {
			return out, err
		}
		if err := b.inUse(); err != nil {
			return out, err
		}
		out, entry, err := fn(tx, b)
		if err != nil {
			return out, err
		}
		return out, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: object, ID: b.Station.ID.String(),
			Region: b.Station.Region, Detail: detail(entry)})
	})
}

const object = "station" // what the trail files all of it under

func detail(entry db.ID) map[string]any { return map[string]any{"entry": entry} }

// Filled checks that fields hold more than spaces: name, text and word of each.
func Filled(fields ...[3]string) func() error {
	return func() error {
		c := errs.Check{}
		for _, f := range fields {
			Required(c, f[0], f[1], f[2])
		}
		return c.Err()
	}
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
