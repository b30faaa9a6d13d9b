package award

import (
	"context"
	"fmt"
	"strings"

	"linli/internal/civic/account"
	"linli/internal/civic/person"
	"linli/internal/civic/proof"
	"linli/internal/civic/setting"
	"linli/internal/oversight/complaint"
	"linli/internal/oversight/inspection"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
	"linli/internal/platform/seal"
)

// MoveInput names a campaign and its version.
type MoveInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
}

// Notice puts those who were chosen before the public. Nobody is nominated, judged or chosen after that.
func (s *Service) Notice(ctx context.Context, in MoveInput) (Campaign, error) {
	op := act.Op{Perm: Manage, Action: "award.notice", ID: in.ID, Version: in.Version, From: []string{Open}}
	return campaignKind.Change(ctx, s.db, op, func(tx *db.Tx, a *Campaign) error {
		list, err := chosenOf.All(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return errs.WrongState("还没有拟定的")
		}
		for _, n := range list {
			if err := s.agrees(ctx, tx, n); err != nil {
				return err
			}
		}
		if why, err := proof.Apart(ctx, tx, s.persons); err != nil || why != "" {
			return orDeny(err, why)
		}
		days, err := setting.Int(ctx, tx, setting.AwardNotice, a.Region)
		if err != nil {
			return err
		}
		me, today := auth.From(ctx), clock.DayOf(tx.Now)
		a.State, a.NoticeFrom, a.NoticedBy, a.Noticer = InNotice, today, me.Account, me.Name
		a.NoticeUntil, err = setting.AddWorkingDays(ctx, tx, today, days)
		return err
	})
}

func orDeny(err error, why string) error {
	if err != nil {
		return err
	}
	return errs.Deny(why)
}

// agrees refuses a volunteer who does not agree to be before the public.
func (s *Service) agrees(ctx context.Context, tx *db.Tx, n Nomination) error {
	if n.Kind != Volunteer {
		return nil
	}
	ok, err := person.HasConsent(ctx, tx, n.PersonID, person.PurposePublish)
	if err == nil && !ok {
		err = errs.WrongState(n.Subject + "没有同意公开姓名、照片和事迹：先请本人同意")
	}
	return err
}

// Publish makes a list final: after its notice, with every objection answered, by another person than who put it before the public. It is
// the only way to a result; nothing publishes by itself, and the table itself refuses an early one.
func (s *Service) Publish(ctx context.Context, in MoveInput) (Campaign, error) {
	op := act.Op{Perm: Manage, Action: "award.publish", ID: in.ID, Version: in.Version, From: []string{InNotice}}
	return campaignKind.Change(ctx, s.db, op, func(tx *db.Tx, a *Campaign) error {
		today := clock.DayOf(tx.Now)
		if today <= a.NoticeUntil {
			return errs.New(errs.Conflict, "notice_running", "公示到 "+a.NoticeUntil.String()+"，过了才能公布")
		}
		open, err := unanswered.One(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		if open > 0 {
			return errs.New(errs.Conflict, "objection_open", fmt.Sprintf("还有 %d 件异议没有答复", open))
		}
		if why, err := proof.Apart(ctx, tx, s.persons, a.NoticedBy); err != nil || why != "" {
			return orDeny(err, why)
		}
		me := auth.From(ctx)
		a.State, a.PublishedBy, a.Publisher, a.ResultDay = Published, me.Account, me.Name, today
		return s.grant(ctx, tx, *a)
	})
}

// grant gives everybody on the list his number.
func (s *Service) grant(ctx context.Context, tx *db.Tx, a Campaign) error {
	list, err := chosenOf.All(ctx, tx, a.ID)
	if err == nil && len(list) == 0 {
		err = errs.WrongState("名单上没有人了，可以取消这次的")
	}
	for i := 0; i < len(list) && err == nil; i++ {
		n := &list[i]
		err = nominationKind.Alter(ctx, tx, act.Op{Action: "award.grant"}, n, func(tx *db.Tx, n *Nomination) error {
			n.State, n.No = Awarded, fmt.Sprintf("RY%d-%s-%d", int64(a.ResultDay)/10000, n.ID, n.Category)
			return step(ctx, tx, n, Step{What: "grant", Holder: n.Owner})
		})
		if err == nil {
			err = answer(ctx, tx, *n, "评选结果公布了")
		}
		if err == nil {
			err = told(ctx, tx, *n)
		}
	}
	return err
}

// told leaves word with a volunteer who was chosen: where his certificate is.
func told(ctx context.Context, tx *db.Tx, n Nomination) error {
	if n.Kind != Volunteer {
		return nil
	}
	to, there, err := account.OfPerson(ctx, tx, n.PersonID)
	if err != nil || !there {
		return err
	}
	return inspection.Notify(ctx, tx, []db.ID{to.ID}, notify.Message{Title: "评选结果公布了，您入选了", Text: "荣誉证书在“我的荣誉”里下载", Link: my})
}

// ObjectInput is what somebody says against one who is before the public.
type ObjectInput struct {
	ID           db.ID  `path:"id" doc:"评选"`
	NominationID db.ID  `json:"nomination_id"`
	Text         string `json:"text" minLength:"1" maxLength:"2000" doc:"什么事，凭什么；不用写自己是谁"`
}

// Made is a new objection: its receipt is told this once.
type Made struct {
	Receipt string `json:"receipt" doc:"查答复的唯一凭证，请抄下来"`
}

func bodyAt(id db.ID) string { return seal.At("award_objection", "body", int64(id)) }

// Object takes an objection from anybody while the list is not final. No account, address or device is kept with it, and of the time only
// the day; the route drops who is signed in (web.Nobody).
func (s *Service) Object(ctx context.Context, in ObjectInput) (Made, error) {
	op := act.Op{Perm: Look, Action: "award.object"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Made, err error) {
		a, err := campaigns.Get(ctx, tx, in.ID)
		if err == nil && a.State == Cancelled {
			err = errs.ErrNotFound
		}
		if err == nil && a.State != InNotice {
			err = errs.WrongState("现在不在公示期")
		}
		if err != nil {
			return out, err
		}
		if err := campaigns.Lock(ctx, tx, a); err != nil { // it is not published at the same moment
			return out, err
		}
		n, there, err := db.Found(shownOne.One(ctx, tx, in.NominationID, a.ID))
		if err == nil && !there {
			err = errs.Field("nomination_id", "名单上没有")
		}
		if err == nil && strings.TrimSpace(in.Text) == "" {
			err = errs.Field("text", "请写明是什么事")
		}
		if err != nil {
			return out, err
		}
		out.Receipt = complaint.NewReceipt()
		x := Objection{ID: complaint.NewID(), Version: 1, AwardID: a.ID, Region: a.Region, NominationID: n.ID, Receipt: s.blind(out.Receipt),
			State: Waits, Day: clock.DayOf(tx.Now)}
		x.Body = s.keys.SealText(in.Text, bodyAt(x.ID))
		if err := objectionKind.Enter(ctx, tx, op, &x); err != nil {
			return out, err
		}
		return out, inspection.NotifyOfficers(ctx, tx, a.Region, notify.Message{Title: "公示名单有人提出异议，请核查", Text: a.Title,
			Link: page(gov, a.ID)})
	})
}

func (s *Service) blind(receipt string) []byte {
	return s.keys.Blind("award objection", complaint.Digits(receipt))
}

// AnswerInput answers an objection.
type AnswerInput struct {
	ID      db.ID  `path:"id" doc:"异议"`
	Version int64  `json:"version" minimum:"1"`
	Outcome string `json:"outcome" enum:"upheld,dismissed" doc:"upheld 成立：从名单上取消；dismissed 不成立"`
	Answer  string `json:"answer" minLength:"1" maxLength:"1000" doc:"查了什么、为什么；提出的人凭回执看得到"`
}

// Answer decides about an objection, by somebody who had no hand in the nomination; one that is right takes it off the list.
func (s *Service) Answer(ctx context.Context, in AnswerInput) (Objection, error) {
	op := act.Op{Perm: Manage, Action: "award.answer", ID: in.ID, Version: in.Version, From: []string{Waits}}
	return objectionKind.Change(ctx, s.db, op, func(tx *db.Tx, x *Objection) error {
		n, err := nominations.Get(ctx, tx, x.NominationID)
		if err != nil {
			return err
		}
		if err := s.next(ctx, tx, n); err != nil {
			return err
		}
		if err := unmarked(ctx, tx, n, "异议由另一个人答复"); err != nil {
			return err
		}
		if strings.TrimSpace(in.Answer) == "" {
			return errs.Field("answer", "请写答复")
		}
		me := auth.From(ctx)
		x.State, x.Answer, x.AnsweredBy, x.Answerer, x.AnsweredDay = in.Outcome, in.Answer, me.Account, me.Name, clock.DayOf(tx.Now)
		what := map[string]string{Upheld: "strike", Dismissed: "keep"}[in.Outcome]
		return nominationKind.Alter(ctx, tx, act.Op{Action: "award." + what}, &n, func(tx *db.Tx, n *Nomination) error {
			if in.Outcome == Upheld && n.State == Chosen {
				n.State = Struck
			}
			return step(ctx, tx, n, Step{What: what, Holder: n.Owner})
		})
	})
}

// FollowInput is a receipt, however it was typed.
type FollowInput struct {
	Receipt string `path:"receipt" maxLength:"40"`
}

// Followed is an objection as who made it reads it.
type Followed struct {
	Receipt string    `json:"receipt"`
	Award   string    `json:"award"`
	State   string    `json:"state"`
	Answer  string    `json:"answer"`
	Day     clock.Day `json:"day"`
}

// Lookup shows how an objection stands to who has its receipt.
func (s *Service) Lookup(ctx context.Context, in FollowInput) (Followed, error) {
	return act.Read(ctx, s.db, Look, func(tx *db.Tx) (out Followed, err error) {
		x, err := byReceipt.Get(ctx, tx, s.blind(in.Receipt))
		if err != nil {
			return out, err
		}
		a, err := campaigns.Get(ctx, tx, x.AwardID)
		return Followed{complaint.Digits(in.Receipt), a.Title, x.State, x.Answer, x.Day}, err
	})
}

// AskInput looks an objection up by its receipt.
type AskInput struct {
	Receipt string `query:"receipt" maxLength:"40"`
}

// Asked is the page on which a receipt is asked for, or what it leads to.
type Asked struct {
	Receipt string
	Found   *Followed
}

// Ask gives the page on which an objection is followed.
func (s *Service) Ask(ctx context.Context, in AskInput) (Asked, error) {
	out := Asked{Receipt: in.Receipt}
	if in.Receipt == "" {
		return out, auth.Allow(ctx, Look)
	}
	f, err := s.Lookup(ctx, FollowInput(in))
	if err == nil {
		out.Found = &f
	}
	if err == errs.ErrNotFound {
		err = nil
	}
	return out, err
}
