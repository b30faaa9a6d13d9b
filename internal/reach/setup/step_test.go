package setup_test

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/internal/platform/area/areatest"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
	"linli/internal/platform/web"
	"linli/internal/reach/setup"
	"linli/internal/work/attendance/attendancetest"
)

// Just those roles get through each door of which matrix.txt says so.
func TestDoors(t *testing.T) {
	each(t, func(w *world) { areatest.Doors(w, w.d, seal.Ephemeral(), w.s.Routes) })
}

// The address works for a program too, which is told that something was made; and on an account that is left for later.
func TestBeginByProgram(t *testing.T) {
	each(t, func(w *world) {
		r := web.New(web.Config{Auth: areatest.Holders{}, Keys: seal.Ephemeral(), DB: w.d})
		w.s.Routes(r)
		req := httptest.NewRequest("POST", "/api/v1/setup/"+w.token, strings.NewReader(`{"seats": [{"role": "security_admin", "name": "ᠪᠠᠲᠤ",
			"login": "safe", "initial": "Sunny-steppe-42"}, {"role": "system_admin", "initial": "x"}]}`))
		req.Header.Set("Content-Type", "application/json")
		rec := httptest.NewRecorder()
		r.ServeHTTP(rec, req)
		if rec.Code != 201 || !strings.Contains(rec.Body.String(), `"accounts":["safe"]`) || w.count("account WHERE name = 'ᠪᠠᠲᠤ'") != 1 {
			w.Errorf("%d %s", rec.Code, rec.Body)
		}
	})
}

func (w *world) exec(query string, args ...any) {
	w.Helper()
	err := w.d.Write(auth.AsSystem(w.Context(), "test"), func(tx *db.Tx) error {
		_, err := tx.Build(query, args...).Run(w.Context(), tx)
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
}

// done gives the steps that are done at a time.
func done(w *world, s *setup.Service, now time.Time) (names []string) {
	w.Helper()
	list, err := s.Steps(clock.At(admin(auth.AuditAdmin), now), setup.Nothing{})
	if err != nil {
		w.Fatal(err)
	}
	for _, x := range list.Items {
		if x.Done {
			names = append(names, x.Name)
		}
	}
	return names
}

// met confirms what was done to accounts, as if somebody had met them.
const met = `UPDATE account_act SET confirmed_at = ?, confirmed_how = 'met', confirmed_by = (SELECT MIN(id) FROM account)
	WHERE confirmed_at IS NULL`

// Each step is done by its fact and by nothing that looks like it.
func TestStepsByFact(t *testing.T) {
	each(t, func(w *world) {
		if _, err := w.s.Begin(w.Context(), w.whole()); err != nil {
			w.Fatal(err)
		}
		now := time.Now()
		day := int64(clock.DayOf(now))
		note := func(object, action string) {
			w.exec(`INSERT INTO audit (id, at, account_id, actor, role, action, object, object_id, region, cause, detail)
				VALUES (?, ?, NULL, '', '', ?, ?, '1', 0, '', '{}')`, time.Now().UnixNano(), now, action, object)
		}
		backup := func(kind string) {
			w.exec(`INSERT INTO backup_run (id, kind, place, size, digest, at) VALUES (?, ?, '', 1, '', ?)`, time.Now().UnixNano(), kind, now)
		}
		until := func(x int64) {
			w.exec(`UPDATE role_grant SET from_day = 20200101, until_day = ? WHERE role = 'audit_admin'`, x)
		}
		for _, x := range []struct {
			what string
			do   func()
			step string
			want bool
		}{
			{"keys were changed", func() { note("keys", "keys.rotate") }, "keys", false},
			{"something else was exported", func() { note("record", "keys.export") }, "keys", false},
			{"keys were exported", func() { note("keys", "keys.export") }, "keys", true},
			{"a backup was tried", func() { backup("tried") }, "backup", false},
			{"a backup was made", func() { backup("made") }, "backup", true},
			{"a role ends today", func() { until(day) }, "audit", true},
			{"it ended yesterday", func() { until(int64(clock.Day(day).AddDays(-1))) }, "audit", false},
			{"it has no end", func() { until(0) }, "audit", true},
			{"it was taken back", func() { w.exec(`UPDATE role_grant SET ended_at = ? WHERE role = 'audit_admin'`, now) }, "audit", false},
			{"an account is locked", func() { w.exec(`UPDATE account SET state = 'locked' WHERE login = 'keeper'`) }, "manager", false},
			{"the station is suspended", func() { w.exec(`UPDATE station SET status = 'suspended'`) }, "station", false},
			{"all but one is confirmed", func() { w.exec(met+` AND id <> (SELECT MAX(id) FROM account_act)`, now) }, "confirm", false},
			{"all is confirmed", func() { w.exec(met, now) }, "confirm", true},
		} {
			if x.do(); slices.Contains(done(w, w.s, now), x.step) != x.want {
				w.Errorf("%s: done are %v", x.what, done(w, w.s, now))
			}
		}
	})
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		w := newWorld(t, base.DB, false)
		if got := done(w, w.s, attendancetest.Noon); slices.Contains(got, "order") || !slices.Contains(got, "people") {
			t.Errorf("with volunteers and no order: %v", got)
		}
		base.Accepted(1, 60)
		if got := done(w, w.s, attendancetest.Noon); !slices.Contains(got, "order") {
			t.Errorf("with an order: %v", got)
		}
		w.exec(`UPDATE volunteer SET status = 'pending'`)
		if got := done(w, w.s, attendancetest.Noon); slices.Contains(got, "people") {
			t.Errorf("with people who wait: %v", got)
		}
	})
}

// What is left waits for each of the three administrators, as many as there are, for nobody else, and in no demo.
func TestLeft(t *testing.T) {
	each(t, func(w *world) {
		if _, err := w.s.Begin(w.Context(), w.whole()); err != nil {
			w.Fatal(err)
		}
		var want []string
		for _, x := range []string{"密钥另存一份", "短信能发出去", "账号由第三个人核实", "志愿者进来", "第一张求助单", "做一次备份"} {
			want = append(want, "首次启用还没有办完: "+x)
		}
		for _, role := range []auth.Role{auth.SecurityAdmin, auth.SystemAdmin, auth.AuditAdmin} {
			areatest.IsTodo(w, w.d, w.s.Area(), admin(role), "admin", want...)
		}
		areatest.IsTodo(w, w.d, w.s.Area(), admin(auth.Auditor), "admin")
		areatest.IsTodo(w, w.d, newWorld(w.T, w.d, true).s.Area(), admin(auth.SecurityAdmin), "admin")
	})
}
