package honour_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"linli/internal/civic/setting"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/proof/honour"
	"linli/internal/proof/record"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/order"
)

// backbone is a list as its reader sees it: each with what he lacks.
func (w *world) backbone(who context.Context, in honour.BackboneInput) string {
	w.Helper()
	out, err := w.s.Backbone(who, in)
	w.is(err, "")
	var lines []string
	for _, p := range out.Items {
		lines = append(lines, strings.TrimSpace(p.Name+" "+p.Lacks))
	}
	return strings.Join(lines, "; ")
}

// trained notes a place on a course, in a state and with a result.
func (w *world) trained(i int, state, result string, day clock.Day) {
	w.Helper()
	id := db.ID(7000 + i)
	at := day.Time()
	w.run(`INSERT INTO training_course (id, region, kind, title, content, minutes, qualification_code, valid_months, pass_mark, state, made_by,
		made_at, reason, version) VALUES (?, ?, 'article', '急救', '', 60, 'first_aid', 0, 0, 'open', 1, ?, '', 1)`, id, attendancetest.Gacha, at)
	w.run(`INSERT INTO training_place (id, course_id, person_id, volunteer_id, state, asked_at, came, result, minutes, noted_by, confirmed_by,
		confirmed_at, reason, version) VALUES (?, ?, ?, ?, ?, ?, '', ?, 60, 1, 2, ?, '', 1)`, id, id, w.Vols[0].PersonID, w.Vols[0].ID, state, at,
		result, at)
}

// The backbone is computed from hours, trainings, ratings and years by the rule of the place, each at its edge; who lacks one thing stands
// on the other list with what it is.
func TestBackbone(t *testing.T) {
	each(t, func(w *world) {
		record.New(w.DB, w.Persons).Follow(w.Persons, w.Orders, w.Att)
		settings := setting.New(w.DB)
		last := map[setting.Key]db.ID{}
		rule := func(key setting.Key, value string) {
			w.Helper()
			v, err := settings.Set(w.banner, setting.SetInput{Key: key, Region: banner, Value: value, Reason: "本旗的标准", Version: last[key]})
			w.is(err, "")
			last[key] = v.Version
		}
		me := w.Vols[0].Name
		is := func(what, whole, nurture string) {
			w.Helper()
			for list, want := range map[string]string{honour.Whole: whole, honour.Nurture: nurture} {
				if got := w.backbone(w.Manager, honour.BackboneInput{List: list}); got != want {
					w.Errorf("%s, %s: %q, want %q", what, list, got, want)
				}
			}
		}
		w.run(`UPDATE volunteer SET approved_day = CASE WHEN id = ? THEN 20251124 ELSE 20261101 END`, w.Vols[0].ID)
		is("nobody has served", "", "")
		w.trained(0, "noted", "passed", w.today)
		w.trained(1, "confirmed", "failed", w.today)
		w.trained(2, "confirmed", "passed", 20241123) // two years and a day ago
		rule(setting.BackboneHours, "2")
		w.served(0, 20251124, "counted") // a year to the day
		w.served(0, 20251123, "counted")
		w.served(0, 20261101, "pending")
		is("one hour, no training", "", "")
		o := w.Served(60)
		w.Confirm(o.ID)
		clock.Set(attendancetest.Noon)
		is("two hours", "", me+" 再合格 1 次培训")
		w.trained(3, "confirmed", "passed", 20241124)
		is("with a training", me, "")
		w.run(`UPDATE volunteer SET approved_day = 20251125 WHERE id = ?`, w.Vols[0].ID)
		is("a day too young", "", me+" 在册不满 1 年")
		w.run(`UPDATE volunteer SET approved_day = 20251124 WHERE id = ?`, w.Vols[0].ID)
		clock.Set(o.WindowEnd)
		_, err := w.Orders.Evaluate(w.Resident, order.EvaluateInput{Ask: order.Ask{ID: o.ID}, Rating: 3, Comment: "迟到"})
		w.is(err, "")
		clock.Set(attendancetest.Noon)
		is("rated with three", "", me+" 评价平均 3.0 分")
		rule(setting.BackboneRating, "3")
		is("where three is enough", me, "")
		rule(setting.BackboneHours, "3")
		is("where it takes three hours", "", me+" 近一年再服务 1.0 小时")
		rule(setting.BackboneHours, "2")
		rule(setting.BackboneYears, "0")
		out, err := w.s.Backbone(w.Manager, honour.BackboneInput{})
		w.is(err, "")
		if want := "近一年计入 2 小时以上，近两年培训合格 1 次以上，近一年评价平均 3 分以上（本系统约定，可在设置里改）"; out.Rule.Words != want {
			w.Errorf("%s, want %s", out.Rule.Words, want)
		}
		w.readers(me)
	})
}

// readers are those who see the list, each his own place.
func (w *world) readers(me string) {
	w.Helper()
	for _, c := range []struct {
		who  context.Context
		in   honour.BackboneInput
		want string
	}{{w.Town, honour.BackboneInput{}, me}, {w.banner, honour.BackboneInput{Region: town}, me}, {w.Elsewhere, honour.BackboneInput{}, ""},
		{w.other, honour.BackboneInput{Region: town}, ""}, {w.banner, honour.BackboneInput{Region: 152502100000}, ""}} {
		if got := w.backbone(c.who, c.in); got != c.want {
			w.Errorf("%s, %+v: %q, want %q", auth.From(c.who).Name, c.in, got, c.want)
		}
	}
	_, err := w.s.Backbone(w.Vols[0].Ctx, honour.BackboneInput{})
	w.is(err, "denied")
	up, _ := w.Actor("盟里", 0, auth.Grant{Role: auth.LeagueOfficer, Region: league})
	out, err := w.s.Backbone(up, honour.BackboneInput{})
	w.is(err, "")
	if len(out.Items) != 0 || len(out.Choose) == 0 || out.Choose[0].Code.Level() != auth.LevelBanner {
		w.Errorf("a league chooses among its banners: %+v", out)
	}
	for list, want := range map[string]string{"": "1," + me, honour.Nurture: "还差什么"} {
		f, err := w.s.ExportBackbone(w.Town, honour.BackboneFileInput{BackboneInput: honour.BackboneInput{List: list}, Format: "csv"})
		w.is(err, "")
		if !bytes.Contains(f.Body, []byte(want)) || strings.Contains(string(f.Body), me) != (list == "") {
			w.Errorf("%q: %s", list, f.Body)
		}
	}
	if f, err := w.s.ExportBackbone(up, honour.BackboneFileInput{Format: "csv"}); err != nil || bytes.Contains(f.Body, []byte(me)) {
		w.Errorf("of a league: %s %v", f.Body, err)
	}
	w.run(`INSERT INTO team (id, region, station_id, name, kind, purpose, state, applied_by, applied_at, reason, founded_day, dissolved_day,
		version) VALUES (81, ?, ?, '清雪队', 'other', '', 'active', 1, ?, '', 20200101, 0, 1)`, attendancetest.Gacha, w.Station.ID,
		attendancetest.Noon)
	for i, state := range []string{"in", "left"} {
		w.run(`INSERT INTO team_member (id, team_id, person_id, volunteer_id, state, asked_by, asked_at, agreed, due_day, from_day, to_day,
			reason, version) VALUES (?, 81, ?, ?, ?, 1, ?, 'self', 0, 20261102, 0, '', 1)`, 90+i, w.Vols[i].PersonID, w.Vols[i].ID, state,
			attendancetest.Noon)
	}
	count := func(want int64) {
		w.Helper()
		w.Write(func(tx *db.Tx) error {
			n, err := honour.BackboneOfTeam(w.System, tx, 81, attendancetest.Gacha)
			if err == nil && n != want {
				err = fmt.Errorf("%d of the team, want %d", n, want)
			}
			return err
		})
	}
	count(1)
	w.run(`UPDATE team_member SET state = 'left' WHERE id = 90`)
	count(0)
	w.run(`UPDATE volunteer SET status = 'left' WHERE id = ?`, w.Vols[0].ID)
	if got := w.backbone(w.Manager, honour.BackboneInput{}); got != "" {
		w.Errorf("who left: %q", got)
	}
	w.run(`UPDATE volunteer SET status = 'active' WHERE id = ?`, w.Vols[0].ID)
}
