package team

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"linli/internal/civic/account"
	"linli/internal/civic/person"
	"linli/internal/civic/setting"
	"linli/internal/network/station"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
)

// FoundInput applies for a team: by who wants to lead it, or by the station for him.
type FoundInput struct {
	Name     string      `json:"name" minLength:"2" maxLength:"40" doc:"队伍名称"`
	Kind     string      `json:"kind" set:"team.kind" maxLength:"20"`
	Region   auth.Region `json:"region" doc:"由哪个嘎查村（社区）指导"`
	LeaderID db.ID       `json:"leader_person_id" required:"false" doc:"负责人；不填就是本人"`
	LeaderNo string      `json:"leader_no" required:"false" maxLength:"20" doc:"负责人的志愿者编号，站里代填时用"`
	Members  []db.ID     `json:"members" required:"false" maxItems:"200" doc:"愿意参加的人（登记编号），负责人不用再写"`
	Numbers  string      `json:"numbers" required:"false" maxLength:"4000" doc:"愿意参加的人的志愿者编号，一行一个"`
	Purpose  string      `json:"purpose" maxLength:"500" doc:"做什么、在哪里做"`
	Paper    bool        `json:"paper" required:"false" doc:"名单上的人都已在纸上签名同意；只有站里能这样填"`
}

func (in FoundInput) check() error {
	c := errs.Check{}
	c.That(strings.TrimSpace(in.Name) != "", "name", "请写队伍的名称")
	c.That(strings.TrimSpace(in.Purpose) != "", "purpose", "请写做什么")
	c.That(in.Region.Level() == auth.LevelCommunity, "region", "请选到嘎查村（社区）")
	return c.Err()
}

// Found applies for a team. Those who are named are asked one by one; with a signed paper in the station's hands they are in.
func (s *Service) Found(ctx context.Context, in FoundInput) (Detail, error) {
	me := auth.From(ctx)
	at := auth.Place{Region: in.Region, Persons: []db.ID{me.Person}}
	staff := auth.Can(ctx, Approve, auth.Place{Region: in.Region})
	return act.Write(ctx, s.db, act.Op{Perm: Found, Action: "team.found", Check: in.check}, func(tx *db.Tx) (Detail, error) {
		if err := auth.Require(ctx, Found, Found, at); err != nil {
			return Detail{}, err
		}
		leader, members, err := in.people(ctx, tx, staff)
		if err != nil {
			return Detail{}, err
		}
		t, err := in.team(ctx, tx)
		if err != nil {
			return Detail{}, err
		}
		if err := s.teams.Enter(ctx, tx, act.Op{Action: "team.found"}, &t); err != nil {
			return Detail{}, err
		}
		own := leader.PersonID == me.Person
		if err := s.take(ctx, tx, t, leader, own, in.Paper); err != nil {
			return Detail{}, err
		}
		today := clock.DayOf(tx.Now)
		if err := officeTable.Insert(ctx, tx, Office{ID: tx.NewID(), TeamID: t.ID, PersonID: leader.PersonID, Role: Leader, FromDay: today,
			GivenBy: me.Account, GivenAt: tx.Now}); err != nil {
			return Detail{}, err
		}
		for _, m := range members {
			if err := s.take(ctx, tx, t, m, false, in.Paper); err != nil {
				return Detail{}, err
			}
		}
		return s.detail(ctx, tx, t.ID)
	})
}

// team is the line that an application makes.
func (in FoundInput) team(ctx context.Context, tx *db.Tx) (Team, error) {
	st, _, err := station.Of(ctx, tx, in.Region)
	if err != nil {
		return Team{}, err
	}
	t := Team{ID: tx.NewID(), Region: in.Region, StationID: st.ID, Name: strings.TrimSpace(in.Name), Kind: in.Kind,
		Purpose: strings.TrimSpace(in.Purpose), State: Applied, AppliedBy: auth.From(ctx).Account, AppliedAt: tx.Now, Version: 1}
	_, taken, err := db.Found(namesake.One(ctx, tx, t.Region, t.Name, t.ID))
	if err == nil && taken {
		err = errs.Field("name", "这里已经有同名的队伍")
	}
	return t, err
}

// people finds the leader and the members who were named; only the station may name another leader than himself, or bring signatures.
func (in FoundInput) people(ctx context.Context, tx *db.Tx, staff bool) (leader candidate, members []candidate, err error) {
	me := auth.From(ctx).Person
	c := errs.Check{}
	named := in.LeaderNo != "" || in.LeaderID != 0 && in.LeaderID != me
	c.That(staff || !named, "leader_person_id", "自己申请的，负责人就是本人")
	c.That(staff || !in.Paper, "paper", "签名的名单由站里来录")
	if err := c.Err(); err != nil {
		return leader, nil, err
	}
	field := "leader_person_id"
	switch {
	case in.LeaderNo != "":
		field = "leader_no"
		leader, err = numbered(ctx, tx, in.LeaderNo, field)
	case in.LeaderID != 0:
		leader, err = ready(field)(db.Found(byPerson.One(ctx, tx, in.LeaderID)))
	default:
		leader, err = ready(field)(db.Found(byPerson.One(ctx, tx, me)))
	}
	if err != nil {
		return leader, nil, err
	}
	if age := person.AgeOn(leader.BirthDay, clock.DayOf(tx.Now)); age >= 0 && age < person.Adult {
		return leader, nil, errs.Field(field, "负责人要满十八周岁")
	}
	for _, id := range in.Members {
		m, err := ready("members")(db.Found(byPerson.One(ctx, tx, id)))
		if err != nil {
			return leader, nil, err
		}
		members = append(members, m)
	}
	for no := range strings.FieldsSeq(in.Numbers) {
		m, err := numbered(ctx, tx, no, "numbers")
		if err != nil {
			return leader, nil, err
		}
		members = append(members, m)
	}
	seen := map[db.ID]bool{leader.ID: true}
	return leader, slices.DeleteFunc(members, func(m candidate) bool {
		twice := seen[m.ID]
		seen[m.ID] = true
		return twice
	}), nil
}

// numbered finds a volunteer by his number.
func numbered(ctx context.Context, tx *db.Tx, no, field string) (candidate, error) {
	return ready(field)(db.Found(byNumber.One(ctx, tx, strings.TrimSpace(no))))
}

// ready refuses who is no volunteer in the register.
func ready(field string) func(candidate, bool, error) (candidate, error) {
	return func(v candidate, ok bool, err error) (candidate, error) {
		if err == nil && (!ok || v.Status != volunteer.Active) {
			err = errs.Field(field, "没有这位在册的志愿者，请先登记为志愿者")
		}
		return v, err
	}
}

// take puts somebody into a team, by his own word or on paper, or asks him.
func (s *Service) take(ctx context.Context, tx *db.Tx, t Team, v candidate, own, paper bool) error {
	m := Membership{ID: tx.NewID(), TeamID: t.ID, PersonID: v.PersonID, VolunteerID: v.ID, State: Asked, AskedBy: auth.From(ctx).Account,
		AskedAt: tx.Now, Version: 1}
	switch {
	case own:
		m.State, m.Agreed, m.FromDay = In, "self", clock.DayOf(tx.Now)
	case paper:
		m.State, m.Agreed, m.FromDay = In, "paper", clock.DayOf(tx.Now)
	}
	return s.enter(ctx, tx, t, m, "team.invite")
}

// enter writes a new membership and lets whoever has to answer know.
func (s *Service) enter(ctx context.Context, tx *db.Tx, t Team, m Membership, action string) (err error) {
	days, err := setting.Int(ctx, tx, setting.TeamAnswerDays, t.Region)
	if err != nil {
		return err
	}
	if m.DueDay, err = setting.AddWorkingDays(ctx, tx, clock.DayOf(tx.Now), days); err != nil {
		return err
	}
	fresh, err := memberTable.Add(ctx, tx, m)
	if err == nil && !fresh {
		err = errs.Clash("已经在这支队伍里，或者正在等答复")
	}
	if err != nil {
		return err
	}
	if err := audit.Write(ctx, tx, audit.Entry{Action: action, Object: "team_member", ID: m.ID.String(), Region: t.Region,
		Detail: map[string]any{"team": t.ID, "to": m.State}}); err != nil {
		return err
	}
	switch m.State {
	case Asked:
		return tell(ctx, tx, m.PersonID, "有一支志愿服务队请您加入", t.Name, minePath(t.ID))
	case Wants:
		who, _, err := Owner(ctx, tx, t.ID)
		if err != nil || who == 0 {
			return err
		}
		return tell(ctx, tx, who, "有人想加入您负责的队伍", t.Name, minePath(t.ID))
	}
	return nil
}

// tell sends word to a person who has an account.
func tell(ctx context.Context, tx *db.Tx, id db.ID, title, text, link string) error {
	a, ok, err := account.OfPerson(ctx, tx, id)
	if err != nil || !ok {
		return err
	}
	return notify.Send(ctx, tx, notify.Message{To: a.ID, Kind: "team", Title: title, Text: text, Link: link})
}

// ApproveInput decides on an application.
type ApproveInput struct {
	ID       db.ID  `path:"id"`
	Version  int64  `json:"version" minimum:"1"`
	Decision string `json:"decision" required:"false" enum:"approve,refuse" default:"approve"`
	Reason   string `json:"reason" required:"false" maxLength:"200"`
}

func (in ApproveInput) check() error {
	if in.Decision == "refuse" && strings.TrimSpace(in.Reason) == "" {
		return errs.Field("reason", "不批准要写明原因")
	}
	return nil
}

// Approve lets a team begin, or says with a reason why not. Who applied, and who is to be in it, does not decide.
func (s *Service) Approve(ctx context.Context, in ApproveInput) (Detail, error) {
	op := act.Op{Perm: Approve, Action: "team.approve", ID: in.ID, Version: in.Version, Cause: in.Reason, Check: in.check,
		From: []string{Applied, Refused}, Wrong: "已经审批过"}
	if in.Decision == "refuse" {
		op.From = []string{Applied}
	}
	return s.change(ctx, op, func(tx *db.Tx, t *Team) error {
		me := auth.From(ctx)
		members, err := openOf.All(ctx, tx, t.ID)
		if err != nil {
			return err
		}
		if t.AppliedBy == me.Account || slices.ContainsFunc(members, func(m Membership) bool { return m.PersonID == me.Person }) {
			return errs.Deny("申请的人和队伍里的人不能审批，请换人")
		}
		t.DecidedBy, t.DecidedAt, t.Reason = me.Account, &tx.Now, strings.TrimSpace(in.Reason)
		if in.Decision == "refuse" {
			t.State = Refused
			return tell(ctx, tx, t.LeaderID, "您申请的志愿服务队没有批准", t.Name+"："+t.Reason, minePath(t.ID))
		}
		if err := enough(ctx, tx, *t, members); err != nil {
			return err
		}
		t.State, t.FoundedDay = Active, clock.DayOf(tx.Now)
		return tell(ctx, tx, t.LeaderID, "您申请的志愿服务队批准了", t.Name, minePath(t.ID))
	})
}

// enough asks for the leader and so many others who have agreed.
func enough(ctx context.Context, tx *db.Tx, t Team, members []Membership) error {
	least, err := setting.Int(ctx, tx, setting.TeamLeast, t.Region)
	if err != nil {
		return err
	}
	var n int64
	leads := false
	for _, m := range members {
		if m.State == In {
			n++
			leads = leads || m.PersonID == t.LeaderID
		}
	}
	switch {
	case !leads:
		return errs.WrongState("负责人还没有答应")
	case n < least:
		return errs.WrongState(fmt.Sprintf("答应参加的只有 %d 人，至少要 %d 人（本系统约定，可在设置里改）", n, least))
	}
	return nil
}

// change is a change of a team that answers with all of it.
func (s *Service) change(ctx context.Context, op act.Op, fn func(tx *db.Tx, t *Team) error) (Detail, error) {
	return act.ChangeTo(ctx, s.db, &s.teams, op, fn, func(tx *db.Tx, t Team) (Detail, error) { return s.detail(ctx, tx, t.ID) })
}

// EditInput says anew what a team does.
type EditInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Purpose string `json:"purpose" minLength:"1" maxLength:"500"`
}

// Edit says anew what a team does.
func (s *Service) Edit(ctx context.Context, in EditInput) (Detail, error) {
	op := act.Op{Perm: Lead, Action: "team.edit", ID: in.ID, Version: in.Version, From: []string{Applied, Active}, Check: func() error {
		if strings.TrimSpace(in.Purpose) == "" {
			return errs.Field("purpose", "请写做什么")
		}
		return nil
	}}
	return s.change(ctx, op, func(_ *db.Tx, t *Team) error {
		t.Purpose = strings.TrimSpace(in.Purpose)
		return nil
	})
}
