// Package honour keeps what volunteers, teams and projects were commended for (表彰奖励, one of the five groups of 民政部令第67号), and the
// library of what is worth copying: good cases and patterns, brand projects, backbone people, outstanding organisations (建设方案 四（二）).
//
// A commendation is one's own, the government's on its document, or somebody else's; each is confirmed by a second, independent person. A
// model goes from the station through the levels to the library of one of them, and is published by another person than who approved it
// last. Whoever is named agrees to it; when he no longer does, it is off every public page in the same transaction.
//
// Who belongs to the backbone of a place (骨干) is computed from hours, trainings, ratings and years by the rule of the place.
//
// Nouns: commendation, model, named person, step. Verbs: Enter, Confirm, Refuse, Publish, Recall; Draft, Edit, Submit, Approve, Return;
// Backbone.
package honour

import (
	"context"
	"time"

	"linli/internal/civic/person"
	"linli/internal/civic/proof"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/set"
)

// Permissions.
const (
	Look   auth.Perm = "honour.look"   // what is published, by anyone
	View   auth.Perm = "honour.view"   // what is kept of one's place
	Enter  auth.Perm = "honour.enter"  // commendations and models of one's place, and recalling them
	Decide auth.Perm = "honour.decide" // confirm and publish what another entered
	Review auth.Perm = "honour.review" // models, level by level
)

// States of a commendation and of a model.
const (
	Entered   = "entered"
	Confirmed = "confirmed"
	Refused   = "refused"
	Draft     = "draft"
	Submitted = "submitted"
	Returned  = "returned"
	Approved  = "approved"
	Published = "published"
	Recalled  = "recalled"
)

// Kinds of those who are commended, and of models.
const (
	Volunteer    = "volunteer"
	Team         = "team"
	Project      = "project"
	Government   = "government"
	Brand        = "brand"
	Backbone     = "backbone"
	Organization = "organization"
)

// Words that people see.
var (
	kinds   = set.New("commendation.kind", set.Row{Volunteer, "志愿者"}, set.Row{Team, "志愿服务队"}, set.Row{Project, "项目"})
	sources = set.New("commendation.source", set.Row{"own", "本站、本级表扬"}, set.Row{Government, "政府部门表彰（有文件）"}, set.Row{"other", "其他单位表彰"})
	states  = set.New("commendation.state", set.Row{Entered, "等第二人核实", "wait"}, set.Row{Confirmed, "已核实", "work"}, set.Row{Refused, "不对"},
		set.Row{Published, "已公开", "done"}, set.Row{Recalled, "已撤下", "alarm"})
	// Models are the kinds of what is worth copying.
	Models = set.New("model.kind", set.Row{"case", "优秀案例"}, set.Row{"pattern", "典型模式"}, set.Row{Brand, "品牌项目"}, set.Row{Backbone, "骨干人才"},
		set.Row{Organization, "优秀组织"})
	modelStates = set.New("model.state", set.Row{Draft, "草稿", "ask"}, set.Row{Submitted, "逐级审核", "wait"}, set.Row{Returned, "退回补充", "ask"},
		set.Row{Approved, "已审，待公开", "work"}, set.Row{Published, "已公开", "done"}, set.Row{Recalled, "已撤下", "alarm"})
	stepWords = set.New("model_step.action", set.Row{"submit", "送审"}, set.Row{"approve", "同意"}, set.Row{"return", "退回补充"},
		set.Row{"publish", "公开"},
		set.Row{"recall", "撤下"})
)

// Commendation is what somebody was commended for.
type Commendation struct {
	ID          db.ID       `json:"id"`
	Version     int64       `json:"version"`
	Region      auth.Region `json:"region" db:",once"`
	Kind        string      `json:"kind" set:"commendation.kind" db:",once"`
	VolunteerID db.ID       `json:"volunteer_id" db:",once"`
	TeamID      db.ID       `json:"team_id" db:",once"`
	ProjectID   db.ID       `json:"project_id" db:",once"`
	PersonID    db.ID       `json:"-" db:",once"` // himself, or who leads the team or the project
	Subject     string      `json:"subject"`
	Source      string      `json:"source" set:"commendation.source" db:",once"`
	Title       string      `json:"title" db:",once" doc:"表彰名称"`
	Giver       string      `json:"giver" db:",once" doc:"授予单位"`
	Document    string      `json:"document" db:",once" doc:"文号或者荣誉证书号"`
	Day         clock.Day   `json:"day" db:",once" doc:"授予日期"`
	FileID      db.ID       `json:"file_id"`
	State       string      `json:"state" set:"commendation.state"`
	ByID        db.ID       `json:"-" db:",once"`
	ByName      string      `json:"by" db:",once"`
	At          time.Time   `json:"at" db:",once"`
	DecidedBy   db.ID       `json:"-"`
	Decider     string      `json:"decided_by"`
	PublishedOn clock.Day   `json:"published_on"`
	Reason      string      `json:"reason"`
}

// Model is something worth copying.
type Model struct {
	ID          db.ID       `json:"id"`
	Version     int64       `json:"version"`
	Region      auth.Region `json:"region" db:",once"`
	StationID   db.ID       `json:"station_id" db:",once"`
	Owner       auth.Region `json:"owner" db:",once" doc:"进哪一级的库"`
	Holder      auth.Region `json:"holder" doc:"现在在哪一级手里"`
	Kind        string      `json:"kind" set:"model.kind" db:",once"`
	ProjectID   db.ID       `json:"project_id"`
	TeamID      db.ID       `json:"team_id"`
	Title       string      `json:"title"`
	Story       string      `json:"story"`
	Copying     string      `json:"copying" doc:"别处怎样照着办"`
	Contact     string      `json:"contact" doc:"找谁问：单位和座机"`
	State       string      `json:"state" set:"model.state"`
	Steps       int64       `json:"-"`
	MadeBy      db.ID       `json:"-" db:",once"`
	Maker       string      `json:"made_by" db:",once"`
	At          time.Time   `json:"at" db:",once"`
	PublishedOn clock.Day   `json:"published_on"`
	Reason      string      `json:"reason"`
}

// Named is a volunteer whom a model names.
type Named struct {
	ModelID  db.ID  `json:"-"`
	PersonID db.ID  `json:"-"`
	Name     string `json:"name"`
}

// Step is something that was done about a model.
type Step struct {
	ModelID db.ID     `json:"-"`
	N       int64     `json:"-"`
	What    string    `json:"what" set:"model_step.action" db:"action"`
	Text    string    `json:"text"`
	ByID    db.ID     `json:"-"`
	ByName  string    `json:"by"`
	At      time.Time `json:"at"`
}

// Service holds the operations.
type Service struct {
	db      *db.DB
	persons *person.Service
	blobs   *blob.Store
}

// New makes the service.
func New(d *db.DB, persons *person.Service, blobs *blob.Store) *Service {
	return &Service{d, persons, blobs}
}

// at is the place of what lies in a division.
func at(r auth.Region) auth.Place { return auth.Place{Region: r} }

var (
	commendationKind = act.Kind[Commendation]{Object: "commendation", View: View, Table: commendations, Lock: true, Word: states.Word,
		Place: func(x Commendation) auth.Place { return at(x.Region) }, State: func(x Commendation) string { return x.State },
		Names: func(x Commendation) []string {
			if x.Kind == Volunteer {
				return []string{x.Subject}
			}
			return nil
		},
		Trail: func(was, now Commendation) map[string]any { return map[string]any{"from": was.State, "to": now.State} }}
	modelKind = act.Kind[Model]{Object: "model", View: View, Table: models, Lock: true, Word: modelStates.Word,
		Place: func(x Model) auth.Place { return auth.Place{Region: x.Region, Station: x.StationID} },
		State: func(x Model) string { return x.State },
		Trail: func(was, now Model) map[string]any { return map[string]any{"from": was.State, "to": now.State} }}
)

// apart refuses the actor who had a hand in something before, is not independent of who had, or is close to whom it is about.
func (s *Service) apart(ctx context.Context, tx *db.Tx, about db.ID, before ...db.ID) error {
	why, err := proof.Apart(ctx, tx, s.persons, before...)
	if err == nil && why == "" && about != 0 {
		a := auth.From(ctx)
		me := proof.Hand{Account: a.Account, Person: a.Person}
		if why, err = proof.Now(tx, s.persons).Independent(ctx, me, proof.Hand{Person: about}); why != "" {
			why = "您和被表彰的人：" + why + "，要换人办"
		}
	}
	if err == nil && why != "" {
		err = errs.Deny(why)
	}
	return err
}

// agreed refuses to name somebody who does not agree to it.
func agreed(ctx context.Context, tx *db.Tx, id db.ID, name string) error {
	ok, err := person.HasConsent(ctx, tx, id, person.PurposePublish)
	if err == nil && !ok {
		err = errs.WrongState(name + "没有同意公开姓名、照片和事迹：先请本人同意")
	}
	return err
}
