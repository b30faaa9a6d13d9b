package honour_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"strings"
	"testing"

	"linli/internal/civic/person"
	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/proof/honour"
	"linli/internal/work/attendance/attendancetest"
)

func (w *world) run(q string, args ...any) {
	w.Helper()
	w.Write(func(tx *db.Tx) error { _, err := tx.Build(q, args...).Run(w.System, tx); return err })
}

// promoted is somebody who has gone to another office with the same account.
func (w *world) promoted(who context.Context, role auth.Role, at auth.Region) context.Context {
	a := auth.From(who)
	a.Grants = []auth.Grant{{Role: role, Region: at}}
	return auth.With(w.Context(), a)
}

// Who entered a commendation or a model has no second word about it in another office, and nobody has one about what names him.
func TestOneHand(t *testing.T) {
	each(t, func(w *world) {
		w.agrees(0)
		x, err := w.s.Enter(w.Manager, w.input(0))
		w.is(err, "")
		x, err = w.s.Confirm(w.Town, honour.DecideInput{ID: x.ID, Version: x.Version})
		w.is(err, "")
		in := honour.DecideInput{ID: x.ID, Version: x.Version}
		_, err = w.s.Publish(w.promoted(w.Manager, auth.TownOfficer, town), in)
		w.is(err, "denied: 换一个人")
		self := w.promoted(w.Vols[0].Ctx, auth.TownOfficer, town)
		_, err = w.s.Publish(self, in)
		w.is(err, "denied: 换人办")

		m, err := w.s.Draft(w.Head, w.draft(w.Vols[0].No))
		w.is(err, "")
		maker := w.promoted(w.Head, auth.TownOfficer, town)
		for range 2 { // before and after it was returned
			m, err = w.s.Submit(w.Manager, honour.SubmitInput{ID: m.ID, Version: m.Version, Checked: true})
			w.is(err, "")
			in = honour.DecideInput{ID: m.ID, Version: m.Version, Reason: "缺数"}
			_, err = w.s.Approve(maker, in)
			w.is(err, "denied: 换一个人")
			_, err = w.s.Approve(self, in)
			w.is(err, "denied: 换人办")
			m, err = w.s.Return(w.Town, in)
			w.is(err, "")
		}
	})
}

// Only he takes a commendation off who no longer agrees to be before the public; a model is not published over his word.
func TestWhoseWord(t *testing.T) {
	each(t, func(w *world) {
		w.agrees(0)
		x, err := w.s.Enter(w.Manager, w.input(0))
		w.is(err, "")
		x, err = w.s.Confirm(w.Town, honour.DecideInput{ID: x.ID, Version: x.Version})
		w.is(err, "")
		_, err = w.s.Publish(w.Town, honour.DecideInput{ID: x.ID, Version: x.Version})
		w.is(err, "")
		w.Write(func(tx *db.Tx) error {
			return w.Persons.Withdrawn.Publish(w.System, tx, person.WithdrawnEvent{Person: w.Vols[0].PersonID, Purpose: person.PurposeExchange})
		})
		w.shows(1)
		m, err := w.s.Draft(w.Manager, w.draft(w.Vols[0].No))
		w.is(err, "")
		m, err = w.s.Submit(w.Manager, honour.SubmitInput{ID: m.ID, Version: m.Version, Checked: true})
		w.is(err, "")
		for _, who := range []context.Context{w.Town, w.banner} {
			m, err = w.s.Approve(who, honour.DecideInput{ID: m.ID, Version: m.Version})
			w.is(err, "")
		}
		const word = `UPDATE person_consent SET withdrawn_at = ? WHERE person_id = ? AND purpose = 'publish'`
		w.run(word, attendancetest.Noon, w.Vols[0].PersonID)
		_, err = w.s.PublishModel(w.banner2, honour.DecideInput{ID: m.ID, Version: m.Version})
		w.is(err, "wrong_state: 没有同意公开")
		w.run(word, nil, w.Vols[0].PersonID)
	})
}

// Teams, projects and papers of another place are out of reach, and only what is published counts as a brand.
func TestPlaces(t *testing.T) {
	each(t, func(w *world) {
		w.run(`INSERT INTO station (id, no, kind, name, name_confirmed, region, host, address, hours_note, lat, lng, cell, status, status_day, version)
			SELECT 83, 'X83', 'station', '别处的站', FALSE, ?, host, address, hours_note, lat, lng, cell, 'open', status_day, 1 FROM station
			WHERE id = ?`, int64(attendancetest.Far), w.Station.ID)
		w.run(`INSERT INTO team (id, region, station_id, name, kind, purpose, state, applied_by, applied_at, reason, founded_day, dissolved_day,
			version) VALUES (81, ?, ?, '清雪队', 'other', '', 'active', 1, ?, '', 20200101, 0, 1)`, attendancetest.Gacha, w.Station.ID,
			attendancetest.Noon)
		w.run(`INSERT INTO project (id, region, station_id, team_id, name, key_groups, goal, plan, rhythm, for_people, budget, from_day, to_day,
			state, made_by, made_at, reason, closed_day, summary, version) VALUES (82, ?, ?, 81, '清雪', '', '', '', 'weekly', 1, '', 20200101,
			20301231, 'active', 1, ?, '', 0, '', 1)`, attendancetest.Gacha, w.Station.ID, attendancetest.Noon)
		team, project := w.input(0), w.input(0)
		team.Kind, team.TeamID = honour.Team, 81
		project.Kind, project.ProjectID = honour.Project, 82
		_, err := w.s.Enter(w.Elsewhere, team)
		w.is(err, "invalid team_id: 您管的地方")
		_, err = w.s.Enter(w.Elsewhere, project)
		w.is(err, "invalid project_id: 您管的地方")
		var picture bytes.Buffer
		w.is(png.Encode(&picture, image.NewGray(image.Rect(0, 0, 9, 9))), "")
		team.File = blob.Upload{Name: "证书.png", Data: picture.Bytes()}
		x, err := w.s.Enter(w.Manager, team)
		w.is(err, "")
		_, err = w.s.Proof(w.Manager, honour.GetInput{ID: x.ID})
		w.is(err, "")
		_, err = w.s.Proof(w.Elsewhere, honour.GetInput{ID: x.ID})
		w.is(err, "not_found")

		brand, group := w.draft(""), w.draft("")
		brand.Kind, brand.ProjectID = honour.Brand, 82
		group.Kind, group.TeamID = honour.Organization, 81
		const other = ` SET station_id = 83`
		w.run(`UPDATE team` + other)
		w.run(`UPDATE project` + other)
		_, err = w.s.Draft(w.Manager, brand)
		w.is(err, "invalid project_id: 本站")
		_, err = w.s.Draft(w.Manager, group)
		w.is(err, "invalid team_id: 本站")
		w.run(`UPDATE project SET station_id = ?`, w.Station.ID)
		m, err := w.s.Draft(w.Manager, brand)
		w.is(err, "")
		w.brands(0)
		w.run(`UPDATE model SET state = 'published' WHERE id = ?`, m.ID)
		w.brands(1)
		w.run(`UPDATE model SET state = 'draft' WHERE id = ?`, m.ID)
	})
}

func (w *world) brands(want int64) {
	w.Helper()
	w.Write(func(tx *db.Tx) error {
		of, err := honour.BrandsOfTeam(w.System, tx, 81)
		w.is(err, "")
		in, err := honour.BrandsIn(w.System, tx, attendancetest.Gacha)
		if of != want || in != want {
			w.Errorf("%d of the team, %d in the community, want %d", of, in, want)
		}
		return err
	})
}

// What is worth copying of each kind of the plan (四（二）) goes from the station's desk to the public library, with the figures of its
// project or team.
func TestEachKindIsPublished(t *testing.T) {
	each(t, func(w *world) {
		w.run(`INSERT INTO team (id, region, station_id, name, kind, purpose, state, applied_by, applied_at, reason, founded_day, dissolved_day,
			version) VALUES (81, ?, ?, '清雪队', 'other', '', 'active', 1, ?, '', 20200101, 0, 1)`, attendancetest.Gacha, w.Station.ID,
			attendancetest.Noon)
		w.run(`INSERT INTO project (id, region, station_id, team_id, name, key_groups, goal, plan, rhythm, for_people, budget, from_day, to_day,
			state, made_by, made_at, reason, closed_day, summary, version) VALUES (82, ?, ?, 81, '清雪', '', '', '', 'weekly', 1, '', 20200101,
			20301231, 'active', 1, ?, '', 0, '', 1)`, attendancetest.Gacha, w.Station.ID, attendancetest.Noon)
		w.agrees(0)
		site := inspectiontest.Sited(w.T, w.World, w.s.Routes, map[string]context.Context{"manager": w.Manager})
		for _, kind := range honour.Models.Codes() {
			in := w.draft("")
			in.Kind, in.Title = kind, "演练"+kind
			switch kind {
			case honour.Brand:
				in.ProjectID = 82
			case honour.Organization:
				in.TeamID = 81
			case honour.Backbone:
				in.Numbers = w.Vols[0].No
			}
			m, err := w.s.Draft(w.Manager, in)
			w.is(err, "")
			m, err = w.s.Submit(w.Manager, honour.SubmitInput{ID: m.ID, Version: m.Version, Checked: true})
			w.is(err, "")
			for _, who := range []context.Context{w.Town, w.banner} {
				m, err = w.s.Approve(who, honour.DecideInput{ID: m.ID, Version: m.Version, Reason: "好"})
				w.is(err, "")
			}
			if page := site.See("", "/models"); strings.Contains(page, in.Title) {
				w.Errorf("%s is public before it is published", kind)
			}
			m, err = w.s.PublishModel(w.banner2, honour.DecideInput{ID: m.ID, Version: m.Version})
			w.is(err, "")
			site.See("", "/models?kind="+kind, in.Title, honour.Models.Word(kind))
			page := site.See("", "/models/"+m.ID.String(), in.Title, "一张排班表", "站里座机")
			if strings.Contains(page, "服务人次") != (kind == honour.Brand || kind == honour.Organization) {
				w.Errorf("%s and its figures: %s", kind, page)
			}
		}
	})
}
