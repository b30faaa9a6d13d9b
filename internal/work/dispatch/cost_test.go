package dispatch

import (
	"testing"

	"linli/internal/people/volunteer"
	"linli/internal/platform/db"
	"linli/internal/work/order"
)

// Each thing that speaks for or against a choice costs its own weight, once or as often as it happened, and nothing else.
func TestPrice(t *testing.T) {
	w := weights{foreign: 100, known: 200, wish: 300, load: 7, noShow: 1100, busy: 13}
	for what, c := range map[string]struct {
		change func(*volunteer.Profile, *facts, *job)
		want   Price
	}{
		"nothing":           {func(*volunteer.Profile, *facts, *job) {}, Price{Travel: sameCommune}},
		"another community": {func(v *volunteer.Profile, _ *facts, _ *job) { v.Region++ }, Price{Travel: sameTown, Foreign: 100}},
		"did not come twice": {func(_ *volunteer.Profile, f *facts, _ *job) { f.loads[9] = order.Load{NoShows: 2} },
			Price{Travel: sameCommune, NoShows: 2200}},
		"served three times": {func(_ *volunteer.Profile, f *facts, _ *job) { f.loads[9] = order.Load{Month: 3} },
			Price{Travel: sameCommune, Loaded: 21}},
		"known": {func(_ *volunteer.Profile, f *facts, _ *job) { f.known[1] = map[db.ID]int64{9: 1} },
			Price{Travel: sameCommune, Known: -200}},
		"wanted":      {func(_ *volunteer.Profile, _ *facts, j *job) { j.wish.Prefer = []db.ID{9} }, Price{Travel: sameCommune, Wished: -300}},
		"has time":    {func(v *volunteer.Profile, _ *facts, _ *job) { v.Available = []string{"2pm"} }, Price{Travel: sameCommune}},
		"has no time": {func(v *volunteer.Profile, _ *facts, _ *job) { v.Available = []string{"3pm"} }, Price{Travel: sameCommune, Busy: 13}},
		"lives 2.2 km away": {func(v *volunteer.Profile, _ *facts, j *job) {
			v.Lat, v.Lng, j.lat, j.lng = 43.92, 116.1, 43.9, 116.1
		}, Price{Travel: 4}},
		"marked on one side only": {func(v *volunteer.Profile, _ *facts, _ *job) { v.Lat, v.Lng = 43.92, 116.1 }, Price{Travel: sameCommune}},
	} {
		v := volunteer.Profile{Volunteer: volunteer.Volunteer{ID: 9, PersonID: 5, Region: gacha, Status: volunteer.Active}}
		f := &facts{weights: w, loads: map[db.ID]order.Load{}, known: map[db.ID]map[db.ID]int64{}}
		j := &job{}
		j.Region, j.RecipientID, j.WindowStart, j.WindowEnd = gacha, 1, noon.Add(3600e9), noon.Add(7200e9)
		c.change(&v, f, j)
		f.index = NewIndex([]volunteer.Profile{v})
		j.free = f.index.Free(j.WindowStart, j.WindowEnd)
		if got := f.priced(j, 0); got != c.want {
			t.Errorf("%s: %v, want %v", what, got, c.want)
		}
	}
}
