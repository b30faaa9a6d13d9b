package project

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"linli/internal/civic/account"
	"linli/internal/civic/person"
	"linli/internal/civic/setting"
	"linli/internal/network/station"
	"linli/internal/people/team"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
)

// PhaseInput is a phase as it is planned; one without a name is none.
type PhaseInput struct {
	Name    string    `json:"name" required:"false" maxLength:"40"`
	FromDay clock.Day `json:"from_day" required:"false"`
	ToDay   clock.Day `json:"to_day" required:"false"`
}

// Content is what a project says of itself.
type Content struct {
	Name      string       `json:"name" minLength:"2" maxLength:"60"`
	Groups    person.Codes `json:"groups" minItems:"1" maxItems:"9" doc:"围绕哪些重点人群"`
	Goal      string       `json:"goal" minLength:"1" maxLength:"500" doc:"要做到什么"`
	Plan      string       `json:"plan" minLength:"1" maxLength:"2000" doc:"怎样做"`
	Rhythm    string       `json:"rhythm" set:"project.rhythm" maxLength:"12"`
	ForPeople int64        `json:"for_people" required:"false" minimum:"0" maximum:"100000" doc:"打算服务多少人"`
	Budget    string       `json:"budget" required:"false" maxLength:"500" doc:"钱和物从哪里来、怎样用；以奖代补、捐赠等都写在这里"`
	FromDay   clock.Day    `json:"from_day"`
	ToDay     clock.Day    `json:"to_day"`
	Phases    []PhaseInput `json:"phases" required:"false" maxItems:"12"`
}

// longest is how many days a project lasts at most before it is proposed anew.
const longest = 3 * 366

func (c Content) check() error {
	e := errs.Check{}
	e.That(strings.TrimSpace(c.Name) != "", "name", "请写项目名称")
	e.That(strings.TrimSpace(c.Goal) != "", "goal", "请写要做到什么")
	e.That(strings.TrimSpace(c.Plan) != "", "plan", "请写怎样做")
	e.That(len(c.Groups) > 0, "groups", "请选重点人群")
	e.That(c.FromDay != 0, "from_day", "请写哪天开始")
	e.That(c.ToDay >= c.FromDay, "to_day", "结束不能早于开始")
	if c.FromDay == 0 || c.ToDay < c.FromDay {
		return e.Err()
	}
	e.That(c.ToDay.Sub(c.FromDay) <= longest, "to_day", "最长三年，到期再报")
	for i, p := range c.Phases {
		at := fmt.Sprintf("phases.%d.", i)
		if strings.TrimSpace(p.Name) == "" {
			e.That(p.FromDay == 0 && p.ToDay == 0, at+"name", "请写这一步做什么")
			continue
		}
		e.That(p.FromDay >= c.FromDay && p.FromDay <= c.ToDay, at+"from_day", "要在项目的时间里")
		e.That(p.ToDay >= p.FromDay && p.ToDay <= c.ToDay, at+"to_day", "要在项目的时间里，不早于开始")
	}
	return e.Err()
}

// known refuses groups that are not in the dictionary.
func (c Content) known(ctx context.Context, tx *db.Tx) error {
	words, err := setting.Words(ctx, tx, setting.Groups)
	if err != nil {
		return err
	}
	for _, g := range c.Groups {
		if !slices.ContainsFunc(words, func(w setting.Word) bool { return w.Code == g && w.Active }) {
			return errs.Field("groups", "没有这一类重点人群")
		}
	}
	return nil
}

// write puts what is said into p.
func (c Content) write(p *Project) {
	p.Name, p.Goal, p.Plan, p.Rhythm = strings.TrimSpace(c.Name), strings.TrimSpace(c.Goal), strings.TrimSpace(c.Plan), c.Rhythm
	p.Groups, p.ForPeople, p.Budget = c.Groups, c.ForPeople, strings.TrimSpace(c.Budget)
	p.FromDay, p.ToDay = c.FromDay, c.ToDay
}

// phases writes those of a project anew.
func (c Content) phases(ctx context.Context, tx *db.Tx, id db.ID) error {
	if _, err := dropPhases.Run(ctx, tx, id); err != nil {
		return err
	}
	no := int64(0)
	for _, p := range c.Phases {
		name := strings.TrimSpace(p.Name)
		if name == "" {
			continue
		}
		no++
		if err := phaseTable.Insert(ctx, tx, Phase{ID: tx.NewID(), ProjectID: id, No: no, Name: name, FromDay: p.FromDay,
			ToDay: p.ToDay}); err != nil {
			return err
		}
	}
	return nil
}

// ProposeInput proposes a project: by the station, or by the leader of a team there.
type ProposeInput struct {
	StationID db.ID  `json:"station_id" doc:"哪个站点的项目"`
	TeamID    db.ID  `json:"team_id" required:"false" doc:"由哪支队伍来做"`
	LeaderNo  string `json:"leader_no" required:"false" maxLength:"20" doc:"负责人的志愿者编号；不填由队伍或站里负责"`
	Content
}

// Propose hands a project in for approval.
func (s *Service) Propose(ctx context.Context, in ProposeInput) (Detail, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Plan, Action: "project.propose", Check: in.check}, func(tx *db.Tx) (Detail, error) {
		p, err := s.at(ctx, tx, in.StationID, in.TeamID)
		if err == nil {
			err = in.known(ctx, tx)
		}
		if err == nil {
			p.LeaderID, err = leader(ctx, tx, in.LeaderNo)
		}
		if err != nil {
			return Detail{}, err
		}
		in.write(&p)
		if err := s.enter(ctx, tx, "project.propose", &p); err != nil {
			return Detail{}, err
		}
		if err := in.phases(ctx, tx, p.ID); err != nil {
			return Detail{}, err
		}
		return s.detail(ctx, tx, p.ID)
	})
}

// at is a new project of a station, for a team where one is named, if the actor may plan there.
func (s *Service) at(ctx context.Context, tx *db.Tx, id, teamID db.ID) (p Project, err error) {
	st, err := station.Get(ctx, tx, id)
	if err != nil {
		return p, err
	}
	where := auth.Place{Region: st.Region, Station: st.ID}
	if teamID != 0 {
		t, err := team.Get(ctx, tx, teamID)
		if errs.KindOf(err) == errs.NotFound || err == nil && (t.State != team.Active || t.StationID != st.ID) {
			return p, errs.Field("team_id", "这个站点没有这支在册的队伍")
		}
		if err != nil {
			return p, err
		}
		where.Persons = []db.ID{t.LeaderID, t.DeputyID}
	}
	if err := auth.Require(ctx, Plan, View, where); err != nil {
		return p, err
	}
	if st.Status == station.Closed {
		return p, errs.WrongState("站点已经撤销")
	}
	return Project{ID: tx.NewID(), Region: st.Region, StationID: st.ID, TeamID: teamID, State: Proposed, MadeBy: auth.From(ctx).Account,
		MadeAt: tx.Now, Version: 1}, nil
}

// enter writes a new project; a station has one of a name that is not over.
func (s *Service) enter(ctx context.Context, tx *db.Tx, action string, p *Project) error {
	if err := single(ctx, tx, *p); err != nil {
		return err
	}
	return s.projects.Enter(ctx, tx, act.Op{Action: action}, p)
}

func single(ctx context.Context, tx *db.Tx, p Project) error {
	_, taken, err := db.Found(namesake.One(ctx, tx, p.StationID, p.Name, p.ID))
	if err == nil && taken {
		err = errs.Field("name", "这个站点已经有同名的项目")
	}
	return err
}

// leader finds who is to lead by his number; none is the station, or the leader of the team.
func leader(ctx context.Context, tx *db.Tx, no string) (db.ID, error) {
	if no = strings.TrimSpace(no); no == "" {
		return 0, nil
	}
	v, ok, err := db.Found(byNumber.One(ctx, tx, no))
	if err != nil {
		return 0, err
	}
	if !ok || v.Status != volunteer.Active {
		return 0, errs.Field("leader_no", "没有这位在册的志愿者")
	}
	if age := person.AgeOn(v.BirthDay, clock.DayOf(tx.Now)); age >= 0 && age < person.Adult {
		return 0, errs.Field("leader_no", "负责人要满十八周岁")
	}
	return v.PersonID, nil
}

// EditInput says a project anew.
type EditInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	Content
}

// Edit says a project anew. What was refused is proposed again; name, goal and groups of an approved one stand.
func (s *Service) Edit(ctx context.Context, in EditInput) (Detail, error) {
	op := act.Op{Perm: Plan, Action: "project.edit", ID: in.ID, Version: in.Version, From: []string{Proposed, Refused, Active},
		Check: in.check}
	return s.change(ctx, op, func(tx *db.Tx, p *Project) error {
		if err := in.known(ctx, tx); err != nil {
			return err
		}
		if p.State == Active {
			c := errs.Check{}
			c.That(strings.TrimSpace(in.Name) == p.Name, "name", "批准以后不改名称，要改就另报一个")
			c.That(strings.TrimSpace(in.Goal) == p.Goal, "goal", "批准以后不改目标，要改就另报一个")
			c.That(slices.Equal(in.Groups, p.Groups), "groups", "批准以后不改重点人群，要改就另报一个")
			if err := c.Err(); err != nil {
				return err
			}
		} else {
			p.State, p.Reason, p.DecidedBy, p.DecidedAt = Proposed, "", 0, nil
		}
		in.write(p)
		if err := single(ctx, tx, *p); err != nil {
			return err
		}
		return in.phases(ctx, tx, p.ID)
	})
}

// change is a change of a project that answers with all of it.
func (s *Service) change(ctx context.Context, op act.Op, fn func(tx *db.Tx, p *Project) error) (Detail, error) {
	return act.ChangeTo(ctx, s.db, &s.projects, op, fn, func(tx *db.Tx, p Project) (Detail, error) { return s.detail(ctx, tx, p.ID) })
}

// tell sends word to the leaders of a project who have an account.
func tell(ctx context.Context, tx *db.Tx, p Project, title, text string) error {
	told := map[db.ID]bool{0: true}
	for _, id := range []db.ID{p.LeadID, p.TeamLeaderID} {
		if told[id] {
			continue
		}
		told[id] = true
		a, ok, err := account.OfPerson(ctx, tx, id)
		if err == nil && ok {
			err = notify.Send(ctx, tx, notify.Message{To: a.ID, Kind: "project", Title: title, Text: text, Link: minePath(p.ID)})
		}
		if err != nil {
			return err
		}
	}
	return nil
}
