package fund_test

import (
	"testing"

	"linli/internal/oversight/fund"
)

// Each page is opened by its person, in the states in which it says something else; a form in yuan does what the call in fen does.
func TestPages(t *testing.T) {
	each(t, func(w *world) {
		site := w.Site(w.s.Routes)
		f := w.opens(fund.Grant, 1_000_000)
		site.See("banner", "/gov/funds", "新设资金项目", "5,000.00 元", f.Name)
		site.See("banner", "/gov/funds/new", "一个项目最多多少元")
		site.See("banner", "/gov/funds/"+f.ID.String(), "到位", "10,000.00 元", "内财社〔2026〕18号", "结转、交回")
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
		site.See("banner", "/gov/fund-proposals/"+id, "等第二位签", "审批，第二位签")

		p := w.agreed(200_000)
		site.See("banner", "/gov/fund-proposals/"+p.ID.String(), "登记拨付", "现在最多 1,000.00 元", "验收、公示以后再拨", "终止")
		p, err := w.pays(w.banner3, p, 100_000, "记-1")
		w.is(err, "")
		_, err = w.shows(p, 50_000)
		w.is(err, "")
		site.See("manager", "/desk/fund-proposals/"+p.ID.String(), "交成果", "报票据", "拨了还没有报账：1,000.00 元")
		site.See("town", "/gov/fund-proposals/"+p.ID.String(), "核对无误", "宝力根药店")
		p = w.finishes(p)
		site.See("town", "/gov/fund-proposals/"+p.ID.String(), "验收，开始公示", "交成果附的材料")
		p, err = w.accepts(w.town2, p, 200_000)
		w.is(err, "")
		site.See("manager", "/desk/fund-proposals/"+p.ID.String(), "绩效自评", "公示到")
		site.See("banner", "/gov/fund-proposals/"+p.ID.String(), "有异议，重新验收")
		site.See("", "/funds", f.Name)
		site.See("", "/funds/"+f.ID.String(), "公示到", p.Title, "福彩公益金", "投诉建议")
		site.See("banner", "/gov/fund-proposals?state=accepted&year=2026&q=义诊", p.Title)
		site.See("banner", "/gov/fund-proposals/export?format=csv", "2000.00")
	})
}
