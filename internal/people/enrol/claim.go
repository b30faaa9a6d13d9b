package enrol

import (
	"context"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/spelling"
)

// ClaimInput agrees by the code of a slip, or says no.
type ClaimInput struct {
	Code       string       `json:"code" minLength:"1" maxLength:"80" format:"any-text" doc:"纸条上的十二位号码"`
	Name       string       `json:"name" minLength:"1" maxLength:"80" doc:"自己的姓名，和纸条上的一样"`
	Agreed     bool         `json:"agreed" required:"false" doc:"看过风险说明（志愿服务条例第十二条），同意登记为志愿者"`
	Refuse     bool         `json:"refuse" required:"false" doc:"不同意：名单上删去"`
	Identities person.Codes `json:"identities" required:"false" maxItems:"9" doc:"身份；名单上没有写的要选"`
	BirthDay   clock.Day    `json:"birth_day" required:"false" doc:"出生日期；名单上没有写的要填，未成年人由监护人同意"`
}

func (in *ClaimInput) check(ctx context.Context) error {
	c := errs.Check{}
	if _, code, pasted := strings.Cut(in.Code, "code="); pasted { // the address in the QR, whose host may have digits
		in.Code = code
	}
	in.Code = strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, spelling.Digits(in.Code))
	c.That(len(in.Code) == 12, "code", "号码是十二位数字")
	c.That(in.Agreed != in.Refuse, "agreed", "请选同意登记，或者不同意")
	c.That(born(ctx, in.BirthDay), "birth_day", "请看看出生日期对不对")
	return c.Err()
}

// Done says what came of an answer; somebody who refused is in no row any more.
type Done struct {
	ID      db.ID  `json:"id"`
	GroupID db.ID  `json:"group_id"`
	Unit    string `json:"unit"`
	Agreed  bool   `json:"agreed"`
	No      string `json:"volunteer_no" doc:"志愿者编号；不同意的没有"`
}

// Claim is somebody's own answer with the slip in his hand. Code and name together are looked for, so that neither alone tells anything.
func (s *Service) Claim(ctx context.Context, in ClaimInput) (Done, error) {
	op := act.Op{Perm: Claim, Action: "enrol.claim", Check: func() error { return in.check(ctx) }}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Done, error) {
		e, ok, err := db.Found(byCode.One(ctx, tx, s.mac(in.Code)))
		if err == nil && ok {
			err = s.open(&e)
		}
		if err != nil {
			return Done{}, err
		}
		if !ok || !spelling.Same(e.Said.Name, spelling.Name(in.Name)) {
			return Done{}, errs.Field("code", "没有这个号码和姓名，请照纸条上的写；过期的已经删去")
		}
		if e.State != Pending {
			return Done{}, errs.WrongState("这个号码已经用过")
		}
		if in.Refuse {
			return s.refuse(ctx, tx, e)
		}
		p, err := s.holder(ctx, tx, &e, in.BirthDay)
		if err != nil {
			return Done{}, err
		}
		return s.agree(ctx, tx, op.Action, e, p, assent{how: ByCode, consent: person.BySelf, own: true, identities: in.Identities})
	})
}

// holder is the entry of who holds a slip: his own when he is signed in, else a new one. Somebody who stands in the register already is
// asked to sign in: a slip alone does not change anything about him.
func (s *Service) holder(ctx context.Context, tx *db.Tx, e *Entry, birth clock.Day) (p person.Person, err error) {
	switch me := auth.From(ctx); {
	case me.Person != 0:
		if p, err = person.Get(ctx, tx, me.Person); err == nil && !spelling.Same(p.Name, e.Said.Name) {
			err = errs.Field("name", "这不是您自己的纸条：请本人用自己的账号，或者退出登录再办")
		}
		return p, err
	case me.SignedIn():
		return p, errs.Deny("替本人办的，请在名单的页面上办")
	}
	if _, there, err := s.namesake(ctx, tx, e.Said.Phone, e.Said.Name); err != nil || there {
		return p, or(err, errs.Field("code", "您已经有登记：请登录自己的账号再同意，或者到站里当面办"))
	}
	if err := e.complete(birth); err != nil {
		return p, err
	}
	return s.persons.Add(ctx, tx, newPerson(*e, person.BySelf, 0, ""))
}

// complete takes the day of birth of somebody of whom the list does not say it: a child does not agree for himself.
func (e *Entry) complete(birth clock.Day) error {
	if e.Said.BirthDay == 0 {
		e.Said.BirthDay = birth
	}
	if e.Said.BirthDay == 0 {
		return errs.Field("birth_day", "名单上没有出生日期，请填上：未成年人要由监护人同意")
	}
	return nil
}

func newPerson(e Entry, consent string, guardian db.ID, relation string) person.NewPerson {
	return person.NewPerson{Name: e.Said.Name, BirthDay: e.Said.BirthDay, Phone: e.Said.Phone, Region: e.Region, Consent: consent,
		GuardianID: guardian, Relation: relation}
}

// assent is how somebody agreed.
type assent struct {
	how, consent string
	own          bool
	guardian     db.ID
	identities   person.Codes
}

// agree registers somebody who has agreed; who is a volunteer already stays the one he is.
func (s *Service) agree(ctx context.Context, tx *db.Tx, action string, e Entry, p person.Person, a assent) (out Done, err error) {
	if clock.DayOf(tx.Now) > e.DueDay { // the row goes within the hour
		return out, errs.WrongState("过了答复的日子，名单上就要删去；愿意的请到站里登记")
	}
	v, is, err := volunteer.OfPerson(ctx, tx, p.ID)
	if err == nil && !is {
		identities := e.Said.Identities
		if len(a.identities) > 0 {
			identities = a.identities
		}
		v, err = s.volunteers.Enlist(ctx, tx, p.ID, a.own, volunteer.RegisterInput{Region: e.Region, Agreed: true, Consent: a.consent,
			GuardianID: a.guardian, Facts: volunteer.Facts{Identities: identities, MaxKm: 5}})
	}
	if err != nil {
		return out, err
	}
	me := auth.From(ctx)
	err = s.entries.Alter(ctx, tx, act.Op{Action: action}, &e, func(tx *db.Tx, e *Entry) error {
		e.State, e.Facts, e.Phone, e.PersonID, e.VolunteerID = Claimed, nil, nil, p.ID, v.ID
		e.How, e.AgreedAt, e.AgreedBy = a.how, &tx.Now, me.Account
		if a.how == AtDesk {
			e.AgreedName = me.Name
		}
		return nil
	})
	return Done{ID: e.ID, GroupID: e.GroupID, Unit: e.Unit, Agreed: true, No: v.No}, err
}

// refuse takes somebody off the list at his own word; a number stays.
func (s *Service) refuse(ctx context.Context, tx *db.Tx, e Entry) (Done, error) {
	if err := remove(ctx, tx, e); err != nil {
		return Done{}, err
	}
	if _, err := refused.Run(ctx, tx, e.GroupID); err != nil {
		return Done{}, err
	}
	err := audit.Write(ctx, tx, audit.Entry{Action: "enrol.refuse", Object: "enrolment", ID: e.ID.String(), Region: e.Region})
	return Done{ID: e.ID, GroupID: e.GroupID, Unit: e.Unit}, err
}

// AcceptInput answers when signed in: what a list says of oneself.
type AcceptInput struct {
	ID         db.ID        `path:"id"`
	Version    int64        `json:"version" minimum:"1"`
	Agreed     bool         `json:"agreed" required:"false" doc:"看过风险说明（志愿服务条例第十二条），同意登记为志愿者"`
	Refuse     bool         `json:"refuse" required:"false" doc:"不同意：名单上删去"`
	Identities person.Codes `json:"identities" required:"false" maxItems:"9"`
}

// Accept is somebody's own answer with his account: on the list stands his name with his telephone.
func (s *Service) Accept(ctx context.Context, in AcceptInput) (Done, error) {
	op := act.Op{Perm: Own, Action: "enrol.accept", Check: func() error {
		if in.Agreed == in.Refuse {
			return errs.Field("agreed", "请选同意登记，或者不同意")
		}
		return nil
	}}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Done, error) {
		p, list, err := s.offered(ctx, tx)
		if err != nil {
			return Done{}, err
		}
		for _, e := range list {
			switch {
			case e.ID != in.ID:
				continue
			case e.Version != in.Version:
				return Done{}, errs.ErrStale
			case in.Refuse:
				return s.refuse(ctx, tx, e)
			}
			return s.agree(ctx, tx, op.Action, e, p, assent{how: ByLink, consent: person.BySelf, own: true, identities: in.Identities})
		}
		return Done{}, errs.ErrNotFound
	})
}

// offered are the lists on which the actor stands with his own name and telephone.
func (s *Service) offered(ctx context.Context, tx *db.Tx) (p person.Person, out []Entry, err error) {
	me := auth.From(ctx).Person
	if me == 0 {
		return p, nil, nil
	}
	if p, err = person.Get(ctx, tx, me); err != nil {
		return p, nil, err
	}
	list, err := byOwnPhone.All(ctx, tx, me)
	for _, e := range list {
		if err := s.open(&e); err != nil {
			return p, nil, err
		}
		if spelling.Same(e.Said.Name, p.Name) {
			out = append(out, e)
		}
	}
	return p, out, err
}

// AgreeInput takes down that somebody agreed in person.
type AgreeInput struct {
	ID         db.ID        `path:"id"`
	Version    int64        `json:"version" minimum:"1"`
	Consent    string       `json:"consent" enum:"spoken,paper,guardian" maxLength:"8" doc:"本人当面怎样同意的"`
	GuardianID db.ID        `json:"guardian_id" required:"false" doc:"监护人的登记编号"`
	Relation   string       `json:"relation" required:"false" maxLength:"20"`
	Identities person.Codes `json:"identities" required:"false" maxItems:"9"`
	BirthDay   clock.Day    `json:"birth_day" required:"false" doc:"出生日期；名单上没有写的要填"`
}

// Agree takes down at the desk that somebody who stands there agreed; who took it down is named, with the day.
func (s *Service) Agree(ctx context.Context, in AgreeInput) (Done, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Enter, Action: "enrol.agree"}, func(tx *db.Tx) (Done, error) {
		e, err := byID.Get(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, Enter, View, e.at())
		}
		switch {
		case err != nil:
			return Done{}, err
		case e.Version != in.Version:
			return Done{}, errs.ErrStale
		case e.State != Pending:
			return Done{}, errs.WrongState("本人已经同意过")
		}
		if err := s.open(&e); err != nil {
			return Done{}, err
		}
		if !born(ctx, in.BirthDay) {
			return Done{}, errs.Field("birth_day", "请看看出生日期对不对")
		}
		if err := e.complete(in.BirthDay); err != nil {
			return Done{}, err
		}
		p, err := s.persons.Add(ctx, tx, newPerson(e, in.Consent, in.GuardianID, in.Relation))
		if err != nil {
			return Done{}, err
		}
		if p.ID == auth.From(ctx).Person {
			return Done{}, errs.Deny("自己的请用自己的账号同意")
		}
		return s.agree(ctx, tx, "enrol.agree", e, p, assent{how: AtDesk, consent: in.Consent, guardian: in.GuardianID,
			identities: in.Identities})
	})
}

// DisputeInput says that one did not agree.
type DisputeInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" minLength:"1" maxLength:"300" doc:"怎么回事"`
}

// Dispute says that one did not agree to having been registered; somebody who had no part in it looks.
func (s *Service) Dispute(ctx context.Context, in DisputeInput) (Entry, error) {
	op := act.Op{Perm: Own, Action: "enrol.dispute", ID: in.ID, Version: in.Version, From: []string{Claimed},
		Wrong: "已经提过", Check: func() error {
			if strings.TrimSpace(in.Reason) == "" {
				return errs.Field("reason", "请写怎么回事")
			}
			return nil
		}}
	return s.own.Change(ctx, s.db, op, func(tx *db.Tx, e *Entry) error {
		e.State, e.Objection, e.ObjectedAt = Disputed, strings.TrimSpace(in.Reason), &tx.Now
		return nil
	})
}

// SettleInput answers somebody who said that he did not agree.
type SettleInput struct {
	ID       db.ID  `path:"id"`
	Version  int64  `json:"version" minimum:"1"`
	Decision string `json:"decision" enum:"uphold,explained" maxLength:"10" doc:"uphold 本人说得对，退出登记；explained 说清楚了，本人留下"`
	Reason   string `json:"reason" minLength:"1" maxLength:"200"`
}

// Settle answers a dispute, by somebody who neither entered him nor took down that he agreed. Who is right is no volunteer from then on.
func (s *Service) Settle(ctx context.Context, in SettleInput) (Entry, error) {
	op := act.Op{Perm: Judge, Action: "enrol.settle", ID: in.ID, Version: in.Version, Cause: in.Reason, From: []string{Disputed},
		Wrong: "没有要说清楚的", Check: func() error {
			if strings.TrimSpace(in.Reason) == "" {
				return errs.Field("reason", "请写怎样办的，本人看得到")
			}
			return nil
		}}
	return s.disputes.Change(ctx, s.db, op, func(tx *db.Tx, e *Entry) error {
		me := auth.From(ctx)
		if me.Account == e.MadeBy || me.Account == e.AgreedBy || me.Person != 0 && me.Person == e.PersonID {
			return errs.Deny("名单是您交的，或者同意是您经办的：请换人")
		}
		e.State, e.Outcome, e.SettledBy = Settled, strings.TrimSpace(in.Reason), me.Account
		if in.Decision == "uphold" {
			return s.volunteers.OnWithdrawn(ctx, tx, person.WithdrawnEvent{Person: e.PersonID, Purpose: person.PurposeVolunteer})
		}
		return nil
	})
}
