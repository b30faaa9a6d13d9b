package agreement

import (
	"context"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/network/station"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/format"
)

// WriteInput is a new template of a division.
type WriteInput struct {
	Region auth.Region `json:"region" required:"false" doc:"哪里用；不填为您管的地方"`
	Kind   string      `json:"kind" set:"agreement_template.kind"`
	Name   string      `json:"name" minLength:"2" maxLength:"60"`
	Clauses
}

func (c *Clauses) check() error {
	x := errs.Check{}
	for field, text := range map[string]*string{"content": &c.Content, "conditions": &c.Conditions, "safety": &c.Safety} {
		*text = strings.TrimSpace(*text)
		x.That(*text != "", field, "这一条要写：志愿服务条例第十四条列了它")
	}
	return x.Err()
}

// WriteTemplate makes a template; the places below use it too.
func (s *Service) WriteTemplate(ctx context.Context, in WriteInput) (Template, error) {
	if in.Region == 0 {
		in.Region = auth.From(ctx).Seat()
	}
	op := act.Op{Perm: Write, Action: "agreement.write", Check: func() error {
		if in.Name = strings.TrimSpace(in.Name); in.Name == "" {
			return errs.Field("name", "请写名称")
		}
		return in.check()
	}}
	t := Template{Version: 1, Region: in.Region, Kind: in.Kind, Name: in.Name, Editions: 1, State: Active}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Template, error) {
		if err := auth.Require(ctx, Write, Write, auth.Place{Region: in.Region}); err != nil {
			return t, err
		}
		t.ID, t.Name = tx.NewID(), in.Name
		if err := s.templates.Enter(ctx, tx, op, &t); err != nil {
			return t, err
		}
		return t, editionTable.Insert(ctx, tx, Edition{t.ID, 1, in.Clauses, auth.From(ctx).Name, tx.Now})
	})
}

// ReviseInput is a new edition of a template.
type ReviseInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	Clauses
}

// Revise gives a template a new edition; what was made of the former ones keeps them.
func (s *Service) Revise(ctx context.Context, in ReviseInput) (Template, error) {
	op := act.Op{Perm: Write, Action: "agreement.revise", ID: in.ID, Version: in.Version, From: []string{Active}, Check: in.check}
	return s.templates.Change(ctx, s.db, op, func(tx *db.Tx, t *Template) error {
		t.Editions++
		return editionTable.Insert(ctx, tx, Edition{t.ID, t.Editions, in.Clauses, auth.From(ctx).Name, tx.Now})
	})
}

// MoveInput names something and the version of it that was read.
type MoveInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
}

// Retire takes a template out of use.
func (s *Service) Retire(ctx context.Context, in MoveInput) (Template, error) {
	op := act.Op{Perm: Write, Action: "agreement.retire", ID: in.ID, Version: in.Version, From: []string{Active}}
	return s.templates.Change(ctx, s.db, op, func(_ *db.Tx, t *Template) error {
		t.State = Retired
		return nil
	})
}

// MakeInput is a new agreement of a station, filled in from what is known of its sides.
type MakeInput struct {
	StationID   db.ID     `json:"station_id"`
	TemplateID  db.ID     `json:"template_id"`
	VolunteerNo string    `json:"volunteer_no" required:"false" maxLength:"40" doc:"志愿者的；单位的不填"`
	Name        string    `json:"recipient_name" required:"false" maxLength:"40" doc:"服务对象的姓名"`
	Phone       string    `json:"recipient_phone" required:"false" maxLength:"20" doc:"服务对象的电话"`
	PartnerID   db.ID     `json:"partner_id" required:"false"`
	GuardianID  db.ID     `json:"guardian_id" required:"false" doc:"未成年志愿者的监护人；只有一位时不用填"`
	From        clock.Day `json:"from"`
	To          clock.Day `json:"to"`
	When        string    `json:"when" minLength:"1" maxLength:"200" doc:"服务的时间"`
	Where       string    `json:"where" minLength:"1" maxLength:"200" doc:"服务的地点"`
}

// longest is the most days that an agreement runs.
const longest = 5 * 366

// Make makes an agreement; its text is fixed from then on.
func (s *Service) Make(ctx context.Context, in MakeInput) (Detail, error) {
	op := act.Op{Perm: Keep, Action: "agreement.make", Check: func() error {
		c := errs.Check{}
		c.That(in.From != 0, "from", "请写从哪天起")
		c.That(in.To >= in.From && in.To <= in.From.AddDays(longest), "to", "不能早于开始那天，最长五年")
		c.That(strings.TrimSpace(in.When) != "", "when", "请写服务的时间")
		c.That(strings.TrimSpace(in.Where) != "", "where", "请写服务的地点")
		return c.Err()
	}}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Detail, err error) {
		st, err := station.Get(ctx, tx, in.StationID)
		if err == nil {
			err = auth.Require(ctx, Keep, Keep, auth.Place{Region: st.Region, Station: st.ID})
		}
		if err != nil {
			return out, err
		}
		t, err := templateTable.Get(ctx, tx, in.TemplateID)
		if errs.KindOf(err) == errs.NotFound || err == nil && (t.State != Active || !t.Region.Contains(st.Region)) {
			err = errs.Field("template_id", "请选这里在用的范本")
		}
		if err != nil {
			return out, err
		}
		a := Agreement{ID: tx.NewID(), Version: 1, Region: st.Region, StationID: st.ID, Kind: t.Kind, TemplateID: t.ID, Edition: t.Editions,
			From: in.From, To: in.To, Until: in.To, State: Open, ByID: auth.From(ctx).Account, ByName: auth.From(ctx).Name, At: tx.Now,
			Other: st.Name}
		if err := s.parties(ctx, tx, in, &a); err != nil {
			return out, err
		}
		e, err := editionTable.Get(ctx, tx, t.ID, t.Editions)
		if err != nil {
			return out, err
		}
		a.Body = text(a, t, e.Clauses, in)
		a.Hash = digest(a.TemplateID, a.Edition, a.Body)
		if err := s.agreements.Enter(ctx, tx, op, &a); err != nil {
			return out, err
		}
		return s.detail(ctx, tx, a.ID)
	})
}

// parties fills in the sides.
func (s *Service) parties(ctx context.Context, tx *db.Tx, in MakeInput, a *Agreement) error {
	if a.Kind == OfUnit {
		c, there, err := db.Found(contactOf.One(ctx, tx, in.PartnerID))
		if err == nil && (!there || !auth.Can(ctx, Keep, auth.Place{Region: c.Region})) {
			err = errs.Field("partner_id", "请选有联系人的驻区单位")
		}
		a.PersonID, a.PartnerID, a.Name = c.PersonID, c.ID, c.Unit+"（"+c.Name+"）"
		return err
	}
	v, there, err := volunteer.ByNo(ctx, tx, in.VolunteerNo)
	if err == nil && !there {
		err = errs.Field("volunteer_no", "没有这位在册的志愿者")
	}
	if err != nil {
		return err
	}
	a.PersonID, a.Name = v.PersonID, v.Name
	if err := guard(ctx, tx, v, in.GuardianID, a); err != nil || a.Kind == WithStation {
		return err
	}
	p, err := s.persons.One(ctx, tx, in.Phone, in.Name)
	if err == nil && (p.ID == 0 || p.ID == v.PersonID || p.ID == a.GuardianID) {
		err = errs.Field("recipient_name", "没有这位居民，或者和志愿者是同一个人、是他的监护人")
	}
	a.OtherID, a.Other = p.ID, p.Name
	return err
}

// guard finds who signs along for a minor.
func guard(ctx context.Context, tx *db.Tx, v volunteer.Numbered, chosen db.ID, a *Agreement) error {
	age := person.AgeOn(v.BirthDay, clock.DayOf(tx.Now))
	if age < 0 || age >= person.Adult {
		return nil
	}
	all, err := person.Guardians(ctx, tx, v.PersonID)
	if err != nil {
		return err
	}
	for _, g := range all {
		if g.PersonID == chosen || chosen == 0 && len(all) == 1 {
			a.GuardianID, a.Guardian = g.PersonID, g.Name
			return nil
		}
	}
	return errs.Field("guardian_id", "未成年人要监护人一起签：先登记监护人，有几位的选一位")
}

// text is what the sides sign.
func text(a Agreement, t Template, c Clauses, in MakeInput) string {
	lines := []string{t.Name, "甲方：" + a.Name, "乙方：" + a.Other}
	if a.Guardian != "" {
		lines = append(lines, "甲方的监护人："+a.Guardian)
	}
	n := 0
	add := func(head, words string) {
		if words = strings.TrimSpace(words); words != "" {
			n++
			lines = append(lines, format.Int(n)+". "+head+"："+words)
		}
	}
	add("服务的内容和方式", c.Content)
	add("时间", in.When+"；协议从 "+a.From.String()+" 到 "+a.To.String())
	add("地点", in.Where)
	add("工作条件", c.Conditions)
	add("安全保障措施", c.Safety)
	add("可能有的风险", c.Risk)
	add("保险", c.Insurance)
	add("双方的权利和责任", c.Liability)
	return strings.Join(lines, "\n")
}
