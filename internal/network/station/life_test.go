package station_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"linli/internal/network/station"
	"linli/internal/network/station/stationtest"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
	"linli/internal/platform/seal"
)

const neighbour auth.Region = 152502001002

// A station opens, is suspended, opens again, moves to the next community and is closed: every day of its past is told as it was, on
// both sides of each change.
func TestPastDays(t *testing.T) {
	divisions.Each(t, func(t *testing.T, d *db.DB) {
		clock.Set(time.Date(2026, 11, 24, 12, 0, 0, 0, clock.Shanghai))
		t.Cleanup(clock.Reset)
		s := station.New(d, seal.Ephemeral())
		town := as(t, auth.TownOfficer, gacha.At(auth.LevelTown))
		st, err := s.Create(town, station.CreateInput{Region: gacha, Day: 20210301, Facts: facts(43.9, 116.1)})
		if err != nil || st.StatusDay != 20210301 {
			t.Fatal(st, err)
		}
		st = stationtest.Open(t, d, st)
		stationtest.Appoint(t, d, st)
		change := func(status string, day clock.Day) {
			t.Helper()
			if st, err = s.SetStatus(town, station.StatusInput{ID: st.ID, Version: st.Version, Status: status, Day: day, Reason: "x"}); err != nil {
				t.Fatal(status, err)
			}
		}
		change(station.Suspended, 20220101)
		change(station.Open, 20220401)
		for _, day := range []clock.Day{20220331, 20261125, 19000101} {
			if _, err := s.SetStatus(town, station.StatusInput{ID: st.ID, Version: st.Version, Status: station.Suspended, Day: day,
				Reason: "x"}); errs.KindOf(err) != errs.Invalid {
				t.Errorf("suspended on %s: %v", day, err)
			}
		}
		move := station.MoveInput{ID: st.ID, Version: st.Version, Region: neighbour, Address: "新址", Lat: 43.91, Lng: 116.1, Day: 20230601,
			Reason: "合并办公"}
		elsewhere := move
		elsewhere.Region = 150102001001
		if _, err := s.Move(town, elsewhere); errs.KindOf(err) != errs.Invalid {
			t.Errorf("to another league: %v", err)
		}
		if _, err := s.Move(as(t, auth.StationManager, gacha), move); errs.KindOf(err) != errs.Denied {
			t.Errorf("the manager moves: %v", err)
		}
		name := st.Name
		if st, err = s.Move(town, move); err != nil || st.Region != neighbour || st.NameConfirmed || st.Name == name {
			t.Fatalf("%+v %v", st, err)
		}
		_, err = s.Create(town, station.CreateInput{Region: neighbour, Day: 20240101, Facts: facts(44, 116)})
		if errs.KindOf(err) != errs.Invalid {
			t.Errorf("a second one in the new community: %v", err)
		}
		_, err = s.Create(town, station.CreateInput{Region: gacha, Day: 20230101, Facts: facts(44, 116)})
		if errs.KindOf(err) != errs.Invalid {
			t.Errorf("a second one in the old community, of a day when the first was there: %v", err)
		}
		next, err := s.Create(town, station.CreateInput{Region: gacha, Day: 20230601, Facts: facts(44, 116)})
		if err != nil {
			t.Fatalf("in the old community since the day of the move: %v", err)
		}
		stationtest.Open(t, d, next)
		change(station.Closed, 20260101)
		want := map[clock.Day]string{20210228: "[]", 20210301: "[152502001001]", 20211231: "[152502001001]", 20220101: "[]", 20220331: "[]",
			20220401: "[152502001001]", 20230531: "[152502001001]", 20230601: "[152502001001 152502001002]", 20251231: "[152502001001 152502001002]",
			20260101: "[152502001001]"}
		for day, places := range want {
			var got []auth.Region
			read(t, d, func(tx *db.Tx) error {
				open, err := station.OpenOn(t.Context(), tx, 152500000000, day)
				for _, x := range open {
					got = append(got, x.Region)
				}
				return err
			})
			if fmt.Sprint(got) != places {
				t.Errorf("open on %s: %v, want %s", day, got, places)
			}
		}
		life, err := s.History(town, station.GetInput{ID: st.ID})
		if err != nil || len(life.Items) != 5 || life.Items[0].Status != station.Closed || life.Items[1].UntilDay != 20260101 {
			t.Errorf("%+v %v", life, err)
		}
		if _, err := s.History(as(t, auth.TownOfficer, 150102001000), station.GetInput{ID: st.ID}); errs.KindOf(err) != errs.NotFound {
			t.Errorf("history for another town: %v", err)
		}
		whole(t, d, 0)
		for _, damage := range []string{`UPDATE station SET status = 'suspended' WHERE region = 152502001001`,
			`UPDATE station_past SET until_day = 20220102 WHERE until_day = 20220401`} {
			if err := d.Write(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), damage); return err }); err != nil {
				t.Fatal(err)
			}
		}
		whole(t, d, 2)
	})
}

func read(t *testing.T, d *db.DB, fn func(*db.Tx) error) {
	t.Helper()
	if err := d.Read(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// whole fails unless verify finds n stations that are not whole.
func whole(t *testing.T, d *db.DB, n int) {
	t.Helper()
	found := 0
	read(t, d, func(tx *db.Tx) error {
		return station.Verify(t.Context(), tx, func(string, string) { found++ })
	})
	if found != n {
		t.Errorf("verify finds %d stations, want %d", found, n)
	}
}

// A community applies, the town returns it, the community completes it, the town accepts: the station is open. What is decided stays
// decided.
func TestApplication(t *testing.T) {
	divisions.Each(t, func(t *testing.T, d *db.DB) {
		s := station.New(d, seal.Ephemeral())
		town, head := as(t, auth.TownOfficer, gacha.At(auth.LevelTown)), as(t, auth.CommunityHead, gacha)
		hosted := facts(43.9, 116.1)
		hosted.Host = "civilization" // 新时代文明实践站
		a, err := s.Apply(head, station.ApplyInput{Region: gacha, Facts: hosted, Note: "一间"})
		if err != nil || a.State != station.Submitted || a.Name == "" || a.Phone != "0479-8200000" || a.Host != hosted.Host {
			t.Fatalf("%+v %v", a, err)
		}
		if _, err := s.Apply(head, station.ApplyInput{Region: gacha, Facts: facts(43.9, 116.1)}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a second application: %v", err)
		}
		if _, err := s.Apply(head, station.ApplyInput{Region: neighbour, Facts: facts(43.9, 116.1)}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("for another community: %v", err)
		}
		if _, err := s.Apply(as(t, auth.Volunteer, 0), station.ApplyInput{Region: gacha}); errs.KindOf(err) != errs.Denied {
			t.Errorf("a volunteer applies: %v", err)
		}
		check := func(decision, reason string) station.CheckInput {
			return station.CheckInput{ID: a.ID, Version: a.Version, Decision: decision, Reason: reason, Day: 20250601}
		}
		if _, err := s.Check(head, check("accept", "")); errs.KindOf(err) != errs.Denied {
			t.Errorf("the head checks his own: %v", err)
		}
		if _, err := s.Check(town, check("return", "")); errs.KindOf(err) != errs.Invalid {
			t.Errorf("returned without a word: %v", err)
		}
		if a, err = s.Check(town, check("return", "没有照片")); err != nil || a.State != station.Returned {
			t.Fatal(a, err)
		}
		if _, err := s.Check(town, check("accept", "")); errs.CodeOf(err) != "wrong_state" {
			t.Errorf("accepted while it is with the community: %v", err)
		}
		if _, err := s.Amend(head, station.AmendInput{ID: a.ID, Version: 1, Facts: facts(43.9, 116.1)}); errs.CodeOf(err) != "stale_version" {
			t.Errorf("stale: %v", err)
		}
		moved := hosted
		moved.Lng = 116.2
		if a, err = s.Amend(head, station.AmendInput{ID: a.ID, Version: a.Version, Facts: moved, Note: "补了照片"}); err != nil ||
			a.State != station.Submitted {
			t.Fatal(a, err)
		}
		if a, err = s.Check(town, check("accept", "")); err != nil || a.State != station.Accepted {
			t.Fatal(a, err)
		}
		st, err := s.Get(town, station.GetInput{ID: a.StationID})
		if err != nil || st.Status != station.Suspended || st.StatusDay != 20250601 || st.Lng != 116.2 || st.Phone != "0479-8200000" ||
			st.Host != hosted.Host {
			t.Errorf("%+v %v", st, err)
		}
		stationtest.Open(t, d, st)
		if _, err := s.Withdraw(head, station.WithdrawInput{ID: a.ID, Version: a.Version}); errs.CodeOf(err) != "wrong_state" {
			t.Errorf("withdrawn after opening: %v", err)
		}
		over := func(by context.Context, a station.Application) {
			t.Helper()
			_, err := s.Amend(by, station.AmendInput{ID: a.ID, Version: a.Version, Facts: facts(43.9, 116.2)})
			errstest.Is(t, err, "wrong_state: 已经办完")
			_, err = s.Withdraw(by, station.WithdrawInput{ID: a.ID, Version: a.Version})
			errstest.Is(t, err, "wrong_state: 已经办完")
			for _, decision := range []string{"accept", "return", "reject"} {
				_, err = s.Check(town, station.CheckInput{ID: a.ID, Version: a.Version, Decision: decision, Reason: "x"})
				errstest.Is(t, err, "wrong_state: 不等核实")
			}
		}
		over(head, a)
		if list, err := s.Applications(town, station.ApplicationList{State: station.Accepted}); err != nil || len(list.Items) != 1 {
			t.Errorf("%+v %v", list, err)
		}
		if list, err := s.Applications(as(t, auth.TownOfficer, 150102001000), station.ApplicationList{}); err != nil || len(list.Items) != 0 {
			t.Errorf("another town's: %+v %v", list, err)
		}
		if _, err := s.Application(as(t, auth.TownOfficer, 150102001000), station.GetInput{ID: a.ID}); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another town reads it: %v", err)
		}
		b, err := s.Apply(as(t, auth.CommunityHead, neighbour), station.ApplyInput{Region: neighbour, Facts: facts(43.9, 116.1)})
		if err != nil {
			t.Fatal(err)
		}
		if b, err = s.Withdraw(as(t, auth.CommunityHead, neighbour), station.WithdrawInput{ID: b.ID, Version: b.Version}); err != nil ||
			b.State != station.Withdrawn {
			t.Error(b, err)
		}
		over(as(t, auth.CommunityHead, neighbour), b)
		if b, err = s.Apply(as(t, auth.CommunityHead, neighbour), station.ApplyInput{Region: neighbour, Facts: facts(43.9, 116.1)}); err != nil {
			t.Fatal(err)
		}
		if b, err = s.Check(town, station.CheckInput{ID: b.ID, Version: b.Version, Decision: "reject", Reason: "没有房子"}); err != nil ||
			b.State != station.Rejected || b.StationID != 0 {
			t.Error(b, err)
		}
		over(as(t, auth.CommunityHead, neighbour), b)
	})
}

// A quarter is due from the households that its banner has set, and lacks a point until an open one serves it.
func TestQuarters(t *testing.T) {
	divisions.Each(t, func(t *testing.T, d *db.DB) {
		s := station.New(d, seal.Ephemeral())
		town := as(t, auth.TownOfficer, gacha.At(auth.LevelTown))
		st, err := s.Create(town, station.CreateInput{Region: gacha, Facts: facts(43.9, 116.1)})
		if err != nil {
			t.Fatal(err)
		}
		st = stationtest.Open(t, d, st)
		point, err := s.Create(town, station.CreateInput{Region: gacha, ParentID: st.ID, Facts: facts(43.9, 116.1)})
		if err != nil {
			t.Fatal(err)
		}
		add := func(name string, households int64) station.Housing {
			t.Helper()
			h, err := s.AddQuarter(town, station.AddQuarterInput{Region: gacha,
				QuarterFacts: station.QuarterFacts{Name: name, Households: households, Property: "示范物业"}})
			if err != nil {
				t.Fatal(err)
			}
			return h
		}
		large, small := add("示范花园", 1000), add("家属院", 999)
		if !large.Due || !large.Lacks() || small.Due {
			t.Errorf("%+v %+v", large, small)
		}
		if _, err := s.AddQuarter(town, station.AddQuarterInput{Region: gacha,
			QuarterFacts: station.QuarterFacts{Name: "示范花园"}}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("the same name: %v", err)
		}
		if _, err := s.AddQuarter(town, station.AddQuarterInput{Region: 150102001001,
			QuarterFacts: station.QuarterFacts{Name: "远"}}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("elsewhere: %v", err)
		}
		edit := func(h station.Housing, point db.ID) station.EditQuarterInput {
			return station.EditQuarterInput{ID: h.ID, Version: h.Version, Active: true,
				QuarterFacts: station.QuarterFacts{Name: h.Name, Households: h.Households, Property: h.Property, PointID: point}}
		}
		if _, err := s.EditQuarter(town, edit(large, st.ID)); errs.KindOf(err) != errs.Invalid {
			t.Errorf("served by a station: %v", err)
		}
		if large, err = s.EditQuarter(town, edit(large, point.ID)); err != nil || !large.Served || large.Lacks() ||
			large.Property != "示范物业" {
			t.Fatalf("%+v %v", large, err)
		}
		if _, err := s.EditQuarter(town, edit(small, point.ID)); errs.KindOf(err) != errs.Invalid {
			t.Errorf("one point for two: %v", err)
		}
		stale := edit(large, 0)
		stale.Version = 1
		if _, err := s.EditQuarter(town, stale); errs.CodeOf(err) != "stale_version" {
			t.Errorf("stale: %v", err)
		}
		if _, err := s.EditQuarter(as(t, auth.BannerOfficer, gacha.At(auth.LevelBanner)), edit(large, 0)); errs.KindOf(err) != errs.Denied {
			t.Errorf("the banner edits: %v", err)
		}
		// The banner lowers the threshold: the small one is due now and has no point.
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO setting (id, key, region, value, current, reason, by_name, at)
				VALUES (5, 'station.quarter_households', 152502000000, '500', TRUE, '', '', CURRENT_TIMESTAMP)`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		page, err := s.Quarters(as(t, auth.LeagueOfficer, 152500000000), station.HousingList{Only: "lacking"})
		if err != nil || page.Lacking != 1 || len(page.Items) != 1 || page.Items[0].ID != small.ID {
			t.Errorf("%+v %v", page, err)
		}
		if page, err := s.Quarters(town, station.HousingList{Q: "花园"}); err != nil || len(page.Items) != 1 {
			t.Errorf("by name: %+v %v", page, err)
		}
		if _, err := s.Quarters(as(t, auth.LeagueOfficer, 152500000000),
			station.HousingList{Region: 150102000000}); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another league's: %v", err)
		}
		if sheet, err := s.QuarterSheet(town, station.GetInput{ID: large.ID}); err != nil || len(sheet.Points) != 1 {
			t.Errorf("%+v %v", sheet, err)
		}
	})
}
