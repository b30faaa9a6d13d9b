package award_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"linli/internal/oversight/award"
	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/platform/area/areatest"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/work/attendance/attendancetest"
)

// told fails unless just this waits for somebody.
func (w *world) told(who context.Context, shell string, want ...string) {
	w.Helper()
	areatest.IsTodo(w.T, w.DB, w.s.Area(), who, shell, want...)
}

// What of a selection waits for whom, from the first day of the nominations to the publication; and who is told of it.
func TestHeaps(t *testing.T) {
	each(t, func(w *world) {
		const opinion, judge, decide, object, publish, mend, name = "下面报上来的推荐，等您这一级的意见: ", "请您当评委的，等您打分: ", "到了本级的推荐，等评审、拟定: ",
			"公示名单有人提出异议，等核查答复: ", "公示过了，等公布: ", "退回来的推荐，等补充: ", "正在提名的评选、推荐，本站还没有报: "
		w.run(`UPDATE station SET status = 'open', kind = 'station' WHERE id = ?`, w.Station.ID)
		in := w.input()
		in.From = w.today.AddDays(1)
		var err error
		w.a, err = w.s.Create(w.Banner, in)
		w.is(err, "")
		asked := name + w.a.Title + ", " + w.a.Unit + ", " + w.a.ToDay.Words(w.Manager)
		w.told(w.Manager, "desk")
		w.after(1)
		w.told(w.Manager, "desk", asked)
		w.told(w.Elsewhere, "desk")
		w.after(30)
		w.told(w.Manager, "desk", asked)
		w.after(31)
		w.told(w.Manager, "desk")
		w.after(1)
		w.run(`UPDATE station SET status = 'suspended' WHERE id = ?`, w.Station.ID)
		w.told(w.Manager, "desk")
		w.run(`UPDATE station SET status = 'open' WHERE id = ?`, w.Station.ID)
		town, banner := w.Messages(w.TownID), w.Messages(auth.From(w.Banner).Account)
		n := w.puts(0)
		line := "最美志愿者, " + w.a.Title
		w.told(w.Manager, "desk")
		w.told(w.Town, "gov", opinion+line)
		w.told(w.OtherTown, "gov")
		w.told(w.Banner, "gov")
		if m := w.Messages(w.TownID); m != town+1 {
			w.Errorf("the town got %d messages", m-town)
		}
		n, err = w.s.Return(w.Town, award.ReasonInput{ID: n.ID, Version: n.Version, Reason: "缺"})
		w.is(err, "")
		w.told(w.Town, "gov")
		w.told(w.Manager, "desk", mend+line)
		w.told(w.Elsewhere, "desk")
		n, err = w.s.Resubmit(w.Manager, award.ResubmitInput{ID: n.ID, Version: n.Version, Case: award.Case{Story: "补了"}})
		w.is(err, "")
		w.told(w.Manager, "desk")
		n, err = w.advances(w.Town, n)
		w.is(err, "")
		w.told(w.Town, "gov")
		w.told(w.Banner, "gov", decide+line)
		w.told(w.Far, "gov")
		w.told(w.League, "gov")
		if m := w.Messages(auth.From(w.Banner).Account); m != banner+1 {
			w.Errorf("the banner got %d messages", m-banner)
		}
		w.told(w.Inspector, "gov")
		for _, id := range []db.ID{w.judge1, w.judge2} {
			_, err = w.s.AddJudge(w.Banner, award.JudgeInput{ID: w.a.ID, AccountID: id})
			w.is(err, "")
		}
		w.told(w.Inspector, "gov", judge+line)
		_, err = w.s.Score(w.Inspector, award.ScoreInput{ID: n.ID, Points: 80, Text: "好"})
		w.is(err, "")
		w.told(w.Inspector, "gov")
		w.told(w.Inspector2, "gov", judge+line)
		_, err = w.s.Declare(w.Inspector2, award.DeclareInput{ID: n.ID, Text: "同学"})
		w.is(err, "")
		w.told(w.Inspector2, "gov")
		n, err = w.advances(w.banner2, n)
		w.is(err, "")
		w.told(w.Banner, "gov")
		w.a, err = w.s.Notice(w.Banner, award.MoveInput{ID: w.a.ID, Version: w.a.Version})
		w.is(err, "")
		w.told(w.banner2, "gov")
		made, err := w.s.Object(w.Context(), award.ObjectInput{ID: w.a.ID, NominationID: n.ID, Text: "没有去"})
		w.is(err, "")
		w.told(w.banner2, "gov", object+w.a.Title)
		w.told(w.League, "gov")
		last := w.a.NoticeUntil.Sub(w.today)
		w.after(last + 1)
		w.told(w.banner2, "gov", object+w.a.Title)
		d, err := w.s.Campaign(w.banner2, award.GetInput{ID: w.a.ID})
		w.is(err, "")
		if len(d.Objections) != 1 || d.Objections[0].Text != "没有去" || d.Objections[0].Name != n.Subject {
			w.Fatalf("%+v", d.Objections)
		}
		third, _ := w.Actor("旗里第三位", 0, auth.Grant{Role: auth.BannerOfficer, Region: inspectiontest.Banner})
		o := d.Objections[0]
		_, err = w.s.Answer(third, award.AnswerInput{ID: o.ID, Version: o.Version, Outcome: award.Dismissed, Answer: " "})
		w.is(err, "invalid answer: 请写答复")
		_, err = w.s.Answer(third, award.AnswerInput{ID: o.ID, Version: o.Version, Outcome: award.Dismissed, Answer: "去了"})
		w.is(err, "")
		said, err := w.s.Lookup(w.Context(), award.FollowInput{Receipt: " " + made.Receipt})
		w.is(err, "")
		if said.State != award.Dismissed || said.Answer != "去了" || said.Award != w.a.Title || said.Receipt != made.Receipt ||
			said.Day != w.today.AddDays(1) {
			w.Errorf("%+v", said)
		}
		w.after(last)
		w.told(w.banner2, "gov")
		w.after(last + 1)
		w.told(w.banner2, "gov", publish+w.a.Title+", "+auth.From(w.Banner).Name)
		w.told(w.Banner, "gov") // who put it before the public is not the one who publishes it
		w.told(w.League, "gov")
		w.is(w.publishes(w.banner2), "")
		w.told(w.banner2, "gov")
	})
}

// Each list holds what its reader may see, narrowed by what he asks for.
func TestLists(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		a, b := w.puts(0), w.up(1)
		other, err := w.s.Create(w.League, w.input())
		w.is(err, "")
		in := w.volunteer(0)
		in.ID = other.ID
		c, err := w.s.Nominate(w.Manager, in)
		w.is(err, "")
		for _, x := range []struct {
			who  context.Context
			in   award.ListInput
			want []db.ID
		}{
			{w.Banner, award.ListInput{}, []db.ID{c.ID, b.ID, a.ID}}, {w.Manager, award.ListInput{}, []db.ID{c.ID, b.ID, a.ID}},
			{w.Far, award.ListInput{}, nil}, {w.OtherTown, award.ListInput{}, nil}, {w.Elsewhere, award.ListInput{}, nil},
			{w.Banner, award.ListInput{State: award.Deciding}, []db.ID{b.ID}}, {w.Banner, award.ListInput{Award: other.ID}, []db.ID{c.ID}},
			{w.Banner, award.ListInput{Q: b.Subject}, []db.ID{b.ID}}, {w.Banner, award.ListInput{Region: town}, []db.ID{c.ID, b.ID, a.ID}},
			{w.Banner, award.ListInput{Region: 152502100000}, nil}, {w.Banner, award.ListInput{Award: other.ID, State: award.Deciding}, nil},
			{w.Banner, award.ListInput{Q: "没有"}, nil}, {w.Far, award.ListInput{State: award.Deciding}, nil},
		} {
			list, err := w.s.List(x.who, x.in)
			w.is(err, "")
			var got []db.ID
			for _, r := range list.Items {
				got = append(got, r.ID)
				if r.Where == "" || r.List != "最美志愿者" {
					w.Errorf("%+v", r)
				}
			}
			if !slices.Equal(got, x.want) {
				w.Errorf("%+v: %v, want %v", x.in, got, x.want)
			}
		}
		for _, x := range []struct {
			who  context.Context
			want []db.ID
		}{{w.Manager, []db.ID{other.ID, w.a.ID}}, {w.Banner, []db.ID{other.ID, w.a.ID}}, {w.League, []db.ID{other.ID, w.a.ID}}, {w.Far, nil}} {
			home, err := w.s.Campaigns(x.who, award.HomeInput{})
			w.is(err, "")
			var got []db.ID
			for _, a := range home.Items {
				got = append(got, a.ID)
			}
			if !slices.Equal(got, x.want) {
				w.Errorf("%v, want %v", got, x.want)
			}
		}
		for _, x := range []struct {
			at auth.Region
			n  int
		}{{0, 2}, {banner, 1}, {150102000000, 0}} {
			faces, err := w.s.Faces(w.Context(), award.PublicInput{Region: x.at})
			w.is(err, "")
			if len(faces.Items) != x.n {
				w.Errorf("%v: %d", x.at, len(faces.Items))
			}
		}
		for who, want := range map[context.Context]string{w.Manager: "", w.Far: "not_found", w.Vols[0].Ctx: "denied"} {
			_, err := w.s.Campaign(who, award.GetInput{ID: w.a.ID})
			w.is(err, want)
		}
		d, err := w.s.Campaign(w.Manager, award.GetInput{ID: w.a.ID})
		w.is(err, "")
		if len(d.Nominations) != 2 || len(d.Judges)+len(d.Objections)+len(d.Spreads) != 0 || len(d.Categories) != 3 ||
			d.Categories[0].QuotaStation != 2 || d.Categories[0].QuotaBanner != 5 || d.Categories[0].QuotaLeague != 10 ||
			d.Categories[1].QuotaStation != 1 || d.Categories[1].QuotaTown != 3 || d.Categories[1].Winners != 100 {
			w.Errorf("%+v", d)
		}
		_, err = w.s.Cancel(w.Banner, award.ReasonInput{ID: w.a.ID, Version: w.a.Version, Reason: "不办了"})
		w.is(err, "")
		_, err = w.s.Face(w.Context(), award.GetInput{ID: w.a.ID})
		w.is(err, "not_found")
		_, err = w.s.Cancel(w.Banner, award.ReasonInput{ID: w.a.ID, Version: w.a.Version + 1, Reason: "不办了"})
		w.is(err, "wrong_state")
		_, err = w.s.Notice(w.Banner, award.MoveInput{ID: w.a.ID, Version: w.a.Version + 1})
		w.is(err, "wrong_state")
		_, err = w.s.AddJudge(w.Banner, award.JudgeInput{ID: w.a.ID, AccountID: w.judge1})
		w.is(err, "wrong_state: 公示以后")
		_, err = w.s.Object(w.Context(), award.ObjectInput{ID: w.a.ID, NominationID: a.ID, Text: "没有去"})
		w.is(err, "not_found")
	})
}

// Quotas hold at their edge, of the station and of the town; a team's figures are those of its members while they are.
func TestQuotasAndFigures(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		w.puts(0)
		w.puts(1)
		_, err := w.s.Nominate(w.Manager, w.volunteer(2))
		w.is(err, "wrong_state: “最美志愿者”名额 2 个，已经满了")
		w.run(`INSERT INTO team (id, region, station_id, name, kind, purpose, state, applied_by, applied_at, reason, founded_day, dissolved_day,
			version) VALUES (81, ?, ?, '清雪队', 'other', '', 'active', 1, ?, '', 20241124, 0, 1)`, attendancetest.Gacha, w.Station.ID,
			attendancetest.Noon)
		for i, v := range w.Vols[:3] {
			w.run(`INSERT INTO team_member (id, team_id, person_id, volunteer_id, state, asked_by, asked_at, agreed, due_day, from_day, to_day,
				reason, version) VALUES (?, 81, ?, ?, ?, 1, ?, 'self', 0, 20251001, 0, '', 1)`, 90+i, v.PersonID, v.ID,
				[]string{"in", "in", "left"}[i], attendancetest.Noon)
		}
		w.counts(0, 60, 20250930) // before he was a member
		w.counts(0, 60, 20251001)
		w.counts(0, 60, 20251124)
		w.counts(1, 60, 20251123) // more than a year ago
		w.counts(2, 60, 20261124) // no member any more
		in := award.NominateInput{ID: w.a.ID, Category: 3, TeamID: 81, Case: award.Case{Story: "清雪"}}
		n, err := w.s.Nominate(w.Manager, in)
		w.is(err, "")
		f, err := w.s.Get(w.Manager, award.GetInput{ID: n.ID})
		w.is(err, "")
		got := f.Figures
		if got.Records = ""; got != (award.Figures{Since: 20241124, Minutes: 180, Times: 3, People: 2, Active: 1}) {
			w.Errorf("%+v", got)
		}
		for _, x := range []struct {
			at    string
			years int64
			met   bool
			why   string
		}{{"a", 2, true, "2024-11-24 成立，满 2 年"}, {"b", 3, false, "2024-11-24 成立，满 2 年"}} {
			c := w.input()
			c.Title, c.Mode = "展示"+x.at, award.Showcase
			c.Categories = []award.CategoryInput{{Kind: award.Team, Name: "组织", LeastYears: x.years, LeastHours: 3, LeastPeople: 2, LeastActive: 50}}
			made, err := w.s.Create(w.Banner, c)
			w.is(err, "")
			in := award.NominateInput{ID: made.ID, Category: 1, TeamID: 81, Case: award.Case{Story: "清雪", Exception: "有证明"}}
			n, err := w.s.Nominate(w.Manager, in)
			w.is(err, "")
			f, err := w.s.Get(w.Manager, award.GetInput{ID: n.ID})
			w.is(err, "")
			said := ""
			for _, c := range f.Conditions {
				said += fmt.Sprint(c.Word, " ", c.Met, " ", c.Why, "; ")
			}
			want := fmt.Sprintf("成立满 %d 年 %v %s; 计入的服务时间 3 小时以上 true 计入 3.0 小时，3 人次; 志愿者 2 人以上 true 有 2 人; "+
				"近一年服务过的占 50%% 以上 true 2 人里有 1 人; ", x.years, x.met, x.why)
			if said != want {
				w.Errorf("%s\nwant %s", said, want)
			}
		}
	})
}

// The pages of a nomination offer each what he may do, and no more; nobody sees a mark that is not his before he may.
func TestOffers(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		n := w.puts(0)
		site := w.Site(w.s.Routes)
		offers := func(who, base, want string) {
			w.Helper()
			page, got := site.See(who, base+"/nominations/"+n.ID.String()), ""
			for _, verb := range []string{"advance", "return", "resubmit", "score", "declare"} {
				if strings.Contains(page, n.ID.String()+"/"+verb+`"`) {
					got += verb + " "
				}
			}
			if got != want {
				w.Errorf("%s of %s is offered %q, want %q", who, n.State, got, want)
			}
		}
		offers("town", "/gov", "advance return declare ")
		offers("manager", "/desk", "")
		var err error
		n, err = w.s.Return(w.Town, award.ReasonInput{ID: n.ID, Version: n.Version, Reason: "缺"})
		w.is(err, "")
		offers("manager", "/desk", "resubmit ")
		offers("town", "/gov", "")
		n, err = w.s.Resubmit(w.Manager, award.ResubmitInput{ID: n.ID, Version: n.Version, Case: award.Case{Story: "补了"}})
		w.is(err, "")
		n, err = w.advances(w.Town, n)
		w.is(err, "")
		offers("town", "/gov", "")
		offers("banner", "/gov", "advance declare ")
		_, err = w.s.AddJudge(w.Banner, award.JudgeInput{ID: w.a.ID, AccountID: w.judge1})
		w.is(err, "")
		_, err = w.s.AddJudge(w.Banner, award.JudgeInput{ID: w.a.ID, AccountID: w.judge1})
		w.is(err, "invalid account_id: 已经是评委")
		offers("inspector", "/gov", "score declare ")
		w.after(0)
		home := site.See("manager", "/desk/awards", w.a.Title)
		if strings.Contains(home, "新设") {
			w.Error("the manager is offered a campaign of his own")
		}
	})
}
