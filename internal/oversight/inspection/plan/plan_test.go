package plan_test

import (
	"testing"

	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/oversight/inspection/plan"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// world is the gacha with everybody who supervises it, and the area.
type world struct {
	*inspectiontest.World
	s *plan.Service
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	inspectiontest.Each(t, func(base *inspectiontest.World) {
		w := &world{base, plan.New(base.DB, base.Files)}
		test(w)
	})
}

// A plan is made once for a year, changed by who saw it last, and read by those below.
func TestPlan(t *testing.T) {
	each(t, func(w *world) {
		in := plan.SaveInput{Region: inspectiontest.Banner, Year: 2026, Title: "2026 年督导计划", Text: "全年到站检查一遍", File: w.Photo}
		for what, c := range map[string]struct {
			err  error
			want errs.Kind
		}{"the town": {inspectiontest.Err(w.s.Save(w.Town, in)), errs.Denied},
			"another banner":                  {inspectiontest.Err(w.s.Save(w.Far, in)), errs.NotFound},
			"the league in the banner's name": {inspectiontest.Err(w.s.Save(w.League, in)), errs.Denied},
			"an inspector":                    {inspectiontest.Err(w.s.Save(w.Inspector, in)), errs.Denied},
			"a manager":                       {inspectiontest.Err(w.s.Save(w.Manager, in)), errs.Denied}} {
			w.Kind(c.err, c.want, what)
		}
		bad := in
		bad.File = blob.Upload{Name: "a.svg", Data: []byte("<svg/>")}
		w.Kind(inspectiontest.Err(w.s.Save(w.Banner, bad)), errs.Unsupported, "an SVG")
		p, err := w.s.Save(w.Banner, in)
		if err != nil || p.Version != 1 || p.BlobID == 0 || p.Place == "" {
			t.Fatalf("%+v %v", p, err)
		}
		w.Refused(inspectiontest.Err(w.s.Save(w.Banner, in)), "stale_version", "twice")
		in.Version, in.Text, in.File = 1, "改过", blob.Upload{}
		if p, err = w.s.Save(w.Banner, in); err != nil || p.Version != 2 || p.Body != "改过" || p.BlobID == 0 {
			t.Errorf("%+v %v", p, err)
		}
		y, err := w.s.Year(w.Town, plan.YearInput{})
		if err != nil || y.Plan != nil || len(y.Above) != 1 || y.Above[0].Body != "改过" {
			t.Errorf("%+v %v", y, err)
		}
		if _, err := w.s.PlanFile(w.Town, plan.TaskInput{ID: p.ID}); err != nil {
			t.Errorf("the town reads the banner's paper: %v", err)
		}
		w.Kind(inspectiontest.Err(w.s.PlanFile(w.Far, plan.TaskInput{ID: p.ID})), errs.NotFound, "another banner's paper")
	})
}

// A task goes down region → league → banner → town; each signs, passes it on once, and reports; the sender sees who has not.
func TestTaskGoesDown(t *testing.T) {
	each(t, func(w *world) {
		send := plan.SendInput{Region: inspectiontest.Top, Year: 2026, Title: "开展年度督导", Text: "每站一次", DueDay: 20261220, File: w.Photo}
		w.Kind(inspectiontest.Err(w.s.Send(w.League, send)), errs.NotFound, "the league in the region's name")
		late, wrong := send, send
		late.DueDay = 20261123
		w.Kind(inspectiontest.Err(w.s.Send(w.Region, late)), errs.Invalid, "due yesterday")
		wrong.To = []auth.Region{inspectiontest.Banner}
		w.Kind(inspectiontest.Err(w.s.Send(w.Region, wrong)), errs.Invalid, "to who is not directly below")
		first, err := w.s.Send(w.Region, send)
		if err != nil || first.Receivers != 12 || len(first.Receipts) != 12 {
			t.Fatalf("%d %v", len(first.Receipts), err)
		}

		// The league sees its own receipt alone, and answers for itself alone.
		mine := w.receipt(first.ID, inspectiontest.League)
		seen, err := w.s.Task(w.League, plan.TaskInput{ID: first.ID})
		if err != nil || len(seen.Receipts) != 1 || seen.Receipts[0].ID != mine {
			t.Errorf("%+v %v", seen.Receipts, err)
		}
		w.Kind(inspectiontest.Err(w.s.Task(w.Banner, plan.TaskInput{ID: first.ID})), errs.NotFound, "a level further down")
		w.Kind(inspectiontest.Err(w.s.Receive(w.Region, plan.ReceiptInput{ID: mine})), errs.Denied, "the region signs for the league")
		w.Refused(inspectiontest.Err(w.s.Report(w.League, plan.ReportInput{ID: mine, Text: "做了"})), "wrong_state", "a report before the receipt")
		pass := plan.SendInput{Region: inspectiontest.League, Year: 2026, FromID: first.ID, Title: "开展年度督导", Text: "分解", DueDay: 20261215}
		w.Kind(inspectiontest.Err(w.s.Send(w.League, pass)), errs.Invalid, "passed on before the receipt")
		if seen, err = w.s.Receive(w.League, plan.ReceiptInput{ID: mine}); err != nil || seen.Receipts[0].State() != "received" {
			t.Errorf("%+v %v", seen.Receipts, err)
		}
		w.Refused(inspectiontest.Err(w.s.Receive(w.League, plan.ReceiptInput{ID: mine})), "wrong_state", "signed twice")
		late = pass
		late.DueDay = 20261221
		w.Kind(inspectiontest.Err(w.s.Send(w.League, late)), errs.Invalid, "later than the region asks")
		below, err := w.s.Send(w.League, pass)
		w.Must(err)
		w.Kind(inspectiontest.Err(w.s.Send(w.League, pass)), errs.Invalid, "passed on twice")

		// The banner gives it to two of its towns; the message is there.
		before := w.Messages(w.TownID)
		w.Must(inspectiontest.Err(w.s.Receive(w.Banner, plan.ReceiptInput{ID: w.receipt(below.ID, inspectiontest.Banner)})))
		task, err := w.s.Send(w.Banner, plan.SendInput{Region: inspectiontest.Banner, Year: 2026, FromID: below.ID, Title: "到站督导", Text: "看十六项",
			DueDay: 20261201, To: []auth.Region{inspectiontest.Town, 152502100000}})
		if err != nil || task.Receivers != 2 || w.Messages(w.TownID) != before+1 {
			t.Fatalf("%+v, told %d times, %v", task, w.Messages(w.TownID)-before, err)
		}
		last := w.receipt(task.ID, inspectiontest.Town)
		w.Kind(inspectiontest.Err(w.s.Receive(w.OtherTown, plan.ReceiptInput{ID: last})), errs.NotFound, "another town signs")
		w.Must(inspectiontest.Err(w.s.Receive(w.Town, plan.ReceiptInput{ID: last})))
		w.Kind(inspectiontest.Err(w.s.Report(w.Town, plan.ReportInput{ID: last, Text: " "})), errs.Invalid, "an empty report")
		w.Must(inspectiontest.Err(w.s.Report(w.Town, plan.ReportInput{ID: last, Text: "看了一遍", File: w.Photo})))
		w.Refused(inspectiontest.Err(w.s.Report(w.Town, plan.ReportInput{ID: last, Text: "再说"})), "wrong_state", "reported twice")
		seen, err = w.s.Task(w.Banner, plan.TaskInput{ID: task.ID})
		if err != nil || seen.Received != 1 || seen.Done != 1 || len(seen.Receipts) != 2 {
			t.Errorf("%+v %v", seen, err)
		}
		for _, r := range seen.Receipts {
			if r.Region != inspectiontest.Town && (r.State() != "waiting" || !r.Overdue(20261202)) {
				t.Errorf("who has not signed: %+v", r)
			}
		}
		for who, want := range map[string]errs.Kind{"town": 0, "banner": 0, "other": errs.NotFound} {
			ctx := map[string]auth.Actor{"town": auth.From(w.Town), "banner": auth.From(w.Banner), "other": auth.From(w.OtherTown)}[who]
			w.Kind(inspectiontest.Err(w.s.ReceiptFile(auth.With(t.Context(), ctx), plan.ReceiptInput{ID: last})), want, who+" reads the paper")
		}
		y, err := w.s.Year(w.Banner, plan.YearInput{Year: 2026})
		if err != nil || len(y.Sent) != 1 || len(y.Received) != 1 || y.Received[0].Title != "开展年度督导" {
			t.Errorf("%+v %v", y, err)
		}

		// Reminded once, then taken back.
		clock.Set(clock.Day(20261129).Time())
		before = w.Messages(auth.From(w.OtherTown).Account)
		for range 2 {
			w.Must(w.s.Remind(w.System))
		}
		if n := w.Messages(auth.From(w.OtherTown).Account) - before; n != 1 {
			t.Errorf("reminded %d times", n)
		}
		end := plan.EndInput{ID: task.ID, Version: task.Version, Reason: "合并到下一次"}
		w.Kind(inspectiontest.Err(w.s.End(w.Town, end)), errs.Denied, "a receiver ends it")
		w.Kind(inspectiontest.Err(w.s.End(w.League, end)), errs.Denied, "the league ends it")
		if seen, err = w.s.End(w.Banner, end); err != nil || seen.EndedAt == nil {
			t.Error(err)
		}
		w.Refused(inspectiontest.Err(w.s.End(w.Banner, end)), "wrong_state", "ended twice")
		w.Refused(inspectiontest.Err(w.s.Receive(w.OtherTown, plan.ReceiptInput{ID: w.receipt(task.ID, 152502100000)})), "wrong_state",
			"signed after it was taken back")
	})
}

func (w *world) receipt(task db.ID, at auth.Region) (id db.ID) {
	w.T.Helper()
	w.Must(w.DB.Read(w.System, func(tx *db.Tx) (err error) {
		id, err = db.SelectOne[db.ID](w.System, tx, tx.Build(`SELECT id FROM oversight_receipt WHERE task_id = ? AND region = ?`, task,
			int64(at)))
		return err
	}))
	return id
}
