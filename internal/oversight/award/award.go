// Package award runs selections (评选、推荐、典型展示): 四个100 and others, by whichever level may. Stations nominate volunteers, teams, projects and
// their own community; town, banner, league and region send them on, each with an opinion and within its quota; at the level that decides
// what is known of each is frozen and signed, judges say what they think, some are chosen, and the list is before the public for at least
// five working days. Nothing is published before that, nor while an objection is open.
//
// Only those run an award who may: a banner or above, by a document with a number. Without one it is a recommendation or a showcase, and
// is called so. There are no public votes (国办函〔2026〕12号).
//
// Nobody decides about himself, his kin or household, his team, those whom he visits, or what he did a step of before; what a judge thinks
// is shown to nobody who has still to judge, and to nobody below.
//
// Nouns: campaign, category, condition, nomination, step, snapshot, judge, mark, conflict, objection. Verbs: Create, Cancel, AddJudge;
// Nominate, Resubmit, Advance, Return; Declare, Score; Notice, Object, Answer, Publish.
package award

import (
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
	"linli/internal/platform/set"
)

// Permissions.
const (
	Look     auth.Perm = "award.look"     // what is before the public, and objecting to it, by anyone
	View     auth.Perm = "award.view"     // campaigns and nominations of one's place
	Manage   auth.Perm = "award.manage"   // campaigns of one's division
	Nominate auth.Perm = "award.nominate" // for one's station
	Advance  auth.Perm = "award.advance"  // what one's level holds
	Score    auth.Perm = "award.score"    // as a judge of a campaign
	Own      auth.Perm = "award.own"      // what one was given
)

// How a campaign is called.
const (
	Award     = "award"     // 评选: by a document with a number
	Recommend = "recommend" // 推荐
	Showcase  = "showcase"  // 典型展示
)

// States of a campaign.
const (
	Open      = "open"
	InNotice  = "notice"
	Published = "published"
	Cancelled = "cancelled"
)

// Kinds of those who are nominated.
const (
	Volunteer = "volunteer"
	Team      = "team"
	Project   = "project"
	Community = "community"
)

// States of a nomination.
const (
	Nominated = "nominated"
	Returned  = "returned"
	Deciding  = "deciding"
	Chosen    = "chosen"
	Struck    = "struck"
	Awarded   = "awarded"
)

// States of an objection.
const (
	Waits     = "open"
	Upheld    = "upheld"
	Dismissed = "dismissed"
)

// Words that people see.
var (
	Modes  = set.New("award.mode", set.Row{Award, "评选"}, set.Row{Recommend, "推荐"}, set.Row{Showcase, "典型展示"})
	states = set.New("award.state", set.Row{Open, "提名、评审", "work"}, set.Row{InNotice, "公示中", "wait"}, set.Row{Published, "已公布", "done"},
		set.Row{Cancelled, "已取消"})
	Kinds = set.New("award_category.kind award_nomination.kind", set.Row{Volunteer, "志愿者"}, set.Row{Team, "志愿服务组织"},
		set.Row{Project, "志愿服务项目"}, set.Row{Community, "志愿服务社区（村）"})
	nominationStates = set.New("award_nomination.state", set.Row{Nominated, "逐级推荐中", "work"}, set.Row{Returned, "退回补充", "ask"},
		set.Row{Deciding, "待评审", "wait"}, set.Row{Chosen, "拟定", "wait"}, set.Row{Struck, "异议成立，已取消", "alarm"}, set.Row{Awarded, "入选", "done"})
	stepWords = set.New("award_step.action", set.Row{"nominate", "提名"}, set.Row{"resubmit", "补充后再报"}, set.Row{"advance", "同意上报"},
		set.Row{"return", "退回补充"}, set.Row{"choose", "拟定入选"}, set.Row{"strike", "异议成立"}, set.Row{"keep", "异议不成立"}, set.Row{"grant", "公布"})
	objectionStates = set.New("award_objection.state", set.Row{Waits, "核查中", "wait"}, set.Row{Upheld, "异议成立", "done"},
		set.Row{Dismissed, "异议不成立", "done"})
)

// Campaign is one selection, recommendation or showcase.
type Campaign struct {
	ID          db.ID       `json:"id"`
	Version     int64       `json:"version"`
	Region      auth.Region `json:"region" db:",once" doc:"由哪一级办"`
	Title       string      `json:"title" db:",once"`
	Mode        string      `json:"mode" set:"award.mode" db:",once"`
	State       string      `json:"state" set:"award.state"`
	AuthorityNo string      `json:"authority_no" db:",once" doc:"依据文号"`
	Unit        string      `json:"unit" db:",once" doc:"主办单位"`
	Cycle       string      `json:"cycle" db:",once" doc:"周期，例如每年一次"`
	FromDay     clock.Day   `json:"from" db:",once"`
	ToDay       clock.Day   `json:"to" db:",once"`
	NoticeFrom  clock.Day   `json:"notice_from"`
	NoticeUntil clock.Day   `json:"notice_until" doc:"公示到哪天（含）；没有公示时为空"`
	MadeBy      db.ID       `json:"-" db:",once"`
	Maker       string      `json:"made_by" db:",once"`
	MadeAt      time.Time   `json:"made_at" db:",once"`
	NoticedBy   db.ID       `json:"-"`
	Noticer     string      `json:"noticed_by"`
	PublishedBy db.ID       `json:"-"`
	Publisher   string      `json:"published_by"`
	ResultDay   clock.Day   `json:"result_day"`
	Reason      string      `json:"reason" doc:"为什么取消"`
}

// Category is one list of a campaign, with what it asks for.
type Category struct {
	AwardID      db.ID  `json:"-"`
	N            int64  `json:"n"`
	Kind         string `json:"kind" set:"award_category.kind"`
	Name         string `json:"name"`
	Winners      int64  `json:"winners" doc:"名额"`
	QuotaStation int64  `json:"quota_station" doc:"每站最多提名几个"`
	QuotaTown    int64  `json:"quota_town"`
	QuotaBanner  int64  `json:"quota_banner"`
	QuotaLeague  int64  `json:"quota_league"`
	LeastYears   int64  `json:"least_years"`
	LeastHours   int64  `json:"least_hours"`
	LeastPeople  int64  `json:"least_people"`
	LeastActive  int64  `json:"least_active" doc:"近一年服务过的人占百分之几以上"`
	LeastBrands  int64  `json:"least_brands" doc:"公开的品牌项目几个以上"`
}

// quota is how many a division of a level may send on.
func (c Category) quota(level int) int64 {
	switch level {
	case auth.LevelTown:
		return c.QuotaTown
	case auth.LevelBanner:
		return c.QuotaBanner
	case auth.LevelLeague:
		return c.QuotaLeague
	}
	return c.QuotaStation
}

// Judge is who says what he thinks of those nominated.
type Judge struct {
	ID        db.ID     `json:"id"`
	AwardID   db.ID     `json:"-"`
	AccountID db.ID     `json:"account_id"`
	Name      string    `json:"name"`
	ByID      db.ID     `json:"-"`
	ByName    string    `json:"by"`
	At        time.Time `json:"at"`
}

// Nomination is a volunteer, a team, a project or a community that was put forward.
type Nomination struct {
	ID          db.ID       `json:"id"`
	Version     int64       `json:"version"`
	AwardID     db.ID       `json:"award_id" db:",once"`
	Owner       auth.Region `json:"-" db:",once"` // who runs the campaign
	Category    int64       `json:"category" db:",once"`
	Kind        string      `json:"kind" set:"award_nomination.kind" db:",once"`
	Region      auth.Region `json:"region" db:",once"`
	StationID   db.ID       `json:"station_id" db:",once"`
	VolunteerID db.ID       `json:"volunteer_id" db:",once"`
	TeamID      db.ID       `json:"team_id" db:",once"`
	ProjectID   db.ID       `json:"project_id" db:",once"`
	PersonID    db.ID       `json:"-" db:",once"` // himself, or who leads the team or the project
	Subject     string      `json:"subject"`
	Story       string      `json:"story"`
	Exception   string      `json:"exception" doc:"有条件没有达到时，为什么还提名"`
	State       string      `json:"state" set:"award_nomination.state"`
	Holder      auth.Region `json:"holder" doc:"现在在哪一级手里"`
	Level       int64       `json:"-"`
	Steps       int64       `json:"-"`
	NominatedBy db.ID       `json:"-" db:",once"`
	Nominator   string      `json:"nominated_by" db:",once"`
	At          time.Time   `json:"at" db:",once"`
	No          string      `json:"no" doc:"荣誉证书号；没有公布时为空"`
}

func (n Nomination) place() auth.Place { return auth.Place{Region: n.Region, Station: n.StationID} }

// Step is something that was done about a nomination.
type Step struct {
	NominationID db.ID       `json:"-"`
	N            int64       `json:"-"`
	What         string      `json:"what" set:"award_step.action" db:"action"`
	Text         string      `json:"text"`
	Holder       auth.Region `json:"level"`
	ByID         db.ID       `json:"-"`
	ByName       string      `json:"by"`
	At           time.Time   `json:"at"`
}

// Mark is what a judge thinks, for the first or the nth time.
type Mark struct {
	ID           db.ID     `json:"id"`
	AwardID      db.ID     `json:"-"`
	NominationID db.ID     `json:"nomination_id"`
	AccountID    db.ID     `json:"-"`
	Name         string    `json:"judge"`
	N            int64     `json:"n" doc:"第几次打分；都留着，最后一次算数"`
	Points       int64     `json:"points"`
	Text         string    `json:"text"`
	At           time.Time `json:"at"`
}

// Conflict is a judge's or an officer's own word that he keeps out of a nomination.
type Conflict struct {
	ID           db.ID     `json:"id"`
	NominationID db.ID     `json:"nomination_id"`
	AccountID    db.ID     `json:"-"`
	Name         string    `json:"name"`
	Text         string    `json:"text"`
	At           time.Time `json:"at"`
}

// Objection is what somebody said against one who is before the public.
type Objection struct {
	ID           db.ID       `json:"id"`
	Version      int64       `json:"version"`
	AwardID      db.ID       `json:"award_id" db:",once"`
	Region       auth.Region `json:"region" db:",once"`
	NominationID db.ID       `json:"nomination_id" db:",once"`
	Receipt      []byte      `json:"-" db:",once"` // keyed digest
	Body         []byte      `json:"-" db:",once"` // sealed
	State        string      `json:"state" set:"award_objection.state"`
	Answer       string      `json:"answer"`
	Day          clock.Day   `json:"day" db:",once"`
	AnsweredBy   db.ID       `json:"-"`
	Answerer     string      `json:"-"`
	AnsweredDay  clock.Day   `json:"answered_day"`
}

// Service holds the operations.
type Service struct {
	db      *db.DB
	keys    *seal.Keys
	persons *person.Service
}

// New makes the service.
func New(d *db.DB, keys *seal.Keys, persons *person.Service) *Service {
	return &Service{d, keys, persons}
}

// at is the place of what lies in a division.
func at(r auth.Region) auth.Place { return auth.Place{Region: r} }

var (
	campaignKind = act.Kind[Campaign]{Object: "award", View: View, Table: campaigns, Lock: true, Word: states.Word,
		Place: func(x Campaign) auth.Place { return at(x.Region) }, State: func(x Campaign) string { return x.State },
		Trail: func(was, now Campaign) map[string]any { return map[string]any{"from": was.State, "to": now.State} }}
	nominationKind = act.Kind[Nomination]{Object: "award_nomination", View: View, Table: nominations, Lock: true, Word: nominationStates.Word,
		Place: Nomination.place, State: func(x Nomination) string { return x.State },
		Names: func(x Nomination) []string {
			if x.Kind == Volunteer {
				return []string{x.Subject}
			}
			return nil
		},
		Trail: func(was, now Nomination) map[string]any { return map[string]any{"from": was.State, "to": now.State} }}
	objectionKind = act.Kind[Objection]{Object: "award_objection", View: View, Table: objections, Lock: true, Word: objectionStates.Word,
		Place: func(x Objection) auth.Place { return at(x.Region) }, State: func(x Objection) string { return x.State },
		Trail: func(_, now Objection) map[string]any { return map[string]any{"to": now.State} }}
)
