package demo_test

import (
	"slices"
	"testing"
	"time"

	"linli/internal/app"
	"linli/internal/app/demo"
	"linli/internal/app/demo/manifest"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/seal"
	"linli/internal/work/order"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, clock.Shanghai)

// tiny is small enough to be made many times.
var tiny = demo.Scale{Name: "tiny", Stations: 3, Volunteers: 40, Residents: 20, Orders: 60, Rows: 60, Days: 30, Accounts: 2, OneTown: true}

type made struct {
	app      *app.App
	manifest manifest.Manifest
	digest   string
}

// program is an empty database, ready to be filled.
func program(t *testing.T, d *db.DB, seed uint64) *app.App {
	t.Helper()
	demo.Count(d, seed)
	keys, store := seal.Ephemeral(), config.Store{Data: t.TempDir()}
	if err := app.Prepare(t.Context(), d, keys, store, true); err != nil {
		t.Fatal(err)
	}
	a, err := app.New(d, keys, store, config.Server{Demo: true})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func fill(t *testing.T, d *db.DB, s demo.Scale, seed uint64, now time.Time) (m made) {
	t.Helper()
	m.app = program(t, d, seed)
	var err error
	if m.manifest, err = demo.Fill(t.Context(), m.app, s, seed, now); err != nil {
		t.Fatal(err)
	}
	if m.digest, err = m.app.Digest(t.Context()); err != nil {
		t.Fatal(err)
	}
	return m
}

func count(t *testing.T, d *db.DB, text string) (n int64) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		n, err = db.SelectOne[int64](t.Context(), tx, tx.Build(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Equal seed and time give equal data each time and on both engines, whatever the keys; another seed gives other data.
func TestSame(t *testing.T) {
	want, got := fill(t, dbtest.SQLite(t), tiny, 7, noon), fill(t, dbtest.Postgres(t), tiny, 7, noon)
	if got.digest != want.digest {
		t.Errorf("digest %s, want %s", got.digest, want.digest)
	}
	if !slices.Equal(got.manifest.Canaries, want.manifest.Canaries) || !slices.Equal(got.manifest.Accounts, want.manifest.Accounts) {
		t.Error("another manifest")
	}
	if other := fill(t, dbtest.SQLite(t), tiny, 8, noon); other.digest == want.digest {
		t.Error("another seed, the same data")
	}
}

// The small demo is whole on both engines: verify finds nothing, every state and role is there, nothing was sent, and it is filled once.
func TestSmall(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := fill(t, d, demo.Small, 1, noon)
		clean(t, m)
		allStates(t, d)
		for text, want := range map[string]int64{"SELECT COUNT(*) FROM notify_outbox": 0, "SELECT COUNT(*) FROM job": 0,
			"SELECT COUNT(*) FROM audit WHERE seq IS NULL": 0, "SELECT COUNT(*) FROM station WHERE kind = 'station'": int64(demo.Small.Stations) +
				1} {
			if got := count(t, d, text); got != want {
				t.Errorf("%s: %d, want %d", text, got, want)
			}
		}
		if n := count(t, d, "SELECT COUNT(*) FROM service_record WHERE status = 'counted' AND source = 'sheet'"); n < 300 {
			t.Errorf("only %d counted records from sheets", n)
		}
		complete(t, d, m.manifest)
		if !d.Postgres() { // once is enough: what is offered, and what it weighs, depends on no engine
			light(t, m)
			crawl(t, m)
		}
		if _, err := demo.Fill(t.Context(), m.app, demo.Small, 2, noon); err == nil {
			t.Error("a filled database was filled again")
		}
		if err := demo.FillEmpty(t.Context(), m.app); err != nil {
			t.Error("a filled database is left as it is:", err)
		}
	})
}

func allStates(t *testing.T, d *db.DB) {
	t.Helper()
	for _, s := range order.States {
		if count(t, d, "SELECT COUNT(*) FROM orders WHERE state = '"+string(s)+"'") == 0 {
			t.Errorf("no order is %s", s)
		}
	}
}

// clean fails the test for everything that verify finds.
func clean(t *testing.T, m made) {
	t.Helper()
	results, err := m.app.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.Count > 0 {
			t.Errorf("%s: %d, e.g. %v", r.Name, r.Count, r.Findings[0])
		}
	}
}

// Any seed and any time make a demo that is whole: at night, on a holiday, over new year, on a leap day.
func TestAnyTime(t *testing.T) {
	for i, text := range []string{"2026-11-24T03:15:00+08:00", "2026-10-03T23:59:59+08:00", "2027-01-01T00:00:00+08:00",
		"2024-02-29T08:29:00+08:00", "2026-06-14T17:31:00Z"} {
		now, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		m := fill(t, dbtest.SQLite(t), tiny, uint64(100+i), now)
		clean(t, m)
		allStates(t, m.app.DB)
	}
}

// complete asks of a manifest what the contract promises.
func complete(t *testing.T, d *db.DB, m manifest.Manifest) {
	t.Helper()
	base, far, free := map[auth.Role]int{}, map[auth.Role]int{}, 0
	for _, a := range m.Accounts {
		if a.Region.Contains(m.Base.Community) {
			base[a.Role]++
		} else {
			far[a.Role]++
		}
		if a.Role == auth.Volunteer && m.Base.Banner.Contains(a.Region) {
			busy := count(t, d, "SELECT COUNT(*) FROM assignment a JOIN orders o ON o.id = a.order_id WHERE a.volunteer_id = "+
				a.VolunteerID.String()+
				" AND a.state IN ('offered', 'accepted', 'checked_in') AND o.day >= 20261124")
			active := count(t, d, "SELECT COUNT(*) FROM volunteer WHERE status = 'active' AND id = "+a.VolunteerID.String())
			if busy == 0 && active == 1 {
				free++
			}
		}
	}
	for _, r := range auth.Roles {
		if base[r] < 2 || far[r] < 2 && r != auth.RegionOfficer {
			t.Errorf("%s: %d at the base, %d elsewhere", r, base[r], far[r])
		}
	}
	if free < 12 {
		t.Errorf("only %d volunteers without appointments", free)
	}
	seen := map[string]bool{}
	for _, c := range m.Canaries {
		if !m.Base.League.Contains(c.Region) || c.Token == "" || seen[c.Token] {
			t.Errorf("canary %+v", c)
		}
		seen[c.Token] = true
	}
	if len(m.Canaries) < 10 || len(m.Catalogue) == 0 {
		t.Errorf("%d canaries, %d services", len(m.Canaries), len(m.Catalogue))
	}
	if len(m.Teams) == 0 || len(m.Pairings) == 0 || len(m.GreenAccount.Households) == 0 || m.AwardInNotice == 0 ||
		m.TimeBank.Region != m.Base.Banner || len(m.TimeBank.Accounts) < 4 {
		t.Errorf("rows to begin with: %+v", m.Rows)
	}
	asks := count(t, d, "SELECT COUNT(*) FROM catalogue_item WHERE id = "+m.Catalogue[0].String()+
		" AND (skills <> '' OR insurance_needed OR dangerous OR training_code <> '')")
	if asks != 0 {
		t.Error("the first service asks something of the volunteer")
	}
}
