package award_test

import (
	"net/http/httptest"
	"testing"

	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/platform/auth"
)

// A station nominates a volunteer, the banner sends her back, each level up to the region sends her on, a judge scores, somebody objects
// during the notice and is answered, and the result is public with its certificate: all by the forms of the pages, each as who does it.
func TestScenario(t *testing.T) {
	each(t, func(w *world) {
		site := w.Site(w.s.Routes)
		for _, name := range []string{"region2", "region3"} {
			ctx, _ := w.Actor(name, 0, auth.Grant{Role: auth.RegionOfficer, Region: inspectiontest.Top})
			site.Let(name, ctx)
		}
		site.Let("region", w.Region)
		site.Let("volunteer", w.Vols[0].Ctx)
		at := site.Post("region", "/gov/awards", 303, "title", "“最美志愿者”评选", "mode", "award", "authority_no", "内党办发〔2026〕12号",
			"unit", "自治区党委社会工作部", "from", "2026-11-24", "to", "2026-12-24", "categories.0.kind", "volunteer", "categories.0.name", "最美志愿者")
		id := at[len("/gov/awards/"):]
		site.See("manager", "/desk/awards/"+id, "提名：最美志愿者")
		to := site.Post("manager", "/desk/awards/"+id+"/nominations", 303, "category", "1",
			"volunteer_id", w.Vols[0].ID.String(), "story", "送饭三年")
		n := to[len("/desk/nominations/"):]
		does := func(who, what string, fields ...string) {
			t.Helper()
			path := "/gov/nominations/" + n
			if who == "manager" {
				path = "/desk/nominations/" + n
			}
			version := site.Find(site.See(who, path, "/"+what), `name="version" value="(\d+)"`)
			site.Post(who, path+"/"+what, 303, append(fields, "version", version)...)
		}
		does("town", "advance", "opinion", "看过现场，同意")
		does("banner", "return", "reason", "缺今年的次数")
		site.See("manager", "/desk/nominations/"+n, "缺什么：缺今年的次数")
		does("manager", "resubmit", "story", "送饭三年，今年四十次")
		for _, who := range []string{"town", "banner", "league"} {
			does(who, "advance", "opinion", "同意")
		}
		site.Post("region2", at+"/judges", 303, "account_id", auth.From(w.Region).Account.String())
		site.See("region", "/gov/nominations/"+n, "打分", "证据快照")
		site.Post("region", "/gov/nominations/"+n+"/score", 303, "points", "88", "text", "做得久")
		site.See("region2", "/gov/nominations/"+n, "1 位评委，平均 88.0")
		does("region2", "advance", "opinion", "拟定入选")
		moves := func(who, what string, status int) {
			t.Helper()
			page := site.See("region3", at)
			version := site.Find(page, `name="version" value="(\d+)"`)
			site.Post(who, at+"/"+what, status, "version", version)
		}
		moves("region3", "notice", 303)
		w.notice(site, id, n)
		w.after(7)
		moves("region2", "publish", 409)
		w.after(8)
		moves("region3", "publish", 403) // who began the notice
		moves("region2", "publish", 303)
		site.See("", "/awards", "“最美志愿者”评选", "/awards/"+id)
		site.See("", "/awards/"+id, "2026-12-02 公布", "入选：最美志愿者", "娜仁高娃")
		site.See("volunteer", "/my/awards", "最美志愿者", "/my/awards/"+n+"/certificate")
		rec := site.Send("volunteer", httptest.NewRequest("GET", "/my/awards/"+n+"/certificate", nil))
		if rec.Code != 200 || rec.Header().Get("Content-Type") != "application/pdf" {
			t.Errorf("the certificate: %d %s", rec.Code, rec.Header())
		}
	})
}

// notice is what happens while the list is before the public: a visitor objects, and reads the answer by his receipt.
func (w *world) notice(site *inspectiontest.Site, id, n string) {
	w.Helper()
	site.See("", "/awards/"+id, "公示到 2026-12-01", "公示：最美志愿者", "娜仁高娃", "我有异议")
	receipt := site.Post("", "/awards/"+id+"/object", 303, "nomination_id", n, "text", "十月她在外地")
	site.See("", receipt, "核查中")
	page := site.See("region3", "/gov/awards/"+id, "十月她在外地")
	answer := site.Find(page, `action="(/gov/awards/objections/\d+/answer)"`)
	site.Post("region3", answer, 303, "version", "1", "outcome", "dismissed", "answer", "查了签到，十月送了四次")
	site.See("", receipt, "异议不成立", "查了签到，十月送了四次")
}
