package volunteer

import (
	"context"
	"slices"

	"linli/internal/civic/proof"
	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// IssueInput hands out a dated qualification or insurance.
type IssueInput struct {
	ID      db.ID     `path:"id"`
	Version int64     `json:"version" minimum:"1"`
	Kind    string    `json:"kind" enum:"qualification,insurance"`
	Code    string    `json:"code" minLength:"1" maxLength:"40"`
	Number  string    `json:"number" required:"false" maxLength:"60"`
	From    clock.Day `json:"from"`
	To      clock.Day `json:"to" required:"false"`
}

// IssueTo enters what somebody holds, at the desk.
func (s *Service) IssueTo(ctx context.Context, in IssueInput) (Volunteer, error) {
	return s.change(ctx, act.Op{Perm: Hand, Action: "volunteer.issue", ID: in.ID, Version: in.Version}, func(tx *db.Tx, v *Volunteer) error {
		words, err := setting.Words(ctx, tx, in.Kind)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(words, func(w setting.Word) bool { return w.Code == in.Code }) {
			return errs.Field("code", "词典里没有这一种")
		}
		if err := notOneself(ctx, tx, in.Kind, v.PersonID); err != nil {
			return err
		}
		v.what = setting.Label(words, in.Code) + " " + span(in.From, in.To)
		_, err = Issue(ctx, tx, v.ID, in.Kind, Dated{Code: in.Code, Number: in.Number, From: in.From, To: in.To})
		return err
	})
}

// notOneself refuses a qualification that somebody enters for himself, his kin, or whose account is still his own work.
func notOneself(ctx context.Context, tx *db.Tx, kind string, to db.ID) error {
	me := auth.From(ctx)
	if kind != setting.Qualification || me.System != "" {
		return nil
	}
	why, err := proof.Now(tx, nil).Independent(ctx, proof.Hand{Account: me.Account, Person: me.Person}, proof.Hand{Person: to})
	if err == nil && why != "" {
		err = errs.Deny("资格不能由本人或者和本人不独立的人登记（" + why + "），请换人")
	}
	return err
}

// Issue gives a volunteer something dated; training issues through it too.
func Issue(ctx context.Context, tx *db.Tx, id db.ID, kind string, d Dated) (db.ID, error) {
	if err := inTurn(d.From, d.To); err != nil {
		return 0, err
	}
	d.ID = tx.NewID()
	return d.ID, datedTable.Insert(ctx, tx, issued{id, kind, d, auth.From(ctx).Name})
}

// WithdrawInput takes back what somebody holds, from today on.
type WithdrawInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Dated   db.ID  `json:"dated_id"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200"`
}

// Withdraw ends a qualification or insurance before its day, or one that was entered wrongly: it opens no service any more, and stays
// readable with its reason.
func (s *Service) Withdraw(ctx context.Context, in WithdrawInput) (Volunteer, error) {
	op := act.Op{Perm: Hand, Action: "volunteer.withdraw", ID: in.ID, Version: in.Version, Cause: in.Reason}
	return s.change(ctx, op, func(tx *db.Tx, v *Volunteer) error {
		label, there, err := db.Found(withdraw.One(ctx, tx, in.Dated, v.ID, clock.DayOf(tx.Now), in.Reason))
		if err == nil && !there {
			err = errs.WrongState("这一项已经收回，或者没有")
		}
		v.what = label
		return err
	})
}

// ExpiringInput asks for what ends within so many days.
type ExpiringInput struct {
	Days int64 `query:"days" minimum:"1" maximum:"366" default:"30" doc:"多少天以内到期"`
	db.Paging
}

// Expiring is a qualification or insurance that ends soon, or ended not long ago, with nothing after it.
type Expiring struct {
	ID          db.ID     `json:"id"`
	VolunteerID db.ID     `json:"volunteer_id"`
	No          string    `json:"no"`
	Name        string    `json:"name"`
	Kind        string    `json:"kind"`
	Code        string    `json:"code"`
	Label       string    `json:"label"`
	Number      string    `json:"number"`
	To          clock.Day `json:"to" db:"to_day"`
	Over        bool      `json:"over" db:"-" doc:"已经过期"`
}

// ExpiringPage is one page of them, the first to end first.
type ExpiringPage struct {
	In ExpiringInput `json:"-"`
	db.Page[Expiring]
}

// overdue is how many days something that ended stays on the list.
const overdue = 90

// ListExpiring gives what the volunteers in force of the actor's place have to renew.
func (s *Service) ListExpiring(ctx context.Context, in ExpiringInput) (ExpiringPage, error) {
	return act.Read(ctx, s.db, Hand, func(tx *db.Tx) (out ExpiringPage, err error) {
		today := clock.DayOf(tx.Now)
		out.In = in
		out.Page, err = expiring.Page(ctx, tx, ending{today.AddDays(-overdue), today.AddDays(int(in.Days)), auth.ScopeOf(ctx, Hand)}, in.Paging)
		for i := range out.Items {
			out.Items[i].Over = out.Items[i].To < today
		}
		return out, err
	})
}

// TakenBack is something dated that was withdrawn.
type TakenBack struct {
	Kind   string    `json:"kind"`
	Code   string    `json:"code"`
	Number string    `json:"number"`
	From   clock.Day `json:"from" db:"from_day"`
	To     clock.Day `json:"to" db:"to_day"`
	Day    clock.Day `json:"day" db:"withdrawn_day" doc:"从哪天起不算"`
	Why    string    `json:"why" db:"withdrawn_why"`
}
