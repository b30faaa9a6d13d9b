package demo

import (
	"context"
	"time"

	"linli/internal/network/office"
	"linli/internal/network/office/archive"
	"linli/internal/network/office/equipment"
	"linli/internal/network/office/notice"
	"linli/internal/network/office/roster"
	"linli/internal/network/office/rule"
	"linli/internal/network/office/workplan"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// office plans what the base station keeps: notices, photographs, the plan of the year, rules, equipment with a stock-taking, the
// roster of this week and the next, papers.
func (w *world) office() {
	ago := func(days int) time.Time { return clock.DayOf(w.now).AddDays(-days).Time().Add(9 * time.Hour) }
	w.at(ago(40), w.planYear)
	w.at(ago(35), w.rules)
	w.at(ago(30), w.things)
	w.at(ago(25), w.papers)
	w.at(ago(24), w.photos)
	for _, n := range []demoNotice{{28, "免费量血压", "每周三下午两点到四点，卫生室医生在站里给老人量血压，不用预约。", 60},
		{6, "冬季取暖安全提醒", "烧煤取暖要装报警器、勤通风。需要志愿者上门看一看的，到站里说一声，或者打站里的电话。", 30}, {20, "周六大扫除改到周日", "因为下雪，本周六的大扫除改到周日上午九点，在村委会门口集合。", 3}} {
		w.at(ago(n.ago), func(ctx context.Context) error { return w.notice(ctx, n) })
	}
	w.at(ago(5), w.roster)
}

// demoNotice is a notice and how many days it hangs.
type demoNotice struct {
	ago         int // days before now
	title, text string
	days        int
}

func (w *world) notice(ctx context.Context, n demoNotice) error {
	p := w.places[0]
	_, err := w.app.Office.Notice.Post(auth.With(ctx, p.manager), notice.PostInput{ID: p.ID, Title: n.title, Text: n.text, Place: "站门口公告栏",
		UntilDay: clock.Today(ctx).AddDays(n.days), File: w.paper})
	return err
}

// planYear writes the plan of the year, and notes progress of two of its items.
func (w *world) planYear(ctx context.Context) error {
	p := w.places[0]
	as, year := auth.With(ctx, p.manager), clock.Day(clock.Today(ctx)/10000)*10000
	for n, f := range []workplan.Facts{{What: "走访独居和高龄老人", Who: "站长、网格员", DueDay: year + 1231, Amount: 48, Unit: "户"},
		{What: "学雷锋月集中服务", Who: "邻里互助队", DueDay: year + 331, Amount: 2, Unit: "次"},
		{What: "冬季取暖安全入户检查", Who: "应急队", DueDay: year + 1220, Amount: 30, Unit: "户"},
		{What: "志愿者业务培训", Who: "站长", DueDay: year + 1130, Amount: 4, Unit: "次"}, {What: "整理上一年档案并编目录", Who: "站点管理员", DueDay: year + 630}} {
		i, err := w.app.Office.Workplan.Add(as, workplan.AddInput{ID: p.ID, Facts: f})
		if err != nil {
			return err
		}
		if n == 0 || n == 3 {
			if _, err := w.app.Office.Workplan.Progress(as,
				workplan.ProgressInput{ID: i.ID, Version: 1, Amount: f.Amount / 2, Note: "上半年的已经做完"}); err != nil {
				return err
			}
		}
	}
	return nil
}

// rules adopts three of the five texts and publishes two.
func (w *world) rules(ctx context.Context) error {
	p := w.places[0]
	as := auth.With(ctx, p.manager)
	for n, slot := range []string{"organisation", "daily", "evaluation"} {
		r, err := w.app.Office.Rule.Adopt(as, rule.AdoptInput{ID: p.ID, Slot: slot, From: "template"})
		if err == nil && n < 2 {
			_, err = w.app.Office.Rule.Publish(as, office.VersionInput{ID: r.ID, Version: 1})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// things lists what the station has, and takes stock of it a fortnight later.
func (w *world) things(ctx context.Context) error {
	p := w.places[0]
	as := auth.With(ctx, p.manager)
	var lines []equipment.StockLine
	for n, f := range []equipment.Facts{{Name: "台式电脑", Kind: "computer", Place: "前台", File: w.paper},
		{Name: "激光打印机", Kind: "office", Place: "前台"}, {Name: "折叠桌", Kind: "furniture", Place: "活动室"},
		{Name: "急救箱", Kind: "emergency", Place: "前台下柜", Note: "药品每半年换一次"}, {Name: "便民雨伞架", Kind: "convenience", Place: "门口"}} {
		f.State, f.SinceDay = "in_use", before(ctx, 20240510)
		e, err := w.app.Office.Equipment.Add(as, equipment.AddInput{ID: p.ID, Facts: f})
		if err != nil {
			return err
		}
		lines = append(lines, equipment.StockLine{EquipmentID: e.ID, State: map[bool]string{true: "repair", false: "in_use"}[n == 1]})
	}
	w.at(clock.In(ctx).AddDate(0, 0, 14), func(ctx context.Context) error {
		_, err := w.app.Office.Equipment.TakeStock(auth.With(ctx, p.manager),
			equipment.TakeStockInput{ID: p.ID, Note: "监盘人：嘎查村（社区）会计", Lines: lines})
		return err
	})
	return nil
}

// papers files three papers; one has been kept for as long as it must.
func (w *world) papers(ctx context.Context) error {
	p := w.places[0]
	as := auth.With(ctx, p.manager)
	shelf, err := w.app.Office.Archive.List(as, archive.ListInput{Search: archive.Search{ID: p.ID}})
	if err != nil {
		return err
	}
	under := map[string]db.ID{}
	for _, c := range shelf.Plan {
		under[c.Code] = c.ID
	}
	today := clock.Today(ctx)
	for _, in := range []archive.FileInput{{CategoryID: under["WJ"], Title: "关于开展社区志愿服务的通知", Day: today.AddDays(-4020), Keywords: "通知 旧件",
		Shelf: "1 号柜第 1 盒"}, {CategoryID: under["JH"], Title: "上一年工作总结", Day: today.AddDays(-300), Keywords: "总结", Shelf: "1 号柜第 2 盒",
		File: w.paper}, {CategoryID: under["ZD"], Title: "站点挂牌仪式照片和议程", Day: today.AddDays(-200), Keywords: "挂牌 照片", File: w.paper}} {
		in.ID = p.ID
		if _, err := w.app.Office.Archive.File(as, in); err != nil {
			return err
		}
	}
	return nil
}

// roster puts two keepers on duty for this week, and copies it to the next.
func (w *world) roster(ctx context.Context) error {
	p := w.places[0]
	as, s := auth.With(ctx, p.manager), w.app.Office.Roster
	a, err := s.AddKeeper(as, roster.AddKeeperInput{ID: p.ID, KeeperFacts: roster.KeeperFacts{Name: p.manager.Name, Post: "站点管理员", Named: true,
		Phone: w.names.phone()}})
	if err != nil {
		return err
	}
	b, err := s.AddKeeper(as, roster.AddKeeperInput{ID: p.ID, KeeperFacts: roster.KeeperFacts{Name: "演示网格员", Post: "网格员"}})
	if err != nil {
		return err
	}
	today := clock.Today(ctx)
	for i := range 14 {
		day := today.AddDays(i)
		if wd := day.Time().Weekday(); wd == time.Sunday {
			continue
		}
		for k, x := range []struct {
			keeper      db.ID
			from, until string
		}{{a.ID, "08:30", "12:00"}, {b.ID, "14:30", "17:30"}} {
			if k == 1 && day.Time().Weekday() == time.Saturday {
				continue
			}
			if _, err := s.Assign(as, roster.AssignInput{ID: p.ID, KeeperID: x.keeper, Day: day, From: x.from, Until: x.until}); err != nil {
				return err
			}
		}
	}
	return nil
}
