package project

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/activity"
)

// ApproveInput decides on a proposal.
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

// Approve lets a project begin, or says with a reason why not. Who proposed it, and who is to lead it, does not decide.
func (s *Service) Approve(ctx context.Context, in ApproveInput) (Detail, error) {
	op := act.Op{Perm: Approve, Action: "project.approve", ID: in.ID, Version: in.Version, Cause: in.Reason, Check: in.check,
		From: []string{Proposed}, Wrong: "已经审批过"}
	return s.change(ctx, op, func(tx *db.Tx, p *Project) error {
		me := auth.From(ctx)
		if p.MadeBy == me.Account || me.Person != 0 && slices.Contains([]db.ID{p.LeadID, p.TeamLeaderID, p.TeamDeputyID}, me.Person) {
			return errs.Deny("报项目的人和负责人不能审批，请换人")
		}
		p.DecidedBy, p.DecidedAt, p.Reason = me.Account, &tx.Now, strings.TrimSpace(in.Reason)
		if in.Decision == "refuse" {
			p.State = Refused
			return tell(ctx, tx, *p, "您报的项目没有批准", p.Name+"："+p.Reason)
		}
		p.State = Active
		return tell(ctx, tx, *p, "您报的项目批准了", p.Name)
	})
}

// AppointInput names who leads a project from now on.
type AppointInput struct {
	ID       db.ID  `path:"id"`
	Version  int64  `json:"version" minimum:"1"`
	LeaderNo string `json:"leader_no" required:"false" maxLength:"20" doc:"志愿者编号；不填由队伍或站里负责"`
}

// Appoint hands a project over to another leader, or to its team or station.
func (s *Service) Appoint(ctx context.Context, in AppointInput) (Detail, error) {
	op := act.Op{Perm: Plan, Action: "project.appoint", ID: in.ID, Version: in.Version, From: []string{Proposed, Active}}
	return s.change(ctx, op, func(tx *db.Tx, p *Project) (err error) {
		if p.LeaderID, err = leader(ctx, tx, in.LeaderNo); err != nil || p.LeaderID == 0 {
			return err
		}
		p.LeadID = p.LeaderID
		return tell(ctx, tx, *p, "您是志愿服务项目的负责人", p.Name)
	})
}

// AttachInput puts an activity of the station into a project.
type AttachInput struct {
	ID         db.ID `path:"id"`
	Version    int64 `json:"version" minimum:"1"`
	ActivityID db.ID `json:"activity_id"`
	Whole      bool  `json:"whole" required:"false" doc:"重复的活动，后面各场一起"`
}

// Attach puts an activity that was planned alone into a project, and those of its series that come after it.
func (s *Service) Attach(ctx context.Context, in AttachInput) (Detail, error) {
	op := act.Op{Perm: Plan, Action: "project.attach", ID: in.ID, Version: in.Version, From: []string{Active},
		Detail: map[string]any{"activity": in.ActivityID}}
	return s.change(ctx, op, func(tx *db.Tx, p *Project) error {
		a, err := activity.Get(ctx, tx, in.ActivityID)
		if errs.KindOf(err) == errs.NotFound || err == nil && a.StationID != p.StationID {
			return errs.Field("activity_id", "这个站点没有这场活动")
		}
		if err != nil {
			return err
		}
		if a.ProjectID != 0 || a.State != activity.Draft && a.State != activity.Open {
			return errs.Field("activity_id", "这场活动已经属于一个项目，或者已经办过")
		}
		return s.activities.Belong(ctx, tx, a, p.ID, in.Whole)
	})
}

// planned refuses an activity in a project that is not in progress at its station, or of whoever may not plan in it.
func (s *Service) planned(ctx context.Context, tx *db.Tx, e activity.PlannedEvent) error {
	p, err := Get(ctx, tx, e.Activity.ProjectID)
	if errs.KindOf(err) == errs.NotFound || err == nil && (p.StationID != e.Activity.StationID || !auth.Can(ctx, Plan, p.place())) {
		return errs.Field("project_id", "这个站点没有这个项目")
	}
	if err == nil && p.State != Active {
		err = errs.Field("project_id", "这个项目现在是“"+states.Word(p.State)+"”，不能安排活动")
	}
	return err
}

// CloseInput ends a project.
type CloseInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Summary string `json:"summary" minLength:"1" maxLength:"2000" doc:"做得怎样、有什么经验、还差什么；数字由系统算，不用写"`
}

// Close ends a project with words of what was learnt; the figures beside them are computed. What is still to come is called off before.
func (s *Service) Close(ctx context.Context, in CloseInput) (Detail, error) {
	op := act.Op{Perm: Plan, Action: "project.close", ID: in.ID, Version: in.Version, From: []string{Active}, Check: func() error {
		if strings.TrimSpace(in.Summary) == "" {
			return errs.Field("summary", "请写几句总结")
		}
		return nil
	}}
	return s.change(ctx, op, func(tx *db.Tx, p *Project) error {
		n, err := open.One(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if n > 0 {
			return errs.WrongState(fmt.Sprintf("还有 %d 场活动没有办完：先交名单，或者取消", n))
		}
		p.State, p.ClosedDay, p.Summary = Closed, clock.DayOf(tx.Now), strings.TrimSpace(in.Summary)
		return nil
	})
}

// CopyInput takes a project over for a station of one's own.
type CopyInput struct {
	ID        db.ID     `path:"id"`
	StationID db.ID     `json:"station_id"`
	TeamID    db.ID     `json:"team_id" required:"false"`
	Name      string    `json:"name" required:"false" maxLength:"60" doc:"不填照原来的名称"`
	FromDay   clock.Day `json:"from_day" doc:"哪天开始；各步的日子跟着移"`
}

// Copy proposes at another station what went well at one: goal, plan, phases and rhythm, and nobody's name. What comes of the copy is
// shown at the first of its kind.
func (s *Service) Copy(ctx context.Context, in CopyInput) (Detail, error) {
	op := act.Op{Perm: Plan, Action: "project.copy", Check: func() error {
		if in.FromDay == 0 {
			return errs.Field("from_day", "请写哪天开始")
		}
		return nil
	}}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Detail, error) {
		from, err := public(ctx, tx, in.ID)
		if err != nil {
			return Detail{}, err
		}
		p, err := s.at(ctx, tx, in.StationID, in.TeamID)
		if err != nil {
			return Detail{}, err
		}
		c, err := from.shifted(ctx, tx, in)
		if err != nil {
			return Detail{}, err
		}
		c.write(&p)
		p.CopiedFrom, p.OriginID = from.ID, from.OriginID
		if p.OriginID == 0 {
			p.OriginID = from.ID
		}
		if err := s.enter(ctx, tx, op.Action, &p); err != nil {
			return Detail{}, err
		}
		if err := c.phases(ctx, tx, p.ID); err != nil {
			return Detail{}, err
		}
		return s.detail(ctx, tx, p.ID)
	})
}

// shifted is what a project says, beginning on another day; who pays for it is left out, for that was there.
func (p Project) shifted(ctx context.Context, tx *db.Tx, in CopyInput) (Content, error) {
	by := in.FromDay.Sub(p.FromDay)
	c := Content{Name: p.Name, Groups: p.Groups, Goal: p.Goal, Plan: p.Plan, Rhythm: p.Rhythm, ForPeople: p.ForPeople,
		FromDay: in.FromDay, ToDay: p.ToDay.AddDays(by)}
	if name := strings.TrimSpace(in.Name); name != "" {
		c.Name = name
	}
	phases, err := phasesOf.All(ctx, tx, p.ID)
	for _, x := range phases {
		c.Phases = append(c.Phases, PhaseInput{Name: x.Name, FromDay: x.FromDay.AddDays(by), ToDay: x.ToDay.AddDays(by)})
	}
	return c, err
}

// public gives a project that everybody may see.
func public(ctx context.Context, tx *db.Tx, id db.ID) (Project, error) {
	p, err := Get(ctx, tx, id)
	if err == nil && p.State != Active && p.State != Closed {
		err = errs.ErrNotFound
	}
	return p, err
}
