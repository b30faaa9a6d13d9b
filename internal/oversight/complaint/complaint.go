// Package complaint is what people complain of (投诉建议): fees, forced service, false hours, privacy, manners. Nobody need say who he is: a
// receipt is the only key, no account is kept with it, and the level above those whom it concerns decides.
//
// A service record that is complained of goes into no certificate while somebody not concerned looks into it.
//
// Nouns: complaint, receipt, step. Verbs: make, accept, ask, freeze, release, transfer, answer; with the receipt: follow, add, request
// review.
package complaint

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/oversight/inspection"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
	"linli/internal/platform/seal"
	"linli/internal/proof/record"
)

// Permissions.
const (
	Make   auth.Perm = "complaint.make"   // anyone, and following one's own by its receipt
	View   auth.Perm = "complaint.view"   // officers of the division that holds it, and above
	Handle auth.Perm = "complaint.handle" // officers of just that division
)

// States of a complaint.
const (
	Received    = "received"
	Accepted    = "accepted"
	Answered    = "answered"
	Reviewing   = "reviewing"
	Closed      = "closed"
	Transferred = "transferred"
)

// Days within which a review may be asked for and is answered, and in which a body that a complaint was passed to finishes: 信访工作条例
// (2022) articles 35 and 34. They bind state organs; between volunteers this system takes them as its model.
const (
	reviewDays = 30
	finishDays = 60
)

// Complaint is one as those see it who deal with it. Who made it is not in it, unless he left a way to reach him.
type Complaint struct {
	ID         db.ID       `json:"id"`
	Version    int64       `json:"version"`
	Receipt    []byte      `json:"-" db:",once"` // keyed digest
	Region     auth.Region `json:"region" doc:"由哪一级办理"`
	Place      auth.Region `json:"place" db:",once" doc:"投诉的是哪里"`
	Kind       string      `json:"kind" db:",once"`
	About      string      `json:"about" db:",once"`
	Channel    string      `json:"channel" db:",once"`
	Body       []byte      `json:"-" db:",once"`
	Contact    []byte      `json:"-" db:",once"`
	State      string      `json:"state"`
	Outcome    string      `json:"outcome" doc:"没有答复时为空"`
	DueDay     clock.Day   `json:"due_day" doc:"现在这一步的期限；没有时为空"`
	ReviewDay  clock.Day   `json:"review_day" doc:"可以要求复核到哪一天（含）；没有时为空"`
	Steps      int64       `json:"-"`
	AnsweredBy int64       `json:"-"` // account
	Reminded   clock.Day   `json:"-"` // the due day that was reminded of
	MadeAt     time.Time   `json:"made_at" db:",once" doc:"只记到日"`
}

func (c Complaint) overdue(today clock.Day) bool {
	return c.DueDay != 0 && c.DueDay < today && (c.State == Received || c.State == Accepted || c.State == Reviewing)
}

// Step is something that was said or done; what Shown says is read by the complainant too.
type Step struct {
	ComplaintID db.ID     `json:"-"`
	N           int64     `json:"-"`
	Action      string    `json:"action"`
	Level       string    `json:"level" doc:"哪一级；投诉人的为空"`
	Body        []byte    `json:"-"`
	Text        string    `json:"text" db:"-"`
	ByName      string    `json:"by_name,omitempty"`
	Shown       bool      `json:"shown"`
	Day         clock.Day `json:"day"`
}

// Service holds the operations.
type Service struct {
	db      *db.DB
	keys    *seal.Keys
	records *record.Service
	kind    act.Kind[Complaint]
}

// New makes the service.
func New(d *db.DB, keys *seal.Keys, records *record.Service) *Service {
	return &Service{d, keys, records, act.Kind[Complaint]{Object: "complaint", View: View, Table: table, Word: states.Word,
		Place: func(c Complaint) auth.Place { return auth.Place{Region: c.Region} },
		State: func(c Complaint) string { return c.State },
		Trail: func(was, now Complaint) map[string]any { return map[string]any{"from": was.State, "to": now.State} }}}
}

func bodyAt(id db.ID) string    { return seal.At("complaint", "body", int64(id)) }
func contactAt(id db.ID) string { return seal.At("complaint", "contact", int64(id)) }
func stepAt(id db.ID, n int64) string {
	return fmt.Sprintf("%s/%d", seal.At("complaint_step", "body", int64(id)), n)
}
func (s *Service) blind(r string) []byte { return s.keys.Blind("complaint", r) }

// MakeInput is a complaint. Anonymous ones leave no way to be reached.
type MakeInput struct {
	Kind      string      `json:"kind" set:"complaint.kind"`
	About     string      `json:"about" set:"complaint.about" default:"station" doc:"投诉的是谁；由上一级办理"`
	Region    auth.Region `json:"region" doc:"投诉的是哪里：嘎查村（社区）或者上级的区划代码"`
	Text      string      `json:"text" minLength:"1" maxLength:"2000" doc:"什么时候、在哪里、什么事；不用写自己是谁"`
	Anonymous bool        `json:"anonymous" required:"false" doc:"不留联系方式"`
	Contact   string      `json:"contact" required:"false" maxLength:"100" doc:"怎样找到您：电话或者别的；不匿名的要留"`
	Channel   string      `json:"channel" set:"complaint.channel" default:"web" doc:"自己提的为 web；站里代录的写怎么来的"`
}

func (in MakeInput) check() error {
	c := errs.Check{}
	c.That(strings.TrimSpace(in.Text) != "", "text", "请写明是什么事")
	c.That(!in.Anonymous || in.Contact == "", "contact", "匿名的不留联系方式；要留就不选匿名")
	c.That(in.Anonymous || strings.TrimSpace(in.Contact) != "", "contact", "请留联系方式，或者选匿名")
	return c.Err()
}

// Made is a new complaint: the receipt is told this once.
type Made struct {
	Receipt string    `json:"receipt" doc:"查进度、补充、要求复核的唯一凭证，请抄下来"`
	DueDay  clock.Day `json:"due_day" doc:"最晚哪一天告诉您是否受理"`
}

// Make takes a complaint from anybody. No account, address or device is kept with it, and of the time only the day, though the trail has
// its moment; the route drops who is signed in (web.Nobody).
func (s *Service) Make(ctx context.Context, in MakeInput) (Made, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Make, Action: "complaint.made", Check: in.check}, func(tx *db.Tx) (out Made, err error) {
		d, err := region.Get(ctx, tx, in.Region)
		if errs.KindOf(err) == errs.NotFound || err == nil && !d.InForce() {
			return out, errs.Field("region", "没有这个地方")
		}
		if err != nil {
			return out, err
		}
		out.Receipt = NewReceipt()
		today := clock.DayOf(tx.Now)
		c := Complaint{ID: NewID(), Version: 1, Receipt: s.blind(out.Receipt), Region: holder(in.About, in.Region), Place: in.Region,
			Kind: in.Kind, About: in.About, Channel: in.Channel, State: Received, MadeAt: today.Time()}
		c.Body, c.Contact = s.keys.SealText(in.Text, bodyAt(c.ID)), s.keys.SealText(in.Contact, contactAt(c.ID))
		if c.DueDay, err = workingDays(ctx, tx, setting.ComplaintAccept, c.Region); err != nil {
			return out, err
		}
		out.DueDay = c.DueDay
		if err := s.kind.Enter(ctx, tx, act.Op{Action: "complaint.made"}, &c); err != nil {
			return out, err
		}
		return out, tell(ctx, tx, c, "有一件新的投诉建议，请受理")
	})
}

// holder is the division that decides: the one above those whom it is about.
func holder(about string, at auth.Region) auth.Region {
	level := map[string]int{aboutTown: auth.LevelBanner, aboutBanner: auth.LevelLeague, aboutLeague: auth.LevelRegion}[about]
	if level == 0 {
		level = auth.LevelTown
	}
	return at.At(min(level, at.Level()))
}

// NewReceipt is a receipt: 15 digits, read aloud and typed without a mistake.
func NewReceipt() string {
	return fmt.Sprintf("%015d", uint64(NewID())%1_000_000_000_000_000)
}

// NewID is an id that does not say when it was given, as those of other things do: it would lead from an anonymous complaint to who was
// at work at that moment.
func NewID() db.ID {
	var b [8]byte
	rand.Read(b[:]) // never fails
	return db.ID(binary.BigEndian.Uint64(b[:])>>2 | 1)
}

// workingDays is the day until which the step is due: this system's own convention, a setting.
func workingDays(ctx context.Context, tx *db.Tx, key setting.Key, at auth.Region) (clock.Day, error) {
	n, err := setting.Int(ctx, tx, key, at)
	if err != nil {
		return 0, err
	}
	return setting.AddWorkingDays(ctx, tx, clock.DayOf(tx.Now), n)
}

// tell leaves word with the officers who hold it; nothing of what it says goes into a message.
func tell(ctx context.Context, tx *db.Tx, c Complaint, title string) error {
	return inspection.NotifyOfficers(ctx, tx, c.Region, notify.Message{Title: title, Text: kinds.Word(c.Kind), Link: at(c.ID)})
}

// step writes down what was said or done, by a level or, where that is empty, by the complainant. c keeps the count, so that two cannot
// take the same number.
func (s *Service) step(ctx context.Context, tx *db.Tx, c *Complaint, x Step) error {
	c.Steps++
	x.ComplaintID, x.N, x.ByName, x.Day = c.ID, c.Steps, auth.From(ctx).Name, clock.DayOf(tx.Now)
	x.Body = s.keys.SealText(x.Text, stepAt(c.ID, c.Steps))
	return stepTable.Insert(ctx, tx, x)
}
