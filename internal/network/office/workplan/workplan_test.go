package workplan_test

import (
	"strings"
	"sync"
	"testing"

	"linli/internal/network/office"
	"linli/internal/network/office/officetest"
	"linli/internal/network/office/workplan"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

type world struct {
	*officetest.World
	s *workplan.Service
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	officetest.Each(t, workplan.Verify, func(o *officetest.World) {
		test(&world{o, workplan.New(o.DB)})
	})
}

func (w *world) plan(what string, due clock.Day, amount int64) workplan.Item {
	w.Helper()
	return officetest.Must[workplan.Item](w)(w.s.Add(w.Manager, workplan.AddInput{ID: w.Station.ID,
		Facts: workplan.Facts{What: what, Who: "站长", DueDay: due, Amount: amount, Unit: "次"}}))
}

// The state of an item follows from its days and its progress: not begun, under way, in time, overdue.
func TestPlanStates(t *testing.T) {
	each(t, func(w *world) {
		i := w.plan("理发进家", 20261130, 3)
		is := func(want string) {
			t.Helper()
			for _, l := range officetest.Must[workplan.Plan](w)(w.s.Get(w.Town, workplan.PlanInput{ID: w.Station.ID})).Items {
				if l.ID == i.ID && l.Is != want {
					t.Errorf("%s, want %s", l.Is, want)
				}
			}
		}
		is(workplan.Pending)
		step := func(version, amount int64) (workplan.Item, error) {
			return w.s.Progress(w.Manager, workplan.ProgressInput{ID: i.ID, Version: version, Amount: amount, Note: "去了两户"})
		}
		officetest.Must[workplan.Item](w)(step(1, 2))
		is(workplan.Underway)
		_, err := step(1, 1)
		w.Refused(errs.Conflict, err, "a stale version")
		_, err = step(2, 0)
		w.Refused(errs.Invalid, err, "nothing was done")
		_, err = w.s.Drop(w.Manager, office.VersionInput{ID: i.ID, Version: 2})
		w.Refused(errs.Conflict, err, "what was begun is dropped")
		_, err = w.s.Edit(w.Manager, workplan.EditInput{ID: i.ID, Version: 2, Facts: workplan.Facts{What: "x", Who: "x", DueDay: 20270101}})
		w.Refused(errs.Invalid, err, "into another year")
		w.Day(20261201)
		is(workplan.Overdue)
		w.Day(20261130)
		if done := officetest.Must[workplan.Item](w)(step(2, 1)); done.FinishedDay != 20261130 || done.Done != 3 {
			t.Errorf("finished %+v", done)
		}
		is(workplan.OnTime)
		_, err = step(3, 1)
		w.Refused(errs.Conflict, err, "more than was planned")
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "UPDATE office_plan_item SET done = 2")
			return err
		})
		w.Whole(workplan.Verify, 1)
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "UPDATE office_plan_item SET done = 3")
			return err
		})
	})
}

// Last year's plan is copied once, however many press at once; a year that has a plan takes none.
func TestPlanCopied(t *testing.T) {
	each(t, func(w *world) {
		_, err := w.s.Copy(w.Manager, workplan.CopyInput{ID: w.Station.ID, Year: 2027})
		w.Refused(errs.Conflict, err, "there is nothing to copy")
		w.plan("走访", 20261231, 4)
		drop := w.plan("多余的", 20260228, 0)
		officetest.Must[workplan.Item](w)(w.s.Drop(w.Manager, office.VersionInput{ID: drop.ID, Version: 1}))
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				if _, err := w.s.Copy(w.Manager, workplan.CopyInput{ID: w.Station.ID,
					Year: 2027}); err != nil && errs.KindOf(err) != errs.Conflict {
					t.Error(err)
				}
			})
		}
		group.Wait()
		p := officetest.Must[workplan.Plan](w)(w.s.Get(w.Manager, workplan.PlanInput{ID: w.Station.ID, Year: 2027}))
		if len(p.Items) != 1 || p.Items[0].DueDay != 20271231 || p.Items[0].Done != 0 {
			t.Errorf("copied %+v", p.Items)
		}
		_, err = w.s.Copy(w.Stranger, workplan.CopyInput{ID: w.Station.ID, Year: 2028})
		w.Refused(errs.NotFound, err, "a stranger copies")
		_, err = w.s.Get(w.Stranger, workplan.PlanInput{ID: w.Station.ID})
		w.Refused(errs.NotFound, err, "a stranger reads")
	})
}

// The manager is told once of each item of the plan whose day went by unfinished; a new day is a new promise.
func TestRemindPlan(t *testing.T) {
	each(t, func(w *world) {
		visits, course := w.plan("走访", 20261130, 3), w.plan("培训", 20261130, 1)
		w.plan("总结", 20261231, 0)
		done := w.plan("大扫除", 20261130, 1)
		officetest.Must[workplan.Item](w)(w.s.Progress(w.Manager, workplan.ProgressInput{ID: done.ID, Version: 1, Amount: 1, Note: "扫了"}))
		w.Day(20261130)
		if got := w.Messages(w.s.Remind); len(got) != 0 {
			w.Errorf("on its last day: %v", got)
		}
		w.Day(20261201)
		for range 3 {
			got := w.Messages(w.s.Remind)
			if len(got) != 1 || !strings.Contains(got[0].Title, "2 项超期") || !strings.Contains(got[0].Text,
				"走访（最晚 2026-11-30）；培训（最晚 2026-11-30）") || !strings.HasSuffix(got[0].Link, "/plan?year=2026") {
				w.Fatalf("told: %v", got)
			}
		}
		officetest.Must[workplan.Item](w)(w.s.Progress(w.Manager, workplan.ProgressInput{ID: visits.ID, Version: 1, Amount: 1,
			Note: "去了一户"})) // says nothing of its day
		officetest.Must[workplan.Item](w)(w.s.Edit(w.Manager, workplan.EditInput{ID: course.ID, Version: 1,
			Facts: workplan.Facts{What: "培训", Who: "站长", DueDay: 20261215, Amount: 1, Unit: "次"}}))
		if got := w.Messages(w.s.Remind); len(got) != 1 {
			w.Errorf("put off: %v", got)
		}
		w.Day(20261216)
		if got := w.Messages(w.s.Remind); len(got) != 2 || !strings.Contains(got[1].Text,
			"培训（最晚 2026-12-15）") || strings.Contains(got[1].Text, "走访") {
			w.Errorf("after the second day: %v", got)
		}
		w.Day(20270102)
		if got := w.Messages(w.s.Remind); len(got) != 3 || !strings.Contains(got[2].Text, "总结") {
			w.Errorf("after the turn of the year: %v", got)
		}
	})
}

// A station that is closed is told nothing.
func TestRemindClosed(t *testing.T) {
	each(t, func(w *world) {
		w.plan("走访", 20261130, 3)
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "UPDATE station SET status = 'closed'")
			return err
		})
		w.Day(20261201)
		if got := w.Messages(w.s.Remind); len(got) != 0 {
			w.Errorf("told: %v", got)
		}
		_, err := w.s.Add(w.Manager, workplan.AddInput{ID: w.Station.ID, Facts: workplan.Facts{What: "x", Who: "x", DueDay: 20261231}})
		w.Refused(errs.Conflict, err, "a closed station's plan")
	})
}
