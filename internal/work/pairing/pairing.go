// Package pairing is 结对: volunteers go and see somebody of a key group in a rhythm, both sides having agreed and the station having
// approved; what came of each visit; and that nobody of a key group is forgotten.
//
// Nouns: pairing, member, window, visit, excuse. Verbs: propose, agree, decline, approve, refuse, hand over, end, visit, handle, excuse.
//
// Everybody whose entry names a group of recipients is of a key group. At every day he has a pairing with somebody present who goes, a
// dated excuse, or stands on the list of his station, his head and his town: the list is all who have neither. Which group it is stays
// sealed in the entry. A visit is the visitor's word alone and makes no minutes.
package pairing

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
)

// Permissions. First, Second and Third are the rungs of who is told of a visit that did not take place.
const (
	View    auth.Perm = "pairing.view"
	Keep    auth.Perm = "pairing.keep"
	Approve auth.Perm = "pairing.approve"
	Answer  auth.Perm = "pairing.answer"
	Go      auth.Perm = "pairing.visit"
	Read    auth.Perm = "pairing.read"
	Figures auth.Perm = "pairing.figures"
	First   auth.Perm = "pairing.first"
	Second  auth.Perm = "pairing.second"
	Third   auth.Perm = "pairing.third"
)

// States of a pairing.
const (
	Proposed = "proposed"
	Active   = "active"
	Refused  = "refused"
	Ended    = "ended"
)

// States of a member.
const (
	Asked    = "asked"
	Agreed   = "agreed"
	Declined = "declined"
	Over     = "over"
)

// States of a window.
const (
	Open    = "open"
	Served  = "served"
	Missed  = "missed"
	Excused = "excused"
	Stopped = "ended" // with its pairing
)

// Results of a visit. The first three serve the window.
const (
	Met      = "met"
	Video    = "video"
	Phoned   = "phoned"
	NotFound = "not_found"
	Unwanted = "refused"
	Away     = "away"
)

// Words that people see.
var (
	States = set.New("pairing.state", set.Row{Proposed, "待同意、待批准", "wait"}, set.Row{Active, "结对中", "work"},
		set.Row{Refused, "没有结成"}, set.Row{Ended, "已结束", "done"})
	memberStates = set.New("pairing_member.state", set.Row{Asked, "等他答应", "wait"}, set.Row{Agreed, "答应了", "work"},
		set.Row{Declined, "没有答应"}, set.Row{Over, "不再去了", "done"})
	windowStates = set.New("pairing_window.state", set.Row{Open, "该访", "wait"}, set.Row{Served, "访到了", "done"},
		set.Row{Missed, "没有访到", "alarm"}, set.Row{Excused, "外出，不算"}, set.Row{Stopped, "结对结束"})
	results = set.New("pairing_visit.result", set.Row{Met, "见面", "done"}, set.Row{Phoned, "电话通了", "done"},
		set.Row{Video, "视频", "done"}, set.Row{NotFound, "未遇", "wait"}, set.Row{Unwanted, "拒访", "wait"}, set.Row{Away, "已外出", "ask"})
	excuses = set.New("pairing_excuse.kind", set.Row{"refused", "本人（家属）不愿意"}, set.Row{"moved", "搬走了"},
		set.Row{"home", "在养老、福利机构"}, set.Row{"died", "去世"})
)

// Pairing is one 结对. Name and Region are those of the person now.
type Pairing struct {
	ID          db.ID       `json:"id"`
	Version     int64       `json:"version"`
	PersonID    db.ID       `json:"person_id" db:",once"`
	Name        string      `json:"name" db:",read"`
	Region      auth.Region `json:"region" db:",read"`
	RhythmDays  int64       `json:"rhythm_days"`
	TwoVisitors bool        `json:"two_visitors" doc:"见面要两名志愿者一起去"`
	FirstDay    clock.Day   `json:"first_day" doc:"第一个访视期从哪天开始"`
	State       string      `json:"state" set:"pairing.state"`
	Consent     string      `json:"consent" db:",once" doc:"对方怎样同意的"`
	ConsentDay  clock.Day   `json:"consent_day" db:",once"`
	AwayUntil   clock.Day   `json:"away_until" doc:"外出到哪天"`
	ProposedBy  string      `json:"proposed_by" db:",once"`
	ProposedAt  time.Time   `json:"proposed_at" db:",once"`
	ApprovedBy  string      `json:"approved_by"`
	ApprovedDay clock.Day   `json:"approved_day"`
	EndedBy     string      `json:"ended_by"`
	EndedDay    clock.Day   `json:"ended_day"`
	EndedWhy    string      `json:"ended_why"`

	goers []db.ID // persons who go or are asked to
}

// Member is one who goes.
type Member struct {
	ID          db.ID     `json:"id"`
	Version     int64     `json:"version"`
	PairingID   db.ID     `json:"-" db:",once"`
	VolunteerID db.ID     `json:"volunteer_id" db:",once"`
	PersonID    db.ID     `json:"-" db:",read"`
	Name        string    `json:"name" db:",read"`
	FollowsID   db.ID     `json:"follows_id" db:",once" doc:"接替哪一位"`
	State       string    `json:"state" set:"pairing_member.state"`
	How         string    `json:"how" doc:"怎样答应的：self 本人，spoken 站里代记"`
	FromDay     clock.Day `json:"from_day"`
	ToDay       clock.Day `json:"to_day"`
	ByName      string    `json:"by_name"`
	At          time.Time `json:"at"`
	Present     bool      `json:"present" db:",read" doc:"现在在册，没有歇着"`
}

// Window is a stretch of days in which one visit is due.
type Window struct {
	ID         db.ID       `json:"id"`
	Version    int64       `json:"version"`
	PairingID  db.ID       `json:"pairing_id" db:",once"`
	No         int64       `json:"no" db:",once"`
	Region     auth.Region `json:"region"`
	FromDay    clock.Day   `json:"from_day" db:",once"`
	DueDay     clock.Day   `json:"due_day" db:",once"`
	State      string      `json:"state" set:"pairing_window.state"`
	Result     string      `json:"result" doc:"这一期里最好的结果"`
	Reminded   bool        `json:"-"`
	Rung       int64       `json:"rung" doc:"没有访到的，现在报到哪一级：1 站里，2 嘎查村（社区），3 苏木乡镇（街道）"`
	HandledBy  string      `json:"handled_by"`
	HandledDay clock.Day   `json:"handled_day"`
	HandledWhy string      `json:"handled_why"`
}

// Visit is what came of going there or ringing up. Its note is told by its own operation alone.
type Visit struct {
	ID          db.ID       `json:"id"`
	PairingID   db.ID       `json:"pairing_id"`
	WindowID    db.ID       `json:"window_id"`
	Region      auth.Region `json:"-"`
	VolunteerID db.ID       `json:"volunteer_id"`
	SecondID    db.ID       `json:"second_id"`
	Result      string      `json:"result" set:"pairing_visit.result"`
	At          time.Time   `json:"at"`
	Day         clock.Day   `json:"day"`
	AwayUntil   clock.Day   `json:"away_until"`
	Note        []byte      `json:"-"`
	ByName      string      `json:"by_name"`
	OnBehalf    bool        `json:"on_behalf" doc:"站里代记"`
	MadeAt      time.Time   `json:"made_at"`
}

// Excuse says why somebody of a key group has no pairing, from day to day.
type Excuse struct {
	ID           db.ID     `json:"id"`
	Version      int64     `json:"version"`
	PersonID     db.ID     `json:"person_id" db:",once"`
	Kind         string    `json:"kind" set:"pairing_excuse.kind" db:",once"`
	FromDay      clock.Day `json:"from_day" db:",once"`
	UntilDay     clock.Day `json:"until_day" db:",once" doc:"到哪天；没有期限为空"`
	Reason       string    `json:"reason"`
	ByName       string    `json:"by_name" db:",once"`
	At           time.Time `json:"at" db:",once"`
	WithdrawnDay clock.Day `json:"withdrawn_day"`
	WithdrawnBy  string    `json:"withdrawn_by"`
}

// Detail is a pairing with all that belongs to it.
type Detail struct {
	Pairing
	Members []Member  `json:"members"`
	Windows []Window  `json:"windows" doc:"最近的在前，最多 26 期"`
	Visits  []Visit   `json:"visits" doc:"最近的在前，最多 50 次"`
	Today   clock.Day `json:"-"`
	can     powers
}

// powers are what the reader of a page may do about a pairing.
type powers struct{ keep, approve, read bool }

// Service holds the operations.
type Service struct {
	db       *db.DB
	keys     *seal.Keys
	persons  *person.Service
	pairings act.Kind[Pairing]
	// Origin is the need of which a thing was made, where the actor may see it, else none; app fills it.
	Origin func(ctx context.Context, tx *db.Tx, id db.ID) (db.ID, error)
}

// New makes the service.
func New(d *db.DB, keys *seal.Keys, persons *person.Service) *Service {
	s := &Service{db: d, keys: keys, persons: persons}
	s.pairings = act.Kind[Pairing]{Object: "pairing", View: View, Table: table, Lock: true,
		Load: load, Make: enter, Place: Pairing.place, State: func(p Pairing) string { return p.State }, Word: States.Word, Trail: trail,
		Names: func(p Pairing) []string { return []string{p.Name} }}
	return s
}

func trail(was, now Pairing) map[string]any {
	if was.State == now.State {
		return nil
	}
	return map[string]any{"from": was.State, "to": now.State}
}

// place is where the person lives, and those whose own it is: he himself, and who goes or is asked to go.
func (p Pairing) place() auth.Place {
	return auth.Place{Region: p.Region, Persons: append([]db.ID{p.PersonID}, p.goers...)}
}
