package report_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/work/attendance/attendancetest"
)

// row is a line of a table as it lies in the database; what is left out is empty.
type row map[string]any

// put writes rows as they would lie there: their areas stand above the world of these tests, and are tested at home.
func put(w *world, tx *db.Tx, table string, r row) db.ID {
	w.T.Helper()
	if r["id"] == nil {
		r["id"] = tx.NewID()
	}
	names := slices.Sorted(maps.Keys(r))
	var values []any
	for _, n := range names {
		values = append(values, r[n])
	}
	q := "INSERT INTO " + table + " (" + strings.Join(names, ", ") + ") VALUES (?" + strings.Repeat(", ?", len(names)-1) + ")"
	if _, err := tx.Build(q, values...).Run(w.System, tx); err != nil {
		w.T.Fatal(table, err)
	}
	return r["id"].(db.ID)
}

// activity was held by a team, or by the station, on a day; its list of two names was approved or not.
func (w *world) activity(tx *db.Tx, title string, team, project any, day clock.Day, approved bool) {
	at := day.Time().Add(9 * time.Hour)
	head := auth.From(w.Head).Account
	sheet := row{"version": 1, "no": "S" + title, "state": "entered", "region": attendancetest.Gacha, "station_id": w.Station.ID,
		"issued_by": 1, "issued_at": at, "entered_by": 1, "first_day": day, "due_day": day, "late_reason": "", "reason": ""}
	if approved {
		sheet["state"], sheet["approved_by"], sheet["approved_at"] = "approved", head, at
	}
	id := put(w, tx, "sheet", sheet)
	for i, v := range w.Vols[:2] {
		put(w, tx, "sheet_row", row{"sheet_id": id, "line": i + 1, "region": attendancetest.Gacha, "volunteer_id": v.ID, "person_id": v.PersonID,
			"item_id": w.Item.ID, "for_whom": "", "day": day, "started_at": at, "ended_at": at.Add(time.Hour), "minutes": 60, "signed": true})
	}
	put(w, tx, "activity", row{"region": attendancetest.Gacha, "station_id": w.Station.ID, "team_id": team, "project_id": project, "rule": "",
		"title": title, "category": "health", "content": "", "place": "广场", "conditions": "", "risk": "", "guide_unit": "", "state": "handed_in",
		"starts_at": at, "ends_at": at.Add(time.Hour), "day": day, "made_by": 1, "made_at": at, "due_day": day, "sheet_id": id, "reason": "",
		"version": 1})
}

func (w *world) team(tx *db.Tx, name string, founded, dissolved clock.Day) db.ID {
	at := founded.Time()
	id := put(w, tx, "team", row{"region": attendancetest.Gacha, "name": name, "kind": "medical", "purpose": "", "state": "active",
		"applied_by": 1, "applied_at": at, "reason": "", "founded_day": founded, "dissolved_day": dissolved, "version": 1})
	for i, v := range w.Vols[:3] {
		left := clock.Day(0)
		if i == 2 {
			left = 20261230
		}
		put(w, tx, "team_member", row{"team_id": id, "person_id": v.PersonID, "volunteer_id": v.ID, "state": "in", "asked_by": 1, "asked_at": at,
			"agreed": "self", "due_day": 0, "from_day": founded, "to_day": left, "reason": "", "version": 1})
	}
	put(w, tx, "team_role", row{"team_id": id, "person_id": w.Vols[0].PersonID, "role": "leader", "from_day": founded, "to_day": 0,
		"given_by": 1, "given_at": at})
	return id
}

// Tables of what teams, projects and courses did count what a second person approved, within the days and the place.
func TestDeeds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Write(func(tx *db.Tx) error {
			old := w.team(tx, "老队", 20200101, 20261231)
			crew := w.team(tx, "医疗队", 20260101, 0)
			w.team(tx, "明年的队", 20270101, 0)
			at := clock.Day(20260301).Time()
			project := put(w, tx, "project", row{"region": attendancetest.Gacha, "station_id": w.Station.ID, "name": "量血压", "key_groups": "alone",
				"goal": "", "plan": "", "rhythm": "weekly", "for_people": 0, "budget": "", "from_day": 20260301, "to_day": 20261130, "state": "active",
				"made_by": 1, "made_at": at, "reason": "", "closed_day": 0, "summary": "", "version": 1})
			w.activity(tx, "义诊", crew, project, 20261130, true)
			w.activity(tx, "体检", nil, project, 20261201, true)
			w.activity(tx, "没复核", crew, project, 20261130, false)
			w.activity(tx, "早先的", old, nil, 20261031, true)
			lesson := func(title string) (course, sitting db.ID) {
				course = put(w, tx, "training_course", row{"region": attendancetest.Gacha, "kind": "on_site", "title": title, "content": "",
					"minutes": 90, "qualification_code": "", "valid_months": 0, "pass_mark": 0, "state": "open", "made_by": 1, "made_at": at,
					"reason": "", "version": 1})
				return course, put(w, tx, "training_sitting", row{"course_id": course, "place": "站里", "lecturer": "", "starts_at": at,
					"ends_at": at.Add(time.Hour), "day": 20261005, "needed": 9, "taken": 2, "state": "noted", "made_by": 1, "made_at": at,
					"reason": "", "version": 1})
			}
			course, sitting := lesson("急救")
			other, unsure := lesson("没确认")
			put(w, tx, "training_place", row{"course_id": other, "sitting_id": unsure, "person_id": w.Vols[0].PersonID,
				"volunteer_id": w.Vols[0].ID, "state": "noted", "asked_at": at, "came": "list", "result": "passed", "minutes": 90, "reason": "",
				"version": 1})
			for i, v := range w.Vols[:3] {
				place := row{"course_id": course, "person_id": v.PersonID, "volunteer_id": v.ID, "state": "confirmed", "asked_at": at, "came": "list",
					"result": []string{"passed", "failed", "passed"}[i], "minutes": 90, "confirmed_by": 1, "confirmed_at": at, "reason": "", "version": 1}
				if i < 2 {
					place["sitting_id"] = sitting
				} else {
					place["confirmed_at"] = clock.Day(20261231).Time().Add(23 * time.Hour)
				}
				put(w, tx, "training_place", place)
			}
			put(w, tx, "commendation", row{"version": 1, "region": attendancetest.Gacha, "kind": "team", "team_id": crew, "subject": "医疗队",
				"source": "own", "title": "好队伍", "giver": "本站", "document": "", "day": 20261231, "state": "confirmed", "by_name": "", "at": at,
				"decided_by": 7, "decider": "", "published_on": 0, "reason": "", "by_id": 8})
			return nil
		})
		station := w.Station.Name
		for _, c := range []struct{ code, period, want, not string }{
			{"activities", "2026-11", "S义诊|2026-11-30|义诊|卫生健康|广场|医疗队|2|0.0", "没复核"},
			{"activities", "2026-12", "S体检|2026-12-01|体检|卫生健康|广场|" + station + "|2|0.0", "义诊"},
			{"teams", "2026Q4", "医疗队|医疗服务|", "老队"}, {"teams", "2026Q4", "|2|0|1|0", "明年的队"},
			{"teams", "2026Q3", "老队|医疗服务|", "明年的队"}, {"teams", "2026Q3", "|3|0|0|0", "明年"},
			{"projects", "2026Q4", "量血压|" + station + "|", "x"}, {"projects", "2026Q4", "|每周|2026-03-01 至 2026-11-30|否|2|4|0.0", "x"},
			{"projects", "2027Q1", "", "量血压"}, {"projects", "2025Q4", "", "量血压"},
			{"training", "2026Q4", "急救|2026-03-01 00:00|站里||2|1|3.0", "没确认"}, {"training", "2026Q4", "急救||图文课||1|1|1.5", "x"},
			{"training", "2026Q3", "", "急救"}, {"visits", "2026-11", "合计|0|0|", "x"},
			{"honours", "2026", "医疗队|志愿服务组织|", "x"}, {"honours", "2025", "", "医疗队"},
			{"money", "2026", "合计|||0.00|0.00|0.00|0.00|", "x"}, {"lottery", "2026", "合计|||0.00|0.00|0.00|0.00|||", "x"},
			{"summary", "2026", "志愿服务队（年末，支）|1|1\n", "x"}, {"summary", "2026", "办过的活动（场）|3|0\n", "x"},
			{"summary", "2026", "培训（人次）|3|0", "x"}, {"summary", "2026", "表彰（项）|1|0", "x"},
		} {
			v := w.show(c.code, c.period)
			var lines []string
			for _, r := range v.Rows {
				if len(r) != len(v.Kind.Columns) {
					t.Errorf("%s: %d cells under %d columns", c.code, len(r), len(v.Kind.Columns))
				}
				lines = append(lines, strings.Join(r, "|"))
			}
			got := strings.Join(lines, "\n") + "\n"
			if !strings.Contains(got, c.want) || strings.Contains(got, c.not) {
				t.Errorf("%s %s: want %q, not %q:\n%s", c.code, c.period, c.want, c.not, got)
			}
		}
	})
}

// Party members are counted where they registered: by their own word alone, once, until they leave.
func TestPartyReports(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Write(func(tx *db.Tx) error {
			for i, is := range []struct {
				identities     string
				approved, left clock.Day
			}{{"grid party", 20260101, 0}, {"committee", 20260301, 0}, {"party", 20251231, 20261231}} {
				if _, err := tx.Build("UPDATE volunteer SET identities = ?, approved_day = ?, left_day = ? WHERE id = ?", is.identities, is.approved,
					is.left, w.Vols[i].ID).Run(w.System, tx); err != nil {
					return err
				}
			}
			return nil
		})
		for period, want := range map[string]string{"2024": "合计|0|0|0|0|0.0", "2025": "|1|1|0|0|0.0\n合计|1|1|0|0|0.0",
			"2026": "|1|1|1|3|3.2\n合计|1|1|1|3|3.2"} {
			var lines []string
			for _, r := range w.show("party", period).Rows {
				lines = append(lines, strings.Join(r, "|"))
			}
			if got := strings.Join(lines, "\n"); !strings.HasSuffix(got, want) || len(lines) > 1 && strings.HasPrefix(got, "|") {
				t.Errorf("%s: want %q, not %q", period, want, got)
			}
		}
	})
}
