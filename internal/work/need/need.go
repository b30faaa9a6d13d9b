// Package need is the register of what people need (需求登记): who, of which key groups, what, how urgent, who sees to it and until when;
// and what became of it: an order, a project, a pairing, or a word why not.
//
// Nouns: need, step (what was done about it). Verbs: add, take, follow, meet, decline, to order, to project, to pairing.
//
// Of which key groups somebody is stays sealed in his entry: a need keeps the groups as a keyed blind index alone, by which it is found
// and counted. A need that becomes something else does so in one step and one transaction, through the operation of the other area.
package need

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
	"linli/internal/work/order"
	"linli/internal/work/pairing"
	"linli/internal/work/project"
)

// Permissions.
const (
	View    auth.Perm = "need.view"
	Keep    auth.Perm = "need.keep"
	Figures auth.Perm = "need.figures"
)

// States of a need.
const (
	Open     = "open"
	InHand   = "in_hand"
	Met      = "met"
	Declined = "declined"
)

var (
	states = set.New("need.state", set.Row{Open, "没人管", "alarm"}, set.Row{InHand, "有人在办", "work"}, set.Row{Met, "办到了", "done"},
		set.Row{Declined, "办不了"})
	kinds = set.New("need.kind", set.Row{"daily", "生活照料"}, set.Row{"medical", "看病吃药"}, set.Row{"housing", "住房取暖"},
		set.Row{"money", "钱和物"}, set.Row{"company", "陪伴说话"}, set.Row{"education", "上学看孩子"}, set.Row{"work", "就业增收"},
		set.Row{"legal", "政策法律"}, set.Row{"other", "别的"})
	urgencies = set.New("need.urgency", set.Row{"urgent", "急，今天就办", "alarm"}, set.Row{"soon", "尽快", "wait"}, set.Row{"normal", "不急"})
	sources   = set.New("need.source", set.Row{"visit", "走访"}, set.Row{"survey", "问卷"}, set.Row{"desk", "到站"}, set.Row{"phone", "电话"},
		set.Row{"superior", "上级转办"}, set.Row{"other", "别的"})
)

// within is how many days the owner has at most before he looks at a need again, by urgency: a convention of this system.
var within = map[string]int{"urgent": 1, "soon": 7, "normal": 30}

// Need is one line of the register.
type Need struct {
	ID        db.ID       `json:"id"`
	Version   int64       `json:"version"`
	Region    auth.Region `json:"region"`
	PersonID  db.ID       `json:"person_id"`
	Name      string      `json:"name" db:",read"`
	Kind      string      `json:"kind" set:"need.kind"`
	Content   string      `json:"content"`
	Urgency   string      `json:"urgency" set:"need.urgency"`
	Source    string      `json:"source" set:"need.source" db:",once"`
	SourceID  db.ID       `json:"source_id" db:",once" doc:"从哪次走访、哪份答卷来"`
	State     string      `json:"state" set:"need.state"`
	OwnerID   db.ID       `json:"-"`
	Owner     string      `json:"owner" doc:"谁管"`
	FollowDay clock.Day   `json:"follow_day" doc:"最晚哪天再看一次"`
	Result    string      `json:"result" doc:"办到了怎样，办不了为什么"`
	OrderID   db.ID       `json:"order_id"`
	ProjectID db.ID       `json:"project_id"`
	PairingID db.ID       `json:"pairing_id"`
	MadeBy    string      `json:"made_by" db:",once"`
	MadeAt    time.Time   `json:"made_at" db:",once"`
	EndedDay  clock.Day   `json:"ended_day"`
}

func (n Need) place() auth.Place { return auth.Place{Region: n.Region} }

// group is a key group of a need, which nobody can read without the keys.
type group struct {
	NeedID db.ID
	Blind  []byte
}

// Step is what was done about a need.
type Step struct {
	ID     db.ID     `json:"-"`
	NeedID db.ID     `json:"-"`
	At     time.Time `json:"at"`
	ByName string    `json:"by_name"`
	Text   string    `json:"text"`
}

// Service holds the operations.
type Service struct {
	db       *db.DB
	keys     *seal.Keys
	persons  *person.Service
	orders   *order.Service
	projects *project.Service
	pairings *pairing.Service
	needs    act.Kind[Need]
}

// New makes the service.
func New(d *db.DB, keys *seal.Keys, persons *person.Service, orders *order.Service, projects *project.Service,
	pairings *pairing.Service) *Service {
	s := &Service{db: d, keys: keys, persons: persons, orders: orders, projects: projects, pairings: pairings}
	s.needs = act.Kind[Need]{Object: "need", View: View, Table: table, Load: load, Lock: true, Place: Need.place, Word: states.Word,
		State: func(n Need) string { return n.State }, Names: func(n Need) []string { return []string{n.Name} },
		Trail: func(was, now Need) map[string]any { return map[string]any{"from": was.State, "to": now.State} }}
	return s
}

func load(ctx context.Context, tx *db.Tx, id db.ID) (Need, error) { return byID.Get(ctx, tx, id) }

// blind is the index of a key group in this register.
func (s *Service) blind(code string) []byte { return s.keys.Blind("need_group", code) }
