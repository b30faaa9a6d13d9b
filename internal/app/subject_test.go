package app_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"linli/internal/app"
	"linli/internal/app/check"
	"linli/internal/civic/account"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/attendance"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/order"
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
			{"volunteer", w.Vols[0].PersonID, []string{"娜仁高娃", "12900000001", w.Vols[0].No, `"in_evidence"`, `"checked_out"`},
				[]string{"12900000000"}},
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

// A person is erased on request: refused while something of his is open, then nobody finds who he was, what the law keeps stays, and
// every invariant holds.
func TestEraseSubject(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		a, err := app.New(w.DB, w.Keys, config.Store{Data: t.TempDir()}, config.Server{Demo: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := audit.Adopt(t.Context(), w.DB); err != nil { // the world that is there already
			t.Fatal(err)
		}
		w.Att.CheckedOut.Subscribe(a.Record.OnCheckedOut)
		w.Orders.Confirmed.Subscribe(a.Record.OnConfirmed)
		o := w.Served(60)
		me, resident := w.Vols[0], w.ResidentPerson
		erase := func(id db.ID) (app.Erasure, error) { return a.EraseSubject(w.System, id, "本人书面申请") }
		_, err = erase(resident)
		w.Refused(err, "wrong_state", "with an open order")
		if !strings.Contains(err.Error(), o.No) {
			t.Errorf("the refusal names no order: %v", err)
		}
		_, err = erase(me.PersonID)
		w.Refused(err, "wrong_state", "with a record that waits")
		_, err = a.EraseSubject(w.Manager, resident, "看看")
		w.Refused(err, "denied", "over the web")
		_, err = erase(7)
		w.Refused(err, "not_found", "nobody")
		head := auth.From(w.Head).Person
		w.Write(func(tx *db.Tx) error {
			acc, _, err := account.OfPerson(w.System, tx, head)
			if err != nil {
				return err
			}
			return a.Account.Grant(w.System, tx, acc.ID, auth.CommunityHead, attendancetest.Gacha, 0)
		})
		_, err = erase(head)
		w.Refused(err, "wrong_state", "with a post")

		w.Confirm(o.ID)
		behalf(t, w, a)
		if _, err := w.Orders.Evaluate(w.Resident, order.EvaluateInput{Ask: order.Ask{ID: o.ID}, Rating: 5}); err != nil {
			t.Fatal(err)
		}
		w.Write(func(tx *db.Tx) error { // that somebody reviewed it
			_, err := tx.Build("UPDATE service_record SET status = 'void', reason = 'test', version = version + 1 WHERE status = 'pending'").Run(
				w.System, tx)
			if err == nil {
				_, err = tx.Build("UPDATE record_change SET status = 'void' WHERE status = 'pending'").Run(w.System, tx)
			}
			return err
		})
		if err := a.Stats.Recount(w.System); err != nil { // the world was made without it
			t.Fatal(err)
		}
		before := verified(t, a)
		for id, gone := range map[db.ID][]string{resident: {"其木格", "12900000000", "东头第三家", "送一顿午饭"}, me.PersonID: {"娜仁高娃", "12900000001"}} {
			kept, err := erase(id)
			if err != nil || len(kept.Kept) == 0 {
				t.Fatal(kept, err)
			}
			_, err = erase(id)
			w.Refused(err, "wrong_state", "twice")
			out, err := a.ExportSubject(w.System, id, "还留着什么")
			raw, _ := json.Marshal(out)
			for _, word := range gone {
				if err != nil || strings.Contains(string(raw), word) {
					t.Errorf("%s is still there (%v): %s", word, err, raw)
				}
			}
		}
		nowhere(t, w.DB, nil, "其木格", "娜仁高娃", "东头第三家")
		for i, r := range verified(t, a) {
			if r.Count != before[i].Count {
				t.Errorf("%s: %+v, before %+v", r.Name, r.Findings, before[i].Findings)
			}
		}
	})
}

// behalf lets the station speak for both, in an order that is then cancelled, and plan with the volunteer.
func behalf(t *testing.T, w *attendancetest.World, a *app.App) {
	t.Helper()
	said := order.Voice{Channel: "phone_call", SpokenBy: "娜仁高娃"}
	o := w.Accepted(1, 60)
	clock.Set(o.WindowStart)
	if _, err := w.Att.CheckIn(w.Manager, attendance.CheckInput{ID: o.ID, VolunteerID: w.Vols[0].ID, Voice: said}); err != nil {
		t.Fatal(err)
	}
	clock.Set(o.WindowEnd)
	said.SpokenBy = "其木格的女儿"
	if _, err := w.Att.CheckOut(w.Manager, attendance.CheckInput{ID: o.ID, VolunteerID: w.Vols[0].ID, Voice: said}); err != nil {
		t.Fatal(err)
	}
	said.SpokenBy = "其木格"
	ask := func(why string) order.Ask {
		return order.Ask{ID: o.ID, Version: w.Order(o.ID).Version, Reason: why, Voice: said}
	}
	if _, err := w.Orders.Dispute(w.Manager, order.DisputeInput{Ask: ask("其木格说娜仁高娃走得早")}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Orders.Resolve(w.Head, order.ResolveInput{Ask: ask("问过娜仁高娃"), Decision: "confirm"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Orders.Evaluate(w.Resident, order.EvaluateInput{Ask: order.Ask{ID: o.ID}, Rating: 5}); err != nil {
		t.Fatal(err)
	}
}

// nowhere fails for each column of any table, but for those that are kept, that still holds one of the names.
func nowhere(t *testing.T, d *db.DB, kept []string, names ...string) {
	t.Helper()
	if err := d.Read(t.Context(), func(tx *db.Tx) error {
		tables, err := db.Tables(t.Context(), tx)
		for _, x := range tables {
			err = errors.Join(err, db.EachRow(t.Context(), tx, x, func(values []any) error {
				for i, v := range values {
					if slices.Contains(kept, x.Name+"."+x.Columns[i]) {
						continue
					}
					for _, name := range names {
						if strings.Contains(fmt.Sprintf("%s", v), name) {
							t.Errorf("%s is still in %s.%s: %.200s", name, x.Name, x.Columns[i], v)
						}
					}
				}
				return nil
			}))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// verified asks every check; the world lacks what a whole program is seeded with, so some have findings from the start.
func verified(t *testing.T, a *app.App) []check.Result {
	t.Helper()
	out, err := a.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// settled ends, in the village, whatever keeps somebody from being erased, but for posts: who holds one is named by what he did in it.
var settled = []string{
	"UPDATE orders SET state = 'cancelled' WHERE state NOT IN ('rejected', 'closed', 'cancelled')",
	"UPDATE assignment SET state = 'handed_back' WHERE state IN ('offered', 'accepted', 'checked_in')",
	"UPDATE service_record SET status = 'void', reason = 'test' WHERE status IN ('pending', 'suspended')",
	"UPDATE ledger_account SET balance = 0, held = 0, incoming = 0 WHERE floor = 0",
}

// Everybody in the village who holds no office is erased, and no column of any table names him afterwards, whatever he took part in.
func TestEraseVillage(t *testing.T) {
	d := village.SQLite(t)
	a, err := app.New(d, village.keys, config.Store{Data: t.TempDir()}, config.Server{Demo: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx := clock.At(auth.AsSystem(t.Context(), "test"), dutyTime)
	if err := d.Write(ctx, func(tx *db.Tx) error {
		for _, text := range settled {
			if _, err := tx.Build(text).Run(ctx, tx); err != nil {
				return fmt.Errorf("%s: %w", text, err)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	type one struct {
		ID   db.ID
		Name string
	}
	people := func(query string) (out []one) {
		if err := d.Read(ctx, func(tx *db.Tx) (err error) { out, err = db.Select[one](ctx, tx, tx.Build(query)); return err }); err != nil {
			t.Fatal(err)
		}
		return out
	}
	const active = "SELECT id, name FROM person WHERE state = 'active' ORDER BY id"
	everyone := people(active)
	held := map[string]map[db.ID]bool{} // who stands in the areas that name people by their entry alone
	for _, table := range []string{"volunteer", "team_member", "pairing", "guard", "timebank_member", "green_member", "activity_place",
		"attendance", "sheet_row"} {
		held[table] = map[db.ID]bool{}
		for _, p := range people("SELECT DISTINCT person_id AS id, '' AS name FROM " + table) {
			held[table][p.ID] = true
		}
	}
	refused := map[string]int{}
	gone := map[db.ID]string{}
	for _, p := range everyone {
		switch _, err := a.EraseSubject(ctx, p.ID, "本人书面申请"); {
		case err == nil:
			gone[p.ID] = p.Name
		case errs.KindOf(err) == errs.Conflict:
			refused[err.Error()]++
		default:
			t.Fatal(err)
		}
	}
	for table, ids := range held {
		n := 0
		for id := range ids {
			if _, is := gone[id]; is {
				n++
			}
		}
		if n == 0 {
			t.Errorf("nobody in %s was erased: its columns are not tried; refused were %v", table, refused)
		}
	}
	stay := append(people(active), people("SELECT code AS id, name FROM region")...) // places are called like people
	maps.DeleteFunc(gone, func(_ db.ID, name string) bool {
		return slices.ContainsFunc(stay, func(p one) bool { return strings.Contains(p.Name, name) })
	})
	if len(gone) < 30 {
		t.Errorf("%d people were erased; refused were %v", len(gone), refused)
	}
	nowhere(t, d, []string{"certificate.name"}, slices.Collect(maps.Values(gone))...) // what was issued is kept, and the erasure says so
}
