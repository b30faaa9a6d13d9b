package fund_test

import (
	"context"
	"slices"
	"testing"

	"linli/internal/oversight/fund"
	"linli/internal/platform/area"
)

// Each page is opened by its person, in the states in which it says something else; a form in yuan does what the call in fen does.
func TestPages(t *testing.T) {
	each(t, func(w *world) {
		site := w.Site(w.s.Routes)
		f := w.opens(fund.Grant, 1_000_000)
		site.See("banner", "/gov/funds", "新设资金项目", "5,000.00 元", f.Name)
		site.See("banner", "/gov/funds/new", "一个项目最多多少元")
		site.See("banner", "/gov/funds/"+f.ID.String(), "到位（元）", "10,000.00</b>", "内财社〔2026〕18号", "结转、交回")
		site.See("manager", "/desk/funds", "可以申报的", f.Name)
		site.See("manager", "/desk/funds/"+f.ID.String(), "项目负责人", "批准后 50%，验收公示后 40%，结项后 10%")
		to := site.Post("manager", "/desk/funds/"+f.ID.String()+"/proposals", 303, "applicant", "station", "title", "周三义诊", "responsible", "乌云",
			"purpose", "量血压", "from", "2026-11-24", "to", "2026-12-24", "target_events", "4", "target_times", "80", "lines.0.category", "material",
			"lines.0.what", "耗材", "lines.0.amount", "1,234.5", "lines.1.category", "")
		site.See("manager", to, "1,234.50 元", "待审批", "申报")
		id := to[len("/desk/fund-proposals/"):]
		site.See("town", "/gov/fund-proposals", "周三义诊", "1,234.50 元")
		site.See("town", "/gov/fund-proposals/"+id, "审批，报上一级", "1234.50")
		site.Post("town", "/gov/fund-proposals/"+id+"/approve", 422, "version", "1", "amount", "很多", "opinion", "同意")
		site.Post("town", "/gov/fund-proposals/"+id+"/approve", 303, "version", "1", "amount", "1234.5", "opinion", "同意")
		site.See("banner", "/gov/fund-proposals/"+id, "审批，第一位签")
		site.Post("banner", "/gov/fund-proposals/"+id+"/approve", 303, "version", "2", "amount", "1000", "opinion", "同意")
		site.See("banner", "/gov/fund-proposals/"+id, "等第二位签", "审批，第二位签", "前一步是您自己办的")
		site.Lacks("banner", "/gov/fund-proposals/"+id, "/approve")
		site.Let("banner2", w.banner2)
		site.See("banner2", "/gov/fund-proposals/"+id, "审批，第二位签", "/approve")

		p := w.agreed(200_000)
		site.See("banner", "/gov/fund-proposals/"+p.ID.String(), "登记拨付", "现在最多 1,000.00 元", "验收、公示以后再拨", "终止")
		p, err := w.pays(w.banner3, p, 100_000, "记-1")
		w.is(err, "")
		_, err = w.shows(p, 50_000)
		w.is(err, "")
		site.See("manager", "/desk/fund-proposals/"+p.ID.String(), "交成果", "报票据", "拨了还没有报账：1,000.00 元")
		site.See("town", "/gov/fund-proposals/"+p.ID.String(), "核对无误", "宝力根药店")
		p = w.finishes(p)
		site.Let("town2", w.town2)
		site.See("town2", "/gov/fund-proposals/"+p.ID.String(), "验收，开始公示", "交成果附的材料")
		site.See("town", "/gov/fund-proposals/"+p.ID.String(), "前一步是您自己办的") // he approved it, and is not asked
		site.Lacks("town", "/gov/fund-proposals/"+p.ID.String(), "/accept")
		p, err = w.accepts(w.town2, p, 200_000)
		w.is(err, "")
		site.See("manager", "/desk/fund-proposals/"+p.ID.String(), "绩效自评", "公示到")
		site.See("banner", "/gov/fund-proposals/"+p.ID.String(), "有异议，重新验收")
		site.See("", "/funds", f.Name)
		site.See("", "/funds/"+f.ID.String(), "公示中", p.Title, "福彩公益金", "投诉建议")
		site.See("banner", "/gov/fund-proposals?state=accepted&year=2026&q=义诊", p.Title)
		site.See("banner", "/gov/fund-proposals/export?format=csv", "2000.00")
	})
}

// Of a programme who set it up is not asked to publish it, nor to compare or carry over the money that he entered: the other one is, once
// there is money.
func TestWhoIsOfferedWhat(t *testing.T) {
	each(t, func(w *world) {
		site := w.Site(w.s.Routes)
		site.Let("banner2", w.banner2)
		f, err := w.s.Create(w.Banner, w.input(fund.Award))
		w.is(err, "")
		path := "/gov/funds/" + f.ID.String()
		site.See("banner2", path, "还没有到位的资金")
		site.Lacks("banner2", path, "/publish")
		w.waits(w.banner2)
		x, err := w.s.AddSource(w.Banner, fund.SourceInput{ID: f.ID, Kind: "lottery", Payer: "自治区民政厅", Document: "内财社〔2026〕18号", Day: w.today,
			Amount: 100_000})
		w.is(err, "")
		site.See("banner", path, "由另一个人核对")
		site.Lacks("banner", path, "/confirm", "/publish")
		site.See("banner2", path, "/confirm")
		w.waits(w.banner2, "去核对 "+f.Name)
		w.waits(w.Banner)
		_, err = w.s.Confirm(w.banner2, fund.DecideInput{ID: x.ID, Version: x.Version})
		w.is(err, "")
		site.Lacks("banner", path, "/publish")
		site.See("banner2", path, "/publish")
		w.waits(w.banner2, "去公布 "+f.Name)
		w.waits(w.Banner)
		_, err = w.s.Publish(w.banner2, fund.MoveInput{ID: f.ID, Version: f.Version})
		w.is(err, "")
		w.waits(w.banner2)
		site.Lacks("banner", path, "/carry")
		site.See("banner2", path, "/carry")
	})
}

// What may be paid now waits for who notes payments, in each of the parts in which it is paid, and no longer once it is paid; who approved
// is not asked to accept.
func TestEachPartWaits(t *testing.T) {
	each(t, func(w *world) {
		w.opens(fund.Grant, 1_000_000)
		p := w.agreed(101_01) // by shares that leave a fen over
		w.waits(w.banner3, "去登记 "+p.Title)
		p, err := w.pays(w.banner3, p, 50_50, "记-1")
		w.is(err, "")
		w.waits(w.banner3)
		p = w.finishes(p)
		w.waits(w.Town)
		w.waits(w.town2, "去验收 "+p.Title)
		p, err = w.accepts(w.town2, p, 101_01)
		w.is(err, "")
		w.waits(w.banner3)
		w.after(8)
		w.waits(w.banner3, "去登记 "+p.Title)
		p, err = w.pays(w.banner3, p, 40_40, "记-2")
		w.is(err, "")
		w.waits(w.banner3)
		for _, fen := range []int64{50_50, 40_40} {
			r, err := w.shows(p, fen)
			w.is(err, "")
			_, err = w.s.Check(w.town2, fund.DecideInput{ID: r.ID, Version: r.Version})
			w.is(err, "")
		}
		p, err = w.s.Evaluate(w.Manager, fund.EvaluateInput{ID: p.ID, Version: p.Version, Score: 92, Text: "都做到了"})
		w.is(err, "")
		w.waits(w.banner3, "去结项 "+p.Title)
		p, err = w.s.Close(w.banner3, fund.DecideInput{ID: p.ID, Version: p.Version})
		w.is(err, "")
		w.waits(w.banner3, "去登记 "+p.Title)
		_, err = w.pays(w.banner3, p, 10_11, "记-3")
		w.is(err, "")
		w.waits(w.banner3)
	})
}

// waits fails unless these things of the area wait for somebody above the stations.
func (w *world) waits(who context.Context, want ...string) {
	w.Helper()
	heaps, err := area.Heaps(w.DB, []area.Area{w.s.Area()})(who, "gov", 10)
	w.is(err, "")
	seen := []string{}
	for _, heap := range heaps {
		for _, x := range heap.Items {
			seen = append(seen, x.Button+" "+x.What)
		}
	}
	if !slices.Equal(seen, append([]string{}, want...)) {
		w.Errorf("it waits %q, want %q", seen, want)
	}
}
