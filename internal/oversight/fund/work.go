package fund

import (
	"context"
	"strings"

	"linli/internal/civic/setting"
	"linli/internal/oversight/inspection"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/format"
)

// FinishInput is what came of a project, with its evidence.
type FinishInput struct {
	ID         db.ID       `path:"id"`
	Version    int64       `json:"version" minimum:"1"`
	Text       string      `json:"text" minLength:"1" maxLength:"2000" doc:"做了什么、成效怎样"`
	DoneEvents int64       `json:"done_events" minimum:"0" maximum:"10000" doc:"办了几场"`
	DoneTimes  int64       `json:"done_times" minimum:"0" maximum:"1000000" doc:"服务了多少人次"`
	Activities []db.ID     `json:"activities" required:"false" maxItems:"60" doc:"用这笔资金办的活动"`
	File       blob.Upload `json:"file" required:"false" doc:"照片或者 PDF"`
}

func (in *FinishInput) check() (err error) {
	if strings.TrimSpace(in.Text) == "" {
		return errs.Field("text", "请写做了什么、成效怎样")
	}
	in.File, err = inspection.Clean(in.File)
	return err
}

// Finish hands in what came of a project, for acceptance.
func (s *Service) Finish(ctx context.Context, in FinishInput) (Proposal, error) {
	op := act.Op{Perm: Propose, Action: "fund.finish", ID: in.ID, Version: in.Version, From: []string{Doing}, Check: in.check}
	return proposalKind.Change(ctx, s.db, op, func(tx *db.Tx, p *Proposal) error {
		if err := mine(ctx, *p); err != nil {
			return err
		}
		if len(in.Activities) == 0 && len(in.File.Data) == 0 {
			return errs.Field("activities", "选办过的活动，或者附照片、材料：没有凭据的不能验收")
		}
		for _, id := range in.Activities {
			if err := s.tie(ctx, tx, *p, id, "activities"); err != nil {
				return err
			}
		}
		file, err := s.files.Keep(ctx, tx, in.File, "fund_proposal", p.ID, p.Region)
		if err != nil {
			return err
		}
		p.State, p.DoneEvents, p.DoneTimes, p.Holder = Finished, in.DoneEvents, in.DoneTimes, p.Above
		if err := step(ctx, tx, p, Step{What: "finish", Text: in.Text, FileID: file}); err != nil {
			return err
		}
		return toHolder(ctx, tx, *p, "有一个项目交了成果，请验收")
	})
}

// tie names an activity that a proposal paid for: it was held, or is today.
func (s *Service) tie(ctx context.Context, tx *db.Tx, p Proposal, activity db.ID, field string) error {
	day, there, err := db.Found(plannedAt.One(ctx, tx, activity, p.StationID))
	switch {
	case err != nil:
		return err
	case !there:
		return errs.Field(field, "没有这场活动，或者不是本站的")
	case day > clock.DayOf(tx.Now):
		return errs.Field(field, "这场活动 "+day.String()+" 才办：办过以后再填")
	}
	_, err = links.Add(ctx, tx, link{p.ID, activity})
	return err
}

// AcceptInput takes what came of a project, in full or for less money.
type AcceptInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Amount  int64  `json:"amount" format:"fen" minimum:"0" maximum:"1000000000000" doc:"核定多少，分；不多于批准的"`
	Opinion string `json:"opinion" minLength:"1" maxLength:"500" doc:"看了什么、是不是做到了"`
}

// Accept takes what came of a project. Who accepts has neither proposed nor approved it. The money that it is not worth goes back to the
// budget, and the public notice begins.
func (s *Service) Accept(ctx context.Context, in AcceptInput) (Proposal, error) {
	op := act.Op{Perm: Decide, Action: "fund.accept", ID: in.ID, Version: in.Version, From: []string{Finished}, Cause: in.Opinion}
	return proposalKind.Change(ctx, s.db, op, func(tx *db.Tx, p *Proposal) error {
		if err := turn(ctx, p.Holder); err != nil {
			return err
		}
		if err := s.unlike(ctx, tx, *p, accepting...); err != nil {
			return err
		}
		had, err := netPaid.One(ctx, tx, p.ID)
		switch {
		case err != nil:
			return err
		case in.Amount > p.Approved:
			return errs.Field("amount", "不能多于批准的 "+format.Yuan(p.Approved))
		case in.Amount < had:
			return errs.Field("amount", "已经拨了 "+format.Yuan(had)+"：多拨的先交回，再核定得低些")
		}
		// What an earlier acceptance gave back is promised again, or more is given back.
		if err := s.promise(ctx, tx, *p, in.Amount-had); err != nil {
			return err
		}
		days, err := setting.Int(ctx, tx, setting.FundNoticeDays, p.Owner)
		if err != nil {
			return err
		}
		p.State, p.Granted = Accepted, in.Amount
		if p.NoticeUntil, err = setting.AddWorkingDays(ctx, tx, clock.DayOf(tx.Now), days); err != nil {
			return err
		}
		if err := step(ctx, tx, p, Step{What: "accept", Text: in.Opinion, Amount: in.Amount}); err != nil {
			return err
		}
		return answer(ctx, tx, *p, "项目验收了，正在公示")
	})
}

// promise brings what is promised to a proposal to an amount.
func (s *Service) promise(ctx context.Context, tx *db.Tx, p Proposal, amount int64) error {
	f, err := programmes.Get(ctx, tx, p.ProgrammeID)
	if err != nil {
		return err
	}
	has, err := balance.One(ctx, tx, p.CommittedID)
	switch {
	case err != nil || has == amount:
		return err
	case has > amount:
		return move(ctx, tx, released, p.ID, p.CommittedID, f.BudgetID, has-amount)
	}
	return over(move(ctx, tx, committed, p.ID, f.BudgetID, p.CommittedID, amount-has), "这项资金剩下的不够："+f.Name)
}

// Halt takes an acceptance back, because somebody objected within the notice or something was found: it is looked at anew, by somebody who
// has not accepted it, and the notice begins again.
func (s *Service) Halt(ctx context.Context, in DecideInput) (Proposal, error) {
	op := act.Op{Perm: Decide, Action: "fund.halt", ID: in.ID, Version: in.Version, From: []string{Accepted}, Cause: in.Reason, Check: in.why}
	return proposalKind.Change(ctx, s.db, op, func(tx *db.Tx, p *Proposal) error {
		if err := turn(ctx, p.Above); err != nil {
			return err
		}
		if err := s.judge(ctx, tx, *p); err != nil {
			return err
		}
		p.State, p.NoticeUntil, p.Holder = Finished, 0, p.Above
		if err := step(ctx, tx, p, Step{What: "halt", Text: in.Reason}); err != nil {
			return err
		}
		return answer(ctx, tx, *p, "项目有异议，重新验收")
	})
}

// EvaluateInput is the applicant's own judgement of what the money did (绩效自评).
type EvaluateInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Score   int64  `json:"score" minimum:"0" maximum:"100"`
	Text    string `json:"text" minLength:"1" maxLength:"2000" doc:"目标完成得怎样、钱用得怎样、还有什么问题"`
}

// Evaluate is the applicant's own judgement, once the work is accepted.
func (s *Service) Evaluate(ctx context.Context, in EvaluateInput) (Proposal, error) {
	op := act.Op{Perm: Propose, Action: "fund.evaluate", ID: in.ID, Version: in.Version, From: []string{Accepted}}
	return proposalKind.Change(ctx, s.db, op, func(tx *db.Tx, p *Proposal) error {
		if err := mine(ctx, *p); err != nil {
			return err
		}
		p.Score, p.Evaluation = in.Score, in.Text
		if err := step(ctx, tx, p, Step{What: "evaluate", Text: in.Text}); err != nil {
			return err
		}
		return inspection.NotifyOfficers(ctx, tx, p.Owner, message(*p, "有一个项目交了绩效自评，可以结项"))
	})
}

// Close ends a project whose money is accounted for to the last fen, or came back. Where a programme pays a part on closing it is paid
// afterwards.
func (s *Service) Close(ctx context.Context, in DecideInput) (Proposal, error) {
	op := act.Op{Perm: Record, Action: "fund.close", ID: in.ID, Version: in.Version, From: []string{Accepted}, Cause: in.Reason}
	return proposalKind.Change(ctx, s.db, op, func(tx *db.Tx, p *Proposal) error {
		if err := s.ends(ctx, tx, *p); err != nil {
			return err
		}
		today := clock.DayOf(tx.Now)
		switch {
		case today <= p.NoticeUntil:
			return errs.New(errs.Conflict, "notice_running", "公示到 "+p.NoticeUntil.String()+"，过了才能结项")
		case p.Score < 0:
			return errs.WrongState("申报单位还没有绩效自评")
		}
		p.State = Closed
		if err := step(ctx, tx, p, Step{What: "close", Text: in.Reason}); err != nil {
			return err
		}
		return answer(ctx, tx, *p, "项目结项了")
	})
}

// Stop ends a project that is not carried on. What was paid and not used has come back before; what was only promised is free again.
func (s *Service) Stop(ctx context.Context, in DecideInput) (Proposal, error) {
	op := act.Op{Perm: Record, Action: "fund.stop", ID: in.ID, Version: in.Version, From: []string{Doing, Finished, Accepted},
		Cause: in.Reason, Check: in.why}
	return proposalKind.Change(ctx, s.db, op, func(tx *db.Tx, p *Proposal) error {
		if err := s.ends(ctx, tx, *p); err != nil {
			return err
		}
		if err := s.promise(ctx, tx, *p, 0); err != nil {
			return err
		}
		p.State, p.NoticeUntil = Stopped, 0
		if err := step(ctx, tx, p, Step{What: "stop", Text: in.Reason}); err != nil {
			return err
		}
		return answer(ctx, tx, *p, "项目终止了")
	})
}

// ends asks what holds whenever a project ends: whose programme it is decides, no money is unaccounted for, nobody decides for himself.
func (s *Service) ends(ctx context.Context, tx *db.Tx, p Proposal) error {
	if !auth.Can(ctx, Record, at(p.Owner)) {
		return errs.ErrDenied
	}
	if err := s.judge(ctx, tx, p); err != nil {
		return err
	}
	n, err := unsettled.One(ctx, tx, p.ID)
	if err != nil || n > 0 {
		return orState(err, "还有没核对的票据")
	}
	left, err := balance.One(ctx, tx, p.PaidID)
	if err == nil && left > 0 {
		err = errs.WrongState("还有 " + format.Yuan(left) + " 没有报账：报账或者交回以后再办")
	}
	return err
}

func orState(err error, words string) error {
	if err != nil {
		return err
	}
	return errs.WrongState(words)
}
