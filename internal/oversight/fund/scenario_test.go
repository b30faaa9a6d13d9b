package fund_test

import (
	"testing"

	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/oversight/report"
	"linli/internal/platform/web"
	"linli/internal/work/pairing"
)

// A banner sets a programme up and has its money compared, a station proposes, three officers sign, the first part is paid, used and shown
// by receipts, the work is handed in and accepted, the rest is paid after the notice and after the closing, and the year's statement of
// lottery money holds it to the fen: all by the forms of the pages, each as who does it.
func TestScenario(t *testing.T) {
	each(t, func(w *world) {
		reports := report.New(w.DB, nil, pairing.New(w.DB, w.Keys, w.Persons))
		site := w.Site(func(r *web.Router) {
			w.s.Routes(r)
			reports.Routes(r)
		})
		site.Let("banner2", w.banner2)
		site.Let("town2", w.town2)
		fund := site.Post("banner", "/gov/funds", 303, "name", "社区小项目资助", "mode", "grant", "authority_no", "旗社工〔2026〕21号",
			"rules", "有经常性项目的站点", "for_station", "true", "year", "2026", "from", "2026-11-24", "to", "2026-12-31", "most", "5000",
			"share_start", "50", "share_accepted", "40", "share_closed", "10")
		site.Post("banner", fund+"/sources", 303, "kind", "lottery", "payer", "自治区民政厅", "document", "内财社〔2026〕44号", "day", "2026-11-24",
			"amount", "30000")
		confirm := site.Find(site.See("banner2", fund), `action="(/gov/funds/sources/\d+/confirm)"`)
		site.Post("banner2", confirm, 303, "version", "1")
		site.Post("banner2", fund+"/publish", 303, "version", "1")
		at := "/desk/funds/" + fund[len("/gov/funds/"):]
		to := site.Post("manager", at+"/proposals", 303, "applicant", "station", "title", "楼道小药箱", "responsible", "乌云",
			"purpose", "给老人换药", "from", "2026-11-24", "to", "2026-12-24", "target_events", "6", "target_times", "60",
			"lines.0.category", "material", "lines.0.what", "纱布", "lines.0.amount", "2000")
		w.grant(site, to[len("/desk/fund-proposals/"):])
		site.See("", "/funds/"+fund[len("/gov/funds/"):], "楼道小药箱", "已结项", "2,000.00 元")
		site.See("banner", "/gov/reports/lottery?period=2026", "楼道小药箱", "2000.00", "0.00", "合计")
		csv := site.See("banner", "/gov/fund-proposals/export?format=csv")
		site.Find(csv, `(楼道小药箱.*2000\.00.*2000\.00)`)
	})
}

// grant goes from the proposal to the closing, with everything that was paid shown by receipts.
func (w *world) grant(site *inspectiontest.Site, id string) {
	w.Helper()
	does := func(who, what string, status int, fields ...string) {
		w.Helper()
		path := "/gov/fund-proposals/" + id
		if who == "manager" {
			path = "/desk/fund-proposals/" + id
		}
		version := site.Find(site.See(who, path), `name="version" value="(\d+)"`)
		site.Post(who, path+"/"+what, status, append(fields, "version", version)...)
	}
	pays := func(yuan, voucher, day string) {
		w.Helper()
		does("banner", "pay", 303, "amount", yuan, "voucher", voucher, "day", day, "payee", "建兴社区")
	}
	shows := func(number, yuan, day string) {
		w.Helper()
		site.Post("manager", "/desk/fund-proposals/"+id+"/receipt", 303, "issuer", "宝昌镇药店", "number", number, "amount", yuan, "day", day,
			"category", "material", "what", "纱布")
		check := site.Find(site.See("town2", "/gov/fund-proposals/"+id), `action="(/gov/funds/receipts/\d+/check|/gov/fund-proposals/receipts/\d+/check)"`)
		site.Post("town2", check, 303, "version", "1")
	}
	for _, who := range []string{"town", "banner", "banner2"} {
		does(who, "approve", 303, "amount", "2000", "opinion", "同意")
	}
	pays("1000", "记-1", "2026-11-24")
	shows("00871", "1000", "2026-11-24")
	site.Upload("manager", "/desk/fund-proposals/"+id+"/finish", 303, w.Photo.Data, "version",
		site.Find(site.See("manager", "/desk/fund-proposals/"+id), `name="version" value="(\d+)"`), "text", "给十二位老人换药", "done_events", "6",
		"done_times", "72")
	does("town2", "accept", 303, "amount", "2000", "opinion", "看了名单和现场")
	w.after(8)
	pays("800", "记-2", "2026-12-02")
	shows("00872", "800", "2026-12-02")
	does("manager", "evaluate", 303, "score", "92", "text", "都做到了")
	does("banner", "close", 303)
	pays("200", "记-3", "2026-12-02")
	shows("00873", "200", "2026-12-02")
}
