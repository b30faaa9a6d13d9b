package guard_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"linli/internal/civic/account"
	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/guard"
	"linli/internal/work/order"
)

type world struct {
	*attendancetest.World
	*testing.T
	s *guard.Service
	o order.Detail
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, aw *attendancetest.World) {
		w := &world{World: aw, T: t, s: guard.New(aw.DB, aw.Persons)}
		w.o = aw.Accepted(2, 60)
		test(w)
		if err := w.DB.Read(w.System, func(tx *db.Tx) error {
			return w.s.Area().Checks[0].Run(w.System, tx, func(object, what string) { w.Errorf("verify: %s %s", object, what) })
		}); err != nil {
			w.Fatal(err)
		}
	})
}

// after is so many minutes after noon.
func after(ctx context.Context, minutes int) context.Context {
	return clock.At(ctx, attendancetest.Noon.Add(time.Duration(minutes)*time.Minute))
}

// sweep lets another process look.
func (w *world) sweep(minutes int) {
	w.Helper()
	if err := guard.New(w.DB, w.Persons).Sweep(after(w.System, minutes)); err != nil {
		w.Fatal(err)
	}
}

func (w *world) staffed() {
	accounts := account.New(w.DB, w.Keys, account.Outside{Persons: w.Persons}, true)
	w.Write(func(tx *db.Tx) error {
		if err := accounts.Grant(w.System, tx, w.ManagerID, auth.StationManager, attendancetest.Gacha, w.Station.ID); err != nil {
			return err
		}
		return accounts.Grant(w.System, tx, w.HeadID, auth.CommunityHead, attendancetest.Gacha, 0)
	})
}

// told counts the alarms in the inbox of an account.
func (w *world) told(id db.ID) (n int64) {
	w.Helper()
	w.Write(func(tx *db.Tx) (err error) {
		n, err = db.SelectOne[int64](w.System, tx, tx.Build(`SELECT COUNT(*) FROM notify_inbox WHERE account_id = ? AND kind = 'guard'`, id))
		return err
	})
	return n
}

func (w *world) start(minutes int64) guard.Guard {
	w.Helper()
	g, err := w.s.Start(w.Vols[0].Ctx, guard.StartInput{OrderID: w.o.ID, Minutes: minutes})
	errstest.Is(w.T, err, "")
	return g
}

// Who goes says so before he leaves: where he has business, for a time that makes sense, once at a time.
func TestStart(t *testing.T) {
	each(t, func(w *world) {
		late := attendancetest.Noon.Add(13 * time.Hour)
		for _, c := range []struct {
			by   context.Context
			in   guard.StartInput
			want string
		}{
			{w.Vols[0].Ctx, guard.StartInput{Minutes: 30}, "invalid pairing_id: 请选去哪一家"},
			{w.Vols[0].Ctx, guard.StartInput{Minutes: 30, OrderID: w.o.ID, PairingID: 1}, "invalid pairing_id: 请选去哪一家"},
			{w.Vols[2].Ctx, guard.StartInput{Minutes: 30, OrderID: w.o.ID}, "invalid pairing_id: 这不是您的"},
			{w.Vols[0].Ctx, guard.StartInput{Minutes: 4, OrderID: w.o.ID}, "invalid until: 要在 5 分钟"},
			{w.Vols[0].Ctx, guard.StartInput{Until: &late, OrderID: w.o.ID}, "invalid until: 要在 5 分钟"},
			{w.Resident, guard.StartInput{Minutes: 30, OrderID: w.o.ID}, "denied"},
		} {
			_, err := w.s.Start(c.by, c.in)
			errstest.Is(w.T, err, c.want)
		}
		mine, err := w.s.Mine(w.Vols[0].Ctx, guard.Nothing{})
		if err != nil || mine.Running != nil || len(mine.Goals) != 1 || mine.Goals[0].OrderID != w.o.ID {
			w.Errorf("%+v %v", mine, err)
		}
		g := w.start(60)
		_, err = w.s.Start(w.Vols[0].Ctx, guard.StartInput{OrderID: w.o.ID, Minutes: 30})
		errstest.Is(w.T, err, "conflict: 您有一次出门还没有报平安")
		_, err = w.s.Back(w.Elsewhere, guard.BackInput{ID: g.ID, How: "听说"})
		errstest.Is(w.T, err, "not_found")
		_, err = w.s.Back(w.Vols[1].Ctx, guard.BackInput{ID: g.ID, How: "听说"})
		errstest.Is(w.T, err, "not_found")
		_, err = w.s.Back(w.Manager, guard.BackInput{ID: g.ID, How: " "})
		errstest.Is(w.T, err, "invalid how: 请写明怎么知道")
		_, err = w.s.Extend(w.Manager, guard.ExtendInput{ID: g.ID, Minutes: 30})
		errstest.Is(w.T, err, "denied: 只有他本人")
		g, err = w.s.Extend(w.Vols[0].Ctx, guard.ExtendInput{ID: g.ID, Minutes: 90})
		errstest.Is(w.T, err, "")
		w.sweep(89)
		if g, err = w.s.Get(w.Vols[0].Ctx, guard.GetInput{ID: g.ID}); err != nil || g.State != guard.Out || w.told(w.Vols[0].Account) != 0 {
			w.Errorf("before its time: %+v %v", g, err)
		}
		g, err = w.s.Back(w.Vols[0].Ctx, guard.BackInput{ID: g.ID})
		errstest.Is(w.T, err, "")
		_, err = w.s.Back(w.Vols[0].Ctx, guard.BackInput{ID: g.ID})
		errstest.Is(w.T, err, "wrong_state: 已经报过平安")
		w.sweep(500)
		if n := w.told(w.Vols[0].Account); n != 0 {
			w.Errorf("who is home is rung %d times", n)
		}
		w.start(30)
	})
}

// An alarm goes from rung to rung at its times, whatever becomes of the telephone or the server, until somebody takes it; it rings again
// while nobody is known to be safe.
func TestLadder(t *testing.T) {
	each(t, func(w *world) {
		w.staffed()
		g := w.start(60)
		for _, c := range []struct {
			at                           int
			rung                         int64
			self, second, manager, head_ int64
		}{{59, 0, 0, 0, 0, 0}, {60, 1, 1, 0, 0, 0}, {64, 1, 1, 0, 0, 0}, {65, 2, 1, 1, 1, 0}, {74, 2, 1, 1, 1, 0}, {75, 3, 1, 1, 1, 1},
			{90, 4, 1, 1, 1, 1}, {119, 4, 1, 1, 1, 1}, {120, 4, 2, 2, 2, 2}} {
			w.sweep(c.at)
			g, err := w.s.Get(w.Head, guard.GetInput{ID: g.ID})
			errstest.Is(w.T, err, "")
			got := []int64{g.Rung, w.told(w.Vols[0].Account), w.told(w.Vols[1].Account), w.told(w.ManagerID), w.told(w.HeadID)}
			if want := []int64{c.rung, c.self, c.second, c.manager, c.head_}; fmt.Sprint(got) != fmt.Sprint(want) {
				w.Errorf("after %d minutes: %v, not %v", c.at, got, want)
			}
		}
		page, err := w.s.List(w.Town, guard.ListInput{State: guard.Alarm})
		if err != nil || len(page.Items) != 1 {
			w.Fatalf("%+v %v", page, err)
		}
		g = page.Items[0]
		if page.Calls[g.ID] == "" {
			w.Error("an alarm does not say whom to ring")
		}
		_, err = w.s.Take(w.Vols[0].Ctx, guard.TakeInput{ID: g.ID, Version: g.Version})
		errstest.Is(w.T, err, "denied")
		_, err = w.s.Take(w.Elsewhere, guard.TakeInput{ID: g.ID, Version: g.Version})
		errstest.Is(w.T, err, "not_found")
		g, err = w.s.Take(after(w.Head, 121), guard.TakeInput{ID: g.ID, Version: g.Version})
		errstest.Is(w.T, err, "")
		_, err = w.s.Take(after(w.Manager, 122), guard.TakeInput{ID: g.ID, Version: g.Version})
		errstest.Is(w.T, err, "wrong_state: 现在是“有人在找”")
		w.sweep(180)
		if n := w.told(w.ManagerID); n != 2 {
			w.Errorf("while the head deals with it the manager is told %d times", n)
		}
		w.sweep(181)
		if g, err = w.s.Get(w.Head, guard.GetInput{ID: g.ID}); err != nil || g.State != guard.Alarm || w.told(w.ManagerID) != 3 {
			w.Errorf("an hour later: %+v %v", g, err)
		}
		g, err = w.s.Back(after(w.Head, 182), guard.BackInput{ID: g.ID, How: "到那家见到" + g.Name + "了"})
		errstest.Is(w.T, err, "")
		w.Write(func(tx *db.Tx) error {
			cause, err := db.Select[string](w.System, tx, tx.Build("SELECT cause FROM audit WHERE action = 'guard.back'"))
			if err == nil && (len(cause) != 1 || cause[0] != "到那家见到某某了") {
				w.Errorf("the trail says %v", cause)
			}
			return err
		})
		if g.State != guard.Back || g.BackHow == "" {
			w.Errorf("%+v", g)
		}
	})
}

// Where nobody is on a rung the next one is told at once.
func TestNobodyThere(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, aw *attendancetest.World) {
		w := &world{World: aw, T: t, s: guard.New(aw.DB, aw.Persons)}
		o := w.Accepted(1, 60)
		g, err := w.s.Start(w.Vols[0].Ctx, guard.StartInput{OrderID: o.ID, Minutes: 60})
		errstest.Is(w.T, err, "")
		w.sweep(60)
		w.sweep(65)
		g, err = w.s.Get(w.Head, guard.GetInput{ID: g.ID})
		if err != nil || g.Rung != 4 || !g.NextAt.Equal(attendancetest.Noon.Add(95*time.Minute)) {
			w.Errorf("%+v %v", g, err)
		}
	})
}

// Timers of as many stations as the region has are looked through within a second, however many there are; those that are due ring.
func TestMany(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, aw *attendancetest.World) {
		w := &world{World: aw, T: t, s: guard.New(aw.DB, aw.Persons)}
		o := aw.Accepted(1, 60)
		const stations, late = 14600, 20
		w.Write(func(tx *db.Tx) error {
			cols := []string{"id", "version", "region", "account_id", "person_id", "order_id", "started_at", "until_at", "next_at", "state", "rung",
				"taken_by", "back_by", "back_how"}
			return tx.InsertMany(w.System, "guard", cols, stations, func(i int) []any {
				until := attendancetest.Noon.Add(time.Hour)
				if i < late {
					until = attendancetest.Noon
				}
				return []any{tx.NewID(), 1, int64(attendancetest.Gacha), i + 1, w.ResidentPerson, o.ID, attendancetest.Noon, until, until, "out", 0,
					"", "", ""}
			}, "")
		})
		began := time.Now()
		w.sweep(0)
		if d := time.Since(began); d > 20*time.Second {
			t.Errorf("a sweep over %d timers took %v", stations, d)
		} else {
			t.Logf("%d timers, %d due: %v", stations, late, d)
		}
		page, err := w.s.List(w.Head, guard.ListInput{State: guard.Alarm, Paging: db.Paging{Limit: 100}})
		if err != nil || len(page.Items) != late {
			t.Errorf("%d ring, not %d: %v", len(page.Items), late, err)
		}
	})
}

// The pages of who goes and of who watches; what is held about somebody.
func TestPages(t *testing.T) {
	each(t, func(w *world) {
		srv := w.Web(w.s.Routes)
		look := func(who, path, has string) {
			w.Helper()
			if code, page := srv.Do(who, "GET", path, ""); code != 200 || !strings.Contains(page, has) {
				w.Errorf("%s %s: %d without %q", who, path, code, has)
			}
		}
		look("volunteer", "/my/guards", "没有守护")
		g := w.start(30)
		look("volunteer", "/my/guards", "我到家了")
		look("manager", "/desk/guards", "在外")
		w.sweep(31)
		look("volunteer", "/my/guards", "请马上报平安")
		look("town", "/gov/guards?state=alarm", "我来处理")
		held := ""
		w.Write(func(tx *db.Tx) error {
			v, err := w.s.Area().Held(w.System, tx, w.Vols[0].PersonID)
			held = fmt.Sprintf("%+v", v)
			return err
		})
		if !strings.Contains(held, g.ID.String()) {
			w.Errorf("held: %s", held)
		}
		w.s.Follow(w.Persons)
		w.Write(func(tx *db.Tx) error {
			e := person.MergedEvent{From: w.Vols[0].PersonID, To: w.ResidentPerson}
			return w.Persons.Merged.Publish(w.System, tx, e)
		})
		if g, err := w.s.Get(w.Head, guard.GetInput{ID: g.ID}); err != nil || g.PersonID != w.ResidentPerson {
			w.Errorf("%+v %v", g, err)
		}
	})
}
