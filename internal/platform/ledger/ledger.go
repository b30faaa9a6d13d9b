// Package ledger keeps double-entry books in the database, with the semantics of TigerBeetle: accounts with a floor and a ceiling,
// transfers that nobody changes, holds that end (settled up to what was held, voided or run out, each once), chains of moves that happen
// together or not at all. It knows no business: what a unit is worth, and who may move it, is said above.
//
// Everything here is a part of the caller's transaction, and the caller leaves the trail. The sum of all balances of a unit is zero at
// any moment; the package recount shows it from the transfers alone.
//
// Nouns: account, transfer, chain, move, hold. Verbs: Open, Bound, Close, Post, Expire; Get, Statement, Closing, Sum.
package ledger

import (
	"context"
	"math"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/set"
)

// Unit is what an account counts in. Nothing passes from one unit to another.
type Unit string

// The units.
const (
	Minutes Unit = "minutes"
	Points  Unit = "points"
	Fen     Unit = "fen"
)

var _ = set.New("ledger_account.unit", set.Row{string(Minutes), "分钟"}, set.Row{string(Points), "积分"}, set.Row{string(Fen), "分"})

// Kind is what a transfer does.
type Kind string

// The kinds of transfers.
const (
	Posted  Kind = "post"
	Held    Kind = "hold"
	Settled Kind = "settle"
	Voided  Kind = "void"
	Expired Kind = "expire"
)

// Kinds are those of a transfer, as people see them.
var Kinds = set.New("ledger_transfer.kind", set.Row{string(Posted), "转入转出"}, set.Row{string(Held), "预留"},
	set.Row{string(Settled), "按预留结算"}, set.Row{string(Voided), "取消预留"}, set.Row{string(Expired), "预留到期"})

// Most is the largest amount of one transfer.
const Most = 1_000_000_000_000_000

// Refusals. Areas may say the same in their own words.
var (
	ErrInsufficient = errs.New(errs.Conflict, "insufficient", "余额不够")
	ErrCeiling      = errs.New(errs.Conflict, "over_ceiling", "超过账户的上限")
	ErrExpired      = errs.New(errs.Conflict, "hold_expired", "预留已经到期")
	ErrResolved     = errs.New(errs.Conflict, "hold_resolved", "预留已经办结")
	ErrHold         = errs.New(errs.Conflict, "over_hold", "结算不能多于预留")
	ErrClosed       = errs.New(errs.Conflict, "account_closed", "账户已经停用")
	ErrUnits        = errs.New(errs.Conflict, "units_differ", "两个账户的单位不同，不能互转")
	ErrPast         = errs.New(errs.Conflict, "account_later", "账户里有更晚的往来，不能再补记这一天的")
)

// Account is one account. Its balance is what came in less what went out; Held is promised away, Incoming promised to it.
type Account struct {
	ID       db.ID       `json:"id"`
	Version  int64       `json:"-"`
	Unit     Unit        `json:"unit" db:",once"`
	Kind     string      `json:"kind" db:",once"`
	Region   auth.Region `json:"region" db:",once"`
	Floor    *int64      `json:"floor"`
	Ceiling  *int64      `json:"ceiling"`
	Balance  int64       `json:"balance"`
	Held     int64       `json:"held"`
	Incoming int64       `json:"incoming"`
	Entries  int64       `json:"entries"`
	MadeAt   time.Time   `json:"made_at" db:",once"`
	LastAt   *time.Time  `json:"last_at"`
	ClosedAt *time.Time  `json:"closed_at"`
}

// Free is what may still go out.
func (a Account) Free() int64 {
	if a.Floor == nil {
		return math.MaxInt64
	}
	return max(a.Balance-a.Held-*a.Floor, 0)
}

// Room is what may still come in.
func (a Account) Room() int64 {
	if a.Ceiling == nil {
		return math.MaxInt64
	}
	return max(*a.Ceiling-a.Balance-a.Incoming, 0)
}

// Transfer is one row of the books, as it stands for ever.
type Transfer struct {
	ID          db.ID      `json:"id"`
	Unit        Unit       `json:"unit"`
	Kind        Kind       `json:"kind"`
	Code        string     `json:"code"`
	DebitID     db.ID      `json:"debit_id"`
	CreditID    db.ID      `json:"credit_id"`
	Amount      int64      `json:"amount"`
	HoldID      db.ID      `json:"hold_id"`
	ExpiresAt   *time.Time `json:"expires_at"`
	Key         string     `json:"-"`
	Leg         int64      `json:"-"`
	Request     int64      `json:"-"`
	ObjectID    db.ID      `json:"object_id"`
	Note        string     `json:"note"`
	At          time.Time  `json:"at"`
	Day         clock.Day  `json:"day"`
	DebitNo     int64      `json:"-"`
	DebitAfter  int64      `json:"-"`
	CreditNo    int64      `json:"-"`
	CreditAfter int64      `json:"-"`
}

// Bounds are the floor and the ceiling of an account; nil is none.
type Bounds struct{ Floor, Ceiling *int64 }

// Within makes bounds of two numbers.
func Within(floor, ceiling int64) Bounds { return Bounds{&floor, &ceiling} }

// Above makes a floor without a ceiling.
func Above(floor int64) Bounds { return Bounds{Floor: &floor} }

// Below makes a ceiling without a floor.
func Below(ceiling int64) Bounds { return Bounds{Ceiling: &ceiling} }

// Open makes an account that holds nothing.
func Open(ctx context.Context, tx *db.Tx, unit Unit, kind string, at auth.Region, b Bounds) (Account, error) {
	a := Account{ID: tx.NewID(), Version: 1, Unit: unit, Kind: kind, Region: at, Floor: b.Floor, Ceiling: b.Ceiling, MadeAt: tx.Now}
	if a.Floor != nil && *a.Floor > 0 || a.Ceiling != nil && *a.Ceiling < 0 {
		return a, ErrInsufficient
	}
	return a, accounts.Insert(ctx, tx, a)
}

// Get gives an account.
func Get(ctx context.Context, tx *db.Tx, id db.ID) (Account, error) { return accounts.Get(ctx, tx, id) }

// Bound gives an account other bounds, from then on. What is in it already keeps its place: a ceiling below it means that nothing more
// comes in until there is room, a floor above it that nothing more goes out.
func Bound(ctx context.Context, tx *db.Tx, id db.ID, b Bounds) (Account, error) {
	return alter(ctx, tx, id, func(a *Account) error {
		a.Floor, a.Ceiling = b.Floor, b.Ceiling
		if a.Floor != nil {
			a.Floor = new(min(*a.Floor, a.Balance-a.Held))
		}
		if a.Ceiling != nil {
			a.Ceiling = new(max(*a.Ceiling, a.Balance+a.Incoming))
		}
		return nil
	})
}

// Close closes an empty account for good.
func Close(ctx context.Context, tx *db.Tx, id db.ID) (Account, error) {
	return alter(ctx, tx, id, func(a *Account) error {
		if a.Balance != 0 || a.Held != 0 || a.Incoming != 0 {
			return errs.New(errs.Conflict, "account_open", "账户里还有往来，不能停用")
		}
		a.ClosedAt = &tx.Now
		return nil
	})
}

func alter(ctx context.Context, tx *db.Tx, id db.ID, fn func(a *Account) error) (Account, error) {
	b, err := take(ctx, tx, []db.ID{id})
	if err != nil {
		return Account{}, err
	}
	a := b.accounts[id]
	if a.ClosedAt != nil {
		return *a, ErrClosed
	}
	if err := fn(a); err != nil {
		return *a, err
	}
	return *a, accounts.Update(ctx, tx, a)
}
