// Package office is what a station keeps besides its work: the plan of the year, rules, the book of notices, equipment, the duty roster, the archive, its sign; and ledgers,
// which fill themselves from data.
//
// Nouns: notice, plan item, step, rule, template, equipment, stock-taking, keeper, duty, category, document, ledger, sign. Verbs: post, take down, add, progress, copy, adopt,
// publish, take stock, assign, swap, file, destroy, prove (an item of the standard by what is kept), print, export.
package office

import (
	"context"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/network/standard"
	"linli/internal/network/station"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
)

// Permissions.
const (
	View   auth.Perm = "office.view"
	Keep   auth.Perm = "office.keep"
	Set    auth.Perm = "office.set"    // templates of rules and the filing plan of a division
	Public auth.Perm = "office.public" // what hangs at the station
)

// Books that number what is entered in them.
const (
	noticeBook    = "notice"
	equipmentBook = "equipment"
	archiveBook   = "archive"
	copyBook      = "copy" // of plans: counted, so that two copies wait for one another
)

// Service holds the operations.
type Service struct {
	db       *db.DB
	keys     *seal.Keys
	blobs    *blob.Store
	standard *standard.Service
	ledgers  []Ledger
}

// New makes the service, with the ledgers of this area; those of others come by AddLedgers.
func New(d *db.DB, keys *seal.Keys, blobs *blob.Store, std *standard.Service) *Service {
	return &Service{db: d, keys: keys, blobs: blobs, standard: std, ledgers: ownLedgers}
}

// Book is what the pages of a station's books share.
type Book struct {
	Station station.Station `json:"-"`
	Where   string          `json:"-"`
	Today   clock.Day       `json:"-"`
	keeps   bool
}

// StationInput names a station.
type StationInput struct {
	ID db.ID `path:"id"`
}

// open gives the station when the actor may act there: the first lines of each operation.
func open(ctx context.Context, tx *db.Tx, perm auth.Perm, id db.ID) (b Book, err error) {
	if b.Station, err = station.Get(ctx, tx, id); err != nil {
		return b, err
	}
	if err := auth.Require(ctx, perm, View, b.Station.Place()); err != nil {
		return Book{}, err
	}
	b.Today = clock.DayOf(tx.Now)
	b.keeps = b.Station.Status != station.Closed && auth.Can(ctx, Keep, b.Station.Place())
	b.Where, err = region.FullName(ctx, tx, b.Station.Region)
	return b, err
}

// look is a reading operation on a station's book.
func look[T any](ctx context.Context, s *Service, id db.ID, fn func(tx *db.Tx, b Book) (T, error)) (out T, err error) {
	if err := auth.Allow(ctx, View); err != nil {
		return out, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		b, err := open(ctx, tx, View, id)
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

// write is a changing operation on a station's book; a closed station's books are closed. action goes to the trail with what fn names as its object.
func write[T any](ctx context.Context, s *Service, id db.ID, action string, fn func(tx *db.Tx, b Book) (T, db.ID, error)) (T, error) {
	return db.Do(ctx, s.db, func(tx *db.Tx) (out T, err error) {
		b, err := open(ctx, tx, Keep, id)
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

// one gives a row, NotFound when there is none.
func one[T any](v T, err error) (T, error) {
	v, ok, err := db.Found(v, err)
	if err == nil && !ok {
		err = errs.ErrNotFound
	}
	return v, err
}

// said reports an error of a field that holds nothing but spaces.
func said(c errs.Check, field, text, word string) {
	c.That(strings.TrimSpace(text) != "", field, word)
}

// inRange says whether a year is one that books are kept for.
func inRange(year int64) bool { return year >= 2021 && year <= 2100 }

func yearOf(d clock.Day) int64 { return int64(d / 10000) }

// PickInput asks for the stations whose books the actor may see.
type PickInput struct {
	Q string `query:"q" maxLength:"40" doc:"站名里的字"`
	db.Paging
}

// Picked is the list of them; with one station alone its page is shown at once.
type Picked struct {
	In   PickInput `json:"-"`
	Home *Home     `json:"-"`
	db.Page[station.Station]
}

// Pick lists the stations whose books the actor may see.
func (s *Service) Pick(ctx context.Context, in PickInput) (out Picked, err error) {
	if err := auth.Allow(ctx, View); err != nil {
		return out, err
	}
	out.In = in
	var after db.ID
	more, err := in.After(&after)
	if err != nil {
		return out, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := stations(ctx, tx, auth.ScopeOf(ctx, View), in, more, after)
		if err != nil {
			return err
		}
		out.Page = db.PageOf(rows, in.Paging, func(st station.Station) []string { return db.Key(st.ID) })
		if len(out.Items) != 1 || more || in.Q != "" {
			return nil
		}
		b, err := open(ctx, tx, View, out.Items[0].ID)
		if err != nil {
			return err
		}
		h, err := home(ctx, tx, b)
		out.Home = &h
		return err
	})
	return out, err
}

// Home is the start page of a station's books: what each holds and what waits.
type Home struct {
	Book
	Count
	OnDuty []Shift
}

// Home gives the start page of a station's books.
func (s *Service) Home(ctx context.Context, in StationInput) (Home, error) {
	return look(ctx, s, in.ID, func(tx *db.Tx, b Book) (Home, error) { return home(ctx, tx, b) })
}

func home(ctx context.Context, tx *db.Tx, b Book) (out Home, err error) {
	out.Book = b
	if out.Count, err = count(ctx, tx, b.Station.ID); err != nil {
		return out, err
	}
	out.OnDuty, err = onDuty(ctx, tx, b.Station.ID)
	return out, err
}

func count(ctx context.Context, tx *db.Tx, id db.ID) (Count, error) {
	today := clock.DayOf(tx.Now)
	return counts.One(ctx, tx, id, int64(today), yearOf(today))
}

// Count is what a station's books hold today.
type Count struct {
	Hanging, Plan, Late, Rules, Things, Unchecked, Kept, Due, Asked int64
	LateYear                                                        int64 // whose plan has the item that is overdue the longest; this year without one
}

// Verify: no number is missing in any book, what a plan item has done is the sum of its steps, a station's rules follow one another without overlap.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, ask := range []struct {
		rows *db.Rows[db.ID]
		kind string
		what string
	}{{gaps, "station", "台账的编号有空缺"}, {miscounted, "office_plan_item", "计划完成数和进展不符"}, {overlapping, "office_rule", "同一项制度有两版同时有效"}} {
		ids, err := ask.rows.All(ctx, tx)
		if err != nil {
			return err
		}
		for _, id := range ids {
			report(ask.kind+" "+id.String(), ask.what)
		}
	}
	return nil
}
