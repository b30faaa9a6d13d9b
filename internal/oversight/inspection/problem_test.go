package inspection_test

import (
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"

	"linli/internal/oversight/inspection"
	"linli/internal/platform/auth"
	"linli/internal/platform/errs"
)

func (w *world) raised() inspection.ProblemDetail {
	w.T.Helper()
	p, err := w.s.Raise(w.Manager, inspection.RaiseInput{StationID: w.Station.ID, Kind: "equipment", Text: "电脑坏了", Wish: "换一台"})
	w.must(err)
	return p
}

// A station raises, the town answers within ten working days, the station rates.
func TestProblem(t *testing.T) {
	each(t, func(w *world) {
		town := w.told(w.townID)
		for what, in := range map[string]inspection.RaiseInput{"no such station": {StationID: 5, Kind: "site", Text: "x"}, "nothing said": {StationID: w.Station.ID, Kind: "site", Text: " "}} {
			w.kind(second(w.s.Raise(w.Manager, in)), errs.Invalid, what)
		}
		w.kind(second(w.s.Raise(w.Elsewhere, inspection.RaiseInput{StationID: w.Station.ID, Kind: "site", Text: "x"})), errs.Invalid, "somebody elsewhere")
		w.kind(second(w.s.Raise(w.Town, inspection.RaiseInput{StationID: w.Station.ID, Kind: "site", Text: "x"})), errs.Denied, "the town")
		p := w.raised()
		if p.State != inspection.Waiting || p.DueDay != 20261208 || w.told(w.townID) != town+1 {
			t.Fatalf("%+v, told %d times", p, w.told(w.townID)-town)
		}
		in := inspection.AnswerProblemInput{ID: p.ID, Version: p.Version, Text: "下周换", SolveDay: 20261201}
		w.kind(second(w.s.AnswerProblem(w.banner, in)), errs.Denied, "the banner answers in the town's name")
		w.kind(second(w.s.AnswerProblem(w.otherTown, in)), errs.NotFound, "another town")
		w.kind(second(w.s.AnswerProblem(w.Manager, in)), errs.Denied, "the station answers itself")
		bad := in
		bad.SolveDay = 20261123
		w.kind(second(w.s.AnswerProblem(w.Town, bad)), errs.Invalid, "solved yesterday")
		w.Refused(second(w.s.Rate(w.Manager, inspection.RateInput{ID: p.ID, Version: 1, Rating: 5})), "wrong_state", "rated before the answer")
		p, err := w.s.AnswerProblem(w.Town, in)
		if err != nil || p.State != inspection.Answered || w.told(w.ManagerID) != 1 {
			t.Fatalf("%+v %v", p, err)
		}
		in.Version = p.Version
		w.Refused(second(w.s.AnswerProblem(w.Town, in)), "wrong_state", "answered twice")
		rate := inspection.RateInput{ID: p.ID, Version: p.Version, Rating: 3}
		w.kind(second(w.s.Rate(w.Town, rate)), errs.Denied, "the town rates itself")
		if p, err = w.s.Rate(w.Manager, rate); err != nil || p.State != inspection.Rated || p.Rating != 3 || len(p.Steps) != 3 {
			t.Errorf("%+v %v", p, err)
		}
		rate.Version = p.Version
		w.Refused(second(w.s.Rate(w.Manager, rate)), "wrong_state", "rated twice")
		w.kind(second(w.s.Problem(w.Elsewhere, inspection.ProblemInput{ID: p.ID})), errs.NotFound, "somebody elsewhere reads it")
	})
}

// A bad rating, a town that passes it on, and a town that is late, all lead to the banner; after it nobody is left, and the station's word stands.
func TestProblemGoesUp(t *testing.T) {
	each(t, func(w *world) {
		bannerID := auth.From(w.banner).Account
		p := w.raised()
		p, err := w.s.AnswerProblem(w.Town, inspection.AnswerProblemInput{ID: p.ID, Version: p.Version, Text: "没有钱"})
		w.must(err)
		bad := inspection.RateInput{ID: p.ID, Version: p.Version, Rating: 1}
		w.kind(second(w.s.Rate(w.Manager, bad)), errs.Invalid, "a bad rating without a word")
		bad.Comment = "半年了"
		p, err = w.s.Rate(w.Manager, bad)
		if err != nil || p.State != inspection.Waiting || p.Level != "banner" || w.told(bannerID) != 1 {
			t.Fatalf("%+v %v", p, err)
		}
		answer := inspection.AnswerProblemInput{ID: p.ID, Version: p.Version, Text: "列入年度设备"}
		w.kind(second(w.s.AnswerProblem(w.Town, answer)), errs.Denied, "the town answers what the banner holds")
		p, err = w.s.AnswerProblem(w.banner, answer)
		w.must(err)
		p, err = w.s.Rate(w.Manager, inspection.RateInput{ID: p.ID, Version: p.Version, Rating: 1, Comment: "还是没有"})
		if err != nil || p.State != inspection.Rated || p.Rating != 1 {
			t.Errorf("%+v %v", p, err)
		}

		passed := w.raised()
		up := inspection.EscalateInput{ID: passed.ID, Version: passed.Version, Reason: "要旗里的预算"}
		w.kind(second(w.s.Escalate(w.Manager, up)), errs.Denied, "the station passes it on")
		if passed, err = w.s.Escalate(w.Town, up); err != nil || passed.Level != "banner" {
			t.Errorf("%+v %v", passed, err)
		}
		w.kind(second(w.s.Escalate(w.Town, up)), errs.Denied, "passed on twice")
		up.Version = passed.Version
		w.Refused(second(w.s.Escalate(w.banner, up)), "wrong_state", "the banner passes it on")

		late, gone := w.raised(), w.raised()
		w.must(second(w.s.Withdraw(w.Manager, inspection.EscalateInput{ID: gone.ID, Version: gone.Version, Reason: "修好了"})))
		w.Refused(second(w.s.Withdraw(w.Manager, inspection.EscalateInput{ID: gone.ID, Version: 2, Reason: "x"})), "wrong_state", "withdrawn twice")
		w.days(14)
		w.must(w.s.Sweep(w.System))
		if late, err = w.s.Problem(w.Town, inspection.ProblemInput{ID: late.ID}); err != nil || late.Level != "town" {
			t.Errorf("on its last day: %+v %v", late, err)
		}
		w.days(1)
		before := w.told(bannerID)
		for range 2 {
			w.must(w.s.Sweep(w.System))
		}
		if late, err = w.s.Problem(w.Town, inspection.ProblemInput{ID: late.ID}); err != nil || late.Level != "banner" || late.DueDay <= 20261209 || w.told(bannerID) != before+1 {
			t.Errorf("after its last day: %+v %v, told %d times", late, err, w.told(bannerID)-before)
		}
		for what, c := range map[string]struct {
			in   inspection.ProblemsInput
			want int
		}{"all": {inspection.ProblemsInput{}, 4}, "waiting": {inspection.ProblemsInput{State: "waiting"}, 2}, "overdue": {inspection.ProblemsInput{State: "overdue"}, 1}, "of a kind": {inspection.ProblemsInput{Kind: "site"}, 0},
			"the banner's": {inspection.ProblemsInput{Level: "banner"}, 3}, "with words": {inspection.ProblemsInput{Q: "电脑"}, 4}, "with a wildcard": {inspection.ProblemsInput{Q: "%"}, 0}, "of another banner": {inspection.ProblemsInput{Region: 150102000000}, 0}} {
			if list, err := w.s.Problems(w.banner, c.in); err != nil || len(list.Items) != c.want {
				t.Errorf("%s: %d, want %d: %v", what, len(list.Items), c.want, err)
			}
		}
		f, err := w.s.ExportProblems(w.banner, inspection.ProblemsInput{})
		w.must(err)
		book, err := excelize.OpenReader(bytes.NewReader(f.Body))
		w.must(err)
		defer book.Close()
		if rows, err := book.GetRows("困难问题清单"); err != nil || len(rows) != 5 || rows[1][3] != "电脑坏了" {
			t.Errorf("%v %v", rows, err)
		}
		if f, err := w.s.ExportProblems(w.far, inspection.ProblemsInput{}); err != nil || bytes.Contains(f.Body, []byte("电脑")) {
			t.Errorf("another banner: %v", err)
		}
	})
}
