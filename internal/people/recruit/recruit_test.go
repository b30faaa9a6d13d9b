package recruit_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"linli/internal/civic/person"
	"linli/internal/people/recruit"
	"linli/internal/people/team"
	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
	"linli/internal/proof/record"
	"linli/internal/work/activity"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/project"
)

// world is the gacha with the area.
type world struct {
	*attendancetest.World
	*testing.T
	s      *recruit.Service
	vols   *volunteer.Service
	banner context.Context
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		w := &world{World: base, T: t, vols: volunteer.New(base.DB)}
		w.s = recruit.New(base.DB, base.Keys, w.vols, "https://linli.example/")
		w.s.Follow(base.Persons, w.vols)
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
		return recruit.Verify(w.System, tx, func(object, what string) { found = append(found, object+" "+what) })
	}); err != nil || len(found) != n {
		w.Errorf("verify finds %v, %v, want %d", found, err, n)
	}
}

func input() recruit.CreateInput {
	return recruit.CreateInput{Region: attendancetest.Gacha, Content: recruit.Content{Title: "送餐志愿者", Need: "老人吃饭不方便", Needed: 2,
		Risk: "路滑", FromDay: 20261124, ToDay: 20261130, Questions: []recruit.QuestionInput{
			{Kind: recruit.AskChoice, Label: "上午还是下午", Choices: "上午、下午，上午", Required: true}, {}, {Kind: recruit.AskYesNo, Label: "有车吗"}}}}
}

// published is a campaign of the station in progress.
func (w *world) published() recruit.Detail {
	w.Helper()
	d := must[recruit.Detail](w)(w.s.Create(w.Manager, input()))
	return must[recruit.Detail](w)(w.s.Publish(w.Manager, recruit.MoveInput{ID: d.ID, Version: d.Version}))
}

func (w *world) get(id db.ID) recruit.Detail {
	w.Helper()
	return must[recruit.Detail](w)(w.s.Get(w.Manager, recruit.GetInput{ID: id}))
}

func apply(id db.ID) recruit.ApplyInput {
	return recruit.ApplyInput{ID: id, Agreed: true, Answers: []recruit.AnswerInput{{Answer: "下午"}}}
}

// A campaign says the risk before anybody else sees it (志愿服务条例 art. 12), and stands as it was read.
func TestCampaign(t *testing.T) {
	each(t, func(w *world) {
		for _, c := range []struct {
			who    context.Context
			change func(*recruit.CreateInput)
			want   string
		}{
			{w.Manager, func(in *recruit.CreateInput) { in.Title = "  " }, "invalid title"},
			{w.Manager, func(in *recruit.CreateInput) { in.FromDay = 0 }, "invalid from"},
			{w.Manager, func(in *recruit.CreateInput) { in.ToDay = 20261123 }, "invalid to: 截止不能早于开始"},
			{w.Manager, func(in *recruit.CreateInput) { in.ToDay = 20271125 }, "invalid to: 最长一年"},
			{w.Manager, func(in *recruit.CreateInput) { in.Questions[0].Choices = "上午、上午" }, "invalid questions.0.choices"},
			{w.Manager, func(in *recruit.CreateInput) { in.Questions[1].Required = true }, "invalid questions.1.label"},
			{w.Manager, func(in *recruit.CreateInput) { in.Region = in.Region.At(auth.LevelBanner) }, "invalid region"},
			{w.Manager, func(in *recruit.CreateInput) { in.Region = in.Region.At(auth.LevelTown) }, "not_found"},
			{w.Manager, func(in *recruit.CreateInput) { in.TeamID = 1 }, "invalid team_id"},
			{w.Manager, func(in *recruit.CreateInput) { in.ProjectID = 1 }, "invalid project_id"},
			{w.Elsewhere, func(*recruit.CreateInput) {}, "not_found"},
			{w.banner, func(*recruit.CreateInput) {}, "denied"},
			{w.Vols[0].Ctx, func(*recruit.CreateInput) {}, "denied"},
			{w.T.Context(), func(*recruit.CreateInput) {}, "unauthenticated"},
		} {
			in := input()
			c.change(&in)
			_, err := w.s.Create(c.who, in)
			errstest.Is(w, err, c.want)
		}
		in := input()
		in.Risk, in.ToDay = " ", 20271124 // a year to the day
		d := must[recruit.Detail](w)(w.s.Create(w.Head, in))
		if d.State != recruit.Draft || d.StationID != w.Station.ID || len(d.Questions) != 2 || d.Questions[0].Choices != "上午、下午" {
			w.Errorf("%+v", d)
		}
		_, err := w.s.Publish(w.Manager, recruit.MoveInput{ID: d.ID, Version: d.Version})
		errstest.Is(w, err, "invalid risk: 发布以前要写明")
		_, err = w.s.Face(w.T.Context(), recruit.GetInput{ID: d.ID})
		errstest.Is(w, err, "not_found")
		_, err = w.s.Apply(w.Vols[0].Ctx, apply(d.ID))
		errstest.Is(w, err, "not_found")
		in.Risk = "路滑"
		d = must[recruit.Detail](w)(w.s.Edit(w.Manager, recruit.EditInput{ID: d.ID, Version: d.Version, Content: in.Content}))
		_, err = w.s.Publish(w.banner, recruit.MoveInput{ID: d.ID, Version: d.Version})
		errstest.Is(w, err, "denied")
		_, err = w.s.Publish(w.Elsewhere, recruit.MoveInput{ID: d.ID, Version: d.Version})
		errstest.Is(w, err, "not_found")
		clock.Set(in.ToDay.AddDays(1).Time())
		_, err = w.s.Publish(w.Manager, recruit.MoveInput{ID: d.ID, Version: d.Version})
		errstest.Is(w, err, "invalid to: 截止的日子已经过了")
		clock.Set(attendancetest.Noon)
		d = must[recruit.Detail](w)(w.s.Publish(w.Manager, recruit.MoveInput{ID: d.ID, Version: d.Version}))
		_, err = w.s.Publish(w.Manager, recruit.MoveInput{ID: d.ID, Version: d.Version})
		errstest.Is(w, err, "wrong_state: 已经发布过")
		w.fixed(d, in.Content)
		d = w.get(d.ID)
		d = must[recruit.Detail](w)(w.s.Close(w.Manager, recruit.MoveInput{ID: d.ID, Version: d.Version, Reason: "人够了"}))
		_, err = w.s.Close(w.Manager, recruit.MoveInput{ID: d.ID, Version: d.Version})
		errstest.Is(w, err, "wrong_state: 已经结束")
		_, err = w.s.Apply(w.Vols[0].Ctx, apply(d.ID))
		errstest.Is(w, err, "wrong_state: 现在不能报名：已结束")
	})
}

// fixed: what people have read stands; the number and the last day may change.
func (w *world) fixed(d recruit.Detail, said recruit.Content) {
	w.Helper()
	for want, change := range map[string]func(c *recruit.Content){
		"invalid title: 发布以后": func(c *recruit.Content) { c.Risk = "没有" },
		"invalid title: ":     func(c *recruit.Content) { c.Questions = c.Questions[:1] },
		"invalid title":       func(c *recruit.Content) { c.FromDay = 20261125 },
	} {
		now := said
		change(&now)
		_, err := w.s.Edit(w.Manager, recruit.EditInput{ID: d.ID, Version: d.Version, Content: now})
		errstest.Is(w, err, want)
	}
	said.Needed, said.ToDay = 3, 20261125
	clock.Set(clock.Day(20261126).Time())
	_, err := w.s.Edit(w.Manager, recruit.EditInput{ID: d.ID, Version: d.Version, Content: said})
	errstest.Is(w, err, "invalid to: 截止的日子已经过了")
	clock.Set(attendancetest.Noon)
	d = must[recruit.Detail](w)(w.s.Edit(w.Manager, recruit.EditInput{ID: d.ID, Version: d.Version, Content: said}))
	if d.Needed != 3 || d.ToDay != 20261125 {
		w.Errorf("%+v", d.Campaign)
	}
}

// A campaign of a team or project is one of the place's own that goes on.
func TestPurpose(t *testing.T) {
	each(t, func(w *world) {
		activities := activity.New(w.DB, w.Keys, w.Att)
		projects := project.New(w.DB, activities, w.Att)
		projects.Ask = project.Outside{Counted: record.OfProject, Copied: record.OfCopies}
		teams := team.New(w.DB)
		p := must[project.Detail](w)(projects.Propose(w.Manager, project.ProposeInput{StationID: w.Station.ID, Content: project.Content{
			Name: "手机课堂", Groups: person.Codes{"lone_elder"}, Goal: "会视频", Plan: "一对一", Rhythm: "weekly", FromDay: 20261101, ToDay: 20270430}}))
		f := must[team.Detail](w)(teams.Found(w.Vols[0].Ctx, team.FoundInput{Name: "敬老队", Kind: "elderly_disabled", Purpose: "看望",
			Region: attendancetest.Gacha}))
		in := input()
		in.ProjectID = p.ID
		_, err := w.s.Create(w.Manager, in)
		errstest.Is(w, err, "invalid project_id: 这里没有这个进行中的项目")
		in.ProjectID, in.TeamID = 0, f.ID
		_, err = w.s.Create(w.Manager, in)
		errstest.Is(w, err, "invalid team_id: 这里没有这支在册的队伍")
		w.run("UPDATE project SET state = 'active'")
		w.run("UPDATE team SET state = 'active'")
		in.ProjectID = p.ID
		d := must[recruit.Detail](w)(w.s.Create(w.Manager, in))
		if d.Project != "手机课堂" || d.Team != "敬老队" {
			w.Errorf("%+v", d.Campaign)
		}
		w.run("UPDATE team SET state = 'dissolved'")
		_, err = w.s.Publish(w.Manager, recruit.MoveInput{ID: d.ID, Version: d.Version})
		errstest.Is(w, err, "invalid team_id") // it ended since
		w.run("UPDATE team SET state = 'active'")
		in.Region = attendancetest.Far
		_, err = w.s.Create(w.Elsewhere, in)
		errstest.Is(w, err, "invalid team_id")
		in.TeamID = 0
		_, err = w.s.Create(w.Elsewhere, in)
		errstest.Is(w, err, "invalid project_id")
	})
}

// Somebody applies with his account, as a volunteer or becoming one, or at the desk by his number; once, and after reading the risk.
func TestApply(t *testing.T) {
	each(t, func(w *world) {
		d := w.published()
		first := w.Vols[0]
		for _, c := range []struct {
			who    context.Context
			change func(*recruit.ApplyInput)
			want   string
		}{
			{first.Ctx, func(in *recruit.ApplyInput) { in.Agreed = false }, "invalid agreed"},
			{first.Ctx, func(in *recruit.ApplyInput) { in.How = "paper" }, "invalid how"},
			{first.Ctx, func(in *recruit.ApplyInput) { in.Answers = nil }, "invalid answers.0.answer: 请回答"},
			{first.Ctx, func(in *recruit.ApplyInput) { in.Answers[0].Answer = "晚上" }, "invalid answers.0.answer: 请从选项里选"},
			{first.Ctx, func(in *recruit.ApplyInput) { in.Answers = append(in.Answers, make([]recruit.AnswerInput, 2)...) },
				"invalid answers: 没有这么多问题"},
			{first.Ctx, func(in *recruit.ApplyInput) { in.No, in.How = w.Vols[1].No, "paper" }, "denied"},
			{w.Manager, func(in *recruit.ApplyInput) { in.No, in.How = "15", "paper" }, "invalid volunteer_no"},
			{w.Manager, func(in *recruit.ApplyInput) { in.No = first.No }, "invalid how"},
			{w.Manager, func(*recruit.ApplyInput) {}, "denied: 这个账号没有登记本人"},
			{w.Elsewhere, func(in *recruit.ApplyInput) { in.No, in.How = first.No, "paper" }, "denied"},
			{w.Resident, func(*recruit.ApplyInput) {}, "invalid identities"},
			{w.T.Context(), func(*recruit.ApplyInput) {}, "unauthenticated"},
		} {
			in := apply(d.ID)
			c.change(&in)
			_, err := w.s.Apply(c.who, in)
			errstest.Is(w, err, c.want)
		}
		a := must[recruit.Application](w)(w.s.Apply(first.Ctx, apply(d.ID)))
		if a.State != recruit.Applied || a.How != "self" || len(a.Answers) != 1 || a.Answers[0].Body != "下午" {
			w.Errorf("%+v", a)
		}
		_, err := w.s.Apply(first.Ctx, apply(d.ID))
		errstest.Is(w, err, "conflict: 已经报过名")
		in := apply(d.ID)
		in.No, in.How = w.Vols[1].No, "paper"
		must[recruit.Application](w)(w.s.Apply(w.Manager, in))
		in = apply(d.ID)
		in.Identities = person.Codes{"resident"}
		b := must[recruit.Application](w)(w.s.Apply(w.Resident, in))
		if b.Status != volunteer.Pending || b.PersonID != w.ResidentPerson {
			w.Errorf("%+v", b)
		}
		if c := w.get(d.ID); c.Waiting != 3 || c.Accepted != 0 || len(c.Applications) != 3 || len(c.Applications[0].Answers) != 1 {
			w.Errorf("%+v", c)
		}
		_, err = w.s.Withdraw(w.Vols[1].Ctx, recruit.WithdrawInput{ID: a.ID})
		errstest.Is(w, err, "not_found")
		must[recruit.Application](w)(w.s.Withdraw(first.Ctx, recruit.WithdrawInput{ID: a.ID}))
		_, err = w.s.Withdraw(first.Ctx, recruit.WithdrawInput{ID: a.ID})
		errstest.Is(w, err, "wrong_state")
		must[recruit.Application](w)(w.s.Apply(first.Ctx, apply(d.ID))) // who took it back may come again
		w.days(d)
	})
}

// days: one may apply from the first day to the last; the sweep ends what is over.
func (w *world) days(d recruit.Detail) {
	w.Helper()
	third := w.Vols[2]
	defer clock.Set(attendancetest.Noon)
	clock.Set(clock.Day(20261123).Time())
	_, err := w.s.Apply(third.Ctx, apply(d.ID))
	errstest.Is(w, err, "wrong_state: 现在不能报名：2026-11-24 开始报名")
	clock.Set(clock.Day(20261201).Time())
	_, err = w.s.Apply(third.Ctx, apply(d.ID))
	errstest.Is(w, err, "wrong_state: 现在不能报名：报名到 2026-11-30 为止")
	clock.Set(clock.Day(20261201).Time().Add(-1))
	if err := w.s.Sweep(w.System); err != nil || w.get(d.ID).State != recruit.Published {
		w.Error(err, "ended on its last day")
	}
	must[recruit.Application](w)(w.s.Apply(third.Ctx, apply(d.ID)))
	clock.Set(clock.Day(20261201).Time())
	if err := w.s.Sweep(w.System); err != nil || w.get(d.ID).State != recruit.Closed {
		w.Error(err, "goes on after its last day")
	}
}

// The station answers each, never beyond the number and never its own; who is declined is told why.
func TestDecide(t *testing.T) {
	each(t, func(w *world) {
		d := w.published()
		var list []recruit.Application
		for _, v := range w.Vols {
			list = append(list, must[recruit.Application](w)(w.s.Apply(v.Ctx, apply(d.ID))))
		}
		move := recruit.DecideInput{ID: list[0].ID, Version: list[0].Version}
		for want, who := range map[string]context.Context{"not_found": w.Elsewhere, "denied": w.banner, "denied: ": w.Vols[0].Ctx} {
			_, err := w.s.Accept(who, move)
			errstest.Is(w, err, want)
		}
		me := auth.From(w.Manager)
		me.Person = w.Vols[0].PersonID
		_, err := w.s.Accept(auth.With(w.T.Context(), me), move)
		errstest.Is(w, err, "denied: 不能答复自己的报名")
		_, err = w.s.Decline(w.Manager, move)
		errstest.Is(w, err, "invalid reason")
		got := must[recruit.Application](w)(w.s.Accept(w.Manager, move))
		if got.State != recruit.Accepted {
			w.Errorf("%+v", got)
		}
		_, err = w.s.Accept(w.Manager, recruit.DecideInput{ID: got.ID, Version: got.Version})
		errstest.Is(w, err, "wrong_state")
		_, err = w.s.Decline(w.Manager, recruit.DecideInput{ID: list[1].ID, Version: 9, Reason: "晚了"})
		errstest.Is(w, err, "stale_version")
		// Two places, one taken: of two at once one gets the last.
		var wg sync.WaitGroup
		var failed [2]error
		for i, a := range list[1:] {
			wg.Go(func() { _, failed[i] = w.s.Accept(w.Head, recruit.DecideInput{ID: a.ID, Version: a.Version}) })
		}
		wg.Wait()
		if (failed[0] == nil) == (failed[1] == nil) {
			w.Errorf("the last place: %v, %v", failed[0], failed[1])
		}
		for i, err := range failed {
			if err == nil {
				continue
			}
			errstest.Is(w, err, "wrong_state: 2 个名额已经满了")
			no := must[recruit.Application](w)(w.s.Decline(w.Manager, recruit.DecideInput{ID: list[1+i].ID, Version: 1, Reason: "名额满了"}))
			if no.State != recruit.Declined || no.Reason != "名额满了" {
				w.Errorf("%+v", no)
			}
			_, err = w.s.Apply(w.Vols[1+i].Ctx, apply(d.ID))
			errstest.Is(w, err, "conflict: 这次没有录用")
		}
		edit := recruit.EditInput{ID: d.ID, Version: d.Version, Content: input().Content}
		edit.Needed = 1
		_, err = w.s.Edit(w.Manager, edit)
		errstest.Is(w, err, "invalid needed: 已经录用了 2 人")
		w.told(w.Vols[0].Account, "您报名的招募录用您了")
		w.spoil(d)
	})
}

func (w *world) told(account db.ID, title string) {
	w.Helper()
	w.Write(func(tx *db.Tx) error {
		n, err := db.SelectOne[int64](w.System, tx, tx.Build("SELECT COUNT(*) FROM notify_inbox WHERE account_id = ? AND title = ?",
			account, title))
		if n != 1 {
			w.Errorf("told %d times", n)
		}
		return err
	})
}

func (w *world) run(q string, args ...any) {
	w.Helper()
	w.Write(func(tx *db.Tx) error {
		_, err := tx.Build(q, args...).Run(w.System, tx)
		return err
	})
}

// spoil changes rows behind the system's back: each change is seen.
func (w *world) spoil(d recruit.Detail) {
	w.Helper()
	for _, x := range [][2]string{
		{"UPDATE campaign SET needed = 1 WHERE id = ?", "UPDATE campaign SET needed = 2 WHERE id = ?"},
		{"UPDATE campaign SET state = 'closed' WHERE id = ?", "UPDATE campaign SET state = 'published' WHERE id = ?"},
		{"UPDATE campaign SET state = 'closed', closed_at = made_at, risk = '' WHERE id = ?",
			"UPDATE campaign SET state = 'published', closed_at = NULL, risk = '路滑' WHERE id = ?"},
		{"UPDATE campaign_application SET decided_at = NULL WHERE campaign_id = ?",
			"UPDATE campaign_application SET decided_at = made_at WHERE campaign_id = ?"},
	} {
		for i, q := range x {
			w.run(q, d.ID)
			w.whole(1 - i)
		}
	}
}

// Applications go with the entry of their person and with his being a volunteer; erased, what he said is gone.
func TestFollow(t *testing.T) {
	each(t, func(w *world) {
		d := w.published()
		a := must[recruit.Application](w)(w.s.Apply(w.Vols[0].Ctx, apply(d.ID)))
		b := must[recruit.Application](w)(w.s.Apply(w.Vols[1].Ctx, apply(d.ID)))
		merge := func() error {
			return w.DB.Write(w.System, func(tx *db.Tx) error {
				return w.Persons.Merged.Publish(w.System, tx, person.MergedEvent{From: w.Vols[0].PersonID, To: w.Vols[1].PersonID})
			})
		}
		errstest.Is(w, merge(), "conflict: 两条都报了")
		must[recruit.Application](w)(w.s.Accept(w.Manager, recruit.DecideInput{ID: b.ID, Version: b.Version}))
		v := must[volunteer.Profile](w)(w.vols.Get(w.Vols[1].Ctx, volunteer.GetInput{ID: w.Vols[1].ID}))
		must[volunteer.Volunteer](w)(w.vols.Leave(w.Vols[1].Ctx, volunteer.LeaveInput{ID: v.ID, Version: v.Version}))
		if got := must[recruit.Application](w)(w.s.Application(w.Manager, recruit.GetInput{ID: b.ID})); got.State != recruit.Withdrawn {
			w.Errorf("left, and %+v", got)
		}
		_, err := w.s.Apply(w.Vols[1].Ctx, apply(d.ID))
		errstest.Is(w, err, "invalid identities: 他现在不是在册")
		in := apply(d.ID)
		in.No, in.How = w.Vols[1].No, "paper"
		_, err = w.s.Apply(w.Manager, in)
		errstest.Is(w, err, "invalid volunteer_no: 他现在不是在册")
		if err := merge(); err != nil {
			w.Fatal(err)
		}
		if got := must[recruit.Application](w)(w.s.Application(w.Manager, recruit.GetInput{ID: a.ID})); got.VolunteerID != w.Vols[1].ID {
			w.Errorf("%+v", got)
		}
		w.Write(func(tx *db.Tx) error { return w.s.Forget(w.System, tx, w.Vols[1].PersonID, "本人要求") })
		got := must[recruit.Application](w)(w.s.Application(w.Manager, recruit.GetInput{ID: a.ID}))
		if got.State != recruit.Withdrawn || len(got.Answers) != 0 {
			w.Errorf("erased, and %+v", got)
		}
	})
}

// Lists, the public page, the poster and files: nobody's name in public, each within his scope.
func TestRead(t *testing.T) {
	each(t, func(w *world) {
		d := w.published()
		must[recruit.Detail](w)(w.s.Create(w.Town, input()))
		a := must[recruit.Application](w)(w.s.Apply(w.Vols[0].Ctx, apply(d.ID)))
		for _, c := range []struct {
			who  context.Context
			in   recruit.ListInput
			want int
		}{{w.Manager, recruit.ListInput{}, 2}, {w.banner, recruit.ListInput{Sort: "name"}, 2}, {w.Elsewhere, recruit.ListInput{}, 0},
			{w.Manager, recruit.ListInput{State: recruit.Draft, Sort: "ends"}, 1}, {w.Manager, recruit.ListInput{Q: "送餐"}, 2},
			{w.Manager, recruit.ListInput{Q: "种树"}, 0}, {w.banner, recruit.ListInput{Region: attendancetest.Far}, 0}} {
			if got := must[recruit.Register](w)(w.s.List(c.who, c.in)); len(got.Items) != c.want {
				w.Errorf("%+v gives %d", c.in, len(got.Items))
			}
		}
		for _, at := range []auth.Region{0, attendancetest.Gacha, attendancetest.Gacha.At(auth.LevelBanner)} {
			faces := must[recruit.Faces](w)(w.s.Faces(w.T.Context(), recruit.PublicInput{Region: at}))
			if len(faces.Items) != 1 || strings.Contains(fmt.Sprintf("%+v", faces), w.Vols[0].Name) || !faces.Items[0].Open {
				w.Errorf("%+v", faces)
			}
		}
		f := must[blob.File](w)(w.s.Poster(w.T.Context(), recruit.GetInput{ID: d.ID}))
		text := pdfText(w, f.Body)
		for _, want := range []string{"送餐志愿者", "路滑", "0479-8200000", "用微信扫一扫"} {
			if !strings.Contains(text, want) {
				w.Errorf("the poster lacks %s: %s", want, text)
			}
		}
		roster := must[blob.File](w)(w.s.Roster(w.Manager, recruit.RosterInput{ID: d.ID, Format: "csv"}))
		if !bytes.Contains(roster.Body, []byte(a.Name+","+a.No+",2026-11-24,本人报名,等答复,上午还是下午：下午")) {
			w.Errorf("%s", roster.Body)
		}
		_, err := w.s.Roster(w.banner, recruit.RosterInput{ID: d.ID})
		errstest.Is(w, err, "denied")
		all := must[blob.File](w)(w.s.Export(w.banner, recruit.ExportInput{Format: "csv"}))
		if !bytes.Contains(all.Body, []byte(",2026-11-24,2026-11-30,2,0,1,招募中")) {
			w.Errorf("%s", all.Body)
		}
		card := must[recruit.Card](w)(w.s.Card(w.Vols[0].Ctx, recruit.GetInput{ID: d.ID}))
		if card.Mine == nil || card.Mine.ID != a.ID || !card.Volunteer {
			w.Errorf("%+v", card)
		}
		if mine := must[recruit.Mine](w)(w.s.Mine(w.Vols[0].Ctx, recruit.NoInput{})); len(mine.Items) != 1 || len(mine.Items[0].Answers) != 1 {
			w.Errorf("%+v", mine)
		}
		if _, err := w.s.Applications(w.Vols[0].Ctx, recruit.GetInput{ID: d.ID}); errs.KindOf(err) != errs.Denied {
			w.Error(err)
		}
	})
}

func pdfText(t testing.TB, body []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "pdftotext", file, "-").Output()
	if err != nil {
		t.Fatal("pdftotext (poppler-utils):", err)
	}
	return string(out)
}
