// Package survey is the questionnaires of 走访调研: made on the page or brought as an XLSForm workbook, answered at the desk, on a
// telephone, on a printed sheet with numbered boxes, or in a table, and kept as the same bytes whatever carried them.
//
// Nouns: survey, form (one version of its questions), answer (what one person said, under the version that he was asked). Verbs: make,
// put, move, drop, bring, open, close, answer, take in, read.
//
// A change makes a new version, which holds from the day it is opened; answers keep theirs. Who answers was asked first, and when and how
// is kept. Answers to questions marked sensitive are sealed, and read by few with a reason.
package survey

import (
	"context"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
	"linli/internal/platform/set"
	"linli/internal/platform/xform"
)

// Permissions. Fill is what volunteers of the place do too; Read opens sensitive answers.
const (
	View auth.Perm = "survey.view"
	Keep auth.Perm = "survey.keep"
	Fill auth.Perm = "survey.fill"
	Read auth.Perm = "survey.read"
)

// States of a survey.
const (
	Draft  = "draft"
	Open   = "open"
	Closed = "closed"
)

// Channels of an answer.
const (
	OnDesk  = "desk"
	OnPhone = "phone"
	OnPaper = "paper"
	OnTable = "table"
)

var (
	states = set.New("survey.state", set.Row{Draft, "没有发布", "wait"}, set.Row{Open, "正在问", "work"}, set.Row{Closed, "结束了", "done"})
	// Channels are how an answer came.
	Channels = set.New("survey_answer.channel", set.Row{OnDesk, "站里录入"}, set.Row{OnPhone, "手机"}, set.Row{OnPaper, "纸面誊录"},
		set.Row{OnTable, "表格"}, set.Row{"api", "接口"})
)

// Survey is one questionnaire.
type Survey struct {
	ID        db.ID       `json:"id"`
	Version   int64       `json:"version"`
	Region    auth.Region `json:"region" db:",once"`
	StationID db.ID       `json:"station_id" db:",once"`
	Station   string      `json:"station" db:",read"`
	Title     string      `json:"title"`
	Purpose   string      `json:"purpose" doc:"为什么问、答案给谁用：问之前念给对方听"`
	State     string      `json:"state" set:"survey.state"`
	FormNo    int64       `json:"form_version" doc:"正在用的题目是第几版；没有发布过为 0"`
	NextNo    int64       `json:"next_version" doc:"改了还没有发布的是第几版；没有为 0"`
	MadeBy    string      `json:"made_by" db:",once"`
	MadeAt    time.Time   `json:"made_at" db:",once"`
	OpenedAt  *time.Time  `json:"opened_at"`
	ClosedAt  *time.Time  `json:"closed_at"`

	fillers []db.ID // the actor, while he is a volunteer of the place
}

func (s Survey) place() auth.Place {
	return auth.Place{Region: s.Region, Station: s.StationID, Persons: s.fillers}
}

// form is one version of the questions.
type form struct {
	ID       db.ID     `json:"-"`
	SurveyID db.ID     `json:"-" db:",once"`
	No       int64     `json:"no" db:",once"`
	Source   string    `json:"-"`
	ByName   string    `json:"by_name"`
	At       time.Time `json:"at"`
}

// Answer is what one person said. What is sensitive is not among Answers.
type Answer struct {
	ID        db.ID         `json:"id"`
	Version   int64         `json:"version"`
	SurveyID  db.ID         `json:"survey_id" db:",once"`
	FormNo    int64         `json:"form_version" db:",once"`
	Instance  string        `json:"instance" db:",once"`
	Region    auth.Region   `json:"region"`
	StationID db.ID         `json:"station_id" db:",once"`
	PersonID  db.ID         `json:"person_id"`
	AccountID db.ID         `json:"-" db:",once"`
	ByName    string        `json:"by_name" db:",once"`
	Channel   string        `json:"channel" set:"survey_answer.channel" db:",once"`
	Consent   string        `json:"consent" set:"person_consent.how" db:",once"`
	AgreedDay clock.Day     `json:"consent_day" db:",once"`
	Day       clock.Day     `json:"day" db:",once"`
	At        time.Time     `json:"at" db:",once"`
	MadeAt    time.Time     `json:"made_at" db:",once"`
	Offline   bool          `json:"offline" db:",once" doc:"在没有网络的设备上填的"`
	Plain     string        `json:"-" db:"answers"`
	Sealed    []byte        `json:"-"`
	Answers   xform.Answers `json:"answers" db:"-"`
	Hidden    bool          `json:"sealed" db:"-" doc:"还有敏感的答案，另外说明原因才能看"`
	Name      string        `json:"name" db:",read" doc:"问的是谁；没有记名的是空的"`
}

func (a Answer) place() auth.Place { return auth.Place{Region: a.Region, Station: a.StationID} }

// Outside is what areas above tell; app fills it.
type Outside struct {
	// Goes says whether somebody is on his way to see a person, so that he may answer for him.
	Goes func(ctx context.Context, tx *db.Tx, who, person db.ID) (bool, error)
}

// Service holds the operations.
type Service struct {
	db      *db.DB
	keys    *seal.Keys
	persons *person.Service
	files   *blob.Store
	surveys act.Kind[Survey]
	answers act.Kind[Answer]
	Ask     Outside
}

// New makes the service.
func New(d *db.DB, keys *seal.Keys, persons *person.Service, files *blob.Store) *Service {
	s := &Service{db: d, keys: keys, persons: persons, files: files}
	s.surveys = act.Kind[Survey]{Object: "survey", View: View, Table: table, Load: load, Lock: true, Place: Survey.place, Word: states.Word,
		State: func(v Survey) string { return v.State },
		Trail: func(was, now Survey) map[string]any {
			return map[string]any{"from": was.State, "to": now.State, "form": now.FormNo, "next": now.NextNo}
		}}
	s.answers = act.Kind[Answer]{Object: "survey_answer", View: View, Table: answerTable, Load: loadAnswer, Lock: true, Place: Answer.place,
		Names: func(a Answer) []string { return []string{a.Name} }}
	return s
}

// formOf reads one version of the questions.
func formOf(ctx context.Context, tx *db.Tx, survey db.ID, no int64) (*xform.Form, error) {
	row, err := formAt.Get(ctx, tx, survey, no)
	if err != nil {
		return nil, err
	}
	return compiled(row.Source)
}
