// Package insurance keeps the policies (保险单) under which volunteers serve, and says of each service whether who serves is covered
// (志愿服务条例 art. 17: before a service with danger to life or limb the organisation takes out accident insurance).
//
// A policy of a place covers whoever serves for it on the day, of a station or a team whoever serves for that one, of named persons only
// those on its list on the day. What somebody brings himself stands with volunteer, and is asked by the same function: Book.Ask.
//
// Nouns: policy, edition, name (somebody on a list), incident, book. Verbs: enter, amend, end, add, strike, note, report, close.
package insurance

import (
	"time"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
	"linli/internal/platform/set"
)

// Permissions.
const (
	Own      auth.Perm = "insurance.own"      // one's own cover
	View     auth.Perm = "insurance.view"     // the policies of one's place
	Keep     auth.Perm = "insurance.keep"     // who enters and amends them
	Incident auth.Perm = "insurance.incident" // what happened to somebody: few
)

// Whom a policy covers.
const (
	OfRegion  = "region"
	OfStation = "station"
	OfTeam    = "team"
	OfNamed   = "named"
)

// States of a policy and of an incident.
const (
	Active   = "active"
	Ended    = "ended"
	Noted    = "entered"
	Reported = "reported"
	Closed   = "closed"
)

// liability pays what a service does to others: it is no accident insurance of who serves.
const liability = "liability"

var (
	scopes = set.New("policy.scope", set.Row{OfStation, "一个站点：当天为这个站服务的人"}, set.Row{OfTeam, "一支队伍：当天参加这支队伍活动的人"},
		set.Row{OfRegion, "一个地方：当天在这个地方服务的人"}, set.Row{OfNamed, "只管名单上的人"})
	states   = set.New("policy.state", set.Row{Active, "在册", "done"}, set.Row{Ended, "提前终止", "alarm"})
	outcomes = set.New("policy_incident.outcome", set.Row{"paid", "赔付了"}, set.Row{"refused", "没有赔"}, set.Row{"withdrawn", "不报了"},
		set.Row{"uninsured", "没有保险"})
	incidentStates = set.New("policy_incident.state", set.Row{Noted, "还没有报保险公司", "alarm"}, set.Row{Reported, "报了，等结果", "wait"},
		set.Row{Closed, "办结", "done"})
)

// Terms are what an edition of a policy says.
type Terms struct {
	Kind   string    `json:"kind" doc:"哪一种保险，词典里的代码"`
	From   clock.Day `json:"from" db:"from_day"`
	To     clock.Day `json:"to" db:"to_day"`
	Limit  int64     `json:"limit_fen" db:"limit_fen" doc:"每人保额，分"`
	Covers string    `json:"covers" doc:"保什么"`
	Holder string    `json:"holder" doc:"投保单位"`
	FileID db.ID     `json:"-"`
}

// Policy is one, as its newest edition says.
type Policy struct {
	ID        db.ID       `json:"id"`
	Version   int64       `json:"version"`
	Region    auth.Region `json:"region" db:",once"`
	StationID db.ID       `json:"station_id" db:",once"`
	TeamID    db.ID       `json:"team_id" db:",once"`
	Scope     string      `json:"scope" set:"policy.scope" db:",once"`
	Insurer   string      `json:"insurer" db:",once"`
	Number    string      `json:"number" db:",once"`
	Terms
	Until    clock.Day `json:"until" db:"until_day" doc:"有效到哪一天（含）"`
	Editions int64     `json:"editions"`
	State    string    `json:"state" set:"policy.state"`
	Reason   string    `json:"reason"`
	ByID     db.ID     `json:"-" db:",once"`
	ByName   string    `json:"by" db:",once"`
	At       time.Time `json:"at" db:",once"`

	Whose string `json:"whose" db:",read" doc:"站点或者队伍的名称"`
}

// Edition is what a policy said from some day on, and why it was changed.
type Edition struct {
	PolicyID db.ID `json:"-"`
	N        int64 `json:"n"`
	Terms
	Reason string    `json:"reason"`
	ByName string    `json:"by"`
	At     time.Time `json:"at"`
}

// Name is somebody on the list of a policy.
type Name struct {
	PolicyID    db.ID     `json:"-"`
	VolunteerID db.ID     `json:"volunteer_id"`
	From        clock.Day `json:"from" db:"from_day"`
	To          clock.Day `json:"to" db:"to_day"`
	Reason      string    `json:"reason"`
	ByName      string    `json:"by"`

	No   string `json:"volunteer_no" db:",read"`
	Name string `json:"name" db:",read"`
}

// Happening is what happened to somebody in service; where and what are read by few.
type Happening struct {
	ID          db.ID       `json:"id"`
	Version     int64       `json:"version"`
	Region      auth.Region `json:"region" db:",once"`
	StationID   db.ID       `json:"station_id" db:",once"`
	PolicyID    db.ID       `json:"policy_id"`
	VolunteerID db.ID       `json:"volunteer_id" db:",once"`
	PersonID    db.ID       `json:"-"`
	Day         clock.Day   `json:"day" db:",once"`
	Place       []byte      `json:"-"`
	Body        []byte      `json:"-"`
	State       string      `json:"state" set:"policy_incident.state"`
	ReportedOn  clock.Day   `json:"reported_on"`
	ReportNo    string      `json:"report_no"`
	Outcome     string      `json:"outcome" set:"policy_incident.outcome,"`
	Paid        int64       `json:"paid_fen" db:"paid_fen"`
	ByID        db.ID       `json:"-" db:",once"`
	ByName      string      `json:"by" db:",once"`
	At          time.Time   `json:"at" db:",once"`

	Name    string `json:"name" db:",read"`
	No      string `json:"volunteer_no" db:",read"`
	Station string `json:"station" db:",read"`
	Policy  string `json:"policy" db:",read"`
}

// Service holds the operations.
type Service struct {
	db        *db.DB
	keys      *seal.Keys
	blobs     *blob.Store
	policies  act.Kind[Policy]
	incidents act.Kind[Happening]
}

// New makes the service.
func New(d *db.DB, keys *seal.Keys, blobs *blob.Store) *Service {
	return &Service{d, keys, blobs,
		act.Kind[Policy]{Object: "policy", View: View, Table: table, Lock: true, Load: get, Make: fresh, Word: states.Word,
			Place: Policy.place, State: func(p Policy) string { return p.State },
			Trail: func(was, now Policy) map[string]any {
				return map[string]any{"editions": now.Editions, "until": now.Until.String()}
			}},
		act.Kind[Happening]{Object: "policy_incident", View: Incident, Table: incidentTable, Load: happening, Word: incidentStates.Word,
			Place: func(h Happening) auth.Place { return auth.Place{Region: h.Region, Station: h.StationID} },
			State: func(h Happening) string { return h.State },
			Names: func(h Happening) []string { return []string{h.Name} },
			Trail: func(was, now Happening) map[string]any { return map[string]any{"from": was.State, "to": now.State} }}}
}

func (p Policy) place() auth.Place { return auth.Place{Region: p.Region, Station: p.StationID} }

func placeAt(id db.ID) string { return seal.At("policy_incident", "place", int64(id)) }
func bodyAt(id db.ID) string  { return seal.At("policy_incident", "body", int64(id)) }
