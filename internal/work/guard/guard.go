// Package guard is 入户平安提醒: who goes to somebody's home says before he leaves until when he is back. The server keeps the time, so
// that nothing hangs on his telephone; when he is not back an alarm goes from rung to rung until somebody says that he deals with it, and
// it does not end before he is known to be safe.
//
// Nouns: guard. Verbs: start, extend, back, take.
package guard

import (
	"context"
	"strings"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/set"
)

// Permissions. Desk, Head and Town are the rungs of the alarm.
const (
	Use    auth.Perm = "guard.use"
	Answer auth.Perm = "guard.answer"
	Desk   auth.Perm = "guard.desk"
	Head   auth.Perm = "guard.head"
	Town   auth.Perm = "guard.town"
)

// States of a guard.
const (
	Out   = "out"
	Alarm = "alarm"
	Taken = "taken"
	Back  = "back"
)

var states = set.New("guard.state", set.Row{Out, "在外", "work"}, set.Row{Alarm, "到时没有回来", "alarm"},
	set.Row{Taken, "有人在找", "wait"}, set.Row{Back, "平安", "done"})

// Guard is one going out.
type Guard struct {
	ID        db.ID       `json:"id"`
	Version   int64       `json:"version"`
	Region    auth.Region `json:"region" db:",once"`
	AccountID db.ID       `json:"-" db:",once"`
	PersonID  db.ID       `json:"person_id" db:",once"`
	Name      string      `json:"name" db:",read"`
	PairingID db.ID       `json:"pairing_id" db:",once"`
	OrderID   db.ID       `json:"order_id" db:",once"`
	StartedAt time.Time   `json:"started_at" db:",once"`
	UntilAt   time.Time   `json:"until"`
	NextAt    time.Time   `json:"-"`
	State     string      `json:"state" set:"guard.state"`
	Rung      int64       `json:"rung" doc:"报到哪一级：1 本人，2 站里和同行的人，3 嘎查村（社区），4 苏木乡镇（街道）"`
	TakenBy   string      `json:"taken_by"`
	TakenAt   *time.Time  `json:"taken_at"`
	BackAt    *time.Time  `json:"back_at"`
	BackBy    string      `json:"back_by"`
	BackHow   string      `json:"back_how" doc:"别人替他报平安的，怎么知道的"`
}

func (g Guard) place() auth.Place { return auth.Place{Region: g.Region, Persons: []db.ID{g.PersonID}} }

var guards = act.Kind[Guard]{Object: "guard", View: Use, Table: table, Lock: true,
	Load:  func(ctx context.Context, tx *db.Tx, id db.ID) (Guard, error) { return byID.Get(ctx, tx, id) },
	Make:  enter,
	Place: Guard.place, State: func(g Guard) string { return g.State }, Word: states.Word,
	Names: func(g Guard) []string { return []string{g.Name} },
	Trail: func(was, now Guard) map[string]any {
		return map[string]any{"from": was.State, "to": now.State, "rung": now.Rung}
	}}

// enter writes a new guard: one that runs for each account.
func enter(ctx context.Context, tx *db.Tx, g *Guard) error {
	fresh, err := table.Add(ctx, tx, *g)
	if err == nil && !fresh {
		err = errs.Clash("您有一次出门还没有报平安，先报平安，再报下一次")
	}
	return err
}

// Service holds the operations.
type Service struct {
	db      *db.DB
	persons *person.Service
}

// New makes the service.
func New(d *db.DB, persons *person.Service) *Service { return &Service{d, persons} }

// How long somebody may say that he is away: conventions of this system.
const (
	shortest = 5 * time.Minute
	longest  = 12 * time.Hour
)

// StartInput says where one goes and until when one is back.
type StartInput struct {
	PairingID db.ID      `json:"pairing_id" required:"false"`
	OrderID   db.ID      `json:"order_id" required:"false"`
	Until     *time.Time `json:"until" required:"false" doc:"几点以前回来"`
	Minutes   int64      `json:"minutes" required:"false" minimum:"0" maximum:"720" doc:"或者多少分钟以后"`
}

// until is when one is back.
func (in StartInput) until(now time.Time) (time.Time, error) {
	at := now.Add(time.Duration(in.Minutes) * time.Minute)
	if in.Until != nil {
		at = *in.Until
	}
	return at, inTime(at, now)
}

func inTime(at, now time.Time) error {
	if d := at.Sub(now); d < shortest || d > longest {
		return errs.Field("until", "要在 5 分钟到 12 小时之间")
	}
	return nil
}

// Start begins a guard, before one leaves: what it is about is one's own pairing or accepted order.
func (s *Service) Start(ctx context.Context, in StartInput) (Guard, error) {
	op := act.Op{Perm: Use, Action: "guard.start", Check: func() error {
		if (in.PairingID == 0) == (in.OrderID == 0) {
			return errs.Field("pairing_id", "请选去哪一家")
		}
		return nil
	}}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Guard, err error) {
		until, err := in.until(tx.Now)
		if err != nil {
			return out, err
		}
		me := auth.From(ctx)
		list, err := goals.All(ctx, tx, me.Person)
		if err != nil {
			return out, err
		}
		for _, g := range list {
			if g.PairingID != in.PairingID || g.OrderID != in.OrderID {
				continue
			}
			out = Guard{ID: tx.NewID(), Version: 1, Region: g.Region, AccountID: me.Account, PersonID: me.Person,
				PairingID: g.PairingID, OrderID: g.OrderID, StartedAt: tx.Now, UntilAt: until, NextAt: until, State: Out}
			if err := guards.Enter(ctx, tx, op, &out); err != nil {
				return out, err
			}
			return byID.Get(ctx, tx, out.ID)
		}
		return out, errs.Field("pairing_id", "这不是您的结对或者接下的单")
	})
}

// ExtendInput puts off when one is back.
type ExtendInput struct {
	ID      db.ID      `path:"id"`
	Until   *time.Time `json:"until" required:"false"`
	Minutes int64      `json:"minutes" required:"false" minimum:"0" maximum:"720" doc:"从现在起再过多少分钟"`
}

// Extend puts the time off; an alarm is over, for he has answered.
func (s *Service) Extend(ctx context.Context, in ExtendInput) (Guard, error) {
	op := act.Op{Perm: Use, Action: "guard.extend", ID: in.ID, From: []string{Out, Alarm, Taken}}
	return guards.Change(ctx, s.db, op, func(tx *db.Tx, g *Guard) error {
		if g.PersonID != auth.From(ctx).Person {
			return errs.Deny("只有他本人能往后推")
		}
		until, err := StartInput{Until: in.Until, Minutes: in.Minutes}.until(tx.Now)
		g.UntilAt, g.NextAt, g.State, g.Rung, g.TakenBy, g.TakenAt = until, until, Out, 0, "", nil
		return err
	})
}

// BackInput says that somebody is safe.
type BackInput struct {
	ID  db.ID  `path:"id"`
	How string `json:"how" required:"false" maxLength:"200" doc:"替他报平安的写明怎么知道的"`
}

// Back ends a guard: he says so himself (我到家了), or who knows says how.
func (s *Service) Back(ctx context.Context, in BackInput) (Guard, error) {
	op := act.Op{Perm: Use, Action: "guard.back", ID: in.ID, From: []string{Out, Alarm, Taken}, Wrong: "已经报过平安", Cause: in.How}
	return guards.Change(ctx, s.db, op, func(tx *db.Tx, g *Guard) error {
		if own := g.PersonID == auth.From(ctx).Person; !own && strings.TrimSpace(in.How) == "" {
			return errs.Field("how", "请写明怎么知道他平安的")
		}
		g.State, g.BackAt, g.BackBy, g.BackHow = Back, &tx.Now, auth.From(ctx).Name, strings.TrimSpace(in.How)
		return nil
	})
}

// TakeInput says who deals with an alarm.
type TakeInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
}

// Take stops the alarm for an hour: somebody deals with it (我来处理). It rings again when he is not known to be safe by then.
func (s *Service) Take(ctx context.Context, in TakeInput) (Guard, error) {
	op := act.Op{Perm: Answer, Action: "guard.take", ID: in.ID, Version: in.Version, From: []string{Alarm}}
	return guards.Change(ctx, s.db, op, func(tx *db.Tx, g *Guard) error {
		if g.PersonID == auth.From(ctx).Person {
			return errs.Deny("您自己平安了就报平安")
		}
		g.State, g.TakenBy, g.TakenAt, g.NextAt = Taken, auth.From(ctx).Name, &tx.Now, tx.Now.Add(takenFor)
		return nil
	})
}

// ListInput asks who is out.
type ListInput struct {
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
	State  string      `query:"state" set:"guard.state,"`
	db.Paging
}

// Listing is one page of guards, the newest first.
type Listing struct {
	In ListInput `json:"-"`
	db.Page[Guard]
	Calls map[db.ID]string `json:"-"` // telephones of those who are not back, by guard
	base  string
}

// List gives the guards of the actor's place, with whom to ring where somebody is not back.
func (s *Service) List(ctx context.Context, in ListInput) (Listing, error) {
	return act.Read(ctx, s.db, Answer, func(tx *db.Tx) (out Listing, err error) {
		out.In = in
		out.Calls = map[db.ID]string{}
		out.Page, err = list.Page(ctx, tx, sought{in, auth.ScopeOf(ctx, Answer)}, in.Paging)
		for _, g := range out.Items {
			if err != nil || g.State != Alarm && g.State != Taken {
				continue
			}
			var c person.Contact
			c, err = s.persons.Contact(ctx, tx, g.PersonID)
			out.Calls[g.ID] = c.Phone
		}
		return out, err
	})
}

// GetInput names a guard.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Get gives one guard.
func (s *Service) Get(ctx context.Context, in GetInput) (Guard, error) {
	return guards.Get(ctx, s.db, in.ID)
}

// Nothing is the input of a page that asks for nothing.
type Nothing struct{}

// Own is the guard of the actor that runs, if there is one, and where he may go.
type Own struct {
	Running *Guard `json:"running"`
	Goals   []Goal `json:"goals"`
}

// Goal is where somebody may go: a pairing in force, or an order that he accepted.
type Goal struct {
	PairingID db.ID       `json:"pairing_id"`
	OrderID   db.ID       `json:"order_id"`
	What      string      `json:"what"`
	Region    auth.Region `json:"region"`
}

// Mine gives it.
func (s *Service) Mine(ctx context.Context, _ Nothing) (Own, error) {
	return act.Read(ctx, s.db, Use, func(tx *db.Tx) (out Own, err error) {
		me := auth.From(ctx)
		g, runs, err := db.Found(running.One(ctx, tx, me.Account))
		if err != nil {
			return out, err
		}
		if runs {
			out.Running = &g
		}
		out.Goals, err = goals.All(ctx, tx, me.Person)
		return out, err
	})
}
