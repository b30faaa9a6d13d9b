package timebank

import (
	"context"
	"fmt"
	"time"

	"linli/internal/civic/account"
	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/ledger"
	"linli/internal/platform/notify"
	"linli/internal/platform/set"
)

// Kinds of applications beside those of transfers.
const kin = "kin"

// Kinds are what may be applied for.
var Kinds = set.New("timebank_application.kind", set.Row{kin, "登记亲属"}, set.Row{relative, "赠与亲属"}, set.Row{donation, "捐给互助池"},
	set.Row{grant, "互助池帮扶"}, set.Row{inherit, "继承"}, set.Row{spent, "用时间抵"})

// States of an application.
const (
	Waits   = "waits"
	Done    = "done"
	Refused = "refused"
	Over    = "over"
)

// States are those of an application, as people see them.
var States = set.New("timebank_application.state", set.Row{Waits, "等第二人复核", "wait"}, set.Row{Done, "已办", "done"},
	set.Row{Refused, "未同意"}, set.Row{Over, "过期作废"})

// Relations are those to whom minutes may be given: spouse and direct relatives. The word says what the second is to the first.
var Relations = set.New("timebank_application.relation", set.Row{"spouse", "配偶"}, set.Row{"parent", "父母"}, set.Row{"child", "子女"},
	set.Row{"grandparent", "祖父母、外祖父母"}, set.Row{"grandchild", "孙子女、外孙子女"})

// mirrored is what the first is to the second.
var mirrored = map[string]string{"spouse": "spouse", "parent": "child", "child": "parent", "grandparent": "grandchild",
	"grandchild": "grandparent"}

// waitFor is how long the second person has: what was promised goes back afterwards.
const waitFor = 15 * 24 * time.Hour

// Application is what somebody wants to be done.
type Application struct {
	ID        db.ID       `json:"id"`
	Version   int64       `json:"version"`
	BankID    db.ID       `json:"-" db:",once"`
	Region    auth.Region `json:"region" db:",once"`
	Kind      string      `json:"kind" db:",once" set:"timebank_application.kind"`
	State     string      `json:"state" set:"timebank_application.state"`
	FromID    db.ID       `json:"from_person_id" doc:"互助池出的为空"`
	ToID      db.ID       `json:"to_person_id" doc:"给互助池的为空"`
	Relation  string      `json:"relation" db:",once" set:"timebank_application.relation,"`
	Minutes   int64       `json:"minutes" db:",once"`
	Reason    string      `json:"reason"`
	HoldID    db.ID       `json:"hold_id"`
	ByID      db.ID       `json:"-" db:",once"`
	ByName    string      `json:"by" db:",once"`
	At        time.Time   `json:"at" db:",once"`
	DecidedBy db.ID       `json:"-"`
	Decider   string      `json:"decided_by"`
	DecidedAt *time.Time  `json:"decided_at"`
	Answer    string      `json:"answer"`
}

var applied = act.Kind[Application]{Object: "timebank_application", View: Second, Table: applications,
	Place: func(a Application) auth.Place { return auth.Place{Region: a.Region} },
	State: func(a Application) string { return a.State }, Word: States.Word,
	Trail: func(_, now Application) map[string]any {
		return map[string]any{"kind": now.Kind, "state": now.State, "minutes": now.Minutes}
	}}

// TransferInput gives minutes away.
type TransferInput struct {
	FromID  db.ID  `json:"from_person_id" required:"false" doc:"空为本人；站里代办时写明是谁的；互助池帮扶时不填"`
	ToID    db.ID  `json:"to_person_id" required:"false" doc:"给谁；捐给互助池时不填"`
	Minutes int64  `json:"minutes" minimum:"1" maximum:"600000"`
	Kind    string `json:"kind" enum:"relative,donation,grant,inherit" maxLength:"10"`
	Reason  string `json:"reason" maxLength:"200" required:"false"`
}

func (in TransferInput) check() error {
	c := errs.Check{}
	switch in.Kind {
	case grant:
		c.That(in.ToID != 0, "to_person_id", "请填帮扶谁")
		c.That(in.FromID == 0, "from_person_id", "帮扶由互助池出")
		c.That(len([]rune(in.Reason)) >= 2, "reason", "请写为什么帮扶")
	case donation:
		c.That(in.ToID == 0, "to_person_id", "捐赠进互助池，不指定给谁")
	case relative:
		c.That(in.ToID != 0, "to_person_id", "请填给哪位亲属")
		c.That(in.ToID != in.FromID || in.ToID == 0, "to_person_id", "不能给自己")
	case inherit:
		c.That(in.FromID != 0, "from_person_id", "请填由谁留下")
		c.That(in.ToID != in.FromID, "to_person_id", "不能给自己")
	}
	return c.Err()
}

// Transfer gives minutes to a relative or to the pool: one's own at once, in somebody's place once a second person agrees. Grants from
// the pool, what a dead person left and what comes from an account that is not surely its owner's always wait for the second person; the
// minutes are promised meanwhile.
func (s *Service) Transfer(ctx context.Context, in TransferInput) (Application, error) {
	op := act.Op{Perm: Own, Action: "timebank.transfer", Cause: in.Reason, Check: in.check}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (a Application, err error) {
		from, to, err := s.parties(ctx, tx, in)
		if err != nil {
			return a, err
		}
		at := from
		if in.Kind == grant {
			at = to
		}
		b, r, err := opened(ctx, tx, at.Region)
		if err != nil {
			return a, err
		}
		if err := s.mayReceive(ctx, tx, in.Kind, r, from, to); err != nil {
			return a, err
		}
		move, err := s.wayOf(ctx, tx, b, r, in, from, to)
		if err != nil {
			return a, err
		}
		a = Application{ID: tx.NewID(), Version: 1, BankID: b.ID, Region: at.Region, Kind: in.Kind, State: Done, FromID: from.ID,
			ToID: to.ID, Minutes: in.Minutes, Reason: in.Reason, ByID: auth.From(ctx).Account, ByName: who(ctx), At: tx.Now}
		if alone, err := s.alone(ctx, tx, in.Kind, from, to); err != nil {
			return a, err
		} else if !alone {
			a.State, move.Until = Waits, new(tx.Now.Add(waitFor))
		}
		move.Object = a.ID
		rows, err := ledger.Post(ctx, tx, ledger.Chain{Key: "timebank transfer " + a.ID.String(), Moves: []ledger.Move{move}})
		if err != nil {
			return a, ourWords(err)
		}
		if a.State == Waits {
			a.HoldID = rows[0].ID
		}
		return a, applied.Enter(ctx, tx, op, &a)
	})
}

// alone says whether the actor gives what is surely his own. In somebody's place he is neither who gives nor who gets, nor of their kin.
func (s *Service) alone(ctx context.Context, tx *db.Tx, kind string, from, to person.Person) (bool, error) {
	if me := auth.From(ctx).Person; me != 0 && me == from.ID && kind != inherit {
		return s.speaks(ctx, tx, me)
	}
	return false, s.apart(ctx, tx, beneficiary(from, to), from.ID)
}

func beneficiary(from, to person.Person) db.ID {
	if to.ID != 0 {
		return to.ID
	}
	return from.ID
}

// parties loads who gives and who gets, as far as they are people, and asks the permission on them.
func (s *Service) parties(ctx context.Context, tx *db.Tx, in TransferInput) (from, to person.Person, err error) {
	if in.Kind != grant {
		if from, err = whoIs(ctx, tx, in.FromID); err != nil {
			return from, to, err
		}
	}
	if in.ToID == 0 {
		return from, to, nil
	}
	if to, err = person.Current(ctx, tx, in.ToID); err != nil {
		return from, to, err
	}
	if in.Kind == grant {
		return from, to, auth.Require(ctx, Desk, View, auth.Place{Region: to.Region})
	}
	k, there, err := db.Found(kinBetween.One(ctx, tx, from.ID, to.ID))
	if err == nil && !there && from.ID == auth.From(ctx).Person { // a stranger's entry is nobody's business
		err = errs.ErrNotFound
	}
	if err == nil && k.State != Done {
		err = errs.WrongState("亲属关系还没有登记并经第二人复核：请带户口簿到站里登记")
	}
	return from, to, err
}

// mayReceive asks the rule whether somebody may get what is given.
func (s *Service) mayReceive(ctx context.Context, tx *db.Tx, kind string, r Rule, from, to person.Person) error {
	age := int64(person.Age(to, clock.DayOf(tx.Now)))
	switch kind {
	case relative:
		if age < r.GiveAge {
			return errs.Field("to_person_id", fmt.Sprintf("满 %d 周岁的亲属才能受赠", r.GiveAge))
		}
	case grant:
		groups, err := s.persons.Groups(ctx, tx, to.ID)
		if err != nil {
			return err
		}
		if !inNeed(age, groups) {
			return errs.Field("to_person_id", "互助池帮扶 80 周岁以上独居的，和 60 至 79 周岁生活困难的：先在登记里写明类别")
		}
	case inherit:
		m, there, err := memberOf(ctx, tx, from.ID)
		switch {
		case err != nil:
			return err
		case !there || m.State != Left:
			return errs.WrongState("先为本人办理退出，写明去世")
		case !r.Inherit && to.ID != 0:
			return errs.Field("to_person_id", "本旗县区的规则不可以继承，只能进互助池")
		}
	}
	return nil
}

// inNeed: eighty and alone, or sixty and in hardship.
func inNeed(age int64, groups []string) bool {
	for _, g := range groups {
		switch g {
		case "lone_elder", "left_elder":
			if age >= 80 {
				return true
			}
		case "destitute", "low_income", "disabled":
			if age >= 60 {
				return true
			}
		}
	}
	return false
}

// wayOf says from which account to which one minutes go.
func (s *Service) wayOf(ctx context.Context, tx *db.Tx, b Bank, r Rule, in TransferInput, from, to person.Person) (m ledger.Move,
	err error) {
	m = ledger.Move{From: ledger.One(b.PoolID), To: ledger.One(b.PoolID), Amount: in.Minutes, Code: in.Kind}
	if from.ID != 0 {
		x, there, err := memberOf(ctx, tx, from.ID)
		if err == nil && !there {
			err = errs.WrongState("还没有账户")
		}
		if err != nil {
			return m, err
		}
		m.From = ledger.One(x.AccountID)
	}
	if to.ID == 0 {
		return m, nil
	}
	if to.Region.At(auth.LevelBanner) != b.Region {
		return m, errs.Field("to_person_id", "不在同一个旗县区，还不能互转")
	}
	x, _, err := enrol(ctx, tx, b, r, to)
	if err != nil {
		return m, err
	}
	m.To = ledger.One(x.AccountID)
	return m, s.capped(ctx, tx, b, x)
}

// ourWords says refusals of the books as people read them here.
func ourWords(err error) error {
	switch err {
	case ledger.ErrInsufficient:
		return errs.New(errs.Conflict, "insufficient", "可用的时间不够")
	case ledger.ErrCeiling:
		return errs.New(errs.Conflict, "over_ceiling", "对方的账户到了上限，放不下这么多")
	}
	return err
}

// KinInput says that two people are close.
type KinInput struct {
	PersonID db.ID  `json:"person_id"`
	OtherID  db.ID  `json:"other_person_id"`
	Relation string `json:"relation" set:"timebank_application.relation" doc:"后一位是前一位的什么人"`
	Evidence string `json:"evidence" minLength:"2" maxLength:"200" doc:"看了什么：户口簿、结婚证、出生证明……"`
}

func (in KinInput) check() error {
	c := errs.Check{}
	c.That(in.PersonID != in.OtherID, "other_person_id", "要是两个人")
	return c.Err()
}

// EnterKin enters at the desk, papers in hand, that two people are close. It counts once a second, independent person has seen it too.
func (s *Service) EnterKin(ctx context.Context, in KinInput) (Application, error) {
	op := act.Op{Perm: Desk, Action: "timebank.enter_kin", Check: in.check}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (a Application, err error) {
		p, err := person.Current(ctx, tx, in.PersonID)
		if err == nil {
			err = auth.Require(ctx, Desk, View, auth.Place{Region: p.Region})
		}
		if err != nil {
			return a, err
		}
		o, err := person.Current(ctx, tx, in.OtherID)
		if err == errs.ErrNotFound || err == nil && !auth.Can(ctx, View, auth.Place{Region: o.Region, Persons: []db.ID{o.ID}}) {
			err = errs.Field("other_person_id", "登记里没有这个人")
		}
		if err != nil {
			return a, err
		}
		b, _, err := opened(ctx, tx, p.Region)
		if err != nil {
			return a, err
		}
		if _, there, err := db.Found(kinBetween.One(ctx, tx, p.ID, o.ID)); err != nil || there {
			return a, orClash(err, "这两位的关系已经登记过")
		}
		for _, pair := range [][2]db.ID{{p.ID, o.ID}, {o.ID, p.ID}} {
			if err := s.apart(ctx, tx, pair[0], pair[1]); err != nil {
				return a, err
			}
		}
		a = Application{ID: tx.NewID(), Version: 1, BankID: b.ID, Region: p.Region, Kind: kin, State: Waits, FromID: p.ID, ToID: o.ID,
			Relation: in.Relation, Reason: in.Evidence, ByID: auth.From(ctx).Account, ByName: who(ctx), At: tx.Now}
		return a, applied.Enter(ctx, tx, op, &a)
	})
}

func orClash(err error, words string) error {
	if err != nil {
		return err
	}
	return errs.Clash(words)
}

// DecideInput is the second person's word.
type DecideInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Answer  string `json:"answer" maxLength:"200" required:"false"`
}

// Approve is the second, independent person's yes.
func (s *Service) Approve(ctx context.Context, in DecideInput) (Application, error) {
	return s.decide(ctx, "timebank.approve", in, func(tx *db.Tx, a *Application) error {
		a.State = Done
		if a.HoldID == 0 {
			return nil
		}
		if _, _, err := opened(ctx, tx, a.Region); err != nil {
			return err
		}
		return ourWords(end(ctx, tx, a.HoldID, ledger.Settled, a.Minutes, a.Kind, a.ID))
	})
}

// Refuse is the second person's no, with the reason; what was promised goes back.
func (s *Service) Refuse(ctx context.Context, in DecideInput) (Application, error) {
	if in.Answer == "" {
		in.Answer = "没有写原因"
	}
	return s.decide(ctx, "timebank.refuse", in, func(tx *db.Tx, a *Application) error {
		a.State = Refused
		if a.HoldID == 0 {
			return nil
		}
		return end(ctx, tx, a.HoldID, ledger.Voided, 0, a.Kind, a.ID)
	})
}

// end resolves a hold.
func end(ctx context.Context, tx *db.Tx, hold db.ID, how ledger.Kind, minutes int64, code string, object db.ID) error {
	_, err := ledger.Post(ctx, tx, ledger.Chain{Key: "timebank end " + tx.NewID().String(),
		Moves: []ledger.Move{{Hold: hold, Resolve: how, Amount: minutes, Code: code, Object: object}}})
	return err
}

func (s *Service) decide(ctx context.Context, action string, in DecideInput, fn func(tx *db.Tx, a *Application) error) (Application,
	error) {
	op := act.Op{Perm: Second, Action: action, ID: in.ID, Version: in.Version, From: []string{Waits}, Cause: in.Answer}
	return applied.Change(ctx, s.db, op, func(tx *db.Tx, a *Application) error {
		if err := s.apart(ctx, tx, a.FromID, a.ToID, a.ByID); a.FromID != 0 && err != nil {
			return err
		}
		if err := s.apart(ctx, tx, a.ToID, a.FromID, a.ByID); a.ToID != 0 && err != nil {
			return err
		}
		a.DecidedBy, a.Decider, a.DecidedAt, a.Answer = auth.From(ctx).Account, who(ctx), &tx.Now, in.Answer
		if err := fn(tx, a); err != nil {
			return err
		}
		return s.tell(ctx, tx, *a)
	})
}

// tell lets the people concerned know what was decided.
func (s *Service) tell(ctx context.Context, tx *db.Tx, a Application) error {
	for _, id := range []db.ID{a.FromID, a.ToID} {
		if id == 0 {
			continue
		}
		to, has, err := account.OfPerson(ctx, tx, id)
		if err != nil {
			return err
		}
		if !has {
			continue
		}
		if err := notify.Send(ctx, tx, notify.Message{To: to.ID, Kind: "timebank", Title: Kinds.Word(a.Kind) + "：" + States.Word(a.State),
			Text: a.Answer, Link: "/my/time"}); err != nil {
			return err
		}
	}
	return nil
}

// Sweep marks what the second person has let run out, and orders for which it ran out; the books have given the minutes back.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		rows, err := lapsed.All(ctx, tx)
		for _, a := range rows {
			if err := applied.Alter(ctx, tx, act.Op{Action: "timebank.lapse"}, &a, func(_ *db.Tx, a *Application) error {
				a.State = Over
				return nil
			}); err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
		late, err := unheld.All(ctx, tx)
		for _, x := range late {
			if err := s.change(ctx, tx, x, func(x *Paid) error { x.State = Released; return nil }); err != nil {
				return err
			}
		}
		return err
	})
}
