package casework

import (
	"context"
	"strings"

	"linli/internal/civic/account"
	"linli/internal/civic/appointment"
	"linli/internal/civic/person"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
)

// OpenInput opens a case of somebody in the register.
type OpenInput struct {
	PersonID  db.ID     `json:"person_id" required:"false" doc:"登记编号；不知道就写姓名和手机号"`
	Name      string    `json:"name" required:"false" maxLength:"80" doc:"姓名"`
	Phone     string    `json:"phone" required:"false" maxLength:"40" doc:"登记的手机号"`
	Ground    string    `json:"ground" set:"casework.ground" maxLength:"10"`
	GroundRef string    `json:"ground_ref" required:"false" maxLength:"200" doc:"法定职责的写明依据；同意书编号"`
	GroundDay clock.Day `json:"ground_day" doc:"哪天同意的，或者依据的日期"`
	Goal      string    `json:"goal" minLength:"1" maxLength:"500"`
	Safety    string    `json:"safety" required:"false" maxLength:"300" doc:"去的人要留意的"`
	ReviewDay clock.Day `json:"review_day" doc:"哪天复查"`
}

func (in OpenInput) check(today clock.Day) error {
	c := errs.Check{}
	c.That(strings.TrimSpace(in.Goal) != "", "goal", "请写目标")
	c.That(in.Ground != "law" || strings.TrimSpace(in.GroundRef) != "", "ground_ref", "请写明法律依据")
	c.That(in.GroundDay != 0 && in.GroundDay <= today, "ground_day", "要在今天以前")
	c.That(in.ReviewDay > today && in.ReviewDay <= today.AddDays(reviewMost), "review_day", "在今天以后，半年以内")
	return c.Err()
}

// reviewMost is how many days may pass until a case is looked at again. A convention of this system.
const reviewMost = 183

// Open opens a case: the social worker who opens it leads it.
func (s *Service) Open(ctx context.Context, in OpenInput) (Receipt, error) {
	op := act.Op{Perm: Lead, Action: "case.open", Check: func() error { return in.check(clock.Today(ctx)) }}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Receipt, err error) {
		p, err := s.who(ctx, tx, in)
		if err != nil {
			return out, err
		}
		c := Case{ID: tx.NewID(), Version: 1, Region: p.Region, PersonID: p.ID, Ground: in.Ground, GroundDay: in.GroundDay,
			ReviewDay: in.ReviewDay, State: Open, OpenedAt: tx.Now, Name: p.Name, relation: Worker}
		c.GroundRef = s.keys.SealText(strings.TrimSpace(in.GroundRef), at("casework", "ground_ref", c.ID))
		c.Goal = s.keys.SealText(strings.TrimSpace(in.Goal), at("casework", "goal", c.ID))
		c.Safety = s.keys.SealText(strings.TrimSpace(in.Safety), at("casework", "safety", c.ID))
		if err := s.cases.Enter(ctx, tx, op, &c); err != nil {
			return out, err
		}
		me := auth.From(ctx)
		return c.receipt(), postTable.Insert(ctx, tx, Post{ID: tx.NewID(), CaseID: c.ID, AccountID: me.Account, Name: me.Name, Part: Worker,
			FromDay: clock.DayOf(tx.Now), GivenBy: me.Name, GivenAt: tx.Now})
	})
}

func (c Case) receipt() Receipt { return Receipt{c.ID, c.Version, c.State} }

// who finds the person; where the actor is no social worker there is nobody.
func (s *Service) who(ctx context.Context, tx *db.Tx, in OpenInput) (p person.Person, err error) {
	if in.PersonID != 0 {
		p, err = person.Get(ctx, tx, in.PersonID)
	} else if p, err = s.persons.One(ctx, tx, in.Phone, in.Name); err == nil && !auth.Can(ctx, Lead, auth.Place{Region: p.Region}) {
		err = errs.Field("name", "没有这位登记的人，请先登记")
	}
	if err != nil {
		return p, err
	}
	if err := auth.Require(ctx, Lead, Lead, auth.Place{Region: p.Region}); err != nil {
		return p, err
	}
	if p.State != person.Active {
		return p, errs.ErrNotFound
	}
	if p.ID == auth.From(ctx).Person {
		return p, errs.Deny("自己的个案，请别的社工来开")
	}
	return p, nil
}

// EditInput says goal, safety and the day of the next review anew.
type EditInput struct {
	ID        db.ID     `path:"id"`
	Version   int64     `json:"version" minimum:"1"`
	Goal      string    `json:"goal" minLength:"1" maxLength:"500"`
	Safety    string    `json:"safety" required:"false" maxLength:"300"`
	ReviewDay clock.Day `json:"review_day"`
}

// Edit says them anew; whoever has read an older version is told so and loses nothing in silence.
func (s *Service) Edit(ctx context.Context, in EditInput) (Receipt, error) {
	return s.change(ctx, act.Op{Action: "case.edit", ID: in.ID, Version: in.Version, Check: func() error {
		today, c := clock.Today(ctx), errs.Check{}
		c.That(strings.TrimSpace(in.Goal) != "", "goal", "请写目标")
		c.That(in.ReviewDay > today && in.ReviewDay <= today.AddDays(reviewMost), "review_day", "在今天以后，半年以内")
		return c.Err()
	}}, func(_ *db.Tx, c *Case) error {
		c.Goal = s.keys.SealText(strings.TrimSpace(in.Goal), at("casework", "goal", c.ID))
		c.Safety = s.keys.SealText(strings.TrimSpace(in.Safety), at("casework", "safety", c.ID))
		c.ReviewDay = in.ReviewDay
		return nil
	})
}

// change is a change of an open case by who leads it or watches over it.
func (s *Service) change(ctx context.Context, op act.Op, fn func(tx *db.Tx, c *Case) error) (Receipt, error) {
	op.Perm, op.From = Lead, []string{Open}
	return act.ChangeTo(ctx, s.db, &s.cases, op, fn, func(_ *db.Tx, c Case) (Receipt, error) { return c.receipt(), nil })
}

// StepInput plans a step.
type StepInput struct {
	ID      db.ID     `path:"id"`
	Version int64     `json:"version" minimum:"1"`
	Text    string    `json:"text" minLength:"1" maxLength:"300"`
	DueDay  clock.Day `json:"due_day"`
}

// Plan adds a step; the open one that is due first is the next step.
func (s *Service) Plan(ctx context.Context, in StepInput) (Receipt, error) {
	return s.change(ctx, act.Op{Action: "case.plan", ID: in.ID, Version: in.Version, Check: func() error {
		c := errs.Check{}
		c.That(strings.TrimSpace(in.Text) != "", "text", "请写做什么")
		c.That(in.DueDay >= clock.Today(ctx), "due_day", "不早于今天")
		return c.Err()
	}}, func(tx *db.Tx, c *Case) error {
		id := tx.NewID()
		return stepTable.Insert(ctx, tx, Step{ID: id, Version: 1, CaseID: c.ID, State: Open, DueDay: in.DueDay,
			Sealed: s.keys.SealText(strings.TrimSpace(in.Text), at("casework_step", "text", id))})
	})
}

// SettleInput says what came of a step.
type SettleInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	StepID  db.ID  `json:"step_id"`
	State   string `json:"state" enum:"done,dropped" maxLength:"8"`
}

// Settle says that a step was done, or will not be.
func (s *Service) Settle(ctx context.Context, in SettleInput) (Receipt, error) {
	return s.change(ctx, act.Op{Action: "case.settle", ID: in.ID, Version: in.Version}, func(tx *db.Tx, c *Case) error {
		x, ok, err := db.Found(stepTable.Get(ctx, tx, in.StepID))
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return err
		}
		if err != nil || !ok || x.CaseID != c.ID || x.State != Open {
			return errs.Field("step_id", "没有这一步，或者已经了结")
		}
		x.State, x.DoneDay = in.State, clock.DayOf(tx.Now)
		return stepTable.Update(ctx, tx, &x)
	})
}

// HelperInput names a helper.
type HelperInput struct {
	ID      db.ID     `path:"id"`
	Version int64     `json:"version" minimum:"1"`
	No      string    `json:"volunteer_no" minLength:"1" maxLength:"20"`
	Until   clock.Day `json:"until" doc:"看到哪天（含）；最多一年"`
}

// NameHelper lets a volunteer help from today until a day. The message to him says nothing of the case.
func (s *Service) NameHelper(ctx context.Context, in HelperInput) (Receipt, error) {
	return s.change(ctx, act.Op{Action: "case.name_helper", ID: in.ID, Version: in.Version}, func(tx *db.Tx, c *Case) error {
		today := clock.DayOf(tx.Now)
		if in.Until < today || in.Until > today.AddDays(366) {
			return errs.Field("until", "不早于今天，最多一年")
		}
		v, ok, err := db.Found(byNumber.One(ctx, tx, strings.TrimSpace(in.No)))
		if err != nil {
			return err
		}
		if !ok || v.Status != volunteer.Active || v.PersonID == c.PersonID {
			return errs.Field("volunteer_no", "没有这位在册的志愿者，或者就是他本人")
		}
		if _, there, err := db.Found(helpNow.One(ctx, tx, c.ID, v.PersonID, today)); err != nil || there {
			if err == nil {
				err = errs.Field("volunteer_no", "他已经是帮手")
			}
			return err
		}
		if err := helpTable.Insert(ctx, tx, Help{ID: tx.NewID(), Version: 1, CaseID: c.ID, VolunteerID: v.ID, FromDay: today,
			ToDay: in.Until.AddDays(1), GivenBy: auth.From(ctx).Name, GivenAt: tx.Now}); err != nil {
			return err
		}
		a, there, err := account.OfPerson(ctx, tx, v.PersonID)
		if err != nil || !there {
			return err
		}
		return notify.Send(ctx, tx, notify.Message{To: a.ID, Kind: "case", Title: "社工请您帮忙", Text: "打开看要做什么", Link: my})
	})
}

// DismissInput ends a helper's days.
type DismissInput struct {
	ID       db.ID `path:"id"`
	Version  int64 `json:"version" minimum:"1"`
	HelperID db.ID `json:"helper_id"`
}

// Dismiss ends a helper's days at once: from now on there is no such case for him.
func (s *Service) Dismiss(ctx context.Context, in DismissInput) (Receipt, error) {
	return s.change(ctx, act.Op{Action: "case.dismiss", ID: in.ID, Version: in.Version}, func(tx *db.Tx, c *Case) error {
		list, err := helpsOf.All(ctx, tx, c.ID)
		today := clock.DayOf(tx.Now)
		for _, h := range list {
			if err == nil && h.ID == in.HelperID && h.ToDay > today {
				h.ToDay = max(today, h.FromDay)
				return helpTable.Update(ctx, tx, &h)
			}
		}
		if err == nil {
			err = errs.Field("helper_id", "没有这位帮手")
		}
		return err
	})
}

// CloseInput ends a case.
type CloseInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Outcome string `json:"outcome" enum:"reached,partly,moved,declined,referred,died" maxLength:"10"`
}

// Close ends a case with what came of it; helpers see it no more.
func (s *Service) Close(ctx context.Context, in CloseInput) (Receipt, error) {
	return s.change(ctx, act.Op{Action: "case.close", ID: in.ID, Version: in.Version}, func(tx *db.Tx, c *Case) error {
		c.State, c.Outcome, c.ClosedDay = Closed, in.Outcome, clock.DayOf(tx.Now)
		return nil
	})
}

// AppointInput names who leads a case from today on, or who watches over it.
type AppointInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Login   string `json:"login" minLength:"1" maxLength:"32" doc:"社会工作者的账号名"`
	Part    string `json:"part" set:"casework_worker.part" maxLength:"12"`
}

// Appoint hands a case over to another social worker, or names who watches over it.
func (s *Service) Appoint(ctx context.Context, in AppointInput) (Receipt, error) {
	return s.change(ctx, act.Op{Action: "case.appoint", ID: in.ID, Version: in.Version, Detail: map[string]any{"part": in.Part}},
		func(tx *db.Tx, c *Case) error { return seat(ctx, tx, *c, in.Login, in.Part) })
}

// seat gives a case to a social worker who holds the role where the case is; who had it has it no longer.
func seat(ctx context.Context, tx *db.Tx, c Case, login, part string) error {
	today := clock.DayOf(tx.Now)
	who, err := sought(ctx, tx, c, login)
	if err != nil {
		return err
	}
	old, there, err := db.Found(standing.One(ctx, tx, c.ID, part))
	if err != nil {
		return err
	}
	if there && old.AccountID == who.ID {
		return errs.Field("login", "已经由他"+map[string]string{Worker: "负责", Supervisor: "督导"}[part])
	}
	if there {
		old.ToDay = today
		if err := postTable.Update(ctx, tx, &old); err != nil {
			return err
		}
	}
	me := auth.From(ctx)
	if err := postTable.Insert(ctx, tx, Post{ID: tx.NewID(), CaseID: c.ID, AccountID: who.ID, Name: who.Name, Part: part, FromDay: today,
		GivenBy: me.Name, GivenAt: tx.Now}); err != nil {
		return err
	}
	return notify.Send(ctx, tx, notify.Message{To: who.ID, Kind: "case", Title: "有一个社工个案交给您", Text: parts.Word(part), Link: desk})
}

// sought finds a social worker where a case is, who is not its person.
func sought(ctx context.Context, tx *db.Tx, c Case, login string) (who candidate, err error) {
	list, err := worker.All(ctx, tx, strings.ToLower(strings.TrimSpace(login)), clock.DayOf(tx.Now))
	if err != nil {
		return who, err
	}
	for _, x := range list {
		if x.Region.Contains(c.Region) {
			who = x
		}
	}
	switch {
	case who.ID == 0:
		err = errs.Field("login", "这里没有这个账号的社会工作者")
	case who.PersonID == c.PersonID:
		err = errs.Field("login", "他就是本人，请选别的社工")
	}
	return who, err
}

// assign is seat for who does not lead a case himself: not to an account that he made or could sign in with, or that was made by whom made
// his, until a third person has confirmed whose it is. Or one hand would choose the readers of a case, and read it.
func assign(ctx context.Context, tx *db.Tx, c Case, login string) error {
	who, err := sought(ctx, tx, c, login)
	if err != nil {
		return err
	}
	why, err := appointment.Apart(ctx, tx, auth.From(ctx).Account, who.ID, tx.Now)
	if err == nil && why != "" {
		err = errs.Field("login", why+"，不能由您把个案交给他")
	}
	if err != nil {
		return err
	}
	return seat(ctx, tx, c, login, Worker)
}

// AssignInput gives a case that nobody leads to a social worker.
type AssignInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Login   string `json:"login" minLength:"1" maxLength:"32" doc:"社会工作者的账号名"`
}

// Assign gives a case that nobody leads to a social worker; who does so does not see what is in it.
func (s *Service) Assign(ctx context.Context, in AssignInput) (Receipt, error) {
	kind := s.cases
	kind.View, kind.Place = Assign, func(c Case) auth.Place {
		if c.relation != "" {
			return auth.Place{}
		}
		return auth.Place{Region: c.Region}
	}
	kind.Load = func(ctx context.Context, tx *db.Tx, id db.ID) (Case, error) {
		c, err := byID.Get(ctx, tx, id)
		if err != nil {
			return c, err
		}
		n, err := led.One(ctx, tx, id, clock.DayOf(tx.Now))
		if n > 0 || c.State != Open {
			c.relation = "led" // to the town there is no such case
		}
		return c, err
	}
	op := act.Op{Perm: Assign, Action: "case.assign", ID: in.ID, Version: in.Version}
	return act.ChangeTo(ctx, s.db, &kind, op, func(tx *db.Tx, c *Case) error { return assign(ctx, tx, *c, in.Login) },
		func(_ *db.Tx, c Case) (Receipt, error) { return c.receipt(), nil })
}
