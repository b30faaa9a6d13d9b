package fund_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"linli/internal/oversight/fund"
	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/platform/area/areatest"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// told fails unless just this waits for somebody.
func (w *world) told(who context.Context, shell string, want ...string) {
	w.Helper()
	areatest.IsTodo(w.T, w.DB, w.s.Area(), who, shell, want...)
}

func (w *world) run(q string, args ...any) {
	w.Helper()
	w.Write(func(tx *db.Tx) error { _, err := tx.Build(q, args...).Run(w.System, tx); return err })
}

// What of a project waits for whom, at each step of its way; and who is told of it.
func TestHeaps(t *testing.T) {
	each(t, func(w *world) {
		const sign, accept, receipts, pay, shut, source, mend, late = "项目资金申报，等审批: ", "交了成果的项目，等验收: ", "项目资金的票据，等核对: ",
			"批了、公示过了、结了项的项目，等拨付: ", "交了绩效自评的项目，等结项: ", "登记的资金，等第二人核对: ", "退回来的资金申报，等补充: ", "项目到期了，等交成果: "
		f, err := w.s.Create(w.Banner, w.input(fund.Award))
		w.is(err, "")
		x, err := w.s.AddSource(w.Banner, fund.SourceInput{ID: f.ID, Kind: "lottery", Payer: "自治区民政厅", Document: "18号", Day: w.today,
			Amount: 9000})
		w.is(err, "")
		w.told(w.Banner, "gov")
		w.told(w.banner2, "gov", source+f.Name+", 自治区民政厅")
		w.told(w.Far, "gov")
		w.told(w.League, "gov")
		_, err = w.s.Confirm(w.banner2, fund.DecideInput{ID: x.ID, Version: x.Version})
		w.is(err, "")
		w.told(w.banner2, "gov", "别人设好的资金项目，钱到位了，等您公布: "+f.Name+", "+f.Maker)
		w.told(w.Banner, "gov")
		f, err = w.s.Publish(w.banner2, fund.MoveInput{ID: f.ID, Version: f.Version})
		w.is(err, "")
		w.programme = f
		officers, station := w.Messages(w.TownID), w.Messages(w.ManagerID)
		p := w.proposes(5000)
		line := p.Title + ", " + p.ApplicantName
		if n := w.Messages(w.TownID); n != officers+1 {
			w.Errorf("%d messages, not one more than %d", n, officers)
		}
		w.told(w.Town, "gov", sign+line)
		w.told(w.Banner, "gov")
		w.told(w.OtherTown, "gov")
		p, err = w.s.Return(w.Town, fund.DecideInput{ID: p.ID, Version: p.Version, Reason: "缺"})
		w.is(err, "")
		w.told(w.Town, "gov")
		w.told(w.Manager, "desk", mend+line)
		w.told(w.Elsewhere, "desk")
		p, err = w.s.Resubmit(w.Manager, fund.ResubmitInput{ID: p.ID, Version: p.Version, Plan: w.plan(5000)})
		w.is(err, "")
		line = p.Title + ", " + p.ApplicantName
		w.told(w.Manager, "desk")
		p, err = w.approves(w.Town, p, 5000)
		w.is(err, "")
		w.told(w.Town, "gov")
		w.told(w.Banner, "gov", sign+line)
		p, err = w.approves(w.Banner, p, 5000)
		w.is(err, "")
		w.told(w.Banner, "gov")
		w.told(w.banner2, "gov", sign+line)
		p, err = w.approves(w.banner2, p, 5000)
		w.is(err, "")
		w.told(w.banner2, "gov")
		if n := w.Messages(w.ManagerID); n != station+2 { // returned, approved
			w.Errorf("the station got %d messages", n-station)
		}
		w.told(w.Manager, "desk")
		w.after(60)
		w.told(w.Manager, "desk")
		w.after(61)
		w.told(w.Manager, "desk", late+line+", "+p.ToDay.Words(w.Manager))
		w.told(w.Elsewhere, "desk")
		w.after(0)
		p = w.finishes(p)
		w.told(w.Manager, "desk")
		w.told(w.Town, "gov") // he approved it
		w.told(w.town2, "gov", accept+line)
		w.told(w.Banner, "gov")
		p, err = w.accepts(w.town2, p, 4000)
		w.is(err, "")
		w.told(w.Town, "gov")
		w.told(w.banner3, "gov")
		last := p.NoticeUntil.Sub(w.today)
		w.after(last)
		w.told(w.banner3, "gov")
		w.after(last + 1)
		w.told(w.banner3, "gov", pay+line)
		w.told(w.Town, "gov")
		w.told(w.League, "gov")
		p, err = w.pays(w.banner3, p, 4000, "记-1")
		w.is(err, "")
		w.told(w.banner3, "gov")
		r, err := w.shows(p, 3000)
		w.is(err, "")
		w.told(w.Town, "gov", receipts+line)
		w.told(w.OtherTown, "gov")
		_, err = w.s.Check(w.Town, fund.DecideInput{ID: r.ID, Version: r.Version})
		w.is(err, "")
		w.told(w.Town, "gov")
		p, err = w.s.Evaluate(w.Manager, fund.EvaluateInput{ID: p.ID, Version: p.Version, Score: 0, Text: "都做到了"})
		w.is(err, "")
		w.told(w.banner3, "gov", shut+line)
		w.told(w.Town, "gov")
		w.told(w.League, "gov")
		_ = p
	})
}

// Each list holds what its reader may see, narrowed by what he asks for; what is prepared is nobody's but its division's.
func TestLists(t *testing.T) {
	each(t, func(w *world) {
		draft, err := w.s.Create(w.Banner, w.input(fund.Grant))
		w.is(err, "")
		old := w.input(fund.Award)
		old.Name, old.Year, old.Most = "上一年的", 2025, 700
		past, err := w.s.Create(w.banner2, old)
		w.is(err, "")
		w.opens(fund.Award, 300_000)
		a, b := w.proposes(1000), w.proposes(2000)
		_, err = w.approves(w.Town, b, 2000)
		w.is(err, "")
		_, err = w.s.Return(w.town2, fund.DecideInput{ID: a.ID, Version: a.Version, Reason: "缺"})
		w.is(err, "")
		for _, c := range []struct {
			who  context.Context
			in   fund.ListInput
			want []db.ID
		}{
			{w.Banner, fund.ListInput{}, []db.ID{b.ID, a.ID}}, {w.Manager, fund.ListInput{}, []db.ID{b.ID, a.ID}},
			{w.Far, fund.ListInput{}, nil}, {w.OtherTown, fund.ListInput{}, nil}, {w.Elsewhere, fund.ListInput{}, nil},
			{w.Banner, fund.ListInput{State: fund.Returned}, []db.ID{a.ID}}, {w.Banner, fund.ListInput{Fund: w.programme.ID}, []db.ID{b.ID, a.ID}},
			{w.Banner, fund.ListInput{Fund: draft.ID}, nil}, {w.Banner, fund.ListInput{Year: 2026}, []db.ID{b.ID, a.ID}},
			{w.Banner, fund.ListInput{Year: 2025}, nil}, {w.Banner, fund.ListInput{Region: town}, []db.ID{b.ID, a.ID}},
			{w.Banner, fund.ListInput{Region: 152502100000}, nil}, {w.Banner, fund.ListInput{Q: "第2次"}, []db.ID{b.ID}},
			{w.Banner, fund.ListInput{Q: a.ApplicantName}, []db.ID{b.ID, a.ID}}, {w.Banner, fund.ListInput{Q: "没有"}, nil},
			{w.Banner, fund.ListInput{Q: "第2次", State: fund.Returned}, nil}, {w.Far, fund.ListInput{Q: "第2次"}, nil},
		} {
			list, err := w.s.List(c.who, c.in)
			w.is(err, "")
			var got []db.ID
			for _, r := range list.Items {
				got = append(got, r.ID)
			}
			if !slices.Equal(got, c.want) {
				w.Errorf("%+v: %v, want %v", c.in, got, c.want)
			}
		}
		for _, c := range []struct {
			who           context.Context
			year          int64
			mine, offered []db.ID
		}{
			{w.Banner, 0, []db.ID{w.programme.ID, past.ID, draft.ID}, nil}, {w.Banner, 2025, []db.ID{past.ID}, nil},
			{w.League, 0, []db.ID{w.programme.ID, past.ID, draft.ID}, nil}, {w.Far, 0, nil, nil},
			{w.Manager, 0, nil, []db.ID{w.programme.ID}}, {w.Town, 0, nil, []db.ID{w.programme.ID}},
		} {
			home, err := w.s.Programmes(c.who, fund.HomeInput{Year: c.year})
			w.is(err, "")
			ids := func(list []fund.Programme) (out []db.ID) {
				for _, f := range list {
					out = append(out, f.ID)
				}
				return out
			}
			if !slices.Equal(ids(home.Items), c.mine) || !slices.Equal(ids(home.Offered), c.offered) {
				w.Errorf("%d: %v and %v, want %v and %v", c.year, ids(home.Items), ids(home.Offered), c.mine, c.offered)
			}
		}
		for _, c := range []struct {
			in fund.PublicInput
			n  int
		}{{fund.PublicInput{}, 1}, {fund.PublicInput{Region: banner}, 1}, {fund.PublicInput{Region: 150102000000}, 0},
			{fund.PublicInput{Year: 2026}, 1}, {fund.PublicInput{Year: 2025}, 0}} {
			faces, err := w.s.Faces(w.Context(), c.in)
			w.is(err, "")
			if len(faces.Items) != c.n {
				w.Errorf("%+v: %d", c.in, len(faces.Items))
			}
		}
		_, err = w.s.Face(w.Context(), fund.FaceInput{ID: draft.ID})
		w.is(err, "not_found")
		_, err = w.s.Programme(w.Manager, fund.GetInput{ID: draft.ID})
		w.is(err, "not_found")
		x, err := w.s.Export(w.Banner, fund.ExportInput{Format: "csv"})
		w.is(err, "")
		for i, p := range []fund.Proposal{b, a} {
			row := []string{"2,", "1,"}[1-i] + w.programme.Name + "," + p.Title + "," + p.ApplicantName + ","
			if !strings.Contains(string(x.Body), row) {
				w.Errorf("%s\nhas no %s", x.Body, row)
			}
		}
	})
}

// Each step stands in its states alone.
func TestStates(t *testing.T) {
	each(t, func(w *world) {
		w.opens(fund.Award, 300_000)
		fresh, p := w.proposes(1000), w.agreed(1000)
		all := []string{fund.Proposed, fund.Returned, fund.Refused, fund.Doing, fund.Finished, fund.Accepted, fund.Closed, fund.Stopped}
		for name, c := range map[string]struct {
			from []string
			do   func(id db.ID) error
		}{
			"approve": {all[:1], func(id db.ID) error {
				return inspectiontest.Err(w.s.Approve(w.Town, fund.ApproveInput{ID: id, Version: 50, Amount: 1000, Opinion: "好"}))
			}},
			"return": {all[:1], func(id db.ID) error {
				return inspectiontest.Err(w.s.Return(w.Town, fund.DecideInput{ID: id, Version: 50, Reason: "缺"}))
			}},
			"refuse": {all[:1], func(id db.ID) error {
				return inspectiontest.Err(w.s.Refuse(w.Town, fund.DecideInput{ID: id, Version: 50, Reason: "缺"}))
			}},
			"resubmit": {all[1:2], func(id db.ID) error {
				return inspectiontest.Err(w.s.Resubmit(w.Manager, fund.ResubmitInput{ID: id, Version: 50, Plan: w.plan(1000)}))
			}},
			"finish": {all[3:4], func(id db.ID) error {
				return inspectiontest.Err(w.s.Finish(w.Manager, fund.FinishInput{ID: id, Version: 50, Text: "好", File: w.Photo}))
			}},
			"accept": {all[4:5], func(id db.ID) error {
				return inspectiontest.Err(w.s.Accept(w.town2, fund.AcceptInput{ID: id, Version: 50, Amount: 1, Opinion: "好"}))
			}},
			"halt": {all[5:6], func(id db.ID) error {
				return inspectiontest.Err(w.s.Halt(w.town2, fund.DecideInput{ID: id, Version: 50, Reason: "有异议"}))
			}},
			"evaluate": {all[5:6], func(id db.ID) error {
				return inspectiontest.Err(w.s.Evaluate(w.Manager, fund.EvaluateInput{ID: id, Version: 50, Score: 9, Text: "好"}))
			}},
			"close": {all[5:6], func(id db.ID) error {
				return inspectiontest.Err(w.s.Close(w.banner3, fund.DecideInput{ID: id, Version: 50, Reason: "好"}))
			}},
			"stop": {all[3:6], func(id db.ID) error {
				return inspectiontest.Err(w.s.Stop(w.banner3, fund.DecideInput{ID: id, Version: 50, Reason: "好"}))
			}},
			"pay": {all[3:7], func(id db.ID) error {
				return inspectiontest.Err(w.s.Pay(w.banner3, fund.PayInput{ID: id, Version: 50, Amount: 1, Voucher: "记-9", Day: w.today, Payee: "嘎查"}))
			}},
			"give back": {all[3:6], func(id db.ID) error {
				return inspectiontest.Err(w.s.GiveBack(w.banner3, fund.PayInput{ID: id, Version: 50, Amount: 1, Voucher: "记-8", Day: w.today,
					Payee: "嘎查"}))
			}},
		} {
			for i, state := range all {
				id := fresh.ID
				if i > 2 {
					id = p.ID
				}
				if slices.Contains(c.from, state) { // what its state lets through may fail by other rules, and is tried elsewhere
					continue
				}
				w.run(`UPDATE fund_proposal SET state = ?, version = 50 WHERE id = ?`, state, id)
				if err := c.do(id); errs.CodeOf(err) != "wrong_state" {
					w.Errorf("%s of %s: %v", name, state, err)
				}
			}
		}
		w.run(`UPDATE fund_proposal SET state = 'proposed' WHERE id = ?`, fresh.ID)
		w.run(`UPDATE fund_proposal SET state = 'doing' WHERE id = ?`, p.ID)
		for _, c := range []struct {
			day  clock.Day
			want string
		}{{w.programme.FromDay.AddDays(-1), "wrong_state: 不在申报的日子里"}, {w.programme.FromDay, ""}, {w.programme.ToDay, ""},
			{w.programme.ToDay.AddDays(1), "wrong_state: 不在申报的日子里"}} {
			in := fund.ProposeInput{ID: w.programme.ID, Applicant: "station", Plan: w.plan(1)}
			in.Title = "在" + c.day.String()
			_, err := w.s.Propose(clock.At(w.Manager, c.day.Time()), in)
			w.is(err, c.want)
		}
	})
}

// What a project leaves open is told by its amount, and what its score means by a word.
func TestGapsAndWords(t *testing.T) {
	each(t, func(w *world) {
		w.opens(fund.Award, 300_000)
		p, err := w.accepts(w.town2, w.finishes(w.agreed(2000)), 2000)
		w.is(err, "")
		w.after(8)
		p, err = w.pays(w.banner3, p, 2000, "记-1")
		w.is(err, "")
		gaps := func(want ...string) {
			w.Helper()
			if got := w.sees(p).Gaps; !slices.Equal(got, want) {
				w.Errorf("%q, want %q", got, want)
			}
		}
		gaps("拨了还没有报账：20.00 元")
		in := fund.ReceiptInput{ID: p.ID, Issuer: "药店", Number: "1", Amount: 500, Day: w.today, Category: "material", What: "试纸", File: w.Photo}
		r, err := w.s.Enter(w.Manager, in)
		w.is(err, "")
		gaps("拨了还没有报账：20.00 元", "票据还没有人核对：5.00 元", "票据没有写用在哪场活动：5.00 元")
		in.Number, in.Amount, in.File.Data = "2", 300, nil
		bare, err := w.s.Enter(w.Manager, in)
		w.is(err, "")
		gaps("拨了还没有报账：20.00 元", "票据还没有人核对：8.00 元", "票据没有写用在哪场活动：8.00 元", "票据没有照片：3.00 元")
		_, err = w.s.Reject(w.Town, fund.DecideInput{ID: bare.ID, Version: 1, Reason: "看不清"})
		w.is(err, "")
		_, err = w.s.Check(w.Town, fund.DecideInput{ID: r.ID, Version: 1})
		w.is(err, "")
		gaps("拨了还没有报账：15.00 元", "票据没有写用在哪场活动：5.00 元")
		for _, who := range []context.Context{w.Manager, w.Town} {
			_, err = w.s.Picture(who, fund.GetInput{ID: r.ID})
			w.is(err, "")
		}
		for who, want := range map[context.Context]string{w.Far: "not_found", w.Elsewhere: "not_found", w.Vols[0].Ctx: "denied"} {
			_, err = w.s.Picture(who, fund.GetInput{ID: r.ID})
			w.is(err, want)
			_, err = w.s.Evidence(who, fund.FilesInput{ID: p.ID, N: 5})
			w.is(err, want)
		}
		_, err = w.s.Evidence(w.Town, fund.FilesInput{ID: p.ID, N: 5}) // what was finished
		w.is(err, "")
		site, path := w.Site(w.s.Routes), "/gov/fund-proposals/"+p.ID.String()
		for score, word := range map[int]string{0: "差", 59: "差", 60: "中", 79: "中", 80: "良", 89: "良", 90: "优", 100: "优"} {
			w.run(`UPDATE fund_proposal SET score = ? WHERE id = ?`, score, p.ID)
			page := site.See("banner", path, word)
			for _, other := range []string{"优", "良", "中", "差"} {
				if other != word && strings.Contains(page, "（"+other+"）") {
					w.Errorf("%d is called %s", score, other)
				}
			}
		}
		w.run(`UPDATE fund_proposal SET score = -1 WHERE id = ?`, p.ID)
		site.See("banner", path, "公示过了（到 "+p.NoticeUntil.String()+"）")
		site.See("manager", "/desk/fund-proposals/"+p.ID.String(), "站点")
	})
}

// Verify names the thing and what is wrong with it.
func TestVerifyNames(t *testing.T) {
	each(t, func(w *world) {
		w.opens(fund.Award, 1000)
		w.run(`UPDATE fund_source SET amount = amount + 1`)
		for _, f := range w.faults() {
			if strings.HasPrefix(f, "fund_source ") && strings.HasSuffix(f, " 资金来源和账上的到位不一致") {
				w.run(`UPDATE fund_source SET amount = amount - 1`)
				return
			}
		}
		w.Errorf("%q", w.faults())
	})
}
