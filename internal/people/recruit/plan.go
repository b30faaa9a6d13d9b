package recruit

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/network/station"
	"linli/internal/people/team"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/project"
)

// QuestionInput is a question as it is planned; one without a label is none.
type QuestionInput struct {
	Kind     string `json:"kind" required:"false" set:"campaign_question.kind" maxLength:"8" default:"text"`
	Label    string `json:"label" required:"false" maxLength:"60"`
	Choices  string `json:"choices" required:"false" maxLength:"200" doc:"从几个里选一个的：选项用、隔开"`
	Required bool   `json:"required" required:"false"`
}

// Content is what a campaign says.
type Content struct {
	Title      string          `json:"title" minLength:"2" maxLength:"60"`
	Need       string          `json:"need" required:"false" maxLength:"300" doc:"为什么招：哪里缺人"`
	Content    string          `json:"content" required:"false" maxLength:"1000" doc:"来了做什么"`
	Place      string          `json:"place" required:"false" maxLength:"100"`
	Hours      string          `json:"hours" required:"false" maxLength:"100" doc:"什么时候服务"`
	Conditions string          `json:"conditions" required:"false" maxLength:"500"`
	Needed     int64           `json:"needed" minimum:"1" maximum:"10000"`
	HowTo      string          `json:"how_to" required:"false" maxLength:"300" doc:"怎样报名；不填就是手机上或者到站里"`
	Risk       string          `json:"risk" required:"false" maxLength:"500" doc:"服务中可能发生的风险；发布以前要写（志愿服务条例第十二条）"`
	FromDay    clock.Day       `json:"from" doc:"哪天开始报名"`
	ToDay      clock.Day       `json:"to" doc:"报名到哪天"`
	TeamID     db.ID           `json:"team_id" required:"false" doc:"为哪支队伍招"`
	ProjectID  db.ID           `json:"project_id" required:"false" doc:"为哪个项目招"`
	Questions  []QuestionInput `json:"questions" required:"false" maxItems:"5" doc:"报名时问的，最多五个"`
}

// longest is how many days a campaign may take.
const longest = 366

func (c Content) check() error {
	e := errs.Check{}
	e.That(strings.TrimSpace(c.Title) != "", "title", "请写招募的名称")
	e.That(c.FromDay != 0, "from", "请写哪天开始报名")
	e.That(c.ToDay >= c.FromDay, "to", "截止不能早于开始")
	e.That(c.FromDay == 0 || c.ToDay < c.FromDay || c.ToDay.Sub(c.FromDay) < longest, "to", "最长一年，到期再招")
	for i, q := range c.Questions {
		at := fmt.Sprintf("questions.%d.", i)
		e.That(strings.TrimSpace(q.Label) != "" || strings.TrimSpace(q.Choices) == "" && !q.Required, at+"label", "请写问什么")
		e.That(strings.TrimSpace(q.Label) == "" || q.Kind != AskChoice || len(choicesOf(q.Choices)) >= 2, at+"choices", "至少两个选项，用、隔开")
	}
	return e.Err()
}

// choicesOf are the single choices of a line: 上午、下午.
func choicesOf(line string) (out []string) {
	for c := range strings.FieldsFuncSeq(line, func(r rune) bool { return strings.ContainsRune("、，,；;", r) }) {
		if c = strings.TrimSpace(c); c != "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// write puts what is said into c.
func (in Content) write(c *Campaign) {
	c.Title, c.Need, c.Content = strings.TrimSpace(in.Title), strings.TrimSpace(in.Need), strings.TrimSpace(in.Content)
	c.Place, c.Hours, c.Conditions = strings.TrimSpace(in.Place), strings.TrimSpace(in.Hours), strings.TrimSpace(in.Conditions)
	c.HowTo, c.Risk, c.Needed = strings.TrimSpace(in.HowTo), strings.TrimSpace(in.Risk), in.Needed
	c.FromDay, c.ToDay, c.TeamID, c.ProjectID = in.FromDay, in.ToDay, in.TeamID, in.ProjectID
}

// questions are those of a campaign, numbered.
func (in Content) questions(tx *db.Tx, id db.ID) (out []Question) {
	for _, q := range in.Questions {
		label := strings.TrimSpace(q.Label)
		if label == "" {
			continue
		}
		x := Question{ID: tx.NewID(), CampaignID: id, No: int64(len(out) + 1), Kind: q.Kind, Label: label, Required: q.Required}
		if x.Kind == "" {
			x.Kind = AskText
		}
		if x.Kind == AskChoice {
			x.Choices = strings.Join(choicesOf(q.Choices), "、")
		}
		out = append(out, x)
	}
	return out
}

// CreateInput plans a campaign of a place.
type CreateInput struct {
	Region auth.Region `json:"region" doc:"哪个嘎查村（社区）或者苏木乡镇（街道）招"`
	Content
}

func (in CreateInput) check() error {
	c := errs.Check{}
	c.Merge(in.Content.check())
	c.That(in.Region.Level() >= auth.LevelTown, "region", "请选到苏木乡镇（街道）或者嘎查村（社区）")
	return c.Err()
}

// Create plans a campaign; nobody sees it yet.
func (s *Service) Create(ctx context.Context, in CreateInput) (Detail, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Plan, Action: "recruit.create", Check: in.check}, func(tx *db.Tx) (out Detail, err error) {
		st, _, err := station.Of(ctx, tx, in.Region)
		if err != nil {
			return out, err
		}
		c := Campaign{ID: tx.NewID(), Region: in.Region, StationID: st.ID, State: Draft, MadeBy: auth.From(ctx).Account,
			MadeAt: tx.Now, Version: 1}
		if err := auth.Require(ctx, Plan, View, c.at()); err != nil {
			return out, err
		}
		if there, err := region.Exists(ctx, tx, in.Region); err != nil || !there {
			return out, missing(err, "region", "没有这个区划")
		}
		in.write(&c)
		if err := c.purpose(ctx, tx); err != nil {
			return out, err
		}
		if err := s.campaigns.Enter(ctx, tx, act.Op{Action: "recruit.create"}, &c); err != nil {
			return out, err
		}
		if err := questionTable.InsertAll(ctx, tx, in.questions(tx, c.ID)); err != nil {
			return out, err
		}
		return s.detail(ctx, tx, c.ID)
	})
}

func missing(err error, field, words string) error {
	if err != nil {
		return err
	}
	return errs.Field(field, words)
}

// purpose refuses a team or project that is none of the place, or no longer goes on.
func (c Campaign) purpose(ctx context.Context, tx *db.Tx) error {
	if c.TeamID != 0 {
		t, err := team.Get(ctx, tx, c.TeamID)
		if errs.KindOf(err) == errs.NotFound || err == nil && (t.State != team.Active || !c.Region.Contains(t.Region)) {
			return errs.Field("team_id", "这里没有这支在册的队伍")
		}
		if err != nil {
			return err
		}
	}
	if c.ProjectID == 0 {
		return nil
	}
	p, err := project.Get(ctx, tx, c.ProjectID)
	if errs.KindOf(err) == errs.NotFound || err == nil && (p.State != project.Active || !c.Region.Contains(p.Region)) {
		return errs.Field("project_id", "这里没有这个进行中的项目")
	}
	return err
}

// EditInput says a campaign anew.
type EditInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	Content
}

// Edit says a campaign anew. Once it is published people have read it: then the number and the last day alone may change.
func (s *Service) Edit(ctx context.Context, in EditInput) (Detail, error) {
	op := act.Op{Perm: Plan, Action: "recruit.edit", ID: in.ID, Version: in.Version, From: []string{Draft, Published}, Check: in.check}
	return s.change(ctx, op, func(tx *db.Tx, c *Campaign) error {
		was := *c
		in.write(c)
		if was.State == Published {
			return c.stands(ctx, tx, was, in.Content)
		}
		if err := c.purpose(ctx, tx); err != nil {
			return err
		}
		if _, err := dropQuestions.Run(ctx, tx, c.ID); err != nil {
			return err
		}
		return questionTable.InsertAll(ctx, tx, in.questions(tx, c.ID))
	})
}

// stands refuses to change what people have read and answered.
func (c Campaign) stands(ctx context.Context, tx *db.Tx, was Campaign, in Content) error {
	same := c
	same.Needed, same.ToDay = was.Needed, was.ToDay
	asked, err := questionsOf.All(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	now := in.questions(tx, c.ID)
	for i := range now {
		if i < len(asked) {
			now[i].ID = asked[i].ID
		}
	}
	e := errs.Check{}
	e.That(same == was && slices.Equal(now, asked), "title", "发布以后只能改人数和截止的日子；别的要改，就结束这次另招")
	e.That(c.Needed >= was.Accepted, "needed", fmt.Sprintf("已经录用了 %d 人", was.Accepted))
	e.That(c.ToDay >= clock.DayOf(tx.Now), "to", "截止的日子已经过了；不招了请结束")
	return e.Err()
}

// MoveInput moves a campaign on.
type MoveInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" required:"false" minimum:"1" doc:"不填不核对"`
	Reason  string `json:"reason" required:"false" maxLength:"200"`
}

// Publish shows a campaign to everybody. What can happen to who serves must stand in it (志愿服务条例 art. 12).
func (s *Service) Publish(ctx context.Context, in MoveInput) (Detail, error) {
	op := act.Op{Perm: Plan, Action: "recruit.publish", ID: in.ID, Version: in.Version, From: []string{Draft}, Wrong: "已经发布过"}
	return s.change(ctx, op, func(tx *db.Tx, c *Campaign) error {
		e := errs.Check{}
		e.That(c.Risk != "", "risk", "发布以前要写明服务中可能发生的风险（志愿服务条例第十二条）")
		e.That(c.ToDay >= clock.DayOf(tx.Now), "to", "截止的日子已经过了，先改日子")
		if err := e.Err(); err != nil {
			return err
		}
		c.State, c.Published = Published, &tx.Now
		return c.purpose(ctx, tx)
	})
}

// Close ends a campaign before its last day. Who waits for an answer still gets one.
func (s *Service) Close(ctx context.Context, in MoveInput) (Detail, error) {
	op := act.Op{Perm: Plan, Action: "recruit.close", ID: in.ID, Version: in.Version, Cause: in.Reason, From: []string{Draft, Published},
		Wrong: "已经结束"}
	return s.change(ctx, op, func(tx *db.Tx, c *Campaign) error {
		c.State, c.ClosedAt, c.Reason = Closed, &tx.Now, strings.TrimSpace(in.Reason)
		return nil
	})
}

// change is a change of a campaign that answers with all of it.
func (s *Service) change(ctx context.Context, op act.Op, fn func(tx *db.Tx, c *Campaign) error) (Detail, error) {
	return act.ChangeTo(ctx, s.db, &s.campaigns, op, fn, func(tx *db.Tx, c Campaign) (Detail, error) { return s.detail(ctx, tx, c.ID) })
}

// Sweep ends the campaigns whose last day is over.
func (s *Service) Sweep(ctx context.Context) error {
	var over []Campaign
	if err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		over, err = overdue.All(ctx, tx, clock.DayOf(tx.Now))
		return err
	}); err != nil {
		return err
	}
	for _, c := range over {
		op := act.Op{Perm: Plan, Action: "recruit.expire", ID: c.ID, Version: c.Version, From: []string{Published}}
		_, err := s.campaigns.Change(ctx, s.db, op, func(tx *db.Tx, c *Campaign) error {
			c.State, c.ClosedAt, c.Reason = Closed, &tx.Now, "到了截止的日子"
			return nil
		})
		if err != nil && errs.KindOf(err) != errs.Conflict { // somebody was quicker
			return err
		}
	}
	return nil
}
