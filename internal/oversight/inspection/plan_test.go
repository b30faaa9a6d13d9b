package inspection_test

import (
	"testing"

	"linli/internal/oversight/inspection"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// A plan is made once for a year, changed by who saw it last, and read by those below.
func TestPlan(t *testing.T) {
	each(t, func(w *world) {
		in := inspection.SavePlanInput{Region: theBanner, Year: 2026, Title: "2026 年督导计划", Text: "全年到站检查一遍", File: w.photo}
		for what, c := range map[string]struct {
			err  error
			want errs.Kind
		}{"the town": {second(w.s.SavePlan(w.Town, in)), errs.Denied}, "another banner": {second(w.s.SavePlan(w.far, in)), errs.NotFound}, "the league in the banner's name": {second(w.s.SavePlan(w.league, in)), errs.Denied},
			"an inspector": {second(w.s.SavePlan(w.inspector, in)), errs.Denied}, "a manager": {second(w.s.SavePlan(w.Manager, in)), errs.Denied}} {
			w.kind(c.err, c.want, what)
		}
		bad := in
		bad.File = blob.Upload{Name: "a.svg", Data: []byte("<svg/>")}
		w.kind(second(w.s.SavePlan(w.banner, bad)), errs.Unsupported, "an SVG")
		p, err := w.s.SavePlan(w.banner, in)
		if err != nil || p.Version != 1 || p.BlobID == 0 || p.Place == "" {
			t.Fatalf("%+v %v", p, err)
		}
		w.Refused(second(w.s.SavePlan(w.banner, in)), "stale_version", "twice")
		in.Version, in.Text, in.File = 1, "改过", blob.Upload{}
		if p, err = w.s.SavePlan(w.banner, in); err != nil || p.Version != 2 || p.Body != "改过" || p.BlobID == 0 {
			t.Errorf("%+v %v", p, err)
		}
		y, err := w.s.Year(w.Town, inspection.YearInput{})
		if err != nil || y.Plan != nil || len(y.Above) != 1 || y.Above[0].Body != "改过" {
			t.Errorf("%+v %v", y, err)
		}
		if _, err := w.s.PlanFile(w.Town, inspection.TaskInput{ID: p.ID}); err != nil {
			t.Errorf("the town reads the banner's paper: %v", err)
		}
		w.kind(second(w.s.PlanFile(w.far, inspection.TaskInput{ID: p.ID})), errs.NotFound, "another banner's paper")
	})
}

func second[T any](_ T, err error) error { return err }

// A task goes down region → league → banner → town; each signs, passes it on once, and reports; the sender sees who has not.
func TestTaskGoesDown(t *testing.T) {
	each(t, func(w *world) {
		send := inspection.SendInput{Region: top, Year: 2026, Title: "开展年度督导", Text: "每站一次", DueDay: 20261220, File: w.photo}
		w.kind(second(w.s.SendTask(w.league, send)), errs.NotFound, "the league in the region's name")
		late, wrong := send, send
		late.DueDay = 20261123
		w.kind(second(w.s.SendTask(w.region, late)), errs.Invalid, "due yesterday")
		wrong.To = []auth.Region{theBanner}
		w.kind(second(w.s.SendTask(w.region, wrong)), errs.Invalid, "to who is not directly below")
		first, err := w.s.SendTask(w.region, send)
		if err != nil || first.Receivers != 12 || len(first.Receipts) != 12 {
			t.Fatalf("%d %v", len(first.Receipts), err)
		}

		// The league sees its own receipt alone, and answers for itself alone.
		mine := w.receipt(first.ID, theLeague)
		seen, err := w.s.TaskByID(w.league, inspection.TaskInput{ID: first.ID})
		if err != nil || len(seen.Receipts) != 1 || seen.Receipts[0].ID != mine {
			t.Errorf("%+v %v", seen.Receipts, err)
		}
		w.kind(second(w.s.TaskByID(w.banner, inspection.TaskInput{ID: first.ID})), errs.NotFound, "a level further down")
		w.kind(second(w.s.ReceiveTask(w.region, inspection.ReceiptInput{ID: mine})), errs.Denied, "the region signs for the league")
		w.Refused(second(w.s.ReportTask(w.league, inspection.ReportInput{ID: mine, Text: "做了"})), "wrong_state", "a report before the receipt")
		pass := inspection.SendInput{Region: theLeague, Year: 2026, FromID: first.ID, Title: "开展年度督导", Text: "分解", DueDay: 20261215}
		w.kind(second(w.s.SendTask(w.league, pass)), errs.Invalid, "passed on before the receipt")
		if seen, err = w.s.ReceiveTask(w.league, inspection.ReceiptInput{ID: mine}); err != nil || seen.Receipts[0].State() != "received" {
			t.Errorf("%+v %v", seen.Receipts, err)
		}
		w.Refused(second(w.s.ReceiveTask(w.league, inspection.ReceiptInput{ID: mine})), "wrong_state", "signed twice")
		late = pass
		late.DueDay = 20261221
		w.kind(second(w.s.SendTask(w.league, late)), errs.Invalid, "later than the region asks")
		below, err := w.s.SendTask(w.league, pass)
		w.must(err)
		w.kind(second(w.s.SendTask(w.league, pass)), errs.Invalid, "passed on twice")

		// The banner gives it to two of its towns; the message is there.
		before := w.told(w.townID)
		w.must(second(w.s.ReceiveTask(w.banner, inspection.ReceiptInput{ID: w.receipt(below.ID, theBanner)})))
		task, err := w.s.SendTask(w.banner, inspection.SendInput{Region: theBanner, Year: 2026, FromID: below.ID, Title: "到站督导", Text: "看十六项", DueDay: 20261201, To: []auth.Region{theTown, 152502100000}})
		if err != nil || task.Receivers != 2 || w.told(w.townID) != before+1 {
			t.Fatalf("%+v, told %d times, %v", task, w.told(w.townID)-before, err)
		}
		last := w.receipt(task.ID, theTown)
		w.kind(second(w.s.ReceiveTask(w.otherTown, inspection.ReceiptInput{ID: last})), errs.NotFound, "another town signs")
		w.must(second(w.s.ReceiveTask(w.Town, inspection.ReceiptInput{ID: last})))
		w.kind(second(w.s.ReportTask(w.Town, inspection.ReportInput{ID: last, Text: " "})), errs.Invalid, "an empty report")
		w.must(second(w.s.ReportTask(w.Town, inspection.ReportInput{ID: last, Text: "看了一遍", File: w.photo})))
		w.Refused(second(w.s.ReportTask(w.Town, inspection.ReportInput{ID: last, Text: "再说"})), "wrong_state", "reported twice")
		seen, err = w.s.TaskByID(w.banner, inspection.TaskInput{ID: task.ID})
		if err != nil || seen.Received != 1 || seen.Done != 1 || len(seen.Receipts) != 2 {
			t.Errorf("%+v %v", seen, err)
		}
		for _, r := range seen.Receipts {
			if r.Region != theTown && (r.State() != "waiting" || !r.Overdue(20261202)) {
				t.Errorf("who has not signed: %+v", r)
			}
		}
		for who, want := range map[string]errs.Kind{"town": 0, "banner": 0, "other": errs.NotFound} {
			ctx := map[string]auth.Actor{"town": auth.From(w.Town), "banner": auth.From(w.banner), "other": auth.From(w.otherTown)}[who]
			w.kind(second(w.s.ReceiptFile(auth.With(t.Context(), ctx), inspection.ReceiptInput{ID: last})), want, who+" reads the paper")
		}
		y, err := w.s.Year(w.banner, inspection.YearInput{Year: 2026})
		if err != nil || len(y.Sent) != 1 || len(y.Received) != 1 || y.Received[0].Title != "开展年度督导" {
			t.Errorf("%+v %v", y, err)
		}

		// Reminded once, then taken back.
		clock.Set(clock.Day(20261129).Time())
		before = w.told(auth.From(w.otherTown).Account)
		for range 2 {
			w.must(w.s.Remind(w.System))
		}
		if n := w.told(auth.From(w.otherTown).Account) - before; n != 1 {
			t.Errorf("reminded %d times", n)
		}
		end := inspection.EndInput{ID: task.ID, Version: task.Version, Reason: "合并到下一次"}
		w.kind(second(w.s.EndTask(w.Town, end)), errs.Denied, "a receiver ends it")
		w.kind(second(w.s.EndTask(w.league, end)), errs.Denied, "the league ends it")
		if seen, err = w.s.EndTask(w.banner, end); err != nil || seen.EndedAt == nil {
			t.Error(err)
		}
		w.Refused(second(w.s.EndTask(w.banner, end)), "wrong_state", "ended twice")
		w.Refused(second(w.s.ReceiveTask(w.otherTown, inspection.ReceiptInput{ID: w.receipt(task.ID, 152502100000)})), "wrong_state", "signed after it was taken back")
	})
}

func (w *world) receipt(task db.ID, at auth.Region) (id db.ID) {
	w.T.Helper()
	w.must(w.DB.Read(w.System, func(tx *db.Tx) (err error) {
		id, err = db.SelectOne[db.ID](w.System, tx, tx.Build(`SELECT id FROM oversight_receipt WHERE task_id = ? AND region = ?`, task, int64(at)))
		return err
	}))
	return id
}
