// Package recruit finds people who want to serve: a station calls for them in public (招募), they apply with their account or at the desk,
// the station answers each.
//
// Nouns: campaign, question, application, answer. Verbs: create, edit, publish, close; apply, accept, decline, withdraw.
//
// Nothing is published before it says what can happen to who serves (志愿服务条例 art. 12), and nobody applies without having read it.
package recruit

import (
	"context"
	"time"

	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
	"linli/internal/platform/set"
)

// Permissions. Join is applying, for oneself or for who stands at the desk; Plan the campaigns of a place and the answers to who applies.
const (
	Public auth.Perm = "recruit.public"
	View   auth.Perm = "recruit.view"
	Plan   auth.Perm = "recruit.plan"
	Join   auth.Perm = "recruit.join"
)

// States of a campaign.
const (
	Draft     = "draft"
	Published = "published"
	Closed    = "closed"
)

// States of an application.
const (
	Applied   = "applied"
	Accepted  = "accepted"
	Declined  = "declined"
	Withdrawn = "withdrawn"
)

// Kinds of question.
const (
	AskText   = "text"
	AskChoice = "choice"
	AskYesNo  = "yes_no"
)

var (
	states = set.New("campaign.state", set.Row{Draft, "没发布", "wait"}, set.Row{Published, "招募中", "done"}, set.Row{Closed, "已结束"})

	applicationStates = set.New("campaign_application.state", set.Row{Applied, "等答复", "wait"}, set.Row{Accepted, "录用", "done"},
		set.Row{Declined, "没有录用", "alarm"}, set.Row{Withdrawn, "撤回了"})
	askKinds = set.New("campaign_question.kind", set.Row{AskText, "写几个字"}, set.Row{AskChoice, "从几个里选一个"}, set.Row{AskYesNo, "是或者不是"})
	hows     = set.New("campaign_application.how", set.Row{"self", "本人报名"}, set.Row{"spoken", "本人口头说的"}, set.Row{"paper", "本人签了名"})
)

// Campaign is one call for people.
type Campaign struct {
	ID         db.ID       `json:"id"`
	Region     auth.Region `json:"region" db:",once"`
	StationID  db.ID       `json:"station_id" db:",once" doc:"哪个站点招的；苏木乡镇招的没有"`
	TeamID     db.ID       `json:"team_id" doc:"为哪支队伍招；不为队伍招的没有"`
	ProjectID  db.ID       `json:"project_id" doc:"为哪个项目招；不为项目招的没有"`
	Title      string      `json:"title"`
	Need       string      `json:"need" doc:"为什么招：哪里缺人"`
	Content    string      `json:"content" doc:"来了做什么"`
	Place      string      `json:"place"`
	Hours      string      `json:"hours" doc:"什么时候服务"`
	Conditions string      `json:"conditions"`
	Needed     int64       `json:"needed"`
	HowTo      string      `json:"how_to" doc:"怎样报名"`
	Risk       string      `json:"risk" doc:"服务中可能发生的风险（志愿服务条例第十二条）"`
	FromDay    clock.Day   `json:"from"`
	ToDay      clock.Day   `json:"to"`
	State      string      `json:"state" set:"campaign.state"`
	MadeBy     db.ID       `json:"-" db:",once"`
	MadeAt     time.Time   `json:"made_at" db:",once"`
	Published  *time.Time  `json:"published_at" db:"published_at"`
	ClosedAt   *time.Time  `json:"closed_at"`
	Reason     string      `json:"reason" doc:"为什么结束"`
	Version    int64       `json:"version"`

	Station  string `json:"station" db:",read"`
	Team     string `json:"team" db:",read"`
	Project  string `json:"project" db:",read"`
	Accepted int64  `json:"accepted" db:",read" doc:"录用了几人"`
	Waiting  int64  `json:"waiting" db:",read" doc:"等答复的几人"`
}

func (c Campaign) at() auth.Place { return auth.Place{Region: c.Region, Station: c.StationID} }

// open says that somebody may apply on a day.
func (c Campaign) open(today clock.Day) bool {
	return c.State == Published && c.FromDay <= today && today <= c.ToDay
}

// Question is one of the few that who applies is asked.
type Question struct {
	ID         db.ID  `json:"-"`
	CampaignID db.ID  `json:"-" db:",once"`
	No         int64  `json:"no" db:",once"`
	Kind       string `json:"kind" set:"campaign_question.kind" db:",once"`
	Label      string `json:"label" db:",once"`
	Choices    string `json:"choices" db:",once" doc:"选项，用、隔开"`
	Required   bool   `json:"required" db:",once"`
}

// Application is that somebody wants to be taken.
type Application struct {
	ID          db.ID      `json:"id"`
	CampaignID  db.ID      `json:"campaign_id" db:",once"`
	PersonID    db.ID      `json:"person_id" db:",once"`
	VolunteerID db.ID      `json:"volunteer_id" db:",once"`
	State       string     `json:"state" set:"campaign_application.state"`
	How         string     `json:"how" set:"campaign_application.how" db:",once"`
	MadeBy      db.ID      `json:"-" db:",once"`
	MadeAt      time.Time  `json:"made_at" db:",once"`
	DecidedBy   db.ID      `json:"-"`
	DecidedAt   *time.Time `json:"decided_at"`
	Reason      string     `json:"reason"`
	Version     int64      `json:"version"`

	Name      string      `json:"name" db:",read"`
	No        string      `json:"volunteer_no" db:",read"`
	Status    string      `json:"volunteer_status" set:"volunteer.status" db:",read"`
	Campaign  string      `json:"campaign" db:",read"`
	Region    auth.Region `json:"-" db:",read"`
	StationID db.ID       `json:"-" db:",read"`
	Answers   []Answer    `json:"answers" db:"-"`
}

// Answer is what somebody said to a question.
type Answer struct {
	ID            db.ID  `json:"-"`
	ApplicationID db.ID  `json:"-" db:",once"`
	No            int64  `json:"no" db:",once"`
	Label         string `json:"label" db:",once"`
	Body          string `json:"answer"`
}

// Service holds the operations.
type Service struct {
	db           *db.DB
	keys         *seal.Keys
	volunteers   *volunteer.Service
	base         string // public address, for the code on a poster
	campaigns    act.Kind[Campaign]
	applications act.Kind[Application] // what somebody does about his own
	decisions    act.Kind[Application] // what the station does about it
}

// New makes the service; base is the public address.
func New(d *db.DB, keys *seal.Keys, volunteers *volunteer.Service, base string) *Service {
	s := &Service{db: d, keys: keys, volunteers: volunteers, base: base}
	s.campaigns = act.Kind[Campaign]{Object: "campaign", View: View, Table: table, Load: Get, Lock: true, Place: Campaign.at,
		Word: states.Word, State: func(c Campaign) string { return c.State },
		Trail: func(was, now Campaign) map[string]any { return map[string]any{"from": was.State, "to": now.State} }}
	s.applications = act.Kind[Application]{Object: "campaign_application", View: Join, Table: applicationTable,
		Load: func(ctx context.Context, tx *db.Tx, id db.ID) (Application, error) {
			return applicationByID.Get(ctx, tx, id)
		},
		Place: func(a Application) auth.Place {
			return auth.Place{Region: a.Region, Station: a.StationID, Persons: []db.ID{a.PersonID}}
		},
		Make: enter, State: func(a Application) string { return a.State }, Word: applicationStates.Word,
		Names: func(a Application) []string { return []string{a.Name} },
		Trail: func(was, now Application) map[string]any { return map[string]any{"from": was.State, "to": now.State} }}
	s.decisions = s.applications
	s.decisions.View = View
	s.decisions.Place = func(a Application) auth.Place { return auth.Place{Region: a.Region, Station: a.StationID} }
	return s
}

// Get gives a campaign; NotFound when there is none.
func Get(ctx context.Context, tx *db.Tx, id db.ID) (Campaign, error) { return byID.Get(ctx, tx, id) }
