// Package timebank keeps 时间银行: who serves saves minutes, to be helped himself when he is old, to give them to his old parents, or to
// give them away. Minutes in the bank are apart from service minutes, which no spending ever shrinks. There is no cash in it. A banner
// opens its bank by itself, under a name of its own; until then there is none.
//
// Who sells minutes would have to make somebody a relative: that is seen by the desk and again by an independent person. What the desk
// does in somebody's place waits for a second person as well. Minutes come in through counted service records alone.
//
// Nouns: bank, rule, member, application (what waits for a second person or is done), deposit, order paid in time. Verbs: Switch,
// SetRule; Join, Leave; Transfer, EnterKin, Approve, Refuse; Hold, Settle, Release; PayInTime, TakeBack; subscribers of record and order.
package timebank

import (
	"context"
	"time"

	"linli/internal/civic/person"
	"linli/internal/civic/proof"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/ledger"
	"linli/internal/platform/set"
)

// Permissions: one's own account, seeing accounts, doing something in another's place, being the second person, opening the bank and
// its rules, the tables.
const (
	Own    auth.Perm = "timebank.own"
	View   auth.Perm = "timebank.view"
	Desk   auth.Perm = "timebank.desk"
	Second auth.Perm = "timebank.second"
	Manage auth.Perm = "timebank.manage"
	Tables auth.Perm = "timebank.tables"
)

// Bank is the time bank of a banner.
type Bank struct {
	ID       db.ID       `json:"id"`
	Version  int64       `json:"version"`
	Region   auth.Region `json:"region" db:",once"`
	Open     bool        `json:"on"`
	Name     string      `json:"name"`
	SinceDay clock.Day   `json:"since" db:",once" doc:"这一天起计入的服务可以存"`
	IssueID  db.ID       `json:"-" db:",once"`
	PoolID   db.ID       `json:"-" db:",once"`
	At       time.Time   `json:"-" db:",once"`
}

func (b Bank) place() auth.Place { return auth.Place{Region: b.Region} }

// Terms are what may be set of a bank.
type Terms struct {
	EarnAge   int64 `json:"earn_age" minimum:"14" maximum:"100" default:"18" doc:"满多少周岁的志愿者可以存"`
	Cap       int64 `json:"cap" minimum:"60" maximum:"600000" default:"90000" doc:"个人账户最多多少分钟，多出来的进互助池"`
	SpendAge  int64 `json:"spend_age" minimum:"18" maximum:"100" default:"60" doc:"满多少周岁可以用时间抵"`
	GiveAge   int64 `json:"give_age" minimum:"18" maximum:"100" default:"60" doc:"满多少周岁的配偶、直系亲属可以受赠"`
	MonthMost int64 `json:"month_most" minimum:"0" maximum:"600000" default:"0" doc:"一人一个月最多用多少分钟；0 为不限"`
	Inherit   bool  `json:"inherit" doc:"本人去世后可以由配偶、直系亲属继承；不可以的进互助池"`
}

// Rule is a version of the terms, in force from a day on.
type Rule struct {
	ID      db.ID     `json:"id"`
	BankID  db.ID     `json:"-"`
	No      int64     `json:"no"`
	FromDay clock.Day `json:"from"`
	Terms
	Note   string    `json:"note"`
	ByName string    `json:"by"`
	At     time.Time `json:"at"`
}

// What a bank begins with; this system's own convention.
var usual = Terms{EarnAge: 18, Cap: 90_000, SpendAge: 60, GiveAge: 60}

// States of a member.
const (
	Belongs = "member"
	Left    = "left"
)

// MemberStates are those of a member, as people see them.
var MemberStates = set.New("timebank_member.state", set.Row{Belongs, "在册", "done"}, set.Row{Left, "已退出"})

// Member is a person with an account.
type Member struct {
	ID        db.ID       `json:"-"`
	Version   int64       `json:"version"`
	BankID    db.ID       `json:"-"`
	PersonID  db.ID       `json:"person_id"`
	Region    auth.Region `json:"region" db:",once"`
	AccountID db.ID       `json:"-" db:",once"`
	OwedID    db.ID       `json:"-" db:",once"`
	State     string      `json:"state" set:"timebank_member.state"`
	At        time.Time   `json:"since" db:",once"`
}

// Codes of transfers, as the statement says them.
const (
	earned   = "earned"
	reversed = "reversed"
	relative = "relative"
	donation = "donation"
	grant    = "grant"
	inherit  = "inherit"
	spent    = "spent"
	refund   = "refund"
	merged   = "merged"
)

var codeWords = map[string][2]string{ // what came in, what went out
	earned: {"服务存入", "超过上限，进互助池"}, reversed: {"更正", "更正服务记录，收回"}, relative: {"亲属赠与", "赠与亲属"}, donation: {"捐赠", "捐给互助池"},
	grant: {"互助池帮扶", "互助池帮扶"}, inherit: {"继承", "由亲属继承"}, spent: {"用时间抵", "用时间抵"}, refund: {"退回", "退回"}, merged: {"登记合并", "登记合并"}}

// Service holds the operations.
type Service struct {
	db      *db.DB
	persons *person.Service
}

// New makes the service.
func New(d *db.DB, persons *person.Service) *Service { return &Service{d, persons} }

var errShut = errs.WrongState("本旗县区没有开办，或者已经停办")

// bankAt gives the bank of the banner that a division lies in, open or not.
func bankAt(ctx context.Context, tx *db.Tx, at auth.Region) (Bank, error) {
	b, ok, err := db.Found(bankOf.One(ctx, tx, at.At(auth.LevelBanner)))
	if err == nil && !ok {
		err = errShut
	}
	return b, err
}

// shut says that the banner where the actor serves has no open bank; "" where it has, and for who serves above the banners.
func shut(ctx context.Context, tx *db.Tx) (string, error) {
	at := auth.From(ctx).Seat()
	if at.Level() < auth.LevelBanner {
		return "", nil
	}
	b, there, err := db.Found(bankOf.One(ctx, tx, at.At(auth.LevelBanner)))
	switch {
	case err != nil || there && b.Open:
		return "", err
	case there:
		return "本旗县区已经停办时间账户，各人存下的不变", nil
	}
	return "本旗县区还没有开办时间账户，由旗县区主管部门开办", nil
}

// opened gives an open bank with the rule of the day.
func opened(ctx context.Context, tx *db.Tx, at auth.Region) (Bank, Rule, error) {
	b, err := bankAt(ctx, tx, at)
	if err == nil && !b.Open {
		err = errShut
	}
	if err != nil {
		return b, Rule{}, err
	}
	r, err := ruleOn.One(ctx, tx, b.ID, int64(clock.DayOf(tx.Now)))
	return b, r, err
}

// memberOf gives a person's membership, false where he has none.
func memberOf(ctx context.Context, tx *db.Tx, id db.ID) (Member, bool, error) {
	return db.Found(ofPerson.One(ctx, tx, id))
}

// enrol gives a person's membership, and makes it where there is none.
func enrol(ctx context.Context, tx *db.Tx, b Bank, r Rule, p person.Person) (Member, bool, error) {
	m, there, err := memberOf(ctx, tx, p.ID)
	if err != nil || there {
		return m, false, err
	}
	a, err := ledger.Open(ctx, tx, ledger.Minutes, accountKind, b.Region, ledger.Within(0, r.Cap))
	if err != nil {
		return m, false, err
	}
	owed, err := ledger.Open(ctx, tx, ledger.Minutes, owedKind, b.Region, ledger.Below(0))
	if err != nil {
		return m, false, err
	}
	m = Member{ID: tx.NewID(), Version: 1, BankID: b.ID, PersonID: p.ID, Region: p.Region, AccountID: a.ID, OwedID: owed.ID, State: Belongs,
		At: tx.Now}
	fresh, err := members.Add(ctx, tx, m)
	if err == nil && !fresh { // at the same moment by another
		err = errs.ErrStale
	}
	return m, true, err
}

// apart refuses the actor where the minutes are his or his kin's, or he is not independent of who came before.
func (s *Service) apart(ctx context.Context, tx *db.Tx, whose, beside db.ID, before ...db.ID) error {
	return proof.Now(tx, s.persons).Apart(ctx, proof.Hands{For: whose, Beside: []db.ID{beside}, First: before})
}

// speaks says whether it is the person himself who acts, on an account that is his word alone.
func (s *Service) speaks(ctx context.Context, tx *db.Tx, person db.ID) (bool, error) {
	return proof.Now(tx, s.persons).Speaks(ctx, person)
}

// who names a member of staff, and nobody else: a person's own doing is his own.
func who(ctx context.Context) string {
	if a := auth.From(ctx); a.System != "" || a.Seat() != 0 {
		return a.Name
	}
	return "本人"
}
