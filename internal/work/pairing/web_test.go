package pairing_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/pairing"
)

func subject(w *world, id db.ID) (text string, err error) {
	err = w.DB.Read(w.System, func(tx *db.Tx) error {
		v, err := w.s.Held(w.System, tx, id)
		raw, _ := json.Marshal(v)
		text = string(raw)
		return err
	})
	return text, err
}

// Each page holds what its reader needs; files open.
func TestPages(t *testing.T) {
	each(t, func(w *world) {
		d := w.paired(w.elder, 2, 7)
		if _, err := w.s.Visit(w.Vols[0].Ctx, pairing.VisitInput{ID: d.ID, Result: pairing.Met, Note: "血压高"}); err != nil {
			t.Fatal(err)
		}
		srv := w.Web(w.s.Routes)
		for _, c := range []struct{ who, path, has, hasNot string }{
			{"manager", "/desk/pairings", "道尔吉", "小红"},
			{"manager", "/desk/pairings?q=%E6%9D%8E", "没有这样的结对", "道尔吉"},
			{"manager", "/desk/pairings/unpaired", "小红", "道尔吉"},
			{"manager", "/desk/pairings/new?person_id=" + w.child.String(), "娜仁高娃", ""},
			{"manager", "/desk/pairings/people/" + w.child.String(), "写明原因", ""},
			{"manager", "/desk/pairings/" + d.ID.String(), "见面", "血压高"},
			{"manager", "/desk/pairings/missed", "没有等处理的", ""},
			{"volunteer", "/my/pairings", "记下来", "血压高"},
			{"resident", "/my/pairings", "您还没有结对", "道尔吉"},
			{"town", "/gov/pairings", "访视率", "道尔吉"},
			{"elsewhere", "/desk/pairings", "没有这样的结对", "道尔吉"},
		} {
			code, page := srv.Do(c.who, "GET", c.path, "")
			if code != 200 || !strings.Contains(page, c.has) || c.hasNot != "" && strings.Contains(page, c.hasNot) {
				t.Errorf("%s %s: %d, wants %q without %q", c.who, c.path, code, c.has, c.hasNot)
			}
		}
		code, page := srv.Do("head", "POST", "/desk/pairings/"+d.ID.String()+"/notes", "reason=%E5%AE%B6%E5%B1%9E%E6%9D%A5%E9%97%AE")
		if code != 200 || !strings.Contains(page, "血压高") {
			t.Errorf("notes: %d", code)
		}
		for path, start := range map[string]string{"/desk/pairings/export": "PK", "/gov/pairings/table": "%PDF",
			"/gov/pairings/table?format=xlsx": "PK"} {
			if code, file := srv.Do("town", "GET", path, ""); code != 200 || !strings.HasPrefix(file, start) {
				t.Errorf("%s: %d %.10q", path, code, file)
			}
		}
		code, table := srv.Do("town", "GET", "/gov/pairings/table?format=csv&from=2026-11-01&to=2026-12-31", "")
		if code != 200 || !strings.Contains(table, "孤寡高龄老人,1,1,1,0") || !strings.Contains(table, "合计,1,1,1,0") {
			t.Errorf("table: %d %s", code, table)
		}
	})
}

// Lists and figures hold what is of the reader's place and nothing else, by name or without; the desk's page offers whom to ask to the desk
// alone; the overview leads down to the communities and no further.
func TestSeen(t *testing.T) {
	each(t, func(w *world) {
		d := w.paired(w.elder, 1, 7)
		for _, c := range []struct {
			by             context.Context
			q              string
			pairs, without int
		}{{w.Manager, "", 1, 1}, {w.Town, "", 1, 1}, {w.Elsewhere, "", 0, 0}, {w.Manager, "道尔吉", 1, 0}, {w.Manager, "daoerji", 1, 0},
			{w.Manager, "小红", 0, 1}, {w.Manager, "xh", 0, 1}, {w.Elsewhere, "道尔吉", 0, 0}, {w.Elsewhere, "小红", 0, 0}} {
			page, err := w.s.List(c.by, pairing.ListInput{Q: c.q})
			lacks, err2 := w.s.Unpaired(c.by, pairing.UnpairedInput{Q: c.q})
			if err != nil || err2 != nil || len(page.Items) != c.pairs || len(lacks.Items) != c.without {
				t.Errorf("%q as %s: %d and %d, not %d and %d: %v %v", c.q, auth.From(c.by).Name, len(page.Items), len(lacks.Items), c.pairs,
					c.without, err, err2)
			}
		}
		for _, c := range []struct {
			by     context.Context
			people int64
		}{{w.Manager, 2}, {w.Elsewhere, 0}} {
			page, err := w.s.List(c.by, pairing.ListInput{})
			over, err2 := w.s.Overview(c.by, pairing.RateInput{Region: attendancetest.Gacha})
			if err != nil || err2 != nil || page.Counts.People != c.people || over.Total.People != c.people {
				t.Errorf("%s counts %d and %d, not %d: %v %v", auth.From(c.by).Name, page.Counts.People, over.Total.People, c.people, err, err2)
			}
		}
		for by, asks := range map[context.Context]bool{w.Manager: true, w.Vols[0].Ctx: false} {
			sheet, err := w.s.Sheet(by, pairing.GetInput{ID: d.ID})
			if err != nil || len(sheet.Choices) > 0 != asks {
				t.Errorf("%s may ask %d: %v", auth.From(by).Name, len(sheet.Choices), err)
			}
		}
		srv := w.Web(w.s.Routes)
		town, gacha := attendancetest.Gacha.At(auth.LevelTown), attendancetest.Gacha
		for _, c := range []struct {
			at, to auth.Region
			leads  bool
		}{{town.At(auth.LevelBanner), town, true}, {town, gacha, false}} {
			code, page := srv.Do("town", "GET", "/gov/pairings?region="+c.at.String(), "")
			link := `href="/gov/pairings?from=2026-11-01&amp;region=` + c.to.String() + `&amp;`
			if code != 200 || strings.Contains(page, link) != c.leads {
				t.Errorf("%s of %s: %d leads on: %v", c.to, c.at, code, !c.leads)
			}
		}
	})
}
