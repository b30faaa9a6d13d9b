package station_test

import (
	"testing"
	"time"

	"linli/internal/network/station"
	"linli/internal/network/station/stationtest"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
)

func week(t *testing.T, text string) station.Week {
	t.Helper()
	w, err := station.ParseWeek(text)
	if err != nil {
		t.Fatal(text, err)
	}
	return w
}

// What a week says can be read again, and so can what people write for it.
func TestWeekWords(t *testing.T) {
	for text, want := range map[string]string{
		"周一至周五 9:00–12:00、14:00–17:30；周六 9:00–12:00": "",
		"每天 8:00–18:30": "",
		"":              "",
		"星期一到星期五 08:30-12:00，14:30~17:30": "周一至周五 8:30–12:00、14:30–17:30",
		"周三、周一 9:00—12:00":                "周一 9:00–12:00；周三 9:00–12:00",
		"周一 14:00–17:00、9:00–12:00":       "周一 9:00–12:00、14:00–17:00",
		"周一至周五 9：00～17：30":                "周一至周五 9:00–17:30",
		"工作日９：００——１２：００":                  "周一至周五 9:00–12:00",
		"每天0:00-24:00":                    "每天 0:00–23:59",
		"星期天 9:00至12:00。":                 "周日 9:00–12:00",
		"周一-周三,周五 9:00-12:00":             "周一至周三 9:00–12:00；周五 9:00–12:00",
	} {
		if want == "" {
			want = text
		}
		if got := week(t, text).Words(t.Context()); got != want {
			t.Errorf("%q is said as %q, want %q", text, got, want)
		}
	}
	for _, text := range []string{"随时", "周一", "周一 9:00", "周一 25:00–26:00", "周一 12:00–9:00", "周八 9:00–10:00", "周一 9:00–11:00、10:00–12:00",
		"周一 8:00–9:00、10:00–11:00、12:00–13:00", "周五至周一 9:00–10:00 也行"} {
		if _, err := station.ParseWeek(text); !asks(err, "hours") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// A station tells whether it is open at any moment: before, in the pause, after, on a closed weekday, on a holiday, on a weekend that
// was made a working day. The list of those that are open now says the same.
func TestOpenNow(t *testing.T) {
	divisions.Each(t, func(t *testing.T, d *db.DB) {
		s := station.New(d, seal.Ephemeral())
		town := as(t, auth.TownOfficer, gacha.At(auth.LevelTown))
		create := func(at auth.Region, o station.Opening) station.Station {
			t.Helper()
			f := facts(43.9, 116.1)
			f.Opening = o
			st, err := s.Create(town, station.CreateInput{Region: at, Facts: f})
			if err != nil {
				t.Fatal(err)
			}
			return stationtest.Open(t, d, st)
		}
		office := create(gacha, station.Opening{Hours: week(t, "周一至周五 9:00–12:00、14:00–17:30")})
		always := create(neighbour, station.Opening{Hours: week(t, "每天 9:00–12:00"), OnHolidays: true})
		silent := create(152502001003, station.Opening{HoursNote: "有事打电话"})
		t.Cleanup(clock.Reset)
		for _, c := range []struct {
			now          string
			open, today  bool
			closes, next string
			always       bool
		}{
			{"2026-11-25 08:59", false, true, "", "2026-11-25 09:00", false}, // Wednesday
			{"2026-11-25 09:00", true, true, "2026-11-25 12:00", "", true},
			{"2026-11-25 12:00", false, true, "", "2026-11-25 14:00", false},
			{"2026-11-25 17:29", true, true, "2026-11-25 17:30", "", false},
			{"2026-11-27 17:30", false, true, "", "2026-11-30 09:00", false}, // Friday evening
			{"2026-11-28 10:00", false, false, "", "2026-11-30 09:00", true}, // Saturday
			{"2026-10-01 10:00", false, false, "", "2026-10-08 09:00", true}, // the National Day holiday ends on the 7th
			{"2026-10-10 10:00", true, true, "2026-10-10 12:00", "", true},   // a Saturday made a working day
		} {
			now, err := time.ParseInLocation("2006-01-02 15:04", c.now, clock.Shanghai)
			if err != nil {
				t.Fatal(err)
			}
			clock.Set(now)
			st, err := s.Get(t.Context(), station.GetInput{ID: office.ID})
			if err != nil || st.OpenNow != c.open || st.OpenToday != c.today || said(st.ClosesAt) != c.closes || said(st.OpensAt) != c.next {
				t.Errorf("%s: %+v %v", c.now, st, err)
			}
			page, err := s.Show(t.Context(), station.GetInput{ID: office.ID})
			if err != nil || page.Station.OpenNow != c.open || page.Station.OpenToday != c.today || said(page.Station.ClosesAt) != c.closes ||
				said(page.Station.OpensAt) != c.next {
				t.Errorf("%s: its page says %+v %v", c.now, page.Station, err)
			}
			open := map[db.ID]bool{}
			for _, near := range []string{"", "43.9,116.1"} {
				list, err := s.List(t.Context(), station.ListInput{Now: true, Near: near})
				if err != nil {
					t.Fatal(err)
				}
				clear(open)
				for _, st := range list.Items {
					open[st.ID] = st.OpenNow
				}
				if open[office.ID] != c.open || open[always.ID] != c.always || open[silent.ID] {
					t.Errorf("%s near %q: %v", c.now, near, open)
				}
			}
		}
		if st, err := s.Get(t.Context(), station.GetInput{ID: silent.ID}); err != nil || st.OpenNow || st.OpensAt != nil {
			t.Errorf("%+v %v", st, err)
		}
	})
}

func said(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.In(clock.Shanghai).Format("2006-01-02 15:04")
}

// A fault in the grid is told at its line, and nothing is stored.
func TestWrongHours(t *testing.T) {
	divisions.Each(t, func(t *testing.T, d *db.DB) {
		s := station.New(d, seal.Ephemeral())
		town := as(t, auth.TownOfficer, gacha.At(auth.LevelTown))
		for field, hours := range map[string]station.Week{
			"hours.1.to":   {{Weekday: 1}, {Weekday: 1, From: "09:00"}},
			"hours.0.to":   {{Weekday: 1, From: "09:00", To: "09:00"}},
			"hours.0.from": {{Weekday: 2, To: "09:00"}},
			"hours.2.from": {{Weekday: 1, From: "09:00", To: "10:00"}, {Weekday: 1, From: "11:00", To: "12:00"},
				{Weekday: 1, From: "13:00", To: "14:00"}},
			"hours.1.from": {{Weekday: 7, From: "09:00", To: "12:00"}, {Weekday: 7, From: "11:00", To: "13:00"}},
		} {
			f := facts(43.9, 116.1)
			f.Hours = hours
			if _, err := s.Create(town, station.CreateInput{Region: gacha, Facts: f}); !asks(err, field) {
				t.Errorf("%s: %v", field, err)
			}
			if _, err := s.Apply(as(t, auth.CommunityHead, gacha), station.ApplyInput{Region: gacha, Facts: f}); !asks(err, field) {
				t.Errorf("applied, %s: %v", field, err)
			}
		}
		if list, err := s.List(t.Context(), station.ListInput{}); err != nil || len(list.Items) != 0 {
			t.Errorf("%+v %v", list, err)
		}
		f := facts(43.9, 116.1)
		f.Hours = station.Week{{Weekday: 3, From: "14:00", To: "17:00"}, {Weekday: 3, From: "09:00", To: "12:00"}}
		a, err := s.Apply(as(t, auth.CommunityHead, gacha), station.ApplyInput{Region: gacha, Facts: f})
		if err != nil || a.Hours.Words(t.Context()) != "周三 9:00–12:00、14:00–17:00" {
			t.Fatalf("%+v %v", a, err)
		}
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE station_application SET week = '0900'`)
			return err
		}); err == nil || errs.KindOf(err) == errs.NotFound {
			t.Errorf("a torn week is stored: %v", err)
		}
	})
}
