package problem_test

import (
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"

	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/oversight/inspection/problem"
	"linli/internal/platform/auth"
	"linli/internal/platform/errs"
)

// world is the gacha with everybody who supervises it, and the area.
type world struct {
	*inspectiontest.World
	s *problem.Service
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	inspectiontest.Each(t, func(base *inspectiontest.World) {
		w := &world{base, problem.New(base.DB)}
		test(w)
	})
}

func (w *world) raised() problem.Detail {
	w.T.Helper()
	p, err := w.s.Raise(w.Manager, problem.RaiseInput{StationID: w.Station.ID, Kind: "equipment", Text: "电脑坏了", Wish: "换一台"})
	w.Must(err)
	return p
}

// A station raises, the town answers within ten working days, the station rates.
func TestProblem(t *testing.T) {
	each(t, func(w *world) {
		town := w.Messages(w.TownID)
		for what, in := range map[string]problem.RaiseInput{"no such station": {StationID: 5, Kind: "site", Text: "x"},
			"nothing said": {StationID: w.Station.ID, Kind: "site", Text: " "}} {
			w.Kind(inspectiontest.Err(w.s.Raise(w.Manager, in)), errs.Invalid, what)
		}
		w.Kind(inspectiontest.Err(w.s.Raise(w.Elsewhere, problem.RaiseInput{StationID: w.Station.ID, Kind: "site", Text: "x"})), errs.Invalid,
			"somebody elsewhere")
		w.Kind(inspectiontest.Err(w.s.Raise(w.Town, problem.RaiseInput{StationID: w.Station.ID, Kind: "site", Text: "x"})), errs.Denied,
			"the town")
		p := w.raised()
		if p.State != problem.Waiting || p.DueDay != 20261208 || w.Messages(w.TownID) != town+1 {
			t.Fatalf("%+v, told %d times", p, w.Messages(w.TownID)-town)
		}
		in := problem.AnswerInput{ID: p.ID, Version: p.Version, Text: "下周换", SolveDay: 20261201}
		w.Kind(inspectiontest.Err(w.s.Answer(w.Banner, in)), errs.Denied, "the banner answers in the town's name")
		w.Kind(inspectiontest.Err(w.s.Answer(w.OtherTown, in)), errs.NotFound, "another town")
		w.Kind(inspectiontest.Err(w.s.Answer(w.Manager, in)), errs.Denied, "the station answers itself")
		bad := in
		bad.SolveDay = 20261123
		w.Kind(inspectiontest.Err(w.s.Answer(w.Town, bad)), errs.Invalid, "solved yesterday")
		w.Refused(inspectiontest.Err(w.s.Rate(w.Manager, problem.RateInput{ID: p.ID, Version: 1, Rating: 5})), "wrong_state",
			"rated before the answer")
		p, err := w.s.Answer(w.Town, in)
		if err != nil || p.State != problem.Answered || w.Messages(w.ManagerID) != 1 {
			t.Fatalf("%+v %v", p, err)
		}
		in.Version = p.Version
		w.Refused(inspectiontest.Err(w.s.Answer(w.Town, in)), "wrong_state", "answered twice")
		rate := problem.RateInput{ID: p.ID, Version: p.Version, Rating: 3}
		w.Kind(inspectiontest.Err(w.s.Rate(w.Town, rate)), errs.Denied, "the town rates itself")
		if p, err = w.s.Rate(w.Manager, rate); err != nil || p.State != problem.Rated || p.Rating != 3 || len(p.Steps) != 3 {
			t.Errorf("%+v %v", p, err)
		}
		rate.Version = p.Version
		w.Refused(inspectiontest.Err(w.s.Rate(w.Manager, rate)), "wrong_state", "rated twice")
		w.Kind(inspectiontest.Err(w.s.Get(w.Elsewhere, problem.GetInput{ID: p.ID})), errs.NotFound, "somebody elsewhere reads it")
	})
}

// A bad rating, a town that passes it on, and a town that is late, all lead to the banner; after it nobody is left, and the station's
// word stands.
func TestProblemGoesUp(t *testing.T) {
	each(t, func(w *world) {
		bannerID := auth.From(w.Banner).Account
		p := w.raised()
		p, err := w.s.Answer(w.Town, problem.AnswerInput{ID: p.ID, Version: p.Version, Text: "没有钱"})
		w.Must(err)
		bad := problem.RateInput{ID: p.ID, Version: p.Version, Rating: 1}
		w.Kind(inspectiontest.Err(w.s.Rate(w.Manager, bad)), errs.Invalid, "a bad rating without a word")
		bad.Comment = "半年了"
		p, err = w.s.Rate(w.Manager, bad)
		if err != nil || p.State != problem.Waiting || p.Level != "banner" || w.Messages(bannerID) != 1 {
			t.Fatalf("%+v %v", p, err)
		}
		answer := problem.AnswerInput{ID: p.ID, Version: p.Version, Text: "列入年度设备"}
		w.Kind(inspectiontest.Err(w.s.Answer(w.Town, answer)), errs.Denied, "the town answers what the banner holds")
		p, err = w.s.Answer(w.Banner, answer)
		w.Must(err)
		p, err = w.s.Rate(w.Manager, problem.RateInput{ID: p.ID, Version: p.Version, Rating: 1, Comment: "还是没有"})
		if err != nil || p.State != problem.Rated || p.Rating != 1 {
			t.Errorf("%+v %v", p, err)
		}

		passed := w.raised()
		up := problem.EscalateInput{ID: passed.ID, Version: passed.Version, Reason: "要旗里的预算"}
		w.Kind(inspectiontest.Err(w.s.Escalate(w.Manager, up)), errs.Denied, "the station passes it on")
		if passed, err = w.s.Escalate(w.Town, up); err != nil || passed.Level != "banner" {
			t.Errorf("%+v %v", passed, err)
		}
		w.Refused(inspectiontest.Err(w.s.Escalate(w.Town, up)), "stale_version", "passed on at once")
		up.Version = passed.Version
		w.Kind(inspectiontest.Err(w.s.Escalate(w.Town, up)), errs.Denied, "passed on twice")
		w.Refused(inspectiontest.Err(w.s.Escalate(w.Banner, up)), "wrong_state", "the banner passes it on")

		late, gone := w.raised(), w.raised()
		w.Must(inspectiontest.Err(w.s.Withdraw(w.Manager, problem.EscalateInput{ID: gone.ID, Version: gone.Version, Reason: "修好了"})))
		w.Refused(inspectiontest.Err(w.s.Withdraw(w.Manager, problem.EscalateInput{ID: gone.ID, Version: 2, Reason: "x"})), "wrong_state",
			"withdrawn twice")
		w.Days(14)
		w.Must(w.s.Sweep(w.System))
		if late, err = w.s.Get(w.Town, problem.GetInput{ID: late.ID}); err != nil || late.Level != "town" {
			t.Errorf("on its last day: %+v %v", late, err)
		}
		w.Days(1)
		before := w.Messages(bannerID)
		for range 2 {
			w.Must(w.s.Sweep(w.System))
		}
		if late, err = w.s.Get(w.Town, problem.GetInput{ID: late.ID}); err != nil || late.Level != "banner" || late.DueDay <= 20261209 ||
			w.Messages(bannerID) != before+1 {
			t.Errorf("after its last day: %+v %v, told %d times", late, err, w.Messages(bannerID)-before)
		}
		for what, c := range map[string]struct {
			in   problem.ListInput
			want int
		}{"all": {problem.ListInput{}, 4}, "waiting": {problem.ListInput{State: "waiting"}, 2},
			"overdue": {problem.ListInput{State: "overdue"}, 1}, "of a kind": {problem.ListInput{Kind: "site"}, 0},
			"the banner's": {problem.ListInput{Level: "banner"}, 3}, "with words": {problem.ListInput{Q: "电脑"}, 4},
			"with a wildcard": {problem.ListInput{Q: "%"}, 0}, "of another banner": {problem.ListInput{Region: 150102000000}, 0}} {
			if list, err := w.s.List(w.Banner, c.in); err != nil || len(list.Items) != c.want {
				t.Errorf("%s: %d, want %d: %v", what, len(list.Items), c.want, err)
			}
		}
		f, err := w.s.Export(w.Banner, problem.ListInput{})
		w.Must(err)
		book, err := excelize.OpenReader(bytes.NewReader(f.Body))
		w.Must(err)
		defer book.Close()
		if rows, err := book.GetRows("困难问题清单"); err != nil || len(rows) != 5 || rows[1][3] != "电脑坏了" {
			t.Errorf("%v %v", rows, err)
		}
		if f, err := w.s.Export(w.Far, problem.ListInput{}); err != nil || bytes.Contains(f.Body, []byte("电脑")) {
			t.Errorf("another banner: %v", err)
		}
	})
}
