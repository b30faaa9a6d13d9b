// Package lending is what a station lends to its residents: a wheelchair for a week, a blood pressure meter for a day. It is the
// sample of an area: a register, a form, a list, a print. A test builds it in its place and counts what it costs; the product does not
// hold it.
//
// Nouns: loan. Verbs: lend, list, take back, print.
package lending

import (
	"context"
	"strings"

	"linli/internal/network/office"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/paper"
	"linli/internal/platform/set"
	"linli/internal/platform/sheet"
)

// Permissions.
const (
	View auth.Perm = "lending.view"
	Keep auth.Perm = "lending.keep"
)

// States of a loan.
const (
	Out  = "out"
	Back = "back"
)

// States are those of a loan, as people see them.
var States = set.New("lending.state", set.Row{Out, "借出", "work"}, set.Row{Back, "已还", "done"})

// Loan is one thing lent to somebody.
type Loan struct {
	ID        db.ID       `json:"id"`
	Region    auth.Region `json:"region" db:",once"`
	StationID db.ID       `json:"station_id" db:",once"`
	Thing     string      `json:"thing" db:",once"`
	Borrower  string      `json:"borrower" db:",once"`
	LentDay   clock.Day   `json:"lent_day" db:",once"`
	DueDay    clock.Day   `json:"due_day" db:",once"`
	BackDay   clock.Day   `json:"back_day"`
	State     string      `json:"state" set:"lending.state"`
	Version   int64       `json:"version"`
}

var loans = act.Kind[Loan]{Object: "loan", View: View, Table: table, Word: States.Word,
	Place: func(l Loan) auth.Place { return auth.Place{Region: l.Region, Station: l.StationID} },
	State: func(l Loan) string { return l.State },
	Trail: func(was, now Loan) map[string]any { return map[string]any{"from": was.State, "to": now.State} }}

// Service holds the operations.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{d} }

// LendInput is a thing that somebody takes along.
type LendInput struct {
	ID       db.ID     `path:"id" doc:"站点"`
	Thing    string    `json:"thing" minLength:"1" maxLength:"40"`
	Borrower string    `json:"borrower" minLength:"1" maxLength:"40"`
	DueDay   clock.Day `json:"due_day"`
}

func (in LendInput) check() error {
	c := errs.Check{}
	c.That(strings.TrimSpace(in.Thing) != "", "thing", "请写借出的是什么")
	c.That(strings.TrimSpace(in.Borrower) != "", "borrower", "请写谁借的")
	return c.Err()
}

// Lend enters a loan in the register of a station.
func (s *Service) Lend(ctx context.Context, in LendInput) (Loan, error) {
	var st station.Station
	at := func(tx *db.Tx) (_ auth.Place, err error) {
		st, err = station.Get(ctx, tx, in.ID)
		return st.Place(), err
	}
	return loans.Add(ctx, s.db, act.Op{Perm: Keep, Action: "lending.lend", Check: in.check}, at, func(tx *db.Tx) (Loan, error) {
		today := clock.DayOf(tx.Now)
		if in.DueDay < today {
			return Loan{}, errs.Field("due_day", "不能早于今天")
		}
		return Loan{ID: tx.NewID(), Region: st.Region, StationID: st.ID, Thing: in.Thing, Borrower: in.Borrower, LentDay: today,
			DueDay: in.DueDay, State: Out, Version: 1}, nil
	})
}

// BackInput names a loan that comes back.
type BackInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
}

// TakeBack notes that a thing is there again.
func (s *Service) TakeBack(ctx context.Context, in BackInput) (Loan, error) {
	op := act.Op{Perm: Keep, Action: "lending.back", ID: in.ID, Version: in.Version, From: []string{Out}}
	return loans.Change(ctx, s.db, op, func(tx *db.Tx, l *Loan) error {
		l.State, l.BackDay = Back, clock.DayOf(tx.Now)
		return nil
	})
}

// ListInput asks for the loans of a station.
type ListInput struct {
	ID    db.ID  `path:"id" doc:"站点"`
	State string `query:"state" set:"lending.state,"`
	db.Paging
}

// Register is one page of the loans of a station, what is out first.
type Register struct {
	Station station.Station `json:"-"`
	In      ListInput       `json:"-"`
	Keeps   bool            `json:"-"`
	db.Page[Loan]
}

// List gives the loans of a station.
func (s *Service) List(ctx context.Context, in ListInput) (Register, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Register, err error) {
		if out.Station, err = s.station(ctx, tx, in.ID); err != nil {
			return out, err
		}
		out.In = in
		out.Keeps = auth.Can(ctx, Keep, out.Station.Place())
		out.Page, err = list.Page(ctx, tx, in, in.Paging)
		return out, err
	})
}

func (s *Service) station(ctx context.Context, tx *db.Tx, id db.ID) (station.Station, error) {
	st, err := station.Get(ctx, tx, id)
	if err == nil {
		err = auth.Require(ctx, View, View, st.Place())
	}
	return st, err
}

// PrintInput asks for the register as a file.
type PrintInput struct {
	ID     db.ID  `path:"id" doc:"站点"`
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"pdf" maxLength:"4"`
}

// Print gives the register of a station, as paper or as a table.
func (s *Service) Print(ctx context.Context, in PrintInput) (blob.File, error) {
	t, err := act.Read(ctx, s.db, View, func(tx *db.Tx) (t paper.Table, err error) {
		st, err := s.station(ctx, tx, in.ID)
		if err != nil {
			return t, err
		}
		t = paper.Table{Day: clock.DayOf(tx.Now), Table: sheet.Table{Title: "借用登记", Lead: st.Name,
			Columns: []string{"借出日期", "物品", "借用人", "应还", "归还", "状态"}}}
		rows, err := list.First(ctx, tx, ListInput{ID: in.ID}, office.MostRows)
		for _, l := range rows {
			t.Rows = append(t.Rows, []string{l.LentDay.String(), l.Thing, l.Borrower, l.DueDay.String(), l.BackDay.String(), States.Word(l.State)})
		}
		return t, err
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}
