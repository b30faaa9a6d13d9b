package training

import (
	"context"
	"strings"
	"time"

	"linli/internal/civic/account"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
)

// A sitting lies at most farthest days ahead; one that was held on paper is entered at most latest days afterwards.
const (
	farthest = 366
	latest   = 30
)

// SittingInput plans a sitting of a course.
type SittingInput struct {
	ID       db.ID     `path:"id"`
	Place    string    `json:"place" minLength:"1" maxLength:"100" doc:"在哪里"`
	Lecturer string    `json:"lecturer" required:"false" maxLength:"60" doc:"谁来讲；在册的志愿者写编号"`
	Trainer  string    `json:"trainer_no" required:"false" maxLength:"20" doc:"讲师的志愿者编号：他在手机上点名、登记结果；没有的由站里来"`
	Day      clock.Day `json:"day"`
	From     string    `json:"from" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$" patternDescription:"写成 09:00 这样"`
	To       string    `json:"to" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$" patternDescription:"写成 11:00 这样"`
	Needed   int64     `json:"needed" minimum:"1" maximum:"500" doc:"多少名额"`
}

func (in SittingInput) check() error {
	c := errs.Check{}
	c.That(strings.TrimSpace(in.Place) != "", "place", "请写在哪里")
	c.That(in.From < in.To, "to", "结束要晚于开始，当天结束")
	return c.Err()
}

// Sit plans a sitting of an open course, or enters one that was held on paper.
func (s *Service) Sit(ctx context.Context, in SittingInput) (Sheet, error) {
	op := act.Op{Perm: Plan, Action: "training.sit", Check: in.check}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Sheet, error) {
		c, err := Get(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, Plan, View, c.at())
		}
		if err == nil && (c.State != Open || c.Kind != OnSite) {
			err = errs.WrongState(kinds.Word(c.Kind) + courseStates.Word(c.State) + "，不能安排场次")
		}
		if err != nil {
			return Sheet{}, err
		}
		x := Sitting{ID: tx.NewID(), CourseID: c.ID, Place: strings.TrimSpace(in.Place), Lecturer: strings.TrimSpace(in.Lecturer),
			StartsAt: hour(in.Day, in.From), EndsAt: hour(in.Day, in.To), Day: in.Day, Needed: in.Needed, State: Open,
			MadeBy: auth.From(ctx).Account, MadeAt: tx.Now, Version: 1}
		if today := clock.DayOf(tx.Now); in.Day > today.AddDays(farthest) || in.Day < today.AddDays(-latest) {
			return Sheet{}, errs.Field("day", "最多提前一年；办过的最迟三十天内补录")
		}
		if in.Trainer != "" {
			id, has, err := db.Found(volunteerByNo.One(ctx, tx, strings.TrimSpace(in.Trainer)))
			if err == nil && !has {
				err = errs.Field("trainer_no", "没有这位在册的志愿者")
			}
			if err != nil {
				return Sheet{}, err
			}
			v, err := volunteer.Get(ctx, tx, id)
			if err != nil {
				return Sheet{}, err
			}
			x.TrainerID = v.PersonID
		}
		if err := s.sittings.Enter(ctx, tx, op, &x); err != nil {
			return Sheet{}, err
		}
		return s.sheet(ctx, tx, x.ID)
	})
}

// hour is a time of a day, written as 09:30 by the form of the input.
func hour(day clock.Day, text string) time.Time {
	t, err := time.Parse("15:04", text)
	if err != nil {
		return time.Time{}
	}
	return day.Time().Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute)
}

// CancelInput calls a sitting off.
type CancelInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" required:"false" maxLength:"200"`
}

// Cancel calls a sitting off; everybody on it is told.
func (s *Service) Cancel(ctx context.Context, in CancelInput) (Sheet, error) {
	op := act.Op{Perm: Plan, Action: "training.cancel", ID: in.ID, Version: in.Version, From: []string{Open}, Cause: in.Reason,
		Check: func() error {
			if strings.TrimSpace(in.Reason) == "" {
				return errs.Field("reason", "请写明原因，报名的人看得到")
			}
			return nil
		}}
	return s.run(ctx, op, func(tx *db.Tx, x *Sitting) error {
		x.State, x.Reason = Cancelled, strings.TrimSpace(in.Reason)
		seats, err := seatsOf.All(ctx, tx, x.ID)
		for _, p := range seats {
			if err == nil && p.State == Held {
				err = s.seats.Alter(ctx, tx, act.Op{Action: "training.call_off"}, &p, func(_ *db.Tx, p *Seat) error {
					p.State = CalledOff
					return nil
				})
			}
			if err == nil && p.State == CalledOff {
				err = tell(ctx, tx, p.PersonID, "您报名的培训取消了", x.Title+"，"+clock.Span(ctx, x.StartsAt, x.EndsAt)+"。"+x.Reason, my)
			}
		}
		return err
	})
}

// run is a change of a sitting that answers with its roll.
func (s *Service) run(ctx context.Context, op act.Op, fn func(tx *db.Tx, x *Sitting) error) (Sheet, error) {
	return act.ChangeTo(ctx, s.db, &s.sittings, op, fn, func(tx *db.Tx, x Sitting) (Sheet, error) { return s.sheet(ctx, tx, x.ID) })
}

// SignInput asks for a place on a sitting.
type SignInput struct {
	ID db.ID  `path:"id"`
	No string `json:"volunteer_no" required:"false" maxLength:"20" doc:"站里代报名时，志愿者编号"`
}

// SignUp gives somebody a place while there is one. It is for oneself, or the desk's for somebody who asked there.
func (s *Service) SignUp(ctx context.Context, in SignInput) (Seat, error) {
	op := act.Op{Perm: Join, Action: "training.sign_up"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Seat, error) {
		x, err := sittingOf(ctx, tx, in.ID)
		if err == nil && x.CourseState == Draft {
			err = errs.ErrNotFound
		}
		if err == nil {
			err = x.joinable(in.No != "", tx.Now)
		}
		if err != nil {
			return Seat{}, err
		}
		v, err := in.who(ctx, tx, x)
		if err != nil {
			return Seat{}, err
		}
		if v.PersonID == x.TrainerID {
			return Seat{}, errs.Clash("讲师不用报名")
		}
		title, clash, err := db.Found(busy.One(ctx, tx, v.PersonID, x.StartsAt, x.EndsAt, x.ID))
		if err == nil && clash {
			err = errs.Clash("同一时间已经报了“" + title + "”")
		}
		if err != nil {
			return Seat{}, err
		}
		p := Seat{ID: tx.NewID(), CourseID: x.CourseID, SittingID: x.ID, PersonID: v.PersonID, VolunteerID: v.ID, State: Held, AskedAt: tx.Now,
			Version: 1}
		return s.sit(ctx, tx, op, p)
	})
}

// sit takes a place of the sitting for somebody who has none yet.
func (s *Service) sit(ctx context.Context, tx *db.Tx, op act.Op, p Seat) (Seat, error) {
	fresh, err := seatTable.Add(ctx, tx, p)
	if err == nil && !fresh {
		err = errs.Clash("已经报过名了")
	}
	if err != nil {
		return p, err
	}
	if _, room, err := db.Found(takeRoom.One(ctx, tx, p.SittingID)); err != nil || !room {
		if err == nil {
			err = errs.Clash("这一场名额满了，请看看别的场次")
		}
		return p, err
	}
	out, err := seatOf(ctx, tx, p.ID)
	if err != nil {
		return p, err
	}
	return out, note(ctx, tx, op.Action, out)
}

func note(ctx context.Context, tx *db.Tx, action string, p Seat) error {
	return audit.Write(ctx, tx, audit.Entry{Action: action, Object: "training_place", ID: p.ID.String(), Region: p.Region,
		Detail: map[string]any{"sitting": p.SittingID, "to": p.State}})
}

// joinable says that nobody can join a sitting any more; the desk still adds who came, until the results are in.
func (x Sitting) joinable(desk bool, now time.Time) error {
	switch {
	case x.State != Open:
		return errs.WrongState("这一场" + states.Word(x.State))
	case !desk && !now.Before(x.StartsAt):
		return errs.WrongState("这一场已经开始")
	}
	return nil
}

// who is signed up: the actor himself, or the volunteer whom the desk names.
func (in SignInput) who(ctx context.Context, tx *db.Tx, x Sitting) (v volunteer.Volunteer, err error) {
	query, by := volunteerOf, any(auth.From(ctx).Person)
	if in.No != "" {
		if err := auth.Require(ctx, Lead, Join, x.at()); err != nil {
			return v, err
		}
		query, by = volunteerByNo, strings.TrimSpace(in.No)
	}
	id, has, err := db.Found(query.One(ctx, tx, by))
	switch {
	case err != nil:
		return v, err
	case has:
		return volunteer.Get(ctx, tx, id)
	case in.No != "":
		return v, errs.Field("volunteer_no", "没有这位在册的志愿者")
	}
	return v, errs.Deny("先登记为志愿者，审核以后就能报名")
}

// SeatInput names a place and the version of it that was read.
type SeatInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" required:"false" maxLength:"200"`
}

// GiveUp gives a place back before the sitting begins.
func (s *Service) GiveUp(ctx context.Context, in SeatInput) (Seat, error) {
	op := act.Op{Perm: Join, Action: "training.give_up", ID: in.ID, Version: in.Version, Cause: in.Reason, From: []string{Held},
		Wrong: "已经不在名单上"}
	return s.seats.Change(ctx, s.db, op, func(tx *db.Tx, p *Seat) error {
		if p.StartsAt == nil || !tx.Now.Before(*p.StartsAt) {
			return errs.WrongState("这一场已经开始")
		}
		p.State, p.Reason = GivenUp, strings.TrimSpace(in.Reason)
		_, err := freeRoom.Run(ctx, tx, p.SittingID)
		return err
	})
}

// tell sends word to a person who has an account.
func tell(ctx context.Context, tx *db.Tx, id db.ID, title, text, link string) error {
	a, ok, err := account.OfPerson(ctx, tx, id)
	if err != nil || !ok {
		return err
	}
	return notify.Send(ctx, tx, notify.Message{To: a.ID, Kind: "training", Title: title, Text: text, Link: link})
}
