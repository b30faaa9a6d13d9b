package recruit

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"linli/internal/civic/account"
	"linli/internal/civic/person"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
)

// ApplyInput asks to be taken: by oneself, or at the desk for who has no telephone.
type ApplyInput struct {
	ID         db.ID         `path:"id"`
	No         string        `json:"volunteer_no" required:"false" maxLength:"20" doc:"志愿者编号；站里代报时填，自己报名不填"`
	How        string        `json:"how" required:"false" set:"campaign_application.how" maxLength:"8" default:"self" doc:"站里代报的，本人怎样说的"`
	Agreed     bool          `json:"agreed" required:"false" doc:"看过招募里写的风险（志愿服务条例第十二条）"`
	Answers    []AnswerInput `json:"answers" required:"false" maxItems:"5" doc:"按问题的先后"`
	Identities person.Codes  `json:"identities" required:"false" maxItems:"9" doc:"还不是志愿者的：身份；报名时一并登记"`
}

// AnswerInput answers one question; what is left empty is not answered.
type AnswerInput struct {
	Answer string `json:"answer" required:"false" maxLength:"300"`
}

func (in ApplyInput) check() error {
	c := errs.Check{}
	c.That(in.Agreed, "agreed", "请先看过风险说明")
	own := strings.TrimSpace(in.No) == ""
	c.That(own == (in.How == "self" || in.How == ""), "how", "本人在自己的账号里报名；站里代报要写明本人怎样说的")
	return c.Err()
}

// Apply asks to be taken. Who is no volunteer yet is registered as one by the same step, and approved by the station as anybody.
func (s *Service) Apply(ctx context.Context, in ApplyInput) (Application, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Join, Action: "recruit.apply", Check: in.check}, func(tx *db.Tx) (out Application, err error) {
		c, err := Get(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		if c.State == Draft && !auth.Can(ctx, View, c.at()) {
			return out, errs.ErrNotFound
		}
		if !c.open(clock.DayOf(tx.Now)) {
			return out, errs.WrongState("现在不能报名：" + c.shut(clock.DayOf(tx.Now)))
		}
		v, err := s.who(ctx, tx, c, in)
		if err != nil {
			return out, err
		}
		if err := s.once(ctx, tx, c, v); err != nil {
			return out, err
		}
		a := Application{ID: tx.NewID(), CampaignID: c.ID, PersonID: v.PersonID, VolunteerID: v.ID, State: Applied, How: in.how(),
			MadeBy: auth.From(ctx).Account, MadeAt: tx.Now, Version: 1, Name: v.Name, Region: c.Region, StationID: c.StationID}
		answers, err := in.answers(ctx, tx, a)
		if err != nil {
			return out, err
		}
		if err := s.applications.Enter(ctx, tx, act.Op{Action: "recruit.apply"}, &a); err != nil {
			return out, err
		}
		if err := answerTable.InsertAll(ctx, tx, answers); err != nil {
			return out, err
		}
		return full(ctx, tx, a.ID)
	})
}

func (in ApplyInput) how() string {
	if in.How == "" {
		return "self"
	}
	return in.How
}

// shut says why nobody can apply today.
func (c Campaign) shut(today clock.Day) string {
	switch {
	case c.State == Published && today < c.FromDay:
		return c.FromDay.String() + " 开始报名"
	case c.State == Published:
		return "报名到 " + c.ToDay.String() + " 为止"
	}
	return states.Word(c.State)
}

// who finds the volunteer who applies; the desk names him by his number, and asks for him where the campaign lies.
func (s *Service) who(ctx context.Context, tx *db.Tx, c Campaign, in ApplyInput) (v volunteer.Volunteer, err error) {
	if no := strings.TrimSpace(in.No); no != "" {
		if err := auth.Require(ctx, Plan, Public, c.at()); err != nil {
			return v, err
		}
		id, ok, err := db.Found(byNumber.One(ctx, tx, no))
		if err != nil || !ok {
			return v, missing(err, "volunteer_no", "没有这个志愿者编号；还没有登记的，先登记")
		}
		if v, err = volunteer.Get(ctx, tx, id); err != nil {
			return v, err
		}
		return v, standing(v, "volunteer_no")
	}
	me := auth.From(ctx).Person
	if me == 0 {
		return v, errs.Deny("这个账号没有登记本人，请到站里报名")
	}
	v, ok, err := volunteer.OfPerson(ctx, tx, me)
	if err != nil || ok {
		return v, or(err, standing(v, "identities"))
	}
	return s.volunteers.Enlist(ctx, tx, me, true, volunteer.RegisterInput{Agreed: in.Agreed, Consent: person.BySelf,
		Facts: volunteer.Facts{Identities: in.Identities, MaxKm: 5}})
}

func or(err, then error) error {
	if err != nil {
		return err
	}
	return then
}

// standing refuses who left the register, or was not taken into it.
func standing(v volunteer.Volunteer, field string) error {
	if v.Status == volunteer.Left || v.Status == volunteer.Refused {
		return errs.Field(field, "他现在不是在册的志愿者，先重新加入")
	}
	return nil
}

// once refuses a second application, and who was declined.
func (s *Service) once(ctx context.Context, tx *db.Tx, c Campaign, v volunteer.Volunteer) error {
	last, ok, err := db.Found(lastOf.One(ctx, tx, c.ID, v.PersonID))
	if err != nil || !ok || last == Withdrawn {
		return err
	}
	return errs.Clash(map[string]string{Applied: "已经报过名，等答复", Accepted: "已经录用", Declined: "这次没有录用"}[last])
}

// answers are what was said to the questions of the campaign, in their order.
func (in ApplyInput) answers(ctx context.Context, tx *db.Tx, a Application) (out []Answer, err error) {
	asked, err := questionsOf.All(ctx, tx, a.CampaignID)
	if err != nil {
		return nil, err
	}
	e := errs.Check{}
	e.That(len(in.Answers) <= len(asked), "answers", "没有这么多问题")
	for i, q := range asked {
		said, field := "", fmt.Sprintf("answers.%d.answer", i)
		if i < len(in.Answers) {
			said = strings.TrimSpace(in.Answers[i].Answer)
		}
		e.That(said != "" || !q.Required, field, "请回答："+q.Label)
		e.That(said == "" || len(q.choices()) == 0 || slices.Contains(q.choices(), said), field, "请从选项里选")
		if said != "" {
			out = append(out, Answer{ID: tx.NewID(), ApplicationID: a.ID, No: q.No, Label: q.Label, Body: said})
		}
	}
	return out, e.Err()
}

// choices are what a question may be answered with; anything when there are none.
func (q Question) choices() []string {
	switch q.Kind {
	case AskYesNo:
		return []string{"是", "不是"}
	case AskChoice:
		return choicesOf(q.Choices)
	}
	return nil
}

// DecideInput answers an application.
type DecideInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" required:"false" maxLength:"200"`
}

// Accept takes somebody, while there is a place left.
func (s *Service) Accept(ctx context.Context, in DecideInput) (Application, error) {
	op := act.Op{Perm: Plan, Action: "recruit.accept", ID: in.ID, Version: in.Version, Cause: in.Reason, From: []string{Applied},
		Wrong: "已经答复过，或者撤回了"}
	return s.decide(ctx, op, func(tx *db.Tx, a *Application) error {
		if _, err := hold.Get(ctx, tx, a.CampaignID); err != nil {
			return err
		}
		c, err := Get(ctx, tx, a.CampaignID)
		if err != nil {
			return err
		}
		if c.Accepted >= c.Needed {
			return errs.WrongState(fmt.Sprintf("%d 个名额已经满了；要多招，先把人数改大", c.Needed))
		}
		a.State = Accepted
		return tell(ctx, tx, *a, "您报名的招募录用您了", a.Campaign)
	})
}

// Decline says with a reason that somebody is not taken this time.
func (s *Service) Decline(ctx context.Context, in DecideInput) (Application, error) {
	op := act.Op{Perm: Plan, Action: "recruit.decline", ID: in.ID, Version: in.Version, Cause: in.Reason, From: []string{Applied},
		Wrong: "已经答复过，或者撤回了", Check: func() error {
			if strings.TrimSpace(in.Reason) == "" {
				return errs.Field("reason", "不录用要写明原因，本人看得到")
			}
			return nil
		}}
	return s.decide(ctx, op, func(tx *db.Tx, a *Application) error {
		a.State = Declined
		return tell(ctx, tx, *a, "您报名的招募这次没有录用", a.Campaign+"："+strings.TrimSpace(in.Reason))
	})
}

func (s *Service) decide(ctx context.Context, op act.Op, fn func(tx *db.Tx, a *Application) error) (Application, error) {
	return act.ChangeTo(ctx, s.db, &s.decisions, op, func(tx *db.Tx, a *Application) error {
		me := auth.From(ctx)
		if me.Person != 0 && a.PersonID == me.Person {
			return errs.Deny("不能答复自己的报名，请换人")
		}
		a.DecidedBy, a.DecidedAt, a.Reason = me.Account, &tx.Now, strings.TrimSpace(op.Cause)
		return fn(tx, a)
	}, func(tx *db.Tx, a Application) (Application, error) { return full(ctx, tx, a.ID) })
}

// WithdrawInput takes an application back.
type WithdrawInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" required:"false" minimum:"1" doc:"不填不核对"`
}

// Withdraw takes an application back, also after it was accepted; nobody has to say why.
func (s *Service) Withdraw(ctx context.Context, in WithdrawInput) (Application, error) {
	op := act.Op{Perm: Join, Action: "recruit.withdraw", ID: in.ID, Version: in.Version, From: []string{Applied, Accepted},
		Wrong: "已经撤回，或者没有录用"}
	return act.ChangeTo(ctx, s.db, &s.applications, op, func(_ *db.Tx, a *Application) error {
		a.State = Withdrawn
		return nil
	}, func(tx *db.Tx, a Application) (Application, error) { return full(ctx, tx, a.ID) })
}

// tell sends word to who applied, where he has an account.
func tell(ctx context.Context, tx *db.Tx, a Application, title, text string) error {
	to, ok, err := account.OfPerson(ctx, tx, a.PersonID)
	if err != nil || !ok {
		return err
	}
	return notify.Send(ctx, tx, notify.Message{To: to.ID, Kind: "recruit", Title: title, Text: text, Link: minePath(a.CampaignID)})
}
