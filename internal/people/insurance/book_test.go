package insurance

import (
	"testing"

	"linli/internal/people/volunteer"
	"linli/internal/platform/db"
)

// What somebody brings himself is asked first, liability is no cover, and a team's policy covers the activities of that team alone.
func TestAsk(t *testing.T) {
	const day = 20261130
	team := Policy{Scope: OfTeam, TeamID: 7, Insurer: "甲", Number: "T", Terms: Terms{From: day, To: day}, Until: day}
	held := func(code string, from, to int64) volunteer.Profile {
		v := volunteer.Profile{Volunteer: volunteer.Volunteer{ID: 1}}
		if code != "" {
			v.Insurance = []volunteer.Dated{{Code: code, Number: "O", From: day + 0, To: day}}
			v.Insurance[0].From, v.Insurance[0].To = v.Insurance[0].From.AddDays(int(from)), v.Insurance[0].To.AddDays(int(to))
		}
		return v
	}
	for what, c := range map[string]struct {
		v    volunteer.Profile
		team db.ID
		want string
	}{
		"nothing":             {held("", 0, 0), 0, uncovered},
		"the team's activity": {held("", 0, 0), 7, "T"},
		"another team's":      {held("", 0, 0), 8, uncovered},
		"his own":             {held("accident", 0, 0), 7, "O"},
		"his own, yesterday":  {held("accident", -2, -1), 0, uncovered},
		"his own, tomorrow":   {held("accident", 1, 2), 0, uncovered},
		"his own liability":   {held("liability", 0, 0), 0, uncovered},
	} {
		a := Book{policies: []Policy{team}}.Ask(c.v, Case{Team: c.team, Day: day})
		if got := a.Why + a.Own.Number + a.Policy.Number; got != c.want {
			t.Errorf("%s: %q, not %q", what, got, c.want)
		}
	}
	if _, ok := (Book{policies: []Policy{team}}).Blanket(Case{Team: 7, Day: day}, team.ID); ok {
		t.Error("a policy follows itself")
	}
}
