// Package problem is the list of difficulties that stations cannot solve themselves (困难问题清单): the town answers within the days of the
// setting, else the banner, and the station says what it thinks of the answer.
//
// Nouns: problem, step. Verbs: raise, answer, escalate, rate, withdraw.
package problem

import (
	"context"
	"strings"
	"time"

	"linli/internal/civic/setting"
	"linli/internal/network/station"
	"linli/internal/oversight/inspection"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
)

// Permissions.
const (
	View   auth.Perm = "inspection.problems"
	Raise  auth.Perm = "inspection.raise"
	Answer auth.Perm = "inspection.answer"
)

// Service holds the operations.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// States of a problem.
const (
	Waiting   = "waiting"
	Answered  = "answered"
	Rated     = "rated"
	Withdrawn = "withdrawn"
)

// Levels that answer.
const (
	town   = "town"
	banner = "banner"
)

// Problem is one line of the list of difficulties (困难问题清单).
type Problem struct {
	ID         db.ID       `json:"id"`
	Version    int64       `json:"version"`
	StationID  db.ID       `json:"station_id" db:",once"`
	Station    string      `json:"station" db:",read"`
	Region     auth.Region `json:"region" db:",once"`
	Kind       string      `json:"kind" doc:"site 场地，staff 人员，equipment 设备，funding 经费，training 培训，volunteers 志愿者，system 系统，other 其他"`
	Body       string      `json:"text" db:",once"`
	Wish       string      `json:"wish" db:",once" doc:"希望怎样解决"`
	Level      string      `json:"level" doc:"该谁答复：town 苏木乡镇（街道），banner 旗县区"`
	State      string      `json:"state" doc:"waiting 待答复，answered 已答复，rated 已评价，withdrawn 撤回"`
	DueDay     clock.Day   `json:"due_day" doc:"答复期限"`
	Answer     string      `json:"answer"`
	SolveDay   clock.Day   `json:"solve_day" doc:"答应什么时候解决；没有时为空"`
	Rating     int64       `json:"rating" doc:"5 满意，3 基本满意，1 不满意；没有评价为 0"`
	ByName     string      `json:"by_name" db:",once"`
	MadeAt     time.Time   `json:"made_at" db:",once"`
	AnsweredAt *time.Time  `json:"answered_at"`
}

// problems says how problems are kept. What happened to one, in whose words, is in its steps.
var problems = act.Kind[Problem]{Object: "problem", View: View, Table: table,
	Load:  func(ctx context.Context, tx *db.Tx, id db.ID) (Problem, error) { return byID.Get(ctx, tx, id) },
	Place: Problem.place, State: func(p Problem) string { return p.State }}

func (p Problem) place() auth.Place { return auth.Place{Region: p.Region, Station: p.StationID} }

// Overdue says that the day of the answer is over.
func (p Problem) Overdue(today clock.Day) bool { return p.State == Waiting && p.DueDay < today }

// holder is the division that is to answer.
func (p Problem) holder() auth.Region {
	if p.Level == banner {
		return p.Region.At(auth.LevelBanner)
	}
	return p.Region.At(auth.LevelTown)
}

// Step is something that happened to a problem.
type Step struct {
	ID        db.ID     `json:"-"`
	ProblemID db.ID     `json:"-"`
	Action    string    `json:"action"`
	Level     string    `json:"level"`
	Text      string    `json:"text"`
	ByName    string    `json:"by_name"`
	At        time.Time `json:"at"`
}

// Detail is a problem with its history.
type Detail struct {
	Problem
	Steps   []Step    `json:"steps"`
	Today   clock.Day `json:"-"`
	raises  bool
	answers bool
}

// RaiseInput is what a station cannot solve itself.
type RaiseInput struct {
	StationID db.ID  `json:"station_id"`
	Kind      string `json:"kind" set:"problem.kind"`
	Text      string `json:"text" minLength:"1" maxLength:"500"`
	Wish      string `json:"wish" required:"false" maxLength:"300"`
}

func (in RaiseInput) check() error {
	c := errs.Check{}
	c.That(strings.TrimSpace(in.Text) != "", "text", "请写明是什么困难")
	return c.Err()
}

// Raise puts a problem on the list; the town is told and answers within the days of the setting.
func (s *Service) Raise(ctx context.Context, in RaiseInput) (Detail, error) {
	op := act.Op{Perm: Raise, Action: "problem.raised", Check: in.check}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Detail, err error) {
		st, err := station.Get(ctx, tx, in.StationID)
		if errs.KindOf(err) == errs.NotFound || err == nil && !auth.Can(ctx, Raise, st.Place()) {
			return out, errs.Field("station_id", "没有这个站点，或者不归您管")
		}
		if err != nil {
			return out, err
		}
		p := Problem{ID: tx.NewID(), Version: 1, StationID: st.ID, Station: st.Name, Region: st.Region, Kind: in.Kind, Body: in.Text,
			Wish: in.Wish, Level: town, State: Waiting, ByName: auth.From(ctx).Name, MadeAt: tx.Now}
		if p.DueDay, err = answerBy(ctx, tx, p.Region); err != nil {
			return out, err
		}
		if err := problems.Enter(ctx, tx, op, &p); err != nil {
			return out, err
		}
		return tell(ctx, tx, p, op.Action, in.Text)
	})
}

// answerBy is the working day until which a problem that is put today is answered.
func answerBy(ctx context.Context, tx *db.Tx, at auth.Region) (clock.Day, error) {
	n, err := setting.Int(ctx, tx, setting.ProblemDays, at)
	if err != nil {
		return 0, err
	}
	return setting.AddWorkingDays(ctx, tx, clock.DayOf(tx.Now), n)
}

// messages says whom each step is told, and how: those who are to answer, or the station.
var messages = map[string]struct {
	up    bool
	title string
}{
	"raised": {true, "有一个困难问题请答复"}, "escalated": {true, "有一个困难问题转来，请答复"},
	"answered": {false, "困难问题有了答复，请评价"}, "rated": {true, "困难问题的答复得到评价"},
	"withdrawn": {true, "有一个困难问题撤回了"},
}

// tell writes the step, tells whom it concerns, and gives the problem as it stands.
func tell(ctx context.Context, tx *db.Tx, p Problem, action, text string) (out Detail, err error) {
	step := strings.TrimPrefix(action, "problem.")
	err = stepTable.Insert(ctx, tx, Step{tx.NewID(), p.ID, step, p.Level, text, auth.From(ctx).Name, tx.Now})
	if err != nil {
		return out, err
	}
	how := messages[step]
	m := notify.Message{Title: how.title, Text: p.Station + "，" + p.Body, Link: govAt(p.ID)}
	if how.up {
		err = inspection.NotifyOfficers(ctx, tx, p.holder(), m)
	} else {
		m.Link = myAt(p.ID)
		err = inspection.NotifyManagers(ctx, tx, p.StationID, m)
	}
	if err != nil {
		return out, err
	}
	return detail(ctx, tx, p)
}

// GetInput names a problem.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Get gives a problem with its history.
func (s *Service) Get(ctx context.Context, in GetInput) (Detail, error) {
	return act.Look(ctx, s.db, &problems, in.ID, func(tx *db.Tx, p Problem) (Detail, error) { return detail(ctx, tx, p) })
}

func detail(ctx context.Context, tx *db.Tx, p Problem) (out Detail, err error) {
	out = Detail{Problem: p, Today: clock.DayOf(tx.Now), raises: auth.Can(ctx, Raise, p.place()), answers: answers(ctx, p)}
	out.Steps, err = stepsOf.All(ctx, tx, p.ID)
	return out, err
}

// answers says that the actor acts for the division that is to answer.
func answers(ctx context.Context, p Problem) bool { return inspection.ActsFor(ctx, Answer, p.holder()) }

// move is a change of a problem with its step.
func (s *Service) move(ctx context.Context, op act.Op, text string, fn func(*db.Tx, *Problem) error) (Detail, error) {
	return act.ChangeTo(ctx, s.db, &problems, op, fn, func(tx *db.Tx, p Problem) (Detail, error) { return tell(ctx, tx, p, op.Action, text) })
}

// AnswerInput is the answer to a problem.
type AnswerInput struct {
	ID       db.ID     `path:"id"`
	Version  int64     `json:"version" minimum:"1"`
	Text     string    `json:"text" minLength:"1" maxLength:"500"`
	SolveDay clock.Day `json:"solve_day" required:"false" doc:"答应什么时候解决"`
}

func (in AnswerInput) check(today clock.Day) error {
	c := errs.Check{}
	c.That(strings.TrimSpace(in.Text) != "", "text", "请写明怎么解决")
	c.That(in.SolveDay == 0 || in.SolveDay >= today, "solve_day", "不能早于今天")
	return c.Err()
}

// Answer gives the answer of the level that holds the problem.
func (s *Service) Answer(ctx context.Context, in AnswerInput) (Detail, error) {
	op := act.Op{Perm: Answer, Action: "problem.answered", ID: in.ID, Version: in.Version, From: []string{Waiting}, Wrong: "已经答复过",
		Check: func() error { return in.check(clock.Today(ctx)) }}
	return s.move(ctx, op, in.Text, func(tx *db.Tx, p *Problem) error {
		if !answers(ctx, *p) {
			return errs.ErrDenied
		}
		p.State, p.Answer, p.SolveDay, p.AnsweredAt = Answered, in.Text, in.SolveDay, &tx.Now
		return nil
	})
}

// RateInput is the station's word on an answer.
type RateInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Rating  int64  `json:"rating" enum:"1,3,5" doc:"5 满意，3 基本满意，1 不满意"`
	Comment string `json:"comment" required:"false" maxLength:"300"`
}

func (in RateInput) check() error {
	if in.Rating == 1 && strings.TrimSpace(in.Comment) == "" {
		return errs.Field("comment", "请写明为什么不满意")
	}
	return nil
}

// Rate takes the station's word on the answer. A bad one of the town's sends the problem to the banner, with the reason.
func (s *Service) Rate(ctx context.Context, in RateInput) (out Detail, err error) {
	op := act.Op{Perm: Raise, Action: "problem.rated", ID: in.ID, Version: in.Version, From: []string{Answered}, Wrong: "有了答复才能评价，评价一次",
		Check: in.check}
	// Which of the two it is must be known before; the level cannot change under the same version.
	p, err := problems.Get(ctx, s.db, in.ID)
	if err != nil {
		return out, err
	}
	up := in.Rating == 1 && p.Level == town
	if up {
		op.Action = "problem.escalated"
	}
	return s.move(ctx, op, ratingWords[in.Rating]+" "+in.Comment, func(tx *db.Tx, p *Problem) error {
		if up {
			return escalate(ctx, tx, p)
		}
		p.State, p.Rating = Rated, in.Rating
		return nil
	})
}

// escalate passes a problem to the banner, which has the same days to answer.
func escalate(ctx context.Context, tx *db.Tx, p *Problem) (err error) {
	p.Level, p.State, p.AnsweredAt = banner, Waiting, nil
	p.DueDay, err = answerBy(ctx, tx, p.Region)
	return err
}

// EscalateInput passes a problem on, or takes it back.
type EscalateInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200"`
}

// Escalate lets the town pass on what it cannot solve.
func (s *Service) Escalate(ctx context.Context, in EscalateInput) (Detail, error) {
	const wrong = "待苏木乡镇（街道）答复的才能转旗县区"
	op := act.Op{Perm: Answer, Action: "problem.escalated", ID: in.ID, Version: in.Version, From: []string{Waiting}, Wrong: wrong}
	return s.move(ctx, op, in.Reason, func(tx *db.Tx, p *Problem) error {
		switch {
		case !answers(ctx, *p):
			return errs.ErrDenied
		case p.Level != town:
			return errs.WrongState(wrong)
		}
		return escalate(ctx, tx, p)
	})
}

// Withdraw takes a problem off the list that has solved itself.
func (s *Service) Withdraw(ctx context.Context, in EscalateInput) (Detail, error) {
	op := act.Op{Perm: Raise, Action: "problem.withdrawn", ID: in.ID, Version: in.Version, From: []string{Waiting}, Wrong: "待答复的才能撤回"}
	return s.move(ctx, op, in.Reason, func(_ *db.Tx, p *Problem) error {
		p.State = Withdrawn
		return nil
	})
}

// Sweep passes what the town has not answered in time to the banner.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		late, err := unanswered.All(ctx, tx, clock.DayOf(tx.Now))
		if err != nil {
			return err
		}
		op := act.Op{Action: "problem.escalated"}
		for _, p := range late {
			if err := problems.Alter(ctx, tx, op, &p, func(tx *db.Tx, p *Problem) error { return escalate(ctx, tx, p) }); err != nil {
				return err
			}
			if _, err := tell(ctx, tx, p, op.Action, "苏木乡镇（街道）过了期限没有答复"); err != nil {
				return err
			}
		}
		return nil
	})
}

// ListInput asks for the problems of a division.
type ListInput struct {
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
	State  string      `query:"state" enum:"waiting,answered,rated,withdrawn,overdue," maxLength:"10" doc:"overdue 为过期没答复的"`
	Kind   string      `query:"kind" set:"problem.kind," maxLength:"10"`
	Level  string      `query:"level" set:"problem.level," maxLength:"10"`
	Q      string      `query:"q" maxLength:"40" doc:"内容里的字"`
	db.Paging
}

// Problems is one page of them.
type Problems struct {
	In       ListInput         `json:"-"`
	Lead     string            `json:"-"`
	Today    clock.Day         `json:"-"`
	Stations []station.Station `json:"-"` // of the actor, to raise a problem for
	base     string
	db.Page[Problem]
}

// List lists problems, the newest first.
func (s *Service) List(ctx context.Context, in ListInput) (Problems, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Problems, err error) {
		out.In, out.Today = in, clock.Today(ctx)
		if out.Page, err = list.Page(ctx, tx, search{in, auth.ScopeOf(ctx, View), out.Today}, in.Paging); err != nil {
			return out, err
		}
		if out.Lead, err = inspection.LeadOf(ctx, tx, inspection.Seat(ctx)); err != nil {
			return out, err
		}
		if auth.Holds(ctx, Raise) {
			out.Stations, err = inspection.Stations(ctx, tx, auth.ScopeOf(ctx, Raise), "")
		}
		return out, err
	})
}
