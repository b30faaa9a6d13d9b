package activity

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"linli/internal/civic/account"
	"linli/internal/civic/person"
	"linli/internal/network/station"
	"linli/internal/people/team"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
	"linli/internal/work/attendance"
	"linli/internal/work/catalogue"
)

// PostInput is a post of a new activity.
type PostInput struct {
	Name          string       `json:"name" required:"false" maxLength:"40"`
	Needed        int64        `json:"needed" required:"false" minimum:"0" maximum:"500"`
	Skills        person.Codes `json:"skills" required:"false" maxItems:"10"`
	Qualification string       `json:"qualification_code" required:"false" maxLength:"40" pattern:"^[a-z0-9_]*$"`
	MinimumAge    int64        `json:"minimum_age" required:"false" minimum:"0" maximum:"99"`
	ItemID        db.ID        `json:"item_id" required:"false" doc:"记录时算服务目录里的哪一项；不选算类别里的第一项"`
}

// CreateInput plans an activity, or with a recurrence several alike.
type CreateInput struct {
	StationID  db.ID       `json:"station_id" doc:"哪个站点的活动"`
	TeamID     db.ID       `json:"team_id" required:"false" doc:"由哪支队伍来做"`
	ProjectID  db.ID       `json:"project_id" required:"false" doc:"哪个项目的；单独办的不填"`
	Title      string      `json:"title" minLength:"2" maxLength:"60"`
	Category   string      `json:"category" set:"catalogue_item.category" maxLength:"20"`
	Content    string      `json:"content" minLength:"1" maxLength:"1000" doc:"做什么"`
	Place      string      `json:"place" minLength:"1" maxLength:"100" doc:"在哪里集合"`
	Conditions string      `json:"conditions" required:"false" maxLength:"300" doc:"要带什么、什么人适合"`
	Risk       string      `json:"risk" required:"false" maxLength:"500" doc:"可能有什么风险，怎样防；发布前要写"`
	GuideUnit  string      `json:"guide_unit" required:"false" maxLength:"60"`
	Insured    bool        `json:"insurance_needed" required:"false" doc:"可能有人身危险：参加的人那天要有人身意外伤害保险（志愿服务条例第十七条）"`
	Agreement  bool        `json:"agreement_needed" required:"false" doc:"参加的人要先和服务站签好志愿服务协议（本系统约定）"`
	Day        clock.Day   `json:"day" doc:"哪天；重复的是第一场"`
	From       string      `json:"from" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$" patternDescription:"写成 09:00 这样"`
	To         string      `json:"to" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$" patternDescription:"写成 11:00 这样"`
	Posts      []PostInput `json:"posts" minItems:"1" maxItems:"10"`
	Recurrence string      `json:"recurrence" required:"false" maxLength:"100" doc:"FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20270131 或 FREQ=MONTHLY;BYMONTHDAY=15;COUNT=6"`
	Holidays   string      `json:"holidays" required:"false" enum:"skip,keep" default:"skip" maxLength:"4" doc:"法定节假日不办（skip）还是照办（keep）"`
	Is         []string    `json:"is" required:"false" set:"no_service" maxItems:"5" doc:"它是不是这些；是的话不是志愿服务"`
	Checked    bool        `json:"checked" doc:"对照过：不是开会、值班、团队建设、商业活动"`
}

func (in CreateInput) check() error {
	c := errs.Check{}
	c.That(strings.TrimSpace(in.Title) != "", "title", "请写活动名称")
	c.That(strings.TrimSpace(in.Content) != "", "content", "请写做什么")
	c.That(strings.TrimSpace(in.Place) != "", "place", "请写在哪里集合")
	c.That(in.From < in.To, "to", "结束要晚于开始，当天结束")
	c.That(!onDuty(in.Is), "is", "这些不是志愿服务，不能在这里办（民政部令第67号第十九条）")
	c.That(in.Checked, "checked", "请对照一下：开会、值班、团队建设、商业活动不是志愿服务")
	c.That(slices.ContainsFunc(in.Posts, func(p PostInput) bool { return p.Needed > 0 }), "posts.0.needed", "请写要几个人")
	for i, p := range in.Posts {
		c.That(p.Needed == 0 || strings.TrimSpace(p.Name) != "", fmt.Sprintf("posts.%d.name", i), "请写做哪一样")
	}
	return c.Err()
}

// Create plans an activity for a station, by the station or by the leader of a team there.
func (s *Service) Create(ctx context.Context, in CreateInput) (Detail, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Plan, Action: "activity.create", Check: in.check}, func(tx *db.Tx) (Detail, error) {
		st, err := station.Get(ctx, tx, in.StationID)
		if err != nil {
			return Detail{}, err
		}
		if err := in.may(ctx, tx, st); err != nil {
			return Detail{}, err
		}
		menu, err := catalogue.Menu(ctx, tx, st.Region)
		if err == nil {
			err = in.services(menu)
		}
		if err != nil {
			return Detail{}, err
		}
		days, err := in.days(ctx, tx)
		if err != nil {
			return Detail{}, err
		}
		var first, series db.ID
		if len(days) > 1 {
			series = tx.NewID()
		}
		for _, day := range days {
			a, err := in.activity(ctx, tx, st, day, series)
			if err == nil && a.ProjectID != 0 {
				err = s.Planned.Publish(ctx, tx, PlannedEvent{a})
			}
			if err == nil {
				err = s.activities.Enter(ctx, tx, act.Op{Action: "activity.create"}, &a)
			}
			if err == nil {
				err = in.posts(ctx, tx, a.ID)
			}
			if err != nil {
				return Detail{}, err
			}
			if first == 0 {
				first = a.ID
			}
		}
		return s.detail(ctx, tx, first)
	})
}

// may asks whether the actor may plan at the station, for the team where one is named.
func (in CreateInput) may(ctx context.Context, tx *db.Tx, st station.Station) error {
	at := auth.Place{Region: st.Region, Station: st.ID}
	if in.TeamID != 0 {
		t, err := team.Get(ctx, tx, in.TeamID)
		if errs.KindOf(err) == errs.NotFound || err == nil && (t.State != team.Active || t.StationID != st.ID) {
			return errs.Field("team_id", "这个站点没有这支在册的队伍")
		}
		if err != nil {
			return err
		}
		at.Persons = []db.ID{t.LeaderID, t.DeputyID}
	}
	if err := auth.Require(ctx, Plan, View, at); err != nil {
		return err
	}
	if st.Status == station.Closed {
		return errs.WrongState("站点已经撤销")
	}
	return nil
}

// activity is one occurrence.
func (in CreateInput) activity(ctx context.Context, tx *db.Tx, st station.Station, day clock.Day, series db.ID) (Activity, error) {
	a := Activity{ID: tx.NewID(), Region: st.Region, StationID: st.ID, TeamID: in.TeamID, ProjectID: in.ProjectID,
		SeriesID: series, Rule: in.Recurrence,
		Title: strings.TrimSpace(in.Title), Category: in.Category, Content: strings.TrimSpace(in.Content), Place: strings.TrimSpace(in.Place),
		Conditions: strings.TrimSpace(in.Conditions), Risk: strings.TrimSpace(in.Risk), GuideUnit: strings.TrimSpace(in.GuideUnit),
		Insured: in.Insured, Agreement: in.Agreement, Version: 1,
		State: Draft, StartsAt: hour(day, in.From), EndsAt: hour(day, in.To), Day: day, MadeBy: auth.From(ctx).Account, MadeAt: tx.Now}
	if !a.StartsAt.After(tx.Now) {
		return a, errs.Field("day", "要在现在以后")
	}
	if day > clock.DayOf(tx.Now).AddDays(farthest) {
		return a, errs.Field("day", "最多提前一年")
	}
	var err error
	a.DueDay, err = attendance.DueDay(ctx, tx, day, st.Region)
	return a, err
}

// farthest is how many days ahead an activity may lie.
const farthest = 366

// hour is a time of a day, written as 09:30 by the form of the input.
func hour(day clock.Day, text string) time.Time {
	t, err := time.Parse("15:04", text)
	if err != nil {
		return time.Time{}
	}
	return day.Time().Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute)
}

func (in CreateInput) posts(ctx context.Context, tx *db.Tx, id db.ID) error {
	for _, p := range in.Posts {
		if p.Needed == 0 {
			continue
		}
		if err := postTable.Insert(ctx, tx, Post{ID: tx.NewID(), ActivityID: id, Name: strings.TrimSpace(p.Name), Needed: p.Needed,
			Skills: p.Skills, Qualification: p.Qualification, MinimumAge: p.MinimumAge, ItemID: p.ItemID}); err != nil {
			return err
		}
	}
	return nil
}

// Belong is a part: it puts an activity into a project, with whole also those of its series that come after it and stand as it does.
func (s *Service) Belong(ctx context.Context, tx *db.Tx, a Activity, project db.ID, whole bool) error {
	list := []Activity{a}
	if whole && a.SeriesID != 0 {
		rest, err := restOf.All(ctx, tx, a.SeriesID, a.StartsAt, a.State)
		if err != nil {
			return err
		}
		list = append(list, rest...)
	}
	for _, x := range list {
		if x.ProjectID != 0 {
			continue
		}
		if err := s.activities.Alter(ctx, tx, act.Op{Action: "activity.belong"}, &x, func(_ *db.Tx, x *Activity) error {
			x.ProjectID = project
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// MoveInput names an activity and the version of it that was read.
type MoveInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Whole   bool   `json:"whole" required:"false" doc:"重复的活动，后面各场一起"`
	Reason  string `json:"reason" required:"false" maxLength:"200"`
}

// PublishNow opens an activity for signing up. Its risk is written before (志愿服务条例 art. 12), and a guiding unit where public order is
// the matter.
func (s *Service) PublishNow(ctx context.Context, in MoveInput) (Detail, error) {
	return s.move(ctx, in, act.Op{Perm: Publish, Action: "activity.publish", From: []string{Draft}}, func(tx *db.Tx, a *Activity) error {
		c := errs.Check{}
		c.That(a.Risk != "", "risk", "发布前要写明可能有的风险（志愿服务条例第十二条）")
		c.That(a.Category != "public_order" || a.GuideUnit != "", "guide_unit", "治安维稳的活动发布前要有指导单位")
		if err := c.Err(); err != nil {
			return err
		}
		if !tx.Now.Before(a.StartsAt) {
			return errs.WrongState("开始的时间已经过了")
		}
		a.State, a.Published = Open, &tx.Now
		return nil
	})
}

// EditInput corrects what an activity says while nothing is handed in.
type EditInput struct {
	ID         db.ID  `path:"id"`
	Version    int64  `json:"version" minimum:"1"`
	Content    string `json:"content" minLength:"1" maxLength:"1000"`
	Place      string `json:"place" minLength:"1" maxLength:"100"`
	Conditions string `json:"conditions" required:"false" maxLength:"300"`
	Risk       string `json:"risk" minLength:"1" maxLength:"500"`
	GuideUnit  string `json:"guide_unit" required:"false" maxLength:"60"`
}

// Edit corrects what an activity says; who has signed up is told.
func (s *Service) Edit(ctx context.Context, in EditInput) (Detail, error) {
	op := act.Op{Perm: Plan, Action: "activity.edit", ID: in.ID, Version: in.Version, From: []string{Draft, Open}, Check: func() error {
		c := errs.Check{}
		c.That(strings.TrimSpace(in.Risk) != "", "risk", "请写可能有的风险")
		c.That(strings.TrimSpace(in.Content) != "", "content", "请写做什么")
		c.That(strings.TrimSpace(in.Place) != "", "place", "请写在哪里集合")
		return c.Err()
	}}
	return s.change(ctx, op, func(tx *db.Tx, a *Activity) error {
		a.Content, a.Place, a.Conditions = strings.TrimSpace(in.Content), strings.TrimSpace(in.Place), strings.TrimSpace(in.Conditions)
		a.Risk, a.GuideUnit = strings.TrimSpace(in.Risk), strings.TrimSpace(in.GuideUnit)
		return s.tellAll(ctx, tx, *a, "您报名的活动有改动", "")
	})
}

// Cancel calls an activity off; everybody on its list is told.
func (s *Service) Cancel(ctx context.Context, in MoveInput) (Detail, error) {
	op := act.Op{Perm: Plan, Action: "activity.cancel", From: []string{Draft, Open}, Cause: in.Reason, Check: func() error {
		if strings.TrimSpace(in.Reason) == "" {
			return errs.Field("reason", "请写明原因，报名的人看得到")
		}
		return nil
	}}
	return s.move(ctx, in, op, func(tx *db.Tx, a *Activity) error {
		a.State, a.Reason = Cancelled, strings.TrimSpace(in.Reason)
		return s.tellAll(ctx, tx, *a, "您报名的活动取消了", a.Reason)
	})
}

// tellAll sends word to everybody who has a place, waits or is being asked.
func (s *Service) tellAll(ctx context.Context, tx *db.Tx, a Activity, title, why string) error {
	seats, err := seatsOf.All(ctx, tx, a.ID)
	for _, p := range seats {
		if err == nil && (p.State == Held || p.State == Waiting || p.State == Offered) {
			err = tell(ctx, tx, p.PersonID, title, a.Title+"，"+clock.Span(ctx, a.StartsAt, a.EndsAt)+"。"+why, minePath(a.ID))
		}
	}
	return err
}

// move changes one occurrence, or it and those of its series that come after it and stand as it does.
func (s *Service) move(ctx context.Context, in MoveInput, op act.Op, fn func(tx *db.Tx, a *Activity) error) (Detail, error) {
	op.ID, op.Version = in.ID, in.Version
	return s.change(ctx, op, func(tx *db.Tx, a *Activity) error {
		if in.Whole && a.SeriesID != 0 {
			rest, err := restOf.All(ctx, tx, a.SeriesID, a.StartsAt, a.State)
			if err != nil {
				return err
			}
			for _, x := range rest {
				if err := s.activities.Alter(ctx, tx, op, &x, fn); err != nil {
					return err
				}
			}
		}
		return fn(tx, a)
	})
}

var restOf = db.Query[Activity](`SELECT ` + columns + ` FROM activity a WHERE a.series_id = $1 AND a.starts_at > $2 AND a.state = $3
	ORDER BY a.id`)

// change is a change of an activity that answers with all of it.
func (s *Service) change(ctx context.Context, op act.Op, fn func(tx *db.Tx, a *Activity) error) (Detail, error) {
	return act.ChangeTo(ctx, s.db, &s.activities, op, fn, func(tx *db.Tx, a Activity) (Detail, error) { return s.detail(ctx, tx, a.ID) })
}

// tell sends word to a person who has an account.
func tell(ctx context.Context, tx *db.Tx, id db.ID, title, text, link string) error {
	a, ok, err := account.OfPerson(ctx, tx, id)
	if err != nil || !ok {
		return err
	}
	return notify.Send(ctx, tx, notify.Message{To: a.ID, Kind: "activity", Title: title, Text: text, Link: link})
}
