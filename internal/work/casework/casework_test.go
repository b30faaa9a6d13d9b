package casework_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/casework"
)

// canary stands in every text of a case.
const canary = "金丝雀"

// world is the gacha with two social workers, who both hold the role there.
type world struct {
	*attendancetest.World
	*testing.T
	s        *casework.Service
	ann, bob context.Context
	logins   map[string]string
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		w := &world{World: base, T: t, s: casework.New(base.DB, base.Keys, base.Persons), logins: map[string]string{}}
		w.s.Follow(base.Persons)
		w.ann, w.bob = w.worker("社工安娜"), w.worker("社工巴根")
		test(w)
		w.whole()
	})
}

func (w *world) worker(name string) context.Context {
	ctx, id := w.Actor(name, 0, auth.Grant{Role: auth.SocialWorker, Region: attendancetest.Gacha})
	w.Seat(ctx)
	w.Write(func(tx *db.Tx) error {
		_, err := tx.Build("UPDATE account SET login = ? WHERE id = ?", fmt.Sprint("w", id), id).Run(w.System, tx)
		return err
	})
	w.logins[name] = fmt.Sprint("w", id)
	return ctx
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (w *world) whole() {
	w.Helper()
	if err := w.DB.Read(w.System, func(tx *db.Tx) error {
		return casework.Verify(w.System, tx, func(object, what string) { w.Errorf("%s %s", object, what) })
	}); err != nil {
		w.Error(err)
	}
}

func (w *world) input() casework.OpenInput {
	return casework.OpenInput{PersonID: w.ResidentPerson, Ground: "self", GroundDay: 20261124, Goal: canary + "目标", Safety: canary + "留意",
		GroundRef: canary + "依据", ReviewDay: 20261231}
}

// opened is a case of the resident with a helper until the day after tomorrow, a step and two notes.
func (w *world) opened() db.ID {
	w.Helper()
	c := must[casework.Receipt](w)(w.s.Open(w.ann, w.input()))
	c = must[casework.Receipt](w)(w.s.Plan(w.ann, casework.StepInput{ID: c.ID, Version: c.Version, Text: canary + "后做", DueDay: 20261130}))
	c = must[casework.Receipt](w)(w.s.Plan(w.ann, casework.StepInput{ID: c.ID, Version: c.Version, Text: canary + "先做", DueDay: 20261125}))
	c = must[casework.Receipt](w)(w.s.NameHelper(w.ann, casework.HelperInput{ID: c.ID, Version: c.Version, No: w.Vols[0].No, Until: 20261126}))
	must[casework.Receipt](w)(w.s.Note(w.ann, casework.NoteInput{ID: c.ID, Audience: "worker", Text: canary + "社工看"}))
	must[casework.Receipt](w)(w.s.Note(w.Vols[0].Ctx, casework.NoteInput{ID: c.ID, Audience: "helpers", Text: canary + "都看"}))
	return c.ID
}

func (w *world) version(id db.ID) int64 {
	return must[casework.View](w)(w.s.Get(w.ann, casework.ReadInput{ID: id})).Version
}

// Everybody sees what is his by his relation and his days, and for all others there is no such case, whatever role they hold.
func TestRelation(t *testing.T) {
	each(t, func(w *world) {
		id := w.opened()
		v := must[casework.View](w)(w.s.Get(w.ann, casework.ReadInput{ID: id}))
		if v.GoalText != canary+"目标" || v.Careful != canary+"留意" || len(v.Steps) != 2 || v.Next.Text != canary+"先做" || len(v.Notes) != 2 ||
			v.Ref != canary+"依据" {
			w.Errorf("the worker: %+v", v)
		}
		v = must[casework.View](w)(w.s.Mine(w.Vols[0].Ctx, casework.ReadInput{ID: id}))
		if v.GoalText == "" || v.Careful == "" || v.Next == nil || v.Steps != nil || len(v.Notes) != 1 || v.Notes[0].Audience != "helpers" ||
			v.Ref != "" || v.Workers != nil || v.Ground != "" || v.GroundDay != 0 || v.ReviewDay != 0 {
			w.Errorf("the helper: %+v", v)
		}
		if a := must[casework.Aided](w)(w.s.Aided(w.Vols[0].Ctx, casework.NoInput{})); len(a.Help) != 1 || a.Help[0].Ground != "" {
			w.Errorf("the helper's list: %+v", a)
		}
		v = must[casework.View](w)(w.s.Mine(w.Resident, casework.ReadInput{ID: id}))
		if v.GoalText == "" || v.Careful != "" || v.Notes != nil || v.Steps != nil || v.Ref != "" || len(v.Workers) != 1 {
			w.Errorf("the person: %+v", v)
		}
		_, err := w.s.Note(w.Vols[0].Ctx, casework.NoteInput{ID: id, Audience: "worker", Text: "x"})
		errstest.Is(w, err, "denied")
		_, err = w.s.Note(w.Resident, casework.NoteInput{ID: id, Audience: "helpers", Text: "x"})
		errstest.Is(w, err, "denied")
		_, err = w.s.Readers(w.Vols[0].Ctx, casework.GetInput{ID: id})
		errstest.Is(w, err, "not_found")
		for name, who := range map[string]context.Context{"another worker": w.bob, "manager": w.Manager, "head": w.Head, "town": w.Town,
			"another volunteer": w.Vols[1].Ctx} {
			for what, read := range map[string]func() error{
				"mine":    func() error { _, err := w.s.Mine(who, casework.ReadInput{ID: id}); return err },
				"readers": func() error { _, err := w.s.Readers(who, casework.GetInput{ID: id}); return err },
				"print":   func() error { _, err := w.s.PrintReaders(who, casework.ReadersInput{ID: id}); return err },
				"note": func() error {
					_, err := w.s.Note(who, casework.NoteInput{ID: id, Audience: "helpers", Text: "x"})
					return err
				},
			} {
				if err := read(); err == nil {
					w.Errorf("%s, %s: seen", name, what)
				} else {
					errstest.Is(w, err, "not_found")
				}
			}
		}
		_, err = w.s.Get(w.bob, casework.ReadInput{ID: id})
		errstest.Is(w, err, "not_found")
		if l := must[casework.Register](w)(w.s.List(w.bob, casework.ListInput{})); len(l.Items) != 0 {
			w.Errorf("another worker's list: %+v", l)
		}
		_, err = w.s.Edit(w.bob, casework.EditInput{ID: id, Version: 1, Goal: "x", ReviewDay: 20261231})
		errstest.Is(w, err, "not_found")
		_, err = w.s.Assign(w.Town, casework.AssignInput{ID: id, Version: 1, Login: w.logins["社工巴根"]})
		errstest.Is(w, err, "not_found")
		w.days(id)
	})
}

// days follows a helper past his last day.
func (w *world) days(id db.ID) {
	w.Helper()
	helper := w.Vols[0].Ctx
	clock.Set(time.Date(2026, 11, 26, 23, 59, 0, 0, clock.Shanghai))
	must[casework.View](w)(w.s.Mine(helper, casework.ReadInput{ID: id}))
	clock.Set(time.Date(2026, 11, 27, 0, 0, 0, 0, clock.Shanghai))
	_, err := w.s.Mine(helper, casework.ReadInput{ID: id})
	errstest.Is(w, err, "not_found")
	if a := must[casework.Aided](w)(w.s.Aided(helper, casework.NoInput{})); len(a.Help) != 0 {
		w.Errorf("listed after his days: %+v", a)
	}
	clock.Set(attendancetest.Noon)
}

// Each reading leaves exactly one row with who, when and why; the list of them is the person's, and reading it adds none.
func TestReaders(t *testing.T) {
	each(t, func(w *world) {
		id := w.opened()
		must[casework.View](w)(w.s.Get(w.ann, casework.ReadInput{ID: id}))
		must[casework.View](w)(w.s.Mine(w.Vols[0].Ctx, casework.ReadInput{ID: id}))
		must[casework.View](w)(w.s.Mine(w.Resident, casework.ReadInput{ID: id}))
		_, _ = w.s.Get(w.bob, casework.ReadInput{ID: id})
		for range 2 {
			r := must[casework.Readers](w)(w.s.Readers(w.Resident, casework.GetInput{ID: id}))
			var why []string
			for _, x := range r.Items {
				why = append(why, x.Name+" "+x.Relation+" "+x.SinceDay.String())
			}
			slices.Reverse(why)
			if want := []string{"社工安娜 worker 2026-11-24", "娜仁高娃 helper 2026-11-24", "其木格 self 2026-11-24"}; !slices.Equal(why, want) {
				w.Errorf("%q", why)
			}
		}
		f := must[blob.File](w)(w.s.PrintReaders(w.Resident, casework.ReadersInput{ID: id, Format: "csv"}))
		if !bytes.Contains(f.Body, []byte("社工安娜,负责这个个案,2026-11-24")) {
			w.Errorf("%s", f.Body)
		}
	})
}

// No text of a case stands in plain in any row of any table: not in the trail, in no message, index, counter or answer kept. No message
// says either whom a case is about.
func TestCanary(t *testing.T) {
	each(t, func(w *world) {
		id := w.opened()
		c := must[casework.View](w)(w.s.Get(w.ann, casework.ReadInput{ID: id}))
		c2 := must[casework.Receipt](w)(w.s.Edit(w.ann, casework.EditInput{ID: id, Version: c.Version, Goal: canary, Safety: canary,
			ReviewDay: 20270101}))
		c2 = must[casework.Receipt](w)(w.s.Appoint(w.ann, casework.AppointInput{ID: id, Version: c2.Version, Login: w.logins["社工巴根"],
			Part: "supervisor"}))
		must[casework.Receipt](w)(w.s.Close(w.ann, casework.CloseInput{ID: id, Version: c2.Version, Outcome: "reached"}))
		hits, rows, messages := 0, 0, 0
		if err := w.DB.Read(w.System, func(tx *db.Tx) error {
			tables, err := db.Tables(w.System, tx)
			if err != nil {
				return err
			}
			for _, table := range tables {
				if err := db.EachRow(w.System, tx, table, func(values []any) error {
					rows++
					if table.Name == "notify_inbox" {
						if messages++; strings.Contains(fmt.Sprint(values...), "其木格") {
							w.Errorf("a message says whom a case is about: %v", values)
						}
					}
					for _, v := range values {
						if b, ok := v.([]byte); ok {
							v = string(b)
						}
						if strings.Contains(fmt.Sprint(v), canary) {
							hits++
							w.Errorf("%s holds a text of a case", table.Name)
						}
					}
					return nil
				}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil || rows < 100 || messages < 2 {
			w.Errorf("%d rows, %d messages, %v", rows, messages, err)
		}
	})
}

// A worker who hands over sees nothing more; one whose role ends leaves the case to the town's list, which sees neither whose it is nor
// what is in it; a supervisor watches, beside the worker.
func TestHandover(t *testing.T) {
	each(t, func(w *world) {
		id := w.opened()
		in := casework.AppointInput{ID: id, Version: w.version(id), Login: w.logins["社工巴根"], Part: "supervisor"}
		wrong := in
		wrong.Login = "nobody"
		_, err := w.s.Appoint(w.ann, wrong)
		errstest.Is(w, err, "invalid login: 这里没有这个账号的社会工作者")
		c := must[casework.Receipt](w)(w.s.Appoint(w.ann, in))
		if v := must[casework.View](w)(w.s.Get(w.bob, casework.ReadInput{ID: id})); v.Relation != "supervisor" || len(v.Notes) != 2 {
			w.Errorf("%+v", v)
		}
		in.Part = "worker"
		_, err = w.s.Appoint(w.ann, in)
		errstest.Is(w, err, "stale_version")
		in.Version = c.Version
		must[casework.Receipt](w)(w.s.Appoint(w.ann, in))
		_, err = w.s.Get(w.ann, casework.ReadInput{ID: id})
		errstest.Is(w, err, "not_found")
		if o := must[casework.Orphans](w)(w.s.Ownerless(w.Town, casework.NoInput{})); len(o.Items) != 0 {
			w.Errorf("%+v", o)
		}
		if r := must[casework.Register](w)(w.s.List(w.bob, casework.ListInput{})); len(r.Items) != 1 {
			w.Errorf("who leads it does not see it: %+v", r)
		}
		w.Write(func(tx *db.Tx) error { // his appointment is over, though nobody has ended it
			_, err := tx.Build("UPDATE role_grant SET until_day = ? WHERE account_id = ?", clock.DayOf(tx.Now).AddDays(-1),
				auth.From(w.bob).Account).Run(w.System, tx)
			return err
		})
		if r := must[casework.Register](w)(w.s.List(w.bob, casework.ListInput{})); len(r.Items) != 0 {
			w.Errorf("who leads no case any more sees names: %+v", r)
		}
		_, err = w.s.Get(w.bob, casework.ReadInput{ID: id})
		errstest.Is(w, err, "not_found")
		o := must[casework.Orphans](w)(w.s.Ownerless(w.Town, casework.NoInput{}))
		if len(o.Items) != 1 || o.Items[0].Last != "社工巴根" || strings.Contains(fmt.Sprint(o), "其木格") {
			w.Fatalf("%+v", o)
		}
		must[casework.Receipt](w)(w.s.Assign(w.Town, casework.AssignInput{ID: id, Version: o.Items[0].Version, Login: w.logins["社工安娜"]}))
		must[casework.View](w)(w.s.Get(w.ann, casework.ReadInput{ID: id}))
	})
}

// A case is opened where one is a social worker, on a ground with its day; two at once on it are told; an erased person leaves no text.
func TestOpening(t *testing.T) {
	each(t, func(w *world) {
		for want, change := range map[string]func(*casework.OpenInput){
			"invalid goal: 请写目标":             func(in *casework.OpenInput) { in.Goal = " " },
			"invalid ground_ref: 请写明法律依据":    func(in *casework.OpenInput) { in.Ground, in.GroundRef = "law", " " },
			"invalid ground_day: 要在今天以前":     func(in *casework.OpenInput) { in.GroundDay = 20261125 },
			"invalid review_day: 在今天以后，半年以内": func(in *casework.OpenInput) { in.ReviewDay = 20261124 },
			"not_found":              func(in *casework.OpenInput) { in.PersonID = 15 },
			"invalid name: 没有这位登记的人": func(in *casework.OpenInput) { in.PersonID, in.Name, in.Phone = 0, "别人", "12900000000" },
		} {
			in := w.input()
			change(&in)
			_, err := w.s.Open(w.ann, in)
			errstest.Is(w, err, want)
		}
		_, err := w.s.Open(w.Manager, w.input())
		errstest.Is(w, err, "denied")
		id := w.opened()
		edit := casework.EditInput{ID: id, Version: w.version(id), Goal: "甲", ReviewDay: 20261231}
		must[casework.Receipt](w)(w.s.Edit(w.ann, edit))
		edit.Goal = "乙"
		_, err = w.s.Edit(w.ann, edit)
		errstest.Is(w, err, "stale_version")
		w.Write(func(tx *db.Tx) error {
			if err := w.s.OnMerged(w.System, tx, person.MergedEvent{From: w.ResidentPerson, To: w.Vols[1].PersonID}); err != nil {
				return err
			}
			return w.s.Forget(w.System, tx, w.Vols[1].PersonID, "")
		})
		v := must[casework.View](w)(w.s.Get(w.ann, casework.ReadInput{ID: id}))
		if v.State != casework.Closed || v.Outcome != "erased" || v.GoalText+v.Careful+v.Steps[0].Text != "" || len(v.Notes) != 0 {
			w.Errorf("after the erasure: %+v", v)
		}
		_, err = w.s.Mine(w.Vols[0].Ctx, casework.ReadInput{ID: id})
		errstest.Is(w, err, "not_found")
	})
}
