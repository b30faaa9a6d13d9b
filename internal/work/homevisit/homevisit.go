// Package homevisit is 走访: a plan sends people round the homes of key groups, with the order of a day's homes, what came of each
// visit, and who was reached by nobody.
//
// Nouns: plan, home (one household on a plan), member (who of a key group lives there, or was left out and why), day (the homes of one
// day), goer (who goes that day), visit. Verbs: plan, send, agree, decline, call off, move, record, close, cancel, handle.
//
// One visit serves a household. Where somebody lives and what he is called is told to whoever goes, after he agreed to the day and from
// three days before it (our convention), and not to whoever is only asked. Of which groups somebody is stands as a keyed blind index
// alone. A visit is the visitor's word and makes no minutes: those come from orders, activities and nothing else.
package homevisit

import (
	"context"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
	"linli/internal/platform/set"
	"linli/internal/work/need"
)

// Ahead is how many days before a day who goes is told whose homes these are: weeks ahead nobody needs to hold addresses.
const (
	Ahead = 3
	ahead = "出发前三天起看得到去哪几家"
)

// Permissions. First, Second and Third are the rungs of who is told of a home that nobody reached.
const (
	Keep    auth.Perm = "homevisit.keep"
	Go      auth.Perm = "homevisit.go"
	Figures auth.Perm = "homevisit.figures"
	First   auth.Perm = "homevisit.first"
	Second  auth.Perm = "homevisit.second"
	Third   auth.Perm = "homevisit.third"
)

// States of a plan.
const (
	Open      = "open"
	Closed    = "closed"
	Cancelled = "cancelled"
)

// States of a home. Unreached and gone ask somebody to see to it.
const (
	Waiting   = "waiting"
	Reached   = "reached"
	Unwilling = "unwilling"
	Gone      = "gone"
	Unreached = "unreached"
	Dropped   = "dropped"
)

// States of a day and of who goes.
const (
	Asked    = "asked"
	Agreed   = "agreed"
	Declined = "declined"
	Over     = "over"
)

// Results of a visit; the first two reach a home.
const (
	Met     = "met"
	Phoned  = "phoned"
	Missed  = "not_found"
	Refused = "refused"
	Away    = "away"
	Moved   = "moved"
	Died    = "died"
)

// Reasons why somebody of a key group is not on a plan.
const (
	NoAddress = "no_address"
	Unwanted  = "refused"
	Recent    = "recent"
	Planned   = "planned"
)

// Words that people see.
var (
	planStates = set.New("home_visit_plan.state", set.Row{Open, "正在走访", "work"}, set.Row{Closed, "结束了", "done"},
		set.Row{Cancelled, "取消了"})
	homeStates = set.New("home_visit_home.state", set.Row{Waiting, "要去", "wait"}, set.Row{Reached, "访到了", "done"},
		set.Row{Unwilling, "不愿意", "ask"}, set.Row{Gone, "已搬走或去世", "alarm"}, set.Row{Unreached, "没有访到", "alarm"},
		set.Row{Dropped, "不再去"})
	dayStates = set.New("home_visit_day.state", set.Row{Asked, "等答应", "wait"}, set.Row{Agreed, "说好了", "work"}, set.Row{Over, "过去了", "done"})
	goStates  = set.New("home_visit_goer.state", set.Row{Asked, "等他答应", "wait"}, set.Row{Agreed, "答应了", "work"}, set.Row{Declined, "不方便"})
	results   = set.New("home_visit.result", set.Row{Met, "见面", "done"}, set.Row{Phoned, "电话通了", "done"}, set.Row{Missed, "未遇", "wait"},
		set.Row{Refused, "拒访", "ask"}, set.Row{Away, "已外出", "wait"}, set.Row{Moved, "已搬走", "alarm"}, set.Row{Died, "已去世", "alarm"})
	reasons = set.New("home_visit_member.left_out", set.Row{NoAddress, "没有登记住址"}, set.Row{Unwanted, "一年以内说过不愿意"},
		set.Row{Recent, "最近访到过"}, set.Row{Planned, "在别的走访计划里"})
)

// Plan is one round of visits in a place.
type Plan struct {
	ID          db.ID        `json:"id"`
	Version     int64        `json:"version"`
	Region      auth.Region  `json:"region"`
	Title       string       `json:"title" db:",once"`
	Groups      person.Codes `json:"groups" db:"key_groups,once" doc:"走访哪些重点人群"`
	FromDay     clock.Day    `json:"from_day" db:",once"`
	ToDay       clock.Day    `json:"to_day" db:",once"`
	SurveyID    db.ID        `json:"survey_id" db:",once" doc:"走访时填的问卷"`
	TwoVisitors bool         `json:"two_visitors" db:",once" doc:"见面要两个人一起去"`
	RecentDays  int64        `json:"recent_days" db:",once" doc:"这么多天以内访到过的不再去"`
	State       string       `json:"state" set:"home_visit_plan.state"`
	MadeBy      string       `json:"made_by" db:",once"`
	MadeAt      time.Time    `json:"made_at" db:",once"`
	EndedBy     string       `json:"ended_by"`
	EndedDay    clock.Day    `json:"ended_day"`
	EndedWhy    string       `json:"ended_why"`
}

func (p Plan) place() auth.Place { return auth.Place{Region: p.Region} }

// Home is one household on a plan.
type Home struct {
	ID          db.ID       `json:"id"`
	Version     int64       `json:"version"`
	PlanID      db.ID       `json:"plan_id" db:",once"`
	Region      auth.Region `json:"region"`
	No          int64       `json:"no" db:",once"`
	PersonID    db.ID       `json:"person_id" doc:"按谁的住址去"`
	Name        string      `json:"name" db:",read"`
	TwoVisitors bool        `json:"two_visitors" db:",once"`
	State       string      `json:"state" set:"home_visit_home.state"`
	DayID       db.ID       `json:"day_id" doc:"排在哪一天的路线里"`
	Place       int64       `json:"place" doc:"那天的第几家"`
	Tries       int64       `json:"tries" doc:"去过没有见到的次数"`
	AgainDay    clock.Day   `json:"again_day" doc:"最早哪天再去"`
	LastDay     clock.Day   `json:"last_day"`
	LastResult  string      `json:"last_result" set:"home_visit.result,"`
	LateDay     clock.Day   `json:"late_day" doc:"从哪天起要人处理"`
	Rung        int64       `json:"rung" doc:"报到哪一级：1 站里，2 嘎查村（社区），3 苏木乡镇（街道）"`
	HandledBy   string      `json:"handled_by"`
	HandledDay  clock.Day   `json:"handled_day"`
	HandledWhy  string      `json:"handled_why"`

	goers []db.ID // who goes there on its day, and agreed
}

func (h Home) place() auth.Place { return auth.Place{Region: h.Region, Persons: h.goers} }

// member is somebody of a key group in a plan: of a home, or left out with a reason.
type member struct {
	ID       db.ID
	PlanID   db.ID
	HomeID   db.ID
	PersonID db.ID
	Region   auth.Region
	LeftOut  string `set:"home_visit_member.left_out,"`
}

// group is a key group of a member, which nobody can read without the keys.
type group struct {
	MemberID db.ID
	Blind    []byte
}

// Day are the homes of one day, in their order.
type Day struct {
	ID          db.ID       `json:"id"`
	Version     int64       `json:"version"`
	PlanID      db.ID       `json:"plan_id" db:",once"`
	Title       string      `json:"title" db:",read"`
	Region      auth.Region `json:"region"`
	Day         clock.Day   `json:"day" db:",once"`
	TwoVisitors bool        `json:"two_visitors" db:",once"`
	State       string      `json:"state" set:"home_visit_day.state"`
	MadeBy      string      `json:"made_by" db:",once"`
	MadeAt      time.Time   `json:"made_at" db:",once"`
	Homes       int64       `json:"homes" db:",read" doc:"几户"`

	goers []db.ID // who is asked or agreed
}

func (d Day) place() auth.Place { return auth.Place{Region: d.Region, Persons: d.goers} }

// Goer is one who is asked to go on a day.
type Goer struct {
	ID       db.ID     `json:"id"`
	Version  int64     `json:"version"`
	DayID    db.ID     `json:"-" db:",once"`
	PersonID db.ID     `json:"person_id"`
	Name     string    `json:"name" db:",read"`
	State    string    `json:"state" set:"home_visit_goer.state"`
	ByName   string    `json:"by_name"`
	At       time.Time `json:"at"`
}

// Visit is what came of going to a home or ringing up.
type Visit struct {
	ID       db.ID       `json:"id"`
	PlanID   db.ID       `json:"plan_id"`
	HomeID   db.ID       `json:"home_id"`
	Region   auth.Region `json:"-"`
	GoerID   db.ID       `json:"goer_id"`
	SecondID db.ID       `json:"second_id"`
	Result   string      `json:"result" set:"home_visit.result"`
	At       time.Time   `json:"at"`
	Day      clock.Day   `json:"day"`
	ByName   string      `json:"by_name"`
	OnBehalf bool        `json:"on_behalf" doc:"站里代记"`
	MadeAt   time.Time   `json:"made_at"`
}

// Service holds the operations.
type Service struct {
	db      *db.DB
	keys    *seal.Keys
	persons *person.Service
	needs   *need.Service
	plans   act.Kind[Plan]
	homes   act.Kind[Home]
	days    act.Kind[Day]
}

// New makes the service.
func New(d *db.DB, keys *seal.Keys, persons *person.Service, needs *need.Service) *Service {
	s := &Service{db: d, keys: keys, persons: persons, needs: needs}
	s.plans = act.Kind[Plan]{Object: "home_visit_plan", View: Keep, Table: planTable, Lock: true, Place: Plan.place, Word: planStates.Word,
		State: func(p Plan) string { return p.State },
		Trail: func(was, now Plan) map[string]any { return map[string]any{"from": was.State, "to": now.State} }}
	s.homes = act.Kind[Home]{Object: "home_visit_home", View: Go, Table: homeTable, Load: loadHome, Lock: true, Place: Home.place,
		Word: homeStates.Word, State: func(h Home) string { return h.State }, Names: func(h Home) []string { return []string{h.Name} },
		Trail: func(was, now Home) map[string]any {
			return map[string]any{"from": was.State, "to": now.State, "result": now.LastResult}
		}}
	s.days = act.Kind[Day]{Object: "home_visit_day", View: Go, Table: dayTable, Load: loadDay, Lock: true, Place: Day.place,
		Word: dayStates.Word, State: func(d Day) string { return d.State },
		Trail: func(was, now Day) map[string]any { return map[string]any{"from": was.State, "to": now.State} }}
	return s
}

// blind is the index of a key group in plans.
func (s *Service) blind(code string) []byte { return s.keys.Blind("home_visit_group", code) }

func loadHome(ctx context.Context, tx *db.Tx, id db.ID) (h Home, err error) {
	if h, err = homeByID.Get(ctx, tx, id); err == nil && h.DayID != 0 {
		h.goers, err = agreedOf.All(ctx, tx, h.DayID)
	}
	return h, err
}

func loadDay(ctx context.Context, tx *db.Tx, id db.ID) (d Day, err error) {
	if d, err = dayByID.Get(ctx, tx, id); err == nil {
		d.goers, err = asksOf.All(ctx, tx, id)
	}
	return d, err
}
