package coverage

import (
	"testing"

	"linli/internal/network/station"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// An open station stands for its community whatever else stands there; a suspended one only where none is open.
func TestOpenBeforePaused(t *testing.T) {
	stands := func(id int64, status string) stretch {
		return stretch{StationID: db.ID(id), Kind: "station", Status: status, Region: 152502001001, Day: 20250101, UntilDay: clock.Forever}
	}
	past := []community{{Code: 152502001001, Day: 20200101, UntilDay: clock.Forever, CountsAsCommunity: true}}
	for what, c := range map[string]struct {
		lives            []stretch
		station, serving int64
		lacks            string
	}{
		"none":               {nil, 0, 0, " " + lackStation + " "},
		"open":               {[]stretch{stands(1, station.Open)}, 1, 1, " " + lackEvidence + " "},
		"paused":             {[]stretch{stands(2, station.Suspended)}, 2, 0, " " + lackPaused + " "},
		"open before paused": {[]stretch{stands(1, station.Open), stands(2, station.Suspended)}, 1, 1, " " + lackEvidence + " "},
		"paused before open": {[]stretch{stands(2, station.Suspended), stands(1, station.Open)}, 1, 1, " " + lackEvidence + " "},
		"a point serves none": {[]stretch{{StationID: 3, Kind: "point", Status: station.Open, Day: 20250101, UntilDay: clock.Forever}}, 0, 0,
			" " + lackStation + " "},
	} {
		s := facts{}.on(152502001001, past, c.lives, 20250101)
		if s.StationID != db.ID(c.station) || s.Stations != c.serving || s.Served != c.serving || s.Lacks != c.lacks {
			t.Errorf("%s: %+v", what, s)
		}
	}
	for day, want := range map[clock.Day]int64{20241231: 0, 20250101: 1, 20251231: 1, 20260101: 0} {
		ends := stands(1, station.Open)
		ends.UntilDay = 20260101
		if s := (facts{}).on(152502001001, past, []stretch{ends}, day); s.Stations != want || s.Communities != 1 {
			t.Errorf("%s: %+v", day, s)
		}
	}
}
