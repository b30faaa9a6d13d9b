package offline

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/attendance"
)

// Action is one thing that was done, as a telephone sends it. What is wrong with one is its own verdict and holds up no other.
type Action struct {
	ID          string         `json:"id" maxLength:"64" doc:"UUID，手机给的；同一件事再送还是它"`
	Counter     int64          `json:"counter" required:"false" minimum:"0" doc:"这台手机上先后的次序"`
	Kind        string         `json:"kind" maxLength:"40" doc:"check_in, check_out, visit, home_visit, survey_answer, roll_call, move"`
	BaseVersion int64          `json:"base_version" required:"false" minimum:"0" doc:"做的时候看到的版本"`
	At          string         `json:"at" maxLength:"40" doc:"手机上的时间，RFC 3339"`
	ElapsedMS   *int64         `json:"elapsed_ms" required:"false" doc:"到送出时过了多少毫秒，不看钟"`
	Body        map[string]any `json:"body"`
}

// SyncInput is what one device brings.
type SyncInput struct {
	Device    string   `json:"device" minLength:"1" maxLength:"64" doc:"手机自己起的编号"`
	AccountID db.ID    `json:"account_id" required:"false" doc:"这些事是谁做的；和登录的不是一个人就一件也不收"`
	Actions   []Action `json:"actions" minItems:"1" maxItems:"200"`
}

// Results are the verdicts in the order of sending.
type Results struct {
	Results []Result `json:"results"`
}

// Result is the verdict on one action.
type Result struct {
	ID      string `json:"id"`
	Verdict string `json:"verdict" enum:"done,duplicate,conflict,refused"`
	Words   string `json:"words"`
}

// Sync takes actions in the order in which they happened, each in a transaction of its own with its verdict. What was taken before is
// answered again. Only a fault that will pass, as of the database, ends it early: then no verdict is lost by sending all once more.
func (s *Service) Sync(ctx context.Context, in SyncInput) (Results, error) {
	if err := s.mine(ctx, in); err != nil {
		return Results{}, err
	}
	out := Results{make([]Result, len(in.Actions))}
	for _, i := range inOrder(in.Actions) {
		r, err := s.take(ctx, in.Device, in.Actions[i])
		if err != nil {
			return Results{}, err
		}
		out.Results[i] = r
	}
	// Under an Idempotency-Key the answer belongs to the key.
	return act.Write(ctx, s.db, act.Op{Perm: Send, Action: "offline.sync"}, func(*db.Tx) (Results, error) { return out, nil })
}

// mine refuses what somebody else did: two people may share a telephone.
func (s *Service) mine(ctx context.Context, in SyncInput) error {
	if err := auth.Allow(ctx, Send); err != nil {
		return err
	}
	if in.AccountID != 0 && in.AccountID != auth.From(ctx).Account {
		return errs.Clash("手机上存的是另一个账号做的事，请用那个账号登录再送")
	}
	return nil
}

// Verdicts gives the answer to a repeated request: what each action was answered first.
func (s *Service) Verdicts(ctx context.Context, in SyncInput, _ string) (Results, error) {
	return act.Read(ctx, s.db, Send, func(tx *db.Tx) (Results, error) {
		out := Results{make([]Result, len(in.Actions))}
		for i, x := range in.Actions {
			it, has, err := db.Found(byUUID.One(ctx, tx, auth.From(ctx).Account, canonical(x.ID)))
			switch {
			case err != nil:
				return out, err
			case !has:
				out.Results[i] = nameless(x)
			default:
				if out.Results[i] = s.before(it, x); out.Results[i].Verdict == Duplicate {
					out.Results[i].Verdict = Done
				}
			}
		}
		return out, nil
	})
}

// inOrder gives the places of actions in the order in which they happened.
func inOrder(list []Action) []int {
	out := make([]int, len(list))
	for i := range out {
		out[i] = i
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(list[a].Counter, list[b].Counter) })
	return out
}

func nameless(x Action) Result {
	return Result{x.ID, Refused, "这件事没有像样的编号，收不下"}
}

// take gives one action its verdict.
func (s *Service) take(ctx context.Context, device string, x Action) (Result, error) {
	if canonical(x.ID) == "" {
		return nameless(x), nil
	}
	it := s.item(ctx, device, x)
	err := s.effect(ctx, &it, x)
	if err != nil && !errors.Is(err, errBefore) {
		if passes(ctx, err) {
			return Result{}, err
		}
		err = s.turnDown(ctx, &it, x, err)
	}
	if errors.Is(err, errBefore) {
		return s.answered(ctx, x)
	}
	return Result{x.ID, it.Verdict, it.Words}, err
}

// passes says that an error is none of the action's: it may go through when it is sent again.
func passes(ctx context.Context, err error) bool {
	k := errs.KindOf(err)
	return k == errs.Unavailable || k == errs.TooMany || k == errs.Unauthenticated || ctx.Err() != nil
}

// item is the row of an action before its verdict.
func (s *Service) item(ctx context.Context, device string, x Action) Item {
	me, now := auth.From(ctx), clock.In(ctx)
	it := Item{Version: 1, AccountID: me.Account, PersonID: me.Person, Device: device, UUID: canonical(x.ID), Counter: x.Counter,
		Kind: x.Kind, ObjectID: objectOf(x), BaseVersion: x.BaseVersion, ReceivedAt: now, Hash: s.hash(x), Verdict: Done, State: Settled}
	if kinds.Word(x.Kind) == "" {
		it.Kind = Unknown
	}
	it.measure(x, now)
	return it
}

// hash tells actions of one id apart; when they were sent is no part of them.
func (s *Service) hash(x Action) []byte {
	raw, _ := json.Marshal([]any{x.Kind, x.At, x.BaseVersion, x.Body}) // of values that were JSON
	return s.keys.MAC("offline-action", raw)[:16]
}

// skew is how far the clock of a device may be off before its time is worked out from how long ago it was.
const skew = 5 * time.Minute

// longAgo is the most milliseconds that an action may lie back to be worked with: ten years.
const longAgo = 10 * 365 * 24 * 3600 * 1000

// measure compares the device's clock with ours: its time of the action and what has passed since should be now.
func (it *Item) measure(x Action, now time.Time) {
	it.Clock = Unmeasured
	at, err := time.Parse(time.RFC3339, x.At)
	if err != nil || at.Year() < 1970 || at.Year() > 2200 {
		return
	}
	at = at.In(clock.Shanghai).Truncate(time.Microsecond)
	it.DeviceAt, it.HappenedAt = &at, &at
	if x.ElapsedMS == nil || *x.ElapsedMS < 0 || *x.ElapsedMS > longAgo {
		return
	}
	passed := time.Duration(*x.ElapsedMS) * time.Millisecond
	off := at.Add(passed).Sub(now)
	it.SkewMS, it.Clock = off.Milliseconds(), Fits
	if off.Abs() > skew {
		then := now.Add(-passed)
		it.Clock, it.HappenedAt = Off, &then
	}
}

// legible refuses what nobody could make anything of.
func (it Item) legible() error {
	c := errs.Check{}
	c.That(it.Kind != Unknown, "kind", "认不出这是什么事，请更新手机上的程序")
	c.That(it.HappenedAt != nil, "at", "看不懂手机上的时间")
	return c.Err()
}

// effect does an action and writes its row, in one transaction: none stands without the other.
func (s *Service) effect(ctx context.Context, it *Item, x Action) error {
	return s.db.Batch(ctx, func(ctx context.Context) error {
		_, err := act.Write(ctx, s.db, act.Op{Perm: Send, Action: "offline.take"}, func(tx *db.Tx) (Item, error) {
			row := *it
			if err := row.legible(); err != nil {
				return row, err
			}
			late := row.HappenedAt.Before(tx.Now.Add(-attendance.OfflineUp))
			if late {
				row.hand(tx.Now)
				row.Words = "过了 72 小时，交给站点看：确实做了的，由站里补记"
			}
			if err := s.write(ctx, tx, &row, x); err != nil {
				return row, err
			}
			if !late {
				made, err := s.do(ctx, tx, row, x)
				if err != nil {
					return row, err
				}
				row.MadeVersion, row.Words = made.version, made.words
				if err := table.Update(ctx, tx, &row); err != nil {
					return row, err
				}
			}
			*it = row
			return row, nil
		})
		return err
	})
}

// write keeps an action under its id. What is done needs no second look, so nothing of what was said in it stays.
func (s *Service) write(ctx context.Context, tx *db.Tx, it *Item, x Action) error {
	it.ID = tx.NewID()
	if it.Verdict != Done || it.State == Waiting {
		raw, err := json.Marshal(x)
		if err != nil {
			return err
		}
		it.Raw = s.keys.Seal(raw, rawAt(it.ID))
	}
	var err error
	if it.Region, err = s.home(ctx, tx); err != nil {
		return err
	}
	return items.Enter(ctx, tx, act.Op{Action: "offline.take"}, it)
}

// home is the division to which what the actor hands in goes: where he lives, or his office.
func (s *Service) home(ctx context.Context, tx *db.Tx) (auth.Region, error) {
	me := auth.From(ctx)
	if me.Person == 0 {
		return me.Seat(), nil
	}
	p, err := person.Get(ctx, tx, me.Person)
	return p.Region, err
}

// turnDown keeps the refusal of an action. A fault of ours is nobody's mistake: the action goes to the desk at once.
func (s *Service) turnDown(ctx context.Context, it *Item, x Action, why error) error {
	it.Verdict, it.Words = Refused, words(why)
	switch errs.KindOf(why) {
	case errs.Conflict:
		it.Verdict = Conflict
	case 0:
		slog.ErrorContext(ctx, "offline action", "kind", it.Kind, "err", why)
		it.Words = "系统没能办这件事，已经交给站点看"
	}
	_, err := act.Write(ctx, s.db, act.Op{Perm: Send, Action: "offline.take"}, func(tx *db.Tx) (Item, error) {
		if errs.KindOf(why) == 0 {
			it.hand(tx.Now)
		}
		return *it, s.write(ctx, tx, it, x)
	})
	return err
}

// words are those of an error for people.
func words(err error) string {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || len(e.Fields) == 0 {
		return err.Error()
	}
	said := slices.Sorted(maps.Values(e.Fields))
	return strings.Join(slices.Compact(said), "；")
}

// answered gives the verdict on an action that was taken before.
func (s *Service) answered(ctx context.Context, x Action) (out Result, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		it, err := byUUID.Get(ctx, tx, auth.From(ctx).Account, canonical(x.ID))
		out = s.before(it, x)
		return err
	})
	return out, err
}

// before is the answer to an action whose id was taken before.
func (s *Service) before(it Item, x Action) Result {
	switch {
	case string(it.Hash) != string(s.hash(x)):
		return Result{x.ID, Conflict, "这个编号已经用于另一件事"}
	case it.Verdict == Done:
		return Result{x.ID, Duplicate, it.Words}
	}
	return Result{x.ID, it.Verdict, it.Words}
}
