package enrol

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/network/station"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/spelling"
	"linli/internal/platform/telephone"
)

// EnterInput is one line of a list that a unit handed in.
type EnterInput struct {
	Region     auth.Region  `json:"region" doc:"在哪个嘎查村（社区）服务"`
	Unit       string       `json:"unit" minLength:"2" maxLength:"60" doc:"单位、学校"`
	Part       string       `json:"part" required:"false" maxLength:"40" doc:"班级、部门"`
	Name       string       `json:"name" minLength:"1" maxLength:"80"`
	BirthDay   clock.Day    `json:"birth_day" required:"false" doc:"未成年人要填"`
	Phone      string       `json:"phone" required:"false" maxLength:"40" format:"any-text" doc:"本人的手机；没有的凭纸条"`
	Identities person.Codes `json:"identities" required:"false" maxItems:"9"`
}

func (in *EnterInput) check(ctx context.Context) error {
	c := errs.Check{}
	in.Name, in.Unit, in.Part = spelling.Name(in.Name), strings.TrimSpace(in.Unit), strings.TrimSpace(in.Part)
	c.That(in.Name != "" && spelling.Letters(in.Name) && spelling.Fault(in.Name) == "", "name", "请填姓名")
	c.That(len([]rune(in.Unit)) >= 2, "unit", "请填单位或学校")
	c.That(born(ctx, in.BirthDay), "birth_day", "请看看出生日期对不对")
	c.That(in.Region.Level() == auth.LevelCommunity, "region", "请选到嘎查村（社区）")
	return c.Err()
}

// born says whether a day of birth, where there is one, can be one.
func born(ctx context.Context, d clock.Day) bool {
	return d == 0 || d >= 19000101 && d <= clock.Today(ctx)
}

// Enter takes somebody whom a unit registered. He is no person of the register before he agrees himself.
func (s *Service) Enter(ctx context.Context, in EnterInput) (Entry, error) {
	op := act.Op{Perm: Enter, Action: "enrol.enter", Check: func() error { return in.check(ctx) }}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (e Entry, err error) {
		st, _, err := station.Of(ctx, tx, in.Region)
		if err == nil {
			err = auth.Require(ctx, Enter, View, auth.Place{Region: in.Region, Station: st.ID})
		}
		if err != nil {
			return e, err
		}
		if there, err := region.Exists(ctx, tx, in.Region); err != nil || !there {
			return e, or(err, errs.Field("region", "没有这个区划"))
		}
		phone, err := s.known(ctx, tx, in)
		if err != nil {
			return e, err
		}
		g, err := s.group(ctx, tx, in, st.ID)
		if err != nil {
			return e, err
		}
		days, err := setting.Int(ctx, tx, setting.EnrolDays, in.Region)
		if err != nil {
			return e, err
		}
		e = Entry{ID: tx.NewID(), GroupID: g.ID, State: Pending, Phone: phone, DueDay: clock.DayOf(tx.Now).AddDays(int(days)), Version: 1,
			Region: g.Region, StationID: g.StationID}
		said := Facts{Name: in.Name, BirthDay: in.BirthDay, Phone: in.Phone, Part: in.Part, Identities: in.Identities}
		plain, err := json.Marshal(said)
		if err != nil {
			return e, err
		}
		e.Facts, e.Code = s.keys.Seal(plain, factsAt(e.ID)), s.mac(s.code(e.ID))
		if err := s.entries.Enter(ctx, tx, act.Op{Action: "enrol.enter"}, &e); err != nil {
			return e, err
		}
		if e, err = byID.Get(ctx, tx, e.ID); err == nil {
			err = s.open(&e)
		}
		e.Slip = s.code(e.ID)
		return e, err
	})
}

func or(err, then error) error { return cmp.Or(err, then) }

// known refuses who waits already or is a volunteer already, and gives the blind index of his telephone.
func (s *Service) known(ctx context.Context, tx *db.Tx, in EnterInput) ([]byte, error) {
	if strings.TrimSpace(in.Phone) == "" {
		return nil, nil
	}
	numbers, err := telephone.ParseAll(in.Phone, s.demo)
	if err != nil {
		return nil, err
	}
	first, _, _ := strings.Cut(numbers, telephone.Between)
	blind := s.keys.Blind("phone", first)
	waiting, err := byPhone.All(ctx, tx, blind)
	if err != nil {
		return nil, err
	}
	for i := range waiting {
		if err := s.open(&waiting[i]); err != nil {
			return nil, err
		}
		if spelling.Same(waiting[i].Said.Name, in.Name) {
			return nil, errs.Field("name", "已经在等本人同意，不用再交")
		}
	}
	p, ok, err := s.namesake(ctx, tx, in.Phone, in.Name)
	if err != nil || !ok {
		return blind, err
	}
	if _, is, err := volunteer.OfPerson(ctx, tx, p.ID); err != nil || is {
		return nil, or(err, errs.Field("name", "已经登记为志愿者，不用再登记"))
	}
	return blind, nil
}

// namesake finds the entry of somebody by telephone and name.
func (s *Service) namesake(ctx context.Context, tx *db.Tx, phone, name string) (person.Person, bool, error) {
	same, err := s.persons.Known(ctx, tx, phone, name)
	if err != nil || len(same) == 0 {
		return person.Person{}, false, err
	}
	return same[0], true, nil
}

// group gives that of a unit, place, hand and day, a new one when it is the first line.
func (s *Service) group(ctx context.Context, tx *db.Tx, in EnterInput, st db.ID) (Group, error) {
	me, today := auth.From(ctx), clock.DayOf(tx.Now)
	g, ok, err := db.Found(groupOf.One(ctx, tx, in.Region, in.Unit, me.Account, today))
	if err != nil || ok {
		return g, err
	}
	g = Group{ID: tx.NewID(), Region: in.Region, StationID: st, Unit: in.Unit, MadeBy: me.Account, ByName: me.Name, MadeAt: tx.Now,
		MadeDay: today, Version: 1}
	err = s.groups.Enter(ctx, tx, act.Op{Action: "enrol.open"}, &g)
	if errs.KindOf(err) == errs.Conflict { // the same hand began the same list at this moment
		return groupOf.Get(ctx, tx, in.Region, in.Unit, me.Account, today)
	}
	return g, err
}

// Drop takes out somebody who was entered by mistake, while he has not agreed; who is gone already is gone.
func (s *Service) Drop(ctx context.Context, tx *db.Tx, id db.ID, reason string) error {
	e, ok, err := db.Found(byID.One(ctx, tx, id))
	if err != nil || !ok {
		return err
	}
	if e.State != Pending {
		return errs.WrongState("本人已经同意，不能撤销")
	}
	if err := remove(ctx, tx, e); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{Action: "enrol.drop", Object: "enrolment", ID: e.ID.String(), Region: e.Region, Cause: reason})
}

// remove deletes the row of somebody who is not registered after all.
func remove(ctx context.Context, tx *db.Tx, e Entry) error {
	n, err := drop.Run(ctx, tx, e.ID, e.Version)
	if err != nil || n == 0 {
		return or(err, errs.ErrStale)
	}
	return nil
}

// Lapse reduces to a count whoever has not agreed in time.
func (s *Service) Lapse(ctx context.Context) error {
	var over []Group
	if err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		over, err = overdue.All(ctx, tx, clock.DayOf(tx.Now))
		return err
	}); err != nil {
		return err
	}
	for _, g := range over {
		op := act.Op{Perm: Enter, Action: "enrol.lapse", ID: g.ID, Version: g.Version}
		_, err := s.groups.Change(ctx, s.db, op, func(tx *db.Tx, g *Group) error {
			n, err := lapse.Run(ctx, tx, g.ID, clock.DayOf(tx.Now))
			g.Lapsed += n
			return err
		})
		if err != nil && errs.KindOf(err) != errs.Conflict { // somebody was quicker
			return err
		}
	}
	return nil
}
