package fund

import (
	"context"
	"strings"

	"golang.org/x/text/width"

	"linli/internal/oversight/inspection"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/format"
)

// PayInput notes a payment that was made outside of this system, or one that came back.
type PayInput struct {
	ID      db.ID     `path:"id"`
	Version int64     `json:"version" minimum:"1"`
	Amount  int64     `json:"amount" format:"fen" minimum:"1" maximum:"1000000000000" doc:"分"`
	Voucher string    `json:"voucher" minLength:"1" maxLength:"40" doc:"记账凭证号"`
	Day     clock.Day `json:"day" doc:"付款的一天"`
	Payee   string    `json:"payee" minLength:"1" maxLength:"60" doc:"收款的单位；不写个人"`
}

func (in PayInput) check() error {
	c := errs.Check{}
	c.That(in.Voucher != "", "voucher", "请写凭证号：没有凭证的不能登记")
	c.That(in.Day != 0, "day", "请写付款的一天")
	return c.Err()
}

// payable is how much may have been paid to a proposal by now, by the plan of its programme: a part on approval, a part when it is accepted
// and its notice is over, the rest on closing.
func payable(f Programme, p Proposal, today clock.Day) (most int64, why string) {
	switch {
	case p.State == Closed:
		return p.Granted, ""
	case p.State == Accepted && today > p.NoticeUntil:
		return p.Granted * (f.ShareStart + f.ShareAccepted) / 100, "结项以后再拨其余的"
	case p.State == Accepted:
		return min(p.Granted, p.Approved*f.ShareStart/100), "公示到 " + p.NoticeUntil.String() + "，过了再拨其余的"
	case p.State == Doing || p.State == Finished:
		return p.Approved * f.ShareStart / 100, "验收、公示以后再拨"
	}
	return 0, "现在不能拨付"
}

// Pay notes a payment by its voucher. Who notes it has neither proposed nor accepted the project; a programme that gives after the work
// pays nothing before the acceptance and its notice.
func (s *Service) Pay(ctx context.Context, in PayInput) (Proposal, error) {
	in.Voucher = folded(in.Voucher)
	op := act.Op{Perm: Record, Action: "fund.pay", ID: in.ID, Version: in.Version, Check: in.check,
		From: []string{Doing, Finished, Accepted, Closed}}
	return proposalKind.Change(ctx, s.db, op, func(tx *db.Tx, p *Proposal) error {
		f, err := s.paying(ctx, tx, *p, in, paid)
		if err != nil {
			return err
		}
		had, err := netPaid.One(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if most, why := payable(f, *p, clock.DayOf(tx.Now)); had+in.Amount > most {
			if p.State == Accepted && clock.DayOf(tx.Now) <= p.NoticeUntil {
				return errs.New(errs.Conflict, "notice_running", why)
			}
			return errs.New(errs.Conflict, "over_budget", "现在最多拨到 "+format.Yuan(most)+"，已经拨了 "+format.Yuan(had)+"。"+why)
		}
		x, err := s.record(ctx, tx, p, in, paid, "pay")
		if err != nil {
			return err
		}
		if err := move(ctx, tx, payed, x.ID, p.CommittedID, p.PaidID, in.Amount); err != nil {
			return over(err, "批准的资金不够")
		}
		return answer(ctx, tx, *p, "项目资金拨付了")
	})
}

// GiveBack notes money that came back unused; it is in the budget again.
func (s *Service) GiveBack(ctx context.Context, in PayInput) (Proposal, error) {
	in.Voucher = folded(in.Voucher)
	op := act.Op{Perm: Record, Action: "fund.give_back", ID: in.ID, Version: in.Version, Check: in.check,
		From: []string{Doing, Finished, Accepted}}
	return proposalKind.Change(ctx, s.db, op, func(tx *db.Tx, p *Proposal) error {
		f, err := s.paying(ctx, tx, *p, in, back)
		if err != nil {
			return err
		}
		x, err := s.record(ctx, tx, p, in, back, "give_back")
		if err != nil {
			return err
		}
		return over(move(ctx, tx, returned, x.ID, p.PaidID, f.BudgetID, in.Amount), "没有这么多没报账的钱")
	})
}

func (s *Service) paying(ctx context.Context, tx *db.Tx, p Proposal, in PayInput, kind string) (f Programme, err error) {
	if !auth.Can(ctx, Record, at(p.Owner)) {
		return f, errs.ErrDenied
	}
	if err := s.unlike(ctx, tx, p, "propose", "resubmit", "finish", "accept", "evaluate"); err != nil {
		return f, err
	}
	if in.Day > clock.DayOf(tx.Now) {
		return f, errs.Field("day", "还没有到这一天")
	}
	n, err := vouchers.One(ctx, tx, p.ID, kind, in.Voucher)
	if err != nil || n > 0 {
		return f, orField(err, "voucher", "这张凭证已经登记过")
	}
	return programmes.Get(ctx, tx, p.ProgrammeID)
}

func (s *Service) record(ctx context.Context, tx *db.Tx, p *Proposal, in PayInput, kind, what string) (Payment, error) {
	me := auth.From(ctx)
	x := Payment{ID: tx.NewID(), ProposalID: p.ID, Region: p.Region, Kind: kind, Amount: in.Amount, Voucher: in.Voucher, Day: in.Day,
		Payee: in.Payee, ByID: me.Account, ByName: me.Name, At: tx.Now}
	if err := payments.Insert(ctx, tx, x); err != nil {
		return x, err
	}
	return x, step(ctx, tx, p, Step{What: what, Text: "凭证 " + in.Voucher, Amount: in.Amount})
}

// ReceiptInput says what money was used for.
type ReceiptInput struct {
	ID         db.ID       `path:"id"`
	Issuer     string      `json:"issuer" minLength:"1" maxLength:"60" doc:"开票的单位"`
	Number     string      `json:"number" minLength:"1" maxLength:"40" doc:"票据号"`
	Amount     int64       `json:"amount" format:"fen" minimum:"1" maximum:"1000000000000" doc:"分"`
	Day        clock.Day   `json:"day" doc:"开票的一天"`
	Category   string      `json:"category" set:"fund_receipt.category"`
	What       string      `json:"what" minLength:"1" maxLength:"100" doc:"买了什么"`
	ActivityID db.ID       `json:"activity_id" required:"false" doc:"用在哪场活动"`
	File       blob.Upload `json:"file" required:"false" doc:"票据的照片"`
}

func (in *ReceiptInput) check() (err error) {
	if folded(in.Issuer) == "" || folded(in.Number) == "" {
		return errs.Field("number", "请写开票的单位和票据号")
	}
	in.File, err = inspection.Clean(in.File)
	return err
}

// folded is what stands on paper as two are compared: narrow, in capitals, without spaces.
func folded(text string) string {
	return strings.ToUpper(strings.Join(strings.Fields(width.Narrow.String(text)), ""))
}

// Enter takes a receipt in. The same receipt (issuer, number, amount) is used once, whoever shows it.
func (s *Service) Enter(ctx context.Context, in ReceiptInput) (Receipt, error) {
	op := act.Op{Perm: Propose, Action: "fund.receipt", Check: in.check}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (r Receipt, err error) {
		p, err := proposals.Get(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, Propose, View, p.place())
		}
		if err == nil {
			err = mine(ctx, p)
		}
		if err == nil && p.CommittedID == 0 || err == nil && p.State == Stopped {
			err = errs.WrongState("现在是“" + States.Word(p.State) + "”，不能报账")
		}
		if err != nil {
			return r, err
		}
		if today := clock.DayOf(tx.Now); in.Day == 0 || in.Day > today {
			return r, errs.Field("day", "应是今天以前的一天")
		}
		if in.ActivityID != 0 {
			if err := s.tie(ctx, tx, p, in.ActivityID, "activity_id"); err != nil {
				return r, err
			}
		}
		me := auth.From(ctx)
		r = Receipt{ID: tx.NewID(), Version: 1, ProposalID: p.ID, Region: p.Region, Above: p.Above, Issuer: in.Issuer, Number: in.Number,
			Mark: folded(in.Issuer) + "|" + folded(in.Number), Amount: in.Amount, Day: in.Day, Category: in.Category, What: in.What,
			ActivityID: in.ActivityID, State: Entered, ByID: me.Account, ByName: me.Name, At: tx.Now}
		if r.FileID, err = s.files.Keep(ctx, tx, in.File, "fund_receipt", r.ID, r.Region); err != nil {
			return r, err
		}
		return r, enterReceipt.Enter(ctx, tx, op, &r)
	})
}

var errUsed = errs.New(errs.Conflict, "receipt_used", "这张票据（开票单位、票据号、金额）已经用过，不能再报")

// enterReceipt writes a receipt unless there is such a one, also where two are entered at the same moment.
var enterReceipt = func() act.Kind[Receipt] {
	k := receiptKind
	k.Make = func(ctx context.Context, tx *db.Tx, now *Receipt) error {
		fresh, err := receipts.Add(ctx, tx, *now)
		if err == nil && !fresh {
			err = errUsed
		}
		return err
	}
	return k
}()

// Check is the second person's word that a receipt is right: in the books the money is used.
func (s *Service) Check(ctx context.Context, in DecideInput) (Receipt, error) {
	return s.look(ctx, "fund.check", in, nil, func(tx *db.Tx, r *Receipt, p Proposal) error {
		f, err := programmes.Get(ctx, tx, p.ProgrammeID)
		if err != nil {
			return err
		}
		r.State = Checked
		return over(move(ctx, tx, used, r.ID, p.PaidID, f.SpentID, r.Amount), "拨下来的钱不够报这张：先拨付，或者另开一张")
	})
}

// Reject is the second person's word that a receipt does not belong here. It may be used where it belongs.
func (s *Service) Reject(ctx context.Context, in DecideInput) (Receipt, error) {
	return s.look(ctx, "fund.reject", in, in.why, func(_ *db.Tx, r *Receipt, _ Proposal) error {
		r.State = Refused
		return nil
	})
}

func (s *Service) look(ctx context.Context, action string, in DecideInput, check func() error,
	fn func(tx *db.Tx, r *Receipt, p Proposal) error) (Receipt, error) {
	op := act.Op{Perm: Decide, Action: action, ID: in.ID, Version: in.Version, From: []string{Entered}, Cause: in.Reason, Check: check}
	return receiptKind.Change(ctx, s.db, op, func(tx *db.Tx, r *Receipt) error {
		if err := turn(ctx, r.Above); err != nil {
			return err
		}
		p, err := proposals.Get(ctx, tx, r.ProposalID)
		if err != nil {
			return err
		}
		if err := s.judge(ctx, tx, p, r.ByID); err != nil {
			return err
		}
		me := auth.From(ctx)
		r.DecidedBy, r.Decider, r.DecidedAt, r.Reason = me.Account, me.Name, &tx.Now, in.Reason
		return fn(tx, r, p)
	})
}
