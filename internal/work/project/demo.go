package project

import (
	"context"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/work/activity"
	"linli/internal/work/attendance"
)

// demoHeld is how many days ago the occurrences of the regular project of the demo were held, the earliest first.
var demoHeld = []int{26, 19, 12, 5}

// demoContent is made up.
func demoContent(name string, from clock.Day, groups ...string) Content {
	return Content{Name: name, Groups: person.Codes(groups), Rhythm: "weekly", ForPeople: 20, FromDay: from, ToDay: from.AddDays(364),
		Goal: "让独自在家的老人会接视频、会看健康码和缴费，遇到骗子知道问谁", Plan: "每周一晚，在社区大厅，一位志愿者带三四位老人；讲一样练一样，下次先温习",
		Budget: "不花钱：用社区大厅和志愿者自己的手机", Phases: []PhaseInput{{Name: "登记想学的老人", FromDay: from, ToDay: from.AddDays(13)},
			{Name: "每周上课", FromDay: from.AddDays(14), ToDay: from.AddDays(330)}, {Name: "总结，老人自己来讲", FromDay: from.AddDays(331),
				ToDay: from.AddDays(364)}}}
}

// Demo plays the projects of the demo: a regular one with what was held and what is to come, one that copies it, one
// that is over, one that waits for approval.
func (s *Service) Demo(ctx context.Context, v area.Village) error {
	const few = 4
	if len(v.Volunteers) < few {
		return nil // too few people for a demo of projects
	}
	today := clock.Today(ctx)
	start := on(ctx, today.AddDays(-demoHeld[0]-3), 9)
	d, err := s.demoApproved(start, v, demoContent("演示：老人手机课堂", clock.Today(start), "lone_elder", "left_elder"))
	if err != nil {
		return err
	}
	for _, ago := range demoHeld {
		if err := s.demoHold(ctx, v, d, today.AddDays(-ago)); err != nil {
			return err
		}
	}
	next := demoActivity(d, today.AddDays(4))
	a, err := s.activities.Create(auth.With(ctx, v.Manager), next)
	if err == nil {
		_, err = s.activities.PublishNow(auth.With(ctx, v.Manager), activity.MoveInput{ID: a.ID, Version: a.Version})
	}
	if err == nil {
		err = s.demoCopy(ctx, v, d)
	}
	if err != nil {
		return err
	}
	over := demoContent("演示：入冬前上门看烟道", clock.Today(start), "destitute", "low_income")
	over.Rhythm, over.Goal, over.Plan, over.Phases = Once, "入冬前把用煤取暖的困难家庭都看一遍", "两人一组，看烟道、装报警器、教怎样开窗", nil
	if d, err = s.demoApproved(start, v, over); err == nil {
		_, err = s.Close(auth.With(ctx, v.Manager), CloseInput{ID: d.ID, Version: d.Version,
			Summary: "都看过了；报警器还差三户，已经列进下个月的需求。明年早一个月开始。"})
	}
	if err == nil {
		_, err = s.Propose(auth.With(ctx, v.Manager), ProposeInput{StationID: v.Station,
			Content: demoContent("演示：放学后看孩子", today.AddDays(20), "left_child")})
	}
	return err
}

// on is some hour of a day.
func on(ctx context.Context, day clock.Day, hour int) context.Context {
	return clock.At(ctx, day.Time().Add(time.Duration(hour)*time.Hour))
}

func (s *Service) demoApproved(ctx context.Context, v area.Village, c Content) (Detail, error) {
	d, err := s.Propose(auth.With(ctx, v.Manager), ProposeInput{StationID: v.Station, Content: c})
	if err != nil {
		return d, err
	}
	return s.Approve(auth.With(ctx, v.Head), ApproveInput{ID: d.ID, Version: d.Version})
}

// demoActivity is an evening, when nobody of the demo is at work for others.
func demoActivity(d Detail, day clock.Day) activity.CreateInput {
	return activity.CreateInput{StationID: d.StationID, ProjectID: d.ID, Title: "演示：老人手机课堂", Category: "technology",
		Content: "教接视频、缴费、认骗子", Place: "社区一楼大厅（演示）", Risk: "晚上路滑，老人由家里人或者志愿者接送", Day: day, From: "19:30", To: "20:30", Checked: true,
		Posts: []activity.PostInput{{Name: "带着练", Needed: 3}}}
}

// demoHold plays one occurrence: planned, joined, held, its list approved by a second person.
func (s *Service) demoHold(ctx context.Context, v area.Village, d Detail, day clock.Day) error {
	before := auth.With(on(ctx, day.AddDays(-2), 10), v.Manager)
	a, err := s.activities.Create(before, demoActivity(d, day))
	if err == nil {
		a, err = s.activities.PublishNow(before, activity.MoveInput{ID: a.ID, Version: a.Version})
	}
	if err != nil {
		return err
	}
	roll := activity.RollInput{ID: a.ID}
	for _, p := range v.Volunteers[len(v.Volunteers)-3:] {
		seat, err := s.activities.SignUp(before, activity.SignInput{ID: a.ID, No: p.No})
		if err != nil {
			return err
		}
		roll.Rows = append(roll.Rows, activity.Called{PlaceID: seat.ID, Came: activity.ByList})
	}
	after := auth.With(on(ctx, day, 21), v.Manager)
	if a, err = s.activities.Get(after, activity.GetInput{ID: a.ID}); err != nil {
		return err
	}
	roll.Version = a.Version
	if a, err = s.activities.CallRoll(after, roll); err == nil {
		a, err = s.activities.HandIn(after, activity.HandInInput{ID: a.ID, Version: a.Version})
	}
	if err != nil {
		return err
	}
	second := auth.With(on(ctx, day.AddDays(1), 10), v.Head)
	sh, err := s.sheets.GetSheet(second, attendance.SheetInput{ID: a.SheetID})
	if err == nil {
		_, err = s.sheets.ApproveSheet(second, attendance.DecideInput{ID: sh.ID, Version: sh.Version, Decision: "approve"})
	}
	return err
}

// demoCopy lets a project be copied: the same class once more, in Mongolian.
func (s *Service) demoCopy(ctx context.Context, v area.Village, d Detail) error {
	c, err := s.Copy(auth.With(ctx, v.Manager), CopyInput{ID: d.ID, StationID: v.Station, Name: "演示：蒙古语手机课堂", FromDay: clock.Today(ctx)})
	if err == nil {
		_, err = s.Approve(auth.With(ctx, v.Head), ApproveInput{ID: c.ID, Version: c.Version})
	}
	return err
}
