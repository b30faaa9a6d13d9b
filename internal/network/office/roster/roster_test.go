package roster_test

import (
	"bytes"
	"fmt"
	"sync"
	"testing"
	"time"

	"linli/internal/network/office"
	"linli/internal/network/office/officetest"
	"linli/internal/network/office/roster"
	"linli/internal/network/station"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
)

type world struct {
	*officetest.World
	s *roster.Service
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	officetest.Each(t, nil, func(o *officetest.World) {
		w := &world{o, roster.New(o.DB, o.Keys)}
		o.Stations.Showing.Subscribe(w.s.OnShowing)
		test(w)
	})
}

func (w *world) keeper(name string, named bool) roster.Keeper {
	w.Helper()
	return officetest.Must[roster.Keeper](w)(w.s.AddKeeper(w.Manager, roster.AddKeeperInput{ID: w.Station.ID,
		KeeperFacts: roster.KeeperFacts{Name: name, Post: "站点管理员", Named: named}}))
}

// The roster of a week: nobody is on duty twice at a time, shifts are swapped and copied; the public page names only who agreed.
func TestRoster(t *testing.T) {
	each(t, func(w *world) {
		a, b := w.keeper("乌云", true), w.keeper("巴图", false)
		assign := func(k roster.Keeper, day clock.Day, from, until string) (roster.Shift, error) {
			return w.s.Assign(w.Manager, roster.AssignInput{ID: w.Station.ID, KeeperID: k.ID, Day: day, From: from, Until: until})
		}
		for _, bad := range [][2]string{{"8", "12:00"}, {"08:30", "08:30"}, {"08:30", "25:00"}, {"-1:00", "12:00"}, {"08:61", "12:00"}} {
			_, err := assign(a, officetest.Today, bad[0], bad[1])
			w.Refused(errs.Invalid, err, bad[0]+" to "+bad[1])
		}
		x := officetest.Must[roster.Shift](w)(assign(a, officetest.Today, "8:30", "12:00"))
		_, err := assign(a, officetest.Today, "11:00", "13:00")
		w.Refused(errs.Invalid, err, "twice at a time")
		officetest.Must[roster.Shift](w)(assign(a, officetest.Today, "12:00", "13:00"))
		y := officetest.Must[roster.Shift](w)(assign(b, officetest.Today.AddDays(1), "08:30", "12:00"))
		_, err = w.s.Assign(w.Stranger, roster.AssignInput{ID: w.Station.ID, KeeperID: a.ID, Day: officetest.Today, From: "08:00",
			Until: "09:00"})
		w.Refused(errs.NotFound, err, "a stranger assigns")
		_, err = w.s.Assign(w.Stranger, roster.AssignInput{ID: w.Other.ID, KeeperID: a.ID, Day: officetest.Today, From: "20:00",
			Until: "21:00"})
		w.Refused(errs.Invalid, err, "a keeper of another station")

		shown := func() string {
			return fmt.Sprint(officetest.Must[station.ShowingEvent](w)(w.Stations.Show(t.Context(),
				station.GetInput{ID: w.Station.ID})).OnDuty)
		}
		if got := shown(); got != "[{站点管理员 乌云 12:00 }]" {
			t.Errorf("now on duty: %s", got)
		}
		officetest.Must[roster.Shift](w)(w.s.Swap(w.Manager, roster.SwapInput{ID: x.ID, Version: 1, With: y.ID}))
		if got := shown(); got != "[{站点管理员 12:00 }]" {
			t.Errorf("after the swap: %s", got)
		}
		_, err = w.s.Swap(w.Manager, roster.SwapInput{ID: x.ID, Version: 1, With: y.ID})
		w.Refused(errs.Conflict, err, "a stale version")
		clock.Set(officetest.Today.Time().Add(12*time.Hour + time.Minute))
		if got := shown(); got != "[{站点管理员 乌云 13:00 }]" {
			t.Errorf("after noon: %s", got)
		}

		for range 2 { // the second copy finds all taken
			if next := officetest.Must[roster.Week](w)(w.s.CopyWeek(w.Manager,
				roster.CopyWeekInput{ID: w.Station.ID, Day: officetest.Today.AddDays(7)})); len(next.Shifts) != 3 || next.Monday != 20261130 {
				t.Errorf("copied %d shifts to %s", len(next.Shifts), next.Monday)
			}
		}
		_, err = w.s.CopyWeek(w.Manager, roster.CopyWeekInput{ID: w.Station.ID, Day: officetest.Today.AddDays(60)})
		w.Refused(errs.Conflict, err, "an empty week")
		officetest.Must[roster.Keeper](w)(w.s.EditKeeper(w.Manager, roster.EditKeeperInput{ID: b.ID, Version: 1,
			KeeperFacts: roster.KeeperFacts{Name: "巴图", Post: "网格员"}}))
		if next := officetest.Must[roster.Week](w)(w.s.Week(w.Town, roster.WeekInput{ID: w.Station.ID,
			Day: officetest.Today.AddDays(7)})); len(next.Shifts) != 2 || len(next.Keepers) != 1 {
			t.Errorf("after he left: %+v", next.Shifts)
		}
		w.Day(officetest.Today.AddDays(2))
		_, err = w.s.Cancel(w.Manager, office.VersionInput{ID: x.ID, Version: 2})
		w.Refused(errs.Conflict, err, "a day gone by")
		_, err = w.s.Shift(w.Stranger, office.EntryInput{ID: x.ID})
		w.Refused(errs.NotFound, err, "a stranger looks")
		if f := officetest.Must[blob.File](w)(w.s.Export(w.Manager, roster.ExportInput{ID: w.Station.ID, Day: officetest.Today,
			Format: "csv"})); !bytes.Contains(f.Body, []byte("08:30–12:00,巴图,网格员")) {
			t.Errorf("the sheet: %s", f.Body)
		}
	})
}

// Two who put one person on duty at once: one wins.
func TestRosterRace(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper("乌云", false)
		var group sync.WaitGroup
		for i := range 6 {
			group.Go(func() {
				_, err := w.s.Assign(w.Manager, roster.AssignInput{ID: w.Station.ID, KeeperID: k.ID, Day: officetest.Today,
					From: fmt.Sprintf("08:0%d", i), Until: "12:00"})
				if err != nil && errs.KindOf(err) != errs.Invalid {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if n := len(officetest.Must[roster.Week](w)(w.s.Week(w.Manager, roster.WeekInput{ID: w.Station.ID})).Shifts); n != 1 {
			t.Errorf("%d shifts at once", n)
		}
	})
}

// Shifts of two people are swapped from today on, unless they overlap; one of a day gone by stays, whichever of the two it is.
func TestSwapEdges(t *testing.T) {
	each(t, func(w *world) {
		a, b, today := w.keeper("乌云", false), w.keeper("巴图", false), officetest.Today
		assign := func(k roster.Keeper, day clock.Day, from, until string) roster.Shift {
			return officetest.Must[roster.Shift](w)(w.s.Assign(w.Manager,
				roster.AssignInput{ID: w.Station.ID, KeeperID: k.ID, Day: day, From: from, Until: until}))
		}
		for _, c := range []struct {
			what        string
			mine, other roster.Shift
			want        string
		}{
			{"the other is gone by", assign(a, today, "06:00", "07:00"), assign(b, today.AddDays(-1), "06:00", "07:00"), "wrong_state: 过去"},
			{"his own is gone by", assign(a, today.AddDays(-1), "07:00", "08:00"), assign(b, today, "07:00", "08:00"), "wrong_state: 过去"},
			{"both are of today, one after the other", assign(a, today, "08:00", "09:00"), assign(b, today, "09:00", "10:00"), ""},
			{"they overlap by a minute", assign(a, today, "10:00", "11:01"), assign(b, today, "11:00", "12:00"), "invalid with: 同一时间"},
			{"they overlap the other way", assign(a, today, "13:00", "14:00"), assign(b, today, "12:00", "13:01"), "invalid with: 同一时间"},
			{"two of one person", assign(a, today, "15:00", "16:00"), assign(a, today, "16:00", "17:00"), "invalid with: 另一个人"},
			{"on different days", assign(a, today.AddDays(1), "08:00", "10:00"), assign(b, today.AddDays(2), "08:00", "10:00"), ""},
		} {
			t.Run(c.what, func(t *testing.T) {
				_, err := w.s.Swap(w.Manager, roster.SwapInput{ID: c.mine.ID, Version: 1, With: c.other.ID})
				errstest.Is(t, err, c.want)
			})
		}
		assign(b, today.AddDays(5), "09:00", "11:00")
		x, y := assign(a, today.AddDays(5), "10:59", "12:00"), assign(b, today.AddDays(6), "08:00", "09:00")
		_, err := w.s.Swap(w.Manager, roster.SwapInput{ID: x.ID, Version: 1, With: y.ID})
		errstest.Is(t, err, "invalid keeper_id: 已经有班")
	})
}
