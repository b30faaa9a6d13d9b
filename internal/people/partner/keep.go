package partner

import (
	"context"
	"strings"

	"linli/internal/civic/account"
	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
)

// Facts are what a unit says of itself.
type Facts struct {
	Name    string `json:"name" minLength:"2" maxLength:"60" doc:"单位名称"`
	Address string `json:"address" required:"false" maxLength:"100"`
	Phone   string `json:"phone" required:"false" maxLength:"40" doc:"单位的电话，不填个人的"`
	About   string `json:"about" required:"false" maxLength:"500" doc:"做什么的，能出什么力"`
	Open    bool   `json:"open" required:"false" doc:"单位同意公开它提供的服务"`
}

func (f Facts) check() error {
	if strings.TrimSpace(f.Name) == "" {
		return errs.Field("name", "请写单位名称")
	}
	return nil
}

func (f Facts) write(p *Partner) {
	p.Name, p.Address, p.Phone = strings.TrimSpace(f.Name), strings.TrimSpace(f.Address), strings.TrimSpace(f.Phone)
	p.About, p.Open = strings.TrimSpace(f.About), f.Open
}

// CreateInput enters a unit.
type CreateInput struct {
	Region auth.Region `json:"region" doc:"在哪个嘎查村（社区）"`
	Kind   string      `json:"kind" set:"partner.kind" maxLength:"20"`
	Facts
}

// Create enters a unit. Firms, religious and overseas bodies wait until the town has looked at their qualification.
func (s *Service) Create(ctx context.Context, in CreateInput) (Detail, error) {
	op := act.Op{Perm: Keep, Action: "partner.create", Check: in.check}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Detail, error) {
		if err := auth.Require(ctx, Keep, Keep, auth.Place{Region: in.Region}); err != nil {
			return Detail{}, err
		}
		there, err := region.Exists(ctx, tx, in.Region)
		if err == nil && (!there || in.Region.Level() != auth.LevelCommunity) {
			err = errs.Field("region", "请选到嘎查村（社区）")
		}
		if err != nil {
			return Detail{}, err
		}
		p := Partner{ID: tx.NewID(), Version: 1, Region: in.Region, Kind: in.Kind, State: Active, MadeBy: auth.From(ctx).Account,
			MadeAt: tx.Now}
		if checked[in.Kind] {
			p.State = Waits
		}
		in.write(&p)
		if err := single(ctx, tx, p); err != nil {
			return Detail{}, err
		}
		if err := s.partners.Enter(ctx, tx, op, &p); err != nil {
			return Detail{}, err
		}
		return s.detail(ctx, tx, p.ID)
	})
}

func single(ctx context.Context, tx *db.Tx, p Partner) error {
	_, taken, err := db.Found(namesake.One(ctx, tx, p.Region, p.Name, p.ID))
	if err == nil && taken {
		err = errs.Field("name", "这里已经登记了这个单位")
	}
	return err
}

// EditInput says anew what a unit says of itself.
type EditInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	Facts
}

// Edit is done by the unit's contact, or at the desk for him. A unit that was looked at keeps the name under which it was: papers were
// seen of that one and no other.
func (s *Service) Edit(ctx context.Context, in EditInput) (Detail, error) {
	op := act.Op{Perm: Offers, Action: "partner.edit", ID: in.ID, Version: in.Version, From: []string{Waits, Active}, Check: in.check}
	return s.change(ctx, op, func(tx *db.Tx, p *Partner) error {
		was := p.Name
		if in.write(p); p.DecidedBy != 0 && p.Name != was {
			return errs.Field("name", "核对过的单位不改名；改了名的，结束这一个，另登记一个再核对")
		}
		return single(ctx, tx, *p)
	})
}

// DecideInput says whether a unit is qualified.
type DecideInput struct {
	ID       db.ID  `path:"id"`
	Version  int64  `json:"version" minimum:"1"`
	Decision string `json:"decision" required:"false" enum:"approve,refuse" default:"approve"`
	Reason   string `json:"reason" minLength:"1" maxLength:"200" doc:"看了什么：执照、登记证、主管部门的意见"`
}

// Decide ends the waiting of a unit whose qualification is looked at; not by who entered it.
func (s *Service) Decide(ctx context.Context, in DecideInput) (Detail, error) {
	op := act.Op{Perm: Check, Action: "partner.check", ID: in.ID, Version: in.Version, From: []string{Waits}, Check: func() error {
		return said("reason", in.Reason, "请写看了什么")
	}}
	return s.change(ctx, op, func(tx *db.Tx, p *Partner) error {
		me := auth.From(ctx).Account
		if p.MadeBy == me {
			return errs.Deny("自己登记的单位，请另一个人来核对")
		}
		at := tx.Now
		p.State, p.DecidedBy, p.DecidedAt, p.Reason = Active, me, &at, strings.TrimSpace(in.Reason)
		if in.Decision == "refuse" {
			p.State = Refused
		}
		return nil
	})
}

func said(field, text, words string) error {
	if strings.TrimSpace(text) == "" {
		return errs.Field(field, words)
	}
	return nil
}

// EndInput ends something, with a reason.
type EndInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200"`
}

func (in EndInput) check() error { return said("reason", in.Reason, "请写明原因") }

// End takes a unit off the register; its offers end, nobody speaks for it any more, what it took part in stays.
func (s *Service) End(ctx context.Context, in EndInput) (Detail, error) {
	op := act.Op{Perm: Keep, Action: "partner.end", ID: in.ID, Version: in.Version, From: []string{Waits, Active, Refused}, Check: in.check}
	return s.change(ctx, op, func(tx *db.Tx, p *Partner) error {
		n, err := undecided.One(ctx, tx, p.ID)
		if err == nil && n > 0 {
			err = errs.WrongState("还有约好的事没有了结：先取消，或者记下来没来")
		}
		if err != nil {
			return err
		}
		today := clock.DayOf(tx.Now)
		list, err := offersOf.All(ctx, tx, p.ID)
		for _, o := range list {
			if err == nil && o.State == Open {
				err = s.offers.Alter(ctx, tx, act.Op{Action: "partner.end_offer"}, &o, func(_ *db.Tx, o *Offer) error {
					o.State, o.EndedDay = Ended, today
					return nil
				})
			}
		}
		if err == nil {
			err = silence(ctx, tx, p.ID, "单位不再合作")
		}
		p.State, p.EndedDay, p.Reason, p.ContactID, p.ContactName = Ended, today, strings.TrimSpace(in.Reason), 0, ""
		return err
	})
}

// silence ends today what somebody speaks for.
func silence(ctx context.Context, tx *db.Tx, partner db.ID, why string) error {
	c, there, err := db.Found(contactNow.One(ctx, tx, partner))
	if err != nil || !there {
		return err
	}
	c.ToDay, c.Reason = clock.DayOf(tx.Now), why
	return contactTable.Update(ctx, tx, &c)
}

// AppointInput names who speaks for a unit from today on.
type AppointInput struct {
	ID       db.ID  `path:"id"`
	Version  int64  `json:"version" minimum:"1"`
	PersonID db.ID  `json:"person_id" required:"false" doc:"登记编号；不知道就写姓名和手机号"`
	Name     string `json:"name" required:"false" maxLength:"80" doc:"姓名"`
	Phone    string `json:"phone" required:"false" maxLength:"40" doc:"他登记的手机号"`
	Post     string `json:"post" required:"false" maxLength:"40" doc:"职务"`
	Reason   string `json:"reason" required:"false" maxLength:"200" doc:"为什么换人"`
}

// Appoint names the contact of a unit: who was it ends today, and he is his successor.
func (s *Service) Appoint(ctx context.Context, in AppointInput) (Detail, error) {
	op := act.Op{Perm: Keep, Action: "partner.appoint", ID: in.ID, Version: in.Version, From: []string{Waits, Active}, Cause: in.Reason}
	return s.change(ctx, op, func(tx *db.Tx, p *Partner) error {
		who, err := s.who(ctx, tx, in)
		if err != nil {
			return err
		}
		if who.ID == p.ContactID {
			return errs.Field("name", "他已经是联系人")
		}
		was, _, err := db.Found(contactNow.One(ctx, tx, p.ID))
		if err == nil {
			err = silence(ctx, tx, p.ID, strings.TrimSpace(in.Reason))
		}
		if err != nil {
			return err
		}
		if err := contactTable.Insert(ctx, tx, Contact{ID: tx.NewID(), PartnerID: p.ID, PersonID: who.ID, FollowsID: was.ID,
			Post: strings.TrimSpace(in.Post), FromDay: clock.DayOf(tx.Now), GivenBy: auth.From(ctx).Account, GivenAt: tx.Now}); err != nil {
			return err
		}
		p.ContactID, p.ContactName = who.ID, who.Name
		return tell(ctx, tx, who.ID, "您是驻区单位的联系人", p.Name, minePath(p.ID))
	})
}

// who finds somebody of the register, by his entry or by his name and number.
func (s *Service) who(ctx context.Context, tx *db.Tx, in AppointInput) (p person.Person, err error) {
	if in.PersonID != 0 {
		p, err = person.Get(ctx, tx, in.PersonID)
		if errs.KindOf(err) == errs.NotFound {
			return p, errs.Field("person_id", "没有这位登记的人")
		}
	} else {
		p, err = s.persons.One(ctx, tx, in.Phone, in.Name)
	}
	if err != nil {
		return p, err
	}
	if p.ID == 0 || p.State != person.Active {
		return p, errs.Field("name", "没有这位登记的人，请先登记，再来选")
	}
	if age := person.AgeOn(p.BirthDay, clock.DayOf(tx.Now)); age >= 0 && age < person.Adult {
		return p, errs.Field("name", "联系人要满十八周岁")
	}
	return p, nil
}

// Release ends who speaks for a unit without a successor: it then stands on the desk's list of units without a contact.
func (s *Service) Release(ctx context.Context, in EndInput) (Detail, error) {
	op := act.Op{Perm: Keep, Action: "partner.release", ID: in.ID, Version: in.Version, Cause: in.Reason, From: []string{Waits, Active},
		Check: in.check}
	return s.change(ctx, op, func(tx *db.Tx, p *Partner) error {
		if p.ContactID == 0 {
			return errs.WrongState("现在没有联系人")
		}
		if err := silence(ctx, tx, p.ID, strings.TrimSpace(in.Reason)); err != nil {
			return err
		}
		err := tell(ctx, tx, p.ContactID, "您不再是驻区单位的联系人", p.Name, my)
		p.ContactID, p.ContactName = 0, ""
		return err
	})
}

// change is a change of a unit that answers with all of it.
func (s *Service) change(ctx context.Context, op act.Op, fn func(tx *db.Tx, p *Partner) error) (Detail, error) {
	return act.ChangeTo(ctx, s.db, &s.partners, op, fn, func(tx *db.Tx, p Partner) (Detail, error) { return s.detail(ctx, tx, p.ID) })
}

// tell sends word to a person who has an account.
func tell(ctx context.Context, tx *db.Tx, id db.ID, title, text, link string) error {
	a, ok, err := account.OfPerson(ctx, tx, id)
	if err != nil || !ok {
		return err
	}
	return notify.Send(ctx, tx, notify.Message{To: a.ID, Kind: "partner", Title: title, Text: text, Link: link})
}
