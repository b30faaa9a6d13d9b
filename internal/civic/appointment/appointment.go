// Package appointment says who made whom. Noun: act, what one account did to another's (made it, gave it a role, gave it a password, a
// telephone, a second factor or a card). Verb: confirm. An act joins the two: whoever could sign in as the other is no second person to
// him. It joins them until a third, independent of the actor, has reached the appointed person; time confirms nothing.
package appointment

import (
	"context"
	"time"

	"linli/internal/civic/account"
	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/set"
	"linli/internal/platform/sms"
)

// How an act was confirmed.
const (
	Met      = "met"
	Called   = "call"     // on a number that the actor did not enter
	ByPaper  = "paper"    // the audit administrator saw the scanned appointment
	Founding = "founding" // one of the first three administrators: nobody is there yet who could; `verify` lists them for ever
)

// Kinds are what may be done to another's account, Hows how it is confirmed.
var (
	Kinds = set.New("account_act.kind",
		set.Row{account.ActCreate, "开账号"}, set.Row{account.ActAppoint, "任命"}, set.Row{account.ActPassword, "重置密码"},
		set.Row{account.ActPhone, "换手机号"}, set.Row{account.ActFactor, "清掉第二步验证"}, set.Row{account.ActCard, "发动态码卡"})
	Hows = set.New("account_act.confirmed_how",
		set.Row{"", "还没有核实", "wait"}, set.Row{Met, "当面核实", "done"}, set.Row{Called, "打电话核实", "done"},
		set.Row{ByPaper, "看任命文件核实", "done"}, set.Row{Founding, "最早的管理员", "done"})
)

// Act is what one account did to another's. Actor is none for the console.
type Act struct {
	ID        db.ID       `json:"id"`
	Version   int64       `json:"version"`
	AccountID db.ID       `json:"account_id" db:",once"`
	ActorID   db.ID       `json:"actor_id" db:",once"`
	Kind      string      `json:"kind" db:",once"`
	GrantID   db.ID       `json:"grant_id" db:",once"`
	Region    auth.Region `json:"region" db:",once"`
	ByActor   bool        `json:"by_actor" db:",once" doc:"手机号是经办人填的"`
	At        time.Time   `json:"at" db:",once"`

	ConfirmedBy  db.ID      `json:"confirmed_by"`
	ConfirmedAt  *time.Time `json:"confirmed_at"`
	ConfirmedHow string     `json:"confirmed_how"`
	PaperID      db.ID      `json:"paper_id"`
}

// Permissions.
const (
	View    auth.Perm = "appointment.view"
	Confirm auth.Perm = "appointment.confirm"
)

// Service holds the operations.
type Service struct {
	db       *db.DB
	persons  *person.Service
	accounts *account.Service
	blobs    *blob.Store
	sms      Text
}

// Text puts a message to a number into the outbox.
type Text func(ctx context.Context, tx *db.Tx, phone string, t sms.Text) error

// New makes the service. From then on an act is written for all that is done to somebody else's account.
func New(d *db.DB, persons *person.Service, accounts *account.Service, blobs *blob.Store, sms Text) *Service {
	s := &Service{db: d, persons: persons, accounts: accounts, blobs: blobs, sms: sms}
	accounts.Acted.Subscribe(s.OnActed)
	return s
}

// OnActed writes the act. It refuses where one hand, or two that are not independent, would hold both password and telephone of one
// account.
func (s *Service) OnActed(ctx context.Context, tx *db.Tx, e account.ActedEvent) error {
	actor := auth.From(ctx).Account
	if err := held(ctx, tx, actor, e); err != nil {
		return err
	}
	a := Act{ID: tx.NewID(), Version: 1, AccountID: e.Account, ActorID: actor, Kind: e.Kind, GrantID: e.Grant, Region: seat(e),
		ByActor: e.Phone, At: tx.Now}
	first, err := founding(ctx, tx, a, e.Role)
	if err != nil {
		return err
	}
	if first {
		a.ConfirmedAt, a.ConfirmedHow = &tx.Now, Founding
	}
	if err := acts.Insert(ctx, tx, a); err != nil {
		return err
	}
	return s.warn(ctx, tx, e)
}

// seat is where an account stands highest: the place of its highest post, else its own.
func seat(e account.ActedEvent) auth.Region {
	at := e.Region
	for _, g := range e.Held {
		if g.Region != 0 && g.Region.Level() < at.Level() {
			at = g.Region
		}
	}
	return at
}

// warn tells the number that an account had before what was done to it, so that its owner learns of it whoever holds it now.
func (s *Service) warn(ctx context.Context, tx *db.Tx, e account.ActedEvent) error {
	if e.Before == "" {
		return nil
	}
	who, what := auth.From(ctx).Name, Kinds.Word(e.Kind)
	return s.sms(ctx, tx, e.Before, sms.Text{Kind: sms.Account, Words: "【邻里志愿】您的账号刚由" + who + what +
		"。不是您本人要办的，请马上打站里或者上级的电话。", Vars: map[string]string{"who": who, "what": what}})
}

// founding says whether the console makes the first holder of one of the three administrators' roles: there is nobody yet who could
// confirm him.
func founding(ctx context.Context, tx *db.Tx, a Act, role auth.Role) (bool, error) {
	if a.ActorID != 0 || a.Kind != account.ActCreate && a.Kind != account.ActAppoint {
		return false, nil
	}
	if role != auth.SystemAdmin && role != auth.SecurityAdmin && role != auth.AuditAdmin {
		return false, nil
	}
	n, err := othersWith.One(ctx, tx, string(role), a.AccountID)
	return n == 0, err
}

// oneHand is how long whoever has given an account one of password and telephone may not give it the other.
const oneHand = 90 * 24 * time.Hour

// held refuses the second half of an account to the hand that gave it the first.
func held(ctx context.Context, tx *db.Tx, actor db.ID, e account.ActedEvent) error {
	other := map[string]string{account.ActPassword: account.ActPhone, account.ActPhone: account.ActPassword}[e.Kind]
	if other == "" {
		return nil
	}
	hands, err := handsOn.All(ctx, tx, e.Account, other, tx.Now.Add(-oneHand))
	if err != nil {
		return err
	}
	for _, h := range hands {
		why, err := Apart(ctx, tx, actor, h, tx.Now)
		if err != nil {
			return err
		}
		if h == actor || why != "" {
			return errs.Deny("90 天内这个账号已经由您或者和您不独立的人" + Kinds.Word(other) + "，" + Kinds.Word(e.Kind) + "要换一位来办")
		}
	}
	return nil
}

// Apart says why two accounts were not independent at a time, by what had been done to them and was not confirmed then: by one on the
// other, or by the same third on both, directly or through others. "" when they were. Whether they are the same person or close ones is
// asked elsewhere.
func Apart(ctx context.Context, tx *db.Tx, a, b db.ID, at time.Time) (string, error) {
	if a == b {
		return "是同一个账号", nil
	}
	meet, common, err := db.Found(commonRoot.One(ctx, tx, int64(a), int64(b), at))
	switch {
	case err != nil || !common:
		return "", err
	case meet.ID == 0:
		return "两个账号都是在控制台开的或者改过的，还没有人核实", nil
	case meet.ID == a || meet.ID == b:
		return meet.Name + "办过另一位的账号（任命、密码、手机号或验证），还没有人核实", nil
	}
	return "两位的账号都是" + meet.Name + "办的（任命、密码、手机号或验证），还没有人核实", nil
}

// Unsure says by whom an account was made, appointed or could be signed in with then, and that no third person had confirmed it; in words
// that follow the account's holder, "" when all was confirmed.
func Unsure(ctx context.Context, tx *db.Tx, id db.ID, at time.Time) (string, error) {
	a, there, err := db.Found(unsure.One(ctx, tx, id, at))
	if err != nil || !there {
		return "", err
	}
	by := a.Name
	if a.ID == 0 {
		by = "控制台"
	}
	return "的账号由" + by + "办过（" + Kinds.Word(a.Kind) + "），还没有第三个人核实", nil
}
