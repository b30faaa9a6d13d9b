package complaint

import (
	"context"
	"strings"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/proof/record"
)

// FollowInput is a receipt, however it was typed.
type FollowInput struct {
	Receipt string `path:"receipt" maxLength:"40"`
}

// Followed is a complaint as the complainant reads it.
type Followed struct {
	Receipt   string    `json:"receipt"`
	Kind      string    `json:"kind"`
	State     string    `json:"state"`
	Outcome   string    `json:"outcome"`
	MadeDay   clock.Day `json:"made_day"`
	DueDay    clock.Day `json:"due_day" doc:"现在这一步的期限；没有时为空"`
	ReviewDay clock.Day `json:"review_day" doc:"可以要求复核到哪一天（含）；没有时为空"`
	Steps     []Step    `json:"steps"`
	Holder    string    `json:"holder" doc:"哪一级在办"`
	Frozen    int64     `json:"frozen" doc:"说到的服务记录有几条核实期间不开进证明"`
	FrozenDay clock.Day `json:"frozen_day" doc:"最晚到哪一天；没有时为空"`
	Today     clock.Day `json:"-"`
}

// MayReview says that a review may be asked for today.
func (f Followed) MayReview() bool { return f.State == Answered && f.Today <= f.ReviewDay }

// Open says that something may still be added.
func (f Followed) Open() bool { return Complaint{State: f.State}.live() }

// Digits leaves what a receipt is made of.
func Digits(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			r += '0' - '０'
		}
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}

// by finds a complaint by its receipt.
func (s *Service) by(ctx context.Context, tx *db.Tx, receipt string) (Complaint, error) {
	return byReceipt.Get(ctx, tx, s.blind(Digits(receipt)))
}

// Follow shows how it stands to who has the receipt.
func (s *Service) Follow(ctx context.Context, in FollowInput) (Followed, error) {
	return act.Read(ctx, s.db, Make, func(tx *db.Tx) (out Followed, err error) {
		c, err := s.by(ctx, tx, in.Receipt)
		if err != nil {
			return out, err
		}
		return s.followed(ctx, tx, c, in.Receipt)
	})
}

func (s *Service) followed(ctx context.Context, tx *db.Tx, c Complaint, receipt string) (Followed, error) {
	out := Followed{Receipt: Digits(receipt), Kind: c.Kind, State: c.State, Outcome: c.Outcome, MadeDay: clock.DayOf(c.MadeAt),
		DueDay: c.DueDay, ReviewDay: c.ReviewDay, Holder: levelWords[c.Region.Level()], Today: clock.DayOf(tx.Now)}
	list, err := record.FrozenBy(ctx, tx, c.ID)
	if err != nil {
		return out, err
	}
	out.Frozen, out.FrozenDay = looked(list, out.Today)
	all, err := s.steps(ctx, tx, c.ID)
	for _, x := range all {
		if x.Shown {
			x.ByName = "" // the office answers, not a person
			out.Steps = append(out.Steps, x)
		}
	}
	return out, err
}

// AddInput are more words of the complainant.
type AddInput struct {
	Receipt string `path:"receipt" maxLength:"40"`
	Text    string `json:"text" minLength:"1" maxLength:"1000"`
}

// mostSteps keeps a thread from being flooded.
const mostSteps = 60

// says is a step of whoever has the receipt.
func (s *Service) says(ctx context.Context, receipt, action, text string, fn func(tx *db.Tx, c *Complaint) error) (Followed, error) {
	op := act.Op{Perm: Make, Action: "complaint." + action, Check: filled("text", text, "请写明")}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Followed, err error) {
		c, err := s.by(ctx, tx, receipt)
		if err != nil {
			return out, err
		}
		if c.Steps >= mostSteps {
			return out, errs.WrongState("说得太多了，请打电话给办理的一级")
		}
		if err := s.kind.Alter(ctx, tx, op, &c, func(tx *db.Tx, c *Complaint) error {
			if err := fn(tx, c); err != nil {
				return err
			}
			return s.step(ctx, tx, c, Step{Action: action, Text: text, Shown: true})
		}); err != nil {
			return out, err
		}
		if err := tell(ctx, tx, c, messages[action]); err != nil {
			return out, err
		}
		return s.followed(ctx, tx, c, receipt)
	})
}

var messages = map[string]string{"added": "一件投诉建议有了补充", "review": "一件投诉建议要求复核，请办理"}

// Add puts more words to a complaint that is not decided.
func (s *Service) Add(ctx context.Context, in AddInput) (Followed, error) {
	return s.says(ctx, in.Receipt, "added", in.Text, func(_ *db.Tx, c *Complaint) error {
		if c.State != Received && c.State != Accepted && c.State != Reviewing {
			return errs.WrongState("已经答复或者转出，不能再补充；不同意答复的，可以要求复核")
		}
		return nil
	})
}

// RequestReview asks the level above to look at the answer once more, within 30 days.
func (s *Service) RequestReview(ctx context.Context, in AddInput) (Followed, error) {
	return s.says(ctx, in.Receipt, "review", in.Text, func(tx *db.Tx, c *Complaint) error {
		today := clock.DayOf(tx.Now)
		if c.State != Answered || today > c.ReviewDay {
			return errs.WrongState("答复以后 30 天里可以要求复核，一次")
		}
		c.State, c.ReviewDay, c.DueDay = Reviewing, 0, today.AddDays(reviewDays)
		if c.Region.Level() > auth.LevelRegion {
			c.Region = c.Region.Parent()
		}
		return nil
	})
}
