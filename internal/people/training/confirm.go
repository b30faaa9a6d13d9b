package training

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"linli/internal/civic/proof"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// ConfirmInput is the second person's word on the results of a sitting.
type ConfirmInput struct {
	ID       db.ID   `path:"id"`
	Version  int64   `json:"version" minimum:"1"`
	Decision string  `json:"decision" required:"false" enum:"confirm,return" default:"confirm" maxLength:"8"`
	Places   []db.ID `json:"place_ids" required:"false" maxItems:"500" doc:"确认哪几位；不填是等确认的各位"`
	Reason   string  `json:"reason" required:"false" maxLength:"200" doc:"退回时写明要核对什么"`
}

func (in ConfirmInput) check() error {
	if in.Decision == "return" && strings.TrimSpace(in.Reason) == "" {
		return errs.Field("reason", "退回要写明核对什么")
	}
	return nil
}

// Confirm is the word of a second person, independent of who taught, who entered the results and who gets them. Then whoever passed has
// the qualification of the course, and the minutes that he learnt are recorded; or the list goes back with the reason.
func (s *Service) Confirm(ctx context.Context, in ConfirmInput) (Sheet, error) {
	op := act.Op{Perm: Confirm, Action: "training.confirm", ID: in.ID, Version: in.Version, From: []string{Open, Noted}, Check: in.check,
		Cause: in.Reason}
	return s.run(ctx, op, func(tx *db.Tx, x *Sitting) error {
		seats, err := seatsOf.All(ctx, tx, x.ID)
		if err != nil {
			return err
		}
		n := 0
		for i := range seats {
			p := &seats[i]
			if p.State != Noted || len(in.Places) > 0 && !slices.Contains(in.Places, p.ID) {
				continue
			}
			n++
			if err := s.seats.Alter(ctx, tx, act.Op{Action: "training.decide", Cause: in.Reason}, p, func(tx *db.Tx, p *Seat) error {
				return s.word(ctx, tx, p, in.Decision == "return", in.Reason)
			}); err != nil {
				return err
			}
		}
		if n == 0 {
			return errs.WrongState("没有等确认的结果")
		}
		if in.Decision == "return" {
			x.State = Open
		}
		return nil
	})
}

// word is the second person's word on one result.
func (s *Service) word(ctx context.Context, tx *db.Tx, p *Seat, back bool, reason string) error {
	if err := s.mayConfirm(ctx, tx, *p); err != nil {
		return err
	}
	if back {
		p.State, p.Reason = Returned, strings.TrimSpace(reason)
		return nil
	}
	p.State, p.ConfirmedBy, p.ConfirmedAt = Confirmed, auth.From(ctx).Account, &tx.Now
	c, err := Get(ctx, tx, p.CourseID)
	if err == nil && p.Result == Passed && c.Qualification != "" {
		p.DatedID, err = issue(ctx, tx, c, *p)
	}
	if err != nil {
		return err
	}
	return tell(ctx, tx, p.PersonID, "您的培训结果确认了", p.words(c), my)
}

// words say what became of somebody's training.
func (p Seat) words(c Course) string {
	out := c.Title + "：" + results.Word(p.Result) + "，学了 " + clock.Minutes(p.Minutes)
	if p.DatedID != 0 {
		out += "，有了资格“" + c.Label + "”"
	}
	return out
}

// mayConfirm asks whether the actor is a second person for a result: not who gets it, nor close to him or his account; and independent of
// who entered it, taught it and, of a test, wrote its questions.
func (s *Service) mayConfirm(ctx context.Context, tx *db.Tx, p Seat) error {
	me := auth.From(ctx)
	if me.Person != 0 && me.Person == p.PersonID {
		return errs.Deny("不能确认自己的结果")
	}
	theirs, _, err := db.Found(accountOf.One(ctx, tx, p.PersonID))
	if err != nil {
		return err
	}
	bench := proof.Now(tx, s.persons)
	why, err := bench.Independent(ctx, proof.Hand{Account: me.Account, Person: me.Person}, proof.Hand{Account: theirs, Person: p.PersonID})
	if err == nil && why != "" {
		err = errs.Deny("您和" + p.Name + "：" + why + "，要换人确认")
	}
	if err != nil {
		return err
	}
	first := []db.ID{cmp.Or(p.NotedBy, p.CourseBy)}
	if p.TrainerID != 0 {
		trainer, has, err := db.Found(accountOf.One(ctx, tx, p.TrainerID))
		if err != nil {
			return err
		}
		if has {
			first = append(first, trainer)
		}
	}
	return bench.Apart(ctx, proof.Hands{For: p.PersonID, First: first})
}

// issue gives the qualification of a course from the day on which it was learnt. It never ends earlier than one of its kind that is held.
func issue(ctx context.Context, tx *db.Tx, c Course, p Seat) (db.ID, error) {
	from := clock.DayOf(tx.Now)
	if p.StartsAt != nil {
		from = clock.DayOf(*p.StartsAt)
	}
	d := volunteer.Dated{Code: c.Qualification, From: from, Number: fmt.Sprintf("培训 %d", p.ID)}
	if c.ValidMonths > 0 {
		d.To = clock.DayOf(from.Time().AddDate(0, int(c.ValidMonths), -1))
	}
	held, err := volunteer.Load(ctx, tx, p.VolunteerID)
	if err != nil {
		return 0, err
	}
	for _, q := range held.Qualifications {
		if q.Code != d.Code || d.To == 0 {
			continue
		}
		if q.To == 0 || q.To > d.To {
			d.To = q.To
		}
	}
	return volunteer.Issue(ctx, tx, p.VolunteerID, "qualification", d)
}
