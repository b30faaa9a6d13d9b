package ledger_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/ledger"
)

// model is the books as somebody would keep them in a notebook: no tables, no locks, no cascades.
type model struct {
	balance, held, incoming, floor, ceiling []int64
	holds                                   map[db.ID]promise
}

type promise struct {
	from, to int
	amount   int64
	until    time.Time
}

const none = int64(1) << 40

// shift moves an amount, or says why not.
func (m *model) shift(from, to int, amount int64) string {
	switch {
	case m.balance[from]-m.held[from]-amount < m.floor[from]:
		return "insufficient"
	case m.balance[to]+m.incoming[to]+amount > m.ceiling[to]:
		return "over_ceiling"
	}
	m.balance[from] -= amount
	m.balance[to] += amount
	return ""
}

func (m *model) promise(from, to int, amount int64) string {
	why := m.shift(from, to, amount)
	if why == "" {
		m.balance[from] += amount
		m.balance[to] -= amount
		m.held[from] += amount
		m.incoming[to] += amount
	}
	return why
}

func (m *model) release(id db.ID) promise {
	p := m.holds[id]
	m.held[p.from] -= p.amount
	m.incoming[p.to] -= p.amount
	delete(m.holds, id)
	return p
}

// Random moves, chains, holds and their ends: the books say what the notebook says after each, refusals included.
func TestModel(t *testing.T) {
	each(t, func(k *desk) {
		r := rand.New(rand.NewPCG(7, 11))
		m := &model{holds: map[db.ID]promise{}}
		var list []ledger.Account
		for i := range 5 {
			floor, ceiling := int64(0), int64(200)
			b := ledger.Within(floor, ceiling)
			if i == 0 {
				floor, ceiling, b = -none, none, ledger.Bounds{}
			}
			list = append(list, k.open(ledger.Points, b))
			m.balance, m.held, m.incoming = append(m.balance, 0), append(m.held, 0), append(m.incoming, 0)
			m.floor, m.ceiling = append(m.floor, floor), append(m.ceiling, ceiling)
		}
		now, done := noon, map[string]int{}
		for range 400 {
			now = now.Add(time.Duration(r.IntN(20)) * time.Minute)
			done[k.at(now).play(r, m, list, now)]++
			for i, a := range list {
				k.is(a, m.balance[i], m.held[i], m.incoming[i])
			}
		}
		for _, what := range []string{"", "insufficient", "over_ceiling", "hold_expired", "over_hold"} {
			if done[what] < 3 {
				k.Errorf("%q came %d times: the moves prove little", what, done[what])
			}
		}
	})
}

// play does one random step on both and compares what is said.
func (k *desk) play(r *rand.Rand, m *model, list []ledger.Account, now time.Time) (said string) {
	k.Helper()
	from, to, amount := r.IntN(len(list)), r.IntN(len(list)), 1+r.Int64N(120)
	if from == to {
		from, to = 0, 1+r.IntN(len(list)-1)
	}
	var want string
	var err error
	switch kind := r.IntN(6); {
	case kind < 2:
		want = m.shift(from, to, amount)
		_, err = k.post(move(list[from], list[to], amount))
	case kind == 2:
		saved := *m
		saved.balance = append([]int64{}, m.balance...)
		if want = m.shift(from, to, amount); want == "" {
			if want = m.shift(to, 0, amount/2+1); to == 0 {
				want = "conflict"
			}
		}
		_, err = k.post(move(list[from], list[to], amount), move(list[to], list[0], amount/2+1))
		if to == 0 {
			want = "conflict"
		}
		if want != "" {
			*m = saved
		}
	case kind == 3:
		until := now.Add(time.Duration(1+r.IntN(90)) * time.Minute)
		want = m.promise(from, to, amount)
		mv := move(list[from], list[to], amount)
		mv.Until = &until
		var rows []ledger.Transfer
		if rows, err = k.post(mv); err == nil {
			m.holds[rows[0].ID] = promise{from, to, amount, until}
		}
	case kind == 4:
		want, err = k.settle(m, amount, now)
	default:
		k.expireAll(m, now)
	}
	if got := errs.CodeOf(err); got != want || (err == nil) != (want == "") {
		k.Fatalf("%v, not %q", err, want)
	}
	return want
}

// settle ends the oldest hold, by paying it or letting it go.
func (k *desk) settle(m *model, amount int64, now time.Time) (want string, err error) {
	var id db.ID
	for h := range m.holds {
		if id == 0 || h < id {
			id = h
		}
	}
	p := m.holds[id]
	switch {
	case id == 0:
		return "", nil
	case amount%5 == 0:
		m.release(id)
		_, err = k.post(ledger.Move{Hold: id, Resolve: ledger.Voided})
		return "", err
	case !now.Before(p.until):
		want = "hold_expired"
	case amount > p.amount:
		want = "over_hold"
	default:
		m.release(id)
		want = m.shift(p.from, p.to, amount)
	}
	_, err = k.post(ledger.Move{Hold: id, Resolve: ledger.Settled, Amount: amount})
	return want, err
}

func (k *desk) expireAll(m *model, now time.Time) {
	k.Helper()
	n := 0
	for id, p := range m.holds {
		if !now.Before(p.until) {
			m.release(id)
			n++
		}
	}
	k.expires(n)
}

// drill is how many transfers are made at once: LINLI_LEDGER_DRILL asks for more than `make test` has the time for.
func drill() int {
	if n, err := strconv.Atoi(os.Getenv("LINLI_LEDGER_DRILL")); err == nil {
		return n
	}
	return 400
}

// Many at once: nothing is lost or made, nobody goes below his floor, and the second program agrees. Chains over accounts in any order
// wait for each other but never for ever.
func TestManyAtOnce(t *testing.T) {
	each(t, func(k *desk) {
		bank := k.open(ledger.Minutes, ledger.Bounds{})
		var list []ledger.Account
		for range 12 {
			a := k.open(ledger.Minutes, ledger.Within(0, 150))
			if _, err := k.post(move(bank, a, 100)); err != nil {
				k.Fatal(err)
			}
			list = append(list, a)
		}
		var all sync.WaitGroup
		var made, refused atomic.Int64
		const callers = 16
		for w := range callers {
			all.Go(func() {
				r := rand.New(rand.NewPCG(uint64(w), 5))
				for i := range drill() / callers {
					a, b, c := list[r.IntN(12)], list[r.IntN(12)], list[r.IntN(12)]
					if a.ID == b.ID || b.ID == c.ID {
						continue
					}
					_, err := k.chain(ledger.Chain{Key: fmt.Sprint(w, "-", i), Moves: []ledger.Move{move(a, b, 1+r.Int64N(90)), move(b, c, 1)}})
					switch errs.CodeOf(err) {
					case "insufficient", "over_ceiling":
						refused.Add(1)
					default:
						if err != nil {
							k.Error(err)
						}
						made.Add(1)
					}
				}
			})
		}
		all.Wait()
		sum := int64(0)
		for _, a := range list {
			g := k.get(a)
			if g.Balance < 0 || g.Balance > 150 {
				k.Errorf("%d lies outside of its bounds", g.Balance)
			}
			sum += g.Balance
		}
		if sum != 1200 || made.Load() == 0 || refused.Load() == 0 {
			k.Errorf("%d in all, %d made, %d refused", sum, made.Load(), refused.Load())
		}
	})
}
