package award_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/oversight/award"
	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs/errstest"
	"linli/internal/work/attendance/attendancetest"
)

const (
	banner = inspectiontest.Banner
	town   = inspectiontest.Town
)

// world is the gacha with officers enough for every step.
type world struct {
	*inspectiontest.World
	s              *award.Service
	banner2, town2 context.Context
	judge1, judge2 db.ID
	today          clock.Day
	a              award.Campaign
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	inspectiontest.Each(t, func(base *inspectiontest.World) {
		w := &world{World: base, today: clock.DayOf(attendancetest.Noon)}
		w.s = award.New(base.DB, base.Keys, base.Persons)
		w.s.Follow(base.Persons)
		w.banner2, _ = w.Actor("旗里第二位", 0, auth.Grant{Role: auth.BannerOfficer, Region: banner})
		w.town2, _ = w.Actor("乡里第二位", 0, auth.Grant{Role: auth.TownOfficer, Region: town})
		w.judge1, w.judge2 = auth.From(w.Inspector).Account, auth.From(w.Inspector2).Account
		for _, v := range w.Vols {
			_, err := w.Persons.RecordConsent(v.Ctx, person.ConsentInput{ID: v.PersonID, Purpose: person.PurposePublish, How: person.BySelf})
			w.is(err, "")
		}
		test(w)
		w.sound(0)
	})
}

// sound fails unless verify finds n things amiss.
func (w *world) sound(n int) (found []string) {
	w.Helper()
	if err := w.DB.Read(w.System, func(tx *db.Tx) error {
		return w.s.Verify(w.System, tx, func(object, what string) { found = append(found, object+" "+what) })
	}); err != nil || n >= 0 && len(found) != n {
		w.Errorf("verify finds %v, %v, want %d", found, err, n)
	}
	return found
}

func TestStatements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { dbtest.Prepare(t, d) })
}

func (w *world) is(err error, want string) {
	w.Helper()
	errstest.Is(w.T, err, want)
}

func (w *world) input() award.CreateInput {
	return award.CreateInput{Title: "“最美志愿者”评选", Mode: award.Award, AuthorityNo: "旗办发〔2026〕6号", Unit: "旗委社会工作部", From: w.today,
		To: w.today.AddDays(30), Categories: []award.CategoryInput{
			{Kind: award.Volunteer, Name: "最美志愿者", Winners: 1, QuotaStation: 2, QuotaTown: 2},
			{Kind: award.Community, Name: "最美社区（村）"}, {Kind: award.Team, Name: "最佳组织"}}}
}

func (w *world) opens() {
	w.Helper()
	var err error
	w.a, err = w.s.Create(w.Banner, w.input())
	w.is(err, "")
}

// puts nominates a volunteer.
func (w *world) puts(i int) award.Nomination {
	w.Helper()
	n, err := w.s.Nominate(w.Manager, w.volunteer(i))
	w.is(err, "")
	return n
}

func (w *world) volunteer(i int) award.NominateInput {
	return award.NominateInput{ID: w.a.ID, Category: 1, VolunteerID: w.Vols[i].ID, Case: award.Case{Story: "送饭三年"}}
}

func (w *world) advances(who context.Context, n award.Nomination) (award.Nomination, error) {
	return w.s.Advance(who, award.AdvanceInput{ID: n.ID, Version: n.Version, Opinion: "同意"})
}

// up is a nomination of a volunteer at the level that decides.
func (w *world) up(i int) award.Nomination {
	w.Helper()
	n, err := w.advances(w.Town, w.puts(i))
	w.is(err, "")
	return n
}

// shown is a campaign whose notice runs, with one volunteer chosen.
func (w *world) shown() award.Nomination {
	w.Helper()
	w.opens()
	n, err := w.advances(w.banner2, w.up(0))
	w.is(err, "")
	w.a, err = w.s.Notice(w.Banner, award.MoveInput{ID: w.a.ID, Version: w.a.Version})
	w.is(err, "")
	return n
}

func (w *world) after(days int) {
	clock.Set(attendancetest.Noon.Add(time.Duration(days) * 24 * time.Hour))
}

func (w *world) publishes(who context.Context) error {
	a, err := w.s.Publish(who, award.MoveInput{ID: w.a.ID, Version: w.a.Version})
	if err == nil {
		w.a = a
	}
	return err
}

// Only those run a selection who may, by a document; others recommend, and call it so.
func TestWhoMayRun(t *testing.T) {
	each(t, func(w *world) {
		for _, x := range []struct {
			who    context.Context
			change func(in *award.CreateInput)
			want   string
		}{
			{w.Banner, func(in *award.CreateInput) { in.AuthorityNo = " " }, "invalid authority_no: 依据文号"},
			{w.Town, func(*award.CreateInput) {}, "invalid mode: 只能推荐"},
			{w.Town, func(in *award.CreateInput) { in.Mode = award.Recommend }, "invalid title: 不能叫"},
			{w.Town, func(in *award.CreateInput) { in.Mode, in.Title, in.AuthorityNo = award.Recommend, "先进推荐", "" }, ""},
			{w.Banner, func(in *award.CreateInput) { in.To = in.From.AddDays(-1) }, "invalid to: 不能早于"},
			{w.Banner, func(in *award.CreateInput) { in.Categories = []award.CategoryInput{{}} }, "invalid categories.0.name: 至少"},
			{w.Banner, func(in *award.CreateInput) { in.Categories[1].Name = in.Categories[0].Name }, "invalid categories.1.name: 重名"},
			{w.Banner, func(in *award.CreateInput) { in.Categories[1].LeastYears = 1 }, "invalid categories.1.least_years: 不问"},
			{w.Banner, func(in *award.CreateInput) { in.Categories[0].LeastActive = 1 }, "invalid categories.0.least_active: 只问"},
			{w.Banner, func(in *award.CreateInput) { in.Categories[0].LeastPeople = 1 }, "invalid categories.0.least_people: 不问"},
			{w.Banner, func(in *award.CreateInput) { in.Categories[0].LeastBrands = 1 }, "invalid categories.0.least_brands: 只问"},
			{w.Banner, func(in *award.CreateInput) { in.Region = town }, "invalid region: 自己这一级"},
			{w.Banner, func(in *award.CreateInput) { in.Region = inspectiontest.League }, "not_found"},
			{w.Manager, func(*award.CreateInput) {}, "denied"},
			{w.Banner, func(*award.CreateInput) {}, ""},
			{w.banner2, func(*award.CreateInput) {}, "invalid mode: 一年最多办一项"},
			{w.banner2, func(in *award.CreateInput) { in.From, in.To = 20270101, 20270201 }, ""},
			{w.League, func(*award.CreateInput) {}, ""},
			{w.League, func(in *award.CreateInput) { in.Title = "第二项评选" }, ""},
		} {
			in := w.input()
			x.change(&in)
			_, err := w.s.Create(x.who, in)
			w.is(err, x.want)
		}
	})
}

// The whole way of a volunteer, with who may not take which step.
func TestWay(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		_, err := w.s.Nominate(w.Elsewhere, w.volunteer(0))
		w.is(err, "not_found")
		_, err = w.s.Nominate(w.Town, w.volunteer(0))
		w.is(err, "denied")
		n := w.puts(0)
		_, err = w.s.Nominate(w.Head, w.volunteer(0))
		w.is(err, "wrong_state: 已经提名过")
		for who, want := range map[context.Context]string{w.Manager: "denied", w.Far: "not_found", w.OtherTown: "not_found"} {
			_, err = w.advances(who, n)
			w.is(err, want)
		}
		n, err = w.s.Return(w.Town, award.ReasonInput{ID: n.ID, Version: n.Version, Reason: "缺事迹"})
		w.is(err, "")
		w.Site(w.s.Routes).See("manager", "/desk/nominations/"+n.ID.String(), "缺什么：缺事迹")
		_, err = w.advances(w.Town, n)
		w.is(err, "wrong_state: 退回补充")
		_, err = w.s.Resubmit(w.Elsewhere, award.ResubmitInput{ID: n.ID, Version: n.Version, Case: award.Case{Story: "补了"}})
		w.is(err, "not_found")
		n, err = w.s.Resubmit(w.Manager, award.ResubmitInput{ID: n.ID, Version: n.Version, Case: award.Case{Story: "补了"}})
		w.is(err, "")
		n, err = w.advances(w.Town, n)
		w.is(err, "")
		if n.State != award.Deciding || n.Holder != banner {
			w.Errorf("%+v", n)
		}
		_, err = w.advances(w.town2, n)
		w.is(err, "denied")
		_, err = w.s.Return(w.Banner, award.ReasonInput{ID: n.ID, Version: n.Version, Reason: "晚了"})
		w.is(err, "wrong_state: 待评审")
		n, err = w.advances(w.banner2, n)
		w.is(err, "")
		second := w.up(1)
		_, err = w.advances(w.banner2, second)
		w.is(err, "wrong_state: 名额 1 个")
		w.a, err = w.s.Notice(w.Banner, award.MoveInput{ID: w.a.ID, Version: w.a.Version})
		w.is(err, "")
		_, err = w.advances(w.banner2, second)
		w.is(err, "wrong_state: 公示中")
		_, err = w.s.Nominate(w.Manager, w.volunteer(2))
		w.is(err, "wrong_state: 不在提名的日子")
		w.ends(n)
	})
}

// ends goes from the notice to the certificate.
func (w *world) ends(n award.Nomination) {
	w.after(8)
	w.is(w.publishes(w.Banner), "denied: 换一个人")
	w.is(w.publishes(w.Town), "not_found")
	w.is(w.publishes(w.Inspector), "denied")
	told := w.Messages(w.Vols[0].Account)
	site := w.Site(w.s.Routes)
	site.See("", "/awards/"+w.a.ID.String(), "公示：最美志愿者")
	w.is(w.publishes(w.banner2), "")
	if n := w.Messages(w.Vols[0].Account); n != told+1 {
		w.Errorf("he was told %d times that he is chosen", n-told)
	}
	site.See("", "/awards/"+w.a.ID.String(), "入选：最美志愿者")
	v, err := w.s.Face(w.T.Context(), award.GetInput{ID: w.a.ID})
	w.is(err, "")
	if len(v.Named) != 1 || v.Named[0].Subject != "娜仁高娃" {
		w.Errorf("%+v", v.Named)
	}
	mine, err := w.s.Mine(w.Vols[0].Ctx, award.MineInput{})
	w.is(err, "")
	if len(mine.Items) != 1 || mine.Items[0].No == "" {
		w.Fatalf("%+v", mine)
	}
	for who, want := range map[context.Context]string{w.Vols[0].Ctx: "", w.Vols[1].Ctx: "not_found", w.Manager: "denied"} {
		_, err = w.s.MyPaper(who, award.GetInput{ID: n.ID})
		w.is(err, want)
	}
	for who, want := range map[context.Context]string{w.Manager: "", w.Elsewhere: "not_found", w.Vols[0].Ctx: "denied"} {
		f, err := w.s.Paper(who, award.GetInput{ID: n.ID})
		w.is(err, want)
		if err == nil && f.Type != "application/pdf" {
			w.Error(f.Type)
		}
	}
	var lines []string
	w.Write(func(tx *db.Tx) (err error) {
		lines, err = award.OfPerson(w.System, tx, w.Vols[0].PersonID)
		return err
	})
	if len(lines) != 1 || !strings.Contains(lines[0], "最美志愿者") {
		w.Error(lines)
	}
	c, err := w.Persons.Get(w.Vols[0].Ctx, person.GetInput{ID: w.Vols[0].PersonID})
	w.is(err, "")
	for _, x := range c.Consents {
		if x.Purpose == person.PurposePublish {
			_, err = w.Persons.WithdrawConsent(w.Vols[0].Ctx, person.WithdrawInput{ID: w.Vols[0].PersonID, Consent: x.ID})
			w.is(err, "")
		}
	}
	if v, err = w.s.Face(w.T.Context(), award.GetInput{ID: w.a.ID}); err != nil || len(v.Named) != 0 {
		w.Errorf("still shown: %+v, %v", v.Named, err)
	}
}

// Conditions are counted from the records, and who does not hold to them needs a ground.
func TestConditions(t *testing.T) {
	each(t, func(w *world) {
		in := w.input()
		in.Categories[0].LeastYears, in.Categories[0].LeastHours = 1, 2
		in.Categories[1].LeastPeople, in.Categories[1].LeastActive = 3, 50
		var err error
		w.a, err = w.s.Create(w.Banner, in)
		w.is(err, "")
		_, err = w.s.Nominate(w.Manager, w.volunteer(0))
		w.is(err, "invalid exception: 注册满 1 年：2026-11-24 注册，满 0 年；计入的服务时间 2 小时以上：计入 0.0 小时，0 人次")
		place := award.NominateInput{ID: w.a.ID, Category: 2, Case: award.Case{Story: "邻里互助"}}
		_, err = w.s.Nominate(w.Manager, place)
		w.is(err, "invalid exception: 近一年服务过的占 50% 以上：3 人里有 0 人")
		in.Title, in.Mode, in.Categories[1].LeastActive, in.Categories[1].LeastBrands = "社区展示", award.Showcase, 0, 1
		brands, err := w.s.Create(w.Banner, in)
		w.is(err, "")
		_, err = w.s.Nominate(w.Manager, award.NominateInput{ID: brands.ID, Category: 2, Case: award.Case{Story: "邻里互助"}})
		w.is(err, "invalid exception: 品牌项目 1 个以上：案例库里公开的有 0 个")
		w.counts(0, 120, 20251124)
		w.counts(1, 10, 20251123)
		w.counts(2, 10, 20261124)
		n, err := w.s.Nominate(w.Manager, place)
		w.is(err, "")
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build(`UPDATE volunteer SET approved_day = 20251124 WHERE id = ?`, w.Vols[0].ID).Run(w.System, tx)
			return err
		})
		m := w.puts(0)
		_, err = w.s.Nominate(w.Manager, w.volunteer(1))
		w.is(err, "invalid exception: 满 0 年；计入的服务时间 2 小时以上：计入 0.2 小时")
		one := w.volunteer(1)
		one.Exception = "旧系统的证明"
		_, err = w.s.Nominate(w.Manager, one)
		w.is(err, "")
		w.frozen(n, m)
	})
}

// frozen sends nominations on, changes the records afterwards, and sees the figures of that day.
func (w *world) frozen(list ...award.Nomination) {
	for _, n := range list {
		_, err := w.advances(w.Town, n)
		w.is(err, "")
	}
	w.Write(func(tx *db.Tx) error {
		_, err := tx.Build(`UPDATE service_record SET status = 'void', reason = '查了'`).Run(w.System, tx)
		return err
	})
	f, err := w.s.Get(w.Banner, award.GetInput{ID: list[1].ID})
	w.is(err, "")
	if !f.Sound || f.Figures.Minutes != 120 || len(f.Conditions) != 2 || !f.Conditions[0].Met || !f.Conditions[1].Met {
		w.Errorf("%+v %+v", f.Figures, f.Conditions)
	}
	if x, err := w.s.Evidence(w.Manager, award.GetInput{ID: list[1].ID}); err != nil || strings.Contains(string(x.Body), "娜仁高娃") {
		w.Errorf("%s, %v", x.Body, err)
	}
	w.Write(func(tx *db.Tx) error {
		_, err := tx.Build(`UPDATE award_snapshot SET body = REPLACE(body, '"minutes":120', '"minutes":180')`).Run(w.System, tx)
		return err
	})
	if f, _ = w.s.Get(w.Banner, award.GetInput{ID: list[1].ID}); f.Sound {
		w.Error("a changed snapshot holds")
	}
	w.sound(1)
	w.Write(func(tx *db.Tx) error {
		_, err := tx.Build(`UPDATE award_snapshot SET body = REPLACE(body, '"minutes":180', '"minutes":120')`).Run(w.System, tx)
		return err
	})
}

// counts gives a volunteer a counted record.
func (w *world) counts(i int, minutes int64, day clock.Day) {
	w.Write(func(tx *db.Tx) error {
		_, err := tx.Build(`INSERT INTO service_record (id, version, volunteer_id, person_id, region, station_id, source, round, title, category, day,
			place, content, started_at, ended_at, minutes, unit, leader, status, confirmation, evidence, needs_second, why, confirmed, confirmed_by,
			counted_at, counted_day, due_day, reason, made_at) VALUES (?, 1, ?, ?, ?, ?, 'import', 1, '', '', ?, '', '', ?, ?, ?, '', '', 'counted',
			'reviewed', '', FALSE, '', TRUE, 1, ?, ?, 0, '', ?)`,
			tx.NewID(), w.Vols[i].ID, w.Vols[i].PersonID, attendancetest.Gacha, w.Station.ID, day, tx.Now, tx.Now, minutes, tx.Now, day,
			tx.Now).Run(w.System, tx)
		return err
	})
}

// Who is close to whom was nominated, or did a step before, or says so himself, keeps out.
func TestConflicts(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		n := w.puts(0)
		kin := w.Person("亲属", 7)
		near, _ := w.Actor("亲属在乡里", kin, auth.Grant{Role: auth.TownOfficer, Region: town})
		w.Kin(w.Vols[0].PersonID, kin)
		_, err := w.advances(near, n)
		w.is(err, "conflict_of_interest: 要回避")
		self := auth.With(w.T.Context(), auth.Actor{Account: w.Vols[0].Account, Person: w.Vols[0].PersonID, Name: "娜仁高娃",
			Grants: []auth.Grant{{Role: auth.CommunityHead, Region: attendancetest.Gacha}, {Role: auth.TownOfficer, Region: town}}})
		_, err = w.s.Nominate(self, award.NominateInput{ID: w.a.ID, Category: 1, VolunteerID: w.Vols[0].ID, Case: award.Case{Story: "我"}})
		w.is(err, "conflict_of_interest: 自己")
		_, err = w.advances(self, n)
		w.is(err, "conflict_of_interest: 要回避")
		_, err = w.s.Return(self, award.ReasonInput{ID: n.ID, Version: n.Version, Reason: "不行"})
		w.is(err, "conflict_of_interest: 要回避")
		mate := auth.With(w.T.Context(), auth.Actor{Account: w.Vols[1].Account, Person: w.Vols[1].PersonID, Name: "巴图",
			Grants: []auth.Grant{{Role: auth.TownOfficer, Region: town}}})
		w.mates(0, 1)
		_, err = w.advances(mate, n)
		w.is(err, "conflict_of_interest: 同一支队")
		_, err = w.s.Declare(w.town2, award.DeclareInput{ID: n.ID, Text: "老同事"})
		w.is(err, "denied") // a town's officer is no judge of a banner's campaign
		_, err = w.advances(w.System, n)
		w.is(err, "conflict_of_interest: 由人来办")
		n, err = w.advances(w.Town, n)
		w.is(err, "")
		_, err = w.s.Declare(w.banner2, award.DeclareInput{ID: n.ID, Text: "老同事"})
		w.is(err, "")
		_, err = w.s.Declare(w.banner2, award.DeclareInput{ID: n.ID, Text: "老同事"})
		w.is(err, "wrong_state: 已经声明过")
		_, err = w.advances(w.banner2, n)
		w.is(err, "conflict_of_interest: 老同事")
		_, err = w.advances(w.Banner, n)
		w.is(err, "")
	})
}

// mates puts two volunteers into one team.
func (w *world) mates(list ...int) {
	w.Write(func(tx *db.Tx) error {
		id := tx.NewID()
		if _, err := tx.Build(`INSERT INTO team (id, region, station_id, name, kind, purpose, state, applied_by, applied_at, reason, founded_day,
			dissolved_day, version) VALUES (?, ?, ?, '清雪队', 'other', '', 'active', 1, ?, '', 20200101, 0, 1)`, id, attendancetest.Gacha,
			w.Station.ID, tx.Now).Run(w.System, tx); err != nil {
			return err
		}
		for _, i := range list {
			if _, err := tx.Build(`INSERT INTO team_member (id, team_id, person_id, volunteer_id, state, asked_by, asked_at, agreed, due_day,
				from_day, to_day, reason, version) VALUES (?, ?, ?, ?, 'in', 1, ?, 'self', 0, 20200101, 0, '', 1)`, tx.NewID(), id,
				w.Vols[i].PersonID, w.Vols[i].ID, tx.Now).Run(w.System, tx); err != nil {
				return err
			}
		}
		return nil
	})
}

// Of two at the same moment one takes the last place.
func TestLastPlace(t *testing.T) {
	each(t, func(w *world) {
		in := w.input()
		in.Categories[0].QuotaStation, in.Categories[0].QuotaTown = 2, 1
		var err error
		w.a, err = w.s.Create(w.Banner, in)
		w.is(err, "")
		list := []award.Nomination{w.puts(0), w.puts(1)}
		_, err = w.s.Nominate(w.Manager, w.volunteer(2))
		w.is(err, "wrong_state: 名额 2 个")
		var all sync.WaitGroup
		errs := make([]error, len(list))
		for i, n := range list {
			all.Go(func() { _, errs[i] = w.advances(w.Town, n) })
		}
		all.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			w.Error(errs)
		}
	})
}

// A banner has one selection a year, though its officers open theirs at the same instant.
func TestOneSelectionAtOnce(t *testing.T) {
	each(t, func(w *world) {
		var all sync.WaitGroup
		var opened atomic.Int64
		for _, who := range []context.Context{w.Banner, w.banner2, w.Banner, w.banner2} {
			all.Go(func() {
				_, err := w.s.Create(who, w.input())
				if err == nil {
					opened.Add(1)
				} else {
					w.is(err, "invalid mode: 这一年已经有了")
				}
			})
		}
		all.Wait()
		if n := opened.Load(); n != 1 {
			w.Errorf("%d were opened", n)
		}
	})
}

// Who judges says first what he thinks himself; a second thought does not wipe out the first.
func TestScores(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		n := w.up(0)
		score := func(who context.Context, points int64) error {
			_, err := w.s.Score(who, award.ScoreInput{ID: n.ID, Points: points, Text: "看了材料"})
			return err
		}
		w.is(score(w.Inspector, 80), "denied: 不是这次的评委")
		for _, id := range []db.ID{w.judge1, w.judge2, auth.From(w.Banner).Account} {
			_, err := w.s.AddJudge(w.banner2, award.JudgeInput{ID: w.a.ID, AccountID: id})
			w.is(err, "")
		}
		_, err := w.s.AddJudge(w.Banner, award.JudgeInput{ID: w.a.ID, AccountID: w.judge1})
		w.is(err, "invalid account_id: 已经是评委")
		_, err = w.s.AddJudge(w.Banner, award.JudgeInput{ID: w.a.ID, AccountID: w.ManagerID})
		w.is(err, "invalid account_id: 督导员")
		w.is(score(w.Inspector, 80), "")
		w.is(score(w.Inspector, 90), "")
		if v := w.sees(w.Inspector2, n); v.Spread != nil || len(v.Marks) != 0 {
			w.Errorf("seen before judging: %+v", v.Spread)
		}
		if v := w.sees(w.Banner, n); v.Spread != nil || len(v.Marks) != 0 {
			w.Errorf("seen by an officer who has still to judge: %+v", v.Spread)
		}
		w.is(score(w.Inspector2, 60), "")
		if v := w.sees(w.Inspector2, n); v.Spread == nil || v.Spread.Judges != 2 || v.Spread.Low != 60 || v.Spread.High != 90 ||
			v.Spread.Mean != "75.0" || v.Spread.Even != "50.0" || len(v.Marks) != 0 {
			w.Errorf("%+v", v.Spread)
		}
		if v := w.sees(w.banner2, n); len(v.Marks) != 3 || v.Marks[0].Points != 80 || v.Marks[1].N != 2 {
			w.Errorf("%+v", v.Marks)
		}
		w.is(score(w.Banner, 70), "")
		_, err = w.advances(w.Banner, n)
		w.is(err, "conflict_of_interest: 打过分")
		_, err = w.advances(w.banner2, n)
		w.is(err, "")
		w.is(score(w.Inspector, 10), "wrong_state: 不能打分")
	})
}

func (w *world) sees(who context.Context, n award.Nomination) award.File {
	w.Helper()
	v, err := w.s.Get(who, award.GetInput{ID: n.ID})
	w.is(err, "")
	return v
}

// Anybody objects; somebody who had no hand in it answers before anything is published.
func TestObjections(t *testing.T) {
	each(t, func(w *world) {
		n := w.shown()
		object := award.ObjectInput{ID: w.a.ID, NominationID: n.ID, Text: "没有送过饭"}
		nobody := w.T.Context()
		_, err := w.s.Object(nobody, award.ObjectInput{ID: w.a.ID, NominationID: n.ID + 1, Text: "没有"})
		w.is(err, "invalid nomination_id: 名单上没有")
		made, err := w.s.Object(nobody, object)
		w.is(err, "")
		f, err := w.s.Lookup(nobody, award.FollowInput{Receipt: made.Receipt[:5] + " " + made.Receipt[5:]})
		w.is(err, "")
		if f.State != award.Waits || f.Answer != "" {
			w.Errorf("%+v", f)
		}
		v, err := w.s.Campaign(w.Banner, award.GetInput{ID: w.a.ID})
		w.is(err, "")
		if len(v.Objections) != 1 || v.Objections[0].Text != object.Text {
			w.Fatalf("%+v", v.Objections)
		}
		w.after(8)
		w.is(w.publishes(w.banner2), "objection_open: 1 件异议")
		answer := award.AnswerInput{ID: v.Objections[0].ID, Version: 1, Outcome: award.Dismissed, Answer: "查了记录，送过"}
		_, err = w.s.Answer(w.banner2, answer)
		w.is(err, "conflict_of_interest: 换一个人")
		_, err = w.s.Answer(w.Inspector, answer)
		w.is(err, "denied")
		_, err = w.s.Answer(w.Far, answer)
		w.is(err, "not_found")
		_, err = w.s.Answer(w.Banner, answer)
		w.is(err, "")
		f, err = w.s.Lookup(nobody, award.FollowInput(made))
		w.is(err, "")
		if f.State != award.Dismissed || f.Answer != answer.Answer {
			w.Errorf("%+v", f)
		}
		second, err := w.s.Object(nobody, object)
		w.is(err, "")
		v, _ = w.s.Campaign(w.Banner, award.GetInput{ID: w.a.ID})
		for _, o := range v.Objections {
			if o.State == award.Waits {
				_, err = w.s.Answer(w.Banner, award.AnswerInput{ID: o.ID, Version: 1, Outcome: award.Upheld, Answer: "核实了"})
				w.is(err, "")
			}
		}
		if f, err = w.s.Lookup(nobody, award.FollowInput(second)); err != nil || f.State != award.Upheld {
			w.Errorf("%+v, %v", f, err)
		}
		w.is(w.publishes(w.banner2), "wrong_state: 名单上没有人")
		_, err = w.s.Lookup(nobody, award.FollowInput{Receipt: "123"})
		w.is(err, "not_found")
		_, err = w.s.Cancel(w.Banner, award.ReasonInput{ID: w.a.ID, Version: w.a.Version, Reason: "名单空了"})
		w.is(err, "")
		_, err = w.s.Object(nobody, object)
		w.is(err, "not_found")
	})
}

// What is held about a person is given to him, and is gone when he is erased; what was signed of it stays, of nobody.
func TestForget(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		n := w.up(0)
		id := w.Vols[0].PersonID
		w.Write(func(tx *db.Tx) error {
			held, err := w.s.Held(w.System, tx, id)
			if err != nil || held == nil {
				w.Errorf("%v, %v", held, err)
			}
			return w.s.Forget(w.System, tx, id, "本人要求")
		})
		f := w.sees(w.Banner, n)
		if f.Subject != "已注销" || f.Story != "" || !f.Sound || f.Way[1].Text != "" {
			w.Errorf("%+v", f)
		}
	})
}
