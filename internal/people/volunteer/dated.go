package volunteer

import (
	"context"
	"slices"

	"linli/internal/civic/setting"
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
	return s.change(ctx, in.ID, in.Version, Hand, "issue", "", func(tx *db.Tx, v *Volunteer) (string, error) {
		words, err := setting.Words(ctx, tx, in.Kind)
		if err != nil {
			return "", err
		}
		if !slices.ContainsFunc(words, func(w setting.Word) bool { return w.Code == in.Code }) {
			return "", errs.Field("code", "词典里没有这一种")
		}
		return setting.Label(words, in.Code) + " " + span(in.From, in.To), Issue(ctx, tx, v.ID, in.Kind, Dated{Code: in.Code, Number: in.Number, From: in.From, To: in.To})
	})
}

// Issue gives a volunteer something dated; training issues through it too.
func Issue(ctx context.Context, tx *db.Tx, id db.ID, kind string, d Dated) error {
	if d.To != 0 && d.To < d.From {
		return errs.Field("to", "不能早于开始那天")
	}
	_, err := addDated.Run(ctx, tx, tx.NewID(), id, kind, d.Code, d.Number, int64(d.From), int64(d.To), auth.From(ctx).Name)
	return err
}

// WithdrawInput takes back what somebody holds, from today on.
type WithdrawInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Dated   db.ID  `json:"dated_id"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200"`
}

// Withdraw ends a qualification or insurance before its day, or one that was entered wrongly: it opens no service any more, and stays readable with its reason.
func (s *Service) Withdraw(ctx context.Context, in WithdrawInput) (Volunteer, error) {
	return s.change(ctx, in.ID, in.Version, Hand, "withdraw", in.Reason, func(tx *db.Tx, v *Volunteer) (string, error) {
		code, ok, err := db.Found(withdraw.One(ctx, tx, in.Dated, v.ID, int64(clock.DayOf(tx.Now)), in.Reason))
		if err == nil && !ok {
			err = errs.WrongState("这一项已经收回，或者没有")
		}
		return code, err
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
func (s *Service) ListExpiring(ctx context.Context, in ExpiringInput) (out ExpiringPage, err error) {
	if err := auth.Allow(ctx, Hand); err != nil {
		return out, err
	}
	out.In = in
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		today := clock.DayOf(tx.Now)
		rows, err := expiring(ctx, tx, auth.ScopeOf(ctx, Hand), in, today)
		if err != nil {
			return err
		}
		for i := range rows {
			rows[i].Over = rows[i].To < today
		}
		out.Page = db.PageOf(rows, in.Paging, func(e Expiring) []string { return db.Key(int64(e.To), e.ID) })
		return nil
	})
	return out, err
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
