package app_test

import (
	"encoding/json"
	"strings"
	"testing"

	"linli/internal/app"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
	"linli/internal/work/attendance/attendancetest"
)

// A person gets everything about himself from every area, and nothing that others said to each other; the trail knows.
func TestExportSubject(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		a, err := app.New(w.DB, w.Keys, config.Store{Data: t.TempDir()}, config.Server{Demo: true})
		if err != nil {
			t.Fatal(err)
		}
		w.Served(60)
		for _, c := range []struct {
			what   string
			person db.ID
			has    []string
			hasNot []string
		}{
			{"resident", w.ResidentPerson, []string{"其木格", "12900000000", "东头第三家", "送一顿午饭", `"history"`}, []string{"12900000001", `"volunteer":`}},
			{"volunteer", w.Vols[0].PersonID, []string{"娜仁高娃", "12900000001", w.Vols[0].No, `"in_evidence"`, `"checked_out"`}, []string{"12900000000"}},
		} {
			out, err := a.ExportSubject(w.System, c.person, "本人来站申请")
			raw, _ := json.Marshal(out)
			if err != nil {
				t.Fatal(c.what, err)
			}
			for _, s := range c.has {
				if !strings.Contains(string(raw), s) {
					t.Errorf("%s: no %s in %s", c.what, s, raw)
				}
			}
			for _, s := range c.hasNot {
				if strings.Contains(string(raw), s) {
					t.Errorf("%s: %s is not his: %s", c.what, s, raw)
				}
			}
		}
		_, err = a.ExportSubject(w.Manager, w.ResidentPerson, "看看")
		w.Refused(err, "denied", "over the web")
		_, err = a.ExportSubject(w.System, 7, "没有的人")
		w.Refused(err, "not_found", "nobody")
		w.Write(func(tx *db.Tx) error {
			n, err := tx.Build(`UPDATE audit SET cause = cause WHERE action = 'subject.export'`).Run(w.System, tx)
			if n != 2 {
				t.Errorf("%d lines in the trail", n)
			}
			return err
		})
	})
}
