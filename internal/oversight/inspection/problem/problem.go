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
	"linli/internal/platform/audit"
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
	StationID  db.ID       `json:"station_id"`
	Station    string      `json:"station"`
	Region     auth.Region `json:"region"`
	Kind       string      `json:"kind" doc:"site 场地，staff 人员，equipment 设备，funding 经费，training 培训，volunteers 志愿者，system 系统，other 其他"`
	Body       string      `json:"text"`
	Wish       string      `json:"wish" doc:"希望怎样解决"`
	Level      string      `json:"level" doc:"该谁答复：town 苏木乡镇（街道），banner 旗县区"`
	State      string      `json:"state" doc:"waiting 待答复，answered 已答复，rated 已评价，withdrawn 撤回"`
	DueDay     clock.Day   `json:"due_day" doc:"答复期限"`
	Answer     string      `json:"answer"`
	SolveDay   clock.Day   `json:"solve_day" doc:"答应什么时候解决；没有时为空"`
	Rating     int64       `json:"rating" doc:"5 满意，3 基本满意，1 不满意；没有评价为 0"`
	ByName     string      `json:"by_name"`
	MadeAt     time.Time   `json:"made_at"`
	AnsweredAt *time.Time  `json:"answered_at"`
}

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
	Action string    `json:"action"`
	Level  string    `json:"level"`
	Text   string    `json:"text"`
	ByName string    `json:"by_name"`
	At     time.Time `json:"at"`
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
	return act.Write(ctx, s.db, act.Op{Perm: Raise, Check: in.check}, func(tx *db.Tx) (out Detail, err error) {
		st, err := station.Get(ctx, tx, in.StationID)
		if errs.KindOf(err) == errs.NotFound || err == nil && !auth.Can(ctx, Raise, st.Place()) {
			return out, errs.Field("station_id", "没有这个站点，或者不归您管")
		}
		if err != nil {
			return out, err
		}
		p := Problem{ID: tx.NewID(), StationID: st.ID, Station: st.Name, Region: st.Region, Kind: in.Kind, Body: in.Text, Wish: in.Wish,
			Level: town, State: Waiting, ByName: auth.From(ctx).Name, MadeAt: tx.Now}
		if p.DueDay, err = answerBy(ctx, tx, p.Region); err != nil {
			return out, err
		}
		if err := insertProblem(ctx, tx, p); err != nil {
			return out, err
		}
		return changed(ctx, tx, p, "raised", in.Text)
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
}{"raised": {true, "有一个困难问题请答复"}, "escalated": {true, "有一个困难问题转来，请答复"}, "answered": {false, "困难问题有了答复，请评价"}, "rated": {true, "困难问题的答复得到评价"},
	"withdrawn": {true, "有一个困难问题撤回了"}}

// changed writes the step and the trail, tells whom it concerns, and gives the problem as it stands.
func changed(ctx context.Context, tx *db.Tx, p Problem, action, text string) (out Detail, err error) {
	who := auth.From(ctx)
	if _, err := addStep.Run(ctx, tx, tx.NewID(), p.ID, action, p.Level, text, who.Name, tx.Now); err != nil {
		return out, err
	}
	if err := audit.Write(ctx, tx, audit.Entry{Action: "problem." + action, Object: "problem", ID: p.ID.String(),
		Region: p.Region}); err != nil {
		return out, err
	}
	how := messages[action]
	m := notify.Message{Title: how.title, Text: p.Station + "，" + p.Body, Link: "/gov/problems/" + p.ID.String()}
	if how.up {
		err = inspection.NotifyOfficers(ctx, tx, p.holder(), m)
	} else {
		m.Link = "/desk/problems/" + p.ID.String()
		err = inspection.NotifyManagers(ctx, tx, p.StationID, m)
	}
	if err != nil {
		return out, err
	}
	return problem(ctx, tx, p.ID)
}

// GetInput names a problem.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Get gives a problem with its history.
func (s *Service) Get(ctx context.Context, in GetInput) (Detail, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Detail, err error) {

		if out, err = problem(ctx, tx, in.ID); err != nil {
			return out, err
		}
		return out, auth.Require(ctx, View, View, out.place())
	})
}

func problem(ctx context.Context, tx *db.Tx, id db.ID) (out Detail, err error) {
	p, ok, err := db.Found(byID.One(ctx, tx, id))
	if err == nil && !ok {
		err = errs.ErrNotFound
	}
	if err != nil {
		return out, err
	}
	out = Detail{Problem: p, Today: clock.DayOf(tx.Now), raises: auth.Can(ctx, Raise, p.place()), answers: answers(ctx, p)}
	out.Steps, err = stepsOf.All(ctx, tx, id)
	return out, err
}

// answers says that the actor acts for the division that is to answer.
func answers(ctx context.Context, p Problem) bool { return inspection.ActsFor(ctx, Answer, p.holder()) }

// turn is what all moves of a problem share.
func (s *Service) turn(ctx context.Context, id db.ID, version int64, perm auth.Perm, text string,
	fn func(*db.Tx, *Problem) (action string, err error)) (Detail, error) {
	return act.Write(ctx, s.db, act.Op{Perm: perm}, func(tx *db.Tx) (out Detail, err error) {
		if out, err = problem(ctx, tx, id); err != nil {
			return out, err
		}
		p := out.Problem
		if err := auth.Require(ctx, perm, View, p.place()); err != nil {
			return Detail{}, err
		}
		action, err := fn(tx, &p)
		if err != nil {
			return out, err
		}
		p.Version = version
		if err := updateProblem(ctx, tx, p, out.State); err != nil {
			return out, err
		}
		return changed(ctx, tx, p, action, text)
	})
}

// AnswerInput is the answer to a problem.
type AnswerInput struct {
	ID       db.ID     `path:"id"`
	Version  int64     `json:"version" minimum:"1"`
	Text     string    `json:"text" minLength:"1" maxLength:"500"`
	SolveDay clock.Day `json:"solve_day" required:"false" doc:"答应什么时候解决"`
}

// Answer gives the answer of the level that holds the problem.
func (s *Service) Answer(ctx context.Context, in AnswerInput) (Detail, error) {
	return s.turn(ctx, in.ID, in.Version, Answer, in.Text, func(tx *db.Tx, p *Problem) (string, error) {
		if !answers(ctx, *p) {
			return "", errs.ErrDenied
		}
		if p.State != Waiting {
			return "", errs.WrongState("已经答复过")
		}
		c := errs.Check{}
		c.That(strings.TrimSpace(in.Text) != "", "text", "请写明怎么解决")
		c.That(in.SolveDay == 0 || in.SolveDay >= clock.DayOf(tx.Now), "solve_day", "不能早于今天")
		p.State, p.Answer, p.SolveDay, p.AnsweredAt = Answered, in.Text, in.SolveDay, &tx.Now
		return "answered", c.Err()
	})
}

// RateInput is the station's word on an answer.
type RateInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Rating  int64  `json:"rating" enum:"1,3,5" doc:"5 满意，3 基本满意，1 不满意"`
	Comment string `json:"comment" required:"false" maxLength:"300"`
}

// Rate takes the station's word on the answer. A bad one of the town's sends the problem to the banner, with the reason.
func (s *Service) Rate(ctx context.Context, in RateInput) (Detail, error) {
	return s.turn(ctx, in.ID, in.Version, Raise, ratingWords[in.Rating]+" "+in.Comment, func(tx *db.Tx, p *Problem) (string, error) {
		if p.State != Answered {
			return "", errs.WrongState("有了答复才能评价，评价一次")
		}
		if in.Rating == 1 && strings.TrimSpace(in.Comment) == "" {
			return "", errs.Field("comment", "请写明为什么不满意")
		}
		if in.Rating == 1 && p.Level == town {
			return "escalated", escalate(ctx, tx, p)
		}
		p.State, p.Rating = Rated, in.Rating
		return "rated", nil
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
	return s.turn(ctx, in.ID, in.Version, Answer, in.Reason, func(tx *db.Tx, p *Problem) (string, error) {
		switch {
		case !answers(ctx, *p):
			return "", errs.ErrDenied
		case p.Level != town || p.State != Waiting:
			return "", errs.WrongState("待苏木乡镇（街道）答复的才能转旗县区")
		}
		return "escalated", escalate(ctx, tx, p)
	})
}

// Withdraw takes a problem off the list that has solved itself.
func (s *Service) Withdraw(ctx context.Context, in EscalateInput) (Detail, error) {
	return s.turn(ctx, in.ID, in.Version, Raise, in.Reason, func(_ *db.Tx, p *Problem) (string, error) {
		if p.State != Waiting {
			return "", errs.WrongState("待答复的才能撤回")
		}
		p.State = Withdrawn
		return "withdrawn", nil
	})
}

// Sweep passes what the town has not answered in time to the banner.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		late, err := unanswered.All(ctx, tx, clock.DayOf(tx.Now))
		if err != nil {
			return err
		}
		for _, p := range late {
			if err := escalate(ctx, tx, &p); err != nil {
				return err
			}
			if err := updateProblem(ctx, tx, p, Waiting); err != nil {
				return err
			}
			if _, err := changed(ctx, tx, p, "escalated", "苏木乡镇（街道）过了期限没有答复"); err != nil {
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
		var after db.ID
		more, err := in.After(&after)
		if err != nil {
			return out, err
		}

		rows, err := problems(ctx, tx, auth.ScopeOf(ctx, View), in, out.Today, more, after, in.Size()+1)
		if err != nil {
			return out, err
		}
		out.Page = db.PageOf(rows, in.Paging, func(p Problem) []string { return db.Key(p.ID) })
		if out.Lead, err = inspection.LeadOf(ctx, tx, inspection.Seat(ctx)); err != nil {
			return out, err
		}
		if auth.Holds(ctx, Raise) {
			out.Stations, err = inspection.Stations(ctx, tx, auth.ScopeOf(ctx, Raise), "")
		}
		return out, err
	})
}
