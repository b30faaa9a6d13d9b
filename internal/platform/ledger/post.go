package ledger

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Chain is what happens together or not at all. The same key does it once: repeated it gives what was done, for other moves it is refused.
type Chain struct {
	Key   string
	Moves []Move
	At    time.Time // of something that happened before and is only now entered; zero for now
}

// Move is one step of a chain. From and To are tried in their order: each account but the last gives what is free in it and takes what
// has room, and the last answers for the rest. So a cap and its surplus, or a debt and what is left of a deposit, are one move.
type Move struct {
	From, To []db.ID
	Amount   int64
	Code     string // what it is for, a word of the area
	Object   db.ID  // the thing it is for
	Note     string
	Until    *time.Time // a hold until then, from one account to one; nil moves at once

	Hold    db.ID // the hold that it resolves
	Resolve Kind  // Settled (with an Amount, at most what was held), Voided or Expired
}

// One is the list of one account.
func One(id db.ID) []db.ID { return []db.ID{id} }

// Post does a chain and gives its transfers.
func Post(ctx context.Context, tx *db.Tx, c Chain) ([]Transfer, error) {
	held, err := holdsOf(ctx, tx, c)
	if err != nil {
		return nil, err
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	b, err := take(ctx, tx, touched(c, held))
	if err != nil {
		return nil, err
	}
	b.chain, b.held = c, held
	if done, err := Done(ctx, tx, c.Key); err != nil || len(done) > 0 {
		return b.again(done, err)
	}
	if err := b.date(tx.Now); err != nil {
		return nil, err
	}
	for _, m := range c.Moves {
		if err := b.move(ctx, tx, m); err != nil {
			return nil, err
		}
	}
	return b.rows, b.write(ctx, tx)
}

// book is what a chain touches, held until the transaction ends.
type book struct {
	chain    Chain
	order    []db.ID
	accounts map[db.ID]*Account
	held     map[db.ID]Transfer
	at       time.Time
	rows     []Transfer
}

// errUse is a fault of the program.
var errUse = errors.New("ledger: a move that makes no sense")

func (c Chain) check() error {
	if c.Key == "" || len(c.Moves) == 0 {
		return errUse
	}
	for _, m := range c.Moves {
		switch {
		case m.Hold != 0:
			if m.Resolve != Settled && m.Resolve != Voided && m.Resolve != Expired || m.Amount < 0 || m.Resolve != Settled && m.Amount != 0 {
				return errUse
			}
		case m.Resolve != "" || len(m.From) == 0 || len(m.To) == 0 || m.Until != nil && len(m.From)+len(m.To) != 2:
			return errUse
		case m.Amount <= 0 || m.Amount > Most:
			return errs.Field("amount", "数目要大于零，也不能太大")
		case slices.ContainsFunc(m.From, func(id db.ID) bool { return slices.Contains(m.To, id) }):
			return errs.Clash("不能转给同一个账户")
		}
	}
	return nil
}

// request is a number over what a chain asks for, so that a key is not used for something else.
func (c Chain) request() int64 {
	h := fnv.New64a()
	for _, m := range c.Moves {
		until := int64(0)
		if m.Until != nil {
			until = m.Until.UnixMicro()
		}
		fmt.Fprintln(h, m.From, m.To, m.Amount, m.Code, m.Object, until, m.Hold, m.Resolve)
	}
	return int64(h.Sum64() >> 1)
}

// holdsOf reads the holds that a chain resolves: they never change.
func holdsOf(ctx context.Context, tx *db.Tx, c Chain) (map[db.ID]Transfer, error) {
	out := map[db.ID]Transfer{}
	for _, m := range c.Moves {
		if m.Hold == 0 {
			continue
		}
		t, err := transfers.Get(ctx, tx, m.Hold)
		if err == nil && t.Kind != Held {
			err = errs.ErrNotFound
		}
		if err != nil {
			return nil, err
		}
		out[m.Hold] = t
	}
	return out, nil
}

func touched(c Chain, held map[db.ID]Transfer) (ids []db.ID) {
	for _, m := range c.Moves {
		ids = slices.Concat(ids, m.From, m.To)
		if t, ok := held[m.Hold]; ok {
			ids = append(ids, t.DebitID, t.CreditID)
		}
	}
	return ids
}

// take holds accounts until the transaction ends.
func take(ctx context.Context, tx *db.Tx, ids []db.ID) (*book, error) {
	slices.Sort(ids)
	b := &book{order: slices.Compact(ids), accounts: map[db.ID]*Account{}}
	rows, err := locked.All(ctx, tx, b.order)
	if err != nil {
		return nil, err
	}
	for _, a := range rows {
		b.accounts[a.ID] = &a
	}
	if len(rows) != len(b.order) {
		return nil, errs.ErrNotFound
	}
	return b, nil
}

// again answers a repeated key.
func (b *book) again(done []Transfer, err error) ([]Transfer, error) {
	if err == nil && done[0].Request != b.chain.request() {
		err = db.ErrOtherBody
	}
	return done, err
}

// date gives the chain its time: what is entered late stands before nothing that is there, what happens now behind all of it.
func (b *book) date(now time.Time) error {
	b.at = now
	if past := b.chain.At; !past.IsZero() {
		if past.After(now) {
			return errUse
		}
		b.at = past
	}
	for _, a := range b.accounts {
		if a.LastAt == nil || !b.at.Before(*a.LastAt) {
			continue
		}
		if !b.chain.At.IsZero() {
			return ErrPast
		}
		b.at = *a.LastAt
	}
	return nil
}

func (b *book) move(ctx context.Context, tx *db.Tx, m Move) error {
	switch {
	case m.Hold != 0:
		return b.resolve(ctx, tx, m)
	case m.Until != nil:
		if !tx.Now.Before(*m.Until) {
			return ErrExpired
		}
		return b.enter(tx, m, Transfer{Kind: Held, DebitID: m.From[0], CreditID: m.To[0], Amount: m.Amount, ExpiresAt: m.Until})
	}
	from, to := m.From, m.To
	for left := m.Amount; left > 0; {
		amount := left
		if len(from) > 1 {
			amount = min(amount, b.accounts[from[0]].Free())
		}
		if len(to) > 1 {
			amount = min(amount, b.accounts[to[0]].Room())
		}
		if amount > 0 {
			if err := b.enter(tx, m, Transfer{Kind: Posted, DebitID: from[0], CreditID: to[0], Amount: amount}); err != nil {
				return err
			}
		}
		left -= amount
		if len(from) > 1 && b.accounts[from[0]].Free() == 0 {
			from = from[1:]
		}
		if len(to) > 1 && b.accounts[to[0]].Room() == 0 {
			to = to[1:]
		}
	}
	return nil
}

// resolve ends a hold: settled up to what was held, the rest goes back.
func (b *book) resolve(ctx context.Context, tx *db.Tx, m Move) error {
	h := b.held[m.Hold]
	_, done, err := db.Found(resolution.One(ctx, tx, h.ID))
	switch {
	case err != nil:
		return err
	case done || slices.ContainsFunc(b.rows, func(t Transfer) bool { return t.HoldID == h.ID }):
		return ErrResolved
	case m.Resolve == Settled && h.Due(tx.Now):
		return ErrExpired
	case m.Resolve == Expired && !h.Due(tx.Now):
		return errs.WrongState("预留还没有到期")
	case m.Amount > h.Amount:
		return ErrHold
	}
	debit, credit := b.accounts[h.DebitID], b.accounts[h.CreditID]
	debit.Held -= h.Amount
	credit.Incoming -= h.Amount
	return b.enter(tx, m, Transfer{Kind: m.Resolve, DebitID: h.DebitID, CreditID: h.CreditID, Amount: m.Amount, HoldID: h.ID})
}

// enter moves between two accounts, or promises to, within their bounds.
func (b *book) enter(tx *db.Tx, m Move, t Transfer) error {
	debit, credit := b.accounts[t.DebitID], b.accounts[t.CreditID]
	switch {
	case (debit.ClosedAt != nil || credit.ClosedAt != nil) && t.HoldID == 0:
		return ErrClosed
	case debit.Unit != credit.Unit:
		return ErrUnits
	case t.HoldID == 0 && debit.Free() < t.Amount:
		return ErrInsufficient
	case t.HoldID == 0 && credit.Room() < t.Amount:
		return ErrCeiling
	}
	if t.Kind == Held {
		debit.Held += t.Amount
		credit.Incoming += t.Amount
	} else {
		debit.Balance -= t.Amount
		credit.Balance += t.Amount
	}
	debit.Entries++
	credit.Entries++
	t.ID, t.Unit, t.Code, t.Key, t.Leg = tx.NewID(), debit.Unit, m.Code, b.chain.Key, int64(len(b.rows))
	t.Request, t.ObjectID, t.Note, t.At, t.Day = b.chain.request(), m.Object, m.Note, b.at, clock.DayOf(b.at)
	t.DebitNo, t.DebitAfter, t.CreditNo, t.CreditAfter = debit.Entries, debit.Balance, credit.Entries, credit.Balance
	b.rows = append(b.rows, t)
	return nil
}

// write keeps the transfers and the accounts as they are now.
func (b *book) write(ctx context.Context, tx *db.Tx) error {
	for _, t := range b.rows {
		fresh, err := transfers.Add(ctx, tx, t)
		if err == nil && !fresh { // the key, by a chain over other accounts at the same moment
			err = db.ErrOtherBody
		}
		if err != nil {
			return err
		}
	}
	for _, id := range b.order {
		a := b.accounts[id]
		a.LastAt = &b.at
		if err := accounts.Update(ctx, tx, a); err != nil {
			return err
		}
	}
	return nil
}

// Sum is what a chain moved into an account.
func Sum(rows []Transfer, account db.ID) (n int64) {
	for _, t := range rows {
		switch {
		case t.Kind == Held:
		case t.CreditID == account:
			n += t.Amount
		case t.DebitID == account:
			n -= t.Amount
		}
	}
	return n
}
