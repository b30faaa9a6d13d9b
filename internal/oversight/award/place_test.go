package award_test

import (
	"context"
	"testing"

	"linli/internal/oversight/award"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/work/attendance/attendancetest"
)

func (w *world) run(q string, args ...any) {
	w.Helper()
	w.Write(func(tx *db.Tx) error { _, err := tx.Build(q, args...).Run(w.System, tx); return err })
}

// A station puts forward who is of it and agrees; nothing is read or changed from elsewhere, or out of its turn.
func TestPlaces(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		w.withdraws(1)
		_, err := w.s.Nominate(w.Manager, w.volunteer(1))
		w.is(err, "invalid volunteer_no: 同意公开")
		w.agrees(1)
		w.run(`UPDATE volunteer SET region = ? WHERE id = ?`, int64(attendancetest.Far), w.Vols[1].ID)
		_, err = w.s.Nominate(w.Manager, w.volunteer(1))
		w.is(err, "invalid volunteer_no: 本地")
		w.run(`UPDATE volunteer SET region = ? WHERE id = ?`, int64(attendancetest.Gacha), w.Vols[1].ID)
		n := w.up(0)
		_, err = w.s.Evidence(w.Elsewhere, award.GetInput{ID: n.ID})
		w.is(err, "not_found")
		_, err = w.s.Evidence(w.OtherTown, award.GetInput{ID: n.ID})
		w.is(err, "not_found")
		_, err = w.s.AddJudge(w.Far, award.JudgeInput{ID: w.a.ID, AccountID: w.judge1})
		w.is(err, "not_found")
		_, err = w.s.MyPaper(w.Vols[0].Ctx, award.GetInput{ID: n.ID})
		w.is(err, "not_found")
		_, err = w.advances(w.banner2, n)
		w.is(err, "")
		w.is(w.notices(w.Banner), "")
		_, err = w.s.AddJudge(w.Banner, award.JudgeInput{ID: w.a.ID, AccountID: w.judge1})
		w.is(err, "wrong_state: 公示以后")
		w.after(8)
		w.is(w.publishes(w.banner2), "")
		_, err = w.s.Declare(w.Inspector, award.DeclareInput{ID: n.ID, Text: "老同学"})
		w.is(err, "wrong_state: 已经有结果")
	})
}

// A station puts forward no team or project of another.
func TestOtherStation(t *testing.T) {
	each(t, func(w *world) {
		in := w.input()
		in.Categories = append(in.Categories, award.CategoryInput{Kind: award.Project, Name: "最佳项目"})
		var err error
		w.a, err = w.s.Create(w.Banner, in)
		w.is(err, "")
		w.run(`INSERT INTO station (id, no, kind, name, name_confirmed, region, host, address, hours_note, lat, lng, cell, status, status_day, version)
			SELECT 83, 'X83', 'station', '别处的站', FALSE, ?, host, address, hours_note, lat, lng, cell, 'open', status_day, 1 FROM station
			WHERE id = ?`, int64(attendancetest.Far), w.Station.ID)
		w.run(`INSERT INTO team (id, region, station_id, name, kind, purpose, state, applied_by, applied_at, reason, founded_day, dissolved_day,
			version) VALUES (81, ?, ?, '清雪队', 'other', '', 'active', 1, ?, '', 20200101, 0, 1)`, attendancetest.Gacha, w.Station.ID,
			attendancetest.Noon)
		w.run(`INSERT INTO project (id, region, station_id, name, key_groups, goal, plan, rhythm, for_people, budget, from_day, to_day, state,
			made_by, made_at, reason, closed_day, summary, version) VALUES (82, ?, ?, '清雪', '', '', '', 'weekly', 1, '', 20200101, 20301231,
			'active', 1, ?, '', 0, '', 1)`, attendancetest.Gacha, w.Station.ID, attendancetest.Noon)
		team := award.NominateInput{ID: w.a.ID, Category: 3, TeamID: 81, Case: award.Case{Story: "清雪"}}
		project := award.NominateInput{ID: w.a.ID, Category: 4, ProjectID: 82, Case: award.Case{Story: "清雪"}}
		for _, x := range []struct {
			in    award.NominateInput
			table string
			want  string
		}{{team, "team", "invalid team_id: 本站"}, {project, "project", "invalid project_id: 本站"}} {
			w.run(`UPDATE ` + x.table + ` SET station_id = 83`)
			_, err = w.s.Nominate(w.Manager, x.in)
			w.is(err, x.want)
			w.run(`UPDATE `+x.table+` SET station_id = ?`, w.Station.ID)
			_, err = w.s.Nominate(w.Manager, x.in)
			w.is(err, "")
		}
	})
}

// What is changed behind the area's back is named, each kind of it.
func TestVerify(t *testing.T) {
	each(t, func(w *world) {
		n := w.shown()
		low := auth.From(w.Manager).Account
		chose := auth.From(w.banner2).Account
		_, err := w.s.Object(w.T.Context(), award.ObjectInput{ID: w.a.ID, NominationID: n.ID, Text: "没有"})
		w.is(err, "")
		v, err := w.s.Campaign(w.Banner, award.GetInput{ID: w.a.ID})
		w.is(err, "")
		_, err = w.s.Answer(w.Banner, award.AnswerInput{ID: v.Objections[0].ID, Version: 1, Outcome: award.Dismissed, Answer: "有"})
		w.is(err, "")
		spoilt := func(spoil, heal string) {
			w.Helper()
			w.run(spoil)
			w.sound(1)
			w.run(heal)
			w.sound(0)
		}
		spoilt(`UPDATE award_step SET by_id = `+low.String()+` WHERE action = 'choose'`,
			`UPDATE award_step SET by_id = `+chose.String()+` WHERE action = 'choose'`)
		spoilt(`UPDATE award_step SET by_id = `+chose.String()+` WHERE action = 'keep'`,
			`UPDATE award_step SET by_id = `+auth.From(w.Banner).Account.String()+` WHERE action = 'keep'`)
		spoilt(`UPDATE award_nomination SET state = 'awarded'`, `UPDATE award_nomination SET state = 'chosen'`)
		spoilt(`UPDATE award_category SET winners = 0 WHERE n = 1`, `UPDATE award_category SET winners = 1 WHERE n = 1`)
		w.after(8)
		w.is(w.publishes(w.banner2), "")
		spoilt(`UPDATE award_objection SET state = 'open'`, `UPDATE award_objection SET state = 'dismissed'`)
		w.after(0)
		w.a, err = w.s.Create(w.League, w.input())
		w.is(err, "")
		m := w.puts(1)
		spoilt(`UPDATE award_nomination SET state = 'deciding' WHERE id = `+m.ID.String(),
			`UPDATE award_nomination SET state = 'nominated' WHERE id = `+m.ID.String())
	})
}

// The four of the 四个100: a volunteer, an organisation, a project and a community are put forward by the station, go through the levels,
// stand before the public and are published, each by its name.
func TestFourKinds(t *testing.T) {
	each(t, func(w *world) {
		in := w.input()
		in.Categories = append(in.Categories, award.CategoryInput{Kind: award.Project, Name: "最佳项目"})
		var err error
		w.a, err = w.s.Create(w.Banner, in)
		w.is(err, "")
		w.run(`INSERT INTO team (id, region, station_id, name, kind, purpose, state, applied_by, applied_at, reason, founded_day, dissolved_day,
			version) VALUES (81, ?, ?, '清雪队', 'other', '', 'active', 1, ?, '', 20200101, 0, 1)`, attendancetest.Gacha, w.Station.ID,
			attendancetest.Noon)
		w.run(`INSERT INTO project (id, region, station_id, name, key_groups, goal, plan, rhythm, for_people, budget, from_day, to_day, state,
			made_by, made_at, reason, closed_day, summary, version) VALUES (82, ?, ?, '清雪', '', '', '', 'weekly', 1, '', 20200101, 20301231,
			'active', 1, ?, '', 0, '', 1)`, attendancetest.Gacha, w.Station.ID, attendancetest.Noon)
		story := award.Case{Story: "清雪三年"}
		for _, x := range []award.NominateInput{w.volunteer(0), {ID: w.a.ID, Category: 2, Case: story},
			{ID: w.a.ID, Category: 3, TeamID: 81, Case: story}, {ID: w.a.ID, Category: 4, ProjectID: 82, Case: story}} {
			n, err := w.s.Nominate(w.Manager, x)
			w.is(err, "")
			for _, who := range []context.Context{w.Town, w.banner2} {
				n, err = w.advances(who, n)
				w.is(err, "")
			}
		}
		w.a, err = w.s.Notice(w.Banner, award.MoveInput{ID: w.a.ID, Version: w.a.Version})
		w.is(err, "")
		w.after(8)
		w.is(w.publishes(w.banner2), "")
		w.Site(w.s.Routes).See("", "/awards/"+w.a.ID.String(), "入选：最美志愿者", "入选：最美社区（村）", "入选：最佳组织", "入选：最佳项目",
			"娜仁高娃", "清雪队", "清雪")
		v, err := w.s.Face(w.T.Context(), award.GetInput{ID: w.a.ID})
		w.is(err, "")
		if len(v.Named) != 4 {
			w.Errorf("%+v", v.Named)
		}
	})
}
