package demo_test

import (
	"testing"

	"linli/internal/app/demo"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
)

// tinyRegion is a town that is written five times more.
var tinyRegion = demo.Scale{Name: "region", Stations: 4, Volunteers: 60, Residents: 16, Orders: 40, Rows: 240, Days: 60, Accounts: 3,
	OneTown: true, Together: true, Copies: 5}

// The copies of a town are whole on both engines: verify finds nothing, a recount finds nothing to mend, nobody stands in it twice,
// and the content is the same.
func TestRegion(t *testing.T) {
	lite, pg := dbtest.SQLite(t), dbtest.Postgres(t)
	var digests []string
	for _, d := range []struct {
		name string
		*db.DB
	}{{"SQLite", lite}, {"PostgreSQL", pg}} {
		m := fill(t, d.DB, tinyRegion, 3, noon)
		digests = append(digests, m.digest)
		t.Run(d.name, func(t *testing.T) {
			clean(t, m)
			for text, want := range map[string]int64{
				"SELECT COUNT(*) FROM station WHERE kind = 'station'":                                             4*6 + 1,
				"SELECT COUNT(*) FROM volunteer":                                                                  56*6 + 4,
				"SELECT COUNT(*) FROM audit WHERE action = 'demo.copy'":                                           5,
				"SELECT COUNT(*) FROM audit WHERE seq IS NULL":                                                    0,
				"SELECT COUNT(*) FROM stats_delta":                                                                0,
				"SELECT COUNT(*) FROM volunteer v JOIN person p ON p.id = v.person_id WHERE p.region <> v.region": 0,
			} {
				if got := count(t, d.DB, text); got != want {
					t.Errorf("%s: %d, want %d", text, got, want)
				}
			}
			if n := count(t, d.DB, "SELECT COUNT(*) FROM service_record WHERE status = 'counted'"); n < 6*200 {
				t.Errorf("only %d counted records", n)
			}
			if a, b := count(t, d.DB, "SELECT COUNT(*) FROM person"),
				count(t, d.DB, "SELECT COUNT(DISTINCT id_number_blind) FROM person WHERE id_number_blind IS NOT NULL"); a-b > 30 {
				t.Errorf("%d persons, %d identity numbers", a, b)
			}
			for _, c := range m.manifest.Canaries { // a secret is in one place
				if c.Kind == "person" && c.Field == "name" {
					if n := count(t, d.DB, "SELECT COUNT(*) FROM person WHERE name LIKE '%"+c.Token+"%'"); n != 1 {
						t.Errorf("canary %s: %d", c.Token, n)
					}
				}
			}
		})
	}
	if digests[0] != digests[1] {
		t.Error("the engines hold different content")
	}
}
