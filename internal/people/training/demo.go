package training

import (
	"context"
	"strconv"
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
	return s.demoCourses(manager, v)
}

// lesson is what the courses to read of the demo teach and ask.
const lesson = "先敲门，报姓名和服务站，等里面的人开门。\n不收东西、不收钱，不进卧室，不拍照。\n出了事先打急救、火警，再打服务站的电话。"

var demoQuestions = []AskInput{
	{Text: "到了门口先做什么？", Choices: "*敲门，报姓名和服务站\n推门进去\n在门外喊"},
	{Text: "老人要给您一条烟，怎么办？", Choices: "收下\n*谢过，不收\n收下交给站里"},
	{Text: "哪些不能做？", Choices: "*拍照发到群里\n*进卧室翻东西\n问老人身体怎么样"},
}

// demoCourses are a draft, a course to read that somebody has passed who waits for the second person, and one that is not taught any more.
func (s *Service) demoCourses(ctx context.Context, v area.Village) error {
	in := CourseInput{StationID: v.Station, Qualification: "volunteer_basic", Words: Words{Title: "演示：社区防火培训（还在写）",
		Content: "灭火器怎样用、燃气怎样关。", Minutes: 60}}
	if _, err := s.Make(ctx, in); err != nil {
		return err
	}
	in.Kind, in.Content = Article, lesson
	in.Title = "演示：新志愿者第一课（老教材）"
	d, err := s.demoLesson(ctx, in)
	if err == nil {
		_, err = s.Close(ctx, MoveInput{ID: d.ID, Version: d.Version, Reason: "换了新教材"})
	}
	if err != nil {
		return err
	}
	in.Title = "演示：新志愿者第一课"
	if d, err = s.demoLesson(ctx, in); err != nil {
		return err
	}
	for i := range v.Volunteers {
		if p := v.Volunteers[len(v.Volunteers)-1-i]; p.Actor.Account != 0 {
			return s.demoTest(auth.With(ctx, p.Actor), d.ID)
		}
	}
	return nil
}

// demoLesson is an open course to read.
func (s *Service) demoLesson(ctx context.Context, in CourseInput) (Detail, error) {
	d, err := s.Make(ctx, in)
	if err == nil {
		d, err = s.Ask(ctx, QuestionsInput{ID: d.ID, Version: d.Version, Mark: 80, Items: demoQuestions})
	}
	if err == nil {
		d, err = s.Publish(ctx, MoveInput{ID: d.ID, Version: d.Version})
	}
	return d, err
}

// demoTest passes the test of a course.
func (s *Service) demoTest(ctx context.Context, id db.ID) error {
	t, err := s.Begin(ctx, GetInput{ID: id})
	if err != nil {
		return err
	}
	in := AnswerInput{ID: t.ID}
	for _, q := range t.Items {
		var x Picked
		for _, n := range q.right {
			x.Picked = append(x.Picked, strconv.FormatInt(n, 10))
		}
		in.Answers = append(in.Answers, x)
	}
	_, err = s.Answer(ctx, in)
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
