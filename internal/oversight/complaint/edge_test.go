package complaint_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"linli/internal/oversight/complaint"
	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/platform/area/areatest"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/errs/errstest"
	"linli/internal/work/attendance/attendancetest"
)

// waits fails unless just this waits for somebody as an authority.
func (w *world) waits(ctx context.Context, want ...string) {
	w.T.Helper()
	areatest.IsTodo(w, w.DB, w.s.Area(), ctx, "gov", want...)
}

// listed fails unless a list holds so many, and its sums are these.
func (w *world) listed(ctx context.Context, in complaint.ListInput, n int, sums string) {
	w.T.Helper()
	list, err := w.s.List(ctx, in)
	w.Must(err)
	said := ""
	for _, x := range list.Sums {
		said += fmt.Sprintf("%s %s %d; ", x.Kind, x.Outcome, x.N)
	}
	if len(list.Items) != n || said != sums {
		w.Errorf("%+v: %d complaints, sums %q; want %d, %q", in, len(list.Items), said, n, sums)
	}
}

// everywhere makes three complaints, in the order of their kinds: one of the gacha by a name, one anonymous, one of its town.
func (w *world) everywhere() (receipts []string) {
	w.T.Helper()
	for _, in := range []complaint.MakeInput{
		{Kind: "fee", About: "station", Region: attendancetest.Gacha, Text: "收了五块钱", Contact: "12900000000", Channel: "phone"},
		anonymous,
		{Kind: "privacy", About: "town", Region: inspectiontest.Town, Text: "贴了名单", Anonymous: true, Channel: "paper"},
	} {
		m, err := w.s.Make(w.nobody, in)
		w.Must(err)
		receipts = append(receipts, m.Receipt)
	}
	return receipts
}

func (w *world) file(ctx context.Context, kind string) complaint.File {
	w.T.Helper()
	list, err := w.s.List(ctx, complaint.ListInput{Kind: kind})
	w.Must(err)
	if len(list.Items) != 1 {
		w.T.Fatalf("%d of %s", len(list.Items), kind)
	}
	f, err := w.s.Get(ctx, complaint.GetInput{ID: list.Items[0].ID})
	w.Must(err)
	return f
}

// Each officer lists what his division and those below hold, narrowed by place, kind and state; only what his own division holds waits for
// him, from the first day until it is answered.
func TestWhoseComplaintsTheyAre(t *testing.T) {
	each(t, func(w *world) {
		receipts := w.everywhere()
		const all, town = "fee  1; manner  1; privacy  1; ", "fee  1; manner  1; "
		for _, c := range []struct {
			ctx  context.Context
			in   complaint.ListInput
			n    int
			sums string
		}{
			{w.Town, complaint.ListInput{}, 2, town}, {w.Banner, complaint.ListInput{}, 3, all}, {w.Region, complaint.ListInput{}, 3, all},
			{w.OtherTown, complaint.ListInput{}, 0, ""}, {w.Far, complaint.ListInput{}, 0, ""},
			{w.Banner, complaint.ListInput{Region: inspectiontest.Town}, 3, all},
			{w.Banner, complaint.ListInput{Region: attendancetest.Gacha}, 2, town},
			{w.Banner, complaint.ListInput{Region: 152502100000}, 0, ""},
			{w.Town, complaint.ListInput{Kind: "fee"}, 1, "fee  1; "}, {w.Town, complaint.ListInput{Kind: "privacy"}, 0, ""},
			{w.Town, complaint.ListInput{State: complaint.Received}, 2, town}, {w.Town, complaint.ListInput{State: complaint.Accepted}, 0, ""},
			{w.OtherTown, complaint.ListInput{State: complaint.Received, Kind: "fee"}, 0, ""},
		} {
			w.listed(c.ctx, c.in, c.n, c.sums)
		}
		const heap, due = "投诉建议，等办理: 投诉建议, ", "12月1日 星期二"
		w.waits(w.Town, heap+due, heap+due)
		w.waits(w.Banner, heap+due)
		w.waits(w.League)
		w.waits(w.OtherTown)
		f := w.file(w.Town, "fee")
		if f.Reach != "12900000000" || f.Channel != "phone" || f.Kind != "fee" || f.About != "station" {
			w.Errorf("%+v", f)
		}
		f, err := w.s.Accept(w.Town, complaint.AcceptInput{ID: f.ID, Version: f.Version, Impartial: true})
		w.Must(err)
		w.waits(w.Town, heap+due, heap+"12月15日 星期二")
		w.listed(w.Town, complaint.ListInput{State: complaint.Accepted}, 1, "fee  1; ")
		_, err = w.s.Answer(w.Town, complaint.AnswerInput{ID: f.ID, Version: f.Version, Outcome: "partly", Text: "退了", Impartial: true})
		w.Must(err)
		w.waits(w.Town, heap+due)
		w.listed(w.Town, complaint.ListInput{}, 2, "fee partly 1; manner  1; ")
		_, err = w.s.RequestReview(w.nobody, complaint.AddInput{Receipt: receipts[0], Text: "没有退"})
		w.Must(err)
		w.waits(w.Banner, heap+due, heap+"12月24日 星期四")
		w.waits(w.Town, heap+due)
		w.listed(w.Banner, complaint.ListInput{State: complaint.Reviewing}, 1, "fee partly 1; ")
	})
}

// Late is what waits in any of the three open states, from the day behind its last; it is reminded of once in each, and what was passed
// out or answered never is.
func TestLateInEachState(t *testing.T) {
	each(t, func(w *world) {
		receipts := w.everywhere()
		fee, privacy := w.file(w.Town, "fee"), w.file(w.Banner, "privacy")
		_, err := w.s.Accept(w.Town, complaint.AcceptInput{ID: fee.ID, Version: fee.Version, Impartial: true}) // due 12-15
		w.Must(err)
		_, err = w.s.Answer(w.Banner, complaint.AnswerInput{ID: privacy.ID, Version: privacy.Version, Outcome: "outside", Text: "请打 12345",
			Impartial: true})
		w.Must(err)
		_, err = w.s.RequestReview(w.nobody, complaint.AddInput{Receipt: receipts[2], Text: "就是你们贴的"}) // of the league, due 12-24
		w.Must(err)
		late := complaint.ListInput{State: "overdue"}
		leagueID := auth.From(w.League).Account
		told := func() [2]int64 { return [2]int64{w.Messages(w.TownID), w.Messages(leagueID)} }
		site, before := w.Site(w.s.Routes), told()
		for _, c := range []struct {
			day                clock.Day
			late               string
			reminded, ofLeague int64
		}{
			{20261201, "", 0, 0}, {20261202, "manner  1; ", 1, 0}, {20261215, "manner  1; ", 1, 0}, {20261216, "fee  1; manner  1; ", 2, 0},
			{20261224, "fee  1; manner  1; ", 2, 0}, {20261225, "fee  1; manner  1; privacy outside 1; ", 2, 1},
		} {
			w.Days(c.day.Sub(clock.Today(w.System)))
			w.Must(w.s.Sweep(w.System))
			w.listed(w.League, late, strings.Count(c.late, ";"), c.late)
			if now := told(); now[0]-before[0] != c.reminded || now[1]-before[1] != c.ofLeague {
				w.Errorf("%v: reminded %v after %v", c.day, now, before)
			}
			page := site.See("league", "/gov/complaints")
			if n := strings.Count(page, "，过期"); n != strings.Count(c.late, ";") {
				w.Errorf("%v: %d are called late", c.day, n)
			}
		}
		fee = w.file(w.Town, "fee")
		out := complaint.TransferInput{ID: fee.ID, Version: fee.Version, Way: "out", To: "旗信访局", Reason: "不归我们"}
		fee, err = w.s.Transfer(w.Town, out)
		w.Must(err)
		if fee.State != complaint.Transferred || fee.DueDay != clock.Today(w.System).AddDays(60) {
			w.Errorf("%+v", fee.Complaint)
		}
		w.Days(61)
		at := told()
		w.Must(w.s.Sweep(w.System))
		w.listed(w.League, late, 2, "manner  1; privacy outside 1; ")
		if told() != at {
			w.Error("what was passed out is reminded of")
		}
		for what, err := range map[string]error{
			"add":    inspectiontest.Err(w.s.Add(w.nobody, complaint.AddInput{Receipt: receipts[0], Text: "还有"})),
			"review": inspectiontest.Err(w.s.RequestReview(w.nobody, complaint.AddInput{Receipt: receipts[0], Text: "还有"})),
			"ask":    inspectiontest.Err(w.s.Ask(w.Town, complaint.AskInput{ID: fee.ID, Version: fee.Version, Text: "谁？"})),
		} {
			if errstest.Is(w, err, "wrong_state"); err == nil {
				w.Error(what)
			}
		}
	})
}

// What is said is never blank, and a thread ends at sixty steps; an answer of the last day can be objected to, of the day behind it not.
func TestLimits(t *testing.T) {
	each(t, func(w *world) {
		receipt, f := w.accepted("station", w.Town)
		id, version := f.ID, f.Version
		for want, err := range map[string]error{
			"invalid text: 请写明":  inspectiontest.Err(w.s.Add(w.nobody, complaint.AddInput{Receipt: receipt, Text: " "})),
			"invalid text: 请写要问": inspectiontest.Err(w.s.Ask(w.Town, complaint.AskInput{ID: id, Version: version, Text: " "})),
			"invalid text: 请写查明": inspectiontest.Err(w.s.Answer(w.Town, complaint.AnswerInput{ID: id, Version: version, Outcome: "noted",
				Text: " ", Impartial: true})),
			"invalid impartial": inspectiontest.Err(w.s.Answer(w.Town, complaint.AnswerInput{ID: id, Version: version, Outcome: "noted",
				Text: "好"})),
			"invalid reason": inspectiontest.Err(w.s.Transfer(w.Town, complaint.TransferInput{ID: id, Version: version, Way: "up",
				Reason: " "})),
			"invalid reason,to": inspectiontest.Err(w.s.Transfer(w.Town, complaint.TransferInput{ID: id, Version: version, Way: "out",
				Reason: " ", To: " "})),
		} {
			errstest.Is(w, err, want)
		}
		for range 59 { // one is the acceptance
			g, err := w.s.Add(w.nobody, complaint.AddInput{Receipt: receipt, Text: "还有"})
			w.Must(err)
			version++
			if len(g.Steps) > 60 || g.Steps[0].Level != "town" || g.Steps[len(g.Steps)-1].Level != "" {
				w.Fatalf("%+v", g.Steps)
			}
		}
		errstest.Is(w, inspectiontest.Err(w.s.Add(w.nobody, complaint.AddInput{Receipt: receipt, Text: "还有"})), "wrong_state: 说得太多了")
		for _, q := range []complaint.FindInput{{ID: id, Q: " ", Day: 20261124}, {ID: id, Q: w.Vols[0].No}} {
			if found, err := w.s.Find(w.Town, q); err != nil || len(found.Items) != 0 || found.File.ID != id {
				w.Errorf("%+v: %+v %v", q, found.Items, err)
			}
		}
		errstest.Is(w, inspectiontest.Err(w.s.Find(w.Banner, complaint.FindInput{ID: id})), "denied")
		_, g := w.made("station", w.Town)
		g, err := w.s.Answer(w.Town, complaint.AnswerInput{ID: g.ID, Version: g.Version, Outcome: "outside", Text: "请打 12345", Impartial: true})
		w.Must(err)
		other, h := w.made("station", w.Town)
		_, err = w.s.Answer(w.Town, complaint.AnswerInput{ID: h.ID, Version: h.Version, Outcome: "outside", Text: "请打 12345", Impartial: true})
		w.Must(err)
		w.Days(30)
		if seen, err := w.s.Follow(w.nobody, complaint.FollowInput{Receipt: other}); err != nil || !seen.MayReview() {
			w.Errorf("its last day: %+v %v", seen, err)
		}
		w.Days(1)
		if seen, err := w.s.Follow(w.nobody, complaint.FollowInput{Receipt: other}); err != nil || seen.MayReview() {
			w.Errorf("behind it: %+v %v", seen, err)
		}
		errstest.Is(w, inspectiontest.Err(w.s.RequestReview(w.nobody, complaint.AddInput{Receipt: other, Text: "x"})), "wrong_state: 答复以后")
		w.Must(w.s.Sweep(w.System))
		if g, err = w.s.Get(w.Town, complaint.GetInput{ID: g.ID}); err != nil || g.State != complaint.Closed || g.ReviewDay != 0 {
			w.Errorf("%+v %v", g.Complaint, err)
		}
	})
}

// The pages say at each step whose days run, what was said by whom, and offer only what may be done.
func TestPagesOfEachStep(t *testing.T) {
	each(t, func(w *world) {
		receipt, f := w.made("station", w.Town)
		site, office, theirs := w.Site(w.s.Routes), fmt.Sprintf("/gov/complaints/%d", f.ID), "/complaints/"+receipt
		step := func(public, gov string, not ...string) {
			w.T.Helper()
			a, b := site.See("", theirs, public), site.See("town", office, gov)
			for _, x := range not {
				if strings.Contains(a+b, x) {
					w.Errorf("%q is offered", x)
				}
			}
		}
		step("12月1日 星期二以前告诉您是否受理", "匿名，没有留", "找说到的记录", "要求上一级复核", "属实")
		site.See("town", office, "转上一级", "还没有人办理")
		f, err := w.s.Accept(w.Town, complaint.AcceptInput{ID: f.ID, Version: f.Version, Impartial: true})
		w.Must(err)
		step("12月15日 星期二以前答复（本系统约定）", "找说到的记录", "要求上一级复核")
		site.See("town", office, "部分属实", "苏木乡镇（街道）受理：已受理", auth.From(w.Town).Name)
		f, err = w.s.Ask(w.Town, complaint.AskInput{ID: f.ID, Version: f.Version, Text: "几号？"})
		w.Must(err)
		site.See("", theirs, "苏木乡镇（街道）想问您：几号？")
		_, err = w.s.Add(w.nobody, complaint.AddInput{Receipt: receipt, Text: "三号"})
		w.Must(err)
		site.See("", theirs, "投诉人补充：三号")
		if strings.Contains(site.See("", theirs), auth.From(w.Town).Name) {
			w.Error("the complainant reads who answers")
		}
		_, err = w.s.Answer(w.Town, complaint.AnswerInput{ID: f.ID, Version: f.Version + 1, Outcome: "adopted", Text: "改了", Impartial: true})
		w.Must(err)
		step("12月24日 星期四以前可以要求上一级复核", "答复：建议采纳。改了", "找说到的记录", "还想说的")
		site.See("", theirs, "要求上一级复核")
		_, err = w.s.RequestReview(w.nobody, complaint.AddInput{Receipt: receipt, Text: "没改"})
		w.Must(err)
		site.See("", theirs, "12月24日 星期四以前答复（参照", "还想说的", "旗县区")
		f, err = w.s.Get(w.Banner, complaint.GetInput{ID: f.ID})
		w.Must(err)
		site.See("banner", office, "找说到的记录")
		if strings.Contains(site.See("league", office), "找说到的记录") {
			w.Error("the level above is offered what the banner does")
		}
		_, err = w.s.Transfer(w.Banner, complaint.TransferInput{ID: f.ID, Version: f.Version, Way: "out", To: "旗信访局", Reason: "信访事项"})
		w.Must(err)
		site.See("", theirs, "接收的机关应在 15 日内", "转给旗信访局：信访事项")
	})
}

// The sums leave as a table, for those who see them; the form looks for the place, at most twelve of them.
func TestExportAndPlaces(t *testing.T) {
	each(t, func(w *world) {
		w.everywhere()
		_, err := w.s.Export(w.Manager, complaint.ListInput{})
		errstest.Is(w, err, "denied")
		x, err := w.s.Export(w.Town, complaint.ListInput{Kind: "fee"})
		w.Must(err)
		if x.Name != "投诉建议统计-2026-11-24.xlsx" {
			w.Errorf("%q", x.Name)
		}
		site := w.Site(w.s.Routes)
		if n := strings.Count(site.See("", "/complaints?q=社区", "社区"), `href="/complaints?region=1`); n != 13 { // and that of the whole region
			w.Errorf("%d places are offered", n)
		}
		site.See("", "/complaints?q=没有这样的地名", "没有找到")
		if page := site.See("", "/complaints"); strings.Contains(page, "没有找到") || strings.Contains(page, "没有这个回执号") {
			w.Error("nothing was looked for")
		}
	})
}
