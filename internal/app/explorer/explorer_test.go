package explorer

import (
	"os"
	"testing"

	"linli/internal/platform/db"
)

// Whatever one person does with all that he can lay hands on, no minute counts and no certificate bears a stranger's name: by himself, and
// where the station does its daily work beside him without looking at the minutes. On PostgreSQL each role plays once in each company.
func TestNobodyAlone(t *testing.T) { search(t, 300, 2*len(roles)) }

// The same, longer.
func TestDrillNobodyAlone(t *testing.T) {
	if os.Getenv("LINLI_DRILL") == "" {
		return
	}
	search(t, 20_000, 20_000)
}

func search(t *testing.T, lite, pg int) {
	engines(t, func(t *testing.T, fresh func() *db.DB, postgres bool) {
		n := lite
		if postgres {
			n = pg
		}
		if found, what := explore(t, fresh, 1, n, alone, sending); found > 0 {
			t.Errorf("%s: %s", oneHand, what)
		}
	})
}

const oneHand = "one hand made what two should"

// With an honest second person the same moves reach minutes that count: what is not found above is not there because it is refused, and
// not because nothing was tried.
func TestTwoReachMinutes(t *testing.T) {
	engines(t, func(t *testing.T, fresh func() *db.DB, _ bool) {
		if found, _ := explore(t, fresh, 2, 30, looking); found < 3 {
			t.Errorf("%d of 30 sequences with an honest second person reach minutes that count", found)
		}
	})
}

// engines runs a test on both; fresh gives a new database of the engine.
func engines(t *testing.T, test func(t *testing.T, fresh func() *db.DB, postgres bool)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, func() *db.DB { return seeded.SQLite(t) }, false) })
	if os.Getenv(switchName) == "" { // the rule is the same on both: one suffices where a guard is away
		t.Run("postgres", func(t *testing.T) { test(t, func() *db.DB { return seeded.Postgres(t) }, true) })
	}
}
