// Package casework is what a social worker leads for one person (社工个案): a goal, steps with days, helpers with a narrow view, notes of
// two kinds, and the list of who read it.
//
// Nouns: case, worker (who leads it, or watches over it), helper, step, note, reader. Verbs: open, edit, plan, settle, name and dismiss a
// helper, note, appoint, close; read.
//
// Who may read follows from dated rows alone and never from a role: who leads the case today, who watches over it, a helper within his
// days, and the person himself, each as much as is his. For everybody else there is no such case, in lists and numbers as well. Every
// text is sealed; messages and the trail hold none. Each reading leaves one row.
package casework

import (
	"context"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
	"linli/internal/platform/set"
)

// Permissions. Lead is a social worker's, on the cases that he leads or watches over; Aid a helper's and the person's own; Assign gives a
// case that nobody leads to somebody, without its content.
const (
	Lead   auth.Perm = "case.lead"
	Aid    auth.Perm = "case.aid"
	Assign auth.Perm = "case.assign"
)

// States of a case, and of a step.
const (
	Open   = "open"
	Closed = "closed"
)

// Relations to a case.
const (
	Worker     = "worker"
	Supervisor = "supervisor"
	Helper     = "helper"
	Self       = "self"
)

// ForHelpers is the audience of a note that helpers read too.
const ForHelpers = "helpers"

// Words that people see.
var (
	states  = set.New("casework.state", set.Row{Open, "进行中", "work"}, set.Row{Closed, "已结案", "done"})
	grounds = set.New("casework.ground", set.Row{"self", "本人同意"}, set.Row{"paper", "本人签字同意"}, set.Row{"guardian", "监护人同意"},
		set.Row{"law", "法定职责"})
	outcomes = set.New("casework.outcome", set.Row{"reached", "目标达到"}, set.Row{"partly", "部分达到"}, set.Row{"moved", "搬走了"},
		set.Row{"declined", "本人不愿继续"}, set.Row{"referred", "转介"}, set.Row{"died", "去世"}, set.Row{"erased", "本人要求注销"})
	parts      = set.New("casework_worker.part", set.Row{Worker, "负责社工"}, set.Row{Supervisor, "督导"})
	stepStates = set.New("casework_step.state", set.Row{Open, "要做", "wait"}, set.Row{"done", "做了", "done"}, set.Row{"dropped", "不做了"})
	audiences  = set.New("casework_note.audience", set.Row{ForHelpers, "帮手也看"}, set.Row{Worker, "只有社工看"})
	relations  = set.New("casework_read.relation", set.Row{Worker, "负责这个个案"}, set.Row{Supervisor, "督导这个个案"}, set.Row{Helper, "被指定为帮手"},
		set.Row{Self, "本人"})
)

// Case is one, as it is kept: its texts are sealed.
type Case struct {
	ID        db.ID       `json:"id"`
	Version   int64       `json:"version"`
	Region    auth.Region `json:"region" db:",once"`
	PersonID  db.ID       `json:"-" db:",once"`
	Ground    string      `json:"ground" set:"casework.ground" db:",once"`
	GroundRef []byte      `json:"-" db:",once"`
	GroundDay clock.Day   `json:"ground_day" db:",once"`
	Goal      []byte      `json:"-"`
	Safety    []byte      `json:"-"`
	ReviewDay clock.Day   `json:"review_day"`
	State     string      `json:"state" set:"casework.state"`
	Outcome   string      `json:"outcome" set:"casework.outcome,"`
	OpenedAt  time.Time   `json:"opened_at" db:",once"`
	ClosedDay clock.Day   `json:"closed_day"`

	Name string `json:"-" db:",read"`

	relation string    // of the actor, today
	since    clock.Day // from when on
}

// place says where a case is, to who leads it or watches over it; to everybody else it is nowhere.
func (c Case) place() auth.Place {
	if c.relation != Worker && c.relation != Supervisor {
		return auth.Place{}
	}
	return auth.Place{Region: c.Region}
}

// Post is a stretch of days in which somebody leads a case or watches over it.
type Post struct {
	ID        db.ID     `json:"-"`
	CaseID    db.ID     `json:"-" db:",once"`
	AccountID db.ID     `json:"-" db:",once"`
	Name      string    `json:"name" db:",once"`
	Part      string    `json:"part" set:"casework_worker.part" db:",once"`
	FromDay   clock.Day `json:"from_day" db:",once"`
	ToDay     clock.Day `json:"to_day" doc:"从这天起不再是"`
	GivenBy   string    `json:"given_by" db:",once"`
	GivenAt   time.Time `json:"given_at" db:",once"`
}

// Help is a volunteer who helps, within his days.
type Help struct {
	ID          db.ID     `json:"id"`
	Version     int64     `json:"version"`
	CaseID      db.ID     `json:"-" db:",once"`
	VolunteerID db.ID     `json:"volunteer_id" db:",once"`
	FromDay     clock.Day `json:"from_day" db:",once"`
	ToDay       clock.Day `json:"to_day" doc:"从这天起看不到"`
	GivenBy     string    `json:"given_by" db:",once"`
	GivenAt     time.Time `json:"given_at" db:",once"`

	Name string `json:"name" db:",read"`
}

// Step is what is to be done by a day.
type Step struct {
	ID      db.ID     `json:"id"`
	Version int64     `json:"version"`
	CaseID  db.ID     `json:"-" db:",once"`
	Sealed  []byte    `json:"-" db:"text"`
	DueDay  clock.Day `json:"due_day"`
	State   string    `json:"state" set:"casework_step.state"`
	DoneDay clock.Day `json:"done_day"`

	Text string `json:"text" db:"-"`
}

// Note is what somebody wrote.
type Note struct {
	ID        db.ID     `json:"id"`
	CaseID    db.ID     `json:"-"`
	Audience  string    `json:"audience" set:"casework_note.audience"`
	Sealed    []byte    `json:"-" db:"text"`
	AccountID db.ID     `json:"-"`
	Name      string    `json:"name"`
	At        time.Time `json:"at"`

	Text string `json:"text" db:"-"`
}

// Reader is one reading of a case.
type Reader struct {
	ID        db.ID     `json:"-"`
	CaseID    db.ID     `json:"-"`
	AccountID db.ID     `json:"-"`
	Name      string    `json:"name"`
	Relation  string    `json:"relation" set:"casework_read.relation" doc:"为什么可以看"`
	SinceDay  clock.Day `json:"since_day" doc:"从哪天起可以看"`
	At        time.Time `json:"at"`
}

// Receipt is what a change answers: the case without its content, so that only a reading reads.
type Receipt struct {
	ID      db.ID  `json:"id"`
	Version int64  `json:"version"`
	State   string `json:"state" set:"casework.state"`
}

// Service holds the operations.
type Service struct {
	db      *db.DB
	keys    *seal.Keys
	persons *person.Service
	cases   act.Kind[Case]
}

// New makes the service.
func New(d *db.DB, keys *seal.Keys, persons *person.Service) *Service {
	s := &Service{db: d, keys: keys, persons: persons}
	s.cases = act.Kind[Case]{Object: "casework", View: Lead, Table: table, Load: load, Lock: true, Place: Case.place, Word: states.Word,
		State: func(c Case) string { return c.State }, Names: func(c Case) []string { return []string{c.Name} },
		Trail: func(was, now Case) map[string]any { return map[string]any{"from": was.State, "to": now.State} }}
	return s
}

// load gives a case with what the actor is to it today.
func load(ctx context.Context, tx *db.Tx, id db.ID) (Case, error) {
	c, err := byID.Get(ctx, tx, id)
	if err != nil {
		return c, err
	}
	p, there, err := db.Found(postNow.One(ctx, tx, id, auth.From(ctx).Account, clock.DayOf(tx.Now)))
	if there {
		c.relation, c.since = p.Part, p.FromDay
	}
	return c, err
}

// related gives a case to whoever is something to it: its worker or supervisor, a helper within his days, the person himself.
func related(ctx context.Context, tx *db.Tx, id db.ID) (Case, error) {
	c, err := load(ctx, tx, id)
	if err != nil {
		return c, err
	}
	if auth.Can(ctx, Lead, c.place()) {
		return c, nil
	}
	me := auth.From(ctx).Person
	c.relation = ""
	if me == 0 {
		return c, errs.ErrNotFound
	}
	h, there, err := db.Found(helpNow.One(ctx, tx, id, me, clock.DayOf(tx.Now)))
	switch {
	case err != nil:
		return c, err
	case c.PersonID == me: // a merge of entries may have made a helper the person himself
		c.relation, c.since = Self, clock.DayOf(c.OpenedAt)
	case there && c.State == Open:
		c.relation, c.since = Helper, h.FromDay
	default:
		return c, errs.ErrNotFound
	}
	return c, nil
}

func at(table, column string, id db.ID) string { return seal.At(table, column, int64(id)) }
