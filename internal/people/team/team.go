// Package team is the register of volunteer teams (志愿服务队): the five professional kinds of the plan and others, founded by application,
// with members and offices by day.
//
// Nouns: team, membership (member while it lasts), office (leader, deputy), owner (who answers for a team today). Verbs: found, approve,
// invite, join, answer, decide, leave, remove, appoint, dissolve, list.
//
// What waits in a team has an owner at every moment: the leader, while he is away or gone his deputy, else the station that guides the
// team, on whose list it then stands.
package team

import (
	"context"
	"time"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/event"
	"linli/internal/platform/set"
)

// Permissions. Join is one's own membership, or somebody's at the desk; Lead what the leader does, or the station for him.
const (
	Public  auth.Perm = "team.public"
	View    auth.Perm = "team.view"
	Found   auth.Perm = "team.found"
	Join    auth.Perm = "team.join"
	Lead    auth.Perm = "team.lead"
	Approve auth.Perm = "team.approve"
)

// States of a team.
const (
	Applied   = "applied"
	Active    = "active"
	Refused   = "refused"
	Dissolved = "dissolved"
)

// States of a membership.
const (
	Asked   = "asked"
	Wants   = "wants"
	In      = "in"
	Left    = "left"
	Decline = "refused"
)

// Offices.
const (
	Leader = "leader"
	Deputy = "deputy"
)

// Kinds are the five professional teams of the plan (三(一)) and others.
var Kinds = set.New("team.kind", set.Row{"poverty_relief", "扶贫济困"}, set.Row{"elderly_disabled", "敬老助残"}, set.Row{"medical", "医疗服务"},
	set.Row{"safety", "平安建设"}, set.Row{"technology", "科技帮扶"}, set.Row{"other", "其他"})

var (
	states = set.New("team.state", set.Row{Applied, "待审批", "wait"}, set.Row{Active, "在册", "done"}, set.Row{Refused, "未批准", "alarm"},
		set.Row{Dissolved, "已解散"})
	memberStates = set.New("team_member.state", set.Row{Asked, "等本人答复", "wait"}, set.Row{Wants, "等负责人答复", "wait"}, set.Row{In, "队员", "done"},
		set.Row{Left, "已离队"}, set.Row{Decline, "没有加入"})
	offices = set.New("team_role.role", set.Row{Leader, "负责人"}, set.Row{Deputy, "副负责人"})
	agreed  = set.New("team_member.agreed", set.Row{"", "还没有答复"}, set.Row{"self", "本人答应"}, set.Row{"paper", "签名同意"}, set.Row{"spoken", "口头同意"})
)

// Team is one line of the register.
type Team struct {
	ID           db.ID       `json:"id"`
	Region       auth.Region `json:"region" db:",once"`
	StationID    db.ID       `json:"station_id" db:",once" doc:"指导这支队伍的站点"`
	Name         string      `json:"name" db:",once"`
	Kind         string      `json:"kind" set:"team.kind" db:",once"`
	Purpose      string      `json:"purpose"`
	State        string      `json:"state" set:"team.state"`
	AppliedBy    db.ID       `json:"-" db:",once"`
	AppliedAt    time.Time   `json:"applied_at" db:",once"`
	DecidedBy    db.ID       `json:"-"`
	DecidedAt    *time.Time  `json:"decided_at"`
	Reason       string      `json:"reason"`
	FoundedDay   clock.Day   `json:"founded_day"`
	DissolvedDay clock.Day   `json:"dissolved_day"`
	SuccessorID  db.ID       `json:"successor_id" doc:"解散以后接手的队伍"`
	Version      int64       `json:"version"`

	LeaderID   db.ID  `json:"leader_person_id" db:",read"`
	LeaderName string `json:"leader_name" db:",read"`
	DeputyID   db.ID  `json:"-" db:",read"`
	Members    int64  `json:"members" db:",read" doc:"现在有多少队员，负责人也算"`
}

func (t Team) place() auth.Place {
	return auth.Place{Region: t.Region, Station: t.StationID, Persons: []db.ID{t.LeaderID, t.DeputyID}}
}

// Membership is somebody in a team, or on the way into it, or who was in it.
type Membership struct {
	ID          db.ID     `json:"id"`
	TeamID      db.ID     `json:"team_id" db:",once"`
	PersonID    db.ID     `json:"person_id" db:",once"`
	VolunteerID db.ID     `json:"volunteer_id" db:",once"`
	State       string    `json:"state" set:"team_member.state"`
	AskedBy     db.ID     `json:"-" db:",once"`
	AskedAt     time.Time `json:"asked_at" db:",once"`
	Agreed      string    `json:"agreed" set:"team_member.agreed"`
	DueDay      clock.Day `json:"due_day" db:",once" doc:"到这天还没有答复，站里来问"`
	FromDay     clock.Day `json:"from_day"`
	ToDay       clock.Day `json:"to_day"`
	Reason      string    `json:"reason"`
	Version     int64     `json:"version"`

	Name      string      `json:"name" db:",read"`
	No        string      `json:"volunteer_no" db:",read"`
	Team      string      `json:"team" db:",read"`
	Region    auth.Region `json:"-" db:",read"`
	StationID db.ID       `json:"-" db:",read"`
	LeaderID  db.ID       `json:"-" db:",read"`
	DeputyID  db.ID       `json:"-" db:",read"`
	Office    string      `json:"office" set:"team_role.role," db:",read"`
}

// Office is a stretch of days in which somebody held an office of a team.
type Office struct {
	ID       db.ID     `json:"-"`
	TeamID   db.ID     `json:"-" db:",once"`
	PersonID db.ID     `json:"person_id" db:",once"`
	Role     string    `json:"role" set:"team_role.role" db:",once"`
	FromDay  clock.Day `json:"from_day" db:",once"`
	ToDay    clock.Day `json:"to_day"`
	GivenBy  db.ID     `json:"-" db:",once"`
	GivenAt  time.Time `json:"given_at" db:",once"`
}

// DissolvedEvent says that a team is no more and which one has taken over what it had.
type DissolvedEvent struct{ Team, Successor Team }

// Service holds the operations.
type Service struct {
	db        *db.DB
	teams     act.Kind[Team]
	own       act.Kind[Membership] // what somebody does about his own membership
	led       act.Kind[Membership] // what the leader does about it
	Dissolved event.Topic[DissolvedEvent]

	// Honours gives what a team was given, a line each; app fills it from the areas above.
	Honours func(ctx context.Context, tx *db.Tx, team db.ID) ([]string, error)
	// Backbone counts who of a team of a division carries its work; app fills it too.
	Backbone func(ctx context.Context, tx *db.Tx, team db.ID, at auth.Region) (int64, error)
}

// New makes the service.
func New(d *db.DB) *Service {
	s := &Service{db: d}
	s.teams = act.Kind[Team]{Object: "team", View: View, Table: table, Load: Get, Lock: true, Place: Team.place, Word: states.Word,
		State: func(t Team) string { return t.State },
		Trail: func(was, now Team) map[string]any { return map[string]any{"from": was.State, "to": now.State} }}
	s.own = act.Kind[Membership]{Object: "team_member", View: Join, Table: memberTable,
		Load: func(ctx context.Context, tx *db.Tx, id db.ID) (Membership, error) { return memberByID.Get(ctx, tx, id) },
		Place: func(m Membership) auth.Place {
			return auth.Place{Region: m.Region, Station: m.StationID, Persons: []db.ID{m.PersonID}}
		},
		State: func(m Membership) string { return m.State }, Word: memberStates.Word,
		Names: func(m Membership) []string { return []string{m.Name} },
		Trail: func(was, now Membership) map[string]any { return map[string]any{"from": was.State, "to": now.State} }}
	s.led = s.own
	s.led.View, s.led.Place = Lead, func(m Membership) auth.Place {
		return auth.Place{Region: m.Region, Station: m.StationID, Persons: []db.ID{m.LeaderID, m.DeputyID}}
	}
	return s
}

// Get gives a team; NotFound when there is none.
func Get(ctx context.Context, tx *db.Tx, id db.ID) (Team, error) { return byID.Get(ctx, tx, id) }
