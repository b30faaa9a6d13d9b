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
	"linli/internal/platform/set"
	"linli/internal/proof/record"
	"linli/internal/work/order"
)

// States of an order paid in time.
const (
	Asked    = "asked"
	Held     = "held"
	Short    = "short"
	Settled  = "settled"
	Released = "released"
)

// PaidStates are those of an order paid in time, as people see them.
var PaidStates = set.New("timebank_order.state", set.Row{Asked, "接单时预留", "wait"}, set.Row{Held, "已预留", "work"},
	set.Row{Short, "可用的时间不够，没有预留"}, set.Row{Settled, "已抵", "done"}, set.Row{Released, "没有抵"})

// after is how long after its window an order may be confirmed with what was promised for it.
const after = 30 * 24 * time.Hour

// Paid is an order that its recipient pays in time.
type Paid struct {
	OrderID  db.ID       `json:"order_id"`
	Version  int64       `json:"-"`
	Region   auth.Region `json:"region" db:",once"`
	MemberID db.ID       `json:"-" db:",once"`
	State    string      `json:"state" set:"timebank_order.state"`
	Minutes  int64       `json:"minutes" doc:"预留多少分钟"`
	Settled  int64       `json:"settled" doc:"抵了多少分钟"`
	HoldID   db.ID       `json:"hold_id"`
	At       time.Time   `json:"at" db:",once"`
}

// Payable is an order that may be paid in time.
type Payable struct {
	OrderID     db.ID
	No, Title   string
	WindowStart time.Time
	Minutes     int64
}

var paidKind = act.Kind[Paid]{Object: "timebank_order", View: View, Table: paid, ID: func(p Paid) db.ID { return p.OrderID },
	Place: func(p Paid) auth.Place { return auth.Place{Region: p.Region} },
	State: func(p Paid) string { return p.State }, Word: PaidStates.Word,
	Trail: func(_, now Paid) map[string]any {
		return map[string]any{"state": now.State, "minutes": now.Minutes, "settled": now.Settled}
	}}

// PayInput names an order that is to be paid in time.
type PayInput struct {
	OrderID db.ID `json:"order_id"`
	Back    bool  `json:"back" required:"false" doc:"不抵了；只能在接单以前"`
}

// PayInTime has an order that nobody has taken yet paid in time: it is held when somebody takes it, settled by the minutes of it that
// count, and goes back when it is withdrawn.
func (s *Service) PayInTime(ctx context.Context, in PayInput) (Paid, error) {
	op := act.Op{Perm: Own, Action: "timebank.pay"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Paid, err error) {
		o, err := order.Get(ctx, tx, in.OrderID)
		if err != nil {
			return out, err
		}
		p, err := whoIs(ctx, tx, o.RecipientID)
		if err != nil {
			return out, err
		}
		b, r, err := opened(ctx, tx, p.Region)
		if err != nil {
			return out, err
		}
		m, there, err := memberOf(ctx, tx, p.ID)
		if err == nil && !there {
			err = errs.WrongState("还没有账户")
		}
		if err != nil {
			return out, err
		}
		if age := int64(person.Age(p, clock.DayOf(tx.Now))); age < r.SpendAge {
			return out, errs.WrongState(fmt.Sprintf("满 %d 周岁可以用时间抵", r.SpendAge))
		}
		if !open(o.State) {
			return out, errs.WrongState("已经有人接单或者已经办完，不能再改")
		}
		if err := withinMonth(ctx, tx, r, m, o.Minutes*o.Needed); err != nil && !in.Back {
			return out, err
		}
		return s.pledge(ctx, tx, op, in, b, m, o)
	})
}

// withinMonth keeps to the rule's limit of a calendar month.
func withinMonth(ctx context.Context, tx *db.Tx, r Rule, m Member, minutes int64) error {
	if r.MonthMost == 0 {
		return nil
	}
	first := clock.DayOf(tx.Now)/100*100 + 1
	used, err := usedSince.One(ctx, tx, m.AccountID, first.Time())
	if err == nil && used+minutes > r.MonthMost {
		err = errs.WrongState("这个月可以用的时间不够：一个月最多" + clock.Minutes(r.MonthMost))
	}
	return err
}

func (s *Service) pledge(ctx context.Context, tx *db.Tx, op act.Op, in PayInput, b Bank, m Member, o order.Order) (Paid, error) {
	x, there, err := db.Found(paidOf.One(ctx, tx, o.ID))
	if err != nil {
		return x, err
	}
	state := Asked
	if in.Back {
		state = Released
	}
	switch {
	case !there && in.Back, there && x.State == state:
		return x, errs.WrongState("没有要改的")
	case !there:
		x = Paid{OrderID: o.ID, Version: 1, Region: o.Region, MemberID: m.ID, State: Asked, Minutes: o.Minutes * o.Needed, At: tx.Now}
		return x, paidKind.Enter(ctx, tx, op, &x)
	}
	return x, paidKind.Alter(ctx, tx, op, &x, func(_ *db.Tx, x *Paid) error { x.State = state; return nil })
}

// open says that nobody has taken the order yet.
func open(s order.State) bool {
	switch s {
	case order.Submitted, order.NeedsInfo, order.Queued, order.Open, order.Offered:
		return true
	}
	return false
}

// OnOrder holds minutes when an order is taken, and lets them go when it is nobody's again.
func (s *Service) OnOrder(ctx context.Context, tx *db.Tx, e order.ChangedEvent) error {
	x, there, err := db.Found(paidOf.One(ctx, tx, e.OrderID))
	if err != nil || !there {
		return err
	}
	switch {
	case e.To == order.Accepted && (x.State == Asked || x.State == Short):
		return s.promise(ctx, tx, x)
	case x.State == Held && (open(e.To) || e.To == order.Cancelled || e.To == order.Rejected):
		return s.change(ctx, tx, x, func(x *Paid) error {
			x.State = Asked
			if !open(e.To) {
				x.State = Released
			}
			return release(ctx, tx, x.HoldID)
		})
	case x.State == Asked && (e.To == order.Cancelled || e.To == order.Rejected):
		return s.change(ctx, tx, x, func(x *Paid) error { x.State = Released; return nil })
	}
	return nil
}

// release gives back what was promised, unless time has done so already.
func release(ctx context.Context, tx *db.Tx, hold db.ID) error {
	if err := end(ctx, tx, hold, ledger.Voided, 0, spent, hold); err != ledger.ErrResolved {
		return err
	}
	return nil
}

func (s *Service) change(ctx context.Context, tx *db.Tx, x Paid, fn func(x *Paid) error) error {
	return paidKind.Alter(ctx, tx, act.Op{Action: "timebank.order"}, &x, func(_ *db.Tx, x *Paid) error { return fn(x) })
}

// promise holds what an order is planned to take. Who has not enough is helped all the same, and nothing is taken.
func (s *Service) promise(ctx context.Context, tx *db.Tx, x Paid) error {
	o, err := order.Get(ctx, tx, x.OrderID)
	if err != nil {
		return err
	}
	m, err := members.Get(ctx, tx, x.MemberID)
	if err != nil {
		return err
	}
	b, err := banks.Get(ctx, tx, m.BankID)
	if err != nil {
		return err
	}
	return s.change(ctx, tx, x, func(x *Paid) error {
		x.State, x.Minutes, x.HoldID = Short, o.Minutes*o.Needed, 0
		a, err := ledger.Get(ctx, tx, m.AccountID)
		if err != nil || a.Free() < x.Minutes || !b.Open {
			return err
		}
		rows, err := ledger.Post(ctx, tx, ledger.Chain{Key: fmt.Sprintf("timebank order %d %d", x.OrderID, x.Version),
			Moves: []ledger.Move{{From: ledger.One(m.AccountID), To: ledger.One(b.IssueID), Amount: x.Minutes, Code: spent, Object: x.OrderID,
				Until: new(later(o.WindowEnd, tx.Now).Add(after))}}})
		if err == nil {
			x.State, x.HoldID = Held, rows[0].ID
		}
		return err
	})
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// OnResolved takes back what was settled where the service is done again.
func (s *Service) OnResolved(ctx context.Context, tx *db.Tx, e order.ResolvedEvent) error {
	if !e.Redo {
		return nil
	}
	x, there, err := db.Found(paidOf.One(ctx, tx, e.Order.ID))
	if err != nil || !there || x.State != Settled {
		return err
	}
	m, err := members.Get(ctx, tx, x.MemberID)
	if err != nil {
		return err
	}
	b, err := banks.Get(ctx, tx, m.BankID)
	if err != nil {
		return err
	}
	return s.change(ctx, tx, x, func(x *Paid) error {
		back := x.Settled
		x.State, x.Settled, x.HoldID = Asked, 0, 0
		if back == 0 {
			return nil
		}
		_, err := ledger.Post(ctx, tx, ledger.Chain{Key: fmt.Sprintf("timebank refund %d %d", x.OrderID, x.Version),
			Moves: []ledger.Move{{From: ledger.One(b.IssueID), To: []db.ID{m.AccountID, b.PoolID}, Amount: back, Code: refund, Object: x.OrderID}}})
		return err
	})
}

// OnServed settles an order once nothing of it waits any more: by the minutes that count, so by those behind which two independent people
// stand, at most what was promised. The rest goes back.
func (s *Service) OnServed(ctx context.Context, tx *db.Tx, e record.ChangedEvent) error {
	if e.Record.OrderID == 0 {
		return nil
	}
	x, there, err := db.Found(paidOf.One(ctx, tx, e.Record.OrderID))
	if err != nil || !there || x.State != Held {
		return err
	}
	n, err := served.One(ctx, tx, x.OrderID, e.Record.Round)
	if err != nil || n.Open > 0 || n.Counted == 0 {
		return err
	}
	return s.change(ctx, tx, x, func(x *Paid) error {
		x.State, x.Settled = Settled, min(n.Counted, x.Minutes)
		err := end(ctx, tx, x.HoldID, ledger.Settled, x.Settled, spent, x.OrderID)
		if err == ledger.ErrExpired || err == ledger.ErrResolved {
			x.State, x.Settled, err = Released, 0, nil
		}
		return err
	})
}
