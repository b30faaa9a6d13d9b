package complaint_test

import (
	"testing"

	"linli/internal/platform/clock"
	"linli/internal/platform/web"
	"linli/internal/proof/record"
	"linli/internal/work/attendance/attendancetest"
)

// A visitor complains without a name about the hours of a service, the town takes it up, finds the record and freezes it, the volunteer
// reads that it is looked into, the answer lets it go, and the visitor reads it by his receipt: all by the forms of the pages.
func TestScenario(t *testing.T) {
	each(t, func(w *world) {
		r := w.served()
		site := w.Site(func(router *web.Router) {
			w.s.Routes(router)
			w.records.Routes(router)
		})
		site.Let("volunteer", w.Vols[0].Ctx)
		receipt := site.Post("", "/complaints", 303, "region", attendancetest.Gacha.String(), "kind", "false_hours", "about", "volunteer",
			"text", "那天没有来", "anonymous", "true", "channel", "web")
		site.See("", receipt, "已收到，待受理")
		page := site.See("town", "/gov/complaints")
		file := site.Find(page, `href="(/gov/complaints/\d+)"`)
		does := func(what string, fields ...string) {
			t.Helper()
			version := site.Find(site.See("town", file), `name="version" value="(\d+)"`)
			site.Post("town", file+"/"+what, 303, append(fields, "version", version)...)
		}
		does("accept", "impartial", "true")
		site.See("town", file, "找说到的记录")
		found := site.See("town", file+"/records?q="+r.VolunteerNo+"&day="+r.Day.String(), "核实期间不开证明")
		site.Post("town", file+"/freeze", 303, "record_id", r.ID.String(), "version", site.Find(found, `name="version" value="(\d+)"`))
		site.See("town", file, "核实中，最晚到")
		site.See("volunteer", "/my/hours/"+r.ID.String(), "核实中，最晚到")
		site.Lacks("volunteer", "/my/hours/"+r.ID.String(), "那天没有来")
		site.See("", receipt, "已受理")
		does("answer", "outcome", "unfounded", "text", "查了签到和在场的人", "impartial", "true")
		site.See("town", file, "核实过，没有发现问题")
		site.See("", receipt, "已答复", "查了签到和在场的人")
		site.Lacks("volunteer", "/my/hours/"+r.ID.String(), "核实中，最晚到")
		d := w.seen(r)
		if d.Status != record.Counted || d.Minutes != 60 || d.Checking(clock.Today(w.System)) {
			t.Errorf("the record %s %d", d.Status, d.Minutes)
		}
	})
}
