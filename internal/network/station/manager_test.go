package station_test

import (
	"context"
	"testing"

	"linli/internal/civic/account"
	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
)

// A station opens with a manager and never before; the last one of an open station cannot go, another one can; a suspended station
// lets him go.
func TestManager(t *testing.T) {
	divisions.Each(t, func(t *testing.T, d *db.DB) {
		s := station.New(d, seal.Ephemeral())
		accounts := account.New(d, seal.Ephemeral(), account.Outside{Station: func(ctx context.Context, tx *db.Tx, id db.ID,
			at auth.Region) (db.ID, error) {
			st, _, err := station.Of(ctx, tx, at)
			return st.ID, err
		}}, true)
		accounts.Ending.Subscribe(s.OnEnding)
		town := as(t, auth.TownOfficer, gacha.At(auth.LevelTown))
		st, err := s.Create(town, station.CreateInput{Region: gacha, Day: 20210301, Facts: facts(43.9, 116.1)})
		if err != nil || st.Status != station.Suspended {
			t.Fatalf("%+v %v", st, err)
		}
		point, err := s.Create(town, station.CreateInput{Region: gacha, ParentID: st.ID, Facts: facts(43.9, 116.1)})
		if err != nil || point.Status != station.Suspended {
			t.Fatalf("%+v %v", point, err)
		}
		set := func(x station.Station, status string) (station.Station, error) {
			return s.SetStatus(town, station.StatusInput{ID: x.ID, Version: x.Version, Status: status, Day: x.StatusDay, Reason: "x"})
		}
		for what, x := range map[string]station.Station{"station": st, "point": point} {
			if _, err := set(x, station.Open); !asks(err, "status") {
				t.Errorf("the %s opens without a manager: %v", what, err)
			}
		}
		if _, err := s.Create(town, station.CreateInput{Region: gacha, Facts: facts(43.9, 116.1)}); !asks(err, "region") {
			t.Errorf("a second one that waits: %v", err)
		}
		appoint := func(login string) db.ID {
			t.Helper()
			a, err := accounts.Add(town, account.AddInput{Login: login, Name: "站长", Phone: "12900000" + login[4:],
				Post: account.Post{Role: auth.StationManager, Region: gacha, Reason: "会议"}})
			if err != nil {
				t.Fatal(err)
			}
			return a.Account.ID
		}
		first := appoint("head001")
		if st, err = set(st, station.Open); err != nil || st.Status != station.Open || st.StatusDay != 20210301 {
			t.Fatalf("%+v %v", st, err)
		}
		if point, err = set(point, station.Open); err != nil {
			t.Error(err)
		}
		whole(t, d, 0)
		end := func(id db.ID) error {
			var grant db.ID
			read(t, d, func(tx *db.Tx) (err error) {
				held, err := account.Handover(t.Context(), tx, id)
				if err == nil && len(held) == 1 {
					grant = held[0].ID
				}
				return err
			})
			_, err := accounts.EndGrant(town, account.EndInput{ID: id, GrantID: grant, Reason: "调离"})
			return err
		}
		if err := end(first); errs.CodeOf(err) != "wrong_state" {
			t.Errorf("the last manager goes: %v", err)
		}
		second := appoint("head002")
		if err := end(first); err != nil {
			t.Errorf("one of two goes: %v", err)
		}
		if err := end(second); errs.CodeOf(err) != "wrong_state" {
			t.Errorf("the last one goes: %v", err)
		}
		third := appoint("head003")
		gone := make(chan error, 2)
		for _, id := range []db.ID{second, third} {
			go func() { gone <- end(id) }()
		}
		if a, b := <-gone, <-gone; (a == nil) == (b == nil) {
			t.Errorf("two go at once: %v, %v", a, b)
		}
		if st, err = set(st, station.Suspended); err != nil {
			t.Fatal(err)
		}
		for _, id := range []db.ID{second, third} {
			if err := end(id); err != nil && errs.KindOf(err) != errs.NotFound {
				t.Errorf("of a suspended station: %v", err)
			}
		}
		if _, err := set(st, station.Open); !asks(err, "status") {
			t.Errorf("opened again without: %v", err)
		}
	})
}
