// Package platforms hands records over to the platforms of the plan (全国志愿服务信息系统、志愿北疆、新时代文明实践中心平台、志愿云内蒙古) as batches
// of reach/batch, and keeps the ledger of what went to whom on which ground. How a platform takes files is not published: a batch is
// taken out here, brought there by a person, and its receipt is brought back here.
//
// Whom the law does not oblige to be reported (民政部令第67号 art. 4: the national system) goes to a platform only with his own consent.
// Names of those served never leave: what an order was called, where it was and what its rating said stay here.
//
// Nouns: batch, item, receipt, ledger. Verbs: Make, File, Sent, Withdraw, Receive, Ledger.
package platforms

import (
	"context"
	"strings"
	"time"

	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
	"linli/internal/platform/set"
	"linli/internal/reach/batch"
)

// Permissions: View is seeing batches and the ledger, Send making batches, taking them out and bringing back receipts.
const (
	View auth.Perm = "platforms.view"
	Send auth.Perm = "platforms.send"
)

// States of a batch.
const (
	Queued    = "queued"
	Given     = "sent"
	Received  = "received"
	Partly    = "partly"
	Refused   = "refused"
	Withdrawn = "withdrawn"
)

// The closed sets of the area.
var (
	Targets = set.New("platform_batch.platform", batch.Platforms.Rows()[:4]...)
	States  = set.New("platform_batch.state", set.Row{Queued, "待报送", "wait"}, set.Row{Given, "已报送，等回执", "sent"},
		set.Row{Received, "已收下", "done"},
		set.Row{Partly, "部分收下", "wait"}, set.Row{Refused, "没有收下", "alarm"}, set.Row{Withdrawn, "已撤回", ""})
	Kinds = set.New("platform_item.kind", set.Row{batch.Person, "个人基本信息"}, set.Row{batch.Service, "志愿服务情况"},
		set.Row{batch.Training, "培训情况"}, set.Row{batch.Commendation, "表彰奖励"}, set.Row{batch.Evaluation, "评价情况"})
	Grounds    = set.New("platform_item.ground", set.Row{"law", "依法报送"}, set.Row{"consent", "本人同意"})
	ItemStates = set.New("platform_item.state", set.Row{"waits", "等回执", "sent"}, set.Row{"received", "已收下", "done"},
		set.Row{"refused", "没有收下", "alarm"}, set.Row{"withdrawn", "已撤回", ""})
)

// Batch is what goes to one platform at once.
type Batch struct {
	ID            db.ID       `json:"id"`
	Version       int64       `json:"version"`
	Region        auth.Region `json:"region" db:",once"`
	Platform      string      `json:"platform" db:",once"`
	Number        string      `json:"number" db:",once" doc:"批次编号，回执凭它认"`
	Installation  string      `json:"installation" db:",once"`
	Unit          string      `json:"unit" db:",once"`
	FromDay       clock.Day   `json:"from" db:",once"`
	ToDay         clock.Day   `json:"to" db:",once"`
	Persons       int64       `json:"persons"`
	Services      int64       `json:"services"`
	Trainings     int64       `json:"trainings"`
	Commendations int64       `json:"commendations"`
	Evaluations   int64       `json:"evaluations"`
	State         string      `json:"state"`
	MadeBy        db.ID       `json:"-" db:",once"`
	ByName        string      `json:"by_name"`
	MadeAt        time.Time   `json:"made_at" db:",once"`
	SentDay       clock.Day   `json:"sent_day"`
	AnsweredAt    *time.Time  `json:"answered_at"`
	Reason        string      `json:"reason"`
}

func (b Batch) place() auth.Place { return auth.Place{Region: b.Region} }

// Open says that the platform's answer is still to come.
func (b Batch) Open() bool { return b.State == Queued || b.State == Given }

// Lines is how many items the batch has.
func (b Batch) Lines() int64 {
	return b.Persons + b.Services + b.Trainings + b.Commendations + b.Evaluations
}

// item is one line of a batch, and of the ledger.
type item struct {
	BatchID  db.ID `db:",once"`
	Kind     string
	ObjectID db.ID
	Platform string
	Region   auth.Region
	PersonID db.ID
	Hash     string
	Ground   string
	State    string
	Reason   string
	Line     []byte
	At       time.Time
}

func lineAt(batch db.ID, kind string, object db.ID) string {
	return seal.At("platform_item", batch.String()+"/"+kind, int64(object))
}

// Service holds the operations.
type Service struct {
	db      *db.DB
	keys    *seal.Keys
	persons *person.Service
	batches act.Kind[Batch]
}

// New makes the service.
func New(d *db.DB, keys *seal.Keys, persons *person.Service) *Service {
	return &Service{db: d, keys: keys, persons: persons, batches: act.Kind[Batch]{Object: "platform_batch", View: View,
		Table: batchTable, Place: Batch.place, State: func(b Batch) string { return b.State }, Word: States.Word,
		Trail: func(_, now Batch) map[string]any {
			return map[string]any{"platform": now.Platform, "number": now.Number, "state": now.State, "lines": now.Lines()}
		}}}
}

// MakeInput asks for a batch of what is new or changed in a division since the platform last took something.
type MakeInput struct {
	Platform string      `path:"platform" set:"platform_batch.platform" maxLength:"12"`
	Region   auth.Region `json:"region" doc:"哪个地区的"`
	From     clock.Day   `json:"from" doc:"从哪天的服务起"`
	To       clock.Day   `json:"to"`
}

func (in MakeInput) check(today clock.Day) error {
	c := errs.Check{}
	c.That(Targets.Has(in.Platform), "platform", "没有这个平台")
	c.That(in.From != 0, "from", "请填写从哪天起")
	c.That(in.From <= in.To, "to", "止要不早于起")
	c.That(in.To <= today, "to", "还没有到这一天")
	return c.Err()
}

// Make puts a batch together. One batch of a platform and place waits for its answer at a time, so that nothing goes twice.
func (s *Service) Make(ctx context.Context, in MakeInput) (Batch, error) {
	op := act.Op{Perm: Send, Action: "platforms.make", Check: func() error { return in.check(clock.Today(ctx)) }}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (b Batch, err error) {
		if err := auth.Require(ctx, Send, Send, auth.Place{Region: in.Region}); err != nil {
			return b, err
		}
		if _, err := oneAtATime.One(ctx, tx, region.Top); err != nil {
			return b, err
		}
		open, err := openOf.All(ctx, tx, in.Platform)
		if err != nil {
			return b, err
		}
		for _, o := range open {
			if o.Region.Contains(in.Region) || in.Region.Contains(o.Region) {
				return b, errs.New(errs.Conflict, "conflict", "批次 "+o.Number+" 还在等回执，有了回执或者撤回以后再报")
			}
		}
		id := tx.NewID()
		b = Batch{ID: id, Version: 1, Region: in.Region, Platform: in.Platform, FromDay: in.From, ToDay: in.To,
			State: Queued, MadeBy: auth.From(ctx).Account, ByName: auth.From(ctx).Name, MadeAt: tx.Now.In(clock.Shanghai).Truncate(time.Second)}
		if b.Installation, err = Installation(ctx, tx); err != nil {
			return b, err
		}
		b.Number = strings.Join([]string{b.Installation, clock.DayOf(tx.Now).String(), id.String()}, "-")
		if b.Unit, err = unitOf(ctx, tx, in.Region); err != nil {
			return b, err
		}
		b.Unit = clip(b.Unit, 80)
		items, err := s.collect(ctx, tx, &b)
		if err != nil {
			return b, err
		}
		if len(items) == 0 {
			return b, errs.New(errs.Conflict, "conflict", "没有要报的：从上次收下以来没有新的，也没有改动"+consentHint(in.Platform))
		}
		for _, i := range items {
			*b.count(i.Kind)++
		}
		if err := s.batches.Enter(ctx, tx, op, &b); err != nil {
			return b, err
		}
		return b, itemTable.InsertAll(ctx, tx, items)
	})
}

func (b *Batch) count(kind string) *int64 {
	return map[string]*int64{batch.Person: &b.Persons, batch.Service: &b.Services, batch.Training: &b.Trainings,
		batch.Commendation: &b.Commendations, batch.Evaluation: &b.Evaluations}[kind]
}

func consentHint(platform string) string {
	if groundOf(platform) == "consent" {
		return "；没有本人同意“" + person.PurposeWord(person.PurposeExchange) + "”的不报"
	}
	return ""
}

// groundOf is on which ground somebody's records go to a platform.
func groundOf(platform string) string {
	if platform == "national" {
		return "law"
	}
	return "consent"
}

func clip(s string, most int) string {
	r := []rune(s)
	return string(r[:min(len(r), most)])
}
