package office_test

import (
	"bytes"
	"sync"
	"testing"

	"linli/internal/network/office"
	"linli/internal/network/standard"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

func (w *world) plan(what string, due clock.Day, amount int64) office.PlanItem {
	w.Helper()
	return must[office.PlanItem](w)(w.s.AddPlanItem(w.manager, office.AddPlanInput{ID: w.st.ID, PlanFacts: office.PlanFacts{What: what, Who: "站长", DueDay: due, Amount: amount, Unit: "次"}}))
}

// The state of an item follows from its days and its progress: not begun, under way, in time, overdue.
func TestPlanStates(t *testing.T) {
	each(t, func(w *world) {
		i := w.plan("理发进家", 20261130, 3)
		is := func(want string) {
			t.Helper()
			for _, l := range must[office.Plan](w)(w.s.Plan(w.town, office.PlanInput{ID: w.st.ID})).Items {
				if l.ID == i.ID && l.Is != want {
					t.Errorf("%s, want %s", l.Is, want)
				}
			}
		}
		is(office.Unbegun)
		step := func(version, amount int64) (office.PlanItem, error) {
			return w.s.Progress(w.manager, office.ProgressInput{ID: i.ID, Version: version, Amount: amount, Note: "去了两户"})
		}
		must[office.PlanItem](w)(step(1, 2))
		is(office.Underway)
		_, err := step(1, 1)
		w.refused(errs.Conflict, err, "a stale version")
		_, err = step(2, 0)
		w.refused(errs.Invalid, err, "nothing was done")
		_, err = w.s.DropPlanItem(w.manager, office.DropPlanInput{ID: i.ID, Version: 2})
		w.refused(errs.Conflict, err, "what was begun is dropped")
		_, err = w.s.EditPlanItem(w.manager, office.EditPlanInput{ID: i.ID, Version: 2, PlanFacts: office.PlanFacts{What: "x", Who: "x", DueDay: 20270101}})
		w.refused(errs.Invalid, err, "into another year")
		w.day(20261201)
		is(office.Overdue)
		w.day(20261130)
		if done := must[office.PlanItem](w)(step(2, 1)); done.FinishedDay != 20261130 || done.Done != 3 {
			t.Errorf("finished %+v", done)
		}
		is(office.OnTime)
		_, err = step(3, 1)
		w.refused(errs.Conflict, err, "more than was planned")
		w.write(func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "UPDATE office_plan_item SET done = 2")
			return err
		})
		w.whole(1)
		w.write(func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "UPDATE office_plan_item SET done = 3")
			return err
		})
	})
}

// Last year's plan is copied once, however many press at once; a year that has a plan takes none.
func TestPlanCopied(t *testing.T) {
	each(t, func(w *world) {
		_, err := w.s.CopyPlan(w.manager, office.CopyPlanInput{ID: w.st.ID, Year: 2027})
		w.refused(errs.Conflict, err, "there is nothing to copy")
		w.plan("走访", 20261231, 4)
		drop := w.plan("多余的", 20260228, 0)
		must[office.PlanItem](w)(w.s.DropPlanItem(w.manager, office.DropPlanInput{ID: drop.ID, Version: 1}))
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				if _, err := w.s.CopyPlan(w.manager, office.CopyPlanInput{ID: w.st.ID, Year: 2027}); err != nil && errs.KindOf(err) != errs.Conflict {
					t.Error(err)
				}
			})
		}
		group.Wait()
		p := must[office.Plan](w)(w.s.Plan(w.manager, office.PlanInput{ID: w.st.ID, Year: 2027}))
		if len(p.Items) != 1 || p.Items[0].DueDay != 20271231 || p.Items[0].Done != 0 {
			t.Errorf("copied %+v", p.Items)
		}
		_, err = w.s.CopyPlan(w.stranger, office.CopyPlanInput{ID: w.st.ID, Year: 2028})
		w.refused(errs.NotFound, err, "a stranger copies")
		_, err = w.s.Plan(w.stranger, office.PlanInput{ID: w.st.ID})
		w.refused(errs.NotFound, err, "a stranger reads")
	})
}

// What the station keeps shows the standard's items by the standard's own operation, and only when it is there.
func TestProve(t *testing.T) {
	each(t, func(w *world) {
		prove := func(item string) error {
			_, err := w.s.Prove(w.manager, office.ProveInput{ID: w.st.ID, Item: item})
			return err
		}
		items := []string{"plan", "rules", "notices", "archive", "equipment", "manager"}
		for _, item := range items {
			w.refused(errs.Conflict, prove(item), item+" of nothing")
		}
		w.plan("走访", 20261231, 4)
		w.post("量血压")
		w.thing("台式电脑", true)
		w.keeper("乌云", false)
		w.filed("会议纪要", today)
		for _, slot := range []string{"organisation", "daily", "management", "evaluation", "incentives"} {
			w.published(slot)
		}
		for _, item := range items {
			if err := prove(item); err != nil {
				t.Errorf("%s: %v", item, err)
			}
		}
		st := must[standard.Standard](w)(w.standard.Get(w.manager, standard.GetInput{ID: w.st.ID}))
		met := map[string]bool{}
		for _, l := range st.Items {
			met[l.Code] = l.Met
			if l.Code == "plan" && l.Met {
				f := must[standard.File](w)(w.standard.File(w.manager, standard.FileInput{ID: l.Evidence[0].ID}))
				if !bytes.HasPrefix(f.Body, []byte("%PDF-")) {
					t.Error("the plan is no PDF")
				}
			}
		}
		for _, item := range items {
			if !met[item] {
				t.Errorf("%s is not met", item)
			}
		}
		_, err := w.s.Prove(w.stranger, office.ProveInput{ID: w.st.ID, Item: "plan"})
		w.refused(errs.NotFound, err, "a stranger proves")
	})
}
