package app_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/internal/app"
	"linli/internal/app/demo"
	"linli/internal/civic/region"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
)

// Of every table with a region it is said whether its rows go with a division that moves.
func TestMovingIsSaid(t *testing.T) {
	d := dbtest.SQLite(t)
	regioned := program(t, d).Regioned()
	if err := d.Read(t.Context(), func(tx *db.Tx) error {
		tables, err := db.Tables(t.Context(), tx)
		for _, table := range tables {
			if slices.Contains(table.Columns, "region") != slices.Contains(regioned, table.Name) {
				t.Errorf("%s: say in area.go of its area whether its rows go with a division that moves, or stay as records", table.Name)
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// recode gives the divisions of now as an edition in which codes that begin with from begin with to.
func recode(t *testing.T, a *app.App, from, to string, also ...string) []byte {
	t.Helper()
	now, err := a.Region.Tree(t.Context(), region.TreeInput{})
	if err != nil {
		t.Fatal(err)
	}
	out := bytes.ReplaceAll(bytes.ReplaceAll(now.Body, []byte("\n"+from), []byte("\n"+to)), []byte(","+from), []byte(","+to))
	for _, code := range also { // and these are closed
		at := bytes.Index(out, []byte("\n"+code)) + 1
		out = slices.Delete(out, at, at+bytes.IndexByte(out[at:], '\n')+1)
	}
	return out
}

// town is a demo with all that a division holds and no more of it than the test needs.
var town = demo.Scale{Name: "town", Stations: 3, Volunteers: 40, Residents: 20, Orders: 60, Rows: 60, Days: 30, Accounts: 2, OneTown: true}

// The town of a demo gets another code, with everything in it: what is live follows, records stay, officers go on seeing both, and
// nothing is amiss.
func TestDivisionMoves(t *testing.T) {
	const oldTown, newTown auth.Region = 152527100000, 152527199000
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		demo.Count(d, 1)
		a := program(t, d)
		if _, err := audit.Adopt(t.Context(), d); err != nil { // what it was seeded with
			t.Fatal(err)
		}
		now := time.Date(2026, 11, 24, 12, 0, 0, 0, clock.Shanghai)
		clock.Set(now)
		t.Cleanup(clock.Reset)
		m, err := demo.Fill(t.Context(), a, town, 1, now)
		if err != nil {
			t.Fatal(err)
		}
		rows := func(q string, args ...any) (n int64) {
			t.Helper()
			if err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
				n, err = db.SelectOne[int64](t.Context(), tx, tx.Build("SELECT COUNT(*) FROM "+q, args...))
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		in := func(table, where string, town auth.Region) int64 {
			return rows(table+" WHERE "+where+" AND region/1000 = ?", int64(town)/1000)
		}
		type kind struct{ table, where string }
		live := []kind{{"person", "state = 'active'"}, {"volunteer", "status = 'active'"}, {"station", "status = 'open'"}, {"quarter", "active"},
			{"account", "1 = 1"}, {"orders", "state = 'queued'"}, {"role_grant", "ended_at IS NULL AND station_id IS NOT NULL"},
			{"standard_evidence", "ended_day = 99991231"}, {"station_application", "state = 'submitted'"}}
		records := []kind{{"service_record", "1 = 1"}, {"order_event", "1 = 1"}, {"orders", "state = 'closed'"}, {"certificate", "1 = 1"}}
		before := map[kind]int64{}
		for _, k := range append(live, records...) {
			if before[k] = in(k.table, k.where, oldTown); before[k] == 0 {
				t.Errorf("the demo has no %v", k)
			}
		}
		admin := auth.With(t.Context(), auth.Actor{Account: 1, Name: "管", Grants: []auth.Grant{{Role: auth.SystemAdmin, Region: region.Top}}})
		upload := func(day clock.Day, data []byte) region.Edition {
			t.Helper()
			e, err := a.Region.Upload(admin, region.UploadInput{Day: day, Source: "试", File: blob.Upload{Data: data}})
			if err != nil {
				t.Fatal(err)
			}
			return e
		}
		waiting, err := a.Region.Editions(admin, region.EditionsInput{})
		if err != nil || len(waiting.Items) != 1 {
			t.Fatalf("the demo's edition: %+v %v", waiting.Items, err)
		}
		if _, err := a.Region.Discard(admin, region.VersionInput{ID: waiting.Items[0].ID, Version: waiting.Items[0].Version}); err != nil {
			t.Fatal(err)
		}
		base := m.Base.Community.String()
		// without successors: everything would be left behind
		e := upload(20241031, recode(t, a, "152527100", "152527199", "152527199"+base[9:]))
		e, err = a.Region.Accept(admin, region.VersionInput{ID: e.ID, Version: e.Version})
		if err != nil {
			t.Fatal(err)
		}
		_, err = a.Region.Apply(admin, region.VersionInput{ID: e.ID, Version: e.Version})
		for _, x := range []string{base, "居民 ", "站点 ", "求助单 ", "任职 ", "志愿者 "} {
			if errs.KindOf(err) != errs.Conflict || !strings.Contains(err.Error(), x) {
				t.Errorf("%v does not say %s", err, x)
			}
		}
		if n := in("person", "1 = 1", newTown); n != 0 {
			t.Errorf("%d persons moved", n)
		}
		// into another community with a station of its own: two stations cannot be one
		other := auth.Region(rowsOf(t, d, "SELECT MIN(region) AS n FROM station WHERE kind = 'station' AND status = 'open' AND region/1000 = "+
			"152527100 AND region <> ?", int64(m.Base.Community)))
		e, err = a.Region.Decide(admin, region.DecideInput{ID: e.ID, Version: e.Version,
			Decisions: []region.Decision{{Code: m.Base.Community, Successor: newTown + other - oldTown}}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err = a.Region.Apply(admin, region.VersionInput{ID: e.ID, Version: e.Version}); errs.KindOf(err) != errs.Conflict ||
			!strings.Contains(err.Error(), "两个开放的站") {
			t.Errorf("two stations: %v", err)
		}
		if _, err = a.Region.Discard(admin, region.VersionInput{ID: e.ID, Version: e.Version}); err != nil {
			t.Fatal(err)
		}
		// as it should be
		e = upload(20241031, recode(t, a, "152527100", "152527199"))
		if e.Undecided != e.Closed || e.Closed != e.Added {
			t.Fatalf("%+v", e)
		}
		for _, step := range []func(context.Context, region.VersionInput) (region.Edition, error){a.Region.Accept, a.Region.Apply} {
			if e, err = step(admin, region.VersionInput{ID: e.ID, Version: e.Version}); err != nil {
				t.Fatal(err)
			}
		}
		clean(t, a, d, "while rows are moving")
		if err := a.Region.Move(auth.AsSystem(t.Context(), "test"), region.EditionInput{ID: e.ID}); err != nil {
			t.Fatal(err)
		}
		if n := rows("job WHERE kind = 'stats.recount_moved'"); n != 1 {
			t.Errorf("%d recounts wait", n)
		}
		if err := a.Stats.Recount(auth.AsSystem(t.Context(), "test")); err != nil {
			t.Fatal(err)
		}
		clean(t, a, d, "afterwards")
		for _, k := range live {
			if left, there := in(k.table, k.where, oldTown), in(k.table, k.where, newTown); left != 0 || there != before[k] {
				t.Errorf("%v: %d left, %d there of %d", k, left, there, before[k])
			}
		}
		for _, k := range records {
			if left := in(k.table, k.where, oldTown); left != before[k] {
				t.Errorf("%v: %d left of %d", k, left, before[k])
			}
		}
		if n := rows("role_grant WHERE role = 'town_officer' AND ended_at IS NULL AND region IN (?, ?)", int64(oldTown),
			int64(newTown)); n == 0 || n%2 != 0 {
			t.Errorf("%d appointments in the town, before and after", n)
		}
		if n := rows("station_past WHERE region/1000 = ? AND until_day <> 99991231", int64(oldTown)/1000); n < before[live[2]] {
			t.Errorf("%d stretches of stations in the old town", n)
		}
	})
}

func rowsOf(t *testing.T, d *db.DB, q string, args ...any) (n int64) {
	t.Helper()
	if err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		n, err = db.SelectOne[int64](t.Context(), tx, tx.Build(q, args...))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func clean(t *testing.T, a *app.App, d *db.DB, when string) {
	t.Helper()
	results, err := a.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		for _, f := range r.Findings {
			t.Errorf("%s: %s: %s", when, r.Name, fmt.Sprint(f))
		}
	}
}
