// Package offline takes what people did where there was no network: their telephones keep each action and bring it when they can.
//
// Nouns: action (one thing that was done), item (its row here), verdict, pack (what a telephone takes along). Verbs: Sync, HandOver,
// Decide, Pack.
//
// An action is taken once, whatever is sent again, under the id that the telephone gave it; it goes through the same operation as on the
// page, so nothing is weaker or stronger here than there. Its time is the word of a device: the operation marks it, and minutes that rest
// on it wait for a second person. What is refused, or older than attendance.OfflineUp, can be looked at by somebody independent; his
// decision makes no minutes, for which there are paper sheets.
package offline

import (
	"context"
	"errors"
	"strings"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
	"linli/internal/platform/set"
	"linli/internal/work/activity"
	"linli/internal/work/attendance"
	"linli/internal/work/homevisit"
	"linli/internal/work/order"
	"linli/internal/work/pairing"
	"linli/internal/work/survey"
)

// Permissions. Open the page that a telephone keeps; Send one's own actions; View and Decide what was handed to a place.
const (
	Open   auth.Perm = "offline.open"
	Send   auth.Perm = "offline.send"
	View   auth.Perm = "offline.view"
	Decide auth.Perm = "offline.decide"
)

// Kinds of actions.
const (
	CheckIn      = "check_in"
	CheckOut     = "check_out"
	Visit        = "visit"
	RollCall     = "roll_call"
	Move         = "move"
	SurveyAnswer = "survey_answer"
	HomeVisit    = "home_visit"
	Unknown      = "unknown"
)

var kinds = set.New("offline_action.kind", set.Row{CheckIn, "签到"}, set.Row{CheckOut, "签退"}, set.Row{Visit, "结对探访"},
	set.Row{RollCall, "活动点名"}, set.Row{Move, "接单、退单"}, set.Row{SurveyAnswer, "走访表"}, set.Row{HomeVisit, "走访结果"},
	set.Row{Unknown, "认不出的事"})

// Verdicts. A repeated action that was done is answered as Duplicate.
const (
	Done      = "done"
	Conflict  = "conflict"
	Refused   = "refused"
	Duplicate = "duplicate"
)

var verdicts = set.New("offline_action.verdict", set.Row{Done, "收下了", "done"}, set.Row{Conflict, "和现在的情况对不上", "ask"},
	set.Row{Refused, "没有收下", "alarm"})

// States of an item at the desk.
const (
	Settled = "settled"
	Waiting = "waiting"
	Adopted = "adopted"
	Aside   = "aside"
)

var states = set.New("offline_action.state", set.Row{Settled, "没有交给站点"}, set.Row{Waiting, "等站点处理", "wait"},
	set.Row{Adopted, "已补记", "done"}, set.Row{Aside, "没有采用"})

// How far the clock of a device fits ours, by what it says itself: its time of the action, and how long ago it was.
const (
	Fits       = "fits"
	Off        = "off"
	Unmeasured = "unmeasured"
)

var clocks = set.New("offline_action.clock", set.Row{Fits, "手机的钟准"}, set.Row{Off, "手机的钟不准，时间已按过了多久推算"},
	set.Row{Unmeasured, "没有量过手机的钟"})

// Item is one action as it was taken.
type Item struct {
	ID          db.ID       `json:"id"`
	Version     int64       `json:"version"`
	Region      auth.Region `json:"region"`
	AccountID   db.ID       `json:"-" db:",once"`
	PersonID    db.ID       `json:"person_id" db:",once"`
	Name        string      `json:"name" db:",read"`
	Device      string      `json:"-"`
	UUID        string      `json:"uuid" db:"uuid,once"`
	Counter     int64       `json:"counter" db:",once"`
	Kind        string      `json:"kind" set:"offline_action.kind" db:",once"`
	ObjectID    db.ID       `json:"object_id" db:",once" doc:"哪一单、哪个结对、哪场活动、走访的哪一户，走访表是问的谁"`
	BaseVersion int64       `json:"base_version" db:",once"`
	MadeVersion int64       `json:"-"`
	DeviceAt    *time.Time  `json:"device_at" db:",once" doc:"手机上的时间"`
	HappenedAt  *time.Time  `json:"happened_at" db:",once" doc:"钟不准的，按过了多久推算"`
	SkewMS      int64       `json:"skew_ms" db:"skew_ms,once" doc:"手机的钟比服务器快多少毫秒"`
	Clock       string      `json:"clock" set:"offline_action.clock" db:",once"`
	ReceivedAt  time.Time   `json:"received_at" db:",once"`
	Hash        []byte      `json:"-" db:",once"`
	Raw         []byte      `json:"-"`
	Verdict     string      `json:"verdict" set:"offline_action.verdict"`
	Words       string      `json:"words"`
	State       string      `json:"state" set:"offline_action.state"`
	HandedAt    *time.Time  `json:"handed_at"`
	DecidedAt   *time.Time  `json:"decided_at"`
	DecidedBy   string      `json:"decided_by"`
	Reason      string      `json:"reason" doc:"怎样补记的，或者为什么不采用"`
}

func (it Item) place() auth.Place {
	return auth.Place{Region: it.Region, Persons: []db.ID{it.PersonID}}
}

// hand gives the item to the place, where somebody looks at it.
func (it *Item) hand(now time.Time) { it.State, it.HandedAt = Waiting, &now }

var items = act.Kind[Item]{Object: "offline_action", View: View, Table: table,
	Load:  func(ctx context.Context, tx *db.Tx, id db.ID) (Item, error) { return byID.Get(ctx, tx, id) },
	Make:  enter,
	Place: Item.place, State: func(it Item) string { return it.State }, Word: states.Word,
	Names: func(it Item) []string { return []string{it.Name} },
	Trail: func(_, now Item) map[string]any {
		return map[string]any{"kind": now.Kind, "verdict": now.Verdict, "state": now.State, "clock": now.Clock}
	}}

// errBefore ends the taking of an action that was taken before.
var errBefore = errors.New("offline: taken before")

// enter writes the row of an action, once. Another request that takes it at the same time is waited for.
func enter(ctx context.Context, tx *db.Tx, it *Item) error {
	fresh, err := table.Add(ctx, tx, *it)
	if err == nil && !fresh {
		err = errBefore
	}
	return err
}

// Service holds the operations.
type Service struct {
	db      *db.DB
	keys    *seal.Keys
	persons *person.Service
	Areas
}

// Areas are what the actions are about.
type Areas struct {
	Orders     *order.Service
	Attendance *attendance.Service
	Pairings   *pairing.Service
	Activities *activity.Service
	Surveys    *survey.Service
	Homes      *homevisit.Service
}

// New makes the service.
func New(d *db.DB, keys *seal.Keys, persons *person.Service, areas Areas) *Service {
	return &Service{d, keys, persons, areas}
}

// rawAt binds what was sent to its row.
func rawAt(id db.ID) string { return seal.At("offline_action", "raw", int64(id)) }

// canonical is an id as it is kept: a UUID in small letters; "" for anything else.
func canonical(id string) string {
	id = strings.ToLower(id)
	if len(id) != 36 {
		return ""
	}
	for i, r := range id {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (r == '-') || !dash && !strings.ContainsRune("0123456789abcdef", r) {
			return ""
		}
	}
	return id
}
