package timebank

import (
	"context"
	"fmt"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/ledger"
	"linli/internal/proof/record"
)

var memberKind = act.Kind[Member]{Object: "timebank_member", View: View, Table: members,
	Place: func(m Member) auth.Place { return auth.Place{Region: m.Region, Persons: []db.ID{m.PersonID}} },
	State: func(m Member) string { return m.State }, Word: MemberStates.Word,
	Trail: func(_, now Member) map[string]any { return map[string]any{"state": now.State} }}

// whoIs gives the person that an input names, or who asks himself, and asks the permission on him.
func whoIs(ctx context.Context, tx *db.Tx, id db.ID) (person.Person, error) {
	me := auth.From(ctx).Person
	if id == 0 {
		id = me
	}
	if id == 0 {
		return person.Person{}, errs.WrongState("您的账号没有登记到人，请到站里登记")
	}
	p, err := person.Current(ctx, tx, id)
	if err != nil {
		return p, err
	}
	return p, mayFor(ctx, p.ID, auth.Place{Region: p.Region, Persons: []db.ID{p.ID}})
}

// JoinInput opens an account, one's own or, at the desk, somebody's who asks for it.
type JoinInput struct {
	PersonID db.ID `json:"person_id" required:"false" doc:"空为本人"`
}

// Join opens an account and puts in what was counted since the bank was opened. Who left finds his account as it was.
func (s *Service) Join(ctx context.Context, in JoinInput) (Account, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Own, Action: "timebank.join"}, func(tx *db.Tx) (out Account, err error) {
		p, err := whoIs(ctx, tx, in.PersonID)
		if err != nil {
			return out, err
		}
		b, r, err := opened(ctx, tx, p.Region)
		if err != nil {
			return out, err
		}
		m, fresh, err := enrol(ctx, tx, b, r, p)
		if err != nil {
			return out, err
		}
		if !fresh && m.State == Belongs {
			return out, errs.WrongState("已经有账户了")
		}
		if err := memberKind.Alter(ctx, tx, act.Op{Action: "timebank.join"}, &m, func(_ *db.Tx, m *Member) error {
			m.State = Belongs
			return nil
		}); err != nil {
			return out, err
		}
		rows, err := depositable.All(ctx, tx, p.ID, int64(b.SinceDay))
		if err != nil {
			return out, err
		}
		for _, x := range rows {
			if int64(person.Age(p, clock.DayOf(tx.Now))) < r.EarnAge {
				break
			}
			if err := s.deposit(ctx, tx, b, m, x); err != nil {
				return out, err
			}
		}
		return s.account(ctx, tx, p, db.Paging{})
	})
}

// LeaveInput ends a membership.
type LeaveInput struct {
	PersonID db.ID  `path:"person_id"`
	Reason   string `json:"reason" minLength:"2" maxLength:"100"`
}

// Leave ends a membership without loss: nothing more is saved, and what is there can still be spent, given or donated.
func (s *Service) Leave(ctx context.Context, in LeaveInput) (Account, error) {
	op := act.Op{Perm: Own, Action: "timebank.leave", Cause: in.Reason}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Account, err error) {
		p, err := whoIs(ctx, tx, in.PersonID)
		if err != nil {
			return out, err
		}
		m, there, err := memberOf(ctx, tx, p.ID)
		if err == nil && (!there || m.State == Left) {
			err = errs.WrongState("没有在册的账户")
		}
		if err != nil {
			return out, err
		}
		if err := memberKind.Alter(ctx, tx, op, &m, func(_ *db.Tx, m *Member) error { m.State = Left; return nil }); err != nil {
			return out, err
		}
		return s.account(ctx, tx, p, db.Paging{})
	})
}

// deposit is how much of a record is in the bank.
type deposit struct {
	RecordID db.ID
	Version  int64
	MemberID db.ID
	Minutes  int64
	At       time.Time `db:",once"`
}

// deposit brings what is in the bank of a record to what it counts now: more goes to what is owed, then to the account up to its cap,
// the surplus to the pool; less comes out of the account, and what was spent already is owed.
func (s *Service) deposit(ctx context.Context, tx *db.Tx, b Bank, m Member, x stored) error {
	had, there, err := db.Found(depositOf.One(ctx, tx, x.ID))
	if err != nil || had.Minutes == x.Minutes {
		return err
	}
	if !there {
		had = deposit{RecordID: x.ID, MemberID: m.ID, At: tx.Now}
	}
	move := ledger.Move{From: ledger.One(b.IssueID), To: []db.ID{m.OwedID, m.AccountID, b.PoolID}, Amount: x.Minutes - had.Minutes,
		Code: earned, Object: x.ID}
	if move.Amount < 0 {
		move = ledger.Move{From: []db.ID{m.AccountID, m.OwedID}, To: ledger.One(b.IssueID), Amount: -move.Amount, Code: reversed, Object: x.ID}
	}
	key := fmt.Sprintf("timebank record %d %d", x.ID, had.Version+1)
	if _, err := ledger.Post(ctx, tx, ledger.Chain{Key: key, Moves: []ledger.Move{move}}); err != nil {
		return err
	}
	had.Minutes = x.Minutes
	if there {
		return deposits.Update(ctx, tx, &had)
	}
	had.Version = 1
	return deposits.Insert(ctx, tx, had)
}

// OnRecord follows a service record: what counts is saved, what no longer counts is taken back.
func (s *Service) OnRecord(ctx context.Context, tx *db.Tx, e record.ChangedEvent) error {
	m, there, err := memberOf(ctx, tx, e.Record.PersonID)
	if err != nil || !there {
		return err
	}
	x := stored{ID: e.Record.ID, Title: e.Record.Title}
	b, err := banks.Get(ctx, tx, m.BankID)
	if err != nil {
		return err
	}
	if e.Record.Status == record.Counted {
		x.Minutes = e.Record.Minutes
		_, saved, err := db.Found(depositOf.One(ctx, tx, x.ID))
		if err != nil {
			return err
		}
		if may, err := s.saves(ctx, tx, b, m, e.Record.CountedDay); err != nil || !may && !saved {
			return err
		}
	}
	if err := s.capped(ctx, tx, b, m); err != nil {
		return err
	}
	return s.deposit(ctx, tx, b, m, x)
}

// saves says whether a member's service is saved: the bank is open, he belongs to it, and he is old enough.
func (s *Service) saves(ctx context.Context, tx *db.Tx, b Bank, m Member, counted clock.Day) (bool, error) {
	if !b.Open || m.State != Belongs || counted < b.SinceDay {
		return false, nil
	}
	today := clock.DayOf(tx.Now)
	r, err := ruleOn.One(ctx, tx, b.ID, int64(today))
	if err != nil {
		return false, err
	}
	p, err := person.Get(ctx, tx, m.PersonID)
	return int64(person.Age(p, today)) >= r.EarnAge, err
}

// capped gives an account the ceiling of today's rule.
func (s *Service) capped(ctx context.Context, tx *db.Tx, b Bank, m Member) error {
	r, err := ruleOn.One(ctx, tx, b.ID, int64(clock.DayOf(tx.Now)))
	if err != nil {
		return err
	}
	a, err := ledger.Get(ctx, tx, m.AccountID)
	if err != nil || a.Ceiling != nil && *a.Ceiling == r.Cap {
		return err
	}
	_, err = ledger.Bound(ctx, tx, m.AccountID, ledger.Within(0, r.Cap))
	return err
}
