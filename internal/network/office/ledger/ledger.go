// Package ledger is the books of a station that fill themselves from data (台账), as pages, files and one bound book.
//
// Nouns: ledger. Verbs: fill, print, export.
package ledger

import (
	"context"

	"linli/internal/network/office"
	"linli/internal/network/station"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Service holds the operations.
type Service struct {
	db      *db.DB
	ledgers []Ledger
}

// New makes the service, with the ledgers of all areas in their order.
func New(d *db.DB, ledgers ...Ledger) *Service { return &Service{db: d, ledgers: ledgers} }

// Ledger is a book that fills itself from data (台账). Declaring it is all that a new one needs; the program is put together with all of
// them.
type Ledger struct {
	Code    string   `json:"code"`
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	Rows    Rows     `json:"-"`
}

// Rows gives the lines of a station in a stretch of days, both included, in their order, at most limit.
type Rows func(ctx context.Context, tx *db.Tx, st station.Station, from, until clock.Day, limit int) ([][]string, error)

// Between makes lines of what a query gives for a station, two days and a limit, as it stands today.
func Between[T any](q *db.Rows[T], cells func(T, clock.Day) []string) Rows {
	return func(ctx context.Context, tx *db.Tx, st station.Station, from, until clock.Day, limit int) (out [][]string, err error) {
		rows, err := q.All(ctx, tx, st.ID, int64(from), int64(until), limit)
		for _, r := range rows {
			out = append(out, cells(r, clock.DayOf(tx.Now)))
		}
		return out, err
	}
}

// ListInput names a station and a stretch of days.
type ListInput struct {
	ID    db.ID     `path:"id"`
	From  clock.Day `query:"from" doc:"不填为今年 1 月 1 日"`
	Until clock.Day `query:"until" doc:"不填为今天"`
}

// Sheet is a ledger with its lines.
type Sheet struct {
	Ledger
	Lines [][]string `json:"rows"`
	Cut   bool       `json:"cut" doc:"太长，后面的没有列出；请缩短时间"`
}

// Ledgers are all ledgers of a station.
type Ledgers struct {
	office.Book
	From  clock.Day `json:"from"`
	Until clock.Day `json:"until"`
	Items []Sheet   `json:"items"`
}

// List gives all ledgers of a station and a stretch of days.
func (s *Service) List(ctx context.Context, in ListInput) (Ledgers, error) {
	return s.fill(ctx, in, "")
}

// GetInput names a ledger.
type GetInput struct {
	ID    db.ID     `path:"id"`
	Code  string    `path:"code" maxLength:"20"`
	From  clock.Day `query:"from"`
	Until clock.Day `query:"until"`
}

// Get gives one ledger with its lines.
func (s *Service) Get(ctx context.Context, in GetInput) (Ledgers, error) {
	return s.fill(ctx, ListInput{in.ID, in.From, in.Until}, in.Code)
}

// fill lets ledgers fill themselves: one by its code, or all.
func (s *Service) fill(ctx context.Context, in ListInput, code string) (Ledgers, error) {
	return office.Read(ctx, s.db, in.ID, func(tx *db.Tx, b office.Book) (out Ledgers, err error) {
		out = Ledgers{Book: b, From: in.From, Until: in.Until}
		if out.From == 0 {
			out.From = b.Today/10000*10000 + 101
		}
		if out.Until == 0 {
			out.Until = max(b.Today, out.From)
		}
		c := errs.Check{}
		c.That(office.ValidYear(out.From.Year()), "from", "应在 2021 至 2100 年之间")
		c.That(office.ValidYear(out.Until.Year()) && out.Until >= out.From && out.Until < out.From.AddDays(3*366), "until", "应在开始以后，三年以内")
		if err := c.Err(); err != nil {
			return out, err
		}
		for _, l := range s.ledgers {
			if code != "" && l.Code != code {
				continue
			}
			f, err := l.fill(ctx, tx, b.Station, out.From, out.Until)
			if err != nil {
				return out, err
			}
			out.Items = append(out.Items, f)
		}
		if len(out.Items) == 0 {
			err = errs.ErrNotFound
		}
		return out, err
	})
}

// fill gives the lines of a stretch, as many as a file holds.
func (l Ledger) fill(ctx context.Context, tx *db.Tx, st station.Station, from, until clock.Day) (Sheet, error) {
	rows, err := l.Rows(ctx, tx, st, from, until, office.MostRows+1)
	return Sheet{Ledger: l, Lines: append([][]string{}, rows[:min(len(rows), office.MostRows)]...), Cut: len(rows) > office.MostRows}, err
}
