package casework_test

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/casework"
)

func (w *world) run(text string, args ...any) {
	w.Helper()
	w.Write(func(tx *db.Tx) error {
		_, err := tx.Build(text, args...).Run(w.System, tx)
		return err
	})
}

// gone fails unless there is no such case for a social worker, in his list and his to-do neither.
func (w *world) gone(what string, who context.Context, id db.ID) {
	w.Helper()
	if _, err := w.s.Get(who, casework.ReadInput{ID: id}); err == nil {
		w.Errorf("%s: read", what)
	} else {
		errstest.Is(w, err, "not_found")
	}
	if r := must[casework.Register](w)(w.s.List(who, casework.ListInput{})); len(r.Items) != 0 {
		w.Errorf("%s: listed: %+v", what, r.Items)
	}
	if todo := w.todo(who, "phone"); len(todo) != 0 {
		w.Errorf("%s: to do: %q", what, todo)
	}
}

// todo is what waits for somebody.
func (w *world) todo(who context.Context, shell string) (out []string) {
	w.Helper()
	heaps, err := area.Heaps(w.DB, []area.Area{w.s.Area()})(who, shell, 50)
	if err != nil {
		w.Error(err)
	}
	for _, h := range heaps {
		for _, it := range h.Items {
			out = append(out, it.What)
		}
	}
	return out
}

// left fails unless a case stands on the town's list, and takes it for ann.
func (w *world) left(what string, n int) {
	w.Helper()
	if o := must[casework.Orphans](w)(w.s.Ownerless(w.Town, casework.NoInput{})); len(o.Items) != n {
		w.Errorf("%s: %d cases without a worker, want %d", what, len(o.Items), n)
	}
	if todo := w.todo(w.Town, "gov"); len(todo) != n || strings.Contains(fmt.Sprint(todo), "其木格") {
		w.Errorf("%s: the town's to-do: %q", what, todo)
	}
}

// A worker leads where he holds the office and while his account does: whose office lies elsewhere, is ended, or whose account is locked
// reads no name any more, and the case stands on the town's list.
func TestOffice(t *testing.T) {
	each(t, func(w *world) {
		id, ann := w.opened(), int64(auth.From(w.ann).Account)
		clock.Set(attendancetest.Noon.AddDate(0, 0, 1))
		if todo := w.todo(w.ann, "phone"); len(todo) != 1 || todo[0] != "其木格" {
			w.Errorf("her step is due: %q", todo)
		}
		w.left("led", 0)
		if todo := w.todo(w.bob, "phone"); len(todo) != 0 {
			w.Errorf("another's step: %q", todo)
		}
		for what, c := range map[string][2]string{
			"office elsewhere": {fmt.Sprint("UPDATE role_grant SET region = ", int64(attendancetest.Far), " WHERE account_id = ?"),
				fmt.Sprint("UPDATE role_grant SET region = ", int64(attendancetest.Gacha), " WHERE account_id = ?")},
			"office ended": {"UPDATE role_grant SET ended_at = granted_at WHERE account_id = ?",
				"UPDATE role_grant SET ended_at = NULL WHERE account_id = ?"},
			"account locked": {"UPDATE account SET state = 'locked' WHERE id = ?", "UPDATE account SET state = 'active' WHERE id = ?"},
		} {
			w.run(c[0], ann)
			w.gone(what, w.ann, id)
			w.left(what, 1)
			w.run(c[1], ann)
			must[casework.View](w)(w.s.Get(w.ann, casework.ReadInput{ID: id}))
		}
		w.run("UPDATE role_grant SET region = ? WHERE account_id = ?", int64(attendancetest.Gacha.At(auth.LevelTown)), ann)
		must[casework.View](w)(w.s.Get(w.ann, casework.ReadInput{ID: id}))
		w.left("office of the town", 0)
		w.run("UPDATE role_grant SET region = ? WHERE account_id = ?", int64(attendancetest.Far), int64(auth.From(w.bob).Account))
		_, err := w.s.Appoint(w.ann, casework.AppointInput{ID: id, Version: w.version(id), Login: w.logins["社工巴根"], Part: "worker"})
		errstest.Is(w, err, "invalid login: 这里没有这个账号的社会工作者")
		w.run("UPDATE role_grant SET ended_at = granted_at WHERE account_id = ?", ann)
		if o := must[casework.Orphans](w)(w.s.Ownerless(auth.With(w.T.Context(), auth.Actor{Account: 5, Grants: []auth.Grant{{
			Role: auth.TownOfficer, Region: attendancetest.Far.At(auth.LevelTown)}}}), casework.NoInput{})); len(o.Items) != 0 {
			w.Errorf("another town: %+v", o)
		}
	})
}

// Nobody leads a case about himself, and who helps is not the person, also when two entries turn out to be one person: then he reads his
// own side of it, without the notes.
func TestHimself(t *testing.T) {
	each(t, func(w *world) {
		id, own := w.opened(), w.Person("社工其其格", 6)
		me, account := w.Actor("社工其其格", own, auth.Grant{Role: auth.SocialWorker, Region: attendancetest.Gacha})
		w.Seat(me)
		w.run("UPDATE account SET login = 'qiqige' WHERE id = ?", int64(account))
		in := w.input()
		in.PersonID = own
		_, err := w.s.Open(me, in)
		errstest.Is(w, err, "denied: 自己的个案")
		about := must[casework.Receipt](w)(w.s.Open(w.ann, in))
		for _, part := range []string{"worker", "supervisor"} {
			_, err = w.s.Appoint(w.ann, casework.AppointInput{ID: about.ID, Version: about.Version, Login: "qiqige", Part: part})
			errstest.Is(w, err, "invalid login: 他就是本人")
		}
		_, err = w.s.NameHelper(w.ann, casework.HelperInput{ID: id, Version: w.version(id), No: w.Vols[0].No, Until: 20261126})
		errstest.Is(w, err, "invalid volunteer_no: 他已经是帮手")
		must[casework.Receipt](w)(w.s.Appoint(w.ann, casework.AppointInput{ID: id, Version: w.version(id), Login: "qiqige", Part: "worker"}))
		w.whose(w.ResidentPerson, own)
		w.gone("a worker who is the person", me, id)
		w.left("a worker who is the person", 1)
		w.side(me, id)
		w.whose(own, w.Vols[0].PersonID)
		w.side(w.Vols[0].Ctx, id)
		if a := must[casework.Aided](w)(w.s.Aided(w.Vols[0].Ctx, casework.NoInput{})); len(a.Help) != 0 || len(a.Own) != 2 {
			w.Errorf("%+v", a)
		}
	})
}

// whose lets the cases of one entry go on with another.
func (w *world) whose(from, to db.ID) {
	w.Helper()
	w.Write(func(tx *db.Tx) error { return w.s.OnMerged(w.System, tx, person.MergedEvent{From: from, To: to}) })
}

// side fails unless somebody reads his own side of a case, and neither notes nor what a helper has to heed.
func (w *world) side(who context.Context, id db.ID) {
	w.Helper()
	v := must[casework.View](w)(w.s.Mine(who, casework.ReadInput{ID: id}))
	if v.Relation != casework.Self || v.Notes != nil || v.Careful != "" || v.GoalText == "" {
		w.Errorf("%+v", v)
	}
	_, err := w.s.Note(who, casework.NoteInput{ID: id, Audience: "helpers", Text: "x"})
	errstest.Is(w, err, "denied")
}

// A helper helps while he is a volunteer, while the case is open and until he is dismissed: no day longer.
func TestHelper(t *testing.T) {
	each(t, func(w *world) {
		id, no := w.opened(), w.Vols[1].No
		in := casework.HelperInput{ID: id, Version: w.version(id), No: no, Until: 20261123}
		name := func(want string, change func(in *casework.HelperInput)) {
			w.Helper()
			x := in
			change(&x)
			_, err := w.s.NameHelper(w.ann, x)
			errstest.Is(w, err, want)
		}
		name("invalid until: 不早于今天", func(*casework.HelperInput) {})
		name("invalid until: 不早于今天，最多一年", func(in *casework.HelperInput) { in.Until = 20271126 })
		in.Until = 20261124
		name("invalid volunteer_no: 没有这位在册的志愿者", func(in *casework.HelperInput) { in.No = "nobody" })
		w.run("UPDATE volunteer SET status = 'left' WHERE no = ?", no)
		name("invalid volunteer_no: 没有这位在册的志愿者", func(*casework.HelperInput) {})
		w.run("UPDATE volunteer SET status = 'active' WHERE no = ?", no)
		w.whose(w.ResidentPerson, w.Vols[1].PersonID)
		in.Version++
		name("invalid volunteer_no: 没有这位在册的志愿者，或者就是他本人", func(*casework.HelperInput) {})
		w.whose(w.Vols[1].PersonID, w.ResidentPerson)
		in.Version++
		must[casework.Receipt](w)(w.s.NameHelper(w.ann, in))
		w.run("UPDATE volunteer SET status = 'left' WHERE no = ?", no)
		w.unhelped("left", w.Vols[1].Ctx, id)
		w.run("UPDATE volunteer SET status = 'active' WHERE no = ?", no)
		v := must[casework.View](w)(w.s.Get(w.ann, casework.ReadInput{ID: id}))
		c := must[casework.Receipt](w)(w.s.Dismiss(w.ann, casework.DismissInput{ID: id, Version: v.Version, HelperID: v.Helpers[1].ID}))
		w.unhelped("dismissed", w.Vols[1].Ctx, id)
		must[casework.View](w)(w.s.Mine(w.Vols[0].Ctx, casework.ReadInput{ID: id}))
		_, err := w.s.Dismiss(w.ann, casework.DismissInput{ID: id, Version: c.Version, HelperID: v.Helpers[1].ID})
		errstest.Is(w, err, "invalid helper_id: 没有这位帮手")
		must[casework.Receipt](w)(w.s.Close(w.ann, casework.CloseInput{ID: id, Version: c.Version, Outcome: "reached"}))
		w.unhelped("closed", w.Vols[0].Ctx, id)
	})
}

func (w *world) unhelped(what string, who context.Context, id db.ID) {
	w.Helper()
	if _, err := w.s.Mine(who, casework.ReadInput{ID: id}); err == nil {
		w.Errorf("%s: read", what)
	} else {
		errstest.Is(w, err, "not_found")
	}
	if a := must[casework.Aided](w)(w.s.Aided(who, casework.NoInput{})); len(a.Help) != 0 {
		w.Errorf("%s: listed: %+v", what, a)
	}
}

// Of two changes at once the second is told, whatever they are; nothing is changed in a closed case, and no step of another's.
func TestTurns(t *testing.T) {
	each(t, func(w *world) {
		id := w.opened()
		v := must[casework.View](w)(w.s.Get(w.ann, casework.ReadInput{ID: id}))
		other := must[casework.Receipt](w)(w.s.Open(w.ann, w.input()))
		settle := casework.SettleInput{ID: other.ID, Version: other.Version, StepID: v.Next.ID, State: "done"}
		_, err := w.s.Settle(w.ann, settle)
		errstest.Is(w, err, "invalid step_id: 没有这一步")
		settle.ID, settle.Version = id, v.Version
		c := must[casework.Receipt](w)(w.s.Settle(w.ann, settle))
		settle.Version = c.Version
		_, err = w.s.Settle(w.ann, settle)
		errstest.Is(w, err, "invalid step_id: 没有这一步，或者已经了结")
		changes := func(version int64) map[string]func() error {
			return map[string]func() error{
				"edit": func() error {
					_, err := w.s.Edit(w.ann, casework.EditInput{ID: id, Version: version, Goal: "甲", ReviewDay: 20261231})
					return err
				},
				"plan": func() error {
					_, err := w.s.Plan(w.ann, casework.StepInput{ID: id, Version: version, Text: "甲", DueDay: 20261130})
					return err
				},
				"settle": func() error {
					_, err := w.s.Settle(w.ann, casework.SettleInput{ID: id, Version: version, StepID: v.Steps[1].ID, State: "dropped"})
					return err
				},
				"helper": func() error {
					_, err := w.s.NameHelper(w.ann, casework.HelperInput{ID: id, Version: version, No: w.Vols[1].No, Until: 20261126})
					return err
				},
				"dismiss": func() error {
					_, err := w.s.Dismiss(w.ann, casework.DismissInput{ID: id, Version: version, HelperID: v.Helpers[0].ID})
					return err
				},
				"appoint": func() error {
					_, err := w.s.Appoint(w.ann, casework.AppointInput{ID: id, Version: version, Login: w.logins["社工巴根"], Part: "supervisor"})
					return err
				},
				"close": func() error {
					_, err := w.s.Close(w.ann, casework.CloseInput{ID: id, Version: version, Outcome: "moved"})
					return err
				},
			}
		}
		for what, change := range changes(v.Version) {
			if err := change(); err == nil {
				w.Errorf("%s: done with an old version", what)
			} else {
				errstest.Is(w, err, "stale_version")
			}
		}
		c = must[casework.Receipt](w)(w.s.Close(w.ann, casework.CloseInput{ID: id, Version: c.Version, Outcome: "moved"}))
		over := changes(c.Version)
		over["note"] = func() error {
			_, err := w.s.Note(w.ann, casework.NoteInput{ID: id, Audience: "worker", Text: "x"})
			return err
		}
		for what, change := range over {
			if err := change(); err == nil {
				w.Errorf("%s: done in a closed case", what)
			} else {
				errstest.Is(w, err, "wrong_state")
			}
		}
		w.run("UPDATE role_grant SET ended_at = granted_at WHERE account_id = ?", int64(auth.From(w.ann).Account))
		_, err = w.s.Assign(w.Town, casework.AssignInput{ID: id, Version: c.Version, Login: w.logins["社工巴根"]})
		errstest.Is(w, err, "not_found")
		_, err = w.s.Assign(w.Town, casework.AssignInput{ID: other.ID, Version: other.Version + 1, Login: w.logins["社工巴根"]})
		errstest.Is(w, err, "stale_version")
		_, err = w.s.Assign(w.Elsewhere, casework.AssignInput{ID: other.ID, Version: other.Version, Login: w.logins["社工巴根"]})
		errstest.Is(w, err, "denied")
	})
}

// A case is opened of somebody who is registered where one is a social worker, however he is named, and not without the day of its ground.
func TestWhom(t *testing.T) {
	each(t, func(w *world) {
		w.run("UPDATE person SET region = ? WHERE id = ?", int64(attendancetest.Far), int64(w.Vols[1].PersonID))
		in := w.input()
		in.PersonID = w.Vols[1].PersonID
		_, err := w.s.Open(w.ann, in)
		errstest.Is(w, err, "not_found")
		in.PersonID, in.Name, in.Phone = 0, "巴图", "12900000002"
		_, err = w.s.Open(w.ann, in)
		errstest.Is(w, err, "invalid name: 没有这位登记的人")
		in.Name, in.Phone = "王芳", "12900000003"
		in.GroundDay = 0
		_, err = w.s.Open(w.ann, in)
		errstest.Is(w, err, "invalid ground_day: 要在今天以前")
		in.GroundDay = 20261124
		must[casework.Receipt](w)(w.s.Open(w.ann, in))
		w.run("UPDATE person SET state = 'erased' WHERE id = ?", int64(w.ResidentPerson))
		_, err = w.s.Open(w.ann, w.input())
		errstest.Is(w, err, "not_found")
	})
}

// A note that is written while its person is erased does not stay behind.
func TestNoteAndErasure(t *testing.T) {
	each(t, func(w *world) {
		id, done := w.opened(), make(chan error, 1)
		w.Write(func(tx *db.Tx) error {
			if err := w.s.Forget(w.System, tx, w.ResidentPerson, ""); err != nil {
				return err
			}
			go func() {
				_, err := w.s.Note(w.ann, casework.NoteInput{ID: id, Audience: "worker", Text: canary})
				done <- err
			}()
			time.Sleep(300 * time.Millisecond)
			return nil
		})
		if err := <-done; err == nil {
			w.Error("a note was written into the case of an erased person")
		}
		if v := must[casework.View](w)(w.s.Get(w.ann, casework.ReadInput{ID: id})); len(v.Notes) != 0 {
			w.Errorf("%+v", v.Notes)
		}
	})
}

// Paper holds every reading, also when there are more than the page shows.
func TestEveryReading(t *testing.T) {
	each(t, func(w *world) {
		id := w.opened()
		w.Write(func(tx *db.Tx) error {
			for i := range 1001 {
				name := "社工安娜"
				if i == 0 {
					name = "第一位"
				}
				if _, err := tx.Build(`INSERT INTO casework_read (id, case_id, account_id, name, relation, since_day, at)
					VALUES (?, ?, 5, ?, 'worker', 20261124, ?)`, tx.NewID(), int64(id), name, tx.Now).Run(w.System, tx); err != nil {
					return err
				}
			}
			return nil
		})
		if r := must[casework.Readers](w)(w.s.Readers(w.Resident, casework.GetInput{ID: id})); len(r.Items) != 1000 {
			w.Errorf("the page shows %d", len(r.Items))
		}
		f := must[blob.File](w)(w.s.PrintReaders(w.Resident, casework.ReadersInput{ID: id, Format: "csv"}))
		if !bytes.Contains(f.Body, []byte("第一位")) {
			w.Error("the first reading is not on paper")
		}
	})
}

// Who gives a case that nobody leads gives it to nobody whose account he made or could sign in with, or whom the same hand made, until
// a third person has confirmed it: or he would read what he only assigns.
func TestAssignApart(t *testing.T) {
	each(t, func(w *world) {
		id, town, bob := w.opened(), auth.From(w.Town), auth.From(w.bob)
		w.run("UPDATE role_grant SET ended_at = granted_at WHERE account_id = ?", int64(auth.From(w.ann).Account))
		act := func(actor, account db.ID, kind string) {
			w.Write(func(tx *db.Tx) error {
				_, err := tx.Build(`INSERT INTO account_act (id, version, account_id, actor_id, kind, region, by_actor, at, confirmed_how)
					VALUES (?, 1, ?, ?, ?, ?, FALSE, ?, '')`, tx.NewID(), account, actor, kind, attendancetest.Gacha, tx.Now).Run(w.System, tx)
				return err
			})
		}
		give := func() error {
			o := must[casework.Orphans](w)(w.s.Ownerless(w.Town, casework.NoInput{}))
			_, err := w.s.Assign(w.Town, casework.AssignInput{ID: id, Version: o.Items[0].Version, Login: w.logins["社工巴根"]})
			return err
		}
		for what, c := range map[string]struct {
			acts func()
			want string
		}{
			"made":     {func() { act(town.Account, bob.Account, "create") }, town.Name + "办过另一位的账号"},
			"password": {func() { act(town.Account, bob.Account, "password") }, town.Name + "办过另一位的账号"},
			"through another": {func() { act(town.Account, w.ManagerID, "phone"); act(w.ManagerID, bob.Account, "factor") },
				town.Name + "办过另一位的账号"},
			"the other way": {func() { act(bob.Account, town.Account, "password") }, bob.Name + "办过另一位的账号"},
			"one hand made both": {func() { act(w.ManagerID, town.Account, "appoint"); act(w.ManagerID, bob.Account, "create") },
				"两位的账号都是站长乌云办的"},
		} {
			c.acts()
			if err := give(); err == nil {
				w.Fatalf("%s: given", what)
			} else if errstest.Is(w, err, "invalid login: "+c.want+"（任命、密码、手机号或验证），还没有人核实，不能由您把个案交给他"); w.Failed() {
				w.Fatal(what)
			}
			w.gone(what, w.bob, id)
			w.left(what, 1)
			w.run("UPDATE account_act SET confirmed_at = at, confirmed_by = ?, confirmed_how = 'met'", int64(w.HeadID))
		}
		if err := give(); err != nil {
			w.Fatal("confirmed: ", err)
		}
		must[casework.View](w)(w.s.Get(w.bob, casework.ReadInput{ID: id}))
	})
}

// Every note of a case is reached: fifty on a page, older ones behind its button; a helper turns the pages of his notes alone.
func TestNotes(t *testing.T) {
	each(t, func(w *world) {
		id := w.opened() // with a note for who leads it and one for helpers, the oldest
		for i := range 2 * 49 {
			for _, audience := range []string{"worker", "helpers"}[:1+i%2] {
				must[casework.Receipt](w)(w.s.Note(w.ann, casework.NoteInput{ID: id, Audience: audience, Text: fmt.Sprint(audience, i)}))
			}
		}
		pages := func(read func(context.Context, casework.ReadInput) (casework.View, error), who context.Context) (sizes []int, texts []string) {
			in := casework.ReadInput{ID: id}
			for {
				v := must[casework.View](w)(read(who, in))
				sizes = append(sizes, len(v.Notes))
				for _, n := range v.Notes {
					texts = append(texts, n.Text)
				}
				if v.Older == nil {
					return sizes, texts
				}
				in.Before = *v.Older
			}
		}
		seen := func(what string, sizes []int, texts []string, want []int, first, last string) {
			slices.Sort(texts[1 : len(texts)-1])
			if !slices.Equal(sizes, want) || texts[0] != first || texts[len(texts)-1] != last ||
				len(slices.Compact(slices.Clone(texts))) != len(texts) {
				w.Errorf("%s: pages of %v notes, want %v: from %q to %q", what, sizes, want, texts[0], texts[len(texts)-1])
			}
		}
		sizes, texts := pages(w.s.Get, w.ann)
		seen("who leads it", sizes, texts, []int{50, 50, 49}, "helpers97", canary+"社工看")
		sizes, texts = pages(w.s.Mine, w.Vols[0].Ctx)
		seen("a helper, of as many as a page holds", sizes, texts, []int{50}, "helpers97", canary+"都看")
		must[casework.Receipt](w)(w.s.Note(w.ann, casework.NoteInput{ID: id, Audience: "helpers", Text: "再一条"}))
		sizes, texts = pages(w.s.Mine, w.Vols[0].Ctx)
		seen("the 51st note", sizes, texts, []int{50, 1}, "再一条", canary+"都看")
		if strings.Contains(strings.Join(texts, " "), "worker") || strings.Contains(strings.Join(texts, " "), "社工看") {
			w.Errorf("a helper reads %q", texts)
		}
		srv := w.Web(w.s.Routes)
		_, page := srv.Do("volunteer", "GET", "/my/cases/"+id.String(), "")
		link := regexp.MustCompile(`href="([^"]*before=[^"]*)"`).FindStringSubmatch(page)
		if link == nil || strings.Contains(page, canary+"都看") {
			w.Fatalf("no way to the 51st note: %s", page)
		}
		if _, page = srv.Do("volunteer", "GET", link[1], ""); !strings.Contains(page, canary+"都看") || strings.Contains(page, "再一条") ||
			strings.Contains(page, "before=") {
			w.Errorf("the second page: %s", page)
		}
	})
}
