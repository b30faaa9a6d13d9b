package project_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"linli/internal/civic/person"
	"linli/internal/people/team"
	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/proof/record"
	"linli/internal/work/activity"
	"linli/internal/work/attendance"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/project"
)

// world is the gacha with the area and what it is made of.
type world struct {
	*attendancetest.World
	*testing.T
	s          *project.Service
	activities *activity.Service
	teams      *team.Service
	banner     context.Context
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		vols, records := volunteer.New(base.DB), record.New(base.DB, base.Persons)
		w := &world{World: base, T: t, activities: activity.New(base.DB, base.Keys, base.Att), teams: team.New(base.DB)}
		w.s = project.New(base.DB, w.activities, base.Att)
		w.s.Ask = project.Outside{Counted: record.OfProject, Copied: record.OfCopies}
		w.teams.Follow(base.Persons, vols)
		w.activities.Follow(base.Persons, vols, w.teams)
		w.s.Follow(base.Persons, w.teams)
		records.Follow(base.Persons, base.Orders, base.Att)
		clock.Set(clock.Day(20261001).Time()) // what is held lies after it
		w.Seat(base.Manager)
		clock.Set(attendancetest.Noon)
		w.banner, _ = w.Actor("旗里", 0, auth.Grant{Role: auth.BannerOfficer, Region: attendancetest.Gacha.At(auth.LevelBanner)})
		test(w)
		w.whole(0)
	})
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// whole fails unless verify finds n things amiss.
func (w *world) whole(n int) {
	w.Helper()
	var found []string
	if err := w.DB.Read(w.System, func(tx *db.Tx) error {
		return project.Verify(w.System, tx, func(object, what string) { found = append(found, object+" "+what) })
	}); err != nil || len(found) != n {
		w.Errorf("verify finds %v, %v, want %d", found, err, n)
	}
}

func (w *world) input(name string) project.ProposeInput {
	return project.ProposeInput{StationID: w.Station.ID, Content: project.Content{Name: name, Groups: person.Codes{"lone_elder", "left_elder"},
		Goal: "老人会接视频", Plan: "每周一晚一对一教", Rhythm: "weekly", ForPeople: 12, FromDay: 20261101, ToDay: 20270430,
		Phases: []project.PhaseInput{{Name: "登记", FromDay: 20261101, ToDay: 20261110}, {}, {Name: "上课", FromDay: 20261111, ToDay: 20270430}}}}
}

// active is a project of the station in progress.
func (w *world) active(name string) project.Detail {
	w.Helper()
	d := must[project.Detail](w)(w.s.Propose(w.Manager, w.input(name)))
	return must[project.Detail](w)(w.s.Approve(w.Head, project.ApproveInput{ID: d.ID, Version: d.Version}))
}

func (w *world) get(id db.ID) project.Detail {
	w.Helper()
	return must[project.Detail](w)(w.s.Get(w.Manager, project.GetInput{ID: id}))
}

func (w *world) plan(id db.ID, day clock.Day) activity.CreateInput {
	return activity.CreateInput{StationID: w.Station.ID, ProjectID: id, Title: "手机课堂", Category: w.Item.Category, Content: "教视频", Place: "嘎查部",
		Risk: "路滑", Day: day, From: "19:00", To: "20:30", Checked: true, Posts: []activity.PostInput{{Name: "教", Needed: 3}}}
}

// hold lets an activity take place with two volunteers and hands its list in; approved by another, or not.
func (w *world) hold(id db.ID, day clock.Day, approved bool) {
	w.Helper()
	clock.Set(day.AddDays(-1).Time().Add(600 * 60e9))
	a := must[activity.Detail](w)(w.activities.Create(w.Manager, w.plan(id, day)))
	a = must[activity.Detail](w)(w.activities.PublishNow(w.Manager, activity.MoveInput{ID: a.ID, Version: a.Version}))
	roll := activity.RollInput{ID: a.ID}
	for _, v := range w.Vols[:2] {
		p := must[activity.Seat](w)(w.activities.SignUp(v.Ctx, activity.SignInput{ID: a.ID}))
		roll.Rows = append(roll.Rows, activity.Called{PlaceID: p.ID, Came: activity.ByList})
	}
	clock.Set(a.EndsAt)
	roll.Version = must[activity.Detail](w)(w.activities.Get(w.Manager, activity.GetInput{ID: a.ID})).Version
	a = must[activity.Detail](w)(w.activities.CallRoll(w.Manager, roll))
	a = must[activity.Detail](w)(w.activities.HandIn(w.Manager, activity.HandInInput{ID: a.ID, Version: a.Version}))
	if approved {
		sh := must[attendance.SheetDetail](w)(w.Att.GetSheet(w.Head, attendance.SheetInput{ID: a.SheetID}))
		must[attendance.SheetDetail](w)(w.Att.ApproveSheet(w.Head, attendance.DecideInput{ID: sh.ID, Version: sh.Version, Decision: "approve"}))
	}
}

// A project is proposed by the station or the leader of a team, and begins when somebody else approves it.
func TestProposal(t *testing.T) {
	each(t, func(w *world) {
		for _, c := range []struct {
			who    context.Context
			change func(*project.ProposeInput)
			want   string
		}{
			{w.Manager, func(in *project.ProposeInput) { in.Name = "  " }, "invalid name: 请写项目名称"},
			{w.Manager, func(in *project.ProposeInput) { in.Goal = " " }, "invalid goal"},
			{w.Manager, func(in *project.ProposeInput) { in.Content.Plan = " " }, "invalid plan"},
			{w.Manager, func(in *project.ProposeInput) { in.Groups = nil }, "invalid groups: 请选重点人群"},
			{w.Manager, func(in *project.ProposeInput) { in.Groups = person.Codes{"rich"} }, "invalid groups: 没有这一类"},
			{w.Manager, func(in *project.ProposeInput) { in.FromDay = 0 }, "invalid from_day"},
			{w.Manager, func(in *project.ProposeInput) { in.ToDay = 20261031 }, "invalid to_day: 结束不能早于开始"},
			{w.Manager, func(in *project.ProposeInput) { in.ToDay = 20291104 }, "invalid to_day: 最长三年"},
			{w.Manager, func(in *project.ProposeInput) { in.Phases[0].FromDay = 20261031 }, "invalid phases.0.from_day"},
			{w.Manager, func(in *project.ProposeInput) { in.Phases[0].ToDay = 20261031 }, "invalid phases.0.to_day"},
			{w.Manager, func(in *project.ProposeInput) { in.Phases[2].ToDay = 20270501 }, "invalid phases.2.to_day"},
			{w.Manager, func(in *project.ProposeInput) { in.Phases[1].FromDay = 20261201 }, "invalid phases.1.name"},
			{w.Manager, func(in *project.ProposeInput) { in.LeaderNo = "15" }, "invalid leader_no: 没有这位在册的志愿者"},
			{w.Manager, func(in *project.ProposeInput) { in.TeamID = 1 }, "invalid team_id"},
			{w.Manager, func(in *project.ProposeInput) { in.StationID = 1 }, "not_found"},
			{w.Elsewhere, func(*project.ProposeInput) {}, "not_found"},
			{w.Vols[0].Ctx, func(*project.ProposeInput) {}, "not_found"},
			{w.banner, func(*project.ProposeInput) {}, "denied"},
			{w.T.Context(), func(*project.ProposeInput) {}, "unauthenticated"},
		} {
			in := w.input("手机课堂")
			c.change(&in)
			_, err := w.s.Propose(c.who, in)
			errstest.Is(w, err, c.want)
		}
		in := w.input("手机课堂")
		in.ToDay = 20291103 // three years to the day
		d := must[project.Detail](w)(w.s.Propose(w.Head, in))
		if d.State != project.Proposed || len(d.Phases) != 2 || d.Phases[1].No != 2 || d.Owner != "station" {
			w.Errorf("%+v", d)
		}
		_, err := w.s.Propose(w.Manager, w.input("手机课堂"))
		errstest.Is(w, err, "invalid name: 这个站点已经有同名的项目")
		_, err = w.s.Face(w.T.Context(), project.GetInput{ID: d.ID})
		errstest.Is(w, err, "not_found")
		move := project.ApproveInput{ID: d.ID, Version: d.Version}
		_, err = w.s.Approve(w.Head, move)
		errstest.Is(w, err, "denied: 报项目的人和负责人不能审批")
		_, err = w.s.Approve(w.Manager, move)
		errstest.Is(w, err, "denied")
		_, err = w.s.Approve(w.Elsewhere, move)
		errstest.Is(w, err, "not_found")
		move.Decision = "refuse"
		_, err = w.s.Approve(w.Town, move)
		errstest.Is(w, err, "invalid reason")
		move.Reason = "先写清楚步骤"
		d = must[project.Detail](w)(w.s.Approve(w.Town, move))
		if d.State != project.Refused || d.Reason != "先写清楚步骤" {
			w.Errorf("%+v", d.Project)
		}
		_, err = w.activities.Create(w.Manager, w.plan(d.ID, 20261201))
		errstest.Is(w, err, "invalid project_id: 这个项目现在是“未批准”")
		edit := project.EditInput{ID: d.ID, Version: d.Version, Content: w.input("手机课堂二期").Content}
		d = must[project.Detail](w)(w.s.Edit(w.Manager, edit))
		if d.State != project.Proposed || d.Reason != "" || d.Name != "手机课堂二期" {
			w.Errorf("%+v", d.Project)
		}
		d = must[project.Detail](w)(w.s.Approve(w.Town, project.ApproveInput{ID: d.ID, Version: d.Version}))
		_, err = w.s.Approve(w.Town, project.ApproveInput{ID: d.ID, Version: d.Version})
		errstest.Is(w, err, "wrong_state: 已经审批过")
		w.fixed(d)
	})
}

// fixed: what was approved stands; how it is done may change.
func (w *world) fixed(d project.Detail) {
	w.Helper()
	said := func() project.EditInput {
		return project.EditInput{ID: d.ID, Version: d.Version, Content: w.input("手机课堂二期").Content}
	}
	for want, change := range map[string]func(in *project.EditInput){
		"invalid name":   func(in *project.EditInput) { in.Name = "别的" },
		"invalid goal":   func(in *project.EditInput) { in.Goal = "别的" },
		"invalid groups": func(in *project.EditInput) { in.Groups = person.Codes{"veteran"} },
	} {
		in := said()
		change(&in)
		_, err := w.s.Edit(w.Manager, in)
		errstest.Is(w, err, want)
	}
	in := said()
	in.Content.Plan, in.Phases = "改成周末", nil
	if got := must[project.Detail](w)(w.s.Edit(w.Manager, in)); got.State != project.Active || got.Plan != "改成周末" || len(got.Phases) != 0 {
		w.Errorf("%+v", got)
	}
}

// Regular is what was held often enough, in two months, with lists that a second person approved; results come from records.
func TestRegular(t *testing.T) {
	each(t, func(w *world) {
		clock.Set(clock.Day(20261001).Time())
		d := w.active("手机课堂")
		regular := func(want bool, held int64) {
			w.Helper()
			got := w.get(d.ID)
			if got.Result.Regular != want || got.Result.Held != held {
				w.Errorf("%+v, want %v after %d", got.Result, want, held)
			}
			wanted := must[project.Missing](w)(w.s.Without(w.banner, project.MissingInput{Region: attendancetest.Gacha}))
			listed := slices.ContainsFunc(wanted.Items, func(c project.Community) bool { return c.Region == attendancetest.Gacha })
			if listed == want || wanted.Regular != map[bool]int64{true: 1}[want] {
				w.Errorf("the list of communities has %+v", wanted)
			}
			reg := must[project.Register](w)(w.s.List(w.Manager, project.ListInput{Regular: true}))
			if len(reg.Items) == 1 != want || want && !reg.Items[0].Regular {
				w.Errorf("the list has %+v", reg.Items)
			}
		}
		regular(false, 0)
		w.hold(d.ID, 20261103, true)
		w.hold(d.ID, 20261110, true)
		w.hold(d.ID, 20261117, true)
		regular(false, 3) // all in one month
		w.hold(d.ID, 20261201, false)
		regular(false, 3) // nobody has looked at the list
		w.hold(d.ID, 20261208, true)
		regular(true, 4)
		got := w.get(d.ID)
		if got.Result.Times != 8 || got.Result.People != 2 || got.Result.Minutes != 8*90 ||
			got.Result.First != 20261103 || got.Result.Last != 20261208 {
			w.Errorf("%+v", got.Result)
		}
		face := must[project.Shown](w)(w.s.Face(w.T.Context(), project.GetInput{ID: d.ID}))
		if !face.Regular || face.Result.Minutes != 720 {
			w.Errorf("%+v", face)
		}
		faces := must[project.Faces](w)(w.s.Faces(w.T.Context(), project.PublicInput{Regular: true, Group: "lone_elder",
			Region: attendancetest.Gacha}))
		if len(faces.Items) != 1 || faces.Items[0].Held != 4 {
			w.Errorf("%+v", faces.Items)
		}
		if f := must[project.Faces](w)(w.s.Faces(w.T.Context(), project.PublicInput{Group: "elder"})); len(f.Items) != 0 {
			w.Errorf("half a code finds %+v", f.Items)
		}
		clock.Set(clock.Day(20270203).Time()) // the first of the three falls out, the month with it counts on
		regular(true, 4)
		clock.Set(clock.Day(20270218).Time())
		regular(false, 4)
		_, err := w.s.Without(w.Manager, project.MissingInput{})
		errstest.Is(w, err, "denied")
	})
}

// An activity belongs to a project of its own station that is in progress, from its plan or afterwards, and who closes calls off the rest.
func TestActivities(t *testing.T) {
	each(t, func(w *world) {
		d := w.active("手机课堂")
		_, err := w.activities.Create(w.Manager, w.plan(1, 20261201))
		errstest.Is(w, err, "invalid project_id: 这个站点没有这个项目")
		alone := w.plan(0, 20261201)
		alone.Recurrence = "FREQ=WEEKLY;BYDAY=TU;COUNT=3"
		a := must[activity.Detail](w)(w.activities.Create(w.Manager, alone))
		in := project.AttachInput{ID: d.ID, Version: d.Version, ActivityID: 1, Whole: true}
		_, err = w.s.Attach(w.Manager, in)
		errstest.Is(w, err, "invalid activity_id: 这个站点没有这场活动")
		in.ActivityID = a.ID
		_, err = w.s.Attach(w.Vols[0].Ctx, in)
		errstest.Is(w, err, "not_found")
		if len(d.Loose) != 0 || len(w.get(d.ID).Loose) != 3 {
			w.Errorf("%+v", w.get(d.ID).Loose)
		}
		d = must[project.Detail](w)(w.s.Attach(w.Manager, in))
		if len(d.Activities) != 3 || len(d.Loose) != 0 {
			w.Errorf("%+v", d.Activities)
		}
		in.Version = d.Version
		_, err = w.s.Attach(w.Manager, in)
		errstest.Is(w, err, "invalid activity_id: 这场活动已经属于")
		over := project.CloseInput{ID: d.ID, Version: d.Version, Summary: " "}
		_, err = w.s.Close(w.Manager, over)
		errstest.Is(w, err, "invalid summary")
		over.Summary = "教会了十二位老人"
		_, err = w.s.Close(w.Manager, over)
		errstest.Is(w, err, "wrong_state: 还有 3 场活动没有办完")
		must[activity.Detail](w)(w.activities.Cancel(w.Manager, activity.MoveInput{ID: a.ID, Version: w.version(a.ID), Whole: true,
			Reason: "合并"}))
		d = must[project.Detail](w)(w.s.Close(w.Manager, over))
		if d.State != project.Closed || d.ClosedDay != clock.DayOf(attendancetest.Noon) || d.Summary != over.Summary {
			w.Errorf("%+v", d.Project)
		}
		_, err = w.activities.Create(w.Manager, w.plan(d.ID, 20261201))
		errstest.Is(w, err, "invalid project_id: 这个项目现在是“已办结”")
		file := must[blob.File](w)(w.s.Print(w.banner, project.PrintInput{ID: d.ID, Format: "csv"}))
		for _, text := range []string{"手机课堂", "孤寡高龄老人、留守老年人", "教会了十二位老人", "0 人次"} {
			if !bytes.Contains(append([]byte(file.Name), file.Body...), []byte(text)) {
				w.Errorf("the summary lacks %s: %s", text, file.Body)
			}
		}
		w.spoil(d)
	})
}

func (w *world) version(id db.ID) int64 {
	w.Helper()
	return must[activity.Detail](w)(w.activities.Get(w.Manager, activity.GetInput{ID: id})).Version
}

// spoil changes rows behind the system's back: each change is seen.
func (w *world) spoil(d project.Detail) {
	w.Helper()
	c := must[project.Detail](w)(w.s.Copy(w.Head, project.CopyInput{ID: d.ID, StationID: w.Station.ID, FromDay: 20261201}))
	for _, x := range []string{"UPDATE project SET decided_by = made_by WHERE id = ?", "UPDATE project SET decided_by = NULL WHERE id = ?",
		"UPDATE project SET summary = '' WHERE id = ?", "UPDATE project SET state = 'proposed' WHERE id = ?",
		"UPDATE project SET origin_id = " + c.ID.String() + " WHERE copied_from = ?"} {
		err := w.DB.Write(w.System, func(tx *db.Tx) error {
			if _, err := tx.Build(x, d.ID).Run(w.System, tx); err != nil {
				return err
			}
			n := 0
			if err := project.Verify(w.System, tx, func(string, string) { n++ }); err != nil {
				return err
			}
			if n == 0 {
				w.Errorf("%s is not seen", x)
			}
			return fmt.Errorf("undone")
		})
		if err == nil || err.Error() != "undone" {
			w.Error(err)
		}
	}
}

// A copy takes goal, plan, phases and rhythm along, nobody's name and no money; what comes of copies of copies is shown at the first.
func TestCopies(t *testing.T) {
	each(t, func(w *world) {
		clock.Set(clock.Day(20261001).Time())
		in := w.input("手机课堂")
		in.LeaderNo, in.Budget = w.Vols[0].No, "旗里以奖代补"
		d := must[project.Detail](w)(w.s.Propose(w.Manager, in))
		copied := project.CopyInput{ID: d.ID, StationID: w.Station.ID, Name: "手机课堂（东头）", FromDay: 20261103}
		_, err := w.s.Copy(w.Manager, copied)
		errstest.Is(w, err, "not_found")
		d = must[project.Detail](w)(w.s.Approve(w.Head, project.ApproveInput{ID: d.ID, Version: d.Version}))
		for want, change := range map[string]func(in *project.CopyInput){
			"invalid from_day": func(in *project.CopyInput) { in.FromDay = 0 },
			"invalid name: 这个站点已经有同名的项目": func(in *project.CopyInput) { in.Name = " " },
			"not_found": func(in *project.CopyInput) { in.StationID = 1 },
		} {
			in := copied
			change(&in)
			_, err = w.s.Copy(w.Manager, in)
			errstest.Is(w, err, want)
		}
		_, err = w.s.Copy(w.Elsewhere, copied)
		errstest.Is(w, err, "not_found")
		c := must[project.Detail](w)(w.s.Copy(w.Manager, copied))
		if c.State != project.Proposed || c.Leader != "" || c.Budget != "" || c.FromDay != 20261103 || c.ToDay != 20270502 ||
			c.Phases[0].ToDay != 20261112 || c.OriginID != d.ID || c.Goal != d.Goal {
			w.Errorf("%+v", c)
		}
		if n := w.get(d.ID).Copies.N; n != 0 {
			w.Errorf("%d copies before one is approved", n)
		}
		c = must[project.Detail](w)(w.s.Approve(w.Head, project.ApproveInput{ID: c.ID, Version: c.Version}))
		copied.ID, copied.Name = c.ID, "手机课堂（西头）"
		e := must[project.Detail](w)(w.s.Copy(w.Manager, copied))
		e = must[project.Detail](w)(w.s.Approve(w.Head, project.ApproveInput{ID: e.ID, Version: e.Version}))
		if e.CopiedFrom != c.ID || e.OriginID != d.ID {
			w.Errorf("%+v", e.Project)
		}
		for _, day := range []clock.Day{20261105, 20261119, 20261203} {
			w.hold(e.ID, day, true)
		}
		got := w.get(d.ID)
		if got.Copies.N != 2 || got.Copies.Running != 1 || got.Copies.Held != 3 || got.Copies.Minutes != 6*90 || got.Result.Held != 0 {
			w.Errorf("%+v", got.Copies)
		}
		list := must[project.Register](w)(w.s.List(w.Manager, project.ListInput{Q: "课堂", Sort: "name", Group: "left_elder",
			State: project.Active}))
		if len(list.Items) != 3 || list.Items[0].Copies != 2 {
			w.Errorf("%+v", list.Items)
		}
	})
}

// Who leads a project leads it on his phone; when he leaves, its team or station has it, and it stands on a list.
func TestLeader(t *testing.T) {
	each(t, func(w *world) {
		d := w.active("手机课堂")
		_, err := w.s.Get(w.Vols[0].Ctx, project.GetInput{ID: d.ID})
		errstest.Is(w, err, "not_found")
		_, err = w.s.Appoint(w.Manager, project.AppointInput{ID: d.ID, Version: d.Version, LeaderNo: "15"})
		errstest.Is(w, err, "invalid leader_no")
		d = must[project.Detail](w)(w.s.Appoint(w.Manager, project.AppointInput{ID: d.ID, Version: d.Version, LeaderNo: w.Vols[0].No}))
		if d.Owner != "leader" || d.Leader == "" {
			w.Errorf("%+v", d)
		}
		mine := must[project.Mine](w)(w.s.Mine(w.Vols[0].Ctx, project.NoInput{}))
		if len(mine.Led) != 1 || len(mine.Joined) != 0 {
			w.Errorf("%+v", mine)
		}
		a := must[activity.Detail](w)(w.activities.Create(w.Manager, w.plan(d.ID, 20261201)))
		must[activity.Detail](w)(w.activities.PublishNow(w.Manager, activity.MoveInput{ID: a.ID, Version: a.Version}))
		must[activity.Seat](w)(w.activities.SignUp(w.Vols[1].Ctx, activity.SignInput{ID: a.ID}))
		if m := must[project.Mine](w)(w.s.Mine(w.Vols[1].Ctx, project.NoInput{})); len(m.Joined) != 1 || len(m.Led) != 0 {
			w.Errorf("%+v", m)
		}
		if face := must[project.Shown](w)(w.s.Face(w.T.Context(), project.GetInput{ID: d.ID})); len(face.Upcoming) != 1 {
			w.Errorf("%+v", face)
		}
		d = must[project.Detail](w)(w.s.Appoint(w.Vols[0].Ctx, project.AppointInput{ID: d.ID, Version: w.get(d.ID).Version,
			LeaderNo: w.Vols[1].No}))
		if d.LeaderID != w.Vols[1].PersonID {
			w.Errorf("%+v", d.Project)
		}
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build("UPDATE volunteer SET status = 'left', left_day = 20261124 WHERE id = ?", w.Vols[1].ID).Run(w.System, tx)
			return err
		})
		if got := w.get(d.ID); got.Owner != "station" {
			w.Errorf("%+v", got)
		}
		_, err = w.s.Appoint(w.Vols[1].Ctx, project.AppointInput{ID: d.ID, Version: d.Version})
		errstest.Is(w, err, "not_found")
		names, err := project.WaitingNames(w.Manager, w.DB)
		if err != nil || !strings.Contains(fmt.Sprint(names), "手机课堂") {
			w.Errorf("%v %v", names, err)
		}
		w.subject(d)
	})
}

// subject: a person is told what he led, and is taken off it when his entry is erased.
func (w *world) subject(d project.Detail) {
	w.Helper()
	x := w.s.Area()
	w.Write(func(tx *db.Tx) error {
		held, err := x.Held(w.System, tx, w.Vols[1].PersonID)
		if err != nil || !strings.Contains(fmt.Sprint(held), "手机课堂") {
			w.Errorf("%v %v", held, err)
		}
		if err := x.Forget(w.System, tx, w.Vols[1].PersonID, "本人要求"); err != nil {
			return err
		}
		held, err = x.Held(w.System, tx, w.Vols[1].PersonID)
		if held != nil {
			w.Errorf("%v", held)
		}
		return err
	})
	if got := w.get(d.ID); got.LeaderID != 0 || got.Leader != "" {
		w.Errorf("%+v", got.Project)
	}
}

// Lists and files say the same.
func TestFiles(t *testing.T) {
	each(t, func(w *world) {
		w.active("手机课堂")
		f := must[blob.File](w)(w.s.Export(w.banner, project.ExportInput{Format: "csv"}))
		if !bytes.Contains(f.Body, []byte("手机课堂")) || !bytes.Contains(f.Body, []byte("孤寡高龄老人、留守老年人")) {
			w.Errorf("%s", f.Body)
		}
		f = must[blob.File](w)(w.s.ExportWithout(w.banner, project.MissingFileInput{Format: "csv"}))
		if !bytes.Contains(f.Body, []byte("伊利勒特嘎查志愿服务站,1")) {
			w.Errorf("%s", f.Body)
		}
		_, err := w.s.Print(w.Elsewhere, project.PrintInput{ID: 1, Format: "pdf"})
		errstest.Is(w, err, "not_found")
	})
}
