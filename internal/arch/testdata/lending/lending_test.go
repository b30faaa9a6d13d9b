package lending_test

import (
	"bytes"
	"testing"

	"linli/internal/network/lending"
	"linli/internal/network/office/officetest"
	"linli/internal/platform/errs/errstest"
)

// A thing goes out and comes back once; each refusal by its reason; the register says so on the page's list and on paper.
func TestLending(t *testing.T) {
	officetest.Each(t, nil, func(w *officetest.World) {
		s := lending.New(w.DB)
		in := lending.LendInput{ID: w.Station.ID, Thing: "轮椅", Borrower: "其木格", DueDay: officetest.Today}
		for _, c := range []struct {
			change func(*lending.LendInput)
			want   string
		}{
			{func(in *lending.LendInput) { in.Thing = " " }, "invalid thing: 请写"},
			{func(in *lending.LendInput) { in.DueDay = officetest.Today.AddDays(-1) }, "invalid due_day: 不能早于今天"},
			{func(in *lending.LendInput) { in.ID = 1 }, "not_found"},
		} {
			bad := in
			c.change(&bad)
			_, err := s.Lend(w.Manager, bad)
			errstest.Is(w, err, c.want)
		}
		_, err := s.Lend(w.Stranger, in)
		errstest.Is(w, err, "not_found")
		_, err = s.Lend(w.Banner, in)
		errstest.Is(w, err, "denied")
		l, err := s.Lend(w.Manager, in)
		errstest.Is(w, err, "")
		back := lending.BackInput{ID: l.ID, Version: 1}
		_, err = s.TakeBack(w.Stranger, back)
		errstest.Is(w, err, "not_found")
		_, err = s.TakeBack(w.Head, lending.BackInput{ID: l.ID, Version: 2})
		errstest.Is(w, err, "stale_version")
		_, err = s.TakeBack(w.Head, back)
		errstest.Is(w, err, "")
		_, err = s.TakeBack(w.Head, lending.BackInput{ID: l.ID, Version: 2})
		errstest.Is(w, err, "wrong_state: 已还")
		page, err := s.List(w.Town, lending.ListInput{ID: w.Station.ID, State: lending.Back})
		if err != nil || len(page.Items) != 1 || page.Items[0].BackDay != officetest.Today {
			w.Errorf("%+v %v", page.Items, err)
		}
		_, err = s.List(w.Stranger, lending.ListInput{ID: w.Station.ID})
		errstest.Is(w, err, "not_found")
		for format, start := range map[string]string{"pdf": "%PDF", "xlsx": "PK", "csv": "\ufeff借出日期"} {
			f, err := s.Print(w.Manager, lending.PrintInput{ID: w.Station.ID, Format: format})
			if err != nil || !bytes.HasPrefix(f.Body, []byte(start)) {
				w.Errorf("%s: %.20q %v", format, f.Body, err)
			}
		}
	})
}
