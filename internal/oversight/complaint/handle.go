package complaint

import (
	"context"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// File is a complaint with all that was said, for those who deal with it.
type File struct {
	Complaint
	Text    string    `json:"text"`
	Reach   string    `json:"contact"`
	Where   string    `json:"-"`
	Holder  string    `json:"-"`
	All     []Step    `json:"steps"`
	Frozen  []Frozen  `json:"frozen" doc:"说到的服务记录，核实期间不开进证明"`
	Today   clock.Day `json:"-"`
	handles bool
}

// GetInput names a complaint.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Get gives a complaint for those who deal with it.
func (s *Service) Get(ctx context.Context, in GetInput) (File, error) {
	return act.Look(ctx, s.db, &s.kind, in.ID, func(tx *db.Tx, c Complaint) (File, error) { return s.file(ctx, tx, c) })
}

func (s *Service) file(ctx context.Context, tx *db.Tx, c Complaint) (out File, err error) {
	out = File{Complaint: c, Today: clock.DayOf(tx.Now), handles: handles(ctx, c)}
	if out.Text, err = s.keys.OpenText(c.Body, bodyAt(c.ID)); err != nil {
		return out, err
	}
	if out.Reach, err = s.keys.OpenText(c.Contact, contactAt(c.ID)); err != nil {
		return out, err
	}
	if out.Where, err = region.FullName(ctx, tx, c.Place); err != nil {
		return out, err
	}
	if out.Holder, err = region.Name(ctx, tx, c.Region); err != nil {
		return out, err
	}
	if out.Frozen, err = frozen(ctx, tx, c.ID); err != nil {
		return out, err
	}
	out.All, err = s.steps(ctx, tx, c.ID)
	return out, err
}

func (s *Service) steps(ctx context.Context, tx *db.Tx, id db.ID) ([]Step, error) {
	list, err := stepsOf.All(ctx, tx, id)
	for i := range list {
		if err == nil {
			list[i].Text, err = s.keys.OpenText(list[i].Body, stepAt(id, list[i].N))
		}
	}
	return list, err
}

// change is a step of those who hold the complaint; fn gives the words that the complainant reads.
func (s *Service) change(ctx context.Context, op act.Op, fn func(tx *db.Tx, c *Complaint) (text string, err error)) (File, error) {
	return s.move(ctx, op, func(tx *db.Tx, c *Complaint) error {
		level := levelNames[c.Region.Level()] // of who acts; fn may pass it on
		text, err := fn(tx, c)
		if err != nil {
			return err
		}
		return s.step(ctx, tx, c, Step{Action: strings.TrimPrefix(op.Action, "complaint."), Level: level, Text: text, Shown: true})
	})
}

// move is what those who hold the complaint do with it.
func (s *Service) move(ctx context.Context, op act.Op, fn func(tx *db.Tx, c *Complaint) error) (File, error) {
	op.Perm = Handle
	return act.ChangeTo(ctx, s.db, &s.kind, op, func(tx *db.Tx, c *Complaint) error {
		if !handles(ctx, *c) {
			return errs.ErrDenied
		}
		return fn(tx, c)
	}, func(tx *db.Tx, c Complaint) (File, error) { return s.file(ctx, tx, c) })
}

// AcceptInput takes a complaint up. Impartial is the officer's word that it does not concern him: who is concerned withdraws
// (信访工作条例 article 28) and passes it to the level above.
type AcceptInput struct {
	ID        db.ID `path:"id"`
	Version   int64 `json:"version" minimum:"1"`
	Impartial bool  `json:"impartial" required:"false" doc:"我和投诉的事、投诉的人没有利害关系"`
}

func impartial(yes bool) func() error {
	return func() error {
		if !yes {
			return errs.Field("impartial", "有利害关系的要回避，请转上一级")
		}
		return nil
	}
}

// Accept takes a complaint up; it is answered within the days of the setting.
func (s *Service) Accept(ctx context.Context, in AcceptInput) (File, error) {
	op := act.Op{Action: "complaint.accepted", ID: in.ID, Version: in.Version, From: []string{Received}, Check: impartial(in.Impartial)}
	return s.change(ctx, op, func(tx *db.Tx, c *Complaint) (_ string, err error) {
		c.State = Accepted
		c.DueDay, err = workingDays(ctx, tx, setting.ComplaintAnswer, c.Region)
		return "已受理", err
	})
}

// AskInput is a question to the complainant, who reads it with his receipt.
type AskInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Text    string `json:"text" minLength:"1" maxLength:"1000"`
}

var open = []string{Received, Accepted, Reviewing}

// Ask puts a question to the complainant. The clock goes on.
func (s *Service) Ask(ctx context.Context, in AskInput) (File, error) {
	op := act.Op{Action: "complaint.asked", ID: in.ID, Version: in.Version, From: open, Check: filled("text", in.Text, "请写要问什么")}
	return s.change(ctx, op, func(*db.Tx, *Complaint) (string, error) { return in.Text, nil })
}

// TransferInput passes a complaint to the level above (up), or to a body outside of this system (out), which is named.
type TransferInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Way     string `json:"way" enum:"up,out" maxLength:"3" doc:"up 转上一级，out 转本系统以外的机关"`
	To      string `json:"to" required:"false" maxLength:"60" doc:"转给哪个机关，例如 旗信访局、12345"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200"`
}

func (in TransferInput) check() error {
	c := errs.Check{}
	c.That(strings.TrimSpace(in.Reason) != "", "reason", "请写原因")
	c.That(in.Way == "up" || strings.TrimSpace(in.To) != "", "to", "请写转给哪个机关")
	return c.Err()
}

// Transfer passes a complaint on. To the level above the day on which it is due stays as it is; outside it is no longer this system's.
func (s *Service) Transfer(ctx context.Context, in TransferInput) (File, error) {
	op := act.Op{Action: "complaint.transferred", ID: in.ID, Version: in.Version, From: open, Check: in.check}
	return s.change(ctx, op, func(tx *db.Tx, c *Complaint) (string, error) {
		if in.Way == "out" {
			c.State, c.Outcome, c.DueDay = Transferred, outside, clock.DayOf(tx.Now).AddDays(finishDays)
			return "转给" + in.To + "：" + in.Reason, nil
		}
		if c.Region.Level() == auth.LevelRegion {
			return "", errs.WrongState("已经在自治区，不能再往上转")
		}
		// Why it goes up may say who knows whom: the office's own business.
		why := Step{Action: Transferred, Level: levelNames[c.Region.Level()], Text: in.Reason}
		if err := s.step(ctx, tx, c, why); err != nil {
			return "", err
		}
		c.Region = c.Region.Parent()
		return "转上一级办理", tell(ctx, tx, *c, "有一件投诉建议转来，请办理")
	})
}

// AnswerInput is the outcome with its reasons: facts, grounds and opinion (信访工作条例 article 32).
type AnswerInput struct {
	ID        db.ID  `path:"id"`
	Version   int64  `json:"version" minimum:"1"`
	Outcome   string `json:"outcome" set:"complaint.outcome"`
	Text      string `json:"text" minLength:"1" maxLength:"2000" doc:"查明的事实、依据和意见；不写被投诉人以外的个人信息"`
	Impartial bool   `json:"impartial" required:"false" doc:"我和投诉的事、投诉的人没有利害关系"`
}

// Answer gives the outcome. What does not belong here is answered without being taken up, and told where to go; a review is decided by
// somebody who has not answered, and ends it.
func (s *Service) Answer(ctx context.Context, in AnswerInput) (File, error) {
	op := act.Op{Action: "complaint.answered", ID: in.ID, Version: in.Version, From: open, Check: func() error {
		if err := filled("text", in.Text, "请写查明的事实、依据和意见")(); err != nil {
			return err
		}
		return impartial(in.Impartial)()
	}}
	return s.change(ctx, op, func(tx *db.Tx, c *Complaint) (string, error) {
		me := int64(auth.From(ctx).Account)
		switch {
		case c.State == Received && in.Outcome != outside:
			return "", errs.WrongState("先受理，再答复；不属于本系统的可以直接答复")
		case c.State == Reviewing && c.AnsweredBy == me:
			return "", errs.Deny("由没有办过这件事的人复核")
		case c.State == Reviewing:
			c.State, c.DueDay, c.ReviewDay = Closed, 0, 0
		default:
			c.State, c.DueDay, c.ReviewDay = Answered, 0, clock.DayOf(tx.Now).AddDays(reviewDays)
		}
		c.Outcome, c.AnsweredBy = in.Outcome, me
		return outcomes.Word(in.Outcome) + "。" + in.Text, s.records.Thaw(ctx, tx, c.ID, 0, thawed(in.Outcome))
	})
}

// filled refuses a text of blanks.
func filled(field, text, words string) func() error {
	return func() error {
		if strings.TrimSpace(text) == "" {
			return errs.Field(field, words)
		}
		return nil
	}
}

// Sweep closes what was answered and not objected to, and reminds once of each day that is over.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		today := clock.DayOf(tx.Now)
		over, err := ripe.All(ctx, tx, today)
		if err != nil {
			return err
		}
		for _, c := range over {
			op := act.Op{Action: "complaint.closed"}
			if c.State != Answered {
				op.Action = "complaint.reminded"
			}
			if err := s.kind.Alter(ctx, tx, op, &c, func(tx *db.Tx, c *Complaint) error {
				if c.State == Answered {
					c.State, c.ReviewDay = Closed, 0
					return nil
				}
				c.Reminded = c.DueDay
				return tell(ctx, tx, *c, "有一件投诉建议过了期限")
			}); err != nil {
				return err
			}
		}
		return nil
	})
}
