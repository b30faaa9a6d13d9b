package timebank

import (
	"context"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/ledger"
)

// Entry is a line of an account, in people's words.
type Entry struct {
	ID      db.ID     `json:"id"`
	At      time.Time `json:"at"`
	Kind    string    `json:"kind" set:"ledger_transfer.kind"`
	Code    string    `json:"code"`
	What    string    `json:"what" doc:"这一笔是什么"`
	Minutes int64     `json:"minutes" doc:"存入为正，用出为负"`
	Balance int64     `json:"balance" doc:"这一笔以后的余额"`
}

// Relative is somebody to whom a person may give, or who may give to him.
type Relative struct {
	ID       db.ID     `json:"id"`
	PersonID db.ID     `json:"person_id"`
	Name     string    `json:"name"`
	Relation string    `json:"relation"`
	Mine     bool      `json:"-"`
	State    string    `json:"state"`
	BirthDay clock.Day `json:"-"`
}

// Word says what the relative is to the person whose page it stands on.
func (r Relative) Word() string {
	if !r.Mine {
		return Relations.Word(mirrored[r.Relation])
	}
	return Relations.Word(r.Relation)
}

// Account is everything that a person has at the bank. Entries are a page, the newest first.
type Account struct {
	PersonID     db.ID         `json:"person_id"`
	Name         string        `json:"-"`
	Bank         string        `json:"bank" doc:"本旗县区叫什么"`
	On           bool          `json:"on"`
	Joined       bool          `json:"joined"`
	State        string        `json:"state"`
	Balance      int64         `json:"balance"`
	Held         int64         `json:"held" doc:"已预留"`
	Owed         int64         `json:"owed" doc:"待补回：更正收回时已经用掉的"`
	Entries      []Entry       `json:"entries"`
	Next         *string       `json:"next"`
	Relatives    []Relative    `json:"relatives"`
	Applications []Application `json:"applications"`
	Orders       []Paid        `json:"orders"`

	Payable []Payable         `json:"-"`
	Titles  map[db.ID]Payable `json:"-"`
	Rule    Rule              `json:"-"`
	Age     int64             `json:"-"`
	Mine    bool              `json:"-"`
	desk    bool
	grant   bool
}

// Free is what may be spent or given.
func (a Account) Free() int64 { return max(a.Balance-a.Held, 0) }

// AccountInput names whose account it is.
type AccountInput struct {
	PersonID db.ID `path:"person_id"`
	db.Paging
}

// Account gives somebody's account.
func (s *Service) Account(ctx context.Context, in AccountInput) (Account, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Account, err error) {
		p, err := person.Current(ctx, tx, in.PersonID)
		if err == nil {
			err = auth.Require(ctx, View, View, auth.Place{Region: p.Region, Persons: []db.ID{p.ID}})
		}
		if err != nil {
			return out, err
		}
		return s.account(ctx, tx, p, in.Paging)
	})
}

// MineInput asks for one's own account.
type MineInput struct{ db.Paging }

// Mine gives one's own account; empty for who is in no register.
func (s *Service) Mine(ctx context.Context, in MineInput) (Account, error) {
	return act.Read(ctx, s.db, Own, func(tx *db.Tx) (out Account, err error) {
		me := auth.From(ctx).Person
		if me == 0 {
			return out, nil
		}
		p, err := person.Current(ctx, tx, me)
		if err != nil {
			return out, err
		}
		return s.account(ctx, tx, p, in.Paging)
	})
}

// account gathers what a person has; nothing but the bank's name where he has no account.
func (s *Service) account(ctx context.Context, tx *db.Tx, p person.Person, page db.Paging) (out Account, err error) {
	out = Account{PersonID: p.ID, Name: p.Name, Entries: []Entry{}, Relatives: []Relative{}, Applications: []Application{}, Orders: []Paid{},
		Age: int64(person.Age(p, clock.DayOf(tx.Now))), Mine: p.ID == auth.From(ctx).Person, Titles: map[db.ID]Payable{},
		desk: auth.Can(ctx, Desk, auth.Place{Region: p.Region})}
	b, there, err := db.Found(bankOf.One(ctx, tx, p.Region.At(auth.LevelBanner)))
	if err != nil {
		return out, err
	}
	if there {
		out.Bank, out.On = b.Name, b.Open
		if out.Rule, err = ruleOn.One(ctx, tx, b.ID, int64(clock.DayOf(tx.Now))); err != nil {
			return out, err
		}
	}
	if groups, err := s.persons.Groups(ctx, tx, p.ID); err != nil {
		return out, err
	} else if out.desk && out.On {
		out.grant = inNeed(out.Age, groups)
	}
	if auth.From(ctx).Key == nil { // who they are does not leave by a key of access
		if out.Relatives, err = nonNil(relatives.All(ctx, tx, p.ID)); err != nil {
			return out, err
		}
	}
	m, joined, err := memberOf(ctx, tx, p.ID)
	if err != nil || !joined {
		return out, err
	}
	out.Joined, out.State = true, m.State
	return out, s.fill(ctx, tx, m, page, &out)
}

// fill puts in what a member has.
func (s *Service) fill(ctx context.Context, tx *db.Tx, m Member, page db.Paging, out *Account) error {
	a, err := ledger.Get(ctx, tx, m.AccountID)
	if err != nil {
		return err
	}
	owed, err := ledger.Get(ctx, tx, m.OwedID)
	if err != nil {
		return err
	}
	out.Balance, out.Held, out.Owed = a.Balance, a.Held, -owed.Balance
	lines, err := ledger.Statement(ctx, tx, ledger.StatementOf{Account: m.AccountID}, page)
	if err != nil {
		return err
	}
	out.Next = lines.Next
	for _, l := range lines.Items {
		out.Entries = append(out.Entries, entryOf(l))
	}
	if out.Applications, err = nonNil(wished.All(ctx, tx, m.PersonID)); err != nil {
		return err
	}
	if out.Orders, err = nonNil(paidBy.All(ctx, tx, m.ID)); err != nil {
		return err
	}
	for _, x := range out.Orders {
		if out.Titles[x.OrderID], err = titleOf.One(ctx, tx, x.OrderID); err != nil {
			return err
		}
	}
	if out.On && out.Age >= out.Rule.SpendAge {
		out.Payable, err = payable.All(ctx, tx, m.PersonID)
	}
	return err
}

func nonNil[T any](rows []T, err error) ([]T, error) {
	if rows == nil {
		rows = []T{}
	}
	return rows, err
}

// entryOf says a line of the books in people's words.
func entryOf(l ledger.Line) Entry {
	e := Entry{ID: l.ID, At: l.At, Kind: string(l.Kind), Code: l.Code, Minutes: l.Amount, Balance: l.After}
	words, known := codeWords[l.Code]
	e.What = words[0]
	if l.Amount < 0 || l.Kind == ledger.Held {
		e.What = words[1]
	}
	switch l.Kind {
	case ledger.Held, ledger.Voided, ledger.Expired:
		if known {
			e.What += "："
		}
		e.What += ledger.Kinds.Word(string(l.Kind))
		if l.Kind == ledger.Held {
			e.What += clock.Minutes(max(l.Amount, -l.Amount))
		}
		e.Minutes = 0
	}
	return e
}

// MembersInput looks for members.
type MembersInput struct {
	Q   string `query:"q" maxLength:"40" doc:"姓名；写了姓名的，没有账户的人也找出来"`
	For db.ID  `query:"for" required:"false" doc:"为谁找亲属"`
	db.Paging
}

// Line is one member in a list.
type Line struct {
	ID       db.ID       `json:"-"`
	PersonID db.ID       `json:"person_id"`
	Name     string      `json:"name"`
	Region   auth.Region `json:"region"`
	BirthDay clock.Day   `json:"-"`
	State    string      `json:"state"`
	Balance  int64       `json:"balance"`
	Held     int64       `json:"held"`
	Owed     int64       `json:"owed"`
}

// Listing is one page of members.
type Listing struct {
	In  MembersInput  `json:"-"`
	For person.Person `json:"-"`
	db.Page[Line]
	shut string // what to say where the reader's banner has no open bank
}

// Members lists the members, or the people of a name, within what the actor may see.
func (s *Service) Members(ctx context.Context, in MembersInput) (Listing, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Listing, err error) {
		out.In = in
		if out.shut, err = shut(ctx, tx); err != nil {
			return out, err
		}
		out.Page, err = list.Page(ctx, tx, search{MembersInput: in, Scope: auth.ScopeOf(ctx, View)}, in.Paging)
		if err != nil || in.For == 0 {
			return out, err
		}
		out.For, err = person.Current(ctx, tx, in.For)
		if err == nil {
			err = auth.Require(ctx, View, View, auth.Place{Region: out.For.Region, Persons: []db.ID{out.For.ID}})
		}
		return out, err
	})
}

// WaitingInput asks for applications that wait for the second person.
type WaitingInput struct{ db.Paging }

// Waiting is an application with the names of the people concerned.
type Waiting struct {
	Application
	FromName string `json:"from_name"`
	ToName   string `json:"to_name"`
	Why      string `json:"-"` // why the reader may not decide
}

// Waitings is one page of what waits.
type Waitings struct {
	db.Page[Waiting]
	shut string
}

// Waiting lists what waits for a second person.
func (s *Service) Waiting(ctx context.Context, in WaitingInput) (Waitings, error) {
	return act.Read(ctx, s.db, Second, func(tx *db.Tx) (out Waitings, err error) {
		if out.shut, err = shut(ctx, tx); err != nil {
			return out, err
		}
		out.Page, err = queue.Page(ctx, tx, waitingFor{Scope: auth.ScopeOf(ctx, Second), State: Waits}, in.Paging)
		for i := range out.Items {
			a := &out.Items[i]
			if err := s.apart(ctx, tx, beneficiaryID(a.Application), a.FromID, a.ByID); err != nil {
				a.Why = err.Error()
			}
		}
		return out, err
	})
}

func beneficiaryID(a Application) db.ID {
	if a.ToID != 0 {
		return a.ToID
	}
	return a.FromID
}
