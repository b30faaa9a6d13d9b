package station_test

import (
	"strings"
	"testing"

	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
	"linli/internal/work/attendance/attendancetest"
)

// A typed place is found among stations, quarters and divisions, and within a whole address; each match has a position, said to be
// rough where it is guessed.
func TestPlaces(t *testing.T) {
	divisions.Each(t, func(t *testing.T, d *db.DB) {
		s := station.New(d, seal.Ephemeral())
		admin := auth.AsSystem(t.Context(), "test")
		st, err := s.Create(admin, station.CreateInput{Region: gacha, Facts: facts(43.9, 116.1)})
		if err != nil {
			t.Fatal(err)
		}
		f := facts(43.95, 116.2)
		f.Address = "示范路 100% 号"
		p, err := s.Create(admin, station.CreateInput{Region: gacha, ParentID: st.ID, Facts: f})
		if err != nil {
			t.Fatal(err)
		}
		for name, point := range map[string]db.ID{"牧民新村": p.ID, "家属院": 0} {
			if _, err := s.AddQuarter(admin, station.AddQuarterInput{Region: gacha,
				QuarterFacts: station.QuarterFacts{Name: name, Households: 10, Address: "西大街", PointID: point}}); err != nil {
				t.Fatal(err)
			}
		}
		name := strings.TrimSuffix(st.Name, "志愿服务站")
		for text, want := range map[string]station.Match{
			"示范路":                  {Kind: "station", Name: p.Name, Lat: 43.95, Lng: 116.2},
			"100%":                 {Kind: "station", Name: p.Name, Lat: 43.95, Lng: 116.2},
			"牧民新村":                 {Kind: "quarter", Name: "牧民新村", Lat: 43.95, Lng: 116.2},
			"西大街":                  {Kind: "quarter", Name: "家属院", Lat: 43.925, Lng: 116.15},
			"锡林浩特市":                {Kind: "division", Name: "锡林浩特市", Lat: 43.925, Lng: 116.15, Rough: true},
			"那达慕大街，" + name + "三组": {Kind: "division", Name: name, Lat: 43.925, Lng: 116.15},
		} {
			found, err := s.Places(t.Context(), station.PlaceInput{Q: text})
			ok := false
			for _, m := range found.Items {
				ok = ok || m.Kind == want.Kind && strings.HasPrefix(m.Name, want.Name) && near(m.Lat, want.Lat) && near(m.Lng, want.Lng) &&
					m.Rough == want.Rough && m.Where != ""
			}
			if err != nil || !ok {
				t.Errorf("%s: %+v %v", text, found, err)
			}
		}
		found, err := s.Places(t.Context(), station.PlaceInput{Q: "敖包图"})
		if err != nil {
			t.Fatal(err)
		}
		if len(found.Items) == 0 {
			t.Error("a community without a station has no place")
		}
		for _, m := range found.Items {
			if m.Code.At(auth.LevelTown) == gacha.At(auth.LevelTown) && !m.Rough {
				t.Errorf("guessed from the town, and not said: %+v", m)
			}
		}
		for _, text := range []string{"%%", "__", "没有这个地方啊"} {
			if found, err := s.Places(t.Context(), station.PlaceInput{Q: text}); err != nil || len(found.Items) != 0 {
				t.Errorf("%s: %+v %v", text, found, err)
			}
		}
	})
}

func near(a, b float64) bool { return a-b < 1e-6 && b-a < 1e-6 }

// Without scripts: a place is typed, chosen among the matches, and the nearest stations come first with their distance.
func TestFromAPlace(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		s := w.Web(station.New(w.DB, w.Keys).Routes)
		// What can mean one place only needs no choice.
		if code, page := s.Do("", "GET", "/stations?from=嘎查部一楼", ""); code != 200 || !strings.Contains(page, "由近到远") ||
			!strings.Contains(page, w.Station.Name) || !strings.Contains(page, w.Station.Phone) {
			t.Errorf("%d %s", code, page)
		}
		code, page := s.Do("", "GET", "/stations?from=嘎查", "")
		_, rest, ok := strings.Cut(page, `class="card" href="`)
		link, _, _ := strings.Cut(rest, `"`)
		if code != 200 || !ok || strings.Contains(page, "由近到远") {
			t.Fatalf("%d %s", code, page)
		}
		if code, page := s.Do("", "GET", strings.ReplaceAll(link, "&amp;", "&"), ""); code != 200 || !strings.Contains(page, "由近到远") ||
			!strings.Contains(page, w.Station.Name) {
			t.Errorf("%s: %d", link, code)
		}
		for path, want := range map[string]int{"/stations?from=嘎": 422, "/stations?from=没有这里啊": 200, "/api/v1/places?q=": 422,
			"/api/v1/places": 422, "/api/v1/places?q=嘎查部": 200} {
			if code, _ := s.Do("", "GET", path, ""); code != want {
				t.Errorf("%s: %d, want %d", path, code, want)
			}
		}
	})
}
