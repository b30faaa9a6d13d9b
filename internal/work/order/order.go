// Package order is the centre of the system: a resident's need becomes an order, the station reviews and dispatches it, volunteers
// accept and serve, the resident confirms and rates. The states and moves stand in moves.go; each move is an operation in the file
// named after it.
//
// Nouns: order, assignment (one volunteer's part), event (a step of the timeline), deadline, code, card. Verbs: the moves, get, list,
// sweep.
package order

import (
	"slices"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/event"
	"linli/internal/platform/set"
)

// Permissions. View is seeing an order; Make entering one; Own the resident's moves; Serve the volunteer's; Handle the station's;
// Second what a second person decides.
const (
	View   auth.Perm = "order.view"
	Make   auth.Perm = "order.create"
	Own    auth.Perm = "order.own"
	Serve  auth.Perm = "order.serve"
	Handle auth.Perm = "order.handle"
	Drop   auth.Perm = "order.cancel"
	Dial   auth.Perm = "order.dial" // who rings, and the number of an order that is open
	Second auth.Perm = "order.second"
)

// Order is one order as it is stored; the sealed columns are read only where they are shown.
type Order struct {
	ID          db.ID       `json:"id"`
	No          string      `json:"no"`
	State       State       `json:"state"`
	StateAt     time.Time   `json:"state_at" doc:"从什么时候起"`
	Version     int64       `json:"version"`
	Title       string      `json:"title"`
	Category    string      `json:"category"`
	CatalogueID db.ID       `json:"catalogue_id"`
	Region      auth.Region `json:"region"`
	StationID   db.ID       `json:"station_id" doc:"所在嘎查村（社区）没有站时为空，由 level 一级办理"`
	Level       string      `json:"level" doc:"现在由谁办理：station、town、banner、league、region"`
	WindowStart time.Time   `json:"window_start"`
	WindowEnd   time.Time   `json:"window_end"`
	Needed      int64       `json:"needed"`
	Urgent      bool        `json:"urgent"`
	Channel     string      `json:"channel"`
	Consent     string      `json:"consent"`
	Rating      int64       `json:"rating" doc:"1–5；0 为没有评价"`
	Comment     string      `json:"comment"`
	Evidence    string      `json:"evidence" doc:"凭什么确认；没有确认时为空"`
	NeedsSecond bool        `json:"needs_second" doc:"确认还要第二人复核，服务记录才算数"`
	Round       int64       `json:"round" doc:"第几次办理；重办一次加一"`
	CreatedAt   time.Time   `json:"created_at"`

	RecipientID db.ID      `json:"-"` // whom it is for
	RequesterID db.ID      `json:"-"` // who asked: himself, or for another
	EnteredBy   db.ID      `json:"-"` // account
	ConfirmedBy db.ID      `json:"-"` // account
	PhotoID     db.ID      `json:"-"` // of the signed slip
	Day         clock.Day  `json:"-"` // of the window's start
	Minutes     int64      `json:"-"` // that the service is planned to take, for the daily limit
	Appealed    bool       `json:"-"`
	CodeTries   int64      `json:"-"` // wrong codes in a row
	ClosedAt    *time.Time `json:"-"`
}

// Assignment is the part of one volunteer in one round of an order.
type Assignment struct {
	ID          db.ID     `json:"id"`
	OrderID     db.ID     `json:"order_id"`
	VolunteerID db.ID     `json:"volunteer_id"`
	PersonID    db.ID     `json:"-"`
	Round       int64     `json:"round"`
	State       Part      `json:"state"`
	OfferedBy   db.ID     `json:"-"` // the account that dispatched; zero for who took an open order
	At          time.Time `json:"at" doc:"到这一状态的时间"`
	Reason      string    `json:"reason"`
}

// Channels are the ways on which what is asked for comes in.
var Channels = set.New("orders.channel", set.Row{"web", "网上"}, set.Row{"phone_call", "电话"}, set.Row{"desk", "到站"}, set.Row{"visit", "走访"},
	set.Row{"superior", "上级转办"})

// Voice says over which channel a move came and, when the actor is not himself the person, who spoke.
type Voice struct {
	Channel  string `json:"channel" required:"false" maxLength:"20" set:"orders.channel," doc:"经由：网上、电话、到站、走访、上级转办"`
	SpokenBy string `json:"spoken_by" required:"false" maxLength:"40" doc:"代办时：谁说的"`
}

// Window is when a service is wanted.
type Window struct {
	WindowStart time.Time `json:"window_start"`
	WindowEnd   time.Time `json:"window_end"`
}

// place says where the order lies and, where it matters, whose it is.
func (o Order) place(persons ...db.ID) auth.Place {
	return auth.Place{Region: o.Region, Station: o.StationID, Persons: persons}
}

// isOwner says whether the person asked for the order or is served by it.
func (o Order) isOwner(person db.ID) bool {
	return person != 0 && (person == o.RecipientID || person == o.RequesterID)
}

// standing gives the assignments that stand in one of the parts.
func standing(as []Assignment, parts ...Part) []Assignment {
	return slices.DeleteFunc(slices.Clone(as), func(a Assignment) bool { return !slices.Contains(parts, a.State) })
}

// ServedEvent says that one volunteer has checked out, at the time At.
type ServedEvent struct {
	Order      Order
	Assignment Assignment
	At         time.Time
}

// BrokenEvent says that a service was broken off; the volunteer's attendance ends at At.
type BrokenEvent struct {
	Order      Order
	Assignment Assignment
	At         time.Time
}

// ConfirmedEvent says that the resident, or the station for him, has confirmed the services of the present round.
type ConfirmedEvent struct {
	Order    Order
	Evidence string
	Late     bool  // past the time for it: the records wait for a second person
	By       db.ID // account
}

// DisputedEvent says that the resident was not content, or opened a closed order again: records of the round are suspended.
type DisputedEvent struct{ Order Order }

// ResolvedEvent ends a dispute: Redo starts a new round (Order.Round is already the new one), else the order was confirmed by call-back.
type ResolvedEvent struct {
	Order Order
	Redo  bool
	By    db.ID // account
}

// CancelledEvent says that an order was withdrawn before anybody served.
type CancelledEvent struct{ Order Order }

// EvaluatedEvent says that an order was rated, 1 to 5, or closed unrated with 0.
type EvaluatedEvent struct{ Order Order }

// ChangedEvent says that anything about an order changed; it is told after each move.
type ChangedEvent struct {
	OrderID   db.ID
	Version   int64
	StationID db.ID
	Region    auth.Region
	From, To  State
}

// Topics are what the area tells those above it, each inside the transaction of the move.
type Topics struct {
	Served    event.Topic[ServedEvent]
	Broken    event.Topic[BrokenEvent]
	Confirmed event.Topic[ConfirmedEvent]
	Disputed  event.Topic[DisputedEvent]
	Resolved  event.Topic[ResolvedEvent]
	Cancelled event.Topic[CancelledEvent]
	Evaluated event.Topic[EvaluatedEvent]
	Changed   event.Topic[ChangedEvent]
}
