// Package enrol holds people whom somebody else registered, a school or a unit by a list (替人登记): nobody of them is anywhere in the system
// before he agrees himself, and who does not in time is reduced to a count.
//
// Nouns: group (what one hand handed in for one unit on one day), enrolment, slip. Verbs: enter, claim (by the code of a slip), accept
// (signed in), agree (at the desk), refuse, lapse, dispute, settle.
//
// A pending enrolment is no person: it has one sealed value with all that the list said, and no row of any other table knows of it. So it
// is in no figure, team, search or list of candidates, and no minute can be written on it. Registering is volunteer's, as for anybody.
package enrol

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"linli/internal/civic/person"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
	"linli/internal/platform/set"
)

// Permissions. Claim is agreeing by the code of a slip; Own what concerns oneself; Judge is for who neither entered nor agreed.
const (
	View  auth.Perm = "enrol.view"
	Enter auth.Perm = "enrol.enter"
	Judge auth.Perm = "enrol.judge"
	Claim auth.Perm = "enrol.claim"
	Own   auth.Perm = "enrol.own"
)

// States of an enrolment.
const (
	Pending  = "pending"
	Claimed  = "claimed"
	Disputed = "disputed"
	Settled  = "settled"
)

// Ways in which somebody agreed himself.
const (
	ByLink = "link"
	ByCode = "code"
	AtDesk = "desk"
)

var (
	states = set.New("enrolment.state", set.Row{Pending, "等本人同意", "wait"}, set.Row{Claimed, "本人同意了", "done"},
		set.Row{Disputed, "本人说没有同意", "alarm"}, set.Row{Settled, "说清楚了"})
	ways = set.New("enrolment.how", set.Row{"", "还没有同意"}, set.Row{ByLink, "本人登录同意"}, set.Row{ByCode, "凭纸条上的号码同意"},
		set.Row{AtDesk, "到站当面同意"})
)

// Group is what one hand handed in for one unit on one day.
type Group struct {
	ID        db.ID       `json:"id"`
	Region    auth.Region `json:"region" db:",once"`
	StationID db.ID       `json:"station_id" db:",once"`
	Unit      string      `json:"unit" db:",once" doc:"哪个单位、学校"`
	MadeBy    db.ID       `json:"-" db:",once"`
	ByName    string      `json:"by_name" db:",once" doc:"谁交进来的"`
	MadeAt    time.Time   `json:"made_at" db:",once"`
	MadeDay   clock.Day   `json:"made_day" db:",once"`
	Lapsed    int64       `json:"lapsed" doc:"过期删去的人数"`
	Refused   int64       `json:"refused" doc:"本人不同意、删去的人数"`
	Version   int64       `json:"version"`

	Pending int64 `json:"pending" db:",read" doc:"等本人同意的人数"`
	Claimed int64 `json:"claimed" db:",read" doc:"本人同意了的人数"`
}

func (g Group) at() auth.Place { return auth.Place{Region: g.Region, Station: g.StationID} }

// Entry is one person of a group; who he is stands in Facts, sealed, until he agrees or the row goes.
type Entry struct {
	ID          db.ID      `json:"id"`
	GroupID     db.ID      `json:"group_id" db:",once"`
	State       string     `json:"state" set:"enrolment.state"`
	Facts       []byte     `json:"-"`
	Code        []byte     `json:"-" db:",once"`
	Phone       []byte     `json:"-"`
	DueDay      clock.Day  `json:"due_day" db:",once" doc:"过了这天本人没有同意就删去"`
	PersonID    db.ID      `json:"-"`
	VolunteerID db.ID      `json:"volunteer_id"`
	How         string     `json:"how" set:"enrolment.how"`
	AgreedAt    *time.Time `json:"agreed_at"`
	AgreedBy    db.ID      `json:"-"`
	AgreedName  string     `json:"agreed_name" doc:"当面同意的，是谁经办"`
	Objection   string     `json:"objection"`
	ObjectedAt  *time.Time `json:"objected_at"`
	Outcome     string     `json:"outcome"`
	SettledBy   db.ID      `json:"-"`
	Version     int64      `json:"version"`

	Region    auth.Region `json:"region" db:",read"`
	StationID db.ID       `json:"-" db:",read"`
	Unit      string      `json:"unit" db:",read"`
	ByName    string      `json:"by_name" db:",read"`
	MadeBy    db.ID       `json:"-" db:",read"`
	MadeAt    time.Time   `json:"made_at" db:",read"`
	Name      string      `json:"name" db:",read" doc:"同意以后的登记上的姓名"`
	Said      Facts       `json:"said" db:"-"`
	Slip      string      `json:"slip,omitempty" db:"-" doc:"纸条上的号码；只在登记时给交名单的人"`
}

func (e Entry) at() auth.Place { return auth.Place{Region: e.Region, Station: e.StationID} }

// Facts are what a list says of somebody. An identity number is not asked for.
type Facts struct {
	Name       string       `json:"name"`
	BirthDay   clock.Day    `json:"birth_day"`
	Phone      string       `json:"phone"`
	Part       string       `json:"part" doc:"班级、部门"`
	Identities person.Codes `json:"identities"`
}

// Service holds the operations.
type Service struct {
	db         *db.DB
	keys       *seal.Keys
	persons    *person.Service
	volunteers *volunteer.Service
	base       string // public address, for the codes on slips
	demo       bool
	groups     act.Kind[Group]
	entries    act.Kind[Entry] // what the station does
	own        act.Kind[Entry] // what somebody does about himself
	disputes   act.Kind[Entry]
}

// New makes the service; base is the public address, demo lets it take telephones that belong to nobody.
func New(d *db.DB, keys *seal.Keys, persons *person.Service, volunteers *volunteer.Service, base string, demo bool) *Service {
	s := &Service{db: d, keys: keys, persons: persons, volunteers: volunteers, base: base, demo: demo}
	s.groups = act.Kind[Group]{Object: "enrolment_group", View: View, Table: groupTable, Place: Group.at,
		Load: func(ctx context.Context, tx *db.Tx, id db.ID) (Group, error) { return groupByID.Get(ctx, tx, id) }, Make: begin}
	s.entries = act.Kind[Entry]{Object: "enrolment", View: View, Table: table, Lock: true, Place: Entry.at, Word: states.Word,
		Load:  func(ctx context.Context, tx *db.Tx, id db.ID) (Entry, error) { return byID.Get(ctx, tx, id) },
		State: func(e Entry) string { return e.State },
		Trail: func(was, now Entry) map[string]any {
			return map[string]any{"from": was.State, "to": now.State, "how": now.How}
		}}
	s.own, s.disputes = s.entries, s.entries
	s.own.View, s.own.Place = Own, func(e Entry) auth.Place { return auth.Place{Region: e.Region, Persons: []db.ID{e.PersonID}} }
	s.disputes.View = View
	return s
}

func factsAt(id db.ID) string { return seal.At("enrolment", "facts", int64(id)) }

// code is the number on the slip of an enrolment. It is computed, not kept: the table has what is looked for.
func (s *Service) code(id db.ID) string {
	sum := s.keys.MAC("enrolment slip", binary.BigEndian.AppendUint64(nil, uint64(id)))
	return fmt.Sprintf("%012d", binary.BigEndian.Uint64(sum)%1_000_000_000_000)
}

// mac is what the table has of a code.
func (s *Service) mac(code string) []byte { return s.keys.MAC("enrolment code", []byte(code)) }

// open reads what the list said of somebody who has not agreed yet.
func (s *Service) open(e *Entry) error {
	if e.State != Pending {
		e.Said.Name = e.Name
		return nil
	}
	plain, err := s.keys.Open(e.Facts, factsAt(e.ID))
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, &e.Said)
}
