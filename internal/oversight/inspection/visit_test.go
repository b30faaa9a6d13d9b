package inspection_test

import (
	"bytes"
	"sync"
	"testing"

	"linli/internal/network/standard"
	"linli/internal/oversight/inspection"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

func (w *world) opened() inspection.Visited {
	w.T.Helper()
	v, err := w.s.Open(w.inspector, inspection.OpenInput{StationID: w.Station.ID, Purpose: "年度督导"})
	w.must(err)
	return v
}

// filled is an inspection with a finding of the sign and one beyond the checklist.
func (w *world) filled() inspection.Visited {
	w.T.Helper()
	v := w.opened()
	v, err := w.s.Fill(w.inspector, inspection.FillInput{ID: v.ID, Version: v.Version, Inspectors: "某甲、某乙", DueDay: 20261204, Note: "总的不错",
		Answers: []inspection.AnswerInput{{Item: "site", Answer: "yes"}, {Item: "sign", Answer: "no", Remark: "标识被遮住"}, {Item: "plan"}}, Others: "门口堆了杂物\n\n"})
	w.must(err)
	return v
}

// proven gives the station evidence of everything that the plan asks.
func (w *world) proven() {
	w.T.Helper()
	for _, code := range []string{"site", "manager", "equipment", "rules", "plan", "notices", "archive", "sign"} {
		if _, err := w.standard.Submit(w.Manager, standard.SubmitInput{ID: w.Station.ID, Item: code, Text: "有", File: w.photo}); err != nil {
			w.T.Fatal(code, err)
		}
	}
}

// met says whether the station is up to standard today.
func (w *world) met() bool {
	w.T.Helper()
	st, err := w.standard.Get(w.Manager, standard.GetInput{ID: w.Station.ID})
	w.must(err)
	return st.Status == standard.Met
}

// A visit finds the sign covered: the station is below standard at once and told; the manager mends it the same minute and is up to standard again; the inspector
// looks and closes; with the last finding the inspection is closed.
func TestVisit(t *testing.T) {
	each(t, func(w *world) {
		w.proven()
		if !w.met() {
			t.Fatal("the station is not up to standard to begin with")
		}
		v := w.opened()
		if len(v.Lines) != 16 || v.Due != today.AddDays(15) || v.Lead != "锡林浩特市党委社会工作部" {
			t.Errorf("%d lines, due %s, %s", len(v.Lines), v.Due, v.Lead)
		}
		w.kind(second(w.s.Get(w.Manager, inspection.VisitInput{ID: v.ID})), errs.NotFound, "the station sees that a visit is planned")
		told := w.told(w.ManagerID)
		v = w.filled()
		if v.State != inspection.Open || len(v.Found) != 2 || v.Found[0].Label != "显著位置有标识" || v.Found[1].Problem != "门口堆了杂物" || w.met() || v.Met || w.told(w.ManagerID) != told+1 {
			t.Fatalf("%+v, met %v, told %d times", v, w.met(), w.told(w.ManagerID)-told)
		}
		w.Refused(second(w.s.Fill(w.inspector, inspection.FillInput{ID: v.ID, Version: v.Version, Answers: []inspection.AnswerInput{{Item: "site", Answer: "yes"}}})), "wrong_state", "filled twice")
		sign, other := v.Found[0], v.Found[1]

		// The inspector's photographs, one at a time.
		w.kind(second(w.s.Photo(w.Manager, inspection.PhotoInput{ID: sign.ID, File: w.photo})), errs.Denied, "the manager's photo")
		w.kind(second(w.s.Photo(w.inspector, inspection.PhotoInput{ID: sign.ID})), errs.Invalid, "no photo")
		w.kind(second(w.s.Photo(w.inspector, inspection.PhotoInput{ID: sign.ID, File: blob.Upload{Name: "a.pdf", Data: []byte("%PDF-1.4\n%%EOF")}})), errs.Invalid, "a PDF")
		d, err := w.s.Photo(w.inspector, inspection.PhotoInput{ID: sign.ID, Text: "门口", File: w.photo})
		if err != nil || len(d.Steps) != 2 || d.Steps[1].BlobID == 0 {
			t.Fatalf("%+v %v", d.Steps, err)
		}
		if f, err := w.s.StepFile(w.Manager, inspection.StepFileInput{ID: d.Steps[1].ID}); err != nil || f.Type != "image/png" || len(f.Body) == 0 {
			t.Errorf("the manager looks at the photo: %v", err)
		}
		w.kind(second(w.s.StepFile(w.Elsewhere, inspection.StepFileInput{ID: d.Steps[1].ID})), errs.NotFound, "the photo elsewhere")
		w.kind(second(w.s.StepFile(w.Manager, inspection.StepFileInput{ID: d.Steps[0].ID})), errs.NotFound, "no photo")

		// The station mends; what is wrong with its evidence is said by its field.
		in := inspection.RectifyInput{ID: sign.ID, Version: sign.Version, Text: "挪到了门口"}
		w.kind(second(w.s.Rectify(w.Manager, in)), errs.Invalid, "the sign without a photo")
		in.File = w.photo
		w.kind(second(w.s.Rectify(w.inspector, in)), errs.Denied, "the inspector mends it himself")
		w.kind(second(w.s.Rectify(w.Elsewhere, in)), errs.NotFound, "somebody elsewhere")
		w.Refused(second(w.s.Close(w.inspector, inspection.JudgeInput{ID: sign.ID, Version: sign.Version})), "wrong_state", "closed before it was mended")
		d, err = w.s.Rectify(w.Manager, in)
		if err != nil || d.State != inspection.Mended || !w.met() || !d.Met || w.told(auth.From(w.inspector).Account) != 1 {
			t.Fatalf("%+v, met %v, %v", d, w.met(), err)
		}
		in.Version = d.Version
		w.Refused(second(w.s.Rectify(w.Manager, in)), "wrong_state", "mended twice")

		// The recheck does not believe it: the figure falls again; mended again, closed.
		back := inspection.ReturnInput{ID: sign.ID, Version: d.Version, Text: "还是看不见", DueDay: 20261123}
		w.kind(second(w.s.Return(w.inspector, back)), errs.Invalid, "a day of the past")
		back.DueDay = 20261210
		w.kind(second(w.s.Return(w.Manager, back)), errs.Denied, "the manager judges")
		if d, err = w.s.Return(w.inspector, back); err != nil || d.State != inspection.Unmended || d.DueDay != 20261210 || w.met() {
			t.Errorf("%+v, met %v, %v", d, w.met(), err)
		}
		in.Version, in.Text = d.Version, "换了大的"
		d, err = w.s.Rectify(w.Manager, in)
		w.must(err)
		d, err = w.s.Close(w.inspector2, inspection.JudgeInput{ID: sign.ID, Version: d.Version, Text: "看得见了"})
		if err != nil || d.State != inspection.Settled || !w.met() {
			t.Errorf("%+v %v", d, err)
		}
		w.Refused(second(w.s.Close(w.inspector2, inspection.JudgeInput{ID: sign.ID, Version: d.Version})), "wrong_state", "closed twice")
		w.Refused(second(w.s.Photo(w.inspector, inspection.PhotoInput{ID: sign.ID, File: w.photo})), "wrong_state", "a photo of what is closed")
		if v, err = w.s.Get(w.Manager, inspection.VisitInput{ID: v.ID}); err != nil || v.State != inspection.Open || v.Unclosed != 1 {
			t.Errorf("%+v %v", v.Inspection, err)
		}
		d, err = w.s.Rectify(w.Head, inspection.RectifyInput{ID: other.ID, Version: other.Version, Text: "清走了"})
		w.must(err)
		w.must(second(w.s.Close(w.inspector, inspection.JudgeInput{ID: other.ID, Version: d.Version})))
		if v, err = w.s.Get(w.Manager, inspection.VisitInput{ID: v.ID}); err != nil || v.State != inspection.Closed {
			t.Errorf("%+v %v", v.Inspection, err)
		}
	})
}

// What is no visit is refused, by its field, and nothing is stored.
func TestBadVisit(t *testing.T) {
	each(t, func(w *world) {
		for what, in := range map[string]inspection.OpenInput{"no such station": {StationID: 5}, "yesterday": {StationID: w.Station.ID, Day: 20261123}, "in two years": {StationID: w.Station.ID, Day: 20281124}} {
			w.kind(second(w.s.Open(w.inspector, in)), errs.Invalid, what)
		}
		w.kind(second(w.s.Open(w.far, inspection.OpenInput{StationID: w.Station.ID})), errs.Invalid, "another banner's officer")
		w.kind(second(w.s.Open(w.Manager, inspection.OpenInput{StationID: w.Station.ID})), errs.Denied, "the manager inspects himself")
		v := w.opened()
		fill := func(change func(*inspection.FillInput)) error {
			in := inspection.FillInput{ID: v.ID, Version: v.Version, Answers: []inspection.AnswerInput{{Item: "site", Answer: "no", Remark: "漏雨"}}}
			change(&in)
			_, err := w.s.Fill(w.inspector, in)
			return err
		}
		for what, change := range map[string]func(*inspection.FillInput){
			"nothing seen":       func(in *inspection.FillInput) { in.Answers[0].Answer = "" },
			"no word":            func(in *inspection.FillInput) { in.Answers[0].Remark = " " },
			"no such item":       func(in *inspection.FillInput) { in.Answers[0].Item = "garden" },
			"an item twice":      func(in *inspection.FillInput) { in.Answers = append(in.Answers, in.Answers[0]) },
			"due yesterday":      func(in *inspection.FillInput) { in.DueDay = 20261123 },
			"a line without end": func(in *inspection.FillInput) { in.Others = string(bytes.Repeat([]byte("长"), 301)) },
		} {
			w.kind(fill(change), errs.Invalid, what)
		}
		w.Refused(fill(func(in *inspection.FillInput) { in.Version = 9 }), "stale_version", "another version")
		w.kind(second(w.s.Fill(w.far, inspection.FillInput{ID: v.ID, Version: 1, Answers: []inspection.AnswerInput{{Item: "site", Answer: "yes"}}})), errs.NotFound, "another banner's officer")
		w.kind(second(w.s.Cancel(w.Manager, inspection.CancelInput{ID: v.ID, Version: 1, Reason: "x"})), errs.Denied, "the manager cancels")
		w.must(second(w.s.Cancel(w.inspector, inspection.CancelInput{ID: v.ID, Version: 1, Reason: "大雪封路"})))
		w.Refused(second(w.s.Cancel(w.inspector, inspection.CancelInput{ID: v.ID, Version: 2, Reason: "x"})), "wrong_state", "cancelled twice")
		w.Refused(fill(func(in *inspection.FillInput) { in.Version = 2 }), "wrong_state", "filled after it was cancelled")

		// Without a finding it is closed at once.
		v = w.opened()
		if out, err := w.s.Fill(w.Town, inspection.FillInput{ID: v.ID, Version: 1, Answers: []inspection.AnswerInput{{Item: "site", Answer: "yes"}}}); err != nil || out.State != inspection.Closed {
			t.Errorf("%+v %v", out.Inspection, err)
		}
		list, err := w.s.List(w.Manager, inspection.ListInput{})
		if err != nil || len(list.Items) != 1 {
			t.Errorf("the manager sees %d inspections: %v", len(list.Items), err)
		}
		if list, err = w.s.List(w.inspector, inspection.ListInput{State: inspection.Cancelled}); err != nil || len(list.Items) != 1 || len(list.Stations) != 1 {
			t.Errorf("%d cancelled, %d stations: %v", len(list.Items), len(list.Stations), err)
		}
		if list, err = w.s.List(w.far, inspection.ListInput{}); err != nil || len(list.Items) != 0 || len(list.Stations) != 0 {
			t.Errorf("another banner sees %d: %v", len(list.Items), err)
		}
	})
}

// Of many officers who close a finding at once exactly one does; two who close the two last findings close the inspection.
func TestCloseAtOnce(t *testing.T) {
	each(t, func(w *world) {
		for range 4 {
			v := w.filled()
			var mended []inspection.FindingDetail
			for _, f := range v.Found {
				d, err := w.s.Rectify(w.Manager, inspection.RectifyInput{ID: f.ID, Version: f.Version, Text: "改了", File: w.photo})
				w.must(err)
				mended = append(mended, d)
			}
			var wait sync.WaitGroup
			won := make([]error, 6)
			for i := range won {
				wait.Go(func() {
					by := w.inspector
					if i%2 == 1 {
						by = w.inspector2
					}
					f := mended[i%2]
					_, won[i] = w.s.Close(by, inspection.JudgeInput{ID: f.ID, Version: f.Version})
				})
			}
			wait.Wait()
			for which := range 2 {
				n := 0
				for i := which; i < len(won); i += 2 {
					if won[i] == nil {
						n++
					} else if code := errs.CodeOf(won[i]); code != "stale_version" && code != "wrong_state" {
						t.Errorf("a loser is told %v", won[i])
					}
				}
				if n != 1 {
					t.Errorf("%d of three close finding %d", n, which)
				}
			}
			if v, err := w.s.Get(w.inspector, inspection.VisitInput{ID: v.ID}); err != nil || v.State != inspection.Closed {
				t.Errorf("the inspection is %s: %v", v.State, err)
			}
		}
	})
}

// What is due is reminded of once, what is overdue once more, to the inspector too; a new day starts anew.
func TestOverdue(t *testing.T) {
	each(t, func(w *world) {
		v := w.filled() // due on 4 December
		manager, boss := w.told(w.ManagerID), w.told(auth.From(w.inspector).Account)
		remind := func(day clock.Day, toManager, toInspector int64) {
			t.Helper()
			clock.Set(day.Time())
			for range 2 {
				w.must(w.s.Remind(w.System))
			}
			if m, b := w.told(w.ManagerID)-manager, w.told(auth.From(w.inspector).Account)-boss; m != toManager || b != toInspector {
				t.Errorf("%s: the manager was told %d times, the inspector %d", day, m, b)
			}
		}
		remind(20261130, 0, 0)
		remind(20261201, 2, 0)
		remind(20261204, 2, 0)
		remind(20261205, 4, 2)
		list, err := w.s.Findings(w.Manager, inspection.FindingsInput{State: "overdue"})
		if err != nil || len(list.Items) != 2 || list.Overdue != 2 {
			t.Errorf("%+v %v", list, err)
		}
		in := inspection.ReturnInput{ID: v.Found[0].ID, Version: v.Found[0].Version, Text: "等物业", DueDay: 20261220}
		w.kind(second(w.s.Extend(w.Manager, in)), errs.Denied, "the manager gives himself time")
		w.must(second(w.s.Extend(w.inspector, in)))
		w.Refused(second(w.s.Extend(w.inspector, in)), "stale_version", "twice")
		remind(20261217, 6, 2) // that it was extended, and that it is soon due
		if list, err = w.s.Findings(w.inspector, inspection.FindingsInput{}); err != nil || list.Overdue != 1 || list.Items[0].ID == in.ID {
			t.Errorf("%+v %v", list, err)
		}
		if list, err = w.s.Findings(w.far, inspection.FindingsInput{}); err != nil || len(list.Items) != 0 || list.Overdue != 0 {
			t.Errorf("another banner: %+v %v", list, err)
		}
		// Page by page, in order.
		first, err := w.s.Findings(w.inspector, inspection.FindingsInput{Paging: db.Paging{Limit: 1}})
		w.must(err)
		rest, err := w.s.Findings(w.inspector, inspection.FindingsInput{Paging: db.Paging{Limit: 1, Cursor: *first.Next}})
		if err != nil || rest.Items[0].ID != in.ID || rest.Next != nil {
			t.Errorf("%+v %v", rest, err)
		}
		// A finding whose state was written by hand is found.
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Exec(w.System, `UPDATE inspection_finding SET state = 'done' WHERE item = 'sign'`)
			return err
		})
		w.whole(1)
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Exec(w.System, `UPDATE inspection_finding SET state = 'open' WHERE item = 'sign'`)
			return err
		})
	})
}

// The sheet prints blank and filled, and tells nobody elsewhere.
func TestSheets(t *testing.T) {
	each(t, func(w *world) {
		blank, err := w.s.BlankSheet(w.inspector, inspection.BlankInput{StationID: w.Station.ID})
		if err != nil || !bytes.HasPrefix(blank.Body, []byte("%PDF-")) {
			t.Fatal(err)
		}
		w.kind(second(w.s.BlankSheet(w.far, inspection.BlankInput{StationID: w.Station.ID})), errs.NotFound, "another banner's form")
		w.kind(second(w.s.BlankSheet(w.Manager, inspection.BlankInput{StationID: w.Station.ID})), errs.Denied, "the manager's form")
		v := w.filled()
		full, err := w.s.Sheet(w.Manager, inspection.VisitInput{ID: v.ID})
		if err != nil || len(full.Body) == 0 || bytes.Equal(full.Body, blank.Body) {
			t.Error(err)
		}
		w.kind(second(w.s.Sheet(w.Elsewhere, inspection.VisitInput{ID: v.ID})), errs.NotFound, "a sheet elsewhere")
	})
}
