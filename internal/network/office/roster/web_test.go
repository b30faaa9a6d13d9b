package roster_test

import (
	"net/url"
	"strings"
	"testing"

	"linli/internal/network/office/roster"
	"linli/internal/work/attendance/attendancetest"
)

// The second press of a form of the roster leads where the first did, and changes nothing more.
func TestPressedTwice(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		rosters := roster.New(w.DB, w.Keys)
		s := w.Web(rosters.Routes)
		week := func() (out roster.Week) {
			t.Helper()
			out, err := rosters.Week(w.Manager, roster.WeekInput{ID: w.Station.ID, Day: 20261125})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		twice := func(path string, form url.Values, shifts int) {
			t.Helper()
			form.Set("idempotency_key", path+form.Encode())
			code, to := s.Do("manager", "POST", path, form.Encode())
			again, toAgain := s.Do("manager", "POST", path, form.Encode())
			if code != 303 || again != code || toAgain != to || !strings.Contains(to, w.Station.ID.String()) {
				t.Errorf("%s: %d %.200s, again %d %.200s", path, code, to, again, toAgain)
			}
			if got := week().Shifts; len(got) != shifts {
				t.Errorf("%s: %d shifts, want %d", path, len(got), shifts)
			}
		}
		at := "/desk/office/" + w.Station.ID.String()
		for i, name := range []string{"巴图", "其木格"} {
			keeper, err := rosters.AddKeeper(w.Manager, roster.AddKeeperInput{ID: w.Station.ID,
				KeeperFacts: roster.KeeperFacts{Name: name, Post: "网格员"}})
			if err != nil {
				t.Fatal(err)
			}
			day := []string{"2026-11-25", "2026-11-26"}[i]
			twice(at+"/roster", url.Values{"keeper_id": {keeper.ID.String()}, "day": {day}, "from": {"08:30"}, "until": {"12:00"}}, i+1)
		}
		shifts := week().Shifts
		duty := "/desk/office-duties/" + shifts[0].ID.String()
		twice(duty+"/swap", url.Values{"version": {"1"}, "with": {shifts[1].ID.String()}}, 2)
		twice(duty+"/drop", url.Values{"version": {"2"}}, 1)
	})
}
