// Package agreement keeps the service agreements (志愿服务协议) of volunteers, recipients and units with a station. The law lets the sides sign
// one where they want to (志愿服务条例 art. 14: content, way, time, place, working conditions, safety); where this system asks for one, that is
// a rule of its own (本系统约定).
//
// A side signs on glass, in its own account, under the text that it was shown, or on paper, whose picture somebody enters who is no side of
// it. A drawn signature is a picture (手写签名图样): it proves that somebody signed in to that account drew it under that text.
//
// Nouns: template, edition, agreement, side, signature. Verbs: write, revise, retire; make, sign, file (paper), end, withdraw.
package agreement

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"linli/internal/civic/person"
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
	View  auth.Perm = "agreement.view"  // one's own, and those of one's place
	Keep  auth.Perm = "agreement.keep"  // make, file, end
	Sign  auth.Perm = "agreement.sign"  // one's own side, or the station's
	Write auth.Perm = "agreement.write" // templates
)

// Kinds of agreement.
const (
	WithStation   = "station"
	WithRecipient = "recipient"
	OfUnit        = "unit"
)

// States.
const (
	Open      = "open"
	Signed    = "signed"
	Ended     = "ended"
	Withdrawn = "withdrawn"
	Active    = "active"
	Retired   = "retired"
)

// Sides, and the ways of signing.
const (
	First    = "first"
	Second   = "second"
	Guardian = "guardian"
	OnGlass  = "glass"
	OnPaper  = "paper"
)

var (
	kinds = set.New("agreement.kind", set.Row{WithStation, "志愿者和服务站"}, set.Row{WithRecipient, "志愿者和服务对象"},
		set.Row{OfUnit, "驻区单位和服务站"})
	states = set.New("agreement.state", set.Row{Open, "等签字", "wait"}, set.Row{Signed, "签好了", "done"}, set.Row{Ended, "提前终止", "alarm"},
		set.Row{Withdrawn, "没签，撤回了"})
	sides = set.New("agreement_signature.side", set.Row{First, "甲方"}, set.Row{Second, "乙方"}, set.Row{Guardian, "监护人"})
	ways  = set.New("agreement_signature.way", set.Row{OnGlass, "在屏幕上手写"}, set.Row{OnPaper, "在纸上签"})
	// the same words as of an agreement, for its template
	templateKinds = set.New("agreement_template.kind", set.Row{WithStation, "志愿者和服务站"}, set.Row{WithRecipient, "志愿者和服务对象"},
		set.Row{OfUnit, "驻区单位和服务站"})
	templateStates = set.New("agreement_template.state", set.Row{Active, "在用", "done"}, set.Row{Retired, "不用了"})
)

// Template is one, as it stands.
type Template struct {
	ID       db.ID       `json:"id"`
	Version  int64       `json:"version"`
	Region   auth.Region `json:"region" db:",once"`
	Kind     string      `json:"kind" set:"agreement_template.kind" db:",once"`
	Name     string      `json:"name" db:",once"`
	Editions int64       `json:"editions"`
	State    string      `json:"state" set:"agreement_template.state"`
}

// Clauses are the words of an edition (the fields of 志愿服务条例 art. 14; risk, insurance and liability are this system's own).
type Clauses struct {
	Content    string `json:"content" minLength:"1" maxLength:"1000" doc:"服务的内容和方式"`
	Conditions string `json:"conditions" minLength:"1" maxLength:"1000" doc:"工作条件"`
	Safety     string `json:"safety" minLength:"1" maxLength:"1000" doc:"安全保障措施"`
	Risk       string `json:"risk" required:"false" maxLength:"1000" doc:"可能有的风险"`
	Insurance  string `json:"insurance" required:"false" maxLength:"500" doc:"保险"`
	Liability  string `json:"liability" required:"false" maxLength:"1000" doc:"双方的权利和责任"`
}

// Edition is what a template said from some day on.
type Edition struct {
	TemplateID db.ID `json:"-"`
	N          int64 `json:"n"`
	Clauses
	ByName string    `json:"by"`
	At     time.Time `json:"at"`
}

// Agreement is one. Its text is what the sides sign.
type Agreement struct {
	ID         db.ID       `json:"id"`
	Version    int64       `json:"version"`
	Region     auth.Region `json:"region" db:",once"`
	StationID  db.ID       `json:"station_id" db:",once"`
	Kind       string      `json:"kind" set:"agreement.kind" db:",once"`
	TemplateID db.ID       `json:"template_id" db:",once"`
	Edition    int64       `json:"edition" db:",once"`
	PersonID   db.ID       `json:"-"`
	OtherID    db.ID       `json:"-"`
	GuardianID db.ID       `json:"-"`
	PartnerID  db.ID       `json:"partner_id" db:",once"`
	Body       string      `json:"text"`
	Hash       []byte      `json:"-" db:",once"`
	From       clock.Day   `json:"from" db:"from_day,once"`
	To         clock.Day   `json:"to" db:"to_day,once"`
	Until      clock.Day   `json:"until" db:"until_day"`
	State      string      `json:"state" set:"agreement.state"`
	FileID     db.ID       `json:"-"`
	Reason     string      `json:"reason"`
	ByID       db.ID       `json:"-" db:",once"`
	ByName     string      `json:"by" db:",once"`
	At         time.Time   `json:"at" db:",once"`

	Name     string `json:"first" db:",read" doc:"甲方"`
	Other    string `json:"second" db:",read" doc:"乙方"`
	Guardian string `json:"guardian" db:",read"`
}

// Signature is that of one side.
type Signature struct {
	AgreementID db.ID     `json:"-"`
	Side        string    `json:"side" set:"agreement_signature.side"`
	Way         string    `json:"way" set:"agreement_signature.way"`
	PersonID    db.ID     `json:"-"`
	AccountID   db.ID     `json:"-"` // who drew it, or entered the paper
	Name        string    `json:"name"`
	Hash        []byte    `json:"-"`
	Drawing     []byte    `json:"-"`
	Day         clock.Day `json:"day"`
	At          time.Time `json:"at"`

	Strokes string `json:"-" db:"-"`
}

func (a Agreement) place() auth.Place {
	return auth.Place{Region: a.Region, Station: a.StationID, Persons: []db.ID{a.PersonID, a.OtherID, a.GuardianID}}
}

// office is its place without the sides: what the station's people alone may do.
func (a Agreement) office() auth.Place { return auth.Place{Region: a.Region, Station: a.StationID} }

// digest gives the digest of a text under its edition; a signature holds for just that.
func digest(template db.ID, edition int64, body string) []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d/%d\n%s", template, edition, body))
	return sum[:]
}

// Shown is the digest as it goes with the form of a signature.
func (a Agreement) Shown() string { return hex.EncodeToString(a.Hash) }

// Service holds the operations.
type Service struct {
	db         *db.DB
	keys       *seal.Keys
	persons    *person.Service
	blobs      *blob.Store
	agreements act.Kind[Agreement]
	templates  act.Kind[Template]
}

// New makes the service.
func New(d *db.DB, keys *seal.Keys, persons *person.Service, blobs *blob.Store) *Service {
	return &Service{d, keys, persons, blobs,
		act.Kind[Agreement]{Object: "agreement", View: View, Table: table, Lock: true, Load: get, Place: Agreement.place, Word: states.Word,
			State: func(a Agreement) string { return a.State },
			Names: func(a Agreement) []string { return []string{a.Name, a.Other, a.Guardian} },
			Trail: func(was, now Agreement) map[string]any { return map[string]any{"from": was.State, "to": now.State} }},
		act.Kind[Template]{Object: "agreement_template", View: View, Table: templateTable, Lock: true, Word: templateStates.Word,
			Place: func(t Template) auth.Place { return auth.Place{Region: t.Region} },
			State: func(t Template) string { return t.State },
			Trail: func(was, now Template) map[string]any {
				return map[string]any{"editions": now.Editions, "to": now.State}
			}}}
}

// Lacks says why a volunteer may not do a service of a station that asks for an agreement, on a day; "" when he may.
func Lacks(ctx context.Context, tx *db.Tx, person, station db.ID, day clock.Day) (string, error) {
	n, err := holding.One(ctx, tx, person, station, day)
	if err != nil || n > 0 {
		return "", err
	}
	n, err = waiting.One(ctx, tx, person, station, day)
	if n > 0 {
		return "要先和服务站签好志愿服务协议：协议在等签字，到“我的协议”里看", err
	}
	return "要先和服务站签好志愿服务协议，那天有效：请服务站出一份，到“我的协议”里签", err
}

// sameText says whether a side was shown the text as it stands.
func (a Agreement) sameText(shown string) bool {
	sum, err := hex.DecodeString(shown)
	return err == nil && bytes.Equal(sum, a.Hash)
}

func drawingAt(id db.ID, side string) string {
	return seal.At("agreement_signature", "drawing", int64(id)) + "/" + side
}
