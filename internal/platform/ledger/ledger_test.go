package ledger_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
	"linli/internal/platform/ledger"
	"linli/internal/platform/ledger/recount"
)

const here = auth.Region(150102000000)

func TestStatements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { dbtest.Prepare(t, d) })
}

// desk is a database with accounts to move between.
type desk struct {
	testing.TB
	ctx context.Context
	d   *db.DB
	n   int
}

func each(t *testing.T, fn func(k *desk)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := &desk{TB: t, ctx: t.Context(), d: d}
		fn(k)
		k.sound()
	})
}

// at is the desk at another moment of business time.
func (k *desk) at(then time.Time) *desk {
	c := *k
	c.ctx = clock.At(k.ctx, then)
	return &c
}

func (k *desk) write(fn func(tx *db.Tx) error) error { return k.d.Write(k.ctx, fn) }

func (k *desk) open(unit ledger.Unit, b ledger.Bounds) (a ledger.Account) {
	k.Helper()
	if err := k.write(func(tx *db.Tx) (err error) {
		a, err = ledger.Open(k.ctx, tx, unit, "test", here, b)
		return err
	}); err != nil {
		k.Fatal(err)
	}
	return a
}

func (k *desk) chain(c ledger.Chain) (out []ledger.Transfer, err error) {
	if c.Key == "" {
		k.n++
		c.Key = fmt.Sprint(k.Name(), k.n, rand.Int64())
	}
	err = k.write(func(tx *db.Tx) (err error) {
		out, err = ledger.Post(k.ctx, tx, c)
		return err
	})
	return out, err
}

func (k *desk) post(moves ...ledger.Move) ([]ledger.Transfer, error) {
	return k.chain(ledger.Chain{Moves: moves})
}

func move(from, to ledger.Account, amount int64) ledger.Move {
	return ledger.Move{From: ledger.One(from.ID), To: ledger.One(to.ID), Amount: amount, Code: "test"}
}

func (k *desk) get(a ledger.Account) (out ledger.Account) {
	k.Helper()
	if err := k.d.Read(k.ctx, func(tx *db.Tx) (err error) {
		out, err = ledger.Get(k.ctx, tx, a.ID)
		return err
	}); err != nil {
		k.Fatal(err)
	}
	return out
}

// is compares an account with what it should hold.
func (k *desk) is(a ledger.Account, balance, held, incoming int64) {
	k.Helper()
	if g := k.get(a); g.Balance != balance || g.Held != held || g.Incoming != incoming {
		k.Errorf("balance %d held %d incoming %d, not %d %d %d", g.Balance, g.Held, g.Incoming, balance, held, incoming)
	}
}

func (k *desk) code(err error, want string) {
	k.Helper()
	if got := errs.CodeOf(err); got != want || (err == nil) != (want == "") {
		k.Errorf("%v (%s), not %q", err, got, want)
	}
}

// faults are what the second program finds.
func (k *desk) faults() (out []string) {
	k.Helper()
	if err := k.d.Read(k.ctx, func(tx *db.Tx) error {
		return recount.Run(k.ctx, tx, func(object, what string) { out = append(out, object+" "+what) })
	}); err != nil {
		k.Fatal(err)
	}
	return out
}

func (k *desk) sound() {
	k.Helper()
	for _, f := range k.faults() {
		k.Error(f)
	}
}

// A balance stays between its floor and its ceiling, exactly at them too, whoever asks; nothing of a refused chain stays.
func TestBounds(t *testing.T) {
	each(t, func(k *desk) {
		bank, b := k.open(ledger.Minutes, ledger.Bounds{}), k.open(ledger.Minutes, ledger.Above(0))
		a := k.open(ledger.Minutes, ledger.Within(0, 100))
		_, err := k.post(move(bank, a, 101))
		k.code(err, "over_ceiling")
		_, err = k.post(move(bank, a, 100))
		k.code(err, "")
		_, err = k.post(move(a, b, 101))
		k.code(err, "insufficient")
		_, err = k.post(move(a, b, 60), move(a, b, 41))
		k.code(err, "insufficient")
		k.is(a, 100, 0, 0)
		_, err = k.post(move(a, b, 60), move(a, b, 40))
		k.code(err, "")
		k.is(a, 0, 0, 0)
		k.is(b, 100, 0, 0)
		for _, bad := range []int64{0, -1, ledger.Most + 1} {
			_, err = k.post(move(bank, b, bad))
			k.code(err, "invalid")
		}
		_, err = k.post(move(b, b, 1))
		k.code(err, "conflict")
		_, err = k.post(move(bank, ledger.Account{ID: 1}, 1))
		k.code(err, "not_found")
		if _, err = k.post(ledger.Move{From: ledger.One(bank.ID), Amount: 1}); err == nil {
			k.Error("a move to nowhere was made")
		}
	})
}

// A deposit fills what is owed, then the person up to the cap, and the pool takes the rest, in one chain; a reversal takes what is there
// and the rest is owed.
func TestCascade(t *testing.T) {
	each(t, func(k *desk) {
		bank, pool := k.open(ledger.Minutes, ledger.Bounds{}), k.open(ledger.Minutes, ledger.Above(0))
		a, owed := k.open(ledger.Minutes, ledger.Within(0, 100)), k.open(ledger.Minutes, ledger.Below(0))
		deposit := func(n int64) {
			k.Helper()
			_, err := k.post(ledger.Move{From: ledger.One(bank.ID), To: []db.ID{owed.ID, a.ID, pool.ID}, Amount: n, Code: "earned"})
			k.code(err, "")
		}
		reverse := func(n int64) {
			k.Helper()
			_, err := k.post(ledger.Move{From: []db.ID{a.ID, owed.ID}, To: ledger.One(bank.ID), Amount: n, Code: "reversed"})
			k.code(err, "")
		}
		deposit(70)
		k.is(a, 70, 0, 0)
		deposit(70)
		k.is(a, 100, 0, 0)
		k.is(pool, 40, 0, 0)
		reverse(130)
		k.is(a, 0, 0, 0)
		k.is(owed, -30, 0, 0)
		rows, err := k.chain(ledger.Chain{Key: "back", Moves: []ledger.Move{{From: ledger.One(bank.ID), To: []db.ID{owed.ID, a.ID, pool.ID},
			Amount: 140, Code: "earned"}}})
		k.code(err, "")
		k.is(owed, 0, 0, 0)
		k.is(a, 100, 0, 0)
		k.is(pool, 50, 0, 0)
		if len(rows) != 3 || ledger.Sum(rows, a.ID) != 100 || ledger.Sum(rows, bank.ID) != -140 || ledger.Sum(rows, pool.ID) != 10 {
			k.Errorf("%+v", rows)
		}
		reverse(20)
		k.is(a, 80, 0, 0)
		k.is(owed, 0, 0, 0)
	})
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, clock.Shanghai)

func (k *desk) hold(from, to ledger.Account, amount int64, until time.Time) ledger.Transfer {
	k.Helper()
	m := move(from, to, amount)
	m.Until = &until
	rows, err := k.post(m)
	if err != nil {
		k.Fatal(err)
	}
	return rows[0]
}

func (k *desk) resolve(h ledger.Transfer, how ledger.Kind, amount int64) error {
	_, err := k.post(ledger.Move{Hold: h.ID, Resolve: how, Amount: amount, Code: "test"})
	return err
}

// A hold keeps what it promises from everybody else until it is settled for at most that, voided, or over: once.
func TestHolds(t *testing.T) {
	each(t, func(k *desk) {
		k = k.at(noon)
		bank, a := k.open(ledger.Minutes, ledger.Bounds{}), k.open(ledger.Minutes, ledger.Above(0))
		b := k.open(ledger.Minutes, ledger.Within(0, 100))
		_, err := k.post(move(bank, a, 100))
		k.code(err, "")
		late := noon.Add(time.Hour)
		h := k.hold(a, b, 70, late)
		k.is(a, 100, 70, 0)
		k.is(b, 0, 0, 70)
		m := move(a, b, 31)
		_, err = k.post(m)
		k.code(err, "insufficient") // two promises of the whole balance
		_, err = k.post(move(bank, b, 31))
		k.code(err, "over_ceiling")
		m.Until, m.Amount = &late, 31
		_, err = k.post(m)
		k.code(err, "insufficient")
		m.Until, m.Amount = &noon, 1
		_, err = k.post(m)
		k.code(err, "hold_expired")
		k.code(k.resolve(h, ledger.Settled, 71), "over_hold")
		k.code(k.resolve(h, ledger.Expired, 0), "wrong_state")
		k.code(k.resolve(h, ledger.Settled, 50), "")
		k.is(a, 50, 0, 0)
		k.is(b, 50, 0, 0)
		for _, how := range []ledger.Kind{ledger.Settled, ledger.Voided, ledger.Expired} {
			k.code(k.resolve(h, how, 0), "hold_resolved")
		}
		_, err = k.post(ledger.Move{Hold: k.posted(bank, a).ID, Resolve: ledger.Voided})
		k.code(err, "not_found")
		k.code(k.resolve(k.hold(a, b, 50, late), ledger.Voided, 0), "")
		k.is(a, 51, 0, 0)
		k.is(b, 50, 0, 0)
		h = k.hold(a, b, 40, late)
		both := []ledger.Move{{Hold: h.ID, Resolve: ledger.Settled, Amount: 1}, {Hold: h.ID, Resolve: ledger.Voided}}
		_, err = k.post(both...)
		k.code(err, "hold_resolved")
		k.at(late.Add(-time.Microsecond)).expires(0)
		over := k.at(late)
		k.code(over.resolve(h, ledger.Settled, 40), "hold_expired")
		over.expires(1)
		over.expires(0)
		k.is(a, 51, 0, 0)
		k.is(b, 50, 0, 0)
		k.code(over.resolve(h, ledger.Voided, 0), "hold_resolved")
		over.hold(a, b, 1, late.Add(time.Hour))
		if rows := over.holds(a); len(rows) != 1 || rows[0].Amount != 1 {
			k.Errorf("%+v", rows)
		}
	})
}

func (k *desk) posted(from, to ledger.Account) ledger.Transfer {
	k.Helper()
	rows, err := k.post(move(from, to, 1))
	if err != nil {
		k.Fatal(err)
	}
	return rows[0]
}

func (k *desk) expires(want int) {
	k.Helper()
	var done []ledger.Transfer
	if err := k.write(func(tx *db.Tx) (err error) {
		done, err = ledger.Expire(k.ctx, tx, 10)
		return err
	}); err != nil || len(done) != want {
		k.Errorf("%d ended, not %d: %v", len(done), want, err)
	}
}

func (k *desk) holds(a ledger.Account) (out []ledger.Transfer) {
	k.Helper()
	if err := k.d.Read(k.ctx, func(tx *db.Tx) (err error) {
		out, err = ledger.Holds(k.ctx, tx, a.ID)
		return err
	}); err != nil {
		k.Fatal(err)
	}
	return out
}

// Nothing passes from one unit to another: neither by the program nor past it.
func TestUnits(t *testing.T) {
	each(t, func(k *desk) {
		hours, points := k.open(ledger.Minutes, ledger.Bounds{}), k.open(ledger.Points, ledger.Bounds{})
		_, err := k.post(move(points, hours, 1))
		k.code(err, "units_differ")
		a := k.open(ledger.Points, ledger.Above(0))
		made := k.posted(points, a)
		err = k.write(func(tx *db.Tx) error {
			_, err := tx.Build("UPDATE ledger_transfer SET credit_id = ? WHERE id = ?", int64(hours.ID), int64(made.ID)).Run(k.ctx, tx)
			return err
		})
		if err == nil {
			k.Error("points became minutes behind the program's back")
		}
	})
}

// The same key does a chain once, also a hundred times at once; it is refused for anything else.
func TestKey(t *testing.T) {
	each(t, func(k *desk) {
		bank, a, b := k.open(ledger.Minutes, ledger.Bounds{}), k.open(ledger.Minutes, ledger.Above(0)), k.open(ledger.Minutes, ledger.Above(0))
		c := ledger.Chain{Key: "once", Moves: []ledger.Move{move(bank, a, 60)}}
		seen := make([]db.ID, 100)
		var all sync.WaitGroup
		for i := range seen {
			all.Go(func() {
				rows, err := k.chain(c)
				if err != nil || len(rows) != 1 {
					k.Errorf("%v %v", rows, err)
					return
				}
				seen[i] = rows[0].ID
			})
		}
		all.Wait()
		for _, id := range seen {
			if id != seen[0] {
				k.Error("two answers under one key")
			}
		}
		k.is(a, 60, 0, 0)
		for _, other := range []ledger.Move{move(bank, a, 61), move(bank, b, 60), move(a, b, 60)} {
			_, err := k.chain(ledger.Chain{Key: "once", Moves: []ledger.Move{other}})
			k.code(err, "idempotency_conflict")
		}
		_, err := k.chain(ledger.Chain{Key: "once", Moves: []ledger.Move{move(bank, a, 60), move(bank, a, 60)}})
		k.code(err, "idempotency_conflict")
		k.is(a, 60, 0, 0)
	})
}

// What is entered late stands before nothing that is there already; statements, closings and pages follow the entries.
func TestPast(t *testing.T) {
	each(t, func(k *desk) {
		k = k.at(noon)
		bank, a := k.open(ledger.Minutes, ledger.Bounds{}), k.open(ledger.Minutes, ledger.Above(0))
		day := func(n int) time.Time { return noon.AddDate(0, 0, n) }
		for i, n := range []int{-9, -8, -8, -3} {
			_, err := k.chain(ledger.Chain{At: day(n), Moves: []ledger.Move{move(bank, a, int64(10+i))}})
			k.code(err, "")
		}
		_, err := k.chain(ledger.Chain{At: day(-4), Moves: []ledger.Move{move(bank, a, 1)}})
		k.code(err, "account_later")
		if _, err = k.chain(ledger.Chain{At: day(1), Moves: []ledger.Move{move(bank, a, 1)}}); err == nil {
			k.Error("something of tomorrow was entered")
		}
		k.posted(a, bank)
		k.at(day(-1)).posted(a, bank) // a clock that lags: it stands behind what is there
		if err := k.d.Read(k.ctx, func(tx *db.Tx) error {
			for n, want := range map[int]int64{-10: 0, -9: 10, -8: 33, -4: 33, -3: 46, -1: 46, 0: 44, 9: 44} {
				got, err := ledger.Closing(k.ctx, tx, a.ID, clock.DayOf(day(n)))
				if err != nil || got != want {
					k.Errorf("%d days: %d, not %d: %v", n, got, want, err)
				}
			}
			in := ledger.StatementOf{Account: a.ID}
			first, err := ledger.Statement(k.ctx, tx, in, db.Paging{Limit: 4})
			if err != nil || len(first.Items) != 4 || first.Next == nil || first.Items[0].After != 44 || first.Items[0].Amount != -1 {
				k.Fatalf("%+v %v", first, err)
			}
			next, err := ledger.Statement(k.ctx, tx, in, db.Paging{Limit: 4, Cursor: *first.Next})
			if err != nil || len(next.Items) != 2 || next.Next != nil || next.Items[1].Amount != 10 || next.Items[1].No != 1 {
				k.Errorf("%+v %v", next, err)
			}
			in.From, in.To = clock.DayOf(day(-8)), clock.DayOf(day(-3))
			rows, err := ledger.Lines(k.ctx, tx, in, 10)
			if err != nil || len(rows) != 3 || rows[0].After != 46 || rows[0].Other != bank.ID {
				k.Errorf("%+v %v", rows, err)
			}
			return nil
		}); err != nil {
			k.Fatal(err)
		}
	})
}

// An account is closed when it is empty, for good; new bounds leave what is there.
func TestCloseAndBound(t *testing.T) {
	each(t, func(k *desk) {
		k = k.at(noon)
		bank, a := k.open(ledger.Minutes, ledger.Bounds{}), k.open(ledger.Minutes, ledger.Within(0, 100))
		k.posted(bank, a)
		h := k.hold(a, bank, 1, noon.Add(time.Hour))
		for want, fn := range map[string]func(tx *db.Tx) error{
			"account_open": func(tx *db.Tx) error { _, err := ledger.Close(k.ctx, tx, a.ID); return err },
			"insufficient": func(tx *db.Tx) error {
				_, err := ledger.Open(k.ctx, tx, ledger.Fen, "test", here, ledger.Above(1))
				return err
			},
			"": func(tx *db.Tx) error { _, err := ledger.Bound(k.ctx, tx, a.ID, ledger.Within(1, -5)); return err },
		} {
			k.code(k.write(fn), want)
		}
		if g := k.get(a); *g.Floor != 0 || *g.Ceiling != 1 || g.Free() != 0 || g.Room() != 0 {
			k.Errorf("%+v", g)
		}
		k.code(k.resolve(h, ledger.Settled, 1), "")
		closes := func(tx *db.Tx) error { _, err := ledger.Close(k.ctx, tx, a.ID); return err }
		k.code(k.write(closes), "")
		k.code(k.write(closes), "account_closed")
		_, err := k.post(move(bank, a, 1))
		k.code(err, "account_closed")
	})
}
