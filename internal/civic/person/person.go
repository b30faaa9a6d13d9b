// Package person is the real-name register: who somebody is, where he lives in which months, who answers for him and what he has agreed to.
//
// Nouns: Person, Address, Guardian, Consent. Verbs: Register, List, Get, Update, AddAddress, DropAddress, Merge, Reveal, AddGuardian,
// DropGuardian, RecordConsent, WithdrawConsent, Erase; Mine, WithdrawMine for one's own data.
//
// Identity numbers, phone numbers, addresses and recipient groups are stored sealed and found by blind index alone. No list and no GET
// gives them in plain: Reveal does, with a reason and a line in the trail. Ordering never needs an identity number.
package person

import (
	"context"
	"time"

	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/event"
	"linli/internal/platform/seal"
	"linli/internal/platform/sms"
)

// Permissions.
const (
	View   auth.Perm = "person.view"
	Enter  auth.Perm = "person.register"
	Edit   auth.Perm = "person.update"
	Join   auth.Perm = "person.merge"
	Unmask auth.Perm = "person.reveal"
	Agree  auth.Perm = "person.consent"
	Own    auth.Perm = "person.own"
)

// Sex by GB/T 2261.1; "" is not stated.
const (
	Male   = "male"
	Female = "female"
)

// States of an entry.
const (
	Active = "active"
	Merged = "merged" // goes on as MergedInto
	Erased = "erased" // locked and anonymised
)

// Person is one entry of the register, as every reader may see it: numbers are masked.
type Person struct {
	ID           db.ID       `json:"id"`
	Version      int64       `json:"version"`
	State        string      `json:"state"`
	MergedInto   db.ID       `json:"merged_into" db:",once"`
	Name         string      `json:"name"`
	Sex          string      `json:"sex"`
	BirthDay     clock.Day   `json:"birth_day"`
	Region       auth.Region `json:"region"`
	Householder  string      `json:"householder"`
	Group        string      `json:"group" db:"hamlet"` // 小组, 浩特
	Languages    Codes       `json:"languages"`
	NoSmartphone bool        `json:"no_smartphone"`
	IDNumber     string      `json:"id_number" db:"id_number_hint"`
	Phone        string      `json:"phone" db:"phone_hint"`
	RegisteredBy string      `json:"registered_by" db:",once"`
	At           time.Time   `json:"at" db:",once"`
}

// place says where the entry lies for the question who may.
func (p Person) place() auth.Place { return auth.Place{Region: p.Region, Persons: []db.ID{p.ID}} }

func (p Person) names() []string { return []string{p.Name} }

// Age gives full years on a day; −1 when the day of birth is unknown.
func Age(p Person, day clock.Day) int { return AgeOn(p.BirthDay, day) }

// entries says how entries are kept, attached how what hangs on one: the entry itself is not written, its version stays.
var (
	entries = act.Kind[Person]{Object: "person", View: View, Table: table, Place: Person.place, Names: Person.names,
		State: func(p Person) string { return p.State }}

	attached = act.Kind[Person]{Object: "person", View: View, Table: table, Place: Person.place, Names: Person.names,
		State: func(p Person) string { return p.State }, Save: func(context.Context, *db.Tx, *Person) error { return nil }}
)

// Contact is what whoever accepted an order needs to find the person now.
type Contact struct {
	Name     string  `json:"name"`
	Phone    string  `json:"phone"`
	Address  string  `json:"address"`
	Landmark string  `json:"landmark"`
	Lat      float64 `json:"lat"`
	Lng      float64 `json:"lng"`
}

// Codes are words of a dictionary.
type Codes = setting.Codes

// Service holds the operations of the register.
type Service struct {
	db   *db.DB
	keys *seal.Keys
	demo bool
	Ask  Outside // app fills it
	// SMS puts a message into the outbox; app sets it.
	SMS func(ctx context.Context, tx *db.Tx, phone string, t sms.Text) error
	// Merged tells that an entry goes on as another one, so that what hangs on it follows.
	Merged event.Topic[MergedEvent]
	// Withdrawn tells that a consent was taken back, so that what rests on it stops.
	Withdrawn event.Topic[WithdrawnEvent]
}

// MergedEvent says that the entry From goes on as To.
type MergedEvent struct{ From, To db.ID }

// WithdrawnEvent says that a person no longer agrees to a purpose.
type WithdrawnEvent struct {
	Person  db.ID
	Purpose string
}

// New makes the service; demo lets it accept identities that belong to nobody (province 19, phones 129…).
func New(d *db.DB, keys *seal.Keys, demo bool) *Service {
	return &Service{db: d, keys: keys, demo: demo}
}

// Get gives an entry as it was asked for, even when it is merged or erased; NotFound when there is none.
func Get(ctx context.Context, tx *db.Tx, id db.ID) (Person, error) { return get(ctx, tx, id) }

// Current follows merges to the entry that goes on.
func Current(ctx context.Context, tx *db.Tx, id db.ID) (Person, error) {
	p, err := get(ctx, tx, id)
	for err == nil && p.MergedInto != 0 {
		p, err = get(ctx, tx, p.MergedInto)
	}
	return p, err
}
