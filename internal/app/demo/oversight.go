package demo

import (
	"context"
	"time"

	"linli/internal/civic/region"
	"linli/internal/oversight/inspection/plan"
	"linli/internal/oversight/inspection/problem"
	"linli/internal/oversight/inspection/spotcheck"
	"linli/internal/oversight/inspection/visit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// oversight plans what the leading departments do: a plan with tasks that half have signed for, one inspection under way and one
// closed, a published spot check, and three difficulties in different states.
func (w *world) oversight() {
	ago := func(days int) time.Time { return clock.DayOf(w.now).AddDays(-days).Time().Add(10 * time.Hour) }
	w.at(ago(40), w.tasks)
	w.at(ago(20), func(ctx context.Context) error { return w.visit(ctx, w.places[1], true) })
	w.at(ago(4), func(ctx context.Context) error { return w.visit(ctx, w.places[0], false) })
	w.at(ago(9), w.announce)
	w.at(ago(30), func(ctx context.Context) error {
		return w.problem(ctx, w.places[2], "funding", "取暖费没有着落，冬天开不了门", "列进旗里的运转经费", 0)
	})
	w.at(ago(12), func(ctx context.Context) error {
		return w.problem(ctx, w.places[0], "equipment", "电脑太旧，登记要等半天", "换一台", 5)
	})
	w.at(ago(9), func(ctx context.Context) error {
		return w.problem(ctx, w.places[1], "volunteers", "会说蒙古语的志愿者不够", "和学校联系", 0)
	})
	for day := range 30 {
		w.at(ago(day).Add(time.Hour), func(ctx context.Context) error { return w.app.Problem.Sweep(auth.AsSystem(ctx, "problem.sweep")) })
	}
}

// tasks hands a task down from the autonomous region to the towns; at each level one signs, passes it on or reports, and others have
// not yet.
func (w *world) tasks(ctx context.Context) error {
	base := w.manifest.Base
	year := int64(clock.Today(ctx) / 10000)
	due := clock.DayOf(w.now).AddDays(20)
	var from db.ID
	for _, l := range []struct {
		role auth.Role
		at   auth.Region
		plan string
	}{{auth.RegionOfficer, region.Top, "全区志愿服务站（点）工作计划"}, {auth.LeagueOfficer, base.League, "全盟志愿服务站（点）工作计划"},
		{auth.BannerOfficer, base.Banner, "全旗志愿服务站（点）工作计划"}} {
		as := auth.With(ctx, w.officers[l.role])
		if from != 0 {
			if err := w.receive(as, from, l.at, ""); err != nil {
				return err
			}
		}
		if _, err := w.app.Plan.Save(as, plan.SaveInput{Region: l.at, Year: year, Title: l.plan,
			Text: "一、每个嘎查村（社区）的站点到站督导一次。\n二、记录与证明抽查每季度一次，结果公开。\n三、困难问题限期答复。"}); err != nil {
			return err
		}
		in := plan.SendInput{Region: l.at, Year: year, FromID: from, Title: "开展站点年度督导", Text: "对照站点标准逐项看，问题限期整改、复查，完成后反馈情况。", DueDay: due}
		if l.at == base.Banner { // to the base town and its neighbour, which has not signed
			err := w.app.DB.Read(ctx, func(tx *db.Tx) error {
				towns, err := region.Below(ctx, tx, l.at)
				in.To = []auth.Region{base.Town}
				for _, t := range towns {
					if t.Code != base.Town && len(in.To) < 2 {
						in.To = append(in.To, t.Code)
					}
				}
				return err
			})
			if err != nil {
				return err
			}
			in.File = w.paper
		}
		t, err := w.app.Plan.Send(as, in)
		if err != nil {
			return err
		}
		from, due = t.ID, due.AddDays(-5)
	}
	return w.receive(auth.With(ctx, w.towns[base.Town]), from, base.Town, "本镇的站点都看了一遍，问题 3 个，已经整改 2 个。")
}

// receive signs for a task, and reports what was done, if anything.
func (w *world) receive(ctx context.Context, task db.ID, at auth.Region, report string) error {
	t, err := w.app.Plan.Task(ctx, plan.TaskInput{ID: task})
	if err != nil {
		return err
	}
	for _, r := range t.Receipts {
		if r.Region != at {
			continue
		}
		if _, err := w.app.Plan.Receive(ctx, plan.ReceiptInput{ID: r.ID}); err != nil || report == "" {
			return err
		}
		_, err = w.app.Plan.Report(ctx, plan.ReportInput{ID: r.ID, Text: report})
	}
	return err
}

// visit is an inspection of a station with two findings; closed ones are put right a day later and looked at again two days after.
func (w *world) visit(ctx context.Context, p *place, closed bool) error {
	s, as := w.app.Visit, auth.With(ctx, w.officers[auth.Inspector])
	v, err := s.Open(as, visit.OpenInput{StationID: p.ID, Purpose: "年度督导"})
	if err != nil {
		return err
	}
	in := visit.FillInput{ID: v.ID, Version: v.Version, Note: "站里整洁，台账清楚。", Others: "消防通道堆了杂物"}
	for _, l := range v.Lines {
		a := visit.AnswerInput{Item: l.Item, Answer: "yes"}
		if l.Item == "f_publicity" {
			a.Answer, a.Remark = "no", "展板三个月没有换"
		}
		if l.Kind != "plan" && l.Item != "f_publicity" {
			a.Answer = ""
		}
		in.Answers = append(in.Answers, a)
	}
	if v, err = s.Fill(as, in); err != nil {
		return err
	}
	for _, f := range v.Found {
		if f.Item == "" {
			if _, err := s.Photo(as, visit.PhotoInput{ID: f.ID, Text: "后门", File: w.paper}); err != nil {
				return err
			}
		}
		if closed {
			w.at(clock.In(ctx).AddDate(0, 0, 1), func(ctx context.Context) error { return w.mend(ctx, p, f.ID) })
		}
	}
	return nil
}

// mend lets the manager put a finding right, and the inspector close it two days later.
func (w *world) mend(ctx context.Context, p *place, id db.ID) error {
	s, as := w.app.Visit, auth.With(ctx, p.manager)
	f, err := s.Finding(as, visit.FindingInput{ID: id})
	if err != nil {
		return err
	}
	file := blob.Upload{}
	if f.Item == "" {
		file = w.paper
	}
	if f, err = s.Rectify(as, visit.RectifyInput{ID: id, Version: f.Version, Text: "当天就改了", File: file}); err != nil {
		return err
	}
	w.at(clock.In(ctx).AddDate(0, 0, 2), func(ctx context.Context) error {
		_, err := s.Close(auth.With(ctx, w.officers[auth.Inspector]), visit.JudgeInput{ID: id, Version: f.Version, Text: "看过了"})
		return err
	})
	return nil
}

// announce begins a spot check of the banner's records of ten days; it is frozen the next day, drawn and judged the day after, and
// published then.
func (w *world) announce(ctx context.Context) error {
	s, as := w.app.SpotCheck, auth.With(ctx, w.officers[auth.BannerOfficer])
	today := clock.Today(ctx)
	c, err := s.Announce(as, spotcheck.AnnounceInput{Region: w.manifest.Base.Banner, Title: "服务记录抽查", Kind: "record",
		FromDay: today.AddDays(-20), ToDay: today.AddDays(-10), Percent: 1, Least: 8})
	if err != nil {
		return err
	}
	w.at(clock.In(ctx).AddDate(0, 0, 1), func(ctx context.Context) error { return w.freeze(ctx, c) })
	return nil
}

func (w *world) freeze(ctx context.Context, c spotcheck.Detail) error {
	s, as := w.app.SpotCheck, auth.With(ctx, w.officers[auth.BannerOfficer])
	in := spotcheck.FreezeInput{ID: c.ID, Version: c.Version}
	if len(c.Doubts) > 0 {
		in.Forced, in.Reason = []db.ID{c.Doubts[0].ID}, "和平常不一样，看一看原件"
	}
	c, err := s.Freeze(as, in)
	if errs.KindOf(err) == errs.Conflict { // a demo of times without work
		_, err = s.GiveUp(as, spotcheck.PublishInput{ID: in.ID, Version: in.Version, Conclusion: "这段时间没有服务记录"})
		return err
	}
	if err == nil {
		w.at(clock.In(ctx).AddDate(0, 0, 1), func(ctx context.Context) error { return w.judge(ctx, c) })
	}
	return err
}

func (w *world) judge(ctx context.Context, c spotcheck.Detail) error {
	s, as := w.app.SpotCheck, auth.With(ctx, w.officers[auth.BannerOfficer])
	c, err := s.Draw(as, spotcheck.StepInput{ID: c.ID, Version: c.Version})
	if err != nil {
		return err
	}
	for i, u := range c.Units {
		j := spotcheck.JudgeInput{ID: c.ID, Unit: u.ID, Version: u.Version, Answers: []string{"y", "y", "y", "y", "y", "y", "y", "-", "-", "y"}}
		if i == 2 {
			j.Answers[3], j.Wrong, j.Remark = "n", u.Minutes/4, "多记了来回路上的时间"
		}
		if _, err := s.Judge(auth.With(ctx, w.officers[auth.Inspector]), j); err != nil {
			return err
		}
	}
	w.at(clock.In(ctx).AddDate(0, 0, 2), func(ctx context.Context) error { return w.publish(ctx, c) })
	return nil
}

func (w *world) publish(ctx context.Context, c spotcheck.Detail) error {
	_, err := w.app.SpotCheck.Publish(auth.With(ctx, w.officers[auth.BannerOfficer]),
		spotcheck.PublishInput{ID: c.ID, Version: c.Version, Conclusion: "抽查的记录总体真实、及时。1 件把路上的时间也算了进去，已经请站点更正，并在全旗提醒。"})
	return err
}

// problem is a difficulty of a station; it is answered two days later and rated a day after, unless nobody answers what costs money.
func (w *world) problem(ctx context.Context, p *place, kind, text, wish string, rating int64) error {
	s := w.app.Problem
	q, err := s.Raise(auth.With(ctx, p.manager), problem.RaiseInput{StationID: p.ID, Kind: kind, Text: text, Wish: wish})
	if err != nil || kind == "funding" {
		return err
	}
	w.at(clock.In(ctx).AddDate(0, 0, 2), func(ctx context.Context) error {
		a, err := s.Answer(auth.With(ctx, p.town), problem.AnswerInput{ID: q.ID, Version: q.Version, Text: "已经列入本月的安排",
			SolveDay: clock.Today(ctx).AddDays(20)})
		if err != nil || rating == 0 {
			return err
		}
		_, err = s.Rate(auth.With(ctx, p.manager), problem.RateInput{ID: a.ID, Version: a.Version, Rating: rating})
		return err
	})
	return nil
}
