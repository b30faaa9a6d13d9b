package visit_test

import (
	"bytes"
	"sync"
	"testing"

	"linli/internal/network/standard"
	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/oversight/inspection/visit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// world is the gacha with everybody who supervises it, and the area.
type world struct {
	*inspectiontest.World
	s *visit.Service
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	inspectiontest.Each(t, func(base *inspectiontest.World) {
		w := &world{base, visit.New(base.DB, base.Files, base.Standard)}
		test(w)
		w.whole(0)
	})
}

// whole fails unless verify finds n things wrong.
func (w *world) whole(n int) {
	w.T.Helper()
	var found []string
	if err := w.DB.Read(w.System, func(tx *db.Tx) error {
		return visit.Verify(w.System, tx, func(object, what string) { found = append(found, object+" "+what) })
	}); err != nil || len(found) != n {
		w.T.Errorf("verify finds %v, want %d: %v", found, n, err)
	}
}

func (w *world) opened() visit.Detail {
	w.T.Helper()
	v, err := w.s.Open(w.Inspector, visit.OpenInput{StationID: w.Station.ID, Purpose: "年度督导"})
	w.Must(err)
	return v
}

// filled is an inspection with a finding of the sign and one beyond the checklist.
func (w *world) filled() visit.Detail {
	w.T.Helper()
	v := w.opened()
	v, err := w.s.Fill(w.Inspector, visit.FillInput{ID: v.ID, Version: v.Version, Inspectors: "某甲、某乙", DueDay: 20261204, Note: "总的不错",
		Answers: []visit.AnswerInput{{Item: "site", Answer: "yes"}, {Item: "sign", Answer: "no", Remark: "标识被遮住"}, {Item: "plan"}},
		Others:  "门口堆了杂物\n\n"})
	w.Must(err)
	return v
}

// met says whether the station is up to standard inspectiontest.Today.
func (w *world) met() bool {
	w.T.Helper()
	st, err := w.Standard.Get(w.Manager, standard.GetInput{ID: w.Station.ID})
	w.Must(err)
	return st.Status == standard.Met
}

// A visit finds the sign covered: the station is below standard at once and told; the manager mends it the same minute and is up to
// standard again; the inspector looks and closes; with the last finding the inspection is closed.
func TestVisit(t *testing.T) {
	each(t, func(w *world) {
		w.Proven()
		if !w.met() {
			t.Fatal("the station is not up to standard to begin with")
		}
		v := w.opened()
		if len(v.Lines) != 16 || v.Due != inspectiontest.Today.AddDays(15) || v.Lead != "锡林浩特市党委社会工作部" {
			t.Errorf("%d lines, due %s, %s", len(v.Lines), v.Due, v.Lead)
		}
		w.Kind(inspectiontest.Err(w.s.Get(w.Manager, visit.VisitInput{ID: v.ID})), errs.NotFound, "the station sees that a visit is planned")
		told := w.Messages(w.ManagerID)
		v = w.filled()
		if v.State != visit.Open || len(v.Found) != 2 || v.Found[0].Label != "显著位置有标识" || v.Found[1].Problem != "门口堆了杂物" || w.met() || v.Met ||
			w.Messages(w.ManagerID) != told+1 {
			t.Fatalf("%+v, met %v, told %d times", v, w.met(), w.Messages(w.ManagerID)-told)
		}
		w.Refused(inspectiontest.Err(w.s.Fill(w.Inspector,
			visit.FillInput{ID: v.ID, Version: v.Version, Answers: []visit.AnswerInput{{Item: "site", Answer: "yes"}}})), "wrong_state",
			"filled twice")
		sign, other := v.Found[0], v.Found[1]

		// The inspector's photographs, one at a time.
		w.Kind(inspectiontest.Err(w.s.Photo(w.Manager, visit.PhotoInput{ID: sign.ID, File: w.Photo})), errs.Denied, "the manager's photo")
		w.Kind(inspectiontest.Err(w.s.Photo(w.Inspector, visit.PhotoInput{ID: sign.ID})), errs.Invalid, "no photo")
		w.Kind(inspectiontest.Err(w.s.Photo(w.Inspector,
			visit.PhotoInput{ID: sign.ID, File: blob.Upload{Name: "a.pdf", Data: []byte("%PDF-1.4\n%%EOF")}})), errs.Invalid, "a PDF")
		d, err := w.s.Photo(w.Inspector, visit.PhotoInput{ID: sign.ID, Text: "门口", File: w.Photo})
		if err != nil || len(d.Steps) != 2 || d.Steps[1].BlobID == 0 {
			t.Fatalf("%+v %v", d.Steps, err)
		}
		if f, err := w.s.StepFile(w.Manager, visit.StepFileInput{ID: d.Steps[1].ID}); err != nil || f.Type != "image/png" || len(f.Body) == 0 {
			t.Errorf("the manager looks at the photo: %v", err)
		}
		w.Kind(inspectiontest.Err(w.s.StepFile(w.Elsewhere, visit.StepFileInput{ID: d.Steps[1].ID})), errs.NotFound, "the photo elsewhere")
		w.Kind(inspectiontest.Err(w.s.StepFile(w.Manager, visit.StepFileInput{ID: d.Steps[0].ID})), errs.NotFound, "no photo")

		// The station mends; what is wrong with its evidence is said by its field.
		in := visit.RectifyInput{ID: sign.ID, Version: sign.Version, Text: "挪到了门口"}
		w.Kind(inspectiontest.Err(w.s.Rectify(w.Manager, in)), errs.Invalid, "the sign without a photo")
		in.File = w.Photo
		w.Kind(inspectiontest.Err(w.s.Rectify(w.Inspector, in)), errs.Denied, "the inspector mends it himself")
		w.Kind(inspectiontest.Err(w.s.Rectify(w.Elsewhere, in)), errs.NotFound, "somebody elsewhere")
		w.Refused(inspectiontest.Err(w.s.Close(w.Inspector, visit.JudgeInput{ID: sign.ID, Version: sign.Version})), "wrong_state",
			"closed before it was mended")
		d, err = w.s.Rectify(w.Manager, in)
		if err != nil || d.State != visit.Mended || !w.met() || !d.Met || w.Messages(auth.From(w.Inspector).Account) != 1 {
			t.Fatalf("%+v, met %v, %v", d, w.met(), err)
		}
		in.Version = d.Version
		w.Refused(inspectiontest.Err(w.s.Rectify(w.Manager, in)), "wrong_state", "mended twice")

		// The recheck does not believe it: the figure falls again; mended again, closed.
		back := visit.ReturnInput{ID: sign.ID, Version: d.Version, Text: "还是看不见", DueDay: 20261123}
		w.Kind(inspectiontest.Err(w.s.Return(w.Inspector, back)), errs.Invalid, "a day of the past")
		back.DueDay = 20261210
		w.Kind(inspectiontest.Err(w.s.Return(w.Manager, back)), errs.Denied, "the manager judges")
		if d, err = w.s.Return(w.Inspector, back); err != nil || d.State != visit.Unmended || d.DueDay != 20261210 || w.met() {
			t.Errorf("%+v, met %v, %v", d, w.met(), err)
		}
		in.Version, in.Text = d.Version, "换了大的"
		d, err = w.s.Rectify(w.Manager, in)
		w.Must(err)
		d, err = w.s.Close(w.Inspector2, visit.JudgeInput{ID: sign.ID, Version: d.Version, Text: "看得见了"})
		if err != nil || d.State != visit.Settled || !w.met() {
			t.Errorf("%+v %v", d, err)
		}
		w.Refused(inspectiontest.Err(w.s.Close(w.Inspector2, visit.JudgeInput{ID: sign.ID, Version: d.Version})), "wrong_state", "closed twice")
		w.Refused(inspectiontest.Err(w.s.Photo(w.Inspector, visit.PhotoInput{ID: sign.ID, File: w.Photo})), "wrong_state",
			"a photo of what is closed")
		if v, err = w.s.Get(w.Manager, visit.VisitInput{ID: v.ID}); err != nil || v.State != visit.Open || v.Unclosed != 1 {
			t.Errorf("%+v %v", v.Visit, err)
		}
		d, err = w.s.Rectify(w.Head, visit.RectifyInput{ID: other.ID, Version: other.Version, Text: "清走了"})
		w.Must(err)
		w.Must(inspectiontest.Err(w.s.Close(w.Inspector, visit.JudgeInput{ID: other.ID, Version: d.Version})))
		if v, err = w.s.Get(w.Manager, visit.VisitInput{ID: v.ID}); err != nil || v.State != visit.Closed {
			t.Errorf("%+v %v", v.Visit, err)
		}
	})
}

// What is no visit is refused, by its field, and nothing is stored.
func TestBadVisit(t *testing.T) {
	each(t, func(w *world) {
		for what, in := range map[string]visit.OpenInput{"no such station": {StationID: 5}, "yesterday": {StationID: w.Station.ID, Day: 20261123},
			"in two years": {StationID: w.Station.ID, Day: 20281124}} {
			w.Kind(inspectiontest.Err(w.s.Open(w.Inspector, in)), errs.Invalid, what)
		}
		w.Kind(inspectiontest.Err(w.s.Open(w.Far, visit.OpenInput{StationID: w.Station.ID})), errs.Invalid, "another banner's officer")
		w.Kind(inspectiontest.Err(w.s.Open(w.Manager, visit.OpenInput{StationID: w.Station.ID})), errs.Denied, "the manager inspects himself")
		v := w.opened()
		fill := func(change func(*visit.FillInput)) error {
			in := visit.FillInput{ID: v.ID, Version: v.Version, Answers: []visit.AnswerInput{{Item: "site", Answer: "no", Remark: "漏雨"}}}
			change(&in)
			_, err := w.s.Fill(w.Inspector, in)
			return err
		}
		for what, change := range map[string]func(*visit.FillInput){
			"nothing seen":       func(in *visit.FillInput) { in.Answers[0].Answer = "" },
			"no word":            func(in *visit.FillInput) { in.Answers[0].Remark = " " },
			"no such item":       func(in *visit.FillInput) { in.Answers[0].Item = "garden" },
			"an item twice":      func(in *visit.FillInput) { in.Answers = append(in.Answers, in.Answers[0]) },
			"due yesterday":      func(in *visit.FillInput) { in.DueDay = 20261123 },
			"a line without end": func(in *visit.FillInput) { in.Others = string(bytes.Repeat([]byte("长"), 301)) },
		} {
			w.Kind(fill(change), errs.Invalid, what)
		}
		w.Refused(fill(func(in *visit.FillInput) { in.Version = 9 }), "stale_version", "another version")
		w.Kind(inspectiontest.Err(w.s.Fill(w.Far, visit.FillInput{ID: v.ID, Version: 1,
			Answers: []visit.AnswerInput{{Item: "site", Answer: "yes"}}})), errs.NotFound, "another banner's officer")
		w.Kind(inspectiontest.Err(w.s.Cancel(w.Manager, visit.CancelInput{ID: v.ID, Version: 1, Reason: "x"})), errs.Denied,
			"the manager cancels")
		w.Must(inspectiontest.Err(w.s.Cancel(w.Inspector, visit.CancelInput{ID: v.ID, Version: 1, Reason: "大雪封路"})))
		w.Refused(inspectiontest.Err(w.s.Cancel(w.Inspector, visit.CancelInput{ID: v.ID, Version: 2, Reason: "x"})), "wrong_state",
			"cancelled twice")
		w.Refused(fill(func(in *visit.FillInput) { in.Version = 2 }), "wrong_state", "filled after it was cancelled")

		// Without a finding it is closed at once.
		v = w.opened()
		if out, err := w.s.Fill(w.Town, visit.FillInput{ID: v.ID, Version: 1,
			Answers: []visit.AnswerInput{{Item: "site", Answer: "yes"}}}); err != nil || out.State != visit.Closed {
			t.Errorf("%+v %v", out.Visit, err)
		}
		list, err := w.s.List(w.Manager, visit.ListInput{})
		if err != nil || len(list.Items) != 1 {
			t.Errorf("the manager sees %d inspections: %v", len(list.Items), err)
		}
		if list, err = w.s.List(w.Inspector, visit.ListInput{State: visit.Cancelled}); err != nil || len(list.Items) != 1 ||
			len(list.Stations) != 1 {
			t.Errorf("%d cancelled, %d stations: %v", len(list.Items), len(list.Stations), err)
		}
		if list, err = w.s.List(w.Far, visit.ListInput{}); err != nil || len(list.Items) != 0 || len(list.Stations) != 0 {
			t.Errorf("another banner sees %d: %v", len(list.Items), err)
		}
	})
}

// Of many officers who close a finding at once exactly one does; two who close the two last findings close the visit.
func TestCloseAtOnce(t *testing.T) {
	each(t, func(w *world) {
		for range 4 {
			v := w.filled()
			var mended []visit.FindingDetail
			for _, f := range v.Found {
				d, err := w.s.Rectify(w.Manager, visit.RectifyInput{ID: f.ID, Version: f.Version, Text: "改了", File: w.Photo})
				w.Must(err)
				mended = append(mended, d)
			}
			var wait sync.WaitGroup
			won := make([]error, 6)
			for i := range won {
				wait.Go(func() {
					by := w.Inspector
					if i%2 == 1 {
						by = w.Inspector2
					}
					f := mended[i%2]
					_, won[i] = w.s.Close(by, visit.JudgeInput{ID: f.ID, Version: f.Version})
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
			if v, err := w.s.Get(w.Inspector, visit.VisitInput{ID: v.ID}); err != nil || v.State != visit.Closed {
				t.Errorf("the inspection is %s: %v", v.State, err)
			}
		}
	})
}

// What is due is reminded of once, what is overdue once more, to the inspector too; a new day starts anew.
func TestOverdue(t *testing.T) {
	each(t, func(w *world) {
		v := w.filled() // due on 4 December
		manager, boss := w.Messages(w.ManagerID), w.Messages(auth.From(w.Inspector).Account)
		remind := func(day clock.Day, toManager, toInspector int64) {
			t.Helper()
			clock.Set(day.Time())
			for range 2 {
				w.Must(w.s.Remind(w.System))
			}
			if m, b := w.Messages(w.ManagerID)-manager, w.Messages(auth.From(w.Inspector).Account)-boss; m != toManager || b != toInspector {
				t.Errorf("%s: the manager was told %d times, the inspector %d", day, m, b)
			}
		}
		remind(20261130, 0, 0)
		remind(20261201, 2, 0)
		remind(20261204, 2, 0)
		remind(20261205, 4, 2)
		list, err := w.s.Findings(w.Manager, visit.FindingsInput{State: "overdue"})
		if err != nil || len(list.Items) != 2 || list.Overdue != 2 {
			t.Errorf("%+v %v", list, err)
		}
		in := visit.ReturnInput{ID: v.Found[0].ID, Version: v.Found[0].Version, Text: "等物业", DueDay: 20261220}
		w.Kind(inspectiontest.Err(w.s.Extend(w.Manager, in)), errs.Denied, "the manager gives himself time")
		w.Must(inspectiontest.Err(w.s.Extend(w.Inspector, in)))
		w.Refused(inspectiontest.Err(w.s.Extend(w.Inspector, in)), "stale_version", "twice")
		remind(20261217, 6, 2) // that it was extended, and that it is soon due
		if list, err = w.s.Findings(w.Inspector, visit.FindingsInput{}); err != nil || list.Overdue != 1 || list.Items[0].ID == in.ID {
			t.Errorf("%+v %v", list, err)
		}
		if list, err = w.s.Findings(w.Far, visit.FindingsInput{}); err != nil || len(list.Items) != 0 || list.Overdue != 0 {
			t.Errorf("another banner: %+v %v", list, err)
		}
		// Page by page, in order.
		first, err := w.s.Findings(w.Inspector, visit.FindingsInput{Paging: db.Paging{Limit: 1}})
		w.Must(err)
		rest, err := w.s.Findings(w.Inspector, visit.FindingsInput{Paging: db.Paging{Limit: 1, Cursor: *first.Next}})
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
		blank, err := w.s.BlankSheet(w.Inspector, visit.BlankInput{StationID: w.Station.ID})
		if err != nil || !bytes.HasPrefix(blank.Body, []byte("%PDF-")) {
			t.Fatal(err)
		}
		w.Kind(inspectiontest.Err(w.s.BlankSheet(w.Far, visit.BlankInput{StationID: w.Station.ID})), errs.NotFound, "another banner's form")
		w.Kind(inspectiontest.Err(w.s.BlankSheet(w.Manager, visit.BlankInput{StationID: w.Station.ID})), errs.Denied, "the manager's form")
		v := w.filled()
		full, err := w.s.Sheet(w.Manager, visit.VisitInput{ID: v.ID})
		if err != nil || len(full.Body) == 0 || bytes.Equal(full.Body, blank.Body) {
			t.Error(err)
		}
		w.Kind(inspectiontest.Err(w.s.Sheet(w.Elsewhere, visit.VisitInput{ID: v.ID})), errs.NotFound, "a sheet elsewhere")
	})
}
