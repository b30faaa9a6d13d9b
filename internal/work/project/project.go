// Package project is what a station or a team does for key groups over months (志愿服务项目): with a goal, a plan and phases, approved by
// somebody else, carried out as activities, closed with a summary.
//
// Nouns: project, phase, rhythm (how often it means to take place), result (what came of it), copy. Verbs: propose, edit, approve, appoint,
// attach, copy, close.
//
// Results are computed from lists that a second person approved and from counted records; nobody types them. A project is regular
// (经常性) when it was held so often lately: the definition is Rule, this system's own convention and a setting.
package project

import (
	"context"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/set"
	"linli/internal/work/activity"
	"linli/internal/work/attendance"
)

// Permissions. Plan is what the leader does, or the station for him; Figures which communities have a regular project.
const (
	Public  auth.Perm = "project.public"
	View    auth.Perm = "project.view"
	Plan    auth.Perm = "project.plan"
	Approve auth.Perm = "project.approve"
	Join    auth.Perm = "project.join"
	Figures auth.Perm = "project.figures"
)

// States of a project.
const (
	Proposed = "proposed"
	Refused  = "refused"
	Active   = "active"
	Closed   = "closed"
)

// Once is the rhythm of a project that does not mean to take place again and again.
const Once = "once"

var (
	states = set.New("project.state", set.Row{Proposed, "待审批", "wait"}, set.Row{Refused, "未批准", "alarm"}, set.Row{Active, "进行中", "done"},
		set.Row{Closed, "已办结"})
	rhythms = set.New("project.rhythm", set.Row{"weekly", "每周"}, set.Row{"fortnightly", "每两周"}, set.Row{"monthly", "每月"},
		set.Row{Once, "不定期"})
)

// Project is one line of the register.
type Project struct {
	ID         db.ID        `json:"id"`
	Region     auth.Region  `json:"region" db:",once"`
	StationID  db.ID        `json:"station_id" db:",once"`
	TeamID     db.ID        `json:"team_id" doc:"由哪支队伍来做；站里自己做的没有"`
	LeaderID   db.ID        `json:"-"`
	CopiedFrom db.ID        `json:"copied_from" db:",once" doc:"照着哪个项目办的"`
	OriginID   db.ID        `json:"origin_id" db:",once" doc:"最早的那个项目"`
	Name       string       `json:"name"`
	Groups     person.Codes `json:"groups" db:"key_groups" doc:"重点人群"`
	Goal       string       `json:"goal"`
	Plan       string       `json:"plan"`
	Rhythm     string       `json:"rhythm" set:"project.rhythm"`
	ForPeople  int64        `json:"for_people" doc:"打算服务多少人"`
	Budget     string       `json:"budget" doc:"钱和物从哪里来、怎样用"`
	FromDay    clock.Day    `json:"from_day"`
	ToDay      clock.Day    `json:"to_day"`
	State      string       `json:"state" set:"project.state"`
	MadeBy     db.ID        `json:"-" db:",once"`
	MadeAt     time.Time    `json:"made_at" db:",once"`
	DecidedBy  db.ID        `json:"-"`
	DecidedAt  *time.Time   `json:"decided_at"`
	Reason     string       `json:"reason"`
	ClosedDay  clock.Day    `json:"closed_day"`
	Summary    string       `json:"summary"`
	Version    int64        `json:"version"`

	LeadID       db.ID  `json:"-" db:",read"` // the leader, while he is a volunteer in the register
	TeamLeaderID db.ID  `json:"-" db:",read"`
	TeamDeputyID db.ID  `json:"-" db:",read"`
	Team         string `json:"team" db:",read"`
	Station      string `json:"station" db:",read"`
}

func (p Project) place() auth.Place {
	return auth.Place{Region: p.Region, Station: p.StationID, Persons: []db.ID{p.LeadID, p.TeamLeaderID, p.TeamDeputyID}}
}

// Phase is a stretch of days of a project.
type Phase struct {
	ID        db.ID     `json:"-"`
	ProjectID db.ID     `json:"-" db:",once"`
	No        int64     `json:"no" db:",once"`
	Name      string    `json:"name" db:",once"`
	FromDay   clock.Day `json:"from_day" db:",once"`
	ToDay     clock.Day `json:"to_day" db:",once"`
}

// Sum is what counted records come to.
type Sum struct {
	Times   int64 `json:"times" doc:"服务人次"`
	People  int64 `json:"people" doc:"参加过的志愿者"`
	Minutes int64 `json:"minutes" doc:"计入的服务时间，分钟"`
}

// Outside is what areas above tell of a project; app fills it.
type Outside struct {
	Counted func(ctx context.Context, tx *db.Tx, project db.ID) (Sum, error) // its own records
	Copied  func(ctx context.Context, tx *db.Tx, project db.ID) (Sum, error) // those of all its copies
	// Partners are the names of the units that take part.
	Partners func(ctx context.Context, tx *db.Tx, project db.ID) ([]string, error)
	// Honours are what it was given, a line each.
	Honours func(ctx context.Context, tx *db.Tx, project db.ID) ([]string, error)
}

// Service holds the operations.
type Service struct {
	db         *db.DB
	activities *activity.Service
	sheets     *attendance.Service
	projects   act.Kind[Project]
	Ask        Outside
	// Origin is the need of which a thing was made, where the actor may see it, else none; app fills it.
	Origin func(ctx context.Context, tx *db.Tx, id db.ID) (db.ID, error)
}

// New makes the service.
func New(d *db.DB, activities *activity.Service, sheets *attendance.Service) *Service {
	s := &Service{db: d, activities: activities, sheets: sheets}
	s.projects = act.Kind[Project]{Object: "project", View: View, Table: table, Load: Get, Lock: true, Place: Project.place, Word: states.Word,
		State: func(p Project) string { return p.State },
		Trail: func(was, now Project) map[string]any { return map[string]any{"from": was.State, "to": now.State} }}
	return s
}

// Get gives a project; NotFound when there is none.
func Get(ctx context.Context, tx *db.Tx, id db.ID) (Project, error) { return byID.Get(ctx, tx, id) }
