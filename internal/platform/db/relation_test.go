package db_test

import (
	"slices"
	"testing"

	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
)

// dish is a row of the menu as a relation sees it: some columns are written once, one belongs to an expression.
type dish struct {
	ID       db.ID
	Region   int64  `db:",once"`
	Code     string `db:",once"`
	Letters  int64  `db:",read"`
	Name     string
	Category kind
	amount
	Flags
	Version int64
}

type kind string

type amount struct{ Minutes, Needed, Sort int64 }

// Flags are what the other columns of the table want.
type Flags struct {
	Blurb, Icon, Audience, Skills, Languages, TrainingCode, QualificationCode, Risk string
	Dangerous, AdultsOnly, TwoPersons, InsuranceNeeded, Active                      bool
}

type menuInput struct {
	Category string `enum:"health,education,"`
	Active   bool
	db.Paging
}

var (
	dishes = db.NewRelation[dish]("catalogue_item")
	dishOf = db.Query[dish](`SELECT ` + dishes.Columns("c") + `, length(c.name) AS letters FROM catalogue_item c WHERE id = $1`)
	served = db.ListOf(func(b *db.Builder, in menuInput) {
		b.Add(dishes.Select("")+" WHERE 1 = 1").If(in.Active, " AND active").If(in.Category != "", " AND category = ?", in.Category)
	}, func(in menuInput) db.Order[dish] {
		return db.Order[dish]{By: "sort, id", Down: in.Active, Key: func(d dish) []any { return []any{d.Sort, d.ID} }}
	})
)

func newDish(id db.ID, code string, sort int64) dish {
	return dish{ID: id, Region: 150000000000, Code: code, Name: "量血压", Category: "health", amount: amount{30, 1, sort}, Version: 1}
}

// A row comes back as it was written; an update leaves what is written once, counts the version, and refuses another one.
func TestRelation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		write(t, d, func(tx *db.Tx) error { return dishes.Insert(ctx, tx, newDish(1, "a", 5)) })
		read := func() (out dish) {
			t.Helper()
			write(t, d, func(tx *db.Tx) (err error) {
				out, err = dishOf.Get(ctx, tx, 1)
				return err
			})
			return out
		}
		want := newDish(1, "a", 5)
		want.Letters = 3
		if got := read(); got != want {
			t.Errorf("%+v, not %+v", got, want)
		}
		changed := want
		changed.Name, changed.Code, changed.Region, changed.Minutes, changed.Needed = "量血糖", "b", 1, 60, 2
		write(t, d, func(tx *db.Tx) error { return dishes.Update(ctx, tx, &changed) })
		want.Name, want.Minutes, want.Needed, want.Version = "量血糖", 60, 2, 2
		if got := read(); got != want || changed.Version != 2 {
			t.Errorf("%+v, not %+v; version %d", got, want, changed.Version)
		}
		changed.Version = 1
		if err := d.Write(ctx, func(tx *db.Tx) error { return dishes.Update(ctx, tx, &changed) }); err != errs.ErrStale {
			t.Errorf("an old version: %v", err)
		}
		if err := d.Write(ctx, func(tx *db.Tx) error { return dishes.Lock(ctx, tx, changed) }); err != errs.ErrStale {
			t.Errorf("an old version held: %v", err)
		}
		write(t, d, func(tx *db.Tx) error { return dishes.Lock(ctx, tx, want) })
		write(t, d, func(tx *db.Tx) error {
			again, err := dishes.Add(ctx, tx, newDish(2, "a", 5))
			if err != nil || again {
				t.Errorf("a second one of a code: %v %v", again, err)
			}
			fresh, err := dishes.Add(ctx, tx, newDish(2, "b", 5))
			if !fresh {
				t.Errorf("one of a new code was not added")
			}
			return err
		})
		if err := d.Read(ctx, func(tx *db.Tx) error { _, err := dishOf.Get(ctx, tx, 9); return err }); err != errs.ErrNotFound {
			t.Errorf("a missing row: %v", err)
		}
	})
}

// gate is a row that may be written only while it is shut.
type gate struct {
	ID     db.ID
	Region int64 `db:",once"`
	Sort   int64
}

var gates = db.NewRelation[gate]("catalogue_item").While("sort = 5")

// A row for which the condition of While no longer holds is left as it is, and whoever would write it is told that he is late.
func TestRelationWhile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		write(t, d, func(tx *db.Tx) error { return dishes.Insert(ctx, tx, newDish(1, "a", 5)) })
		write(t, d, func(tx *db.Tx) error { return gates.Update(ctx, tx, &gate{ID: 1, Sort: 6}) })
		if err := d.Write(ctx, func(tx *db.Tx) error { return gates.Update(ctx, tx, &gate{ID: 1, Sort: 7}) }); err != errs.ErrStale {
			t.Errorf("a row that has passed: %v", err)
		}
		write(t, d, func(tx *db.Tx) error {
			got, err := dishOf.Get(ctx, tx, 1)
			if got.Sort != 6 {
				t.Errorf("sort %d was written", got.Sort)
			}
			return err
		})
	})
}

// A list comes page by page, each row once, upwards and downwards; a cursor of another order is an error of its field.
func TestList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		var rows []dish
		for i := range 7 {
			rows = append(rows, newDish(db.ID(i+1), string(rune('a'+i)), int64(i/2)))
			rows[i].Active = i > 0
		}
		write(t, d, func(tx *db.Tx) error { return dishes.InsertAll(ctx, tx, rows) })
		for _, c := range []struct {
			in   menuInput
			want []db.ID
		}{
			{menuInput{}, []db.ID{1, 2, 3, 4, 5, 6, 7}},
			{menuInput{Active: true}, []db.ID{7, 6, 5, 4, 3, 2}},
			{menuInput{Category: "education"}, nil},
		} {
			c.in.Limit = 3
			var got []db.ID
			for {
				var page db.Page[dish]
				write(t, d, func(tx *db.Tx) (err error) {
					page, err = served.Page(ctx, tx, c.in, c.in.Paging)
					return err
				})
				for _, x := range page.Items {
					got = append(got, x.ID)
				}
				if page.Next == nil {
					break
				}
				c.in.Cursor = *page.Next
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%+v: %v, not %v", c.in, got, c.want)
			}
		}
		in := menuInput{Paging: db.Paging{Cursor: db.CursorOf("x", "y")}}
		err := d.Read(ctx, func(tx *db.Tx) error { _, err := served.Page(ctx, tx, in, in.Paging); return err })
		if errs.KindOf(err) != errs.Invalid {
			t.Errorf("a cursor of another list: %v", err)
		}
	})
}

func write(t *testing.T, d *db.DB, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}
