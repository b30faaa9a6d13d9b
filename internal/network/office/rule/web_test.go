package rule_test

import (
	"net/url"
	"testing"

	"linli/internal/network/office/rule"
	"linli/internal/work/attendance/attendancetest"
)

// A draft that was thrown away is gone when the form is pressed a second time; it leads where it led.
func TestDiscardTwice(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		rules := rule.New(w.DB)
		s := w.Web(rules.Routes)
		draft, err := rules.Adopt(w.Manager, rule.AdoptInput{ID: w.Station.ID, Slot: "daily", From: "template"})
		if err != nil {
			t.Fatal(err)
		}
		path := "/desk/office-rules/" + draft.ID.String() + "/discard"
		form := url.Values{"version": {"1"}, "idempotency_key": {"k"}}.Encode()
		code, to := s.Do("manager", "POST", path, form)
		again, toAgain := s.Do("manager", "POST", path, form)
		if code != 303 || again != 303 || toAgain != to {
			t.Errorf("%d %s, again %d %.200s", code, to, again, toAgain)
		}
	})
}
