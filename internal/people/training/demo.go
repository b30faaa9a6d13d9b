package training

import (
	"context"
	"time"

	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Demo fills the base community with training: a course held in the past with people who passed and some who wait for the second person,
// one that can be signed up for, one that is a draft.
func (s *Service) Demo(ctx context.Context, v area.Village) error {
	if len(v.Volunteers) < 8 {
		return nil // too few people for a demo of training
	}
	manager := auth.With(ctx, v.Manager)
	aid, err := s.Make(manager, CourseInput{StationID: v.Station, Qualification: "first_aid", Words: Words{Title: "演示：急救培训",
		Content: "心肺复苏、止血包扎、噎住了怎么办；练习用假人，人人上手。", Minutes: 120, ValidMonths: 24}})
	if err == nil {
		aid, err = s.Publish(manager, MoveInput{ID: aid.ID, Version: aid.Version})
	}
	if err != nil {
		return err
	}
	today := clock.Today(ctx)
	sitting := SittingInput{ID: aid.ID, Place: "社区二楼会议室（演示）", Lecturer: "卫生院医生（演示）", From: "09:00", To: "11:00", Needed: 6}
	for i, ago := range []int{20, 3} {
		sitting.Day = today.AddDays(-ago)
		if err := s.demoHeld(ctx, v, sitting, v.Volunteers[i*3:i*3+3], i == 0); err != nil {
			return err
		}
	}
	sitting.Day = today.AddDays(9) // nobody of the base has appointments in the week that comes
	if _, err = s.Sit(manager, sitting); err != nil {
		return err
	}
	return s.demoCourses(manager, v.Station)
}

// demoCourses are a draft, and a course that is not taught any more.
func (s *Service) demoCourses(ctx context.Context, station db.ID) error {
	first := CourseInput{StationID: station, Qualification: "volunteer_basic", Words: Words{Title: "演示：新志愿者第一课",
		Content: "怎样敲门、怎样问好、什么不能做、出了事找谁。", Minutes: 60}}
	if _, err := s.Make(ctx, first); err != nil {
		return err
	}
	first.Title = "演示：新志愿者第一课（老教材）"
	d, err := s.Make(ctx, first)
	if err == nil {
		d, err = s.Publish(ctx, MoveInput{ID: d.ID, Version: d.Version})
	}
	if err == nil {
		_, err = s.Close(ctx, MoveInput{ID: d.ID, Version: d.Version, Reason: "换了新教材"})
	}
	return err
}

// demoHeld is a sitting that is over: two passed and one did not come; confirmed by the head where that is wanted.
func (s *Service) demoHeld(ctx context.Context, v area.Village, in SittingInput, people []area.Villager, confirmed bool) error {
	before, after := on(ctx, in.Day.AddDays(-2)), on(ctx, in.Day.AddDays(1))
	x, err := s.Sit(auth.With(before, v.Manager), in)
	if err != nil {
		return err
	}
	found := NoteInput{ID: x.ID}
	for i, p := range people {
		seat, err := s.SignUp(auth.With(before, v.Manager), SignInput{ID: x.ID, No: p.No})
		if err != nil {
			return err
		}
		found.Rows = append(found.Rows, Found{PlaceID: seat.ID, Result: []string{Passed, Passed, Absent}[i]})
	}
	found.Version = x.Version
	if x, err = s.Note(auth.With(after, v.Manager), found); err != nil || !confirmed {
		return err
	}
	_, err = s.Confirm(auth.With(after, v.Head), ConfirmInput{ID: x.ID, Version: x.Version})
	return err
}

// on is ten in the morning of a day.
func on(ctx context.Context, d clock.Day) context.Context {
	return clock.At(ctx, d.Time().Add(10*time.Hour))
}
