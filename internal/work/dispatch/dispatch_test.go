package dispatch

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
	"linli/internal/work/catalogue"
	"linli/internal/work/order"
)

const gacha auth.Region = 152_502_200_201

func TestCandidates(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		noon := time.Date(2026, 11, 24, 12, 0, 0, 0, clock.Shanghai)
		clock.Set(noon)
		t.Cleanup(clock.Reset)
		keys := seal.Ephemeral()
		persons := person.New(d, keys, true)
		orders := order.New(d, keys, persons, blob.New(d, t.TempDir()))
		s := New(d, orders)
		system := auth.AsSystem(t.Context(), "test")
		exec := func(text string, args ...any) {
			t.Helper()
			if err := d.Write(system, func(tx *db.Tx) error { _, err := tx.Build(text, args...).Run(system, tx); return err }); err != nil {
				t.Fatal(err)
			}
		}
		for level := 1; level <= 5; level++ {
			parent := any(nil)
			if level > 1 {
				parent = int64(gacha.At(level).Parent())
			}
			exec(`INSERT INTO region (code, name, level, parent, class, edition, valid_from, valid_to, lat, lng, population, population_basis, counts_as_community, counts_why,
				counts_by, version) VALUES (?, '地方', ?, ?, '', 1, 1, 99991231, 0, 0, 0, '', TRUE, '', '', 1)`, gacha.At(level), level, parent)
		}
		exec(`INSERT INTO station (id, no, kind, name, name_confirmed, region, host, address, hours, lat, lng, cell, status, status_day, version)
			VALUES (7, 'S', 'station', '站', TRUE, ?, '', '', '', 43.9, 116.1, 0, 'open', 20260101, 1)`, gacha)
		var resident db.ID
		var item catalogue.Item
		names := []string{"居民", "近", "远", "太远", "外出", "请假", "小"}
		if err := d.Write(system, func(tx *db.Tx) error {
			if err := catalogue.Seed(system, tx); err != nil {
				return err
			}
			menu, err := catalogue.Menu(system, tx, gacha)
			if err != nil {
				return err
			}
			item = menu[0]
			for i, n := range names {
				p, err := persons.Add(system, tx, person.NewPerson{Name: n, Phone: fmt.Sprintf("1290000001%d", i), Region: gacha, Consent: person.BySpoken})
				if err != nil {
					return err
				}
				if i == 0 {
					resident = p.ID
					continue
				}
				lat := 43.9 + []float64{0, .01, .03, 1, .01, .01, .01}[i]
				if _, err := tx.Build(`INSERT INTO volunteer (id, no, person_id, region, station_id, status, identities, skills, max_km, lat, lng, reason, at, version)
					VALUES (?, ?, ?, ?, NULL, 'active', '', '', 10, ?, 116.1, '', ?, 1)`, 100+i, fmt.Sprint(i), p.ID, gacha, lat, tx.Now).Run(system, tx); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		exec(`INSERT INTO volunteer_pause (id, volunteer_id, from_day, to_day, reason) VALUES (1, 105, 20261101, 0, '')`)
		exec(`UPDATE person SET birth_day = 20150601 WHERE name = '小'`)
		exec(`UPDATE catalogue_item SET adults_only = TRUE`)
		as := func(grants ...auth.Grant) context.Context {
			return auth.With(t.Context(), auth.Actor{Account: 1, Name: "管理员", Grants: grants})
		}
		manager := as(auth.Grant{Role: auth.StationManager, Station: 7, Region: gacha})
		make := func() order.Detail {
			t.Helper()
			out, err := orders.Create(manager, order.CreateInput{CatalogueID: item.ID, RecipientID: resident, Title: "送饭", Region: gacha, Consent: "spoken", Reviewed: true,
				Voice: order.Voice{Channel: "desk"}, Window: order.Window{WindowStart: noon.Add(time.Hour), WindowEnd: noon.Add(2 * time.Hour)}})
			if err != nil {
				t.Fatal(err)
			}
			return out.Detail
		}
		busy := make()
		busy, err := orders.Dispatch(manager, order.DispatchInput{Ask: order.Ask{ID: busy.ID, Version: busy.Version}, VolunteerIDs: []db.ID{104}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := orders.Accept(manager, order.PartInput{Ask: order.Ask{ID: busy.ID, Version: busy.Version, Voice: order.Voice{Channel: "desk", SpokenBy: "外出"}}, VolunteerID: 104}); err != nil {
			t.Fatal(err)
		}
		o := make()
		got, err := s.Candidates(manager, GetInput{o.ID})
		if err != nil {
			t.Fatal(err)
		}
		why := map[string]string{"近": "", "远": "", "太远": "公里", "外出": "另有安排", "请假": "请假", "小": "18"}
		if len(got.Items) != len(why) || got.Items[0].Name != "近" || got.Items[1].Name != "远" {
			t.Fatalf("candidates %+v", got.Items)
		}
		for _, c := range got.Items {
			if want := why[c.Name]; want == "" && c.RefusedBecause != "" || !strings.Contains(c.RefusedBecause, want) || len(c.Reasons) == 0 {
				t.Errorf("%s: %+v", c.Name, c)
			}
		}
		if near, far := got.Items[0], got.Items[1]; near.Score <= far.Score || near.Cost >= far.Cost {
			t.Errorf("near %+v, far %+v", near, far)
		}
		for ctx, want := range map[context.Context]errs.Kind{t.Context(): errs.Unauthenticated, as(auth.Grant{Role: auth.Resident}): errs.Denied,
			as(auth.Grant{Role: auth.StationManager, Station: 8, Region: 152_601_100_201}): errs.NotFound, as(auth.Grant{Role: auth.BannerOfficer, Region: gacha.At(3)}): errs.Denied} {
			if _, err := s.Candidates(ctx, GetInput{o.ID}); errs.KindOf(err) != want {
				t.Errorf("got %v, want %d", err, want)
			}
		}
	})
}
