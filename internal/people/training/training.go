// Package training is what volunteers learn before they serve (培训): courses with sittings, who signed up and came, what the trainer found,
// and the qualification that follows once a second, independent person has confirmed it.
//
// Nouns: course, sitting (a course held at a time and place), place (somebody's on a sitting, or on a course to read), result, question,
// try (at a test), qualification. Verbs: make, publish, close, plan, cancel, sign up, give up, attend, note (results), ask (questions),
// begin and answer (a test), confirm.
//
// A qualification has two people behind it, neither of them who gets it or close to him. The minutes of training are a group of their own
// in what is recorded of a volunteer (民政部令第67号 art. 5): they are no minutes of service and no column of this area is added to those.
package training

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
	"linli/internal/work/presence"
)

// Permissions. Plan is courses and sittings; Lead the roll and the results; Join one's own place, or somebody's at the desk; Confirm the
// second person's word.
const (
	View    auth.Perm = "training.view"
	Plan    auth.Perm = "training.plan"
	Lead    auth.Perm = "training.lead"
	Join    auth.Perm = "training.join"
	Confirm auth.Perm = "training.confirm"
)

// Kinds of course.
const (
	OnSite  = "on_site"
	Article = "article"
)

// States of a course.
const (
	Draft  = "draft"
	Open   = "open"
	Closed = "closed"
)

// States of a sitting, which is open too at first.
const (
	Noted     = "noted"
	Cancelled = "cancelled"
)

// States of a place, whose result waits for the second person while it is noted.
const (
	Held      = "held"
	GivenUp   = "given_up"
	CalledOff = "called_off"
	Absent    = "absent"
	Returned  = "returned"
	Confirmed = "confirmed"
)

// How somebody was found to have come, and what became of it.
const (
	ByCode = "code"
	ByList = "list"
	Passed = "passed"
	Failed = "failed"
)

var (
	kinds        = set.New("training_course.kind", set.Row{OnSite, "现场课"}, set.Row{Article, "图文课"})
	courseStates = set.New("training_course.state", set.Row{Draft, "没发布", "wait"}, set.Row{Open, "开着", "done"}, set.Row{Closed, "停了"})
	states       = set.New("training_sitting.state", set.Row{Open, "报名中", "done"}, set.Row{Noted, "结果登记了", "sent"},
		set.Row{Cancelled, "取消了", "alarm"})
	placeStates = set.New("training_place.state", set.Row{Held, "报了名", "done"}, set.Row{GivenUp, "退出了"}, set.Row{CalledOff, "这一场取消了"},
		set.Row{Absent, "没来", "alarm"}, set.Row{Noted, "等第二人确认", "wait"}, set.Row{Returned, "退回讲师核对", "ask"}, set.Row{Confirmed, "确认了", "done"})
	comings = set.New("training_place.came", set.Row{"", "没签到", "wait"}, set.Row{ByCode, "签到码", "done"}, set.Row{ByList, "讲师点名", "done"})
	results = set.New("training_place.result", set.Row{"", "还没有结果", "wait"}, set.Row{Passed, "合格", "done"}, set.Row{Failed, "没合格", "alarm"})
)

// Course is what is taught. Without a station it is for the whole division.
type Course struct {
	ID            db.ID       `json:"id"`
	Region        auth.Region `json:"region" db:",once"`
	StationID     db.ID       `json:"station_id" db:",once" doc:"哪个站点的课；整个苏木乡镇、旗县的课没有"`
	Kind          string      `json:"kind" set:"training_course.kind" db:",once"`
	Title         string      `json:"title"`
	Content       string      `json:"content" doc:"学什么；图文课就是课文"`
	Minutes       int64       `json:"minutes" doc:"学时，分钟；不是服务时长"`
	Qualification string      `json:"qualification_code" db:"qualification_code,once" doc:"合格并确认以后发的资格，词典里的代码"`
	ValidMonths   int64       `json:"valid_months" doc:"资格管几个月；0 是长期"`
	PassMark      int64       `json:"pass_mark" doc:"测验百分之几算合格"`
	State         string      `json:"state" set:"training_course.state"`
	MadeBy        db.ID       `json:"-" db:",once"`
	MadeAt        time.Time   `json:"made_at" db:",once"`
	Reason        string      `json:"reason"`
	Version       int64       `json:"version"`

	Station  string `json:"station" db:",read"`
	Label    string `json:"qualification" db:",read"`
	Sittings int64  `json:"sittings" db:",read" doc:"还没有结束的场次"`
	Trained  int64  `json:"trained" db:",read" doc:"合格并确认的人次"`
}

func (c Course) at() auth.Place { return auth.Place{Region: c.Region, Station: c.StationID} }

// Sitting is a course held once, at a time and place.
type Sitting struct {
	ID        db.ID     `json:"id"`
	CourseID  db.ID     `json:"course_id" db:",once"`
	Place     string    `json:"place" db:",once"`
	Lecturer  string    `json:"lecturer" db:",once" doc:"谁来讲"`
	TrainerID db.ID     `json:"-"`
	StartsAt  time.Time `json:"starts_at" db:",once"`
	EndsAt    time.Time `json:"ends_at" db:",once"`
	Day       clock.Day `json:"day" db:",once"`
	Needed    int64     `json:"needed" db:",once" doc:"多少名额"`
	Taken     int64     `json:"taken" db:",once" doc:"报了多少"`
	State     string    `json:"state" set:"training_sitting.state"`
	MadeBy    db.ID     `json:"-" db:",once"`
	MadeAt    time.Time `json:"made_at" db:",once"`
	Reason    string    `json:"reason"`
	Version   int64     `json:"version"`

	Title         string      `json:"title" db:",read"`
	Minutes       int64       `json:"minutes" db:",read"`
	Qualification string      `json:"qualification_code" db:"qualification_code,read"`
	Label         string      `json:"qualification" db:",read"`
	ValidMonths   int64       `json:"valid_months" db:",read"`
	CourseState   string      `json:"-" db:",read"`
	CourseBy      db.ID       `json:"-" db:",read"`
	Region        auth.Region `json:"region" db:",read"`
	StationID     db.ID       `json:"station_id" db:",read"`
	Station       string      `json:"station" db:",read"`
	Trainer       string      `json:"trainer" db:",read" doc:"本系统里的讲师，负责点名和登记结果"`
}

func (s Sitting) at() auth.Place {
	return auth.Place{Region: s.Region, Station: s.StationID, Persons: []db.ID{s.TrainerID}}
}

// Seat is somebody's place on a sitting, and what became of it.
type Seat struct {
	ID          db.ID      `json:"id"`
	CourseID    db.ID      `json:"course_id" db:",once"`
	SittingID   db.ID      `json:"sitting_id" db:",once"`
	PersonID    db.ID      `json:"-" db:",once"`
	VolunteerID db.ID      `json:"volunteer_id" db:",once"`
	State       string     `json:"state" set:"training_place.state"`
	AskedAt     time.Time  `json:"asked_at" db:",once"`
	Came        string     `json:"came" set:"training_place.came"`
	CameAt      *time.Time `json:"came_at"`
	Result      string     `json:"result" set:"training_place.result"`
	NotedBy     db.ID      `json:"-"`
	NotedAt     *time.Time `json:"noted_at"`
	Minutes     int64      `json:"minutes" doc:"学了多少分钟；确认以后才算，不是服务时长"`
	ConfirmedBy db.ID      `json:"-"`
	ConfirmedAt *time.Time `json:"confirmed_at"`
	DatedID     db.ID      `json:"-"`
	Reason      string     `json:"reason"`
	Version     int64      `json:"version"`

	Name      string      `json:"name" db:",read"`
	No        string      `json:"volunteer_no" db:",read"`
	Title     string      `json:"title" db:",read"`
	Label     string      `json:"qualification" db:",read"`
	StartsAt  *time.Time  `json:"starts_at" db:",read"`
	EndsAt    *time.Time  `json:"ends_at" db:",read"`
	Where     string      `json:"place" db:"place,read"`
	Region    auth.Region `json:"-" db:",read"`
	StationID db.ID       `json:"-" db:",read"`
	TrainerID db.ID       `json:"-" db:",read"`
	CourseBy  db.ID       `json:"-" db:",read"`
	To        clock.Day   `json:"to" db:"to_day,read" doc:"发的资格到哪天；0 是长期，或者没有发"`
}

// Service holds the operations.
type Service struct {
	db       *db.DB
	codes    presence.Codes
	keys     *seal.Keys
	persons  *person.Service
	courses  act.Kind[Course]
	sittings act.Kind[Sitting]
	seats    act.Kind[Seat]
}

// New makes the service.
func New(d *db.DB, keys *seal.Keys, persons *person.Service) *Service {
	s := &Service{db: d, codes: presence.New(keys), keys: keys, persons: persons}
	s.courses = act.Kind[Course]{Object: "training_course", View: View, Table: courseTable, Load: Get, Place: Course.at,
		Word: courseStates.Word, State: func(c Course) string { return c.State },
		Trail: func(was, now Course) map[string]any { return map[string]any{"from": was.State, "to": now.State} }}
	s.sittings = act.Kind[Sitting]{Object: "training_sitting", View: View, Table: sittingTable, Load: sittingOf, Lock: true,
		Place: Sitting.at, Word: states.Word, State: func(x Sitting) string { return x.State },
		Trail: func(was, now Sitting) map[string]any { return map[string]any{"from": was.State, "to": now.State} }}
	s.seats = act.Kind[Seat]{Object: "training_place", View: Join, Table: seatTable, Load: seatOf,
		Place: func(p Seat) auth.Place {
			return auth.Place{Region: p.Region, Station: p.StationID, Persons: []db.ID{p.PersonID, p.TrainerID}}
		},
		Word: placeStates.Word, State: func(p Seat) string { return p.State }, Names: func(p Seat) []string { return []string{p.Name} },
		Trail: func(was, now Seat) map[string]any {
			return map[string]any{"from": was.State, "to": now.State, "result": now.Result}
		}}
	return s
}

// Get gives a course; NotFound when there is none.
func Get(ctx context.Context, tx *db.Tx, id db.ID) (Course, error) {
	return courseByID.Get(ctx, tx, id)
}

func sittingOf(ctx context.Context, tx *db.Tx, id db.ID) (Sitting, error) {
	return sittingByID.Get(ctx, tx, id)
}

func seatOf(ctx context.Context, tx *db.Tx, id db.ID) (Seat, error) { return seatByID.Get(ctx, tx, id) }
