// Package certificate issues certificates of voluntary service, free of charge, from the records that count, and lets anyone check
// them (志愿服务条例 art. 21; 民政部令第67号 arts. 14–17; 民发〔2015〕149号 for the four blocks).
//
// A certificate is a snapshot: number, period, minutes and records never change. When one of its records is suspended the certificate
// is out of force until that ends; when one is amended or void, or a second person revokes it, it is revoked for good. To whoever
// checks, both are “revoked”, the contract's one word for not to be relied on, with the reason in words.
//
// Nouns: certificate. Verbs: Issue, List, Get, PDF, Revoke, Check; OnRecordChanged.
package certificate

import (
	"crypto/rand"
	"io"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/event"
	"linli/internal/platform/seal"
)

// Permissions. Look is checking a code, which is everybody's.
const (
	View   auth.Perm = "certificate.view"
	Make   auth.Perm = "certificate.issue"
	Revoke auth.Perm = "certificate.revoke"
	Look   auth.Perm = "certificate.verify"
)

// Status is where a certificate stands.
type Status string

// The statuses. Unknown is the answer for a code that no certificate has, and for a certificate that is not as it was signed.
const (
	Valid     Status = "valid"
	Suspended Status = "suspended"
	Revoked   Status = "revoked"
	Unknown   Status = "unknown"
)

// Word is what people call it.
func (s Status) Word() string {
	return map[Status]string{Valid: "有效", Suspended: "暂停使用", Revoked: "已撤销", Unknown: "核对不上"}[s]
}

// Certificate is one certificate as its holder and the desk see it.
type Certificate struct {
	ID          db.ID       `json:"id"`
	Version     int64       `json:"version"`
	No          string      `json:"no"`
	Code        string      `json:"code" doc:"查询码，谁拿到都能查证"`
	VolunteerID db.ID       `json:"volunteer_id"`
	PersonID    db.ID       `json:"-"`
	Region      auth.Region `json:"region"`
	StationID   db.ID       `json:"station_id"`
	Name        string      `json:"name"`
	VolunteerNo string      `json:"volunteer_no"`
	IDNumber    string      `json:"-"` // masked
	Unit        string      `json:"recording_unit"`
	Station     string      `json:"station" doc:"经办站"`
	Clerk       string      `json:"-"`
	From        clock.Day   `json:"from" db:"from_day"`
	To          clock.Day   `json:"to" db:"to_day"`
	Minutes     int64       `json:"minutes"`
	Times       int64       `json:"times"`
	IssuedOn    clock.Day   `json:"issued_on" db:"issued_day"`
	IssuedAt    time.Time   `json:"issued_at"`
	IssuedBy    db.ID       `json:"-"`
	RecordsHash []byte      `json:"-"`
	KeyID       string      `json:"-"`
	Signature   []byte      `json:"-"`
	Status      Status      `json:"status"`
	Reason      string      `json:"reason"`
	RevokedBy   db.ID       `json:"-"`
	RevokedAt   *time.Time  `json:"revoked_at"`
	Checks      int64       `json:"checks" doc:"核验次数"`
	PDF         string      `json:"pdf" db:"-"`
	LeftOut     int64       `json:"left_out,omitempty" db:"-" doc:"正在核实、没有开进去的服务有几次；只在出具时说"`
}

func (c Certificate) place() auth.Place {
	return auth.Place{Region: c.Region, Station: c.StationID, Persons: []db.ID{c.PersonID}}
}

// file is the address of the PDF.
func (c Certificate) file() string { return "/api/v1/certificates/" + c.No + ".pdf" }

// Part is one record of a certificate.
type Part struct {
	RecordID     db.ID
	Day          clock.Day
	Minutes      int64
	Category     string
	Confirmation string
}

// Config is what a certificate says of the installation.
type Config struct {
	BaseURL string // where the code is checked, for the QR code
	Demo    bool   // every certificate says 演示数据
}

// Service holds the operations.
type Service struct {
	// Random is where codes come from; the demo gives a seeded source, so that equal seeds give equal data.
	Random io.Reader

	db     *db.DB
	keys   *seal.Keys
	people *person.Service
	cfg    Config
	// Issued and Ended tell of a new certificate, and of one that is no longer, or again, to be relied on.
	Issued event.Topic[Certificate]
	Ended  event.Topic[Certificate]
}

// New makes the service.
func New(d *db.DB, keys *seal.Keys, persons *person.Service, cfg Config) *Service {
	return &Service{db: d, keys: keys, people: persons, cfg: cfg, Random: rand.Reader}
}
