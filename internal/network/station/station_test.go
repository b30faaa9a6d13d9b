package station_test

import (
	"context"
	"errors"
	"testing"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/network/station"
	"linli/internal/network/station/stationtest"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
)

const gacha auth.Region = 152502001001

func as(t *testing.T, role auth.Role, at auth.Region) context.Context {
	return auth.With(t.Context(), auth.Actor{Account: 7, Name: "某", Grants: []auth.Grant{{Role: role, Region: at}}})
}

var divisions = dbtest.Seeded(region.Seed, setting.Seed)

func facts(lat, lng float64) station.Facts {
	return station.Facts{Address: "一楼东", Phone: "0479-8200000", Lat: lat, Lng: lng}
}

// A station is set up, named by the rule, confirmed by the town, changed, closed; a second one waits until the first is closed.
func TestLife(t *testing.T) {
	divisions.Each(t, func(t *testing.T, d *db.DB) {
		s := station.New(d, seal.Ephemeral())
		town := as(t, auth.TownOfficer, gacha.At(auth.LevelTown))
		st, err := s.Create(town, station.CreateInput{Region: gacha, Facts: facts(43.9, 116.1)})
		if err != nil || st.Name == "" || st.NameConfirmed || st.Phone != "0479-8200000" {
			t.Fatalf("%+v %v", st, err)
		}
		st = stationtest.Open(t, d, st)
		if _, err := s.Create(town, station.CreateInput{Region: gacha, Facts: facts(43.9, 116.1)}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("second station: %v", err)
		}
		p, err := s.Create(town, station.CreateInput{Region: gacha, ParentID: st.ID, Facts: facts(43.91, 116.1)})
		if err != nil || p.Kind != "point" {
			t.Errorf("point: %+v %v", p, err)
		}
		if _, err := s.Create(as(t, auth.TownOfficer, 150102001000),
			station.CreateInput{Region: gacha, Facts: facts(44, 116)}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("another town: %v", err)
		}
		manager := auth.With(t.Context(), auth.Actor{Account: 8,
			Grants: []auth.Grant{{Role: auth.StationManager, Region: gacha, Station: st.ID}}})
		if _, err := s.ConfirmName(manager, station.ConfirmInput{ID: st.ID, Version: 1}); errs.KindOf(err) != errs.Denied {
			t.Errorf("the manager confirms: %v", err)
		}
		if st, err = s.ConfirmName(town, station.ConfirmInput{ID: st.ID, Version: 1}); err != nil || !st.NameConfirmed {
			t.Fatal(err)
		}
		if _, err := s.ConfirmName(town, station.ConfirmInput{ID: st.ID, Version: st.Version}); errs.CodeOf(err) != "wrong_state" {
			t.Errorf("twice: %v", err)
		}
		f := facts(43.9, 116.1)
		f.Name = "宝力根𠮷嘎查志愿服务站"
		if _, err := s.Edit(manager, station.EditInput{ID: st.ID, Version: 1, Facts: f}); errs.CodeOf(err) != "stale_version" {
			t.Errorf("stale: %v", err)
		}
		if st, err = s.Edit(manager, station.EditInput{ID: st.ID, Version: st.Version, Facts: f}); err != nil || st.NameConfirmed ||
			st.Name != f.Name {
			t.Errorf("edit: %+v %v", st, err)
		}
		if _, err := s.SetStatus(town, station.StatusInput{ID: st.ID, Version: st.Version, Status: station.Closed,
			Reason: "撤并"}); errs.CodeOf(err) != "wrong_state" {
			t.Errorf("closed before its point: %v", err)
		}
		if _, err := s.SetStatus(town, station.StatusInput{ID: p.ID, Version: p.Version, Status: station.Closed, Reason: "撤并"}); err != nil {
			t.Fatal(err)
		}
		if st, err = s.SetStatus(town, station.StatusInput{ID: st.ID, Version: st.Version, Status: station.Closed, Reason: "撤并"}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.SetStatus(town, station.StatusInput{ID: st.ID, Version: st.Version, Status: station.Open,
			Reason: "x"}); errs.CodeOf(err) != "wrong_state" {
			t.Errorf("reopened: %v", err)
		}
		if _, err := s.Create(town, station.CreateInput{Region: gacha, Facts: facts(43.9, 116.1)}); err != nil {
			t.Errorf("after closing: %v", err)
		}
	})
}

// The nearest stations come first, at their distance; names are found by a part of them.
func TestNearest(t *testing.T) {
	divisions.Each(t, func(t *testing.T, d *db.DB) {
		s := station.New(d, seal.Ephemeral())
		admin := auth.AsSystem(t.Context(), "test")
		for r, at := range map[auth.Region][2]float64{152502001001: {43.90, 116.10}, 152502001002: {43.95, 116.10},
			150102001001: {40.80, 111.60}} {
			if _, err := s.Create(admin, station.CreateInput{Region: r, Facts: facts(at[0], at[1])}); err != nil {
				t.Fatal(err)
			}
		}
		near, err := s.List(t.Context(), station.ListInput{Near: "43.94,116.10"})
		if err != nil || len(near.Items) != 3 || near.Items[0].Region != 152502001002 || near.Items[2].Region != 150102001001 {
			t.Fatalf("%+v %v", near, err)
		}
		if m := near.Items[0].Metres; m < 1100 || m > 1125 {
			t.Errorf("0.01 degrees of latitude are %d m", m)
		}
		if _, err := s.List(t.Context(), station.ListInput{Near: "north"}); errs.KindOf(err) != errs.Invalid {
			t.Error(err)
		}
		in, err := s.List(t.Context(), station.ListInput{Region: 152500000000})
		if err != nil || len(in.Items) != 2 {
			t.Errorf("of a league: %d %v", len(in.Items), err)
		}
		named, err := s.List(t.Context(), station.ListInput{Q: near.Items[2].Name})
		if err != nil || len(named.Items) != 1 {
			t.Errorf("by name: %d %v", len(named.Items), err)
		}
	})
}

// Where the division's name does not tell the name on the sign, a person is asked: “新村村委会” may be 新村 or 新村村.
func TestAsksForName(t *testing.T) {
	divisions.Each(t, func(t *testing.T, d *db.DB) {
		s := station.New(d, seal.Ephemeral())
		const unclear auth.Region = 150104100223
		town := as(t, auth.TownOfficer, unclear.At(auth.LevelTown))
		in := station.CreateInput{Region: unclear, Facts: facts(40.8, 111.6)}
		if _, err := s.Create(town, in); !asks(err, "name") {
			t.Errorf("not asked: %v", err)
		}
		if _, err := s.Apply(as(t, auth.CommunityHead, unclear), station.ApplyInput{Region: unclear, Facts: facts(40.8, 111.6)}); !asks(err,
			"name") {
			t.Errorf("not asked on applying: %v", err)
		}
		in.Name = "新村志愿服务站"
		st, err := s.Create(town, in)
		if err != nil || st.Name != in.Name || st.NameConfirmed {
			t.Fatalf("%+v %v", st, err)
		}
		blank := facts(40.8, 111.6)
		if _, err := s.Edit(town, station.EditInput{ID: st.ID, Version: st.Version, Facts: blank}); !asks(err, "name") {
			t.Errorf("not asked on editing: %v", err)
		}
	})
}

// asks tells whether a refusal names the field.
func asks(err error, field string) bool {
	e, ok := errors.AsType[*errs.Error](err)
	return ok && e.Fields[field] != ""
}
