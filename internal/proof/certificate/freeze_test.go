package certificate_test

import (
	"testing"
	"time"

	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
)

// freeze lets somebody not concerned look into the newest record for some days.
func (w *world) freeze(cause, id db.ID, days int) {
	w.T.Helper()
	w.Write(func(tx *db.Tx) error {
		return w.records.Freeze(w.Town, tx, cause, id, clock.DayOf(tx.Now).AddDays(days))
	})
}

// A record that somebody looks into goes into no new certificate, which says so; behind the last day it does again. What was issued
// before stands.
func TestFrozenRecord(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.service(60)
		before := w.issue(w.Vols[0].Ctx)
		w.freeze(1, first.ID, 3)
		_, err := w.s.Issue(w.Vols[0].Ctx, w.input())
		errstest.Is(t, err, "invalid from: 这段时间的服务记录正在核实")
		clock.Set(clock.Now().Add(time.Hour))
		w.service(45)
		during := w.issue(w.Vols[0].Ctx)
		if during.Minutes != 45 || during.Times != 1 || during.LeftOut != 1 {
			t.Errorf("%+v", during)
		}
		if a := w.check(before.Code, ""); a.Status != "valid" {
			t.Errorf("what was issued before is %s", a.Status)
		}
		clock.Set(clock.Now().Add(4 * 24 * time.Hour))
		if after := w.issue(w.Vols[0].Ctx); after.Minutes != 105 || after.LeftOut != 0 {
			t.Errorf("%+v", after)
		}
	})
}

// verify names a certificate that took a record while it was looked into.
func TestVerifyKnowsFrozenRecords(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.service(60)
		w.freeze(1, r.ID, 3)
		w.Write(func(tx *db.Tx) error { return w.records.Thaw(w.System, tx, 1, 0, "cleared") })
		clock.Set(clock.Now().Add(time.Minute))
		c := w.issue(w.Vols[0].Ctx)
		set := func(ended any) {
			w.Write(func(tx *db.Tx) error {
				_, err := tx.Build("UPDATE record_freeze SET ended_at = ?", ended).Run(w.System, tx)
				return err
			})
		}
		set(nil)
		if got := w.findings(); len(got) != 1 || got[0] != "certificate "+c.No+" 开进了当时正在核实的记录" {
			t.Errorf("%q", got)
		}
		set(clock.Now().Add(-time.Minute))
	})
}
